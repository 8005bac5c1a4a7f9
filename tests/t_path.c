/* SPDX-License-Identifier: ISC */
/* Unit tests of tls/path.c, tls/vet.c and tls/minimal.c with algorithms, names and ways up that
   t_dane has not: each accepted path with what makes it a refused one. */
#define VEC_DIR "pki"
#include "tests/dane_check.h"

/* ---- algorithms ------------------------------------------------------------------------ */

static void chains_of_each_algorithm(void **state)
{
	static const char *const c[] = { "rsa-leaf rsa-int rsa2048-root", "ec-leaf ec-int ec256-root",
		"ed-leaf ed-int ed-root", "ed-edleaf ed-int ed-root", "pss-leaf pss-int psskey-root" };
	static const char *const root[] = { "rsa2048-root", "ec256-root", "ed-root", "ed-root", "psskey-root" };
	char rec[64], copy[128], *two;
	unsigned i, s, m;

	(void)state;
	for (i = 0; i < 5; i++) {
		for (s = 0; s < 2; s++) {
			for (m = 0; m < 3; m++) {
				snprintf(rec, sizeof rec, "2 %u %u %s", s, m, root[i]);
				match_at(c[i], rec, 2);
				assert_int_equal(res.weak_rsa, 0);
				assert_string_equal(res.hint, "");
				if (m != 0)
					continue;
				snprintf(copy, sizeof copy, "%s", c[i]); /* the anchor not presented */
				two = strrchr(copy, ' ');
				*two = '\0';
				match_at(copy, rec, 2);
			}
		}
	}
}

static void each_octet_of_a_signature_counts(void **state)
{
	static const char *const c[] = { "ed-leaf ed-int ed-root", "pss-leaf pss-int psskey-root" };
	static const char *const r[] = { "2 0 1 ed-root", "2 0 1 psskey-root" };
	unsigned i, k, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		vec_chain(&chain, c[i]);
		vec_records(&set, r[i]);
		for (k = 0; k < 2; k++) {
			for (j = 1; j <= 64; j++) {
				uint8_t *p = chain.der + chain.off[k] + chain.len[k] - j;

				*p ^= 0x40;
				assert_int_equal(run(), TLS_NO_MATCH);
				*p ^= 0x40;
			}
		}
		assert_int_equal(run(), TLS_MATCH);
	}
}

static void rfc4055_pss_by_parameters(void **state)
{
	(void)state;
	match_at("pss-256-leaf rsa2048-root", "2 0 1 rsa2048-root", 1);
	match_at("pss-mixed-leaf rsa2048-root", "2 0 1 rsa2048-root", 1);
	match_at("psslim-leaf psslim-root", "2 1 1 psslim-root", 1);
	refused("pss-sha1-leaf rsa2048-root", "2 0 1 rsa2048-root", "cert-chain", "weak algorithm or key");
	refused("pss-sha224-leaf rsa2048-root", "2 0 1 rsa2048-root", "cert-chain", "not supported here");
	refused("ec-sha1-leaf ec256-root", "2 0 1 ec256-root", "cert-chain", "weak algorithm");
}

static void rsa_under_2048_bits_is_told(void **state)
{
	(void)state;
	match_at("rsa1024-leaf rsa1024-root", "2 0 1 rsa1024-root", 1);
	assert_int_equal(res.weak_rsa, 1024);
	assert_non_null(strstr(res.hint, "1024 bits"));
	match_at("rsa1024-leaf", "2 1 0 rsa1024-root", 1);
	assert_int_equal(res.weak_rsa, 1024);
	match_at("rsa1024-leaf rsa1024-root", "3 1 1 rsa1024-leaf", 0);
	assert_int_equal(res.weak_rsa, 0); /* the match does not rest on the CA */
	match_at("rsa1024-root", "3 1 1 rsa1024-root", 0);
	assert_int_equal(res.weak_rsa, 1024);
}

