/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/nsec.c: what NSEC records prove, with each ingredient of a proof taken away.
 * Signatures are not part of it: see t_prove.c.
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
static uint8_t zone[255], *kept[DNS_MAX_DENIAL];
static uint8_t owners[DNS_MAX_DENIAL][255];

static void begin(const char *apex)
{
	unsigned i;

	for (i = 0; i < d.nnsec; i++)
		free(kept[i]);
	memset(&d, 0, sizeof d);
	memcpy(zone, sg_name(apex), dns_name_len(sg_name(apex)));
	d.zone = zone;
}

/* NSEC owner -> next with these types (ended by 0), RDATA in an exact-size heap copy. */
static void nsec(const char *owner, const char *next, const uint16_t *types)
{
	struct sg_rr rr = sg_rr_nsec(sg_name(owner), sg_name(next), types);

	memcpy(owners[d.nnsec], rr.owner, sizeof rr.owner);
	kept[d.nnsec] = malloc(rr.rdlen);
	memcpy(kept[d.nnsec], rr.rd, rr.rdlen);
	assert_true(dns_nsec_parse(owners[d.nnsec], kept[d.nnsec], rr.rdlen, &d.nsec[d.nnsec]));
	d.nnsec++;
}

#define NSEC(owner, next, ...) nsec(owner, next, (const uint16_t[]){ __VA_ARGS__, 46, 47, 0 })

static enum dns_deny deny(const char *name, uint16_t type)
{
	memset(&out, 0, sizeof out);
	memset(&why, 0, sizeof why);
	dns_nsec_deny(&d, sg_name(name), type, &out, &why);
	assert_true(out.kind != DNS_DENY_NOT || (why.ede == DNS_EDE_NO_NSEC && why.text[0]));
	assert_true(out.kind == DNS_DENY_NOT || out.text[0]);
	return out.kind;
}

static void is(const char *name, uint16_t type, enum dns_deny want)
{
	assert_int_equal(deny(name, type), want);
}

static void rfc4034_4_1_2_bits(void **state)
{
	static const uint8_t bits[] = { 0, 1, 0x42, 1, 2, 0, 1, 255, 1, 0x80 };

	(void)state;
	assert_true(dns_bits_has(bits, sizeof bits, 1));
	assert_true(dns_bits_has(bits, sizeof bits, 6));
	assert_false(dns_bits_has(bits, sizeof bits, 2));
	assert_false(dns_bits_has(bits, sizeof bits, 8)); /* beyond its window's octets */
	assert_true(dns_bits_has(bits, sizeof bits, 256 + 15));
	assert_false(dns_bits_has(bits, sizeof bits, 256 + 16));
	assert_true(dns_bits_has(bits, sizeof bits, 0xff00));
	assert_false(dns_bits_has(bits, 0, 1));
	assert_false(dns_bits_has(bits, 1, 1));
	assert_false(dns_bits_has(bits, 2, 1)); /* cut short */
}

/* ANY is denied only where the bitmap lists nothing but the denial's own types. */
static void rfc6840_4_2_any(void **state)
{
	(void)state;
	begin("test");
	NSEC("a.test", "c.test", DNS_A);
	is("a.test", DNS_ANY, DNS_DENY_NOT);
	begin("test");
	NSEC("a.test", "c.test", 0xff00);
	is("a.test", DNS_ANY, DNS_DENY_NOT);
	begin("test");
	NSEC("a.test", "c.test", DNS_CNAME);
	is("a.test", DNS_ANY, DNS_DENY_NOT);
	begin("test");
	nsec("a.test", "c.test", (const uint16_t[]){ 46, 47, 0 });
	is("a.test", DNS_ANY, DNS_DENY_NODATA);
	begin("test"); /* an empty non-terminal */
	NSEC("a.test", "x.b.test", DNS_A);
	is("b.test", DNS_ANY, DNS_DENY_NODATA);
}

