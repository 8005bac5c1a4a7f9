/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/iterate.c and dns/cuts.c: whom the resolver asks when it walks from the root,
 * and what it makes of referrals, good, lame and hostile.  Servers are at 10.0.0.N and are played
 * here, with a virtual clock; nothing is signed, for whom to ask is what counts: each test looks
 * at the message that was found for the question, and at the queries that it took.
 */
#include "dns/resolver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/str.h"
#include "dns/wire.h"
#include "tests/signer.h"

enum { SERVERS = 32, CUTS = 100, RTT = 10 };
enum mode { GOOD, SILENT, LAME, SHORT_REFUSED, SHORT_SILENT, SHORT_NXDOMAIN, TCP_NEEDED, TCP_ONLY,
	ALWAYS_CUT, REFUSES };

struct deleg {
	const char *zone, *ns; /* "ns%u.…" with count > 1 */
	unsigned count, addr;  /* addr: glue 10.0.0.addr, 0: none */
	const char *glue;      /* owner of the glue, when not ns */
};
static struct dns_res *res;
static struct dns_config cfg;
static struct {
	enum mode mode;
	unsigned asked, tcp;
	const char *serves;
} srv[SERVERS];
static struct deleg cuts[CUTS];
static unsigned ncuts, total, victim;
static uint64_t mono;
static uint16_t ids;
static char longest[DNS_NAME_TEXT];
static unsigned prime_addr;
static bool no4;
static void (*twist)(struct sg_msg *m, unsigned server);

static void hint(unsigned n)
{
	struct dns_addr *a = &cfg.hints.a[cfg.hints.n++];

	memset(a, 0, sizeof *a);
	a->family = 4;
	a->a[0] = 10;
	a->a[3] = (uint8_t)n;
	a->port = 53;
}

static void world(void)
{
	memset(&cfg, 0, sizeof cfg);
	memset(srv, 0, sizeof srv);
	ncuts = total = victim = prime_addr = 0;
	twist = NULL;
	no4 = false;
	mono = 1000;
	longest[0] = '\0';
	srv[1].serves = ".";
	hint(1);
	cfg.use4 = true;
	/* an anchor that nothing here matches: for the walk alone */
	dns_name_copy(cfg.anchors.a[0].owner, sg_name("."));
	cfg.anchors.a[0].type = DNS_DS;
	cfg.anchors.a[0].rdlen = 36;
	cfg.anchors.a[0].rdata[2] = 13;
	cfg.anchors.a[0].rdata[3] = 2;
	cfg.anchors.a[0].from = INT64_MIN;
	cfg.anchors.a[0].until = INT64_MAX;
	cfg.anchors.n = 1;
}

static void cut(const char *zone, const char *ns, unsigned addr)
{
	struct deleg d = { zone, ns, 1, addr, NULL };

	cuts[ncuts++] = d;
	if (addr)
		srv[addr].serves = zone;
}

static void refer(struct sg_msg *m, const struct deleg *d)
{
	struct sg_rr rr;
	unsigned i;
	char t[100];

	for (i = 0; i < d->count && m->n < 62; i++) {
		if (d->count > 1)
			snprintf(t, sizeof t, "n%u.%s", i, d->ns);
		else
			snprintf(t, sizeof t, "%s", d->ns);
		rr = sg_rr_name(sg_name(d->zone), DNS_NS, sg_name(t));
		sg_msg_add(m, DNS_AUTHORITY, &rr);
	}
	if (d->addr) {
		const uint8_t a[4] = { 10, 0, 0, (uint8_t)d->addr };

		rr = sg_rr(sg_name(d->glue ? d->glue : d->ns), DNS_A, 3600, a, 4);
		sg_msg_add(m, DNS_ADDITIONAL, &rr);
	}
}

/* What the zone's server says: the deepest delegation of its own that fits, or data: each name
   "a" and each name server of a delegation has an address; what begins with "no" has none. */
