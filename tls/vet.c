/* SPDX-License-Identifier: ISC */
/*
 * tls/vet.c: is a certificate fit for its place in a DANE-TA path (RFC 5280 section 6.1): its
 * dates, algorithms, keys, extensions, and the names that it is for or may vouch for?  The
 * anchor's own certificate is held to the same, as RFC 7671 section 5.2 lets one expect.
 */
#include "tls/path.h"

#include <string.h>

/* ---- reasons ------------------------------------------------------------------- */

struct tls_text tls_path_fail(struct tls_path *p, unsigned rank, const char *code)
{
	struct tls_text t;

	if (rank <= p->rank)
		return tls_text_init(NULL, 0);
	p->rank = rank;
	t = tls_text_init(p->code, sizeof p->code);
	tls_text_str(&t, code);
	return tls_text_init(p->reason, sizeof p->reason);
}

static void pad2(struct tls_text *t, unsigned v)
{
	tls_text_char(t, (char)('0' + v / 10 % 10));
	tls_text_char(t, (char)('0' + v % 10));
}

/* Unix seconds as 2026-11-24T05:00:00Z; years 0 to 9999. */
static void date_text(struct tls_text *t, int64_t s)
{
	int64_t z, era, doe, yoe, doy, mp, y;
	unsigned sec, m;

	if (s < -62167219200 || s > 253402300799) {
		tls_text_str(t, "(out of range)");
		return;
	}
	s += 719468 * (int64_t)86400; /* from 0000-03-01 */
	z = s >= 0 ? s / 86400 : -((-s + 86399) / 86400);
	sec = (unsigned)(s - z * 86400);
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	m = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	y = yoe + era * 400 + (m <= 2);
	pad2(t, (unsigned)y / 100);
	pad2(t, (unsigned)y % 100);
	tls_text_char(t, '-');
	pad2(t, m);
	tls_text_char(t, '-');
	pad2(t, (unsigned)(doy - (153 * mp + 2) / 5 + 1));
	tls_text_char(t, 'T');
	pad2(t, sec / 3600);
	tls_text_char(t, ':');
	pad2(t, sec / 60 % 60);
	tls_text_char(t, ':');
	pad2(t, sec % 60);
	tls_text_char(t, 'Z');
}

/* "the CA certificate at depth 1 (CN=...)" */
void tls_path_who(struct tls_text *t, const struct tls_x509 *x, unsigned depth)
{
	struct tls_attr_pos pos = { { NULL, NULL, false }, { NULL, NULL, false } };
	struct tls_tlv cn;

	if (depth == 0)
		tls_text_str(t, "the leaf certificate");
	else {
		tls_text_str(t, "the CA certificate at depth ");
		tls_text_uint(t, depth);
	}
	if (tls_x509_cn_next(x, &pos, &cn)) {
		tls_text_str(t, " (CN=");
		tls_text_escaped(t, cn.val, cn.len > 64 ? 64 : cn.len);
		tls_text_char(t, ')');
	}
}

static void fail_cert(struct tls_path *p, const struct tls_x509 *x, unsigned depth,
    const char *text)
{
	struct tls_text t = tls_path_fail(p, 2, "cert-chain");

	tls_path_who(&t, x, depth);
	tls_text_char(&t, ' ');
	tls_text_str(&t, text);
}

/* ---- each certificate ------------------------------------------------------------- */

static bool vet_dates(struct tls_path *p, const struct tls_x509 *x, unsigned depth)
{
	bool early = p->d->now < x->not_before, late = p->d->now > x->not_after;
	struct tls_text t;

	if (x->bad_dates) {
		fail_cert(p, x, depth, "has malformed validity dates");
		return false;
	}
	if (!early && !late) /* RFC 5280 4.1.2.5: both ends inclusive */
		return true;
	t = tls_path_fail(p, 3, early ? "cert-not-yet-valid" : "cert-expired");
	tls_path_who(&t, x, depth);
	tls_text_str(&t, early ? " is not yet valid: valid from " : " has expired: valid from ");
	date_text(&t, x->not_before);
	tls_text_str(&t, " to ");
	date_text(&t, x->not_after);
	tls_text_str(&t, ", checked at ");
	date_text(&t, p->d->now);
	tls_text_str(&t, early ? "; wait, or check the clocks" : "; renew it");
	return false;
}

