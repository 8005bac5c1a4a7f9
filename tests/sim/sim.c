/* SPDX-License-Identifier: ISC */
/*
 * tests/sim/sim.c: drives the resolver core with a virtual clock against simulated servers, good,
 * bad and dead, and compares each result with what is true.  Everything follows from the seed.
 *
 *	sim [-seed N] [-n LOOKUPS] [-life N] [-v]
 *
 * A "life" is one resolver: forwarding or iterating, with servers that behave or do not, and a
 * number of look-ups, some at the same time.  -life runs that life alone; -v prints its traffic.
 */
#include "tests/sim/spoil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/wire.h"

enum { EVENTS = 512, LOOKUP_MS = 20000, FORWARDERS = 3 };

/* ---- one life ----------------------------------------------------------------------- */

struct event {
	bool used, fail;
	uint64_t at;
	unsigned slot;
	uint32_t serial;
	struct dns_addr from;
	size_t len;
	uint8_t *wire;
};
struct asked {
	int lookup;               /* -1: free */
	unsigned question;
	uint64_t deadline;
	bool later;               /* begun well after all servers had mended their ways */
};

static struct dns_config cfg;
static struct dns_res *res;
static struct event events[EVENTS];
static struct asked asked[6];
static uint64_t mono, away[FORWARDERS + 1], seed, life;
static bool benign, verbose;
static bool aimed;                /* the answers to the look-ups' own questions alone are bad */
static unsigned hot;              /* a question that this life asked */
static unsigned badness;          /* of 100 replies, this many are bad */
static unsigned favourite;        /* enum bad that this life's servers like; BADS: none */
static unsigned good_servers;     /* bit a resolver that behaves in a life that does not */
static unsigned count[5], false_states, unended, inexact, life_sent;
static uint64_t reform;           /* from then on all servers behave */
static unsigned redeemable, redeemed, well_behaved, after, after_exact;

static int64_t now(void)
{
	return SG_NOW + (int64_t)(mono / 1000);
}

static void say(const char *what, const uint8_t *name, uint16_t type, const char *more)
{
	char n[DNS_NAME_TEXT], t[16];

	if (verbose)
		printf("%8llu %s %s %s %s\n", (unsigned long long)mono, what, dns_name_str(name, n, sizeof n),
		    dns_type_str(type, t, sizeof t), more);
}

static void post(unsigned slot, const struct dns_addr *from, const uint8_t *wire, size_t len,
    unsigned delay)
{
	unsigned i;

	for (i = 0; i < EVENTS && events[i].used; i++)
		;
	if (i == EVENTS)
		return; /* the network drops it */
	events[i].used = true;
	events[i].fail = wire == NULL;
	events[i].at = mono + delay;
	events[i].slot = slot;
	events[i].serial = dns_res_xchg(res, slot)->serial;
	events[i].from = *from;
	events[i].len = len;
	events[i].wire = NULL;
	if (wire != NULL && (events[i].wire = malloc(len ? len : 1)) != NULL)
		memcpy(events[i].wire, wire, len);
}

/* ---- the servers ------------------------------------------------------------------------ */

static unsigned server_index(const struct dns_addr *to)
{
	return cfg.nservers ? to->a[3] - 1u : FORWARDERS;
}

static void deliver(unsigned slot, const struct sw_msg *m, enum bad how, unsigned delay)
{
	static uint8_t wire[SW_WIRE];
	const struct dns_xchg *x = dns_res_xchg(res, slot);
	uint16_t flags = (uint16_t)(cfg.nservers ? 0x8180 : m->aa ? 0x8400 : 0x8000), id =
	    dns_get16(x->out);
	struct dns_addr from = x->to;
	size_t n, i;

	if (how == FORGE || how == FORGE_BARE)
		flags |= DNS_F_AD;
	if (how == SPOOF)
		id = (uint16_t)(id + 1 + sw_draw(3));
	n = sw_wire(m, id, flags, wire);
	if (how == CASE)
		for (i = 12; i < n; i++)
			if (wire[i] >= 'a' && wire[i] <= 'z' && i < 12 + dns_name_len(m->qname))
				wire[i] ^= sw_draw(2) ? 0x20 : 0;
	if (how == FLIP)
		for (i = 1 + sw_draw(3); i-- > 0;)
			wire[2 + sw_draw((uint32_t)n - 2)] ^= (uint8_t)(1u << sw_draw(8));
	if (how == NOT_A_REPLY)
		wire[2] &= 0x7f;
	if (how == SPOOF && sw_draw(2))
		from.a[3] ^= 0x40;
	if ((how == TRUNCATE && sw_draw(4)) || (!x->tcp && n > 1232)) {
		wire[2] |= 2;
		memset(wire + 6, 0, 6);
		n = 12 + dns_name_len(m->qname) + 4;
	}
	post(slot, &from, wire, n, delay);
}

