/* SPDX-License-Identifier: ISC */
/*
 * tls/graft.c: TLS 1.3 and stapled OCSP on BearSSL's engine as it is.  This file alone knows the
 * inside of br_ssl_engine_context.
 *
 * The engine can offer neither TLS 1.3 nor status_request, and takes no CertificateStatus message
 * and no signature by RSASSA-PSS or Ed25519.  So: its ClientHello is taken out of its buffer and
 * sent with what is missing added.  The server's plain flight is read here.  When TLS 1.3 was chosen
 * the engine is left aside; else each message is handed to it, in a record of our own, save for what
 * it cannot take: the acknowledgement of status_request, CertificateStatus, and such a signature,
 * which is verified here.  The engine hashes what it wrote and was given, but Finished is over what
 * was on the wire.  Therefore the true transcript takes the place of the engine's just before
 * ServerHelloDone, the last message before Finished is computed.  From there on octets pass through.
 *
 * What it relies on, beside the public functions: that `mhash` is the running hash of the handshake
 * and nothing else is, `client_random` and `server_random` are what was sent and received, and
 * `irsavrfy` and `iecdsa` verify ServerKeyExchange; and for the alert that ends an encrypted handshake,
 * `out` and `version_out` make its records.  With a BearSSL where that is not so no handshake
 * of TLS 1.2 succeeds (t_session, tests/hostile/flight.c): Finished is wrong.
 */
#include "tls/graft.h"
#include "tls/names.h"
#include "tls/session.h"
#include "tls/wire.h"
#include "tls/x509.h"

#include <sodium.h>
#include <string.h>

_Static_assert(_Generic(((br_ssl_engine_context *)0)->mhash, br_multihash_context: 1, default: 0),
    "BearSSL's engine hashes the handshake elsewhere");
_Static_assert(_Generic(((br_ssl_engine_context *)0)->irsavrfy, br_rsa_pkcs1_vrfy: 1, default: 0),
    "BearSSL's engine verifies ServerKeyExchange otherwise");
_Static_assert(_Generic(((br_ssl_engine_context *)0)->iecdsa, br_ecdsa_vrfy: 1, default: 0),
    "BearSSL's engine verifies ServerKeyExchange otherwise");
_Static_assert(sizeof ((br_ssl_engine_context *)0)->client_random == 32 &&
    sizeof ((br_ssl_engine_context *)0)->server_random == 32, "randoms of 32 octets");

enum { HELLO_REQUEST = 0, SERVER_HELLO = 2, CERTIFICATE = 11, SERVER_KEY_EXCHANGE = 12,
	SERVER_HELLO_DONE = 14, CERTIFICATE_STATUS = 22, MESSAGE_HASH = 254 };

#define ORDER "sent a TLS message out of order"

bool tls_graft_has_failed(const struct tls_session *s)
{
	return s->error != 0 || br_ssl_engine_last_error(&s->cc.eng) != BR_ERR_OK;
}

/* ---- to the server ----------------------------------------------------------------- */

/* The fields of a record before its payload; the version is that of the ServerHello, and
   before it what RFC 8446 section 5.1 has for an initial ClientHello. */
static void put_record(struct tls_graft *g, unsigned type, const uint8_t *p, size_t n)
{
	struct tls_wr w = tls_wr_init(g->out + g->outlen, sizeof g->out - g->outlen);

	tls_wr_uint(&w, type, 1);
	tls_wr_uint(&w, g->version == 0 ? 0x0301 : g->version > 0x0303 ? 0x0303 : g->version, 2);
	tls_wr_uint(&w, (unsigned)n, 2);
	tls_wr_put(&w, p, n);
	if (!w.bad)
		g->outlen += w.n;
}

void tls_graft_alert(struct tls_session *s, unsigned alert)
{
	uint8_t body[2] = { 2, (uint8_t)alert };

	if (s->graft.stage == TLS_STAGE_HELLO || s->graft.stage == TLS_STAGE_FLIGHT)
		put_record(&s->graft, TLS_ALERT, body, sizeof body);
}

