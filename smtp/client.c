/* SPDX-License-Identifier: ISC */
/*
 * smtp/client.c: the dialogue of a probe: greeting, EHLO, STARTTLS, TLS, EHLO, QUIT, or TLS
 * on connect first.  Decides what each reply, silence and end of stream means at each step;
 * end.c says it in sentences.  What the certificate is worth is in the tls_session.
 *
 * No octet may come between a reply and the next command: such an octet was not asked for,
 * and after STARTTLS it would be the plain text of a stranger taken for the server's.  A 421
 * alone may, which ends the dialogue.
 */
#include "smtp/smtp.h"

#include <sodium.h>
#include <string.h>
#include "smtp/end.h"
#include "smtp/say.h"

#define HELO_MAX 505  /* RFC 5321 s4.5.3.1.4: 512 octets a command, with EHLO, space, CR LF */

static bool is_running(const struct smtp_client *s)
{
	return s->outcome == SMTP_RUNNING;
}

const char *smtp_step_str(enum smtp_step st)
{
	static const char *const name[] = {
		[SMTP_S_GREETING] = "greeting", [SMTP_S_EHLO] = "EHLO", [SMTP_S_HELO] = "HELO",
		[SMTP_S_STARTTLS] = "STARTTLS", [SMTP_S_HANDSHAKE] = "TLS handshake",
		[SMTP_S_EHLO_TLS] = "EHLO inside TLS", [SMTP_S_HELO_TLS] = "HELO inside TLS",
		[SMTP_S_QUIT] = "QUIT", [SMTP_S_END] = "end",
	};

	return (unsigned)st < sizeof name / sizeof name[0] ? name[st] : "?";
}

/* ---- steps ----------------------------------------------------------------------- */

static void set_step(struct smtp_client *s, enum smtp_step st, unsigned ms, uint64_t mono)
{
	s->step = st;
	s->step_ms = ms;
	s->step_deadline = mono + ms;
	smtp_reply_init(&s->reply);
}

/* Queue a command; its deadline runs from here to the end of the reply. */
static void command(struct smtp_client *s, enum smtp_step st, const char *verb, const char *arg,
    uint64_t mono)
{
	unsigned ms = s->cfg.step_ms;
	struct say y;

	say_init(&y, (char *)s->out, sizeof s->out);
	say_str(&y, verb);
	if (arg) {
		say_char(&y, ' ');
		say_str(&y, arg);
	}
	say_str(&y, "\r\n");
	s->outlen = y.n;
	s->outoff = 0;
	s->unsent = true;
	if (st == SMTP_S_QUIT && ms > SMTP_QUIT_MS)
		ms = SMTP_QUIT_MS;
	set_step(s, st, ms, mono);
}

static void say_hello(struct smtp_client *s)
{
	tls_session_init(&s->tls, s->cfg.sni, &s->cfg.dane, s->cfg.offer, s->cfg.entropy);
	sodium_memzero(s->cfg.entropy, sizeof s->cfg.entropy);
	s->tls_up = true;
	s->unsent = true; /* the ClientHello */
}

/* No greeting came.  A server that speaks TLS at once is silent too, since it waits for us to
   begin: one ClientHello tells it from a server that is dead.  Whatever comes, it is the end. */
static void ask_for_tls(struct smtp_client *s, uint64_t mono)
{
	say_hello(s);
	s->asking = true;
	s->step_deadline = mono + SMTP_ASK_MS;
}

static void asked_for_tls(struct smtp_client *s, bool is_tls, uint64_t mono)
{
	s->asking = s->tls_up = s->unsent = false;
	if (is_tls)
		smtp_end_tls_at_once(s);
	else
		smtp_end_timeout(s, mono);
}

static void begin_tls(struct smtp_client *s, uint64_t mono)
{
	say_hello(s);
	s->tls_started = mono;
	set_step(s, SMTP_S_HANDSHAKE, s->cfg.step_ms, mono);
	if (tls_session_state(&s->tls) == TLS_FAILED)
		smtp_end_tls_failed(s);
}

/* EHLO is refused: note its words, try HELO (RFC 5321 s3.2). */
static void try_helo(struct smtp_client *s, uint64_t mono)
{
	smtp_end_note_ehlo(s);
	command(s, s->secured ? SMTP_S_HELO_TLS : SMTP_S_HELO, "HELO", s->cfg.helo, mono);
}

