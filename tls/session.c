/* SPDX-License-Identifier: ISC */
/*
 * tls/session.c: the TLS client, and the br_x509_class that collects what the server
 * presents and has it judged, in all versions of TLS alike.  The handshake goes on with the leaf's
 * key whether or not a TLSA record matched, so that the report can show all; only
 * tls_session_ok() says that both hold: handshake finished with that key, and match.
 */
#include "tls/chain.h"
#include "tls/names.h"
#include "tls/session.h"
#include "tls/text.h"
#include "tls/x509.h"

#include <sodium.h>
#include <string.h>

/* ---- our certificate class ------------------------------------------------------- */

static struct tls_session *owner(const br_x509_class *const *ctx)
{
	return (struct tls_session *)((char *)ctx - offsetof(struct tls_session, vtable));
}

void tls_session_chain_begin(struct tls_session *s)
{
	s->opened = false;
	memset(&s->result, 0, sizeof s->result);
	memset(&s->leaf, 0, sizeof s->leaf);
	memset(&s->key, 0, sizeof s->key);
	tls_chain_init(&s->chain);
}

static void x_start_chain(const br_x509_class **ctx, const char *name)
{
	(void)name;
	tls_session_chain_begin(owner(ctx));
}

static void x_start_cert(const br_x509_class **ctx, uint32_t len)
{
	struct tls_session *s = owner(ctx);

	if (len > sizeof s->chain.der - s->chain.used)
		s->chain.overflow = true;
}

static void x_append(const br_x509_class **ctx, const unsigned char *p, size_t n)
{
	tls_chain_append(&owner(ctx)->chain, p, n);
}

static void x_end_cert(const br_x509_class **ctx)
{
	tls_chain_end(&owner(ctx)->chain);
}

/* A key of which BearSSL knows nothing may serve in TLS 1.2 too (RFC 8446 section 4.2.3, RFC 8422 section
   5.10), where graft.c verifies what it signs.  The engine gets one of the family of the cipher suite. */
static bool take_foreign_key(struct tls_session *s, const struct tls_x509 *x)
{
	struct tls_graft *g = &s->graft;
	bool pss = x->pub.kind == TLS_KEY_RSA_PSS;

	if ((!pss && x->pub.kind != TLS_KEY_ED25519) || g->version < 0x0303 ||
	    !tls_suite_is_ecdhe(g->suite))
		return false;
	g->foreign = true;
	s->key.key_type = pss ? BR_KEYTYPE_RSA : BR_KEYTYPE_EC;
	if (pss)
		s->key.key.rsa = x->pub.rsa;
	else
		s->key.key.ec = (br_ec_public_key){ BR_EC_secp256r1, (unsigned char *)x->pub.ed, 32 };
	return true;
}

static bool is_13(const struct tls_session *s)
{
	return s->graft.stage == TLS_STAGE_13;
}

/* The very key of the SubjectPublicKeyInfo that the TLSA records were held against.  With an exponent
   of 1 anybody can sign, and read what is encrypted (RFC 8017 section 3.1: 3 is the least).  What is
   longer than BearSSL computes with is refused here, lest it is said that the server lacks the key. */
static bool take_key(struct tls_session *s, const struct tls_x509 *x)
{
	if (tls_key_is_open(&x->pub))
		return false;
	if (!is_13(s) && tls_key_is_large(&x->pub)) /* in TLS 1.3 shake13.c says so itself */
		return false;
	s->key = x->key;
	if (is_13(s))
		return x->pub.kind != TLS_KEY_OTHER;
	return x->key.key_type != 0 || take_foreign_key(s, x);
}

