/* SPDX-License-Identifier: ISC */
/* tests/t_config.c: resolvers, anchors and hints from lists, files and the environment. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "src/config.h"
#include "src/report_out.h"
#include "src/net.h"

static struct dns_config *d;
static char err[CONFIG_ERR];
static char path[64];

static int begin(void **state)
{
	(void)state;
	d = calloc(1, sizeof *d);
	err[0] = '\0';
	return d ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	free(d);
	if (*path)
		unlink(path);
	path[0] = '\0';
	return 0;
}

static const char *file(const char *text, size_t n)
{
	int fd;

	if (!*path) {
		strcpy(path, "/tmp/t_config.XXXXXX");
		fd = mkstemp(path);
		assert_true(fd >= 0);
		close(fd);
	}
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

static const char *lines(const char *text)
{
	return file(text, strlen(text));
}

static const char *shown(unsigned i)
{
	static char buf[NET_ADDR_TEXT];

	return net_addr_str(&d->servers[i], true, buf, sizeof buf);
}

static void every_form_of_a_resolver(void **state)
{
	(void)state;
	assert_int_equal(config_servers("127.0.0.1, 127.0.0.2:5300 ::1,[::1] [2001:db8::1]:54", d,
	    err, sizeof err), 0);
	assert_int_equal(d->nservers, 5);
	assert_string_equal(shown(0), "127.0.0.1:53");
	assert_string_equal(shown(1), "127.0.0.2:5300");
	assert_string_equal(shown(2), "[::1]:53");
	assert_string_equal(shown(3), "[::1]:53");
	assert_string_equal(shown(4), "[2001:db8::1]:54");
}

static void zones_of_link_local_addresses(void **state)
{
	(void)state;
	assert_int_equal(config_servers("fe80::1%lo", d, err, sizeof err), 0);
	assert_true(d->servers[0].scope != 0);
	assert_int_equal(config_servers("[fe80::1%7]:53", d, err, sizeof err), 0);
	assert_int_equal(d->servers[0].scope, 7);
	assert_int_equal(config_servers("fe80::1%no-such-link", d, err, sizeof err), -1);
	assert_int_equal(config_servers("fe80::1%", d, err, sizeof err), -1);
}

static void malformed_resolvers_are_refused(void **state)
{
	static const char *const bad[] = { "", " , ", "localhost", "127.0.0.1:0", "127.0.0.1:70000",
		"127.0.0.1:", "300.1.1.1", "[127.0.0.1]:53", "[::1", "[::1]53", "[::1]:", "127.1",
		"1.1.1.1 x", "::1::2", "%lo", "127.0.0.1%lo" };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		err[0] = '\0';
		assert_int_equal(config_servers(bad[i], d, err, sizeof err), -1);
		assert_non_null(strstr(err, "resolver"));
	}
}

static void more_resolvers_than_the_limit(void **state)
{
	(void)state;
	assert_int_equal(config_servers("1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,"
	    "1.1.1.8", d, err, sizeof err), 0);
	assert_int_equal(config_servers("1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,"
	    "1.1.1.8,1.1.1.9", d, err, sizeof err), -1);
}

static void resolv_conf_lines(void **state)
{
	(void)state;
	assert_int_equal(config_resolv(lines("# nameserver 1.1.1.1\n; nameserver 2.2.2.2\n"
	    "search example.org\nnameserver 127.0.0.53 # here\nnameserver\tfe80::1%lo\n"
	    "nameservers 3.3.3.3\noptions edns0\n"), d, err, sizeof err), 0);
	assert_int_equal(d->nservers, 2);
	assert_string_equal(shown(0), "127.0.0.53:53");
	assert_int_equal(d->servers[1].family, 6);
	assert_true(d->servers[1].scope != 0);
}

/* The end of a long comment is no line of its own. */
static void resolv_conf_long_line(void **state)
{
	static char text[6000];
	unsigned i;

	(void)state;
	for (i = 1000; i < 1050; i++) { /* wherever the buffer ends */
		memset(text, '#', i);
		strcpy(text + i, "\nnameserver 1.1.1.1\n#");
		memset(text + strlen(text), '#', i);
		strcpy(text + 2 * i + 21, "nameserver 6.6.6.6\nnameserver 1.1.1.2");
		assert_int_equal(config_resolv(lines(text), d, err, sizeof err), 0);
		assert_int_equal(d->nservers, 2);
		assert_string_equal(shown(0), "1.1.1.1:53");
		assert_string_equal(shown(1), "1.1.1.2:53");
	}
}