/* The engine's own records, encrypted or not, go on with this one: by its class of them. */
static void put_engine_alert(struct tls_session *s, unsigned alert)
{
	br_ssl_engine_context *e = &s->cc.eng;
	struct tls_graft *g = &s->graft;
	size_t from = 5, to, n = 2; /* behind the header, and what encryption puts before */
	uint8_t room[256], *rec;

	to = sizeof room;
	e->out.vtable->max_plaintext(&e->out.vtable, &from, &to);
	if (from + n > to)
		return;
	room[from] = 2;
	room[from + 1] = (uint8_t)alert;
	rec = e->out.vtable->encrypt(&e->out.vtable, TLS_ALERT, e->version_out, room + from, &n);
	if (n <= sizeof g->out - g->outlen) {
		memcpy(g->out + g->outlen, rec, n);
		g->outlen += n;
	}
}

/* Write the ClientHello and hash it. */
static bool put_hello(struct tls_session *s, unsigned group, const uint8_t *cookie, size_t n)
{
	struct tls_graft *g = &s->graft;
	uint8_t msg[TLS_HELLO_MAX];
	size_t len = tls_hello_write(&g->hello, group, cookie, n, msg, sizeof msg);

	br_multihash_update(&s->transcript, msg, len);
	if (len > 0)
		put_record(g, TLS_HANDSHAKE_DATA, msg, len);
	return len > 0;
}

void tls_graft_begin(struct tls_session *s, unsigned offer, const uint8_t seed[64])
{
	br_ssl_engine_context *e = &s->cc.eng;
	struct tls_graft *g = &s->graft;
	const uint8_t *p;
	size_t n;

	memset(g, 0, sizeof *g);
	g->hello.offer = offer;
	memcpy(g->hello.seed, seed, 32);
	memcpy(g->hello.sid, seed + 32, 32);
	s->transcript = e->mhash;
	br_multihash_init(&s->transcript);
	p = br_ssl_engine_sendrec_buf(e, &n);
	if (p == NULL) /* it has failed, and says why */
		return;
	if (n > 5 && n - 5 <= sizeof g->hello.base) {
		memcpy(g->hello.base, p + 5, n - 5);
		g->hello.baselen = n - 5;
	}
	br_ssl_engine_sendrec_ack(e, n);
	if (!put_hello(s, 0, NULL, 0))
		tls_session_fail(s, TLS_ALERT_INTERNAL_ERROR, "cannot be talked to: this BearSSL writes "
		    "another ClientHello than the one that is known here");
}

/* ---- to the engine ------------------------------------------------------------------- */

size_t tls_graft_give(struct tls_session *s, const uint8_t *p, size_t n)
{
	size_t done = 0, room;
	uint8_t *to;

	while (done < n) {
		to = br_ssl_engine_recvrec_buf(&s->cc.eng, &room);
		if (to == NULL || room == 0)
			break;
		room = room < n - done ? room : n - done;
		memcpy(to, p + done, room);
		br_ssl_engine_recvrec_ack(&s->cc.eng, room);
		done += room;
	}
	return done;
}

