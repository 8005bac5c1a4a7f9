/* SPDX-License-Identifier: ISC */
/* tests/t_staple.c: when a stapled OCSP response, or its lack, is a problem, and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "src/probe.h"

#define NOW INT64_C(1795500000) /* 2026-11-24T06:00:00Z */

static struct probe *p;
static struct addr a;

static int begin(void **state)
{
	(void)state;
	p = calloc(1, sizeof *p);
	memset(&a, 0, sizeof a);
	return 0;
}

static int end(void **state)
{
	(void)state;
	host_addr_reset(&a);
	free(p);
	return 0;
}

static struct tls_ocsp_result response(enum tls_ocsp_state s, enum tls_ocsp_says says,
    const char *code, const char *reason)
{
	struct tls_ocsp_result o = { .state = s, .says = says, .this_update = NOW - 3600,
		.next_update = NOW + 3600, .revoked_why = "" };

	strcpy(o.code, code);
	strcpy(o.reason, reason);
	return o;
}

/* Judged anew; the one problem must have this code, or there is none (NULL).  Its text. */
static const char *judged(bool expect, const struct tls_ocsp_result *o, const char *code)
{
	host_addr_reset(&a);
	p->o.expect_ocsp = expect;
	staple_judge(p, &a, o);
	if (!code) {
		assert_null(a.problems);
		return "";
	}
	assert_non_null(a.problems);
	assert_null(a.problems->next);
	assert_int_equal(a.problems->severity, VERDICT_FAIL);
	assert_string_equal(a.problems->code, code);
	return a.problems->text;
}

static void good_is_no_problem(void **state)
{
	struct tls_ocsp_result o = response(TLS_OCSP_GOOD, TLS_OCSP_SAYS_GOOD, "ocsp-good", "");

	(void)state;
	judged(false, &o, NULL);
	judged(true, &o, NULL);
	assert_non_null(a.ocsp);
	assert_int_equal(a.ocsp->state, TLS_OCSP_GOOD);
	assert_int_equal(a.ocsp->next_update, NOW + 3600);
}

static void none_is_a_problem_only_when_it_is_expected(void **state)
{
	struct tls_ocsp_result o = { TLS_OCSP_NONE, TLS_OCSP_SAYS_NOTHING, "", "", 0, 0, 0, NULL, "", false };

	(void)state;
	judged(false, &o, NULL);
	assert_null(a.ocsp);
	assert_non_null(strstr(judged(true, &o, "ocsp-missing"), "turn on OCSP stapling"));
	assert_null(a.ocsp);
}

/* Everything that is neither good nor revoked. */
static void what_is_not_good_is_a_problem_only_when_it_is_expected(void **state)
{
	static const struct { enum tls_ocsp_state s; enum tls_ocsp_says says; const char *code, *then; } c[] = {
		{ TLS_OCSP_UNKNOWN, TLS_OCSP_SAYS_UNKNOWN, "ocsp-unknown", "ask the CA" },
		{ TLS_OCSP_STALE, TLS_OCSP_SAYS_GOOD, "ocsp-stale", "fetches new ones" },
		{ TLS_OCSP_NO_STATUS, TLS_OCSP_SAYS_NOTHING, "ocsp-try-later", "server's log" },
		{ TLS_OCSP_UNVERIFIABLE, TLS_OCSP_SAYS_GOOD, "ocsp-no-issuer", "certificate of its issuer" },
		{ TLS_OCSP_UNVERIFIABLE, TLS_OCSP_SAYS_GOOD, "ocsp-unsupported", "with another tool" },
		{ TLS_OCSP_BAD, TLS_OCSP_SAYS_GOOD, "ocsp-signature", "fetch a new one" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		struct tls_ocsp_result o = response(c[i].s, c[i].says, c[i].code, "the field is wrong");
		const char *text;

		judged(false, &o, NULL);
		assert_non_null(a.ocsp);
		text = judged(true, &o, c[i].code);
		assert_non_null(strstr(text, "the field is wrong"));
		assert_non_null(strstr(text, c[i].then));
	}
}

/* A state that a later tls/ might have is no good one. */
static void a_state_that_is_not_known_is_bad(void **state)
{
	struct tls_ocsp_result o = response((enum tls_ocsp_state)99, TLS_OCSP_SAYS_GOOD, "", "");

	(void)state;
	judged(true, &o, "ocsp-bad");
	assert_string_equal(staple_state_str(o.state), "bad");
	assert_false(staple_verified(o.state));
}

static void revoked_is_a_problem_with_and_without_the_option(void **state)
{
	struct tls_ocsp_result o = response(TLS_OCSP_REVOKED, TLS_OCSP_SAYS_REVOKED, "ocsp-revoked", "");
	unsigned i;

	(void)state;
	o.revoked_at = NOW - 86400;
	o.revoked_why = "keyCompromise";
	for (i = 0; i < 2; i++) {
		const char *text = judged(i, &o, "ocsp-revoked");

		assert_non_null(strstr(text, "on 2026-11-23T06:00:00Z (keyCompromise)"));
		assert_non_null(strstr(text, "replace the certificate and its key"));
		assert_null(strstr(text, "not be verified"));
	}
	o.revoked_at = 0;
	o.revoked_why = NULL;
	assert_non_null(strstr(judged(false, &o, "ocsp-revoked"), "was revoked: replace"));
	o.says = TLS_OCSP_SAYS_NOTHING; /* the state is enough */
	judged(false, &o, "ocsp-revoked");
}

/* The server itself presented it. */
static void revoked_is_a_problem_also_when_it_cannot_be_verified(void **state)
{
	static const enum tls_ocsp_state s[] = { TLS_OCSP_UNVERIFIABLE, TLS_OCSP_STALE, TLS_OCSP_BAD };
	unsigned i, expect;

	(void)state;
	for (i = 0; i < 3; i++)
		for (expect = 0; expect < 2; expect++) {
			struct tls_ocsp_result o = response(s[i], TLS_OCSP_SAYS_REVOKED, "ocsp-x", "no issuer is there");
			const char *text = judged(expect, &o, "ocsp-revoked");

			assert_non_null(strstr(text, "could not be verified (no issuer is there)"));
			assert_non_null(strstr(text, "replace the certificate and its key"));
		}
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(good_is_no_problem),
		T(none_is_a_problem_only_when_it_is_expected),
		T(what_is_not_good_is_a_problem_only_when_it_is_expected),
		T(a_state_that_is_not_known_is_bad),
		T(revoked_is_a_problem_with_and_without_the_option),
		T(revoked_is_a_problem_also_when_it_cannot_be_verified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
