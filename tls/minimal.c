/* SPDX-License-Identifier: ISC */
/*
 * tls/minimal.c: the second judge.  A path that path.c and vet.c found good is put before
 * br_x509_minimal too, when it is of a kind that this can judge; where it is not, for PSS,
 * Ed25519 and what tls_minimal_can() lists, our own judgement stands alone.
 */
#include "tls/path.h"

#include <string.h>

/* ---- when ------------------------------------------------------------------------ */

static bool same_octets(const struct tls_tlv *a, const struct tls_tlv *b)
{
	return tls_der_eq(a, b->val, b->len);
}

/* Critical extensions that it does not know (extKeyUsage, certificatePolicies, name constraints);
   keys and signatures that it does not know; names that differ in octets only; and self-issued
   intermediates, which it counts as part of the path length. */
bool tls_minimal_can(const struct tls_path *p, const uint8_t *path, unsigned n,
    const struct tls_tlv *dn, const struct tls_key *key)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		const struct tls_x509 *x = &p->x[path[i]];

		if (x->minimal_refuses || x->key.key_type == 0 || !tls_sig_is_plain(&x->sig_alg) ||
		    !same_octets(&x->issuer, i + 1 < n ? &p->x[path[i + 1]].subject : dn) ||
		    (i > 0 && tls_x509_is_self_issued(x)))
			return false;
	}
	return key->br.key_type != 0;
}

/* ---- the run ---------------------------------------------------------------------- */

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

/* The name for it: it looks at the CN only if there is no SAN extension at all; RFC 6125
   section 6.4.4 lets it count if the SAN has no dNSName: then ours is the only judge of that. */
static const char *name_for(const struct tls_x509 *leaf, const char *name)
{
	struct tls_der pos = { NULL, NULL, false };
	struct tls_tlv t;

	return leaf->san.val == NULL || tls_x509_san_next(leaf, &pos, &t) ? name : NULL;
}

static unsigned run(const struct tls_path *p, const uint8_t *path, unsigned n,
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

const char *tls_minimal_run(const struct tls_path *p, const uint8_t *path, unsigned n,
    const struct tls_tlv *dn, const struct tls_key *key, const char *name)
{
	br_x509_trust_anchor ta;
	unsigned err;

	memset(&ta, 0, sizeof ta);
	ta.dn.data = (unsigned char *)dn->all;
	ta.dn.len = dn->all_len;
	ta.flags = BR_X509_TA_CA;
	ta.pkey = key->br;
	err = run(p, path, n, &ta, name_for(&p->x[0], name));
	return err == 0 ? NULL : minimal_str(err);
}
