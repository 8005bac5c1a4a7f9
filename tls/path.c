/* SPDX-License-Identifier: ISC */
/*
 * tls/path.c: DANE-TA(2), RFC 7671 section 5.2: is there a path from the leaf to an
 * anchor that a TLSA record names, and is it a valid one (RFC 5280 section 6.1) for a
 * name of the host (RFC 7672 section 3.2.3)?
 *
 * Breadth first from the leaf, so each certificate is met at its smallest depth: a path
 * length that is too short there is too short everywhere, and no second visit is needed.
 * Each certificate is vetted when it is met; the path found is then put before
 * br_x509_minimal as a second, independent judge.
 */
#include "tls/path.h"
#include "tls/text.h"

#include <string.h>

#define MAX_RUNS 8 /* paths put before br_x509_minimal in one check */

/* ---- reasons ------------------------------------------------------------------- */

/* Keep the most telling reason: a higher rank, and of equals the first. */
static struct tls_text fail(struct tls_path *p, unsigned rank, const char *code)
{
	struct tls_text t;

	if (rank <= p->rank)
		return tls_text_init(NULL, 0);
	p->rank = rank;
	t = tls_text_init(p->code, sizeof p->code);
	tls_text_str(&t, code);
	return tls_text_init(p->reason, sizeof p->reason);
}

static void fail_str(struct tls_path *p, unsigned rank, const char *code, const char *text)
{
	struct tls_text t = fail(p, rank, code);

	tls_text_str(&t, text);
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

/* "the certificate at depth 1 (CN=...)" */
static void who(struct tls_text *t, const struct tls_x509 *x, unsigned depth)
{
	struct tls_der pos = { NULL, NULL, false };
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
	struct tls_text t = fail(p, 2, "cert-chain");

	who(&t, x, depth);
	tls_text_char(&t, ' ');
	tls_text_str(&t, text);
}

/* ---- vetting --------------------------------------------------------------------- */

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
	t = fail(p, 3, early ? "cert-not-yet-valid" : "cert-expired");
	who(&t, x, depth);
	tls_text_str(&t, early ? " is not yet valid: valid from " : " has expired: valid from ");
	date_text(&t, x->not_before);
	tls_text_str(&t, " to ");
	date_text(&t, x->not_after);
	tls_text_str(&t, ", checked at ");
	date_text(&t, p->d->now);
	tls_text_str(&t, early ? "; wait, or check the clocks" : "; renew it");
	return false;
}

static bool vet_common(struct tls_path *p, const struct tls_x509 *x, unsigned depth)
{
	const char *why = NULL;

	if (!vet_dates(p, x, depth))
		return false;
	if (x->bad_ext)
		why = "has malformed or repeated extensions";
	else if (x->unknown_critical) /* RFC 5280 4.2 */
		why = "has a critical extension that is not understood here";
	else if (x->name_constraints)
		why = "has name constraints, which are not processed here";
	else if (x->eku == TLS_EKU_OTHER) /* RFC 5280 4.2.1.12 */
		why = "has an extended key usage without TLS server authentication";
	if (why != NULL)
		fail_cert(p, x, depth, why);
	return why == NULL;
}

static bool is_self_issued(const struct tls_x509 *x)
{
	return tls_der_eq(&x->subject, x->issuer.val, x->issuer.len);
}

/* May x issue the certificate below it?  An anchor of version 1 has no way to say so. */
static bool vet_ca(struct tls_path *p, const struct tls_x509 *x, unsigned depth, bool anchor)
{
	bool v1 = anchor && x->version == 1 && is_self_issued(x);
	const char *why = NULL;

	if (!vet_common(p, x, depth))
		return false;
	if (!v1 && !(x->has_bc && x->ca)) /* RFC 5280 6.1.4 k */
		why = "is not a CA certificate (basicConstraints without CA:TRUE)";
	else if (x->pathlen >= 0 && depth - 1 > (unsigned)x->pathlen) /* 6.1.4 l, m */
		why = "allows fewer intermediates below it than there are (pathLenConstraint)";
	else if (x->has_ku && (x->ku & TLS_KU_CERTSIGN) == 0) /* 6.1.4 n */
		why = "may not sign certificates (keyUsage without keyCertSign)";
	if (why != NULL)
		fail_cert(p, x, depth, why);
	return why == NULL;
}

