/* SPDX-License-Identifier: ISC */
/* One check of a chain of vectors against records of vectors, with what must come of it. */
#ifndef TESTS_DANE_CHECK_H
#define TESTS_DANE_CHECK_H

#include "tests/tls_vectors.h"

static struct tls_chain chain;
static struct vec_set set;
static struct tls_dane_result res;
static const char *host;

static int setup(void **state)
{
	(void)state;
	host = "mx.example.test";
	return 0;
}

static inline enum tls_verdict run(void)
{
	struct tls_dane d = { set.t, set.n, &host, 1, VEC_NOW };
	unsigned i;

	memset(&res, 0xff, sizeof res); /* the check must set all of it */
	tls_dane_check(&d, &chain, &res);
	assert_true(memchr(res.reason, 0, sizeof res.reason) && memchr(res.hint, 0, sizeof res.hint));
	if (res.verdict == TLS_MATCH) {
		assert_int_equal(res.row[res.tlsa].state, TLS_ROW_MATCHED);
		assert_int_equal(res.row[res.tlsa].depth, res.depth);
	} else {
		for (i = 0; i < set.n; i++)
			assert_int_not_equal(res.row[i].state, TLS_ROW_MATCHED);
	}
	return res.verdict;
}

static inline enum tls_verdict check(const char *certs, const char *records)
{
	vec_chain(&chain, certs);
	vec_records(&set, records);
	return run();
}

static inline void match_at(const char *certs, const char *records, unsigned depth)
{
	if (check(certs, records) != TLS_MATCH)
		fail_msg("%s against %s: %s, %s", certs, records, res.code, res.reason);
	assert_int_equal(res.depth, depth);
}

static inline void refused(const char *certs, const char *records, const char *code, const char *part)
{
	if (check(certs, records) == TLS_MATCH)
		fail_msg("%s matches %s at depth %u", certs, records, res.depth);
	if (strstr(res.reason, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, res.reason);
	assert_string_equal(res.code, code);
}

#endif
