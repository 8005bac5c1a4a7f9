/* SPDX-License-Identifier: ISC */
/*
 * Keys, zones and their signatures: RRSIG and NSEC (RFC 4034), NSEC3 with and without
 * opt-out (RFC 5155), DS.  Also what a broken signer or a broken secondary makes of
 * them: signatures damaged, stripped, expired or not yet valid, for one type of a zone.
 */
#include "tests/lab/lab.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TTL 300
#define HOUR 3600u
#define DAY (24 * HOUR)

/* ---- keys ----------------------------------------------------------------- */

static void ec_make(struct pkey *k, const br_prng_class **rng, int curve)
{
	const br_ec_impl *ec = br_ec_get_default();
	br_ec_public_key pk;

	if (br_ec_keygen(rng, ec, &k->esk, k->sbuf, curve) == 0)
		die("no EC key");
	k->publen = br_ec_compute_pub(ec, &pk, k->pub, &k->esk);
}

struct pkey *pkey_make(int kind, unsigned bits)
{
	struct pkey *k = xalloc(sizeof *k);
	br_hmac_drbg_context rng;
	uint8_t seed[32];

	randombytes_buf(seed, sizeof seed);
	br_hmac_drbg_init(&rng, &br_sha256_vtable, seed, sizeof seed);
	k->kind = kind;
	k->bits = bits;
	if (kind == K_RSA) {
		if (!br_rsa_keygen_get_default()(&rng.vtable, &k->rsk, k->sbuf, &k->rpk, k->pbuf,
		    bits, 65537))
			die("no RSA key");
	} else if (kind == K_ED) {
		crypto_sign_keypair(k->pub, k->ed);
		k->publen = 32;
	} else {
		ec_make(k, &rng.vtable, kind == K_P256 ? BR_EC_secp256r1 : BR_EC_secp384r1);
	}
	return k;
}

static size_t rsa_sign(const struct pkey *k, bool sha512, const void *p, size_t n, uint8_t *sig)
{
	const unsigned char *oid = sha512 ? BR_HASH_OID_SHA512 : BR_HASH_OID_SHA256;
	uint8_t h[64];

	if (sha512)
		crypto_hash_sha512(h, p, n);
	else
		crypto_hash_sha256(h, p, n);
	if (!br_rsa_pkcs1_sign_get_default()(oid, h, sha512 ? 64 : 32,
	    &k->rsk, sig))
		die("RSA signing failed");
	return (k->rsk.n_bitlen + 7) / 8;
}

size_t pkey_sign(const struct pkey *k, bool sha512, bool asn1, const void *p, size_t n,
    uint8_t *sig)
{
	const br_hash_class *hc = k->kind == K_P256 ? &br_sha256_vtable : &br_sha384_vtable;
	br_hash_compat_context h;
	uint8_t digest[64];
	size_t len;

	if (k->kind == K_RSA)
		return rsa_sign(k, sha512, p, n, sig);
	if (k->kind == K_ED) {
		crypto_sign_detached(sig, NULL, p, n, k->ed);
		return 64;
	}
	hc->init(&h.vtable);
	hc->update(&h.vtable, p, n);
	hc->out(&h.vtable, digest);
	len = (asn1 ? br_ecdsa_sign_asn1_get_default() : br_ecdsa_sign_raw_get_default())(
	    br_ec_get_default(), hc, digest, &k->esk, sig);
	if (len == 0)
		die("ECDSA signing failed");
	return len;
}

/* ---- zones ------------------------------------------------------------------ */

struct zone *zone_new(int level, unsigned alg, const char *fmt, ...)
{
	struct zone *z = xalloc(sizeof *z);
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	nm(z->apex, "%s", text);
	z->level = level;
	z->alg = alg;
	z->is_signed = alg != 0;
	z->digest = alg == 14 ? 4 : 2;
	return z;
}

void zone_add(struct zone *z, const uint8_t *owner, uint16_t type, const void *rd, size_t len)
{
	struct rr *r;

	if (z->n == z->cap) {
		z->cap = z->cap ? z->cap * 2 : 32;
		z->rr = realloc(z->rr, z->cap * sizeof *z->rr);
		if (!z->rr)
			die("no memory");
	}
	r = &z->rr[z->n++];
	memset(r, 0, sizeof *r);
	memcpy(r->owner, owner, nm_len(owner));
	r->type = type;
	r->ttl = TTL;
	r->len = (uint16_t)len;
	r->rd = xalloc(len + 1);
	memcpy(r->rd, rd, len);
}

