/* SPDX-License-Identifier: ISC */
/* tests/t_offer.c: -all-certs: which algorithm an address is asked for next, and what comes of it, with
   a server that is made up: what it does when each is asked for. */
#include <stdio.h>

#include "tests/hosts.h"

#define A TLS_OFFER_ALL
#define R TLS_OFFER_RSA
#define E TLS_OFFER_ECDSA
#define D TLS_OFFER_ED25519

/* What an attempt comes to. */
struct result {
	const char *type;         /* key of the leaf; NULL: none came */
	char leaf;                /* one of several certificates */
	bool refused, finished;
	enum verdict v;
	const char *code;
	bool hung_up, declined;
};
#define GOOD(t) { t, 'a', false, true, VERDICT_OK, NULL, false, false }
#define OTHER(t, l) { t, l, false, true, VERDICT_OK, NULL, false, false }
#define WRONG(t) { t, 'a', false, true, VERDICT_FAIL, "tlsa-mismatch", false, false }
#define WARNS(t) { t, 'a', false, true, VERDICT_WARNING, "cert-expiring", false, false }
#define BROKEN(t) { t, 'a', true, false, VERDICT_FAIL, "tls-handshake", false, false }
#define BAD(t, l, refused, finished, code) { t, l, refused, finished, VERDICT_FAIL, code, false, false }
#define ALERT { NULL, 0, true, false, VERDICT_FAIL, "tls-handshake", false, true }
#define GARBLED { NULL, 0, true, false, VERDICT_FAIL, "tls-handshake", false, false }
#define CLOSES { NULL, 0, true, false, VERDICT_FAIL, "smtp-closed", true, true }
#define LATE { NULL, 0, false, false, VERDICT_FAIL, "smtp-timeout", false, false }
#define NO_CONNECT { NULL, 0, false, false, VERDICT_FAIL, "connect-failed", false, false }

struct server {
	struct result at[4];      /* by what is asked for */
};

static char asked[32];            /* "RED": in that order */

static void add(unsigned octet)
{
	struct dns_addr x = { .family = 4, .a = { 127, 0, 0, (uint8_t)octet }, .port = 25 };

	host_add_addr(h, &x);
	h->addrs[h->naddrs - 1].state = ADDR_QUEUED;
}

static void made(bool all_certs)
{
	if (h)
		host_free(p, h);
	p->o.all_certs = all_certs;
	make_host();
	h->state = HOST_PROBING;
	asked[0] = '\0';
}

static void probed(struct addr *a, const struct result *r)
{
	a->state = ADDR_DONE;
	a->refused = r->refused;
	a->hung_up = r->hung_up;
	a->finished = r->finished;
	a->declined = r->declined;
	a->verdict = r->v;
	if (r->code)
		problem_add(&a->problems, r->v, r->code, "it is so");
	if (!r->type)
		return;
	a->ncerts = 1;
	a->certs = text_alloc(sizeof *a->certs);
	a->certs[0].parsed = *r->type != '?';
	a->certs[0].names = text_dup("");
	snprintf(a->certs[0].key_type, sizeof a->certs[0].key_type, "%s", r->type);
	snprintf(a->certs[0].sha256, sizeof a->certs[0].sha256, "%s%c", r->type, r->leaf);
}

static struct addr *queued_one(void)
{
	struct addr *a = NULL;
	unsigned i, j;

	for (i = 0; i < h->naddrs; i++) {
		if (h->addrs[i].state != ADDR_QUEUED)
			continue;
		for (j = 0; j < i; j++) /* one at a time for an address */
			assert_false(h->addrs[j].state == ADDR_QUEUED && h->addrs[j].place == h->addrs[i].place);
		a = a ? a : &h->addrs[i];
	}
	return a;
}

/* To its end, as src/host.c goes on when a dialogue has ended. */
static void against(const struct server *s)
{
	struct addr *a;

	while (host_step(p, h), (a = queued_one()) != NULL) {
		size_t n = strlen(asked);

		assert_true(n + 1 < sizeof asked);
		asked[n] = "ARED"[a->offer];
		asked[n + 1] = '\0';
		probed(a, &s->at[a->offer]);
	}
	assert_int_equal(h->state, HOST_DONE);
}

