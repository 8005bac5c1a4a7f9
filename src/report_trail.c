/* SPDX-License-Identifier: ISC */
/* src/report_trail.c: the proof trail as a tree.  The validator's steps come in the order in which
   they were proven; here each zone stands indented below its parent, siblings in the order in
   which the aliases led to them, with its DS, DNSKEY, signatures and denials.  At the end the
   weakest link and the signature that expires first.  Nothing is judged here. */
#include "src/report_dns.h"

#include <string.h>

struct node {
	const uint8_t *zone;
	unsigned first; /* the first step in it or below it */
};
struct tree {
	const struct dns_result *r;
	unsigned n;
	struct node z[DNS_MAX_STEPS];
};

/* ---- the zones ---------------------------------------------------------------------- */

static int find(const struct tree *t, const uint8_t *zone)
{
	unsigned i;

	for (i = 0; i < t->n; i++)
		if (dns_name_eq(t->z[i].zone, zone))
			return (int)i;
	return -1;
}

/* Strictly above? */
static bool above(const uint8_t *a, const uint8_t *b)
{
	return dns_name_is_under(b, a) && !dns_name_eq(a, b);
}

static unsigned depth(const struct tree *t, const uint8_t *zone)
{
	unsigned i, n = 0;

	for (i = 0; i < t->n; i++)
		n += above(t->z[i].zone, zone);
	return n;
}

/* The uppermost zone that holds a but not b. */
static const struct node *branch(const struct tree *t, const struct node *a, const struct node *b)
{
	const struct node *best = a;
	unsigned i;

	for (i = 0; i < t->n; i++)
		if (dns_name_is_under(a->zone, t->z[i].zone) &&
		    !dns_name_is_under(b->zone, t->z[i].zone) && above(t->z[i].zone, best->zone))
			best = &t->z[i];
	return best;
}

static bool comes_before(const struct tree *t, const struct node *a, const struct node *b)
{
	if (dns_name_is_under(b->zone, a->zone))
		return true;
	if (dns_name_is_under(a->zone, b->zone))
		return false;
	return branch(t, a, b)->first < branch(t, b, a)->first;
}

static void sort(struct tree *t)
{
	struct node out[DNS_MAX_STEPS];
	unsigned i, j;

	for (i = 0; i < t->n; i++) {
		for (j = i; j > 0 && comes_before(t, &t->z[i], &out[j - 1]); j--)
			out[j] = out[j - 1];
		out[j] = t->z[i];
	}
	memcpy(t->z, out, t->n * sizeof *out);
}

static void build(struct tree *t, const struct dns_result *r)
{
	unsigned i, j;

	t->r = r;
	t->n = 0;
	for (i = 0; i < r->nsteps; i++) { /* the zone of an alias is only the owner of a record */
		if (r->steps[i].kind == DNS_STEP_ALIAS || find(t, r->steps[i].zone) >= 0)
			continue;
		t->z[t->n].zone = r->steps[i].zone;
		t->z[t->n++].first = i;
	}
	for (i = 0; i < t->n; i++)
		for (j = 0; j < t->n; j++)
			if (above(t->z[i].zone, t->z[j].zone) && t->z[j].first < t->z[i].first)
				t->z[i].first = t->z[j].first;
	sort(t);
}

/* ---- which step is shown where --------------------------------------------------------- */

static int enclosing(const struct tree *t, const uint8_t *name)
{
	int best = -1;
	unsigned i;

	for (i = 0; i < t->n; i++)
		if (dns_name_is_under(name, t->z[i].zone) &&
		    (best < 0 || above(t->z[best].zone, t->z[i].zone)))
			best = (int)i;
	return best;
}

/* An alias belongs to the zone that signed it. */
static int alias_home(const struct tree *t, const struct dns_step *s)
{
	unsigned i;

	for (i = 0; i < t->r->nsteps; i++) {
		const struct dns_step *o = &t->r->steps[i];

		if (o->kind == DNS_STEP_SIG && o->type == s->type && dns_name_eq(o->owner, s->zone))
			return find(t, o->zone);
	}
	return enclosing(t, s->zone);
}

