/* SPDX-License-Identifier: ISC */
/* tests/peer13.c: see peer13.h. */
#include "tests/peer13.h"
#include "tls/sig.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- keys ------------------------------------------------------------------------------ */

static size_t file(const char *folder, const char *name, const char *end, char *buf, size_t cap)
{
	char path[256];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "tests/vectors/%s/%s.%s", folder, name, end);
	f = fopen(path, "rb");
	if (f == NULL)
		return 0;
	n = fread(buf, 1, cap, f);
	fclose(f);
	return n < cap ? n : 0;
}

struct octets {
	size_t n;
	uint8_t b[8192];
};

static void put(void *ctx, const void *p, size_t n)
{
	struct octets *o = ctx;

	assert(n <= sizeof o->b - o->n);
	memcpy(o->b + o->n, p, n);
	o->n += n;
}

/* The first object. */
static void pem(const char *text, size_t n, struct octets *o)
{
	br_pem_decoder_context d;
	size_t k;

	o->n = 0;
	br_pem_decoder_init(&d);
	while (n > 0) {
		k = br_pem_decoder_push(&d, text, n);
		text += k;
		n -= k;
		switch (br_pem_decoder_event(&d)) {
		case BR_PEM_BEGIN_OBJ:
			br_pem_decoder_setdest(&d, put, o);
			break;
		case BR_PEM_END_OBJ:
			return;
		}
	}
}

bool peer13_key_load(struct peer13_key *k, const char *folder, const char *cert, const char *key)
{
	static char text[16384];
	struct octets o;
	uint8_t pk[32];
	const char *err;
	size_t n = file(folder, cert, "pem", text, sizeof text);

	memset(k, 0, sizeof *k);
	if (n == 0 || tls_chain_pem(&k->chain, text, n, &err) != 0)
		return false;
	n = file(folder, key, "key", text, sizeof text);
	if (n == 0)
		return false;
	pem(text, n, &o);
	k->ed = o.n == 48; /* RFC 8410 section 7: the seed is at the end */
	if (k->ed)
		return crypto_sign_seed_keypair(pk, k->ed_secret, o.b + 16) == 0;
	br_skey_decoder_init(&k->br);
	br_skey_decoder_push(&k->br, o.b, o.n);
	return br_skey_decoder_last_error(&k->br) == 0;
}

/* ---- signatures ------------------------------------------------------------------------ */

static void mgf1(const br_hash_class *h, const uint8_t *seed, uint8_t *out, size_t n)
{
	size_t len = tls_hash_len(h), i, at;
	uint8_t in[64 + 4], block[64];

	memcpy(in, seed, len);
	for (at = 0; at < n; at += len) {
		memset(in + len, 0, 4);
		in[len + 3] = (uint8_t)(at / len);
		tls_hash(h, in, len + 4, block);
		for (i = 0; i < len && at + i < n; i++)
			out[at + i] ^= block[i];
	}
}

/* RFC 8017 section 9.1.1, a salt of fives as long as the hash. */
static size_t sign_pss(const br_rsa_private_key *sk, const br_hash_class *h, const uint8_t *hash,
    uint8_t *em)
{
	size_t len = tls_hash_len(h), n = (sk->n_bitlen + 7) / 8, db = n - len - 1;
	uint8_t m[8 + 64 + 64] = { 0 };

	memcpy(m + 8, hash, len);
	memset(m + 8 + len, 5, len);
	tls_hash(h, m, 8 + 2 * len, em + db);
	memset(em, 0, db);
	em[db - len - 1] = 1;
	memset(em + db - len, 5, len);
	mgf1(h, em + db, em, db);
	em[0] &= (uint8_t)(0xff >> (8 * n - sk->n_bitlen + 1));
	em[n - 1] = 0xbc;
	assert(br_rsa_private_get_default()(em, sk) == 1);
	return n;
}

static const br_hash_class *hash_of(unsigned scheme)
{
	switch (scheme) {
	case TLS_RSA_PKCS1_SHA384: case TLS_ECDSA_P384_SHA384: case TLS_PSS_RSAE_SHA384:
	case TLS_PSS_PSS_SHA384:
		return &br_sha384_vtable;
	case TLS_RSA_PKCS1_SHA512: case TLS_ECDSA_P521_SHA512: case TLS_PSS_RSAE_SHA512:
	case TLS_PSS_PSS_SHA512:
		return &br_sha512_vtable;
	case 0x0201: case 0x0203:
		return &br_sha1_vtable;
	default:
		return &br_sha256_vtable;
	}
}