static bool speak(struct sg_msg *m, const char *zone)
{
	uint8_t apex[DNS_NAME_MAX];
	struct sg_rr rr;
	unsigned i;

	dns_name_copy(apex, sg_name(zone));
	if (!dns_name_is_under(m->qname, apex)) {
		m->rcode = DNS_REFUSED;
		return false;
	}
	for (i = 0; i < ncuts; i++) {
		const uint8_t *z = sg_name(cuts[i].zone);

		if (dns_name_labels(z) > dns_name_labels(apex) && dns_name_is_under(z, apex) &&
		    dns_name_is_under(m->qname, z) && !(m->qtype == DNS_DS && dns_name_eq(m->qname, z))) {
			refer(m, &cuts[i]);
			return false;
		}
	}
	if (apex[0] == 0 && m->qname[0] == 0 && m->qtype == DNS_NS && prime_addr) {
		struct deleg d = { ".", "root.servers", 1, prime_addr, NULL };

		refer(m, &d);
		m->rr[0].section = DNS_ANSWER;
		return true;
	}
	for (i = 0; i < ncuts; i++)
		if (cuts[i].addr && m->qtype == DNS_A && dns_name_eq(m->qname, sg_name(cuts[i].ns))) {
			const uint8_t a[4] = { 10, 0, 0, (uint8_t)cuts[i].addr };

			rr = sg_rr(m->qname, DNS_A, 3600, a, 4);
			sg_msg_add(m, DNS_ANSWER, &rr);
			return true;
		}
	if (m->qtype == DNS_A && !memcmp(m->qname, "\003www", 4)) {
		rr = sg_rr_a(m->qname, 99);
		sg_msg_add(m, DNS_ANSWER, &rr);
	}
	rr = sg_rr_soa(apex);
	if (m->n == 0)
		sg_msg_add(m, DNS_AUTHORITY, &rr);
	return true;
}

static void reply(unsigned slot)
{
	static uint8_t wire[DNS_WIRE_MAX];
	static struct sg_msg m;
	const struct dns_xchg *x = dns_res_xchg(res, slot);
	const struct dns_addr to = x->to;
	unsigned s = to.a[3];
	const uint8_t *name = x->out + 12;
	enum mode how = srv[s].mode;
	bool aa, whole;
	uint8_t *copy;
	size_t len;

	sg_msg_init(&m, name, dns_get16(name + dns_name_len(name)));
	whole = !strncmp(longest, "*", 1) || dns_name_labels(name) >= dns_name_labels(sg_name(longest));
	if (srv[s].serves == NULL || how == SILENT || (how == SHORT_SILENT && !whole) ||
	    (how == TCP_ONLY && !x->tcp))
		return;
	aa = speak(&m, how == LAME ? "elsewhere" : srv[s].serves);
	if (how == LAME)
		m.rcode = 0;
	if (how == REFUSES || (how == SHORT_REFUSED && !whole))
		m.rcode = DNS_REFUSED;
	if (how == SHORT_NXDOMAIN && !whole)
		m.rcode = DNS_NXDOMAIN;
	if (twist)
		twist(&m, s);
	len = sg_msg_wire(&m, dns_get16(x->out), aa ? 0x8400 : 0x8000, wire, sizeof wire);
	if (how == ALWAYS_CUT || (how == TCP_NEEDED && !x->tcp))
		wire[2] |= 2;
	copy = malloc(len);
	memcpy(copy, wire, len);
	dns_res_feed(res, slot, &to, copy, len, SG_NOW, mono);
	free(copy);
}

