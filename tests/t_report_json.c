/* SPDX-License-Identifier: ISC */
/* tests/t_report_json.c: the members of an address that tell of TLS, of what was stapled and of the
   algorithm asked for.  The whole is checked by the schema in tests/formats.sh. */
#include <stdio.h>

#include "tests/reports.h"

static struct text out;

static const char *json(void)
{
	text_free(&out);
	report_json(&out, t, false);
	return text_str(&out);
}

static void has_it(const char *what)
{
	if (!strstr(json(), what))
		fail_msg("%s is not in %s", what, text_str(&out));
}

static int over(void **state)
{
	text_free(&out);
	return report_over(state);
}

static void parameters_of_tls(void **state)
{
	struct addr *a = probed(1, TLS_OFFER_ALL, "ECDSA", 256);

	(void)state;
	has_it("\"tls\":{\"version\":\"TLSv1.3\",\"suite\":\"TLS_AES_128_GCM_SHA256\",\"group\":\"x25519\","
	    "\"signature_scheme\":\"ecdsa_secp256r1_sha256\",\"key_type\":\"ECDSA\",\"key_bits\":256},");
	a->group[0] = a->scheme[0] = '\0'; /* a key exchange of RSA alone has neither */
	a->certs[0].parsed = false;
	has_it("\"group\":null,\"signature_scheme\":null,\"key_type\":null,\"key_bits\":null},");
	a->version[0] = '\0';
	has_it("\"tls\":null,");
}

static void nothing_stapled_is_null(void **state)
{
	(void)state;
	probed(1, TLS_OFFER_ALL, "ECDSA", 256);
	has_it("\"ocsp\":null,\"problems\"");
}

static void a_good_response(void **state)
{
	struct tls_ocsp_result *o = staple(probed(1, TLS_OFFER_ALL, "ECDSA", 256), TLS_OCSP_GOOD,
	    TLS_OCSP_SAYS_GOOD);

	(void)state;
	strcpy(o->code, "ocsp-good");
	o->delegated = true;
	has_it("\"ocsp\":{\"status\":\"good\",\"verified\":true,\"says\":\"good\","
	    "\"this_update\":\"2026-11-24T05:00:00Z\",\"next_update\":\"2026-11-24T07:00:00Z\","
	    "\"responder\":\"CN=Responder\",\"delegated\":true,\"revoked_at\":null,"
	    "\"revocation_reason\":null,\"code\":\"ocsp-good\",\"reason\":null},\"problems\"");
}

static void a_revocation_that_is_not_verified(void **state)
{
	struct tls_ocsp_result *o = staple(probed(1, TLS_OFFER_ALL, "ECDSA", 256),
	    TLS_OCSP_UNVERIFIABLE, TLS_OCSP_SAYS_REVOKED);

	(void)state;
	strcpy(o->reason, "no \"issuer\" in the chain");
	o->revoked_at = REPORT_NOW - 86400;
	o->revoked_why = "keyCompromise";
	o->next_update = 0;
	o->responder[0] = '\0';
	has_it("\"status\":\"unverifiable\",\"verified\":false,\"says\":\"revoked\",");
	has_it("\"next_update\":null,\"responder\":null,\"delegated\":false,"
	    "\"revoked_at\":\"2026-11-23T06:00:00Z\",\"revocation_reason\":\"keyCompromise\",\"code\":null,"
	    "\"reason\":\"no \\\"issuer\\\" in the chain\"}");
	o->revoked_why = NULL;
	has_it("\"revocation_reason\":null,");
}

/* Only what was verified may look so; also a state that a later tls/ might have. */
static void only_what_is_verified_is_good(void **state)
{
	static const struct { int s; const char *status; } c[] = { { TLS_OCSP_STALE, "stale" },
		{ TLS_OCSP_NO_STATUS, "no-status" }, { TLS_OCSP_BAD, "bad" }, { 99, "bad" } };
	struct tls_ocsp_result *o = staple(probed(1, TLS_OFFER_ALL, "RSA", 2048), TLS_OCSP_BAD,
	    TLS_OCSP_SAYS_GOOD);
	char want[80];
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		o->state = (enum tls_ocsp_state)c[i].s;
		snprintf(want, sizeof want, "\"status\":\"%s\",\"verified\":false,", c[i].status);
		has_it(want);
	}
}

static void without_all_certs_there_is_no_algorithm(void **state)
{
	(void)state;
	probed(1, TLS_OFFER_ALL, "RSA", 2048);
	assert_null(strstr(json(), "\"algorithm\""));
}

static void each_algorithm_is_named_and_what_is_not_shown_is_skipped(void **state)
{
	(void)state;
	probed(1, TLS_OFFER_RSA, "RSA", 2048);
	probed(1, TLS_OFFER_ECDSA, "ECDSA", 256)->verdict = VERDICT_WARNING;
	not_shown(1, TLS_OFFER_ED25519);
	has_it("{\"address\":\"127.0.0.1\",\"algorithm\":\"RSA\",\"verdict\":\"ok\",\"tls\":{");
	has_it("{\"address\":\"127.0.0.1\",\"algorithm\":\"ECDSA\",\"verdict\":\"warning\",\"tls\":{");
	has_it("{\"address\":\"127.0.0.1\",\"algorithm\":\"Ed25519\",\"verdict\":\"skipped\",\"note\":\"not shown: ");
}

#define T(f) cmocka_unit_test_setup_teardown(f, report_begin, over)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(parameters_of_tls),
		T(nothing_stapled_is_null),
		T(a_good_response),
		T(a_revocation_that_is_not_verified),
		T(only_what_is_verified_is_good),
		T(without_all_certs_there_is_no_algorithm),
		T(each_algorithm_is_named_and_what_is_not_shown_is_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
