/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/name.c: names from and to text, canonical order, suffixes.
 */
#include "dns/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t *n(const char *text)
{
	static uint8_t ring[8][DNS_NAME_MAX];
	static unsigned i;
	uint8_t *out = ring[i++ % 8];

	assert_int_equal(dns_name_parse(text, out), 0);
	return out;
}

static int rejected(const char *text)
{
	uint8_t out[DNS_NAME_MAX];

	return dns_name_parse(text, out) == -1;
}

static void is_text(const char *in, const char *want)
{
	char buf[DNS_NAME_TEXT];

	assert_string_equal(dns_name_str(n(in), buf, sizeof buf), want);
}

static void rfc1035_5_1_parse(void **state)
{
	(void)state;
	assert_memory_equal(n("Mail.example."), "\4Mail\7example", 14);
	assert_memory_equal(n("mail.example"), "\4mail\7example", 14);
	assert_memory_equal(n("."), "", 1);
	assert_memory_equal(n("a\\.b\\046.c"), "\4a.b.\1c", 8);
	assert_memory_equal(n("\\000\\255.x"), "\2\0\377\1x", 6);
	assert_memory_equal(n("a\\ b"), "\3a b", 5);
	assert_memory_equal(n("_25._tcp.*"), "\3_25\4_tcp\1*", 12);
}