static void one_address(const struct server *s)
{
	made(true);
	add(1);
	against(s);
}

static void is(unsigned i, enum tls_offer o, enum verdict v, const char *code)
{
	const struct addr *a = &h->addrs[i];

	assert_true(i < h->naddrs);
	assert_int_equal(a->offer, o);
	assert_int_equal(a->state, ADDR_DONE);
	assert_int_equal(a->verdict, v);
	assert_false(a->not_shown);
	if (code)
		assert_true(problem_has(a->problems, code));
	else
		assert_null(a->problems);
}

static void not_shown(unsigned i, enum tls_offer o)
{
	const struct addr *a = &h->addrs[i];

	assert_true(i < h->naddrs);
	assert_int_equal(a->offer, o);
	assert_int_equal(a->state, ADDR_SKIPPED);
	assert_true(a->not_shown);
	assert_int_equal(a->verdict, VERDICT_NONE);
	assert_null(a->problems);
	assert_int_equal(a->ncerts, 0);
}

static void counts(unsigned all, unsigned ok)
{
	unsigned good = 0;

	assert_int_equal(offer_count(h, &good), all);
	assert_int_equal(good, ok);
}

/* ---- what is asked ---------------------------------------------------------------------- */

static void by_default_an_address_is_asked_once(void **state)
{
	static const struct server s = { { [A] = GOOD("RSA") } };

	(void)state;
	made(false);
	add(1);
	against(&s);
	assert_string_equal(asked, "A");
	assert_int_equal(h->naddrs, 1);
	is(0, A, VERDICT_OK, NULL);
	assert_int_equal(h->verdict, VERDICT_OK);
	counts(1, 1);
}

static void each_algorithm_is_asked_for_and_has_its_verdict(void **state)
{
	static const struct server s = { { [R] = GOOD("RSA"), [E] = WRONG("ECDSA"), [D] = WARNS("Ed25519") } };

	(void)state;
	one_address(&s);
	assert_string_equal(asked, "RED");
	assert_int_equal(h->naddrs, 3);
	is(0, R, VERDICT_OK, NULL);
	is(1, E, VERDICT_FAIL, "tlsa-mismatch");
	is(2, D, VERDICT_WARNING, "cert-expiring");
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
}

static void all_ok_is_one_address_ok(void **state)
{
	static const struct server s = { { [R] = GOOD("RSA"), [E] = GOOD("ECDSA"), [D] = GOOD("Ed25519") } };

	(void)state;
	one_address(&s);
	assert_int_equal(h->verdict, VERDICT_OK);
	counts(1, 1);
}

static void a_key_of_rsassa_pss_alone_is_an_rsa_key(void **state)
{
	static const struct server s = { { [R] = GOOD("RSA-PSS"), [E] = ALERT, [D] = ALERT } };

	(void)state;
	one_address(&s);
	is(0, R, VERDICT_OK, NULL);
}

static void addresses_stay_in_order_whatever_ends_first(void **state)
{
	static const struct server s = { { [R] = GOOD("RSA"), [E] = GOOD("ECDSA"), [D] = ALERT } };
	unsigned i;

	(void)state;
	made(true);
	add(1);
	add(2);
	add(2); /* the same again */
	against(&s);
	assert_int_equal(h->naddrs, 6);
	for (i = 0; i < 6; i++) {
		assert_int_equal(h->addrs[i].a.a[3], 1 + i / 3);
		assert_int_equal(h->addrs[i].offer, R + i % 3);
	}
	assert_int_equal(h->verdict, VERDICT_OK);
	counts(2, 2);
}