/* What the engine has against a message, as an alert: it sends none itself. */
static unsigned alert_of(int err)
{
	switch (err) {
	case BR_ERR_UNEXPECTED: return TLS_ALERT_UNEXPECTED_MESSAGE;
	case BR_ERR_BAD_VERSION:
	case BR_ERR_UNSUPPORTED_VERSION: return TLS_ALERT_PROTOCOL_VERSION;
	case BR_ERR_BAD_PARAM:
	case BR_ERR_BAD_HANDSHAKE:
	case BR_ERR_BAD_SNI:
	case BR_ERR_BAD_ALERT:
	case BR_ERR_BAD_HELLO_DONE:
	case BR_ERR_OVERSIZED_ID:
	case BR_ERR_BAD_FRAGLEN: return TLS_ALERT_DECODE_ERROR;
	case BR_ERR_BAD_LENGTH:
	case BR_ERR_TOO_LARGE: return TLS_ALERT_RECORD_OVERFLOW; /* RFC 5246 section 7.2.2 */
	case BR_ERR_LIMIT_EXCEEDED: return TLS_ALERT_INTERNAL_ERROR; /* of ours */
	case BR_ERR_BAD_SECRENEG: return TLS_ALERT_HANDSHAKE_FAILURE; /* RFC 5746 section 3.4 */
	case BR_ERR_EXTRA_EXTENSION: return TLS_ALERT_UNSUPPORTED_EXTENSION;
	case BR_ERR_BAD_MAC: return TLS_ALERT_BAD_RECORD_MAC;
	case BR_ERR_BAD_FINISHED:
	case BR_ERR_BAD_SIGNATURE: return TLS_ALERT_DECRYPT_ERROR;
	case BR_ERR_X509_WRONG_KEY_TYPE: return TLS_ALERT_UNSUPPORTED_CERTIFICATE;
	default: return err >= BR_ERR_X509_OK ? TLS_ALERT_BAD_CERTIFICATE : TLS_ALERT_ILLEGAL_PARAMETER;
	}
}

bool tls_graft_is_quiet(const struct tls_session *s)
{
	return br_ssl_engine_last_error(&s->cc.eng) == BR_ERR_OK &&
	    !(br_ssl_engine_current_state(&s->cc.eng) & BR_SSL_SENDREC);
}

void tls_graft_end(struct tls_session *s)
{
	int err = br_ssl_engine_last_error(&s->cc.eng);

	if (err != BR_ERR_OK && err < BR_ERR_RECV_FATAL_ALERT)
		put_engine_alert(s, alert_of(err));
}

void tls_graft_feed(struct tls_session *s, unsigned type, const uint8_t *p, size_t n)
{
	unsigned v = s->graft.version == 0 ? 0x0303 : s->graft.version;
	uint8_t head[5] = { (uint8_t)type, (uint8_t)(v >> 8), (uint8_t)v, (uint8_t)(n >> 8),
		(uint8_t)n };
	int err;

	if (tls_graft_has_failed(s))
		return;
	if (tls_graft_give(s, head, sizeof head) == sizeof head)
		(void)tls_graft_give(s, p, n);
	err = br_ssl_engine_last_error(&s->cc.eng);
	if (err != BR_ERR_OK && err < BR_ERR_RECV_FATAL_ALERT)
		tls_graft_alert(s, alert_of(err));
}

static void feed_message(struct tls_session *s, unsigned type, const uint8_t *p, size_t n)
{
	uint8_t head[4] = { (uint8_t)type, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	tls_graft_feed(s, TLS_HANDSHAKE_DATA, head, sizeof head);
	tls_graft_feed(s, TLS_HANDSHAKE_DATA, p, n);
}

static void hash_message(struct tls_session *s, const uint8_t *p, size_t n)
{
	br_multihash_update(&s->transcript, s->graft.mhead, 4);
	br_multihash_update(&s->transcript, p, n);
}

/* ---- ServerHello, HelloRetryRequest ----------------------------------------------------- */

/* RFC 8446 section 4.4.1: the first ClientHello is replaced by its hash. */
static void hash_retry(struct tls_session *s, const uint8_t *p, size_t n)
{
	int id = s->graft.suite == 0x1302 ? br_sha384_ID : br_sha256_ID;
	uint8_t head[4] = { MESSAGE_HASH, 0, 0, 0 }, hash[64];

	head[3] = (uint8_t)br_multihash_out(&s->transcript, id, hash);
	br_multihash_init(&s->transcript);
	br_multihash_update(&s->transcript, head, sizeof head);
	br_multihash_update(&s->transcript, hash, head[3]);
	hash_message(s, p, n);
}

static void on_retry(struct tls_session *s, const struct tls_server_hello *sh, const uint8_t *p,
    size_t n)
{
	struct tls_graft *g = &s->graft;

	if (g->retried) { /* section 4.1.4 */
		tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, "sent a second HelloRetryRequest");
		return;
	}
	g->retried = true;
	g->version = sh->version;
	g->suite = sh->suite;
	g->retry_group = sh->group;
	hash_retry(s, p, n);
	if (!put_hello(s, sh->group, sh->cookie, sh->cookielen))
		tls_session_fail(s, TLS_ALERT_INTERNAL_ERROR, "asks for a ClientHello that is too large");
}