static const char *key_fault(const struct tls_key *k)
{
	if (k->kind != TLS_KEY_RSA && k->kind != TLS_KEY_RSA_PSS)
		return NULL;
	if (k->bits < TLS_MIN_RSA_BITS)
		return "has an RSA key under 1024 bits, which proves nothing; make a new one of 2048";
	return k->bits > TLS_MAX_RSA_BITS ? "has an RSA key over 4096 bits, which is not supported here" :
	    NULL;
}

static bool vet_common(struct tls_path *p, const struct tls_x509 *x, unsigned depth)
{
	const char *why = NULL;

	if (!vet_dates(p, x, depth))
		return false;
	if (x->alg_mismatch) /* RFC 5280 4.1.1.2 */
		why = "names one signature algorithm inside and another outside";
	else if (x->bad_ext)
		why = "has malformed or repeated extensions";
	else if (x->unknown_critical) /* RFC 5280 4.2 */
		why = "has a critical extension that is not understood here";
	else if (x->bad_nc) /* RFC 5280 4.2.1.10 */
		why = "has name constraints that are malformed, or with a minimum or maximum";
	else if (x->eku == TLS_EKU_OTHER) /* RFC 5280 4.2.1.12 */
		why = "has an extended key usage without TLS server authentication";
	else
		why = key_fault(&x->pub);
	if (why != NULL)
		fail_cert(p, x, depth, why);
	return why == NULL;
}

bool tls_x509_is_self_issued(const struct tls_x509 *x)
{
	return tls_dn_eq(&x->subject, &x->issuer);
}

/* ---- CAs ---------------------------------------------------------------------------- */

static void culprit_text(struct tls_text *t, const struct tls_tlv *name)
{
	size_t n = name->len > 100 ? 100 : name->len;

	switch (name->tag) {
	case TLS_GN_EMAIL: tls_text_str(t, "mail address "); break;
	case TLS_GN_DNS: tls_text_str(t, "DNS name "); break;
	case TLS_GN_IP: tls_text_str(t, "IP address "); break;
	case TLS_GN_DN: tls_text_str(t, "subject or directory name"); return;
	case TLS_GN_URI: tls_text_str(t, "URI "); break;
	default: tls_text_str(t, "name of another kind"); return;
	}
	if (name->tag == TLS_GN_IP)
		tls_text_hex(t, name->val, n);
	else
		tls_text_escaped(t, name->val, n);
}

static void fail_names(struct tls_path *p, enum tls_nc c, const struct tls_x509 *ca, unsigned depth,
    const struct tls_step *s, const struct tls_tlv *culprit)
{
	struct tls_text t = c == TLS_NC_LIMIT ? tls_path_fail(p, 4, "cert-limit") :
	    tls_path_fail(p, 2, "cert-chain");

	if (c == TLS_NC_LIMIT) {
		tls_text_str(&t, "the names in the presented chain and the name constraints on them are "
		    "too many to compare");
		return;
	}
	tls_path_who(&t, ca, depth);
	tls_text_str(&t, c == TLS_NC_REFUSED ? " has name constraints that do not allow the " :
	    " has name constraints that cannot be applied here to the ");
	culprit_text(&t, culprit);
	tls_text_str(&t, " of ");
	tls_path_who(&t, &p->x[s->cert], s->level);
}

/* RFC 5280 6.1.3 b, c: all below, but not self-issued intermediates. */
static bool vet_constraints(struct tls_path *p, const struct tls_x509 *ca, unsigned s)
{
	unsigned depth = p->step[s].level + 1u;
	struct tls_tlv culprit;
	enum tls_nc c;

	if (ca->permitted.val == NULL && ca->excluded.val == NULL)
		return true;
	for (;; s = p->step[s].below) {
		const struct tls_x509 *x = &p->x[p->step[s].cert];
		bool leaf = p->step[s].level == 0;

		c = !leaf && tls_x509_is_self_issued(x) ? TLS_NC_OK :
		    tls_nc_check(ca, x, leaf, &p->names_left, &culprit);
		if (c != TLS_NC_OK) {
			fail_names(p, c, ca, depth, &p->step[s], &culprit);
			return false;
		}
		if (leaf)
			return true;
	}
}

