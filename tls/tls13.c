/* SPDX-License-Identifier: ISC */
/*
 * tls/tls13.c: the records of the TLS 1.3 client (RFC 8446 sections 5, 6 and appendix D.4): which
 * of them may come when, alerts, the end of the connection, and the buffers.  shake13.c has the
 * handshake messages that they carry.
 */
#include "tls/shake13.h"

#include <sodium.h>
#include <string.h>

/* iobuf: one record that comes in, and behind it what goes out. */
#define OUT_AT (TLS_RECORD_HEAD + TLS_MAX_CIPHER)
#define OUT_CAP (BR_SSL_BUFSIZE_BIDI - OUT_AT)
/* Kept free for what must go out at once: the client's flight (110 octets with SHA-384), or the
   answer to a KeyUpdate, and an alert. */
#define OUT_KEEP 192

/* ---- what goes out --------------------------------------------------------------------- */

static size_t out_room(const struct tls13 *t)
{
	return OUT_CAP - t->outlen;
}

/* Nothing comes after a close_notify (section 6.1). */
void tls13_send(struct tls_session *s, unsigned type, const uint8_t *p, size_t n)
{
	static const uint8_t ccs[6] = { TLS_CCS, 3, 3, 0, 1, 1 };
	struct tls13 *t = &s->t13;
	uint8_t *out = s->iobuf + OUT_AT;

	if (!t->on || t->close_sent || out_room(t) < sizeof ccs + n + TLS_RECORD_EXTRA)
		return;
	if (!t->ccs_sent) { /* appendix D.4 */
		memcpy(out + t->outlen, ccs, sizeof ccs);
		t->outlen += sizeof ccs;
		t->ccs_sent = true;
	}
	out += t->outlen;
	memcpy(out + TLS_RECORD_HEAD, p, n);
	t->outlen += tls_record_seal(&t->out, type, out, n);
}

void tls13_alert(struct tls_session *s, unsigned n)
{
	uint8_t alert[2] = { 2, (uint8_t)n };

	tls13_send(s, TLS_ALERT, alert, sizeof alert);
	s->t13.on = false;
}

bool tls13_fail(struct tls_session *s, unsigned alert, const char *why)
{
	tls_session_fail(s, alert, why);
	s->t13.on = false;
	return false;
}

void tls13_close(struct tls_session *s)
{
	static const uint8_t alert[2] = { 1, 0 };

	if (!s->t13.on || s->t13.close_sent)
		return;
	tls13_send(s, TLS_ALERT, alert, sizeof alert);
	s->t13.close_sent = true;
}

bool tls13_is_closed(const struct tls_session *s)
{
	const struct tls13 *t = &s->t13;

	return t->on && t->close_sent && t->close_got && t->outlen == 0;
}

const uint8_t *tls13_rec_out(struct tls_session *s, size_t *n)
{
	*n = s->t13.outlen - s->t13.outoff;
	return *n == 0 ? NULL : s->iobuf + OUT_AT + s->t13.outoff;
}

void tls13_rec_out_ack(struct tls_session *s, size_t n)
{
	struct tls13 *t = &s->t13;

	t->outoff += n;
	if (t->outoff == t->outlen)
		t->outoff = t->outlen = 0;
}

size_t tls13_app_out(struct tls_session *s, const uint8_t *p, size_t n)
{
	struct tls13 *t = &s->t13;
	size_t done = 0, k;

	if (t->step != TLS13_OPEN || t->close_got)
		return 0;
	while (done < n && t->on && !t->close_sent && out_room(t) > OUT_KEEP + TLS_RECORD_EXTRA) {
		if (tls_record_is_spent(&t->out)) { /* section 5.5 */
			tls13_fail(s, TLS_ALERT_INTERNAL_ERROR,
			    "was sent more TLS records under one key than is safe");
			break;
		}
		k = out_room(t) - OUT_KEEP - TLS_RECORD_EXTRA;
		k = k < TLS_MAX_PLAIN ? k : TLS_MAX_PLAIN;
		k = k < n - done ? k : n - done;
		tls13_send(s, TLS_APP_DATA, p + done, k);
		done += k;
	}
	return done;
}

