/* SPDX-License-Identifier: ISC */
/*
 * tls/ocspsig.c: may the signer of an OCSP response speak for the leaf (RFC 6960 section
 * 4.2.2.2)?  Its issuer may, and a certificate that the issuer itself signed for just that.
 */
#include "tls/ocsp.h"

#include <string.h>

size_t tls_ocsp_key_hash(const struct tls_x509 *x, const br_hash_class *h, uint8_t out[64])
{
	struct tls_der s = tls_der_init(x->spki.val, x->spki.len);
	struct tls_tlv alg, key;

	if (!tls_der_get(&s, DER_SEQUENCE, &alg) || !tls_der_bits(&s, &key))
		return 0;
	return tls_hash(h, key.val, key.len, out);
}

/* ---- the issuer -------------------------------------------------------------------- */

static bool no_issuer(struct tls_ocsp_result *out, const char *why)
{
	return tls_ocsp_fail(out, TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer", why,
	    ", so nothing that the response says can be verified");
}

/* Why a certificate with the issuer's name is not shown to be the issuer. */
static void not_the_issuer(struct tls_ocsp_result *out, enum tls_sig s)
{
	if (s == TLS_SIG_BAD)
		(void)no_issuer(out, "the certificate presented under the name of the leaf's issuer "
		    "did not sign the leaf");
	else
		(void)tls_ocsp_fail(out, TLS_OCSP_UNVERIFIABLE, "ocsp-unsupported", "the leaf is signed "
		    "with an algorithm or key that is weak or not known here",
		    ", so its issuer cannot be told");
}

/* 1: this certificate is the issuer; 0: look on; -1: enough of that.  is_leaf: the leaf itself, which is
   not said to be presented as an issuer. */
static int try_issuer(struct tls_ocsp *o, const uint8_t *der, size_t len, bool is_leaf,
    struct tls_ocsp_result *out)
{
	enum tls_sig s;

	if (tls_x509_parse(&o->issuer, der, len) != 0 ||
	    !tls_dn_eq(&o->issuer.subject, &o->leaf.issuer))
		return 0;
	if (o->checks == TLS_MAX_OCSP_CHECKS) {
		(void)no_issuer(out, "too many certificates are presented under the name of "
		    "the leaf's issuer");
		return -1;
	}
	o->checks++;
	s = tls_x509_verify(&o->leaf, &o->issuer.pub);
	o->has_issuer = s == TLS_SIG_GOOD;
	if (!o->has_issuer && !is_leaf)
		not_the_issuer(out, s);
	return o->has_issuer;
}

void tls_ocsp_find_issuer(struct tls_ocsp *o, const struct tls_chain *c,
    const struct tls_tlsa *anchor, struct tls_ocsp_result *out)
{
	int found = 0;
	unsigned i;

	for (i = 0; i < c->n && found == 0; i++)
		found = try_issuer(o, c->der + c->off[i], c->len[i], i == 0, out);
	if (found == 0 && anchor != NULL)
		found = try_issuer(o, anchor->data, anchor->len, false, out);
	if (found == 0)
		(void)no_issuer(out, "the leaf's issuer is not among the certificates presented");
}

/* ---- the signer --------------------------------------------------------------------- */

/* RFC 6960 4.2.2.3: KeyHash is SHA-1, whatever the CertIDs have. */
static bool is_responder(const struct tls_ocsp *o, const struct tls_x509 *x)
{
	uint8_t hash[64];
	size_t n;

	if (!o->by_key)
		return tls_dn_eq(&o->responder, &x->subject);
	n = tls_ocsp_key_hash(x, &br_sha1_vtable, hash);
	return n > 0 && tls_der_eq(&o->responder, hash, n);
}