static void names_text(struct tls_text *t, const struct tls_x509 *x)
{
	struct tls_der pos = { NULL, NULL, false };
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
	pos.p = NULL;
	if (tls_x509_cn_next(x, &pos, &name)) {
		tls_text_str(t, "CN=");
		tls_text_escaped(t, name.val, name.len > 100 ? 100 : name.len);
	} else {
		tls_text_str(t, "no host");
	}
}

/* The first reference identifier that the leaf names, or NULL. */
static const char *vet_name(struct tls_path *p)
{
	struct tls_text t;
	unsigned i;

	for (i = 0; i < p->d->nnames && i < TLS_MAX_NAMES; i++) {
		if (tls_x509_has_name(&p->x[0], p->d->names[i]))
			return p->d->names[i];
	}
	t = fail(p, 3, "cert-name");
	tls_text_str(&t, "a DANE-TA record wants the leaf certificate to name the host; it names ");
	names_text(&t, &p->x[0]);
	tls_text_str(&t, "; wanted one of: ");
	for (i = 0; i < p->d->nnames && i < TLS_MAX_NAMES; i++) {
		tls_text_str(&t, i > 0 ? ", " : "");
		tls_text_str(&t, p->d->names[i]);
	}
	if (p->d->nnames == 0)
		tls_text_str(&t, "(no name given)");
	return NULL;
}

/* All that the leaf itself must satisfy; the name that it matched, or NULL. */
static const char *vet_leaf(struct tls_path *p)
{
	const uint8_t tls_usage = TLS_KU_SIGN | TLS_KU_ENCIPHER | TLS_KU_AGREE;
	const struct tls_x509 *x = &p->x[0];

	if (!vet_common(p, x, 0))
		return NULL;
	if (x->has_ku && (x->ku & tls_usage) == 0) { /* RFC 5280 4.2.1.3 */
		fail_cert(p, x, 0, "may not be used for TLS (keyUsage)");
		return NULL;
	}
	return vet_name(p);
}

/* ---- the second judge -------------------------------------------------------------- */

static const char *minimal_str(unsigned err)
{
	switch (err) {
	case BR_ERR_X509_BAD_SIGNATURE: return "bad signature";
	case BR_ERR_X509_EXPIRED: return "out of its validity period";
	case BR_ERR_X509_DN_MISMATCH: return "issuer and subject names differ";
	case BR_ERR_X509_BAD_SERVER_NAME: return "the name does not match";
	case BR_ERR_X509_CRITICAL_EXTENSION: return "unknown critical extension";
	case BR_ERR_X509_NOT_CA: return "not a CA";
	case BR_ERR_X509_FORBIDDEN_KEY_USAGE: return "key usage";
	case BR_ERR_X509_WEAK_PUBLIC_KEY: return "RSA key under 1024 bits";
	case BR_ERR_X509_LIMIT_EXCEEDED: return "key or signature too large (over 4096 bits)";
	case BR_ERR_X509_UNSUPPORTED: return "unsupported algorithm";
	case BR_ERR_X509_WRONG_KEY_TYPE: return "unsupported or wrong key type";
	case BR_ERR_X509_NOT_TRUSTED: return "does not lead to the anchor";
	default: return "not an acceptable certificate";
	}
}

static void minimal_setup(br_x509_minimal_context *mc, const br_x509_trust_anchor *ta,
    uint32_t days, uint32_t secs)
{
	br_x509_minimal_init(mc, &br_sha256_vtable, ta, 1);
	br_x509_minimal_set_rsa(mc, br_rsa_pkcs1_vrfy_get_default());
	br_x509_minimal_set_ecdsa(mc, br_ec_get_default(), br_ecdsa_vrfy_asn1_get_default());
	/* no MD5, no SHA-1: signatures made with these prove nothing */
	br_x509_minimal_set_hash(mc, br_sha224_ID, &br_sha224_vtable);
	br_x509_minimal_set_hash(mc, br_sha256_ID, &br_sha256_vtable);
	br_x509_minimal_set_hash(mc, br_sha384_ID, &br_sha384_vtable);
	br_x509_minimal_set_hash(mc, br_sha512_ID, &br_sha512_vtable);
	br_x509_minimal_set_minrsa(mc, 128);
	br_x509_minimal_set_time(mc, days, secs);
}

