/* SPDX-License-Identifier: ISC */
/* tests/t_judge.c: what the parameters of TLS and a stapled response do to the verdict of an address.
   Whose certificate matches is in t_dane.c, and through a dialogue that is remembered in t_seen.c. */
#include "tests/tls_vectors.h" /* first: its variables are called like those of the other */
#include "tests/hosts.h"

static struct tls_chain chain;
static struct vec_set records;
static const char *presented = "leaf int", *name; /* of the host, for DANE-TA; NULL: none */

/* A dialogue that went to its end, with a leaf that matches. */
static struct ended good(const char *version)
{
	struct ended e = { .outcome = SMTP_FINISHED, .tls_started = true, .opened = true,
		.time = { 1, 2, 3 } };

	snprintf(e.version, sizeof e.version, "%s", version);
	snprintf(e.suite, sizeof e.suite, "TLS_AES_128_GCM_SHA256");
	snprintf(e.group, sizeof e.group, "x25519");
	snprintf(e.scheme, sizeof e.scheme, "rsa_pss_rsae_sha256");
	return e;
}

static const struct addr *judged_as(const struct ended *e, const char *tlsa)
{
	static struct tls_dane_result r;
	struct tls_dane d;

	if (h)
		host_free(p, h);
	t->literal = (struct dns_addr){ .family = 4, .a = { 127, 0, 0, 9 }, .port = 25 };
	h = host_new(t, t->name, 25, &p->o);
	vec_records(&records, tlsa);
	h->set[h->ntlsa++] = records.t[0];
	host_add_addr(h, &t->literal);
	if (name)
		h->names[h->nnames++] = text_dup(name);
	p->o.at_fixed = true;
	p->o.at = VEC_NOW;
	vec_chain(&chain, presented);
	judge_dane(p, h, &d);
	tls_dane_check(&d, &chain, &r);
	judge(p, h, &h->addrs[0], e, &chain, &r);
	return &h->addrs[0];
}

static void what_was_agreed_on_is_kept(void **state)
{
	struct ended e = good("TLSv1.3");
	const struct addr *a = judged_as(&e, "3 1 1 leaf");

	(void)state;
	assert_int_equal(a->verdict, VERDICT_OK);
	assert_string_equal(a->version, "TLSv1.3");
	assert_string_equal(a->group, "x25519");
	assert_string_equal(a->scheme, "rsa_pss_rsae_sha256");
	assert_true(a->opened && a->finished && !a->refused);
	assert_null(a->ocsp);
}

static void rfc8996_old_versions_are_warned_of(void **state)
{
	static const char *const old[] = { "TLSv1.0", "TLSv1.1" }, *const new[] = { "TLSv1.2", "TLSv1.3" };
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct ended e = good(old[i]);
		const struct addr *a = judged_as(&e, "3 1 1 leaf");

		assert_int_equal(a->verdict, VERDICT_WARNING);
		assert_true(problem_has(a->problems, "tls-version-old"));
		assert_non_null(strstr(a->problems->text, old[i]));
		assert_non_null(strstr(a->problems->text, "TLS 1.2"));
		e = good(new[i]);
		assert_null(judged_as(&e, "3 1 1 leaf")->problems);
	}
}

/* A mismatch is not hidden behind the warning. */
static void an_old_version_is_the_lesser_problem(void **state)
{
	struct ended e = good("TLSv1.0");
	const struct addr *a = judged_as(&e, "3 1 1 other");

	(void)state;
	assert_int_equal(a->verdict, VERDICT_FAIL);
	assert_string_equal(problem_first(a->problems)->code, "tlsa-mismatch");
	assert_true(problem_has(a->problems, "tls-version-old"));
}

/* A record that would not match must not be published: the name, the date and the path count. */
static void rfc7671_5_2_records_of_issuers_are_suggested_where_they_would_match(void **state)
{
	static const struct { const char *chain, *name; bool int_; } row[] = {
		{ "leaf int", "mx.example.test", true },
		{ "leaf int", "mx.other.test", false },
		{ "leaf int", NULL, false },
		{ "leaf-expired int", "mx.example.test", false },
		{ "leaf int-expired", "mx.example.test", false },
		{ "leaf int-notca", "mx.example.test", false },
		{ "leaf root", "mx.example.test", false }, /* not on the path */
		{ "leaf leaf", "mx.example.test", false }, /* a leaf is no anchor */
	};
	struct ended e = good("TLSv1.2");
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const struct addr *a;

		presented = row[i].chain;
		name = row[i].name;
		a = judged_as(&e, "3 1 1 other");
		assert_true(problem_has(a->problems, "tlsa-mismatch"));
		assert_int_equal(a->ncerts, 2);
		assert_non_null(a->certs[0].suggest);
		assert_int_equal(a->certs[1].suggest != NULL, row[i].int_);
	}
	presented = "leaf int";
	name = NULL;
}

