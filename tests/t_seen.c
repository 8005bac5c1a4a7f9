/* SPDX-License-Identifier: ISC */
/* tests/t_seen.c: a dialogue that several domains share.  What was presented once is judged anew
   for each, with its own records and names; a match counts only when the handshake was finished
   with the key of the leaf; and what is remembered stays within its limits. */
#include "tests/tls_vectors.h" /* first: its variables are called like those of the other */
#include "tests/hosts.h"

static struct tls_chain chain;
static struct vec_set records;

/* ---- a host that is to be judged --------------------------------------------------------- */

/* Behind 127.0.0.9 port 25, where SNI is mx.shared.test, whatever else it is called. */
static void host_is(const char *tlsa, const char *name)
{
	unsigned i;

	if (h)
		host_free(p, h);
	t->literal = (struct dns_addr){ .family = 4, .a = { 127, 0, 0, 9 }, .port = 25 };
	h = host_new(t, t->name, 25, &p->o);
	h->state = HOST_PROBING;
	h->base = text_dup("mx.shared.test");
	h->names[h->nnames++] = text_dup(name);
	vec_records(&records, tlsa);
	for (i = 0; i < records.n; i++)
		h->set[h->ntlsa++] = records.t[i];
	host_add_addr(h, &t->literal);
	p->o.at_fixed = true;
	p->o.at = VEC_NOW;
}

static struct ended dialogue(enum smtp_outcome o, bool opened, const char *code)
{
	struct ended e = { .outcome = o, .tls_started = true, .opened = opened,
		.time = { 1, 2, 7 } };

	snprintf(e.code, sizeof e.code, "%s", code);
	snprintf(e.reason, sizeof e.reason, "it went wrong.");
	snprintf(e.version, sizeof e.version, "TLSv1.2");
	return e;
}

static void remember(const struct ended *e, const char *certs)
{
	if (certs)
		vec_chain(&chain, certs);
	seen_add(p, h, &h->addrs[0], e, certs ? &chain : NULL);
}

/* The good one: to the end, leaf and intermediate. */
static void good_one(void)
{
	struct ended e = dialogue(SMTP_FINISHED, true, "");

	host_is("2 1 1 int", "mx.example.test");
	remember(&e, "leaf int");
}

static bool says(const char *code)
{
	const struct problem *x;

	for (x = h->addrs[0].problems; x; x = x->next)
		if (!strcmp(x->code, code))
			return true;
	return false;
}

static void judged(enum verdict v, int match, const char *code)
{
	const struct addr *a = &h->addrs[0];

	assert_true(seen_judge(p, h, &h->addrs[0]));
	assert_int_equal(a->state, ADDR_DONE);
	assert_int_equal(a->verdict, v);
	assert_int_equal(a->match, match);
	if (code)
		assert_true(says(code));
	else
		assert_null(a->problems);
}

static int over(void **state)
{
	seen_free(p);
	assert_int_equal(p->seen_octets, 0);
	return end(state);
}

/* ---- whose verdict ------------------------------------------------------------------------- */

static void rfc7672_3_2_2_same_chain_other_name_other_verdict(void **state)
{
	unsigned i;

	(void)state;
	good_one();
	for (i = 0; i < 2; i++) {
		host_is("2 1 1 int", "mx.example.test");
		judged(VERDICT_OK, 0, NULL);
		assert_int_equal(h->addrs[0].depth, 1);
		host_is("2 1 1 int", "mx.somebody.else");
		judged(VERDICT_FAIL, -1, "cert-name");
	}
}

static void same_chain_other_records_other_verdict(void **state)
{
	(void)state;
	good_one();
	host_is("3 1 1 other", "mx.example.test");
	judged(VERDICT_FAIL, -1, "tlsa-mismatch");
	host_is("3 1 1 other; 3 1 1 leaf", "mx.somebody.else");
	judged(VERDICT_OK, 1, NULL);
	assert_int_equal(h->addrs[0].depth, 0);
}

