/* SPDX-License-Identifier: ISC */
/*
 * tls/clear.c: where the octets of the wire go: records in the clear (RFC 8446 section 5.1, RFC 5246
 * section 6.2.1) are read here, until the engine or tls13.c takes over.  What the handshake messages
 * in them mean is for graft.c.
 */
#include "tls/graft.h"
#include "tls/session.h"

#include <string.h>

#define ORDER "sent a TLS message out of order"

/* ---- records in the clear ----------------------------------------------------------- */

/* RFC 8446 section 5.1, RFC 5246 section 6.2.1. */
static void begin_record(struct tls_session *s)
{
	struct tls_graft *g = &s->graft;
	unsigned type = g->head[0];

	g->left = (size_t)g->head[3] << 8 | g->head[4];
	g->nalert = 0;
	if (g->head[1] != 3 || type < TLS_CCS || type > TLS_APP_DATA)
		tls_session_fail(s, TLS_ALERT_PROTOCOL_VERSION, "sent what is not a TLS record; it may not "
		    "speak TLS here");
	else if (g->left == 0 || g->left > 16384)
		tls_session_fail(s, g->left == 0 ? TLS_ALERT_UNEXPECTED_MESSAGE : TLS_ALERT_RECORD_OVERFLOW,
		    "sent a TLS record of an impossible length; it may not speak TLS here");
	else if (type == TLS_APP_DATA || (type != TLS_HANDSHAKE_DATA && g->nmhead > 0))
		tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, ORDER);
	else if ((type == TLS_ALERT && g->left != 2) || (type == TLS_CCS && g->left != 1))
		tls_session_fail(s, TLS_ALERT_DECODE_ERROR, "sent a TLS record of an impossible length");
}

/* Those that end nothing are passed over (RFC 6066 section 3). */
static void on_alert(struct tls_session *s, uint8_t octet)
{
	struct tls_graft *g = &s->graft;

	g->alert[g->nalert++] = octet;
	if (g->nalert < 2)
		return;
	if (g->alert[0] != 1 || g->alert[1] == 0)
		tls_graft_feed(s, TLS_ALERT, g->alert, 2);
	else if (++g->strays > TLS_MAX_STRAY)
		tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, "sent too many warnings");
}

/* RFC 8446 section 5: a dummy, to be dropped; in TLS 1.2 none comes before our Finished. */
static void on_ccs(struct tls_session *s, uint8_t octet)
{
	struct tls_graft *g = &s->graft;

	if (octet != 1 || g->stage != TLS_STAGE_HELLO || ++g->ccs > TLS_MAX_STRAY)
		tls_session_fail(s, TLS_ALERT_UNEXPECTED_MESSAGE, ORDER);
}

/* Octets in the clear, of one record; how many were taken. */
static size_t plain(struct tls_session *s, const uint8_t *p, size_t n)
{
	struct tls_graft *g = &s->graft;
	size_t k;

	if (g->nhead < sizeof g->head) {
		g->head[g->nhead++] = *p;
		if (g->nhead == sizeof g->head)
			begin_record(s);
		return 1;
	}
	k = g->head[0] != TLS_HANDSHAKE_DATA ? 1 : n < g->left ? n : g->left;
	g->left -= k;
	if (g->left == 0)
		g->nhead = 0;
	if (g->head[0] == TLS_ALERT)
		on_alert(s, *p);
	else if (g->head[0] == TLS_CCS)
		on_ccs(s, *p);
	else
		tls_graft_handshake(s, p, k, g->left);
	return k;
}

/* ---- bytes ---------------------------------------------------------------------------- */

static size_t give13(struct tls_session *s, const uint8_t *p, size_t n)
{
	size_t room;
	uint8_t *to = tls13_rec_in(s, &room);

	if (to == NULL || room == 0)
		return 0;
	n = n < room ? n : room;
	memcpy(to, p, n);
	tls13_rec_in_ack(s, n);
	return n;
}

void tls_clear_go_on(struct tls_session *s)
{
	struct tls_graft *g = &s->graft;
	size_t n, k;

	while ((n = g->inlen - g->inoff) > 0 && !tls_graft_has_failed(s)) {
		const uint8_t *p = g->in + g->inoff;

		k = g->stage == TLS_STAGE_13 ? give13(s, p, n) :
		    g->stage == TLS_STAGE_ENGINE ? tls_graft_give(s, p, n) : plain(s, p, n);
		if (k == 0)
			return;
		g->inoff += k;
	}
	g->inoff = g->inlen = 0;
}

uint8_t *tls_clear_rec_in(struct tls_session *s, size_t *n)
{
	struct tls_graft *g = &s->graft;
	uint8_t *p;

	*n = 0;
	if (tls_graft_has_failed(s))
		return NULL;
	tls_clear_go_on(s);
	if (g->inlen > 0)
		return NULL;
	if (g->stage == TLS_STAGE_13)
		return tls13_rec_in(s, n);
	if (g->stage == TLS_STAGE_ENGINE) {
		p = br_ssl_engine_recvrec_buf(&s->cc.eng, n);
		*n = p == NULL ? 0 : *n;
		return p;
	}
	if (br_ssl_engine_current_state(&s->cc.eng) == BR_SSL_CLOSED)
		return NULL;
	*n = sizeof g->in;
	return g->in;
}

void tls_clear_rec_in_ack(struct tls_session *s, size_t n)
{
	struct tls_graft *g = &s->graft;
	bool quiet;

	if (g->stage == TLS_STAGE_13 && g->inlen == 0) {
		tls13_rec_in_ack(s, n);
	} else if (g->stage == TLS_STAGE_ENGINE && g->inlen == 0) {
		quiet = tls_graft_is_quiet(s);
		br_ssl_engine_recvrec_ack(&s->cc.eng, n);
		if (quiet)
			tls_graft_end(s);
	} else {
		g->inlen = n;
		tls_clear_go_on(s);
	}
}

const uint8_t *tls_clear_rec_out(struct tls_session *s, size_t *n)
{
	struct tls_graft *g = &s->graft;
	const uint8_t *p;

	if (g->outlen > g->outoff) {
		*n = g->outlen - g->outoff;
		return g->out + g->outoff;
	}
	if (g->stage == TLS_STAGE_13)
		return tls13_rec_out(s, n);
	p = br_ssl_engine_sendrec_buf(&s->cc.eng, n);
	*n = p == NULL ? 0 : *n;
	return p;
}

void tls_clear_rec_out_ack(struct tls_session *s, size_t n)
{
	struct tls_graft *g = &s->graft;

	if (g->outlen > g->outoff) {
		g->outoff += n;
		if (g->outoff == g->outlen)
			g->outoff = g->outlen = 0;
	} else if (g->stage == TLS_STAGE_13) {
		tls13_rec_out_ack(s, n);
	} else {
		br_ssl_engine_sendrec_ack(&s->cc.eng, n);
	}
	tls_clear_go_on(s);
}
