/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/prove.c: whole chains from an anchor to an answer, over the miniature DNS of
 * tests/world.h, good and spoilt.  Each question is first answered "not here yet", as the
 * resolver does, so every proof is also tried in pieces.  The last tests change each octet of
 * every message of a good run.
 */
#include "dns/sec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/world.h"

/* ---- the harness ----------------------------------------------------------------------- */

struct held {
	uint8_t name[DNS_NAME_MAX], *flat;
	uint16_t type;
	size_t len;
	uint16_t rcode;
	bool shown, lost;
};
static struct held held[64];
static unsigned nheld, waits;
static bool (*lose)(const uint8_t *name, uint16_t type); /* nobody can tell */

static struct dns_anchors anchors;
static struct dns_memo memo;
static uint8_t canon[DNS_CANON_MAX], signed_[2 * DNS_CANON_MAX];
static struct dns_result r;
static struct dns_ctx c;
static struct dns_work work;
static unsigned verifies;

static void forget(void)
{
	unsigned i;

	for (i = 0; i < nheld; i++)
		free(held[i].flat);
	nheld = 0;
}

static struct held *hold(const uint8_t *name, uint16_t type)
{
	static struct sg_msg m;
	static uint8_t buf[100000];
	struct held *h = &held[nheld++];

	assert_true(nheld <= 64);
	memset(h, 0, sizeof *h);
	dns_name_copy(h->name, name);
	h->type = type;
	h->lost = lose != NULL && lose(name, type);
	sg_answer(&world, &m, name, type);
	h->rcode = m.rcode;
	h->len = sg_msg_flat(&m, buf, sizeof buf);
	h->flat = malloc(h->len ? h->len : 1); /* exact, for the sanitizer */
	memcpy(h->flat, buf, h->len);
	return h;
}

static enum dns_have get(void *arg, const uint8_t *name, uint16_t type, struct dns_view *v,
    struct dns_why *why)
{
	struct held *h = NULL;
	unsigned i;

	(void)arg;
	for (i = 0; i < nheld; i++)
		if (held[i].type == type && dns_name_eq(held[i].name, name))
			h = &held[i];
	if (h == NULL)
		h = hold(name, type);
	if (!h->shown)
		return DNS_HAVE_WAIT;
	if (h->lost) {
		why->ede = DNS_EDE_NO_REACHABLE;
		strcpy(why->text, "lost");
		return DNS_HAVE_FAILED;
	}
	*v = (struct dns_view){ h->flat, h->len, h->rcode, (int)(h - held) };
	return DNS_HAVE_MSG;
}

static void ctx_init(int64_t now)
{
	memset(memo.state, 0, sizeof memo.state);
	work = (struct dns_work){ 0 };
	verifies = waits = 0;
	c = (struct dns_ctx){ .anchors = &anchors, .now = now, .memo = &memo, .canon = canon,
		.signed_ = signed_, .get = get, .out = &r, .blame = -1,  .work = &work, .verifies = &verifies };
}

static void evaluate(const char *name, uint16_t type)
{
	unsigned i;

	dns_name_copy(r.qname, sg_name(name));
	r.qtype = type;
	while (!dns_prove(&c)) {
		assert_true(waits++ < 40);
		for (i = 0; i < nheld; i++)
			held[i].shown = true;
	}
}

static bool weak;

static enum dns_sec ask(const char *name, uint16_t type)
{
	forget();
	ctx_init(SG_NOW);
	c.allow_weak = weak;
	evaluate(name, type);
	assert_true(r.state == DNS_SEC_SECURE || r.reason[0] != '\0'); /* never without a reason */
	assert_true(r.state >= DNS_SEC_INSECURE || r.len == 0);        /* never data that is bad */
	return r.state;
}

static void is(const char *name, uint16_t type, enum dns_sec want)
{
	enum dns_sec got = ask(name, type);

	if (got != want)
		print_error("%s: %s, not %s: %s\n", name, dns_sec_str(got), dns_sec_str(want), r.reason);
	assert_int_equal(got, want);
}

static void denied(const char *name, uint16_t type, unsigned rcode, enum dns_sec want)
{
	is(name, type, want);
	assert_int_equal(r.rcode, rcode);
	assert_false(dns_result_has_data(&r));
}

static int fresh(void **state)
{
	(void)state;
	make_world();
	anchors.n = 0;
	anchor_add(&anchors, sg_rr_ds(root.apex, &k_root, 2));
	lose = NULL;
	weak = false;
	return 0;
}

static int tidy(void **state)
{
	(void)state;
	forget();
	return 0;
}

/* ---- spoiling answers -------------------------------------------------------------------- */

/* What sets the mangler to work: the question, and the records that it takes away. */
static struct {
	const char *qname, *owner;
	uint16_t qtype, type, covered;
	unsigned hits;
} spoil;

static bool is_question(const struct sg_msg *m)
{
	return (spoil.qname == NULL || dns_name_eq(m->qname, sg_name(spoil.qname))) &&
	    (spoil.qtype == 0 || m->qtype == spoil.qtype);
}

static bool is_target(const struct sg_rr *rr)
{
	return (spoil.type == 0 || rr->type == spoil.type) &&
	    (spoil.owner == NULL || dns_name_eq(rr->owner, sg_name(spoil.owner))) &&
	    (spoil.covered == 0 || (rr->type == DNS_RRSIG &&
	    (rr->rd[0] << 8 | rr->rd[1]) == spoil.covered));
}

static void drop(struct sg_msg *m)
{
	unsigned i;

	for (i = m->n; is_question(m) && i-- > 0;)
		if (is_target(&m->rr[i])) {
			sg_msg_remove(m, i);
			spoil.hits++;
		}
}

static void flip(struct sg_msg *m)
{
	unsigned i;

	for (i = 0; is_question(m) && i < m->n; i++)
		if (is_target(&m->rr[i])) {
			m->rr[i].rd[m->rr[i].rdlen - 1] ^= 1;
			spoil.hits++;
		}
}

static void with(void (*how)(struct sg_msg *m), const char *qname, uint16_t qtype,
    const char *owner, uint16_t type, uint16_t covered)
{
	world.mangle = how;
	spoil.qname = qname;
	spoil.qtype = qtype;
	spoil.owner = owner;
	spoil.type = type;
	spoil.covered = covered;
	spoil.hits = 0;
}

/* ---- positive --------------------------------------------------------------------------- */

static void rfc4035_5_positive(void **state)
{
	(void)state;
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(dns_result_has_data(&r));
	assert_string_equal(r.reason, "");
	assert_int_equal(r.ede, DNS_EDE_NONE);
	assert_int_equal(r.nlinks, 0);
	assert_int_equal(work.fail_cost, 0);
	assert_int_equal(r.sig_expires, SG_NOW + 86400);
	is("_25._tcp.mx.example.test", DNS_TLSA, DNS_SEC_SECURE);
	is("EXAMPLE.Test", DNS_DNSKEY, DNS_SEC_SECURE);
	is("example.test", DNS_DS, DNS_SEC_SECURE);
	is(".", DNS_SOA, DNS_SEC_SECURE);
}

/* RSA/SHA-256, P-384, RSA/SHA-512 under P-256 under Ed25519 */
static void every_algorithm_in_a_chain(void **state)
{
	(void)state;
	is("www.n3.test", DNS_A, DNS_SEC_SECURE);
	is("www.optout.test", DNS_A, DNS_SEC_SECURE);
	is("www.big.test", DNS_A, DNS_SEC_SECURE);
}

static uint32_t first_ttl(void)
{
	struct dns_rr rr;
	size_t pos = 0;

	assert_true(dns_flat_next(r.buf, r.len, &pos, &rr));
	return rr.ttl;
}

static void long_ttl(struct sg_msg *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->rr[i].type == DNS_A)
			m->rr[i].ttl = 1000000;
}

static void short_sig_ttl(struct sg_msg *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->rr[i].type == DNS_RRSIG)
			m->rr[i].ttl = 5;
}