/* What a parent says of a child's DS is shown with the child. */
static int home(const struct tree *t, const struct dns_step *s)
{
	int n = -1;

	if (s->kind == DNS_STEP_ALIAS)
		return alias_home(t, s);
	if ((s->kind == DNS_STEP_SIG || s->kind == DNS_STEP_DENIAL) && s->type == DNS_DS)
		n = find(t, s->owner);
	return n >= 0 ? n : find(t, s->zone);
}

/* Place among the lines of a zone. */
enum { PLACES = 5 };
static int place(const struct dns_step *s)
{
	switch (s->kind) {
	case DNS_STEP_ANCHOR: return 0;
	case DNS_STEP_DS: return 0;
	case DNS_STEP_SIG: case DNS_STEP_DENIAL: return s->type == DNS_DS ? 1 : 4;
	case DNS_STEP_DNSKEY: return 2;
	case DNS_STEP_INSECURE: return 3;
	case DNS_STEP_ALIAS: break;
	}
	return 4;
}

/* ---- lines -------------------------------------------------------------------------------- */

static void put_name(struct text *t, const uint8_t *name)
{
	char buf[DNS_NAME_TEXT];

	text_puts(t, dns_name_str(name, buf, sizeof buf));
}

static void put_rrset(struct text *t, const uint8_t *name, uint16_t type)
{
	char buf[32];

	put_name(t, name);
	text_printf(t, " %s", dns_type_str(type, buf, sizeof buf));
}

static void put_key(struct text *t, const struct dns_step *s)
{
	char buf[32];

	text_printf(t, "key tag %u, %s", (unsigned)s->tag, dns_alg_str(s->alg, buf, sizeof buf));
	if (s->bits)
		text_printf(t, ", %u bits", s->bits);
}

void report_dns_digest(struct text *t, unsigned digest)
{
	switch (digest) {
	case 1: text_puts(t, "SHA-1"); break;
	case 2: text_puts(t, "SHA-256"); break;
	case 4: text_puts(t, "SHA-384"); break;
	default: text_printf(t, "digest type %u", digest);
	}
}

static void put_dates(struct text *t, const struct dns_step *s)
{
	char from[40], to[40];

	text_printf(t, ", valid %s to %s", dns_time_str((int64_t)s->inception, from, sizeof from),
	    dns_time_str((int64_t)s->expiration, to, sizeof to));
}

static void put_link(struct text *t, const struct dns_link *l, unsigned number)
{
	text_printf(t, "alias %u: ", number + 1);
	put_name(t, l->owner);
	text_puts(t, " -> ");
	put_name(t, l->target);
	text_printf(t, " (%s)", l->type == DNS_DNAME ? "DNAME" : "CNAME");
}

/* Steps of aliases come in the order of the links, and only the links after them can lack one. */
static unsigned link_number(const struct dns_result *r, const struct dns_step *s)
{
	unsigned n = 0;

	for (; s > r->steps; s--)
		n += s[-1].kind == DNS_STEP_ALIAS;
	return n;
}

static void put_alias(struct text *t, const struct dns_result *r, const struct dns_step *s)
{
	unsigned n = link_number(r, s);

	if (n < r->nlinks) {
		put_link(t, &r->links[n], n);
		return;
	}
	put_name(t, s->owner);
	text_puts(t, " -> ");
	text_safe(t, s->text);
}

static void put_step(struct text *t, const struct dns_result *r, const struct dns_step *s)
{
	switch (s->kind) {
	case DNS_STEP_ANCHOR:
	case DNS_STEP_DS:
		text_printf(t, "%s%s ", s->kind == DNS_STEP_ANCHOR ? "trust anchor: " : "",
		    s->kind == DNS_STEP_ANCHOR && !s->digest ? "DNSKEY" : "DS");
		put_key(t, s);
		if (s->digest) {
			text_puts(t, ", ");
			report_dns_digest(t, s->digest);
		}
		break;
	case DNS_STEP_DNSKEY:
		text_puts(t, "DNSKEY set signed by ");
		put_key(t, s);
		put_dates(t, s);
		break;
	case DNS_STEP_SIG:
		put_rrset(t, s->owner, s->type);
		text_puts(t, ": signed by ");
		put_name(t, s->zone);
		text_puts(t, ", ");
		put_key(t, s);
		put_dates(t, s);
		if (*s->text) {
			text_puts(t, "; ");
			text_safe(t, s->text);
		}
		break;
	case DNS_STEP_DENIAL:
		put_rrset(t, s->owner, s->type);
		text_puts(t, ": denied by ");
		put_name(t, s->zone);
		text_puts(t, ": ");
		text_safe(t, s->text);
		break;
	case DNS_STEP_INSECURE:
		text_puts(t, "outside DNSSEC: ");
		text_safe(t, s->text);
		break;
	case DNS_STEP_ALIAS:
		put_alias(t, r, s);
		break;
	}
}

