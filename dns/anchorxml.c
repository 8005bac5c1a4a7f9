/* SPDX-License-Identifier: ISC */
/*
 * dns/anchorxml.c: trust anchors from IANA's root-anchors.xml (RFC 9718 section 2), with the
 * dates between which each is valid.  Reads the elements that the RFC defines and refuses a file
 * that is cut off, nested otherwise or lacks a part; it is no general XML parser.
 */
#include "dns/anchor.h"

#include <string.h>

#include "dns/wire.h"
#include "dns/zone.h"

struct xml {
	const char *p, *end;
	unsigned line;
	const char *err;
};

/* A start or end tag, or the text up to the next one. */
struct tag {
	const char *name, *attr;
	size_t nname, nattr;
	bool close, empty;   /* </x>, <x/> */
};

struct attr {
	const char *name, *value;
	size_t nname, nvalue;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool starts(const struct xml *x, const char *s)
{
	return (size_t)(x->end - x->p) >= strlen(s) && memcmp(x->p, s, strlen(s)) == 0;
}

static void skip_to(struct xml *x, const char *s)
{
	while (x->p < x->end && !starts(x, s))
		if (*x->p++ == '\n')
			x->line++;
	if (x->p == x->end)
		x->err = "the XML is cut off";
	else
		x->p += strlen(s);
}

/* Text up to the next tag. */
static void text(struct xml *x, const char **t, size_t *n)
{
	*t = x->p;
	while (x->p < x->end && *x->p != '<')
		if (*x->p++ == '\n')
			x->line++;
	*n = (size_t)(x->p - *t);
	while (*n > 0 && is_space(**t))
		++*t, --*n;
	while (*n > 0 && is_space((*t)[*n - 1]))
		--*n;
}

/* The tag that begins here. */
static bool tag(struct xml *x, struct tag *t)
{
	const char *close;

	if (x->err != NULL || x->p == x->end)
		return false;
	x->p++; /* '<' */
	t->close = x->p < x->end && *x->p == '/';
	x->p += t->close;
	t->name = x->p;
	while (x->p < x->end && !is_space(*x->p) && *x->p != '>' && *x->p != '/')
		x->p++;
	t->nname = (size_t)(x->p - t->name);
	t->attr = x->p;
	close = x->p;
	skip_to(x, ">");
	if (x->err != NULL)
		return false;
	t->nattr = (size_t)(x->p - 1 - close);
	t->empty = t->nattr > 0 && t->attr[t->nattr - 1] == '/';
	return true;
}

/* The next tag, past text, comments and declarations. */
static bool next_tag(struct xml *x, struct tag *t)
{
	const char *s;
	size_t n;

	for (;;) {
		text(x, &s, &n);
		if (n > 0)
			x->err = "text where an element was expected";
		if (x->err != NULL || x->p == x->end)
			return false;
		if (starts(x, "<!--"))
			skip_to(x, "-->");
		else if (starts(x, "<?"))
			skip_to(x, "?>");
		else
			return tag(x, t);
	}
}

static bool is(const struct tag *t, const char *name)
{
	return t->nname == strlen(name) && memcmp(t->name, name, t->nname) == 0;
}

/* The next attribute of the tag, from *at on; false at the end, or with x->err set. */
static bool next_attr(struct xml *x, const struct tag *t, size_t *at, struct attr *a)
{
	const char *p = t->attr + *at, *end = t->attr + t->nattr - t->empty, *eq, *q;

	while (p < end && is_space(*p))
		p++;
	if (p == end || x->err != NULL)
		return false;
	eq = memchr(p, '=', (size_t)(end - p));
	q = eq == NULL || end - eq < 3 || (eq[1] != '"' && eq[1] != '\'') ? NULL :
	    memchr(eq + 2, eq[1], (size_t)(end - eq - 2));
	if (q == NULL) {
		x->err = "an attribute without a quoted value";
		return false;
	}
	*a = (struct attr){ .name = p, .nname = (size_t)(eq - p), .value = eq + 2,
	    .nvalue = (size_t)(q - eq - 2) };
	*at = (size_t)(q + 1 - t->attr);
	return true;
}

static bool attr_is(const struct attr *a, const char *name)
{
	return a->nname == strlen(name) && memcmp(a->name, name, a->nname) == 0;
}

/* validFrom and validUntil: ISO 8601 with a time zone. */
static void date(struct xml *x, const struct attr *a, int64_t *out)
{
	char buf[40];

	if (a->nvalue < sizeof buf) {
		memcpy(buf, a->value, a->nvalue);
		buf[a->nvalue] = '\0';
		if (dns_time_parse(buf, out) == 0)
			return;
	}
	x->err = "a date that is not like 2017-02-02T00:00:00+00:00";
}

/* The attributes of KeyDigest.  Those that RFC 9718 section 2 has and no others: one passed
   over because it is misspelt could be the end of an anchor's life.  Absent: no bound. */
static void validity(struct xml *x, const struct tag *t, struct dns_anchor *an)
{
	bool from = false, until = false;
	struct attr a;
	size_t at = 0;

	while (next_attr(x, t, &at, &a)) {
		if (attr_is(&a, "validFrom") && !from) {
			date(x, &a, &an->from);
			from = true;
		} else if (attr_is(&a, "validUntil") && !until) {
			date(x, &a, &an->until);
			until = true;
		} else if (!attr_is(&a, "id"))
			x->err = "an attribute that RFC 9718 does not have, or one twice";
	}
}

static void number(struct xml *x, const char *t, size_t n, uint32_t max, uint32_t *out)
{
	struct dns_word w = { t, n };

	*out = 0;
	if (dns_zf_num(&w, max, out) != 0)
		x->err = "a number that is none, or out of range";
}

static void digest(struct xml *x, const char *t, size_t n, struct dns_anchor *a)
{
	size_t i, k = 4;

	for (i = 0; i < n; i++) {
		int hi = dns_zf_hex(t[i]), lo;

		if (is_space(t[i]))
			continue;
		lo = i + 1 < n ? dns_zf_hex(t[++i]) : -1;
		if (hi < 0 || lo < 0 || k == sizeof a->rdata) {
			x->err = "a digest that is not hexadecimal";
			return;
		}
		a->rdata[k++] = (uint8_t)(hi << 4 | lo);
	}
	a->rdlen = (uint16_t)k;
}

enum { TAG = 1, ALG = 2, TYPE = 4, DIGEST = 8, ALL = 15 };

/* One child of KeyDigest; others (PublicKey, Flags, RFC 9718 section 2) are passed over. */
static unsigned part(struct xml *x, const struct tag *t, struct dns_anchor *a)
{
	struct tag end;
	const char *s;
	size_t n;
	uint32_t v;
	unsigned which = 0;

	if (t->empty)
		return 0;
	text(x, &s, &n);
	if (is(t, "KeyTag")) {
		which = TAG;
		number(x, s, n, 65535, &v);
		dns_put16(a->rdata, (uint16_t)v);
	} else if (is(t, "Algorithm")) {
		which = ALG;
		number(x, s, n, 255, &v);
		a->rdata[2] = (uint8_t)v;
	} else if (is(t, "DigestType")) {
		which = TYPE;
		number(x, s, n, 255, &v);
		a->rdata[3] = (uint8_t)v;
	} else if (is(t, "Digest")) {
		which = DIGEST;
		digest(x, s, n, a);
	}
	if (x->err == NULL && (!tag(x, &end) || !end.close || end.nname != t->nname ||
	    memcmp(end.name, t->name, t->nname) != 0))
		x->err = "an element that is not closed";
	return which;
}

static void key_digest(struct xml *x, const struct tag *open, const uint8_t *zone,
    struct dns_anchors *as)
{
	struct dns_anchor a = { .type = DNS_DS, .from = INT64_MIN, .until = INT64_MAX };
	struct tag t;
	unsigned have = 0, p;

