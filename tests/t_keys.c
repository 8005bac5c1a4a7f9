/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/keys.c: the keys of a zone, proven by DS records or by trust anchors (RFC 4035
 * section 5.2), and when a zone as a whole counts as unsupported.
 */
#include "dns/sec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/signer.h"

static struct sg_key ksk, zsk, small, p384, rsa5;
static struct sg_msg m;
static struct sg_rr ds[DNS_MAX_DS + 1];
static unsigned nds;
static struct dns_memo memo;
static uint8_t canon[DNS_CANON_MAX], signed_[2 * DNS_CANON_MAX], *flat;
static struct dns_work work;
static unsigned verifies;
static struct dns_result result;
static struct dns_anchors anchors;
static struct dns_ctx c;
static struct dns_keys keys;
static struct dns_why why;
static uint8_t zone[255];

static void begin(void)
{
	memset(memo.state, 0, sizeof memo.state);
	memset(&keys, 0, sizeof keys);
	work = (struct dns_work){ 0 };
	verifies = nds = 0;
	anchors.n = 0;
	result.nsteps = 0;
	c = (struct dns_ctx){ .now = SG_NOW, .memo = &memo, .canon = canon, .signed_ = signed_,
		.out = &result, .anchors = &anchors, .blame = -1,  .work = &work,
		.verifies = &verifies };
	memcpy(zone, sg_name("ex.test"), 9);
	sg_msg_init(&m, zone, DNS_DNSKEY);
}

static void key(const struct sg_key *k)
{
	struct sg_rr rr = sg_rr_dnskey(zone, k);

	sg_msg_add(&m, DNS_ANSWER, &rr);
}

static void sign(const struct sg_key *k)
{
	struct sg_sig s;
	struct sg_rr rr;
	unsigned n = 0;

	while (n < m.n && m.rr[n].type == DNS_DNSKEY)
		n++;
	sg_sig_init(&s, k, zone, &m.rr[0]);
	rr = sg_sign(&s, m.rr, n);
	sg_msg_add(&m, DNS_ANSWER, &rr);
}

static void add_ds(const struct sg_key *k, unsigned digest)
{
	ds[nds++] = sg_rr_ds(zone, k, digest);
}

static struct dns_view view(void)
{
	static uint8_t buf[100000];
	size_t n = sg_msg_flat(&m, buf, sizeof buf);

	free(flat);
	flat = malloc(n ? n : 1);
	memcpy(flat, buf, n);
	return (struct dns_view){ flat, n, 0, 3 };
}

static enum dns_sec by_ds(void)
{
	struct dns_view v = view();
	struct dns_rdata rd[DNS_MAX_DS + 1];
	unsigned i;

	memset(&why, 0, sizeof why);
	for (i = 0; i < nds; i++)
		rd[i] = (struct dns_rdata){ ds[i].rd, ds[i].rdlen };
	return dns_keys_by_ds(&c, zone, rd, nds, &v, &keys, &why);
}

/* KSK and ZSK, signed by the KSK, and its DS: all in order. */
static void usual(void)
{
	begin();
	key(&zsk);
	key(&ksk);
	sign(&ksk);
	add_ds(&ksk, 2);
}

static void rfc4035_5_2_good(void **state)
{
	(void)state;
	usual();
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	assert_int_equal(keys.n, 2); /* all keys of the proven set */
	assert_true(dns_name_eq(keys.zone, zone));
	assert_int_equal(result.nsteps, 2);
	assert_int_equal(result.steps[0].kind, DNS_STEP_DS);
	assert_int_equal(result.steps[0].tag, ksk.tag);
	assert_int_equal(result.steps[1].kind, DNS_STEP_DNSKEY);
}

