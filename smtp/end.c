/* SPDX-License-Identifier: ISC */
/*
 * smtp/end.c: how a probe ends: for each way the outcome, its stable id, and the sentences
 * that say at which step, what came, and what to do.  When each is due is client.c's.
 */
#include "smtp/end.h"

#include <string.h>
#include "smtp/say.h"

#define WORDS 150     /* characters of a peer's words in a reason; the advice needs the rest */

/* ---- sentences ------------------------------------------------------------------- */

/* Begin the reason: "At the greeting the server ". */
static struct say reason_begin(struct smtp_client *s)
{
	struct say y;

	say_init(&y, s->reason, sizeof s->reason);
	say_str(&y, "At ");
	if (s->step == SMTP_S_GREETING || s->step == SMTP_S_HANDSHAKE)
		say_str(&y, "the ");
	say_str(&y, smtp_step_str(s->step));
	say_str(&y, " the server ");
	return y;
}

static void finish(struct smtp_client *s, enum smtp_outcome o, const char *id)
{
	struct say y;

	say_init(&y, s->code, sizeof s->code);
	say_str(&y, id);
	s->outcome = o;
	s->outlen = s->outoff = s->held = 0;
}

/* The one place that says SMTP_FINISHED. */
void smtp_end_ok(struct smtp_client *s)
{
	if (!s->secured) { /* not to be reached: the steps that lead here are behind TLS_OPEN */
		finish(s, SMTP_TLS_FAILED, "tls-handshake");
		return;
	}
	s->reason[0] = '\0';
	finish(s, SMTP_FINISHED, "");
}

/* What came of the reply so far, with the rest of the line from what was just read. */
static void say_came(struct say *y, const struct smtp_reply *r, const uint8_t *rest, size_t n)
{
	char buf[WORDS];
	size_t len = r->linelen, i = 0;

	if (r->done || (len == 0 && r->lines > 0)) {
		say_quote(y, r->text, r->textlen, WORDS);
		return;
	}
	if (len > sizeof buf)
		len = sizeof buf;
	memcpy(buf, r->line, len);
	while (i < n && len < sizeof buf && rest[i] != '\n' && rest[i] != '\r')
		buf[len++] = (char)rest[i++];
	while (len > 0 && buf[len - 1] == '\r')
		len--;
	say_quote(y, buf, len, WORDS / 2);
}

static const char *hint_temporary(const struct smtp_client *s)
{
	switch (s->step) {
	case SMTP_S_STARTTLS: /* RFC 3207 s4: 454 */
		return "Its TLS is out of order for now and senders defer.  If it stays, check its "
		    "certificate and key files and its log.";
	case SMTP_S_HANDSHAKE:
		return "It said so in plain SMTP, where TLS was due.  Try again later; if it "
		    "stays, see the server's log.";
	case SMTP_S_EHLO_TLS:
	case SMTP_S_HELO_TLS:
	case SMTP_S_QUIT:
		return "TLS was established, but senders would defer.  Try again later; if it "
		    "stays, see the server's log.";
	default:
		return "It may be busy, or limit or greylist this address; senders defer.  Try "
		    "again later; if it stays, see the server's log.";
	}
}

static const char *hint_permanent(const struct smtp_client *s)
{
	if (s->step == SMTP_S_GREETING && s->reply_code == 521) /* RFC 7504 s3 */
		return "The host says that it takes no mail at all: take it out of the MX set.  Postfix "
		    "says 521 to a client that it blocks, too: then probe from another address, or "
		    "see its log.";
	switch (s->step) {
	case SMTP_S_GREETING: /* RFC 5321 s3.1: 554 */
		return "It gives this client no service: the address of this host may be blocked "
		    "there.  Probe from another, or see the server's log.";
	case SMTP_S_STARTTLS:
		return "It announces STARTTLS and then refuses it: check its TLS configuration "
		    "(certificate and key files) and its log.";
	case SMTP_S_EHLO_TLS:
	case SMTP_S_HELO_TLS:
		return "TLS was established, but a sender could not deliver.  See the server's log "
		    "for why it refuses this client.";
	default:
		return "A sender could not deliver.  See the server's log for why it refuses this "
		    "client or its -helo name.";
	}
}

