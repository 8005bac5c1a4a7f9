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
#include "tests/sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/wire.h"

enum { EVENTS = 512, LOOKUP_MS = 20000, FORWARDERS = 3 };

/* ---- chance ------------------------------------------------------------------------ */

static uint64_t chance;

static void chance_seed(uint64_t s)
{
	chance = s * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

static uint32_t draw(uint32_t below)
{
	uint64_t z = chance += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) >> 16) % below;
}

/* ---- what bad servers do ------------------------------------------------------------ */

enum bad { DROP, DELAY, TWICE, TRUNCATE, SERVFAIL, REFUSED, STRIP_SIGS, STRIP_DENIAL, FORGE, FORGE_BARE,
	FLIP, OTHER_MESSAGE, OTHER_RECORDS, MERGE, CONN_REFUSED, EMPTY, FLIP_RCODE, REMOVE, SPOOF, CASE,
	TTL_UP, AWAY, SHUFFLE, MOVE_SECTION, FOREIGN_NS, CHILD_DS, NSEC_ONLY, NOT_A_REPLY, REOWN, BADS };
static const char *const bad_names[BADS] = { "drop", "delay", "twice", "truncate", "SERVFAIL",
	"REFUSED", "strip RRSIG", "strip NSEC", "forge", "forge unsigned", "flip octets", "other message",
	"other records", "merge", "refuse connection", "empty", "flip RCODE", "remove record", "spoof",
	"case", "raise TTL", "away", "shuffle", "move section", "foreign NS", "DS from child",
	"denial moved", "not a reply", "wildcard elsewhere" };

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

/* ---- spoiling an answer --------------------------------------------------------------- */

static bool is_denial(uint16_t type)
{
	return type == DNS_NSEC || type == DNS_NSEC3;
}

static void remove_rr(struct sw_msg *m, unsigned i)
{
	memmove(&m->rr[i], &m->rr[i + 1], (--m->n - i) * sizeof m->rr[0]);
}

static void strip(struct sw_msg *m, bool denial)
{
	unsigned i;

	for (i = m->n; i-- > 0;)
		if (denial ? is_denial(m->rr[i].type) : m->rr[i].type == DNS_RRSIG)
			remove_rr(m, i);
}

/* Octets that last until the message is sent. */
static uint8_t scratch[SW_MSG_RRS][800];

static void forge(struct sw_msg *m, bool bare)
{
	static const uint8_t evil[4] = { 203, 0, 113, 66 };
	unsigned i, n = 0;

	for (i = 0; i < m->n; i++) {
		struct dns_rr *rr = &m->rr[i];

		if (rr->type == DNS_RRSIG || rr->rdlen > sizeof scratch[0] || rr->rdlen == 0)
			continue;
		memcpy(scratch[i], rr->rdata, rr->rdlen);
		if (rr->type == DNS_A)
			memcpy(scratch[i], evil, 4);
		else
			scratch[i][rr->rdlen - 1] ^= rr->type == DNS_NS || rr->type == DNS_CNAME ? 0 : 1;
		rr->rdata = scratch[i];
		n++;
	}
	if (n == 0 || m->rr[0].section != DNS_ANSWER) { /* a denial: make up an answer */
		struct dns_rr rr = { m->qname, evil, 300, m->qtype, DNS_IN, 4, DNS_ANSWER };

		m->rr[0] = rr;
		m->n = 1;
		m->rcode = 0;
	}
	if (bare)
		strip(m, false);
}

static const struct sw_msg *any_message(void)
{
	const uint8_t *name;
	uint16_t type;

	sw_question(draw(sw_questions()), &name, &type);
	return sw_recursive(name, type);
}

/* Bad referrals: to servers of the attacker's choice, or upwards, or to where nobody is. */
static void foreign_ns(struct sw_msg *m)
{
	static const uint8_t away_from_here[] = { 2, 'n', 's', 4, 'e', 'v', 'i', 'l', 0 };
	unsigned i;

	for (i = 0; i < m->n; i++) {
		struct dns_rr *rr = &m->rr[i];

		if (rr->type == DNS_NS && draw(2)) {
			rr->rdata = draw(2) ? away_from_here : rr->owner;
			rr->rdlen = (uint16_t)dns_name_len(rr->rdata);
		} else if (rr->type == DNS_NS) {
			rr->owner = dns_name_suffix(m->qname, draw(dns_name_labels(m->qname) + 1));
		} else if (rr->section == DNS_ADDITIONAL && rr->type == DNS_A) {
			memcpy(scratch[i], rr->rdata, 4);
			scratch[i][2] = (uint8_t)draw(28);
			rr->rdata = scratch[i];
		}
	}
}

static void merge(struct sw_msg *m, const struct sw_msg *o)
{
	unsigned i;

	for (i = 0; i < o->n && m->n < SW_MSG_RRS; i++)
		m->rr[m->n++] = o->rr[i];
}