/* An anchor of version 1 has no way to say that it is a CA. */
bool tls_vet_ca(struct tls_path *p, const struct tls_x509 *x, unsigned s, bool anchor)
{
	bool v1 = anchor && x->version == 1 && tls_x509_is_self_issued(x);
	unsigned depth = p->step[s].level + 1u;
	const char *why = NULL;

	if (!vet_common(p, x, depth))
		return false;
	if (!v1 && !(x->has_bc && x->ca)) /* RFC 5280 6.1.4 k */
		why = "is not marked as that of a CA (basicConstraints without CA:TRUE)";
	else if (x->pathlen >= 0 && p->step[s].counted > x->pathlen) /* 6.1.4 l, m */
		why = "allows fewer intermediates below it than there are (pathLenConstraint)";
	else if (x->has_ku && (x->ku & TLS_KU_CERTSIGN) == 0) /* 6.1.4 n */
		why = "may not sign certificates (keyUsage without keyCertSign)";
	if (why != NULL)
		fail_cert(p, x, depth, why);
	return why == NULL && vet_constraints(p, x, s);
}

/* ---- the leaf ------------------------------------------------------------------------- */

static void names_text(struct tls_text *t, const struct tls_x509 *x)
{
	struct tls_der pos = { NULL, NULL, false };
	struct tls_attr_pos at = { { NULL, NULL, false }, { NULL, NULL, false } };
	struct tls_tlv name;
	unsigned n = 0;

	while (n < 8 && tls_x509_san_next(x, &pos, &name)) {
		tls_text_str(t, n++ > 0 ? ", " : "");
		tls_text_escaped(t, name.val, name.len > 100 ? 100 : name.len);
	}
	if (n > 0) {
		if (tls_x509_san_next(x, &pos, &name))
			tls_text_str(t, ", and more");
		return;
	}
	if (tls_x509_cn_next(x, &at, &name)) {
		tls_text_str(t, "CN=");
		tls_text_escaped(t, name.val, name.len > 100 ? 100 : name.len);
	} else {
		tls_text_str(t, "no host");
	}
}

static bool has_any_name(const struct tls_path *p)
{
	unsigned i;

	for (i = 0; i < p->d->nnames && i < TLS_MAX_NAMES; i++) {
		if (tls_x509_has_name(&p->x[0], p->d->names[i]))
			return true;
	}
	return false;
}

/* RFC 7672 section 3.2.3. */
static bool vet_name(struct tls_path *p)
{
	struct tls_text t;
	unsigned i;

	if (has_any_name(p))
		return true;
	t = tls_path_fail(p, 3, "cert-name");
	tls_text_str(&t, "a DANE-TA record wants the leaf certificate to name the host; it names ");
	names_text(&t, &p->x[0]);
	tls_text_str(&t, "; wanted one of: ");
	for (i = 0; i < p->d->nnames && i < TLS_MAX_NAMES; i++) {
		tls_text_str(&t, i > 0 ? ", " : "");
		tls_text_str(&t, p->d->names[i]);
	}
	if (p->d->nnames == 0)
		tls_text_str(&t, "(no name given)");
	return false;
}

bool tls_vet_leaf(struct tls_path *p)
{
	const uint8_t tls_usage = TLS_KU_SIGN | TLS_KU_ENCIPHER | TLS_KU_AGREE;
	const struct tls_x509 *x = &p->x[0];

	if (!vet_common(p, x, 0))
		return false;
	if (x->has_ku && (x->ku & tls_usage) == 0) { /* RFC 5280 4.2.1.3 */
		fail_cert(p, x, 0, "may not be used for TLS (keyUsage)");
		return false;
	}
	return vet_name(p);
}

static bool may_vouch(struct tls_path *p, const struct tls_x509 *ca, const char *host)
{
	return (ca->permitted.val == NULL && ca->excluded.val == NULL) ||
	    tls_nc_check_host(ca, host, &p->names_left) == TLS_NC_OK;
}

const char *tls_vet_host(struct tls_path *p, unsigned s, const struct tls_x509 *anchor)
{
	unsigned i, k;

	for (i = 0; i < p->d->nnames && i < TLS_MAX_NAMES; i++) {
		const char *host = p->d->names[i];
		bool ok = tls_x509_has_name(&p->x[0], host) && (anchor == NULL || may_vouch(p, anchor, host));

		for (k = s; ok && p->step[k].level > 0; k = p->step[k].below)
			ok = may_vouch(p, &p->x[p->step[k].cert], host);
		if (ok)
			return host;
	}
	fail_cert(p, &p->x[0], 0, "has a wildcard that stands for the host, but name constraints of "
	    "a CA above it exclude the host");
	return NULL;
}