static unsigned key_tag(const uint8_t *rd, size_t n)
{
	uint32_t ac = 0;

	for (size_t i = 0; i < n; i++)
		ac += (i & 1) ? rd[i] : (uint32_t)rd[i] << 8;
	return (ac + (ac >> 16)) & 0xffff;
}

static void key_rdata(struct zkey *zk)
{
	const struct pkey *k = zk->k;
	uint8_t *p = zk->rd;

	*p++ = (uint8_t)(zk->flags >> 8);
	*p++ = (uint8_t)zk->flags;
	*p++ = 3;
	*p++ = (uint8_t)zk->alg;
	if (k->kind == K_RSA) {
		const uint8_t *n = k->rpk.n;
		size_t len = k->rpk.nlen;
		*p++ = (uint8_t)k->rpk.elen;
		memcpy(p, k->rpk.e, k->rpk.elen);
		p += k->rpk.elen;
		for (; len && *n == 0; len--)
			n++;
		memcpy(p, n, len);
		p += len;
	} else {
		size_t skip = k->kind == K_ED ? 0 : 1; /* the 04 of an uncompressed point */
		memcpy(p, k->pub + skip, k->publen - skip);
		p += k->publen - skip;
	}
	zk->len = (size_t)(p - zk->rd);
	zk->tag = key_tag(zk->rd, zk->len);
}

/* A zone of RSA keys has a long one to sign the short one, as the root has. */
void zone_keys(struct zone *z)
{
	int kind = z->alg == 13 ? K_P256 : z->alg == 14 ? K_P384 : z->alg == 15 ? K_ED : K_RSA;

	z->nkeys = z->csk ? 1 : 2;
	for (unsigned i = 0; i < z->nkeys; i++) {
		struct zkey *k = &z->key[i];
		k->flags = i == 0 ? 257 : 256;
		k->alg = z->unknown_alg ? 200 : z->alg; /* 200 is unassigned */
		k->k = pkey_make(kind, i == 0 && z->level == 0 ? 2048 : 1280);
		key_rdata(k);
	}
}

size_t zone_ds(const struct zone *z, uint8_t *rd)
{
	const struct zkey *k = &z->key[0];
	size_t nl = nm_len(z->apex);
	uint8_t buf[NAME + 300];

	memcpy(buf, z->apex, nl);
	memcpy(buf + nl, k->rd, k->len);
	rd[0] = (uint8_t)(k->tag >> 8);
	rd[1] = (uint8_t)k->tag;
	rd[2] = (uint8_t)k->alg;
	rd[3] = (uint8_t)z->digest;
	if (z->digest == 4) {
		br_sha384_context h;
		br_sha384_init(&h);
		br_sha384_update(&h, buf, nl + k->len);
		br_sha384_out(&h, rd + 4);
	} else {
		crypto_hash_sha256(rd + 4, buf, nl + k->len);
	}
	if (z->bad_ds)
		rd[10] ^= 1;
	return z->digest == 4 ? 52 : 36;
}

/* The delegation that the name is at or below, or NULL. */
const uint8_t *zone_cut(const struct zone *z, const uint8_t *name)
{
	for (size_t i = 0; i < z->n; i++)
		if (z->rr[i].type == NS && !nm_eq(z->rr[i].owner, z->apex) &&
		    nm_under(name, z->rr[i].owner))
			return z->rr[i].owner;
	return NULL;
}

static int rr_cmp(const void *a, const void *b)
{
	const struct rr *x = a, *y = b;
	int c = nm_cmp(x->owner, y->owner);

	if (c == 0)
		c = (int)x->type - (int)y->type;
	if (c == 0)
		c = memcmp(x->rd, y->rd, x->len < y->len ? x->len : y->len);
	return c ? c : (int)x->len - (int)y->len;
}

/* ---- signatures -------------------------------------------------------------- */

static void sig_times(const struct zone *z, uint16_t type, uint32_t now, uint32_t *from,
    uint32_t *to)
{
	*from = now - HOUR;
	*to = now + 14 * DAY;
	if (type == z->odd_type && z->odd == ODD_EXPIRED) {
		*from = now - 30 * DAY;
		*to = now - DAY;
	}
	if (type == z->odd_type && z->odd == ODD_EARLY) {
		*from = now + DAY;
		*to = now + 30 * DAY;
	}
}

