/* SPDX-License-Identifier: ISC */
/*
 * dns/zonefile.c: zone-file text (RFC 1035 section 5.1) into records, for trust
 * anchors, root hints and TLSA records that the user names.  Strict: what is not
 * understood is an error with its line, never skipped.  Only the types that those files
 * hold are known; RFC 3597's generic form takes the rest.
 */
#include "dns/zone.h"

#include "dns/wire.h"

int dns_zf_fail(struct dns_zf *z, const char *why)
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

int dns_zf_skip(struct dns_zf *z)
{
	for (; z->p < z->end; z->p++) {
		if (*z->p == ';')
			while (z->end - z->p > 1 && z->p[1] != '\n')
				z->p++;
		else if (*z->p == '(' || *z->p == ')') {
			z->line = z->here;
			if (z->in_parens == (*z->p == '('))
				return dns_zf_fail(z, "unbalanced parentheses");
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
	return z->in_parens ? dns_zf_fail(z, "a parenthesis is never closed") : 0;
}

int dns_zf_word(struct dns_zf *z, struct dns_word *w)
{
	int got = dns_zf_skip(z);

	if (got <= 0)
		return got;
	z->line = z->here;
	w->t = z->p;
	while (z->p < z->end && !ends_word(*z->p)) {
		if (*z->p == '"')
			return dns_zf_fail(z, "a quoted string where none belongs");
		if (*z->p == '\0')
			return dns_zf_fail(z, "a NUL octet in the text");
		/* an escaped delimiter is part of the word */
		if (*z->p == '\\' && z->end - z->p > 1 && z->p[1] != '\n')
			z->p++;
		z->p++;
	}
	w->n = (size_t)(z->p - w->t);
	return 1;
}

int dns_zf_want(struct dns_zf *z, struct dns_word *w, const char *why)
{
	int got = dns_zf_word(z, w);

	return got ? got : dns_zf_fail(z, why);
}

int dns_zf_end(struct dns_zf *z)
{
	struct dns_word t;
	int got = dns_zf_word(z, &t);

	return got > 0 ? dns_zf_fail(z, "text behind the end of the entry") : got;
}

bool dns_zf_is(const struct dns_word *w, const char *upper_text)
{
	size_t i;

	for (i = 0; i < w->n && upper_text[i]; i++)
		if (upper(w->t[i]) != upper_text[i])
			return false;
	return i == w->n && !upper_text[i];
}

/* ---- fields -------------------------------------------------------------- */

int dns_zf_num(const struct dns_word *w, uint32_t max, uint32_t *out)
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
static int parse_ttl(const struct dns_word *w, uint32_t *out)
{
	uint64_t total = 0, v;
	size_t i = 0;

	if (dns_zf_num(w, 0x7fffffff, out) == 0)
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
static bool is_absolute(const struct dns_word *w)
{
	size_t i = w->n - 1, slashes = 0;

	if (w->t[i] != '.')
		return false;
	while (i && w->t[--i] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

int dns_zf_name(struct dns_zf *z, const struct dns_word *w, uint8_t out[DNS_NAME_MAX])
{
	size_t n, more;

	if (w->n == 1 && w->t[0] == '@') {
		dns_name_copy(out, z->origin);
		return 0;
	}
	if (dns_name_parse_n(w->t, w->n, out))
		return dns_zf_fail(z, "not a domain name");
	if (is_absolute(w))
		return 0;
	n = dns_name_len(out) - 1;
	more = dns_name_len(z->origin);
	if (n + more > DNS_NAME_MAX)
		return dns_zf_fail(z, "a name is too long with its origin");
	memcpy(out + n, z->origin, more);
	return 0;
}

/* ---- entries ------------------------------------------------------------- */

static int directive(struct dns_zf *z, const struct dns_word *name)
{
	struct dns_word t;
	bool origin = dns_zf_is(name, "$ORIGIN");
	uint8_t out[DNS_NAME_MAX];

	if (!origin && !dns_zf_is(name, "$TTL"))
		return dns_zf_fail(z, "a directive other than $TTL and $ORIGIN");
	if (dns_zf_want(z, &t, "a directive without its value") < 0)
		return -1;
	if (origin) {
		if (dns_zf_name(z, &t, out))
			return -1;
		dns_name_copy(z->origin, out);
	} else {
		if (parse_ttl(&t, &z->ttl))
			return dns_zf_fail(z, "not a TTL");
		z->has_ttl = true;
	}
	return dns_zf_end(z);
}

static int parse_type(struct dns_zf *z, const struct dns_word *w, uint16_t *type)
{
	char name[16];

	if (w->n >= sizeof name)
		return dns_zf_fail(z, "not a record type");
	memcpy(name, w->t, w->n);
	name[w->n] = '\0';
	if (dns_type_parse(name, type))
		return dns_zf_fail(z, "not a record type");
	return 0;
}

/* [TTL] [class] type, the first two in either order (RFC 1035 section 5.1); w is the first
   word of them. */
static int parse_head(struct dns_zf *z, struct dns_word *w, struct dns_rr *rr)
{
	bool ttl = false, class = false;

	for (;;) {
		if (!ttl && parse_ttl(w, &rr->ttl) == 0) {
			ttl = true;
			/* RFC 1035 section 5.1: the last stated; RFC 2308 section 4: $TTL's */
			if (!z->has_ttl)
				z->ttl = rr->ttl;
		} else if (!class && (dns_zf_is(w, "IN") || dns_zf_is(w, "CLASS1"))) {
			class = true;
		} else {
			break;
		}
		if (dns_zf_want(z, w, "a record without a type") < 0)
			return -1;
	}
	if (dns_zf_is(w, "CH") || dns_zf_is(w, "HS") || dns_zf_is(w, "CS"))
		return dns_zf_fail(z, "a class other than IN");
	if (!ttl)
		rr->ttl = z->ttl;
	return parse_type(z, w, &rr->type);
}

/* An entry that begins with w.  1: a record; 0: none; -1. */
static int entry(struct dns_zf *z, bool inherit, struct dns_word *w, struct dns_rr *rr)
{
	if (!inherit && w->t[0] == '$')
		return directive(z, w);
	if (!inherit) {
		if (dns_zf_name(z, w, z->owner) ||
		    dns_zf_want(z, w, "a record without a type") < 0)
			return -1;
		z->has_owner = true;
	} else if (!z->has_owner) {
		return dns_zf_fail(z, "the first record has no owner name");
	}
	rr->owner = z->owner;
	rr->class = DNS_IN;
	rr->section = DNS_ANSWER;
	if (parse_head(z, w, rr) || dns_zf_rdata(z, rr))
		return -1;
	return 1;
}

int dns_zf_next(struct dns_zf *z, struct dns_rr *rr)
{
	struct dns_word w;
	bool inherit;
	int got;

	while (z->p < z->end) {
		inherit = is_blank(*z->p);
		got = dns_zf_word(z, &w);
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
			got = dns_zf_fail(&z, "more records than there is room for");
			break;
		}
	*line = z.line;
	*err = z.err;
	return got;
}
