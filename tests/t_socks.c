/* SPDX-License-Identifier: ISC */
/* tests/t_socks.c: the URL of a SOCKS5 proxy, and the dialogue with one: RFC 1928, RFC 1929. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/net.h"
#include "src/socks.h"

static struct socks_proxy proxy;
static struct socks s;
static const struct dns_addr to4 = { .family = 4, .a = { 192, 0, 2, 1 }, .port = 25 };
static const struct dns_addr to6 = { .family = 6, .a = { 0x20, 1, 0xd, 0xb8, [15] = 1 }, .port = 465 };

/* ---- the URL --------------------------------------------------------------------------------- */

static void is(const char *url, const char *addr, const char *user, const char *pass)
{
	char buf[NET_ADDR_TEXT];
	const char *why = socks_url(url, &proxy);

	if (why)
		print_error("%s: %s\n", url, why);
	assert_null(why);
	assert_string_equal(net_addr_str(&proxy.at, true, buf, sizeof buf), addr);
	assert_int_equal(proxy.auth, user != NULL);
	assert_string_equal(proxy.user, user ? user : "");
	assert_string_equal(proxy.pass, pass ? pass : "");
}

static void urls(void **state)
{
	(void)state;
	is("socks5://127.0.0.1:9050", "127.0.0.1:9050", NULL, NULL);
	is("SOCKS5H://127.0.0.1:9050/", "127.0.0.1:9050", NULL, NULL);
	is("socks5://[2001:db8::1]:1081", "[2001:db8::1]:1081", NULL, NULL);
	is("socks5://[2001:db8::1]", "[2001:db8::1]:1080", NULL, NULL);
	is("socks5h://localhost", "127.0.0.1:1080", NULL, NULL);
	is("socks5://me:secret@192.0.2.7:1", "192.0.2.7:1", "me", "secret");
	is("socks5://a%40b:p%3a%2F@c@192.0.2.7", "192.0.2.7:1080", "a@b", "p:/@c");
}

static void urls_by_name(void **state)
{
	char longest[400] = "socks5://";
	unsigned i;

	(void)state;
	assert_null(socks_url("socks5h://me:x@Proxy.example.org.:1081/", &proxy));
	assert_string_equal(proxy.name, "Proxy.example.org.");
	assert_int_equal(proxy.at.family, 0);
	assert_int_equal(proxy.at.port, 1081);
	assert_string_equal(proxy.user, "me");
	assert_null(socks_url("socks5://gate", &proxy));
	assert_string_equal(proxy.name, "gate");
	assert_int_equal(proxy.at.port, 1080);
	assert_null(socks_url("socks5://127.0.0.1:1081", &proxy)); /* nothing of the last is left */
	assert_string_equal(proxy.name, "");
	for (i = 0; i < 252; i++)
		longest[9 + i] = i % 50 == 49 ? '.' : 'a';
	strcpy(longest + 9 + 252, "b:65535");
	assert_null(socks_url(longest, &proxy)); /* 253 octets */
	assert_int_equal(strlen(proxy.name), 253);
	strcpy(longest + 9 + 252, "bb:65535");
	assert_non_null(socks_url(longest, &proxy));
}

static void urls_refused(void **state)
{
	static const char *const bad[] = { "", "127.0.0.1:9050", "http://127.0.0.1", "socks4://127.0.0.1",
		"socks5:127.0.0.1", "socks5://", "socks5:///", "socks5://300.1.1.1:1080",
		"socks5://127.1", "socks5://-%41", "socks5://a..b", "socks5://.a:1080", "socks5://a b",
		"socks5://[proxy.example]:1080", "socks5://m\303\274nchen.example",
		"socks5://127.0.0.1:", "socks5://127.0.0.1:0", "socks5://127.0.0.1:65536",
		"socks5://127.0.0.1:1080/x", "socks5://[::1", "socks5://[::1]x", "socks5://::1:1080",
		"socks5://me@127.0.0.1", "socks5://:p@127.0.0.1", "socks5://me:@127.0.0.1",
		"socks5://m%4:p@127.0.0.1", "socks5://m%00:p@127.0.0.1", "socks5://m%zz:p@127.0.0.1" };
	char longest[400] = "socks5://";
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (!socks_url(bad[i], &proxy))
			print_error("accepted: %s\n", bad[i]);
		assert_non_null(socks_url(bad[i], &proxy));
	}
	memset(longest + 9, 'u', 255);
	strcpy(longest + 9 + 255, ":p@127.0.0.1");
	assert_null(socks_url(longest, &proxy)); /* RFC 1929 section 2: 255 octets */
	strcpy(longest + 9 + 255, "u:p@127.0.0.1");
	assert_non_null(socks_url(longest, &proxy));
}