static void rfc4035_5_3_3_ttl(void **state)
{
	(void)state;
	world.mangle = long_ttl;
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_int_equal(first_ttl(), 3600); /* the original TTL */
	world.mangle = NULL;
	ex.expiration = SG_NOW + 60;
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_int_equal(first_ttl(), 60); /* what is left of the signature */
	assert_int_equal(r.sig_expires, SG_NOW + 60);
}

static void rfc4035_5_3_3_ttl_of_the_rrsig(void **state)
{
	(void)state;
	world.mangle = short_sig_ttl;
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_int_equal(first_ttl(), 5);
}

/* Each link of the chain taken away or broken in turn: never secure, never insecure. */
static void each_link_missing(void **state)
{
	static const struct { const char *qname; uint16_t qtype, covered; } link[] = {
		{ ".", DNS_DNSKEY, DNS_DNSKEY }, { "test", DNS_DS, DNS_DS },
		{ "test", DNS_DNSKEY, DNS_DNSKEY }, { "example.test", DNS_DS, DNS_DS },
		{ "example.test", DNS_DNSKEY, DNS_DNSKEY }, { "www.example.test", DNS_A, DNS_A }
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof link / sizeof link[0]; i++) {
		with(drop, link[i].qname, link[i].qtype, link[i].qname, DNS_RRSIG, link[i].covered);
		is("www.example.test", DNS_A, DNS_SEC_BOGUS);
		assert_int_equal(spoil.hits, 1);
		with(flip, link[i].qname, link[i].qtype, link[i].qname, DNS_RRSIG, link[i].covered);
		is("www.example.test", DNS_A, DNS_SEC_BOGUS);
		with(flip, link[i].qname, link[i].qtype, link[i].qname, link[i].qtype, 0);
		is("www.example.test", DNS_A, DNS_SEC_BOGUS);
		with(drop, link[i].qname, link[i].qtype, link[i].qname, 0, 0);
		is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	}
}

static void stripped_everywhere(void **state)
{
	(void)state;
	with(drop, NULL, 0, NULL, DNS_RRSIG, 0);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_non_null(strstr(r.reason, "zone"));
}

static void stripped_answer_reason(void **state)
{
	(void)state;
	with(drop, "www.example.test", DNS_A, NULL, DNS_RRSIG, 0);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.ede, DNS_EDE_NO_RRSIG);
	assert_non_null(strstr(r.reason, "www.example.test"));
	assert_true(c.blame >= 0 && dns_name_eq(held[c.blame].name, sg_name("www.example.test")) &&
	    held[c.blame].type == DNS_A);
}

/* ---- forged ------------------------------------------------------------------------------- */

static void forge_unsigned(struct sg_msg *m)
{
	struct sg_rr a;

	if (!dns_name_is_under(m->qname, sg_name("example.test")) || m->qtype != DNS_A)
		return;
	m->n = 0;
	a = sg_rr_a(m->qname, 66);
	sg_msg_add(m, DNS_ANSWER, &a);
}

/* True records moved to the additional section, beside nothing else. */
static void move_to_additional(struct sg_msg *m)
{
	unsigned i;

	for (i = 0; is_question(m) && i < m->n; i++) {
		m->rr[i].section = DNS_ADDITIONAL;
		spoil.hits++;
	}
}

static void rfc2181_5_4_1_additional_section_proves_nothing(void **state)
{
	(void)state;
	with(move_to_additional, "www.example.test", DNS_A, NULL, 0, 0);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_true(spoil.hits > 0);
	with(move_to_additional, "nobody.example.test", DNS_A, NULL, 0, 0);
	is("nobody.example.test", DNS_A, DNS_SEC_BOGUS);
	with(move_to_additional, "example.test", DNS_DNSKEY, NULL, 0, 0);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	with(move_to_additional, "example.test", DNS_DS, NULL, 0, 0);
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
}

static void forged_unsigned_bogus(void **state)
{
	(void)state;
	world.mangle = forge_unsigned;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	is("nobody.example.test", DNS_A, DNS_SEC_BOGUS);
	is("x.y.z.example.test", DNS_A, DNS_SEC_BOGUS);
}

static struct sg_key k_evil;

/* A zone of the attacker's own: keys, signatures, all but the DS. */
static void forge_signed(struct sg_msg *m)
{
	struct sg_rr set[2];
	struct sg_sig s;

	if (!dns_name_is_under(m->qname, sg_name("example.test")))
		return;
	if (m->qtype == DNS_DNSKEY)
		set[0] = sg_rr_dnskey(m->qname, &k_evil);
	else if (m->qtype == DNS_A)
		set[0] = sg_rr_a(m->qname, 66);
	else
		return;
	m->n = 0;
	sg_sig_init(&s, &k_evil, sg_name("example.test"), &set[0]);
	set[1] = sg_sign(&s, set, 1);
	sg_msg_add(m, DNS_ANSWER, &set[0]);
	sg_msg_add(m, DNS_ANSWER, &set[1]);
}

static void forged_keys_bogus(void **state)
{
	(void)state;
	sg_key_make(&k_evil, 15, 257, 0);
	world.mangle = forge_signed;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.ede, DNS_EDE_NO_DNSKEY);
}

/* An unsigned "there is no DS", alone and with the true NSEC of another delegation. */
static void forge_no_ds(struct sg_msg *m)
{
	struct sg_world w = world;

	if (m->qtype == DNS_DS && dns_name_eq(m->qname, sg_name("example.test"))) {
		w.mangle = NULL;
		sg_answer(&w, m, sg_name("unsigned.test"), DNS_DS);
		return;
	}
	forge_unsigned(m);
}

static void forge_no_ds_bare(struct sg_msg *m)
{
	if (m->qtype == DNS_DS && dns_name_eq(m->qname, sg_name("example.test")))
		m->n = 0;
	else
		forge_unsigned(m);
}

static void forged_insecure_bogus(void **state)
{
	(void)state;
	world.mangle = forge_no_ds;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	world.mangle = forge_no_ds_bare;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.ede, DNS_EDE_NO_NSEC);
}

/* RFC 6840 section 4.4: the child's own NSEC at its apex says nothing of its DS. */
static void forge_child_apex(struct sg_msg *m)
{
	static const uint16_t types[] = { DNS_NS, DNS_SOA, DNS_NSEC, DNS_RRSIG, 0 };
	struct sg_rr set[2];
	struct sg_sig s;

	if (m->qtype == DNS_DS && dns_name_eq(m->qname, sg_name("example.test"))) {
		m->n = 0;
		set[0] = sg_rr_nsec(sg_name("example.test"), sg_name("www.example.test"), types);
		sg_sig_init(&s, &k_ex, sg_name("example.test"), &set[0]);
		set[1] = sg_sign(&s, set, 1);
		sg_msg_add(m, DNS_AUTHORITY, &set[0]);
		sg_msg_add(m, DNS_AUTHORITY, &set[1]);
	} else {
		forge_unsigned(m);
	}
}

static void child_apex_nsec_is_no_insecure_proof(void **state)
{
	(void)state;
	world.mangle = forge_child_apex;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	is("example.test", DNS_DS, DNS_SEC_BOGUS);
}

/* The zone below signs with a good key data of a name beside it. */
static void forge_by_sibling(struct sg_msg *m)
{
	struct sg_rr set[2];
	struct sg_sig s;

	if (m->qtype != DNS_A)
		return;
	m->n = 0;
	set[0] = sg_rr_a(m->qname, 66);
	sg_sig_init(&s, &k_n3, sg_name("n3.test"), &set[0]);
	set[1] = sg_sign(&s, set, 1);
	sg_msg_add(m, DNS_ANSWER, &set[0]);
	sg_msg_add(m, DNS_ANSWER, &set[1]);
}

static void signer_beside_bogus(void **state)
{
	(void)state;
	world.mangle = forge_by_sibling;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	is("www.n3.test", DNS_A, DNS_SEC_SECURE); /* its own, it may */
}