static bool is_target(const struct sw_msg *m)
{
	const uint8_t *name;
	uint16_t type;
	unsigned i;

	for (i = 0; i < 6; i++) {
		if (asked[i].lookup < 0)
			continue;
		sw_question(asked[i].question, &name, &type);
		if (type == m->qtype && dns_name_eq(name, m->qname))
			return true;
	}
	return !aimed;
}

static void answer(unsigned slot, const struct sw_msg *good)
{
	static struct sw_msg m;
	unsigned who = server_index(&dns_res_xchg(res, slot)->to), delay = 5 + sw_draw(60);
	enum bad how = BADS;
	unsigned twice = 1;

	if (!benign && mono < reform && !(good_servers & 1u << who) && sw_draw(100) < badness &&
	    is_target(good))
		how = favourite < BADS && (aimed || sw_draw(3)) ? favourite : sw_draw(BADS);
	if (away[who] > mono)
		how = DROP;
	memcpy(&m, good, offsetof(struct sw_msg, rr) + good->n * sizeof m.rr[0]);
	if (how < BADS)
		say("        !", m.qname, m.qtype, sw_bad_names[how]);
	switch (how) {
	case AWAY:
		away[who] = mono + 1000 + sw_draw(30000);
		return;
	case DROP:
		return;
	case DELAY:
		delay += sw_draw(5000);
		break;
	case TWICE:
		twice = 2;
		break;
	case SERVFAIL: case REFUSED:
		m.n = 0;
		m.rcode = how == SERVFAIL ? DNS_SERVFAIL : DNS_REFUSED;
		break;
	case CONN_REFUSED:
		post(slot, &dns_res_xchg(res, slot)->to, NULL, 0, delay);
		return;
	case OTHER_MESSAGE: /* its question does not match: ignored, then the good one */
		deliver(slot, sw_any_message(), BADS, sw_draw(delay));
		break;
	case SPOOF: {
		deliver(slot, &m, SPOOF, sw_draw(delay));
		how = BADS;
		break;
	}
	default:
		sw_spoil(&m, how);
		if (how < BADS && sw_draw(3) == 0) /* and something else besides */
			sw_spoil(&m, STRIP_SIGS + sw_draw(BADS - STRIP_SIGS));
	}
	while (twice-- > 0)
		deliver(slot, &m, how, delay + sw_draw(20));
}

/* A query goes out. */
static void serve(unsigned slot)
{
	const struct dns_xchg *x;
	const struct sw_server *s;
	const uint8_t *name;
	uint16_t type;
	char to[32];

	if (dns_res_xchg(res, slot)->to.family == 6) { /* connect() fails: nothing goes out */
		dns_res_fail(res, slot, "network is unreachable", now(), mono);
		return;
	}
	dns_res_sent(res, slot, (uint16_t)sw_draw(65536), mono);
	life_sent++;
	x = dns_res_xchg(res, slot);
	name = x->out + 12;
	type = dns_get16(name + dns_name_len(name));
	snprintf(to, sizeof to, "%u.%u.%u.%u", x->to.a[0], x->to.a[1], x->to.a[2], x->to.a[3]);
	say(x->tcp ? "ask (TCP)" : "ask", name, type, to);
	if (cfg.nservers) {
		answer(slot, sw_recursive(name, type));
		return;
	}
	s = sw_server_at(&x->to);
	if (s != NULL && !s->dead)
		answer(slot, sw_authoritative(s, name, type));
}

static void serve_all(void)
{
	unsigned slot = 0;

	while (slot < DNS_MAX_XCHG)
		if (dns_res_xchg(res, slot)->state != DNS_X_START)
			slot++;
		else {
			serve(slot);
			slot = 0; /* what failed at once made room for another */
		}
}

/* ---- judging -------------------------------------------------------------------------- */

static void complain(const char *what, unsigned question, const struct dns_result *r)
{
	char n[DNS_NAME_TEXT], t[16];
	const uint8_t *name;
	uint16_t type;

	sw_question(question, &name, &type);
	printf("not ok sim: %s: %s %s came out %s (%s): sim -seed %llu -life %llu -v\n", what,
	    dns_name_str(name, n, sizeof n), dns_type_str(type, t, sizeof t),
	    r ? dns_sec_str(r->state) : "without a result", r ? r->reason : "",
	    (unsigned long long)seed, (unsigned long long)life);
}