/* A whole reply that is not the one hoped for. */
void smtp_end_refused(struct smtp_client *s)
{
	struct say y = reason_begin(s);
	unsigned class = s->reply_code / 100;

	say_str(&y, "answered ");
	say_quote(&y, s->reply.text, s->reply.textlen, WORDS);
	if (class == 4) { /* RFC 5321 s4.2.1 and s3.8: 421 may come at any step */
		say_str(&y, ", a temporary refusal.  ");
		say_str(&y, hint_temporary(s));
		finish(s, SMTP_TEMPORARY, "smtp-temporary");
	} else if (class == 5) {
		say_str(&y, ", a permanent refusal.  ");
		say_str(&y, hint_permanent(s));
		finish(s, SMTP_PERMANENT,
		    s->step == SMTP_S_STARTTLS ? "smtp-starttls-refused" : "smtp-permanent");
	} else {
		say_str(&y, ", a code that has no meaning there (RFC 5321 section 4.3.2).  Check "
		    "that the port is an SMTP server's, and its software.");
		finish(s, SMTP_PROTOCOL, "smtp-protocol");
	}
}

static bool has_begun(const struct smtp_reply *r)
{
	return r->linelen > 0 || r->lines > 0;
}

static bool has_digits(const struct smtp_reply *r)
{
	return r->lines > 0 || (r->linelen >= 3 && r->line[0] >= '0' && r->line[0] <= '9' &&
	    r->line[1] >= '0' && r->line[1] <= '9' && r->line[2] >= '0' && r->line[2] <= '9');
}

/* The parser gave up; rest are the octets behind it in what was just read. */
void smtp_end_bad_reply(struct smtp_client *s, const uint8_t *rest, size_t n)
{
	const struct smtp_reply *r = &s->reply;
	struct say y = reason_begin(s);
	const char *id = "smtp-protocol", *hint = "Check the server's software, and that nothing "
	    "on the way rewrites SMTP.";

	if (s->step == SMTP_S_GREETING && !has_digits(r)) {
		id = "smtp-not-smtp";
		hint = "Check the port: mail servers listen on 25, submission on 587 and 465.";
	}
	if (s->step == SMTP_S_GREETING && r->peer == SMTP_PEER_TLS && !s->tls_up) {
		id = "smtp-tls-at-once";
		hint = "The port speaks TLS at once: try -tls-on-connect.";
	}
	say_str(&y, "sent what is no SMTP reply: ");
	say_str(&y, r->why);
	say_str(&y, "; it begins ");
	say_came(&y, r, rest, n);
	say_str(&y, ".  ");
	say_str(&y, hint);
	finish(s, SMTP_PROTOCOL, id);
}

/* Octets before the next command was sent. */
void smtp_end_unexpected(struct smtp_client *s, const uint8_t *p, size_t n)
{
	struct say y;

	say_init(&y, s->reason, sizeof s->reason);
	say_str(&y, "The server sent ");
	say_quote(&y, (const char *)p, n, WORDS / 2);
	if (s->step == SMTP_S_HANDSHAKE) { /* RFC 3207 s4.2 and 6; CVE-2011-0411 */
		say_str(&y, " in plain text after its reply to STARTTLS, before TLS began: "
		    "somebody on the way may be injecting text, or the server is broken.  "
		    "Update the server, and probe it from another network.");
		finish(s, SMTP_PROTOCOL, "smtp-injection");
		return;
	}
	say_str(&y, " before ");
	say_str(&y, smtp_step_str(s->step));
	say_str(&y, " was sent to it: a reply that nobody asked for, which a server must not send "
	    "and a sender could take for another.  Check the server's software, and what is "
	    "between it and this host.");
	finish(s, SMTP_PROTOCOL, "smtp-unexpected");
}