/* A signature that is not good: by code, whose it is, and what that comes to. */
static bool not_good(struct tls_ocsp_result *out, enum tls_sig s, const char *code,
    const char *whose)
{
	switch (s) {
	case TLS_SIG_UNSUPPORTED:
	case TLS_SIG_LARGE:
		return tls_ocsp_fail(out, TLS_OCSP_UNVERIFIABLE, "ocsp-unsupported", whose,
		    " is by an algorithm or key that is not known here");
	case TLS_SIG_WEAK:
		return tls_ocsp_fail(out, TLS_OCSP_BAD, code, whose,
		    " is by an algorithm or key too weak to prove anything (MD5, SHA-1, short RSA)");
	case TLS_SIG_PARAMS:
		return tls_ocsp_fail(out, TLS_OCSP_BAD, code, whose,
		    " has parameters that its algorithm does not have");
	case TLS_SIG_LIMITED:
		return tls_ocsp_fail(out, TLS_OCSP_BAD, code, whose,
		    " is of a kind that the key is not for");
	default:
		return tls_ocsp_fail(out, TLS_OCSP_BAD, code, whose, " does not verify");
	}
}

static bool may_check(struct tls_ocsp *o, struct tls_ocsp_result *out)
{
	if (o->checks++ < TLS_MAX_OCSP_CHECKS)
		return true;
	return tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-responder",
	    "too many signatures would have to be verified to find who signed the response", "");
}

static bool is_signed_by(struct tls_ocsp *o, const struct tls_x509 *x, struct tls_ocsp_result *out)
{
	enum tls_sig s;

	if (!may_check(o, out))
		return false;
	s = tls_sig_verify(&o->alg, o->tbs.all, o->tbs.all_len, o->signature.val, o->signature.len,
	    &x->pub);
	if (s != TLS_SIG_GOOD)
		return not_good(out, s, "ocsp-signature", "the signature of the response");
	if (o->by_key && x->subject.len > 0) /* a name says more than a hash */
		tls_dn_text(&x->subject, out->responder, sizeof out->responder);
	return true;
}

static bool may_not(struct tls_ocsp_result *out, const char *what)
{
	return tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-responder", "the responder's certificate ", what);
}

/* RFC 6960 4.2.2.2: was this certificate issued for signing responses, by the leaf's issuer itself?
   anyExtendedKeyUsage does not make it so. */
static bool is_delegate(struct tls_ocsp *o, const struct tls_x509 *x, struct tls_ocsp_result *out)
{
	enum tls_sig s;

	if (!x->ocsp_signing)
		return may_not(out, "is not for signing OCSP responses (id-kp-OCSPSigning)");
	if (x->bad_ext || x->bad_nc)
		return may_not(out, "has malformed extensions");
	if (x->unknown_critical) /* RFC 5280 4.2 */
		return may_not(out, "has a critical extension that is not known here");
	if (x->has_ku && (x->ku & TLS_KU_SIGN) == 0) /* RFC 5280 4.2.1.3 */
		return may_not(out, "may not sign by its key usage");
	if (x->bad_dates)
		return may_not(out, "has malformed validity dates");
	if (o->now > x->not_after)
		return may_not(out, "has expired");
	if (o->now < x->not_before)
		return may_not(out, "is not yet valid");
	if (!tls_dn_eq(&x->issuer, &o->leaf.issuer))
		return may_not(out, "is not by the leaf's issuer");
	if (!may_check(o, out))
		return false;
	s = tls_x509_verify(x, &o->issuer.pub);
	return s == TLS_SIG_GOOD ||
	    not_good(out, s, "ocsp-responder", "the issuer's signature of the responder's certificate");
}

bool tls_ocsp_is_signed(struct tls_ocsp *o, struct tls_ocsp_result *out)
{
	struct tls_der list = tls_der_init(o->certs.val, o->certs.len);
	struct tls_tlv cert;
	struct tls_x509 x;

	if (is_responder(o, &o->issuer) && is_signed_by(o, &o->issuer, out))
		return true;
	while (!tls_der_is_end(&list) && tls_der_get(&list, DER_SEQUENCE, &cert)) {
		if (tls_x509_parse(&x, cert.all, cert.all_len) != 0 || !is_responder(o, &x))
			continue;
		if (is_delegate(o, &x, out) && is_signed_by(o, &x, out)) {
			out->delegated = true;
			return true;
		}
	}
	return tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-responder", "the response is neither signed by "
	    "the leaf's issuer nor does it bring the certificate of its signer", "");
}
