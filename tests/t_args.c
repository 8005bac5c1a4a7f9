/* SPDX-License-Identifier: ISC */
/* tests/t_args.c: the command line of Go's flag package, rule by rule. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "src/args.h"

static bool flag, other;
static const char *text;
static struct args_list names;
static int64_t span;
static uint16_t port;
static struct args_time at;

static const struct args_opt options[] = {
	{ "flag", ARGS_BOOL, &flag, "", "" },
	{ "f", ARGS_BOOL, &other, "", "" },
	{ "text", ARGS_STR, &text, "T", "" },
	{ "name", ARGS_LIST, &names, "N", "" },
	{ "span", ARGS_DURATION, &span, "D", "" },
	{ "port", ARGS_PORT, &port, "P", "" },
	{ "at", ARGS_TIME, &at, "T", "" },
};

static char err[ARGS_ERR];

/* Parse words; the result of args_parse, *next as an index into the words. */
static int parse(int *next, const char *a, const char *b, const char *c, const char *d)
{
	const char *w[] = { "prog", a, b, c, d, NULL };
	int n = 1;

	while (n < 5 && w[n])
		n++;
	flag = other = false;
	text = NULL;
	span = -1;
	port = 0;
	memset(&names, 0, sizeof names);
	memset(&at, 0, sizeof at);
	err[0] = '\0';
	*next = -1;
	return args_parse(options, sizeof options / sizeof *options, n, (char **)w, next, err,
	    sizeof err);
}

static void one_and_two_dashes_are_the_same(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse(&n, "-flag", "--text", "x", NULL), 0);
	assert_true(flag);
	assert_string_equal(text, "x");
	assert_int_equal(n, 4);
}

static void value_after_equals_or_as_next_word(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse(&n, "-text=a=b", NULL, NULL, NULL), 0);
	assert_string_equal(text, "a=b");
	assert_int_equal(parse(&n, "-text", "-flag", NULL, NULL), 0);
	assert_string_equal(text, "-flag"); /* as in Go: a value may look like an option */
	assert_false(flag);
	assert_int_equal(parse(&n, "-text=", "x", NULL, NULL), 0);
	assert_string_equal(text, "");
	assert_int_equal(n, 2);
}

static void missing_value_is_named(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse(&n, "-port", NULL, NULL, NULL), -1);
	assert_non_null(strstr(err, "-port"));
	assert_non_null(strstr(err, "1 to 65535"));
}

static void booleans_take_a_value_after_equals_only(void **state)
{
	static const char *const no[] = { "-flag=0", "-flag=f", "-flag=F", "-flag=false",
		"-flag=FALSE", "-flag=False" };
	static const char *const yes[] = { "-flag=1", "-flag=t", "-flag=T", "-flag=true",
		"-flag=TRUE", "-flag=True" };
	unsigned i;
	int n;

	(void)state;
	for (i = 0; i < 6; i++) {
		assert_int_equal(parse(&n, "-flag", no[i], NULL, NULL), 0);
		assert_false(flag);
		assert_int_equal(parse(&n, yes[i], NULL, NULL, NULL), 0);
		assert_true(flag);
	}
	assert_int_equal(parse(&n, "-flag", "false", NULL, NULL), 0);
	assert_true(flag);
	assert_int_equal(n, 2); /* "false" is a target */
	assert_int_equal(parse(&n, "-flag=maybe", NULL, NULL, NULL), -1);
	assert_non_null(strstr(err, "maybe"));
	assert_int_equal(parse(&n, "-flag=", NULL, NULL, NULL), -1);
}

static void options_end_at_two_dashes_or_a_word(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse(&n, "-f", "--", "-flag", NULL), 0);
	assert_int_equal(n, 3);
	assert_false(flag);
	assert_int_equal(parse(&n, "-f", "word", "-flag", NULL), 0);
	assert_int_equal(n, 2);
	assert_false(flag);
	assert_int_equal(parse(&n, "-", "-flag", NULL, NULL), 0);
	assert_int_equal(n, 1);
	assert_int_equal(parse(&n, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(n, 1);
}

static void unknown_or_malformed_options_are_refused(void **state)
{
	static const char *const bad[] = { "-fla", "-flagg", "---flag", "-=x", "--=", "-Flag" };
	unsigned i;
	int n;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(parse(&n, bad[i], NULL, NULL, NULL), -1);
		assert_non_null(strstr(err, bad[i]));
	}
	assert_int_equal(parse(&n, "-\033[2J", NULL, NULL, NULL), -1);
	assert_null(strchr(err, '\033'));
}

