/* SPDX-License-Identifier: ISC */
/* Unit tests of tls/tlsa.c: which records count. */
#include "tests/tls_vectors.h"

static uint8_t zeros[4096];

static enum tls_usable usable(unsigned u, unsigned s, unsigned m, size_t len)
{
	struct tls_tlsa t = { (uint8_t)u, (uint8_t)s, (uint8_t)m, (uint16_t)len, zeros };

	return tls_tlsa_usable(&t);
}

static void rfc7672_3_1_3_pkix_usages_unusable(void **state)
{
	(void)state;
	assert_int_equal(usable(0, 1, 1, 32), TLS_UNUSABLE_PKIX);
	assert_int_equal(usable(1, 0, 2, 64), TLS_UNUSABLE_PKIX);
	assert_int_equal(usable(2, 1, 1, 32), TLS_USABLE);
	assert_int_equal(usable(3, 1, 1, 32), TLS_USABLE);
}

static void rfc6698_2_1_1_unknown_usage_unusable(void **state)
{
	(void)state;
	assert_int_equal(usable(4, 1, 1, 32), TLS_UNUSABLE_USAGE);
	assert_int_equal(usable(255, 1, 1, 32), TLS_UNUSABLE_USAGE);
}

static void rfc6698_2_1_2_unknown_selector_unusable(void **state)
{
	(void)state;
	assert_int_equal(usable(3, 0, 1, 32), TLS_USABLE);
	assert_int_equal(usable(3, 2, 1, 32), TLS_UNUSABLE_SELECTOR);
	assert_int_equal(usable(3, 255, 1, 32), TLS_UNUSABLE_SELECTOR);
}

static void rfc6698_2_1_3_unknown_matching_type_unusable(void **state)
{
	(void)state;
	assert_int_equal(usable(3, 1, 2, 64), TLS_USABLE);
	assert_int_equal(usable(3, 1, 3, 32), TLS_UNUSABLE_MTYPE);
	assert_int_equal(usable(3, 1, 255, 32), TLS_UNUSABLE_MTYPE);
}

static void digest_of_wrong_length_unusable(void **state)
{
	(void)state;
	assert_int_equal(usable(3, 1, 1, 31), TLS_UNUSABLE_LENGTH);
	assert_int_equal(usable(3, 1, 1, 33), TLS_UNUSABLE_LENGTH);
	assert_int_equal(usable(3, 1, 1, 64), TLS_UNUSABLE_LENGTH);
	assert_int_equal(usable(3, 1, 2, 32), TLS_UNUSABLE_LENGTH);
	assert_int_equal(usable(2, 1, 2, 63), TLS_UNUSABLE_LENGTH);
}

static void empty_unusable(void **state)
{
	struct tls_tlsa t = { 3, 1, 1, 32, NULL };

	(void)state;
	assert_int_equal(usable(3, 1, 0, 0), TLS_UNUSABLE_EMPTY);
	assert_int_equal(usable(3, 1, 1, 0), TLS_UNUSABLE_EMPTY);
	assert_int_equal(tls_tlsa_usable(&t), TLS_UNUSABLE_EMPTY);
}

static void whole_data_must_be_der(void **state)
{
	static struct vec_set s;

	(void)state;
	assert_int_equal(usable(3, 0, 0, 100), TLS_UNUSABLE_DER);
	assert_int_equal(usable(3, 1, 0, 100), TLS_UNUSABLE_DER);
	vec_records(&s, "3 0 0 leaf; 3 1 0 leaf; 2 0 0 int; 2 1 0 int");
	assert_int_equal(tls_tlsa_usable(&s.t[0]), TLS_USABLE);
	assert_int_equal(tls_tlsa_usable(&s.t[1]), TLS_USABLE);
	assert_int_equal(tls_tlsa_usable(&s.t[2]), TLS_USABLE);
	assert_int_equal(tls_tlsa_usable(&s.t[3]), TLS_USABLE);
	s.t[0].selector = 1; /* a certificate is no key, and the other way round */
	s.t[1].selector = 0;
	s.t[2].len--;
	assert_int_equal(tls_tlsa_usable(&s.t[0]), TLS_UNUSABLE_DER);
	assert_int_equal(tls_tlsa_usable(&s.t[1]), TLS_UNUSABLE_DER);
	assert_int_equal(tls_tlsa_usable(&s.t[2]), TLS_UNUSABLE_DER);
}

