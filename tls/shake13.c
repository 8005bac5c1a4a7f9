/* SPDX-License-Identifier: ISC */
/*
 * tls/shake13.c: the handshake messages of TLS 1.3 after the ServerHello (RFC 8446 sections 4.2 to
 * 4.6), one state after the other.  The connection is open when CertificateVerify was made with
 * the leaf's key over all that was said, and the server's Finished is right.
 */
#include "tls/shake13.h"
#include "tls/chain.h"
#include "tls/hello.h"
#include "tls/wire.h"
#include "tls/x509.h"

#include <sodium.h>
#include <string.h>

enum {
	M_TICKET = 4, M_EXTENSIONS = 8, M_CERT = 11, M_REQUEST = 13, M_VERIFY = 15, M_FINISHED = 20,
	M_KEY_UPDATE = 24
};

void tls13_transcript(const struct tls_session *s, uint8_t *hash)
{
	const br_hash_class *h = s->t13.sched.hash;

	(void)br_multihash_out(&s->transcript,
	    (int)(h->desc >> BR_HASHDESC_ID_OFF & BR_HASHDESC_ID_MASK), hash);
}

/* ---- extensions (section 4.2) ---------------------------------------------------------- */

struct ext {
	unsigned type;
	struct tls_rd data;
};

struct ext_block {
	struct tls_rd r;
	unsigned n;
	uint16_t seen[TLS13_MAX_EXTENSIONS];
};

/* The next extension of a block that is not at its end. */
static bool ext_next(struct tls_session *s, struct ext_block *b, struct ext *e)
{
	unsigned i;

	e->type = tls_rd_uint(&b->r, 2);
	e->data = tls_rd_vec(&b->r, 2);
	if (b->r.bad)
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed TLS extension");
	for (i = 0; i < b->n; i++) {
		if (b->seen[i] == e->type)
			return tls13_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, "sent a TLS extension twice");
	}
	if (b->n == TLS13_MAX_EXTENSIONS)
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent too many TLS extensions");
	b->seen[b->n++] = (uint16_t)e->type;
	return true;
}

/* One that we know and that belongs into another message, or else one that we did not offer. */
static bool ext_stray(struct tls_session *s, unsigned type)
{
	switch (type) {
	case TLS_X_SERVER_NAME:
		if (s->cc.eng.server_name[0] == '\0')
			break;
		/* fall through */
	case TLS_X_STATUS_REQUEST: case TLS_X_GROUPS: case TLS_X_SIGALGS: case TLS_X_VERSIONS:
	case TLS_X_COOKIE: case TLS_X_SIGALGS_CERT: case TLS_X_KEY_SHARE:
		return tls13_fail(s, TLS_ALERT_ILLEGAL_PARAMETER,
		    "sent a TLS extension in a message that does not have it");
	}
	return tls13_fail(s, TLS_ALERT_UNSUPPORTED_EXTENSION,
	    "sent a TLS extension that was not asked for");
}

/* A list of numbers of two octets, not empty, that fills the extension. */
static bool is_list16(struct tls_rd data)
{
	struct tls_rd list = tls_rd_vec(&data, 2);

	return tls_rd_is_done(&data) && tls_rd_left(&list) > 0 && tls_rd_left(&list) % 2 == 0;
}

/* ---- EncryptedExtensions (section 4.3.1) ----------------------------------------------- */

static bool on_extensions(struct tls_session *s)
{
	struct tls_rd r = tls_rd_init(s->t13.msg, s->t13.mlen);
	struct ext_block b = { tls_rd_vec(&r, 2), 0, { 0 } };
	struct ext e;
	bool good;

	if (!tls_rd_is_done(&r))
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent malformed EncryptedExtensions");
	while (tls_rd_left(&b.r) > 0) {
		if (!ext_next(s, &b, &e))
			return false;
		if (e.type == TLS_X_SERVER_NAME && s->cc.eng.server_name[0] != '\0')
			good = tls_rd_left(&e.data) == 0; /* RFC 6066 section 3 */
		else if (e.type == TLS_X_GROUPS)
			good = is_list16(e.data); /* section 4.2.7: not acted upon */
		else
			return ext_stray(s, e.type);
		if (!good)
			return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent malformed EncryptedExtensions");
	}
	s->t13.step = TLS13_CERT_OR_REQUEST;
	return true;
}

