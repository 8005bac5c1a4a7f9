/* SPDX-License-Identifier: ISC */
/*
 * The answers of the lab's name servers.  The forwarder answers as a recursive server
 * would (aliases followed, DS from the parent's side, denials per RFC 4035 section 3.1.3
 * and RFC 5155 section 7.2); an authoritative server refers to the zones below it.
 * Then what misbehaving ones make of it.
 */
#include "tests/lab/lab.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER, AUTHORITY, ADDITIONAL };
enum { NOERROR = 0, FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5 };

struct item {
	uint8_t owner[NAME];
	const struct rr *rr;
	int section;
};
struct reply {
	struct item it[200];
	unsigned n, rcode;
	bool dnssec, tc, aa, lie;
};

static void item_add(struct reply *r, int section, const uint8_t *owner, const struct rr *rr)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->it[i].rr == rr && nm_eq(r->it[i].owner, owner))
			return;
	if (r->n == sizeof r->it / sizeof *r->it)
		die("reply too long");
	memcpy(r->it[r->n].owner, owner, nm_len(owner));
	r->it[r->n].rr = rr;
	r->it[r->n++].section = section;
}

static unsigned covered(const struct rr *r)
{
	return (unsigned)r->rd[0] << 8 | r->rd[1];
}

/* Add the RRset at `at`, under the name `owner`, with its signatures; false: none there. */
static bool set_add(struct reply *r, int section, const struct zone *z, const uint8_t *at,
    uint16_t type, const uint8_t *owner)
{
	bool any = false;

	for (size_t i = 0; i < z->n; i++) {
		if (!nm_eq(z->rr[i].owner, at))
			continue;
		if (z->rr[i].type == type) {
			item_add(r, section, owner, &z->rr[i]);
			any = true;
		}
	}
	for (size_t i = 0; any && r->dnssec && i < z->n; i++)
		if (z->rr[i].type == RRSIG && covered(&z->rr[i]) == type &&
		    nm_eq(z->rr[i].owner, at))
			item_add(r, section, owner, &z->rr[i]);
	return any;
}

static bool has(const struct zone *z, const uint8_t *name, int type)
{
	for (size_t i = 0; i < z->n; i++)
		if ((type < 0 || z->rr[i].type == type) && z->rr[i].type != NSEC3 &&
		    nm_eq(z->rr[i].owner, name))
			return true;
	return false;
}

/* Does the name exist, if only as an empty non-terminal? */
static bool exists(const struct zone *z, const uint8_t *name)
{
	for (size_t i = 0; i < z->n; i++)
		if (z->rr[i].type != NSEC3 && nm_under(z->rr[i].owner, name) &&
		    !(z->rr[i].type == RRSIG && covered(&z->rr[i]) == NSEC3))
			return true;
	return false;
}

/* ---- denial ---------------------------------------------------------------- */

static void nsec_deny(struct reply *r, const struct zone *z, const uint8_t *name)
{
	const struct rr *best = NULL;

	for (size_t i = 0; i < z->n; i++) {
		if (z->rr[i].type != NSEC)
			continue;
		if (!best || nm_cmp(z->rr[i].owner, name) <= 0)
			best = &z->rr[i]; /* in canonical order, so the last that fits */
	}
	if (best)
		set_add(r, AUTHORITY, z, best->owner, NSEC, best->owner);
}

/* The NSEC3 that matches the name or, failing that, covers it. */
static void nsec3_deny(struct reply *r, const struct zone *z, const uint8_t *name)
{
	const struct rr *best = NULL, *last = NULL;
	uint8_t hash[20];
	char label[40];

	zone_hash(z, name, hash);
	b32hex(hash, 20, label);
	for (size_t i = 0; i < z->n; i++) {
		if (z->rr[i].type != NSEC3)
			continue;
		if (!last || memcmp(z->rr[i].owner + 1, last->owner + 1, 32) > 0)
			last = &z->rr[i];
		if (memcmp(z->rr[i].owner + 1, label, 32) <= 0 &&
		    (!best || memcmp(z->rr[i].owner + 1, best->owner + 1, 32) > 0))
			best = &z->rr[i];
	}
	if (!best)
		best = last;
	if (best)
		set_add(r, AUTHORITY, z, best->owner, NSEC3, best->owner);
}

static void deny(struct reply *r, const struct zone *z, const uint8_t *name)
{
	if (!r->dnssec || !z->is_signed || z->no_denial)
		return;
	if (z->nsec3)
		nsec3_deny(r, z, name);
	else
		nsec_deny(r, z, name);
}

