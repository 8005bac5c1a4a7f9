/* SPDX-License-Identifier: ISC */
/* tests/t_proxy.c: where a proxy is that was given by name: by a file like /etc/hosts, or by look-ups,
   of which a bogus one is not used. */
#include "tests/hosts.h"

#include <stdio.h>
#include <unistd.h>

#include "src/net.h"
#include "src/proxy.h"

/* ---- /etc/hosts ----------------------------------------------------------------------- */

static char shown[NET_ADDR_TEXT];

/* What the file says of the name, or "". */
static const char *hosts(const char *text, const char *name)
{
	struct dns_addr a = { .port = 1080 };
	char path[] = "/tmp/t_proxy.XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");
	bool found;

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	found = proxy_hosts(path, name, &a);
	unlink(path);
	assert_int_equal(a.port, 1080);
	assert_int_equal(a.family != 0, found);
	return found ? net_addr_str(&a, true, shown, sizeof shown) : "";
}

static void hosts_lines(void **state)
{
	static const char text[] = "# 192.0.2.9 proxy\n\n127.0.0.1\tlocalhost\n"
	    "192.0.2.1 gate.example.org gate # not proxy\n300.1.1.1 proxy\nx y proxy\n"
	    " 192.0.2.2  first\tproxy Second\r\n2001:db8::2 proxy six\n192.0.2.4 last";

	(void)state;
	assert_string_equal(hosts(text, "proxy"), "192.0.2.2:1080"); /* the first good one */
	assert_string_equal(hosts(text, "PROXY"), "192.0.2.2:1080");
	assert_string_equal(hosts(text, "proxy."), "192.0.2.2:1080");
	assert_string_equal(hosts(text, "second"), "192.0.2.2:1080");
	assert_string_equal(hosts(text, "gate"), "192.0.2.1:1080");
	assert_string_equal(hosts(text, "six"), "[2001:db8::2]:1080");
	assert_string_equal(hosts(text, "last"), "192.0.2.4:1080"); /* no end of line */
	assert_string_equal(hosts(text, "prox"), "");
	assert_string_equal(hosts(text, "gate.example"), "");
	assert_string_equal(hosts(text, "192.0.2.1"), "");
	assert_string_equal(hosts(text, "not"), "");
	assert_string_equal(hosts("", "proxy"), "");
}

/* Octets that differ in the bit of the case without being letters. */
static void hosts_case_is_of_letters_alone(void **state)
{
	(void)state;
	assert_string_equal(hosts("192.0.2.1 a\x0d_\n", "a-_"), "");
	assert_string_equal(hosts("192.0.2.1 a\x7f\n", "a_"), "");
}

static void hosts_long_lines(void **state)
{
	static char text[4000];
	unsigned i;

	(void)state;
	for (i = 900; i < 1100; i++) { /* wherever the room for a line ends */
		memset(text, ' ', i);
		memcpy(text, "192.0.2.1 ", 10);
		strcpy(text + i, "proxy.example.organisation 192.0.2.6 other\n192.0.2.2 next\n");
		assert_string_equal(hosts(text, "proxy.example.org"), "");
		assert_string_equal(hosts(text, "proxy"), "");
		assert_string_equal(hosts(text, "next"), "192.0.2.2:1080");
		if (*hosts(text, "other"))
			assert_string_equal(shown, "192.0.2.1:1080");
	}
}

static void no_hosts(void **state)
{
	struct dns_addr a = { .port = 1080 };

	(void)state;
	assert_false(proxy_hosts("/no/such/file", "proxy", &a));
	assert_false(proxy_hosts("/tmp", "proxy", &a));
	assert_int_equal(a.family, 0);
}

/* ---- the DNS ------------------------------------------------------------------------------ */

static struct socks_proxy proxy;
static const uint8_t a4[4] = { 192, 0, 2, 1 }, a6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };

