/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/resolver.c: whom it asks, what it takes for an answer, when it gives up.  The
 * servers and the clock are played here, over the miniature DNS of tests/world.h; every exchange
 * goes over wire format.
 */
#include "dns/resolver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/wire.h"
#include "tests/world.h"

enum mode { GOOD, STRIP, SERVFAIL, REFUSED, SILENT, DEAF, GARBAGE, TRUNCATE, TRUNCATE_ALL, WRONG_ID,
	WRONG_NAME, WRONG_TYPE, WRONG_ADDRESS, WRONG_PORT, NOT_A_REPLY, NO_QUESTION, NO_KEYS, NO_DNSSEC, NO_UDP,
	NO_TCP, CUT_UDP, STRAYS };

static struct dns_res *res;
static struct dns_config cfg;
static enum mode mode[DNS_MAX_SERVERS];
static unsigned asked[DNS_MAX_SERVERS], over_tcp, rounds;
static uint64_t mono;
static uint16_t ids;

static void start(void)
{
	memset(res, 0, dns_res_size()); /* as dns.h asks */
	dns_res_init(res, &cfg);
}

static void servers(unsigned n, enum mode a, enum mode b)
{
	unsigned i;

	make_world();
	memset(&cfg, 0, sizeof cfg);
	anchor_add(&cfg.anchors, sg_rr_ds(root.apex, &k_root, 2));
	cfg.nservers = n;
	for (i = 0; i < n; i++) {
		cfg.servers[i].family = 4;
		cfg.servers[i].a[0] = 127;
		cfg.servers[i].a[3] = (uint8_t)(1 + i);
		cfg.servers[i].port = 53;
	}
	mode[0] = a;
	mode[1] = b;
	memset(asked, 0, sizeof asked);
	over_tcp = rounds = 0;
	mono = 1000;
	start();
}

static unsigned server_of(const struct dns_xchg *x)
{
	return x->to.a[3] - 1u;
}

/* Feed an exact-size heap copy. */
static void feed(unsigned slot, const struct dns_addr *from, const uint8_t *wire, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, wire, len);
	dns_res_feed(res, slot, from, copy, len, SG_NOW, mono);
	free(copy);
}

static void strip(struct sg_msg *m)
{
	unsigned i;

	for (i = m->n; i-- > 0;)
		if (m->rr[i].type == DNS_RRSIG || m->rr[i].type == DNS_NSEC || m->rr[i].type == DNS_NSEC3)
			sg_msg_remove(m, i);
}

static size_t answer_to(const struct dns_xchg *x, uint8_t *wire, size_t cap, bool stripped)
{
	static struct sg_msg m;
	const uint8_t *name = x->out + 12;

	sg_answer(&world, &m, name, dns_get16(name + dns_name_len(name)));
	if (stripped)
		strip(&m);
	return sg_msg_wire(&m, dns_get16(x->out), 0x8180, wire, cap);
}

/* What does not match must change nothing: the exchange goes on waiting. */
static void feed_ignored(unsigned slot, const struct dns_addr *from, const uint8_t *wire, size_t len)
{
	uint32_t serial = dns_res_xchg(res, slot)->serial;

	feed(slot, from, wire, len);
	assert_int_equal(dns_res_xchg(res, slot)->state, DNS_X_WAIT);
	assert_int_equal(dns_res_xchg(res, slot)->serial, serial);
}

/* A datagram that is not the reply, made from the one that is. */
static void feed_wrong(unsigned slot, enum mode how, uint8_t *wire, size_t len)
{
	const struct dns_xchg *x = dns_res_xchg(res, slot);
	struct dns_addr from = x->to;
	size_t type_at = 12 + dns_name_len(wire + 12);

	if (how == WRONG_ID)
		wire[1] ^= 1;
	else if (how == WRONG_TYPE)
		wire[type_at + 1] ^= 1;
	else if (how == WRONG_ADDRESS)
		from.a[3] = 77;
	else if (how == WRONG_PORT)
		from.port = 54;
	else if (how == NOT_A_REPLY)
		wire[2] &= 0x7f;
	else if (how == WRONG_NAME && wire[12] != 0)
		wire[13] = wire[13] == 'q' ? 'r' : 'q';
	else if (how == WRONG_NAME)
		wire[type_at + 1] ^= 1; /* the root has no letters */
	feed_ignored(slot, &from, wire, len);
}