static void shuffle(struct sw_msg *m)
{
	unsigned i, k;

	for (i = m->n; i > 1; i--) {
		struct dns_rr rr = m->rr[i - 1];

		k = draw(i);
		m->rr[i - 1] = m->rr[k];
		m->rr[k] = rr;
	}
}

/* The child's answer for DS: no such type, signed by the child. */
static void child_ds(struct sw_msg *m)
{
	const struct sw_msg *o;

	if (m->qtype != DNS_DS)
		return;
	o = sw_recursive(m->qname, DNS_SRV);
	m->n = 0;
	m->rcode = o->rcode;
	merge(m, o);
}

/* A wildcard's records and signature, at the name asked for, whatever else is there. */
static void reown(struct sw_msg *m)
{
	const struct sw_zone *z = sw_zone_of(m->qname, m->qtype);
	const struct sw_msg *o;
	uint8_t name[DNS_NAME_MAX], wild[DNS_NAME_MAX];
	unsigned i;

	if (dns_name_prepend((const uint8_t *)"wild", 4, z->apex, wild) != 0 ||
	    dns_name_prepend((const uint8_t *)"x", 1, wild, name) != 0 || !sw_has_name(z, wild))
		return;
	o = sw_recursive(name, DNS_A);
	m->n = m->rcode = 0;
	for (i = 0; i < o->n; i++) {
		m->rr[m->n] = o->rr[i];
		if (o->rr[i].section == DNS_ANSWER)
			m->rr[m->n].owner = m->qname;
		if (o->rr[i].section == DNS_ANSWER || draw(2))
			m->n++;
	}
}

static void spoil(struct sw_msg *m, enum bad how)
{
	const struct sw_msg *o;
	unsigned i;

	switch (how) {
	case STRIP_SIGS: case STRIP_DENIAL:
		strip(m, how == STRIP_DENIAL);
		break;
	case FORGE: case FORGE_BARE:
		forge(m, how == FORGE_BARE);
		break;
	case OTHER_RECORDS: /* those of another question, under this one */
		o = any_message();
		m->n = 0;
		m->rcode = o->rcode;
		merge(m, o);
		break;
	case MERGE:
		merge(m, any_message());
		break;
	case EMPTY:
		m->n = 0;
		m->rcode = draw(2) ? DNS_NXDOMAIN : DNS_NOERROR;
		break;
	case FLIP_RCODE:
		m->rcode = m->rcode ? 0 : DNS_NXDOMAIN;
		break;
	case REMOVE:
		for (i = 1 + draw(3); i-- > 0 && m->n > 0;)
			remove_rr(m, draw(m->n));
		break;
	case TTL_UP:
		for (i = 0; i < m->n; i++)
			m->rr[i].ttl = draw(2) ? 0x7fffffff : draw(10000);
		break;
	case SHUFFLE:
		shuffle(m);
		break;
	case MOVE_SECTION:
		for (i = 0; i < m->n; i++)
			if (draw(2))
				m->rr[i].section = (uint8_t)draw(3);
		break;
	case FOREIGN_NS:
		foreign_ns(m);
		break;
	case CHILD_DS:
		child_ds(m);
		break;
	case REOWN:
		reown(m);
		break;
	case NSEC_ONLY: /* a denial from elsewhere in the same zone */
		o = any_message();
		strip(m, true);
		m->rcode = o->rcode;
		for (i = m->n; i-- > 0;)
			if (m->rr[i].section == DNS_ANSWER)
				remove_rr(m, i);
		merge(m, o);
		break;
	default:
		break;
	}
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
		id = (uint16_t)(id + 1 + draw(3));
	n = sw_wire(m, id, flags, wire);
	if (how == CASE)
		for (i = 12; i < n; i++)
			if (wire[i] >= 'a' && wire[i] <= 'z' && i < 12 + dns_name_len(m->qname))
				wire[i] ^= draw(2) ? 0x20 : 0;
	if (how == FLIP)
		for (i = 1 + draw(3); i-- > 0;)
			wire[2 + draw((uint32_t)n - 2)] ^= (uint8_t)(1u << draw(8));
	if (how == NOT_A_REPLY)
		wire[2] &= 0x7f;
	if (how == SPOOF && draw(2))
		from.a[3] ^= 0x40;
	if ((how == TRUNCATE && draw(4)) || (!x->tcp && n > 1232)) {
		wire[2] |= 2;
		memset(wire + 6, 0, 6);
		n = 12 + dns_name_len(m->qname) + 4;
	}
	post(slot, &from, wire, n, delay);
}