static void each_state_has_its_sentence(void **state)
{
	int a, b;

	(void)state;
	for (a = TLS_USABLE; a <= TLS_UNUSABLE_DER; a++) {
		assert_true(strlen(tls_usable_str((enum tls_usable)a)) > 5);
		for (b = TLS_USABLE; b < a; b++)
			assert_string_not_equal(tls_usable_str((enum tls_usable)a),
			    tls_usable_str((enum tls_usable)b));
	}
}

static void rfc7671_9_stronger_digest_outranks(void **state)
{
	struct tls_tlsa t[] = {
		{ 3, 1, 1, 32, zeros }, { 3, 1, 2, 64, zeros },
		{ 3, 0, 1, 32, zeros }, { 2, 1, 1, 32, zeros },
	};

	(void)state;
	assert_true(tls_tlsa_outranked(t, 4, 0));
	assert_false(tls_tlsa_outranked(t, 4, 1));
	assert_false(tls_tlsa_outranked(t, 4, 2)); /* another selector */
	assert_false(tls_tlsa_outranked(t, 4, 3)); /* another usage */
	assert_false(tls_tlsa_outranked(t, 1, 0)); /* alone */
	assert_false(tls_tlsa_outranked(t, 4, 4)); /* no such record */
}

static void rfc7671_9_unusable_outranks_nothing(void **state)
{
	struct tls_tlsa t[] = { { 3, 1, 1, 32, zeros }, { 3, 1, 2, 63, zeros } };

	(void)state;
	assert_false(tls_tlsa_outranked(t, 2, 0));
}

static void rfc7671_9_whole_data_is_never_outranked(void **state)
{
	static struct vec_set s;

	(void)state;
	vec_records(&s, "3 1 0 leaf; 3 1 2 leaf; 3 1 1 leaf");
	assert_false(tls_tlsa_outranked(s.t, 3, 0));
	assert_true(tls_tlsa_outranked(s.t, 3, 2));
	assert_false(tls_tlsa_outranked(s.t, 1, 0));
}

static void rfc7671_9_the_digest_that_counts_beside_a_set(void **state)
{
	struct tls_tlsa t[] = {
		{ 3, 1, 1, 32, zeros }, { 3, 1, 2, 64, zeros }, { 2, 1, 2, 63, zeros },
	};

	(void)state;
	assert_int_equal(tls_tlsa_mtype(t, 3, 3, 1), 2);
	assert_int_equal(tls_tlsa_mtype(t, 3, 3, 0), 1); /* another selector */
	assert_int_equal(tls_tlsa_mtype(t, 3, 2, 1), 1); /* unusable */
	assert_int_equal(tls_tlsa_mtype(t, 1, 3, 1), 1);
	assert_int_equal(tls_tlsa_mtype(NULL, 0, 3, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc7672_3_1_3_pkix_usages_unusable),
		cmocka_unit_test(rfc6698_2_1_1_unknown_usage_unusable),
		cmocka_unit_test(rfc6698_2_1_2_unknown_selector_unusable),
		cmocka_unit_test(rfc6698_2_1_3_unknown_matching_type_unusable),
		cmocka_unit_test(digest_of_wrong_length_unusable),
		cmocka_unit_test(empty_unusable),
		cmocka_unit_test(whole_data_must_be_der),
		cmocka_unit_test(each_state_has_its_sentence),
		cmocka_unit_test(rfc7671_9_stronger_digest_outranks),
		cmocka_unit_test(rfc7671_9_unusable_outranks_nothing),
		cmocka_unit_test(rfc7671_9_whole_data_is_never_outranked),
		cmocka_unit_test(rfc7671_9_the_digest_that_counts_beside_a_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
