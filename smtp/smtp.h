/* SPDX-License-Identifier: ISC */
/*
 * smtp/smtp.h: the SMTP client as a state machine, bytes in and bytes out
 * (RFC 5321, STARTTLS: RFC 3207, TLS on connect: RFC 8314).  Drives a tls_session.
 * No socket, no clock, no heap.
 */
#ifndef SMTP_SMTP_H
#define SMTP_SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tls/tls.h"

#define SMTP_LINE_MAX 2048        /* octets of one reply line; RFC 5321 4.5.3.1.5 asks for 512 */
#define SMTP_REPLY_LINES 256      /* lines of one reply; more is an error */
#define SMTP_REPLY_TEXT 512       /* of a reply, kept for the report (escaped there) */
#define SMTP_OUT_MAX 600          /* one command */
#define SMTP_STEP_MS 30000        /* wait for one reply, default */
#define SMTP_GREETING_MS 60000    /* wait for the greeting, default (some servers delay it) */
#define SMTP_TOTAL_MS 120000      /* the whole dialogue, default */
#define SMTP_QUIT_MS 5000         /* for the reply to QUIT, at most; its lack is no error */
#define SMTP_ASK_MS 5000          /* after a greeting that does not come: does the port speak TLS? */
#define SMTP_HELD_MAX 16384       /* octets fed while the TLS engine waits for its output to be
                                     sent; feed no more at once and none are refused */

/* ---- reply parser (reply.c) ------------------------------------------------- */

/* Who speaks instead, when the first octets of a bad reply tell. */
enum smtp_peer { SMTP_PEER_UNKNOWN = 0, SMTP_PEER_TLS, SMTP_PEER_SSH, SMTP_PEER_HTTP,
	SMTP_PEER_POP3, SMTP_PEER_IMAP };

struct smtp_reply {
	unsigned code;            /* 0 until the first line is complete; 2xx may turn 4xx or 5xx */
	bool done, bad;           /* bad: `why` says what */
	const char *why;
	enum smtp_peer peer;      /* set with bad only */
	unsigned lines;
	bool starttls;            /* a line after the first says STARTTLS, any case */
	size_t textlen;
	char text[SMTP_REPLY_TEXT]; /* raw octets of the first lines of that code, LF separated,
	                               NUL-ended, cut */
	/* private */
	size_t linelen;
	char line[SMTP_LINE_MAX];
};
void smtp_reply_init(struct smtp_reply *r);
/* Take octets up to the end of the reply; returns how many were taken. */
size_t smtp_reply_feed(struct smtp_reply *r, const uint8_t *p, size_t n);

/* ---- the machine (client.c) -------------------------------------------------- */

enum smtp_outcome {
	SMTP_RUNNING = 0,
	SMTP_FINISHED,      /* TLS was established; the certificate verdict is in the session */
	SMTP_TEMPORARY,     /* 4xx refusal, 421 */
	SMTP_PERMANENT,     /* 5xx refusal */
	SMTP_NO_STARTTLS,   /* not offered */
	SMTP_PROTOCOL,      /* not SMTP, malformed, octets injected after STARTTLS, ... */
	SMTP_TLS_FAILED,    /* the handshake failed */
	SMTP_TIMEOUT,
	SMTP_CLOSED         /* connection closed or reset too early */
};

struct smtp_config {
	const char *helo;            /* name for EHLO */
	bool tls_on_connect;
	const char *sni;             /* or NULL */
	struct tls_dane dane;
	enum tls_offer offer;        /* which certificates of the server to ask for */
	uint8_t entropy[32];
	unsigned step_ms, greeting_ms, total_ms; /* 0: the defaults above */
};

enum smtp_step { SMTP_S_GREETING = 0, SMTP_S_EHLO, SMTP_S_HELO, SMTP_S_STARTTLS, SMTP_S_HANDSHAKE,
	SMTP_S_EHLO_TLS, SMTP_S_HELO_TLS, SMTP_S_QUIT, SMTP_S_END };
const char *smtp_step_str(enum smtp_step s); /* "greeting", "EHLO", ... */

struct smtp_client {
	enum smtp_outcome outcome;   /* read by the caller */
	char code[32];               /* stable id: "smtp-no-starttls", ...; "" when fine */
	char reason[TLS_REASON_MAX]; /* sentence: at which step, what came, what to do */
	enum smtp_step step;
	unsigned reply_code;         /* last one received */
	uint64_t tls_started, tls_done; /* monotonic ms; 0: not reached */
	struct tls_session tls;
	/* private to client.c */
	struct smtp_config cfg;
	struct smtp_reply reply;
	bool tls_up, eof, secured;
	bool unsent;                 /* the command of this step is not yet all sent */
	bool asking;                 /* no greeting came; the ClientHello only asks if TLS is spoken */
	bool sniffed;                /* the first octet of the handshake was a TLS record's */
	uint64_t step_deadline, total_deadline, step_ms;
	size_t outlen, outoff;
	uint8_t out[SMTP_OUT_MAX];
	size_t held;
	uint8_t in[SMTP_HELD_MAX];
};

/* The connection is up.  c->helo etc. must outlive the machine.  mono: monotonic ms. */
void smtp_client_init(struct smtp_client *s, const struct smtp_config *c, uint64_t mono);
/* What it waits for. */
bool smtp_client_wants_read(const struct smtp_client *s);
bool smtp_client_wants_write(struct smtp_client *s);
uint64_t smtp_client_deadline(const struct smtp_client *s);
/* Octets came in (n > 0), or the end of the stream (n == 0; why: NULL for a clean end, or the
   text of the error, "connection reset by peer"). */
void smtp_client_feed(struct smtp_client *s, const uint8_t *p, size_t n, const char *why,
    uint64_t mono);
/* Octets to send (NULL: none), and how many were sent. */
const uint8_t *smtp_client_pull(struct smtp_client *s, size_t *n);
void smtp_client_sent(struct smtp_client *s, size_t n, uint64_t mono);
/* Deadline passed. */
void smtp_client_expire(struct smtp_client *s, uint64_t mono);
/* outcome != SMTP_RUNNING: the caller closes the connection. */

#endif