/* Run br_x509_minimal over path[0..n), leaf first.  0, or its error. */
static unsigned minimal_run(const struct tls_path *p, const uint8_t *path, unsigned n,
    const br_x509_trust_anchor *ta, const char *name)
{
	int64_t now = p->d->now, days = now / 86400 - (now % 86400 < 0);
	br_x509_minimal_context mc;
	unsigned i;

	if (days < -719528 || days > 3652058) /* years 0 to 9999 */
		return BR_ERR_X509_TIME_UNKNOWN;
	minimal_setup(&mc, ta, (uint32_t)(days + 719528), (uint32_t)(now - days * 86400));
	mc.vtable->start_chain(&mc.vtable, name);
	for (i = 0; i < n; i++) {
		const struct tls_x509 *x = &p->x[path[i]];

		mc.vtable->start_cert(&mc.vtable, (uint32_t)x->len);
		mc.vtable->append(&mc.vtable, x->der, x->len);
		mc.vtable->end_cert(&mc.vtable);
	}
	return mc.vtable->end_chain(&mc.vtable);
}

/* Certificates from the leaf up to v.  Returns how many. */
static unsigned path_to(const struct tls_path *p, unsigned v, uint8_t path[TLS_MAX_CERTS])
{
	unsigned i, n = p->level[v] + 1u;

	for (i = n; i-- > 0;) {
		path[i] = (uint8_t)v;
		v = p->from[v];
	}
	return n;
}

/* Is there an extension, known and obeyed here, for which minimal gives up? */
static bool minimal_cannot(const struct tls_path *p, const uint8_t *path, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		if (p->x[path[i]].minimal_refuses)
			return true;
	}
	return false;
}

/* The name for minimal, which looks at the CN only if there is no SAN extension at all; RFC
   6125 section 6.4.4 lets it count if the SAN has no dNSName: then ours is the only judge. */
static const char *minimal_name(const struct tls_x509 *leaf, const char *name)
{
	struct tls_der pos = { NULL, NULL, false };
	struct tls_tlv t;

	return leaf->san.val == NULL || tls_x509_san_next(leaf, &pos, &t) ? name : NULL;
}

/* The path ends below an anchor: certificate `anchor` of the chain, or -1 when it was not
   presented. */
static void keep_path(struct tls_path *p, const uint8_t *path, unsigned n, int anchor)
{
	memcpy(p->path, path, n);
	p->npath = n;
	if (anchor >= 0 && n < TLS_MAX_CERTS)
		p->path[p->npath++] = (uint8_t)anchor;
}

/* The anchor (dn, key) signed certificate v, and all is vetted but the leaf.  Accept? */
static void accept(struct tls_path *p, unsigned v, const struct tls_tlv *dn,
    const br_x509_pkey *key, unsigned rec, int anchor)
{
	uint8_t path[TLS_MAX_CERTS];
	unsigned n = path_to(p, v, path), err;
	const char *name = vet_leaf(p);
	br_x509_trust_anchor ta;

	if (name == NULL) {
		p->stop = true; /* the leaf is the same on every path */
		return;
	}
	if (p->runs++ >= MAX_RUNS) {
		p->stop = true;
		return;
	}
	memset(&ta, 0, sizeof ta);
	ta.dn.data = (unsigned char *)dn->all;
	ta.dn.len = dn->all_len;
	ta.flags = BR_X509_TA_CA;
	ta.pkey = *key;
	err = minimal_run(p, path, n, &ta, minimal_name(&p->x[0], name));
	/* all that minimal checks was checked above; a critical extKeyUsage or
	   certificatePolicies, which it does not know, is no reason to refuse */
	if (err == 0 || (err == BR_ERR_X509_CRITICAL_EXTENSION && minimal_cannot(p, path, n))) {
		p->tlsa = (int)rec;
		p->depth = n;
		keep_path(p, path, n, anchor);
		p->stop = true;
		return;
	}
	fail_str(p, 2, "cert-chain", minimal_str(err));
}

