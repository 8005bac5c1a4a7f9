/* SPDX-License-Identifier: ISC */
/*
 * tls/wire.h: a bounded reader and writer of TLS's own encoding (RFC 8446 section 3), each with one
 * sticky error; private to tls/.
 */
#ifndef TLS_WIRE_H
#define TLS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct tls_rd {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct tls_rd tls_rd_init(const uint8_t *p, size_t n)
{
	struct tls_rd r = { p, p + n, false };

	return r;
}

/* The next n octets, NULL when there are fewer. */
static inline const uint8_t *tls_rd_take(struct tls_rd *r, size_t n)
{
	const uint8_t *q = r->p;

	if (r->bad || (size_t)(r->end - r->p) < n) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return q;
}

/* A number of 1 to 3 octets; 0 once bad. */
static inline unsigned tls_rd_uint(struct tls_rd *r, unsigned octets)
{
	const uint8_t *p = tls_rd_take(r, octets);
	unsigned v = 0, i;

	for (i = 0; p != NULL && i < octets; i++)
		v = v << 8 | p[i];
	return v;
}

/* A vector whose length is a number of so many octets, as a reader of its own. */
static inline struct tls_rd tls_rd_vec(struct tls_rd *r, unsigned octets)
{
	size_t n = tls_rd_uint(r, octets);
	const uint8_t *p = tls_rd_take(r, n);
	struct tls_rd sub = { p, p == NULL ? NULL : p + n, p == NULL };

	return sub;
}

static inline size_t tls_rd_left(const struct tls_rd *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}

/* Read without error to the very end? */
static inline bool tls_rd_is_done(const struct tls_rd *r)
{
	return !r->bad && r->p == r->end;
}

struct tls_wr {
	uint8_t *buf;
	size_t cap, n;
	bool bad; /* it did not fit */
};

static inline struct tls_wr tls_wr_init(uint8_t *buf, size_t cap)
{
	struct tls_wr w = { buf, cap, 0, false };

	return w;
}

static inline void tls_wr_put(struct tls_wr *w, const void *p, size_t n)
{
	if (w->bad || w->cap - w->n < n) {
		w->bad = true;
		return;
	}
	if (n > 0)
		memcpy(w->buf + w->n, p, n);
	w->n += n;
}

static inline void tls_wr_uint(struct tls_wr *w, unsigned v, unsigned octets)
{
	uint8_t b[4];
	unsigned i;

	for (i = 0; i < octets; i++)
		b[i] = (uint8_t)(v >> 8 * (octets - 1 - i));
	tls_wr_put(w, b, octets);
}

/* Begin a vector whose length is a number of so many octets: its place, for tls_wr_end(). */
static inline size_t tls_wr_begin(struct tls_wr *w, unsigned octets)
{
	size_t at = w->n;

	tls_wr_uint(w, 0, octets);
	return at;
}

static inline void tls_wr_end(struct tls_wr *w, size_t at, unsigned octets)
{
	size_t n = w->n - at - octets;
	unsigned i;

	if (w->bad)
		return;
	if (octets < 4 && n >> 8 * octets != 0)
		w->bad = true;
	for (i = 0; i < octets; i++)
		w->buf[at + i] = (uint8_t)(n >> 8 * (octets - 1 - i));
}

#endif
