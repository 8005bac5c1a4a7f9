/* SPDX-License-Identifier: ISC */
/*
 * dns/rrsig.c: does a key sign an RRset at this time?  RFC 4034 sections 3 and 6, RFC 4035
 * section 5.3.  Collects RRsets from messages, puts them into canonical form, and bounds
 * the work that a hostile zone can cause (KeyTrap).  Where keys come from is decided in keys.c.
 */
#include "dns/sec.h"

#include <string.h>

#include "dns/str.h"
#include "dns/wire.h"

bool dns_serial_before(uint32_t a, uint32_t b)
{
	return a != b && b - a < UINT32_C(0x80000000);
}

bool dns_sig_parse(const struct dns_rr *rr, struct dns_sig *s)
{
	const uint8_t *p = rr->rdata;
	size_t nlen;

	if (rr->type != DNS_RRSIG || rr->rdlen < 20)
		return false;
	s->covered = dns_get16(p);
	s->alg = p[2];
	s->labels = p[3];
	s->ottl = dns_get32(p + 4);
	s->expiration = dns_get32(p + 8);
	s->inception = dns_get32(p + 12);
	s->tag = dns_get16(p + 16);
	s->signer = p + 18; /* dns_msg_parse saw to it that a whole name is here */
	nlen = dns_name_len(s->signer);
	if (18 + nlen >= rr->rdlen)
		return false;
	s->rdata = p;
	s->prelen = (uint16_t)(18 + nlen);
	s->sig = p + s->prelen;
	s->siglen = (uint16_t)(rr->rdlen - s->prelen);
	s->ttl = rr->ttl;
	return true;
}

static void set_add(struct dns_rrset *set, const struct dns_rr *rr)
{
	unsigned i;

	for (i = 0; i < set->n; i++) /* the same record twice is one (RFC 2181 section 5) */
		if (set->rd[i].len == rr->rdlen && memcmp(set->rd[i].p, rr->rdata, rr->rdlen) == 0)
			return;
	if (set->n == DNS_MAX_RRSET) {
		set->overflow = true;
		return;
	}
	if (set->n == 0)
		set->owner = rr->owner;
	if (set->n == 0 || rr->ttl < set->ttl)
		set->ttl = rr->ttl;
	set->rd[set->n].p = rr->rdata;
	set->rd[set->n++].len = rr->rdlen;
}

/* One that is there already adds nothing (RFC 2181 section 5), not even to the limit. */
static void add_sig(struct dns_rrset *set, const struct dns_sig *s)
{
	size_t len = (size_t)s->prelen + s->siglen;
	unsigned i;

	for (i = 0; i < set->nsigs; i++)
		if ((size_t)set->sig[i].prelen + set->sig[i].siglen == len &&
		    memcmp(set->sig[i].rdata, s->rdata, len) == 0) {
			set->sig[i].ttl = s->ttl < set->sig[i].ttl ? s->ttl : set->sig[i].ttl;
			return;
		}
	if (set->nsigs < DNS_MAX_SIGS)
		set->sig[set->nsigs++] = *s;
	else
		set->more_sigs = true;
}

bool dns_rrset_find(const struct dns_view *v, const uint8_t *owner, uint16_t type, int section,
    struct dns_rrset *set)
{
	struct dns_rr rr;
	struct dns_sig s;
	size_t pos = 0;

	set->n = set->nsigs = 0;
	set->overflow = set->more_sigs = false;
	set->type = type;
	set->owner = owner;
	set->ttl = 0;
	while (dns_flat_next(v->buf, v->len, &pos, &rr)) {
		if (rr.section == DNS_ADDITIONAL || (section >= 0 && rr.section != section) ||
		    rr.class != DNS_IN || !dns_name_eq(rr.owner, owner))
			continue;
		if (rr.type == type)
			set_add(set, &rr);
		if (rr.type != DNS_RRSIG || !dns_sig_parse(&rr, &s) || s.covered != type)
			continue;
		add_sig(set, &s);
	}
	return set->n > 0;
}

bool dns_find(const struct dns_ctx *c, const struct dns_view *v, const uint8_t *owner,
    uint16_t type, int section, struct dns_rrset *set)
{
	dns_spend_scan(c, v->len);
	return dns_rrset_find(v, owner, type, section, set);
}

uint16_t dns_key_tag(const uint8_t *rdata, size_t len)
{
	uint32_t ac = 0;
	size_t i;

	for (i = 0; i < len; i++)
		ac += i & 1 ? rdata[i] : (uint32_t)rdata[i] << 8;
	return (uint16_t)(ac + (ac >> 16));
}

