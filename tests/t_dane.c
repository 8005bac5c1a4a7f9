/* SPDX-License-Identifier: ISC */
/* Unit tests of tls/dane.c and tls/path.c: each rule with what it accepts and rejects. */
#include "tests/tls_vectors.h"

static struct tls_chain chain;
static struct vec_set set;
static struct tls_dane_result res;
static int64_t now;
static const char *const *names;
static unsigned nnames;

static const char *const mx[] = { "example.test", "mx.example.test" };

static int setup(void **state)
{
	(void)state;
	now = VEC_NOW;
	names = mx;
	nnames = 2;
	return 0;
}

static enum tls_verdict run(void)
{
	struct tls_dane d = { set.t, set.n, names, nnames, now };

	memset(&res, 0xff, sizeof res); /* the check must set all of it */
	tls_dane_check(&d, &chain, &res);
	assert_true(memchr(res.reason, 0, sizeof res.reason) != NULL);
	assert_true(memchr(res.code, 0, sizeof res.code) != NULL);
	if (res.verdict == TLS_MATCH) {
		assert_true(res.tlsa >= 0 && (unsigned)res.tlsa < set.n);
		assert_string_equal(res.code, "ok");
		assert_string_equal(res.reason, "");
	} else {
		assert_int_equal(res.tlsa, -1);
		assert_true(res.code[0] != '\0' && strcmp(res.code, "ok") != 0);
		assert_true(strlen(res.reason) > 10);
	}
	return res.verdict;
}

static enum tls_verdict check(const char *certs, const char *records)
{
	vec_chain(&chain, certs);
	vec_records(&set, records);
	return run();
}

static void match_at(const char *certs, const char *records, int rec, unsigned depth)
{
	if (check(certs, records) != TLS_MATCH)
		fail_msg("%s against %s: %s, %s", certs, records, res.code, res.reason);
	assert_int_equal(res.tlsa, rec);
	assert_int_equal(res.depth, depth);
}