static void judge(struct asked *a)
{
	const struct dns_result *r = dns_res_result(res, a->lookup);
	struct sw_truth t;
	const uint8_t *name;
	uint16_t type;
	const char *bad;

	sw_question(a->question, &name, &type);
	sw_truth(name, type, &t);
	say("    result", name, type, dns_sec_str(r->state));
	count[r->state]++;
	well_behaved += benign;
	bad = sw_check_sound(r);
	if (bad != NULL) {
		false_states++;
		complain(bad, a->question, r);
	} else if (benign && (bad = sw_check_exact(r, &t)) != NULL) {
		inexact++;
		complain(bad, a->question, r);
	} else if (a->later) {
		after++;
		after_exact += sw_check_exact(r, &t) == NULL;
	} else if (!benign && good_servers) {
		redeemable++;
		redeemed += sw_check_exact(r, &t) == NULL;
	}
	dns_res_done(res, a->lookup);
	a->lookup = -1;
}

/* ---- the clock ------------------------------------------------------------------------- */

static void run_events(void)
{
	unsigned i;

	for (i = 0; i < EVENTS; i++) {
		struct event *e = &events[i];
		const struct dns_xchg *x = dns_res_xchg(res, e->slot);

		if (!e->used || e->at > mono)
			continue;
		e->used = false;
		/* what comes late finds its socket closed; seldom, another at its port */
		if (x->state == DNS_X_WAIT && (x->serial == e->serial || (!e->fail && sw_draw(8) == 0))) {
			if (e->fail)
				dns_res_fail(res, e->slot, "connection refused", now(), mono);
			else
				dns_res_feed(res, e->slot, &e->from, e->wire, e->len, now(), mono);
		}
		free(e->wire);
		e->wire = NULL;
	}
}

static uint64_t next_time(uint64_t lookup_at)
{
	uint64_t t = dns_res_deadline(res);
	unsigned i;

	for (i = 0; i < EVENTS; i++)
		if (events[i].used && events[i].at < t)
			t = events[i].at;
	return lookup_at < t ? lookup_at : t;
}

/* Might the attack that this life's servers like work on the question? */
static bool suits(const uint8_t *name, uint16_t type)
{
	struct sw_truth t;
	const uint8_t *wild;

	switch (favourite) {
	case REOWN: /* below a wildcard's parent, where something closer is */
		wild = dns_name_labels(name) > 2 ? dns_name_suffix(name, 3) : name;
		return type == DNS_A && dns_name_labels(name) > 3 && !memcmp(wild, "\004wild", 5);
	case WITHHOLD:
		sw_truth(name, type, &t);
		return t.n > 1 && t.step[t.n - 1].kind == SW_DATA;
	case CHILD_DS:
		return type == DNS_DS;
	case PARENT_DENIAL:
		return type != DNS_DS && name[0] != 0 && sw_zone_of(name, DNS_A)->key == NULL;
	case FORGE: case FORGE_BARE:
		return type == DNS_A;
	default:
		return true;
	}
}

static unsigned pick_question(void)
{
	const struct sw_zone *z;
	const uint8_t *name;
	uint16_t type;
	unsigned i;

	if (sw_draw(3) == 0) /* again what was asked before, or near it */
		return (hot + sw_draw(12)) % sw_questions();
	hot = sw_draw(sw_questions());
	sw_question(hot, &name, &type);
	for (i = 0; i < 100 && !suits(name, type); i++)
		sw_question(hot = sw_draw(sw_questions()), &name, &type);
	z = sw_zone_of(name, type);
	if (z->key != NULL && z->key->alg == 14 && sw_draw(5)) /* P-384 takes long */
		hot = sw_draw(sw_questions());
	return hot;
}

static bool start(void)
{
	const uint8_t *name;
	uint16_t type;
	unsigned i;

	for (i = 0; i < 6 && asked[i].lookup >= 0; i++)
		;
	if (i == 6)
		return false;
	asked[i].question = pick_question();
	asked[i].deadline = mono + LOOKUP_MS;
	asked[i].later = !benign && reform < mono && mono - reform > 40000;
	sw_question(asked[i].question, &name, &type);
	say("look up", name, type, "");
	asked[i].lookup = dns_res_lookup(res, name, type, now(), mono);
	return asked[i].lookup >= 0;
}

/* Results that are there; false: a look-up has not ended in time. */
static bool collect(unsigned *open)
{
	unsigned i;

	*open = 0;
	for (i = 0; i < 6; i++) {
		if (asked[i].lookup < 0)
			continue;
		if (dns_res_result(res, asked[i].lookup) != NULL) {
			judge(&asked[i]);
		} else if (mono > asked[i].deadline) {
			unended++;
			complain("no end", asked[i].question, NULL);
			return false;
		} else {
			++*open;
		}
	}
	return true;
}

static void run_life(unsigned lookups)
{
	uint64_t next = mono;
	unsigned open, turns = 0;

	for (;;) {
		while (lookups > 0 && next <= mono && start()) {
			lookups--;
			next = mono + (sw_draw(4) == 0 ? 0 : sw_draw(20) == 0 ? sw_draw(7200000) : sw_draw(400));
		}
		serve_all();
		if (!collect(&open) || (open == 0 && lookups == 0))
			return;
		if (turns++ > 200000) {
			unended++;
			complain("it turns in circles", asked[0].question, NULL);
			return;
		}
		mono = next_time(open == 6 || lookups == 0 ? UINT64_MAX : next > mono ? next : mono);
		run_events();
		dns_res_expire(res, now(), mono);
	}
}

