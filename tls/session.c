/* SPDX-License-Identifier: ISC */
/*
 * tls/session.c: the TLS client on BearSSL, and the br_x509_class that collects what
 * the server presents and has it judged.  The class gives the engine the leaf's key
 * whether or not a TLSA record matched, so that the report can show all; only
 * tls_session_ok() says that both hold: handshake finished with that key, and match.
 */
#include "tls/chain.h"
#include "tls/text.h"
#include "tls/x509.h"

#include <string.h>

/* ---- our certificate class ------------------------------------------------------- */

static struct tls_session *owner(const br_x509_class *const *ctx)
{
	return (struct tls_session *)((char *)ctx - offsetof(struct tls_session, vtable));
}

static void x_start_chain(const br_x509_class **ctx, const char *name)
{
	struct tls_session *s = owner(ctx);

	(void)name;
	s->opened = false; /* a new chain: what was judged before counts no more */
	memset(&s->result, 0, sizeof s->result);
	memset(&s->leaf, 0, sizeof s->leaf);
	memset(&s->key, 0, sizeof s->key);
	tls_chain_init(&s->chain);
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

static unsigned x_end_chain(const br_x509_class **ctx)
{
	struct tls_session *s = owner(ctx);
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
	if (x.key.key_type == 0)
		return BR_ERR_X509_WRONG_KEY_TYPE;
	/* the very key of the SubjectPublicKeyInfo that the TLSA records were held against */
	s->key = x.key;
	return 0;
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

void tls_session_init(struct tls_session *s, const char *sni, const struct tls_dane *d,
    enum tls_offer offer, const uint8_t entropy[32])
{
	br_x509_minimal_context unused; /* br_ssl_client_init_full() wants one */
	br_ssl_engine_context *e = &s->cc.eng;

	(void)offer;
	memset(&s->result, 0, sizeof s->result);
	memset(&s->leaf, 0, sizeof s->leaf);
	memset(&s->key, 0, sizeof s->key);
	memset(&s->ocsp, 0, sizeof s->ocsp);
	tls_chain_init(&s->chain);
	s->dane = *d;
	s->opened = false;
	s->error = 0;
	s->why = NULL;
	s->version = s->suite = s->group = s->scheme = 0;
	s->staple_len = 0;
	s->vtable = &x509_class;
	br_ssl_client_init_full(&s->cc, &unused, NULL, 0);
	br_ssl_engine_set_x509(e, &s->vtable);
	br_ssl_engine_set_versions(e, BR_TLS10, BR_TLS12);
	br_ssl_engine_add_flags(e, BR_OPT_NO_RENEGOTIATION);
	br_ssl_engine_set_buffer(e, s->iobuf, sizeof s->iobuf, 1);
	br_ssl_engine_inject_entropy(e, entropy, 32);
	e->rng_os_rand_done = 1; /* the entropy given is all: no look at the system's */
	/* a name that is too long fails here, and the engine's state says so */
	(void)br_ssl_client_reset(&s->cc, sni, 0);
}

/* To be called whenever the engine moved on. */
static void note_open(struct tls_session *s)
{
	if (s->opened || !(br_ssl_engine_current_state(&s->cc.eng) & BR_SSL_SENDAPP))
		return;
	s->opened = s->key.key_type != 0;
	s->version = s->cc.eng.session.version;
	s->suite = s->cc.eng.session.cipher_suite;
}

static int last_error(const struct tls_session *s)
{
	return s->error != 0 ? s->error : br_ssl_engine_last_error(&s->cc.eng);
}

enum tls_state tls_session_state(const struct tls_session *s)
{
	if (last_error(s) != BR_ERR_OK)
		return TLS_FAILED;
	if (br_ssl_engine_current_state(&s->cc.eng) == BR_SSL_CLOSED)
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
	uint8_t *p = br_ssl_engine_recvrec_buf(&s->cc.eng, n);

	if (p == NULL)
		*n = 0;
	return p;
}

void tls_session_rec_in_ack(struct tls_session *s, size_t n)
{
	if (n == 0)
		return;
	br_ssl_engine_recvrec_ack(&s->cc.eng, n);
	note_open(s);
}

const uint8_t *tls_session_rec_out(struct tls_session *s, size_t *n)
{
	const uint8_t *p = br_ssl_engine_sendrec_buf(&s->cc.eng, n);

	if (p == NULL)
		*n = 0;
	return p;
}

void tls_session_rec_out_ack(struct tls_session *s, size_t n)
{
	if (n == 0)
		return;
	br_ssl_engine_sendrec_ack(&s->cc.eng, n);
	note_open(s);
}

const uint8_t *tls_session_app_in(struct tls_session *s, size_t *n)
{
	const uint8_t *p = br_ssl_engine_recvapp_buf(&s->cc.eng, n);

	if (p == NULL)
		*n = 0;
	return p;
}

void tls_session_app_in_ack(struct tls_session *s, size_t n)
{
	if (n > 0)
		br_ssl_engine_recvapp_ack(&s->cc.eng, n);
}

size_t tls_session_app_out(struct tls_session *s, const uint8_t *p, size_t n)
{
	size_t done = 0, room;
	uint8_t *to;

	while (done < n) {
		to = br_ssl_engine_sendapp_buf(&s->cc.eng, &room);
		if (to == NULL || room == 0)
			break;
		if (room > n - done)
			room = n - done;
		memcpy(to, p + done, room);
		br_ssl_engine_sendapp_ack(&s->cc.eng, room);
		done += room;
	}
	br_ssl_engine_flush(&s->cc.eng, 0);
	return done;
}

void tls_session_close(struct tls_session *s)
{
	br_ssl_engine_close(&s->cc.eng);
}

static void wipe(void *p, size_t n)
{
	volatile unsigned char *v = p;

	while (n-- > 0)
		*v++ = 0;
}

void tls_session_wipe(struct tls_session *s)
{
	s->error = last_error(s);
	wipe(&s->cc, sizeof s->cc);
	wipe(s->iobuf, sizeof s->iobuf);
}

/* ---- texts --------------------------------------------------------------------------- */

const char *tls_session_version(const struct tls_session *s)
{
	switch (s->version) {
	case BR_TLS10: return "TLSv1.0";
	case BR_TLS11: return "TLSv1.1";
	case BR_TLS12: return "TLSv1.2";
	default: return "";
	}
}

#define SUITE(n) { BR_##n, #n }
static const struct { uint16_t id; const char *name; } suites[] = {
	SUITE(TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
	SUITE(TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CCM),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CCM),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384),
	SUITE(TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384),
	SUITE(TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_ECDH_RSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_ECDH_RSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_RSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_RSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_RSA_WITH_AES_128_CCM),
	SUITE(TLS_RSA_WITH_AES_256_CCM),
	SUITE(TLS_RSA_WITH_AES_128_CCM_8),
	SUITE(TLS_RSA_WITH_AES_256_CCM_8),
	SUITE(TLS_RSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_RSA_WITH_AES_256_CBC_SHA256),
	SUITE(TLS_RSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_RSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA),
	SUITE(TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA),
	SUITE(TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA),
	SUITE(TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA),
	SUITE(TLS_RSA_WITH_3DES_EDE_CBC_SHA),
};

const char *tls_session_suite(const struct tls_session *s)
{
	size_t i;

	for (i = 0; i < sizeof suites / sizeof suites[0]; i++) {
		if (suites[i].id == s->suite)
			return suites[i].name;
	}
	return s->suite == 0 ? "" : "unknown";
}

const char *tls_session_group(const struct tls_session *s)
{
	(void)s;
	return "";
}

const char *tls_session_scheme(const struct tls_session *s)
{
	(void)s;
	return "";
}

#define NO_TRUST "the server checks certificates of clients, and senders of mail often have none: " \
	"have it ask for none on this port"
#define BROKEN "the two TLS implementations do not understand each other, or something on the way " \
	"changes what they say"

/* RFC 5246 section 7.2 and its successors, and what each usually means with mail servers. */
static const struct { uint8_t n; const char *name, *hint; } alerts[] = {
	{ 0, "close_notify", "it does not want to go on" },
	{ 10, "unexpected_message", BROKEN },
	{ 20, "bad_record_mac", BROKEN },
	{ 21, "decryption_failed", BROKEN },
	{ 22, "record_overflow", BROKEN },
	{ 30, "decompression_failure", BROKEN },
	{ 40, "handshake_failure", "no cipher suite or signature algorithm in common with this "
	    "client (TLS 1.0 to 1.2), or the server has no certificate for the name asked for" },
	{ 41, "no_certificate", NO_TRUST },
	{ 42, "bad_certificate", NO_TRUST },
	{ 43, "unsupported_certificate", NO_TRUST },
	{ 44, "certificate_revoked", NO_TRUST },
	{ 45, "certificate_expired", NO_TRUST },
	{ 46, "certificate_unknown", NO_TRUST },
	{ 47, "illegal_parameter", BROKEN },
	{ 48, "unknown_ca", NO_TRUST },
	{ 49, "access_denied", "the server or a filter before it refuses this client or the name "
	    "asked for (SNI)" },
	{ 50, "decode_error", BROKEN },
	{ 51, "decrypt_error", BROKEN },
	{ 52, "too_many_cids_requested", BROKEN },
	{ 60, "export_restriction", "the server is very old" },
	{ 70, "protocol_version", "the server may speak TLS 1.3 alone, and this client TLS 1.0 to 1.2" },
	{ 71, "insufficient_security", "the server wants stronger algorithms than this client has" },
	{ 80, "internal_error", "often a certificate or key file that the server cannot read, or that "
	    "do not belong together; look into the server's log" },
	{ 86, "inappropriate_fallback", "the server takes this client for one that was talked down to "
	    "an older version" },
	{ 90, "user_canceled", "it does not want to go on" },
	{ 100, "no_renegotiation", "it does not begin a second handshake" },
	{ 109, "missing_extension", "the server wants an extension that this client did not send" },
	{ 110, "unsupported_extension", BROKEN },
	{ 111, "certificate_unobtainable", NO_TRUST },
	{ 112, "unrecognized_name", "the server does not know the name asked for (SNI), which is the "
	    "TLSA base domain: give it a certificate for that name" },
	{ 113, "bad_certificate_status_response", BROKEN },
	{ 114, "bad_certificate_hash_value", NO_TRUST },
	{ 115, "unknown_psk_identity", BROKEN },
	{ 116, "certificate_required", NO_TRUST },
	{ 117, "general_error", "look into the server's log" },
	{ 120, "no_application_protocol", "the port may be that of another service" },
	{ 121, "ech_required", BROKEN },
};

#undef NO_TRUST
#undef BROKEN

static void alert_text(struct tls_text *t, unsigned n, bool with_hint)
{
	size_t i;

	for (i = 0; i < sizeof alerts / sizeof alerts[0]; i++) {
		if (alerts[i].n != n)
			continue;
		tls_text_str(t, alerts[i].name);
		if (with_hint) {
			tls_text_str(t, ": ");
			tls_text_str(t, alerts[i].hint);
		}
		return;
	}
	tls_text_str(t, "number ");
	tls_text_uint(t, n);
}

static const char *engine_str(int err)
{
	switch (err) {
	case BR_ERR_BAD_PARAM:
		return "the name for SNI is too long";
	case BR_ERR_UNSUPPORTED_VERSION:
	case BR_ERR_BAD_VERSION:
	case BR_ERR_UNKNOWN_TYPE:
		return "what the server sent is not a TLS 1.0 to 1.2 record; it may not speak TLS here";
	case BR_ERR_BAD_LENGTH:
	case BR_ERR_TOO_LARGE:
		return "the server sent a TLS record of an impossible length; it may not speak TLS here";
	case BR_ERR_BAD_MAC:
		return "a TLS record was altered on the way (bad MAC)";
	case BR_ERR_UNEXPECTED:
		return "the server sent a TLS message out of order";
	case BR_ERR_BAD_HANDSHAKE:
		return "the server sent a malformed TLS handshake message";
	case BR_ERR_BAD_CIPHER_SUITE:
		return "the server chose a cipher suite that was not offered";
	case BR_ERR_BAD_FINISHED:
		return "the handshake was altered on the way (bad Finished message)";
	case BR_ERR_INVALID_ALGORITHM:
		return "the server chose an unknown curve or signature algorithm";
	case BR_ERR_BAD_SIGNATURE:
		return "the server could not prove that it has the key of its certificate (bad signature)";
	case BR_ERR_WRONG_KEY_USAGE:
		return "the key of the server's certificate does not fit the cipher suite that it chose";
	case BR_ERR_EXTRA_EXTENSION:
	case BR_ERR_BAD_SNI:
	case BR_ERR_BAD_SECRENEG:
	case BR_ERR_BAD_FRAGLEN:
		return "the server sent a TLS extension that was not asked for, or a malformed one";
	case BR_ERR_LIMIT_EXCEEDED:
		return "the server sent a key exchange that is larger than supported";
	case BR_ERR_NO_RANDOM:
		return "no entropy was given to the TLS client";
	case BR_ERR_X509_LIMIT_EXCEEDED:
		return "the server presents too many certificates, or too large ones";
	case BR_ERR_X509_EMPTY_CHAIN:
		return "the server presented no certificate";
	case BR_ERR_X509_INVALID_VALUE:
		return "the server's certificate is not a DER X.509 certificate";
	case BR_ERR_X509_WRONG_KEY_TYPE:
		return "the key of the server's certificate is of a type not supported here "
		    "(supported: RSA, ECDSA on P-256, P-384, P-521)";
	default:
		return "TLS protocol error";
	}
}

const char *tls_session_error(const struct tls_session *s, char *buf, size_t cap)
{
	struct tls_text t = tls_text_init(buf, cap);
	int err = last_error(s);

	if (tls_session_state(s) != TLS_FAILED)
		return buf;
	if (err >= BR_ERR_SEND_FATAL_ALERT) {
		tls_text_str(&t, "this client ended TLS with the alert ");
		alert_text(&t, (unsigned)(err - BR_ERR_SEND_FATAL_ALERT), false);
	} else if (err >= BR_ERR_RECV_FATAL_ALERT) {
		tls_text_str(&t, "the server ended TLS with the alert ");
		alert_text(&t, (unsigned)(err - BR_ERR_RECV_FATAL_ALERT), true);
	} else if (err == BR_ERR_OK) {
		tls_text_str(&t, "the server closed TLS before the handshake was finished");
	} else if (s->result.verdict == TLS_BAD_CHAIN) {
		tls_text_str(&t, s->result.reason);
	} else {
		tls_text_str(&t, engine_str(err));
		tls_text_str(&t, " (BearSSL error ");
		tls_text_uint(&t, (unsigned)err);
		tls_text_char(&t, ')');
	}
	return buf;
}
