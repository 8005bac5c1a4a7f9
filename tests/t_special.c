/* SPDX-License-Identifier: ISC */
/* tests/t_special.c: RFC 6890: the first and the last address of each block is special, those
   beside it are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/net.h"
#include "src/special.h"

static const char *what(const char *text)
{
	struct dns_addr a = { 0 };

	assert_int_equal(net_addr_parse(text, &a), 0);
	return special_address(&a);
}

static void special(const char *first, const char *last, const char *why)
{
	if (what(first) == NULL || what(last) == NULL)
		print_error("%s, %s: ordinary\n", first, last);
	assert_string_equal(what(first), why);
	assert_string_equal(what(last), why);
}

static void ordinary(const char *a)
{
	if (what(a) != NULL)
		print_error("%s: %s\n", a, what(a));
	assert_null(what(a));
}

static void rfc6890_2_2_2_ipv4(void **state)
{
	(void)state;
	special("0.0.0.0", "0.255.255.255", "this network");
	special("10.0.0.0", "10.255.255.255", "private use");
	special("100.64.0.0", "100.127.255.255", "shared by carriers");
	special("127.0.0.0", "127.255.255.255", "loopback");
	special("169.254.0.0", "169.254.255.255", "link-local");
	special("172.16.0.0", "172.31.255.255", "private use");
	special("192.0.2.0", "192.0.2.255", "documentation");
	special("192.168.0.0", "192.168.255.255", "private use");
	special("198.18.0.0", "198.19.255.255", "benchmarks");
	special("224.0.0.0", "239.255.255.255", "multicast");
	special("240.0.0.0", "255.255.255.255", "reserved");
	ordinary("1.0.0.0");
	ordinary("9.255.255.255");
	ordinary("11.0.0.0");
	ordinary("100.63.255.255");
	ordinary("100.128.0.0");
	ordinary("126.255.255.255");
	ordinary("128.0.0.0");
	ordinary("172.15.255.255");
	ordinary("172.32.0.0");
	ordinary("192.167.255.255");
	ordinary("198.17.255.255");
	ordinary("198.20.0.0");
	ordinary("223.255.255.255");
}

static void rfc6890_2_2_3_ipv6(void **state)
{
	(void)state;
	special("::", "::", "unspecified");
	special("::1", "::1", "loopback");
	special("::ffff:8.8.8.8", "::ffff:0:0", "IPv4-mapped");
	special("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "IPv4 translation");
	special("2001::", "2001:0:ffff::", "IETF protocols"); /* Teredo */
	special("100::", "100::ffff:ffff:ffff:ffff", "discard");
	special("2001:db8::", "2001:db8:ffff::", "documentation");
	special("2002::", "2002:ffff::", "6to4");
	special("fc00::", "fdff::", "unique local");
	special("fe80::1", "febf::", "link-local");
	special("ff00::", "ffff::", "multicast");
	ordinary("2001:db7::");
	ordinary("2001:db9::");
	ordinary("2001:503:ba3e::2:30");
	ordinary("2003::");
	ordinary("fbff::");
	ordinary("2a00::1");
}

/* What the registries have as globally reachable inside a block that is not; and its neighbours. */
static void rfc6890_exceptions(void **state)
{
	(void)state;
	special("192.0.0.0", "192.0.0.8", "IETF protocols");
	ordinary("192.0.0.9");
	ordinary("192.0.0.10");
	special("192.0.0.11", "192.0.0.255", "IETF protocols");
	ordinary("192.31.196.1");
	ordinary("192.52.193.1");
	ordinary("192.175.48.1");
	special("2001:1::", "2001:1::", "IETF protocols");
	ordinary("2001:1::1");
	ordinary("2001:1::2");
	ordinary("2001:1::3");
	special("2001:1::4", "2001:2:ffff::", "IETF protocols");
	ordinary("2001:3::");
	ordinary("2001:3:ffff::1");
	special("2001:4::", "2001:4:111::", "IETF protocols");
	ordinary("2001:4:112::");
	ordinary("2001:4:112:ffff::");
	special("2001:4:113::", "2001:1f:ffff::", "IETF protocols");
	ordinary("2001:20::");
	ordinary("2001:2f:ffff::");
	ordinary("2001:30::");
	ordinary("2001:3f:ffff::");
	special("2001:40::", "2001:1ff:ffff::", "IETF protocols");
	ordinary("2001:200::");
	ordinary("2620:4f:8000::");
}

/* An address behind a translator is as special as that of IPv4 which it stands for. */
static void rfc6052_3_1_translated(void **state)
{
	(void)state;
	ordinary("64:ff9b::8.8.8.8");
	ordinary("64:ff9b::192.0.0.9");
	special("64:ff9b::127.0.0.1", "64:ff9b::127.255.255.255", "loopback");
	special("64:ff9b::10.0.0.1", "64:ff9b::192.168.1.1", "private use");
	special("64:ff9b::224.0.0.1", "64:ff9b::239.255.255.255", "multicast");
	ordinary("64:ff9b::1:808:808"); /* not of the prefix */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc6890_2_2_2_ipv4),
		cmocka_unit_test(rfc6890_2_2_3_ipv6),
		cmocka_unit_test(rfc6890_exceptions),
		cmocka_unit_test(rfc6052_3_1_translated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
