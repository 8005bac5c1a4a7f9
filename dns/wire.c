/* SPDX-License-Identifier: ISC */
/*
 * dns/wire.c: messages off the wire into flat form, and queries onto it.  Decides
 * what is a well-formed message: everything behind this file may rely on valid names
 * and on the RDATA checks of dns_rdata_is_valid().  What the records mean is judged
 * elsewhere.
 */
#include "dns/wire.h"

/* Pointers followed for one name.  Each should lead to a label, so that more than the
   labels that a name can have is an attempt to keep us busy. */
#define MAX_JUMPS (DNS_LABELS_MAX + 1)

/* RFC 1035 section 4.1.4.  The run is what is read without a jump: a pointer must go
   below the start of the run that holds it, which also ends every loop. */
void dns_rd_name(struct dns_rd *r, uint8_t out[DNS_NAME_MAX])
{
	const uint8_t *p = r->p, *run = r->p, *after = NULL;
	size_t n = 0, c, to;
	unsigned jumps = 0;

	while (!r->bad && p < r->end) {
		c = *p;
		if (c >= 0xc0) {
			if (r->end - p < 2 || jumps++ == MAX_JUMPS)
				break;
			to = (c & 0x3f) << 8 | p[1];
			if (to >= (size_t)(run - r->msg))
				break;
			if (!after)
				after = p + 2;
			p = run = r->msg + to;
			continue;
		}
		/* label types 01 and 10: RFC 6891 section 5, RFC 6895 section 3.3 */
		if (c > 63 || (size_t)(r->end - p) < c + 1)
			break;
		/* one octet is kept for the root label, RFC 1035 section 2.3.4 */
		if (c && DNS_NAME_MAX - 1 - n < c + 1)
			break;
		memcpy(out + n, p, c + 1);
		n += c + 1;
		p += c + 1;
		if (!c) {
			r->p = after ? after : p;
			return;
		}
	}
	r->bad = true;
	out[0] = 0; /* stays a valid name for whoever looks before testing bad */
}

const uint8_t *dns_rd_plain(struct dns_rd *r)
{
	const uint8_t *start = r->p, *q;
	uint8_t c;

	do {
		c = dns_rd_u8(r);
		q = c > 63 ? NULL : dns_rd_take(r, c);
		if (!q || r->p - start > DNS_NAME_MAX) {
			r->bad = true;
			return NULL;
		}
	} while (c);
	return start;
}

/* ---- RDATA --------------------------------------------------------------- */

bool dns_bitmap_is_valid(const uint8_t *p, size_t n)
{
	struct dns_rd r;
	int last = -1, window;
	uint8_t len;

	dns_rd_init(&r, p, n);
	while (dns_rd_left(&r)) {
		window = dns_rd_u8(&r);
		len = dns_rd_u8(&r);
		if (window <= last || len < 1 || len > 32) /* RFC 4034 section 4.1.2 */
			return false;
		dns_rd_take(&r, len);
		last = window;
	}
	return dns_rd_done(&r);
}

/*
 * How RDATA is put together: N a name, S a character-string, T the rest (may be
 * empty), R the rest (at least one octet), B a type bitmap, H a length octet and as
 * many octets (at least one), O the same (may be none), a digit or letter a..p that
 * many octets (a is 10).
 * strict: the types whose RDATA is looked into.  The others here are those that may
 * hold compressed names (RFC 3597 section 4); when they do not parse they are kept as
 * they came.
 */
static const struct layout {
	uint16_t type;
	bool strict;
	const char *form;
} layouts[] = {
	{ DNS_A, true, "4" },
	{ DNS_NS, true, "N" },
	{ 3, false, "N" },          /* MD */
	{ 4, false, "N" },          /* MF */
	{ DNS_CNAME, true, "N" },
	{ DNS_SOA, true, "NNk" },
	{ 7, false, "N" },          /* MB */
	{ 8, false, "N" },          /* MG */
	{ 9, false, "N" },          /* MR */
	{ DNS_PTR, true, "N" },
	{ 14, false, "NN" },        /* MINFO */
	{ DNS_MX, true, "2N" },
	{ 17, false, "NN" },        /* RP */
	{ 18, false, "2N" },        /* AFSDB */
	{ 21, false, "2N" },        /* RT */
	{ 24, false, "iNT" },       /* SIG */
	{ 26, false, "2NN" },       /* PX */
	{ DNS_AAAA, true, "g" },
	{ 30, false, "NT" },        /* NXT */
	{ DNS_SRV, true, "6N" },
	{ 35, false, "4SSSN" },     /* NAPTR */
	{ 36, false, "2N" },        /* KX */
	{ DNS_DNAME, true, "N" },
	{ DNS_DS, true, "4R" },
	{ DNS_RRSIG, true, "iNR" },
	{ DNS_NSEC, true, "NB" },
	{ DNS_DNSKEY, true, "4R" },
	{ DNS_NSEC3, true, "4OHB" },
	{ DNS_NSEC3PARAM, true, "4O" },
	{ DNS_TLSA, true, "3T" }
};

