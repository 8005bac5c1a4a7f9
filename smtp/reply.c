/* SPDX-License-Identifier: ISC */
/*
 * smtp/reply.c: decides what is one SMTP reply (RFC 5321 section 4.2) and where it
 * ends.  Judges octet by octet, so that a reply cut anywhere is judged alike, and a
 * peer that does not speak SMTP is known by its first octets, with no line end to
 * wait for.  What a reply means for the dialogue is client.c's.
 */
#include "smtp/smtp.h"

#include <string.h>

#define HEAD_MAX 9 /* octets of the longest entry of foreign[] */

_Static_assert(SMTP_LINE_MAX == 2048 && SMTP_REPLY_LINES == 256, "the reasons below say so");

static const struct {
	const char *head;
	size_t n;
	enum smtp_peer peer;
	const char *why;
} foreign[] = {
	{ "\x16\x03", 2, SMTP_PEER_TLS, "it is a TLS handshake record" },
	{ "\x15\x03", 2, SMTP_PEER_TLS, "it is a TLS alert record" },
	{ "SSH-", 4, SMTP_PEER_SSH, "it is the banner of an SSH server" },
	{ "HTTP/", 5, SMTP_PEER_HTTP, "it is the answer of an HTTP server" },
	{ "+OK", 3, SMTP_PEER_POP3, "it is the greeting of a POP3 server" },
	{ "-ERR", 4, SMTP_PEER_POP3, "it is the greeting of a POP3 server" },
	{ "* OK", 4, SMTP_PEER_IMAP, "it is the greeting of an IMAP server" },
	{ "* BYE", 5, SMTP_PEER_IMAP, "it is the greeting of an IMAP server" },
	{ "* PREAUTH", 9, SMTP_PEER_IMAP, "it is the greeting of an IMAP server" },
};

void smtp_reply_init(struct smtp_reply *r)
{
	memset(r, 0, sizeof *r);
}

static void set_bad(struct smtp_reply *r, const char *why)
{
	r->bad = true;
	r->why = why;
}

/* May the line still become the head of another protocol?  Sets bad when it has. */
static bool is_foreign(struct smtp_reply *r)
{
	bool maybe = false;
	size_t i;

	for (i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
		size_t n = r->linelen < foreign[i].n ? r->linelen : foreign[i].n;

		if (memcmp(r->line, foreign[i].head, n) != 0)
			continue;
		maybe = true;
		if (n == foreign[i].n) {
			set_bad(r, foreign[i].why);
			r->peer = foreign[i].peer;
			break;
		}
	}
	return maybe;
}

/* RFC 5321 s4.2: Reply-code = %x32-35 %x30-35 %x30-39.  The second digit may be any here:
   replies such as 571 are met, and only the first one decides (s4.3.2). */
static void check_head(struct smtp_reply *r, size_t len)
{
	size_t i;

	for (i = 0; i < len && i < 3; i++) {
		if (r->line[i] < '0' || r->line[i] > '9') {
			set_bad(r, "a line does not begin with a three-digit code");
			return;
		}
	}
	if (len >= 3 && (r->line[0] < '2' || r->line[0] > '5'))
		set_bad(r, "a code is not from 200 to 599");
	else if (len > 3 && r->line[3] != ' ' && r->line[3] != '-' && r->line[3] != '\r')
		set_bad(r, "a code is not followed by a space, a hyphen or the end of the line");
}

static void keep_text(struct smtp_reply *r, size_t len)
{
	size_t room;

	if (r->textlen > 0 && r->textlen < SMTP_REPLY_TEXT - 1)
		r->text[r->textlen++] = '\n';
	room = SMTP_REPLY_TEXT - 1 - r->textlen;
	if (len > room)
		len = room;
	memcpy(r->text + r->textlen, r->line, len);
	r->textlen += len;
	r->text[r->textlen] = '\0';
}

static bool is_starttls(const char *p, size_t n)
{
	static const char kw[] = "STARTTLS";
	size_t i;

	if (n < sizeof kw - 1)
		return false;
	for (i = 0; i < sizeof kw - 1; i++) {
		char c = p[i];

		if (c >= 'a' && c <= 'z') /* RFC 5321 s4.1.1.1: keywords are case-blind */
			c = (char)(c - 'a' + 'A');
		if (c != kw[i])
			return false;
	}
	return n == i || p[i] == ' ' || p[i] == '\t'; /* RFC 3207 s2: none defined; allowed */
}

/* A reply that began well and is broken off by a refusal: RFC 5321 s3.8 lets 421 come at any
   time, and Postfix's postscreen greets with "220-", and after it with 521 whom it drops. */
static bool is_refused_after_all(unsigned was, unsigned code)
{
	return was / 100 == 2 && code >= 400;
}

/* A line is whole in r->line, its LF not included. */
static void end_line(struct smtp_reply *r)
{
	size_t len = r->linelen;
	unsigned code;

	while (len > 0 && r->line[len - 1] == '\r')
		len--;
	if (len < 3) {
		set_bad(r, "a line does not begin with a three-digit code");
		return;
	}
	check_head(r, len);
	if (!r->bad && len > 3 && r->line[3] == '\r')
		set_bad(r, "a code is not followed by a space, a hyphen or the end of the line");
	if (r->bad)
		return;
	code = (unsigned)((r->line[0] - '0') * 100 + (r->line[1] - '0') * 10 + (r->line[2] - '0'));
	if (r->lines == 0 || is_refused_after_all(r->code, code)) {
		r->code = code;
		r->textlen = 0; /* what led to it is of no account */
	} else if (code != r->code) { /* RFC 5321 s4.2.1: the code is the same on each line */
		set_bad(r, "the lines of one reply have different codes");
		return;
	}
	keep_text(r, len);
	r->lines++;
	if (r->lines > 1 && len > 4 && is_starttls(r->line + 4, len - 4))
		r->starttls = true;
	if (len == 3 || r->line[3] == ' ') /* RFC 5321 s4.2.1: the last line */
		r->done = true;
	else if (r->lines >= SMTP_REPLY_LINES)
		set_bad(r, "the reply has more than 256 lines");
	else
		r->linelen = 0;
}

static void take_octet(struct smtp_reply *r, uint8_t c)
{
	if (c == '\n') {
		end_line(r);
		return;
	}
	if (r->linelen >= SMTP_LINE_MAX) {
		set_bad(r, "a line is longer than 2048 octets");
		return;
	}
	r->line[r->linelen++] = (char)c;
	if (c == 0)
		set_bad(r, "it has a NUL octet");
	else if (r->linelen <= HEAD_MAX && !(r->lines == 0 && is_foreign(r)))
		check_head(r, r->linelen);
}

size_t smtp_reply_feed(struct smtp_reply *r, const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && !r->done && !r->bad)
		take_octet(r, p[i++]);
	return i;
}