/* ---- the search --------------------------------------------------------------------- */

/* Is certificate v signed by key?  Charged; says why not. */
static bool signed_by(struct tls_path *p, unsigned v, const br_x509_pkey *key, bool quiet)
{
	enum tls_sig s;
	struct tls_text t;

	if (p->sigs++ >= TLS_MAX_SIG_CHECKS) {
		fail_str(p, 4, "cert-limit", "the presented chain needs more than 32 signature "
		    "verifications; present the leaf and its intermediates only");
		p->stop = true;
		return false;
	}
	s = tls_x509_verify(&p->x[v], key);
	if (s == TLS_SIG_GOOD || quiet)
		return s == TLS_SIG_GOOD;
	t = fail(p, 1, "cert-chain");
	who(&t, &p->x[v], p->level[v]);
	if (s == TLS_SIG_BAD) {
		tls_text_str(&t, " is not signed by the certificate that has its issuer's name");
		return false;
	}
	tls_text_str(&t, s == TLS_SIG_WEAK ? " is signed with a weak algorithm or key: " :
	    " is signed with an algorithm that is not supported here: ");
	tls_text_str(&t, tls_x509_sig_str(&p->x[v]));
	return false;
}

static bool same_dn(const struct tls_tlv *a, const struct tls_tlv *b)
{
	return tls_der_eq(a, b->val, b->len);
}

/* `2 0 0`: the anchor certificate itself, which need not be presented. */
static void try_given_cert(struct tls_path *p, unsigned v, unsigned rec)
{
	const struct tls_tlsa *t = &p->d->tlsa[rec];
	const struct tls_x509 *leaf = &p->x[0];
	struct tls_x509 a;

	if (tls_x509_parse(&a, t->data, t->len) != 0 || !same_dn(&p->x[v].issuer, &a.subject))
		return;
	if (a.len == leaf->len && memcmp(a.der, leaf->der, a.len) == 0)
		return; /* RFC 7671 5.2: an anchor is not the leaf */
	if (signed_by(p, v, &a.key, false) && vet_ca(p, &a, p->level[v] + 1u, true))
		accept(p, v, &a.subject, &a.key, rec, -1);
}

/* `2 1 0`: the anchor's bare key; it has the name that v says its issuer has. */
static void try_given_key(struct tls_path *p, unsigned v, unsigned rec)
{
	const struct tls_tlsa *t = &p->d->tlsa[rec];
	const struct tls_x509 *leaf = &p->x[0];
	br_x509_pkey key;
	const char *type;
	unsigned bits, j;

	for (j = 1; j < p->n; j++) { /* presented with a certificate: then that is vetted too */
		if (!p->skip[j] && same_dn(&p->x[v].issuer, &p->x[j].subject) &&
		    tls_tlsa_covers(t, &p->x[j]))
			return;
	}
	if (!tls_spki_parse(t->data, t->len, &key, &type, &bits) || key.key_type == 0)
		return;
	if (v == 0 && is_self_issued(leaf) && t->len == leaf->spki.all_len &&
	    memcmp(t->data, leaf->spki.all, t->len) == 0)
		return; /* a self-signed leaf is not its own anchor */
	if (signed_by(p, v, &key, true))
		accept(p, v, &p->x[v].issuer, &key, rec, -1);
}

/* Anchors that come with a record rather than with the chain. */
static void try_given(struct tls_path *p, unsigned v)
{
	unsigned r;

	for (r = 0; r < p->d->ntlsa && !p->stop; r++) {
		const struct tls_tlsa *t = &p->d->tlsa[r];

		if (!p->active[r] || t->usage != 2 || t->mtype != 0)
			continue;
		if (t->selector == 0)
			try_given_cert(p, v, r);
		else
			try_given_key(p, v, r);
	}
}