/* ---- the dialogue ------------------------------------------------------------------------------ */

/* What is sent now, as a whole. */
static void sends(const void *want, size_t n)
{
	size_t got;
	const uint8_t *p = socks_out(&s, &got);

	assert_int_equal(got, n);
	assert_memory_equal(p, want, n);
	socks_sent(&s, got);
}
#define SENDS(text) sends(text, sizeof(text) - 1)

/* Octet by octet, from exact-size heap copies; no more is wanted than what belongs to it. */
static void comes(const void *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint8_t *one = malloc(1);

		assert_true(socks_wants(&s) >= 1 && socks_wants(&s) <= n - i);
		*one = ((const uint8_t *)p)[i];
		socks_feed(&s, one, 1);
		free(one);
	}
	assert_true(s.state == SOCKS_FAILED || socks_wants(&s) != 0 || s.state == SOCKS_OPEN);
}
#define COMES(text) comes(text, sizeof(text) - 1)

static void begin(const char *url, const struct dns_addr *to)
{
	assert_null(socks_url(url, &proxy));
	socks_begin(&s, &proxy, to);
}

static void rfc1928_connect(void **state)
{
	(void)state;
	begin("socks5://127.0.0.1", &to4);
	SENDS("\5\1\0");
	COMES("\5\0");
	SENDS("\5\1\0\1\300\0\2\1\0\31");
	COMES("\5\0\0\1\177\0\0\1\4\0");
	assert_int_equal(s.state, SOCKS_OPEN);
	assert_int_equal(socks_wants(&s), 0); /* what follows is the target's */
	begin("socks5://127.0.0.1", &to6);
	SENDS("\5\1\0");
	COMES("\5\0");
	SENDS("\5\1\0\4\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1\1\321");
	COMES("\5\0\0\4\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\0\1");
	assert_int_equal(s.state, SOCKS_OPEN);
}

static void rfc1928_6_reply_with_a_name(void **state)
{
	uint8_t longest[5 + 255 + 2] = { 5, 0, 0, 3, 255 };

	(void)state;
	begin("socks5://127.0.0.1", &to4);
	SENDS("\5\1\0");
	COMES("\5\0");
	SENDS("\5\1\0\1\300\0\2\1\0\31");
	comes(longest, sizeof longest);
	assert_int_equal(s.state, SOCKS_OPEN);
	begin("socks5://127.0.0.1", &to4);
	SENDS("\5\1\0");
	COMES("\5\0");
	SENDS("\5\1\0\1\300\0\2\1\0\31");
	COMES("\5\0\0\3\0\0\0");
	assert_int_equal(s.state, SOCKS_OPEN);
}

static void rfc1929_user_and_password(void **state)
{
	(void)state;
	begin("socks5://me:secret@127.0.0.1", &to4);
	SENDS("\5\2\0\2");
	COMES("\5\2");
	SENDS("\1\2me\6secret");
	COMES("\1\0");
	SENDS("\5\1\0\1\300\0\2\1\0\31");
	begin("socks5://me:secret@127.0.0.1", &to4);
	SENDS("\5\2\0\2");
	COMES("\5\0"); /* it does not want them */
	SENDS("\5\1\0\1\300\0\2\1\0\31");
}

static void fails(const char *why, bool by_target)
{
	size_t n;

	assert_int_equal(s.state, SOCKS_FAILED);
	assert_string_equal(s.why, why);
	assert_int_equal(s.by_target, by_target);
	socks_out(&s, &n);
	assert_int_equal(n, 0);
	assert_int_equal(socks_wants(&s), 0);
}