static void on_hello13(struct tls_session *s, const struct tls_server_hello *sh)
{
	struct tls_graft *g = &s->graft;
	uint8_t secret[TLS_MAX_SECRET];
	size_t n;

	if (g->retried && (sh->suite != g->suite || (g->retry_group != 0 &&
	    sh->group != g->retry_group))) { /* sections 4.1.4, 4.2.8 */
		tls_session_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, "did not keep to its HelloRetryRequest");
		return;
	}
	if (g->retry_group == 0 && !tls_hello_shares(sh->group)) { /* section 4.2.8 */
		tls_session_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, "chose a group without a key share");
		return;
	}
	n = tls_hello_secret(&g->hello, sh->group, sh->share, sh->sharelen, secret);
	if (n == 0) {
		tls_session_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, "sent a key share that is not valid");
		return;
	}
	g->suite = s->suite = sh->suite;
	s->group = sh->group;
	g->version = sh->version;
	g->stage = TLS_STAGE_13;
	tls13_begin(s, secret, n);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(g->hello.seed, sizeof g->hello.seed);
}

/* RFC 8446 section 4.1.3: a server of TLS 1.3 or 1.2 that was talked down says so here. */
static bool has_sentinel(const uint8_t *random)
{
	static const uint8_t down[7] = { 0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44 };

	return memcmp(random + 24, down, sizeof down) == 0 && random[31] <= 1;
}

/* NULL, or why a ServerHello of TLS 1.2 or less cannot be. */
static const char *bad_hello12(const struct tls_graft *g, const struct tls_server_hello *sh)
{
	if (g->retried)
		return "chose an older TLS version after its HelloRetryRequest";
	if (has_sentinel(sh->random))
		return "speaks a newer TLS version than it was asked for, by what its answer says: "
		    "something on the way takes TLS 1.3 out of what this client sends";
	if (sh->sid_echoed) /* nothing can be resumed (RFC 5246 section 7.4.1.3) */
		return "claims to resume a TLS session that never was";
	return NULL;
}

static void on_hello12(struct tls_session *s, const struct tls_server_hello *sh, const uint8_t *p,
    size_t n)
{
	struct tls_graft *g = &s->graft;
	const char *bad = bad_hello12(g, sh);
	uint8_t trimmed[TLS_MAX_MESSAGE + 4];
	size_t len = tls_server_hello_trim(p, n, trimmed, sizeof trimmed);

	if (bad != NULL) {
		tls_session_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, bad);
	} else if (g->hello.offer == TLS_OFFER_ED25519 && sh->version < 0x0303) {
		g->too_old = true;
		tls_session_fail(s, TLS_ALERT_PROTOCOL_VERSION, "has neither TLS 1.2 nor 1.3, which alone "
		    "were offered");
	} else if (!tls_hello_has_suite(g->hello.offer, sh->suite)) {
		tls_session_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, "chose a cipher suite that was not offered");
	} else if (len == 0) {
		tls_session_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed ServerHello");
	} else if (g->ccs > 0) { /* it was no dummy of TLS 1.3 */
		tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, ORDER);
	} else {
		g->version = sh->version;
		g->suite = sh->suite;
		g->status = sh->status;
		g->stage = TLS_STAGE_FLIGHT;
		feed_message(s, SERVER_HELLO, trimmed + 4, len - 4);
	}
}

