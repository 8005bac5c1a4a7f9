/* SPDX-License-Identifier: ISC */
/*
 * smtp/say.h: bounded text for the reasons of this folder (private).  What a peer
 * sent goes in by say_quote only, which lets printable ASCII through and
 * escapes the rest, so that no report carries a control character of a stranger.
 */
#ifndef SMTP_SAY_H
#define SMTP_SAY_H

#include <stddef.h>
#include <stdint.h>

/* cap octets at p, of which n are used; always NUL-ended.  What does not fit is cut. */
struct say {
	char *p;
	size_t cap, n;
};

static inline void say_init(struct say *s, char *p, size_t cap)
{
	s->p = p;
	s->cap = cap;
	s->n = 0;
	p[0] = '\0';
}

static inline void say_char(struct say *s, char c)
{
	if (s->cap - s->n < 2)
		return;
	s->p[s->n++] = c;
	s->p[s->n] = '\0';
}

static inline void say_str(struct say *s, const char *t)
{
	while (*t)
		say_char(s, *t++);
}

static inline void say_num(struct say *s, uint64_t v)
{
	char d[20];
	size_t n = 0;

	do {
		d[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	while (n)
		say_char(s, d[--n]);
}

/* A time in ms as seconds: "30 s", "1.5 s", "0.250 s". */
static inline void say_ms(struct say *s, uint64_t ms)
{
	say_num(s, ms / 1000);
	if (ms % 1000) {
		say_char(s, '.');
		say_char(s, (char)('0' + ms / 100 % 10));
		if (ms % 100) {
			say_char(s, (char)('0' + ms / 10 % 10));
			say_char(s, (char)('0' + ms % 10));
		}
	}
	say_str(s, " s");
}

static inline void say_octet(struct say *s, uint8_t c)
{
	static const char hex[] = "0123456789abcdef";

	if (c == '"' || c == '\\')
		say_char(s, '\\');
	if (c >= 0x20 && c < 0x7f) {
		say_char(s, (char)c);
		return;
	}
	say_str(s, "\\x");
	say_char(s, hex[c >> 4]);
	say_char(s, hex[c & 15]);
}

/* A peer's octets in quotes, line ends as " / ", at most max characters; more ends in "...". */
static inline void say_quote(struct say *s, const char *t, size_t len, size_t max)
{
	size_t start = s->n + 1, i;

	say_char(s, '"');
	for (i = 0; i < len && s->n - start < max; i++) {
		if (t[i] == '\r' && i + 1 < len && t[i + 1] == '\n')
			continue;
		if (t[i] == '\n' && i + 1 < len)
			say_str(s, " / ");
		else if (t[i] != '\n')
			say_octet(s, (uint8_t)t[i]);
	}
	say_str(s, i < len ? "...\"" : "\"");
}

#endif