/* Those over the limit are passed over, as libc does with a fourth; -debug tells. */
static void more_nameservers_than_the_limit(void **state)
{
	char text[1024] = "", said[256] = "";
	int keep = dup(2), to[2];
	unsigned i;
	ssize_t n;

	(void)state;
	for (i = 1; i <= DNS_MAX_SERVERS + 2; i++)
		sprintf(text + strlen(text), "nameserver 192.0.2.%u\n", i);
	assert_int_equal(pipe(to), 0);
	dup2(to[1], 2);
	debug_on(true);
	i = config_resolv(lines(text), d, err, sizeof err) == 0;
	debug_on(false);
	dup2(keep, 2);
	close(to[1]);
	n = read(to[0], said, sizeof said - 1);
	close(to[0]);
	close(keep);
	assert_true(i && n > 0);
	assert_int_equal(d->nservers, DNS_MAX_SERVERS);
	assert_non_null(strstr(said, "nameservers=10 used=8"));
}

static void no_resolv_conf_means_iterate(void **state)
{
	(void)state;
	assert_int_equal(config_resolv("/no/such/file", d, err, sizeof err), 0);
	assert_int_equal(d->nservers, 0);
	assert_int_equal(config_resolv(lines("search example.org\n"), d, err, sizeof err), 0);
	assert_int_equal(d->nservers, 0);
}

static void bad_nameserver_line_alone_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(config_resolv(lines("\nnameserver dns.example\n"), d, err, sizeof err), -1);
	assert_non_null(strstr(err, path));
	assert_non_null(strstr(err, "line 2"));
	assert_int_equal(config_resolv(lines("nameserver x\nnameserver 127.0.0.1\n"), d, err,
	    sizeof err), 0);
	assert_int_equal(d->nservers, 1);
}

static void option_before_environment(void **state)
{
	struct config c = { .resolver = "127.0.0.1" };

	(void)state;
	assert_int_equal(config_make(&c, "127.0.0.2", true, d, err, sizeof err), 0);
	assert_string_equal(shown(0), "127.0.0.1:53");
	c.resolver = NULL;
	assert_int_equal(config_make(&c, "127.0.0.2:54", true, d, err, sizeof err), 0);
	assert_string_equal(shown(0), "127.0.0.2:54");
	assert_int_equal(config_make(&c, "x", true, d, err, sizeof err), -1);
	assert_non_null(strstr(err, "DNS_RESOLVER"));
	c.resolver = "x";
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), -1);
	assert_non_null(strstr(err, "-resolver"));
}

static void iterate_uses_no_resolver(void **state)
{
	struct config c = { .iterate = true };

	(void)state;
	assert_int_equal(config_make(&c, "127.0.0.1", true, d, err, sizeof err), 0);
	assert_int_equal(d->nservers, 0);
	assert_true(d->hints.n >= 13);
	assert_true(d->anchors.n >= 2);
	c.resolver = "127.0.0.1";
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), -1);
}

static void root_hints_that_nobody_would_use(void **state)
{
	struct config c = { .hints_file = lines(". NS a.\na. A 192.0.2.1\n") };

	(void)state;
	assert_int_equal(config_make(&c, "127.0.0.1", true, d, err, sizeof err), -1);
	assert_non_null(strstr(err, "-root-hints"));
	assert_non_null(strstr(err, "DNS_RESOLVER"));
	c.resolver = "127.0.0.1";
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), -1);
	assert_non_null(strstr(err, "-resolver"));
	c.resolver = NULL;
	c.iterate = true;
	assert_int_equal(config_make(&c, "127.0.0.1", true, d, err, sizeof err), 0);
	assert_int_equal(d->hints.n, 1);
}