/* The record that names certificate j as an anchor, or -1. */
static int anchor_record(const struct tls_path *p, unsigned j)
{
	unsigned r;

	for (r = 0; r < p->d->ntlsa; r++) {
		if (p->active[r] && p->d->tlsa[r].usage == 2 && tls_tlsa_covers(&p->d->tlsa[r], &p->x[j]))
			return (int)r;
	}
	return -1;
}

/* Did presented certificate j issue v?  Then it is the anchor, or the next step. */
static void try_presented(struct tls_path *p, unsigned v, unsigned j)
{
	unsigned depth = p->level[v] + 1u;
	int rec;

	if (p->skip[j] || p->reached[j] || !same_dn(&p->x[v].issuer, &p->x[j].subject))
		return;
	if (!signed_by(p, v, &p->x[j].key, false))
		return;
	rec = anchor_record(p, j);
	if (!vet_ca(p, &p->x[j], depth, rec >= 0))
		return;
	if (rec >= 0)
		accept(p, v, &p->x[j].subject, &p->x[j].key, (unsigned)rec, (int)j);
	p->reached[j] = true;
	p->from[j] = (uint8_t)v;
	p->level[j] = (uint8_t)depth;
	p->queue[p->nqueue++] = (uint8_t)j;
}

static void mark_doubles(struct tls_path *p)
{
	unsigned i, j;

	p->skip[0] = true; /* the leaf is never an anchor or issuer */
	for (j = 1; j < p->n; j++) {
		for (i = 0; i < j; i++)
			p->skip[j] |= p->x[i].len == p->x[j].len &&
			    memcmp(p->x[i].der, p->x[j].der, p->x[i].len) == 0;
	}
}

/* Nothing failed on the way, but a record names a certificate that is not on it. */
static void explain_stranger(struct tls_path *p)
{
	struct tls_text t;
	unsigned j;
	int r;

	for (j = 1; j < p->n; j++) {
		r = p->skip[j] || p->reached[j] ? -1 : anchor_record(p, j);
		if (r < 0)
			continue;
		t = fail(p, 1, "cert-chain");
		tls_text_str(&t, "TLSA record ");
		tls_text_uint(&t, (unsigned)r + 1);
		tls_text_str(&t, " matches certificate ");
		tls_text_uint(&t, j);
		tls_text_str(&t, " of the presented chain (the leaf is 0), but that is not on the "
		    "path of issuers from the leaf; present the missing intermediates or publish "
		    "the anchor that issued the leaf");
		return;
	}
}

/* Is a reason about the path of use?  Only if a record could have been met on it. */
static bool has_aim(const struct tls_path *p)
{
	unsigned r, j;

	for (r = 0; r < p->d->ntlsa; r++) {
		if (p->active[r] && p->d->tlsa[r].usage == 2 && p->d->tlsa[r].mtype == 0)
			return true;
	}
	for (j = 1; j < p->n; j++) {
		if (!p->skip[j] && anchor_record(p, j) >= 0)
			return true;
	}
	return false;
}

void tls_path_find(struct tls_path *p)
{
	unsigned i, j;

	p->tlsa = -1;
	p->depth = p->npath = 0;
	p->rank = p->sigs = p->runs = 0;
	p->stop = false;
	p->code[0] = p->reason[0] = '\0';
	memset(p->skip, 0, sizeof p->skip);
	memset(p->reached, 0, sizeof p->reached);
	mark_doubles(p);
	p->queue[0] = p->from[0] = p->level[0] = 0;
	p->nqueue = 1;
	for (i = 0; i < p->nqueue && !p->stop; i++) {
		try_given(p, p->queue[i]);
		for (j = 1; j < p->n && !p->stop; j++)
			try_presented(p, p->queue[i], j);
	}
	if (p->tlsa >= 0)
		return;
	explain_stranger(p);
	if (!has_aim(p))
		p->code[0] = p->reason[0] = '\0';
}