unsigned tls_session_chain_end(struct tls_session *s)
{
	const struct tls_chain *c = &s->chain;
	struct tls_x509 x;

	tls_dane_check(&s->dane, c, &s->result);
	if (c->overflow)
		return BR_ERR_X509_LIMIT_EXCEEDED;
	if (c->n == 0)
		return BR_ERR_X509_EMPTY_CHAIN;
	if (tls_cert_parse(&s->leaf, c->der + c->off[0], c->len[0]) != 0 ||
	    tls_x509_parse(&x, c->der + c->off[0], c->len[0]) != 0 ||
	    s->result.verdict == TLS_BAD_CHAIN)
		return BR_ERR_X509_INVALID_VALUE;
	return take_key(s, &x) ? 0 : BR_ERR_X509_WRONG_KEY_TYPE;
}

static unsigned x_end_chain(const br_x509_class **ctx)
{
	return tls_session_chain_end(owner(ctx));
}

static const br_x509_pkey *x_get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
	struct tls_session *s = owner(ctx);

	if (usages != NULL)
		*usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
	return s->key.key_type == 0 ? NULL : &s->key;
}

static const br_x509_class x509_class = {
	sizeof(const br_x509_class *), x_start_chain, x_start_cert, x_append, x_end_cert,
	x_end_chain, x_get_pkey
};

/* ---- set-up and state -------------------------------------------------------------- */

static void clear(struct tls_session *s)
{
	tls_session_chain_begin(s);
	memset(&s->ocsp, 0, sizeof s->ocsp);
	memset(&s->t13, 0, sizeof s->t13);
	s->error = 0;
	s->why = NULL;
	s->version = s->suite = s->group = s->scheme = 0;
	s->staple_len = 0;
}

void tls_session_init(struct tls_session *s, const char *sni, const struct tls_dane *d,
    enum tls_offer offer, const uint8_t entropy[32])
{
	br_x509_minimal_context unused; /* br_ssl_client_init_full() wants one */
	br_ssl_engine_context *e = &s->cc.eng;
	br_hmac_drbg_context rng;
	uint8_t seed[32 + 64];

	clear(s);
	s->dane = *d;
	s->vtable = &x509_class;
	br_hmac_drbg_init(&rng, &br_sha256_vtable, entropy, 32);
	br_hmac_drbg_generate(&rng, seed, sizeof seed);
	br_ssl_client_init_full(&s->cc, &unused, NULL, 0);
	br_ssl_engine_set_x509(e, &s->vtable);
	br_ssl_engine_set_versions(e, BR_TLS10, BR_TLS12);
	br_ssl_engine_add_flags(e, BR_OPT_NO_RENEGOTIATION);
	br_ssl_engine_set_buffer(e, s->iobuf, sizeof s->iobuf, 1);
	br_ssl_engine_inject_entropy(e, seed, 32);
	e->rng_os_rand_done = 1; /* the entropy given is all: no look at the system's */
	/* a name that is too long fails here, and the engine's state says so */
	(void)br_ssl_client_reset(&s->cc, sni, 0);
	tls_graft_begin(s, offer, seed + 32);
	sodium_memzero(seed, sizeof seed);
	sodium_memzero(&rng, sizeof rng);
}

/* The record that matched, if it holds the anchor whole. */
static const struct tls_tlsa *whole_anchor(const struct tls_session *s)
{
	const struct tls_tlsa *t;

	if (s->result.verdict != TLS_MATCH || s->result.tlsa < 0)
		return NULL;
	t = &s->dane.tlsa[s->result.tlsa];
	return t->usage == 2 && t->selector == 0 && t->mtype == 0 ? t : NULL;
}

static void judge_staple(struct tls_session *s)
{
	if (s->staple_len <= TLS_MAX_STAPLE)
		tls_ocsp_check(s->staple, s->staple_len, &s->chain, whole_anchor(s), s->dane.now, &s->ocsp);
	else
		tls_ocsp_too_large(&s->ocsp);
}

/* To be called whenever the engine moved on. */
static void note_open(struct tls_session *s)
{
	if (!is_13(s) && s->version == 0 &&
	    br_ssl_engine_current_state(&s->cc.eng) & BR_SSL_SENDAPP) {
		s->opened = s->key.key_type != 0;
		s->version = s->cc.eng.session.version;
		s->suite = s->cc.eng.session.cipher_suite;
	}
	if (s->version != 0 && s->staple_len > 0 && s->ocsp.state == TLS_OCSP_NONE)
		judge_staple(s);
}