static void the_limit_of_addresses_is_the_same(void **state)
{
	static const struct server s = { { [R] = GOOD("RSA"), [E] = GOOD("ECDSA"), [D] = GOOD("Ed25519") } };
	struct addr *a;
	unsigned i;

	(void)state;
	made(true);
	for (i = 0; i <= PROBE_MAX_ADDRS; i++)
		add(i);
	assert_int_equal(h->naddrs, PROBE_MAX_ADDRS);
	assert_true(has("address-limit"));
	while (host_step(p, h), (a = queued_one()) != NULL)
		probed(a, &s.at[a->offer]);
	assert_int_equal(h->naddrs, PROBE_MAX_ADDRS * 3);
	counts(PROBE_MAX_ADDRS, PROBE_MAX_ADDRS);
}

/* ---- what the server does not have ------------------------------------------------------- */

static void rfc8446_4_4_2_2_an_algorithm_that_is_refused_is_not_shown(void **state)
{
	static const struct server s = { { [R] = ALERT, [E] = GOOD("ECDSA"), [D] = ALERT } };

	(void)state;
	one_address(&s);
	not_shown(0, R);
	is(1, E, VERDICT_OK, NULL);
	not_shown(2, D);
	assert_int_equal(h->verdict, VERDICT_OK);
	counts(1, 1);
}