static void lists_repeat_and_split_at_commas(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse(&n, "-name", "a,bc", "-name=d", NULL), 0);
	assert_int_equal(names.n, 3);
	assert_int_equal(names.len[1], 2);
	assert_memory_equal(names.v[1], "bc", 2);
	assert_int_equal(parse(&n, "-name", "a,,b", NULL, NULL), -1);
	assert_int_equal(parse(&n, "-name", "", NULL, NULL), -1);
	assert_int_equal(parse(&n, "-name", "a,", NULL, NULL), -1);
}

static void durations_are_those_of_go(void **state)
{
	static const struct { const char *s; int64_t ns; } good[] = {
		{ "90s", 90000000000 }, { "168h", 604800000000000 }, { "1h30m", 5400000000000 },
		{ "1ns", 1 }, { "500ms", 500000000 }, { "0", 0 }, { "0s", 0 }, { "1.5s", 1500000000 },
		{ ".5m", 30000000000 }, { "2us", 2000 }, { "2\xc2\xb5s", 2000 }, { "+3s", 3000000000 },
		{ "-3s", -3000000000 }, { "1h2m3s4ms5us6ns", 3723004005006 },
		{ "2562047h", 9223369200000000000 }, { "9223372036854775807ns", INT64_MAX }, { "1.h", 3600000000000 },
	};
	static const char *const bad[] = { "", "5", "s", ".s", "1", "1d", "1 s", "1s ", "5parsecs",
		"--1s", "1h-1m", "2562048h", "99999999999999999999s", "1.5", "-", "+", "1e3s",
		"9223372036854775808ns", "18446744073709551616ns" };
	unsigned i;
	int64_t ns;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(args_duration(good[i].s, &ns), 0);
		assert_true(ns == good[i].ns);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(args_duration(bad[i], &ns), -1);
}

static void negative_durations_are_no_waits(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse(&n, "-span", "-1s", NULL, NULL), -1);
	assert_non_null(strstr(err, "-span"));
	assert_int_equal(parse(&n, "-span", "1m", NULL, NULL), 0);
	assert_true(span == 60000000000);
}

static void ports_are_numbers_or_services(void **state)
{
	static const struct { const char *s; unsigned p; } good[] = {
		{ "25", 25 }, { "65535", 65535 }, { "1", 1 }, { "0x19", 25 }, { "0X1D1", 465 },
		{ "031", 25 }, { "smtp", 25 }, { "SMTP", 25 }, { "submission", 587 }, { "submissions", 465 },
		{ "smtps", 465 }, { "smtp(26)", 25 }, { "no-such-service(26)", 26 },
		{ "no-such-service(0x1a)", 26 },
	};
	static const char *const bad[] = { "", "0", "65536", "-1", "25x", "0x", "0x10000", "08",
		"99999999999999999999", "no-such-service", "smtp(", "smtp()", "smtp(0)", "smtp(99999)",
		"(25)", " 25", "25 ", "0x0" };
	unsigned i;
	uint16_t p;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(args_port(good[i].s, &p), 0);
		assert_int_equal(p, good[i].p);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(args_port(bad[i], &p), -1);
}

static void errors_name_option_value_and_wish(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse(&n, "-port", "70000", NULL, NULL), -1);
	assert_non_null(strstr(err, "-port"));
	assert_non_null(strstr(err, "70000"));
	assert_non_null(strstr(err, "1 to 65535"));
	assert_int_equal(parse(&n, "-at", "yesterday", NULL, NULL), -1);
	assert_non_null(strstr(err, "-at"));
	assert_non_null(strstr(err, "yesterday"));
	assert_non_null(strstr(err, "YYYYMMDDHHMMSS"));
}

static void times_are_read(void **state)
{
	int n;

	(void)state;
	assert_int_equal(parse(&n, "-at", "1700000000", NULL, NULL), 0);
	assert_true(at.set && at.t == 1700000000);
	assert_int_equal(parse(&n, "-flag", NULL, NULL, NULL), 0);
	assert_false(at.set);
}

static void a_long_value_does_not_overflow_the_message(void **state)
{
	char big[5000];
	int n;

	(void)state;
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	assert_int_equal(parse(&n, "-port", big, NULL, NULL), -1);
	assert_true(strlen(err) < ARGS_ERR);
	assert_non_null(strstr(err, "xxx..."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_and_two_dashes_are_the_same),
		cmocka_unit_test(value_after_equals_or_as_next_word),
		cmocka_unit_test(missing_value_is_named),
		cmocka_unit_test(booleans_take_a_value_after_equals_only),
		cmocka_unit_test(options_end_at_two_dashes_or_a_word),
		cmocka_unit_test(unknown_or_malformed_options_are_refused),
		cmocka_unit_test(lists_repeat_and_split_at_commas),
		cmocka_unit_test(durations_are_those_of_go),
		cmocka_unit_test(negative_durations_are_no_waits),
		cmocka_unit_test(ports_are_numbers_or_services),
		cmocka_unit_test(errors_name_option_value_and_wish),
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(a_long_value_does_not_overflow_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