static void rsa_over_4096_bits_is_refused_with_a_reason(void **state)
{
	(void)state;
	match_at("rsa4096-leaf rsa4096-root", "2 0 1 rsa4096-root", 1);
	refused("rsa4104-leaf rsa4104-root", "2 0 1 rsa4104-root", "cert-chain", "4096 bits");
	match_at("rsa4104-root", "3 1 1 rsa4104-root", 0); /* no business of DANE-EE */
}

/* ---- names ------------------------------------------------------------------------------- */

static void rfc5280_7_1_issuer_by_another_spelling(void **state)
{
	(void)state;
	match_at("name-leaf name-other", "2 0 1 name-other", 1);
	match_at("name-leaf name-ca", "2 0 1 name-ca", 1);
	match_at("name-leaf", "2 0 0 name-ca", 1);
	match_at("name-leaf name-ca", "2 1 1 name-ca", 1);
	refused("name-leaf name-different", "2 0 1 name-different", "cert-chain", "not on the path");
}

/* Where the record covers the key alone, nothing but its signature vouches for an anchor's spelling. */
static void spelling_of_an_anchor_changed_on_the_way(void **state)
{
	uint8_t *p;

	(void)state;
	match_at("ec-leaf ec-int ec256-root", "2 1 1 ec256-root", 2);
	for (p = chain.der + chain.off[2]; memcmp(p, "EC 256 Root", 11) != 0; p++)
		;
	for (p += 12; memcmp(p, "EC 256 Root", 11) != 0; p++) /* the subject, after the issuer */
		;
	p[0] ^= 0x20;
	assert_int_equal(run(), TLS_NO_MATCH);
	p[0] ^= 0x20;
	assert_int_equal(run(), TLS_MATCH);
	match_at("ec-leaf ec-int ec256-root", "2 1 1 ec-int", 1);
	for (p = chain.der + chain.off[1]; memcmp(p, "EC Int", 6) != 0; p++)
		;
	p[3] ^= 0x20;
	assert_int_equal(run(), TLS_NO_MATCH);
}

/* ---- path length ------------------------------------------------------------------------- */

static void rfc5280_6_1_4_l_self_issued_are_not_counted(void **state)
{
	(void)state;
	match_at("roll-leaf roll-new roll-old", "2 0 1 roll-old", 2);
	match_at("roll-leaf roll-new", "2 0 0 roll-old", 2);
	refused("roll-int-leaf roll-int roll-old", "2 0 1 roll-old", "cert-chain", "pathLenConstraint");
}

/* ---- name constraints ----------------------------------------------------------------------- */

static void rfc5280_6_1_3_b_permitted(void **state)
{
	(void)state;
	match_at("nc-leaf nc-ok ec256-root", "2 0 1 ec256-root", 2);
	match_at("nc-leaf nc-ok", "2 0 1 nc-ok", 1); /* of the anchor too */
	match_at("nc-leaf nc-plain ec256-root", "2 0 1 ec256-root", 2);
	match_at("nc-leaf nc-dn ec256-root", "2 0 1 ec256-root", 2);
	match_at("nc-leaf nc-none ec256-root", "2 0 1 ec256-root", 2);
	refused("nc-leaf nc-other ec256-root", "2 0 1 ec256-root", "cert-chain",
	    "name constraints that do not allow the DNS name mx.example.test");
	refused("nc-leaf nc-other-plain ec256-root", "2 0 1 ec256-root", "cert-chain", "name constraints");
	refused("nc-leaf nc-dn-other ec256-root", "2 0 1 ec256-root", "cert-chain", "directory name");
}

static void rfc5280_6_1_3_c_excluded(void **state)
{
	(void)state;
	refused("nc-leaf nc-excl ec256-root", "2 0 1 ec256-root", "cert-chain", "do not allow");
	refused("nc-leaf nc-excl-host ec256-root", "2 0 1 ec256-root", "cert-chain", "mx.example.test");
	refused("nc-bad-leaf nc-ok ec256-root", "2 0 1 ec256-root", "cert-chain", "x.bad.example.test");
	refused("nc-ip-leaf nc-none ec256-root", "2 0 1 ec256-root", "cert-chain", "IP address c0000219");
}