static void turn(void)
{
	uint32_t serial[DNS_MAX_XCHG];
	bool wait[DNS_MAX_XCHG];
	uint64_t d;
	unsigned i, before = 0;

	for (i = 0; i < DNS_MAX_XCHG; i++) {
		const struct dns_xchg *x = dns_res_xchg(res, i);

		while (no4 && x->state == DNS_X_START && x->to.family == 4)
			dns_res_fail(res, i, "network is unreachable", SG_NOW, mono);
		if (x->state == DNS_X_START) {
			dns_res_sent(res, i, ids += 7, mono);
			total++;
			assert_int_equal(x->to.a[0], 10);
			srv[x->to.a[3]].asked++;
			srv[x->to.a[3]].tcp += x->tcp;
			victim += dns_name_is_under(x->out + 12, sg_name("victim"));
		}
		wait[i] = x->state == DNS_X_WAIT;
		serial[i] = x->serial;
	}
	mono += RTT;
	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (wait[i] && dns_res_xchg(res, i)->serial == serial[i] &&
		    dns_res_xchg(res, i)->state == DNS_X_WAIT)
			reply(i);
	for (i = 0; i < DNS_MAX_XCHG; i++)
		before += dns_res_xchg(res, i)->state == DNS_X_START;
	d = dns_res_deadline(res);
	if (before == 0 && d != UINT64_MAX && d > mono) {
		bool fresh = false; /* all that waits was asked of the silent */

		for (i = 0; i < DNS_MAX_XCHG; i++)
			fresh = fresh || dns_res_xchg(res, i)->state == DNS_X_START;
		if (!fresh)
			mono = d;
	}
	dns_res_expire(res, SG_NOW, mono);
}

/* The walk to its end; the entry of the question. */
static const struct dns_entry *look(const char *name, uint16_t type, const struct dns_result **r)
{
	uint64_t began = mono;
	unsigned n = 0, before = total;
	int id;

	strcpy(longest, name);
	id = dns_res_lookup(res, sg_name(name), type, SG_NOW, mono);
	assert_true(id >= 0);
	while ((*r = dns_res_result(res, id)) == NULL) {
		assert_true(n++ < 1000);
		turn();
	}
	assert_true(total - before <= DNS_MAX_QUERIES);
	assert_true(mono - began <= 20000); /* the deadline of a look-up */
	return dns_store_find(&res->store, sg_name(name), type);
}

static void begin(void)
{
	memset(res, 0, dns_res_size());
	dns_res_init(res, &cfg);
}

static void found(const char *name, uint16_t type)
{
	const struct dns_result *r;
	const struct dns_entry *e;

	e = look(name, type, &r);
	if (e == NULL || e->state != DNS_E_MSG || e->len == 0)
		print_error("%s: %s\n", name, r->reason);
	assert_non_null(e);
	assert_int_equal(e->state, DNS_E_MSG);
	assert_true(e->len > 0);
}

static const struct dns_entry *fails(const char *name)
{
	const struct dns_result *r;
	const struct dns_entry *e = look(name, DNS_A, &r);

	assert_non_null(e);
	assert_int_equal(e->state, DNS_E_FAILED);
	assert_true(r->state <= DNS_SEC_INDETERMINATE && r->reason[0]);
	return e;
}

static const char *faults(const struct dns_entry *e)
{
	static char text[DNS_REASON_MAX];
	struct dns_str t;

	dns_str_init(&t, text, sizeof text);
	dns_str_add(&t, e->fault[0]);
	dns_iter_faults(res, e, &t);
	return text;
}

/* ---- the ordinary walk ------------------------------------------------------------- */

static void rfc1034_5_3_3_referrals_are_followed(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("example.test", "ns.example.test", 3);
	begin();
	found("www.example.test", DNS_A);
	assert_true(mono < 1000 + 20 * RTT);
	assert_true(srv[3].asked > 0);
}

static void rfc9609_priming_adds_servers(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("other", "ns.other", 3);
	prime_addr = 7;
	srv[7].serves = ".";
	begin();
	found("www.test", DNS_A);
	assert_int_equal(res->cuts[0].naddr, 2);
	srv[1].mode = SILENT; /* the hint dies: the primed one serves */
	found("www.other", DNS_A);
	assert_true(srv[7].asked > 0);
}

static void rfc9609_hints_remain(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("other", "ns.other", 3);
	prime_addr = 7; /* nobody is there */
	begin();
	found("www.test", DNS_A);
	found("www.other", DNS_A);
}

/* ---- RFC 9156 --------------------------------------------------------------------------- */

static void short_with(enum mode how)
{
	world();
	cut("test", "ns.test", 2);
	srv[2].mode = how;
	begin();
	found("www.a.b.c.test", DNS_A);
}

