/* SPDX-License-Identifier: ISC */
/*
 * dns/wire.h: the bounded reader and writer that all of dns/ goes through.
 *
 * The reader checks every length before it reads and has one sticky fault: a record
 * is read straight through and `bad` is looked at once, at the end.  The writer
 * mirrors it.  Private to dns/.
 */
#ifndef DNS_WIRE_H
#define DNS_WIRE_H

#include <string.h>

#include "dns/dns.h"

/* ASCII case alone (RFC 4343 section 3). */
static inline uint8_t dns_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static inline uint16_t dns_get16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

static inline uint32_t dns_get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void dns_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void dns_put32(uint8_t *p, uint32_t v)
{
	dns_put16(p, (uint16_t)(v >> 16));
	dns_put16(p + 2, (uint16_t)v);
}

/* msg: where compression pointers count from.  Once bad, every read gives 0 or NULL. */
struct dns_rd {
	const uint8_t *msg, *p, *end;
	bool bad;
};

static inline void dns_rd_init(struct dns_rd *r, const uint8_t *buf, size_t len)
{
	if (!buf)
		buf = (const uint8_t *)""; /* len is 0; no arithmetic on NULL */
	r->msg = r->p = buf;
	r->end = buf + len;
	r->bad = false;
}

static inline size_t dns_rd_left(const struct dns_rd *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}

/* The next n octets, or NULL when there are fewer.  n may be 0. */
static inline const uint8_t *dns_rd_take(struct dns_rd *r, size_t n)
{
	const uint8_t *q = r->p;

	if (r->bad || (size_t)(r->end - r->p) < n) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return q;
}

static inline uint8_t dns_rd_u8(struct dns_rd *r)
{
	const uint8_t *q = dns_rd_take(r, 1);

	return q ? q[0] : 0;
}

static inline uint16_t dns_rd_u16(struct dns_rd *r)
{
	const uint8_t *q = dns_rd_take(r, 2);

	return q ? dns_get16(q) : 0;
}

static inline uint32_t dns_rd_u32(struct dns_rd *r)
{
	const uint8_t *q = dns_rd_take(r, 4);

	return q ? dns_get32(q) : 0;
}

/* A child over the next n octets; its pointers still count from the parent's msg. */
static inline void dns_rd_sub(struct dns_rd *r, size_t n, struct dns_rd *child)
{
	const uint8_t *q = dns_rd_take(r, n);

	child->msg = r->msg;
	child->bad = q == NULL;
	child->p = q ? q : r->end;
	child->end = q ? q + n : r->end;
}

/* Exact consumption: nothing bad, nothing left. */
static inline bool dns_rd_done(const struct dns_rd *r)
{
	return !r->bad && r->p == r->end;
}

/* wire.c: a name that may be compressed, expanded into out. */
void dns_rd_name(struct dns_rd *r, uint8_t out[DNS_NAME_MAX]);
/* wire.c: a name that may not be compressed: where it stands, or NULL. */
const uint8_t *dns_rd_plain(struct dns_rd *r);
/* wire.c: is the type bitmap p[0..n) well-formed (RFC 4034 section 4.1.2)?  n may be 0. */
bool dns_bitmap_is_valid(const uint8_t *p, size_t n);
/* wire.c: does RDATA without compressed names satisfy what dns_msg_parse asks of its type? */
bool dns_rdata_is_valid(uint16_t type, const uint8_t *rdata, size_t len);

struct dns_wr {
	uint8_t *buf;
	size_t cap, len;
	bool bad;
};

static inline void dns_wr_init(struct dns_wr *w, uint8_t *buf, size_t cap)
{
	w->buf = buf;
	w->cap = cap;
	w->len = 0;
	w->bad = false;
}

/* Room for n octets, counted as written; NULL when there is none. */
static inline uint8_t *dns_wr_room(struct dns_wr *w, size_t n)
{
	uint8_t *q = w->buf + w->len;

	if (w->bad || w->cap - w->len < n) {
		w->bad = true;
		return NULL;
	}
	w->len += n;
	return q;
}

static inline void dns_wr_bytes(struct dns_wr *w, const uint8_t *p, size_t n)
{
	uint8_t *q = dns_wr_room(w, n);

	if (q && n)
		memcpy(q, p, n);
}

static inline void dns_wr_u8(struct dns_wr *w, uint8_t v)
{
	uint8_t *q = dns_wr_room(w, 1);

	if (q)
		q[0] = v;
}

static inline void dns_wr_u16(struct dns_wr *w, uint16_t v)
{
	uint8_t *q = dns_wr_room(w, 2);

	if (q)
		dns_put16(q, v);
}

static inline void dns_wr_u32(struct dns_wr *w, uint32_t v)
{
	uint8_t *q = dns_wr_room(w, 4);

	if (q)
		dns_put32(q, v);
}

static inline void dns_wr_name(struct dns_wr *w, const uint8_t *name)
{
	dns_wr_bytes(w, name, dns_name_len(name));
}

#endif