static void rfc4035_5_2_each_ingredient(void **state)
{
	(void)state;
	usual();
	ds[0].rd[0] ^= 1; /* key tag */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	assert_int_equal(why.ede, DNS_EDE_NO_DNSKEY);
	usual();
	ds[0].rd[2] = 8; /* algorithm */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	usual();
	ds[0].rd[20] ^= 1; /* digest */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	usual();
	ds[0].rdlen--; /* digest cut short */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	usual();
	ds[0].rdlen++;
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	usual();
	m.n--; /* no signature */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	assert_int_equal(why.ede, DNS_EDE_NO_RRSIG);
	usual();
	m.rr[0].rd[9] ^= 1; /* another key slipped in */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	usual();
	m.n = 0; /* nothing at all */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	assert_int_equal(why.ede, DNS_EDE_NO_DNSKEY);
	assert_int_equal(c.blame, 3);
	usual();
	memcpy(zone, sg_name("ey.test"), 9);
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
}

/* The key that the DS names must itself sign. */
static void rfc4035_5_2_signed_by_another_key_of_the_set(void **state)
{
	(void)state;
	begin();
	key(&zsk);
	key(&ksk);
	sign(&zsk);
	add_ds(&ksk, 2);
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	sign(&ksk);
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
}

static void dnskey_set_from_a_wildcard(void **state)
{
	struct sg_sig s;
	struct sg_rr rr;

	(void)state;
	begin();
	memcpy(zone, sg_name("a.ex.test"), 11);
	key(&ksk);
	sg_sig_init(&s, &ksk, sg_name("a.ex.test"), &m.rr[0]);
	s.labels = 2;
	s.owner = sg_name("*.ex.test");
	rr = sg_sign(&s, m.rr, 1);
	sg_msg_add(&m, DNS_ANSWER, &rr);
	add_ds(&ksk, 2);
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
}

static void key_with(unsigned flags, unsigned protocol, enum dns_sec want)
{
	uint8_t rd[3];
	uint16_t tag = ksk.tag;

	memcpy(rd, ksk.rd, 3);
	ksk.rd[0] = (uint8_t)(flags >> 8);
	ksk.rd[1] = (uint8_t)flags;
	ksk.rd[2] = (uint8_t)protocol;
	sg_key_retag(&ksk);
	usual();
	assert_int_equal(by_ds(), want);
	memcpy(ksk.rd, rd, 3);
	ksk.tag = tag;
}

static void rfc4034_2_1_1_flags(void **state)
{
	(void)state;
	key_with(0x0101, 3, DNS_SEC_SECURE);
	key_with(0x0100, 3, DNS_SEC_SECURE); /* SEP is a hint, RFC 4034 section 2.1.1 */
	key_with(0x0001, 3, DNS_SEC_BOGUS);
	key_with(0x0101, 2, DNS_SEC_BOGUS);
	key_with(0x0181, 3, DNS_SEC_BOGUS); /* revoked, RFC 5011 section 2.1 */
}

static void digest_types(void **state)
{
	(void)state;
	usual();
	ds[0] = sg_rr_ds(zone, &ksk, 4); /* RFC 6605 section 2 */
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	ds[0] = sg_rr_ds(zone, &ksk, 1);
	assert_int_equal(by_ds(), DNS_SEC_INSECURE); /* our policy */
	assert_int_equal(why.ede, DNS_EDE_DIGEST);
	c.allow_weak = true;
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	usual();
	ds[0].rd[3] = 3; /* GOST */
	assert_int_equal(by_ds(), DNS_SEC_INSECURE);
	ds[0].rd[3] = 99;
	assert_int_equal(by_ds(), DNS_SEC_INSECURE);
	assert_true(why.ede == DNS_EDE_DIGEST || why.ede == DNS_EDE_ALG);
	assert_int_equal(verifies, 0);
}

/* RFC 4509 section 3: a SHA-2 digest makes SHA-1 ones count for nothing. */
static void rfc4509_3(void **state)
{
	(void)state;
	usual();
	add_ds(&ksk, 1);
	ds[0].rd[20] ^= 1;
	c.allow_weak = true;
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	ds[0].rd[2] = 253; /* the SHA-256 one is of an algorithm that nobody knows */
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
}

static void rfc4035_5_2_unsupported_only_insecure(void **state)
{
	(void)state;
	usual();
	ds[0].rd[2] = 253;
	assert_int_equal(by_ds(), DNS_SEC_INSECURE);
	assert_int_equal(why.ede, DNS_EDE_ALG);
	assert_non_null(strstr(why.text, "ex.test"));
	m.n = 0; /* the key set does not matter */
	assert_int_equal(by_ds(), DNS_SEC_INSECURE);
}