static void rfc9156_3_refused_for_short_names(void **state)
{
	(void)state;
	short_with(SHORT_REFUSED);
	assert_true(mono < 1000 + 60 * RTT);
}

static void rfc9156_3_nxdomain_for_empty_non_terminals(void **state)
{
	(void)state;
	short_with(SHORT_NXDOMAIN);
	assert_true(mono < 1000 + 60 * RTT);
}

static void rfc9156_3_short_names_ignored(void **state)
{
	(void)state;
	short_with(SHORT_SILENT);
}

static unsigned shortened;
static void count_short(struct sg_msg *m, unsigned server)
{
	(void)server;
	shortened += m->qtype == DNS_A && dns_name_labels(m->qname) < 34;
}

static void rfc9156_2_3_shortened_questions_are_bounded(void **state)
{
	const char *name = "www.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.test";

	(void)state;
	world();
	cut("test", "ns.test", 2);
	shortened = 0;
	twist = count_short;
	begin();
	found(name, DNS_A);
	/* one for each entry at the most; the DS and DNSKEY foreseen have few labels */
	assert_int_equal(dns_store_find(&res->store, sg_name(name), DNS_A)->minimised <=
	    DNS_MAX_MINIMISE, 1);
	assert_true(shortened > 4);
}

static unsigned underscores;
static void count_underscores(struct sg_msg *m, unsigned server)
{
	(void)server;
	underscores += m->qtype == DNS_A && m->qname[0] && m->qname[1] == '_';
}

static void rfc9156_2_3_underscore_labels_are_no_cuts(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	underscores = 0;
	twist = count_underscores;
	begin();
	found("_25._tcp.www.test", DNS_TLSA);
	assert_int_equal(underscores, 0);
}

/* ---- servers without glue, lame, dead ------------------------------------------------------ */

static void servers_without_glue(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("host", "ns.host", 4);
	cut("example.test", "far.host", 0);
	cut("elsewhere", "far.host", 5); /* the address of far.host */
	srv[5].serves = "example.test";
	begin();
	found("www.example.test", DNS_A);
	assert_true(srv[5].asked > 0);
	assert_true(mono < 1000 + 100 * RTT);
}

static void the_first_names_fail_and_the_next_are_tried(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("host", "ns.host", 4);
	cut("example.test", "host", 0);
	cuts[2].count = 6;
	cut("elsewhere", "n4.host", 5);
	srv[5].serves = "example.test";
	begin();
	found("www.example.test", DNS_A);
	assert_true(mono < 1000 + 100 * RTT);
}

static void dead_glue_then_the_names_without(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("host", "ns.host", 4);
	cut("example.test", "host", 3); /* the glue is of one that is dead */
	cuts[2].count = 3;
	cuts[2].glue = "n0.host";
	srv[3].mode = SILENT;
	cut("elsewhere", "n2.host", 5);
	srv[5].serves = "example.test";
	begin();
	found("www.example.test", DNS_A);
	assert_true(srv[5].asked > 0);
}

static void servers_that_depend_on_each_other(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("a.test", "ns.b.test", 0);
	cut("b.test", "ns.a.test", 0);
	begin();
	assert_non_null(strstr(faults(fails("www.a.test")), "depend on each other"));
	assert_true(mono < 1000 + 100 * RTT); /* at once, not by a timeout */
}

static void lame_servers_are_named(void **state)
{
	const char *why;

	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("example.test", "ns.example.test", 3);
	srv[3].mode = LAME;
	begin();
	why = faults(fails("www.example.test"));
	assert_non_null(strstr(why, "the zone is example.test, ns.example.test (10.0.0.3): it does not"));
	assert_true(mono < 1000 + 100 * RTT);
}

static void dead_servers_are_named(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("example.test", "ns.example.test", 3);
	srv[3].mode = SILENT;
	begin();
	assert_non_null(strstr(faults(fails("www.example.test")),
	    "ns.example.test (10.0.0.3): no reply in time"));
	assert_true(mono < 1000 + 8000);
}