static void refused(const char *certs, const char *records, const char *code, const char *part)
{
	if (check(certs, records) == TLS_MATCH)
		fail_msg("%s matches %s at depth %u", certs, records, res.depth);
	assert_string_equal(res.code, code);
	if (strstr(res.reason, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, res.reason);
}

/* ---- DANE-EE(3) ------------------------------------------------------------------ */

static void rfc7671_5_1_ee_all_selectors_and_types(void **state)
{
	char rec[32];
	unsigned s, m;

	(void)state;
	for (s = 0; s < 2; s++) {
		for (m = 0; m < 3; m++) {
			snprintf(rec, sizeof rec, "3 %u %u leaf", s, m);
			match_at("leaf", rec, 0, 0);
			match_at("leaf int root", rec, 0, 0);
			assert_int_equal(res.data_depth[0], 0);
			refused("leaf-rsa int root", rec, "tlsa-mismatch", "3 1 1 ");
			assert_int_equal(res.data_depth[0], -1);
		}
	}
}

static void rfc7671_5_1_ee_ignores_names_dates_extensions(void **state)
{
	(void)state;
	nnames = 0;
	match_at("leaf-expired", "3 1 1 leaf", 0, 0);
	match_at("leaf-future", "3 1 1 leaf", 0, 0);
	match_at("leaf-cn-san", "3 1 1 leaf", 0, 0);
	match_at("leaf-client", "3 1 1 leaf", 0, 0);
	match_at("leaf-unknown", "3 1 1 leaf", 0, 0);
	match_at("leaf-badsan", "3 1 1 leaf", 0, 0);
	match_at("leaf-forged", "3 1 1 leaf", 0, 0);
	match_at("leaf-ed", "3 0 1 leaf-ed", 0, 0);
}

static void rfc7671_5_1_ee_leaf_alone(void **state)
{
	(void)state;
	refused("leaf int root", "3 1 1 int", "tlsa-mismatch", "usage 2 was perhaps meant");
	assert_int_equal(res.data_depth[0], 1);
	refused("leaf int root", "3 0 1 root", "tlsa-mismatch", "usage 2 was perhaps meant");
}

static void ee_each_digest_octet_counts(void **state)
{
	unsigned i;

	(void)state;
	vec_chain(&chain, "leaf");
	vec_records(&set, "3 1 1 leaf");
	for (i = 0; i < 32; i++) {
		set.data[0][i] ^= 1;
		assert_int_equal(run(), TLS_NO_MATCH);
		assert_string_equal(res.code, "tlsa-mismatch");
		set.data[0][i] ^= 1;
	}
	assert_int_equal(run(), TLS_MATCH);
}

static void any_match_suffices(void **state)
{
	(void)state;
	match_at("leaf int", "3 1 1 leaf-rsa; 3 1 1 leaf", 1, 0);
	match_at("leaf int", "2 1 1 int; 3 1 1 leaf", 1, 0); /* EE is reported first */
	match_at("leaf int", "2 1 1 int; 3 1 1 leaf-rsa", 0, 1);
}

/* ---- usability and agility ------------------------------------------------------------ */

static void rfc7672_3_1_3_only_unusable(void **state)
{
	(void)state;
	assert_int_equal(check("leaf int", "1 1 1 leaf"), TLS_NO_USABLE);
	assert_string_equal(res.code, "tlsa-unusable");
	assert_non_null(strstr(res.reason, "record 1 (1 1 1) is unusable"));
	assert_int_equal(check("leaf int", "0 1 1 int; 1 0 1 leaf"), TLS_NO_USABLE);
	assert_non_null(strstr(res.reason, "record 2 (1 0 1)"));
	set.n = 0;
	assert_int_equal(run(), TLS_NO_USABLE);
	vec_records(&set, "3 1 1 leaf");
	set.t[0].len = 31;
	assert_int_equal(run(), TLS_NO_USABLE);
	set.t[0].len = 32;
	set.t[0].mtype = 9;
	assert_int_equal(run(), TLS_NO_USABLE);
	set.t[0].mtype = 1;
	assert_int_equal(run(), TLS_MATCH);
}

static void unusable_among_usable(void **state)
{
	(void)state;
	match_at("leaf int", "1 1 1 leaf; 3 1 1 leaf", 1, 0);
	refused("leaf int", "1 1 1 leaf; 3 1 1 leaf-rsa", "tlsa-mismatch", "record 1 (1 1 1)");
}

static void rfc7671_9_digest_agility(void **state)
{
	(void)state;
	match_at("leaf", "3 1 2 leaf; 3 1 1 leaf-rsa", 0, 0);
	refused("leaf", "3 1 1 leaf; 3 1 2 leaf-rsa", "tlsa-mismatch", "3 1 1");
	match_at("leaf", "3 1 1 leaf; 3 0 2 leaf-rsa", 0, 0); /* another selector */
	match_at("leaf", "3 1 0 leaf; 3 1 2 leaf-rsa", 0, 0); /* no digest at all */
	refused("leaf int", "2 1 1 int; 2 1 2 other", "tlsa-mismatch", "3 1 1");
}

static void too_many_records(void **state)
{
	struct tls_dane d = { set.t, TLS_MAX_TLSA + 1, mx, 2, VEC_NOW };

	(void)state;
	vec_chain(&chain, "leaf");
	vec_records(&set, "3 1 1 leaf");
	tls_dane_check(&d, &chain, &res);
	assert_int_equal(res.verdict, TLS_NO_USABLE);
}

/* ---- the chain ---------------------------------------------------------------------------- */

static void chain_missing(void **state)
{
	(void)state;
	memset(&chain, 0, sizeof chain);
	vec_records(&set, "3 1 1 leaf");
	assert_int_equal(run(), TLS_BAD_CHAIN);
	assert_string_equal(res.code, "cert-missing");
}

static void chain_over_the_limit(void **state)
{
	unsigned i;

	(void)state;
	vec_chain(&chain, "leaf");
	vec_records(&set, "3 1 1 leaf");
	for (i = 0; i < 15; i++)
		vec_add(&chain, "other");
	assert_int_equal(run(), TLS_MATCH);
	vec_add(&chain, "other");
	assert_int_equal(run(), TLS_BAD_CHAIN);
	assert_string_equal(res.code, "cert-limit");
}

static void chain_not_der(void **state)
{
	(void)state;
	vec_records(&set, "3 1 1 leaf");
	memset(&chain, 0, sizeof chain);
	tls_chain_add(&chain, (const uint8_t *)"no certificate", 14);
	assert_int_equal(run(), TLS_BAD_CHAIN);
	assert_string_equal(res.code, "cert-parse");
	vec_chain(&chain, "leaf");
	tls_chain_add(&chain, (const uint8_t *)"", 0);
	assert_int_equal(run(), TLS_BAD_CHAIN);
	assert_non_null(strstr(res.reason, "certificate 1 "));
}

/* ---- DANE-TA(2) ------------------------------------------------------------------------------ */

static void rfc7671_5_2_ta_all_selectors_and_types(void **state)
{
	char rec[32];
	unsigned s, m;

	(void)state;
	for (s = 0; s < 2; s++) {
		for (m = 0; m < 3; m++) {
			snprintf(rec, sizeof rec, "2 %u %u root", s, m);
			match_at("leaf int root", rec, 0, 2);
			match_at("leaf-root root", rec, 0, 1);
			assert_int_equal(res.data_depth[0], 1);
			refused("leaf other", rec, "tlsa-mismatch", "3 1 1");
			snprintf(rec, sizeof rec, "2 %u %u int", s, m);
			match_at("leaf int root", rec, 0, 1);
			match_at("leaf int", rec, 0, 1);
			match_at("leaf-int2 int2 int root", rec, 0, 2);
		}
	}
	match_at("leaf-rsa int root", "2 1 1 root", 0, 2);
	match_at("leaf-root-rsa root", "2 1 1 root", 0, 1);
	match_at("leaf-sha512 int root", "2 1 1 root", 0, 2);
}

static void rfc7671_5_2_digest_wants_the_anchor_presented(void **state)
{
	(void)state;
	refused("leaf int", "2 0 1 root", "tlsa-mismatch", "3 1 1");
	refused("leaf int", "2 1 2 root", "tlsa-mismatch", "3 1 1");
}

static void rfc7671_5_2_1_whole_anchor_may_be_absent(void **state)
{
	(void)state;
	match_at("leaf int", "2 0 0 root", 0, 2);
	match_at("leaf-root", "2 0 0 root", 0, 1);
	assert_int_equal(res.data_depth[0], 1);
	match_at("leaf", "2 0 0 int", 0, 1);
	refused("leaf int", "2 0 0 root-fake", "cert-chain", "not signed");
	refused("leaf int", "2 0 0 other", "tlsa-mismatch", "3 1 1");
	refused("leaf int", "2 0 0 root-expired", "cert-expired", "2021-01-01T00:00:00Z");
	refused("leaf int", "2 0 0 root-future", "cert-not-yet-valid", "2045-01-01T00:00:00Z");
	refused("leaf int", "2 0 0 root-notca", "cert-chain", "not marked as that of a CA");
	refused("leaf int", "2 0 0 root-pathlen0", "cert-chain", "pathLen");
	match_at("leaf-root", "2 0 0 root-pathlen0", 0, 1);
}

static void rfc7671_5_2_2_bare_key_may_be_absent(void **state)
{
	(void)state;
	match_at("leaf int", "2 1 0 root", 0, 2);
	match_at("leaf-root", "2 1 0 root", 0, 1);
	match_at("leaf", "2 1 0 int", 0, 1);
	refused("leaf int", "2 1 0 other", "tlsa-mismatch", "3 1 1");
	refused("leaf int", "2 1 0 leaf", "tlsa-mismatch", "3 1 1");
	/* when it is presented with a certificate, that one counts */
	refused("leaf int root-expired", "2 1 0 root", "cert-expired", "depth 2");
}

static void rfc7671_5_2_never_the_leaf(void **state)
{
	(void)state;
	refused("leaf int root", "2 1 1 leaf", "tlsa-mismatch", "usage 3 was perhaps meant");
	refused("leaf-self", "2 0 1 leaf-self", "tlsa-mismatch", "usage 3 was perhaps meant");
	refused("leaf-self", "2 0 0 leaf-self", "tlsa-mismatch", "usage 3");
	refused("leaf-self", "2 1 0 leaf-self", "tlsa-mismatch", "usage 3");
	refused("leaf-self leaf-self", "2 0 1 leaf-self", "tlsa-mismatch", "3 1 1");
	refused("leaf-self leaf-self", "2 1 1 leaf-self", "tlsa-mismatch", "3 1 1");
}

/* The certificates of the path, by their place in the chain: strangers and doubles are not of it. */
static void path_is(const char *certs, const char *records, unsigned n, const uint8_t *want)
{
	assert_int_equal(check(certs, records), TLS_MATCH);
	assert_int_equal(res.npath, n);
	assert_memory_equal(res.path, want, n);
}

static void path_by_place_in_the_chain(void **state)
{
	(void)state;
	path_is("leaf int root", "3 1 1 leaf", 1, (const uint8_t[]){ 0 });
	path_is("leaf int root", "2 1 1 int", 2, (const uint8_t[]){ 0, 1 });
	path_is("leaf root int", "2 1 1 root", 3, (const uint8_t[]){ 0, 2, 1 });
	path_is("leaf root-expired int", "2 1 1 int", 2, (const uint8_t[]){ 0, 2 });
	path_is("leaf int", "2 0 0 root", 2, (const uint8_t[]){ 0, 1 }); /* anchor not presented */
}

static void ta_any_order_strangers_doubles(void **state)
{
	(void)state;
	match_at("leaf root int", "2 1 1 root", 0, 2);
	match_at("leaf other root other int other", "2 1 1 root", 0, 2);
	match_at("leaf leaf int int root root int", "2 1 1 root", 0, 2);
	match_at("leaf int-loop int root", "2 0 1 root", 0, 2);
	match_at("leaf int-expired int root", "2 0 1 root", 0, 2);
	match_at("leaf root-fake int root-expired root", "2 0 1 root", 0, 2);
	match_at("leaf-int2 root int int2", "2 0 1 root", 0, 3);
	assert_int_equal(res.data_depth[0], 1); /* where it stands in the chain */
}

static void ta_stranger_is_no_anchor(void **state)
{
	(void)state;
	refused("leaf other", "2 0 1 other", "cert-chain", "not on the path");
	assert_int_equal(res.data_depth[0], 1);
	refused("leaf int other", "2 1 1 other", "cert-chain", "record 1 matches certificate 2");
	refused("leaf root", "2 0 1 root", "cert-chain", "not on the path"); /* int is missing */
}

static void ta_same_name_other_key(void **state)
{
	(void)state;
	refused("leaf int root-fake", "2 0 1 root-fake", "cert-chain", "not signed");
	refused("leaf-forged int root", "2 0 1 root", "cert-chain", "leaf certificate (CN=mx.example.test)");
	refused("leaf int-forged other", "2 0 1 int-forged", "cert-chain", "not signed");
}

static void ta_each_signature_bit_counts(void **state)
{
	unsigned i, c;

	(void)state;
	vec_chain(&chain, "leaf int root");
	vec_records(&set, "2 0 1 root");
	for (c = 0; c < 2; c++) {
		for (i = 1; i < 40; i++) {
			uint8_t *p = chain.der + chain.off[c] + chain.len[c] - i;

			*p ^= 1;
			assert_int_not_equal(run(), TLS_MATCH);
			*p ^= 1;
		}
	}
	assert_int_equal(run(), TLS_MATCH);
}

static void rfc5280_4_1_2_5_dates(void **state)
{
	(void)state;
	refused("leaf-expired int root", "2 0 1 root", "cert-expired", "the leaf certificate");
	assert_non_null(strstr(res.reason, "2020-01-01T00:00:00Z to 2021-01-01T00:00:00Z"));
	refused("leaf-future int root", "2 0 1 root", "cert-not-yet-valid", "2045-01-01T00:00:00Z");
	refused("leaf int-expired root", "2 0 1 root", "cert-expired", "depth 1 (CN=Intermediate)");
	refused("leaf int root-expired", "2 0 1 root-expired", "cert-expired", "depth 2 (CN=Root)");
	refused("leaf int root-future", "2 0 1 root-future", "cert-not-yet-valid", "depth 2");
}

static void rfc5280_4_1_2_5_both_ends_inclusive(void **state)
{
	(void)state;
	now = VEC_FROM;
	match_at("leaf int root", "2 0 1 root", 0, 2);
	now = VEC_TO;
	match_at("leaf int root", "2 0 1 root", 0, 2);
	now = VEC_FROM - 1;
	refused("leaf int root", "2 0 1 root", "cert-not-yet-valid", "2024-12-31T23:59:59Z");
	now = VEC_TO + 1;
	refused("leaf int root", "2 0 1 root", "cert-expired", "2046-01-01T00:00:01Z");
	now = -1;
	refused("leaf int root", "2 0 1 root", "cert-not-yet-valid", "1969-12-31T23:59:59Z");
	now = INT64_MAX;
	refused("leaf int root", "2 0 1 root", "cert-expired", "out of range");
	now = INT64_MIN;
	refused("leaf int root", "2 0 1 root", "cert-not-yet-valid", "out of range");
}

static void rfc5280_6_1_4_k_ca(void **state)
{
	(void)state;
	refused("leaf int-notca root", "2 0 1 root",
	    "cert-chain", "depth 1 (CN=Intermediate) is not marked as that of a CA");
	refused("leaf int-notca root", "2 0 1 root", "cert-chain", "a DANE-EE record needs none: publish 3 1 1 ");
	refused("leaf int-notca root", "2 0 1 int-notca", "cert-chain", "not marked as that of a CA");
	refused("leaf int-v1 root", "2 0 1 root", "cert-chain", "not marked as that of a CA");
	refused("leaf int-v1 root", "2 0 1 int-v1", "cert-chain", "not marked as that of a CA"); /* not self-issued */
	refused("leaf int root-notca", "2 0 1 root-notca", "cert-chain", "not marked as that of a CA");
	refused("leaf int root-nobc", "2 0 1 root-nobc", "cert-chain", "not marked as that of a CA");
	match_at("leaf int root-v1", "2 0 1 root-v1", 0, 2);
}

static void rfc5280_6_1_4_m_path_length(void **state)
{
	(void)state;
	refused("leaf int root-pathlen0", "2 0 1 root-pathlen0", "cert-chain", "pathLenConstraint");
	match_at("leaf-root root-pathlen0", "2 0 1 root-pathlen0", 0, 1);
	match_at("leaf int-pathlen0 root", "2 0 1 root", 0, 2);
	refused("leaf-int2 int2 int-pathlen0 root", "2 0 1 root", "cert-chain", "pathLenConstraint");
}

static void rfc5280_6_1_4_n_key_usage(void **state)
{
	(void)state;
	refused("leaf int-noku root", "2 0 1 root", "cert-chain", "keyCertSign");
	refused("leaf int root-noku", "2 0 1 root-noku", "cert-chain", "keyCertSign");
	refused("leaf-noku int root", "2 0 1 root", "cert-chain", "may not be used for TLS");
}

static void rfc5280_4_2_1_12_extended_key_usage(void **state)
{
	(void)state;
	refused("leaf-client int root", "2 0 1 root", "cert-chain", "extended key usage");
	refused("leaf int-client root", "2 0 1 root", "cert-chain", "extended key usage");
	match_at("leaf-any int root", "2 0 1 root", 0, 2);
	match_at("leaf-crit-eku int root", "2 0 1 root", 0, 2);
	refused("leaf-crit-eku int root-fake", "2 0 1 root-fake", "cert-chain", "not signed");
}

static void rfc5280_4_2_unknown_critical(void **state)
{
	(void)state;
	refused("leaf-unknown int root", "2 0 1 root", "cert-chain", "critical extension");
	refused("leaf int-unknown root", "2 0 1 root", "cert-chain", "critical extension");
	match_at("leaf int-nc root", "2 0 1 root", 0, 2); /* understood, and kept */
	refused("leaf-badsan int root", "2 0 1 root", "cert-chain", "malformed");
}

static void weak_signatures_prove_nothing(void **state)
{
	(void)state;
	refused("leaf-sha1 int root", "2 0 1 root", "cert-chain", "weak algorithm or key: sha1With");
	refused("leaf-md5 int root", "2 0 1 root", "cert-chain", "md5WithRSA");
	refused("leaf int-sha1 root", "2 0 1 root", "cert-chain", "ecdsa-with-SHA1");
	match_at("leaf-pss int root", "2 0 1 root", 0, 2); /* not weak */
	refused("leaf-512 int root", "2 0 1 root", "cert-chain", "1024 bits");
	assert_null(strstr(res.reason, "publish")); /* a record of that key is of no use either */
}

static void rfc7672_3_2_3_names(void **state)
{
	static const char *const other[] = { "mx.other.test", "a.b.wild.example.test" };
	static const char *const wild[] = { "a.wild.example.test" };

	(void)state;
	match_at("leaf int root", "2 0 1 root", 0, 2); /* the second of two identifiers */
	names = other;
	refused("leaf int root", "2 0 1 root", "cert-name", "mx.example.test, *.wild.example.test");
	assert_non_null(strstr(res.reason, "mx.other.test, a.b.wild.example.test"));
	names = wild;
	nnames = 1;
	match_at("leaf int root", "2 0 1 root", 0, 2);
	nnames = 0;
	refused("leaf int root", "2 0 1 root", "cert-name", "no name given");
}

static void rfc6125_6_4_4_cn(void **state)
{
	static const char *const els[] = { "else.example.test" };

	(void)state;
	match_at("leaf-cn int root", "2 0 1 root", 0, 2);
	refused("leaf-cn-san int root", "2 0 1 root", "cert-name", "else.example.test");
	names = els;
	nnames = 1;
	match_at("leaf-cn-san int root", "2 0 1 root", 0, 2);
	refused("leaf-cn int root", "2 0 1 root", "cert-name", "CN=mx.example.test");
	refused("leaf-cn-nul int root", "2 0 1 root", "cert-name", "mx.example.test\\00.evil");
}

static void a_dns_name_elsewhere_in_san(void **state)
{
	(void)state;
	match_at("leaf-cn-email int root", "2 0 1 root", 0, 2);
	refused("leaf-stars int root", "2 0 1 root", "cert-name", "m*.example.test");
}

static void signature_budget(void **state)
{
	unsigned i;

	(void)state;
	/* 20 bare keys that signed none of the certificates met */
	vec_chain(&chain, "leaf-int2 int2 int root-fake");
	set.n = 0;
	for (i = 0; i < 20; i++)
		vec_record(&set, 2, 1, 0, "other");
	assert_int_equal(run(), TLS_NO_MATCH);
	assert_string_equal(res.code, "cert-limit");
}

/* Whatever single bit is flipped in the chain, only true data may match. */
static void no_flipped_bit_makes_a_match(void **state)
{
	uint8_t *p;
	size_t i;

	(void)state;
	vec_chain(&chain, "leaf-root root");
	vec_records(&set, "2 0 1 root");
	for (i = 0; i < chain.used; i++) {
		p = chain.der + i;
		*p ^= (uint8_t)(1u << (i % 8));
		assert_int_not_equal(run(), TLS_MATCH);
		*p ^= (uint8_t)(1u << (i % 8));
	}
	assert_int_equal(run(), TLS_MATCH);
}

/* ---- hints ------------------------------------------------------------------------------------- */

static void suggestions_match(void **state)
{
	char text[160];
	unsigned i, s, m;

	(void)state;
	vec_chain(&chain, "leaf int root");
	for (i = 0; i < 3; i++) {
		for (s = 0; s < 2; s++) {
			for (m = 1; m < 3; m++) {
				static const char *const of[] = { "leaf", "int", "root" };
				char want[160];
				unsigned k, at;

				assert_true(tls_dane_suggest(&chain, i, i == 0 ? 3 : 2, s, m, text, sizeof text));
				set.n = 0;
				vec_record(&set, i == 0 ? 3 : 2, s, m, of[i]);
				at = (unsigned)snprintf(want, sizeof want, "%d %u %u ", i == 0 ? 3 : 2, s, m);
				for (k = 0; k < set.t[0].len; k++)
					at += (unsigned)snprintf(want + at, sizeof want - at, "%02x", set.data[0][k]);
				assert_string_equal(text, want);
			}
		}
	}
}

static void a_key_that_no_handshake_can_prove_is_a_fault(void **state)
{
	static const char *const good[] = { "leaf", "leaf-rsa", "../tls13/ed25519" };
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		vec_chain(&chain, good[i]);
		assert_null(tls_leaf_fault(&chain));
	}
	vec_chain(&chain, "../tls13/k256"); /* secp256k1 */
	assert_non_null(strstr(tls_leaf_fault(&chain), "not supported here"));
	vec_chain(&chain, "../pki/rsa4104-root");
	assert_non_null(strstr(tls_leaf_fault(&chain), "over 4096 bits"));
	vec_chain(&chain, "leaf-rsa");
	vec_exponent_1(&chain); /* RFC 8017 section 3.1 */
	assert_non_null(strstr(tls_leaf_fault(&chain), "anybody can sign"));
	chain.der[chain.off[0]] = 0x31;
	assert_non_null(tls_leaf_fault(&chain));
	chain.n = 0;
	assert_non_null(tls_leaf_fault(&chain));
}