/* The reasons name the DS records, or the anchors, that lead nowhere. */
static void reasons_name_the_entries(void **state)
{
	char want[60];
	struct dns_view v;

	(void)state;
	usual();
	ds[0].rd[2] = 253;
	assert_int_equal(by_ds(), DNS_SEC_INSECURE);
	assert_non_null(strstr(why.text, "no DS record"));
	assert_non_null(strstr(why.text, ", algorithm 253, digest type 2)"));
	usual();
	ds[0].rd[10] ^= 1;
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	snprintf(want, sizeof want, "(key tag %u, algorithm %u, digest type 2)", ksk.tag, (unsigned)ksk.alg);
	assert_non_null(strstr(why.text, want));
	usual();
	anchors.n = 1; /* an anchor of an unsupported algorithm: insecure, and said of the anchor */
	memcpy(anchors.a[0].owner, zone, 9);
	anchors.a[0].type = DNS_DS;
	anchors.a[0].rdlen = ds[0].rdlen;
	anchors.a[0].from = 0;
	anchors.a[0].until = INT64_MAX;
	memcpy(anchors.a[0].rdata, ds[0].rd, ds[0].rdlen);
	anchors.a[0].rdata[2] = 12;
	v = view();
	assert_int_equal(dns_keys_by_anchor(&c, zone, &v, &keys, &why), DNS_SEC_INSECURE);
	assert_non_null(strstr(why.text, "no trust anchor"));
	assert_non_null(strstr(why.text, ", algorithm 12, digest type 2)"));
}

static void unsupported_beside_a_good_one(void **state)
{
	(void)state;
	usual();
	add_ds(&zsk, 2);
	ds[1].rd[2] = 253;
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	m.n--; /* stripped: one supported DS is there, so bogus */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	usual();
	add_ds(&zsk, 2);
	ds[1].rd[2] = 253;
	ds[0].rd[10] ^= 1;
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
}

/* RFC 6840 section 5.11: any one path is enough. */
static void rfc6840_5_11_any_ds(void **state)
{
	(void)state;
	usual();
	add_ds(&zsk, 2);
	ds[1].rd[15] ^= 1;
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	ds[2] = ds[0];
	ds[0] = ds[1]; /* the bad one first */
	ds[1] = ds[2];
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	usual();
	add_ds(&p384, 2); /* a key that is announced, but not there yet */
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
}

static void small_rsa_only_insecure(void **state)
{
	(void)state;
	begin();
	key(&small);
	sign(&small);
	add_ds(&small, 2);
	assert_int_equal(by_ds(), DNS_SEC_INSECURE);
	assert_non_null(strstr(why.text, "1024"));
	c.allow_weak = true;
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
}

static void small_rsa_beside_a_good_key(void **state)
{
	(void)state;
	begin();
	key(&small);
	key(&ksk);
	sign(&small);
	sign(&ksk);
	add_ds(&small, 2);
	add_ds(&ksk, 2);
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	sg_msg_remove(&m, 3); /* the good key's signature stripped */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	begin();
	key(&small); /* the good key itself stripped */
	sign(&small);
	add_ds(&small, 2);
	add_ds(&ksk, 2);
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
}

/* What does not parse as an RSA key is not small: the zone is broken. */
static void malformed_rsa_is_not_small(void **state)
{
	uint8_t rd[2];

	(void)state;
	begin();
	memcpy(rd, small.rd + 4, 2);
	small.rd[4] = 0;
	small.rd[5] = 255;
	sg_key_retag(&small);
	key(&small);
	add_ds(&small, 2);
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	memcpy(small.rd + 4, rd, 2);
	sg_key_retag(&small);
}

static void rfc9905_rsasha1_only_insecure(void **state)
{
	(void)state;
	begin();
	key(&rsa5);
	sign(&rsa5);
	add_ds(&rsa5, 2);
	assert_int_equal(by_ds(), DNS_SEC_INSECURE);
	assert_int_equal(why.ede, DNS_EDE_ALG);
	c.allow_weak = true;
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
}