void smtp_end_no_starttls(struct smtp_client *s)
{
	struct say y;

	if (s->step == SMTP_S_HELO) { /* the reason holds the refusal of EHLO */
		y.p = s->reason;
		y.cap = sizeof s->reason;
		y.n = strlen(s->reason);
		say_str(&y, "It takes HELO alone, so there is no STARTTLS");
	} else {
		y = reason_begin(s);
		say_str(&y, "announced no STARTTLS: ");
		say_quote(&y, s->reply.text, s->reply.textlen, WORDS);
	}
	say_str(&y, ".  A DANE sender does not deliver without TLS: turn STARTTLS on at the "
	    "server; if it is on, a firewall or proxy on the way strips it.");
	finish(s, SMTP_NO_STARTTLS, "smtp-no-starttls");
}

void smtp_end_tls_failed(struct smtp_client *s)
{
	struct say y;
	char buf[TLS_REASON_MAX - 64];
	bool early = s->step == SMTP_S_HANDSHAKE;

	say_init(&y, s->reason, sizeof s->reason);
	say_str(&y, early ? "The TLS handshake failed: " : "TLS broke at ");
	if (!early) {
		say_str(&y, smtp_step_str(s->step));
		say_str(&y, ": ");
	}
	say_str(&y, tls_session_error(&s->tls, buf, sizeof buf));
	if (y.p[y.n - 1] != '.')
		say_char(&y, '.');
	say_str(&y, early ? "  See the server's TLS settings and log." :
	    "  Try again; if it stays, see the server's log and what is on the way to it.");
	finish(s, SMTP_TLS_FAILED, early ? "tls-handshake" : "tls-failed");
}

void smtp_end_closed(struct smtp_client *s, const char *why)
{
	struct say y;

	if (s->step == SMTP_S_QUIT || s->step == SMTP_S_END) { /* no close_notify: no matter now */
		smtp_end_ok(s);
		return;
	}
	if (s->step == SMTP_S_HELO || s->step == SMTP_S_HELO_TLS) {
		y.p = s->reason; /* it holds the refusal of EHLO, the cause */
		y.cap = sizeof s->reason;
		y.n = strlen(s->reason);
		say_str(&y, "At HELO it closed the connection.  ");
		say_str(&y, hint_permanent(s));
		finish(s, SMTP_PERMANENT, "smtp-permanent");
		return;
	}
	y = reason_begin(s);
	say_str(&y, "closed the connection");
	if (why) {
		say_str(&y, " (");
		say_quote(&y, why, strlen(why), 60);
		say_str(&y, ")");
	}
	if (has_begun(&s->reply)) {
		say_str(&y, " after ");
		say_came(&y, &s->reply, NULL, 0);
	}
	say_str(&y, ".  ");
	if (s->step == SMTP_S_GREETING && !s->tls_up)
		say_str(&y, "It or a firewall may refuse this address; if the port speaks TLS at "
		    "once, try -tls-on-connect.");
	else if (s->step == SMTP_S_HANDSHAKE && s->cfg.tls_on_connect)
		say_str(&y, "If the port speaks plain SMTP, drop -tls-on-connect; if TLS, check "
		    "the server's certificate and key files, TLS versions and log.");
	else if (s->step == SMTP_S_HANDSHAKE)
		say_str(&y, "Check its certificate and key files, and the TLS versions and ciphers "
		    "that it allows; its log tells more.");
	else
		say_str(&y, "Try again; if it stays, see the server's log.");
	finish(s, SMTP_CLOSED, "smtp-closed");
}

void smtp_end_plain(struct smtp_client *s, const uint8_t *rest, size_t n)
{
	struct say y = reason_begin(s);

	say_str(&y, "answered in plain SMTP, ");
	say_came(&y, &s->reply, rest, n);
	if (s->cfg.tls_on_connect) {
		say_str(&y, ".  The port speaks plain SMTP: drop -tls-on-connect (STARTTLS is then "
		    "used), or name the port that speaks TLS at once, often 465.");
		finish(s, SMTP_PROTOCOL, "smtp-plain-at-once");
		return;
	}
	say_str(&y, ", after it had agreed to STARTTLS.  Check its TLS configuration "
	    "(certificate and key files) and its log.");
	finish(s, SMTP_PROTOCOL, "smtp-protocol");
}