/* ---- what comes in --------------------------------------------------------------------- */

static bool idle(struct tls_session *s)
{
	if (++s->t13.idle <= TLS13_MAX_IDLE)
		return true;
	return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE,
	    "sent too many TLS records with nothing in them");
}

enum { CLOSE_NOTIFY = 0, USER_CANCELED = 90 };

/* Section 6: the level means nothing. */
static bool on_alert(struct tls_session *s, const uint8_t *p, size_t n)
{
	struct tls13 *t = &s->t13;

	if (n != 2) /* section 5.1 */
		return tls13_fail(s, TLS_ALERT_DECODE_ERROR, "sent a malformed TLS alert");
	if (p[1] == USER_CANCELED) /* section 6.1: a close_notify follows */
		return idle(s);
	if (p[1] != CLOSE_NOTIFY) {
		t->on = false;
		tls_session_alerted(s, p[1]);
		return false;
	}
	tls13_close(s);
	t->close_got = true;
	return true;
}

static bool on_app_data(struct tls_session *s, size_t n)
{
	struct tls13 *t = &s->t13;

	if (t->step != TLS13_OPEN) /* section 2: not before the client's Finished */
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE,
		    "sent application data before the handshake was finished");
	if (n == 0) /* section 5.1 allows them */
		return idle(s);
	t->idle = 0;
	if (t->close_sent)
		return true;
	t->app = TLS_RECORD_HEAD;
	t->appleft = n;
	return true;
}

static bool on_content(struct tls_session *s, unsigned type, size_t n)
{
	const uint8_t *p = s->iobuf + TLS_RECORD_HEAD;
	bool given_up = s->t13.close_sent && s->t13.step != TLS13_OPEN;

	if (given_up && type != TLS_ALERT) /* all that counts is its own close_notify */
		return true;
	if (type != TLS_HANDSHAKE_DATA && tls13_is_within(s) && !given_up) /* section 5.1 */
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE,
		    "sent another TLS record within a handshake message");
	if (type == TLS_APP_DATA)
		return on_app_data(s, n);
	if (type != TLS_HANDSHAKE_DATA && type != TLS_ALERT)
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, "sent a TLS record of a wrong type");
	if (n == 0) /* section 5.4 */
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, "sent an empty TLS record");
	return type == TLS_ALERT ? on_alert(s, p, n) : tls13_shake(s, p, n);
}

static bool on_record(struct tls_session *s)
{
	struct tls13 *t = &s->t13;
	unsigned alert, type;
	size_t n;

	if (tls_record_is_spent(&t->in)) /* section 5.5 */
		return tls13_fail(s, TLS_ALERT_INTERNAL_ERROR,
		    "sent more TLS records under one key than is safe");
	alert = tls_record_open(&t->in, s->iobuf, t->have - TLS_RECORD_HEAD, &type, &n);
	switch (alert) {
	case 0:
		return on_content(s, type, n);
	case TLS_ALERT_BAD_RECORD_MAC:
		return tls13_fail(s, alert, "sent a TLS record that was altered on the way, or under "
		    "another key (bad MAC)");
	case TLS_ALERT_RECORD_OVERFLOW:
		return tls13_fail(s, alert, "sent a TLS record of an impossible length");
	default:
		return tls13_fail(s, alert, "sent a TLS record without a type");
	}
}

static size_t body_len(const struct tls_session *s)
{
	return (size_t)s->iobuf[3] << 8 | s->iobuf[4];
}

#define IN_CLEAR "sent a TLS record that is not encrypted where it has to be"

/* An alert in the clear where the first encrypted record is due: from a server that failed before it
   changed its keys.  It ends the handshake, as it must (section 6), but its name is worth telling. */