/* The reply of this step is 2xx. */
static void next_step(struct smtp_client *s, uint64_t mono)
{
	switch (s->step) {
	case SMTP_S_GREETING:
		command(s, s->secured ? SMTP_S_EHLO_TLS : SMTP_S_EHLO, "EHLO", s->cfg.helo, mono);
		break;
	case SMTP_S_EHLO:
		if (s->reply.starttls)
			command(s, SMTP_S_STARTTLS, "STARTTLS", NULL, mono);
		else
			smtp_end_no_starttls(s);
		break;
	case SMTP_S_HELO:
		smtp_end_no_starttls(s);
		break;
	case SMTP_S_STARTTLS:
		begin_tls(s, mono);
		break;
	case SMTP_S_EHLO_TLS:
	case SMTP_S_HELO_TLS: /* mail can go without extensions too */
		command(s, SMTP_S_QUIT, "QUIT", NULL, mono);
		break;
	default: /* no reply is awaited at the others */
		break;
	}
}

/* QUIT is sent: the certificate was seen, and the mail would have gone. */
static bool has_quit(const struct smtp_client *s)
{
	return s->step == SMTP_S_QUIT && !s->unsent;
}

/* RFC 5321 s3.8: a server that has to close may say 421 at any time, asked or not.  Are the n
   octets at p more of such a reply, or its beginning? */
static bool is_notice(const struct smtp_reply *r, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = r->linelen; r->lines == 0 && i < 3 && i - r->linelen < n; i++)
		if (p[i - r->linelen] != (uint8_t)"421"[i])
			return false;
	return true;
}

/* A reply is whole.  Only its first digit decides (RFC 5321 s4.3.2). */
static void act(struct smtp_client *s, uint64_t mono)
{
	s->reply_code = s->reply.code;
	if (has_quit(s)) /* whatever it says, all is known */
		set_step(s, SMTP_S_END, SMTP_QUIT_MS, mono);
	else if (s->reply_code / 100 == 2)
		next_step(s, mono);
	else if ((s->step == SMTP_S_EHLO || s->step == SMTP_S_EHLO_TLS) &&
	    s->reply_code / 100 == 5)
		try_helo(s, mono);
	else
		smtp_end_refused(s);
}

/* Octets of the dialogue, plain or out of TLS. */
static void take(struct smtp_client *s, const uint8_t *p, size_t n, uint64_t mono)
{
	while (n > 0 && is_running(s) && s->step != SMTP_S_END) {
		size_t k;

		if (s->unsent && s->step != SMTP_S_GREETING && !is_notice(&s->reply, p, n)) {
			smtp_end_unexpected(s, p, n);
			return;
		}
		k = smtp_reply_feed(&s->reply, p, n);
		if (s->reply.bad && has_quit(s))
			set_step(s, SMTP_S_END, SMTP_QUIT_MS, mono);
		else if (s->reply.bad)
			smtp_end_bad_reply(s, p + k, p[k - 1] == '\n' ? 0 : n - k);
		else if (s->reply.done)
			act(s, mono);
		p += k;
		n -= k;
	}
}

/* ---- TLS ------------------------------------------------------------------------- */

static bool has_records(struct smtp_client *s)
{
	size_t n = 0;

	return tls_session_rec_out(&s->tls, &n) && n > 0;
}

/* The handshake is done.  RFC 3207 s4.2: what was said before TLS is forgotten. */
static void opened(struct smtp_client *s, uint64_t mono)
{
	s->secured = true;
	s->unsent = false;
	s->tls_done = mono;
	if (s->cfg.tls_on_connect)
		set_step(s, SMTP_S_GREETING, s->cfg.greeting_ms, mono);
	else
		command(s, SMTP_S_EHLO_TLS, "EHLO", s->cfg.helo, mono);
}

/* Hand the queued command to the engine, as far as it takes it. */
static void pump(struct smtp_client *s)
{
	while (s->outoff < s->outlen && tls_session_state(&s->tls) == TLS_OPEN) {
		size_t k = tls_session_app_out(&s->tls, s->out + s->outoff, s->outlen - s->outoff);

		if (k == 0)
			break;
		s->outoff += k;
	}
}