static void suggestions_refused(void **state)
{
	char text[160];

	(void)state;
	vec_chain(&chain, "leaf int");
	assert_false(tls_dane_suggest(&chain, 2, 2, 1, 1, text, sizeof text));
	assert_false(tls_dane_suggest(&chain, 0, 3, 2, 1, text, sizeof text));
	assert_false(tls_dane_suggest(&chain, 0, 3, 1, 3, text, sizeof text));
	assert_false(tls_dane_suggest(&chain, 0, 3, 0, 0, text, sizeof text)); /* no room */
	assert_false(tls_dane_suggest(&chain, 0, 3, 1, 1, text, 20));
	memset(&chain, 0, sizeof chain);
	tls_chain_add(&chain, (const uint8_t *)"junk", 4);
	assert_false(tls_dane_suggest(&chain, 0, 3, 1, 1, text, sizeof text));
}

#define T(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(rfc7671_5_1_ee_all_selectors_and_types),
		T(rfc7671_5_1_ee_ignores_names_dates_extensions),
		T(rfc7671_5_1_ee_leaf_alone),
		T(ee_each_digest_octet_counts),
		T(any_match_suffices),
		T(rfc7672_3_1_3_only_unusable),
		T(unusable_among_usable),
		T(rfc7671_9_digest_agility),
		T(too_many_records),
		T(chain_missing),
		T(chain_over_the_limit),
		T(chain_not_der),
		T(rfc7671_5_2_ta_all_selectors_and_types),
		T(rfc7671_5_2_digest_wants_the_anchor_presented),
		T(rfc7671_5_2_1_whole_anchor_may_be_absent),
		T(rfc7671_5_2_2_bare_key_may_be_absent),
		T(rfc7671_5_2_never_the_leaf),
		T(path_by_place_in_the_chain),
		T(ta_any_order_strangers_doubles),
		T(ta_stranger_is_no_anchor),
		T(ta_same_name_other_key),
		T(ta_each_signature_bit_counts),
		T(rfc5280_4_1_2_5_dates),
		T(rfc5280_4_1_2_5_both_ends_inclusive),
		T(rfc5280_6_1_4_k_ca),
		T(rfc5280_6_1_4_m_path_length),
		T(rfc5280_6_1_4_n_key_usage),
		T(rfc5280_4_2_1_12_extended_key_usage),
		T(rfc5280_4_2_unknown_critical),
		T(weak_signatures_prove_nothing),
		T(rfc7672_3_2_3_names),
		T(rfc6125_6_4_4_cn),
		T(a_dns_name_elsewhere_in_san),
		T(signature_budget),
		T(no_flipped_bit_makes_a_match),
		T(suggestions_match),
		T(a_key_that_no_handshake_can_prove_is_a_fault),
		T(suggestions_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