/* One reply, or the want of it; false: nothing came. */
static bool reply(unsigned slot)
{
	static uint8_t wire[DNS_WIRE_MAX];
	const struct dns_xchg *x = dns_res_xchg(res, slot);
	struct dns_addr to = x->to;
	enum mode how = mode[server_of(x)];
	size_t len = answer_to(x, wire, sizeof wire, how == STRIP || how == NO_DNSSEC);
	uint16_t type;

	switch (how) {
	case SILENT:
		return false;
	case NO_UDP:
		if (!x->tcp)
			return false;
		break;
	case NO_TCP: /* and all is truncated */
		if (x->tcp) {
			dns_res_fail(res, slot, "connection refused", SG_NOW, mono);
			return true;
		}
		wire[2] |= 2;
		break;
	case CUT_UDP:
		len -= x->tcp ? 0 : 3;
		break;
	case STRAYS:
		wire[1] ^= 1;
		if (!x->tcp)
			feed_ignored(slot, &to, wire, len);
		return false;
	case NO_KEYS: case NO_DNSSEC: /* NOERROR, and nothing in it */
		type = dns_get16(wire + 12 + dns_name_len(wire + 12));
		if (type == DNS_DNSKEY || (type == DNS_DS && how == NO_DNSSEC)) {
			memset(wire + 6, 0, 6);
			len = 12 + dns_name_len(wire + 12) + 4;
		}
		break;
	case DEAF:
		dns_res_fail(res, slot, "connection refused", SG_NOW, mono);
		return true;
	case SERVFAIL: case REFUSED:
		wire[3] = (uint8_t)(0x80 | (how == SERVFAIL ? 2 : 5));
		break;
	case NO_QUESTION: /* an error without the question */
		memset(wire + 4, 0, 8);
		wire[3] = 0x81;
		len = 12;
		break;
	case GARBAGE:
		len -= 3;
		break;
	case TRUNCATE: case TRUNCATE_ALL:
		if (!x->tcp || how == TRUNCATE_ALL)
			wire[2] |= 2;
		break;
	case WRONG_ID: case WRONG_NAME: case WRONG_TYPE: case WRONG_ADDRESS: case WRONG_PORT:
	case NOT_A_REPLY:
		feed_wrong(slot, how, wire, len);
		len = answer_to(x, wire, sizeof wire, false);
		break;
	default:
		break;
	}
	feed(slot, &to, wire, len);
	return true;
}

/* Send what is to be sent; in slots: what then waits. */
static unsigned send_all(unsigned slots[DNS_MAX_XCHG])
{
	unsigned i, n = 0;

	for (i = 0; i < DNS_MAX_XCHG; i++) {
		const struct dns_xchg *x = dns_res_xchg(res, i);

		if (x->state == DNS_X_START) {
			dns_res_sent(res, i, ids += 7, mono);
			assert_int_equal(x->state, DNS_X_WAIT);
			assert_true(x->deadline > mono && x->outlen > 12);
			assert_int_equal(dns_get16(x->out), ids);
			assert_true(x->out[3] & 0x10); /* CD: RFC 4035 section 3.2.2 */
			asked[server_of(x)]++;
			over_tcp += x->tcp;
		}
		if (x->state == DNS_X_WAIT)
			slots[n++] = i;
	}
	return n;
}

/* One round trip: all that waits is answered.  The next one is 10 ms on, or at the deadline. */
static void turn(void)
{
	unsigned slots[DNS_MAX_XCHG], i, n = send_all(slots);
	bool any = false;

	rounds++;
	mono += 10;
	for (i = 0; i < n; i++)
		any = reply(slots[i]) || any;
	if (!any) {
		uint64_t d = dns_res_deadline(res);

		assert_true(d != UINT64_MAX);
		mono = d > mono ? d : mono;
		dns_res_expire(res, SG_NOW, mono);
	}
}

static const struct dns_result *finish(int id)
{
	const struct dns_result *r;
	unsigned n = 0;

	assert_true(id >= 0);
	while ((r = dns_res_result(res, id)) == NULL) {
		assert_true(n++ < 200);
		turn();
	}
	return r;
}

static int begin(const char *name, uint16_t type)
{
	return dns_res_lookup(res, sg_name(name), type, SG_NOW, mono);
}