static void servers_of_no_use_are_named(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	srv[2].mode = ALWAYS_CUT;
	begin();
	assert_non_null(strstr(faults(fails("www.test")),
	    "ns.test (10.0.0.2): a reply that is truncated even over TCP"));
}

static void no_root_server_answers(void **state)
{
	(void)state;
	world();
	srv[1].mode = REFUSES;
	begin();
	assert_non_null(strstr(faults(fails("www.example.test")), "(10.0.0.1): REFUSED"));
}

static void found_over_tcp(enum mode how)
{
	world();
	cut("test", "ns.test", 2);
	srv[2].mode = how;
	begin();
	found("www.test", DNS_A);
	assert_true(srv[2].tcp > 0);
}

static void rfc7766_5_truncated_over_tcp(void **state)
{
	(void)state;
	found_over_tcp(TCP_NEEDED);
}

/* ---- hostile ----------------------------------------------------------------------------- */

static void nxns_attack_is_bounded(void **state)
{
	(void)state;
	world();
	cut("evil", "ns.evil", 2);
	cut("victim", "ns.victim", 3);
	cut("sub.evil", "no.victim", 0);
	cuts[2].count = 60;
	begin();
	fails("www.sub.evil");
	assert_true(total <= DNS_MAX_QUERIES);
	assert_true(victim <= 4 * DNS_MAX_NS_TOTAL);
	assert_true(mono < 1000 + 100 * RTT);
}

static void endless_chain_of_servers_without_glue(void **state)
{
	static const char *const zone[] = { "z0", "z1", "z2", "z3", "z4", "z5", "z6", "z7", "z8", "z9" };
	static const char *const ns[] = { "ns.z1", "ns.z2", "ns.z3", "ns.z4", "ns.z5", "ns.z6", "ns.z7",
		"ns.z8", "ns.z9", "ns.z0" };
	unsigned i;

	(void)state;
	world();
	for (i = 0; i < 10; i++)
		cut(zone[i], ns[i], 0);
	begin();
	fails("www.z0");
	assert_true(total < 60);
	assert_true(mono < 1000 + 100 * RTT);
}

static void many_addresses(struct sg_msg *m, unsigned server)
{
	unsigned i;

	if (server == 1 && m->n == 2 && m->rr[1].section == DNS_ADDITIONAL)
		for (i = 0; i < 60; i++) {
			struct sg_rr rr = m->rr[1];

			rr.rd[3] = (uint8_t)(i % 20 + 10);
			rr.rd[2] = 0;
			sg_msg_add(m, DNS_ADDITIONAL, &rr);
		}
}

static void many_dead_addresses_end_in_time(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	srv[2].mode = SILENT;
	twist = many_addresses;
	begin();
	look("www.test", DNS_A, &(const struct dns_result *){ NULL }); /* asserts the deadline */
	assert_true(total <= DNS_MAX_QUERIES);
}

static void forged_glue(struct sg_msg *m, unsigned server)
{
	unsigned i;

	for (i = 0; i < m->n && server == 2; i++)
		if (m->rr[i].section == DNS_ADDITIONAL)
			m->rr[i].rd[3] = 9;
}

static void glue_out_of_bailiwick_is_not_used(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	cut("example.test", "ns.victim", 5);
	srv[9].serves = "example.test";
	twist = forged_glue;
	begin();
	found("www.example.test", DNS_A);
	assert_int_equal(srv[9].asked, 0);
	assert_true(srv[5].asked > 0);
}

static void to_the_root(struct sg_msg *m, unsigned server)
{
	static const struct deleg up = { ".", "ns.root", 1, 9, NULL };

	if (server == 2) {
		m->n = 0;
		refer(m, &up);
	}
}

static void upward_referrals_are_lame(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	srv[9].serves = ".";
	twist = to_the_root;
	begin();
	look("www.test", DNS_A, &(const struct dns_result *){ NULL });
	assert_int_equal(srv[9].asked, 0);
	assert_true(total < 60);
}

static void to_itself(struct sg_msg *m, unsigned server)
{
	static const struct deleg self = { "test", "ns.other.test", 1, 9, NULL };

	if (server == 2) {
		m->n = 0;
		refer(m, &self);
	}
}