static void rfc5280_4_2_1_10_ip_and_uri(void **state)
{
	(void)state;
	match_at("nc-ip-leaf nc-ip ec256-root", "2 0 1 ec256-root", 2);
	refused("nc-ip-bad-leaf nc-ip ec256-root", "2 0 1 ec256-root", "cert-chain", "IP address c6336419");
	match_at("nc-uri-leaf nc-ok ec256-root", "2 0 1 ec256-root", 2);
	match_at("nc-leaf nc-uri ec256-root", "2 0 1 ec256-root", 2);
	refused("nc-uri-leaf nc-uri ec256-root", "2 0 1 ec256-root", "cert-chain", "cannot be applied here");
}

static void name_constraints_and_the_common_name(void **state)
{
	(void)state;
	match_at("nc-cn-leaf nc-ok ec256-root", "2 0 1 ec256-root", 2);
	refused("nc-cn-leaf nc-other ec256-root", "2 0 1 ec256-root", "cert-chain", "DNS name mx.example.test");
}

static void name_constraints_and_wildcards(void **state)
{
	(void)state;
	match_at("nc-wild-leaf nc-ok ec256-root", "2 0 1 ec256-root", 2);
	refused("nc-wild-leaf nc-excl-host ec256-root", "2 0 1 ec256-root", "cert-chain", "exclude the host");
	host = "mx2.example.test";
	match_at("nc-wild-leaf nc-excl-host ec256-root", "2 0 1 ec256-root", 2);
	host = "bad.example.test"; /* under the wildcard, and excluded */
	refused("nc-wild-leaf nc-ok ec256-root", "2 0 1 ec256-root", "cert-chain", "exclude the host");
}

static void name_constraints_of_the_anchor(void **state)
{
	(void)state;
	refused("nc-root-leaf nc-root", "2 0 1 nc-root", "cert-chain", "name constraints");
	refused("nc-root-leaf nc-root", "2 1 1 nc-root", "cert-chain", "name constraints");
	refused("nc-root-leaf", "2 0 0 nc-root", "cert-chain", "name constraints");
	refused("nc-root-leaf nc-root", "2 1 0 nc-root", "cert-chain", "name constraints");
	match_at("nc-root-leaf", "2 1 0 nc-root", 1); /* a bare key has none */
	host = "mx.other.test";
	refused("nc-root-leaf nc-root", "2 0 1 nc-root", "cert-chain", "name constraints");
}

static void name_constraints_spare_self_issued_intermediates(void **state)
{
	(void)state;
	match_at("nc-self-leaf nc-self-int nc-self-top", "2 0 1 nc-self-top", 2);
	refused("nc-self-out-leaf nc-self-out nc-self-top", "2 0 1 nc-self-top", "cert-chain",
	    "do not allow the subject or directory name of the CA certificate at depth 1 (CN=Not Self)");
}

static void another_way_up_without_the_constraint(void **state)
{
	(void)state;
	match_at("nc-leaf nc-other nc-free ec256-root", "2 0 1 ec256-root", 2);
	assert_int_equal(res.path[1], 2);
	match_at("nc-leaf nc-free nc-other ec256-root", "2 0 1 ec256-root", 2);
	assert_int_equal(res.path[1], 1);
	/* the certificate that the record names is the constrained one */
	refused("nc-leaf nc-free nc-other ec256-root", "2 0 1 nc-other", "cert-chain", "name constraints");
	match_at("nc-leaf nc-free nc-other ec256-root", "2 1 1 nc-other", 1); /* and by its key, any */
}

/* ---- the table -------------------------------------------------------------------------------- */