void dns_key_set(struct dns_key *k, const uint8_t *rdata, uint16_t len)
{
	k->rdata = rdata;
	k->len = len;
	k->tag = dns_key_tag(rdata, len);
	k->alg = rdata[3];
}

bool dns_key_is_zone(const struct dns_key *k)
{
	uint16_t flags = dns_get16(k->rdata);

	return (flags & 0x0100) && !(flags & 0x0080) && k->rdata[2] == 3;
}

/* ---- canonical form ---------------------------------------------------------- */

/* Where names stand in the RDATA of the types that RFC 4034 section 6.2 lists, less those that
   RFC 6840 section 5.1 takes out (NSEC); HINFO has no names.  `strings`: character-strings
   between the fixed part and the first name (NAPTR). */
static const struct layout {
	uint16_t type;
	uint8_t fixed, strings, names;
} layouts[] = {
	{ 2, 0, 0, 1 }, { 3, 0, 0, 1 }, { 4, 0, 0, 1 }, { 5, 0, 0, 1 }, { 6, 0, 0, 2 },
	{ 7, 0, 0, 1 }, { 8, 0, 0, 1 }, { 9, 0, 0, 1 }, { 12, 0, 0, 1 }, { 14, 0, 0, 2 },
	{ 15, 2, 0, 1 }, { 17, 0, 0, 2 }, { 18, 2, 0, 1 }, { 21, 2, 0, 1 }, { 24, 18, 0, 1 },
	{ 26, 2, 0, 2 }, { 30, 0, 0, 1 }, { 33, 6, 0, 1 }, { 35, 4, 3, 1 }, { 36, 2, 0, 1 },
	{ 39, 0, 0, 1 }, { 46, 18, 0, 1 }
};

/* Lower-case one name at *pos; false when it does not fit. */
static bool lower_name(uint8_t *rdata, size_t len, size_t *pos)
{
	size_t i, n;

	while (*pos < len) {
		n = rdata[*pos];
		if (n > 63 || n >= len - *pos)
			return false;
		for (i = *pos + 1; i <= *pos + n; i++)
			rdata[i] = dns_lower(rdata[i]);
		*pos += n + 1;
		if (n == 0)
			return true;
	}
	return false;
}

