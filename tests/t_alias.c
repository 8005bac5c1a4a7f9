/* SPDX-License-Identifier: ISC */
/* tests/t_alias.c: which alias a message has for a name, and where it leads.  Nothing is proven
   here: signatures are there or not, no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "dns/sec.h"

static uint8_t flat[4000];
static struct dns_view v;
static struct dns_anchors anchors;
static struct dns_work work;
static struct dns_ctx c = { .anchors = &anchors, .work = &work };
static struct dns_rrset set;
static uint8_t out[DNS_NAME_MAX];

static const uint8_t *name(const char *text)
{
	static uint8_t buf[8][DNS_NAME_MAX];
	static unsigned at;

	at = (at + 1) % 8;
	assert_int_equal(dns_name_parse(text, buf[at]), 0);
	return buf[at];
}

static void begin(void)
{
	v = (struct dns_view){ flat, 0, 0, -1 };
	anchors.n = 0;
}

static void add(const char *owner, uint16_t type, const uint8_t *rd, size_t len)
{
	struct dns_rr rr = { .owner = name(owner), .rdata = rd, .ttl = 300, .type = type, .class = DNS_IN,
		.rdlen = (uint16_t)len, .section = DNS_ANSWER };

	assert_int_equal(dns_flat_add(flat, sizeof flat, &v.len, &rr), 0);
}

static void alias(const char *owner, uint16_t type, const char *target)
{
	add(owner, type, name(target), dns_name_len(name(target)));
}

/* An RRSIG of which no more is known than what it covers. */
static void sig(const char *owner, uint16_t covered)
{
	uint8_t rd[24] = { 0, (uint8_t)covered, 13, 1 };

	add(owner, DNS_RRSIG, rd, sizeof rd);
}

static bool finds(const char *text, uint16_t type, const char *owner, const char *target)
{
	return dns_alias_find(&c, &v, name(text), &set) && set.type == type &&
	    dns_name_eq(set.owner, name(owner)) && dns_alias_target(&set, name(text), out) &&
	    dns_name_eq(out, name(target));
}

static void rfc1034_3_6_2_cname(void **state)
{
	(void)state;
	begin();
	alias("w.a", DNS_CNAME, "w.b");
	assert_true(finds("w.a", DNS_CNAME, "w.a", "w.b"));
	assert_true(finds("W.A", DNS_CNAME, "w.a", "w.b"));
	assert_false(dns_alias_find(&c, &v, name("x.w.a"), &set)); /* at the name alone */
	assert_false(dns_alias_find(&c, &v, name("a"), &set));
}

static void rfc6672_2_3_dname_redirects_what_is_below(void **state)
{
	(void)state;
	begin();
	alias("d.a", DNS_DNAME, "b");
	assert_true(finds("x.d.a", DNS_DNAME, "d.a", "x.b"));
	assert_true(finds("z.y.x.d.a", DNS_DNAME, "d.a", "z.y.x.b"));
	assert_false(dns_alias_find(&c, &v, name("d.a"), &set)); /* not itself */
	assert_false(dns_alias_find(&c, &v, name("xd.a"), &set));
	begin();
	alias(".", DNS_DNAME, "b");
	assert_true(finds("x.a", DNS_DNAME, ".", "x.a.b"));
}

/* RFC 6672 section 5.3.1: the CNAME that a DNAME makes is not signed, and is not believed. */
static void rfc6672_5_3_1_unsigned_cname_gives_way(void **state)
{
	(void)state;
	begin();
	alias("x.d.a", DNS_CNAME, "x.evil");
	alias("d.a", DNS_DNAME, "b");
	sig("d.a", DNS_DNAME);
	assert_true(finds("x.d.a", DNS_DNAME, "d.a", "x.b"));
}

/* A signature over the CNAME, as some servers make, changes nothing when the two agree; when they
   do not, the signed CNAME is what must be proven. */
static void signed_cname_beside_a_dname(void **state)
{
	(void)state;
	begin();
	alias("x.d.a", DNS_CNAME, "X.b");
	sig("x.d.a", DNS_CNAME);
	alias("d.a", DNS_DNAME, "b");
	assert_true(finds("x.d.a", DNS_CNAME, "x.d.a", "x.b")); /* a DNAME that nobody signed */
	sig("d.a", DNS_DNAME);
	assert_true(finds("x.d.a", DNS_DNAME, "d.a", "x.b"));
	begin();
	alias("x.d.a", DNS_CNAME, "x.c");
	sig("x.d.a", DNS_CNAME);
	alias("d.a", DNS_DNAME, "b");
	sig("d.a", DNS_DNAME);
	assert_true(finds("x.d.a", DNS_CNAME, "x.d.a", "x.c"));
}

/* What lies above the closest trust anchor has no say. */
static void dname_above_the_anchor_is_passed_over(void **state)
{
	(void)state;
	begin();
	alias("a", DNS_DNAME, "b");
	assert_true(finds("x.d.a", DNS_DNAME, "a", "x.d.b"));
	anchors.n = 1;
	anchors.a[0].from = INT64_MIN;
	anchors.a[0].until = INT64_MAX;
	dns_name_copy(anchors.a[0].owner, name("d.a"));
	assert_false(dns_alias_find(&c, &v, name("x.d.a"), &set));
}

#define L63 "123456789012345678901234567890123456789012345678901234567890abc"

static void rfc6672_2_2_name_too_long(void **state)
{
	(void)state;
	begin();
	alias("d", DNS_DNAME, L63 "." L63 "." L63); /* 193 octets */
	assert_true(dns_alias_find(&c, &v, name(L63 ".d"), &set));
	assert_false(dns_alias_target(&set, name(L63 ".d"), out)); /* 257 */
	assert_true(dns_alias_target(&set, name("12345678901234567890123456789012345678901234567890"
	    "12345678901.d"), out)); /* 255 */
	assert_int_equal(dns_name_len(out), 255);
	assert_false(dns_alias_target(&set, name("12345678901234567890123456789012345678901234567890"
	    "123456789012.d"), out)); /* 256 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc1034_3_6_2_cname),
		cmocka_unit_test(rfc6672_2_3_dname_redirects_what_is_below),
		cmocka_unit_test(rfc6672_5_3_1_unsigned_cname_gives_way),
		cmocka_unit_test(signed_cname_beside_a_dname),
		cmocka_unit_test(dname_above_the_anchor_is_passed_over),
		cmocka_unit_test(rfc6672_2_2_name_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