static bool is_clear_alert(const struct tls_session *s)
{
	const struct tls13 *t = &s->t13;

	return s->iobuf[0] == TLS_ALERT && body_len(s) == 2 && t->step == TLS13_EXTENSIONS &&
	    t->in.seq == 0;
}

static void on_clear_alert(struct tls_session *s)
{
	unsigned n = s->iobuf[TLS_RECORD_HEAD + 1];

	if (n == CLOSE_NOTIFY || n == USER_CANCELED) { /* which must not be forged */
		tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, IN_CLEAR);
		return;
	}
	s->t13.on = false;
	tls_session_alerted(s, n);
}

/* Section 5, appendix D.4: a change_cipher_spec record of one octet 1 is ignored up to Finished. */
static bool on_ccs(struct tls_session *s)
{
	struct tls13 *t = &s->t13;

	if (s->iobuf[TLS_RECORD_HEAD] != 1 || ++t->ccs > TLS13_MAX_CCS)
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE,
		    "sent a change_cipher_spec message that TLS 1.3 does not have");
	return true;
}

/* The header of a record is there.  Its version is not looked at (section 5.1), but protected. */
static bool head_ok(struct tls_session *s)
{
	struct tls13 *t = &s->t13;

	if (s->iobuf[0] == TLS_CCS) {
		if (t->step == TLS13_OPEN || tls13_is_within(s) || body_len(s) != 1)
			return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE,
			    "sent a change_cipher_spec message out of order");
		return true;
	}
	if (is_clear_alert(s))
		return true;
	if (s->iobuf[0] != TLS_APP_DATA)
		return tls13_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, IN_CLEAR);
	if (body_len(s) > TLS_MAX_CIPHER) /* section 5.2 */
		return tls13_fail(s, TLS_ALERT_RECORD_OVERFLOW, "sent a TLS record of an impossible length");
	return true;
}

uint8_t *tls13_rec_in(struct tls_session *s, size_t *n)
{
	struct tls13 *t = &s->t13;

	*n = 0;
	if (!t->on || t->close_got || t->appleft > 0 || out_room(t) < OUT_KEEP)
		return NULL;
	*n = TLS_RECORD_HEAD + (t->have < TLS_RECORD_HEAD ? 0 : body_len(s)) - t->have;
	return s->iobuf + t->have;
}

void tls13_rec_in_ack(struct tls_session *s, size_t n)
{
	struct tls13 *t = &s->t13;

	t->have += n;
	if (t->have < TLS_RECORD_HEAD)
		return;
	if (t->have == TLS_RECORD_HEAD && !head_ok(s))
		return;
	if (t->have < TLS_RECORD_HEAD + body_len(s))
		return;
	if (s->iobuf[0] == TLS_CCS)
		(void)on_ccs(s);
	else if (s->iobuf[0] == TLS_ALERT)
		on_clear_alert(s);
	else
		(void)on_record(s);
	t->have = 0;
}

const uint8_t *tls13_app_in(struct tls_session *s, size_t *n)
{
	*n = s->t13.appleft;
	return *n == 0 ? NULL : s->iobuf + s->t13.app;
}

void tls13_app_in_ack(struct tls_session *s, size_t n)
{
	s->t13.app += n;
	s->t13.appleft -= n;
}

/* ---- the beginning --------------------------------------------------------------------- */

void tls13_begin(struct tls_session *s, const uint8_t *secret, size_t n)
{
	struct tls13 *t = &s->t13;
	uint8_t hash[TLS_MAX_HASH];

	sodium_memzero(t, sizeof *t);
	tls_sched_init(&t->sched, tls_sched_hash(s->suite));
	tls_sched_next(&t->sched, secret, n);
	tls13_transcript(s, hash);
	tls_sched_derive(&t->sched, "c hs traffic", hash, t->ours);
	tls_sched_derive(&t->sched, "s hs traffic", hash, t->theirs);
	tls_record_init(&t->out, s->suite, t->ours);
	tls_record_init(&t->in, s->suite, t->theirs);
	t->on = true;
}
