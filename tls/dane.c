/* SPDX-License-Identifier: ISC */
/*
 * tls/dane.c: does the presented chain satisfy the TLSA set (RFC 6698, 7671, 7672)?
 * Unusable records go first, then digest agility, then any one match will do:
 * DANE-EE(3) by the leaf alone, else DANE-TA(2) by a path (path.c).  TLS_MATCH is
 * set in one place; everything else says what is wrong and what to do.
 */
#include "tls/tls.h"
#include "tls/hint.h"
#include "tls/path.h"
#include "tls/text.h"

#include <string.h>

/* ---- matching --------------------------------------------------------------------- */

bool tls_tlsa_covers(const struct tls_tlsa *t, const struct tls_x509 *x)
{
	struct tls_tlv s = tls_selected(x, t->selector);
	uint8_t hash[64];

	if (t->selector > 1 || t->data == NULL)
		return false;
	switch (t->mtype) { /* RFC 6698 2.1.3 */
	case 0:
		return t->len > 0 && t->len == s.all_len && memcmp(t->data, s.all, t->len) == 0;
	case 1:
		tls_hash(&br_sha256_vtable, s.all, s.all_len, hash);
		return t->len == 32 && memcmp(t->data, hash, 32) == 0;
	case 2:
		tls_hash(&br_sha512_vtable, s.all, s.all_len, hash);
		return t->len == 64 && memcmp(t->data, hash, 64) == 0;
	default:
		return false;
	}
}

/* Where a record's data is found: its own place first (leaf or above), else anywhere. */
static int8_t find_data(const struct tls_tlsa *t, const struct tls_x509 *x, unsigned n)
{
	unsigned i, first = t->usage == 3 ? 0 : 1;

	for (i = first; i < n; i++) {
		if (tls_tlsa_covers(t, &x[i]))
			return (int8_t)i;
	}
	return first > 0 && n > 0 && tls_tlsa_covers(t, &x[0]) ? 0 : -1;
}

/* ---- reasons ----------------------------------------------------------------------- */

static struct tls_text set_code(struct tls_dane_result *out, const char *code)
{
	struct tls_text t = tls_text_init(out->code, sizeof out->code);

	tls_text_str(&t, code);
	return tls_text_init(out->reason, sizeof out->reason);
}

static void bad_chain(struct tls_dane_result *out, const char *code, const char *reason)
{
	struct tls_text t = set_code(out, code);

	out->verdict = TLS_BAD_CHAIN;
	tls_text_str(&t, reason);
}

/* "record 2 (0 0 1): usage ...": the records that do not count. */
static void list_unusable(const struct tls_dane *d, struct tls_text *t)
{
	const char *sep = "";
	unsigned i;

	for (i = 0; i < d->ntlsa && i < TLS_MAX_TLSA; i++) {
		enum tls_usable u = tls_tlsa_usable(&d->tlsa[i]);

		if (u == TLS_USABLE)
			continue;
		tls_text_str(t, sep);
		sep = "; ";
		tls_text_str(t, "record ");
		tls_text_uint(t, i + 1);
		tls_text_str(t, " (");
		tls_text_uint(t, d->tlsa[i].usage);
		tls_text_char(t, ' ');
		tls_text_uint(t, d->tlsa[i].selector);
		tls_text_char(t, ' ');
		tls_text_uint(t, d->tlsa[i].mtype);
		tls_text_str(t, ") is unusable: ");
		tls_text_str(t, tls_usable_str(u));
	}
}

static void no_usable(const struct tls_dane *d, struct tls_dane_result *out)
{
	struct tls_text t = set_code(out, "tlsa-unusable");

	out->verdict = TLS_NO_USABLE;
	if (d->ntlsa == 0)
		tls_text_str(&t, "there is no TLSA record");
	else
		list_unusable(d, &t);
}

static void mismatch(const struct tls_dane *d, const bool *active, const struct tls_x509 *x,
    struct tls_dane_result *out)
{
	struct tls_text t = set_code(out, "tlsa-mismatch");
	unsigned i, n = 0, bad = 0;