	dns_name_copy(a.owner, zone);
	validity(x, open, &a);
	while (x->err == NULL && next_tag(x, &t) && !(t.close && is(&t, "KeyDigest"))) {
		p = t.close ? 0 : part(x, &t, &a);
		if (t.close || (have & p))
			x->err = "a KeyDigest with its parts twice or out of order";
		have |= p;
	}
	if (x->err == NULL && have != ALL)
		x->err = "a KeyDigest that lacks KeyTag, Algorithm, DigestType or Digest";
	if (x->err == NULL)
		x->err = dns_anchor_add(as, &a);
}

static void zone_name(struct xml *x, uint8_t *zone)
{
	struct tag end;
	const char *s;
	size_t n;

	text(x, &s, &n);
	if (dns_name_parse_n(s, n, zone) != 0)
		x->err = "a Zone that is no name";
	else if (!tag(x, &end) || !end.close || !is(&end, "Zone"))
		x->err = "a Zone that is not closed";
}

int dns_anchors_xml(struct dns_anchors *a, const char *txt, size_t len, unsigned *line,
    const char **err)
{
	struct xml x = { txt, txt + len, 1, NULL };
	uint8_t zone[DNS_NAME_MAX];
	bool has_zone = false, done = false;
	struct tag t;

	a->n = 0;
	if (!next_tag(&x, &t) || t.close || t.empty || !is(&t, "TrustAnchor"))
		x.err = x.err != NULL ? x.err : "no TrustAnchor element (RFC 9718)";
	while (x.err == NULL && !done && next_tag(&x, &t)) {
		if (t.close && is(&t, "TrustAnchor"))
			done = true;
		else if (!t.close && is(&t, "Zone") && !has_zone) {
			zone_name(&x, zone);
			has_zone = true;
		} else if (!t.close && !t.empty && is(&t, "KeyDigest") && has_zone)
			key_digest(&x, &t, zone, a);
		else
			x.err = "an element that RFC 9718 does not have here";
	}
	if (x.err == NULL && !done)
		x.err = "the XML is cut off";
	if (x.err == NULL && next_tag(&x, &t))
		x.err = "something after the TrustAnchor element";
	if (x.err == NULL && a->n == 0)
		x.err = "there is no KeyDigest";
	*line = x.line;
	*err = x.err;
	if (x.err != NULL)
		a->n = 0; /* never half a file */
	return x.err == NULL ? 0 : -1;
}
