/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/nsec3.c: what NSEC3 records prove (RFC 5155 section 8), with each ingredient
 * of a proof taken away.  Names are hashed by tests/signer.c.  A record "at" a name matches it; a
 * record "over" a name runs from just before its hash to just behind it.
 */
#include "dns/sec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/signer.h"

static struct dns_denials d;
static struct dns_denied out;
static struct dns_why why;
static struct dns_work work;
static struct dns_ctx c = { .work = &work };
static uint8_t zone[255], *kept[DNS_MAX_DENIAL];
static uint8_t owners[DNS_MAX_DENIAL][255];
static uint8_t salt[4];
static unsigned saltlen, iterations, flags;

static void begin(void)
{
	unsigned i;

	for (i = 0; i < d.nnsec3; i++)
		free(kept[i]);
	memset(&d, 0, sizeof d);
	memcpy(zone, sg_name("ex.test"), 9);
	d.zone = zone;
	saltlen = iterations = flags = 0;
}

static size_t rdata(uint8_t *rd, const uint8_t *next, const uint16_t *types)
{
	struct sg_rr nsec = sg_rr_nsec(sg_name("."), sg_name("."), types); /* for its bitmap */
	size_t n = 5;

	rd[0] = 1;
	rd[1] = (uint8_t)flags;
	rd[2] = (uint8_t)(iterations >> 8);
	rd[3] = (uint8_t)iterations;
	rd[4] = (uint8_t)saltlen;
	memcpy(rd + n, salt, saltlen);
	n += saltlen;
	rd[n++] = 20;
	memcpy(rd + n, next, 20);
	memcpy(rd + n + 20, nsec.rd + 1, nsec.rdlen - 1u);
	return n + 20 + nsec.rdlen - 1;
}

static bool add(const uint8_t *hash, const uint8_t *next, const uint16_t *types)
{
	uint8_t rd[600];
	size_t n = rdata(rd, next, types);

	sg_nsec3_owner(hash, zone, owners[d.nnsec3]);
	kept[d.nnsec3] = malloc(n);
	memcpy(kept[d.nnsec3], rd, n);
	if (dns_nsec3_parse(owners[d.nnsec3], zone, kept[d.nnsec3], n, &d.nsec3[d.nnsec3])) {
		d.nnsec3++;
		return true;
	}
	free(kept[d.nnsec3]);
	return false;
}

static void step(uint8_t h[20], int by)
{
	unsigned i = 20;

	while (i-- > 0) {
		h[i] = (uint8_t)(h[i] + by);
		if (h[i] != (by > 0 ? 0 : 255))
			return;
	}
}

static void at(const char *name, const uint16_t *types)
{
	uint8_t h[20], next[20];

	sg_nsec3_hash(sg_name(name), salt, saltlen, iterations, h);
	memcpy(next, h, 20);
	step(next, 1);
	assert_true(add(h, next, types));
}

static void over(const char *name)
{
	static const uint16_t types[] = { DNS_A, 0 };
	uint8_t h[20], next[20];

	sg_nsec3_hash(sg_name(name), salt, saltlen, iterations, h);
	memcpy(next, h, 20);
	step(next, 1);
	step(h, -1);
	assert_true(add(h, next, types));
}

#define AT(name, ...) at(name, (const uint16_t[]){ __VA_ARGS__, 46, 0 })

static enum dns_deny deny(const char *name, uint16_t type)
{
	memset(&out, 0, sizeof out);
	memset(&why, 0, sizeof why);
	c.hashes = 0;
	dns_nsec3_deny(&c, &d, sg_name(name), type, &out, &why);
	assert_true(out.kind != DNS_DENY_NOT || (why.ede == DNS_EDE_NO_NSEC && why.text[0]));
	return out.kind;
}

static void is(const char *name, uint16_t type, enum dns_deny want)
{
	assert_int_equal(deny(name, type), want);
}

static void without(unsigned i, const char *name, uint16_t type, enum dns_deny want)
{
	struct dns_denials whole = d;

	memmove(d.nsec3 + i, d.nsec3 + i + 1, (d.nnsec3 - i - 1) * sizeof d.nsec3[0]);
	d.nnsec3--;
	is(name, type, want);
	d = whole;
}