/* rest: octets in the same record that follow. */
static void on_server_hello(struct tls_session *s, const uint8_t *p, size_t n, size_t rest)
{
	struct tls_server_hello sh;
	const char *why = "";
	unsigned alert = tls_server_hello_parse(&s->graft.hello, p, n, &sh, &why);

	if (alert != 0) {
		tls_session_fail(s, alert, why);
	} else if (sh.version == 0x0304 && rest > 0) { /* RFC 8446 section 5.1 */
		tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, "sent plain text after its ServerHello");
	} else if (sh.retry) {
		on_retry(s, &sh, p, n);
	} else {
		hash_message(s, p, n);
		if (sh.version == 0x0304)
			on_hello13(s, &sh);
		else
			on_hello12(s, &sh, p, n);
	}
}

/* ---- ServerKeyExchange --------------------------------------------------------------------- */

/* These stand in for irsavrfy and iecdsa for one message: its "signature" is the hash of what was
   verified here.  It is compared with the hash that the engine computes of both randoms and the
   parameters itself, so nothing else than what was verified passes. */
static uint32_t verified_rsa(const unsigned char *x, size_t xlen, const unsigned char *hash_oid,
    size_t hash_len, const br_rsa_public_key *pk, unsigned char *hash_out)
{
	(void)hash_oid;
	(void)pk;
	if (xlen != hash_len)
		return 0;
	memcpy(hash_out, x, hash_len);
	return 1;
}

static uint32_t verified_ec(const br_ec_impl *impl, const void *hash, size_t hash_len,
    const br_ec_public_key *pk, const void *sig, size_t sig_len)
{
	(void)impl;
	(void)pk;
	return sig_len == hash_len && memcmp(sig, hash, hash_len) == 0;
}

struct ske {
	unsigned group, scheme;    /* scheme 0: TLS 1.0, 1.1 */
	size_t params;             /* octets of ServerECDHParams */
	struct tls_rd sig;
};

/* RFC 8422 section 5.4.  False: not one of ECDHE, or malformed. */
static bool parse_ske(const struct tls_graft *g, const uint8_t *p, size_t n, struct ske *k)
{
	struct tls_rd r = tls_rd_init(p, n);
	bool named = tls_rd_uint(&r, 1) == 3;

	k->group = tls_rd_uint(&r, 2);
	(void)tls_rd_vec(&r, 1);
	k->params = n - tls_rd_left(&r);
	k->scheme = g->version >= 0x0303 ? tls_rd_uint(&r, 2) : 0;
	k->sig = tls_rd_vec(&r, 2);
	return named && tls_rd_is_done(&r);
}

/* Of the schemes of RSA, TLS 1.3 has those of RSASSA-PSS alone. */
static bool is_pss(unsigned scheme)
{
	enum tls_key_kind kind = tls_scheme_kind(scheme);

	return kind == TLS_KEY_RSA || kind == TLS_KEY_RSA_PSS;
}

/* RFC 8422 section 5.11: a secret of zeros is refused, which the engine does not do.  Whether a point
   gives one does not depend on the key: ours of TLS 1.3 tells. */
static bool gives_no_secret(const struct tls_graft *g, const uint8_t *p, const struct ske *k)
{
	uint8_t secret[TLS_MAX_SECRET];
	bool none = k->group == TLS_X25519 &&
	    tls_hello_secret(&g->hello, k->group, p + 4, k->params - 4, secret) == 0;

	sodium_memzero(secret, sizeof secret);
	return none;
}

/* RFC 8446 section 4.2.3 allows RSASSA-PSS in TLS 1.2, RFC 8422 section 5.10 Ed25519.  The message for
   the engine says PKCS#1 or ECDSA with SHA-256, and has the hash in place of the signature. */