static void self_delegation_is_lame(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	srv[9].serves = "test";
	twist = to_itself;
	begin();
	look("www.test", DNS_A, &(const struct dns_result *){ NULL });
	assert_int_equal(srv[9].asked, 0);
	assert_true(total < 60);
}

static void forged_ns(struct sg_msg *m, unsigned server)
{
	static const struct deleg d = { "www.test", "ns.evil.test", 1, 9, NULL };

	if (server == 2 && m->n == 1 && m->rr[0].section == DNS_ANSWER)
		refer(m, &d);
}

static void ns_beside_an_answer_is_no_referral(void **state)
{
	(void)state;
	world();
	cut("test", "ns.test", 2);
	srv[9].serves = "www.test";
	twist = forged_ns;
	begin();
	found("www.test", DNS_A);
	assert_int_equal(srv[9].asked, 0);
}

/* ---- choice of server ------------------------------------------------------------------------ */

static void a_lost_packet_is_forgiven(void **state)
{
	struct dns_cut *c;
	char name[32];
	unsigned i;

	(void)state;
	world();
	hint(8);
	srv[8].serves = ".";
	begin();
	found("www.one", DNS_A);
	c = &res->cuts[0];
	c->rtt[0] = 5000; /* the best one lost packets */
	c->rtt[1] = 200;
	for (i = 0; i < 200 && c->rtt[0] >= 200; i++) {
		snprintf(name, sizeof name, "www.again%u", i);
		found(name, DNS_A);
	}
	assert_true(i < 100);
}

static void ipv4_is_asked_before_ipv6_has_proven_itself(void **state)
{
	unsigned i, n = 0;

	(void)state;
	world();
	cfg.use4 = false;
	cfg.hints.n = 0;
	hint(9);
	cfg.hints.a[0].family = 6;
	hint(1);
	begin();
	assert_true(dns_res_lookup(res, sg_name("www.test"), DNS_A, SG_NOW, mono) >= 0);
	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (dns_res_xchg(res, i)->state == DNS_X_START) {
			assert_int_equal(dns_res_xchg(res, i)->to.family, 4);
			n++;
		}
	assert_true(n > 1);
}

/* ---- what is remembered ---------------------------------------------------------------------- */

/* example.test has a server without glue, far.host, whose address the server of host knows. */
static void far_world(void)
{
	world();
	cut("test", "ns.test", 2);
	cut("host", "ns.host", 4);
	cut("example.test", "far.host", 0);
	cut("elsewhere", "far.host", 5);
	srv[5].serves = "example.test";
	begin();
}

static void an_address_that_was_not_found_is_asked_for_again(void **state)
{
	(void)state;
	far_world();
	srv[4].mode = SILENT;
	fails("www.example.test");
	srv[4].mode = GOOD;
	mono += 60000;
	found("www.example.test", DNS_A);
}

static void an_address_is_remembered_by_its_ttl(void **state)
{
	(void)state;
	far_world();
	found("www.example.test", DNS_A);
	cuts[3].addr = 6; /* it moves */
	srv[6].serves = "example.test";
	srv[5].mode = SILENT;
	mono += 2 * 3600 * 1000;
	found("www.example.test", DNS_A);
}

/* Of the delegations known, the ones that go are those not used for longest. */
static void a_delegation_in_use_stays(void **state)
{
	static char zone[80][16], ns[80][24];
	const struct dns_result *r;
	char name[32];
	unsigned i, root = 0;
	int id;

	(void)state;
	world();
	cut("test", "ns.test", 2);
	for (i = 0; i < 80; i++) {
		snprintf(zone[i], sizeof zone[i], "z%u.test", i);
		snprintf(ns[i], sizeof ns[i], "ns.z%u.test", i);
		cut(zone[i], ns[i], 3);
	}
	srv[3].serves = "test";
	begin();
	for (i = 0; i < 80; i++) {
		snprintf(name, sizeof name, "www.z%u.test", i);
		strcpy(longest, name);
		id = dns_res_lookup(res, sg_name(name), DNS_A, SG_NOW, mono);
		while ((r = dns_res_result(res, id)) == NULL)
			turn();
		dns_res_done(res, id);
		if (i == 0)
			root = srv[1].asked;
	}
	assert_int_equal(srv[1].asked, root);
	assert_null(dns_cut_find(res, sg_name("z0.test"), mono));
}