static void rfc5155_8_5_nodata(void **state)
{
	(void)state;
	begin();
	AT("www.ex.test", DNS_A);
	is("www.ex.test", DNS_MX, DNS_DENY_NODATA);
	is("WWW.EX.test", DNS_MX, DNS_DENY_NODATA);
	is("www.ex.test", DNS_A, DNS_DENY_NOT);
	is("w.ex.test", DNS_MX, DNS_DENY_NOT);
	begin();
	AT("www.ex.test", DNS_CNAME); /* RFC 6840 section 4.3 */
	is("www.ex.test", DNS_MX, DNS_DENY_NOT);
}

static void rfc5155_8_4_nxdomain(void **state)
{
	(void)state;
	begin();
	AT("ex.test", DNS_SOA, DNS_NS);
	over("b.ex.test");
	over("*.ex.test");
	is("b.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	is("a.b.ex.test", DNS_A, DNS_DENY_NXDOMAIN); /* the next closer name is b */
	assert_false(out.opt_out);
	without(0, "b.ex.test", DNS_A, DNS_DENY_NOT); /* no closest encloser */
	without(1, "b.ex.test", DNS_A, DNS_DENY_NOT); /* next closer not covered */
	without(2, "b.ex.test", DNS_A, DNS_DENY_NOT); /* no word on the wildcard */
	is("e.ex.test", DNS_A, DNS_DENY_NOT);
}

/* The name covered, but not the next closer one: it may exist. */
static void rfc5155_8_3_next_closer_not_the_name(void **state)
{
	(void)state;
	begin();
	AT("ex.test", DNS_SOA);
	over("a.b.ex.test");
	over("*.ex.test");
	is("a.b.ex.test", DNS_A, DNS_DENY_NOT);
}

static void rfc5155_8_7_wildcard_nodata(void **state)
{
	(void)state;
	begin();
	AT("ex.test", DNS_SOA, DNS_NS);
	over("b.ex.test");
	AT("*.ex.test", DNS_A);
	is("b.ex.test", DNS_MX, DNS_DENY_WILD);
	is("b.ex.test", DNS_A, DNS_DENY_NOT); /* the wildcard has it */
	without(0, "b.ex.test", DNS_MX, DNS_DENY_NOT);
	without(1, "b.ex.test", DNS_MX, DNS_DENY_NOT);
	without(2, "b.ex.test", DNS_MX, DNS_DENY_NOT);
	begin();
	AT("ex.test", DNS_SOA, DNS_NS);
	over("b.ex.test");
	AT("*.ex.test", DNS_CNAME);
	is("b.ex.test", DNS_MX, DNS_DENY_NOT);
}

static void rfc5155_8_6_no_ds(void **state)
{
	(void)state;
	begin();
	AT("sub.ex.test", DNS_NS);
	is("sub.ex.test", DNS_DS, DNS_DENY_NODATA);
	assert_true(out.cut);
	begin();
	AT("sub.ex.test", DNS_NS, DNS_DS);
	is("sub.ex.test", DNS_DS, DNS_DENY_NOT);
	begin();
	AT("www.ex.test", DNS_A);
	is("www.ex.test", DNS_DS, DNS_DENY_NODATA);
	assert_false(out.cut);
}

static void rfc5155_8_6_optout(void **state)
{
	(void)state;
	begin();
	AT("ex.test", DNS_SOA, DNS_NS);
	flags = 1;
	over("sub.ex.test");
	is("sub.ex.test", DNS_DS, DNS_DENY_NODATA);
	assert_true(out.opt_out);
	assert_false(out.cut);
	is("www.sub.ex.test", DNS_A, DNS_DENY_NODATA);
	assert_true(out.opt_out);
	without(0, "sub.ex.test", DNS_DS, DNS_DENY_NOT); /* no closest encloser */
	without(1, "sub.ex.test", DNS_DS, DNS_DENY_NOT);
	begin();
	AT("ex.test", DNS_SOA, DNS_NS);
	over("sub.ex.test"); /* without the flag: says nothing of the wildcard */
	is("sub.ex.test", DNS_DS, DNS_DENY_NOT);
}

/* RFC 5155 section 9.2: the flag of the record over the next closer name counts, no other. */
static void rfc5155_9_2_which_flag_counts(void **state)
{
	(void)state;
	begin();
	flags = 1;
	AT("ex.test", DNS_SOA, DNS_NS);
	over("*.ex.test");
	flags = 0;
	over("b.ex.test");
	is("b.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	assert_false(out.opt_out);
	begin();
	AT("ex.test", DNS_SOA, DNS_NS);
	over("*.ex.test");
	flags = 1;
	over("b.ex.test");
	is("b.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	assert_true(out.opt_out);
	begin();
	flags = 1;
	AT("www.ex.test", DNS_A); /* a match is a match */
	is("www.ex.test", DNS_MX, DNS_DENY_NODATA);
	assert_false(out.opt_out);
}

static void rfc6840_4_1_ancestor_delegation(void **state)
{
	(void)state;
	begin();
	AT("sub.ex.test", DNS_NS);
	over("www.sub.ex.test");
	over("*.sub.ex.test");
	is("www.sub.ex.test", DNS_A, DNS_DENY_NOT);
	is("www.sub.ex.test", DNS_DS, DNS_DENY_NOT);
	is("sub.ex.test", DNS_A, DNS_DENY_NOT);
	begin();
	flags = 1;
	AT("sub.ex.test", DNS_NS, DNS_DS); /* a signed child, and the flag */
	over("www.sub.ex.test");
	is("www.sub.ex.test", DNS_DS, DNS_DENY_NOT);
}

static void rfc6840_4_1_ancestor_dname(void **state)
{
	(void)state;
	begin();
	AT("dn.ex.test", DNS_DNAME);
	over("www.dn.ex.test");
	over("*.dn.ex.test");
	is("www.dn.ex.test", DNS_A, DNS_DENY_NOT);
	is("dn.ex.test", DNS_A, DNS_DENY_NODATA);
}

static void rfc6840_4_4_ds_at_the_apex(void **state)
{
	(void)state;
	begin();
	AT("ex.test", DNS_SOA, DNS_NS);
	is("ex.test", DNS_DS, DNS_DENY_NOT);
	is("ex.test", DNS_A, DNS_DENY_NODATA);
}

static void empty_non_terminal(void **state)
{
	static const uint16_t none[] = { 0 };

	(void)state;
	begin();
	at("ent.ex.test", none);
	is("ent.ex.test", DNS_A, DNS_DENY_NODATA);
	is("ent.ex.test", DNS_DS, DNS_DENY_NODATA);
	assert_false(out.cut);
}

static void last_record_wraps(void **state)
{
	static const uint16_t types[] = { DNS_A, 0 };
	uint8_t low[20], high[20], h[20];

	(void)state;
	begin();
	AT("ex.test", DNS_SOA);
	memset(low, 0, 20);
	memset(high, 255, 20);
	low[19] = 1;
	assert_true(add(high, low, types)); /* between the two lies nothing that is asked here */
	is("b.ex.test", DNS_A, DNS_DENY_NOT);
	d.nnsec3 = 1;
	free(kept[1]);
	sg_nsec3_hash(sg_name("b.ex.test"), salt, 0, 0, h);
	step(h, 1);
	memcpy(low, h, 20); /* from just behind, round the end, to just behind: all but one name */
	assert_true(add(h, low, types));
	is("b.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
}

static void single_record_covers_all_but_itself(void **state)
{
	static const uint16_t types[] = { DNS_SOA, DNS_NS, 0 };
	uint8_t h[20];

	(void)state;
	begin();
	sg_nsec3_hash(zone, salt, 0, 0, h);
	assert_true(add(h, h, types));
	is("b.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	is("ex.test", DNS_A, DNS_DENY_NODATA);
	is("ex.test", DNS_NS, DNS_DENY_NOT);
}

/* ---- parameters ------------------------------------------------------------------------ */

static void salt_and_iterations_count(void **state)
{
	(void)state;
	begin();
	iterations = 7;
	saltlen = 4;
	memcpy(salt, "\1\2\3\4", 4);
	AT("ex.test", DNS_SOA);
	over("b.ex.test");
	over("*.ex.test");
	is("b.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	d.nsec3[1].salt = (const uint8_t *)"\1\2\3\5";
	is("b.ex.test", DNS_A, DNS_DENY_NOT); /* not all of one set (RFC 5155 section 8.2) */
	d.nsec3[1].salt = d.nsec3[0].salt;
	d.nsec3[2].iterations = 8;
	is("b.ex.test", DNS_A, DNS_DENY_NOT);
}

/* A zone that goes over to other parameters: each set by itself. */
static void mixed_parameters_each_by_itself(void **state)
{
	(void)state;
	begin();
	AT("ex.test", DNS_SOA);
	iterations = 2;
	AT("ex.test", DNS_SOA);
	over("b.ex.test");
	over("*.ex.test");
	is("b.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	without(1, "b.ex.test", DNS_A, DNS_DENY_NOT);
}

static void rfc9276_3_2_iterations(void **state)
{
	(void)state;
	begin();
	iterations = 50;
	AT("www.ex.test", DNS_A);
	is("www.ex.test", DNS_MX, DNS_DENY_NODATA);
	assert_false(out.iterations);
	begin();
	iterations = 51;
	AT("www.ex.test", DNS_A);
	deny("www.ex.test", DNS_MX);
	assert_true(out.iterations);
	assert_int_equal(c.hashes, 0); /* no work was done */
	begin();
	iterations = 65535;
	AT("www.ex.test", DNS_A);
	deny("www.ex.test", DNS_MX);
	assert_true(out.iterations);
	assert_int_equal(c.hashes, 0);
}

/* A whole proof of what we do follow counts, whatever lies beside it. */
static void iterations_beside_a_good_proof(void **state)
{
	unsigned many;

	(void)state;
	for (many = 0; many < 2; many++) {
		begin();
		iterations = many ? 51 : 0;
		AT("ex.test", DNS_SOA, DNS_NS);
		iterations = many ? 0 : 51;
		AT("ex.test", DNS_SOA, DNS_NS);
		iterations = 0;
		over("no.ex.test");
		assert_false(dns_nsec3_no_closer(&c, &d, sg_name("other.ex.test"), 2, &out) &&
		    !out.iterations);
		memset(&out, 0, sizeof out);
		assert_true(dns_nsec3_no_closer(&c, &d, sg_name("no.ex.test"), 2, &out));
		assert_false(out.iterations);
		deny("no.ex.test", DNS_A); /* nothing covers the wildcard */
		assert_true(out.iterations);
		over("*.ex.test");
		is("no.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
		assert_false(out.iterations);
	}
}

/* CVE-2023-50868 */
static void hash_limit(void **state)
{
	char name[256] = "";
	unsigned i;

	(void)state;
	begin();
	AT("ex.test", DNS_SOA);
	for (i = 0; i < 120; i++)
		strcat(name, "a.");
	strcat(name, "ex.test");
	over(name + 238); /* a.ex.test */
	over("*.ex.test");
	is(name, DNS_A, DNS_DENY_NXDOMAIN);
	assert_true(c.hashes <= DNS_MAX_HASHES);
	iterations = 1;
	AT("zz.ex.test", DNS_A); /* a second set of parameters: the limit is for both together */
	memmove(d.nsec3 + 1, d.nsec3, 3 * sizeof d.nsec3[0]);
	d.nsec3[0] = d.nsec3[3];
	d.nsec3[0].iterations = 1;
	d.nnsec3 = 3;
	deny(name, DNS_A);
	assert_int_equal(out.kind, DNS_DENY_NOT);
	assert_true(c.hashes <= DNS_MAX_HASHES);
	d.nnsec3 = 4;
}

static void parse(void **state)
{
	static const uint16_t types[] = { DNS_A, 0 };
	struct dns_nsec3 n;
	uint8_t rd[600], h[20], owner[255];
	size_t len, i;

	(void)state;
	begin();
	memset(h, 7, 20);
	saltlen = 3;
	len = rdata(rd, h, types);
	sg_nsec3_owner(h, zone, owner);
	assert_true(dns_nsec3_parse(owner, zone, rd, len, &n));
	assert_memory_equal(n.hash, h, 20);
	for (i = 0; i < 29; i++) { /* any shorter, out of an exact-size copy */
		uint8_t *copy = malloc(i ? i : 1);

		memcpy(copy, rd, i);
		assert_false(dns_nsec3_parse(owner, zone, copy, i, &n));
		free(copy);
	}
	rd[0] = 2; /* RFC 5155 section 8.1: unknown hash */
	assert_false(dns_nsec3_parse(owner, zone, rd, len, &n));
	rd[0] = 1;
	for (i = 2; i < 256; i++) { /* section 8.2: unknown flags */
		rd[1] = (uint8_t)i;
		assert_false(dns_nsec3_parse(owner, zone, rd, len, &n));
	}
	rd[1] = 1;
	assert_true(dns_nsec3_parse(owner, zone, rd, len, &n));
	rd[8] = 19; /* a hash of another length */
	assert_false(dns_nsec3_parse(owner, zone, rd, len, &n));
	rd[8] = 20;
	owner[5] = 'w'; /* not base32hex */
	assert_false(dns_nsec3_parse(owner, zone, rd, len, &n));
	sg_nsec3_owner(h, sg_name("a.ex.test"), owner); /* not just below the apex */
	assert_false(dns_nsec3_parse(owner, zone, rd, len, &n));
	sg_nsec3_owner(h, sg_name("xx.test"), owner); /* not below it at all */
	assert_false(dns_nsec3_parse(owner, zone, rd, len, &n));
	assert_false(dns_nsec3_parse(zone, zone, rd, len, &n));
	sg_nsec3_owner(h, zone, owner);
	for (i = 1; i < 33; i++)
		if (owner[i] >= 'a')
			owner[i] -= 32;
	assert_true(dns_nsec3_parse(owner, zone, rd, len, &n)); /* upper case */
	assert_memory_equal(n.hash, h, 20);
}

static bool no_closer(const char *name, unsigned labels)
{
	memset(&out, 0, sizeof out);
	c.hashes = 0;
	return dns_nsec3_no_closer(&c, &d, sg_name(name), labels, &out);
}

static void rfc5155_8_8_no_closer(void **state)
{
	(void)state;
	begin();
	over("b.ex.test");
	assert_true(no_closer("b.ex.test", 2));
	assert_true(no_closer("a.b.ex.test", 2));
	assert_false(out.opt_out);
	assert_false(no_closer("e.ex.test", 2));
	assert_false(no_closer("a.b.ex.test", 3)); /* the wildcard *.b.ex.test: a.b is the one */
	begin();
	AT("b.ex.test", DNS_A);
	assert_false(no_closer("b.ex.test", 2)); /* it exists */
	begin();
	flags = 1;
	over("b.ex.test");
	assert_true(no_closer("b.ex.test", 2));
	assert_true(out.opt_out);
	begin();
	assert_false(no_closer("b.ex.test", 2));
}

static int tidy(void **state)
{
	(void)state;
	begin();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc5155_8_5_nodata),
		cmocka_unit_test(rfc5155_8_4_nxdomain),
		cmocka_unit_test(rfc5155_8_3_next_closer_not_the_name),
		cmocka_unit_test(rfc5155_8_7_wildcard_nodata),
		cmocka_unit_test(rfc5155_8_6_no_ds),
		cmocka_unit_test(rfc5155_8_6_optout),
		cmocka_unit_test(rfc5155_9_2_which_flag_counts),
		cmocka_unit_test(rfc6840_4_1_ancestor_delegation),
		cmocka_unit_test(rfc6840_4_1_ancestor_dname),
		cmocka_unit_test(rfc6840_4_4_ds_at_the_apex),
		cmocka_unit_test(empty_non_terminal),
		cmocka_unit_test(last_record_wraps),
		cmocka_unit_test(single_record_covers_all_but_itself),
		cmocka_unit_test(salt_and_iterations_count),
		cmocka_unit_test(mixed_parameters_each_by_itself),
		cmocka_unit_test(rfc9276_3_2_iterations),
		cmocka_unit_test(iterations_beside_a_good_proof),
		cmocka_unit_test(hash_limit),
		cmocka_unit_test(parse),
		cmocka_unit_test(rfc5155_8_8_no_closer),
	};

	return cmocka_run_group_tests(tests, NULL, tidy);
}
