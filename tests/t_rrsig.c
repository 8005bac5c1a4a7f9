/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/rrsig.c: RFC 4035 section 5.3, rule by rule.  RRsets are signed by
 * tests/signer.c, which has a canonical form of its own.
 */
#include "dns/sec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/signer.h"

static struct sg_key key, other;
static struct sg_msg m;
static struct sg_sig s;
static struct dns_memo memo;
static uint8_t canon[DNS_CANON_MAX], signed_[2 * DNS_CANON_MAX], *flat;
static struct dns_work work;
static unsigned verifies;
static struct dns_result result;
static struct dns_ctx c;
static struct dns_keys keys;
static struct dns_rrset set;
static struct dns_sig used;
static struct dns_why why;

static void reset(int64_t now)
{
	memset(&memo, 0, sizeof memo.state);
	memset(memo.state, 0, sizeof memo.state);
	work = (struct dns_work){ 0 };
	verifies = 0;
	c = (struct dns_ctx){ .now = now, .memo = &memo, .canon = canon, .signed_ = signed_,
		.out = &result, .blame = -1,  .work = &work, .verifies = &verifies };
}

static void zone_keys(const uint8_t *zone)
{
	memset(&keys, 0, sizeof keys);
	dns_name_copy(keys.zone, zone);
	dns_key_set(&keys.key[keys.n++], key.rd, key.rdlen);
}

/* The set (owner, type) of message m, out of an exact-size heap copy. */
static bool find(const uint8_t *owner, uint16_t type)
{
	static uint8_t buf[100000];
	size_t n = sg_msg_flat(&m, buf, sizeof buf);
	struct dns_view v;

	free(flat);
	flat = malloc(n ? n : 1);
	memcpy(flat, buf, n);
	v = (struct dns_view){ flat, n, 0, -1 };
	return dns_rrset_find(&v, owner, type, DNS_ANSWER, &set);
}

/* Is what m holds good? */
static bool verify(void)
{
	find(m.rr[0].owner, m.rr[0].type);
	memset(&why, 0, sizeof why);
	return dns_rrset_verify(&c, &set, &keys, &used, &why);
}

/* www.example.test A, one record; s ready to be changed. */
static void begin(void)
{
	struct sg_rr a = sg_rr_a(sg_name("www.example.test"), 1);
	static uint8_t zone[255];

	reset(SG_NOW);
	memcpy(zone, sg_name("example.test"), 14);
	zone_keys(zone);
	sg_msg_init(&m, a.owner, DNS_A);
	sg_msg_add(&m, DNS_ANSWER, &a);
	sg_sig_init(&s, &key, zone, &m.rr[0]);
}

static void sign(void)
{
	struct sg_rr rr = sg_sign(&s, m.rr, m.n);

	sg_msg_add(&m, DNS_ANSWER, &rr);
}

static bool sign_and_verify(void)
{
	sign();
	return verify();
}

/* ---- RFC 4035 section 5.3.1 ---------------------------------------------------------- */

static void rfc4035_5_3_1_good(void **state)
{
	(void)state;
	begin();
	assert_true(sign_and_verify());
	assert_int_equal(used.tag, key.tag);
	assert_false(dns_sig_is_wild(&set, &used));
	assert_int_equal(work.good, 1);
	assert_int_equal(work.fail_cost, 0);
	assert_int_equal(c.sig_expires, s.expiration);
}

static void rfc4035_5_3_1_b1_no_signature(void **state)
{
	(void)state;
	begin();
	assert_false(verify());
	assert_int_equal(why.ede, DNS_EDE_NO_RRSIG);
}

static void rfc4035_5_3_1_b1_other_owner(void **state)
{
	(void)state;
	begin();
	sign();
	memcpy(m.rr[1].owner, sg_name("ww2.example.test"), 18);
	assert_false(verify());
	assert_int_equal(set.nsigs, 0);
}

static void rfc4035_5_3_1_b1_other_class(void **state)
{
	(void)state;
	begin();
	sign();
	m.rr[1].class = 3;
	assert_false(verify());
	m.rr[1].class = 1;
	m.rr[0].class = 3;
	assert_false(find(m.rr[0].owner, DNS_A));
}

static void rfc4035_5_3_1_b2_signer_is_another_zone(void **state)
{
	(void)state;
	begin();
	s.signer = sg_name("test"); /* an ancestor, but these are not its keys */
	assert_false(sign_and_verify());
	begin();
	s.signer = sg_name("www.example.test");
	assert_false(sign_and_verify());
	assert_int_equal(verifies, 0);
}

/* The keys of a zone sign nothing outside it. */
static void rfc4035_5_3_1_b2_owner_outside_zone(void **state)
{
	(void)state;
	begin();
	memcpy(m.rr[0].owner, sg_name("www.victim.test"), 17);
	s.owner = m.rr[0].owner;
	assert_false(sign_and_verify());
	begin();
	memcpy(m.rr[0].owner, sg_name("wwwexample.test"), 17);
	s.labels = 2;
	assert_false(sign_and_verify());
	assert_int_equal(verifies, 0);
}

static void rfc4035_5_3_1_b3_covered_type(void **state)
{
	(void)state;
	begin();
	s.covered = DNS_AAAA;
	assert_false(sign_and_verify());
	assert_int_equal(set.nsigs, 0);
}