/* Nobody wants the answer any more: nothing more is asked for it, NXNSAttack or not. */
static void a_look_up_that_is_over_asks_nothing_more(void **state)
{
	unsigned i, before;
	int id;

	(void)state;
	world();
	cut("evil", "ns.evil", 2);
	cut("victim", "ns.victim", 3);
	cut("sub.evil", "no.victim", 0);
	cuts[2].count = 60;
	begin();
	strcpy(longest, "www.sub.evil");
	id = dns_res_lookup(res, sg_name("www.sub.evil"), DNS_A, SG_NOW, mono);
	turn();
	dns_res_done(res, id);
	turn();
	before = total;
	for (i = 0; i < 100; i++)
		turn();
	assert_int_equal(total, before);
	assert_int_equal(victim, 0);
}

/* Two look-ups wait for one question; the one that asked it is over before the answer is there. */
static void what_another_waits_for_goes_on(void **state)
{
	const struct dns_entry *e = NULL;
	uint64_t began;
	int a;

	(void)state;
	world();
	cut("test", "ns.test", 2);
	srv[1].mode = SILENT;
	hint(8);
	srv[8].serves = ".";
	begin();
	began = mono;
	strcpy(longest, "www.test");
	a = dns_res_lookup(res, sg_name("www.test"), DNS_A, SG_NOW, mono);
	assert_true(dns_res_lookup(res, sg_name("www.test"), DNS_A, SG_NOW, mono) > a);
	dns_res_done(res, a);
	while (mono - began < 1500 && (e == NULL || e->state != DNS_E_MSG)) {
		turn();
		e = dns_store_find(&res->store, sg_name("www.test"), DNS_A);
	}
	assert_non_null(e);
	assert_int_equal(e->state, DNS_E_MSG);
}

static void a_server_over_tcp_alone(void **state)
{
	(void)state;
	found_over_tcp(TCP_ONLY);
}

/* What cannot be sent costs none of the queries of a look-up: a machine without IPv4. */
static void without_a_route_for_a_family(void **state)
{
	unsigned i;

	(void)state;
	world();
	cfg.use4 = false;
	for (i = 2; i < 14; i++)
		hint(i);
	hint(15);
	cfg.hints.a[cfg.hints.n - 1].family = 6;
	srv[15].serves = ".";
	no4 = true;
	begin();
	found("www.test", DNS_A);
	assert_true(total < 40);
}

/* DNS_WAIT_MS for the addresses of servers is counted from when the question was asked anew. */
static void asked_anew_the_wait_begins_anew(void **state)
{
	const struct dns_result *r;
	const struct dns_entry *e;
	uint64_t began;

	(void)state;
	world();
	cut("test", "ns.test", 2);
	begin();
	found("www.test", DNS_A);
	began = mono += 60000;
	look("www.test", DNS_A, &r);
	e = dns_store_find(&res->store, sg_name("."), DNS_DNSKEY); /* it proved bogus */
	assert_non_null(e);
	assert_true(e->anew && e->born >= began);
	assert_int_equal(e->lookup, 1); /* its queries are counted as this look-up's */
}

static unsigned start6(void)
{
	unsigned i;

	world();
	cfg.use4 = false;
	cfg.hints.n = 0;
	hint(9);
	cfg.hints.a[0].family = 6;
	begin();
	assert_true(dns_res_lookup(res, sg_name("www.test"), DNS_A, SG_NOW, mono) >= 0);
	for (i = 0; i < DNS_MAX_XCHG && dns_res_xchg(res, i)->state != DNS_X_START; i++)
		;
	assert_true(i < DNS_MAX_XCHG);
	return i;
}