/* What is shown may be bad: that it is shown is enough to know what the others are. */
static void the_one_that_is_shown_decides(void **state)
{
	static const struct server bad = { { [R] = ALERT, [E] = WRONG("ECDSA"), [D] = ALERT } };
	static const struct server broken = { { [R] = BROKEN("RSA"), [E] = ALERT, [D] = ALERT } };

	(void)state;
	one_address(&bad);
	assert_string_equal(asked, "RED");
	not_shown(0, R);
	is(1, E, VERDICT_FAIL, "tlsa-mismatch");
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
	one_address(&broken);
	is(0, R, VERDICT_FAIL, "tls-handshake");
	not_shown(1, E);
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

/* RFC 8446 section 4.4.2.2 lets it go on with a certificate of its choice. */
static void the_certificate_of_another_algorithm_is_judged_where_it_belongs(void **state)
{
	static const struct server s = { { [R] = BROKEN("ECDSA"), [E] = GOOD("ECDSA"), [D] = GOOD("ECDSA") } };

	(void)state;
	one_address(&s);
	not_shown(0, R);
	is(1, E, VERDICT_OK, NULL);
	not_shown(2, D);
	assert_int_equal(h->verdict, VERDICT_OK);
}

/* No false ok: an answer that had to be refused (a Certificate message that is malformed or over the
   limits, a bad MAC) is not the answer of a server without such a certificate. */
static void what_we_had_to_refuse_keeps_its_verdict(void **state)
{
	static const struct server one = { { [R] = GOOD("RSA"), [E] = GARBLED, [D] = ALERT } };
	static const struct server first = { { [R] = GARBLED, [E] = GOOD("ECDSA"), [D] = ALERT } };
	static const struct server all = { { [A] = GOOD("RSA"), [R] = ALERT, [E] = GARBLED, [D] = ALERT } };

	(void)state;
	one_address(&one);
	assert_string_equal(asked, "RED");
	is(0, R, VERDICT_OK, NULL);
	is(1, E, VERDICT_FAIL, "tls-handshake");
	not_shown(2, D);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
	one_address(&first);
	assert_string_equal(asked, "RED");
	is(0, R, VERDICT_FAIL, "tls-handshake");
	assert_int_equal(h->verdict, VERDICT_FAIL);
	one_address(&all);
	assert_string_equal(asked, "RED");
	is(1, E, VERDICT_FAIL, "tls-handshake");
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

/* No false ok: that one was shown, and is not what was judged. */
static void another_certificate_of_another_algorithm_keeps_its_verdict(void **state)
{
	static const struct server s = { { [R] = BAD("ECDSA", 'b', false, true, "tlsa-mismatch"),
		[E] = GOOD("ECDSA"), [D] = ALERT } };
	static const struct server t1 = { { [R] = BAD("ECDSA", 'b', true, false, "tls-handshake"),
		[E] = GOOD("ECDSA"), [D] = ALERT } };
	static const struct server t2 = { { [R] = OTHER("ECDSA", 'b'), [E] = GOOD("ECDSA"), [D] = ALERT } };

	(void)state;
	one_address(&s);
	is(0, R, VERDICT_FAIL, "tlsa-mismatch");
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
	one_address(&t1);
	is(0, R, VERDICT_FAIL, "tls-handshake");
	one_address(&t2);
	is(0, R, VERDICT_OK, NULL);
}

/* The same certificate, but worse came of it: a revocation that was stapled this time, say. */
static void the_same_certificate_with_a_worse_verdict_keeps_it(void **state)
{
	static const struct server s = { { [R] = BAD("ECDSA", 'a', false, true, "ocsp-revoked"),
		[E] = GOOD("ECDSA"), [D] = ALERT } };

	(void)state;
	one_address(&s);
	is(0, R, VERDICT_FAIL, "ocsp-revoked");
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
}

/* After the handshake: a refusal of SMTP is no matter of certificates. */
static void a_dialogue_that_failed_later_keeps_its_verdict(void **state)
{
	static const struct server s = { { [R] = BAD("ECDSA", 'a', false, false, "smtp-temporary"),
		[E] = GOOD("ECDSA"), [D] = ALERT } };

	(void)state;
	one_address(&s);
	is(0, R, VERDICT_FAIL, "smtp-temporary");
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

static void a_certificate_that_is_not_understood_keeps_its_verdict(void **state)
{
	static const struct server s = { { [R] = BROKEN("?"), [E] = GOOD("ECDSA"), [D] = BROKEN("unknown") } };

	(void)state;
	one_address(&s);
	is(0, R, VERDICT_FAIL, "tls-handshake");
	is(1, E, VERDICT_OK, NULL);
	is(2, D, VERDICT_FAIL, "tls-handshake");
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

/* ---- what has nothing to do with certificates --------------------------------------------- */

/* Who closes without a word may have none, or may have had enough of us. */
static void who_hangs_up_is_asked_once_more(void **state)
{
	static const struct server none = { { GOOD("RSA"), GOOD("RSA"), CLOSES, CLOSES } };
	static const struct server tired = { { CLOSES, GOOD("RSA"), CLOSES, ALERT } };
	static const struct server later = { { LATE, GOOD("RSA"), CLOSES, CLOSES } };

	(void)state;
	one_address(&none);
	assert_string_equal(asked, "REDA");
	assert_int_equal(h->naddrs, 3);
	is(0, R, VERDICT_OK, NULL);
	not_shown(1, E);
	not_shown(2, D);
	counts(1, 1);
	one_address(&tired);
	assert_string_equal(asked, "REDA");
	assert_int_equal(h->naddrs, 3);
	is(1, E, VERDICT_FAIL, "smtp-closed");
	not_shown(2, D); /* it said so */
	counts(1, 0);
	one_address(&later);
	is(1, E, VERDICT_FAIL, "smtp-closed");
	is(2, D, VERDICT_FAIL, "smtp-closed");
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

static void what_it_shows_then_counts(void **state)
{
	static const struct server another = { { WRONG("ECDSA"), GOOD("RSA"), CLOSES, CLOSES } };
	static const struct server worse = { { WRONG("RSA"), GOOD("RSA"), CLOSES, CLOSES } };

	(void)state;
	one_address(&another);
	assert_int_equal(h->naddrs, 4);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
	one_address(&worse);
	assert_int_equal(h->naddrs, 4);
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

/* It has such a certificate after all: why it was not shown when it was asked for is not known. */
static void what_it_shows_then_is_not_said_to_be_lacking(void **state)
{
	static const struct server closes = { { GOOD("RSA"), CLOSES, GOOD("ECDSA"), ALERT } };

	(void)state;
	one_address(&closes);
	assert_string_equal(asked, "REDA");
	is(1, R, VERDICT_FAIL, "smtp-closed");
	is(2, E, VERDICT_OK, NULL);
	not_shown(3, D);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
}

static void a_timeout_of_one_attempt_is_a_failure(void **state)
{
	static const struct server s = { { [R] = GOOD("RSA"), [E] = LATE, [D] = ALERT } };

	(void)state;
	one_address(&s);
	is(0, R, VERDICT_OK, NULL);
	is(1, E, VERDICT_FAIL, "smtp-timeout");
	not_shown(2, D);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
}

static void an_address_that_is_dead_is_asked_once_and_fails_once(void **state)
{
	static const struct server s = { { [R] = NO_CONNECT }, };
	static const struct server late = { { [R] = LATE }, };

	(void)state;
	one_address(&s);
	assert_string_equal(asked, "R");
	assert_int_equal(h->naddrs, 1);
	is(0, A, VERDICT_FAIL, "connect-failed"); /* an ordinary failure, of no algorithm */
	counts(1, 0);
	one_address(&late);
	assert_string_equal(asked, "R");
	is(0, A, VERDICT_FAIL, "smtp-timeout");
}

static void one_that_refuses_them_all_fails_once_as_it_ordinarily_does(void **state)
{
	static const struct server s = { { [R] = ALERT, [E] = ALERT, [D] = ALERT, [A] = ALERT } };

	(void)state;
	one_address(&s);
	assert_string_equal(asked, "REDA");
	assert_int_equal(h->naddrs, 1);
	is(0, A, VERDICT_FAIL, "tls-handshake");
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
}

/* It may only dislike the narrow hello. */
static void one_that_refuses_them_all_may_be_well_ordinarily(void **state)
{
	static const struct server s = { { [R] = ALERT, [E] = ALERT, [D] = ALERT, [A] = GOOD("ECDSA") } };

	(void)state;
	made(true);
	add(1);
	add(2);
	against(&s);
	assert_int_equal(h->naddrs, 2);
	is(0, A, VERDICT_OK, NULL);
	is(1, A, VERDICT_OK, NULL);
	assert_int_equal(h->verdict, VERDICT_OK);
	counts(2, 2);
}

static void refusals_with_a_timeout_are_failures(void **state)
{
	static const struct server s = { { [R] = ALERT, [E] = LATE, [D] = ALERT, [A] = GOOD("ECDSA") } };

	(void)state;
	one_address(&s);
	assert_string_equal(asked, "RED");
	is(0, R, VERDICT_FAIL, "tls-handshake");
	is(1, E, VERDICT_FAIL, "smtp-timeout");
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

/* ---- what is not known -------------------------------------------------------------------- */

static void without_a_route_it_is_listed_once(void **state)
{
	(void)state;
	made(true);
	add(1);
	h->addrs[0].state = ADDR_SKIPPED;
	h->addrs[0].no_route = true;
	host_step(p, h);
	assert_int_equal(h->naddrs, 1);
	assert_int_equal(h->addrs[0].offer, A);
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

static void a_route_that_is_lost_between_attempts_is_no_ok(void **state)
{
	static const struct result good = GOOD("RSA");

	(void)state;
	made(true);
	add(1);
	probed(&h->addrs[0], &good);
	host_step(p, h);
	assert_int_equal(h->addrs[1].state, ADDR_QUEUED);
	h->addrs[1].state = ADDR_SKIPPED;
	h->addrs[1].no_route = true;
	host_step(p, h);
	is(0, R, VERDICT_OK, NULL);
	is(1, E, VERDICT_FAIL, "local-network");
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
}

/* -t ends it between two attempts: src/target.c says local-timeout of the host. */
static void out_of_time_what_was_refused_says_nothing(void **state)
{
	static const struct result alert = ALERT, good = GOOD("RSA");

	(void)state;
	made(true);
	add(1);
	probed(&h->addrs[0], &alert);
	host_step(p, h);
	h->addrs[1].state = ADDR_SKIPPED;
	host_finish(h);
	assert_int_equal(h->addrs[0].state, ADDR_SKIPPED);
	assert_null(h->addrs[0].problems);
	assert_false(h->addrs[0].not_shown);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	counts(1, 0);
	made(true);
	add(1);
	probed(&h->addrs[0], &good);
	host_step(p, h);
	h->addrs[1].state = ADDR_SKIPPED;
	host_finish(h);
	is(0, R, VERDICT_OK, NULL);
	assert_int_equal(h->addrs[1].state, ADDR_SKIPPED);
	assert_false(h->addrs[1].not_shown);
	counts(1, 0); /* not everything was looked at */
}

/* One that hung up was to be asked once more, or would have been after the last algorithm. */
static void out_of_time_who_hung_up_is_not_to_blame_yet(void **state)
{
	static const struct result good = GOOD("RSA"), closes = CLOSES, alert = ALERT;
	unsigned i, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		made(true);
		add(1);
		probed(&h->addrs[0], &good);
		host_step(p, h);
		probed(&h->addrs[1], &closes);
		host_step(p, h);
		if (i == 1) {
			probed(&h->addrs[2], &alert);
			host_step(p, h);
		}
		assert_int_equal(h->naddrs, 3 + i);
		assert_int_equal(h->addrs[2 + i].state, ADDR_QUEUED);
		h->addrs[2 + i].state = ADDR_SKIPPED;
		host_finish(h);
		for (j = 0; j < h->naddrs; j++) {
			if (h->addrs[j].offer != E)
				continue;
			assert_int_equal(h->addrs[j].state, ADDR_SKIPPED);
			assert_false(h->addrs[j].not_shown);
			assert_null(h->addrs[j].problems);
		}
		counts(1, 0);
	}
}

/* The attempts that an ordinary one took the place of stay away. */
static void out_of_time_what_was_given_up_is_not_listed(void **state)
{
	static const struct result alert = ALERT;
	unsigned i;

	(void)state;
	made(true);
	add(1);
	for (i = 0; i < 3; i++) {
		probed(&h->addrs[i], &alert);
		host_step(p, h);
	}
	assert_int_equal(h->addrs[0].offer, A);
	assert_int_equal(h->addrs[0].state, ADDR_QUEUED);
	t->hosts[0] = h;
	t->nhosts = 1;
	t->state = TARGET_HOSTS;
	target_expire(p, t);
	t->nhosts = 0;
	assert_int_equal(h->naddrs, 1);
	assert_int_equal(h->addrs[0].state, ADDR_SKIPPED);
	assert_true(problem_has(h->problems, "local-timeout"));
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(by_default_an_address_is_asked_once),
		T(each_algorithm_is_asked_for_and_has_its_verdict),
		T(all_ok_is_one_address_ok),
		T(a_key_of_rsassa_pss_alone_is_an_rsa_key),
		T(addresses_stay_in_order_whatever_ends_first),
		T(the_limit_of_addresses_is_the_same),
		T(rfc8446_4_4_2_2_an_algorithm_that_is_refused_is_not_shown),
		T(the_one_that_is_shown_decides),
		T(the_certificate_of_another_algorithm_is_judged_where_it_belongs),
		T(what_we_had_to_refuse_keeps_its_verdict),
		T(another_certificate_of_another_algorithm_keeps_its_verdict),
		T(the_same_certificate_with_a_worse_verdict_keeps_it),
		T(a_dialogue_that_failed_later_keeps_its_verdict),
		T(a_certificate_that_is_not_understood_keeps_its_verdict),
		T(a_timeout_of_one_attempt_is_a_failure),
		T(an_address_that_is_dead_is_asked_once_and_fails_once),
		T(one_that_refuses_them_all_fails_once_as_it_ordinarily_does),
		T(one_that_refuses_them_all_may_be_well_ordinarily),
		T(refusals_with_a_timeout_are_failures),
		T(without_a_route_it_is_listed_once),
		T(a_route_that_is_lost_between_attempts_is_no_ok),
		T(who_hangs_up_is_asked_once_more),
		T(what_it_shows_then_counts), T(what_it_shows_then_is_not_said_to_be_lacking),
		T(out_of_time_what_was_refused_says_nothing),
		T(out_of_time_who_hung_up_is_not_to_blame_yet),
		T(out_of_time_what_was_given_up_is_not_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