static size_t sign_pkcs1(const br_rsa_private_key *sk, const br_hash_class *h, const uint8_t *hash,
    uint8_t *sig)
{
	const unsigned char *oid = h == &br_sha1_vtable ? BR_HASH_OID_SHA1 : h == &br_sha256_vtable ?
	    BR_HASH_OID_SHA256 : h == &br_sha384_vtable ? BR_HASH_OID_SHA384 : BR_HASH_OID_SHA512;

	assert(br_rsa_pkcs1_sign_get_default()(oid, hash, tls_hash_len(h), sk, sig) == 1);
	return (sk->n_bitlen + 7) / 8;
}

size_t peer13_sign(const struct peer13_key *by, unsigned scheme, const uint8_t *text, size_t n,
    uint8_t *sig)
{
	const br_hash_class *h = hash_of(scheme);
	uint8_t hash[64];

	if (by->ed) {
		crypto_sign_detached(sig, NULL, text, n, by->ed_secret);
		return 64;
	}
	(void)tls_hash(h, text, n, hash);
	if (by->br.key_type == BR_KEYTYPE_EC)
		return br_ecdsa_sign_asn1_get_default()(br_ec_get_default(), h, hash, &by->br.key.ec, sig);
	if (scheme == TLS_RSA_PKCS1_SHA256 || scheme == TLS_RSA_PKCS1_SHA384 ||
	    scheme == TLS_RSA_PKCS1_SHA512 || scheme == 0x0201)
		return sign_pkcs1(&by->br.key.rsa, h, hash, sig);
	return sign_pss(&by->br.key.rsa, h, hash, sig);
}

/* ---- the wire -------------------------------------------------------------------------- */

void peer13_padded(struct peer13 *p, unsigned type, const uint8_t *content, size_t n, size_t zeros)
{
	uint8_t *rec = p->wire + p->nwire;

	assert(n + zeros + TLS_RECORD_EXTRA <= sizeof p->wire - p->nwire);
	if (n > 0)
		memcpy(rec + TLS_RECORD_HEAD, content, n);
	if (zeros > 0) { /* the last one stands where the type would */
		rec[TLS_RECORD_HEAD + n] = (uint8_t)type;
		memset(rec + TLS_RECORD_HEAD + n + 1, 0, zeros - 1);
		p->nwire += tls_record_seal(&p->out, 0, rec, n + zeros);
	} else {
		p->nwire += tls_record_seal(&p->out, type, rec, n);
	}
}

void peer13_record(struct peer13 *p, unsigned type, const uint8_t *content, size_t n)
{
	peer13_padded(p, type, content, n, 0);
}

void peer13_plain(struct peer13 *p, unsigned type, const uint8_t *content, size_t n)
{
	uint8_t *rec = p->wire + p->nwire;

	assert(n + TLS_RECORD_HEAD <= sizeof p->wire - p->nwire);
	rec[0] = (uint8_t)type;
	rec[1] = rec[2] = 3;
	rec[3] = (uint8_t)(n >> 8);
	rec[4] = (uint8_t)n;
	if (n > 0)
		memcpy(rec + TLS_RECORD_HEAD, content, n);
	p->nwire += TLS_RECORD_HEAD + n;
}

void peer13_flush(struct peer13 *p, size_t piece)
{
	size_t at, k;

	for (at = 0; at < p->nflight; at += k) {
		k = p->nflight - at < piece ? p->nflight - at : piece;
		peer13_record(p, TLS_HANDSHAKE_DATA, p->flight + at, k);
	}
	p->nflight = 0;
}

/* ---- messages -------------------------------------------------------------------------- */

static void transcript(const struct peer13 *p, uint8_t *hash)
{
	const br_hash_class *h = p->sched.hash;

	(void)br_multihash_out(&p->transcript, h == &br_sha384_vtable ? br_sha384_ID : br_sha256_ID, hash);
}