/* ---- CertificateRequest (section 4.3.2) ------------------------------------------------ */

/* Extensions that are not known are ignored here. */
static bool request_exts(struct tls_session *s, struct ext_block *b)
{
	bool algorithms = false;
	struct ext e;

	while (tls_rd_left(&b->r) > 0) {
		if (!ext_next(s, b, &e))
			return false;
		if (e.type == TLS_X_SIGALGS || e.type == TLS_X_SIGALGS_CERT) {
			if (!is_list16(e.data))
				return tls13_fail(s, TLS_ALERT_DECODE_ERROR,
				    "sent a malformed CertificateRequest");
			algorithms |= e.type == TLS_X_SIGALGS;
		} else if (e.type == TLS_X_SERVER_NAME || e.type == TLS_X_GROUPS ||
		    e.type == TLS_X_VERSIONS || e.type == TLS_X_COOKIE || e.type == TLS_X_KEY_SHARE) {
			return ext_stray(s, e.type);
		}
	}
	if (!algorithms)
		return tls13_fail(s, TLS_ALERT_MISSING_EXTENSION,
		    "asked for a certificate without saying by which signature algorithms");
	return true;
}

static bool on_request(struct tls_session *s)
{
	struct tls_rd r = tls_rd_init(s->chain.der, s->t13.mlen), context = tls_rd_vec(&r, 1);
	struct ext_block b = { tls_rd_vec(&r, 2), 0, { 0 } };

	if (!tls_rd_is_done(&r))
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed CertificateRequest");
	if (tls_rd_left(&context) > 0)
		return tls13_fail(s, TLS_ALERT_ILLEGAL_PARAMETER,
		    "sent a CertificateRequest with a context in the handshake");
	if (!request_exts(s, &b))
		return false;
	s->t13.asked = true;
	s->t13.step = TLS13_CERT;
	return true;
}

/* ---- Certificate (section 4.4.2) ------------------------------------------------------- */

/* CertificateStatus, RFC 8446 section 4.4.2.1, RFC 6066 section 8. */
static bool on_staple(struct tls_session *s, struct tls_rd data, bool leaf)
{
	unsigned type = tls_rd_uint(&data, 1);
	struct tls_rd ocsp = tls_rd_vec(&data, 3);
	size_t n = tls_rd_left(&ocsp);

	if (!data.bad && type != 1)
		return tls13_fail(s, TLS_ALERT_ILLEGAL_PARAMETER,
		    "stapled a certificate status that is not OCSP");
	if (!tls_rd_is_done(&data) || n == 0)
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "stapled a malformed certificate status");
	if (!leaf)
		return true;
	s->staple_len = n;
	if (n <= TLS_MAX_STAPLE)
		memcpy(s->staple, ocsp.p, n);
	return true;
}

static bool entry_exts(struct tls_session *s, struct ext_block *b, bool leaf)
{
	struct ext e;

	while (tls_rd_left(&b->r) > 0) {
		if (!ext_next(s, b, &e))
			return false;
		if (e.type != TLS_X_STATUS_REQUEST)
			return ext_stray(s, e.type);
		if (!on_staple(s, e.data, leaf))
			return false;
	}
	return true;
}

/* The certificates of the message, and what comes with them. */
static bool list_ok(struct tls_session *s, struct tls_rd list)
{
	bool leaf = true;

	if (tls_rd_left(&list) == 0) /* section 4.4.2.4 */
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "presented no certificate");
	while (tls_rd_left(&list) > 0) {
		struct tls_rd cert = tls_rd_vec(&list, 3);
		struct ext_block b = { tls_rd_vec(&list, 2), 0, { 0 } };

		if (list.bad || tls_rd_left(&cert) == 0)
			return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed Certificate message");
		if (!entry_exts(s, &b, leaf))
			return false;
		leaf = false;
	}
	return true;
}

