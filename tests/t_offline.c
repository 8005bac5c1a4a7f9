/* SPDX-License-Identifier: ISC */
/* tests/t_offline.c: -tlsa and -check-chain: what is well-formed, and what an operator is told
   about deploying a chain. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "src/offline.h"
#include "src/probe.h"

static bool given(const char *s, struct tls_tlsa *t)
{
	memset(t, 0, sizeof *t);
	return tlsa_given(s, strlen(s), t) == NULL;
}

static void a_record_is_read(void **state)
{
	struct tls_tlsa t;

	(void)state;
	assert_true(given("3 1 1 00ffA0", &t));
	assert_int_equal(t.usage, 3);
	assert_int_equal(t.selector, 1);
	assert_int_equal(t.mtype, 1);
	assert_int_equal(t.len, 3);
	assert_memory_equal(t.data, "\x00\xff\xa0", 3);
	free((void *)t.data);
}

static void blanks_and_large_numbers(void **state)
{
	struct tls_tlsa t;

	(void)state;
	assert_true(given("  255 0\t2   00 11  2233 ", &t));
	assert_int_equal(t.usage, 255);
	assert_int_equal(t.mtype, 2);
	assert_int_equal(t.len, 4);
	free((void *)t.data);
	assert_true(given("2 0 0", &t)); /* no data: well-formed, and tls/ says it is unusable */
	assert_int_equal(t.len, 0);
	free((void *)t.data);
}

static void what_is_no_record_is_refused(void **state)
{
	static const char *const bad[] = { "", "3", "3 1", "3 1 x 00", "256 1 1 00", "3 1 -1 00",
		"3 1 1 0", "3 1 1 0g", "3 1 1 00;00", "311 00", "3,1,1,00", "0x3 1 1 00", "3 1 100" };
	struct tls_tlsa t;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		if (given(bad[i], &t) && strcmp(bad[i], "3 1 100"))
			fail_msg("accepted: %s", bad[i]);
	free((void *)t.data); /* "3 1 100": a matching type of 100 and no data */
}

static struct tls_chain *file(const char *text, char *why)
{
	char name[] = "/tmp/t_offline.XXXXXX";
	int fd = mkstemp(name);
	FILE *f = fdopen(fd, "wb");
	struct tls_chain *c;

	fputs(text, f);
	fclose(f);
	c = chain_read(name, why, 256);
	remove(name);
	return c;
}

static void files_that_are_no_chain(void **state)
{
	char why[256] = "";

	(void)state;
	assert_null(chain_read("/nonexistent/chain.pem", why, sizeof why));
	assert_true(*why != '\0');
	assert_null(file("", why));
	assert_non_null(strstr(why, "no certificate"));
	assert_null(file("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", why));
	assert_null(file("-----BEGIN CERTIFICATE-----\nMIIB\n", why));
	assert_non_null(strstr(why, "ends inside"));
}

static void a_file_that_is_too_large(void **state)
{
	char *text = malloc(OFFLINE_FILE_MAX + 2), why[256];

	(void)state;
	memset(text, '\n', OFFLINE_FILE_MAX + 1);
	text[OFFLINE_FILE_MAX + 1] = '\0';
	assert_null(file(text, why));
	assert_non_null(strstr(why, "larger than 262144 octets"));
	free(text);
}

/* ---- what follows for the operator ------------------------------------------------------ */

static struct probe *p;
static struct host *h;

static int begin(void **state)
{
	static const uint8_t one[32] = { 1 }, two[32] = { 2 };
	struct addr *a;

	(void)state;
	p = calloc(1, sizeof *p);
	h = calloc(1, sizeof *h);
	p->o.at_fixed = true;
	p->o.at = 1800000000; /* 2027-01-15T08:00:00Z */
	h->tlsa_name = text_dup("_25._tcp.mx.example.org");
	h->tlsa.orig_ttl = 3600;
	h->used = &h->tlsa;
	h->ntlsa = 2;
	h->set[0] = (struct tls_tlsa){ 3, 1, 1, 32, one };
	h->set[1] = (struct tls_tlsa){ 3, 1, 1, 32, two };
	h->naddrs = 1;
	h->addrs = calloc(1, sizeof *h->addrs);
	a = &h->addrs[0];
	a->match = -1;
	memset(a->data_depth, -1, sizeof a->data_depth);
	a->ncerts = 1;
	a->certs = calloc(1, sizeof *a->certs);
	a->certs[0].suggest = text_dup("3 1 1 abcd");
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(h->addrs[0].certs[0].suggest);
	free(h->addrs[0].certs);
	free(h->tlsa_name);
	free(h->advice);
	problem_free(&h->addrs[0].problems);
	free(h->addrs);
	free(h);
	free(p);
	return 0;
}