static void rfc4035_5_3_1_b4_too_many_labels(void **state)
{
	(void)state;
	begin();
	s.labels = 4;
	assert_false(sign_and_verify());
	assert_int_equal(verifies, 0);
	begin();
	s.labels = 255;
	assert_false(sign_and_verify());
}

/* A wildcard above the zone that signs is none of its own. */
static void rfc4035_5_3_1_b4_fewer_labels_than_signer(void **state)
{
	(void)state;
	begin();
	s.labels = 1;
	s.owner = sg_name("*.test");
	assert_false(sign_and_verify());
	begin();
	s.labels = 0;
	s.owner = sg_name("*");
	assert_false(sign_and_verify());
	assert_int_equal(verifies, 0);
}

static void rfc4035_5_3_1_b5_expiration_to_the_second(void **state)
{
	(void)state;
	begin();
	s.expiration = SG_NOW;
	assert_true(sign_and_verify());
	begin();
	s.expiration = SG_NOW - 1;
	assert_false(sign_and_verify());
	assert_int_equal(why.ede, DNS_EDE_SIG_EXPIRED);
	assert_non_null(strstr(why.text, "expired"));
	assert_int_equal(c.sig_expires, 0);
}

static void rfc4035_5_3_1_b6_inception_to_the_second(void **state)
{
	(void)state;
	begin();
	s.inception = SG_NOW;
	assert_true(sign_and_verify());
	begin();
	s.inception = SG_NOW + 1;
	assert_false(sign_and_verify());
	assert_int_equal(why.ede, DNS_EDE_SIG_EARLY);
}

static void rfc4034_3_1_5_inception_after_expiration(void **state)
{
	(void)state;
	begin();
	s.inception = SG_NOW + 10;
	s.expiration = SG_NOW - 10;
	assert_false(sign_and_verify());
}

/* RFC 4034 section 3.1.5: serial number arithmetic, past 2106. */
static void rfc1982_wrap(void **state)
{
	const int64_t wrap = INT64_C(1) << 32;

	(void)state;
	begin();
	c.now = wrap + 5;
	s.inception = UINT32_MAX - 100;
	s.expiration = 1000;
	assert_true(sign_and_verify());
	c.now = wrap + 1000;
	assert_true(verify());
	c.now = wrap + 1001;
	assert_false(verify());
	assert_int_equal(why.ede, DNS_EDE_SIG_EXPIRED);
	c.now = wrap - 101;
	assert_true(verify());
	c.now = wrap - 102;
	assert_false(verify());
	assert_int_equal(why.ede, DNS_EDE_SIG_EARLY);
}

/* The one distance that serial arithmetic leaves open must not be taken for good. */
static void rfc1982_undefined_distance(void **state)
{
	(void)state;
	begin();
	s.inception = s.expiration = (uint32_t)SG_NOW + UINT32_C(0x80000000);
	assert_false(sign_and_verify());
}

static void serial_before(void **state)
{
	(void)state;
	assert_true(dns_serial_before(1, 2));
	assert_false(dns_serial_before(2, 1));
	assert_false(dns_serial_before(7, 7));
	assert_true(dns_serial_before(UINT32_MAX, 0));
	assert_false(dns_serial_before(0, UINT32_MAX));
	assert_true(dns_serial_before(0, UINT32_C(0x7fffffff)));
	assert_false(dns_serial_before(UINT32_C(0x7fffffff), 0));
}

static void rfc4035_5_3_1_b7_key_tag(void **state)
{
	(void)state;
	begin();
	s.tag ^= 1;
	assert_false(sign_and_verify());
	assert_int_equal(why.ede, DNS_EDE_NO_DNSKEY);
	assert_int_equal(verifies, 0);
}

static void rfc4035_5_3_1_b7_algorithm(void **state)
{
	(void)state;
	begin();
	s.alg = 13;
	assert_false(sign_and_verify());
	begin();
	s.alg = 253; /* not supported */
	assert_false(sign_and_verify());
	assert_int_equal(verifies, 0);
}

static void with_flags(unsigned flags, unsigned protocol, bool want)
{
	uint8_t rd[SG_RDATA];
	uint16_t tag = key.tag;

	memcpy(rd, key.rd, key.rdlen);
	key.rd[0] = (uint8_t)(flags >> 8);
	key.rd[1] = (uint8_t)flags;
	key.rd[2] = (uint8_t)protocol;
	sg_key_retag(&key);
	begin();
	assert_int_equal(sign_and_verify(), want);
	assert_int_equal(dns_key_is_zone(&keys.key[0]), want);
	assert_int_equal(verifies, want);
	memcpy(key.rd, rd, key.rdlen);
	key.tag = tag;
}

static void rfc4035_5_3_1_b8_zone_key_flag(void **state)
{
	(void)state;
	with_flags(0x0100, 3, true);
	with_flags(0x0101, 3, true);
	with_flags(0x8100, 3, true); /* reserved bits are ignored, RFC 4034 section 2.1.1 */
	with_flags(0x0000, 3, false);
	with_flags(0x0001, 3, false);
}

static void rfc4034_2_1_2_protocol(void **state)
{
	(void)state;
	with_flags(0x0100, 0, false);
	with_flags(0x0100, 2, false);
	with_flags(0x0100, 4, false);
	with_flags(0x0100, 255, false);
}

static void rfc5011_2_1_revoked(void **state)
{
	(void)state;
	with_flags(0x0180, 3, false);
	with_flags(0x0181, 3, false);
}

