/* SPDX-License-Identifier: ISC */
/*
 * dns/keys.c: the keys of a zone, proven by its DS set or by trust anchors (RFC 4035 section
 * 5.2, RFC 4509 section 3, RFC 6840 section 5.11).  Here it is decided whether a zone counts as
 * unsupported: for the zone as a whole, never for one signature.
 */
#include "dns/sec.h"

#include <string.h>

#include "dns/str.h"
#include "dns/wire.h"

/* Where an entry point came from: DS RDATA, or a DNSKEY anchor. */
struct entry {
	const uint8_t *p;
	uint16_t len;
	bool is_key;
};

static unsigned entry_alg(const struct entry *e)
{
	return e->is_key ? e->p[3] : e->p[2];
}

static bool entry_ok(const struct entry *e, bool weak, bool sha1)
{
	if (!dns_crypto_alg_ok(entry_alg(e), weak))
		return false;
	if (e->is_key)
		return true;
	return e->p[3] == 1 ? weak && sha1 : dns_crypto_digest_ok(e->p[3], weak);
}

/* RFC 4509 section 3: with a SHA-2 DS of a supported algorithm, SHA-1 ones are ignored. */
static bool sha1_allowed(const struct entry *e, unsigned n, bool weak)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (!e[i].is_key && (e[i].p[3] == 2 || e[i].p[3] == 4) &&
		    dns_crypto_alg_ok(e[i].p[2], weak))
			return false;
	return true;
}

static bool entry_names(const struct entry *e, const struct dns_key *k, const uint8_t *zone)
{
	uint8_t owner[DNS_NAME_MAX], digest[DNS_DIGEST_MAX];
	size_t n;

	if (e->is_key)
		return e->len == k->len && memcmp(e->p, k->rdata, k->len) == 0;
	if (dns_get16(e->p) != k->tag || e->p[2] != k->alg)
		return false;
	dns_name_copy(owner, zone);
	dns_name_lower(owner);
	n = dns_crypto_ds(e->p[3], owner, dns_name_len(owner), k->rdata, k->len, digest);
	return n != 0 && e->len == n + 4 && memcmp(e->p + 4, digest, n) == 0;
}

/* The same, the digest counted as work: 32 DS records times 32 keys, all of one tag, are 1024. */
static bool matches(const struct dns_ctx *c, const struct entry *e, const struct dns_key *k,
    const uint8_t *zone)
{
	dns_spend(c, !e->is_key && dns_get16(e->p) == k->tag && e->p[2] == k->alg ? k->len / 4u + 50 : 1);
	return entry_names(e, k, zone);
}

static void trail(struct dns_ctx *c, const struct entry *e, const struct dns_key *k,
    const uint8_t *zone, const struct dns_sig *used, bool anchor)
{
	struct dns_step *s;

	s = dns_step_add(c, anchor ? DNS_STEP_ANCHOR : DNS_STEP_DS, DNS_SEC_SECURE, zone);
	if (s != NULL) {
		s->tag = k->tag;
		s->alg = k->alg;
		s->digest = e->is_key ? 0 : e->p[3];
	}
	s = dns_step_add(c, DNS_STEP_DNSKEY, DNS_SEC_SECURE, zone);
	if (s != NULL) {
		s->tag = k->tag;
		s->alg = k->alg;
		s->bits = dns_crypto_key_bits(k->alg, k->rdata + 4, k->len - 4u);
		s->inception = used->inception;
		s->expiration = used->expiration;
	}
}

static void load(const struct dns_rrset *set, const uint8_t *zone, struct dns_keys *out)
{
	unsigned i;

	dns_name_copy(out->zone, zone);
	out->n = 0;
	for (i = 0; i < set->n && out->n < DNS_MAX_KEYS; i++)
		if (set->rd[i].len > 4)
			dns_key_set(&out->key[out->n++], set->rd[i].p, set->rd[i].len);
}

/* The keys that entries name, each once; from[i] names key[i]. */
struct named {
	struct dns_keys keys;
	const struct entry *from[DNS_MAX_KEYS];
};

static void name_key(struct named *m, const struct dns_key *k, const struct entry *e)
{
	unsigned i;

	for (i = 0; i < m->keys.n; i++)
		if (m->keys.key[i].rdata == k->rdata)
			return;
	m->from[m->keys.n] = e;
	m->keys.key[m->keys.n++] = *k;
}

/* Is the whole key set signed by one of them (RFC 4035 section 5.2)?  All at once, for the limit
   of keys that are tried for a signature. */
static bool signs_set(struct dns_ctx *c, const struct dns_rrset *set, const struct named *m,
    bool anchor, struct dns_why *why)
{
	struct dns_sig used;
	unsigned i;

	if (m->keys.n == 0 || !dns_rrset_verify(c, set, &m->keys, &used, why) ||
	    dns_sig_is_wild(set, &used))
		return false;
	for (i = 0; i + 1 < m->keys.n; i++)
		if (m->keys.key[i].tag == used.tag && m->keys.key[i].alg == used.alg)
			break;
	trail(c, m->from[i], &m->keys.key[i], m->keys.zone, &used, anchor);
	return true;
}