/* The zone above signs what can only be the apex of the zone below. */
static void forge_apex_by_parent(struct sg_msg *m)
{
	struct sg_rr set[2];
	struct sg_sig s;

	if (m->qtype != DNS_SOA && m->qtype != DNS_NS)
		return;
	m->n = 0;
	set[0] = m->qtype == DNS_SOA ? sg_rr_soa(m->qname) :
	    sg_rr_name(m->qname, DNS_NS, sg_name("ns.test"));
	sg_sig_init(&s, &k_tld, sg_name("test"), &set[0]);
	set[1] = sg_sign(&s, set, 1);
	sg_msg_add(m, DNS_ANSWER, &set[0]);
	sg_msg_add(m, DNS_ANSWER, &set[1]);
}

static void rfc4035_5_3_1_b2_apex_signed_by_the_parent(void **state)
{
	(void)state;
	world.mangle = forge_apex_by_parent;
	is("example.test", DNS_SOA, DNS_SEC_BOGUS);
	is("example.test", DNS_NS, DNS_SEC_BOGUS);
	is("test", DNS_SOA, DNS_SEC_SECURE); /* its own, it may */
	is("test", DNS_NS, DNS_SEC_SECURE);
}

/* ---- negative ------------------------------------------------------------------------------ */

static void rfc4035_5_4_nxdomain(void **state)
{
	(void)state;
	denied("no.example.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
	denied("zzz.example.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE); /* the last NSEC */
	denied("no.such.tld", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
}

static void rfc5155_8_4_nxdomain(void **state)
{
	(void)state;
	denied("no.n3.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
	denied("a.b.c.n3.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
}

static void nodata(void **state)
{
	(void)state;
	denied("www.example.test", DNS_MX, DNS_NOERROR, DNS_SEC_SECURE);
	denied("www.n3.test", DNS_MX, DNS_NOERROR, DNS_SEC_SECURE);
	denied("www.optout.test", DNS_MX, DNS_NOERROR, DNS_SEC_SECURE);
	denied("ent.example.test", DNS_A, DNS_NOERROR, DNS_SEC_SECURE); /* empty non-terminals */
	denied("ent.n3.test", DNS_A, DNS_NOERROR, DNS_SEC_SECURE);
	denied("www.example.test", DNS_DS, DNS_NOERROR, DNS_SEC_SECURE);
	denied("www.n3.test", DNS_DS, DNS_NOERROR, DNS_SEC_SECURE);
}

static void unsigned_delegation_has_no_ds(void **state)
{
	(void)state;
	denied("unsigned.test", DNS_DS, DNS_NOERROR, DNS_SEC_SECURE);
	denied("sub.example.test", DNS_DS, DNS_NOERROR, DNS_SEC_SECURE);
	denied("sub.n3.test", DNS_DS, DNS_NOERROR, DNS_SEC_SECURE);
	is("sub.optout.test", DNS_DS, DNS_SEC_INSECURE); /* RFC 5155 section 9.2 */
}

static void rfc5155_9_2_optout_nxdomain_insecure(void **state)
{
	(void)state;
	is("no.optout.test", DNS_A, DNS_SEC_INSECURE);
	assert_non_null(strstr(r.reason, "opt-out"));
}

/* The rcode in the header proves nothing. */
static void swap_rcode(struct sg_msg *m)
{
	m->rcode = m->rcode == 3 ? 0 : 3;
}

static void rcode_comes_from_the_proof(void **state)
{
	(void)state;
	world.mangle = swap_rcode;
	denied("no.example.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
	denied("www.example.test", DNS_MX, DNS_NOERROR, DNS_SEC_SECURE);
	denied("no.n3.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
	assert_int_equal(r.rcode, DNS_NOERROR);
}

/* Each record of the denial taken away in turn. */
static void each_record_of_a_denial_missing(const char *name, uint16_t type, enum dns_sec want)
{
	static struct sg_msg whole, *m = &whole;
	unsigned i, n;

	sg_answer(&world, m, sg_name(name), type);
	n = m->n;
	for (i = 0; i < n; i++) {
		char owner[DNS_NAME_TEXT];

		if (m->rr[i].type != DNS_NSEC && m->rr[i].type != DNS_NSEC3)
			continue;
		with(drop, name, type, dns_name_str(m->rr[i].owner, owner, sizeof owner), m->rr[i].type, 0);
		is(name, type, want);
		assert_true(r.ede == DNS_EDE_NO_NSEC);
		with(drop, name, type, owner, DNS_RRSIG, m->rr[i].type);
		is(name, type, want);
		with(flip, name, type, owner, DNS_RRSIG, m->rr[i].type);
		is(name, type, want);
		world.mangle = NULL;
	}
	is(name, type, DNS_SEC_SECURE); /* and whole it is good */
}

static void denial_ingredients_nsec(void **state)
{
	(void)state;
	each_record_of_a_denial_missing("no.example.test", DNS_A, DNS_SEC_BOGUS);
	each_record_of_a_denial_missing("www.example.test", DNS_MX, DNS_SEC_BOGUS);
	each_record_of_a_denial_missing("x.wild.example.test", DNS_MX, DNS_SEC_BOGUS);
	each_record_of_a_denial_missing("x.wild.example.test", DNS_A, DNS_SEC_BOGUS);
	each_record_of_a_denial_missing("ent.example.test", DNS_A, DNS_SEC_BOGUS);
}

static void denial_ingredients_nsec3(void **state)
{
	(void)state;
	each_record_of_a_denial_missing("no.n3.test", DNS_A, DNS_SEC_BOGUS);
	each_record_of_a_denial_missing("www.n3.test", DNS_MX, DNS_SEC_BOGUS);
	each_record_of_a_denial_missing("x.wild.n3.test", DNS_MX, DNS_SEC_BOGUS);
	each_record_of_a_denial_missing("ent.n3.test", DNS_A, DNS_SEC_BOGUS);
}

/* RFC 9276 section 3.2 */
static void nsec3_iterations_51(void **state)
{
	(void)state;
	is("no.big.test", DNS_A, DNS_SEC_INSECURE);
	assert_int_equal(r.ede, DNS_EDE_ITERATIONS);
	is("www.big.test", DNS_MX, DNS_SEC_INSECURE);
	is("www.big.test", DNS_A, DNS_SEC_SECURE); /* nothing is denied */
	big.iterations = 50;
	is("no.big.test", DNS_A, DNS_SEC_SECURE);
	big.iterations = 51;
	with(flip, NULL, 0, NULL, DNS_RRSIG, DNS_NSEC3);
	is("no.big.test", DNS_A, DNS_SEC_BOGUS); /* the record itself must verify */
	/* and that the same zone's good NSEC3 would leave a cut here open takes nothing back */
	with(flip, "no.big.test", DNS_A, NULL, DNS_RRSIG, DNS_NSEC3);
	is("no.big.test", DNS_A, DNS_SEC_BOGUS);
	with(flip, "www.big.test", DNS_A, NULL, DNS_RRSIG, DNS_A);
	is("www.big.test", DNS_A, DNS_SEC_BOGUS);
	with(drop, "x.wild.big.test", DNS_A, NULL, DNS_NSEC3, 0);
	is("x.wild.big.test", DNS_A, DNS_SEC_BOGUS);
}

/* ---- wildcards ----------------------------------------------------------------------------- */

static void rfc4035_5_3_4_wildcard(void **state)
{
	(void)state;
	is("x.wild.example.test", DNS_A, DNS_SEC_SECURE);
	is("a.b.wild.example.test", DNS_A, DNS_SEC_SECURE);
	is("x.wild.n3.test", DNS_A, DNS_SEC_SECURE);
	is("a.b.wild.n3.test", DNS_A, DNS_SEC_SECURE);
	is("*.wild.example.test", DNS_A, DNS_SEC_SECURE); /* asked for itself */
	denied("x.wild.example.test", DNS_MX, DNS_NOERROR, DNS_SEC_SECURE);
	denied("x.wild.n3.test", DNS_MX, DNS_NOERROR, DNS_SEC_SECURE);
	is("x.wc.example.test", DNS_A, DNS_SEC_SECURE); /* a CNAME out of a wildcard */
}

static void wildcard_without_proof_bogus(void **state)
{
	(void)state;
	with(drop, "x.wild.example.test", DNS_A, NULL, DNS_NSEC, 0);
	is("x.wild.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.ede, DNS_EDE_NO_NSEC);
	with(drop, "x.wild.n3.test", DNS_A, NULL, DNS_NSEC3, 0);
	is("x.wild.n3.test", DNS_A, DNS_SEC_BOGUS);
	with(drop, "x.wc.example.test", DNS_A, NULL, DNS_NSEC, 0);
	is("x.wc.example.test", DNS_A, DNS_SEC_BOGUS);
}

/* A wildcard's records in place of a name that exists. */
static void forge_wildcard(struct sg_msg *m)
{
	struct sg_world w = world;
	unsigned i;

	if (m->qtype != DNS_A || !dns_name_eq(m->qname, sg_name("real.wild.example.test")))
		return;
	w.mangle = NULL;
	sg_answer(&w, m, sg_name("q.wild.example.test"), DNS_A);
	for (i = 0; i < m->n; i++)
		if (m->rr[i].section == DNS_ANSWER)
			memcpy(m->rr[i].owner, sg_name("real.wild.example.test"), 24);
}

static void wildcard_over_an_existing_name_bogus(void **state)
{
	(void)state;
	put(&ex, sg_rr_a(sg_name("real.wild.example.test"), 77));
	is("real.wild.example.test", DNS_A, DNS_SEC_SECURE);
	world.mangle = forge_wildcard;
	is("real.wild.example.test", DNS_A, DNS_SEC_BOGUS);
}

/* The NSEC of a wildcard under the name of what the wildcard would make (RFC 4035 section 5.4). */
static void forge_wildcard_nsec(struct sg_msg *m)
{
	struct sg_world w = world;
	unsigned i;

	if (m->qtype != DNS_MX || !dns_name_eq(m->qname, sg_name("real.wild.example.test")))
		return;
	w.mangle = NULL;
	sg_answer(&w, m, sg_name("q.wild.example.test"), DNS_MX);
	for (i = 0; i < m->n; i++)
		if (dns_name_is_wild(m->rr[i].owner)) {
			memcpy(m->rr[i].owner, sg_name("real.wild.example.test"), 24);
			spoil.hits++;
		}
}

static void rfc4035_5_4_nsec_from_a_wildcard(void **state)
{
	(void)state;
	put(&ex, sg_rr(sg_name("real.wild.example.test"), DNS_MX, 60, "\0\1\2mx\0", 6));
	is("real.wild.example.test", DNS_MX, DNS_SEC_SECURE);
	spoil.hits = 0;
	world.mangle = forge_wildcard_nsec;
	is("real.wild.example.test", DNS_MX, DNS_SEC_BOGUS);
	assert_int_equal(spoil.hits, 2);
}

/* A DS set out of a wildcard makes no delegation. */
static void ds_from_a_wildcard_bogus(void **state)
{
	static struct sg_zone evil;
	struct sg_rr ds;

	(void)state;
	sg_key_make(&k_evil, 15, 257, 0);
	sg_zone_init(&world, &evil, "evil.test", &k_evil, SG_NSEC);
	fill(&evil, "evil.test");
	ds = sg_rr_ds(evil.apex, &k_evil, 2);
	memcpy(ds.owner, sg_name("*.test"), 8);
	put(&tld, ds);
	is("www.evil.test", DNS_A, DNS_SEC_BOGUS);
	assert_non_null(strstr(r.reason, "wildcard"));
}

static void rfc5155_9_2_optout_wildcard_insecure(void **state)
{
	(void)state;
	is("x.wild.optout.test", DNS_A, DNS_SEC_INSECURE);
}

/* ---- insecure ------------------------------------------------------------------------------ */

static void insecure_delegation_nsec(void **state)
{
	(void)state;
	is("www.unsigned.test", DNS_A, DNS_SEC_INSECURE);
	assert_true(dns_result_has_data(&r));
	assert_non_null(strstr(r.reason, "unsigned.test"));
	is("no.unsigned.test", DNS_A, DNS_SEC_INSECURE);
	assert_int_equal(r.rcode, DNS_NXDOMAIN);
	is("a.b.c.unsigned.test", DNS_A, DNS_SEC_INSECURE);
}

/* The answers of an unsigned zone below signed ones of each kind. */
static struct sg_zone cut_ex, cut_n3, cut_oo;

static void add_cuts(void)
{
	sg_zone_init(&world, &cut_ex, "sub.example.test", NULL, SG_UNSIGNED);
	sg_zone_init(&world, &cut_n3, "sub.n3.test", NULL, SG_UNSIGNED);
	sg_zone_init(&world, &cut_oo, "sub.optout.test", NULL, SG_UNSIGNED);
	put(&cut_ex, sg_rr_a(sg_name("h.sub.example.test"), 1));
	put(&cut_n3, sg_rr_a(sg_name("h.sub.n3.test"), 1));
	put(&cut_oo, sg_rr_a(sg_name("h.sub.optout.test"), 1));
}

static void insecure_delegation_nsec3_and_optout(void **state)
{
	(void)state;
	add_cuts();
	is("h.sub.example.test", DNS_A, DNS_SEC_INSECURE);
	is("h.sub.n3.test", DNS_A, DNS_SEC_INSECURE);
	is("h.sub.optout.test", DNS_A, DNS_SEC_INSECURE);
	is("no.sub.optout.test", DNS_A, DNS_SEC_INSECURE);
}

static void insecure_delegation_without_its_proof_bogus(void **state)
{
	(void)state;
	add_cuts();
	with(drop, "sub.example.test", DNS_DS, NULL, DNS_NSEC, 0);
	is("h.sub.example.test", DNS_A, DNS_SEC_BOGUS);
	with(drop, "sub.n3.test", DNS_DS, NULL, DNS_NSEC3, 0);
	is("h.sub.n3.test", DNS_A, DNS_SEC_BOGUS);
	with(drop, "sub.optout.test", DNS_DS, NULL, DNS_NSEC3, 0);
	is("h.sub.optout.test", DNS_A, DNS_SEC_BOGUS);
	with(flip, "sub.optout.test", DNS_DS, NULL, DNS_RRSIG, DNS_NSEC3);
	is("h.sub.optout.test", DNS_A, DNS_SEC_BOGUS);
	with(flip, "unsigned.test", DNS_DS, NULL, DNS_RRSIG, DNS_NSEC);
	is("www.unsigned.test", DNS_A, DNS_SEC_BOGUS);
}

static void signed_below_unsigned_insecure(void **state)
{
	(void)state;
	is("www.island.test", DNS_A, DNS_SEC_INSECURE);
	is("no.island.test", DNS_A, DNS_SEC_INSECURE);
	is("www.below.unsigned.test", DNS_A, DNS_SEC_INSECURE); /* its DS is not proven */
}

static void rfc4035_5_2_unsupported_algorithm_insecure(void **state)
{
	(void)state;
	is("www.odd.test", DNS_A, DNS_SEC_INSECURE);
	assert_int_equal(r.ede, DNS_EDE_ALG);
	is("no.odd.test", DNS_A, DNS_SEC_INSECURE);
	with(flip, "odd.test", DNS_DS, NULL, DNS_DS, 0);
	is("www.odd.test", DNS_A, DNS_SEC_BOGUS); /* when the DS set itself is proven */
}

static bool lose_odd_dnskey(const uint8_t *name, uint16_t type)
{
	return type == DNS_DNSKEY && dns_name_eq(name, sg_name("odd.test"));
}

static void unsupported_needs_no_dnskey(void **state)
{
	(void)state;
	lose = lose_odd_dnskey;
	is("www.odd.test", DNS_A, DNS_SEC_INSECURE);
}

static void sha1_ds_insecure_unless_weak(void **state)
{
	(void)state;
	is("www.sha1.test", DNS_A, DNS_SEC_INSECURE);
	assert_int_equal(r.ede, DNS_EDE_DIGEST);
	weak = true;
	is("www.sha1.test", DNS_A, DNS_SEC_SECURE);
}

/* ---- anchors ---------------------------------------------------------------------------------- */

static void rfc4033_5_no_anchor_indeterminate(void **state)
{
	(void)state;
	anchors.n = 0;
	anchor_add(&anchors, sg_rr_ds(ex.apex, &k_ex, 2));
	is("www.n3.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_int_equal(r.ede, DNS_EDE_INDETERMINATE);
	is("www.unsigned.test", DNS_A, DNS_SEC_INDETERMINATE);
	is("example.test", DNS_DS, DNS_SEC_INDETERMINATE); /* the parent's, which has none */
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
}

static void island_with_an_anchor_secure(void **state)
{
	(void)state;
	anchor_add(&anchors, sg_rr_ds(isl.apex, &k_isl, 4));
	is("www.island.test", DNS_A, DNS_SEC_SECURE);
	denied("no.island.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
	with(drop, "www.island.test", DNS_A, NULL, DNS_RRSIG, 0);
	is("www.island.test", DNS_A, DNS_SEC_BOGUS);
	anchor_add(&anchors, sg_rr_dnskey(below.apex, &k_below));
	world.mangle = NULL;
	is("www.below.unsigned.test", DNS_A, DNS_SEC_SECURE);
	is("www.unsigned.test", DNS_A, DNS_SEC_INSECURE);
}

static void closest_anchor_wins(void **state)
{
	(void)state;
	anchor_add(&anchors, sg_rr_ds(ex.apex, &k_n3, 2)); /* not the key of that zone */
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	is("www.n3.test", DNS_A, DNS_SEC_SECURE);
}

static void anchor_out_of_date_is_none(void **state)
{
	(void)state;
	anchors.a[0].until = SG_NOW - 1;
	is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r.reason, "is valid at this time (validFrom and validUntil"));
	is("www.unsigned.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_non_null(strstr(r.reason, "is valid at this time (validFrom and validUntil"));
	anchors.a[0].until = SG_NOW;
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
}

/* What lies under a closer anchor is not the parent's to sign or to deny. */
static void forge_by_parent(struct sg_msg *m)
{
	struct sg_rr set[2];
	struct sg_sig s;

	if (m->qtype != DNS_A || !dns_name_is_under(m->qname, sg_name("example.test")))
		return;
	m->n = 0;
	set[0] = sg_rr_a(m->qname, 66);
	sg_sig_init(&s, &k_tld, sg_name("test"), &set[0]);
	set[1] = sg_sign(&s, set, 1);
	sg_msg_add(m, DNS_ANSWER, &set[0]);
	sg_msg_add(m, DNS_ANSWER, &set[1]);
}

static void closest_anchor_is_not_passed_over_by_a_signer_above(void **state)
{
	(void)state;
	anchor_add(&anchors, sg_rr_ds(ex.apex, &k_ex, 2));
	world.mangle = forge_by_parent;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
}

/* An alias above the anchor, unsigned where nothing need be signed, takes nothing away. */
static void forge_dname_above(struct sg_msg *m)
{
	struct sg_rr dn;

	if (m->qtype != DNS_A || !dns_name_eq(m->qname, sg_name("www.below.unsigned.test")))
		return;
	m->n = 0;
	dn = sg_rr_name(sg_name("unsigned.test"), DNS_DNAME, sg_name("island.test"));
	sg_msg_add(m, DNS_ANSWER, &dn);
}

static void dname_above_the_closest_anchor_bogus(void **state)
{
	(void)state;
	anchor_add(&anchors, sg_rr_ds(below.apex, &k_below, 2));
	is("www.below.unsigned.test", DNS_A, DNS_SEC_SECURE);
	world.mangle = forge_dname_above;
	is("www.below.unsigned.test", DNS_A, DNS_SEC_BOGUS);
}

/* ---- time ------------------------------------------------------------------------------------- */

static void expired_answer_ede_7(void **state)
{
	(void)state;
	ex.expiration = SG_NOW - 1;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.ede, DNS_EDE_SIG_EXPIRED);
	assert_non_null(strstr(r.reason, "example.test"));
	assert_non_null(strstr(r.reason, "DNSKEY"));
	ex.expiration = SG_NOW;
	is("www.example.test", DNS_A, DNS_SEC_SECURE);
}

static void early_answer_ede_8(void **state)
{
	(void)state;
	tld.inception = SG_NOW + 1;
	is("www.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.ede, DNS_EDE_SIG_EARLY);
}

static void expired_denial_ede_7(void **state)
{
	(void)state;
	n3.expiration = SG_NOW - 1;
	is("no.n3.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.ede, DNS_EDE_SIG_EXPIRED);
}

/* ---- aliases ------------------------------------------------------------------------------------ */

static void cname_chains(void **state)
{
	(void)state;
	is("alias.example.test", DNS_A, DNS_SEC_SECURE);
	assert_int_equal(r.nlinks, 1);
	assert_int_equal(r.links[0].state, DNS_SEC_SECURE);
	assert_true(dns_name_eq(r.name, sg_name("www.example.test")));
	assert_true(dns_result_has_data(&r));
	is("far.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(dns_name_eq(r.name, sg_name("www.n3.test")));
	denied("gone.example.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
	is("alias.example.test", DNS_CNAME, DNS_SEC_SECURE);
	assert_int_equal(r.nlinks, 0);
}

static void cname_link_broken_bogus(void **state)
{
	(void)state;
	with(drop, "far.example.test", DNS_A, "far.example.test", DNS_RRSIG, 0);
	is("far.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.links[0].state, DNS_SEC_BOGUS);
	with(flip, "far.example.test", DNS_A, "far.example.test", DNS_CNAME, 0);
	is("far.example.test", DNS_A, DNS_SEC_BOGUS);
}

/* The target as the alias brought it is spoilt: it is asked for, and only then is it bogus. */
static void spoil_target(struct sg_msg *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->rr[i].type == DNS_A && dns_name_eq(m->rr[i].owner, sg_name("www.n3.test")))
			m->rr[i].rd[0] ^= 1;
}

static void cname_target_spoilt_asked_for(void **state)
{
	(void)state;
	with(flip, "far.example.test", DNS_A, "www.n3.test", DNS_A, 0);
	is("far.example.test", DNS_A, DNS_SEC_SECURE);
	world.mangle = spoil_target;
	is("far.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_int_equal(r.links[0].state, DNS_SEC_SECURE);
	assert_int_equal(r.last, DNS_SEC_BOGUS);
	world.mangle = NULL;
}

/* The server leaves the target to another: it is asked for. */
static void cut_chain(struct sg_msg *m)
{
	unsigned i;

	for (i = m->n; i-- > 0;)
		if (dns_name_eq(m->qname, sg_name("far.example.test")) &&
		    !dns_name_eq(m->rr[i].owner, m->qname))
			sg_msg_remove(m, i);
}

static void cname_target_asked_for(void **state)
{
	(void)state;
	world.mangle = cut_chain;
	is("far.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(dns_result_has_data(&r));
}

/* ...and in place of the target stands a denial of it that proves nothing. */
static void cut_chain_and_deny(struct sg_msg *m)
{
	struct sg_rr soa = sg_rr_soa(sg_name("n3.test"));

	if (!dns_name_eq(m->qname, sg_name("far.example.test")))
		return;
	cut_chain(m);
	sg_msg_add(m, DNS_AUTHORITY, &soa);
	m->rcode = DNS_NXDOMAIN;
}

/* A denial that does not count leaves nothing behind: not its RCODE either. */
static void rcode_of_a_false_denial_after_an_alias(void **state)
{
	(void)state;
	world.mangle = cut_chain_and_deny;
	is("far.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(dns_result_has_data(&r));
	assert_int_equal(r.rcode, DNS_NOERROR);
}

static bool lose_www_ds(const uint8_t *name, uint16_t type)
{
	return type == DNS_DS && dns_name_eq(name, sg_name("www.n3.test"));
}

/* What a good proof of the target does not need, must not stop it. */
static void cname_target_needs_no_ds_below_its_zone(void **state)
{
	(void)state;
	world.mangle = cut_chain;
	lose = lose_www_ds;
	is("far.example.test", DNS_A, DNS_SEC_SECURE);
}

static void alias_into_an_insecure_zone(void **state)
{
	(void)state;
	is("out.example.test", DNS_A, DNS_SEC_INSECURE);
	assert_int_equal(r.nlinks, 1);
	assert_int_equal(r.links[0].state, DNS_SEC_SECURE);
	assert_int_equal(r.last, DNS_SEC_INSECURE);
	alias(&un, "in.unsigned.test", "www.example.test");
	is("in.unsigned.test", DNS_A, DNS_SEC_INSECURE);
	assert_int_equal(r.links[0].state, DNS_SEC_INSECURE);
	assert_int_equal(r.last, DNS_SEC_SECURE);
	assert_non_null(strstr(r.reason, "unsigned.test"));
}

static void starts(const char *text)
{
	if (strncmp(r.reason, text, strlen(text)) != 0)
		fail_msg("%s", r.reason);
}

static void spoil_out(struct sg_msg *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->rr[i].type == DNS_CNAME && dns_name_eq(m->rr[i].owner, sg_name("out.example.test")))
			m->rr[i].rd[1] ^= 1;
}

/* What DANE does depends on where a chain leaves the proven world: the first place is named. */
static void rfc7671_7_the_reason_says_at_which_link(void **state)
{
	(void)state;
	is("out.example.test", DNS_A, DNS_SEC_INSECURE);
	starts("www.unsigned.test, where alias 1 leads: ");
	alias(&un, "in.unsigned.test", "www.example.test");
	is("in.unsigned.test", DNS_A, DNS_SEC_INSECURE);
	starts("in.unsigned.test, alias 1 on the way: ");
	alias(&ex, "over.example.test", "in2.unsigned.test");
	alias(&un, "in2.unsigned.test", "out.example.test");
	is("over.example.test", DNS_A, DNS_SEC_INSECURE);
	assert_int_equal(r.nlinks, 3);
	starts("in2.unsigned.test, alias 2 on the way: "); /* not the end, insecure too */
	world.mangle = spoil_out;
	is("over.example.test", DNS_A, DNS_SEC_BOGUS); /* what is worse comes first */
	starts("out.example.test, alias 3 on the way: ");
	is("www.unsigned.test", DNS_A, DNS_SEC_INSECURE);
	assert_null(strstr(r.reason, "alias"));
}

static void rfc6672_dname(void **state)
{
	(void)state;
	is("www.dn.example.test", DNS_A, DNS_SEC_SECURE);
	assert_int_equal(r.nlinks, 1);
	assert_int_equal(r.links[0].type, DNS_DNAME);
	assert_true(dns_name_eq(r.name, sg_name("www.example.test")));
	denied("no.dn.example.test", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
	with(drop, "www.dn.example.test", DNS_A, "dn.example.test", DNS_RRSIG, 0);
	is("www.dn.example.test", DNS_A, DNS_SEC_BOGUS);
	with(flip, "www.dn.example.test", DNS_A, "dn.example.test", DNS_RRSIG, 0);
	is("www.dn.example.test", DNS_A, DNS_SEC_BOGUS);
}

/* The CNAME that comes with a DNAME is not signed: its target counts for nothing. */
static void bend_cname(struct sg_msg *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->rr[i].type == DNS_CNAME && dns_name_eq(m->rr[i].owner, sg_name("www.dn.example.test"))) {
			memcpy(m->rr[i].rd, sg_name("mx.example.test"), 17);
			m->rr[i].rdlen = 17;
		}
}

static void rfc6672_synthesised_cname_not_believed(void **state)
{
	(void)state;
	world.mangle = bend_cname;
	is("www.dn.example.test", DNS_A, DNS_SEC_SECURE);
	assert_true(dns_name_eq(r.name, sg_name("www.example.test")));
}

/* The n-th record of the result; its type and owner are as wanted. */
static struct dns_rr nth(unsigned n, uint16_t type, const char *owner)
{
	struct dns_rr rr;
	size_t pos = 0;

	do
		assert_true(dns_flat_next(r.buf, r.len, &pos, &rr));
	while (n-- > 0);
	assert_int_equal(rr.type, type);
	assert_true(dns_name_eq(rr.owner, sg_name(owner)));
	return rr;
}

/* RFC 6672 section 3.1: the CNAME comes with the DNAME, made here, with its TTL. */
static void holds_dname_and_cname(void)
{
	struct dns_rr dn = nth(0, DNS_DNAME, "dn.example.test");
	struct dns_rr cn = nth(1, DNS_CNAME, "www.dn.example.test");

	assert_true(dns_name_eq(dn.rdata, sg_name("example.test")));
	assert_true(dns_name_eq(cn.rdata, sg_name("www.example.test")));
	assert_int_equal(cn.ttl, dn.ttl);
}

static void rfc6672_3_1_synthesized_cname(void **state)
{
	(void)state;
	is("www.dn.example.test", DNS_A, DNS_SEC_SECURE);
	holds_dname_and_cname();
	nth(2, DNS_A, "www.example.test");
	world.mangle = bend_cname;
	is("www.dn.example.test", DNS_A, DNS_SEC_SECURE);
	holds_dname_and_cname();
	with(drop, "www.dn.example.test", DNS_A, "www.dn.example.test", DNS_CNAME, 0);
	is("www.dn.example.test", DNS_A, DNS_SEC_SECURE);
	holds_dname_and_cname();
}

/* Asked for, that CNAME is the answer, and as good as the DNAME; so for ANY. */
static void cname_below_a_dname(uint16_t type)
{
	world.mangle = NULL;
	is("www.dn.example.test", type, DNS_SEC_SECURE);
	holds_dname_and_cname();
	assert_true(dns_result_has_data(&r));
	assert_true(dns_name_eq(r.name, sg_name("www.dn.example.test")));
	assert_int_equal(r.links[0].state, DNS_SEC_SECURE);
	world.mangle = bend_cname;
	is("www.dn.example.test", type, DNS_SEC_SECURE);
	holds_dname_and_cname();
	with(drop, "www.dn.example.test", type, "www.dn.example.test", DNS_CNAME, 0);
	is("www.dn.example.test", type, DNS_SEC_SECURE);
	holds_dname_and_cname();
	with(drop, "www.dn.example.test", type, "dn.example.test", DNS_RRSIG, 0);
	is("www.dn.example.test", type, DNS_SEC_BOGUS);
	with(drop, "www.dn.example.test", type, "dn.example.test", 0, 0);
	is("www.dn.example.test", type, DNS_SEC_BOGUS); /* the CNAME alone */
	world.mangle = NULL;
	is("www.dn.unsigned.test", type, DNS_SEC_INSECURE);
	nth(1, DNS_CNAME, "www.dn.unsigned.test");
}

static void rfc6672_3_1_cname_question_below_a_dname(void **state)
{
	(void)state;
	put(&un, sg_rr_name(sg_name("dn.unsigned.test"), DNS_DNAME, sg_name("example.test")));
	cname_below_a_dname(DNS_CNAME);
	cname_below_a_dname(DNS_ANY);
}

/* The DNAME made from *.wd at b.wd, for the question below. */
static void dname_made_from_a_wildcard(struct sg_msg *m)
{
	struct sg_world w = world;

	w.mangle = NULL;
	if (dns_name_eq(m->qname, sg_name("a.b.wd.example.test")))
		sg_answer(&w, m, sg_name("b.wd.example.test"), DNS_DNAME);
}

static void rfc4592_4_4_dname_from_a_wildcard(void **state)
{
	(void)state;
	put(&ex, sg_rr_name(sg_name("*.wd.example.test"), DNS_DNAME, sg_name("example.test")));
	is("b.wd.example.test", DNS_DNAME, DNS_SEC_SECURE); /* asked for as what it is */
	world.mangle = dname_made_from_a_wildcard;
	is("a.b.wd.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_non_null(strstr(r.reason, "wildcard"));
	is("a.b.wd.example.test", DNS_CNAME, DNS_SEC_BOGUS);
}

#define L60 "123456789012345678901234567890123456789012345678901234567890"

static bool spoil_dname;

/* The DNAME that makes too long a name, as servers answer: the signer here would follow it. */
static void only_the_dname(struct sg_msg *m)
{
	struct sg_world w = world;
	unsigned i;

	w.mangle = NULL;
	if (m->qtype != DNS_A || !dns_name_is_under(m->qname, sg_name("long.example.test")))
		return;
	sg_answer(&w, m, sg_name("long.example.test"), DNS_DNAME);
	m->rcode = DNS_YXDOMAIN;
	for (i = 0; spoil_dname && i < m->n; i++)
		if (m->rr[i].type == DNS_RRSIG)
			m->rr[i].rd[m->rr[i].rdlen - 1] ^= 1;
}

/* RFC 6672 section 2.2: no such name can be; the DNAME proves it. */
static void rfc6672_2_2_yxdomain(void **state)
{
	static const char name[] = L60 "." L60 ".long.example.test";

	(void)state;
	put(&ex, sg_rr_name(sg_name("long.example.test"), DNS_DNAME,
	    sg_name(L60 "." L60 "." L60 ".example.test")));
	put(&ex, sg_rr_a(sg_name("x.example.test"), 1));
	world.mangle = only_the_dname;
	denied(name, DNS_A, DNS_YXDOMAIN, DNS_SEC_SECURE);
	nth(0, DNS_DNAME, "long.example.test");
	assert_non_null(strstr(r.reason, "too long"));
	spoil_dname = true;
	is(name, DNS_A, DNS_SEC_BOGUS);
	spoil_dname = false;
}

static void loop_bogus(void **state)
{
	(void)state;
	is("loop1.example.test", DNS_A, DNS_SEC_BOGUS);
	assert_non_null(strstr(r.reason, "loop"));
}

static void twelve_links_at_most(void **state)
{
	(void)state;
	is("l1.many.test", DNS_A, DNS_SEC_SECURE);
	assert_int_equal(r.nlinks, 12);
	is("l0.many.test", DNS_A, DNS_SEC_BOGUS);
	assert_non_null(strstr(r.reason, "12"));
}

/* ---- nobody can tell ------------------------------------------------------------------------------ */

static bool lose_all(const uint8_t *name, uint16_t type)
{
	(void)name;
	return type != 0;
}

static bool lose_ex_dnskey(const uint8_t *name, uint16_t type)
{
	return type == DNS_DNSKEY && dns_name_eq(name, sg_name("example.test"));
}

static bool lose_test_ds(const uint8_t *name, uint16_t type)
{
	return type == DNS_DS && dns_name_eq(name, sg_name("test"));
}

static void lost_messages_indeterminate(void **state)
{
	(void)state;
	lose = lose_all;
	is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	assert_int_equal(r.ede, DNS_EDE_NO_REACHABLE);
	lose = lose_ex_dnskey;
	is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	is("no.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	lose = lose_test_ds;
	is("www.example.test", DNS_A, DNS_SEC_INDETERMINATE);
	is("www.unsigned.test", DNS_A, DNS_SEC_INDETERMINATE);
}

/* The signatures alone, as servers answer. */
static void answer_rrsig(struct sg_msg *m)
{
	struct sg_world w = world;
	unsigned i;

	w.mangle = NULL;
	if (m->qtype != DNS_RRSIG)
		return;
	sg_answer(&w, m, m->qname, DNS_A);
	for (i = m->n; i-- > 0;)
		if (m->rr[i].section == DNS_ANSWER && m->rr[i].type == DNS_A)
			sg_msg_remove(m, i);
}

/* RFC 4035 section 2.2: there are no signatures over signatures. */
static void rfc4035_2_2_rrsig_question_insecure(void **state)
{
	(void)state;
	world.mangle = answer_rrsig;
	is("www.example.test", DNS_RRSIG, DNS_SEC_INSECURE);
	assert_non_null(strstr(r.reason, "RRSIG"));
	assert_true(dns_result_has_data(&r));
	is("www.dn.example.test", DNS_RRSIG, DNS_SEC_INSECURE);
	assert_int_equal(r.links[0].state, DNS_SEC_SECURE);
	assert_true(dns_name_eq(r.name, sg_name("www.example.test")));
}

/* That there are none is proven, or not, as for any type. */
static void rrsig_question_denied(void **state)
{
	(void)state;
	denied("no.example.test", DNS_RRSIG, DNS_NXDOMAIN, DNS_SEC_SECURE);
	denied("no.n3.test", DNS_RRSIG, DNS_NXDOMAIN, DNS_SEC_SECURE);
	denied("no.unsigned.test", DNS_RRSIG, DNS_NXDOMAIN, DNS_SEC_INSECURE);
	is("www.example.test", DNS_RRSIG, DNS_SEC_BOGUS); /* a NODATA that its own NSEC refutes */
	with(drop, NULL, DNS_RRSIG, NULL, DNS_NSEC, 0);
	is("no.example.test", DNS_RRSIG, DNS_SEC_BOGUS);
	with(drop, NULL, DNS_RRSIG, NULL, 0, 0);
	is("no.example.test", DNS_RRSIG, DNS_SEC_BOGUS);
	is("www.example.test", DNS_RRSIG, DNS_SEC_BOGUS);
}

static void answer_any(struct sg_msg *m)
{
	struct sg_world w = world;
	struct sg_msg *txt = malloc(sizeof *txt);
	unsigned i;

	w.mangle = NULL;
	if (m->qtype == DNS_ANY) {
		sg_answer(&w, m, m->qname, DNS_A);
		sg_answer(&w, txt, m->qname, DNS_TXT);
		for (i = 0; i < txt->n; i++)
			sg_msg_add(m, DNS_ANSWER, &txt->rr[i]);
		m->qtype = DNS_ANY;
	}
	free(txt);
}

static void answer_any_spoilt(struct sg_msg *m)
{
	answer_any(m);
	drop(m);
}

/* RFC 6840 section 4.2: each RRset by itself, the weakest counts. */
static void rfc6840_4_2_any(void **state)
{
	(void)state;
	put(&ex, sg_rr(sg_name("www.example.test"), DNS_TXT, 60, "\2hi", 3));
	world.mangle = answer_any;
	is("www.example.test", DNS_ANY, DNS_SEC_SECURE);
	with(answer_any_spoilt, NULL, DNS_ANY, NULL, DNS_RRSIG, DNS_TXT);
	is("www.example.test", DNS_ANY, DNS_SEC_BOGUS);
	with(answer_any_spoilt, NULL, DNS_ANY, NULL, DNS_RRSIG, DNS_A);
	is("www.example.test", DNS_ANY, DNS_SEC_BOGUS);
	with(answer_any_spoilt, NULL, DNS_ANY, NULL, 0, 0);
	is("www.example.test", DNS_ANY, DNS_SEC_BOGUS); /* nothing, and no denial */
}

/* ---- each octet changed ------------------------------------------------------------------------------ */

static struct dns_msg parsed;
static uint8_t wire[DNS_WIRE_MAX];

struct record {
	uint16_t type, len;
	uint8_t rd[600];
};
struct truth {
	uint16_t rcode;
	unsigned n, nlinks;
	struct record rr[8];
	uint8_t name[DNS_NAME_MAX];
};

static void truth_of(struct truth *t)
{
	struct dns_rr rr;
	size_t pos = 0;

	memset(t, 0, sizeof *t);
	t->rcode = r.rcode;
	t->nlinks = r.nlinks;
	dns_name_copy(t->name, r.name);
	dns_name_lower(t->name);
	while (dns_flat_next(r.buf, r.len, &pos, &rr)) {
		assert_true(t->n < 8 && rr.rdlen <= 600);
		t->rr[t->n].type = rr.type;
		t->rr[t->n].len = rr.rdlen;
		memcpy(t->rr[t->n].rd, rr.rdata, rr.rdlen);
		dns_rdata_canon(rr.type, t->rr[t->n++].rd, rr.rdlen); /* letters may differ in case */
	}
}

/* Message k with octet i changed: as a resolver that takes it or leaves it. */
static void change(struct held *h, const uint8_t *w, size_t len, size_t i, uint8_t by)
{
	const char *err;

	memcpy(wire, w, len);
	wire[i] ^= by;
	free(h->flat);
	h->flat = NULL;
	h->len = 0;
	h->lost = dns_msg_parse(&parsed, wire, len, &err) != 0 ||
	    (parsed.rcode != DNS_NOERROR && parsed.rcode != DNS_NXDOMAIN);
	if (h->lost)
		return;
	h->rcode = parsed.rcode;
	h->len = parsed.len;
	h->flat = malloc(h->len ? h->len : 1);
	memcpy(h->flat, parsed.buf, h->len);
}

/* Ways in which an octet changes: a bit that is not a letter's case, that one, and all. */
static const uint8_t masks[] = { 0x01, 0x20, 0xff };

static unsigned each_octet(const char *name, uint16_t type)
{
	static struct truth want, got;
	static struct sg_msg m;
	static uint8_t good_wire[DNS_WIRE_MAX];
	unsigned k, n, b, bogus = 0;
	size_t i, len;

	is(name, type, DNS_SEC_SECURE);
	truth_of(&want);
	n = nheld; /* the messages that the proof takes */
	for (k = 0; k < n; k++) {
		sg_answer(&world, &m, held[k].name, held[k].type);
		len = sg_msg_wire(&m, 7, 0x8180, good_wire, sizeof good_wire);
		for (i = 0; i < len * 3; i++) {
			b = (unsigned)(i % 3);
			change(&held[k], good_wire, len, i / 3, masks[b]);
			work = (struct dns_work){ 0 };
			waits = 0;
			evaluate(name, type);
			assert_int_not_equal(r.state, DNS_SEC_INSECURE);
			bogus += r.state == DNS_SEC_BOGUS;
			if (r.state != DNS_SEC_SECURE)
				continue;
			truth_of(&got);
			assert_memory_equal(&got, &want, sizeof want);
		}
		change(&held[k], good_wire, len, 0, 0);
	}
	work = (struct dns_work){ 0 };
	evaluate(name, type);
	assert_int_equal(r.state, DNS_SEC_SECURE); /* unchanged, all is as it was */
	return bogus;
}

static void each_octet_positive(void **state)
{
	(void)state;
	assert_true(each_octet("_25._tcp.mx.example.test", DNS_TLSA) > 1000);
}

static void each_octet_nxdomain(void **state)
{
	(void)state;
	assert_true(each_octet("no.example.test", DNS_A) > 1000);
}

static void each_octet_wildcard(void **state)
{
	(void)state;
	assert_true(each_octet("x.wild.example.test", DNS_A) > 1000);
}

static void each_octet_nsec3(void **state)
{
	(void)state;
	assert_true(each_octet("no.n3.test", DNS_A) > 1000);
}

static void each_octet_alias(void **state)
{
	(void)state;
	assert_true(each_octet("far.example.test", DNS_A) > 1000);
}

#define T(f) cmocka_unit_test_setup(f, fresh)

/* More NSEC sets than a proof can need, before those that count: not all are verified */
static unsigned extra;

static void add_nsecs(struct sg_msg *m)
{
	static const uint16_t types[] = { DNS_A, 0 };
	struct sg_rr first[40];
	unsigned n = m->n, i;

	if (m->rcode != DNS_NXDOMAIN)
		return;
	memcpy(first, m->rr, n * sizeof *first);
	m->n = 0;
	for (i = 0; i < extra; i++) {
		char name[40] = "a0.ex.alpha";
		struct sg_rr rr;

		name[1] = (char)('0' + i);
		rr = sg_rr_nsec(sg_name(name), sg_name("b.ex.alpha"), types);
		sg_msg_add(m, DNS_AUTHORITY, &rr);
	}
	for (i = 0; i < n; i++)
		m->rr[m->n++] = first[i];
}

static void nsec_sets_over_the_limit(void **state)
{
	(void)state;
	world.mangle = add_nsecs;
	extra = 2;
	denied("nosuch.ex.alpha", DNS_A, DNS_NXDOMAIN, DNS_SEC_SECURE);
	extra = DNS_MAX_DENIAL;
	is("nosuch.ex.alpha", DNS_A, DNS_SEC_BOGUS);
	world.mangle = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(nsec_sets_over_the_limit),
		T(rfc4035_5_positive),
		T(every_algorithm_in_a_chain),
		T(rfc4035_5_3_3_ttl),
		T(rfc4035_5_3_3_ttl_of_the_rrsig),
		T(each_link_missing),
		T(stripped_everywhere),
		T(stripped_answer_reason),
		T(rfc2181_5_4_1_additional_section_proves_nothing),
		T(forged_unsigned_bogus),
		T(forged_keys_bogus),
		T(forged_insecure_bogus),
		T(child_apex_nsec_is_no_insecure_proof),
		T(signer_beside_bogus),
		T(rfc4035_5_3_1_b2_apex_signed_by_the_parent),
		T(rfc4035_5_4_nxdomain),
		T(rfc5155_8_4_nxdomain),
		T(nodata),
		T(unsigned_delegation_has_no_ds),
		T(rfc5155_9_2_optout_nxdomain_insecure),
		T(rcode_comes_from_the_proof),
		T(denial_ingredients_nsec),
		T(denial_ingredients_nsec3),
		T(nsec3_iterations_51),
		T(rfc4035_5_3_4_wildcard),
		T(wildcard_without_proof_bogus),
		T(wildcard_over_an_existing_name_bogus),
		T(rfc4035_5_4_nsec_from_a_wildcard),
		T(ds_from_a_wildcard_bogus),
		T(rfc5155_9_2_optout_wildcard_insecure),
		T(insecure_delegation_nsec),
		T(insecure_delegation_nsec3_and_optout),
		T(insecure_delegation_without_its_proof_bogus),
		T(signed_below_unsigned_insecure),
		T(rfc4035_5_2_unsupported_algorithm_insecure),
		T(unsupported_needs_no_dnskey),
		T(sha1_ds_insecure_unless_weak),
		T(rfc4033_5_no_anchor_indeterminate),
		T(island_with_an_anchor_secure),
		T(closest_anchor_wins),
		T(anchor_out_of_date_is_none),
		T(closest_anchor_is_not_passed_over_by_a_signer_above),
		T(dname_above_the_closest_anchor_bogus),
		T(expired_answer_ede_7),
		T(early_answer_ede_8),
		T(expired_denial_ede_7),
		T(cname_chains),
		T(cname_link_broken_bogus),
		T(cname_target_spoilt_asked_for),
		T(cname_target_asked_for),
		T(rcode_of_a_false_denial_after_an_alias),
		T(cname_target_needs_no_ds_below_its_zone),
		T(alias_into_an_insecure_zone),
		T(rfc7671_7_the_reason_says_at_which_link),
		T(rfc6672_dname),
		T(rfc6672_synthesised_cname_not_believed),
		T(rfc6672_3_1_synthesized_cname),
		T(rfc6672_3_1_cname_question_below_a_dname),
		T(rfc4592_4_4_dname_from_a_wildcard),
		T(rfc6672_2_2_yxdomain),
		T(loop_bogus),
		T(twelve_links_at_most),
		T(lost_messages_indeterminate),
		T(rfc4035_2_2_rrsig_question_insecure),
		T(rrsig_question_denied),
		T(rfc6840_4_2_any),
		T(each_octet_positive),
		T(each_octet_nxdomain),
		T(each_octet_wildcard),
		T(each_octet_nsec3),
		T(each_octet_alias),
	};

	return cmocka_run_group_tests(tests, NULL, tidy);
}
