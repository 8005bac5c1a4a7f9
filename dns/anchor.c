/* SPDX-License-Identifier: ISC */
/*
 * dns/anchor.c: trust anchors and root hints out of zone-file text.  A file that holds
 * anything else, or an anchor that could never match, is refused with its line: whoever
 * names a trust anchor must know that it is the one in force.
 */
#include "dns/anchor.h"

#include "dns/wire.h"
#include "dns/zone.h"

/* ---- trust anchors ------------------------------------------------------- */

/* Digests whose length is known: SHA-1, SHA-256, SHA-384 (RFC 3658, 4509, 6605) */
static unsigned digest_len(uint8_t digest)
{
	return digest == 1 ? 20 : digest == 2 ? 32 : digest == 4 ? 48 : 0;
}

static const char *judge(const struct dns_anchor *a)
{
	uint16_t flags;

	if (a->type == DNS_DS) {
		if (digest_len(a->rdata[3]) && a->rdlen != 4 + digest_len(a->rdata[3]))
			return "a DS digest of the wrong length for its digest type";
		return a->rdlen > 4 ? NULL : "a DS record without a digest";
	}
	if (a->type != DNS_DNSKEY)
		return "a trust anchor must be a DS or DNSKEY record";
	flags = dns_get16(a->rdata);
	if (!(flags & 0x0100) || a->rdata[2] != 3) /* RFC 4034 sections 2.1.1, 2.1.2 */
		return "a DNSKEY anchor must have the zone key flag and protocol 3";
	if (flags & 0x0080) /* RFC 5011 section 2.1 */
		return "a DNSKEY anchor with the revoke flag";
	return NULL;
}

const char *dns_anchor_add(struct dns_anchors *a, const struct dns_anchor *one)
{
	const char *err = judge(one);

	if (err)
		return err;
	if (a->n == DNS_MAX_ANCHORS)
		return "too many trust anchors";
	a->a[a->n++] = *one;
	return NULL;
}

static const char *add_rr(struct dns_anchors *a, const struct dns_rr *rr)
{
	struct dns_anchor one = { .type = rr->type, .rdlen = rr->rdlen, .from = INT64_MIN,
	    .until = INT64_MAX };

	if (rr->type != DNS_DS && rr->type != DNS_DNSKEY)
		return "a trust anchor must be a DS or DNSKEY record";
	if (rr->rdlen > DNS_ANCHOR_RDATA)
		return "a trust anchor too long to be one that can be used";
	dns_name_copy(one.owner, rr->owner);
	memcpy(one.rdata, rr->rdata, rr->rdlen);
	return dns_anchor_add(a, &one);
}

int dns_anchors_parse(struct dns_anchors *a, const char *text, size_t len,
    unsigned *line, const char **err)
{
	struct dns_zf z;
	struct dns_rr rr;

	size_t i;

	a->n = 0;
	for (i = 0; i < len && memchr(" \t\r\n", text[i], 4); i++)
		;
	if (i < len && text[i] == '<')
		return dns_anchors_xml(a, text, len, line, err);
	dns_zf_init(&z, text, len);
	while (!z.err && dns_zf_next(&z, &rr) > 0)
		z.err = add_rr(a, &rr);
	if (!z.err && !a->n)
		z.err = "there is no DS or DNSKEY record";
	*line = z.line;
	*err = z.err;
	if (!z.err)
		return 0;
	a->n = 0; /* never half a file */
	return -1;
}

/* ---- root hints ---------------------------------------------------------- */

bool dns_addr_eq(const struct dns_addr *a, const struct dns_addr *b)
{
	size_t n = a->family == 4 ? 4 : a->family == 6 ? 16 : 0;

	return a->family == b->family && a->port == b->port && a->scope == b->scope &&
	    !memcmp(a->a, b->a, n);
}

struct servers {
	unsigned n;
	uint8_t name[DNS_MAX_HINTS][DNS_NAME_MAX];
};

static const char *add_server(struct servers *s, const struct dns_rr *rr)
{
	if (rr->type == DNS_A || rr->type == DNS_AAAA)
		return NULL; /* second pass */
	if (rr->type != DNS_NS || rr->owner[0])
		return "root hints are the NS of the root and the addresses of its servers";
	if (s->n == DNS_MAX_HINTS)
		return "too many root servers";
	dns_name_copy(s->name[s->n++], rr->rdata);
	return NULL;
}

static const char *add_hint(struct dns_hints *h, const struct servers *s,
    const struct dns_rr *rr)
{
	struct dns_addr *to;
	unsigned i;

	if (rr->type == DNS_NS)
		return NULL;
	for (i = 0; i < s->n && !dns_name_eq(s->name[i], rr->owner); i++)
		;
	if (i == s->n)
		return "an address of a name that is no root server here";
	if (h->n == DNS_MAX_HINTS)
		return "too many addresses of root servers";
	to = &h->a[h->n++];
	memset(to, 0, sizeof *to);
	to->family = rr->type == DNS_A ? 4 : 6;
	to->port = 53;
	memcpy(to->a, rr->rdata, rr->rdlen);
	return NULL;
}

/* Addresses may come before the NS that calls for them: the text is read twice. */
int dns_hints_parse(struct dns_hints *h, const char *text, size_t len,
    unsigned *line, const char **err)
{
	struct servers s;
	struct dns_zf z;
	struct dns_rr rr;

	s.n = h->n = 0;
	dns_zf_init(&z, text, len);
	while (!z.err && dns_zf_next(&z, &rr) > 0)
		z.err = add_server(&s, &rr);
	if (!z.err) {
		dns_zf_init(&z, text, len);
		while (!z.err && dns_zf_next(&z, &rr) > 0)
			z.err = add_hint(h, &s, &rr);
	}
	if (!z.err && !h->n)
		z.err = "there is no address of a root server";
	*line = z.line;
	*err = z.err;
	if (!z.err)
		return 0;
	h->n = 0;
	return -1;
}