/* Append which they are: " (key tag 1, algorithm 13; ...)", the first few. */
static void name_entries(const struct entry *e, unsigned n, struct dns_why *why)
{
	enum { NAMED = 4 };
	struct dns_str t;
	unsigned i;

	dns_str_more(&t, why->text, sizeof why->text);
	for (i = 0; i < n && i < NAMED; i++) {
		dns_str_add(&t, i == 0 ? " (key tag " : "; key tag ");
		dns_str_num(&t, e[i].is_key ? dns_key_tag(e[i].p, e[i].len) : dns_get16(e[i].p));
		dns_str_add(&t, ", algorithm ");
		dns_str_num(&t, entry_alg(&e[i]));
		if (!e[i].is_key) {
			dns_str_add(&t, ", digest type ");
			dns_str_num(&t, e[i].p[3]);
		}
	}
	dns_str_add(&t, i < n ? "; ...)" : ")");
}

/* RFC 4034 section 2.1.1: found, and no zone key. */
static void no_zone_key(const uint8_t *zone, const struct dns_key *k, struct dns_why *why)
{
	struct dns_str t;

	dns_why_set(why, DNS_EDE_NO_ZONE_KEY, "zone ", zone, ": the DNSKEY to begin with, key tag ");
	dns_str_more(&t, why->text, sizeof why->text);
	dns_str_num(&t, k->tag);
	dns_str_add(&t, ", lacks the zone key flag");
}

/* Digest types are what is wrong: of a key whose algorithm would do. */
static bool is_digest(const struct entry *e, unsigned n, bool weak)
{
	unsigned i;
	bool alg = false;

	for (i = 0; i < n; i++) {
		if (e[i].is_key || dns_crypto_digest_ok(e[i].p[3], weak))
			return false;
		alg = alg || dns_crypto_alg_ok(e[i].p[2], weak);
	}
	return alg;
}

static enum dns_sec no_entry(const struct entry *e, unsigned n, const uint8_t *zone, bool anchor,
    bool weak, struct dns_why *why)
{
	int ede = is_digest(e, n, weak) ? DNS_EDE_DIGEST : DNS_EDE_ALG;
	unsigned i;
	bool sha1_only = true;

	for (i = 0; i < n; i++)
		if (e[i].is_key || !dns_crypto_alg_ok(e[i].p[2], true) || e[i].p[3] != 1)
			sha1_only = false;
	if (sha1_only)
		dns_why_set(why, DNS_EDE_DIGEST, "zone ", zone, anchor ?
		    ": its trust anchors have SHA-1 digests alone, which count as "
		    "unsupported by our policy (-allow-weak accepts them); the zone is treated as unsigned" :
		    ": its DS records have SHA-1 digests alone, which count as "
		    "unsupported by our policy (-allow-weak accepts them); the zone is treated as unsigned");
	else /* an anchor is a DS set proven by configuration: RFC 4035 section 5.2, last paragraph */
		dns_why_set(why, ede, "zone ", zone, anchor ?
		    ": no trust anchor has both an algorithm and a digest type supported "
		    "here (RSASHA1: RFC 9905, -allow-weak accepts it); the zone is treated as unsigned" :
		    ": no DS record has both an algorithm and a digest type supported "
		    "here (RSASHA1: RFC 9905, -allow-weak accepts it); the zone is treated as unsigned");
	name_entries(e, n, why);
	return DNS_SEC_INSECURE;
}

