/* SPDX-License-Identifier: ISC */
/*
 * dns/zonefile.c: zone-file text (RFC 1035 section 5.1) into records, for trust
 * anchors, root hints and TLSA records that the user names.  Strict: what is not
 * understood is an error with its line, never skipped.  Only the types that those files
 * hold are known; RFC 3597's generic form takes the rest.
 */
#include "dns/zone.h"

#include "dns/wire.h"

struct word {
	const char *t;
	size_t n;
};

static int fail(struct dns_zf *z, const char *why)
{
	z->err = why;
	return -1;
}

void dns_zf_init(struct dns_zf *z, const char *text, size_t len)
{
	z->p = text;
	z->end = len ? text + len : text;
	z->here = z->line = 1;
	z->err = NULL;
	z->in_parens = z->has_owner = z->has_ttl = false;
	z->ttl = 0;
	z->origin[0] = z->owner[0] = 0;
}

/* ---- words --------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool ends_word(char c)
{
	return is_blank(c) || c == '\n' || c == ';' || c == '(' || c == ')';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

/* Blanks, comments, and line ends inside parentheses.  1: at something; 0: the entry ends here;
   -1: unbalanced. */
static int skip_blanks(struct dns_zf *z)
{
	for (; z->p < z->end; z->p++) {
		if (*z->p == ';')
			while (z->end - z->p > 1 && z->p[1] != '\n')
				z->p++;
		else if (*z->p == '(' || *z->p == ')') {
			z->line = z->here;
			if (z->in_parens == (*z->p == '('))
				return fail(z, "unbalanced parentheses");
			z->in_parens = !z->in_parens;
		} else if (*z->p == '\n') {
			z->here++;
			if (!z->in_parens) {
				z->p++;
				return 0;
			}
		} else if (!is_blank(*z->p)) {
			return 1;
		}
	}
	return z->in_parens ? fail(z, "a parenthesis is never closed") : 0;
}

/* The next word of the entry: 1, 0 at the end of the entry, -1. */
static int word(struct dns_zf *z, struct word *w)
{
	int got = skip_blanks(z);

	if (got <= 0)
		return got;
	z->line = z->here;
	w->t = z->p;
	while (z->p < z->end && !ends_word(*z->p)) {
		if (*z->p == '"')
			return fail(z, "a quoted string where none belongs");
		if (*z->p == '\0')
			return fail(z, "a NUL octet in the text");
		/* an escaped delimiter is part of the word */
		if (*z->p == '\\' && z->end - z->p > 1 && z->p[1] != '\n')
			z->p++;
		z->p++;
	}
	w->n = (size_t)(z->p - w->t);
	return 1;
}

static int want_word(struct dns_zf *z, struct word *w, const char *why)
{
	int got = word(z, w);

	return got ? got : fail(z, why);
}

static int end_of_entry(struct dns_zf *z)
{
	struct word t;
	int got = word(z, &t);

	return got > 0 ? fail(z, "text behind the end of the entry") : got;
}

static bool word_is(const struct word *w, const char *upper_text)
{
	size_t i;

	for (i = 0; i < w->n && upper_text[i]; i++)
		if (upper(w->t[i]) != upper_text[i])
			return false;
	return i == w->n && !upper_text[i];
}

/* ---- fields -------------------------------------------------------------- */

static int parse_num(const struct word *w, uint32_t max, uint32_t *out)
{
	uint64_t v = 0;
	size_t i;

	if (!w->n || w->n > 10)
		return -1;
	for (i = 0; i < w->n; i++) {
		if (!is_digit(w->t[i]))
			return -1;
		v = v * 10 + (uint64_t)(w->t[i] - '0');
	}
	if (v > max)
		return -1;
	*out = (uint32_t)v;
	return 0;
}

static uint32_t unit_seconds(char c)
{
	switch (upper(c)) {
	case 'S': return 1;
	case 'M': return 60;
	case 'H': return 3600;
	case 'D': return 86400;
	case 'W': return 604800;
	default: return 0;
	}
}

/* Seconds, or with units as in "1h30m"; at most 2^31 - 1 (RFC 2181 section 8). */
static int parse_ttl(const struct word *w, uint32_t *out)
{
	uint64_t total = 0, v;
	size_t i = 0;

	if (parse_num(w, 0x7fffffff, out) == 0)
		return 0;
	while (i < w->n) {
		if (!is_digit(w->t[i]))
			return -1;
		for (v = 0; i < w->n && is_digit(w->t[i]); i++) {
			v = v * 10 + (uint64_t)(w->t[i] - '0');
			if (v > 0x7fffffff)
				return -1;
		}
		if (i == w->n || !unit_seconds(w->t[i]))
			return -1;
		total += v * unit_seconds(w->t[i++]);
		if (total > 0x7fffffff)
			return -1;
	}
	*out = (uint32_t)total;
	return w->n ? 0 : -1;
}

