/* SPDX-License-Identifier: ISC */
/*
 * dns/name.c: domain names in wire format: text to and from, comparison, canonical
 * order and suffixes.  Case is kept as given; every comparison is blind to ASCII case
 * alone (RFC 4343).  All functions but the parsers want valid names; names off the
 * wire become valid in wire.c.
 */
#include "dns/dns.h"

#include <string.h>

#include "dns/str.h"
#include "dns/wire.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One octet of a label, RFC 1035 section 5.1: X, \X or \DDD.  Characters used, or 0. */
static size_t text_octet(const char *t, size_t len, uint8_t *out)
{
	unsigned v;

	if (t[0] != '\\') {
		*out = (uint8_t)t[0];
		/* blanks, controls and octets over 126 must be escaped */
		return *out > 0x20 && *out < 0x7f ? 1 : 0;
	}
	if (len < 2)
		return 0;
	if (!is_digit(t[1])) {
		*out = (uint8_t)t[1];
		return *out >= 0x20 && *out < 0x7f ? 2 : 0;
	}
	if (len < 4 || !is_digit(t[2]) || !is_digit(t[3]))
		return 0;
	v = (unsigned)(t[1] - '0') * 100 + (unsigned)(t[2] - '0') * 10 + (unsigned)(t[3] - '0');
	*out = (uint8_t)v;
	return v <= 255 ? 4 : 0;
}

/* One label and the dot behind it, if any, into out (64 octets).  Characters used, or 0. */
static size_t text_label(const char *t, size_t len, uint8_t *out)
{
	size_t i = 0, used;
	unsigned n = 0;
	uint8_t c;

	while (i < len && t[i] != '.') {
		used = text_octet(t + i, len - i, &c);
		if (!used || n == 63) /* RFC 1035 section 2.3.4 */
			return 0;
		out[++n] = c;
		i += used;
	}
	out[0] = (uint8_t)n;
	if (!n) /* the empty label is the root's alone */
		return 0;
	return i < len ? i + 1 : i;
}

int dns_name_parse_n(const char *text, size_t len, uint8_t out[DNS_NAME_MAX])
{
	uint8_t label[64];
	size_t n = 0, used;

	if (len == 1 && text[0] == '.') {
		out[0] = 0;
		return 0;
	}
	if (!len)
		return -1;
	while (len) {
		used = text_label(text, len, label);
		/* 1 is kept for the root, RFC 1035 section 2.3.4 */
		if (!used || DNS_NAME_MAX - 1 - n < label[0] + 1u)
			return -1;
		memcpy(out + n, label, label[0] + 1u);
		n += label[0] + 1u;
		text += used;
		len -= used;
	}
	out[n] = 0;
	return 0;
}

int dns_name_parse(const char *text, uint8_t out[DNS_NAME_MAX])
{
	return dns_name_parse_n(text, strlen(text), out);
}

static void str_octet(struct dns_str *s, uint8_t c)
{
	if (c <= 0x20 || c >= 0x7f) {
		dns_str_char(s, '\\');
		dns_str_pad(s, c, 3);
		return;
	}
	if (strchr(".\\\"();@$", c))
		dns_str_char(s, '\\');
	dns_str_char(s, (char)c);
}

char *dns_name_str(const uint8_t *name, char *buf, size_t cap)
{
	struct dns_str s;
	unsigned i;

	dns_str_init(&s, buf, cap);
	if (!name[0])
		dns_str_char(&s, '.');
	while (name[0]) {
		for (i = 1; i <= name[0]; i++)
			str_octet(&s, name[i]);
		name += name[0] + 1;
		if (name[0])
			dns_str_char(&s, '.');
	}
	return buf;
}

size_t dns_name_len(const uint8_t *name)
{
	size_t n = 0;

	while (name[n])
		n += name[n] + 1u;
	return n + 1;
}

unsigned dns_name_labels(const uint8_t *name)
{
	unsigned n = 0;

	for (; name[0]; name += name[0] + 1)
		n++;
	return n;
}

void dns_name_copy(uint8_t *to, const uint8_t *from)
{
	memmove(to, from, dns_name_len(from));
}

void dns_name_lower(uint8_t *name)
{
	unsigned i;

	for (; name[0]; name += name[0] + 1)
		for (i = 1; i <= name[0]; i++)
			name[i] = dns_lower(name[i]);
}

/* RFC 4034 section 6.1: left-justified, as lower case; a missing octet sorts first */
static int label_cmp(const uint8_t *a, const uint8_t *b)
{
	unsigned i, n = a[0] < b[0] ? a[0] : b[0];
	int d;

	for (i = 1; i <= n; i++) {
		d = dns_lower(a[i]) - dns_lower(b[i]);
		if (d)
			return d;
	}
	return a[0] - b[0];
}

bool dns_name_eq(const uint8_t *a, const uint8_t *b)
{
	for (; a[0] && b[0]; a += a[0] + 1, b += b[0] + 1)
		if (a[0] != b[0] || label_cmp(a, b))
			return false;
	return a[0] == b[0];
}

/* Where the labels of name begin; their number, root not counted. */
static unsigned offsets(const uint8_t *name, uint8_t off[DNS_LABELS_MAX])
{
	unsigned n = 0, at = 0;

	while (name[at] && n < DNS_LABELS_MAX) {
		off[n++] = (uint8_t)at;
		at += name[at] + 1u;
	}
	return n;
}

int dns_name_cmp(const uint8_t *a, const uint8_t *b)
{
	uint8_t oa[DNS_LABELS_MAX], ob[DNS_LABELS_MAX];
	unsigned na = offsets(a, oa), nb = offsets(b, ob);
	int d;

	while (na && nb) {
		d = label_cmp(a + oa[--na], b + ob[--nb]);
		if (d)
			return d;
	}
	return (na > 0) - (nb > 0);
}

unsigned dns_name_common(const uint8_t *a, const uint8_t *b)
{
	uint8_t oa[DNS_LABELS_MAX], ob[DNS_LABELS_MAX];
	unsigned na = offsets(a, oa), nb = offsets(b, ob), n = 0;

	while (na && nb && !label_cmp(a + oa[--na], b + ob[--nb]))
		n++;
	return n;
}

const uint8_t *dns_name_suffix(const uint8_t *name, unsigned n)
{
	unsigned skip = dns_name_labels(name);

	for (skip = skip > n ? skip - n : 0; skip; skip--)
		name += name[0] + 1;
	return name;
}

bool dns_name_is_under(const uint8_t *name, const uint8_t *zone)
{
	unsigned n = dns_name_labels(zone);

	return dns_name_labels(name) >= n && dns_name_eq(dns_name_suffix(name, n), zone);
}

int dns_name_prepend(const uint8_t *label, size_t len, const uint8_t *parent,
    uint8_t out[DNS_NAME_MAX])
{
	size_t n = dns_name_len(parent);

	if (len < 1 || len > 63 || n + 1 + len > DNS_NAME_MAX)
		return -1;
	memmove(out + 1 + len, parent, n); /* parent may be in out, label not */
	memcpy(out + 1, label, len);
	out[0] = (uint8_t)len;
	return 0;
}

bool dns_name_is_wild(const uint8_t *name)
{
	return name[0] == 1 && name[1] == '*';
}