static enum dns_sec zone_state(const struct dns_result *r, const uint8_t *zone)
{
	enum dns_sec s = DNS_SEC_UNCHECKED;
	unsigned i;

	for (i = 0; i < r->nsteps; i++) {
		if (!dns_name_eq(r->steps[i].zone, zone))
			continue;
		if (r->steps[i].kind == DNS_STEP_INSECURE)
			return DNS_SEC_INSECURE;
		if (r->steps[i].kind == DNS_STEP_DNSKEY)
			s = r->steps[i].state;
	}
	return s;
}

static void put_zone(struct text *t, const struct tree *tr, unsigned n, const char *indent)
{
	const struct dns_result *r = tr->r;
	enum dns_sec s = zone_state(r, tr->z[n].zone);
	int wide = (int)(2 * depth(tr, tr->z[n].zone)), p;
	unsigned i;

	text_printf(t, "%s%*szone ", indent, wide, "");
	put_name(t, tr->z[n].zone);
	if (s != DNS_SEC_UNCHECKED)
		text_printf(t, ": %s", dns_sec_str(s));
	text_puts(t, "\n");
	for (p = 0; p < PLACES; p++)
		for (i = 0; i < r->nsteps; i++) {
			if (place(&r->steps[i]) != p || home(tr, &r->steps[i]) != (int)n)
				continue;
			text_printf(t, "%s%*s- ", indent, wide + 2, "");
			put_step(t, r, &r->steps[i]);
			if (r->steps[i].kind == DNS_STEP_ALIAS || (r->steps[i].state != DNS_SEC_SECURE &&
			    r->steps[i].kind != DNS_STEP_INSECURE))
				text_printf(t, ": %s", dns_sec_str(r->steps[i].state));
			text_puts(t, "\n");
		}
}

void report_dns_trail(struct text *t, const struct dns_result *r, const char *indent)
{
	struct tree tr;
	unsigned i, shown = 0;

	build(&tr, r);
	for (i = 0; i < tr.n; i++)
		put_zone(t, &tr, i, indent);
	for (i = 0; i < r->nsteps; i++) { /* aliases of which no zone is known, and broken ones */
		if (r->steps[i].kind != DNS_STEP_ALIAS)
			continue;
		shown++;
		if (home(&tr, &r->steps[i]) < 0) {
			text_printf(t, "%s", indent);
			put_alias(t, r, &r->steps[i]);
			text_printf(t, ": %s\n", dns_sec_str(r->steps[i].state));
		}
	}
	for (i = shown; i < r->nlinks; i++) {
		text_printf(t, "%s", indent);
		put_link(t, &r->links[i], i);
		text_printf(t, ": %s\n", dns_sec_str(r->links[i].state));
	}
	if (!r->nsteps)
		text_printf(t, "%snothing was proven\n", indent);
	if (r->nsteps == DNS_MAX_STEPS)
		text_printf(t, "%s(the trail is cut at %d steps, the proof is not)\n", indent,
		    DNS_MAX_STEPS);
}

/* ---- the end: weakest and soonest ---------------------------------------------------------- */

/* Strength against forgery in bits, roughly (NIST SP 800-57 part 1, table 2); 0: unknown. */
static unsigned strength(const struct dns_step *s)
{
	switch (s->alg) {
	case 13: case 15:
		return 128;
	case 14:
		return 192;
	case 16:
		return 224;
	default:
		return !s->bits ? 0 : s->bits < 1024 ? 60 : s->bits < 2048 ? 80 : s->bits < 3072 ?
		    112 : s->bits < 4096 ? 128 : 140;
	}
}