static void authentication_refused(void **state)
{
	(void)state;
	begin("socks5://127.0.0.1", &to4);
	SENDS("\5\1\0");
	COMES("\5\377");
	fails("the proxy wants a user and a password, and none were given", false);
	begin("socks5://127.0.0.1", &to4);
	SENDS("\5\1\0");
	COMES("\5\2"); /* what was not offered */
	fails("the proxy wants a way of authentication that is not known here", false);
	begin("socks5://me:secret@127.0.0.1", &to4);
	SENDS("\5\2\0\2");
	COMES("\5\377");
	fails("the proxy wants a way of authentication that is not known here", false);
	begin("socks5://me:secret@127.0.0.1", &to4);
	SENDS("\5\2\0\2");
	COMES("\5\2");
	SENDS("\1\2me\6secret");
	COMES("\1\1");
	fails("the proxy does not accept the user and the password", false);
}

/* RFC 1928 section 6: whose failure it is. */
static void rfc1928_6_errors(void **state)
{
	unsigned code;

	(void)state;
	for (code = 1; code < 256; code++) {
		uint8_t reply[5] = { 5, (uint8_t)code, 0, 1, 0 };

		begin("socks5://127.0.0.1", &to4);
		SENDS("\5\1\0");
		COMES("\5\0");
		SENDS("\5\1\0\1\300\0\2\1\0\31");
		comes(reply, 5);
		assert_int_equal(s.state, SOCKS_FAILED);
		assert_int_equal(s.by_target, code >= 3 && code <= 6);
		assert_true(s.why[0] != '\0');
	}
}

/* A proxy without IPv6 says so by one of two codes; for IPv4 they mean something else. */
static void rfc1928_6_no_ipv6(void **state)
{
	unsigned code;

	(void)state;
	for (code = 1; code < 256; code++) {
		uint8_t reply[5] = { 5, (uint8_t)code, 0, 1, 0 };

		begin("socks5://127.0.0.1", &to6);
		SENDS("\5\1\0");
		COMES("\5\0");
		SENDS("\5\1\0\4\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1\1\321");
		comes(reply, 5);
		assert_int_equal(s.state, SOCKS_FAILED);
		assert_int_equal(s.no_ipv6, code == 3 || code == 8);
	}
	for (code = 1; code < 256; code++) {
		uint8_t reply[5] = { 5, (uint8_t)code, 0, 1, 0 };

		begin("socks5://127.0.0.1", &to4);
		SENDS("\5\1\0");
		COMES("\5\0");
		SENDS("\5\1\0\1\300\0\2\1\0\31");
		comes(reply, 5);
		assert_false(s.no_ipv6);
	}
}

static void not_socks(void **state)
{
	(void)state;
	begin("socks5://127.0.0.1", &to4);
	SENDS("\5\1\0");
	COMES("HT");
	fails("the proxy does not speak SOCKS5", false);
	begin("socks5://127.0.0.1", &to4);
	COMES("\5\0"); /* an answer to what was not asked yet */
	fails("the proxy does not speak SOCKS5", false);
	begin("socks5://127.0.0.1", &to4);
	SENDS("\5\1\0");
	COMES("\5\0");
	SENDS("\5\1\0\1\300\0\2\1\0\31");
	COMES("\4\0\0\1\0");
	fails("the proxy does not speak SOCKS5", false);
	begin("socks5://127.0.0.1", &to4);
	SENDS("\5\1\0");
	COMES("\5\0");
	SENDS("\5\1\0\1\300\0\2\1\0\31");
	COMES("\5\0\0\2\0");
	fails("the reply of the proxy has an address of an unknown type", false);
	begin("socks5://127.0.0.1", &to4);
	socks_feed(&s, NULL, 0);
	fails("the proxy closed the connection", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls),
		cmocka_unit_test(urls_by_name),
		cmocka_unit_test(urls_refused),
		cmocka_unit_test(rfc1928_connect),
		cmocka_unit_test(rfc1928_6_reply_with_a_name),
		cmocka_unit_test(rfc1929_user_and_password),
		cmocka_unit_test(authentication_refused),
		cmocka_unit_test(rfc1928_6_errors),
		cmocka_unit_test(rfc1928_6_no_ipv6),
		cmocka_unit_test(not_socks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