/* RFC 4034 section 3.1.8.1: the n records from r on, sorted already. */
static void sign_set(struct zone *z, const struct rr *r, size_t n, const struct zkey *k,
    uint32_t now)
{
	struct msg *m = xalloc(sizeof *m);
	uint8_t owner[NAME], sig[600], *rd;
	uint32_t from, to;
	size_t head, len;

	memcpy(owner, r->owner, sizeof owner);
	sig_times(z, r->type, now, &from, &to);
	put16(m, r->type);
	put8(m, k->alg);
	put8(m, (unsigned)nm_labels(owner) - (owner[0] == 1 && owner[1] == '*'));
	put32(m, r->ttl);
	put32(m, to);
	put32(m, from);
	put16(m, k->tag);
	put(m, z->apex, nm_len(z->apex));
	head = m->n;
	for (size_t i = 0; i < n; i++) {
		put(m, r[i].owner, nm_len(r[i].owner));
		put16(m, r[i].type);
		put16(m, 1);
		put32(m, r[i].ttl);
		put16(m, r[i].len);
		put(m, r[i].rd, r[i].len);
	}
	len = pkey_sign(k->k, k->alg == 10, false, m->b, m->n, sig);
	if (r->type == z->odd_type && z->odd == ODD_BADSIG)
		sig[len / 2] ^= 0x10;
	rd = xalloc(head + len);
	memcpy(rd, m->b, head);
	memcpy(rd + head, sig, len);
	if (!(r->type == z->odd_type && z->odd == ODD_STRIPPED))
		zone_add(z, owner, RRSIG, rd, head + len);
	free(rd);
	free(m);
}

static void sign_all(struct zone *z, uint32_t now)
{
	size_t n = z->n, e;

	for (size_t i = 0; i < n; i = e) {
		const uint8_t *cut = zone_cut(z, z->rr[i].owner);
		uint16_t type = z->rr[i].type;
		for (e = i + 1; e < n && z->rr[e].type == type &&
		    nm_eq(z->rr[e].owner, z->rr[i].owner); e++)
			;
		if (cut && (!nm_eq(cut, z->rr[i].owner) || (type != DS && type != NSEC)))
			continue;
		sign_set(z, &z->rr[i], e - i,
		    &z->key[type == DNSKEY || z->nkeys == 1 ? 0 : 1], now);
	}
}

/* ---- NSEC and NSEC3 ------------------------------------------------------------- */

/* Type bit map of the records at name; all types of the lab are in window 0. */
static size_t bitmap(const struct zone *z, const uint8_t *name, bool nsec, uint8_t *out)
{
	const uint8_t *cut = zone_cut(z, name);
	bool set[256] = {false};
	int top = -1;

	for (size_t i = 0; i < z->n; i++)
		if (nm_eq(z->rr[i].owner, name) &&
		    (!cut || z->rr[i].type == NS || z->rr[i].type == DS))
			set[z->rr[i].type] = true;
	for (int i = 0; i < 256 && !set[RRSIG]; i++)
		set[RRSIG] = set[i] && (!cut || i == DS);
	if (nsec)
		set[NSEC] = set[RRSIG] = true;
	memset(out, 0, 34);
	for (int i = 0; i < 256; i++)
		if (set[i]) {
			out[2 + i / 8] |= (uint8_t)(0x80 >> i % 8);
			top = i / 8;
		}
	out[1] = (uint8_t)(top + 1);
	return top < 0 ? 0 : (size_t)top + 3;
}

struct owner { uint8_t name[NAME], hash[20]; };

static int owner_cmp_name(const void *a, const void *b)
{
	return nm_cmp(((const struct owner *)a)->name, ((const struct owner *)b)->name);
}

static int owner_cmp_hash(const void *a, const void *b)
{
	return memcmp(((const struct owner *)a)->hash, ((const struct owner *)b)->hash, 20);
}

static bool has_type(const struct zone *z, const uint8_t *name, uint16_t type)
{
	for (size_t i = 0; i < z->n; i++)
		if (z->rr[i].type == type && nm_eq(z->rr[i].owner, name))
			return true;
	return false;
}

static void owner_add(struct owner *o, size_t *n, const uint8_t *name)
{
	for (size_t i = 0; i < *n; i++)
		if (nm_eq(o[i].name, name))
			return;
	memcpy(o[(*n)++].name, name, nm_len(name));
}

/* The names that get a record in the chain; with NSEC3 also empty non-terminals. */
static struct owner *owners(const struct zone *z, size_t *n)
{
	struct owner *o = xalloc((z->n * 4 + 4) * sizeof *o);
	int base = nm_labels(z->apex);

	*n = 0;
	for (size_t i = 0; i < z->n; i++) {
		const uint8_t *name = z->rr[i].owner, *cut = zone_cut(z, name);
		if (cut && !nm_eq(cut, name))
			continue; /* glue */
		if (cut && z->optout && !has_type(z, name, DS))
			continue;
		owner_add(o, n, name);
		for (int l = nm_labels(name) - 1; z->nsec3 && l > base; l--)
			owner_add(o, n, nm_up(name, l));
	}
	return o;
}