	for (i = 0; i < d->ntlsa; i++) {
		n += active[i];
		bad += tls_tlsa_usable(&d->tlsa[i]) != TLS_USABLE;
	}
	tls_text_str(&t, n == 1 ? "the TLSA record that counts does not match the presented chain" :
	    "none of the TLSA records that count matches the presented chain");
	tls_text_str(&t, "; its leaf would satisfy ");
	tls_suggest(x, 3, 1, 1, &t);
	if (tls_tlsa_mtype(d->tlsa, d->ntlsa, 3, 1) == 2) { /* RFC 7671 section 9 */
		tls_text_str(&t, " in place of the 3 1 2 records, or beside them ");
		tls_suggest(x, 3, 1, 2, &t);
	}
	if (bad > 0) {
		tls_text_str(&t, "; ");
		list_unusable(d, &t);
	}
}

/* ---- the check ----------------------------------------------------------------------- */

static void parse_failed(unsigned i, struct tls_dane_result *out)
{
	struct tls_text t;

	bad_chain(out, "cert-parse", "");
	t = tls_text_init(out->reason, sizeof out->reason);
	tls_text_str(&t, "certificate ");
	tls_text_uint(&t, i);
	tls_text_str(&t, " of the presented chain (the leaf is 0) is not a DER X.509 certificate");
}

/* Parse all that was presented; false (and the verdict set) if it cannot be judged. */
static bool parse_chain(const struct tls_chain *c, struct tls_x509 x[TLS_MAX_CERTS],
    struct tls_dane_result *out)
{
	unsigned i;

	if (c->overflow || c->n > TLS_MAX_CERTS) {
		bad_chain(out, "cert-limit", "the server presents more than 16 certificates, or more "
		    "than 65536 octets of them; present the leaf and its intermediates only");
		return false;
	}
	if (c->n == 0) {
		bad_chain(out, "cert-missing", "the server presented no certificate");
		return false;
	}
	for (i = 0; i < c->n; i++) {
		if (tls_x509_parse(&x[i], c->der + c->off[i], c->len[i]) != 0) {
			parse_failed(i, out);
			return false;
		}
	}
	return true;
}

/* The one place that says yes. */
static void matched(struct tls_dane_result *out, unsigned rec, unsigned depth)
{
	set_code(out, "ok");
	out->verdict = TLS_MATCH;
	out->tlsa = (int)rec;
	out->depth = depth;
	out->npath = 1;
	out->path[0] = 0;
	out->reason[0] = '\0';
}

static void matched_ee(struct tls_dane_result *out, unsigned rec, const struct tls_x509 *leaf)
{
	bool rsa = leaf->pub.kind == TLS_KEY_RSA || leaf->pub.kind == TLS_KEY_RSA_PSS;

	matched(out, rec, 0);
	out->weak_rsa = rsa && leaf->pub.bits < TLS_GOOD_RSA_BITS ? leaf->pub.bits : 0;
}

static void matched_ta(struct tls_dane_result *out, const struct tls_path *p)
{
	matched(out, (unsigned)p->tlsa, p->depth);
	out->npath = p->npath;
	memcpy(out->path, p->path, sizeof out->path);
	out->weak_rsa = p->weak_rsa;
}

/* The rows of DANE-TA; and, when no DANE-EE record matched, the verdict. */
static void check_ta(const struct tls_dane *d, const bool *active, const struct tls_x509 *x,
    unsigned n, struct tls_dane_result *out)
{
	struct tls_path p;
	unsigned i;

	memset(&p, 0, sizeof p);
	p.d = d;
	p.active = active;
	p.x = x;
	p.n = n;
	tls_path_find(&p);
	for (i = 0; i < d->ntlsa; i++) {
		if (p.accepted[i] < 0)
			continue;
		out->row[i].state = TLS_ROW_MATCHED;
		out->row[i].depth = (unsigned)p.accepted[i];
		if (out->data_depth[i] <= 0)
			out->data_depth[i] = p.accepted[i];
	}
	if (out->verdict == TLS_MATCH)
		return;
	if (p.tlsa >= 0) {
		matched_ta(out, &p);
	} else if (p.code[0] != '\0') {
		memcpy(out->code, p.code, sizeof out->code);
		memcpy(out->reason, p.reason, sizeof out->reason);
	} else {
		mismatch(d, active, x, out);
	}
}

/* Which records count; their number. */
static unsigned select_records(const struct tls_dane *d, bool active[TLS_MAX_TLSA],
    struct tls_dane_result *out)
{
	unsigned i, n = 0;

	for (i = 0; i < d->ntlsa; i++) {
		bool usable = tls_tlsa_usable(&d->tlsa[i]) == TLS_USABLE;

		active[i] = usable && !tls_tlsa_outranked(d->tlsa, d->ntlsa, i);
		n += active[i];
		if (!active[i])
			out->row[i].state = usable ? TLS_ROW_OUTRANKED : TLS_ROW_UNUSABLE;
	}
	return n;
}