static const struct dns_result *is(const char *name, uint16_t type, enum dns_sec want)
{
	const struct dns_result *r = finish(begin(name, type));

	if (r->state != want)
		print_error("%s: %s: %s\n", name, dns_sec_str(r->state), r->reason);
	assert_int_equal(r->state, want);
	assert_true(r->state == DNS_SEC_SECURE || r->reason[0]);
	return r;
}

/* ---- rounds ------------------------------------------------------------------------------ */

static void cold_tlsa_in_two_rounds(void **state)
{
	const struct dns_result *r;
	unsigned queries, verifies;

	(void)state;
	servers(1, GOOD, GOOD);
	r = is("_25._tcp.mx.example.test", DNS_TLSA, DNS_SEC_SECURE);
	assert_true(dns_result_has_data(r));
	assert_true(rounds <= 2);
	assert_true(r->rounds <= 2);
	dns_res_stats(res, &queries, &verifies);
	assert_int_equal(queries, asked[0]);
	assert_true(queries <= 12 && verifies >= 5);
}

static void no_verification_twice_in_a_process(void **state)
{
	unsigned queries, cold, warm;
	int id;

	(void)state;
	servers(1, GOOD, GOOD);
	id = begin("www.n3.test", DNS_A);
	assert_int_equal(finish(id)->state, DNS_SEC_SECURE);
	dns_res_stats(res, &queries, &cold);
	assert_int_equal(res->lk[id].work.good, cold);
	dns_res_done(res, id);
	mono += 100000000; /* the messages are too old: all is asked again */
	id = begin("www.n3.test", DNS_A);
	assert_int_equal(finish(id)->state, DNS_SEC_SECURE);
	dns_res_stats(res, &queries, &warm);
	assert_int_equal(queries, asked[0]);
	assert_int_equal(warm, cold);
	assert_int_equal(res->lk[id].work.good, 0);
}

/* The parts of the limits are kept for what other servers say: where there is no other, all of them
   are for the one, as when iterating with one server for each zone. */
static void without_another_server_no_part_is_kept(void **state)
{
	int id;

	(void)state;
	servers(1, GOOD, GOOD);
	id = begin("www.example.test", DNS_A);
	res->lk[id].work.parts = DNS_PARTS;
	res->lk[id].work.fail_cost = DNS_MAX_FAIL_COST / DNS_PARTS;
	assert_int_equal(finish(id)->state, DNS_SEC_SECURE);
	assert_int_equal(res->lk[id].work.part, DNS_PARTS - 1);
}

/* What comes for one look-up is no work of another that waits for something else */
static void others_messages_are_no_work(void **state)
{
	unsigned slots[DNS_MAX_XCHG], i, n, held = DNS_MAX_XCHG;
	int a, b;
	uint32_t before;

	(void)state;
	servers(1, GOOD, GOOD);
	a = begin("alias.example.test", DNS_A);
	n = send_all(slots);
	for (i = 0; i < n; i++)
		if (dns_get16(dns_res_xchg(res, slots[i])->out +
		    dns_res_xchg(res, slots[i])->outlen - 15) != DNS_DS || held < DNS_MAX_XCHG)
			reply(slots[i]);
		else
			held = slots[i];
	assert_true(held < DNS_MAX_XCHG);
	assert_null(dns_res_result(res, a));
	before = res->lk[a].work.spent;
	assert_true(before > 0);
	b = begin("www.n3.test", DNS_A);
	n = send_all(slots);
	for (i = 0; i < n; i++)
		if (slots[i] != held)
			reply(slots[i]);
	assert_true(dns_res_result(res, b) != NULL || res->lk[b].work.spent > 0);
	assert_int_equal(res->lk[a].work.spent, before);
	assert_int_equal(finish(a)->state, DNS_SEC_SECURE);
	assert_int_equal(finish(b)->state, DNS_SEC_SECURE);
}

static void cold_denials_in_two_rounds(void **state)
{
	static const char *const names[] = { "_25._tcp.www.example.test", "_25._tcp.no.n3.test",
		"_25._tcp.www.unsigned.test", "_25._tcp.far.example.test" };
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		servers(1, GOOD, GOOD);
		is(names[i], DNS_TLSA, i == 2 ? DNS_SEC_INSECURE : DNS_SEC_SECURE);
		assert_true(rounds <= 2);
	}
}