static const struct layout *layout_of(uint16_t type)
{
	size_t i;

	for (i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
		if (layouts[i].type == type)
			return &layouts[i];
	return NULL;
}

/* n octets from r to w; w may be NULL. */
static void copy(struct dns_rd *r, struct dns_wr *w, size_t n)
{
	const uint8_t *q = dns_rd_take(r, n);

	if (q && w)
		dns_wr_bytes(w, q, n);
}

/* A length octet and that many octets, at least `least`. */
static void copy_string(struct dns_rd *r, struct dns_wr *w, unsigned least)
{
	unsigned n = dns_rd_left(r) ? r->p[0] : 0;

	if (n < least)
		r->bad = true;
	copy(r, w, 1 + n);
}

static void copy_rest(struct dns_rd *r, struct dns_wr *w, char kind)
{
	size_t n = dns_rd_left(r);

	if ((kind == 'R' && !n) || (kind == 'B' && !dns_bitmap_is_valid(r->p, n)))
		r->bad = true;
	copy(r, w, n);
}

static void copy_name(struct dns_rd *r, struct dns_wr *w)
{
	uint8_t name[DNS_NAME_MAX];

	if (!w) {
		dns_rd_plain(r);
		return;
	}
	dns_rd_name(r, name);
	dns_wr_name(w, name);
}

/* Is the RDATA that r covers as form says?  It goes into w with its names expanded; without
   w nothing is written, and no name may be compressed. */
static bool expand(struct dns_rd *r, const char *form, struct dns_wr *w)
{
	for (; *form && !r->bad; form++) {
		switch (*form) {
		case 'N':
			copy_name(r, w);
			break;
		case 'S':
		case 'O':
			copy_string(r, w, 0);
			break;
		case 'H':
			copy_string(r, w, 1);
			break;
		case 'T':
		case 'R':
		case 'B':
			copy_rest(r, w, *form);
			break;
		default:
			copy(r, w, (size_t)(*form >= 'a' ? *form - 'a' + 10 : *form - '0'));
		}
	}
	return dns_rd_done(r);
}

bool dns_rdata_is_valid(uint16_t type, const uint8_t *rdata, size_t len)
{
	const struct layout *l = layout_of(type);
	struct dns_rd r;

	dns_rd_init(&r, rdata, len);
	return !l || !l->strict || expand(&r, l->form, NULL);
}

/* ---- flat records -------------------------------------------------------- */

bool dns_flat_next(const uint8_t *buf, size_t len, size_t *pos, struct dns_rr *rr)
{
	struct dns_rd r;

	if (*pos >= len)
		return false;
	dns_rd_init(&r, buf + *pos, len - *pos);
	rr->section = dns_rd_u8(&r);
	rr->owner = dns_rd_plain(&r);
	rr->type = dns_rd_u16(&r);
	rr->class = dns_rd_u16(&r);
	rr->ttl = dns_rd_u32(&r);
	rr->rdlen = dns_rd_u16(&r);
	rr->rdata = dns_rd_take(&r, rr->rdlen);
	if (r.bad)
		return false;
	*pos = (size_t)(r.p - buf);
	return true;
}

static void flat_head(struct dns_wr *w, const struct dns_rr *rr)
{
	dns_wr_u8(w, rr->section);
	dns_wr_name(w, rr->owner);
	dns_wr_u16(w, rr->type);
	dns_wr_u16(w, rr->class);
	dns_wr_u32(w, rr->ttl);
	dns_wr_u16(w, rr->rdlen);
}

int dns_flat_add(uint8_t *buf, size_t cap, size_t *len, const struct dns_rr *rr)
{
	struct dns_wr w;

	if (*len > cap)
		return -1;
	dns_wr_init(&w, buf + *len, cap - *len);
	flat_head(&w, rr);
	dns_wr_bytes(&w, rr->rdata, rr->rdlen);
	if (w.bad)
		return -1;
	*len += w.len;
	return 0;
}

/* ---- messages ------------------------------------------------------------ */

static const char *const full = "the message is too large once its names are expanded";

/* The options of an OPT record, RFC 6891 section 6.1.2. */
static const char *parse_options(struct dns_msg *m, struct dns_rd *r)
{
	uint16_t code, len;
	const uint8_t *q;

	while (dns_rd_left(r)) {
		code = dns_rd_u16(r);
		len = dns_rd_u16(r);
		q = dns_rd_take(r, len);
		if (q && code == 15 && len >= 2 && m->ede < 0) /* RFC 8914 section 2 */
			m->ede = dns_get16(q);
	}
	return dns_rd_done(r) ? NULL : "an EDNS option is cut short";
}

static const char *parse_opt(struct dns_msg *m, const struct dns_rr *rr, struct dns_rd *r)
{
	if (m->edns)
		return "two OPT records"; /* RFC 6891 section 6.1.1 */
	if (rr->owner[0] || rr->section != DNS_ADDITIONAL)
		return "an OPT record that is not at the root or not in the additional section";
	m->edns = true;
	/* RFC 6891 section 6.1.3 */
	m->rcode = (uint16_t)((rr->ttl >> 24) << 4 | (m->flags & 15u));
	return parse_options(m, r);
}

/* RDATA behind the head that w just took; the length in the head is set last. */
static const char *parse_rdata(struct dns_wr *w, uint16_t type, struct dns_rd *r)
{
	const struct layout *l = layout_of(type);
	const struct dns_rd raw = *r;
	const size_t at = w->len;

	if (!l || !expand(r, l->form, w)) {
		if (l && l->strict && !w->bad)
			return "RDATA that does not fit its type";
		if (w->bad)
			return full;
		w->len = at;
		dns_wr_bytes(w, raw.p, dns_rd_left(&raw));
	}
	if (w->bad || w->len - at > 65535)
		return full;
	dns_put16(w->buf + at - 2, (uint16_t)(w->len - at));
	return NULL;
}

static const char *parse_rr(struct dns_msg *m, struct dns_wr *w, struct dns_rd *r,
    uint8_t section)
{
	uint8_t owner[DNS_NAME_MAX];
	struct dns_rr rr = { .owner = owner, .section = section };
	struct dns_rd rdata;

	dns_rd_name(r, owner);
	if (r->bad)
		return "a record's owner name is malformed";
	rr.type = dns_rd_u16(r);
	rr.class = dns_rd_u16(r);
	rr.ttl = dns_rd_u32(r);
	rr.rdlen = dns_rd_u16(r);
	dns_rd_sub(r, rr.rdlen, &rdata);
	if (r->bad)
		return "a record is cut short";
	if (rr.type == DNS_OPT)
		return parse_opt(m, &rr, &rdata);
	if (rr.ttl > 0x7fffffff)
		rr.ttl = 0; /* RFC 2181 section 8 */
	flat_head(w, &rr);
	if (w->bad)
		return full;
	m->nrr++;
	return parse_rdata(w, rr.type, &rdata);
}

static const char *parse_question(struct dns_msg *m, struct dns_rd *r, unsigned n)
{
	if (n > 1)
		return "more than one question"; /* RFC 9619 */
	if (!n)
		return NULL;
	dns_rd_name(r, m->qname);
	m->qtype = dns_rd_u16(r);
	m->qclass = dns_rd_u16(r);
	if (r->bad)
		return "the question is malformed";
	m->has_question = true;
	return NULL;
}

static const char *parse_msg(struct dns_msg *m, struct dns_rd *r)
{
	uint16_t count[4];
	const char *err;
	struct dns_wr w;
	unsigned i, k;

	m->id = dns_rd_u16(r);
	m->flags = dns_rd_u16(r);
	for (i = 0; i < 4; i++)
		count[i] = dns_rd_u16(r);
	if (r->bad)
		return "shorter than a DNS header";
	m->rcode = m->flags & 15u;
	err = parse_question(m, r, count[0]);
	if (!err && (unsigned)count[1] + count[2] + count[3] > DNS_MAX_RRS)
		err = "too many records in one message";
	dns_wr_init(&w, m->buf, sizeof m->buf);
	for (i = 1; i < 4; i++)
		for (k = 0; !err && k < count[i]; k++)
			err = parse_rr(m, &w, r, (uint8_t)(DNS_ANSWER + i - 1));
	m->len = w.len;
	if (!err && !dns_rd_done(r))
		err = "octets behind the last record";
	return err;
}

int dns_msg_parse(struct dns_msg *m, const uint8_t *wire, size_t len, const char **err)
{
	struct dns_rd r;

	m->id = m->flags = m->qtype = m->qclass = m->rcode = m->nrr = 0;
	m->ede = -1;
	m->edns = m->has_question = false;
	m->qname[0] = 0;
	m->len = 0;
	dns_rd_init(&r, wire, len);
	*err = len > DNS_WIRE_MAX ? "longer than a DNS message can be" : parse_msg(m, &r);
	if (!*err)
		return 0;
	m->len = 0;
	m->nrr = 0;
	return -1;
}

size_t dns_query_build(uint8_t out[DNS_QUERY_MAX], uint16_t id, uint16_t flags,
    const uint8_t *name, uint16_t type)
{
	struct dns_wr w;

	dns_wr_init(&w, out, DNS_QUERY_MAX);
	dns_wr_u16(&w, id);
	dns_wr_u16(&w, flags & (DNS_F_RD | DNS_F_CD));
	dns_wr_u16(&w, 1);
	dns_wr_u16(&w, 0);
	dns_wr_u16(&w, 0);
	dns_wr_u16(&w, 1);
	dns_wr_name(&w, name);
	dns_wr_u16(&w, type);
	dns_wr_u16(&w, DNS_IN);
	dns_wr_u8(&w, 0);      /* OPT, RFC 6891 section 6.1.2 */
	dns_wr_u16(&w, DNS_OPT);
	dns_wr_u16(&w, 1232);  /* RFC 9715 section 3.2 */
	dns_wr_u32(&w, 0x8000); /* DO, RFC 3225 */
	dns_wr_u16(&w, 0);
	return w.len;
}