static bool chain_end(struct tls_session *s)
{
	unsigned err = tls_session_chain_end(s);

	if (err == BR_ERR_X509_WRONG_KEY_TYPE)
		return tls13_fail(s, TLS_ALERT_UNSUPPORTED_CERTIFICATE,
		    "presents a certificate with a key that is not supported here (supported: RSA and "
		    "RSA-PSS with an exponent of 3 or more, ECDSA on P-256, P-384, P-521, Ed25519)");
	if (err == BR_ERR_X509_LIMIT_EXCEEDED)
		return tls13_fail(s, TLS_ALERT_BAD_CERTIFICATE,
		    "presents too many certificates, or too large ones");
	if (err != 0)
		return tls13_fail(s, TLS_ALERT_BAD_CERTIFICATE,
		    "presents a certificate that is not DER X.509");
	return true;
}

/* The message lies in the chain's own buffer: each certificate moves down, over what has been
   read. */
static bool take_chain(struct tls_session *s, struct tls_rd list)
{
	tls_session_chain_begin(s);
	while (tls_rd_left(&list) > 0) {
		struct tls_rd cert = tls_rd_vec(&list, 3);
		size_t exts;

		tls_chain_append(&s->chain, cert.p, tls_rd_left(&cert));
		tls_chain_end(&s->chain);
		exts = tls_rd_uint(&list, 2);
		(void)tls_rd_take(&list, exts);
	}
	return chain_end(s);
}

static bool on_cert(struct tls_session *s)
{
	struct tls_rd r = tls_rd_init(s->chain.der, s->t13.mlen), context = tls_rd_vec(&r, 1);
	struct tls_rd list = tls_rd_vec(&r, 3);

	if (!tls_rd_is_done(&r))
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed Certificate message");
	if (tls_rd_left(&context) > 0)
		return tls13_fail(s, TLS_ALERT_ILLEGAL_PARAMETER,
		    "sent a Certificate message with a context that was not asked for");
	s->staple_len = 0;
	if (!list_ok(s, list) || !take_chain(s, list))
		return false;
	s->t13.step = TLS13_VERIFY;
	return true;
}

/* ---- CertificateVerify (section 4.4.3) ------------------------------------------------- */

static bool scheme_fits(struct tls_session *s, unsigned scheme, const struct tls_key *k)
{
	enum tls_key_kind kind = tls_scheme_kind(scheme); /* rsa_pkcs1 and SHA-1 are not of TLS 1.3 */

	if (!tls_session_offered(s, scheme) || kind == TLS_KEY_OTHER) /* section 4.2.3 */
		return tls13_fail(s, TLS_ALERT_ILLEGAL_PARAMETER,
		    "signed the handshake by a scheme that was not offered for TLS 1.3");
	if (k->kind != kind)
		return tls13_fail(s, TLS_ALERT_ILLEGAL_PARAMETER,
		    "signed the handshake by a scheme that does not fit the key of its certificate");
	if (k->rsa.nlen != 0 && k->bits < TLS13_MIN_RSA_BITS)
		return tls13_fail(s, TLS_ALERT_UNSUPPORTED_CERTIFICATE,
		    "presents a certificate with an RSA key under 512 bits");
	if (tls_key_is_large(k))
		return tls13_fail(s, TLS_ALERT_UNSUPPORTED_CERTIFICATE,
		    "presents a certificate with an RSA key over 4096 bits, or with an exponent over 64 "
		    "bits, which is more than this client computes with: other senders may well take it");
	return true;
}

/* What is signed: 64 blanks, the context, a zero, the hash up to Certificate. */
static size_t signed_text(const struct tls_session *s, const uint8_t *hash, uint8_t *out)
{
	static const char context[] = "TLS 1.3, server CertificateVerify";

	memset(out, 0x20, 64);
	memcpy(out + 64, context, sizeof context); /* with its zero */
	memcpy(out + 64 + sizeof context, hash, s->t13.sched.len);
	return 64 + sizeof context + s->t13.sched.len;
}