static enum dns_sec by_entries(struct dns_ctx *c, const uint8_t *zone, const struct entry *e,
    unsigned n, const struct dns_view *v, struct dns_keys *out, struct dns_why *why, bool anchor)
{
	struct dns_rrset set;
	struct named m;
	bool sha1 = sha1_allowed(e, n, c->allow_weak);
	unsigned i, k, usable = 0, small = 0;

	for (i = 0; i < n; i++)
		usable += entry_ok(&e[i], c->allow_weak, sha1);
	if (n == 0) { /* never "only unsupported ones" */
		dns_why_set(why, DNS_EDE_INDETERMINATE, "zone ", zone,
		    ": no DS record or trust anchor to begin with");
		return DNS_SEC_BOGUS;
	}
	if (usable == 0)
		return no_entry(e, n, zone, anchor, c->allow_weak, why);
	c->blame = v->entry;
	if (!dns_find(c, v, zone, DNS_DNSKEY, DNS_ANSWER, &set)) {
		dns_why_set(why, DNS_EDE_NO_DNSKEY, "zone ", zone,
		    ": signed, but the answer for its DNSKEY set is empty: a "
		    "server or resolver on the way withholds it");
		return DNS_SEC_BOGUS;
	}
	if (set.n > DNS_MAX_KEYS) {
		dns_why_set(why, DNS_EDE_BOGUS, "zone ", zone,
		    ": more DNSKEY records than the limit of 32");
		return DNS_SEC_BOGUS;
	}
	load(&set, zone, out);
	dns_why_set(why, DNS_EDE_NO_DNSKEY, "zone ", zone,
	    anchor ? ": no DNSKEY matches the trust anchor" :
	    ": no DNSKEY matches the DS records in its parent");
	name_entries(e, n, why);
	dns_name_copy(m.keys.zone, zone);
	m.keys.n = 0;
	for (i = 0; i < n && !dns_is_spent(c); i++) {
		bool is_small = false;

		if (!entry_ok(&e[i], c->allow_weak, sha1))
			continue;
		for (k = 0; k < out->n; k++) {
			if (!matches(c, &e[i], &out->key[k], zone))
				continue;
			if (!dns_key_is_zone(&out->key[k])) {
				if (!(dns_get16(out->key[k].rdata) & 0x0100))
					no_zone_key(zone, &out->key[k], why);
				continue;
			}
			if (!c->allow_weak && dns_crypto_key_small(out->key[k].alg,
			    out->key[k].rdata + 4, out->key[k].len - 4u)) {
				is_small = true;
				continue;
			}
			name_key(&m, &out->key[k], &e[i]);
		}
		small += is_small;
	}
	if (dns_is_spent(c))
		dns_why_spent(c, why);
	else if (signs_set(c, &set, &m, anchor, why))
		return DNS_SEC_SECURE;
	else if (m.keys.n == 0 && small == usable) {
		dns_why_set(why, DNS_EDE_ALG, "zone ", zone,
		    ": its keys are RSA under 1024 bits, which count as "
		    "unsupported by our policy (-allow-weak accepts them); the zone is treated as unsigned");
		return DNS_SEC_INSECURE;
	}
	return DNS_SEC_BOGUS;
}

enum dns_sec dns_keys_by_ds(struct dns_ctx *c, const uint8_t *zone, const struct dns_rdata *ds,
    unsigned nds, const struct dns_view *v, struct dns_keys *out, struct dns_why *why)
{
	struct entry e[DNS_MAX_DS];
	unsigned i, n = 0;

	if (nds > DNS_MAX_DS) {
		dns_why_set(why, DNS_EDE_BOGUS, "zone ", zone,
		    ": more DS records than the limit of 32");
		return DNS_SEC_BOGUS;
	}
	for (i = 0; i < nds; i++) {
		if (ds[i].len < 5)
			continue;
		e[n].p = ds[i].p;
		e[n].len = ds[i].len;
		e[n++].is_key = false;
	}
	return by_entries(c, zone, e, n, v, out, why, false);
}

bool dns_anchor_is_current(const struct dns_anchor *a, int64_t now)
{
	return a->from <= now && now <= a->until;
}

bool dns_anchor_matches_key(const struct dns_anchor *a, const uint8_t *owner,
    const uint8_t *rdata, size_t len)
{
	struct entry e = { a->rdata, a->rdlen, a->type == DNS_DNSKEY };
	uint8_t plain[DNS_ANCHOR_RDATA];
	struct dns_key k;

	if (len < 5 || len > sizeof plain || a->rdlen < 5 || !dns_name_eq(a->owner, owner))
		return false;
	memcpy(plain, rdata, len);
	plain[1] &= (uint8_t)~DNS_KEY_REVOKE;
	dns_key_set(&k, plain, (uint16_t)len);
	return dns_key_is_zone(&k) && entry_names(&e, &k, owner);
}

bool dns_key_info(const uint8_t *rdata, size_t len, struct dns_key_info *k)
{
	if (len < 5)
		return false;
	k->flags = dns_get16(rdata);
	k->alg = rdata[3];
	k->tag = dns_key_tag(rdata, len);
	k->bits = dns_crypto_key_bits(k->alg, rdata + 4, len - 4);
	return true;
}

enum dns_sec dns_keys_by_anchor(struct dns_ctx *c, const uint8_t *zone, const struct dns_view *v,
    struct dns_keys *out, struct dns_why *why)
{
	struct entry e[DNS_MAX_ANCHORS];
	unsigned i, n = 0;

	for (i = 0; i < c->anchors->n; i++) {
		const struct dns_anchor *a = &c->anchors->a[i];

		if (!dns_name_eq(a->owner, zone) || a->rdlen < 5 || !dns_anchor_is_current(a, c->now))
			continue;
		e[n].p = a->rdata;
		e[n].len = a->rdlen;
		e[n++].is_key = a->type == DNS_DNSKEY;
	}
	return by_entries(c, zone, e, n, v, out, why, true);
}
