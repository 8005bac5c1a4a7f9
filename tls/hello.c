/* SPDX-License-Identifier: ISC */
/*
 * tls/hello.c: one ClientHello for TLS 1.0 to 1.3, written over that of BearSSL's engine, and
 * the ServerHello or HelloRetryRequest that answers it (RFC 8446 sections 4.1, 4.2).
 */
#include "tls/hello.h"
#include "tls/names.h"
#include "tls/session.h"
#include "tls/wire.h"

#include <sodium.h>
#include <string.h>

/* ---- what is offered --------------------------------------------------------------- */

/* PKCS#1 before PSS: a server that follows this order then signs in a way that BearSSL knows. */
static const struct { uint16_t scheme; uint8_t kind; } schemes[] = {
	{ TLS_ECDSA_P256_SHA256, TLS_OFFER_ECDSA },
	{ TLS_ECDSA_P384_SHA384, TLS_OFFER_ECDSA },
	{ TLS_ECDSA_P521_SHA512, TLS_OFFER_ECDSA },
	{ TLS_ED25519, TLS_OFFER_ED25519 },
	{ TLS_RSA_PKCS1_SHA256, TLS_OFFER_RSA },
	{ TLS_RSA_PKCS1_SHA384, TLS_OFFER_RSA },
	{ TLS_RSA_PKCS1_SHA512, TLS_OFFER_RSA },
	{ TLS_PSS_RSAE_SHA256, TLS_OFFER_RSA },
	{ TLS_PSS_RSAE_SHA384, TLS_OFFER_RSA },
	{ TLS_PSS_RSAE_SHA512, TLS_OFFER_RSA },
	{ TLS_PSS_PSS_SHA256, TLS_OFFER_RSA },
	{ TLS_PSS_PSS_SHA384, TLS_OFFER_RSA },
	{ TLS_PSS_PSS_SHA512, TLS_OFFER_RSA },
	{ 0x0303, TLS_OFFER_ECDSA },  /* SHA-224 and SHA-1: for old servers of TLS 1.2 */
	{ 0x0301, TLS_OFFER_RSA },
	{ 0x0203, TLS_OFFER_ECDSA },
	{ 0x0201, TLS_OFFER_RSA },
};
enum { NSCHEMES = sizeof schemes / sizeof schemes[0] };

/* In this order, which that of the key shares has to follow (RFC 8446 section 4.2.8: servers check). */
static const uint16_t groups[] = { TLS_X25519, TLS_SECP256R1, TLS_SECP384R1, TLS_SECP521R1 };
enum { NGROUPS = sizeof groups / sizeof groups[0] };
static const uint16_t suites13[] = { 0x1303, 0x1301, 0x1302 };

bool tls_hello_has_scheme(unsigned offer, unsigned scheme)
{
	unsigned i;

	for (i = 0; i < NSCHEMES; i++) {
		if (schemes[i].scheme == scheme)
			return offer == TLS_OFFER_ALL || offer == schemes[i].kind;
	}
	return false;
}