static bool on_verify(struct tls_session *s, const uint8_t *hash)
{
	struct tls_rd r = tls_rd_init(s->t13.msg, s->t13.mlen), sig;
	unsigned scheme = tls_rd_uint(&r, 2);
	const struct tls_chain *c = &s->chain;
	uint8_t text[160];
	struct tls_x509 x;
	size_t n;

	sig = tls_rd_vec(&r, 2);
	if (!tls_rd_is_done(&r))
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed CertificateVerify message");
	if (c->n == 0 || tls_x509_parse(&x, c->der + c->off[0], c->len[0]) != 0)
		return tls13_fail(s, TLS_ALERT_INTERNAL_ERROR, "presents no certificate that can be read");
	if (!scheme_fits(s, scheme, &x.pub))
		return false;
	n = signed_text(s, hash, text);
	if (!tls_scheme_verify(scheme, &x.pub, text, n, sig.p, tls_rd_left(&sig)))
		return tls13_fail(s, TLS_ALERT_DECRYPT_ERROR,
		    "could not prove that it has the key of its certificate (bad signature)");
	s->scheme = scheme;
	s->t13.step = TLS13_FINISHED;
	return true;
}

/* ---- Finished (section 4.4.4) ---------------------------------------------------------- */

static void send_message(struct tls_session *s, const uint8_t *msg, size_t n)
{
	br_multihash_update(&s->transcript, msg, n);
	tls13_send(s, TLS_HANDSHAKE_DATA, msg, n);
}

/* The client's flight: no certificate if one was asked for, and Finished. */
static void send_flight(struct tls_session *s)
{
	static const uint8_t none[8] = { M_CERT, 0, 0, 4 }; /* no context, no list */
	struct tls13 *t = &s->t13;
	uint8_t hash[TLS_MAX_HASH], msg[4 + TLS_MAX_HASH] = { M_FINISHED, 0, 0, (uint8_t)t->sched.len };

	if (t->asked)
		send_message(s, none, sizeof none);
	tls13_transcript(s, hash);
	tls_sched_finished(t->sched.hash, t->ours, hash, msg + 4);
	send_message(s, msg, 4 + t->sched.len);
}

/* To the application keys, which come from all up to the server's Finished (section 7.1). */
static void open_up(struct tls_session *s, const uint8_t *hash)
{
	struct tls13 *t = &s->t13;

	tls_sched_next(&t->sched, NULL, 0);
	tls_sched_derive(&t->sched, "c ap traffic", hash, t->ours);
	tls_sched_derive(&t->sched, "s ap traffic", hash, t->theirs);
	sodium_memzero(t->sched.secret, sizeof t->sched.secret);
	tls_record_init(&t->out, s->suite, t->ours);
	tls_record_init(&t->in, s->suite, t->theirs);
	t->step = TLS13_OPEN;
	s->version = 0x0304;
	s->opened = true;
}

static bool on_finished(struct tls_session *s, const uint8_t *before)
{
	struct tls13 *t = &s->t13;
	uint8_t want[TLS_MAX_HASH], hash[TLS_MAX_HASH];

	if (t->mlen != t->sched.len)
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed Finished message");
	tls_sched_finished(t->sched.hash, t->theirs, before, want);
	if (sodium_memcmp(want, t->msg, t->sched.len) != 0)
		return tls13_fail(s, TLS_ALERT_DECRYPT_ERROR,
		    "sent a wrong Finished message: the handshake was altered on the way");
	tls13_transcript(s, hash);
	send_flight(s);
	open_up(s, hash);
	return true;
}

/* ---- after the handshake (section 4.6) ------------------------------------------------- */

/* Nothing is resumed: its contents are of no use. */
static bool on_ticket(struct tls_session *s)
{
	if (++s->t13.tickets <= TLS13_MAX_TICKETS)
		return true;
	return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, "sent too many session tickets");
}

/* Section 4.6.3. */
static bool on_key_update(struct tls_session *s)
{
	static const uint8_t answer[5] = { M_KEY_UPDATE, 0, 0, 1, 0 };
	struct tls13 *t = &s->t13;

	if (t->mlen != 1)
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed KeyUpdate message");
	if (t->msg[0] > 1)
		return tls13_fail(s, TLS_ALERT_ILLEGAL_PARAMETER, "sent a KeyUpdate of an unknown kind");
	if (++t->updates > TLS13_MAX_UPDATES)
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, "changed its TLS keys too often");
	tls_sched_update(t->sched.hash, t->theirs);
	tls_record_init(&t->in, s->suite, t->theirs);
	if (t->msg[0] == 0)
		return true;
	tls13_send(s, TLS_HANDSHAKE_DATA, answer, sizeof answer);
	tls_sched_update(t->sched.hash, t->ours);
	tls_record_init(&t->out, s->suite, t->ours);
	return true;
}