static void warm_costs_nothing(void **state)
{
	unsigned before;

	(void)state;
	servers(1, GOOD, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	before = asked[0];
	is("WWW.example.TEST", DNS_A, DNS_SEC_SECURE);
	assert_int_equal(asked[0], before);
	mono += 4000 * UINT64_C(1000); /* past every TTL */
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(asked[0] > before);
}

static void questions_are_shared(void **state)
{
	int a, b, c;

	(void)state;
	servers(1, GOOD, GOOD);
	a = begin("www.example.test", DNS_A);
	b = begin("www.example.test", DNS_AAAA);
	c = begin("mx.example.test", DNS_A);
	assert_true(a != b && b != c && a != c);
	turn();
	assert_true(asked[0] <= 14);
	assert_int_equal(finish(a)->state, DNS_SEC_SECURE);
	assert_int_equal(finish(b)->state, DNS_SEC_SECURE);
	assert_int_equal(finish(c)->state, DNS_SEC_SECURE);
	assert_false(dns_result_has_data(finish(b)));
}

static void places_run_out_and_come_back(void **state)
{
	int i;

	(void)state;
	servers(1, GOOD, GOOD);
	for (i = 0; i < DNS_MAX_LOOKUPS; i++)
		assert_int_equal(begin("www.example.test", DNS_A), i);
	assert_int_equal(begin("www.example.test", DNS_A), -1);
	dns_res_done(res, 5);
	assert_int_equal(begin("mx.example.test", DNS_A), 5);
	assert_int_equal(finish(5)->state, DNS_SEC_SECURE);
	assert_int_equal(finish(6)->state, DNS_SEC_SECURE);
}

/* ---- RFC 5452 section 9.1 ------------------------------------------------------------------ */

static void rfc5452_9_1_what_does_not_match_is_ignored(void **state)
{
	static const enum mode wrong[] = { WRONG_ID, WRONG_NAME, WRONG_TYPE, WRONG_ADDRESS, WRONG_PORT,
		NOT_A_REPLY };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		servers(1, wrong[i], GOOD);
		is("www.example.test", DNS_A, DNS_SEC_SECURE);
		assert_true(rounds <= 2);
	}
}

static void short_datagrams_are_ignored(void **state)
{
	static const uint8_t junk[64];
	unsigned slots[DNS_MAX_XCHG], i;
	int id;

	(void)state;
	servers(1, GOOD, GOOD);
	id = begin("www.example.test", DNS_A);
	assert_true(send_all(slots) > 0);
	for (i = 0; i < sizeof junk; i++)
		feed_ignored(slots[0], &cfg.servers[0], junk, i);
	assert_int_equal(finish(id)->state, DNS_SEC_SECURE);
}

/* Every cut of a true reply: ignored or refused, never believed and never read past its end. */
static void cut_replies(void **state)
{
	static uint8_t wire[DNS_WIRE_MAX];
	unsigned slots[DNS_MAX_XCHG];
	const struct dns_result *r;
	size_t len, n;

	(void)state;
	for (n = 0; n < 200; n += 3) {
		servers(1, GOOD, GOOD);
		assert_true(begin("www.example.test", DNS_A) >= 0);
		send_all(slots);
		len = answer_to(dns_res_xchg(res, slots[0]), wire, sizeof wire, false);
		feed(slots[0], &cfg.servers[0], wire, n < len ? n : len - 1);
		r = dns_res_result(res, 0); /* with one server that may be the end of it */
		assert_true(r == NULL || r->state == DNS_SEC_INDETERMINATE);
	}
}

static void a_slot_that_is_free_takes_nothing(void **state)
{
	static const uint8_t junk[64];

	(void)state;
	servers(1, GOOD, GOOD);
	feed(3, &cfg.servers[0], junk, sizeof junk);
	dns_res_fail(res, 3, "x", SG_NOW, mono);
	assert_int_equal(dns_res_xchg(res, 3)->state, DNS_X_FREE);
	assert_true(dns_res_deadline(res) == UINT64_MAX);
}

/* ---- TCP ------------------------------------------------------------------------------------- */