static void rfc4034_b_key_tag(void **state)
{
	static const uint8_t odd[] = { 1, 0, 3, 8, 255 };

	(void)state;
	assert_int_equal(dns_key_tag(key.rd, key.rdlen), key.tag);
	assert_int_equal(dns_key_tag(odd, sizeof odd), 0x0309); /* with the carry */
	assert_int_equal(dns_key_tag((const uint8_t *)"\xff\xff\xff\xff", 4), 0xffff);
}

/* RFC 4034 section 8: a tag is not unique; each key that has it is tried. */
static void rfc4035_5_3_1_tag_collision(void **state)
{
	uint8_t fake[SG_RDATA];

	(void)state;
	memcpy(fake, key.rd, key.rdlen);
	fake[4] = key.rd[6]; /* the sum of the octets at even places stays the same */
	fake[6] = key.rd[4];
	begin();
	keys.n = 0;
	dns_key_set(&keys.key[keys.n++], fake, key.rdlen);
	dns_key_set(&keys.key[keys.n++], key.rd, key.rdlen);
	assert_int_equal(keys.key[0].tag, keys.key[1].tag);
	assert_memory_not_equal(fake, key.rd, key.rdlen);
	assert_true(sign_and_verify());
	keys.n = 1;
	assert_false(verify());
	assert_int_equal(why.ede, DNS_EDE_BOGUS);
}

/* ---- RFC 4035 section 5.3.2 and RFC 4034 section 6: canonical form ------------------------- */

static void rfc4034_6_3_any_order(void **state)
{
	struct sg_rr t;
	unsigned i;

	(void)state;
	begin();
	for (i = 2; i < 6; i++) {
		struct sg_rr a = sg_rr_a(m.rr[0].owner, i * 37 % 256);

		sg_msg_add(&m, DNS_ANSWER, &a);
	}
	sign();
	for (i = 0; i < 5; i++) { /* rotate the records, signature last */
		t = m.rr[0];
		memmove(m.rr, m.rr + 1, 4 * sizeof t);
		m.rr[4] = t;
		assert_true(verify());
	}
	assert_int_equal(verifies, 1); /* all the same octets: remembered */
	m.rr[2].rd[3] ^= 1;
	assert_false(verify());
	m.rr[2].rd[3] ^= 1;
	sg_msg_remove(&m, 1);
	assert_false(verify());
}

/* Shorter RDATA sorts first; octets are unsigned. */
static void rfc4034_6_3_order_of_txt(void **state)
{
	static const char *const txt[] = { "\1a", "\2ab", "\1\x80", "\1\x7f", "\0", "\1b" };
	uint8_t owner[255];
	unsigned i;

	(void)state;
	begin();
	memcpy(owner, m.rr[0].owner, sizeof owner);
	m.n = 0;
	for (i = 0; i < 6; i++) {
		struct sg_rr rr = sg_rr(owner, DNS_TXT, 60, txt[i], (uint8_t)txt[i][0] + 1u);

		sg_msg_add(&m, DNS_ANSWER, &rr);
	}
	sg_sig_init(&s, &key, keys.zone, &m.rr[0]);
	assert_true(sign_and_verify());
}

static void rfc4034_6_3_duplicates_removed(void **state)
{
	struct sg_rr dup;

	(void)state;
	begin();
	sign();
	dup = m.rr[0];
	sg_msg_add(&m, DNS_ANSWER, &dup);
	assert_true(verify());
	dup.rd[3]++;
	sg_msg_add(&m, DNS_ANSWER, &dup);
	assert_false(verify());
}

static void rfc4034_6_2_owner_case(void **state)
{
	(void)state;
	begin();
	sign();
	m.rr[0].owner[1] = 'W';
	m.rr[1].owner[2] = 'W';
	assert_true(verify());
	m.rr[0].owner[1] = 'V';
	assert_false(verify());
}

static void rfc4034_3_1_8_1_signer_case(void **state)
{
	(void)state;
	begin();
	sign();
	m.rr[1].rd[19] = 'E';
	assert_true(verify());
}

/* RFC 4034 section 6.2: the original TTL counts, not the one that came. */
static void rfc4034_6_2_original_ttl(void **state)
{
	(void)state;
	begin();
	sign();
	m.rr[0].ttl = 17;
	assert_true(verify());
	assert_int_equal(set.ttl, 17);
	assert_int_equal(used.ottl, 3600);
	m.rr[1].rd[7] ^= 1;
	assert_false(verify());
}

static bool wild(const char *owner, const char *star, unsigned labels)
{
	begin();
	memset(m.rr[0].owner, 0, 255);
	memcpy(m.rr[0].owner, sg_name(owner), dns_name_len(sg_name(owner)));
	s.owner = sg_name(star);
	s.labels = (uint8_t)labels;
	return sign_and_verify();
}

static void rfc4035_5_3_2_wildcard_owner(void **state)
{
	(void)state;
	assert_true(wild("www.example.test", "*.example.test", 2));
	assert_true(dns_sig_is_wild(&set, &used));
	assert_true(wild("a.b.c.example.test", "*.example.test", 2));
	assert_true(dns_sig_is_wild(&set, &used));
	assert_true(wild("a.b.c.example.test", "*.c.example.test", 3));
	assert_false(wild("a.b.c.example.test", "*.b.example.test", 3));
	assert_false(wild("www.example.test", "www.example.test", 2));
	assert_false(wild("www.example.test", "*.example.test", 3));
}

