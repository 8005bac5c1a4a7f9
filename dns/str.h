/* SPDX-License-Identifier: ISC */
/*
 * dns/str.h: a bounded text builder.  It cuts silently at cap - 1 and the text is
 * always NUL-ended, so it is for reasons and presentation, never for data that is
 * judged.  Private to dns/.
 */
#ifndef DNS_STR_H
#define DNS_STR_H

#include "dns/dns.h"

struct dns_str {
	char *buf;
	size_t cap, len;
};

/* cap >= 1 */
static inline void dns_str_init(struct dns_str *s, char *buf, size_t cap)
{
	s->buf = buf;
	s->cap = cap;
	s->len = 0;
	s->buf[0] = '\0';
}

/* Go on behind the text that buf holds. */
static inline void dns_str_more(struct dns_str *s, char *buf, size_t cap)
{
	s->buf = buf;
	s->cap = cap;
	for (s->len = 0; buf[s->len] != '\0'; s->len++)
		;
}

static inline void dns_str_char(struct dns_str *s, char c)
{
	if (s->cap - s->len < 2)
		return;
	s->buf[s->len++] = c;
	s->buf[s->len] = '\0';
}

static inline void dns_str_add(struct dns_str *s, const char *t)
{
	for (; *t; t++)
		dns_str_char(s, *t);
}

/* At least `width` digits, zeros in front. */
static inline void dns_str_pad(struct dns_str *s, uint64_t v, unsigned width)
{
	char d[20];
	unsigned n = 0;

	do {
		d[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	for (; width > n; width--)
		dns_str_char(s, '0');
	while (n)
		dns_str_char(s, d[--n]);
}

static inline void dns_str_num(struct dns_str *s, uint64_t v)
{
	dns_str_pad(s, v, 1);
}

static inline void dns_str_name(struct dns_str *s, const uint8_t *wirename)
{
	char t[DNS_NAME_TEXT];

	dns_str_add(s, dns_name_str(wirename, t, sizeof t));
}

static inline void dns_str_type(struct dns_str *s, uint16_t type)
{
	char t[16];

	dns_str_add(s, dns_type_str(type, t, sizeof t));
}

static inline void dns_str_time(struct dns_str *s, int64_t t)
{
	char b[32];

	dns_str_add(s, dns_time_str(t, b, sizeof b));
}

/* The address alone: no port, no scope. */
static inline void dns_str_addr(struct dns_str *s, const struct dns_addr *a)
{
	char t[64];

	dns_rdata_str(a->family == 4 ? DNS_A : DNS_AAAA, a->a, a->family == 4 ? 4 : 16, t, sizeof t);
	dns_str_add(s, t);
}

/* Upper-case hex, no spaces. */
static inline void dns_str_hex(struct dns_str *s, const uint8_t *p, size_t n)
{
	static const char digit[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < n; i++) {
		dns_str_char(s, digit[p[i] >> 4]);
		dns_str_char(s, digit[p[i] & 15]);
	}
}

#endif