static void expected_and_missing_is_no_ok(void **state)
{
	struct ended e = good("TLSv1.2");

	(void)state;
	p->o.expect_ocsp = true;
	assert_int_equal(judged_as(&e, "3 1 1 leaf")->verdict, VERDICT_FAIL);
	assert_true(problem_has(h->addrs[0].problems, "ocsp-missing"));
	assert_int_equal(h->addrs[0].match, 0); /* which is shown all the same */
	e.ocsp.state = TLS_OCSP_GOOD;
	assert_int_equal(judged_as(&e, "3 1 1 leaf")->verdict, VERDICT_OK);
}

static void revoked_is_no_ok(void **state)
{
	struct ended e = good("TLSv1.2");

	(void)state;
	e.ocsp.state = TLS_OCSP_REVOKED;
	assert_int_equal(judged_as(&e, "3 1 1 leaf")->verdict, VERDICT_FAIL);
	assert_true(problem_has(h->addrs[0].problems, "ocsp-revoked"));
	e.ocsp.state = TLS_OCSP_STALE;
	assert_int_equal(judged_as(&e, "3 1 1 leaf")->verdict, VERDICT_OK);
}

/* Good does not make up for anything else. */
static void a_good_response_is_no_match(void **state)
{
	struct ended e = good("TLSv1.3");

	(void)state;
	p->o.expect_ocsp = true;
	e.ocsp.state = TLS_OCSP_GOOD;
	assert_int_equal(judged_as(&e, "3 1 1 other")->verdict, VERDICT_FAIL);
}

/* Nothing was finished, so nothing is missing: the handshake is the reason, alone. */
static void a_handshake_that_failed_has_no_ocsp(void **state)
{
	struct ended e = good("");
	const struct addr *a;

	(void)state;
	p->o.expect_ocsp = true;
	e.outcome = SMTP_TLS_FAILED;
	e.opened = false;
	e.refused = e.declined = true;
	snprintf(e.code, sizeof e.code, "tls-handshake");
	snprintf(e.reason, sizeof e.reason, "an alert.");
	e.ocsp.state = TLS_OCSP_GOOD; /* cannot be; and counts for nothing */
	a = judged_as(&e, "3 1 1 leaf");
	assert_true(a->refused && a->declined && !a->opened && !a->finished);
	assert_null(a->ocsp);
	assert_string_equal(a->problems->code, "tls-handshake");
	assert_null(a->problems->next);
}

/* Whoever fails after the handshake has shown what it staples. */
static void a_dialogue_that_failed_later_has_ocsp_and_is_not_finished(void **state)
{
	struct ended e = good("TLSv1.1");
	const struct addr *a;

	(void)state;
	e.outcome = SMTP_TEMPORARY;
	e.ocsp.state = TLS_OCSP_REVOKED;
	snprintf(e.code, sizeof e.code, "smtp-temporary");
	a = judged_as(&e, "3 1 1 leaf");
	assert_true(a->opened && !a->finished);
	assert_true(problem_has(a->problems, "ocsp-revoked") && problem_has(a->problems, "smtp-temporary"));
	assert_true(problem_has(a->problems, "tls-version-old"));
}

/* -check-chain: a file staples nothing. */
static void a_chain_from_a_file_has_no_ocsp(void **state)
{
	struct ended e = good("");

	(void)state;
	p->o.expect_ocsp = true;
	p->o.chain = &chain;
	assert_null(judged_as(&e, "3 1 1 leaf")->problems);
	assert_false(h->addrs[0].opened);
	assert_int_equal(h->addrs[0].verdict, VERDICT_OK);
	p->o.chain = NULL;
}

/* A server would fail in the handshake; the file must not look better than that. */
static void a_chain_from_a_file_has_a_key_that_can_be_proven(void **state)
{
	struct ended e = good("");

	(void)state;
	p->o.chain = &chain;
	assert_int_equal(judged_as(&e, "3 1 1 leaf")->verdict, VERDICT_OK);
	presented = "../tls13/k256"; /* secp256k1 */
	assert_int_equal(judged_as(&e, "3 1 1 ../tls13/k256")->match, 0);
	presented = "leaf int";
	p->o.chain = NULL;
	assert_int_equal(h->addrs[0].verdict, VERDICT_FAIL);
	assert_true(problem_has(h->addrs[0].problems, "cert-unverified"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_was_agreed_on_is_kept),
		T(rfc8996_old_versions_are_warned_of),
		T(an_old_version_is_the_lesser_problem),
		T(rfc7671_5_2_records_of_issuers_are_suggested_where_they_would_match),
		T(expected_and_missing_is_no_ok),
		T(revoked_is_no_ok),
		T(a_good_response_is_no_match),
		T(a_handshake_that_failed_has_no_ocsp),
		T(a_dialogue_that_failed_later_has_ocsp_and_is_not_finished),
		T(a_chain_from_a_file_has_no_ocsp),
		T(a_chain_from_a_file_has_a_key_that_can_be_proven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