/* The record at the wildcard itself: "*" is not counted (RFC 4034 section 3.1.3). */
static void rfc4034_3_1_3_wildcard_itself(void **state)
{
	(void)state;
	assert_true(wild("*.example.test", "*.example.test", 2));
	assert_false(dns_sig_is_wild(&set, &used));
	assert_false(wild("*.example.test", "*.example.test", 3));
	assert_true(wild("*.b.example.test", "*.example.test", 2));
	assert_true(dns_sig_is_wild(&set, &used));
}

/* A set of one type, RDATA with upper case letters: signed in lower case, or as it is. */
static bool cased(uint16_t type, const void *rd, size_t len, bool lower_first)
{
	uint8_t owner[255];
	struct sg_rr rr;
	unsigned i;

	begin();
	memcpy(owner, m.rr[0].owner, sizeof owner);
	m.n = 0;
	rr = sg_rr(owner, type, 60, rd, len);
	for (i = 0; lower_first && i < rr.rdlen; i++)
		if (rr.rd[i] >= 'A' && rr.rd[i] <= 'Z')
			rr.rd[i] |= 0x20;
	sg_msg_add(&m, DNS_ANSWER, &rr);
	sg_sig_init(&s, &key, keys.zone, &m.rr[0]);
	sign();
	memcpy(m.rr[0].rd, rd, len);
	return verify();
}

#define NAME "\4MAIL\7Example\4TEST" /* and the final NUL of the literal */