static int last_error(const struct tls_session *s)
{
	return s->error != 0 ? s->error : br_ssl_engine_last_error(&s->cc.eng);
}

void tls_session_fail(struct tls_session *s, unsigned alert, const char *why)
{
	if (last_error(s) != BR_ERR_OK)
		return;
	s->error = BR_ERR_SEND_FATAL_ALERT + (int)alert;
	s->why = why;
	if (is_13(s))
		tls13_alert(s, alert);
	else
		tls_graft_alert(s, alert);
}

/* RFC 8446 section 6.2: no common parameters, no certificate, no version; as servers use them.  OpenSSL
   before 1.1.1 has another alert for schemes of which it knows none, and who has TLS 1.1 at best may choose
   that, whatever is offered: neither has an Ed25519 certificate to show. */
bool tls_session_declined(const struct tls_session *s)
{
	if (tls_session_state(s) != TLS_FAILED || s->opened)
		return false;
	if (s->graft.too_old)
		return true;
	switch (last_error(s)) {
	case BR_ERR_OK: /* closed, by a close_notify */
	case BR_ERR_RECV_FATAL_ALERT + TLS_ALERT_HANDSHAKE_FAILURE:
	case BR_ERR_RECV_FATAL_ALERT + 41: /* no_certificate */
	case BR_ERR_RECV_FATAL_ALERT + TLS_ALERT_UNSUPPORTED_CERTIFICATE:
	case BR_ERR_RECV_FATAL_ALERT + TLS_ALERT_PROTOCOL_VERSION:
	case BR_ERR_RECV_FATAL_ALERT + 71: /* insufficient_security */
		return true;
	case BR_ERR_RECV_FATAL_ALERT + TLS_ALERT_ILLEGAL_PARAMETER:
		return s->graft.hello.offer == TLS_OFFER_ED25519;
	default:
		return false;
	}
}

void tls_session_alerted(struct tls_session *s, unsigned alert)
{
	if (last_error(s) == BR_ERR_OK)
		s->error = BR_ERR_RECV_FATAL_ALERT + (int)alert;
}

bool tls_session_offered(const struct tls_session *s, unsigned scheme)
{
	return tls_hello_has_scheme(s->graft.hello.offer, scheme);
}

enum tls_state tls_session_state(const struct tls_session *s)
{
	bool closed;

	if (last_error(s) != BR_ERR_OK)
		return TLS_FAILED;
	closed = is_13(s) ? tls13_is_closed(s) :
	    br_ssl_engine_current_state(&s->cc.eng) == BR_SSL_CLOSED;
	if (closed)
		return s->opened ? TLS_CLOSED : TLS_FAILED;
	return s->opened ? TLS_OPEN : TLS_HANDSHAKE;
}

bool tls_session_opened(const struct tls_session *s)
{
	return s->opened;
}

bool tls_session_ok(const struct tls_session *s)
{
	return s->opened && s->result.verdict == TLS_MATCH;
}

/* ---- bytes --------------------------------------------------------------------------- */

uint8_t *tls_session_rec_in(struct tls_session *s, size_t *n)
{
	uint8_t *p = tls_clear_rec_in(s, n);

	note_open(s);
	return p;
}

void tls_session_rec_in_ack(struct tls_session *s, size_t n)
{
	if (n > 0)
		tls_clear_rec_in_ack(s, n);
	note_open(s);
}

const uint8_t *tls_session_rec_out(struct tls_session *s, size_t *n)
{
	return tls_clear_rec_out(s, n);
}

void tls_session_rec_out_ack(struct tls_session *s, size_t n)
{
	if (n > 0)
		tls_clear_rec_out_ack(s, n);
	note_open(s);
}

const uint8_t *tls_session_app_in(struct tls_session *s, size_t *n)
{
	const uint8_t *p;

	if (is_13(s))
		return tls13_app_in(s, n);
	p = br_ssl_engine_recvapp_buf(&s->cc.eng, n);
	*n = p == NULL ? 0 : *n;
	return p;
}