static void on_foreign(struct tls_session *s, const uint8_t *p, const struct ske *k)
{
	br_rsa_pkcs1_vrfy rsa = br_ssl_engine_get_rsavrfy(&s->cc.eng);
	br_ecdsa_vrfy ec = br_ssl_engine_get_ecdsa(&s->cc.eng);
	uint8_t msg[64 + 4 + 255 + 4 + 32], *body = msg + 64;
	struct tls_x509 x;
	size_t n = k->params;

	memcpy(msg, s->cc.eng.client_random, 32);
	memcpy(msg + 32, s->cc.eng.server_random, 32);
	memcpy(body, p, n); /* at most 4 + 255 octets */
	if (tls_x509_parse(&x, s->chain.der + s->chain.off[0], s->chain.len[0]) != 0 ||
	    !tls_scheme_verify(k->scheme, &x.pub, msg, 64 + n, k->sig.p, tls_rd_left(&k->sig))) {
		tls_session_fail(s, TLS_ALERT_DECRYPT_ERROR, "could not prove that it has the key of its "
		    "certificate (bad signature of its key exchange)");
		return;
	}
	(void)tls_hash(&br_sha256_vtable, msg, 64 + n, body + n + 4);
	body[n] = 4;
	body[n + 1] = s->key.key_type == BR_KEYTYPE_RSA ? 1 : 3;
	body[n + 2] = 0;
	body[n + 3] = 32;
	br_ssl_engine_set_rsavrfy(&s->cc.eng, verified_rsa);
	br_ssl_engine_set_ecdsa(&s->cc.eng, verified_ec);
	feed_message(s, SERVER_KEY_EXCHANGE, body, n + 4 + 32);
	br_ssl_engine_set_rsavrfy(&s->cc.eng, rsa);
	br_ssl_engine_set_ecdsa(&s->cc.eng, ec);
}

static void on_key_exchange(struct tls_session *s, const uint8_t *p, size_t n)
{
	const struct tls_graft *g = &s->graft;
	struct ske k;
	bool good = parse_ske(g, p, n, &k);

	hash_message(s, p, n);
	if (s->key.key_type == 0 || !tls_suite_is_ecdhe(g->suite)) { /* out of order: the engine says so */
		feed_message(s, SERVER_KEY_EXCHANGE, p, n);
		return;
	}
	if (!good) {
		tls_session_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed ServerKeyExchange");
		return;
	}
	s->group = k.group;
	s->scheme = k.scheme;
	if (g->version >= 0x0303 && !tls_session_offered(s, k.scheme))
		tls_session_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, "signed in a way that was not offered");
	else if (gives_no_secret(g, p, &k))
		tls_session_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, "sent a key share that is not valid");
	else if (is_pss(k.scheme) || g->foreign)
		on_foreign(s, p, &k);
	else
		feed_message(s, SERVER_KEY_EXCHANGE, p, n);
}

/* ---- the server's flight, message by message -------------------------------------------------- */

/* RFC 6066 section 8: status_type ocsp, and the response. */
static void on_status(struct tls_session *s)
{
	const struct tls_graft *g = &s->graft;
	struct tls_rd r = tls_rd_init(s->staple, g->mlen), resp;

	br_multihash_update(&s->transcript, s->staple, g->mlen);
	if (tls_rd_uint(&r, 1) == 1) {
		resp = tls_rd_vec(&r, 3);
		if (tls_rd_is_done(&r) && tls_rd_left(&resp) > 0) {
			s->staple_len = tls_rd_left(&resp);
			memmove(s->staple, resp.p, s->staple_len);
			return;
		}
	}
	tls_session_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed CertificateStatus");
}