static void rfc7766_5_truncated_goes_on_over_tcp(void **state)
{
	(void)state;
	servers(1, TRUNCATE, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(over_tcp > 0 && over_tcp * 2 == asked[0]);
}

static void truncated_over_tcp_is_of_no_use(void **state)
{
	const struct dns_result *r;

	(void)state;
	servers(1, TRUNCATE_ALL, GOOD);
	r = is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r->reason, "truncated"));
	servers(2, TRUNCATE_ALL, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
}

static void tcp_reply_to_something_else_ends_it(void **state)
{
	static uint8_t wire[DNS_WIRE_MAX];
	unsigned slots[DNS_MAX_XCHG], i, n;
	size_t len;

	(void)state;
	servers(1, TRUNCATE, GOOD);
	assert_true(begin("www.example.test", DNS_A) >= 0);
	turn();
	n = send_all(slots);
	for (i = 0; i < n && !dns_res_xchg(res, slots[i])->tcp; i++)
		;
	assert_true(i < n);
	len = answer_to(dns_res_xchg(res, slots[i]), wire, sizeof wire, false);
	wire[0] ^= 0x80;
	feed(slots[i], &cfg.servers[0], wire, len);
	assert_int_not_equal(dns_res_xchg(res, slots[i])->state, DNS_X_WAIT);
	assert_int_equal(finish(0)->state, DNS_SEC_SECURE);
}

/* ---- servers that fail ---------------------------------------------------------------------------- */

