/* SPDX-License-Identifier: ISC */
/*
 * tls/ocsp.c: what does a stapled OCSP response say of the leaf, and does it still count (RFC
 * 6960 sections 3.2 and 4.2.2.1)?  The whole response must be well-formed, also where it is about
 * other certificates.  Read by ocspread.c; who signed: ocspsig.c.
 */
#include "tls/ocsp.h"

#include <string.h>

/* How far a CertID agrees with the leaf and its issuer. */
enum match { NO_SERIAL = 0, NO_HASH, NO_NAME, NO_KEY, MATCH };

/* NULL: not one that CertIDs are known here to be made with. */
static const br_hash_class *certid_hash(const struct tls_tlv *alg)
{
	static const uint8_t sha1[] = { 0x2b, 0x0e, 3, 2, 0x1a };
	static const uint8_t sha256[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1 };
	struct tls_der r = tls_der_init(alg->val, alg->len);
	struct tls_tlv oid, null;

	if (!tls_der_get(&r, DER_OID, &oid))
		return NULL;
	if (!tls_der_is_end(&r) && (!tls_der_get(&r, DER_NULL, &null) || null.len != 0 ||
	    !tls_der_is_done(&r)))
		return NULL;
	if (tls_der_eq(&oid, sha1, sizeof sha1))
		return &br_sha1_vtable;
	return tls_der_eq(&oid, sha256, sizeof sha256) ? &br_sha256_vtable : NULL;
}

/* RFC 6960 4.1.1.  Of an issuer that was not presented, the key cannot be compared. */
static enum match match_leaf(const struct tls_ocsp *o, const struct tls_ocsp_single *s)
{
	const struct tls_tlv *name = &o->leaf.issuer;
	const br_hash_class *h;
	uint8_t hash[64];
	size_t n;

	if (!tls_der_eq(&s->serial, o->leaf.serial.val, o->leaf.serial.len))
		return NO_SERIAL;
	h = certid_hash(&s->alg);
	if (h == NULL)
		return NO_HASH;
	n = tls_hash(h, name->all, name->all_len, hash);
	if (!tls_der_eq(&s->name_hash, hash, n))
		return NO_NAME;
	if (!o->has_issuer)
		return MATCH;
	n = tls_ocsp_key_hash(&o->issuer, h, hash);
	return n > 0 && tls_der_eq(&s->key_hash, hash, n) ? MATCH : NO_KEY;
}

static bool no_match(struct tls_ocsp_result *out, enum match m)
{
	static const char *const why[] = { "serialNumber is not the leaf's", "",
		"issuerNameHash is not of the leaf's issuer", "issuerKeyHash is not of the issuer's key" };

	if (m == NO_HASH)
		return tls_ocsp_fail(out, TLS_OCSP_UNVERIFIABLE, "ocsp-unsupported",
		    "hashAlgorithm is not SHA-1 or SHA-256, the only ones known here for a CertID", "");
	return tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-other-cert",
	    "the response is about another certificate: ", why[m]);
}

/* Which of two about the leaf counts: what is worse, or else newer. */
static bool is_before(const struct tls_ocsp_single *a, const struct tls_ocsp_single *b)
{
	static const uint8_t rank[] = { 0, 1, 3, 2 };

	return rank[a->says] > rank[b->says] ||
	    (a->says == b->says && a->this_update > b->this_update);
}

/* False: out says why there is none. */
static bool find_single(const struct tls_ocsp *o, struct tls_ocsp_single *best,
    struct tls_ocsp_result *out)
{
	struct tls_der list = tls_der_init(o->responses.val, o->responses.len);
	enum match most = NO_SERIAL, m;
	struct tls_ocsp_single s;
	unsigned n = 0;