static bool says(const char *s)
{
	return strstr(h->advice, s) != NULL;
}

static void rfc7671_8_1_a_chain_that_matches_may_go_after_the_ttl(void **state)
{
	(void)state;
	h->addrs[0].match = 1;
	h->addrs[0].data_depth[1] = 0;
	advise(p, h);
	assert_true(says("it may be deployed"));
	assert_true(says("3600 seconds"));
	assert_true(says("2027-01-15T09:00:00Z"));
	assert_true(says("match nothing"));
	assert_true(says("3 1 1 01000000")); /* the record of the old chain */
}

static void rfc7671_8_1_one_that_does_not_waits_for_its_record(void **state)
{
	(void)state;
	advise(p, h);
	assert_true(says("do not deploy"));
	assert_true(says("_25._tcp.mx.example.org. IN TLSA 3 1 1 abcd"));
	assert_true(says("2027-01-15T09:00:00Z"));
	assert_false(says("match nothing"));
}

static void add(const char *code)
{
	problem_add(&h->addrs[0].problems, VERDICT_FAIL, code, "said elsewhere");
}

static void no_mail_waits_for_records_that_cannot_be_used(void **state)
{
	(void)state;
	h->set[0].mtype = h->set[1].mtype = 3;
	add("tlsa-unusable");
	advise(p, h);
	assert_true(says("may be deployed at any time"));
	assert_true(says("3 1 1 abcd"));
	assert_false(says("would be deferred"));
	assert_false(says("match anything")); /* they never did */
}

/* Nobody is told to remove what is not checked here. */
static void rfc7673_pkix_records_are_not_left_over(void **state)
{
	static struct target submission = { .srv = true };

	(void)state;
	h->target = &submission;
	h->set[0].usage = 1;
	h->addrs[0].match = 1;
	h->addrs[0].data_depth[1] = 0;
	advise(p, h);
	assert_true(says("it may be deployed"));
	assert_false(says("match nothing"));
}

static void no_record_mends_an_expired_chain(void **state)
{
	(void)state;
	add("cert-expired");
	advise(p, h);
	assert_true(says("do not deploy"));
	assert_false(says("publish"));
}

/* It matches, and senders refuse it all the same. */
static void no_record_mends_a_key_that_is_too_short(void **state)
{
	static const char *const codes[] = { "cert-key-short", "cert-unverified" };
	unsigned i;

	(void)state;
	h->addrs[0].match = 1;
	h->addrs[0].data_depth[1] = 0;
	for (i = 0; i < 2; i++) {
		add(codes[i]);
		advise(p, h);
		assert_true(says("do not deploy"));
		assert_false(says("it may be deployed"));
		assert_false(says("publish"));
		free(h->advice);
		h->advice = NULL;
		problem_free(&h->addrs[0].problems);
	}
	problem_add(&h->addrs[0].problems, VERDICT_WARNING, codes[0], "under 2048");
	advise(p, h);
	assert_true(says("it may be deployed"));
}

static void the_dates_of_the_signature_are_told(void **state)
{
	(void)state;
	h->addrs[0].match = 1;
	h->tlsa.sig_from = 1799990000;
	h->tlsa.sig_until = 1800600000;
	advise(p, h);
	assert_true(says("a signature of 2027-01-15T05:13:20Z, good until 2027-01-22T06:40:00Z"));
}

static void records_given_have_no_ttl(void **state)
{
	(void)state;
	h->used = NULL;
	h->addrs[0].match = 0;
	h->addrs[0].data_depth[0] = h->addrs[0].data_depth[1] = 0;
	advise(p, h);
	assert_true(says("given with -tlsa"));
	assert_false(says("seconds"));
	assert_false(says("match nothing"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_read), cmocka_unit_test(blanks_and_large_numbers),
		cmocka_unit_test(what_is_no_record_is_refused),
		cmocka_unit_test(files_that_are_no_chain), cmocka_unit_test(a_file_that_is_too_large),
		T(rfc7671_8_1_a_chain_that_matches_may_go_after_the_ttl),
		T(rfc7671_8_1_one_that_does_not_waits_for_its_record), T(records_given_have_no_ttl),
		T(no_mail_waits_for_records_that_cannot_be_used),
		T(rfc7673_pkix_records_are_not_left_over), T(no_record_mends_an_expired_chain),
		T(no_record_mends_a_key_that_is_too_short),
		T(the_dates_of_the_signature_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
