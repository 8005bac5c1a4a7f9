/* SPDX-License-Identifier: ISC */
/*
 * dns/nsec3.c: what verified NSEC3 records of one zone prove (RFC 5155 section 8, RFC 6840
 * section 4, RFC 9276).  Each name is hashed once for each parameter set, and the hashes for
 * one denial are bounded (CVE-2023-50868).
 */
#include "dns/sec.h"

#include <string.h>

#include "dns/str.h"
#include "dns/wire.h"

static int base32hex(uint8_t ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'v')
		return ch - 'a' + 10;
	return ch >= 'A' && ch <= 'V' ? ch - 'A' + 10 : -1;
}

/* RFC 4648 section 7: 32 characters, 20 octets. */
static bool unhash(const uint8_t *label, uint8_t out[DNS_SHA1_LEN])
{
	uint32_t acc = 0;
	unsigned bits = 0, n = 0, i;

	if (label[0] != 32)
		return false;
	for (i = 1; i <= 32; i++) {
		int v = base32hex(label[i]);

		if (v < 0)
			return false;
		acc = acc << 5 | (uint32_t)v;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (uint8_t)(acc >> bits);
		}
	}
	return true;
}

bool dns_nsec3_parse(const uint8_t *owner, const uint8_t *zone, const uint8_t *rdata, size_t len,
    struct dns_nsec3 *n)
{
	size_t hl;

	/* RFC 5155 section 8.1: unknown hash algorithm, 8.2: unknown flags: ignored */
	if (len < 6 || rdata[0] != 1 || (rdata[1] & ~1u) != 0)
		return false;
	n->flags = rdata[1];
	n->iterations = dns_get16(rdata + 2);
	n->saltlen = rdata[4];
	if (len - 5 < n->saltlen + 1u)
		return false;
	n->salt = rdata + 5;
	hl = rdata[5 + n->saltlen];
	if (hl != DNS_SHA1_LEN || len - 6 - n->saltlen < hl)
		return false;
	n->next = n->salt + n->saltlen + 1;
	n->bits = n->next + hl;
	n->nbits = len - 6 - n->saltlen - hl;
	/* exactly one label above the apex */
	return dns_name_labels(owner) == dns_name_labels(zone) + 1 &&
	    dns_name_is_under(owner, zone) && unhash(owner, n->hash);
}

static bool has(const struct dns_nsec3 *n, uint16_t type)
{
	return dns_bits_has(n->bits, n->nbits, type);
}

static bool is_delegation(const struct dns_nsec3 *n)
{
	return has(n, DNS_NS) && !has(n, DNS_SOA);
}

static bool lacks(const struct dns_nsec3 *n, uint16_t type)
{
	return dns_bits_lack(n->bits, n->nbits, type);
}

/* A search with one parameter set, that of record `p`. */
struct search {
	struct dns_ctx *c;
	const struct dns_denials *d;
	const struct dns_nsec3 *p;
	bool over;          /* the limit on hashes was met: nothing found counts */
};

static bool same_params(const struct dns_nsec3 *a, const struct dns_nsec3 *b)
{
	return a->iterations == b->iterations && a->saltlen == b->saltlen &&
	    memcmp(a->salt, b->salt, a->saltlen) == 0;
}

static bool hash_name(struct search *s, const uint8_t *name, uint8_t out[DNS_SHA1_LEN])
{
	uint8_t lower[DNS_NAME_MAX];

	if (s->c->hashes >= DNS_MAX_HASHES) {
		s->over = true;
		return false;
	}
	s->c->hashes++;
	dns_spend(s->c, 8u * (s->p->iterations + 1u));
	dns_name_copy(lower, name);
	dns_name_lower(lower);
	dns_crypto_nsec3(lower, dns_name_len(lower), s->p->salt, s->p->saltlen, s->p->iterations, out);
	return true;
}