void peer13_begin(struct peer13 *p, unsigned suite, const struct peer13_key *key,
    const uint8_t *hello, size_t n, const uint8_t *secret, size_t nsecret)
{
	uint8_t hash[TLS_MAX_HASH];

	memset(p, 0, offsetof(struct peer13, flight)); /* the rest is large */
	p->suite = suite;
	p->key = key;
	p->alert = -1;
	br_multihash_setimpl(&p->transcript, br_sha256_ID, &br_sha256_vtable);
	br_multihash_setimpl(&p->transcript, br_sha384_ID, &br_sha384_vtable);
	br_multihash_init(&p->transcript);
	br_multihash_update(&p->transcript, hello, n);
	tls_sched_init(&p->sched, tls_sched_hash(suite));
	tls_sched_next(&p->sched, secret, nsecret);
	transcript(p, hash);
	tls_sched_derive(&p->sched, "c hs traffic", hash, p->theirs);
	tls_sched_derive(&p->sched, "s hs traffic", hash, p->ours);
	tls_record_init(&p->in, suite, p->theirs);
	tls_record_init(&p->out, suite, p->ours);
}

void peer13_msg(struct peer13 *p, unsigned type, const uint8_t *body, size_t n)
{
	uint8_t *m = p->flight + p->nflight;

	assert(n + 4 <= sizeof p->flight - p->nflight);
	m[0] = (uint8_t)type;
	m[1] = (uint8_t)(n >> 16);
	m[2] = (uint8_t)(n >> 8);
	m[3] = (uint8_t)n;
	if (n > 0)
		memcpy(m + 4, body, n);
	br_multihash_update(&p->transcript, m, n + 4);
	p->nflight += n + 4;
}

void peer13_ee(struct peer13 *p, const uint8_t *ext, size_t n)
{
	uint8_t body[8192] = { (uint8_t)(n >> 8), (uint8_t)n };

	assert(n + 2 <= sizeof body);
	if (n > 0)
		memcpy(body + 2, ext, n);
	peer13_msg(p, PEER13_EXTENSIONS, body, n + 2);
}

void peer13_cert(struct peer13 *p, const uint8_t *ext, size_t n)
{
	static uint8_t body[TLS_MAX_CHAIN + 200];
	const struct tls_chain *c = &p->key->chain;
	size_t at = 4, i, k;

	for (i = 0; i < c->n; i++) {
		assert(sizeof body - at >= c->len[i] + 5 + n);
		body[at++] = (uint8_t)(c->len[i] >> 16);
		body[at++] = (uint8_t)(c->len[i] >> 8);
		body[at++] = (uint8_t)c->len[i];
		memcpy(body + at, c->der + c->off[i], c->len[i]);
		at += c->len[i];
		k = i == 0 ? n : 0;
		body[at++] = (uint8_t)(k >> 8);
		body[at++] = (uint8_t)k;
		if (k > 0)
			memcpy(body + at, ext, k);
		at += k;
	}
	body[0] = 0;
	body[1] = (uint8_t)((at - 4) >> 16);
	body[2] = (uint8_t)((at - 4) >> 8);
	body[3] = (uint8_t)(at - 4);
	peer13_msg(p, PEER13_CERT, body, at);
}

void peer13_verify(struct peer13 *p, const struct peer13_key *by, unsigned scheme,
    const char *context)
{
	uint8_t text[256], body[1100];
	size_t n, k;

	if (context == NULL)
		context = "TLS 1.3, server CertificateVerify";
	memset(text, 0x20, 64);
	n = 64 + strlen(context) + 1;
	memcpy(text + 64, context, strlen(context) + 1);
	transcript(p, text + n);
	k = peer13_sign(by, scheme, text, n + p->sched.len, body + 4);
	body[0] = (uint8_t)(scheme >> 8);
	body[1] = (uint8_t)scheme;
	body[2] = (uint8_t)(k >> 8);
	body[3] = (uint8_t)k;
	peer13_msg(p, PEER13_VERIFY, body, k + 4);
}

void peer13_finished(struct peer13 *p)
{
	uint8_t hash[TLS_MAX_HASH], out[TLS_MAX_HASH];

	transcript(p, hash);
	tls_sched_finished(p->sched.hash, p->ours, hash, out);
	peer13_msg(p, PEER13_FINISHED, out, p->sched.len);
}

