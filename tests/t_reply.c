/* SPDX-License-Identifier: ISC */
/*
 * tests/t_reply.c: what smtp/reply.c takes for a reply.  Each input is judged whole and octet
 * by octet, from heap blocks of the exact size, and must be judged alike.
 */
#include "smtp/smtp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct smtp_reply r; /* of the last parse */
static size_t taken;

static size_t feed_copy(struct smtp_reply *rp, const void *p, size_t n)
{
	uint8_t *c = malloc(n);
	size_t k;

	assert_non_null(c);
	memcpy(c, p, n);
	k = smtp_reply_feed(rp, c, n);
	free(c);
	return k;
}

static void parse_n(const char *t, size_t n)
{
	static struct smtp_reply b;
	size_t i;

	smtp_reply_init(&r);
	taken = feed_copy(&r, t, n);
	smtp_reply_init(&b);
	for (i = 0; i < n && feed_copy(&b, t + i, 1) == 1; i++)
		;
	assert_int_equal(i, taken);
	assert_memory_equal(&r, &b, sizeof r);
}

static void parse(const char *t)
{
	parse_n(t, strlen(t));
}

static void good(const char *t, unsigned code, unsigned lines)
{
	parse(t);
	assert_false(r.bad);
	assert_true(r.done);
	assert_int_equal(r.code, code);
	assert_int_equal(r.lines, lines);
	assert_int_equal(taken, strlen(t));
}

static void is_bad(const char *t, const char *why)
{
	parse(t);
	assert_true(r.bad);
	assert_false(r.done);
	assert_non_null(strstr(r.why, why));
	assert_int_equal(smtp_reply_feed(&r, (const uint8_t *)"250 x\r\n", 7), 0);
}

static void rfc5321_4_2_one_line(void **st)
{
	(void)st;
	good("220 mx.example ESMTP\r\n", 220, 1);
	assert_string_equal(r.text, "220 mx.example ESMTP");
	assert_int_equal(r.textlen, 20);
}

static void rfc5321_4_2_code_without_text(void **st)
{
	(void)st;
	good("250\r\n", 250, 1);
	good("250 \r\n", 250, 1);
}

static void rfc5321_4_2_code_runs_into_text(void **st)
{
	(void)st;
	is_bad("2500 ok\r\n", "not followed by a space");
	is_bad("250\tok\r\n", "not followed by a space");
	is_bad("250\rok\r\n", "not followed by a space");
}

static void rfc5321_4_2_1_multiline(void **st)
{
	(void)st;
	good("250-a\r\n250-b\r\n250 c\r\n", 250, 3);
	assert_string_equal(r.text, "250-a\n250-b\n250 c");
	good("250-a\r\n250\r\n", 250, 2);
}

static void rfc5321_4_2_1_lines_of_different_codes(void **st)
{
	(void)st;
	is_bad("250-a\r\n251 b\r\n", "different codes");
	is_bad("421-a\r\n521 b\r\n", "different codes");
	is_bad("554-a\r\n250 b\r\n", "different codes"); /* for the worse alone */
	is_bad("220-a\r\n421-b\r\n220 c\r\n", "different codes");
	is_bad("220-a\r\n354 b\r\n", "different codes");
}

static void rfc5321_3_8_broken_off_by_a_refusal(void **st)
{
	(void)st;
	good("220-a\r\n421 b\r\n", 421, 2);
	good("220-a\r\n521 5.7.1 b\r\n", 521, 2); /* postscreen */
	good("250-a\r\n250-STARTTLS\r\n421-b\r\n421 c\r\n", 421, 4);
	assert_string_equal(r.text, "421-b\n421 c");
}

static void rfc5321_4_2_1_ends_with_the_last_line(void **st)
{
	(void)st;
	parse("220-a\r\n220 b\r\n250 c\r\n");
	assert_true(r.done);
	assert_int_equal(taken, 14);
}

static void bare_lf_tolerated(void **st)
{
	(void)st;
	good("250-a\n250 b\n", 250, 2);
	assert_string_equal(r.text, "250-a\n250 b");
}

static void incomplete_is_neither(void **st)
{
	(void)st;
	parse("250-a\r\n250 b");
	assert_false(r.done);
	assert_false(r.bad);
	parse("250-a\r\n");
	assert_false(r.done);
	assert_int_equal(r.code, 250);
	parse("25");
	assert_false(r.bad);
	assert_int_equal(r.code, 0);
}

static void code_out_of_range(void **st)
{
	(void)st;
	is_bad("100-continue\r\n", "200 to 599");
	is_bad("600 x\r\n", "200 to 599");
	good("571 x\r\n", 571, 1);
}

static void nul_octet(void **st)
{
	(void)st;
	parse_n("250 a\0b\r\n", 9);
	assert_true(r.bad);
	assert_non_null(strstr(r.why, "NUL"));
	parse_n("\0", 1);
	assert_true(r.bad);
}

static void line_of_the_longest_length(void **st)
{
	static char t[SMTP_LINE_MAX + 3];

	(void)st;
	memset(t, 'x', sizeof t);
	memcpy(t, "250 ", 4);
	t[SMTP_LINE_MAX] = '\n';
	parse_n(t, SMTP_LINE_MAX + 1);
	assert_true(r.done);
	assert_int_equal(r.textlen, SMTP_REPLY_TEXT - 1);
	assert_int_equal(r.text[SMTP_REPLY_TEXT - 1], 0);
}

static void line_too_long(void **st)
{
	static char t[SMTP_LINE_MAX + 1];

	(void)st;
	memset(t, 'x', sizeof t);
	memcpy(t, "250 ", 4);
	parse_n(t, sizeof t); /* without waiting for its end */
	assert_true(r.bad);
	assert_non_null(strstr(r.why, "longer than 2048"));
}