static const struct dns_nsec3 *find_match(const struct search *s, const uint8_t *h)
{
	unsigned i;

	for (i = 0; i < s->d->nnsec3; i++)
		if (same_params(&s->d->nsec3[i], s->p) &&
		    memcmp(s->d->nsec3[i].hash, h, DNS_SHA1_LEN) == 0)
			return &s->d->nsec3[i];
	return NULL;
}

static const struct dns_nsec3 *find_cover(const struct search *s, const uint8_t *h)
{
	unsigned i;

	for (i = 0; i < s->d->nnsec3; i++) {
		const struct dns_nsec3 *n = &s->d->nsec3[i];
		int after = memcmp(h, n->hash, DNS_SHA1_LEN), before = memcmp(h, n->next, DNS_SHA1_LEN);

		if (!same_params(n, s->p))
			continue;
		if (memcmp(n->hash, n->next, DNS_SHA1_LEN) < 0 ? after > 0 && before < 0 :
		    after > 0 || (before < 0 && after != 0)) /* the last one wraps */
			return n;
	}
	return NULL;
}

static void proven(struct dns_denied *out, enum dns_deny kind, const char *how, const uint8_t *name)
{
	struct dns_str t;

	out->kind = kind;
	dns_str_init(&t, out->text, sizeof out->text);
	dns_str_add(&t, how);
	dns_str_name(&t, name);
	if (out->opt_out)
		dns_str_add(&t, " (opt-out)");
}

/*
 * RFC 5155 section 8.3: the closest encloser and the record that covers the next closer name.
 * Returns the labels of the encloser and *next; -1 when there is no proof.  When name itself
 * matches, that record is *match.
 */
static int find_encloser(struct search *s, const uint8_t *name, const struct dns_nsec3 **match,
    const struct dns_nsec3 **next)
{
	uint8_t h[DNS_SHA1_LEN], closer[DNS_SHA1_LEN];
	unsigned total = dns_name_labels(name), low = dns_name_labels(s->d->zone), i;
	const struct dns_nsec3 *m;

	*match = *next = NULL;
	for (i = total;; i--) {
		if (!hash_name(s, dns_name_suffix(name, i), h))
			return -1;
		m = find_match(s, h);
		if (m != NULL)
			break;
		if (i == low)
			return -1;
		memcpy(closer, h, sizeof h);
	}
	if (i == total) {
		*match = m;
		return (int)i;
	}
	/* RFC 5155 section 8.3, RFC 6840 section 4.1: not from above a cut or a DNAME */
	if (is_delegation(m) || has(m, DNS_DNAME))
		return -1;
	*next = find_cover(s, closer);
	return *next != NULL ? (int)i : -1;
}

static void deny_match(const struct dns_denials *d, const struct dns_nsec3 *m, const uint8_t *name,
    uint16_t type, struct dns_denied *out, struct dns_why *why)
{
	bool apex = has(m, DNS_SOA) && dns_name_labels(name) > 0;

	if (type == DNS_DS ? apex : is_delegation(m)) {
		dns_why_deny(why, d->zone, "the NSEC3 record for ", name, type,
		    " is from the wrong side of the zone cut");
	} else if (dns_bits_nxname(m->bits, m->nbits)) {
		proven(out, DNS_DENY_NXDOMAIN, "no such name (compact denial), by the NSEC3 of ", name);
	} else if (lacks(m, type)) {
		proven(out, DNS_DENY_NODATA, "no such type, by the NSEC3 of ", name);
		out->cut = type == DNS_DS && is_delegation(m);
	} else {
		dns_why_deny(why, d->zone, "the NSEC3 record says that ", name, type,
		    " (or a CNAME in its place) exists, yet the answer withholds it");
	}
}