void peer13_open(struct peer13 *p)
{
	uint8_t hash[TLS_MAX_HASH];

	transcript(p, hash);
	tls_sched_next(&p->sched, NULL, 0);
	tls_sched_derive(&p->sched, "s ap traffic", hash, p->ours);
	tls_record_init(&p->out, p->suite, p->ours);
}

void peer13_update(struct peer13 *p, unsigned request)
{
	uint8_t msg[5] = { PEER13_KEY_UPDATE, 0, 0, 1, (uint8_t)request };

	peer13_record(p, TLS_HANDSHAKE_DATA, msg, sizeof msg);
	tls_sched_update(p->sched.hash, p->ours);
	tls_record_init(&p->out, p->suite, p->ours);
}

/* ---- the client ------------------------------------------------------------------------ */

/* Its Finished is over all that was said; then its application keys, from all up to ours. */
static void on_finished(struct peer13 *p, const uint8_t *m, size_t n, const uint8_t *upto)
{
	uint8_t hash[TLS_MAX_HASH], want[TLS_MAX_HASH];

	transcript(p, hash);
	tls_sched_finished(p->sched.hash, p->theirs, hash, want);
	p->bad |= n != 4 + p->sched.len || memcmp(m + 4, want, p->sched.len) != 0 || p->finished;
	p->finished = true;
	tls_sched_derive(&p->sched, "c ap traffic", upto, p->theirs);
	tls_record_init(&p->in, p->suite, p->theirs);
}

/* The client's messages are one to a record. */
static void on_message(struct peer13 *p, const uint8_t *m, size_t n)
{
	static const uint8_t none[8] = { PEER13_CERT, 0, 0, 4 }, update[5] = { 24, 0, 0, 1, 0 };
	static uint8_t upto[TLS_MAX_HASH];

	if (!p->cert && !p->finished)
		transcript(p, upto); /* of the server's Finished */
	if (n == sizeof none && memcmp(m, none, n) == 0 && !p->cert && !p->finished) {
		p->cert = true;
		br_multihash_update(&p->transcript, m, n);
	} else if (m[0] == PEER13_FINISHED) {
		on_finished(p, m, n, upto);
	} else if (n == sizeof update && memcmp(m, update, n) == 0 && p->finished) {
		p->updates++;
		tls_sched_update(p->sched.hash, p->theirs);
		tls_record_init(&p->in, p->suite, p->theirs);
	} else {
		p->bad = true;
	}
}

static void on_record(struct peer13 *p)
{
	const uint8_t *c = p->rec + TLS_RECORD_HEAD;
	unsigned type;
	size_t n;

	if (p->rec[0] == TLS_CCS) {
		p->ccs_late |= p->records > 0;
		p->bad |= p->nrec != 6 || c[0] != 1;
		p->ccs++;
		return;
	}
	p->records++;
	if (p->rec[0] != TLS_APP_DATA || p->alert >= 0 ||
	    tls_record_open(&p->in, p->rec, p->nrec - TLS_RECORD_HEAD, &type, &n) != 0) {
		p->bad = true;
	} else if (type == TLS_ALERT && n == 2) {
		p->bad |= c[0] != (c[1] == 0 ? 1 : 2);
		p->alert = c[1];
	} else if (type == TLS_HANDSHAKE_DATA && n >= 4) {
		on_message(p, c, n);
	} else if (type == TLS_APP_DATA && p->finished) {
		assert(n <= sizeof p->app - p->napp);
		memcpy(p->app + p->napp, c, n);
		p->napp += n;
	} else {
		p->bad = true;
	}
}

void peer13_read(struct peer13 *p, const uint8_t *b, size_t n)
{
	for (; n > 0; n--) {
		p->rec[p->nrec++] = *b++;
		if (p->nrec < TLS_RECORD_HEAD)
			continue;
		assert((size_t)(p->rec[3] << 8 | p->rec[4]) <= TLS_MAX_CIPHER);
		if (p->nrec == TLS_RECORD_HEAD + (size_t)(p->rec[3] << 8 | p->rec[4])) {
			on_record(p);
			p->nrec = 0;
		}
	}
}