static void no_ipv6_here_is_found_out_before_anything_is_sent(void **state)
{
	static const char *const why[] = { "network is unreachable",
		"no source address for this destination", "address family not supported here" };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof why / sizeof *why; i++) {
		dns_res_fail(res, start6(), why[i], SG_NOW, mono);
		assert_true(res->no_route[1] > mono);
	}
	dns_res_fail(res, start6(), "too many open files", SG_NOW, mono);
	assert_false(res->no_route[1] > mono);
}

/* Anyone on the way can send an ICMP error: it says nothing of this machine. */
static void icmp_does_not_end_ipv6(void **state)
{
	unsigned slot;

	(void)state;
	slot = start6();
	dns_res_sent(res, slot, 1, mono);
	dns_res_fail(res, slot, "network is unreachable", SG_NOW, mono);
	assert_false(res->no_route[1] > mono);
}

static void a_look_up_out_of_time_names_the_servers(void **state)
{
	const struct dns_result *r;
	unsigned i;

	(void)state;
	world();
	for (i = 2; i < 16; i++)
		hint(i);
	srv[1].mode = SILENT;
	begin();
	look("www.test", DNS_A, &r);
	assert_int_equal(r->state, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r->reason, "no result within the time"));
	assert_non_null(strstr(r->reason, "(10.0.0.2): no reply in time"));
}

static int make(void **state)
{
	(void)state;
	res = calloc(1, dns_res_size());
	return res == NULL;
}

static int unmake(void **state)
{
	(void)state;
	free(res);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc1034_5_3_3_referrals_are_followed),
		cmocka_unit_test(rfc9609_priming_adds_servers),
		cmocka_unit_test(rfc9609_hints_remain),
		cmocka_unit_test(rfc9156_3_refused_for_short_names),
		cmocka_unit_test(rfc9156_3_nxdomain_for_empty_non_terminals),
		cmocka_unit_test(rfc9156_3_short_names_ignored),
		cmocka_unit_test(rfc9156_2_3_shortened_questions_are_bounded),
		cmocka_unit_test(rfc9156_2_3_underscore_labels_are_no_cuts),
		cmocka_unit_test(servers_without_glue),
		cmocka_unit_test(the_first_names_fail_and_the_next_are_tried),
		cmocka_unit_test(dead_glue_then_the_names_without),
		cmocka_unit_test(servers_that_depend_on_each_other),
		cmocka_unit_test(lame_servers_are_named),
		cmocka_unit_test(dead_servers_are_named),
		cmocka_unit_test(servers_of_no_use_are_named),
		cmocka_unit_test(no_root_server_answers),
		cmocka_unit_test(rfc7766_5_truncated_over_tcp),
		cmocka_unit_test(nxns_attack_is_bounded),
		cmocka_unit_test(endless_chain_of_servers_without_glue),
		cmocka_unit_test(many_dead_addresses_end_in_time),
		cmocka_unit_test(glue_out_of_bailiwick_is_not_used),
		cmocka_unit_test(upward_referrals_are_lame),
		cmocka_unit_test(self_delegation_is_lame),
		cmocka_unit_test(ns_beside_an_answer_is_no_referral),
		cmocka_unit_test(a_lost_packet_is_forgiven),
		cmocka_unit_test(ipv4_is_asked_before_ipv6_has_proven_itself),
		cmocka_unit_test(an_address_that_was_not_found_is_asked_for_again),
		cmocka_unit_test(an_address_is_remembered_by_its_ttl),
		cmocka_unit_test(a_delegation_in_use_stays),
		cmocka_unit_test(a_look_up_that_is_over_asks_nothing_more),
		cmocka_unit_test(what_another_waits_for_goes_on),
		cmocka_unit_test(a_server_over_tcp_alone),
		cmocka_unit_test(without_a_route_for_a_family),
		cmocka_unit_test(asked_anew_the_wait_begins_anew),
		cmocka_unit_test(no_ipv6_here_is_found_out_before_anything_is_sent),
		cmocka_unit_test(icmp_does_not_end_ipv6),
		cmocka_unit_test(a_look_up_out_of_time_names_the_servers),
	};

	return cmocka_run_group_tests(tests, make, unmake);
}