static void answer(unsigned slot, const struct sw_msg *good)
{
	static struct sw_msg m;
	unsigned who = server_index(&dns_res_xchg(res, slot)->to), delay = 5 + draw(60);
	enum bad how = BADS;
	unsigned twice = 1;

	if (!benign && mono < reform && !(good_servers & 1u << who) && draw(100) < badness)
		how = favourite < BADS && draw(3) ? favourite : draw(BADS);
	if (away[who] > mono)
		how = DROP;
	memcpy(&m, good, offsetof(struct sw_msg, rr) + good->n * sizeof m.rr[0]);
	if (how < BADS)
		say("        !", m.qname, m.qtype, bad_names[how]);
	switch (how) {
	case AWAY:
		away[who] = mono + 1000 + draw(30000);
		return;
	case DROP:
		return;
	case DELAY:
		delay += draw(5000);
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
		deliver(slot, any_message(), BADS, draw(delay));
		break;
	case SPOOF: {
		deliver(slot, &m, SPOOF, draw(delay));
		how = BADS;
		break;
	}
	default:
		spoil(&m, how);
	}
	while (twice-- > 0)
		deliver(slot, &m, how, delay + draw(20));
}

/* A query goes out. */
static void serve(unsigned slot)
{
	const struct dns_xchg *x;
	const struct sw_server *s;
	const uint8_t *name;
	uint16_t type;
	char to[32];

	dns_res_sent(res, slot, (uint16_t)draw(65536), mono);
	life_sent++;
	x = dns_res_xchg(res, slot);
	name = x->out + 12;
	type = dns_get16(name + dns_name_len(name));
	snprintf(to, sizeof to, "%s%u.%u.%u.%u", x->to.family == 6 ? "v6 " : "", x->to.a[0], x->to.a[1],
	    x->to.a[2], x->to.a[3]);
	say(x->tcp ? "ask (TCP)" : "ask", name, type, to);
	if (cfg.nservers) {
		answer(slot, sw_recursive(name, type));
		return;
	}
	s = sw_server_at(&x->to);
	if (x->to.family == 6)
		post(slot, &x->to, NULL, 0, 0);
	else if (s != NULL && !s->dead)
		answer(slot, sw_authoritative(s, name, type));
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
		if (x->state == DNS_X_WAIT && (x->serial == e->serial || (!e->fail && draw(8) == 0))) {
			if (e->fail)
				dns_res_fail(res, e->slot, x->to.family == 6 ? "network unreachable" :
				    "connection refused", now(), mono);
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

static unsigned pick_question(void)
{
	const struct sw_zone *z;
	const uint8_t *name;
	uint16_t type;

	if (draw(3) == 0) /* again what was asked before, or near it */
		return (hot + draw(12)) % sw_questions();
	hot = draw(sw_questions());
	sw_question(hot, &name, &type);
	z = sw_zone_of(name, type);
	if (z->key != NULL && z->key->alg == 14 && draw(5)) /* P-384 takes long */
		hot = draw(sw_questions());
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
	unsigned slot, open, turns = 0;

	for (;;) {
		while (lookups > 0 && next <= mono && start()) {
			lookups--;
			next = mono + (draw(4) == 0 ? 0 : draw(20) == 0 ? draw(7200000) : draw(400));
		}
		for (slot = 0; slot < DNS_MAX_XCHG; slot++)
			if (dns_res_xchg(res, slot)->state == DNS_X_START)
				serve(slot);
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
	cfg.nservers = draw(5) < 2 ? 0 : 1 + draw(FORWARDERS);
	for (i = 0; i < cfg.nservers; i++) {
		cfg.servers[i].family = 4;
		cfg.servers[i].a[0] = 192;
		cfg.servers[i].a[3] = (uint8_t)(1 + i);
		cfg.servers[i].port = 53;
	}
	cfg.lookup_ms = LOOKUP_MS;
	cfg.no_minimise = draw(4) == 0;
	benign = draw(5) < 2;
	badness = draw(3) == 0 ? 100 : 2 + draw(70);
	favourite = draw(BADS + BADS / 2);
	good_servers = cfg.nservers > 1 && draw(2) ? 1u << draw(cfg.nservers) : 0;
}

/* One life; returns the look-ups in it. */
static unsigned live(unsigned most)
{
	unsigned i, n;

	chance_seed(seed * 1000003 + life);
	configure();
	n = 1 + draw(draw(4) ? 12 : 150);
	n = n < most ? n : most;
	res = calloc(1, dns_res_size());
	if (res == NULL)
		exit(2);
	dns_res_init(res, &cfg);
	for (i = 0; i < 6; i++)
		asked[i].lookup = -1;
	memset(away, 0, sizeof away);
	mono = 1000 + draw(1000);
	reform = benign || draw(4) ? UINT64_MAX : mono + draw(60000);
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
	    "among bad ones, exact %u; %u after bad servers became good, exact %u\n", (unsigned long long)life, count[DNS_SEC_SECURE],
	    count[DNS_SEC_INSECURE], count[DNS_SEC_BOGUS], count[DNS_SEC_INDETERMINATE], false_states,
	    unended, well_behaved, inexact, redeemable, redeemed, after, after_exact);
	if (false_states + inexact + unended > 0) {
		printf("not ok sim: %u look-ups, seed %llu\n", false_states + inexact + unended,
		    (unsigned long long)seed);
		return 1;
	}
	printf("ok sim: %llu look-ups, seed %llu\n", (unsigned long long)done, (unsigned long long)seed);
	return 0;
}