void smtp_end_not_tls(struct smtp_client *s, const uint8_t *rest, size_t n)
{
	struct say y = reason_begin(s);

	say_str(&y, "sent what is neither TLS nor SMTP");
	if (s->reply.peer != SMTP_PEER_UNKNOWN) {
		say_str(&y, ": ");
		say_str(&y, s->reply.why);
	}
	say_str(&y, "; it begins ");
	say_came(&y, &s->reply, rest, n);
	if (s->cfg.tls_on_connect) {
		say_str(&y, ".  Check the port: TLS on connect is usual on 465.");
		finish(s, SMTP_PROTOCOL, "smtp-not-smtp");
		return;
	}
	say_str(&y, ".  Check the server's TLS configuration, and that nothing on the way rewrites "
	    "SMTP.");
	finish(s, SMTP_TLS_FAILED, "tls-handshake");
}

/* EHLO is refused: note its words, which HELO's end will need. */
void smtp_end_note_ehlo(struct smtp_client *s)
{
	struct say y = reason_begin(s);

	say_str(&y, "answered ");
	say_quote(&y, s->reply.text, s->reply.textlen, WORDS);
	say_str(&y, ", a permanent refusal.  ");
}

void smtp_end_flooded(struct smtp_client *s)
{
	struct say y = reason_begin(s);

	say_str(&y, "sent more than 16384 octets while it was this side's turn.  Check the "
	    "server's software.");
	finish(s, SMTP_PROTOCOL, "smtp-unexpected");
}

void smtp_end_bad_name(struct smtp_client *s)
{
	struct say y;

	say_init(&y, s->reason, sizeof s->reason);
	say_str(&y, "The name for EHLO is empty, longer than 505 octets, or has a space, a "
	    "control or a non-ASCII character: give another with -helo.");
	finish(s, SMTP_PROTOCOL, "smtp-protocol");
}

void smtp_end_tls_at_once(struct smtp_client *s)
{
	struct say y = reason_begin(s);

	say_str(&y, "said nothing within ");
	say_ms(&y, s->step_ms);
	say_str(&y, ", and answered TLS when it was spoken to in TLS.  The port speaks TLS at once: try "
	    "-tls-on-connect.");
	finish(s, SMTP_PROTOCOL, "smtp-tls-at-once");
}

static void say_silence(struct smtp_client *s, struct say *y)
{
	if (s->unsent)
		say_str(y, "It does not even read what is sent to it.  ");
	if (s->step == SMTP_S_GREETING && !s->tls_up && !has_begun(&s->reply))
		say_str(y, "If the port speaks TLS at once, try -tls-on-connect; otherwise the "
		    "server is overloaded, or it or a firewall holds this address off.");
	else if (s->step == SMTP_S_HANDSHAKE && s->cfg.tls_on_connect && !s->sniffed)
		say_str(y, "If the port speaks plain SMTP, drop -tls-on-connect; otherwise see the "
		    "server's load and log.");
	else
		say_str(y, "Try again; if it stays, see the server's load and log, and firewalls "
		    "on the way.");
}

void smtp_end_timeout(struct smtp_client *s, uint64_t mono)
{
	struct say y = reason_begin(s);

	say_str(&y, s->step == SMTP_S_HANDSHAKE ? "did not finish within " :
	    "gave no whole reply within ");
	if (mono >= s->total_deadline && s->total_deadline < s->step_deadline) {
		say_ms(&y, s->cfg.total_ms);
		say_str(&y, ", the time for the whole dialogue");
	} else {
		say_ms(&y, s->step_ms);
	}
	if (has_begun(&s->reply)) {
		say_str(&y, "; what came is ");
		say_came(&y, &s->reply, NULL, 0);
	}
	say_str(&y, ".  ");
	say_silence(s, &y);
	finish(s, SMTP_TIMEOUT, "smtp-timeout");
}
