/* SPDX-License-Identifier: ISC */
/* tests/t_report_text.c: what the report for people says of TLS, of what was stapled and of each
   algorithm; and the first line and the performance data for Nagios. */
#include <stdio.h>

#include "tests/reports.h"

static const char *said(void)
{
	text_free(&r->held);
	text_free(&r->perf);
	report_target(r, t);
	return text_str(&r->held);
}

static void says(const char *what)
{
	if (!strstr(said(), what))
		fail_msg("%s is not in %s", what, text_str(&r->held));
}

static void the_address_line_names_the_certificate(void **state)
{
	static const struct { const char *key; unsigned bits; const char *want; } c[] = {
		{ "RSA", 2048, "RSA 2048" }, { "ECDSA", 256, "ECDSA P-256" }, { "ECDSA", 384, "ECDSA P-384" },
		{ "ECDSA", 521, "ECDSA P-521" }, { "ECDSA", 163, "ECDSA 163" }, { "Ed25519", 256, "Ed25519" },
		{ "RSA-PSS", 3072, "RSA-PSS 3072" }, { "unknown", 0, "unknown" } };
	struct addr *a = probed(1, TLS_OFFER_ALL, "RSA", 2048);
	char want[120];
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		strcpy(a->certs[0].key_type, c[i].key);
		a->certs[0].key_bits = c[i].bits;
		snprintf(want, sizeof want, "    127.0.0.1: OK, TLSv1.3 TLS_AES_128_GCM_SHA256, x25519, "
		    "ecdsa_secp256r1_sha256, %s certificate\n", c[i].want);
		says(want);
	}
	a->group[0] = a->scheme[0] = '\0'; /* RSA's own key exchange */
	says("    127.0.0.1: OK, TLSv1.3 TLS_AES_128_GCM_SHA256, unknown certificate\n");
}

static void details_have_all_parameters(void **state)
{
	struct addr *a = probed(1, TLS_OFFER_ALL, "ECDSA", 256);

	(void)state;
	assert_null(strstr(said(), "      TLS: "));
	r->cert_info = true;
	says("      TLS: TLSv1.3, TLS_AES_128_GCM_SHA256, group x25519, signed with ecdsa_secp256r1_sha256, "
	    "key ECDSA 256 bits\n");
	a->group[0] = a->scheme[0] = '\0';
	says("      TLS: TLSv1.3, TLS_AES_128_GCM_SHA256, key ECDSA 256 bits\n");
}

static void ocsp_is_shown_with_details_or_when_it_is_expected(void **state)
{
	struct addr *a = probed(1, TLS_OFFER_ALL, "ECDSA", 256);

	(void)state;
	assert_null(strstr(said(), "OCSP"));
	r->ocsp = true;
	says("      OCSP: nothing stapled\n");
	staple(a, TLS_OCSP_GOOD, TLS_OCSP_SAYS_GOOD);
	says("      OCSP: good, of 2026-11-24T05:00:00Z, next by 2026-11-24T07:00:00Z, signed by "
	    "CN=Responder\n");
	a->ocsp->delegated = true;
	says(", signed for the issuer by CN=Responder\n");
	r->ocsp = false;
	r->cert_info = true;
	says("      OCSP: good, ");
	a->opened = false; /* no handshake was finished: nothing is missing */
	assert_null(strstr(said(), "OCSP"));
}

static void what_is_not_verified_is_said_to_be_so(void **state)
{
	struct tls_ocsp_result *o = staple(probed(1, TLS_OFFER_ALL, "ECDSA", 256), TLS_OCSP_UNVERIFIABLE,
	    TLS_OCSP_SAYS_GOOD);

	(void)state;
	r->ocsp = true;
	strcpy(o->reason, "the issuer is not in the chain");
	says("OCSP: unverifiable, of 2026-11-24T05:00:00Z, next by 2026-11-24T07:00:00Z, said to be "
	    "signed by CN=Responder: the issuer is not in the chain; it says good\n");
	o->state = TLS_OCSP_STALE; /* that is signed as it must be */
	says("07:00:00Z, signed by CN=Responder: ");
}

