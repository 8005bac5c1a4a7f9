/* SPDX-License-Identifier: ISC */
/*
 * dns/nsec.c: what verified NSEC records of one zone prove (RFC 4035 section 5.4, RFC 6840
 * section 4, RFC 9824).  Signatures were checked before; here there are only names and bits.
 */
#include "dns/sec.h"

#include "dns/str.h"
#include "dns/wire.h"

bool dns_bits_has(const uint8_t *bits, size_t n, uint16_t type)
{
	size_t pos = 0;

	/* windows of at least one octet each, as dns_msg_parse saw to */
	while (n - pos >= 2 && pos < n) {
		size_t len = bits[pos + 1], at = (type & 0xff) >> 3;

		if (len > n - pos - 2)
			return false;
		if (bits[pos] == type >> 8)
			return at < len && (bits[pos + 2 + at] & 0x80 >> (type & 7));
		pos += 2 + len;
	}
	return false;
}

bool dns_bits_lack(const uint8_t *bits, size_t n, uint16_t type)
{
	size_t pos = 0, i;
	unsigned bit;

	if (type != DNS_ANY)
		return !dns_bits_has(bits, n, type) && !dns_bits_has(bits, n, DNS_CNAME);
	while (n - pos > 2 && pos < n) { /* nothing but the denial's own types may be there */
		for (i = 0; i < bits[pos + 1] && i < n - pos - 2; i++)
			for (bit = 0; bit < 8; bit++) {
				unsigned t = (unsigned)bits[pos] << 8 | (unsigned)i << 3 | bit;

				if ((bits[pos + 2 + i] & 0x80 >> bit) && t != DNS_NSEC && t != DNS_RRSIG &&
				    t != DNS_NXNAME)
					return false;
			}
		pos += 2u + bits[pos + 1];
	}
	return true;
}

bool dns_bits_nxname(const uint8_t *bits, size_t n)
{
	return dns_bits_has(bits, n, DNS_NXNAME) && dns_bits_lack(bits, n, DNS_ANY);
}

bool dns_nsec_parse(const uint8_t *owner, const uint8_t *rdata, size_t len, struct dns_nsec *n)
{
	size_t nlen = dns_name_len(rdata);

	if (nlen > len)
		return false;
	n->owner = owner;
	n->next = rdata;
	n->bits = rdata + nlen;
	n->nbits = len - nlen;
	return true;
}

static bool has(const struct dns_nsec *n, uint16_t type)
{
	return dns_bits_has(n->bits, n->nbits, type);
}

/* A parent's NSEC at a zone cut. */
static bool is_delegation(const struct dns_nsec *n)
{
	return has(n, DNS_NS) && !has(n, DNS_SOA);
}

/* RFC 4034 section 4.1.1, RFC 6840 section 4.1: owner < name < next; the last one wraps to the
   apex.  Not from an ancestor that is a delegation or a DNAME. */
static bool covers(const struct dns_denials *d, const struct dns_nsec *n, const uint8_t *name)
{
	if (dns_name_cmp(n->owner, name) >= 0)
		return false;
	if (dns_name_is_under(name, n->owner) && (is_delegation(n) || has(n, DNS_DNAME)))
		return false;
	if (dns_name_eq(n->next, d->zone))
		return true;
	return dns_name_cmp(n->owner, n->next) < 0 && dns_name_cmp(name, n->next) < 0;
}

static const struct dns_nsec *find_cover(const struct dns_denials *d, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < d->nnsec; i++)
		if (covers(d, &d->nsec[i], name))
			return &d->nsec[i];
	return NULL;
}

static const struct dns_nsec *find_match(const struct dns_denials *d, const uint8_t *name,
    uint16_t type)
{
	unsigned i;

	for (i = 0; i < d->nnsec; i++) {
		const struct dns_nsec *n = &d->nsec[i];

		if (!dns_name_eq(n->owner, name))
			continue;
		/* RFC 6840 section 4.1 and 4.4: DS is asked of the parent, all else of the child */
		if (type == DNS_DS ? has(n, DNS_SOA) && dns_name_labels(name) > 0 : is_delegation(n))
			continue;
		return n;
	}
	return NULL;
}