static const uint8_t *encloser(const struct zone *z, const uint8_t *name)
{
	int l = nm_labels(name) - 1;

	while (l > nm_labels(z->apex) && !exists(z, nm_up(name, l)))
		l--;
	return nm_up(name, l);
}

static const uint8_t *next_closer(const struct zone *z, const uint8_t *name)
{
	return nm_up(name, nm_labels(encloser(z, name)) + 1);
}

/* NODATA at an existing name; with opt-out the name may have no NSEC3 of its own. */
static void nodata(struct reply *r, const struct zone *z, const uint8_t *name)
{
	set_add(r, AUTHORITY, z, z->apex, SOA, z->apex);
	if (z->optout && zone_cut(z, name) && !has(z, name, DS)) {
		deny(r, z, encloser(z, name));
		deny(r, z, next_closer(z, name));
	} else {
		deny(r, z, name);
	}
}

static void nxdomain(struct reply *r, const struct zone *z, const uint8_t *name)
{
	const uint8_t *ce = encloser(z, name);
	uint8_t wild[NAME];

	r->rcode = NXDOMAIN;
	set_add(r, AUTHORITY, z, z->apex, SOA, z->apex);
	nm_wild(wild, ce);
	if (z->nsec3) {
		deny(r, z, ce);
		deny(r, z, next_closer(z, name));
	} else {
		deny(r, z, name);
	}
	deny(r, z, wild);
}

/* RFC 4035 section 3.1.3.3 and 3.1.3.4 */
static void wildcard(struct reply *r, const struct zone *z, const uint8_t *wild,
    const uint8_t *name, uint16_t type)
{
	if (!set_add(r, ANSWER, z, wild, type, name)) {
		set_add(r, AUTHORITY, z, z->apex, SOA, z->apex);
		if (z->nsec3)
			deny(r, z, encloser(z, name));
		deny(r, z, wild);
	}
	deny(r, z, z->nsec3 ? next_closer(z, name) : name);
}

/* ---- looking up ------------------------------------------------------------- */

/* The deepest zone that the question belongs to; level -1: any. */
static const struct zone *zone_for(const uint8_t *name, uint16_t type, int level)
{
	const struct zone *best = NULL;

	for (unsigned i = 0; i < W.nzones; i++) {
		const struct zone *z = W.zone[i];
		if (!nm_under(name, z->apex) || (level >= 0 && z->level != level))
			continue;
		if (level < 0 && type == DS && z->level > 0 && nm_eq(name, z->apex))
			continue;
		if (!best || nm_labels(z->apex) > nm_labels(best->apex))
			best = z;
	}
	return best;
}

/* All RRsets at the name (RFC 8482 would let us say less). */
static bool any_answer(struct reply *r, const struct zone *z, const uint8_t *name)
{
	bool any = false;

	for (size_t i = 0; i < z->n; i++)
		if (nm_eq(z->rr[i].owner, name) && z->rr[i].type != NSEC3 &&
		    (r->dnssec || (z->rr[i].type != RRSIG && z->rr[i].type != NSEC))) {
			item_add(r, ANSWER, name, &z->rr[i]);
			any = true;
		}
	return any;
}

/* One zone's answer; returns the target of an alias to go on with, or NULL. */
static const uint8_t *zone_answer(struct reply *r, const struct zone *z, const uint8_t *name,
    uint16_t type)
{
	uint8_t wild[NAME];

	if (z->servfail_type == type)
		r->rcode = SERVFAIL;
	if (z->always_tc)
		r->tc = true;
	if (r->rcode == SERVFAIL || (type == ANY && any_answer(r, z, name)) ||
	    set_add(r, ANSWER, z, name, type, name))
		return NULL;
	if (has(z, name, CNAME)) {
		set_add(r, ANSWER, z, name, CNAME, name);
		for (size_t i = 0; i < z->n; i++)
			if (z->rr[i].type == CNAME && nm_eq(z->rr[i].owner, name))
				return z->rr[i].rd;
	}
	nm_wild(wild, encloser(z, name));
	if (exists(z, name))
		nodata(r, z, name);
	else if (has(z, wild, -1))
		wildcard(r, z, wild, name, type);
	else
		nxdomain(r, z, name);
	return NULL;
}

static void recurse(struct reply *r, const uint8_t *name, uint16_t type)
{
	for (int links = 0; name && links < 16; links++)
		name = zone_answer(r, zone_for(name, type, -1), name, type);
}

static void refer(struct reply *r, const struct zone *z, const uint8_t *cut)
{
	set_add(r, AUTHORITY, z, cut, NS, cut);
	if (!set_add(r, AUTHORITY, z, cut, DS, cut) && z->is_signed) {
		if (z->optout) {
			deny(r, z, encloser(z, cut));
			deny(r, z, next_closer(z, cut));
		} else {
			deny(r, z, cut);
		}
	}
	for (size_t i = 0; i < z->n; i++)
		if (z->rr[i].type == A && nm_under(z->rr[i].owner, cut))
			item_add(r, ADDITIONAL, z->rr[i].owner, &z->rr[i]);
}