static void what_was_presented_is_shown_to_each(void **state)
{
	(void)state;
	good_one();
	host_is("3 1 1 leaf", "a.test");
	judged(VERDICT_OK, 0, NULL);
	assert_int_equal(h->addrs[0].ncerts, 2);
	assert_true(h->addrs[0].certs[0].parsed && h->addrs[0].certs[1].parsed);
	assert_string_equal(h->addrs[0].version, "TLSv1.2");
	assert_int_equal(h->addrs[0].time.whole, 7);
}

static void what_was_agreed_on_and_stapled_is_shown_to_each(void **state)
{
	struct ended e = dialogue(SMTP_FINISHED, true, "");

	(void)state;
	snprintf(e.group, sizeof e.group, "x25519");
	snprintf(e.scheme, sizeof e.scheme, "ecdsa_secp256r1_sha256");
	e.ocsp.state = TLS_OCSP_GOOD;
	e.ocsp.says = TLS_OCSP_SAYS_GOOD;
	e.ocsp.next_update = VEC_NOW + 60;
	host_is("3 1 1 leaf", "a.test");
	remember(&e, "leaf int");
	host_is("3 1 1 leaf", "b.test");
	judged(VERDICT_OK, 0, NULL);
	assert_string_equal(h->addrs[0].group, "x25519");
	assert_string_equal(h->addrs[0].scheme, "ecdsa_secp256r1_sha256");
	assert_non_null(h->addrs[0].ocsp);
	assert_int_equal(h->addrs[0].ocsp->next_update, VEC_NOW + 60);
}

/* What was refused (-all-certs) is known to have been, for the next domain too. */
static void a_refusal_is_remembered_for_the_algorithm_that_was_asked_for(void **state)
{
	struct ended e = dialogue(SMTP_TLS_FAILED, false, "tls-handshake");

	(void)state;
	e.refused = e.declined = true;
	host_is("3 1 1 leaf", "a.test");
	h->addrs[0].offer = TLS_OFFER_RSA;
	remember(&e, NULL);
	host_is("3 1 1 leaf", "b.test");
	assert_false(seen_judge(p, h, &h->addrs[0]));
	h->addrs[0].offer = TLS_OFFER_RSA;
	judged(VERDICT_FAIL, -1, "tls-handshake");
	assert_true(h->addrs[0].refused && h->addrs[0].declined);
}

/* The time of -at counts for each, not that of the dialogue. */
static void dates_are_looked_at_anew(void **state)
{
	(void)state;
	good_one();
	host_is("2 1 1 int", "mx.example.test");
	p->o.at = VEC_TO + 1;
	judged(VERDICT_FAIL, -1, "cert-expired");
}

/* ---- no false ok --------------------------------------------------------------------------- */

static void a_chain_whose_key_was_not_used_proves_nothing(void **state)
{
	struct ended e = dialogue(SMTP_FINISHED, false, "");

	(void)state;
	host_is("3 1 1 leaf", "mx.example.test");
	remember(&e, "leaf int");
	host_is("3 1 1 leaf", "mx.example.test");
	judged(VERDICT_FAIL, -1, "cert-unverified");
}

static void a_handshake_that_failed_proves_nothing(void **state)
{
	struct ended e = dialogue(SMTP_TLS_FAILED, false, "tls-handshake");

	(void)state;
	host_is("3 1 1 leaf", "mx.example.test");
	remember(&e, "leaf int");
	host_is("3 1 1 leaf", "mx.example.test");
	judged(VERDICT_FAIL, -1, "tls-handshake");
	assert_int_equal(h->addrs[0].ncerts, 2);
}