static void proven(struct dns_denied *out, enum dns_deny kind, const char *how,
    const struct dns_nsec *a, const struct dns_nsec *b)
{
	struct dns_str t;

	out->kind = kind;
	dns_str_init(&t, out->text, sizeof out->text);
	dns_str_add(&t, how);
	dns_str_name(&t, a->owner);
	if (b != NULL && b != a) {
		dns_str_add(&t, " and ");
		dns_str_name(&t, b->owner);
	}
}

static bool lacks(const struct dns_nsec *n, uint16_t type)
{
	return dns_bits_lack(n->bits, n->nbits, type);
}

/* Labels of the closest encloser that a covering NSEC shows (RFC 7129 section 5.5). */
static unsigned encloser(const struct dns_nsec *n, const uint8_t *name)
{
	unsigned a = dns_name_common(name, n->owner), b = dns_name_common(name, n->next);

	return a > b ? a : b;
}

static void deny_absent(const struct dns_denials *d, const struct dns_nsec *cover,
    const uint8_t *name, uint16_t type, struct dns_denied *out, struct dns_why *why)
{
	uint8_t wild[DNS_NAME_MAX];
	const struct dns_nsec *w;

	/* the next name is below: an empty non-terminal, which exists and has no records */
	if (dns_name_is_under(cover->next, name)) {
		proven(out, DNS_DENY_NODATA, "empty non-terminal, by NSEC ", cover, NULL);
		return;
	}
	if (dns_name_prepend((const uint8_t *)"*", 1,
	    dns_name_suffix(name, encloser(cover, name)), wild) != 0) {
		proven(out, DNS_DENY_NXDOMAIN, "no such name, by NSEC ", cover, NULL);
		return; /* too long for a wildcard to exist */
	}
	w = find_match(d, wild, type);
	if (w != NULL && lacks(w, type)) {
		proven(out, DNS_DENY_WILD, "no such type at the wildcard, by NSEC ", cover, w);
		return;
	}
	w = find_cover(d, wild);
	if (w != NULL && dns_name_is_under(w->next, wild))
		proven(out, DNS_DENY_WILD, "empty wildcard, by NSEC ", cover, w);
	else if (w != NULL)
		proven(out, DNS_DENY_NXDOMAIN, "no such name, by NSEC ", cover, w);
	else
		dns_why_deny(why, d->zone, "the denial of ", name, type,
		    " does not show that no wildcard would answer");
}

void dns_nsec_deny(const struct dns_denials *d, const uint8_t *name, uint16_t type,
    struct dns_denied *out, struct dns_why *why)
{
	const struct dns_nsec *n = find_match(d, name, type);

	if (n != NULL && dns_bits_nxname(n->bits, n->nbits)) {
		proven(out, DNS_DENY_NXDOMAIN, "no such name (compact denial), by NSEC ", n, NULL);
		return;
	}
	if (n != NULL && lacks(n, type)) {
		proven(out, DNS_DENY_NODATA, "no such type, by NSEC ", n, NULL);
		out->cut = type == DNS_DS && is_delegation(n);
		return;
	}
	if (n != NULL) {
		dns_why_deny(why, d->zone, "the NSEC record says that ", name, type,
		    " (or a CNAME in its place) exists, yet the answer withholds it");
		return;
	}
	n = find_cover(d, name);
	if (n != NULL)
		deny_absent(d, n, name, type, out, why);
	else
		dns_why_deny(why, d->zone, "no NSEC record denies ", name, type, "");
}

bool dns_nsec_no_closer(const struct dns_denials *d, const uint8_t *name, unsigned labels)
{
	unsigned i;

	for (i = 0; i < d->nnsec; i++)
		if (covers(d, &d->nsec[i], name) && encloser(&d->nsec[i], name) <= labels &&
		    !dns_name_is_under(d->nsec[i].next, name))
			return true;
	return false;
}
