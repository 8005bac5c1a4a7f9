/* SPDX-License-Identifier: ISC */
/* Unit tests of tls/hint.c: each mistake that it knows, and silence where there is none. */
#define VEC_DIR "pki"
#include "tests/dane_check.h"

static const char leaf[] = "ec-leaf ec-int ec256-root";

static void hint_has(const char *part)
{
	if (res.verdict == TLS_MATCH || strstr(res.hint, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\" (%s)", part, res.hint, res.reason);
	assert_non_null(strstr(res.reason, part)); /* where people read */
}

/* A record with a digest of this text. */
static void digest_record(unsigned u, unsigned s, unsigned m, const void *p, size_t n)
{
	set.n = 1;
	set.t[0] = (struct tls_tlsa){ (uint8_t)u, (uint8_t)s, (uint8_t)m, m == 2 ? 64 : 32, set.data[0] };
	if (m == 2) {
		br_sha512_context h;

		br_sha512_init(&h);
		br_sha512_update(&h, p, n);
		br_sha512_out(&h, set.data[0]);
	} else {
		br_sha256_context h;

		br_sha256_init(&h);
		br_sha256_update(&h, p, n);
		br_sha256_out(&h, set.data[0]);
	}
}

/* "publish U S M HEX" must be a record that matches. */
static void suggestion_matches(void)
{
	const char *p = strstr(res.hint, "publish ");
	unsigned u, s, m, i, v;
	int at;

	assert_non_null(p);
	assert_int_equal(sscanf(p, "publish %u %u %u %n", &u, &s, &m, &at), 3);
	p += at;
	set.n = 1;
	set.t[0] = (struct tls_tlsa){ (uint8_t)u, (uint8_t)s, (uint8_t)m, m == 2 ? 64 : 32, set.data[0] };
	for (i = 0; i < set.t[0].len; i++) {
		assert_int_equal(sscanf(p + 2 * i, "%2x", &v), 1);
		set.data[0][i] = (uint8_t)v;
	}
	assert_int_equal(run(), TLS_MATCH);
}

static void leaf_under_usage_2(void **state)
{
	(void)state;
	assert_int_equal(check(leaf, "2 1 1 ec-leaf"), TLS_NO_MATCH);
	hint_has("record 1 has usage 2 but matches the leaf: usage 3 was perhaps meant, publish it as 3 1 1");
	assert_int_equal(check(leaf, "3 0 1 ec-int"), TLS_NO_MATCH);
	hint_has("usage 2 was perhaps meant, as 2 0 1");
	assert_int_equal(check(leaf, "2 0 1 ec256-root"), TLS_MATCH);
	assert_string_equal(res.hint, "");
}

static void root_that_is_not_sent(void **state)
{
	(void)state;
	assert_int_equal(check("ec-leaf ec-int", "2 1 1 ec256-root"), TLS_NO_MATCH);
	hint_has("the issuer of the last one of the chain is not sent");
	suggestion_matches();
	/* the whole chain is there: then that is not it */
	assert_int_equal(check(leaf, "2 1 1 ed-root"), TLS_NO_MATCH);
	assert_null(strstr(res.hint, "not sent"));
}

/* Beside a SHA2-512 record a SHA2-256 one would not count (RFC 7671 section 9). */
static void rfc7671_9_what_is_said_to_publish_counts(void **state)
{
	(void)state;
	assert_int_equal(check(leaf, "2 1 1 ec-leaf; 3 1 2 ed-root"), TLS_NO_MATCH);
	hint_has("publish it as 3 1 2");
	assert_int_equal(check("ec-leaf ec-int", "2 1 1 ec256-root; 2 1 2 ed-root"), TLS_NO_MATCH);
	hint_has("or: publish 2 1 2 ");
	suggestion_matches();
	assert_int_equal(check(leaf, "3 1 1 ec-leaf; 3 1 2 ed-root"), TLS_NO_MATCH);
	hint_has("record 1 has the data of this chain, but does not count beside a SHA2-512 digest");
	assert_non_null(strstr(res.reason, "in place of the 3 1 2 records, or beside them 3 1 2 "));
	assert_int_equal(check(leaf, "3 1 1 ec-int; 3 1 2 ed-root"), TLS_NO_MATCH);
	assert_string_equal(res.hint, ""); /* usage 3 is for the leaf */
}

static void renewed_issuer_that_is_not_sent(void **state)
{
	(void)state;
	assert_int_equal(check("ec-leaf ec-int", "2 0 1 ec256-root"), TLS_NO_MATCH);
	hint_has("the issuer of the last one of the chain is not sent");
	hint_has("even with the same key, the record had to change too");
}

static void the_other_selector(void **state)
{
	(void)state;
	check(leaf, "3 1 1 ec-leaf");
	set.t[0].selector = 0;
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("record 1 holds the SHA2-256 digest of the public key of the leaf: publish 3 1 1 ");
	suggestion_matches();
	check(leaf, "2 0 2 ec-int");
	set.t[0].selector = 1;
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("SHA2-512 digest of the certificate of certificate 1: publish 2 0 2");
}

static void the_other_matching_type(void **state)
{
	(void)state;
	check(leaf, "3 1 1 ec-leaf");
	set.t[0].mtype = 2;
	assert_int_equal(run(), TLS_NO_USABLE);
	hint_has("holds the SHA2-256 digest of the public key of the leaf: publish 3 1 1 ");
	suggestion_matches();
	check(leaf, "3 1 2 ec-leaf");
	set.t[0].mtype = 1;
	assert_int_equal(run(), TLS_NO_USABLE);
	hint_has("SHA2-512");
	suggestion_matches();
	check(leaf, "3 1 1 ec-leaf");
	set.t[0].mtype = 0;
	assert_int_equal(run(), TLS_NO_USABLE);
	hint_has("publish 3 1 1 ");
	check(leaf, "3 0 0 ec-leaf");
	set.t[0].mtype = 1;
	assert_int_equal(run(), TLS_NO_USABLE);
	hint_has("the certificate itself, which is selector 0 with matching type 0");
	suggestion_matches();
}

static void digest_of_pem(void **state)
{
	static char text[16384], crlf[16384];
	size_t n = vec_file("ec-leaf.pem", text, sizeof text), i, k = 0;

	(void)state;
	vec_chain(&chain, leaf);
	digest_record(3, 0, 1, text, n);
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("digest of the PEM text of the certificate of the leaf: publish 3 0 1 ");
	suggestion_matches();
	for (i = 0; i < n; i++) {
		if (text[i] == '\n')
			crlf[k++] = '\r';
		crlf[k++] = text[i];
	}
	digest_record(3, 1, 2, crlf, k);
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("PEM text");
	for (i = 0; leaf[i] != '\0'; i += strcspn(leaf + i, " ") + (leaf[i + strcspn(leaf + i, " ")] == ' ')) {
		char file[64];

		snprintf(file, sizeof file, "%.*s.pem", (int)strcspn(leaf + i, " "), leaf + i);
		k = i == 0 ? 0 : k;
		k += vec_file(file, text + k, sizeof text - k);
	}
	digest_record(3, 0, 1, text, k);
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("PEM text of the whole chain");
}

static void digest_of_hexadecimal_text(void **state)
{
	static char hex[8192];
	size_t i;

	(void)state;
	vec_chain(&chain, leaf);
	for (i = 0; i < chain.len[0]; i++)
		snprintf(hex + 2 * i, 3, "%02x", chain.der[i]);
	digest_record(3, 0, 1, hex, 2 * i);
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("hexadecimal text of the certificate of the leaf");
	suggestion_matches();
	for (i = 0; i < chain.len[0]; i++)
		snprintf(hex + 2 * i, 3, "%02X", chain.der[i]);
	digest_record(3, 0, 1, hex, 2 * i);
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("hexadecimal text");
}

/* The record holds the digits themselves. */
static void digest_as_text(void **state)
{
	uint8_t d[32];
	unsigned i;

	(void)state;
	check(leaf, "3 1 1 ec-leaf");
	memcpy(d, set.data[0], 32);
	for (i = 0; i < 32; i++)
		snprintf((char *)set.data[0] + 2 * i, 3, "%02X", d[i]);
	set.t[0].len = 64;
	assert_int_equal(run(), TLS_NO_USABLE);
	hint_has("holds, as text, the SHA2-256 digest of the public key of the leaf");
	suggestion_matches();
}

static void digest_of_other_objects(void **state)
{
	struct tls_cert c;

	(void)state;
	vec_chain(&chain, leaf);
	assert_int_equal(tls_cert_parse(&c, chain.der, chain.len[0]), 0);
	digest_record(3, 1, 1, c.spki + c.spki_len - 65, 65); /* the point of P-256 */
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("not the SubjectPublicKeyInfo");
	suggestion_matches();
	digest_record(3, 1, 1, "", 0);
	assert_int_equal(run(), TLS_NO_MATCH);
	hint_has("digest of no octets at all");
	suggestion_matches();
}

static void renewed_with_the_same_key(void **state)
{
	(void)state;
	assert_int_equal(check("ec-renewed ec-int", "3 0 0 ec-leaf"), TLS_NO_MATCH);
	hint_has("another certificate with the same key: it was renewed");
	suggestion_matches();
	/* of a digest one can only say what may be */
	assert_int_equal(check("ec-renewed ec-int", "3 0 1 ec-leaf"), TLS_NO_MATCH);
	hint_has("is for one certificate as a whole: if that was renewed");
	suggestion_matches();
	assert_int_equal(check("ec-renewed ec-int", "3 1 1 ec-leaf"), TLS_MATCH);
}

static void a_name_that_does_not_match(void **state)
{
	(void)state;
	host = "mx.other.test";
	assert_int_equal(check(leaf, "2 0 1 ec256-root"), TLS_NO_MATCH);
	assert_string_equal(res.code, "cert-name");
	hint_has("a DANE-EE record needs no name: publish 3 1 1 ");
	suggestion_matches();
}

static void nothing_known_nothing_said(void **state)
{
	(void)state;
	assert_int_equal(check("ec-leaf", "3 1 1 ed-int; 3 1 1 ed-edleaf"), TLS_NO_MATCH);
	assert_string_equal(res.code, "tlsa-mismatch");
	assert_null(strstr(res.hint, "holds"));
	assert_int_equal(check("ec-leaf", "1 1 1 ec-leaf"), TLS_NO_USABLE);
	assert_string_equal(res.hint, "");
}

static void many_records_stay_in_bounds(void **state)
{
	unsigned i;

	(void)state;
	vec_chain(&chain, leaf);
	set.n = 0;
	for (i = 0; i < TLS_MAX_TLSA; i++)
		vec_record(&set, 2, i % 2, 1, "ec-leaf");
	assert_int_equal(run(), TLS_NO_MATCH);
	assert_true(strlen(res.hint) < TLS_HINT_MAX && strlen(res.reason) < TLS_REASON_MAX);
}

#define T(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(leaf_under_usage_2),
		T(root_that_is_not_sent),
		T(the_other_selector),
		T(the_other_matching_type),
		T(digest_of_pem),
		T(digest_of_hexadecimal_text),
		T(digest_as_text),
		T(digest_of_other_objects),
		T(renewed_with_the_same_key),
		T(renewed_issuer_that_is_not_sent),
		T(rfc7671_9_what_is_said_to_publish_counts),
		T(a_name_that_does_not_match),
		T(nothing_known_nothing_said),
		T(many_records_stay_in_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