	memset(best, 0, sizeof *best);
	while (!tls_der_is_end(&list)) {
		if (n++ == TLS_MAX_OCSP_SINGLES)
			return tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-parse",
			    "responses has too many SingleResponses", "");
		if (!tls_ocsp_read_single(&list, &s, out))
			return false;
		m = match_leaf(o, &s);
		if (m == MATCH && (most != MATCH || is_before(&s, best)))
			*best = s;
		most = m > most ? m : most;
	}
	return most == MATCH || no_match(out, most);
}

/* ---- the verdict ------------------------------------------------------------------------- */

static void show(const struct tls_ocsp_single *s, struct tls_ocsp_result *out)
{
	out->says = s->says;
	out->this_update = s->this_update;
	out->next_update = s->next_update;
	out->revoked_at = s->revoked_at;
	out->revoked_why = s->why;
}

static bool late(struct tls_ocsp_result *out, const char *code, const char *why)
{
	tls_ocsp_set(out, TLS_OCSP_STALE, code, why, "");
	return false;
}

/* RFC 6960 3.2 points 5 and 6; without nextUpdate, see the contract. */
static bool is_in_time(const struct tls_ocsp_single *s, int64_t now, struct tls_ocsp_result *out)
{
	if (s->this_update - TLS_OCSP_SKEW > now)
		return late(out, "ocsp-not-yet-valid", "thisUpdate is in the future");
	if (s->has_next && s->next_update < now)
		return late(out, "ocsp-stale", "the response is out of date: nextUpdate has passed");
	if (!s->has_next && s->this_update + TLS_OCSP_MAX_AGE < now)
		return late(out, "ocsp-stale", "the response is out of date: "
		    "thisUpdate is more than a week ago, and there is no nextUpdate");
	return true;
}

static void conclude(const struct tls_ocsp_single *s, struct tls_ocsp_result *out)
{
	if (s->says == TLS_OCSP_SAYS_GOOD)
		tls_ocsp_set(out, TLS_OCSP_GOOD, "ocsp-good", "the certificate is not revoked", "");
	else if (s->says == TLS_OCSP_SAYS_REVOKED)
		tls_ocsp_set(out, TLS_OCSP_REVOKED, "ocsp-revoked", s->why[0] == '\0' ?
		    "the certificate is revoked, no reason given" : "the certificate is revoked: ", s->why);
	else
		tls_ocsp_set(out, TLS_OCSP_UNKNOWN, "ocsp-unknown",
		    "the responder does not know the certificate", "");
}

static bool parse_leaf(struct tls_ocsp *o, const struct tls_chain *c, struct tls_ocsp_result *out)
{
	if (c->n > 0 && !c->overflow && tls_x509_parse(&o->leaf, c->der + c->off[0], c->len[0]) == 0)
		return true;
	return tls_ocsp_fail(out, TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer",
	    "no certificate that the response could be about can be had from the chain presented", "");
}

void tls_ocsp_check(const uint8_t *der, size_t len, const struct tls_chain *c,
    const struct tls_tlsa *anchor, int64_t now, struct tls_ocsp_result *out)
{
	struct tls_ocsp_result why; /* is there no issuer */
	struct tls_ocsp_single s;
	struct tls_ocsp o;

	memset(out, 0, sizeof *out);
	memset(&why, 0, sizeof why);
	memset(&o, 0, sizeof o);
	out->revoked_why = "";
	o.now = now;
	if (!tls_ocsp_read(&o, der, len, out) || !parse_leaf(&o, c, out))
		return;
	tls_ocsp_find_issuer(&o, c, anchor, &why);
	if (!find_single(&o, &s, out))
		return;
	show(&s, out);
	if (!o.has_issuer)
		tls_ocsp_set(out, why.state, why.code, why.reason, "");
	else if (tls_ocsp_is_signed(&o, out) && is_in_time(&s, now, out))
		conclude(&s, out);
}

void tls_ocsp_too_large(struct tls_ocsp_result *out)
{
	memset(out, 0, sizeof *out);
	out->revoked_why = "";
	tls_ocsp_set(out, TLS_OCSP_BAD, "ocsp-parse",
	    "the response is over 16 KiB, and was not read", "");
}