static void next_server_after(enum mode how)
{
	servers(2, how, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(asked[1] > 0);
}

static void another_server_after_an_error(void **state)
{
	(void)state;
	next_server_after(SERVFAIL);
	next_server_after(REFUSED);
	next_server_after(GARBAGE);
	next_server_after(NO_QUESTION);
	next_server_after(SILENT);
	next_server_after(DEAF);
}

/* What is bogus is soon asked for anew, whatever its TTL. */
static void rfc4035_4_7_bogus_is_not_kept(void **state)
{
	(void)state;
	servers(1, STRIP, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	mode[0] = GOOD;
	mono += 4000;
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
}

/* FORMERR without the question, as servers do that do not know OPT. */
static void rfc6891_7_formerr_next_server(void **state)
{
	(void)state;
	next_server_after(NO_QUESTION);
	servers(1, NO_QUESTION, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
}

static void only_errors_indeterminate(void **state)
{
	const struct dns_result *r;

	(void)state;
	servers(2, SERVFAIL, REFUSED);
	r = is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_int_equal(r->ede, DNS_EDE_NO_REACHABLE);
	assert_non_null(strstr(r->reason, "SERVFAIL"));
	assert_non_null(strstr(r->reason, "REFUSED"));
	assert_non_null(strstr(r->reason, "127.0.0.1:53"));
	assert_false(r->failed_local);
	assert_int_not_equal(r->rcode, DNS_NOERROR); /* nobody said so */
}

static void silence_is_tried_again_then_local(void **state)
{
	const struct dns_result *r;

	(void)state;
	servers(1, SILENT, GOOD);
	r = is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_true(r->failed_local);
	assert_true(asked[0] >= 3);
	assert_true(mono <= 1000 + 20000); /* within the time for a look-up */
	servers(1, SILENT, GOOD);
	assert_true(begin("www.example.test", DNS_A) >= 0);
	turn();
	mode[0] = GOOD;
	is("www.example.test", DNS_A, DNS_SEC_SECURE); /* one lost round is no failure */
}

static void lookup_time_is_bounded(void **state)
{
	const struct dns_result *r;

	(void)state;
	servers(1, SILENT, GOOD);
	cfg.lookup_ms = 700;
	start();
	r = is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_true(mono <= 1700);
	assert_non_null(strstr(r->reason, "www.example.test"));
}

static void query_limit(void **state)
{
	const struct dns_result *r;
	int id;

	(void)state;
	servers(1, GOOD, GOOD);
	id = begin("far.example.test", DNS_A);
	res->lk[id].queries = DNS_MAX_QUERIES; /* n3.test was not foreseen */
	r = finish(id);
	assert_int_equal(r->state, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r->reason, "limit"));
}

/* ---- servers that lie ------------------------------------------------------------------------------ */

static void stripping_then_good(const char *name, uint16_t type)
{
	servers(2, STRIP, GOOD);
	is(name, type, DNS_SEC_SECURE);
	servers(2, GOOD, STRIP);
	is(name, type, DNS_SEC_SECURE);
}

static void one_resolver_strips(void **state)
{
	(void)state;
	stripping_then_good("www.example.test", DNS_A);
	stripping_then_good("_25._tcp.mx.example.test", DNS_TLSA);
	stripping_then_good("no.example.test", DNS_A);
	stripping_then_good("x.wild.n3.test", DNS_A);
	stripping_then_good("far.example.test", DNS_A);
}

static void both_strip_bogus(void **state)
{
	const struct dns_result *r;

	(void)state;
	servers(2, STRIP, STRIP);
	r = is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r->len, 0);
	assert_true(asked[0] > 0 && asked[1] > 0);
	servers(1, STRIP, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
}

static void stripping_and_no_other_to_ask_bogus(void **state)
{
	(void)state;
	servers(2, STRIP, SERVFAIL);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	servers(2, STRIP, SILENT);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
}

/* ---- the quality of resolvers -------------------------------------------------- */

static void rfc7766_5_over_tcp_when_datagrams_are_lost(void **state)
{
	(void)state;
	servers(1, NO_UDP, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(over_tcp > 0 && mono <= 1000 + 2 * 1600);
	servers(1, CUT_UDP, GOOD); /* at once: the server is there */
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(over_tcp > 0 && mono <= 1000 + 100);
}

static void a_late_reply_still_counts(void **state)
{
	unsigned slots[DNS_MAX_XCHG], i, n;
	const struct dns_result *r;
	int id;

	(void)state;
	servers(1, GOOD, GOOD);
	id = begin("www.example.test", DNS_A);
	n = send_all(slots);
	mono = dns_res_deadline(res);
	dns_res_expire(res, SG_NOW, mono);
	for (i = 0; i < n; i++) /* asked again beside, and still waited for */
		assert_int_equal(dns_res_xchg(res, slots[i])->state, DNS_X_WAIT);
	mono += 500;
	for (i = 0; i < n; i++)
		assert_true(reply(slots[i]));
	r = dns_res_result(res, id);
	assert_non_null(r);
	assert_int_equal(r->state, DNS_SEC_SECURE);
	assert_int_equal(asked[0], n); /* what was to be asked again was not */
	for (i = 0; i < DNS_MAX_XCHG; i++)
		assert_int_equal(dns_res_xchg(res, i)->state, DNS_X_FREE);
	assert_int_equal(res->timeouts[0], 0);
}

/* A late exchange has no say once its question is settled, or is another's. */
static void a_late_reply_to_nothing_is_dropped(void **state)
{
	unsigned slots[DNS_MAX_XCHG], n;
	uint64_t end;

	(void)state;
	servers(2, SILENT, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	dns_res_done(res, 0);
	n = send_all(slots);
	end = mono + 11000;
	while (n > 0) { /* what is still open ends by itself */
		mono = dns_res_deadline(res);
		assert_true(mono <= end);
		dns_res_expire(res, SG_NOW, mono);
		n = send_all(slots);
	}
	assert_true(dns_res_deadline(res) == UINT64_MAX);
}

static void a_dead_resolver_costs_once(void **state)
{
	uint64_t before;

	(void)state;
	servers(2, SILENT, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(mono <= 1000 + 1500);
	before = mono;
	is("_25._tcp.mx.example.test", DNS_TLSA, DNS_SEC_SECURE);
	is("no.n3.test", DNS_A, DNS_SEC_SECURE);
	assert_true(mono <= before + 100);
}

static void seven_of_eight_dead(void **state)
{
	unsigned i;

	(void)state;
	servers(8, SILENT, SILENT);
	for (i = 2; i < 7; i++)
		mode[i] = SILENT;
	mode[7] = GOOD;
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(mono <= 1000 + 6000);
	for (i = 2; i < 7; i++)
		mode[i] = GOOD;
}

/* RFC 4033 section 5: nobody carries a DNSKEY, DS or RRSIG record, so nothing is known: no verdict on
   the zone.  A key set without signatures is another matter (both_strip_bogus). */
static void no_dnssec_at_all_indeterminate(void **state)
{
	const struct dns_result *r;

	(void)state;
	servers(1, NO_DNSSEC, GOOD);
	r = is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r->reason, "127.0.0.1:53"));
	assert_non_null(strstr(r->reason, "no answer held any DNSSEC record"));
	assert_int_equal(r->len, 0);
	assert_false(r->failed_local);
	servers(2, NO_DNSSEC, NO_DNSSEC);
	is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	servers(2, NO_DNSSEC, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	servers(2, GOOD, NO_DNSSEC);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	servers(1, NO_DNSSEC, GOOD);
	cfg.anchors.a[0].rdata[2] = 200; /* an algorithm that is not supported needs no keys */
	start();
	is("www.example.test", DNS_A, DNS_SEC_INSECURE);
}

/* The anchor's zone is known to be signed, and its signatures come: withheld keys are bogus */
static void no_keys_at_the_anchor_bogus(void **state)
{
	(void)state;
	servers(1, NO_KEYS, GOOD);
	assert_int_equal(is("www.example.test", DNS_A, DNS_SEC_BOGUS)->ede, DNS_EDE_NO_DNSKEY);
	servers(2, NO_KEYS, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	servers(2, GOOD, NO_KEYS);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
}

static void reasons_name_each_resolver(void **state)
{
	const struct dns_result *r;

	(void)state;
	servers(2, STRIP, STRIP);
	r = is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_non_null(strstr(r->reason, "resolver 127.0.0.1:53: an answer to"));
	assert_non_null(strstr(r->reason, "resolver 127.0.0.2:53: an answer to"));
	servers(1, STRIP, GOOD);
	r = is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_non_null(strstr(r->reason, "resolver 127.0.0.1:53: an answer to"));
	servers(2, STRIP, SERVFAIL);
	r = is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_non_null(strstr(r->reason, "resolver 127.0.0.1:53: an answer to"));
	assert_non_null(strstr(r->reason, "resolver 127.0.0.2:53: SERVFAIL"));
	servers(1, NO_TCP, GOOD);
	r = is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r->reason, "a truncated reply; over TCP: connection refused"));
	servers(1, STRAYS, GOOD);
	r = is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r->reason, "do not match the question"));
	servers(2, SILENT, STRIP);
	cfg.lookup_ms = 700; /* the time is up first */
	start();
	r = is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r->reason, "still waiting for"));
}