bool tls_hello_has_group(unsigned group)
{
	unsigned i;

	for (i = 0; i < NGROUPS; i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

bool tls_hello_shares(unsigned group)
{
	return group == TLS_X25519 || group == TLS_SECP256R1;
}

static bool is_suite13(unsigned suite)
{
	return suite >= 0x1301 && suite <= 0x1303;
}

unsigned tls_suite_kind(unsigned suite)
{
	const char *name = tls_suite_name(suite);

	if (strncmp(name, "TLS_RSA_", 8) == 0 || strncmp(name, "TLS_ECDHE_RSA_", 14) == 0)
		return TLS_OFFER_RSA;
	return strncmp(name, "TLS_ECDH", 8) == 0 ? TLS_OFFER_ECDSA : TLS_OFFER_ALL;
}

bool tls_suite_is_ecdhe(unsigned suite)
{
	return strncmp(tls_suite_name(suite), "TLS_ECDHE_", 10) == 0;
}

bool tls_hello_has_suite(unsigned offer, unsigned suite)
{
	if (offer == TLS_OFFER_ED25519) /* RFC 8422 section 5.10 */
		return tls_suite_kind(suite) == TLS_OFFER_ECDSA && tls_suite_is_ecdhe(suite);
	return offer == TLS_OFFER_ALL || offer == tls_suite_kind(suite);
}

/* ---- key shares (RFC 8446 section 4.2.8) ----------------------------------------------- */

static int curve_of(unsigned group)
{
	switch (group) {
	case TLS_SECP256R1: return BR_EC_secp256r1;
	case TLS_SECP384R1: return BR_EC_secp384r1;
	case TLS_SECP521R1: return BR_EC_secp521r1;
	default: return BR_EC_curve25519;
	}
}

/* The private key of a group, always the same for the same seed; into kbuf, which is secret. */
static bool private_key(const struct tls_hello *h, unsigned group, br_ec_private_key *sk,
    uint8_t kbuf[BR_EC_KBUF_PRIV_MAX_SIZE])
{
	br_hmac_drbg_context rng;
	uint8_t id = (uint8_t)group;
	bool ok;

	br_hmac_drbg_init(&rng, &br_sha256_vtable, h->seed, sizeof h->seed);
	br_hmac_drbg_update(&rng, &id, 1);
	ok = br_ec_keygen(&rng.vtable, br_ec_get_default(), sk, kbuf, curve_of(group)) > 0;
	sodium_memzero(&rng, sizeof rng);
	return ok;
}

static void put_share(struct tls_wr *w, const struct tls_hello *h, unsigned group)
{
	uint8_t priv[BR_EC_KBUF_PRIV_MAX_SIZE], pub[BR_EC_KBUF_PUB_MAX_SIZE];
	br_ec_private_key sk;
	br_ec_public_key pk;
	size_t n = 0;

	if (private_key(h, group, &sk, priv))
		n = br_ec_compute_pub(br_ec_get_default(), &pk, pub, &sk);
	sodium_memzero(priv, sizeof priv);
	w->bad |= n == 0;
	tls_wr_uint(w, group, 2);
	tls_wr_uint(w, (unsigned)n, 2);
	tls_wr_put(w, pub, n);
}

static bool is_zero(const uint8_t *p, size_t n)
{
	uint8_t any = 0;

	while (n-- > 0)
		any |= *p++;
	return any == 0;
}

size_t tls_hello_secret(const struct tls_hello *h, unsigned group, const uint8_t *share, size_t n,
    uint8_t *out)
{
	uint8_t priv[BR_EC_KBUF_PRIV_MAX_SIZE], point[BR_EC_KBUF_PUB_MAX_SIZE];
	const br_ec_impl *ec = br_ec_get_default();
	size_t want = group == TLS_X25519 ? 32 : group == TLS_SECP256R1 ? 65 :
	    group == TLS_SECP384R1 ? 97 : 133;
	size_t at, len;
	br_ec_private_key sk;
	bool ok;

	/* RFC 8446 section 4.2.8.2: uncompressed points alone */
	if (n != want || (group != TLS_X25519 && share[0] != 4) || !private_key(h, group, &sk, priv))
		return 0;
	memcpy(point, share, n);
	ok = ec->mul(point, n, sk.x, sk.xlen, sk.curve) == 1; /* 0: not on the curve */
	at = ec->xoff(sk.curve, &len);
	memcpy(out, point + at, len);
	sodium_memzero(priv, sizeof priv);
	sodium_memzero(point, sizeof point);
	return ok && !is_zero(out, len) ? len : 0; /* RFC 8446 section 7.4.2, RFC 7748 section 6.1 */
}

/* ---- the ClientHello --------------------------------------------------------------------- */

/* The parts of the engine's hello. */
struct base {
	const uint8_t *head;       /* legacy_version and random, 34 octets */
	struct tls_rd suites, ext;
};

/* False when it is not as BearSSL 0.6 writes it. */
static bool read_base(const struct tls_hello *h, struct base *b)
{
	struct tls_rd r = tls_rd_init(h->base, h->baselen), sid, compression;

	(void)tls_rd_take(&r, 4);
	b->head = tls_rd_take(&r, 34);
	sid = tls_rd_vec(&r, 1);
	b->suites = tls_rd_vec(&r, 2);
	compression = tls_rd_vec(&r, 1);
	b->ext = tls_rd_vec(&r, 2);
	return tls_rd_is_done(&r) && tls_rd_left(&sid) == 0 && tls_rd_left(&compression) == 1 &&
	    compression.p[0] == 0 && b->head[0] == 3 && b->head[1] == 3;
}

static void put_suites(struct tls_wr *w, const struct tls_hello *h, struct tls_rd list)
{
	size_t at = tls_wr_begin(w, 2);
	unsigned i;

	for (i = 0; i < sizeof suites13 / sizeof suites13[0]; i++)
		tls_wr_uint(w, suites13[i], 2);
	while (tls_rd_left(&list) > 0) {
		unsigned s = tls_rd_uint(&list, 2);

		if (tls_hello_has_suite(h->offer, s))
			tls_wr_uint(w, s, 2);
	}
	w->bad |= list.bad;
	tls_wr_end(w, at, 2);
}

static void put_schemes(struct tls_wr *w, unsigned extension, unsigned offer)
{
	size_t x, list;
	unsigned i;

	tls_wr_uint(w, extension, 2);
	x = tls_wr_begin(w, 2);
	list = tls_wr_begin(w, 2);
	for (i = 0; i < NSCHEMES; i++) {
		if (offer == TLS_OFFER_ALL || offer == schemes[i].kind)
			tls_wr_uint(w, schemes[i].scheme, 2);
	}
	tls_wr_end(w, list, 2);
	tls_wr_end(w, x, 2);
}

static void put_groups(struct tls_wr *w)
{
	unsigned i;

	tls_wr_uint(w, TLS_X_GROUPS, 2);
	tls_wr_uint(w, 2 + 2 * NGROUPS, 2);
	tls_wr_uint(w, 2 * NGROUPS, 2);
	for (i = 0; i < NGROUPS; i++)
		tls_wr_uint(w, groups[i], 2);
}

/* RFC 8446 section 4.2.1: newest first.  Older ones than TLS 1.2 do not know Ed25519. */
static void put_versions(struct tls_wr *w, const struct tls_hello *h)
{
	unsigned n = h->offer == TLS_OFFER_ED25519 ? 2 : 4, v;

	tls_wr_uint(w, TLS_X_VERSIONS, 2);
	tls_wr_uint(w, 1 + 2 * n, 2);
	tls_wr_uint(w, 2 * n, 1);
	for (v = 0; v < n; v++)
		tls_wr_uint(w, 0x0304 - v, 2);
}

static void put_shares(struct tls_wr *w, const struct tls_hello *h, unsigned group)
{
	size_t x, list;

	tls_wr_uint(w, TLS_X_KEY_SHARE, 2);
	x = tls_wr_begin(w, 2);
	list = tls_wr_begin(w, 2);
	if (group != 0) {
		put_share(w, h, group);
	} else {
		put_share(w, h, TLS_X25519);
		put_share(w, h, TLS_SECP256R1);
	}
	tls_wr_end(w, list, 2);
	tls_wr_end(w, x, 2);
}

/* RFC 6066 section 8: any responder, no extensions. */
static void put_status_request(struct tls_wr *w)
{
	static const uint8_t ocsp[] = { 0, TLS_X_STATUS_REQUEST, 0, 5, 1, 0, 0, 0, 0 };

	tls_wr_put(w, ocsp, sizeof ocsp);
}

static void put_cookie(struct tls_wr *w, const uint8_t *cookie, size_t n)
{
	tls_wr_uint(w, TLS_X_COOKIE, 2);
	tls_wr_uint(w, (unsigned)n + 2, 2);
	tls_wr_uint(w, (unsigned)n, 2);
	tls_wr_put(w, cookie, n);
}

/* Are the groups of the engine those that we offer, in its own order (by number)? */
static bool are_groups(struct tls_rd v)
{
	struct tls_rd list = tls_rd_vec(&v, 2);
	unsigned n = 0;

	if (!tls_rd_is_done(&v) || tls_rd_left(&list) != 2 * NGROUPS)
		return false;
	while (tls_rd_left(&list) > 0)
		n += tls_hello_has_group(tls_rd_uint(&list, 2));
	return n == NGROUPS;
}

/* The engine's own extensions, save signature_algorithms and supported_groups. */
static bool put_base_extensions(struct tls_wr *w, struct tls_rd ext)
{
	bool schemes_seen = false, groups_seen = false;

	while (tls_rd_left(&ext) > 0) {
		unsigned id = tls_rd_uint(&ext, 2);
		struct tls_rd v = tls_rd_vec(&ext, 2);

		schemes_seen |= id == TLS_X_SIGALGS;
		groups_seen |= id == TLS_X_GROUPS && are_groups(v);
		if (id == TLS_X_SIGALGS || id == TLS_X_GROUPS || v.bad)
			continue;
		tls_wr_uint(w, id, 2);
		tls_wr_uint(w, (unsigned)tls_rd_left(&v), 2);
		tls_wr_put(w, v.p, tls_rd_left(&v));
	}
	return schemes_seen && groups_seen && !ext.bad;
}

size_t tls_hello_write(const struct tls_hello *h, unsigned group, const uint8_t *cookie, size_t n,
    uint8_t *out, size_t cap)
{
	static const uint8_t no_compression[] = { 1, 0 };
	struct tls_wr w = tls_wr_init(out, cap);
	struct base b;
	size_t body, x;

	if (!read_base(h, &b))
		return 0;
	tls_wr_uint(&w, 1, 1);
	body = tls_wr_begin(&w, 3);
	tls_wr_put(&w, b.head, 34);
	tls_wr_uint(&w, sizeof h->sid, 1);
	tls_wr_put(&w, h->sid, sizeof h->sid);
	put_suites(&w, h, b.suites);
	tls_wr_put(&w, no_compression, sizeof no_compression);
	x = tls_wr_begin(&w, 2);
	if (!put_base_extensions(&w, b.ext))
		return 0;
	put_groups(&w);
	put_schemes(&w, TLS_X_SIGALGS, h->offer);
	if (h->offer != TLS_OFFER_ALL)
		put_schemes(&w, TLS_X_SIGALGS_CERT, TLS_OFFER_ALL);
	put_status_request(&w);
	put_versions(&w, h);
	if (cookie != NULL)
		put_cookie(&w, cookie, n);
	put_shares(&w, h, group);
	tls_wr_end(&w, x, 2);
	tls_wr_end(&w, body, 3);
	return w.bad ? 0 : w.n;
}

/* ---- the ServerHello ------------------------------------------------------------------------ */

/* SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3). */
static const uint8_t RETRY[32] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c
};

static unsigned refuse(const char **why, unsigned alert, const char *text)
{
	*why = text;
	return alert;
}

#define MALFORMED "sent a malformed ServerHello"

static bool parse_key_share(struct tls_server_hello *o, struct tls_rd *v)
{
	struct tls_rd share;

	o->group = tls_rd_uint(v, 2);
	if (o->retry)
		return tls_rd_is_done(v);
	share = tls_rd_vec(v, 2);
	o->share = share.p;
	o->sharelen = tls_rd_left(&share);
	return tls_rd_is_done(v) && o->sharelen > 0;
}

static bool parse_cookie(struct tls_server_hello *o, struct tls_rd *v)
{
	struct tls_rd c = tls_rd_vec(v, 2);

	o->cookie = c.p;
	o->cookielen = tls_rd_left(&c);
	return tls_rd_is_done(v) && o->cookielen > 0;
}

/* One extension of TLS 1.3's ServerHello or HelloRetryRequest. */
static unsigned parse_extension(struct tls_server_hello *o, unsigned id, struct tls_rd v,
    const char **why)
{
	bool good;

	if (id == TLS_X_VERSIONS)
		return 0;
	if (id == TLS_X_KEY_SHARE)
		good = parse_key_share(o, &v);
	else if (id == TLS_X_COOKIE && o->retry)
		good = parse_cookie(o, &v);
	else /* section 4.2: those that were not asked for, or belong into another message */
		return refuse(why, id == TLS_X_SERVER_NAME || id == TLS_X_STATUS_REQUEST ||
		    id == TLS_X_GROUPS || id == TLS_X_SIGALGS || id == TLS_X_COOKIE ?
		    TLS_ALERT_ILLEGAL_PARAMETER : TLS_ALERT_UNSUPPORTED_EXTENSION,
		    "sent an extension in its ServerHello that has no place there");
	return good ? 0 : refuse(why, TLS_ALERT_DECODE_ERROR, MALFORMED);
}

/* supported_versions decides what the message is (RFC 8446 section 4.2.1). */
static bool find_version(struct tls_rd ext, unsigned *version, bool *twice)
{
	bool found = false;
	uint64_t low = 0;

	while (tls_rd_left(&ext) > 0) {
		unsigned id = tls_rd_uint(&ext, 2);
		struct tls_rd v = tls_rd_vec(&ext, 2);

		*twice |= id < 64 && (low >> id & 1) != 0; /* of those that we know */
		low |= id < 64 ? UINT64_C(1) << id : 0;
		if (id != TLS_X_VERSIONS)
			continue;
		*version = tls_rd_uint(&v, 2);
		found = true;
		ext.bad |= !tls_rd_is_done(&v);
	}
	return found && !ext.bad;
}

static unsigned check13(const struct tls_server_hello *o, unsigned legacy, unsigned compression,
    const char **why)
{
	if (o->version != 0x0304 || legacy != 0x0303) /* sections 4.2.1, 4.1.3 */
		return refuse(why, TLS_ALERT_ILLEGAL_PARAMETER, "chose a TLS version that was not offered");
	if (!o->sid_echoed)
		return refuse(why, TLS_ALERT_ILLEGAL_PARAMETER, "did not return the session id that it got");
	if (!is_suite13(o->suite))
		return refuse(why, TLS_ALERT_ILLEGAL_PARAMETER, "chose a cipher suite that was not offered");
	if (compression != 0)
		return refuse(why, TLS_ALERT_ILLEGAL_PARAMETER, "chose a compression method");
	return 0;
}

static unsigned parse13(struct tls_server_hello *o, struct tls_rd ext, const char **why)
{
	unsigned alert = 0;

	while (alert == 0 && tls_rd_left(&ext) > 0) {
		unsigned id = tls_rd_uint(&ext, 2);

		alert = parse_extension(o, id, tls_rd_vec(&ext, 2), why);
	}
	if (alert != 0)
		return alert;
	if (o->group == 0 && !(o->retry && o->cookie != NULL)) /* section 9.2; 4.1.4: no change */
		return refuse(why, o->retry ? TLS_ALERT_ILLEGAL_PARAMETER : TLS_ALERT_MISSING_EXTENSION,
		    "sent a ServerHello without key_share");
	if (o->group != 0 && !tls_hello_has_group(o->group))
		return refuse(why, TLS_ALERT_ILLEGAL_PARAMETER, "chose a group that was not offered");
	if (o->retry && o->group != 0 && tls_hello_shares(o->group)) /* section 4.2.8 */
		return refuse(why, TLS_ALERT_ILLEGAL_PARAMETER, "asked again for a key share that it has");
	return o->cookielen > TLS_MAX_COOKIE ? refuse(why, TLS_ALERT_DECODE_ERROR,
	    "sent a cookie that is longer than supported") : 0;
}

static bool acknowledges_status(struct tls_rd ext)
{
	while (tls_rd_left(&ext) > 0) {
		unsigned id = tls_rd_uint(&ext, 2);
		struct tls_rd v = tls_rd_vec(&ext, 2);

		if (id == TLS_X_STATUS_REQUEST && tls_rd_is_done(&v)) /* RFC 6066 section 8: empty */
			return true;
	}
	return false;
}

unsigned tls_server_hello_parse(const struct tls_hello *h, const uint8_t *msg, size_t n,
    struct tls_server_hello *out, const char **why)
{
	struct tls_rd r = tls_rd_init(msg, n), sid, ext = { NULL, NULL, false };
	unsigned legacy = tls_rd_uint(&r, 2), compression, alert;
	bool twice = false, newer;

	memset(out, 0, sizeof *out);
	out->version = legacy;
	out->random = tls_rd_take(&r, 32);
	sid = tls_rd_vec(&r, 1);
	out->suite = tls_rd_uint(&r, 2);
	compression = tls_rd_uint(&r, 1);
	if (tls_rd_left(&r) > 0) /* RFC 5246 section 7.4.1.3: they may be absent */
		ext = tls_rd_vec(&r, 2);
	if (!tls_rd_is_done(&r) || tls_rd_left(&sid) > 32)
		return refuse(why, TLS_ALERT_DECODE_ERROR, MALFORMED);
	out->retry = memcmp(out->random, RETRY, sizeof RETRY) == 0;
	out->sid_echoed = tls_rd_left(&sid) == sizeof h->sid &&
	    memcmp(sid.p, h->sid, sizeof h->sid) == 0;
	newer = find_version(ext, &out->version, &twice);
	if (twice) /* section 4.2; RFC 5246 section 7.4.1.4 */
		return refuse(why, TLS_ALERT_ILLEGAL_PARAMETER, "sent an extension twice");
	if (!newer) {
		out->status = acknowledges_status(ext);
		if (out->retry)
			return refuse(why, TLS_ALERT_MISSING_EXTENSION,
			    "sent a HelloRetryRequest without supported_versions");
		return legacy <= 0x0303 ? 0 : refuse(why, TLS_ALERT_PROTOCOL_VERSION, /* section 4.2.1 */
		    "chose a TLS version that was not offered");
	}
	alert = check13(out, legacy, compression, why);
	return alert != 0 ? alert : parse13(out, ext, why);
}

size_t tls_server_hello_trim(const uint8_t *msg, size_t n, uint8_t *out, size_t cap)
{
	struct tls_rd r = tls_rd_init(msg, n), ext;
	struct tls_wr w = tls_wr_init(out, cap);
	size_t fixed, body, x;

	(void)tls_rd_take(&r, 34);
	(void)tls_rd_vec(&r, 1);
	(void)tls_rd_take(&r, 3);
	fixed = n - tls_rd_left(&r);
	tls_wr_uint(&w, 2, 1);
	body = tls_wr_begin(&w, 3);
	tls_wr_put(&w, msg, fixed);
	if (tls_rd_left(&r) > 0) {
		ext = tls_rd_vec(&r, 2);
		x = tls_wr_begin(&w, 2);
		while (tls_rd_left(&ext) > 0) {
			unsigned id = tls_rd_uint(&ext, 2);
			struct tls_rd v = tls_rd_vec(&ext, 2);

			if (id == TLS_X_STATUS_REQUEST && tls_rd_is_done(&v))
				continue;
			tls_wr_uint(&w, id, 2);
			tls_wr_uint(&w, (unsigned)tls_rd_left(&v), 2);
			tls_wr_put(&w, v.p, tls_rd_left(&v));
		}
		w.bad |= ext.bad;
		tls_wr_end(&w, x, 2);
	}
	tls_wr_end(&w, body, 3);
	return w.bad || r.bad ? 0 : w.n;
}