void dns_rdata_canon(uint16_t type, uint8_t *rdata, size_t len)
{
	size_t i, pos;
	unsigned k;

	if (type == 38 && len > 1 && rdata[0] > 0 && rdata[0] <= 128) { /* A6, RFC 2874 section 3.1 */
		pos = 1 + (128u - rdata[0] + 7) / 8;
		lower_name(rdata, len, &pos);
		return;
	}
	for (i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
		if (layouts[i].type == type)
			break;
	if (i == sizeof layouts / sizeof layouts[0])
		return;
	pos = layouts[i].fixed;
	for (k = 0; k < layouts[i].strings && pos < len; k++)
		pos += (size_t)rdata[pos] + 1;
	for (k = 0; k < layouts[i].names; k++)
		if (!lower_name(rdata, len, &pos))
			return;
}

static int rdata_cmp(const struct dns_rdata *a, const struct dns_rdata *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int d = n ? memcmp(a->p, b->p, n) : 0;

	return d ? d : (a->len > b->len) - (a->len < b->len);
}

/* Where r belongs among rd[0..n), in order; *same: it is there already. */
static unsigned place(const struct dns_rdata *rd, unsigned n, const struct dns_rdata *r, bool *same)
{
	unsigned low = 0, high = n;

	*same = false;
	while (low < high && !*same) {
		unsigned mid = (low + high) / 2;
		int d = rdata_cmp(r, &rd[mid]);

		*same = d == 0;
		if (d < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* RFC 4034 section 6.3: canonical order, duplicates removed.  Octets go to c->canon.
   Returns the number of records, or -1 when there are too many octets. */
static int canon_order(struct dns_ctx *c, const struct dns_rrset *set, struct dns_rdata *rd)
{
	size_t used = 0;
	unsigned i, j, n = 0;
	bool same;

	for (i = 0; i < set->n; i++) {
		struct dns_rdata r = set->rd[i];

		if (DNS_CANON_MAX - used < r.len)
			return -1;
		memcpy(c->canon + used, r.p, r.len);
		dns_rdata_canon(set->type, c->canon + used, r.len);
		r.p = c->canon + used;
		used += r.len;
		j = place(rd, n, &r, &same);
		if (same)
			continue;
		memmove(rd + j + 1, rd + j, (n - j) * sizeof *rd);
		rd[j] = r;
		n++;
	}
	dns_spend(c, used / 32 + 8u * n);
	return (int)n;
}

/* RFC 4034 section 3.1.8.1: RRSIG RDATA without the signature, then each record.
   Returns the octets in c->signed_, 0 when there are too many. */
static size_t signed_data(struct dns_ctx *c, const struct dns_rrset *set, const struct dns_sig *s)
{
	struct dns_rdata rd[DNS_MAX_RRSET + 1];
	uint8_t owner[DNS_NAME_MAX], *p = c->signed_, *end = p + 2 * DNS_CANON_MAX;
	int i, n = canon_order(c, set, rd);
	size_t olen;

	if (n < 0)
		return 0;
	memcpy(p, s->rdata, s->prelen);
	dns_name_lower(p + 18);
	p += s->prelen;
	/* RFC 4035 section 5.3.2: the name of the wildcard, where there was one */
	if (s->labels < dns_name_labels(set->owner) && !(dns_name_is_wild(set->owner) &&
	    s->labels + 1u == dns_name_labels(set->owner))) {
		if (dns_name_prepend((const uint8_t *)"*", 1,
		    dns_name_suffix(set->owner, s->labels), owner) != 0)
			return 0;
	} else {
		dns_name_copy(owner, set->owner);
	}
	dns_name_lower(owner);
	olen = dns_name_len(owner);
	for (i = 0; i < n; i++) {
		if ((size_t)(end - p) < olen + 10 + rd[i].len)
			return 0;
		memcpy(p, owner, olen);
		p += olen;
		dns_put16(p, set->type);
		dns_put16(p + 2, DNS_IN);
		dns_put32(p + 4, s->ottl);
		dns_put16(p + 8, rd[i].len);
		memcpy(p + 10, rd[i].p, rd[i].len);
		p += 10 + rd[i].len;
	}
	return (size_t)(p - c->signed_);
}

/* ---- verification --------------------------------------------------------------- */

/* What can be wrong with a signature, the more telling the higher. */
enum fault { F_NONE, F_SIGNER, F_ALG, F_LABELS, F_NO_KEY, F_SMALL, F_UNUSABLE, F_BAD, F_LIMIT,
	F_MANY, F_EARLY, F_EXPIRED };

/* RFC 4035 section 5.3.1, all but the keys. */
static enum fault sig_fault(const struct dns_ctx *c, const struct dns_rrset *set,
    const struct dns_keys *keys, const struct dns_sig *s)
{
	uint32_t now = (uint32_t)c->now;
	unsigned labels = dns_name_labels(set->owner) - dns_name_is_wild(set->owner);

	if (!dns_name_eq(s->signer, keys->zone) || !dns_name_is_under(set->owner, s->signer))
		return F_SIGNER;
	if (s->labels > labels || s->labels < dns_name_labels(s->signer)) /* b3 */
		return F_LABELS;
	if (!dns_crypto_alg_ok(s->alg, c->allow_weak))
		return F_ALG;
	/* b5: expiration included.  What serial arithmetic leaves open (RFC 1982 section 3.2) is past */
	if (s->expiration - now > UINT32_C(0x7fffffff))
		return F_EXPIRED;
	if (now - s->inception > UINT32_C(0x7fffffff))
		return F_EARLY;
	if (dns_serial_before(s->expiration, s->inception))
		return F_BAD;
	return F_NONE;
}

/* May one more of this cost be verified?  Good ones are limited for each link of an alias chain,
   and all together by the time they take: 64 for each of 13 links would be seconds of P-384. */
static bool within_limits(const struct dns_ctx *c, unsigned cost, size_t steps)
{
	bool may = c->work->fail_cost + cost <= dns_allowed(c->work, DNS_MAX_FAIL_COST) &&
	    c->work->good < DNS_MAX_GOOD * (c->out->nlinks + 1) && dns_may_spend(c, steps);

	c->work->met = c->work->met || !may;
	return may;
}

/* Where the outcome is remembered (*known), or may be: one of a few places, so that no two that an
   evaluation needs each time displace each other. */
static unsigned memo_slot(const struct dns_memo *m, const uint8_t *id, bool *known)
{
	unsigned first = dns_get16(id) & (DNS_MEMO_N - DNS_MEMO_WAYS), i;
	unsigned slot = first + id[2] % DNS_MEMO_WAYS;

	*known = false;
	for (i = first; i < first + DNS_MEMO_WAYS && !*known; i++) {
		*known = m->state[i] && memcmp(m->id[i], id, DNS_ID_LEN) == 0;
		if (*known || (!m->state[i] && m->state[slot]))
			slot = i;
	}
	return slot;
}

/* Verify, or remember that it was done, which no limit forbids. */
static enum fault verify_once(struct dns_ctx *c, const struct dns_key *k, const struct dns_sig *s,
    const uint8_t *data, size_t len)
{
	uint8_t id[DNS_ID_LEN];
	enum dns_crypto r;
	unsigned slot, cost = dns_crypto_cost(s->alg, k->rdata + 4, k->len - 4u);
	size_t steps = dns_crypto_steps(s->alg, k->rdata + 4, k->len - 4u);
	bool known;

	dns_spend(c, (len + k->len + s->siglen) / 4u);
	dns_crypto_id(k->rdata, k->len, s->sig, s->siglen, data, len, id);
	slot = memo_slot(c->memo, id, &known);
	if (known)
		return c->memo->state[slot] == DNS_CRYPTO_GOOD + 1 ? F_NONE : F_BAD;
	if (!within_limits(c, cost, steps))
		return F_LIMIT;
	dns_spend(c, steps);
	r = dns_crypto_verify(s->alg, k->rdata + 4, k->len - 4u, s->sig, s->siglen, data, len);
	++*c->verifies;
	if (r == DNS_CRYPTO_GOOD) {
		c->work->good++;
		c->work->good_spent += (uint32_t)steps;
	} else {
		c->work->fail_cost += cost;
	}
	memcpy(c->memo->id[slot], id, DNS_ID_LEN);
	c->memo->state[slot] = (uint8_t)(r + 1);
	return r == DNS_CRYPTO_GOOD ? F_NONE : F_BAD;
}

static enum fault sig_try(struct dns_ctx *c, const struct dns_rrset *set,
    const struct dns_keys *keys, const struct dns_sig *s)
{
	unsigned i, tries = 0;
	bool small = false, unusable = false;
	size_t len = 0;
	enum fault f;

	for (i = 0; i < keys->n; i++) {
		const struct dns_key *k = &keys->key[i];

		if (k->tag != s->tag || k->alg != s->alg || !dns_key_is_zone(k))
			continue;
		if (!c->allow_weak && dns_crypto_key_small(k->alg, k->rdata + 4, k->len - 4u)) {
			small = true;
			continue;
		}
		if (!dns_crypto_key_usable(k->alg, k->rdata + 4, k->len - 4u)) {
			unusable = true;
			continue;
		}
		if (tries++ == DNS_MAX_KEY_TRIES || dns_is_spent(c))
			return F_LIMIT;
		if (len == 0 && (len = signed_data(c, set, s)) == 0)
			return F_LIMIT;
		f = verify_once(c, k, s, c->signed_, len);
		if (f != F_BAD)
			return f;
	}
	return tries ? F_BAD : unusable ? F_UNUSABLE : small ? F_SMALL : F_NO_KEY;
}

static const struct { int ede; const char *text; } faults[] = {
	[F_NONE] = { DNS_EDE_NO_RRSIG, " carries no signature" },
	[F_SIGNER] = { DNS_EDE_NO_RRSIG, " carries no signature by its zone" },
	[F_ALG] = { DNS_EDE_BOGUS, " is signed with no algorithm supported here" },
	[F_LABELS] = { DNS_EDE_BOGUS, " has a signature whose label count does not fit the name" },
	[F_NO_KEY] = { DNS_EDE_NO_DNSKEY, " is signed by a key that the zone's key set lacks" },
	[F_SMALL] = { DNS_EDE_ALG, " is signed by an RSA key under 1024 bits alone, which counts as "
	    "unsupported by our policy (-allow-weak accepts it)" },
	[F_UNUSABLE] = { DNS_EDE_BOGUS, " is signed by a key with which nothing can be verified here: RSA "
	    "keys may have up to 4096 bits and an odd exponent from 3 to 2^64-1, others their fixed "
	    "length" },
	[F_BAD] = { DNS_EDE_BOGUS, " has a signature that does not verify" },
	[F_LIMIT] = { DNS_EDE_BOGUS, " needs more signature checks than the limit allows" },
	[F_MANY] = { DNS_EDE_BOGUS, " has more records than the limit of 256" },
	[F_EARLY] = { DNS_EDE_SIG_EARLY, " has a signature that is not yet valid" },
	[F_EXPIRED] = { DNS_EDE_SIG_EXPIRED, " has a signature that has expired" }
};

/* The root is always signed afresh: out of date, it shows that the clock is wrong (or -at far
   off).  For hosts without a clock. */
static void blame_clock(struct dns_str *t, uint32_t off, bool fast)
{
	dns_str_add(t, "; the root itself is signed anew every few days: the local clock looks wrong, ");
	dns_str_add(t, fast ? "fast by at least " : "slow by at least ");
	dns_str_num(t, off >= 172800 ? off / 86400 : off >= 7200 ? off / 3600 : off);
	dns_str_add(t, off >= 172800 ? " days" : off >= 7200 ? " hours" : " seconds");
}

/* By how much the signature is out of its time: f is F_EXPIRED or F_EARLY. */
static uint32_t off_by(const struct dns_ctx *c, enum fault f, const struct dns_sig *s)
{
	return f == F_EXPIRED ? (uint32_t)c->now - s->expiration : s->inception - (uint32_t)c->now;
}

/* The second nearest to now that is t in serial arithmetic (RFC 4034 section 3.1.5). */
static int64_t near_now(const struct dns_ctx *c, uint32_t t)
{
	uint32_t ahead = t - (uint32_t)c->now;

	return ahead < UINT32_C(0x80000000) ? c->now + ahead : c->now - (uint32_t)-ahead;
}

static void explain_sig(const struct dns_ctx *c, const struct dns_sig *s, struct dns_str *t)
{
	dns_str_add(t, " (key tag ");
	dns_str_num(t, s->tag);
	dns_str_add(t, ", algorithm ");
	dns_str_num(t, s->alg);
	dns_str_add(t, ", valid ");
	dns_str_time(t, near_now(c, s->inception));
	dns_str_add(t, " to ");
	dns_str_time(t, near_now(c, s->expiration));
	dns_str_add(t, ", checked as of ");
	dns_str_time(t, c->now);
	dns_str_add(t, ")");
}

/* all: every signature failed as s did. */
static void explain(const struct dns_ctx *c, const struct dns_rrset *set,
    const struct dns_keys *keys, enum fault f, const struct dns_sig *s, bool all,
    struct dns_why *why)
{
	struct dns_str t;

	why->ede = faults[f].ede;
	dns_str_init(&t, why->text, sizeof why->text);
	dns_str_add(&t, "zone ");
	dns_str_name(&t, keys->zone);
	dns_str_add(&t, ": ");
	dns_str_name(&t, set->owner);
	dns_str_add(&t, " ");
	dns_str_type(&t, set->type);
	dns_str_add(&t, faults[f].text);
	if (s == NULL)
		return;
	explain_sig(c, s, &t);
	if (set->more_sigs) {
		dns_str_add(&t, "; it carries more than ");
		dns_str_num(&t, DNS_MAX_SIGS);
		dns_str_add(&t, " signatures, of which the first ");
		dns_str_num(&t, DNS_MAX_SIGS);
		dns_str_add(&t, " alone were looked at: that is the limit");
	}
	/* with a key set in its time, another set of the root that is not is merely an old one */
	if (all && keys->zone[0] == 0 && set->type == DNS_DNSKEY && (f == F_EXPIRED || f == F_EARLY))
		blame_clock(&t, off_by(c, f, s), f == F_EXPIRED);
}

bool dns_sig_is_wild(const struct dns_rrset *set, const struct dns_sig *s)
{
	return s->labels < dns_name_labels(set->owner) - dns_name_is_wild(set->owner);
}

bool dns_rrset_verify(struct dns_ctx *c, const struct dns_rrset *set, const struct dns_keys *keys,
    struct dns_sig *used, struct dns_why *why)
{
	enum fault f, worst = F_NONE;
	const struct dns_sig *at = NULL;
	unsigned i, k, same = 0;

	if (set->overflow) {
		explain(c, set, keys, F_MANY, NULL, false, why);
		return false;
	}
	/* those of the name itself first: one of a wildcard with the same data needs more proof */
	for (k = 0; k < 2 * set->nsigs; k++) {
		i = k % set->nsigs;
		if (dns_sig_is_wild(set, &set->sig[i]) != (k >= set->nsigs))
			continue;
		f = sig_fault(c, set, keys, &set->sig[i]);
		if (f == F_NONE) {
			f = sig_try(c, set, keys, &set->sig[i]);
			if (f == F_NONE) {
				*used = set->sig[i];
				if (c->sig_expires == 0 ||
				    dns_serial_before(used->expiration, c->sig_expires))
					c->sig_expires = used->expiration;
				return true;
			}
		}
		same = f == worst ? same + 1 : f > worst ? 1 : same;
		/* of several that are out of their time, the one that is least so */
		if (f > worst || (f == worst && (f < F_EARLY || off_by(c, f, &set->sig[i]) < off_by(c, f, at)))) {
			worst = f;
			at = &set->sig[i];
		}
	}
	explain(c, set, keys, worst, at, same == set->nsigs && !set->more_sigs, why);
	return false;
}