static void too_many_keys(void **state)
{
	unsigned i;

	(void)state;
	begin();
	key(&ksk);
	for (i = 1; i <= DNS_MAX_KEYS; i++) {
		key(&zsk);
		m.rr[i].rd[10] = (uint8_t)i;
	}
	sign(&ksk);
	add_ds(&ksk, 2);
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	assert_int_equal(verifies, 0);
}

/* n keys of one tag, ksk the last of them, and a DS for each */
static void colliding(unsigned n)
{
	static struct sg_key twin;
	unsigned i;

	begin();
	memset(&twin, 0, sizeof twin);
	for (i = 0; i + 1 < n; i++) {
		twin.alg = ksk.alg;
		twin.rdlen = ksk.rdlen;
		memcpy(twin.rd, ksk.rd, ksk.rdlen);
		twin.rd[4] = (uint8_t)(ksk.rd[4] ^ (1 + i)); /* what one octet gains the other loses */
		twin.rd[6] = (uint8_t)(ksk.rd[6] + ksk.rd[4] - twin.rd[4]);
		sg_key_retag(&twin);
		if (twin.tag != ksk.tag) /* a carry: the checksum is one off */
			continue;
		key(&twin);
		add_ds(&twin, 2);
	}
	key(&ksk);
	add_ds(&ksk, 2);
	sign(&ksk);
}

/* Four keys are tried for a signature, however many the DS set names */
static void keytrap_keys_of_the_ds_set(void **state)
{
	(void)state;
	colliding(24);
	assert_true(nds > DNS_MAX_KEY_TRIES);
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	assert_int_equal(verifies, DNS_MAX_KEY_TRIES);
	assert_non_null(strstr(why.text, "limit"));
	colliding(3);
	assert_true(nds > 1);
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	assert_true(verifies <= 3);
}

/* Digests are work: each key with each DS of its tag */
static void digests_are_counted(void **state)
{
	uint32_t few;
	unsigned i;

	(void)state;
	usual();
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	few = work.spent;
	colliding(24);
	for (i = 0; i < nds; i++)
		ds[i].rd[10] ^= 1; /* none matches */
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	assert_null(strstr(why.text, "limit"));
	assert_int_equal(verifies, 0);
	assert_true(work.spent > nds * nds * 50 && few < work.spent + DNS_COST_STEPS);
	work.spent = DNS_MAX_WORK - 100;
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
	assert_non_null(strstr(why.text, "more work than the limit"));
}

static void too_many_ds(void **state)
{
	unsigned i;

	(void)state;
	usual();
	for (i = 1; i <= DNS_MAX_DS; i++)
		add_ds(&zsk, 2);
	assert_int_equal(by_ds(), DNS_SEC_BOGUS);
}

/* ---- anchors ------------------------------------------------------------------------- */

static void anchor(struct sg_rr rr)
{
	struct dns_anchor *a = &anchors.a[anchors.n++];

	dns_name_copy(a->owner, rr.owner);
	a->type = rr.type;
	a->rdlen = rr.rdlen;
	a->from = INT64_MIN;
	a->until = INT64_MAX;
	memcpy(a->rdata, rr.rd, rr.rdlen);
}

static enum dns_sec by_anchor(void)
{
	struct dns_view v = view();

	return dns_keys_by_anchor(&c, zone, &v, &keys, &why);
}

static void anchor_ds(void **state)
{
	(void)state;
	usual();
	anchor(sg_rr_ds(zone, &ksk, 2));
	assert_int_equal(by_anchor(), DNS_SEC_SECURE);
	assert_int_equal(result.steps[0].kind, DNS_STEP_ANCHOR);
	anchors.a[0].rdata[9] ^= 1;
	assert_int_equal(by_anchor(), DNS_SEC_BOGUS);
	assert_non_null(strstr(why.text, "anchor"));
}

static void anchor_dnskey(void **state)
{
	(void)state;
	usual();
	anchor(sg_rr_dnskey(zone, &ksk));
	assert_int_equal(by_anchor(), DNS_SEC_SECURE);
	anchors.a[0].rdata[9] ^= 1;
	assert_int_equal(by_anchor(), DNS_SEC_BOGUS);
	anchors.a[0].rdata[9] ^= 1;
	anchors.a[0].rdlen--;
	assert_int_equal(by_anchor(), DNS_SEC_BOGUS);
}