/* As far as a look-up by name, whose two halves end so. */
static void named(enum dns_sec a, bool has_a, enum dns_sec aaaa, bool has_aaaa)
{
	unsigned i;

	proxy_free(p);
	assert_null(socks_url("socks5://proxy.example.org:1081", &proxy));
	p->o.proxy = &proxy;
	memset(&p->proxy_at, 0, sizeof p->proxy_at);
	proxy_begin(p);
	assert_false(proxy_poll(p));
	for (i = 0; i < 2; i++) {
		look_cancel(p, &p->proxy_look[i]);
		ended(&p->proxy_look[i], i ? aaaa : a);
	}
	if (has_a)
		data(&p->proxy_look[0], a4, 4);
	if (has_aaaa)
		data(&p->proxy_look[1], a6, 16);
	assert_true(proxy_poll(p));
	assert_true(proxy_poll(p)); /* and stays so */
}

static void is_at(const char *addr)
{
	char buf[PROXY_TEXT];

	assert_null(p->proxy_why);
	assert_string_equal(net_addr_str(&p->proxy_at, true, shown, sizeof shown), addr);
	assert_string_equal(proxy_str(p, buf, sizeof buf), "proxy.example.org:1081");
}

static void is_nowhere(const char *why)
{
	assert_int_equal(p->proxy_at.family, 0);
	assert_non_null(p->proxy_why);
	assert_non_null(strstr(p->proxy_why, why));
}

static void secure_and_insecure_are_used(void **state)
{
	(void)state;
	named(DNS_SEC_SECURE, true, DNS_SEC_SECURE, false);
	is_at("192.0.2.1:1081");
	named(DNS_SEC_INSECURE, true, DNS_SEC_INSECURE, false);
	is_at("192.0.2.1:1081");
	named(DNS_SEC_INSECURE, false, DNS_SEC_INSECURE, true);
	is_at("[2001:db8::1]:1081");
	named(DNS_SEC_SECURE, true, DNS_SEC_SECURE, true);
	assert_null(p->proxy_why);
	assert_int_equal(p->proxy_at.family, net_has_family(4) || !net_has_family(6) ? 4 : 6);
}

static void bogus_is_not_used(void **state)
{
	(void)state;
	named(DNS_SEC_BOGUS, true, DNS_SEC_SECURE, false);
	is_nowhere("its A records are bogus and not used");
	named(DNS_SEC_BOGUS, true, DNS_SEC_SECURE, true);
	is_at("[2001:db8::1]:1081"); /* that one is proven */
	named(DNS_SEC_SECURE, false, DNS_SEC_BOGUS, true);
	is_nowhere("its AAAA records are bogus and not used");
	named(DNS_SEC_BOGUS, true, DNS_SEC_BOGUS, true);
	is_nowhere("its A records are bogus");
}

static void not_to_be_had(void **state)
{
	(void)state;
	named(DNS_SEC_INDETERMINATE, false, DNS_SEC_INDETERMINATE, false);
	is_nowhere("its A records are not to be had");
	named(DNS_SEC_UNCHECKED, true, DNS_SEC_UNCHECKED, true);
	is_nowhere("no address");
	named(DNS_SEC_SECURE, false, DNS_SEC_SECURE, false);
	is_nowhere("it has no address, neither in /etc/hosts nor in the DNS");
}

static void an_address_is_not_looked_up(void **state)
{
	char buf[PROXY_TEXT];

	(void)state;
	proxy_begin(p); /* no proxy at all */
	assert_true(proxy_poll(p));
	assert_null(socks_url("socks5://[::1]:1081", &proxy));
	p->o.proxy = &proxy;
	proxy_begin(p);
	assert_true(proxy_poll(p));
	assert_false(p->proxy_look[0].wanted || p->proxy_look[1].wanted);
	assert_string_equal(net_addr_str(&p->proxy_at, true, shown, sizeof shown), "[::1]:1081");
	assert_string_equal(proxy_str(p, buf, sizeof buf), "[::1]:1081");
}

static int stop(void **state)
{
	proxy_free(p);
	return end(state);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_lines),
		cmocka_unit_test(hosts_case_is_of_letters_alone),
		cmocka_unit_test(hosts_long_lines),
		cmocka_unit_test(no_hosts),
		T(secure_and_insecure_are_used),
		T(bogus_is_not_used),
		T(not_to_be_had),
		T(an_address_is_not_looked_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