static void rfc4035_5_4_nodata(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("www.ex.test", "x.ex.test", DNS_A);
	is("www.ex.test", DNS_MX, DNS_DENY_NODATA);
	is("WWW.Ex.test", DNS_MX, DNS_DENY_NODATA);
	assert_false(out.cut);
	is("www.ex.test", DNS_A, DNS_DENY_NOT); /* it is there */
	is("ww.ex.test", DNS_MX, DNS_DENY_NOT); /* another name */
}

static void rfc6840_4_3_cname_bit(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("www.ex.test", "x.ex.test", DNS_CNAME);
	is("www.ex.test", DNS_A, DNS_DENY_NOT);
	is("www.ex.test", DNS_CNAME, DNS_DENY_NOT);
}

static void rfc4035_5_4_nxdomain(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("ex.test", "a.ex.test", DNS_SOA, DNS_NS); /* no wildcard at the apex */
	NSEC("m.ex.test", "q.ex.test", DNS_A);
	is("n.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	is("b.n.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	is("q.ex.test", DNS_A, DNS_DENY_NOT);  /* the next name exists */
	is("r.ex.test", DNS_A, DNS_DENY_NOT);  /* past it */
	is("m.ex.test", DNS_A, DNS_DENY_NOT);  /* the name itself */
	is("l.ex.test", DNS_A, DNS_DENY_NOT);
}

static void rfc4035_5_4_nxdomain_no_wildcard_proof(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("m.ex.test", "q.ex.test", DNS_A);
	is("n.ex.test", DNS_A, DNS_DENY_NOT);
	assert_non_null(strstr(why.text, "wildcard"));
	NSEC("*.ex.test", "a.ex.test", DNS_A); /* there is a wildcard, with the type */
	is("n.ex.test", DNS_A, DNS_DENY_NOT);
}

static void rfc4035_5_4_nxdomain_wildcard_at_the_right_depth(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("a.b.ex.test", "z.b.ex.test", DNS_A);
	NSEC("ex.test", "a.b.ex.test", DNS_SOA); /* covers *.ex.test, also *.b.ex.test? */
	is("n.b.ex.test", DNS_A, DNS_DENY_NXDOMAIN); /* b.ex.test is an ENT; *.b sorts before a.b */
	begin("ex.test");
	NSEC("a.b.ex.test", "z.b.ex.test", DNS_A);
	NSEC("ex.test", "b.ex.test", DNS_SOA); /* covers *.ex.test alone */
	is("n.b.ex.test", DNS_A, DNS_DENY_NOT);
}

static void one_record_may_prove_both(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("ex.test", "www.ex.test", DNS_SOA, DNS_NS);
	is("no.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
}

static void last_nsec_wraps_to_the_apex(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("ex.test", "b.ex.test", DNS_SOA);
	NSEC("www.ex.test", "ex.test", DNS_A);
	is("zz.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	is("vv.ex.test", DNS_A, DNS_DENY_NOT); /* before it */
	begin("ex.test");
	NSEC("ex.test", "b.ex.test", DNS_SOA);
	NSEC("www.ex.test", "b.ex.test", DNS_A); /* wraps to a name that is not the apex */
	is("zz.ex.test", DNS_A, DNS_DENY_NOT);
}

static void zone_of_one_name(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("ex.test", "ex.test", DNS_SOA);
	is("a.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	is("ex.test", DNS_A, DNS_DENY_NODATA);
}

static void empty_non_terminal(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("a.ex.test", "b.ent.ex.test", DNS_A);
	is("ent.ex.test", DNS_A, DNS_DENY_NODATA);
	is("ent.ex.test", DNS_DS, DNS_DENY_NODATA);
	assert_false(out.cut); /* a name without NS is no delegation */
	is("en.ex.test", DNS_A, DNS_DENY_NOT); /* beside it: wildcard proof is missing */
}

static void rfc4035_5_4_wildcard_nodata(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("m.ex.test", "q.ex.test", DNS_A);
	NSEC("*.ex.test", "a.ex.test", DNS_A);
	is("n.ex.test", DNS_MX, DNS_DENY_WILD);
	is("n.ex.test", DNS_A, DNS_DENY_NOT); /* the wildcard has it */
	begin("ex.test");
	NSEC("*.ex.test", "a.ex.test", DNS_A);
	is("n.ex.test", DNS_MX, DNS_DENY_NOT); /* without proof that the name is absent */
	begin("ex.test");
	NSEC("m.ex.test", "q.ex.test", DNS_A);
	NSEC("*.ex.test", "a.ex.test", DNS_CNAME);
	is("n.ex.test", DNS_MX, DNS_DENY_NOT);
	begin("ex.test");
	NSEC("m.ex.test", "q.ex.test", DNS_A);
	NSEC("*.m.ex.test", "n.m.ex.test", DNS_A); /* another wildcard */
	is("n.ex.test", DNS_MX, DNS_DENY_NOT);
}

static void empty_wildcard(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("m.ex.test", "q.ex.test", DNS_A);
	NSEC("ex.test", "x.*.ex.test", DNS_SOA); /* *.ex.test is an ENT: it exists */
	is("n.ex.test", DNS_A, DNS_DENY_WILD);
}

/* RFC 6840 section 4.1: the parent's NSEC at a cut says nothing of what lies below. */
static void rfc6840_4_1_ancestor_delegation(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("ex.test", "a.ex.test", DNS_SOA, DNS_NS);
	NSEC("sub.ex.test", "x.ex.test", DNS_NS);
	is("www.sub.ex.test", DNS_A, DNS_DENY_NOT);
	is("www.sub.ex.test", DNS_DS, DNS_DENY_NOT);
	is("sub.ex.test", DNS_A, DNS_DENY_NOT);
	is("sub.ex.test", DNS_SOA, DNS_DENY_NOT);
	is("tub.ex.test", DNS_A, DNS_DENY_NXDOMAIN); /* beside it, it may */
}

static void rfc6840_4_1_ancestor_dname(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("ex.test", "a.ex.test", DNS_SOA, DNS_NS);
	NSEC("dn.ex.test", "x.ex.test", DNS_DNAME);
	is("www.dn.ex.test", DNS_A, DNS_DENY_NOT);
	is("dn.ex.test", DNS_A, DNS_DENY_NODATA);
	is("do.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
}

static void rfc4035_5_2_no_ds(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("sub.ex.test", "x.ex.test", DNS_NS);
	is("sub.ex.test", DNS_DS, DNS_DENY_NODATA);
	assert_true(out.cut);
	begin("ex.test");
	NSEC("sub.ex.test", "x.ex.test", DNS_NS, DNS_DS);
	is("sub.ex.test", DNS_DS, DNS_DENY_NOT);
	assert_false(out.cut);
	begin("ex.test");
	NSEC("www.ex.test", "x.ex.test", DNS_A);
	is("www.ex.test", DNS_DS, DNS_DENY_NODATA);
	assert_false(out.cut); /* RFC 6840 section 4.4: NS must be there */
}

static void rfc6840_4_4_ds_at_the_apex(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("sub.ex.test", "x.ex.test", DNS_NS, DNS_SOA);
	is("sub.ex.test", DNS_DS, DNS_DENY_NOT);
	is("sub.ex.test", DNS_A, DNS_DENY_NODATA);
	begin(".");
	NSEC(".", "com", DNS_NS, DNS_SOA);
	is(".", DNS_DS, DNS_DENY_NODATA); /* the root has no parent */
	assert_false(out.cut);
}

static void rfc9824_3_1_compact(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("no.ex.test", "\\000.no.ex.test", DNS_NXNAME);
	is("no.ex.test", DNS_A, DNS_DENY_NXDOMAIN);
	is("no.ex.test", DNS_RRSIG, DNS_DENY_NXDOMAIN); /* the bitmap has RRSIG and NSEC all the same */
	begin("ex.test");
	NSEC("no.ex.test", "\\000.no.ex.test", DNS_A, DNS_NXNAME);
	is("no.ex.test", DNS_MX, DNS_DENY_NODATA); /* a name with a type of its own exists */
	is("no.ex.test", DNS_A, DNS_DENY_NOT);
	begin("ex.test");
	NSEC("no.ex.test", "\\000.no.ex.test", DNS_A);
	is("no.ex.test", DNS_MX, DNS_DENY_NODATA);
	is("no.ex.test", DNS_A, DNS_DENY_NOT);
}

static void rfc4035_5_3_4_no_closer(void **state)
{
	(void)state;
	begin("ex.test");
	NSEC("*.w.ex.test", "x.ex.test", DNS_A);
	assert_true(dns_nsec_no_closer(&d, sg_name("n.w.ex.test"), 3));
	assert_true(dns_nsec_no_closer(&d, sg_name("a.n.w.ex.test"), 3));
	assert_false(dns_nsec_no_closer(&d, sg_name("x.ex.test"), 2)); /* exists */
	begin("ex.test");
	NSEC("m.ex.test", "q.ex.test", DNS_A);
	assert_true(dns_nsec_no_closer(&d, sg_name("n.ex.test"), 2));
	assert_false(dns_nsec_no_closer(&d, sg_name("r.ex.test"), 2)); /* not covered */
	/* below m, which exists: *.ex.test does not apply */
	assert_false(dns_nsec_no_closer(&d, sg_name("a.m.ex.test"), 2));
	begin("ex.test");
	NSEC("m.ex.test", "a.n.ex.test", DNS_A);
	assert_false(dns_nsec_no_closer(&d, sg_name("n.ex.test"), 2)); /* an ENT exists */
	begin("ex.test");
	NSEC("m.ex.test", "q.ex.test", DNS_NS);
	assert_false(dns_nsec_no_closer(&d, sg_name("a.m.ex.test"), 2)); /* below a cut */
	begin("ex.test");
	assert_false(dns_nsec_no_closer(&d, sg_name("n.ex.test"), 2));
}

static void nothing_proves_nothing(void **state)
{
	(void)state;
	begin("ex.test");
	is("www.ex.test", DNS_A, DNS_DENY_NOT);
}

static int tidy(void **state)
{
	(void)state;
	begin(".");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc4034_4_1_2_bits),
		cmocka_unit_test(rfc6840_4_2_any),
		cmocka_unit_test(rfc4035_5_4_nodata),
		cmocka_unit_test(rfc6840_4_3_cname_bit),
		cmocka_unit_test(rfc4035_5_4_nxdomain),
		cmocka_unit_test(rfc4035_5_4_nxdomain_no_wildcard_proof),
		cmocka_unit_test(rfc4035_5_4_nxdomain_wildcard_at_the_right_depth),
		cmocka_unit_test(one_record_may_prove_both),
		cmocka_unit_test(last_nsec_wraps_to_the_apex),
		cmocka_unit_test(zone_of_one_name),
		cmocka_unit_test(empty_non_terminal),
		cmocka_unit_test(rfc4035_5_4_wildcard_nodata),
		cmocka_unit_test(empty_wildcard),
		cmocka_unit_test(rfc6840_4_1_ancestor_delegation),
		cmocka_unit_test(rfc6840_4_1_ancestor_dname),
		cmocka_unit_test(rfc4035_5_2_no_ds),
		cmocka_unit_test(rfc6840_4_4_ds_at_the_apex),
		cmocka_unit_test(rfc9824_3_1_compact),
		cmocka_unit_test(rfc4035_5_3_4_no_closer),
		cmocka_unit_test(nothing_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, tidy);
}