/* Record by certificate, by data alone. */
static void fill_table(const struct tls_dane *d, const bool *active, const struct tls_x509 *x,
    unsigned n, struct tls_dane_result *out)
{
	unsigned i, j;

	for (i = 0; i < d->ntlsa; i++) {
		if (out->row[i].state == TLS_ROW_UNUSABLE)
			continue;
		out->data_depth[i] = find_data(&d->tlsa[i], x, n);
		for (j = 0; j < n; j++)
			out->data_mask[i] |= (uint16_t)(tls_tlsa_covers(&d->tlsa[i], &x[j]) << j);
		if (active[i])
			out->row[i].state = out->data_mask[i] ? TLS_ROW_NOT_ACCEPTED : TLS_ROW_NO_DATA;
	}
}

/* RFC 7671 5.1: names and dates play no part; the first match counts. */
static void check_ee(const struct tls_dane *d, const bool *active, const struct tls_x509 *x,
    struct tls_dane_result *out)
{
	unsigned i;

	for (i = 0; i < d->ntlsa; i++) {
		if (!active[i] || d->tlsa[i].usage != 3 || !tls_tlsa_covers(&d->tlsa[i], &x[0]))
			continue;
		out->row[i].state = TLS_ROW_MATCHED;
		out->row[i].depth = 0;
		if (out->verdict != TLS_MATCH)
			matched_ee(out, i, &x[0]);
	}
}

/* A hint also goes where the reason is read. */
static void add_hint(const struct tls_dane *d, const struct tls_x509 *x, unsigned n,
    struct tls_dane_result *out)
{
	struct tls_text t = { out->reason, sizeof out->reason, strlen(out->reason), false };

	tls_hint(d, x, n, out);
	if (out->verdict == TLS_MATCH || out->hint[0] == '\0')
		return;
	tls_text_str(&t, "; ");
	tls_text_str(&t, out->hint);
}

void tls_dane_check(const struct tls_dane *d, const struct tls_chain *c,
    struct tls_dane_result *out)
{
	struct tls_x509 x[TLS_MAX_CERTS];
	bool active[TLS_MAX_TLSA] = { false };

	memset(out, 0, sizeof *out);
	out->tlsa = -1;
	memset(out->data_depth, -1, sizeof out->data_depth);
	if (d->ntlsa > TLS_MAX_TLSA) {
		bad_chain(out, "tlsa-unusable", "more than 64 TLSA records");
		out->verdict = TLS_NO_USABLE;
		return;
	}
	if (select_records(d, active, out) == 0) {
		struct tls_dane_result unread = *out;

		no_usable(d, out);
		if (parse_chain(c, x, &unread)) /* for the hint alone */
			add_hint(d, x, c->n, out);
		return;
	}
	if (!parse_chain(c, x, out))
		return;
	out->verdict = TLS_NO_MATCH;
	fill_table(d, active, x, c->n, out);
	check_ee(d, active, x, out);
	check_ta(d, active, x, c->n, out);
	add_hint(d, x, c->n, out);
}

const char *tls_leaf_fault(const struct tls_chain *c)
{
	struct tls_x509 x;

	if (c->n == 0 || tls_x509_parse(&x, c->der + c->off[0], c->len[0]) != 0)
		return "cannot be read";
	if (tls_key_is_open(&x.pub)) /* RFC 8017 section 3.1 */
		return "is RSA with an exponent under 3, with which anybody can sign";
	if (tls_key_is_large(&x.pub))
		return "is RSA of over 4096 bits, or with an exponent over 64 bits, which is more than is "
		    "computed with here, though other senders may take it";
	return x.pub.kind == TLS_KEY_OTHER ? "is of a kind that is not supported here (supported: RSA, "
	    "RSA-PSS, ECDSA on P-256, P-384, P-521, Ed25519)" : NULL;
}

bool tls_dane_suggest(const struct tls_chain *c, unsigned i, unsigned usage, unsigned selector,
    unsigned mtype, char *buf, size_t cap)
{
	struct tls_text t = tls_text_init(buf, cap);
	struct tls_x509 x;

	if (c->overflow || i >= c->n || selector > 1 || mtype > 2 ||
	    tls_x509_parse(&x, c->der + c->off[i], c->len[i]) != 0)
		return false;
	return tls_suggest(&x, usage, selector, mtype, &t);
}