static void table_of_all_records(void **state)
{
	(void)state;
	match_at("ec-leaf ec-int ec256-root", "3 1 1 ec-leaf; 2 1 1 ec-int; 2 0 1 ec256-root; 2 0 2 ed-root;"
	    "2 1 1 ec-leaf; 3 0 1 ec-int; 1 0 1 ec-leaf; 2 0 1 ed-root", 0);
	assert_int_equal(res.row[0].state, TLS_ROW_MATCHED);
	assert_int_equal(res.data_mask[0], 1);
	assert_int_equal(res.row[1].state, TLS_ROW_MATCHED);
	assert_int_equal(res.row[1].depth, 1);
	assert_int_equal(res.data_mask[1], 2);
	assert_int_equal(res.row[2].state, TLS_ROW_OUTRANKED); /* by the SHA2-512 of record 4 */
	assert_int_equal(res.data_mask[2], 4);
	assert_int_equal(res.row[3].state, TLS_ROW_NO_DATA);
	assert_int_equal(res.row[4].state, TLS_ROW_NOT_ACCEPTED); /* usage 2, the leaf */
	assert_int_equal(res.data_mask[4], 1);
	assert_int_equal(res.row[5].state, TLS_ROW_NOT_ACCEPTED); /* usage 3, a CA */
	assert_int_equal(res.row[6].state, TLS_ROW_UNUSABLE);
	assert_int_equal(res.row[7].state, TLS_ROW_OUTRANKED);
}

static void table_with_anchors_at_several_depths(void **state)
{
	(void)state;
	match_at("ec-leaf ec-int ec256-root", "2 0 1 ec256-root; 2 1 1 ec-int; 2 1 0 ec256-root; 2 0 0 ec256-root", 1);
	assert_int_equal(res.tlsa, 1);
	assert_int_equal(res.row[0].depth, 2);
	assert_int_equal(res.row[1].depth, 1);
	assert_int_equal(res.row[2].depth, 2);
	assert_int_equal(res.row[3].depth, 2);
}

/* ---- ways up ---------------------------------------------------------------------------------- */

/* Doubles of the root under two names, and intermediates: more ways than one, all short. */
static void many_ways_are_bounded(void **state)
{
	unsigned i;

	(void)state;
	vec_chain(&chain, "nc-leaf");
	vec_records(&set, "2 0 1 ed-root");
	for (i = 0; i < 2; i++) {
		vec_add(&chain, "nc-free");
		vec_add(&chain, "nc-plain");
		vec_add(&chain, "nc-ok");
		vec_add(&chain, "nc-dn");
		vec_add(&chain, "nc-none");
		vec_add(&chain, "ec256-root");
	}
	vec_add(&chain, "ed-root");
	assert_int_equal(run(), TLS_NO_MATCH);
	assert_string_equal(res.code, "cert-chain");
	vec_records(&set, "2 0 1 ec256-root");
	assert_int_equal(run(), TLS_MATCH);
	assert_int_equal(res.depth, 2);
}

static void too_many_ways_are_refused(void **state)
{
	(void)state;
	vec_chain(&chain, "layers");
	assert_int_equal(chain.n, 16);
	vec_records(&set, "2 0 0 ec256-root");
	assert_int_equal(run(), TLS_NO_MATCH);
	assert_string_equal(res.code, "cert-limit");
	vec_records(&set, "2 0 0 ec256-root; 3 1 1 layers");
	assert_int_equal(run(), TLS_MATCH);
	assert_int_equal(res.depth, 0);
}

#define T(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(chains_of_each_algorithm),
		T(each_octet_of_a_signature_counts),
		T(rfc4055_pss_by_parameters),
		T(rsa_under_2048_bits_is_told),
		T(rsa_over_4096_bits_is_refused_with_a_reason),
		T(rfc5280_7_1_issuer_by_another_spelling),
		T(spelling_of_an_anchor_changed_on_the_way),
		T(rfc5280_6_1_4_l_self_issued_are_not_counted),
		T(rfc5280_6_1_3_b_permitted),
		T(rfc5280_6_1_3_c_excluded),
		T(rfc5280_4_2_1_10_ip_and_uri),
		T(name_constraints_and_the_common_name),
		T(name_constraints_and_wildcards),
		T(name_constraints_of_the_anchor),
		T(name_constraints_spare_self_issued_intermediates),
		T(another_way_up_without_the_constraint),
		T(table_of_all_records),
		T(table_with_anchors_at_several_depths),
		T(many_ways_are_bounded),
		T(too_many_ways_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