/* A zone that is bogus at its origin tells nothing against the resolver that carried it. */
static void a_bogus_zone_is_not_the_resolvers_fault(void **state)
{
	(void)state;
	servers(2, STRIP, STRIP);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_false(res->distrust[0] || res->distrust[1]);
	servers(2, STRIP, GOOD);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(res->distrust[0] && !res->distrust[1]);
	assert_int_equal(dns_x_best_server(res, 0), 1);
	res->timeouts[1] = 3; /* dead is worse than lying: what lies can be seen through */
	assert_int_equal(dns_x_best_server(res, 0), 0);
}

static void a_resolver_named_twice_is_asked_once(void **state)
{
	(void)state;
	servers(2, SERVFAIL, SERVFAIL);
	cfg.servers[1] = cfg.servers[0];
	start();
	is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_int_equal(res->cfg.nservers, 1);
	assert_int_equal(asked[1], 0);
}

/* ---- for how long ------------------------------------------------------------------ */

/* A message of one record for www.example.test A, as the only server's reply. */
static uint64_t kept_for(unsigned section, uint16_t type, uint32_t ttl, const uint8_t *rd, size_t n)
{
	uint8_t wire[512];
	unsigned slots[DNS_MAX_XCHG];
	const struct dns_xchg *x;
	size_t q;

	servers(1, GOOD, GOOD);
	begin("www.example.test", DNS_A);
	assert_true(send_all(slots) > 0);
	x = dns_res_xchg(res, slots[0]);
	q = 12 + dns_name_len(x->out + 12) + 4;
	memcpy(wire, x->out, q);
	memset(wire + 6, 0, 6);
	wire[2] = 0x81;
	wire[section == DNS_ANSWER ? 7 : 9] = 1;
	dns_put16(wire + q, 0xc00c);
	dns_put16(wire + q + 2, type);
	dns_put16(wire + q + 4, DNS_IN);
	dns_put16(wire + q + 6, (uint16_t)(ttl >> 16));
	dns_put16(wire + q + 8, (uint16_t)ttl);
	dns_put16(wire + q + 10, (uint16_t)n);
	memcpy(wire + q + 12, rd, n);
	feed(slots[0], &cfg.servers[0], wire, q + 12 + n);
	assert_int_equal(res->store.e[x->entry].state, DNS_E_MSG);
	return (res->store.e[x->entry].expires - mono) / 1000;
}