/* ---- lives ------------------------------------------------------------------------------- */

static void configure(void)
{
	unsigned i;

	sw_config(&cfg);
	cfg.nservers = sw_draw(5) < 2 ? 0 : 1 + sw_draw(FORWARDERS);
	for (i = 0; i < cfg.nservers; i++) {
		cfg.servers[i].family = 4;
		cfg.servers[i].a[0] = 192;
		cfg.servers[i].a[3] = (uint8_t)(1 + i);
		cfg.servers[i].port = 53;
	}
	cfg.lookup_ms = LOOKUP_MS;
	cfg.no_minimise = sw_draw(4) == 0;
	benign = sw_draw(3) == 0;
	aimed = sw_draw(2);
	badness = sw_draw(3) == 0 ? 100 : 2 + sw_draw(70);
	favourite = sw_draw(BADS + BADS / 2);
	if (benign)
		favourite = BADS;
	good_servers = cfg.nservers > 1 && sw_draw(2) ? 1u << sw_draw(cfg.nservers) : 0;
}

/* One life; returns the look-ups in it. */
static unsigned live(unsigned most)
{
	unsigned i, n;

	sw_seed(seed, life);
	configure();
	n = 1 + sw_draw(sw_draw(4) ? 12 : 150);
	n = n < most ? n : most;
	if (verbose)
		printf("life %llu: %u resolvers (0: iterating), %s%s %u of 100, mostly: %s; %u look-ups\n",
		    (unsigned long long)life, cfg.nservers, benign ? "good" : "bad", aimed ? ", aimed," : "",
		    badness, favourite < BADS ? sw_bad_names[favourite] : "anything", n);
	res = calloc(1, dns_res_size());
	if (res == NULL)
		exit(2);
	dns_res_init(res, &cfg);
	for (i = 0; i < 6; i++)
		asked[i].lookup = -1;
	memset(away, 0, sizeof away);
	mono = 1000 + sw_draw(1000);
	reform = benign || sw_draw(4) ? UINT64_MAX : mono + sw_draw(60000);
	life_sent = hot = 0;
	run_life(n);
	for (i = 0; i < EVENTS; i++) {
		if (events[i].used)
			free(events[i].wire);
		events[i].used = false;
	}
	if (life_sent > n * (DNS_MAX_QUERIES + 50)) {
		unended++;
		complain("more queries than the limit allows", asked[0].question, NULL);
	}
	free(res);
	return n;
}

static uint64_t number(const char *text)
{
	char *end;
	unsigned long long v = text ? strtoull(text, &end, 10) : 0;

	if (text == NULL || *text == '\0' || *end != '\0') {
		fprintf(stderr, "usage: sim [-seed N] [-n LOOKUPS] [-life N] [-v]\n");
		exit(2);
	}
	return v;
}

int main(int argc, char **argv)
{
	uint64_t total = 100000, done = 0, only = UINT64_MAX;
	int i;

	seed = 1;
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-seed"))
			seed = number(argv[++i]);
		else if (!strcmp(argv[i], "-n"))
			total = number(argv[++i]);
		else if (!strcmp(argv[i], "-life"))
			only = number(argv[++i]);
		else if (!strcmp(argv[i], "-v"))
			verbose = true;
		else
			number(NULL);
	}
	sw_init();
	if (only != UINT64_MAX) {
		life = only;
		total = done = live(1000000);
	}
	for (; done < total && false_states + inexact + unended < 20; life++)
		done += live((unsigned)(total - done < 1000 ? total - done : 1000));
	printf("sim: %llu lives: secure %u, insecure %u, bogus %u, indeterminate %u; false %u, without an "
	    "end %u; %u look-ups with all servers well-behaved, not exact %u; %u with one good resolver "
	    "among bad ones, exact %u; %u after bad servers became good, exact %u\n",
	    (unsigned long long)life, count[DNS_SEC_SECURE], count[DNS_SEC_INSECURE],
	    count[DNS_SEC_BOGUS], count[DNS_SEC_INDETERMINATE], false_states,
	    unended, well_behaved, inexact, redeemable, redeemed, after, after_exact);
	if (false_states + inexact + unended > 0) {
		printf("not ok sim: %u look-ups, seed %llu\n", false_states + inexact + unended,
		    (unsigned long long)seed);
		return 1;
	}
	printf("ok sim: %llu look-ups, seed %llu\n", (unsigned long long)done, (unsigned long long)seed);
	return 0;
}
