/* SPDX-License-Identifier: ISC */
/* tests/t_idna.c: Punycode, by the samples of RFC 3492 section 7.1 and names in use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/idna.h"

static char out[254];

static void is(const char *name, const char *want)
{
	assert_true(idna_show(name, out, sizeof out));
	assert_string_equal(out, want);
}

static void rfc3492_7_1_samples(void **state)
{
	(void)state;
	is("\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587", "xn--ihqwcrb4cv8a8dqg056pqjye");
	is("pro\u010dprost\u011bnemluv\u00ed\u010desky", "xn--proprostnemluvesky-uyb24dma41a");
	is("3\u5e74b\u7d44\u91d1\u516b\u5148\u751f", "xn--3b-ww4c5e180e575a65lsy2b");
	is("\u30d1\u30d5\u30a3\u30fcde\u30eb\u30f3\u30d0", "xn--de-jg4avhby1noc0d");
	is("\u305d\u306e\u30b9\u30d4\u30fc\u30c9\u3067", "xn--d9juau41awczczp");
}

static void names(void **state)
{
	(void)state;
	is("m\u00fcnchen.example", "xn--mnchen-3ya.example");
	is("M\u00dcNCHEN.Example.", "xn--mnchen-3ya.example.");
	is("mx.\u0420\u0424", "mx.xn--p1ai");
	is("mx.example", "mx.example");
	is("\U0001f600.example", "xn--e28h.example");
	is("m\u00fcnchen\u3002example\uff0eorg\uff61", "xn--mnchen-3ya.example.org."); /* RFC 3490 section 3.1 */
}

static void refused(void **state)
{
	char longest[80] = "";
	unsigned i;

	(void)state;
	assert_false(idna_show("\xff.example", out, sizeof out));
	assert_false(idna_show("\xc3", out, sizeof out));         /* cut short */
	assert_false(idna_show("\xc0\xaf", out, sizeof out));     /* longer than need be */
	assert_false(idna_show("\xed\xa0\x80", out, sizeof out)); /* half of a pair of UTF-16 */
	assert_false(idna_show("\xf4\x90\x80\x80", out, sizeof out));
	for (i = 0; i < 64; i++)
		strcat(longest, "a");
	assert_false(idna_show(longest, out, sizeof out));
	assert_false(idna_show("m\u00fcnchen.example", out, 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3492_7_1_samples),
		cmocka_unit_test(names),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