/* The engine moved: take what it decrypted, until nothing is left, and close after QUIT. */
static void run_tls(struct smtp_client *s, uint64_t mono)
{
	enum smtp_step was = s->step;

	while (is_running(s) && s->step != SMTP_S_END) {
		enum tls_state st = tls_session_state(&s->tls);
		const uint8_t *p;
		size_t n = 0;

		if (st == TLS_FAILED) {
			if (has_quit(s))
				smtp_end_ok(s);
			else
				smtp_end_tls_failed(s);
			return;
		}
		if (st == TLS_OPEN && !s->secured)
			opened(s, mono);
		p = tls_session_app_in(&s->tls, &n);
		if (!p || n == 0)
			break;
		take(s, p, n, mono);
		tls_session_app_in_ack(&s->tls, n);
	}
	if (!is_running(s))
		return;
	if (s->step == SMTP_S_END && was != SMTP_S_END)
		tls_session_close(&s->tls);
	else if (s->step != SMTP_S_END)
		pump(s);
	if (s->step == SMTP_S_END ? !has_records(s) : tls_session_state(&s->tls) == TLS_CLOSED)
		smtp_end_closed(s, NULL);
}

/* Records for the engine; returns how many octets it had room for. */
static size_t push(struct smtp_client *s, const uint8_t *p, size_t n, uint64_t mono)
{
	size_t done = 0;

	while (done < n && is_running(s) && s->step != SMTP_S_END) {
		size_t room = 0;
		uint8_t *b = tls_session_rec_in(&s->tls, &room);

		if (!b || room == 0)
			break;
		if (room > n - done)
			room = n - done;
		memcpy(b, p + done, room);
		tls_session_rec_in_ack(&s->tls, room);
		done += room;
		run_tls(s, mono);
	}
	return s->step == SMTP_S_END ? n : done; /* after QUIT the rest is dropped */
}

/* Keep what the engine cannot take before its own output is gone. */
static void hold(struct smtp_client *s, const uint8_t *p, size_t n)
{
	if (!is_running(s) || n == 0)
		return;
	if (n <= SMTP_HELD_MAX - s->held) {
		memcpy(s->in + s->held, p, n);
		s->held += n;
		return;
	}
	smtp_end_flooded(s);
}

/* The handshake is answered by what is no TLS record: say by whom.  The engine sees none of it. */
static void take_text(struct smtp_client *s, const uint8_t *p, size_t n)
{
	struct smtp_reply *r = &s->reply;
	size_t k = smtp_reply_feed(r, p, n);
	size_t rest = p[k - 1] == '\n' ? 0 : n - k;
	unsigned class;

	if (r->bad) {
		smtp_end_not_tls(s, p + k, rest);
		return;
	}
	if (r->lines == 0 && r->linelen < 4)
		return;
	class = r->lines > 0 ? r->code / 100 : (unsigned)(r->line[0] - '0');
	if (class != 4 && class != 5) {
		smtp_end_plain(s, p + k, rest);
	} else if (r->done) {
		s->reply_code = r->code;
		if (class == 4)
			smtp_end_refused(s);
		else /* a greeting that is refused at once, or an answer to the ClientHello */
			smtp_end_plain(s, NULL, 0);
	}
}

/* RFC 5246 s6.2.1: content types 20 to 23; no SMTP reply begins so. */
static bool is_record(uint8_t c)
{
	return c >= 20 && c <= 23;
}

static void take_records(struct smtp_client *s, const uint8_t *p, size_t n, uint64_t mono)
{
	size_t k = 0;

	if (s->asking)
		asked_for_tls(s, is_record(p[0]), mono);
	if (!is_running(s) || s->step == SMTP_S_END)
		return;
	if (!s->sniffed) {
		if (s->unsent && !s->cfg.tls_on_connect && !is_notice(&s->reply, p, n)) {
			smtp_end_unexpected(s, p, n);
			return;
		}
		if (s->reply.linelen > 0 || s->reply.lines > 0 || !is_record(p[0])) {
			take_text(s, p, n);
			return;
		}
		s->sniffed = true;
	}
	if (s->held == 0)
		k = push(s, p, n, mono);
	hold(s, p + k, n - k);
}

/* ---- what the caller sees ---------------------------------------------------------- */