/* The header of a message is there: may it come now, and where does its body go? */
static void begin_message(struct tls_session *s)
{
	struct tls_graft *g = &s->graft;
	unsigned type = g->mhead[0];
	bool held = type == SERVER_HELLO || type == SERVER_KEY_EXCHANGE;

	g->mlen = (size_t)g->mhead[1] << 16 | (size_t)g->mhead[2] << 8 | g->mhead[3];
	g->mgot = 0;
	g->to = held ? g->msg : NULL;
	if ((type == SERVER_HELLO) != (g->stage == TLS_STAGE_HELLO) && type != HELLO_REQUEST) {
		tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, ORDER);
	} else if ((held && g->mlen > sizeof g->msg) ||
	    ((type == HELLO_REQUEST || type == SERVER_HELLO_DONE) && g->mlen != 0)) {
		tls_session_fail(s, TLS_ALERT_DECODE_ERROR, "sent a TLS message of an impossible length");
	} else if (type == HELLO_REQUEST) { /* RFC 5246 section 7.4.1.1: ignored, and not hashed */
		if (++g->strays > TLS_MAX_STRAY)
			tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, ORDER);
	} else if (type == CERTIFICATE_STATUS) {
		if (!g->status || g->last != CERTIFICATE) /* RFC 6066 section 8 */
			tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, ORDER);
		br_multihash_update(&s->transcript, g->mhead, 4);
		g->to = g->mlen <= sizeof s->staple ? s->staple : NULL;
	} else if (!held && type != SERVER_HELLO_DONE) {
		br_multihash_update(&s->transcript, g->mhead, 4);
		tls_graft_feed(s, TLS_HANDSHAKE_DATA, g->mhead, 4);
	}
}

/* A message is whole; rest: octets in its record that follow. */
static void end_message(struct tls_session *s, size_t rest)
{
	struct tls_graft *g = &s->graft;
	unsigned type = g->mhead[0];

	g->nmhead = 0;
	if (type == SERVER_HELLO) {
		on_server_hello(s, g->msg, g->mlen, rest);
	} else if (type == SERVER_KEY_EXCHANGE) {
		on_key_exchange(s, g->msg, g->mlen);
	} else if (type == CERTIFICATE_STATUS) {
		if (g->to != NULL)
			on_status(s);
		else
			s->staple_len = g->mlen; /* too long: not kept */
	} else if (type == SERVER_HELLO_DONE && rest > 0) {
		tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, ORDER);
	} else if (type == SERVER_HELLO_DONE) {
		s->cc.eng.mhash = s->transcript;
		tls_graft_feed(s, TLS_HANDSHAKE_DATA, g->mhead, 4);
		g->stage = TLS_STAGE_ENGINE;
	}
	if (type != HELLO_REQUEST)
		g->last = type;
}

static void message_body(struct tls_session *s, const uint8_t *p, size_t n)
{
	struct tls_graft *g = &s->graft;
	unsigned type = g->mhead[0];

	if (g->to != NULL) {
		memcpy(g->to + g->mgot, p, n);
	} else {
		br_multihash_update(&s->transcript, p, n);
		if (type != CERTIFICATE_STATUS)
			tls_graft_feed(s, TLS_HANDSHAKE_DATA, p, n);
	}
	g->mgot += n;
}

void tls_graft_handshake(struct tls_session *s, const uint8_t *p, size_t n, size_t later)
{
	struct tls_graft *g = &s->graft;
	size_t k;

	while (n > 0 && !tls_graft_has_failed(s)) {
		if (g->nmhead < sizeof g->mhead) {
			g->mhead[g->nmhead++] = *p++;
			n--;
			if (g->nmhead == sizeof g->mhead)
				begin_message(s);
		} else {
			k = g->mlen - g->mgot < n ? g->mlen - g->mgot : n;
			message_body(s, p, k);
			p += k;
			n -= k;
		}
		if (!tls_graft_has_failed(s) && g->nmhead == sizeof g->mhead && g->mgot == g->mlen)
			end_message(s, n + later);
	}
}