void tls_session_app_in_ack(struct tls_session *s, size_t n)
{
	if (n > 0 && is_13(s))
		tls13_app_in_ack(s, n);
	else if (n > 0)
		br_ssl_engine_recvapp_ack(&s->cc.eng, n);
	tls_clear_go_on(s);
	note_open(s);
}

static size_t engine_out(struct tls_session *s, const uint8_t *p, size_t n)
{
	size_t done = 0, room;
	uint8_t *to;

	while (done < n) {
		to = br_ssl_engine_sendapp_buf(&s->cc.eng, &room);
		if (to == NULL || room == 0)
			break;
		room = room < n - done ? room : n - done;
		memcpy(to, p + done, room);
		br_ssl_engine_sendapp_ack(&s->cc.eng, room);
		done += room;
	}
	br_ssl_engine_flush(&s->cc.eng, 0);
	return done;
}

size_t tls_session_app_out(struct tls_session *s, const uint8_t *p, size_t n)
{
	return is_13(s) ? tls13_app_out(s, p, n) : engine_out(s, p, n);
}

void tls_session_close(struct tls_session *s)
{
	if (is_13(s))
		tls13_close(s);
	else
		br_ssl_engine_close(&s->cc.eng);
}

void tls_session_wipe(struct tls_session *s)
{
	s->error = last_error(s);
	sodium_memzero(&s->cc, sizeof s->cc);
	sodium_memzero(&s->graft.hello, sizeof s->graft.hello);
	sodium_memzero(&s->t13, sizeof s->t13);
	sodium_memzero(s->iobuf, sizeof s->iobuf);
}

/* ---- texts --------------------------------------------------------------------------- */

const char *tls_session_version(const struct tls_session *s)
{
	return tls_version_name(s->version);
}

const char *tls_session_suite(const struct tls_session *s)
{
	return s->version == 0 ? "" : tls_suite_name(s->suite);
}

const char *tls_session_group(const struct tls_session *s)
{
	return s->version == 0 ? "" : tls_group_name(s->group);
}

const char *tls_session_scheme(const struct tls_session *s)
{
	return s->version == 0 ? "" : tls_scheme_name(s->scheme);
}

const char *tls_session_error(const struct tls_session *s, char *buf, size_t cap)
{
	struct tls_text t = tls_text_init(buf, cap);
	int err = last_error(s);

	if (tls_session_state(s) != TLS_FAILED)
		return buf;
	if (s->why != NULL && s->result.verdict != TLS_BAD_CHAIN) {
		tls_text_str(&t, "the server ");
		tls_text_str(&t, s->why);
		tls_text_str(&t, " (TLS alert sent: ");
		tls_alert_text(&t, (unsigned)(err - BR_ERR_SEND_FATAL_ALERT), false);
		tls_text_char(&t, ')');
	} else if (err >= BR_ERR_SEND_FATAL_ALERT && s->result.verdict != TLS_BAD_CHAIN) {
		tls_text_str(&t, "this client ended TLS with the alert ");
		tls_alert_text(&t, (unsigned)(err - BR_ERR_SEND_FATAL_ALERT), false);
	} else if (err >= BR_ERR_RECV_FATAL_ALERT && err < BR_ERR_SEND_FATAL_ALERT) {
		tls_text_str(&t, "the server ended TLS with the alert ");
		tls_alert_text(&t, (unsigned)(err - BR_ERR_RECV_FATAL_ALERT), true);
	} else if (err == BR_ERR_OK) {
		tls_text_str(&t, "the server closed TLS before the handshake was finished");
	} else if (s->result.verdict == TLS_BAD_CHAIN) {
		tls_text_str(&t, s->result.reason);
	} else {
		tls_text_str(&t, tls_engine_str(err));
		tls_text_str(&t, " (BearSSL error ");
		tls_text_uint(&t, (unsigned)err);
		tls_text_char(&t, ')');
	}
	return buf;
}