/* ---- messages -------------------------------------------------------------------------- */

static bool is_awaited(enum tls13_step step, unsigned type)
{
	switch (step) {
	case TLS13_EXTENSIONS: return type == M_EXTENSIONS;
	case TLS13_CERT_OR_REQUEST: return type == M_REQUEST || type == M_CERT;
	case TLS13_CERT: return type == M_CERT;
	case TLS13_VERIFY: return type == M_VERIFY;
	case TLS13_FINISHED: return type == M_FINISHED;
	case TLS13_OPEN: return type == M_TICKET || type == M_KEY_UPDATE;
	}
	return false;
}

/* As for a chain over the limits that TLS 1.2 brings: the report says why nothing can match. */
static bool too_large(struct tls_session *s, unsigned type)
{
	if (type != M_CERT)
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR,
		    "sent a handshake message that is larger than this client takes");
	tls_session_chain_begin(s);
	s->chain.overflow = true;
	return chain_end(s) && tls13_fail(s, TLS_ALERT_INTERNAL_ERROR, "presents too large a chain");
}

/* The header is there: is the message one that may come now, and where does it go? */
static bool message_begins(struct tls_session *s)
{
	struct tls13 *t = &s->t13;
	unsigned type = t->head[0];
	size_t most = TLS13_MAX_MESSAGE;

	t->mlen = (size_t)t->head[1] << 16 | (size_t)t->head[2] << 8 | t->head[3];
	t->mgot = 0;
	t->to = t->msg;
	if (!is_awaited(t->step, type))
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE,
		    "sent a TLS handshake message out of order");
	if (type == M_CERT || type == M_REQUEST) {
		t->to = s->chain.der;
		most = TLS13_MAX_LARGE;
	} else if (type == M_TICKET) {
		t->to = NULL;
		most = TLS13_MAX_TICKET;
	}
	return t->mlen <= most || too_large(s, type);
}

/* It is whole; more: octets follow it in its record. */
static bool message_ends(struct tls_session *s, bool more)
{
	struct tls13 *t = &s->t13;
	unsigned type = t->head[0];
	uint8_t before[TLS_MAX_HASH];

	t->nhead = 0;
	if (more && (type == M_FINISHED || type == M_KEY_UPDATE)) /* section 5.1 */
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE,
		    "sent a handshake message across a change of keys");
	if (type == M_TICKET)
		return on_ticket(s);
	if (type == M_KEY_UPDATE)
		return on_key_update(s);
	tls13_transcript(s, before);
	br_multihash_update(&s->transcript, t->head, sizeof t->head);
	br_multihash_update(&s->transcript, t->to, t->mlen);
	switch (type) {
	case M_EXTENSIONS: return on_extensions(s);
	case M_REQUEST: return on_request(s);
	case M_CERT: return on_cert(s);
	case M_VERIFY: return on_verify(s, before);
	default: return on_finished(s, before);
	}
}

bool tls13_is_within(const struct tls_session *s)
{
	return s->t13.nhead > 0;
}

bool tls13_shake(struct tls_session *s, const uint8_t *p, size_t n)
{
	struct tls13 *t = &s->t13;
	size_t k;

	while (n > 0) {
		if (t->nhead < sizeof t->head) {
			t->head[t->nhead++] = *p++;
			n--;
			if (t->nhead < sizeof t->head)
				continue;
			if (!message_begins(s))
				return false;
		}
		k = t->mlen - t->mgot < n ? t->mlen - t->mgot : n;
		if (t->to != NULL && k > 0)
			memcpy(t->to + t->mgot, p, k);
		t->mgot += k;
		p += k;
		n -= k;
		if (t->mgot == t->mlen && !message_ends(s, n > 0))
			return false;
	}
	return true;
}