/* Does the word end in a dot that is not escaped? */
static bool is_absolute(const struct word *w)
{
	size_t i = w->n - 1, slashes = 0;

	if (w->t[i] != '.')
		return false;
	while (i && w->t[--i] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

static int parse_name(struct dns_zf *z, const struct word *w, uint8_t out[DNS_NAME_MAX])
{
	size_t n, more;

	if (w->n == 1 && w->t[0] == '@') {
		dns_name_copy(out, z->origin);
		return 0;
	}
	if (dns_name_parse_n(w->t, w->n, out))
		return fail(z, "not a domain name");
	if (is_absolute(w))
		return 0;
	n = dns_name_len(out) - 1;
	more = dns_name_len(z->origin);
	if (n + more > DNS_NAME_MAX)
		return fail(z, "a name is too long with its origin");
	memcpy(out + n, z->origin, more);
	return 0;
}

/* Decimal octets without leading zeros */
static int parse_ipv4(const char *t, size_t n, uint8_t out[4])
{
	unsigned i, v, len;

	for (i = 0; i < 4; i++) {
		for (v = len = 0; n && is_digit(*t) && len < 3; t++, n--, len++)
			v = v * 10 + (unsigned)(*t - '0');
		if (!len || v > 255 || (len > 1 && t[-(int)len] == '0'))
			return -1;
		out[i] = (uint8_t)v;
		if (i < 3 && (!n-- || *t++ != '.'))
			return -1;
	}
	return n ? -1 : 0;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = upper(c);
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One group of up to four hex digits; characters used, or 0. */
static size_t hex_group(const char *t, size_t n, uint8_t out[2])
{
	unsigned v = 0;
	size_t i;

	for (i = 0; i < n && hex_digit(t[i]) >= 0; i++) {
		if (i == 4)
			return 0;
		v = v << 4 | (unsigned)hex_digit(t[i]);
	}
	dns_put16(out, (uint16_t)v);
	return i;
}

/* The `have` octets read are moved apart at `gap` (-1: none) to fill 16. */
static int ipv6_close(uint8_t out[16], size_t have, int gap)
{
	size_t tail;

	if (gap < 0)
		return have == 16 ? 0 : -1;
	if (have > 14)
		return -1;
	tail = have - (size_t)gap;
	memmove(out + 16 - tail, out + gap, tail);
	memset(out + gap, 0, 16 - have);
	return 0;
}

/* RFC 4291 section 2.2 */
static int parse_ipv6(const char *t, size_t n, uint8_t out[16])
{
	size_t have = 0, i = 0, used;
	int gap = -1;

	if (n >= 2 && t[0] == ':' && t[1] == ':') {
		gap = 0;
		i = 2;
		if (i == n)
			return ipv6_close(out, 0, 0);
	}
	for (;;) {
		if (have <= 12 && memchr(t + i, '.', n - i) && !memchr(t + i, ':', n - i)) {
			if (parse_ipv4(t + i, n - i, out + have))
				return -1;
			return ipv6_close(out, have + 4, gap);
		}
		used = have < 16 ? hex_group(t + i, n - i, out + have) : 0;
		if (!used)
			return -1;
		have += 2;
		i += used;
		if (i == n)
			return ipv6_close(out, have, gap);
		if (t[i++] != ':' || i == n)
			return -1;
		if (t[i] != ':')
			continue;
		if (gap >= 0)
			return -1;
		gap = (int)have;
		if (++i == n)
			return ipv6_close(out, have, gap);
	}
}

/* All words that are left, as hex; digits may be split anywhere. */
static int rest_hex(struct dns_zf *z, struct dns_wr *w)
{
	struct word t;
	int got, v, high = -1;
	size_t i;

	while ((got = word(z, &t)) > 0)
		for (i = 0; i < t.n; i++) {
			v = hex_digit(t.t[i]);
			if (v < 0)
				return fail(z, "not hexadecimal");
			if (high >= 0)
				dns_wr_u8(w, (uint8_t)(high << 4 | v));
			high = high < 0 ? v : -1;
		}
	if (got == 0 && high >= 0)
		return fail(z, "an odd number of hexadecimal digits");
	return got;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

struct base64 {
	unsigned acc, digits, pads;
};

static int base64_feed(struct base64 *b, char c, struct dns_wr *w)
{
	int v = base64_digit(c);

	if (c == '=')
		return ++b->pads > 2 ? -1 : 0;
	if (v < 0 || b->pads)
		return -1;
	b->acc = (b->acc << 6 | (unsigned)v) & 0xffff;
	b->digits++;
	if (b->digits % 4 == 1)
		return 0;
	/* the second digit completes an octet and leaves 4 bits, the third 2, the fourth none */
	dns_wr_u8(w, (uint8_t)(b->acc >> (4 - b->digits % 4) % 4 * 2));
	return 0;
}

/* All words that are left, as base64 (RFC 4648 section 4), padded; split anywhere. */
static int rest_base64(struct dns_zf *z, struct dns_wr *w)
{
	struct base64 b = { 0, 0, 0 };
	struct word t;
	int got;
	size_t i;

	while ((got = word(z, &t)) > 0)
		for (i = 0; i < t.n; i++)
			if (base64_feed(&b, t.t[i], w))
				return fail(z, "not base64");
	if (got < 0)
		return got;
	/* section 3.5: the bits behind the last octet are zero */
	if ((b.digits + b.pads) % 4 || (b.pads == 2 && b.acc & 15) || (b.pads == 1 && b.acc & 3))
		return fail(z, "base64 that is cut short");
	return 0;
}

/* ---- RDATA: each of these reads to the end of the entry ----------------- */

/* A number of `octets` octets; for an algorithm the mnemonic too (RFC 4034 appendix A.1). */
static int field_num(struct dns_zf *z, struct dns_wr *w, unsigned octets, bool alg)
{
	struct word t;
	uint32_t v, i;
	char name[24];

	if (want_word(z, &t, "the record ends too early") < 0)
		return -1;
	if (parse_num(&t, octets == 1 ? 255 : 65535, &v)) {
		for (i = 0; alg && i < 256; i++)
			if (word_is(&t, dns_alg_str(i, name, sizeof name)))
				break;
		if (!alg || i == 256)
			return fail(z, "not a number that fits");
		v = i;
	}
	if (octets == 1)
		dns_wr_u8(w, (uint8_t)v);
	else
		dns_wr_u16(w, (uint16_t)v);
	return 0;
}

/* DS: tag algorithm digest-type hex; DNSKEY: flags protocol algorithm base64; TLSA: three
   numbers and hex (RFC 4034 sections 5.3 and 2.2, RFC 6698 section 2.2) */
static int rdata_numbers(struct dns_zf *z, struct dns_wr *w, uint16_t type)
{
	if (field_num(z, w, type == DNS_TLSA ? 1 : 2, false) < 0 ||
	    field_num(z, w, 1, type == DNS_DS) < 0 ||
	    field_num(z, w, 1, type == DNS_DNSKEY) < 0)
		return -1;
	return type == DNS_DNSKEY ? rest_base64(z, w) : rest_hex(z, w);
}

static int rdata_addr(struct dns_zf *z, struct dns_wr *w, unsigned octets)
{
	struct word t;
	uint8_t *p = dns_wr_room(w, octets);

	if (want_word(z, &t, "an address is missing") < 0)
		return -1;
	if (octets == 4 ? parse_ipv4(t.t, t.n, p) : parse_ipv6(t.t, t.n, p))
		return fail(z, octets == 4 ? "not an IPv4 address" : "not an IPv6 address");
	return end_of_entry(z);
}

static int rdata_name(struct dns_zf *z, struct dns_wr *w)
{
	struct word t;
	uint8_t name[DNS_NAME_MAX];

	if (want_word(z, &t, "a name is missing") < 0 || parse_name(z, &t, name))
		return -1;
	dns_wr_name(w, name);
	return end_of_entry(z);
}

/* RFC 3597 section 5, behind the \# */
static int rdata_generic(struct dns_zf *z, struct dns_wr *w)
{
	struct word t;
	uint32_t len;

	if (want_word(z, &t, "a length is missing behind \\#") < 0)
		return -1;
	if (parse_num(&t, 65535, &len))
		return fail(z, "not a length");
	if (rest_hex(z, w) < 0)
		return -1;
	if (!w->bad && w->len != len)
		return fail(z, "the data is not as long as \\# says");
	return 0;
}

static int rdata_known(struct dns_zf *z, struct dns_wr *w, uint16_t type)
{
	switch (type) {
	case DNS_A:
		return rdata_addr(z, w, 4);
	case DNS_AAAA:
		return rdata_addr(z, w, 16);
	case DNS_NS:
		return rdata_name(z, w);
	case DNS_DS:
	case DNS_DNSKEY:
	case DNS_TLSA:
		return rdata_numbers(z, w, type);
	default:
		return fail(z, "records of this type must be written as \\# (RFC 3597)");
	}
}

static int parse_rdata(struct dns_zf *z, struct dns_rr *rr)
{
	struct word t;
	struct dns_wr w;
	const char *back;
	int got;

	dns_wr_init(&w, z->rdata, sizeof z->rdata);
	if (skip_blanks(z) <= 0)
		return z->err ? -1 : fail(z, "a record without data");
	back = z->p;
	if (word(z, &t) < 0)
		return -1;
	if (word_is(&t, "\\#")) {
		got = rdata_generic(z, &w);
	} else {
		z->p = back;
		got = rdata_known(z, &w, rr->type);
	}
	if (got < 0)
		return -1;
	if (w.bad)
		return fail(z, "data too long for a record");
	if (!dns_rdata_is_valid(rr->type, z->rdata, w.len))
		return fail(z, "the data does not fit the record's type");
	rr->rdata = z->rdata;
	rr->rdlen = (uint16_t)w.len;
	return 0;
}

/* ---- entries ------------------------------------------------------------- */

static int directive(struct dns_zf *z, const struct word *name)
{
	struct word t;
	bool origin = word_is(name, "$ORIGIN");
	uint8_t out[DNS_NAME_MAX];

	if (!origin && !word_is(name, "$TTL"))
		return fail(z, "a directive other than $TTL and $ORIGIN");
	if (want_word(z, &t, "a directive without its value") < 0)
		return -1;
	if (origin) {
		if (parse_name(z, &t, out))
			return -1;
		dns_name_copy(z->origin, out);
	} else {
		if (parse_ttl(&t, &z->ttl))
			return fail(z, "not a TTL");
		z->has_ttl = true;
	}
	return end_of_entry(z);
}

static int parse_type(struct dns_zf *z, const struct word *w, uint16_t *type)
{
	char name[16];

	if (w->n >= sizeof name)
		return fail(z, "not a record type");
	memcpy(name, w->t, w->n);
	name[w->n] = '\0';
	if (dns_type_parse(name, type))
		return fail(z, "not a record type");
	return 0;
}

/* [TTL] [class] type, the first two in either order (RFC 1035 section 5.1); w is the first
   word of them. */
static int parse_head(struct dns_zf *z, struct word *w, struct dns_rr *rr)
{
	bool ttl = false, class = false;

	for (;;) {
		if (!ttl && parse_ttl(w, &rr->ttl) == 0) {
			ttl = true;
			/* RFC 1035 section 5.1: the last stated; RFC 2308 section 4: $TTL's */
			if (!z->has_ttl)
				z->ttl = rr->ttl;
		} else if (!class && (word_is(w, "IN") || word_is(w, "CLASS1"))) {
			class = true;
		} else {
			break;
		}
		if (want_word(z, w, "a record without a type") < 0)
			return -1;
	}
	if (word_is(w, "CH") || word_is(w, "HS") || word_is(w, "CS"))
		return fail(z, "a class other than IN");
	if (!ttl)
		rr->ttl = z->ttl;
	return parse_type(z, w, &rr->type);
}

/* An entry that begins with w.  1: a record; 0: none; -1. */
static int entry(struct dns_zf *z, bool inherit, struct word *w, struct dns_rr *rr)
{
	if (!inherit && w->t[0] == '$')
		return directive(z, w);
	if (!inherit) {
		if (parse_name(z, w, z->owner) ||
		    want_word(z, w, "a record without a type") < 0)
			return -1;
		z->has_owner = true;
	} else if (!z->has_owner) {
		return fail(z, "the first record has no owner name");
	}
	rr->owner = z->owner;
	rr->class = DNS_IN;
	rr->section = DNS_ANSWER;
	if (parse_head(z, w, rr) || parse_rdata(z, rr))
		return -1;
	return 1;
}

int dns_zf_next(struct dns_zf *z, struct dns_rr *rr)
{
	struct word w;
	bool inherit;
	int got;

	while (z->p < z->end) {
		inherit = is_blank(*z->p);
		got = word(z, &w);
		if (got > 0)
			got = entry(z, inherit, &w, rr);
		if (got)
			return got;
	}
	return 0;
}

int dns_zonefile_parse(const char *text, size_t len, uint8_t *flat, size_t cap,
    size_t *flatlen, unsigned *line, const char **err)
{
	struct dns_zf z;
	struct dns_rr rr;
	int got;

	dns_zf_init(&z, text, len);
	while ((got = dns_zf_next(&z, &rr)) > 0)
		if (dns_flat_add(flat, cap, flatlen, &rr)) {
			got = fail(&z, "more records than there is room for");
			break;
		}
	*line = z.line;
	*err = z.err;
	return got;
}