static void rfc4034_6_2_types_lower_cased(void **state)
{
	static const struct { uint16_t type; size_t len; const char *rd; } t[] = {
		{ DNS_NS, sizeof NAME, NAME }, { DNS_CNAME, sizeof NAME, NAME },
		{ DNS_PTR, sizeof NAME, NAME }, { DNS_DNAME, sizeof NAME, NAME },
		{ DNS_MX, 2 + sizeof NAME, "\0\12" NAME }, { DNS_SRV, 6 + sizeof NAME, "\0\1\0\2\0\3" NAME },
		{ 17, 2 * sizeof NAME, NAME "\0" NAME }, { 18, 2 + sizeof NAME, "\0\1" NAME },
		{ 36, 2 + sizeof NAME, "\0\1" NAME },
		{ DNS_SOA, 2 * sizeof NAME + 20, NAME "\0" NAME "\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1" }
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		assert_true(cased(t[i].type, t[i].rd, t[i].len, true));
}

/* NAPTR: the strings keep their case, the name does not. */
static void rfc4034_6_2_naptr(void **state)
{
	static const char rd[] = "\0\1\0\2\1S\7SIP+D2U\0" NAME;
	struct sg_rr rr;

	(void)state;
	begin();
	rr = sg_rr(m.rr[0].owner, 35, 60, rd, sizeof rd);
	m.n = 0;
	sg_msg_add(&m, DNS_ANSWER, &rr);
	sg_sig_init(&s, &key, keys.zone, &m.rr[0]);
	assert_true(sign_and_verify());
	m.rr[0].rd[17 + 1] |= 0x20; /* a letter of the name */
	assert_true(verify());
	m.rr[0].rd[5] |= 0x20; /* a letter of the flags */
	assert_false(verify());
}

static void rfc6840_5_1_nsec_not_lower_cased(void **state)
{
	(void)state;
	assert_true(cased(DNS_NSEC, NAME "\0\0\1\x40", sizeof NAME + 3, false));
	assert_false(cased(DNS_NSEC, NAME "\0\0\1\x40", sizeof NAME + 3, true));
}

static void rfc3597_7_other_types_not_lower_cased(void **state)
{
	(void)state;
	assert_true(cased(64, "\0\1" NAME, 2 + sizeof NAME, false)); /* SVCB */
	assert_false(cased(64, "\0\1" NAME, 2 + sizeof NAME, true));
	assert_true(cased(65280, NAME, sizeof NAME, false));
	assert_false(cased(65280, NAME, sizeof NAME, true));
	assert_true(cased(DNS_TXT, "\5HELLO", 6, false));
	assert_false(cased(DNS_TXT, "\5HELLO", 6, true));
}

/* RDATA that is not what its type says must not lead outside it. */
static void canon_of_broken_rdata(void **state)
{
	unsigned type, len;
	uint8_t *p;

	(void)state;
	for (type = 0; type < 60; type++)
		for (len = 0; len < 24; len++) {
			p = malloc(len ? len : 1);
			memset(p, 0x3f, len);
			dns_rdata_canon((uint16_t)type, p, len);
			memset(p, 'A', len);
			dns_rdata_canon((uint16_t)type, p, len);
			memset(p, 2, len);
			dns_rdata_canon((uint16_t)type, p, len);
			free(p);
		}
}

static void rrsig_cut_short(void **state)
{
	struct dns_rr rr = { .type = DNS_RRSIG };
	struct dns_sig got;
	static const uint8_t rd[40];
	unsigned n;

	(void)state;
	rr.rdata = rd;
	for (n = 0; n < 20; n++) {
		rr.rdlen = (uint16_t)n;
		assert_false(dns_sig_parse(&rr, &got)); /* 18, a root label, one octet at the least */
	}
	rr.rdlen = 20;
	assert_true(dns_sig_parse(&rr, &got));
	assert_int_equal(got.siglen, 1);
	rr.type = DNS_A;
	assert_false(dns_sig_parse(&rr, &got));
}

/* ---- bounded work ------------------------------------------------------------------------ */

/* CVE-2023-50387: many keys of one tag. */
static void keytrap_keys_per_signature(void **state)
{
	static uint8_t fake[DNS_MAX_KEYS][SG_RDATA];
	unsigned i;

	(void)state;
	begin();
	keys.n = 0;
	for (i = 0; i < DNS_MAX_KEYS; i++) {
		memcpy(fake[i], key.rd, key.rdlen);
		if (i + 1 < DNS_MAX_KEYS) { /* octets moved between places of the same weight */
			fake[i][4] = (uint8_t)(key.rd[4] ^ 0xff);
			fake[i][6] = (uint8_t)(key.rd[6] + key.rd[4] - fake[i][4]);
			fake[i][8 + i % 24] = key.rd[8 + i % 24];
		}
		dns_key_set(&keys.key[keys.n++], fake[i], key.rdlen);
		keys.key[i].tag = key.tag;
	}
	assert_false(sign_and_verify());
	assert_true(verifies <= DNS_MAX_KEY_TRIES);
	assert_non_null(strstr(why.text, "limit"));
}

static void keytrap_signatures_per_set(void **state)
{
	struct sg_rr rr;
	unsigned i;

	(void)state;
	begin();
	sign();
	rr = m.rr[1];
	for (i = 0; i < 20; i++) {
		m.rr[1] = rr;
		m.rr[1].rd[rr.rdlen - 1 - i] ^= 1; /* bad ones in front of the good one */
		sg_msg_add(&m, DNS_ANSWER, &m.rr[1]);
	}
	sg_msg_add(&m, DNS_ANSWER, &rr);
	assert_false(verify());
	assert_true(verifies <= DNS_MAX_SIGS);
	assert_true(set.more_sigs);
	begin();
	sign();
	rr = m.rr[1];
	m.rr[1].rd[rr.rdlen - 1] ^= 1;
	sg_msg_add(&m, DNS_ANSWER, &rr);
	assert_true(verify()); /* one bad one takes nothing from a good one */
}

/* Twenty times the same is one: RFC 2181 section 5 */
static void the_same_signature_again_is_no_other(void **state)
{
	struct sg_rr rr;
	unsigned i;

	(void)state;
	begin();
	sign();
	rr = m.rr[1];
	m.rr[1].rd[rr.rdlen - 1] ^= 1;
	for (i = 0; i < 20; i++)
		sg_msg_add(&m, DNS_ANSWER, &m.rr[1]);
	sg_msg_add(&m, DNS_ANSWER, &rr);
	rr.ttl = 7;
	sg_msg_add(&m, DNS_ANSWER, &rr);
	assert_true(verify());
	assert_int_equal(set.nsigs, 2);
	assert_false(set.more_sigs);
	assert_int_equal(set.sig[1].ttl, 7);
}

/* As if nothing had been verified before */
static bool verify_anew(void)
{
	memset(memo.state, 0, sizeof memo.state);
	return verify();
}

static void keytrap_cost_of_a_lookup(void **state)
{
	(void)state;
	begin();
	sign();
	work.fail_cost = DNS_MAX_FAIL_COST - 1;
	assert_true(verify_anew());
	work.fail_cost = DNS_MAX_FAIL_COST;
	assert_false(verify_anew());
	assert_non_null(strstr(why.text, "limit"));
}

static void good_verifications_for_each_link(void **state)
{
	(void)state;
	begin();
	sign();
	result.nlinks = 0;
	work.good = DNS_MAX_GOOD - 1;
	assert_true(verify_anew());
	assert_int_equal(work.good, DNS_MAX_GOOD);
	assert_false(verify_anew());
	assert_non_null(strstr(why.text, "limit"));
	result.nlinks = 1; /* one link further */
	assert_true(verify_anew());
	result.nlinks = 0;
}

static void what_was_verified_is_not_limited(void **state)
{
	(void)state;
	begin();
	sign();
	assert_true(verify_anew());
	work.fail_cost = DNS_MAX_FAIL_COST;
	work.good = DNS_MAX_GOOD;
	assert_true(verify());
	assert_int_equal(verifies, 1);
}

/* Many in one evaluation, again and again: each is verified once */
static void no_verification_is_repeated(void **state)
{
	unsigned i, round;

	(void)state;
	reset(SG_NOW);
	for (round = 0; round < 3; round++)
		for (i = 0; i < 250; i++) {
			struct sg_rr a = sg_rr_a(sg_name("www.example.test"), i);

			work = (struct dns_work){ 0 };
			sg_msg_init(&m, a.owner, DNS_A);
			sg_msg_add(&m, DNS_ANSWER, &a);
			sg_sig_init(&s, &key, keys.zone, &m.rr[0]);
			assert_true(sign_and_verify());
		}
	assert_int_equal(verifies, 250);
}

static void all_other_work_of_a_lookup(void **state)
{
	(void)state;
	begin();
	sign();
	assert_true(verify_anew());
	assert_true(work.spent > 0 && work.spent < DNS_COST_STEPS + DNS_MAX_WORK / 1000);
	work.spent = DNS_MAX_WORK - work.spent; /* just enough */
	assert_true(verify_anew());
	work.spent = DNS_MAX_WORK + 1;
	assert_false(verify_anew());
	assert_non_null(strstr(why.text, "limit"));
	dns_spend(&c, SIZE_MAX);
	assert_int_equal(work.spent, DNS_MAX_WORK + 1); /* and never wraps */
}

/* 40 units, not the 44 that one more P-384 would make it: good or bad is not known before */
static void cost_of_a_lookup_to_the_unit(void **state)
{
	static struct sg_key p384;

	(void)state;
	begin();
	sg_key_make(&p384, 14, 256, 0);
	keys.n = 0;
	dns_key_set(&keys.key[keys.n++], p384.rd, p384.rdlen);
	sg_sig_init(&s, &p384, keys.zone, &m.rr[0]);
	sign();
	work.fail_cost = DNS_MAX_FAIL_COST - 5;
	assert_true(verify_anew());
	work.fail_cost = DNS_MAX_FAIL_COST - 4;
	assert_false(verify_anew());
	assert_non_null(strstr(why.text, "limit"));
	assert_int_equal(verifies, 1);
}

/* Good ones too are counted by what they cost: P-384 takes five times as long */
static void good_verifications_by_cost(void **state)
{
	size_t steps, rest;

	(void)state;
	begin();
	sign();
	assert_true(verify_anew());
	steps = dns_crypto_steps(key.alg, key.rd + 4, key.rdlen - 4u);
	assert_true(work.spent > steps);
	rest = work.spent - steps;
	work.spent = (uint32_t)(DNS_MAX_WORK - steps - rest);
	assert_true(verify_anew());
	assert_int_equal(work.spent, DNS_MAX_WORK);
	work.spent = (uint32_t)(DNS_MAX_WORK - steps - rest + 1);
	assert_false(verify_anew());
	assert_non_null(strstr(why.text, "limit"));
	assert_int_equal(verifies, 2);
}

/* Costly zones are no server's fault: what verified may take all that there is from the first on */
static void good_verifications_are_not_shared_out(void **state)
{
	(void)state;
	begin();
	sign();
	work.parts = 3;
	work.spent = work.good_spent = DNS_MAX_WORK / 2;
	assert_true(verify_anew());
	assert_true(work.good_spent > DNS_MAX_WORK / 2);
	work.spent = work.good_spent = DNS_MAX_WORK - 1;
	work.met = false;
	assert_false(verify_anew());
	assert_true(work.met);
}

/* The limits are for the look-up: each server has its part of them, what is left over included */
static void limits_are_shared_out(void **state)
{
	(void)state;
	begin();
	sign();
	work.parts = 2;
	work.fail_cost = DNS_MAX_FAIL_COST / 2;
	assert_false(verify_anew());
	assert_non_null(strstr(why.text, "limit"));
	work.part = 1; /* the next server's turn */
	assert_true(verify_anew());
	work.fail_cost = DNS_MAX_FAIL_COST;
	assert_false(verify_anew());
	work.fail_cost = 0;
	work.part = 0;
	work.spent = work.good_spent + DNS_MAX_WORK / 2 + 1;
	assert_true(dns_is_spent(&c));
	assert_false(verify_anew());
	work.part = 1;
	assert_false(dns_is_spent(&c));
	assert_true(verify_anew());
}

static void failures_cost_once(void **state)
{
	(void)state;
	begin();
	sign();
	m.rr[1].rd[m.rr[1].rdlen - 1] ^= 1;
	assert_false(verify());
	assert_false(verify());
	assert_int_equal(verifies, 1);
	assert_int_equal(work.fail_cost, 1);
	assert_int_equal(work.good, 0);
}

static void too_many_records(void **state)
{
	static uint8_t buf[400 * 60];
	struct sg_rr rr;
	struct dns_rr d;
	struct dns_view v;
	size_t n = 0;
	unsigned i;

	(void)state;
	begin();
	rr = m.rr[0];
	for (i = 0; i <= DNS_MAX_RRSET; i++) {
		rr.rd[2] = (uint8_t)(i >> 8);
		rr.rd[3] = (uint8_t)i;
		d = (struct dns_rr){ rr.owner, rr.rd, 60, DNS_A, DNS_IN, 4, DNS_ANSWER };
		assert_int_equal(dns_flat_add(buf, sizeof buf, &n, &d), 0);
	}
	v = (struct dns_view){ buf, n, 0, -1 };
	assert_true(dns_rrset_find(&v, rr.owner, DNS_A, DNS_ANSWER, &set));
	assert_true(set.overflow);
	assert_int_equal(set.n, DNS_MAX_RRSET);
	assert_false(dns_rrset_verify(&c, &set, &keys, &used, &why));
	assert_int_equal(verifies, 0);
}

static void small_rsa_key_signs_nothing(void **state)
{
	static struct sg_key rsa;

	(void)state;
	sg_key_make(&rsa, 8, 256, 768);
	begin();
	dns_key_set(&keys.key[keys.n++], rsa.rd, rsa.rdlen);
	sg_sig_init(&s, &rsa, keys.zone, &m.rr[0]);
	assert_false(sign_and_verify());
	c.allow_weak = true;
	assert_true(verify());
}

static void rfc9905_rsasha1_needs_weak(void **state)
{
	static struct sg_key rsa;

	(void)state;
	sg_key_make(&rsa, 7, 256, 1024);
	begin();
	dns_key_set(&keys.key[keys.n++], rsa.rd, rsa.rdlen);
	sg_sig_init(&s, &rsa, keys.zone, &m.rr[0]);
	assert_false(sign_and_verify());
	assert_int_equal(verifies, 0);
	c.allow_weak = true;
	assert_true(verify());
}

/* ---- which reason is told -------------------------------------------------------------- */

static void expired_tells_more_than_bad(void **state)
{
	struct sg_rr rr;

	(void)state;
	begin();
	s.expiration = SG_NOW - 100;
	sign();
	rr = m.rr[1];
	m.n = 1;
	s.expiration = SG_NOW + 100;
	sign();
	m.rr[1].rd[m.rr[1].rdlen - 1] ^= 1;
	sg_msg_add(&m, DNS_ANSWER, &rr);
	assert_false(verify());
	assert_int_equal(why.ede, DNS_EDE_SIG_EXPIRED);
	assert_non_null(strstr(why.text, "www.example.test A"));
	assert_non_null(strstr(why.text, "zone example.test"));
}

static void section_matters(void **state)
{
	struct dns_view v;

	(void)state;
	begin();
	sign();
	m.rr[0].section = DNS_ADDITIONAL;
	assert_false(find(m.rr[0].owner, DNS_A));
	m.rr[0].section = DNS_AUTHORITY;
	assert_false(find(m.rr[0].owner, DNS_A));
	v = (struct dns_view){ flat, sg_msg_flat(&m, canon, sizeof canon), 0, -1 };
	v.buf = canon;
	assert_true(dns_rrset_find(&v, m.rr[0].owner, DNS_A, -1, &set));
	assert_true(dns_rrset_find(&v, m.rr[0].owner, DNS_A, DNS_AUTHORITY, &set));
	assert_int_equal(set.nsigs, 0); /* the signature stayed behind in the answer */
}

/* The reason for a set with more signatures than the limit says so, and no other one does. */
static void keytrap_more_signatures_are_told(void **state)
{
	struct sg_rr rr;
	unsigned i;

	(void)state;
	begin();
	sign();
	rr = m.rr[1];
	m.n = 1;
	for (i = 0; i < DNS_MAX_SIGS; i++) {
		struct sg_rr bad = rr;

		bad.rd[rr.rdlen - 1 - i] ^= 1;
		sg_msg_add(&m, DNS_ANSWER, &bad);
	}
	assert_false(verify());
	assert_null(strstr(why.text, "more than 8 signatures"));
	sg_msg_add(&m, DNS_ANSWER, &rr);
	assert_false(verify());
	assert_non_null(strstr(why.text, "more than 8 signatures"));
}

/* One signature over the root's key set (or another set) that ends in `end` seconds. */
static void root_signature(uint16_t type, int32_t end, bool broken)
{
	struct sg_rr rr;

	s.inception = (uint32_t)(SG_NOW + (end < 0 ? end - 100 : 100));
	s.expiration = (uint32_t)(SG_NOW + (end < 0 ? end : end + 100));
	if (broken)
		s.inception = SG_NOW - 100;
	s.covered = type;
	rr = sg_sign(&s, m.rr, 1);
	if (broken)
		rr.rd[rr.rdlen - 1] ^= 1;
	sg_msg_add(&m, DNS_ANSWER, &rr);
}

static void root_set(uint16_t type)
{
	const uint8_t *root = (const uint8_t *)"";
	struct sg_rr rr = type == DNS_DNSKEY ? sg_rr_dnskey(root, &key) : sg_rr_soa(root);

	reset(SG_NOW);
	zone_keys(root);
	sg_msg_init(&m, root, type);
	sg_msg_add(&m, DNS_ANSWER, &rr);
	sg_sig_init(&s, &key, root, &m.rr[0]);
}

/* The clock is blamed when all signatures over the root's keys are out of their time on one side,
   and by the one that is least so. */
static void clock_is_blamed_for_the_root_keys_alone(void **state)
{
	(void)state;
	root_set(DNS_DNSKEY);
	root_signature(DNS_DNSKEY, -3 * 86400, false);
	root_signature(DNS_DNSKEY, -9 * 86400, false);
	assert_false(verify());
	assert_int_equal(why.ede, DNS_EDE_SIG_EXPIRED);
	assert_non_null(strstr(why.text, "clock looks wrong, fast by at least 3 days"));
	root_signature(DNS_DNSKEY, 100, true); /* one in its time */
	assert_false(verify());
	assert_null(strstr(why.text, "clock"));
	root_set(DNS_DNSKEY);
	root_signature(DNS_DNSKEY, -86400, false);
	root_signature(DNS_DNSKEY, 86400, false); /* one past, one to come */
	assert_false(verify());
	assert_null(strstr(why.text, "clock"));
	root_set(DNS_SOA);
	root_signature(DNS_SOA, -86400, false);
	assert_false(verify());
	assert_null(strstr(why.text, "clock"));
}

/* Times in reasons are those nearest to the time of checking (RFC 4034 section 3.1.5). */
static void rfc4034_3_1_5_times_in_reasons(void **state)
{
	(void)state;
	begin();
	c.now = UINT32_MAX;
	s.inception = 10;
	s.expiration = 100;
	assert_false(sign_and_verify());
	assert_int_equal(why.ede, DNS_EDE_SIG_EARLY);
	assert_non_null(strstr(why.text, "valid 2106-02-07T06:28:26Z to 2106-02-07T06:29:56Z"));
}

/* RSA with an exponent beyond 64 bits or an even one: the reason says so. */
static void unusable_key_is_told(void **state)
{
	static const uint8_t long_e[] = { 9, 1, 0, 0, 0, 0, 0, 0, 0, 13 }, even_e[] = { 1, 4 };
	uint8_t rd[200] = { 1, 0, 3, 8 };
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		size_t n = i ? sizeof even_e : sizeof long_e;

		begin();
		memcpy(rd + 4, i ? even_e : long_e, n);
		memset(rd + 4 + n, 0xff, 128);
		dns_key_set(&keys.key[0], rd, (uint16_t)(4 + n + 128));
		s.alg = 8;
		s.tag = keys.key[0].tag;
		assert_false(sign_and_verify());
		assert_int_equal(verifies, 0);
		assert_non_null(strstr(why.text, "exponent"));
	}
}