static void put_weakest_key(struct text *t, const struct dns_result *r)
{
	const struct dns_step *w = NULL;
	unsigned i;

	for (i = 0; i < r->nsteps; i++) {
		const struct dns_step *s = &r->steps[i];

		if ((s->kind == DNS_STEP_DNSKEY || s->kind == DNS_STEP_SIG) && strength(s) &&
		    (!w || strength(s) < strength(w)))
			w = s;
	}
	text_puts(t, "none, all are secure");
	if (!w)
		return;
	text_puts(t, "; the weakest key is of zone ");
	put_name(t, w->zone);
	text_puts(t, ", ");
	put_key(t, w);
}

static void put_weakest(struct text *t, const struct dns_result *r)
{
	unsigned i;

	if (r->state == DNS_SEC_SECURE) {
		put_weakest_key(t, r);
		return;
	}
	for (i = 0; i < r->nlinks && r->links[i].state != r->state; i++)
		;
	if (i < r->nlinks && r->links[i].state < DNS_SEC_SECURE)
		put_link(t, &r->links[i], i);
	else {
		text_puts(t, r->rcode == DNS_NOERROR && dns_result_has_data(r) ? "the records of " :
		    "the answer for ");
		put_rrset(t, r->name, r->qtype);
	}
	text_printf(t, ": %s", dns_sec_str(r->state));
}

static void put_span(struct text *t, uint32_t s)
{
	static const struct { uint32_t n; const char *name; } unit[] = {
		{ 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" }
	};
	unsigned i = 0;

	while (i < 3 && s < unit[i].n)
		i++;
	text_printf(t, "%lu %s%s", (unsigned long)(s / unit[i].n), unit[i].name,
	    s / unit[i].n == 1 ? "" : "s");
	s %= unit[i].n;
	if (i < 3 && s / unit[i + 1].n)
		text_printf(t, " %lu %s%s", (unsigned long)(s / unit[i + 1].n), unit[i + 1].name,
		    s / unit[i + 1].n == 1 ? "" : "s");
}

/* RFC 1982: does a come before b? */
static bool sooner(uint32_t a, uint32_t b)
{
	return a != b && a - b > UINT32_C(0x7fffffff);
}

static void put_soonest(struct text *t, const struct dns_result *r, int64_t now)
{
	const struct dns_step *w = NULL;
	uint32_t when, left;
	char buf[40];
	unsigned i;

	for (i = 0; i < r->nsteps; i++) {
		const struct dns_step *s = &r->steps[i];

		if ((s->kind == DNS_STEP_SIG || s->kind == DNS_STEP_DNSKEY) &&
		    (!w || sooner(s->expiration, w->expiration)))
			w = s;
	}
	if (!w && !r->sig_expires) {
		text_puts(t, "no signature was relied on");
		return;
	}
	when = w ? w->expiration : r->sig_expires;
	if (r->sig_expires && sooner(r->sig_expires, when)) {
		when = r->sig_expires; /* of a step that did not fit the trail */
		w = NULL;
	}
	left = when - (uint32_t)now;
	text_printf(t, "%s, ", dns_time_str(now + (int64_t)left -
	    (left > UINT32_C(0x7fffffff) ? INT64_C(0x100000000) : 0), buf, sizeof buf));
	if (left > UINT32_C(0x7fffffff)) {
		put_span(t, (uint32_t)now - when);
		text_puts(t, " ago");
	} else {
		text_puts(t, "in ");
		put_span(t, left);
	}
	if (!w)
		return;
	text_puts(t, ": ");
	put_rrset(t, w->kind == DNS_STEP_SIG ? w->owner : w->zone,
	    w->kind == DNS_STEP_SIG ? w->type : 48);
	text_puts(t, ", signed by ");
	put_name(t, w->zone);
	text_printf(t, ", key tag %u", (unsigned)w->tag);
}

void report_dns_end(struct text *t, const struct dns_result *r, const char *indent, int64_t now)
{
	text_printf(t, "%sweakest link: ", indent);
	put_weakest(t, r);
	text_printf(t, "\n%ssoonest signature to expire: ", indent);
	put_soonest(t, r, now);
	text_puts(t, "\n");
}