static void parse_rejects(void **state)
{
	static const char *const bad[] = { "", "..", ".a", "a..", "a..b", "\\", "a\\", "\\25",
		"\\256", "\\2x5", "\\25.", "a b", "a\tb", "a\nb", "\177", "m\303\274ller.de" };
	uint8_t out[DNS_NAME_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (!rejected(bad[i]))
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(dns_name_parse_n("a\0b", 3, out), -1);
	assert_int_equal(dns_name_parse_n("ab", 1, out), 0);
	assert_memory_equal(out, "\1a", 3);
}

static void rfc1035_2_3_4_label_63(void **state)
{
	char t[65];

	(void)state;
	memset(t, 'x', 64);
	t[64] = '\0';
	assert_true(rejected(t));
	t[63] = '\0';
	assert_int_equal(dns_name_len(n(t)), 65);
}

/* three labels of 63 and one of n: 3 * 64 + n + 1 + 1 octets */
static const char *long_name(unsigned last)
{
	static char t[300];

	memset(t, 'x', sizeof t);
	t[63] = t[127] = t[191] = '.';
	t[192 + last] = '\0';
	return t;
}

static void rfc1035_2_3_4_name_255(void **state)
{
	uint8_t out[DNS_NAME_MAX];

	(void)state;
	assert_int_equal(dns_name_len(n(long_name(61))), 255);
	assert_true(rejected(long_name(62)));
	assert_int_equal(dns_name_prepend((const uint8_t *)"a", 1, n(long_name(60)), out), -1);
	assert_int_equal(dns_name_prepend((const uint8_t *)"a", 1, n(long_name(59)), out), 0);
	assert_int_equal(dns_name_len(out), 255);
}

static void labels_127(void **state)
{
	char t[256];
	unsigned i;

	(void)state;
	for (i = 0; i < 254; i++)
		t[i] = i % 2 ? '.' : 'a';
	t[254] = '\0';
	assert_int_equal(dns_name_labels(n(t)), DNS_LABELS_MAX);
	assert_int_equal(dns_name_cmp(n(t), n(t)), 0);
	assert_int_equal(dns_name_common(n(t), n(t)), DNS_LABELS_MAX);
	strcpy(t + 254, "a");
	assert_true(rejected(t));
}

static void str_escapes(void **state)
{
	(void)state;
	is_text("Example.COM.", "Example.COM");
	is_text(".", ".");
	is_text("a\\.b.c", "a\\.b.c");
	is_text("\\000\\032\\255", "\\000\\032\\255");
	is_text("\\\"\\;\\(\\)\\@\\$\\\\", "\\\"\\;\\(\\)\\@\\$\\\\");
}

/* every octet in every name survives text and back; the longest fits DNS_NAME_TEXT */
static void str_round_trip(void **state)
{
	uint8_t name[DNS_NAME_MAX], back[DNS_NAME_MAX];
	char t[DNS_NAME_TEXT];
	unsigned c, i;

	(void)state;
	for (c = 0; c < 256; c++) {
		memset(name, (int)c, sizeof name);
		name[0] = name[64] = name[128] = 63;
		name[192] = 61;
		name[254] = 0;
		dns_name_str(name, t, sizeof t);
		for (i = 0; t[i]; i++)
			assert_true(t[i] > 0x20 && t[i] < 0x7f);
		assert_int_equal(dns_name_parse(t, back), 0);
		assert_memory_equal(back, name, 255);
	}
}

static void rfc4343_case(void **state)
{
	uint8_t name[DNS_NAME_MAX];

	(void)state;
	assert_true(dns_name_eq(n("MaiL.Example"), n("mail.eXAMPLE")));
	assert_false(dns_name_eq(n("mail.example"), n("mail.example.x")));
	assert_false(dns_name_eq(n("mail.example"), n("mai.example")));
	assert_false(dns_name_eq(n("a.b"), n("a\\.b")));
	/* ASCII letters alone */
	assert_false(dns_name_eq(n("\\192"), n("\\224")));
	assert_false(dns_name_eq(n("\\@"), n("`")));
	assert_false(dns_name_eq(n("["), n("{")));
	dns_name_copy(name, n("AZ\\@[.Q"));
	dns_name_lower(name);
	assert_memory_equal(name, "\4az@[\1q", 8);
}

/* the example of RFC 4034 section 6.1, in order */
static void rfc4034_6_1_order(void **state)
{
	static const char *const order[] = { ".", "example", "a.example", "yljkjljk.a.example",
		"Z.a.example", "zABC.a.EXAMPLE", "z.example", "\\001.z.example",
		"*.z.example", "\\200.z.example" };
	size_t i, k, count = sizeof order / sizeof order[0];
	int d;

	(void)state;
	for (i = 0; i < count; i++)
		for (k = 0; k < count; k++) {
			d = dns_name_cmp(n(order[i]), n(order[k]));
			assert_int_equal((d > 0) - (d < 0), (i > k) - (i < k));
		}
}

static void under_and_common(void **state)
{
	(void)state;
	assert_true(dns_name_is_under(n("a.b.c"), n("B.c")));
	assert_true(dns_name_is_under(n("b.c"), n("b.c")));
	assert_true(dns_name_is_under(n("b.c"), n(".")));
	assert_false(dns_name_is_under(n("b.c"), n("a.b.c")));
	assert_false(dns_name_is_under(n("xb.c"), n("b.c")));
	assert_false(dns_name_is_under(n("x\\.b.c"), n("b.c")));
	assert_int_equal(dns_name_common(n("a.b.C"), n("x.b.c")), 2);
	assert_int_equal(dns_name_common(n("a.b"), n("a.c")), 0);
	assert_int_equal(dns_name_common(n("."), n("a.c")), 0);
	assert_int_equal(dns_name_common(n("b.c"), n("a.b.c")), 2);
}

static void suffix_and_prepend(void **state)
{
	uint8_t out[DNS_NAME_MAX], label[64];

	(void)state;
	assert_true(dns_name_eq(dns_name_suffix(n("a.b.c"), 2), n("b.c")));
	assert_true(dns_name_eq(dns_name_suffix(n("a.b.c"), 3), n("a.b.c")));
	assert_true(dns_name_eq(dns_name_suffix(n("a.b.c"), 0), n(".")));
	assert_int_equal(dns_name_prepend((const uint8_t *)"_25", 3, n("x.y"), out), 0);
	assert_true(dns_name_eq(out, n("_25.x.y")));
	assert_int_equal(dns_name_prepend((const uint8_t *)"*", 1, out, out), 0);
	assert_true(dns_name_eq(out, n("*._25.x.y")));
	assert_true(dns_name_is_wild(out));
	assert_false(dns_name_is_wild(n("**.x")));
	assert_false(dns_name_is_wild(n("x.*")));
	memset(label, 'a', sizeof label);
	assert_int_equal(dns_name_prepend(label, 0, n("x"), out), -1);
	assert_int_equal(dns_name_prepend(label, 63, n("x"), out), 0);
	assert_int_equal(dns_name_prepend(label, 64, n("x"), out), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc1035_5_1_parse),
		cmocka_unit_test(parse_rejects),
		cmocka_unit_test(rfc1035_2_3_4_label_63),
		cmocka_unit_test(rfc1035_2_3_4_name_255),
		cmocka_unit_test(labels_127),
		cmocka_unit_test(str_escapes),
		cmocka_unit_test(str_round_trip),
		cmocka_unit_test(rfc4343_case),
		cmocka_unit_test(rfc4034_6_1_order),
		cmocka_unit_test(under_and_common),
		cmocka_unit_test(suffix_and_prepend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
