/* SPDX-License-Identifier: ISC */
/*
 * Names and messages of the lab: its own writer with compression, and a reader for
 * the one kind of message that it has to understand, a query.
 */
#include "tests/lab/lab.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Text, of our own making, to wire form: "." or labels without escapes. */
void nm(uint8_t out[NAME], const char *fmt, ...)
{
	char text[1024];
	size_t at = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	for (const char *p = text; *p && strcmp(p, ".") != 0;) {
		size_t n = strcspn(p, ".");
		if (n == 0 || n > 63 || at + n + 2 > 255)
			die("bad name %s", text);
		out[at++] = (uint8_t)n;
		for (size_t i = 0; i < n; i++)
			out[at++] = (uint8_t)tolower((unsigned char)p[i]);
		p += n + (p[n] == '.');
	}
	out[at] = 0;
}

size_t nm_len(const uint8_t *n)
{
	size_t i = 0;

	while (n[i])
		i += n[i] + 1u;
	return i + 1;
}

int nm_labels(const uint8_t *n)
{
	int c = 0;

	for (; *n; n += *n + 1)
		c++;
	return c;
}

/* The suffix with so many labels. */
const uint8_t *nm_up(const uint8_t *n, int left)
{
	for (int have = nm_labels(n); have > left; have--)
		n += *n + 1;
	return n;
}

bool nm_eq(const uint8_t *a, const uint8_t *b)
{
	return nm_len(a) == nm_len(b) && memcmp(a, b, nm_len(a)) == 0;
}

bool nm_under(const uint8_t *n, const uint8_t *apex)
{
	int l = nm_labels(apex);

	return nm_labels(n) >= l && nm_eq(nm_up(n, l), apex);
}

/* RFC 4034 section 6.1; all names of the lab are in lower case. */
int nm_cmp(const uint8_t *a, const uint8_t *b)
{
	int la = nm_labels(a), lb = nm_labels(b);

	for (int i = 1; i <= la && i <= lb; i++) {
		const uint8_t *x = nm_up(a, i), *y = nm_up(b, i);
		int c = memcmp(x + 1, y + 1, *x < *y ? *x : *y);
		if (c == 0)
			c = *x - *y;
		if (c != 0)
			return c;
	}
	return la - lb;
}

void nm_wild(uint8_t out[NAME], const uint8_t *parent)
{
	out[0] = 1;
	out[1] = '*';
	memcpy(out + 2, parent, nm_len(parent));
}

char *nm_str(const uint8_t *n, char *buf)
{
	char *p = buf;

	if (*n == 0)
		*p++ = '.';
	for (; *n; n += *n + 1) {
		for (int i = 1; i <= *n; i++)
			*p++ = (n[i] > 32 && n[i] < 127) ? (char)n[i] : '?';
		*p++ = '.';
	}
	*p = 0;
	return buf;
}

void b32hex(const uint8_t *in, size_t n, char *out)
{
	for (size_t bit = 0; bit < n * 8; bit += 5) {
		unsigned w = (unsigned)in[bit / 8] << 8 | (bit / 8 + 1 < n ? in[bit / 8 + 1] : 0);
		*out++ = "0123456789abcdefghijklmnopqrstuv"[w >> (11 - bit % 8) & 31];
	}
	*out = 0;
}

void put(struct msg *m, const void *p, size_t n)
{
	if (n > sizeof m->b - m->n)
		die("message too long");
	memcpy(m->b + m->n, p, n);
	m->n += n;
}

void put8(struct msg *m, unsigned v)
{
	uint8_t b = (uint8_t)v;

	put(m, &b, 1);
}

void put16(struct msg *m, unsigned v)
{
	put8(m, v >> 8);
	put8(m, v);
}

void put32(struct msg *m, uint32_t v)
{
	put16(m, v >> 16);
	put16(m, v & 0xffff);
}

/* Does the name at off, which may end in a pointer, read n? */
static bool name_at(const struct msg *m, size_t off, const uint8_t *n)
{
	for (int i = 0; i < 200; i++) {
		if ((m->b[off] & 0xc0) == 0xc0) {
			off = (size_t)(m->b[off] & 0x3f) << 8 | m->b[off + 1];
			continue;
		}
		if (m->b[off] != *n || memcmp(m->b + off + 1, n + 1, *n) != 0)
			return false;
		if (*n == 0)
			return true;
		off += *n + 1u;
		n += *n + 1;
	}
	return false;
}

void put_name(struct msg *m, const uint8_t *n)
{
	for (; *n; n += *n + 1) {
		for (unsigned i = 0; i < m->names; i++)
			if (name_at(m, m->off[i], n)) {
				put16(m, 0xc000u | m->off[i]);
				return;
			}
		if (m->n < 0x4000 && m->names < sizeof m->off / sizeof *m->off)
			m->off[m->names++] = (uint16_t)m->n;
		put(m, n, *n + 1u);
	}
	put8(m, 0);
}

static unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* The question: its name must be whole and uncompressed. */
static int question_parse(struct query *q, const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i]) {
		if (p[i] > 63 || i + p[i] + 1u > 254)
			return -1;
		i += p[i] + 1u;
	}
	if (i + 5 > n)
		return -1;
	q->qlen = i + 5;
	memcpy(q->question, p, q->qlen);
	for (size_t j = 0; j <= i; j++)
		q->name[j] = (uint8_t)tolower(p[j]);
	q->type = (uint16_t)get16(p + i + 1);
	q->class = (uint16_t)get16(p + i + 3);
	return 0;
}

/* 0; -1: not a query to answer; 1: malformed, but the id is there. */
int query_parse(struct query *q, const uint8_t *p, size_t n)
{
	memset(q, 0, sizeof *q);
	if (n < 12 || (p[2] & 0x80))
		return -1;
	q->id = (uint16_t)get16(p);
	q->flags = (uint16_t)get16(p + 2);
	if ((p[2] & 0x78) || get16(p + 4) != 1 || get16(p + 6) || get16(p + 8))
		return 1;
	if (question_parse(q, p + 12, n - 12) != 0 || q->class != 1)
		return 1;
	p += 12 + q->qlen;
	n -= 12 + q->qlen;
	q->size = 512;
	if (n >= 11 && p[0] == 0 && get16(p + 1) == OPT) {
		q->edns = true;
		q->size = (uint16_t)(get16(p + 3) < 512 ? 512 : get16(p + 3));
		q->dnssec_ok = p[7] & 0x80;
	}
	return 0;
}