static void anchor_of_another_zone(void **state)
{
	(void)state;
	usual();
	anchor(sg_rr_ds(sg_name("ey.test"), &ksk, 2));
	anchor(sg_rr_ds(zone, &zsk, 2)); /* this one is there, but does not sign */
	assert_int_equal(by_anchor(), DNS_SEC_BOGUS);
}

/* Two anchors of one zone, as the root had in 2026: one is enough. */
static void anchor_rollover(void **state)
{
	(void)state;
	usual();
	anchor(sg_rr_ds(zone, &p384, 2));
	anchor(sg_rr_ds(zone, &ksk, 2));
	assert_int_equal(by_anchor(), DNS_SEC_SECURE);
}

/* RFC 9718 section 2: both ends included. */
static void anchor_dates(void **state)
{
	(void)state;
	usual();
	anchor(sg_rr_ds(zone, &ksk, 2));
	anchors.a[0].from = anchors.a[0].until = SG_NOW;
	assert_int_equal(by_anchor(), DNS_SEC_SECURE);
	anchors.a[0].from = SG_NOW + 1;
	anchors.a[0].until = INT64_MAX;
	assert_false(dns_anchor_is_current(&anchors.a[0], SG_NOW));
	assert_int_not_equal(by_anchor(), DNS_SEC_SECURE);
	anchors.a[0].from = INT64_MIN;
	anchors.a[0].until = SG_NOW - 1;
	assert_false(dns_anchor_is_current(&anchors.a[0], SG_NOW));
	assert_int_not_equal(by_anchor(), DNS_SEC_SECURE);
}

/* No anchor of the zone at all is no proof that it is unsigned. */
static void anchor_none(void **state)
{
	(void)state;
	usual();
	assert_true(by_anchor() == DNS_SEC_BOGUS || by_anchor() == DNS_SEC_INDETERMINATE);
	assert_int_equal(by_ds(), DNS_SEC_SECURE);
	nds = 0;
	assert_int_equal(by_ds(), DNS_SEC_BOGUS); /* an empty DS set neither */
}

static int make_keys(void **state)
{
	(void)state;
	sg_key_make(&ksk, 15, 257, 0);
	sg_key_make(&zsk, 15, 256, 0);
	sg_key_make(&p384, 14, 257, 0);
	sg_key_make(&small, 8, 257, 768);
	sg_key_make(&rsa5, 5, 257, 1024);
	return 0;
}

static int tidy(void **state)
{
	(void)state;
	free(flat);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc4035_5_2_good),
		cmocka_unit_test(rfc4035_5_2_each_ingredient),
		cmocka_unit_test(rfc4035_5_2_signed_by_another_key_of_the_set),
		cmocka_unit_test(dnskey_set_from_a_wildcard),
		cmocka_unit_test(rfc4034_2_1_1_flags),
		cmocka_unit_test(digest_types),
		cmocka_unit_test(rfc4509_3),
		cmocka_unit_test(rfc4035_5_2_unsupported_only_insecure),
		cmocka_unit_test(reasons_name_the_entries),
		cmocka_unit_test(unsupported_beside_a_good_one),
		cmocka_unit_test(rfc6840_5_11_any_ds),
		cmocka_unit_test(small_rsa_only_insecure),
		cmocka_unit_test(small_rsa_beside_a_good_key),
		cmocka_unit_test(malformed_rsa_is_not_small),
		cmocka_unit_test(rfc9905_rsasha1_only_insecure),
		cmocka_unit_test(too_many_keys),
		cmocka_unit_test(keytrap_keys_of_the_ds_set),
		cmocka_unit_test(digests_are_counted),
		cmocka_unit_test(too_many_ds),
		cmocka_unit_test(anchor_ds),
		cmocka_unit_test(anchor_dnskey),
		cmocka_unit_test(anchor_of_another_zone),
		cmocka_unit_test(anchor_rollover),
		cmocka_unit_test(anchor_dates),
		cmocka_unit_test(anchor_none),
	};

	return cmocka_run_group_tests(tests, make_keys, tidy);
}