static void when_and_why_it_was_revoked(void **state)
{
	struct tls_ocsp_result *o = staple(probed(1, TLS_OFFER_ALL, "ECDSA", 256), TLS_OCSP_REVOKED,
	    TLS_OCSP_SAYS_REVOKED);

	(void)state;
	r->ocsp = true;
	o->revoked_at = REPORT_NOW - 86400;
	o->revoked_why = "keyCompromise";
	says("OCSP: revoked, of 2026-11-24T05:00:00Z, next by 2026-11-24T07:00:00Z, revoked on "
	    "2026-11-23T06:00:00Z (keyCompromise), signed by CN=Responder\n");
	o->revoked_why = NULL;
	says("revoked on 2026-11-23T06:00:00Z, signed");
}

static void good_is_green_and_nothing_else_is(void **state)
{
	struct addr *a = probed(1, TLS_OFFER_ALL, "ECDSA", 256);

	(void)state;
	r->ocsp = r->colour = true;
	says("OCSP: \033[33mnothing stapled\033[0m\n");
	staple(a, TLS_OCSP_GOOD, TLS_OCSP_SAYS_GOOD);
	says("OCSP: \033[32mgood\033[0m, ");
	a->ocsp->state = TLS_OCSP_STALE;
	says("OCSP: \033[33mstale\033[0m, ");
	problem_add(&a->problems, VERDICT_FAIL, "ocsp-stale", "x");
	says("OCSP: \033[31mstale\033[0m, ");
}

/* What the responder calls itself is a stranger's. */
static void what_a_responder_wrote_is_escaped(void **state)
{
	struct tls_ocsp_result *o = staple(probed(1, TLS_OFFER_ALL, "ECDSA", 256), TLS_OCSP_BAD,
	    TLS_OCSP_SAYS_NOTHING);

	(void)state;
	r->ocsp = true;
	strcpy(o->responder, "CN=\033[2J");
	strcpy(o->reason, "a\nb");
	says("said to be signed by CN=\\x1b[2J: a\\x0ab\n");
}

static void each_algorithm_has_a_line(void **state)
{
	(void)state;
	probed(1, TLS_OFFER_RSA, "RSA", 2048);
	problem_add(&probed(1, TLS_OFFER_ECDSA, "ECDSA", 256)->problems, VERDICT_FAIL, "tlsa-mismatch", "x");
	h->addrs[1].verdict = h->verdict = t->verdict = VERDICT_FAIL;
	not_shown(1, TLS_OFFER_ED25519);
	says("    127.0.0.1 (RSA): OK, TLSv1.3 TLS_AES_128_GCM_SHA256, x25519, ecdsa_secp256r1_sha256, "
	    "RSA 2048 certificate\n");
	says("    127.0.0.1 (ECDSA): FAIL, TLSv1.3 TLS_AES_128_GCM_SHA256, x25519, ecdsa_secp256r1_sha256, "
	    "ECDSA P-256 certificate\n"
	    "      FAIL tlsa-mismatch: x\n");
	says("    127.0.0.1 (Ed25519): not shown: the server agrees to no handshake with a certificate of that "
	    "kind\n");
	assert_string_equal(r->first, "mx.example.org 127.0.0.1:25 (ECDSA): x");
	assert_int_equal(report_status(r), 2);
}

static void performance_data_count_addresses(void **state)
{
	(void)state;
	probed(1, TLS_OFFER_RSA, "RSA", 2048);
	probed(1, TLS_OFFER_ECDSA, "ECDSA", 256);
	not_shown(1, TLS_OFFER_ED25519);
	probed(2, TLS_OFFER_RSA, "RSA", 2048)->verdict = VERDICT_FAIL;
	probed(2, TLS_OFFER_ECDSA, "ECDSA", 256);
	said();
	assert_non_null(strstr(text_str(&r->perf), "'example.org addresses'=2;;;0 'example.org addresses ok'=1;;;0"));
	assert_int_equal(r->addresses, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, report_begin, report_over)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_address_line_names_the_certificate),
		T(details_have_all_parameters),
		T(ocsp_is_shown_with_details_or_when_it_is_expected),
		T(what_is_not_verified_is_said_to_be_so),
		T(when_and_why_it_was_revoked),
		T(good_is_green_and_nothing_else_is),
		T(what_a_responder_wrote_is_escaped),
		T(each_algorithm_has_a_line),
		T(performance_data_count_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