static bool is_helo(const char *h)
{
	size_t n;

	if (!h)
		return false;
	for (n = 0; h[n]; n++) {
		if (n >= HELO_MAX || h[n] <= ' ' || h[n] > '~')
			return false;
	}
	return n > 0;
}

void smtp_client_init(struct smtp_client *s, const struct smtp_config *c, uint64_t mono)
{
	memset(s, 0, sizeof *s);
	s->cfg = *c;
	if (s->cfg.step_ms == 0)
		s->cfg.step_ms = SMTP_STEP_MS;
	if (s->cfg.greeting_ms == 0)
		s->cfg.greeting_ms = SMTP_GREETING_MS;
	if (s->cfg.total_ms == 0)
		s->cfg.total_ms = SMTP_TOTAL_MS;
	s->total_deadline = mono + s->cfg.total_ms;
	set_step(s, SMTP_S_GREETING, s->cfg.greeting_ms, mono);
	if (!is_helo(c->helo)) { /* a line end in it would be a command of its own */
		smtp_end_bad_name(s);
	} else if (c->tls_on_connect) {
		begin_tls(s, mono);
	}
}

bool smtp_client_wants_read(const struct smtp_client *s)
{
	return is_running(s) && !s->eof && s->held == 0;
}

bool smtp_client_wants_write(struct smtp_client *s)
{
	size_t n = 0;

	return smtp_client_pull(s, &n) != NULL;
}

uint64_t smtp_client_deadline(const struct smtp_client *s)
{
	if (!is_running(s))
		return UINT64_MAX;
	return s->step_deadline < s->total_deadline ? s->step_deadline : s->total_deadline;
}

void smtp_client_feed(struct smtp_client *s, const uint8_t *p, size_t n, const char *why,
    uint64_t mono)
{
	if (!is_running(s) || s->eof)
		return;
	if (n == 0) {
		s->eof = true;
		if (s->asking)
			asked_for_tls(s, false, mono);
		else
			smtp_end_closed(s, why);
		return;
	}
	if (s->tls_up)
		take_records(s, p, n, mono);
	else
		take(s, p, n, mono);
	smtp_client_expire(s, mono); /* octets that do not end the step do not prolong it */
}

const uint8_t *smtp_client_pull(struct smtp_client *s, size_t *n)
{
	const uint8_t *p = NULL;

	*n = 0;
	if (!is_running(s))
		return NULL;
	if (s->tls_up) {
		p = tls_session_rec_out(&s->tls, n);
	} else if (s->outoff < s->outlen) {
		p = s->out + s->outoff;
		*n = s->outlen - s->outoff;
	}
	return *n > 0 ? p : NULL;
}

static void sent_records(struct smtp_client *s, size_t n, uint64_t mono)
{
	size_t k;

	tls_session_rec_out_ack(&s->tls, n);
	if (s->asking)
		return;
	run_tls(s, mono);
	if (!is_running(s))
		return;
	if (s->outoff == s->outlen && !has_records(s))
		s->unsent = false;
	if (s->held == 0)
		return;
	k = push(s, s->in, s->held, mono);
	if (!is_running(s))
		return;
	memmove(s->in, s->in + k, s->held - k);
	s->held -= k;
}

void smtp_client_sent(struct smtp_client *s, size_t n, uint64_t mono)
{
	size_t room;

	if (!smtp_client_pull(s, &room))
		return;
	if (n > room)
		n = room;
	if (n == 0)
		return;
	if (s->tls_up) {
		sent_records(s, n, mono);
		return;
	}
	s->outoff += n;
	if (s->outoff == s->outlen)
		s->unsent = false;
}

void smtp_client_expire(struct smtp_client *s, uint64_t mono)
{
	if (!is_running(s) || mono < smtp_client_deadline(s))
		return;
	if (s->step == SMTP_S_QUIT || s->step == SMTP_S_END) {
		smtp_end_ok(s);
	} else if (s->asking) {
		asked_for_tls(s, false, mono);
	} else if (s->step == SMTP_S_GREETING && !s->tls_up && s->reply.linelen == 0 &&
	    s->reply.lines == 0 && mono < s->total_deadline) {
		ask_for_tls(s, mono);
	} else {
		smtp_end_timeout(s, mono);
	}
}