static void authoritative(struct reply *r, const uint8_t *name, uint16_t type, int level)
{
	const struct zone *z = zone_for(name, type, level);
	const uint8_t *cut = z ? zone_cut(z, name) : NULL;

	if (!z) {
		r->rcode = REFUSED;
	} else if (cut && !(type == DS && nm_eq(cut, name))) {
		refer(r, z, cut);
	} else {
		r->aa = true;
		zone_answer(r, z, name, type);
	}
}

/* ---- lies ---------------------------------------------------------------------- */

/* A record of the attacker's in place of the true one; its RRSIG stays as it was. */
static void lie_about(struct reply *r)
{
	static struct rr fake[200];

	for (unsigned i = 0; i < r->n; i++) {
		const struct rr *rr = r->it[i].rr;
		struct rr *f = &fake[i];
		static uint8_t addr[4] = {127, 0, 0, 0}, mx[NAME + 2] = {0, 5};
		if (rr->type != A && rr->type != TLSA && rr->type != MX)
			continue;
		*f = *rr;
		addr[3] = (uint8_t)W.evil->octet;
		nm(mx + 2, "mx.evil.ed");
		f->rd = rr->type == A ? addr : rr->type == MX ? mx : W.evil_tlsa;
		f->len = (uint16_t)(rr->type == A ? 4 : rr->type == MX ? 2 + nm_len(mx + 2) :
		    W.evil_tlsa_len);
		r->it[i].rr = f;
	}
}

/* Where there is no TLSA record, or no A record, the liar has one all the same. */
static void lie_new(struct reply *r, const struct query *q)
{
	static struct rr fake;
	static uint8_t addr[4] = {127, 0, 0, 0};

	for (unsigned i = 0; i < r->n; i++)
		if (r->it[i].section == ANSWER)
			return;
	if (q->type != TLSA && q->type != A)
		return;
	addr[3] = (uint8_t)W.evil->octet;
	memset(&fake, 0, sizeof fake);
	fake.type = q->type;
	fake.ttl = 300;
	fake.rd = q->type == A ? addr : W.evil_tlsa;
	fake.len = (uint16_t)(q->type == A ? 4 : W.evil_tlsa_len);
	r->n = 0;
	r->rcode = NOERROR;
	item_add(r, ANSWER, q->name, &fake);
}

/* What a resolver that never heard of DNSSEC would give. */
static void strip(struct reply *r)
{
	unsigned k = 0;

	for (unsigned i = 0; i < r->n; i++) {
		unsigned t = r->it[i].rr->type;
		if (t != RRSIG && t != NSEC && t != NSEC3)
			r->it[k++] = r->it[i];
	}
	r->n = k;
}

/* ---- writing --------------------------------------------------------------------- */

static void put_rr(struct msg *m, const struct item *it)
{
	const struct rr *r = it->rr;
	size_t at, skip = r->type == MX ? 2 : 0;

	put_name(m, it->owner);
	put16(m, r->type);
	put16(m, 1);
	put32(m, r->ttl);
	at = m->n;
	put16(m, 0);
	if (r->type == MX || r->type == CNAME || r->type == NS) {
		put(m, r->rd, skip);
		put_name(m, r->rd + skip);
	} else {
		put(m, r->rd, r->len);
	}
	m->b[at] = (uint8_t)((m->n - at - 2) >> 8);
	m->b[at + 1] = (uint8_t)(m->n - at - 2);
}

static unsigned put_section(struct msg *m, const struct reply *r, int section)
{
	unsigned n = 0;

	for (unsigned i = 0; i < r->n; i++)
		if (r->it[i].section == section) {
			put_rr(m, &r->it[i]);
			n++;
		}
	return n;
}

static void put_opt(struct msg *m, const struct query *q)
{
	put8(m, 0);
	put16(m, OPT);
	put16(m, 1232);
	put16(m, 0);
	put16(m, q->dnssec_ok ? 0x8000 : 0);
	put16(m, 0);
}

static void set16(struct msg *m, size_t at, unsigned v)
{
	m->b[at] = (uint8_t)(v >> 8);
	m->b[at + 1] = (uint8_t)v;
}

