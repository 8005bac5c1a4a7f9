/* SPDX-License-Identifier: ISC */
/* tests/t_report_prom.c: the metrics of TLS and OCSP, and that -all-certs makes no sample twice and
   counts addresses.  The whole is checked by promtool in tests/formats.sh. */
#include "tests/reports.h"

#define WHERE "{target=\"example.org\",mode=\"host\",target_port=\"25\",host=\"mx.example.org\"," \
	"port=\"25\",address=\"127.0.0.1\""

static void has_it(enum prom_metric m, const char *what)
{
	if (!strstr(text_str(&r->prom[m]), what))
		fail_msg("%s is not in %s", what, text_str(&r->prom[m]));
}

static unsigned samples(enum prom_metric m)
{
	const char *s = text_str(&r->prom[m]);
	unsigned n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void parameters_of_tls_are_labels(void **state)
{
	(void)state;
	probed(1, TLS_OFFER_ALL, "ECDSA", 256);
	report_prom(r, t);
	has_it(PROM_TLS, "smtpdane_tls_info" WHERE ",version=\"TLSv1.3\",suite=\"TLS_AES_128_GCM_SHA256\","
	    "group=\"x25519\",signature_scheme=\"ecdsa_secp256r1_sha256\",key_type=\"ECDSA\",key_bits=\"256\"} 1\n");
}

static void nothing_stapled_is_told_as_well(void **state)
{
	(void)state;
	probed(1, TLS_OFFER_ALL, "ECDSA", 256);
	report_prom(r, t);
	has_it(PROM_OCSP, "smtpdane_ocsp_info" WHERE ",status=\"none\"} 1\n");
	assert_int_equal(samples(PROM_OCSP_NEXT), 0);
}

static void what_was_stapled_and_until_when(void **state)
{
	(void)state;
	staple(probed(1, TLS_OFFER_ALL, "ECDSA", 256), TLS_OCSP_GOOD, TLS_OCSP_SAYS_GOOD);
	report_prom(r, t);
	has_it(PROM_OCSP, ",status=\"good\"} 1\n");
	has_it(PROM_OCSP_THIS, "smtpdane_ocsp_this_update_timestamp_seconds" WHERE "} 1795496400\n");
	has_it(PROM_OCSP_NEXT, "smtpdane_ocsp_next_update_timestamp_seconds" WHERE "} 1795503600\n");
}

static void no_handshake_no_ocsp(void **state)
{
	struct addr *a = probed(1, TLS_OFFER_ALL, "ECDSA", 256);

	(void)state;
	a->opened = false;
	report_prom(r, t);
	assert_int_equal(samples(PROM_OCSP), 0);
}

static void each_algorithm_has_its_samples_and_addresses_are_counted(void **state)
{
	static const enum prom_metric m[] = { PROM_ADDRESS, PROM_TLS, PROM_CERT, PROM_OCSP };
	unsigned i;

	(void)state;
	probed(1, TLS_OFFER_RSA, "RSA", 2048);
	probed(1, TLS_OFFER_ECDSA, "ECDSA", 256);
	not_shown(1, TLS_OFFER_ED25519);
	probed(2, TLS_OFFER_RSA, "RSA", 2048);
	probed(2, TLS_OFFER_ECDSA, "ECDSA", 256)->verdict = VERDICT_FAIL;
	not_shown(2, TLS_OFFER_ED25519);
	report_prom(r, t);
	has_it(PROM_ADDRESS, "smtpdane_address_verdict" WHERE ",algorithm=\"RSA\"} 0\n");
	has_it(PROM_ADDRESS, "smtpdane_address_verdict" WHERE ",algorithm=\"ECDSA\"} 0\n");
	for (i = 0; i < 4; i++)
		assert_int_equal(samples(m[i]), 4); /* what is not shown has none */
	has_it(PROM_ADDRESSES, "} 2\n");
	has_it(PROM_ADDRESSES_OK, "} 1\n");
}

static void problems_name_the_algorithm(void **state)
{
	struct addr *a = probed(1, TLS_OFFER_RSA, "RSA", 2048), *b = probed(1, TLS_OFFER_ECDSA, "ECDSA", 256);

	(void)state;
	problem_add(&a->problems, VERDICT_FAIL, "tlsa-mismatch", "x");
	problem_add(&b->problems, VERDICT_FAIL, "tlsa-mismatch", "x");
	report_prom(r, t);
	assert_int_equal(samples(PROM_PROBLEM), 2);
	has_it(PROM_PROBLEM, ",algorithm=\"RSA\",severity=\"fail\",code=\"tlsa-mismatch\"} 1\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, report_begin, report_over)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(parameters_of_tls_are_labels),
		T(nothing_stapled_is_told_as_well),
		T(what_was_stapled_and_until_when),
		T(no_handshake_no_ocsp),
		T(each_algorithm_has_its_samples_and_addresses_are_counted),
		T(problems_name_the_algorithm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