/* The handshake is finished, so the match may be shown; a sender could not deliver all the same. */
static void a_dialogue_that_failed_in_tls_has_a_match_and_fails(void **state)
{
	static const enum smtp_outcome how[] = { SMTP_TEMPORARY, SMTP_PERMANENT, SMTP_PROTOCOL,
		SMTP_TLS_FAILED, SMTP_TIMEOUT, SMTP_CLOSED };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof how / sizeof how[0]; i++) {
		struct ended e = dialogue(how[i], true, "smtp-this");

		seen_free(p);
		host_is("3 1 1 leaf", "mx.example.test");
		remember(&e, "leaf int");
		host_is("3 1 1 leaf", "mx.example.test");
		judged(VERDICT_FAIL, 0, "smtp-this");
		host_is("3 1 1 other", "mx.example.test");
		judged(VERDICT_FAIL, -1, "smtp-this");
		assert_true(says("tlsa-mismatch"));
	}
}

static void a_chain_over_the_limits_stays_over_them(void **state)
{
	struct ended e = dialogue(SMTP_FINISHED, true, "");

	(void)state;
	host_is("3 1 1 leaf", "mx.example.test");
	vec_chain(&chain, "leaf int");
	chain.overflow = true;
	seen_add(p, h, &h->addrs[0], &e, &chain);
	host_is("3 1 1 leaf", "mx.example.test");
	judged(VERDICT_FAIL, -1, "cert-limit");
}

static void no_certificate_is_no_match(void **state)
{
	struct ended e = dialogue(SMTP_FINISHED, true, "");

	(void)state;
	host_is("3 1 1 leaf", "mx.example.test");
	memset(&chain, 0, sizeof chain);
	seen_add(p, h, &h->addrs[0], &e, &chain);
	host_is("3 1 1 leaf", "mx.example.test");
	judged(VERDICT_FAIL, -1, "cert-missing");
}

static void a_dialogue_that_failed_before_tls_is_shared(void **state)
{
	struct ended e = dialogue(SMTP_TEMPORARY, false, "smtp-temporary");

	(void)state;
	e.tls_started = false;
	host_is("3 1 1 leaf", "mx.example.test");
	remember(&e, NULL);
	host_is("2 1 1 int", "b.test");
	judged(VERDICT_FAIL, -1, "smtp-temporary");
	assert_int_equal(h->addrs[0].ncerts, 0);
	assert_string_equal(h->addrs[0].version, "");
}

/* ---- which dialogue ------------------------------------------------------------------------- */

static void another(void)
{
	host_is("2 1 1 int", "mx.example.test");
}

static void only_the_same_address_port_sni_and_offer_are_shared(void **state)
{
	(void)state;
	good_one();
	another();
	h->addrs[0].a.a[3]++;
	assert_false(seen_judge(p, h, &h->addrs[0]));
	another();
	h->addrs[0].a.port = 465;
	assert_false(seen_judge(p, h, &h->addrs[0]));
	another();
	h->tls_on_connect = true;
	assert_false(seen_judge(p, h, &h->addrs[0]));
	another();
	h->addrs[0].offer = TLS_OFFER_RSA;
	assert_false(seen_judge(p, h, &h->addrs[0]));
	another();
	h->base[0] = 'n';
	assert_false(seen_judge(p, h, &h->addrs[0]));
	another();
	free(h->base);
	h->base = NULL;
	assert_false(seen_judge(p, h, &h->addrs[0]));
	assert_int_equal(h->addrs[0].state, ADDR_WAITING); /* left as it was */
	another();
	judged(VERDICT_OK, 0, NULL);
}