static void families_filter_resolvers_when_asked_to(void **state)
{
	struct config c = { .resolver = "127.0.0.1 ::1", .only6 = true };

	(void)state;
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), 0);
	assert_int_equal(d->nservers, 1);
	assert_int_equal(d->servers[0].family, 6);
	assert_false(d->use4);
	assert_int_equal(config_make(&c, NULL, false, d, err, sizeof err), 0);
	assert_int_equal(d->nservers, 2);
	assert_true(d->use4 && d->use6);
	c.resolver = "127.0.0.1";
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), -1);
	c.only4 = true;
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), -1);
	assert_non_null(strstr(err, "-4"));
}

static void files_replace_what_is_built_in(void **state)
{
	static const char ds[] = ". IN DS 20326 8 2 "
	    "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n";
	struct config c = { .resolver = "127.0.0.1" };

	(void)state;
	c.anchor_file = lines(ds);
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), 0);
	assert_int_equal(d->anchors.n, 1);
	assert_int_equal(d->anchors.a[0].type, DNS_DS);
}

static void file_errors_name_file_and_line(void **state)
{
	(void)state;
	assert_int_equal(config_anchors("/no/such/file", d, err, sizeof err), -1);
	assert_non_null(strstr(err, "/no/such/file"));
	assert_int_equal(config_anchors(lines("; c\n\n. IN DS 1 8 2 zz\n"), d, err, sizeof err), -1);
	assert_non_null(strstr(err, path));
	assert_non_null(strstr(err, "line 3"));
	assert_int_equal(config_anchors(lines(""), d, err, sizeof err), -1);
	assert_non_null(strstr(err, path));
	assert_int_equal(config_anchors("/", d, err, sizeof err), -1);
	assert_int_equal(config_hints(lines(". IN NS\n"), d, err, sizeof err), -1);
	assert_non_null(strstr(err, "line 1"));
}

static void a_file_over_the_limit_is_refused(void **state)
{
	char *big = malloc(CONFIG_FILE_MAX + 1);

	(void)state;
	assert_non_null(big);
	memset(big, '\n', CONFIG_FILE_MAX + 1);
	assert_int_equal(config_anchors(file(big, CONFIG_FILE_MAX + 1), d, err, sizeof err), -1);
	assert_non_null(strstr(err, "larger"));
	free(big);
}

static void options_are_handed_on(void **state)
{
	struct config c = { .resolver = "127.0.0.1", .allow_weak = true, .no_minimise = true };

	(void)state;
	c.at.set = true;
	c.at.t = 42;
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), 0);
	assert_true(d->allow_weak && d->no_minimise && d->at_fixed && d->at == 42);
	memset(&c, 0, sizeof c);
	c.resolver = "127.0.0.1";
	assert_int_equal(config_make(&c, NULL, true, d, err, sizeof err), 0);
	assert_false(d->allow_weak || d->no_minimise || d->at_fixed);
	assert_true(d->use4 && d->use6);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_form_of_a_resolver), T(zones_of_link_local_addresses),
		T(malformed_resolvers_are_refused), T(more_resolvers_than_the_limit),
		T(resolv_conf_lines), T(resolv_conf_long_line), T(more_nameservers_than_the_limit),
		T(no_resolv_conf_means_iterate),
		T(bad_nameserver_line_alone_is_an_error), T(option_before_environment),
		T(iterate_uses_no_resolver), T(root_hints_that_nobody_would_use),
		T(families_filter_resolvers_when_asked_to),
		T(files_replace_what_is_built_in), T(file_errors_name_file_and_line),
		T(a_file_over_the_limit_is_refused), T(options_are_handed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