static void write_head(struct msg *m, const struct query *q, unsigned rcode, unsigned bits)
{
	m->n = m->names = 0;
	put16(m, q->id);
	put16(m, 0x8000 | (q->flags & 0x0110) | bits | rcode); /* RD and CD as in the query */
	put16(m, q->qlen ? 1 : 0);
	put16(m, 0);
	put32(m, 0);
	if (q->qlen) {
		for (size_t o = 12; q->question[o - 12]; o += q->question[o - 12] + 1u)
			m->off[m->names++] = (uint16_t)o;
		put(m, q->question, q->qlen);
	}
}

static void write_reply(struct msg *m, const struct query *q, const struct reply *r, bool tcp,
    unsigned bits)
{
	bits |= r->aa ? 0x0400 : 0;
	write_head(m, q, r->rcode, bits);
	if (tcp || !r->tc) {
		set16(m, 6, put_section(m, r, ANSWER));
		set16(m, 8, put_section(m, r, AUTHORITY));
		set16(m, 10, put_section(m, r, ADDITIONAL) + q->edns);
	}
	if (tcp || !r->tc) {
		if (q->edns)
			put_opt(m, q);
		if (tcp || m->n <= q->size)
			return;
	}
	write_head(m, q, r->rcode, bits | 0x0200);
	if (q->edns) {
		put_opt(m, q);
		set16(m, 10, 1);
	}
}

/* ---- roles ------------------------------------------------------------------------- */

static void error_only(struct msg *m, const struct query *q, unsigned rcode)
{
	struct reply r = {.rcode = rcode};

	write_reply(m, q, &r, true, 0x0080);
}

/* A different kind of nonsense each time. */
static void garbage(struct msg *m)
{
	static unsigned turn;
	size_t end = m->n;

	switch (turn++ % 6) {
	case 0: /* cut in the middle */
		m->n = 12 + (m->n - 12) / 2;
		break;
	case 1: /* a name that points to itself */
		set16(m, 6, 1);
		set16(m, end, 0xc000u | (unsigned)end);
		m->n = end + 2;
		put16(m, A);
		put16(m, 1);
		put32(m, 300);
		put16(m, 4);
		put32(m, 0x7f000001);
		break;
	case 2: /* counts that promise far more */
		set16(m, 6, 0xffff);
		break;
	case 3: /* octets after the end */
		for (int i = 0; i < 50; i++)
			put8(m, 0xff);
		break;
	case 4: /* noise after a good header */
		randombytes_buf(m->b + 12, m->n - 12);
		break;
	default: /* label type 10 */
		m->b[12] = 0x80;
	}
}

/* The wrong replies that an attacker off the path would try: wrong id, another question,
   another source port (that is up to the caller). */
static void decoy_reply(struct msg *m, const struct query *q, struct reply *r, int decoy)
{
	struct query w = *q;

	lie_about(r);
	lie_new(r, q);
	if (decoy == 1)
		w.id ^= 0x1234;
	if (decoy == 2 && w.question[0])
		w.question[1] = w.question[1] == 'x' ? 'y' : 'x';
	write_reply(m, &w, r, true, 0x00a0);
}

static size_t role_reply(int role, int decoy, bool tcp, const struct query *q, struct msg *m)
{
	struct reply *r = xalloc(sizeof *r);
	unsigned bits = 0x0080;

	r->dnssec = q->dnssec_ok && role != R_STRIP;
	if (role >= R_AUTH) {
		authoritative(r, q->name, q->type, role - R_AUTH);
		bits = 0;
	} else {
		recurse(r, q->name, q->type);
	}
	if (role == R_STRIP)
		strip(r);
	if (role == R_LIE) {
		lie_about(r);
		lie_new(r, q);
		bits |= 0x0020; /* AD: "I have checked it" */
	}
	if (decoy)
		decoy_reply(m, q, r, decoy);
	else
		write_reply(m, q, r, tcp, bits);
	if (role == R_GARBAGE)
		garbage(m);
	free(r);
	return m->n;
}

size_t dns_reply(int role, int decoy, bool tcp, const uint8_t *p, size_t n, struct msg *m)
{
	struct query q;
	char name[1100];
	int bad = query_parse(&q, p, n);

	m->n = m->names = 0;
	if (bad < 0 || role == R_SILENT)
		return 0;
	if (bad) {
		q.qlen = 0;
		error_only(m, &q, FORMERR);
		return m->n;
	}
	say("dns role=%d %s %s type=%u%s%s", role, tcp ? "tcp" : "udp", nm_str(q.name, name),
	    q.type, q.dnssec_ok ? " do" : "", q.flags & 0x10 ? " cd" : "");
	if (role == R_SERVFAIL || role == R_REFUSED) {
		error_only(m, &q, role == R_SERVFAIL ? SERVFAIL : REFUSED);
		return m->n;
	}
	return role_reply(role, decoy, tcp, &q, m);
}
