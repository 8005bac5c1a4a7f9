/* SPDX-License-Identifier: ISC */
/* tests/t_wrap.c: text_wrap() of src/text.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "src/text.h"

static void is(const char *in, unsigned width, const char *want)
{
	struct text t = { 0 };

	text_wrap(&t, in, width, " KEEP ");
	assert_string_equal(text_str(&t), want);
	text_free(&t);
}

static void at_blanks(void **state)
{
	(void)state;
	is("", 10, "");
	is("short\n", 10, "short\n");
	is("one two three\n", 7, "one two\n  three\n");
	is("one two three\n", 8, "one two\n  three\n");
	is("a  b\n", 4, "a  b\n");
	is("no end", 3, "no\n  end");
}

static void further_in_than_the_line(void **state)
{
	(void)state;
	is("    in one two\nnext\n", 10, "    in one\n      two\nnext\n");
}

static void long_words_stay_whole(void **state)
{
	(void)state;
	is("averyveryverylongword b\n", 5, "averyveryverylongword\n  b\n");
	is("a averyveryverylongword\n", 5, "a\n  averyveryverylongword\n");
}

static void what_is_to_be_copied_stays_whole(void **state)
{
	(void)state;
	is("one two KEEP three four\none two\n", 5, "one two KEEP three four\none\n  two\n");
}

static void colours_take_no_room(void **state)
{
	(void)state;
	is("\033[31mFAIL\033[0m a bc\n", 6, "\033[31mFAIL\033[0m a\n  bc\n");
}

/* What is to be copied is looked for once, not anew from each line to the end. */
static void many_lines(void **state)
{
	struct text in = { 0 }, out = { 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < 400000; i++)
		text_puts(&in, "one\n");
	alarm(10);
	text_wrap(&out, text_str(&in), 80, "KEEP");
	alarm(0);
	assert_int_equal(out.len, in.len);
	text_free(&in);
	text_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_blanks),
		cmocka_unit_test(further_in_than_the_line),
		cmocka_unit_test(long_words_stay_whole),
		cmocka_unit_test(what_is_to_be_copied_stays_whole),
		cmocka_unit_test(colours_take_no_room),
		cmocka_unit_test(many_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