static void deny_absent(struct search *s, const uint8_t *name, unsigned ce, uint16_t type,
    const struct dns_nsec3 *next, struct dns_denied *out, struct dns_why *why)
{
	uint8_t wild[DNS_NAME_MAX], h[DNS_SHA1_LEN];
	const uint8_t *encloser = dns_name_suffix(name, ce);
	const struct dns_nsec3 *w;

	out->opt_out = next->flags & 1; /* RFC 5155 section 9.2 */
	if (dns_name_prepend((const uint8_t *)"*", 1, encloser, wild) == 0) {
		if (!hash_name(s, wild, h))
			return;
		w = find_match(s, h);
		if (w != NULL && lacks(w, type) && (type == DNS_DS || !is_delegation(w))) { /* 8.7 */
			proven(out, DNS_DENY_WILD, "no such type at the wildcard, by NSEC3 below ", encloser);
			return;
		}
		w = w == NULL ? find_cover(s, h) : NULL;
		if (w == NULL && !out->opt_out) {
			dns_why_deny(why, s->d->zone, "the denial of ", name, type,
			    " does not show that no wildcard would answer");
			return;
		}
		if (w == NULL) { /* 8.6: an unsigned delegation, or below one, may be here */
			proven(out, DNS_DENY_NODATA, "may be an unsigned delegation, by NSEC3 below ", encloser);
			return;
		}
	}
	proven(out, DNS_DENY_NXDOMAIN, "no such name, by NSEC3 below ", encloser); /* 8.4 */
}

static void deny_with(struct search *s, const uint8_t *name, uint16_t type, struct dns_denied *out,
    struct dns_why *why)
{
	const struct dns_nsec3 *match, *next;
	int ce = find_encloser(s, name, &match, &next);

	if (match != NULL)
		deny_match(s->d, match, name, type, out, why);
	else if (ce >= 0)
		deny_absent(s, name, (unsigned)ce, type, next, out, why);
	else
		dns_why_deny(why, s->d->zone, "no NSEC3 records deny ", name, type,
		    s->over ? ": over the limit of names hashed" : "");
}

/* RFC 9276 section 3.2: more work than we do.  The record is verified. */
static bool is_too_many(const struct dns_nsec3 *n)
{
	return n->iterations > DNS_MAX_ITERATIONS;
}

/* The first record of each parameter set. */
static bool is_first(const struct dns_denials *d, unsigned i)
{
	unsigned j;

	for (j = 0; j < i; j++)
		if (same_params(&d->nsec3[j], &d->nsec3[i]))
			return false;
	return true;
}

void dns_nsec3_deny(struct dns_ctx *c, const struct dns_denials *d, const uint8_t *name,
    uint16_t type, struct dns_denied *out, struct dns_why *why)
{
	struct search s = { c, d, NULL, false };
	bool many = false;
	unsigned i;

	for (i = 0; i < d->nnsec3 && out->kind == DNS_DENY_NOT && !s.over; i++) {
		many = many || is_too_many(&d->nsec3[i]);
		if (!is_first(d, i) || is_too_many(&d->nsec3[i]))
			continue;
		s.p = &d->nsec3[i];
		out->opt_out = false;
		deny_with(&s, name, type, out, why);
	}
	if (out->kind == DNS_DENY_NOT && many && !s.over) { /* and the others prove nothing */
		out->iterations = true;
		out->opt_out = false;
		proven(out, DNS_DENY_NODATA, "NSEC3 with more than 50 iterations in ", d->zone);
	}
}

bool dns_nsec3_no_closer(struct dns_ctx *c, const struct dns_denials *d, const uint8_t *name,
    unsigned labels, struct dns_denied *out)
{
	struct search s = { c, d, NULL, false };
	const struct dns_nsec3 *n;
	uint8_t h[DNS_SHA1_LEN];
	bool many = false;
	unsigned i;

	for (i = 0; i < d->nnsec3; i++) {
		many = many || is_too_many(&d->nsec3[i]);
		if (!is_first(d, i) || is_too_many(&d->nsec3[i]))
			continue;
		s.p = &d->nsec3[i];
		/* RFC 5155 section 8.8: the next closer name is covered */
		if (!hash_name(&s, dns_name_suffix(name, labels + 1), h))
			return false;
		n = find_cover(&s, h);
		if (n != NULL) {
			out->opt_out = n->flags & 1;
			return true;
		}
	}
	out->iterations = many;
	return many;
}