static void what_is_under_way_is_the_same_by_the_same_rule(void **state)
{
	struct host *x;

	(void)state;
	another();
	x = h;
	h = NULL;
	another();
	assert_true(seen_same(x, &x->addrs[0], h, &h->addrs[0]));
	h->addrs[0].a.port++;
	assert_false(seen_same(x, &x->addrs[0], h, &h->addrs[0]));
	h->addrs[0].a.port--;
	h->tls_on_connect = true;
	assert_false(seen_same(x, &x->addrs[0], h, &h->addrs[0]));
	h->tls_on_connect = false;
	h->addrs[0].offer = TLS_OFFER_ECDSA;
	assert_false(seen_same(x, &x->addrs[0], h, &h->addrs[0]));
	x->addrs[0].offer = TLS_OFFER_ECDSA;
	assert_true(seen_same(x, &x->addrs[0], h, &h->addrs[0]));
	h->base[0] = 'n';
	assert_false(seen_same(x, &x->addrs[0], h, &h->addrs[0]));
	host_free(p, x);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void at_port(unsigned port)
{
	another();
	h->addrs[0].a.port = (uint16_t)port;
}

static bool is_known(unsigned port)
{
	at_port(port);
	return seen_judge(p, h, &h->addrs[0]);
}

static void who_was_not_used_for_longest_makes_room(void **state)
{
	struct ended e = dialogue(SMTP_CLOSED, false, "smtp-closed");
	unsigned i;

	(void)state;
	for (i = 0; i < PROBE_MAX_SEEN; i++) {
		at_port(1000 + i);
		remember(&e, NULL);
	}
	assert_true(is_known(1000)); /* used again: the next one is the oldest now */
	at_port(2000);
	remember(&e, NULL);
	assert_true(is_known(2000));
	assert_true(is_known(1000));
	assert_false(is_known(1001));
	assert_true(is_known(1002));
}

static void fill(size_t octets)
{
	static uint8_t junk[16000];

	memset(&chain, 0, sizeof chain);
	for (; octets > sizeof junk; octets -= sizeof junk)
		tls_chain_add(&chain, junk, sizeof junk);
	tls_chain_add(&chain, junk, octets);
	assert_false(chain.overflow);
}

/* Also while there are places that were never used. */
static void the_octets_of_all_chains_are_bounded(void **state)
{
	struct ended e = dialogue(SMTP_TLS_FAILED, false, "tls-handshake");
	unsigned i, known = 0;

	(void)state;
	at_port(999);
	remember(&e, NULL); /* holds none, so it need not go */
	for (i = 0; i < 3 * PROBE_MAX_SEEN; i++) {
		at_port(1000 + i);
		fill(60000);
		seen_add(p, h, &h->addrs[0], &e, &chain);
		assert_in_range(p->seen_octets, 60000, PROBE_SEEN_OCTETS);
		assert_true(is_known(999));
		assert_true(is_known(1000 + i));
	}
	for (i = 0; i < PROBE_MAX_SEEN; i++)
		known += p->seen[i].used && p->seen[i].octets == 60000;
	assert_int_equal(known, PROBE_SEEN_OCTETS / 60000);
	assert_int_equal(p->seen_octets, known * 60000);
}

static void certificates_come_back_octet_by_octet(void **state)
{
	struct ended e = dialogue(SMTP_FINISHED, true, "");

	(void)state;
	host_is("2 1 1 root", "mx.example.test");
	remember(&e, "leaf other int root");
	host_is("2 1 1 root", "mx.example.test");
	judged(VERDICT_OK, 0, NULL);
	assert_int_equal(h->addrs[0].ncerts, 4);
	assert_int_equal(h->addrs[0].npath, 3); /* the stranger is none of it */
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, over)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(rfc7672_3_2_2_same_chain_other_name_other_verdict),
		T(same_chain_other_records_other_verdict),
		T(what_was_presented_is_shown_to_each),
		T(what_was_agreed_on_and_stapled_is_shown_to_each),
		T(a_refusal_is_remembered_for_the_algorithm_that_was_asked_for),
		T(dates_are_looked_at_anew),
		T(a_chain_whose_key_was_not_used_proves_nothing),
		T(a_handshake_that_failed_proves_nothing),
		T(a_dialogue_that_failed_in_tls_has_a_match_and_fails),
		T(a_chain_over_the_limits_stays_over_them),
		T(no_certificate_is_no_match),
		T(a_dialogue_that_failed_before_tls_is_shared),
		T(only_the_same_address_port_sni_and_offer_are_shared),
		T(what_is_under_way_is_the_same_by_the_same_rule),
		T(who_was_not_used_for_longest_makes_room),
		T(the_octets_of_all_chains_are_bounded),
		T(certificates_come_back_octet_by_octet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