static int make_keys(void **state)
{
	(void)state;
	sg_key_make(&key, 15, 256, 0);
	sg_key_make(&other, 15, 256, 0);
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
		cmocka_unit_test(rfc4035_5_3_1_good),
		cmocka_unit_test(rfc4035_5_3_1_b1_no_signature),
		cmocka_unit_test(rfc4035_5_3_1_b1_other_owner),
		cmocka_unit_test(rfc4035_5_3_1_b1_other_class),
		cmocka_unit_test(rfc4035_5_3_1_b2_signer_is_another_zone),
		cmocka_unit_test(rfc4035_5_3_1_b2_owner_outside_zone),
		cmocka_unit_test(rfc4035_5_3_1_b3_covered_type),
		cmocka_unit_test(rfc4035_5_3_1_b4_too_many_labels),
		cmocka_unit_test(rfc4035_5_3_1_b4_fewer_labels_than_signer),
		cmocka_unit_test(rfc4035_5_3_1_b5_expiration_to_the_second),
		cmocka_unit_test(rfc4035_5_3_1_b6_inception_to_the_second),
		cmocka_unit_test(rfc4034_3_1_5_inception_after_expiration),
		cmocka_unit_test(rfc1982_wrap),
		cmocka_unit_test(rfc1982_undefined_distance),
		cmocka_unit_test(serial_before),
		cmocka_unit_test(rfc4035_5_3_1_b7_key_tag),
		cmocka_unit_test(rfc4035_5_3_1_b7_algorithm),
		cmocka_unit_test(rfc4035_5_3_1_b8_zone_key_flag),
		cmocka_unit_test(rfc4034_2_1_2_protocol),
		cmocka_unit_test(rfc5011_2_1_revoked),
		cmocka_unit_test(rfc4034_b_key_tag),
		cmocka_unit_test(rfc4035_5_3_1_tag_collision),
		cmocka_unit_test(rfc4034_6_3_any_order),
		cmocka_unit_test(rfc4034_6_3_order_of_txt),
		cmocka_unit_test(rfc4034_6_3_duplicates_removed),
		cmocka_unit_test(rfc4034_6_2_owner_case),
		cmocka_unit_test(rfc4034_3_1_8_1_signer_case),
		cmocka_unit_test(rfc4034_6_2_original_ttl),
		cmocka_unit_test(rfc4035_5_3_2_wildcard_owner),
		cmocka_unit_test(rfc4034_3_1_3_wildcard_itself),
		cmocka_unit_test(rfc4034_6_2_types_lower_cased),
		cmocka_unit_test(rfc4034_6_2_naptr),
		cmocka_unit_test(rfc6840_5_1_nsec_not_lower_cased),
		cmocka_unit_test(rfc3597_7_other_types_not_lower_cased),
		cmocka_unit_test(canon_of_broken_rdata),
		cmocka_unit_test(rrsig_cut_short),
		cmocka_unit_test(keytrap_keys_per_signature),
		cmocka_unit_test(keytrap_signatures_per_set),
		cmocka_unit_test(the_same_signature_again_is_no_other),
		cmocka_unit_test(keytrap_cost_of_a_lookup),
		cmocka_unit_test(good_verifications_for_each_link),
		cmocka_unit_test(what_was_verified_is_not_limited),
		cmocka_unit_test(no_verification_is_repeated),
		cmocka_unit_test(all_other_work_of_a_lookup),
		cmocka_unit_test(cost_of_a_lookup_to_the_unit),
		cmocka_unit_test(good_verifications_by_cost),
		cmocka_unit_test(good_verifications_are_not_shared_out),
		cmocka_unit_test(limits_are_shared_out),
		cmocka_unit_test(failures_cost_once),
		cmocka_unit_test(too_many_records),
		cmocka_unit_test(small_rsa_key_signs_nothing),
		cmocka_unit_test(rfc9905_rsasha1_needs_weak),
		cmocka_unit_test(expired_tells_more_than_bad),
		cmocka_unit_test(section_matters),
		cmocka_unit_test(keytrap_more_signatures_are_told),
		cmocka_unit_test(clock_is_blamed_for_the_root_keys_alone),
		cmocka_unit_test(rfc4034_3_1_5_times_in_reasons),
		cmocka_unit_test(unusable_key_is_told),
	};

	return cmocka_run_group_tests(tests, make_keys, tidy);
}