static void rfc2308_5_a_denial_lasts_as_the_soa_says(void **state)
{
	static const uint8_t soa[22] = { 0, 0, [20] = 0, 60 }, a[4] = { 1, 2, 3, 4 };
	static const uint8_t rrsig[] = { 0, 1, 13, 3, 0, 0, 0, 90, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 9 };
	static const uint8_t ns[1] = { 0 };

	(void)state;
	assert_int_equal(kept_for(DNS_AUTHORITY, DNS_SOA, 3600, soa, 22), 60);
	assert_int_equal(kept_for(DNS_AUTHORITY, DNS_SOA, 30, soa, 22), 30);
	assert_int_equal(kept_for(DNS_AUTHORITY, DNS_NS, 3600, ns, 1), 0); /* no SOA: not at all */
	assert_int_equal(kept_for(DNS_ANSWER, DNS_A, 3600, a, 4), 3600);
	assert_int_equal(kept_for(DNS_ANSWER, DNS_A, 3600000, a, 4), DNS_MAX_TTL);
	/* RFC 4035 section 5.3.3: the original TTL bounds what a resolver claims */
	assert_int_equal(kept_for(DNS_ANSWER, DNS_RRSIG, 3600, rrsig, sizeof rrsig), 90);
}

static int make(void **state)
{
	(void)state;
	res = malloc(dns_res_size());
	assert_non_null(res);
	return 0;
}

static int tidy(void **state)
{
	(void)state;
	free(res);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cold_tlsa_in_two_rounds),
		cmocka_unit_test(no_verification_twice_in_a_process),
		cmocka_unit_test(without_another_server_no_part_is_kept),
		cmocka_unit_test(others_messages_are_no_work),
		cmocka_unit_test(cold_denials_in_two_rounds),
		cmocka_unit_test(warm_costs_nothing),
		cmocka_unit_test(questions_are_shared),
		cmocka_unit_test(places_run_out_and_come_back),
		cmocka_unit_test(rfc5452_9_1_what_does_not_match_is_ignored),
		cmocka_unit_test(short_datagrams_are_ignored),
		cmocka_unit_test(cut_replies),
		cmocka_unit_test(a_slot_that_is_free_takes_nothing),
		cmocka_unit_test(rfc7766_5_truncated_goes_on_over_tcp),
		cmocka_unit_test(truncated_over_tcp_is_of_no_use),
		cmocka_unit_test(tcp_reply_to_something_else_ends_it),
		cmocka_unit_test(another_server_after_an_error),
		cmocka_unit_test(rfc6891_7_formerr_next_server),
		cmocka_unit_test(rfc4035_4_7_bogus_is_not_kept),
		cmocka_unit_test(only_errors_indeterminate),
		cmocka_unit_test(silence_is_tried_again_then_local),
		cmocka_unit_test(lookup_time_is_bounded),
		cmocka_unit_test(query_limit),
		cmocka_unit_test(one_resolver_strips),
		cmocka_unit_test(both_strip_bogus),
		cmocka_unit_test(stripping_and_no_other_to_ask_bogus),
		cmocka_unit_test(rfc7766_5_over_tcp_when_datagrams_are_lost),
		cmocka_unit_test(a_late_reply_still_counts),
		cmocka_unit_test(a_late_reply_to_nothing_is_dropped),
		cmocka_unit_test(a_dead_resolver_costs_once),
		cmocka_unit_test(seven_of_eight_dead),
		cmocka_unit_test(no_dnssec_at_all_indeterminate),
		cmocka_unit_test(no_keys_at_the_anchor_bogus),
		cmocka_unit_test(reasons_name_each_resolver),
		cmocka_unit_test(a_bogus_zone_is_not_the_resolvers_fault),
		cmocka_unit_test(a_resolver_named_twice_is_asked_once),
		cmocka_unit_test(rfc2308_5_a_denial_lasts_as_the_soa_says),
	};

	return cmocka_run_group_tests(tests, make, tidy);
}