static void lines_to_the_limit(void **st)
{
	static char t[SMTP_REPLY_LINES * 7 + 1];
	unsigned i;

	(void)st;
	for (i = 0; i < SMTP_REPLY_LINES; i++)
		memcpy(t + i * 7, i + 1 < SMTP_REPLY_LINES ? "250-a\r\n" : "250 a\r\n", 7);
	good(t, 250, SMTP_REPLY_LINES);
}

static void lines_too_many(void **st)
{
	static char t[SMTP_REPLY_LINES * 7 + 1];
	unsigned i;

	(void)st;
	for (i = 0; i < SMTP_REPLY_LINES; i++)
		memcpy(t + i * 7, "250-a\r\n", 7);
	is_bad(t, "more than 256 lines");
}

static void rfc5321_4_2_no_code(void **st)
{
	(void)st;
	is_bad("Welcome\r\n", "three-digit code");
	is_bad("2x0 a\r\n", "three-digit code");
	is_bad("25\r\n", "three-digit code");
	is_bad("\r\n", "three-digit code");
	is_bad("\n", "three-digit code");
	is_bad("250-a\r\nb\r\n", "three-digit code");
	is_bad("250-a\r\n\r\n", "three-digit code");
}

static void rfc3207_starttls_announced(void **st)
{
	(void)st;
	good("250-mx\r\n250 STARTTLS\r\n", 250, 2);
	assert_true(r.starttls);
	good("250-mx\r\n250-StartTls\r\n250 HELP\r\n", 250, 3);
	assert_true(r.starttls);
	good("250-mx\r\n250-STARTTLS REQUIRED x\r\n250 HELP\r\n", 250, 3);
	assert_true(r.starttls);
}

static void rfc3207_starttls_not_announced(void **st)
{
	(void)st;
	good("250-mx\r\n250 HELP\r\n", 250, 2);
	assert_false(r.starttls);
	good("250-mx\r\n250-STARTTLSX\r\n250-XSTARTTLS\r\n250-STARTTL\r\n"
	    "250 AUTH STARTTLS\r\n", 250, 5);
	assert_false(r.starttls);
}

/* RFC 5321 s4.1.1.1: the first line is the domain and a greeting, no keyword. */
static void rfc5321_4_1_1_1_first_line_is_no_keyword(void **st)
{
	(void)st;
	good("250-STARTTLS\r\n250 HELP\r\n", 250, 2);
	assert_false(r.starttls);
	good("250 STARTTLS\r\n", 250, 1);
	assert_false(r.starttls);
}

static void peer(const char *t, enum smtp_peer want)
{
	parse(t);
	assert_true(r.bad);
	assert_int_equal(r.peer, want);
}

static void names_the_other_protocol(void **st)
{
	(void)st;
	peer("\x16\x03", SMTP_PEER_TLS);
	peer("\x15\x03\x01", SMTP_PEER_TLS);
	peer("SSH-2.0-x\r\n", SMTP_PEER_SSH);
	peer("HTTP/1.1 400 Bad\r\n", SMTP_PEER_HTTP);
	peer("+OK ready\r\n", SMTP_PEER_POP3);
	peer("-ERR no\r\n", SMTP_PEER_POP3);
	peer("* OK ready\r\n", SMTP_PEER_IMAP);
	peer("* BYE\r\n", SMTP_PEER_IMAP);
	peer("* PREAUTH x\r\n", SMTP_PEER_IMAP);
	peer("SSX", SMTP_PEER_UNKNOWN);
	peer("* O\r\n", SMTP_PEER_UNKNOWN);
	peer("\x16\x04", SMTP_PEER_UNKNOWN);
	peer("250-a\r\nSSH-2\r\n", SMTP_PEER_UNKNOWN);
}

static void text_is_kept_and_cut(void **st)
{
	static char t[256 * 7];
	unsigned i;

	(void)st;
	for (i = 0; i < 200; i++)
		memcpy(t + i * 7, i < 199 ? "250-a\r\n" : "250 z\r\n", 7);
	good(t, 250, 200);
	assert_int_equal(strlen(r.text), r.textlen);
	assert_true(r.textlen < SMTP_REPLY_TEXT);
	assert_memory_equal(r.text, "250-a\n250-a", 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc5321_4_2_one_line),
		cmocka_unit_test(rfc5321_4_2_code_without_text),
		cmocka_unit_test(rfc5321_4_2_code_runs_into_text),
		cmocka_unit_test(rfc5321_4_2_1_multiline),
		cmocka_unit_test(rfc5321_4_2_1_lines_of_different_codes),
		cmocka_unit_test(rfc5321_3_8_broken_off_by_a_refusal),
		cmocka_unit_test(rfc5321_4_2_1_ends_with_the_last_line),
		cmocka_unit_test(bare_lf_tolerated),
		cmocka_unit_test(incomplete_is_neither),
		cmocka_unit_test(code_out_of_range),
		cmocka_unit_test(nul_octet),
		cmocka_unit_test(line_of_the_longest_length),
		cmocka_unit_test(line_too_long),
		cmocka_unit_test(lines_to_the_limit),
		cmocka_unit_test(lines_too_many),
		cmocka_unit_test(rfc5321_4_2_no_code),
		cmocka_unit_test(rfc3207_starttls_announced),
		cmocka_unit_test(rfc3207_starttls_not_announced),
		cmocka_unit_test(rfc5321_4_1_1_1_first_line_is_no_keyword),
		cmocka_unit_test(names_the_other_protocol),
		cmocka_unit_test(text_is_kept_and_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
