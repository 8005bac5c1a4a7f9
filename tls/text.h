/* SPDX-License-Identifier: ISC */
/*
 * tls/text.h: bounded text building for the reasons and names of this folder.
 * What does not fit is cut, and the cut is marked with "..."; the buffer always ends in NUL.
 */
#ifndef TLS_TEXT_H
#define TLS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tls_text {
	char *buf;
	size_t cap, len;
	bool cut;
};

static inline struct tls_text tls_text_init(char *buf, size_t cap)
{
	struct tls_text t = { buf, cap, 0, cap == 0 };

	if (cap > 0)
		buf[0] = '\0';
	return t;
}

static inline void tls_text_char(struct tls_text *t, char c)
{
	size_t i;

	if (t->cut)
		return;
	if (t->len + 1 >= t->cap) {
		t->cut = true;
		for (i = 0; i < 3 && i < t->len; i++)
			t->buf[t->len - 1 - i] = '.';
		return;
	}
	t->buf[t->len++] = c;
	t->buf[t->len] = '\0';
}

static inline void tls_text_str(struct tls_text *t, const char *s)
{
	while (*s != '\0')
		tls_text_char(t, *s++);
}

static inline void tls_text_uint(struct tls_text *t, uint64_t v)
{
	char d[20];
	unsigned n = 0;

	do {
		d[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	while (n > 0)
		tls_text_char(t, d[--n]);
}

static inline void tls_text_hex(struct tls_text *t, const uint8_t *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		tls_text_char(t, digit[p[i] >> 4]);
		tls_text_char(t, digit[p[i] & 15]);
	}
}

/* Octets of a peer: printable ASCII as it is, the rest (and the backslash) as \XX. */
static inline void tls_text_escaped(struct tls_text *t, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] >= 0x20 && p[i] < 0x7f && p[i] != '\\') {
			tls_text_char(t, (char)p[i]);
		} else {
			tls_text_char(t, '\\');
			tls_text_hex(t, p + i, 1);
		}
	}
}

#endif