static void make_nsec(struct zone *z)
{
	size_t n;
	struct owner *o = owners(z, &n);
	uint8_t rd[NAME + 34];

	qsort(o, n, sizeof *o, owner_cmp_name);
	for (size_t i = 0; i < n; i++) {
		const uint8_t *next = o[(i + 1) % n].name;
		memcpy(rd, next, nm_len(next));
		zone_add(z, o[i].name, NSEC, rd,
		    nm_len(next) + bitmap(z, o[i].name, true, rd + nm_len(next)));
	}
	free(o);
}

/* RFC 5155 section 5. */
void zone_hash(const struct zone *z, const uint8_t *name, uint8_t out[20])
{
	for (unsigned i = 0; i <= z->iterations; i++) {
		br_sha1_context h;
		br_sha1_init(&h);
		br_sha1_update(&h, i ? out : name, i ? 20 : nm_len(name));
		br_sha1_update(&h, z->salt, z->saltlen);
		br_sha1_out(&h, out);
	}
}

static size_t nsec3_head(const struct zone *z, unsigned flags, uint8_t *rd)
{
	rd[0] = 1;
	rd[1] = (uint8_t)flags;
	rd[2] = (uint8_t)(z->iterations >> 8);
	rd[3] = (uint8_t)z->iterations;
	rd[4] = (uint8_t)z->saltlen;
	memcpy(rd + 5, z->salt, z->saltlen);
	return 5u + z->saltlen;
}

static void make_nsec3(struct zone *z)
{
	size_t n, len;
	struct owner *o;
	uint8_t rd[100], owner[NAME];
	char label[40], apex[NAME + 2];

	len = nsec3_head(z, 0, rd);
	zone_add(z, z->apex, NSEC3PARAM, rd, len);
	o = owners(z, &n);
	for (size_t i = 0; i < n; i++)
		zone_hash(z, o[i].name, o[i].hash);
	qsort(o, n, sizeof *o, owner_cmp_hash);
	for (size_t i = 0; i < n; i++) {
		len = nsec3_head(z, z->optout, rd);
		rd[len++] = 20;
		memcpy(rd + len, o[(i + 1) % n].hash, 20);
		len += 20;
		len += bitmap(z, o[i].name, false, rd + len);
		b32hex(o[i].hash, 20, label);
		nm(owner, "%s.%s", label, nm_str(z->apex, apex));
		zone_add(z, owner, NSEC3, rd, len);
	}
	free(o);
}

/* The keys' records, the chain and the signatures; sorts the zone in any case. */
void zone_sign(struct zone *z, uint32_t now)
{
	if (z->is_signed) {
		for (unsigned i = 0; i < z->nkeys; i++)
			zone_add(z, z->apex, DNSKEY, z->key[i].rd, z->key[i].len);
		if (z->nsec3)
			make_nsec3(z);
		else
			make_nsec(z);
	}
	qsort(z->rr, z->n, sizeof *z->rr, rr_cmp);
	if (z->is_signed)
		sign_all(z, now);
	qsort(z->rr, z->n, sizeof *z->rr, rr_cmp);
}

/* ---- dump -------------------------------------------------------------------------- */

static void dump_rr(FILE *f, const struct rr *r)
{
	char buf[1100];

	fprintf(f, "%s %u IN TYPE%u \\# %u ", nm_str(r->owner, buf), r->ttl, r->type, r->len);
	for (size_t i = 0; i < r->len; i++)
		fprintf(f, "%02X", r->rd[i]);
	fputc('\n', f);
}

/* One file a zone, named after it, in the form of RFC 3597, SOA first. */
void zone_dump(const struct zone *z, const char *dir)
{
	char path[1000], name[NAME + 2];
	FILE *f;

	nm_str(z->apex, name);
	if (strlen(name) > 1)
		name[strlen(name) - 1] = 0;
	snprintf(path, sizeof path, "%s/%s.zone", dir, name[0] == '.' ? "root" : name);
	f = fopen(path, "w");
	if (!f)
		die("cannot write %s", path);
	for (size_t i = 0; i < z->n; i++)
		if (z->rr[i].type == SOA)
			dump_rr(f, &z->rr[i]);
	for (size_t i = 0; i < z->n; i++)
		if (z->rr[i].type != SOA)
			dump_rr(f, &z->rr[i]);
	if (fclose(f) != 0)
		die("cannot write %s", path);
}
