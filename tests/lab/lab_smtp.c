/* SPDX-License-Identifier: ISC */
/*
 * The lab's SMTP servers: STARTTLS and TLS on connect over BearSSL's server engine,
 * and the ways in which real ones go wrong.
 */
#include "tests/lab/lab.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A reply, in clear or through TLS. */
static void answer(struct conn *c, const char *text)
{
	size_t n = strlen(text);

	if (!c->tls) {
		conn_out(c, text, n);
	} else if (n <= sizeof c->app - c->napp) {
		memcpy(c->app + c->napp, text, n);
		c->napp += n;
	}
}

static void tls_start(struct conn *c)
{
	const struct host *h = c->host;
	uint8_t seed[32];

	c->sc = xalloc(sizeof *c->sc);
	c->iobuf = xalloc(BR_SSL_BUFSIZE_BIDI);
	if (h->key->kind == K_RSA)
		br_ssl_server_init_full_rsa(c->sc, h->chain, h->nchain, &h->key->rsk);
	else
		br_ssl_server_init_full_ec(c->sc, h->chain, h->nchain, h->issuer_type,
		    &h->key->esk);
	if (h->behave == B_TLS10)
		br_ssl_engine_set_versions(&c->sc->eng, BR_TLS10, BR_TLS10);
	br_ssl_engine_set_buffer(&c->sc->eng, c->iobuf, BR_SSL_BUFSIZE_BIDI, 1);
	randombytes_buf(seed, sizeof seed);
	br_ssl_engine_inject_entropy(&c->sc->eng, seed, sizeof seed);
	if (!br_ssl_server_reset(c->sc))
		die("TLS server does not start");
	c->tls = true;
}

static const char *greeting(enum behave b)
{
	switch (b) {
	case B_421: return "421 lab too busy, come back later\r\n";
	case B_554: return "554 lab no SMTP service here\r\n";
	case B_SSH: return "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
	case B_HTTP: return "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
	case B_ENDLESS: return "220 lab ";
	case B_TEASER: return "220-mx.lab\r\n521 5.7.1 you are blocked\r\n";
	case B_BADCODE: return "220-lab one\r\n250 lab two\r\n";
	default: return "220-mx.lab\r\n220 ESMTP the lab\r\n";
	}
}

static void greet(struct conn *c)
{
	if (c->host->behave == B_LATE)
		c->hold = mono_ms() + 8000;
	for (unsigned i = 1; c->host->behave == B_LONG_GREETING && i < 99; i++)
		conn_out(c, "220-mx.lab has much to say before it comes to the point\r\n", 57);
	answer(c, greeting(c->host->behave));
}

/* A connection has come in. */
void smtp_start(struct conn *c)
{
	enum behave b = c->host->behave;

	c->quiet = b == B_SILENT || c->quiet;
	if (b == B_CLOSE)
		c->closing = true;
	if (b == B_CLOSE || b == B_SILENT)
		return;
	if (b == B_DRIP)
		c->drip = 1;
	if (c->tls_wanted) {
		tls_start(c);
		return;
	}
	if (b == B_NUL)
		conn_out(c, "220 mx\0.lab \0\0\0 hello\r\n", 23);
	else if (b == B_TLS_AT_ONCE)
		conn_out(c, "\x15\x03\x03\x00\x02\x02\x28", 7);
	else
		greet(c);
	c->flood = b == B_ENDLESS;
	c->closing = b == B_HTTP || b == B_554 || b == B_421;
}

/* The output is gone; those that never end go on. */
void smtp_more(struct conn *c)
{
	char buf[4000];

	if (!c->flood)
		return;
	if (c->host->behave == B_ENDLESS) {
		memset(buf, 'A', sizeof buf);
	} else {
		for (size_t i = 0; i < sizeof buf; i += 20)
			memcpy(buf + i, "250-X-LAB-ABCDEFGH\r\n", 20);
	}
	conn_out(c, buf, sizeof buf);
}

/* Ends the connection with what is there, without close_notify. */
static void hang_up(struct conn *c)
{
	c->closing = c->notified = true;
}

static void refuse(struct conn *c, const char *text)
{
	answer(c, text);
	c->closing = strncmp(text, "421", 3) == 0;
}

static void ehlo_tls(struct conn *c)
{
	switch (c->host->behave) {
	case B_TLS_554: refuse(c, "554 5.7.1 not with you\r\n"); break;
	case B_TLS_421: refuse(c, "421 4.7.0 too many of you\r\n"); break;
	case B_TLS_CLOSE: hang_up(c); break;
	case B_TLS_HELO_ALONE: answer(c, "502 5.5.1 what is EHLO?\r\n"); break;
	case B_421_TOO_TLS: answer(c, "250 mx.lab\r\n421 4.3.2 going down\r\n"); break;
	default: answer(c, "250-mx.lab\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
	}
}

static void ehlo(struct conn *c)
{
	enum behave b = c->host->behave;

	if (b == B_RESET) {
		c->reset = true;
	} else if (c->tls) {
		ehlo_tls(c);
	} else if (b == B_HELO_ALONE || b == B_NO_HELLO) {
		refuse(c, "502 5.5.1 what is EHLO?\r\n");
	} else if (b == B_421_EHLO) {
		refuse(c, "421 4.7.0 too many connections from you\r\n");
	} else if (b == B_LOWER_CASE) {
		answer(c, "250-mx.lab\r\n250-pipelining\r\n250 starttls\r\n");
	} else if (b == B_PARAMETERS) {
		answer(c, "250-mx.lab\r\n250-STARTTLS REQUIRED x=y\r\n250 8BITMIME\r\n");
	} else if (b == B_421_TOO) {
		answer(c, "250-mx.lab\r\n250 STARTTLS\r\n421 4.3.2 going down\r\n");
	} else if (b == B_450) {
		answer(c, "450 4.7.1 greylisted\r\n");
	} else if (b == B_FLOOD) {
		answer(c, "250-mx.lab\r\n");
		c->flood = true;
	} else if (b == B_NOSTARTTLS) {
		answer(c, "250-mx.lab\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
	} else {
		answer(c, "250-mx.lab\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n");
	}
}

static void starttls(struct conn *c)
{
	enum behave b = c->host->behave;

	if (b == B_454) {
		answer(c, "454 4.7.0 TLS not available for now\r\n");
	} else if (b == B_421_STARTTLS) {
		refuse(c, "421 4.7.0 later\r\n");
	} else if (b == B_502_STARTTLS) {
		refuse(c, "502 5.5.1 no TLS after all\r\n");
	} else if (b == B_INJECT) {
		answer(c, "220 go ahead\r\n250 injected\r\n");
		tls_start(c);
	} else if (b == B_NOT_TLS || b == B_PLAIN_REPLY || b == B_ALERT || b == B_CLOSE_HELLO) {
		answer(c, "220 go ahead\r\n");
		c->quiet = true;
	} else {
		answer(c, "220 go ahead\r\n");
		c->quiet = b == B_STALL;
		if (!c->quiet)
			tls_start(c);
	}
}

static void quit(struct conn *c)
{
	enum behave b = c->host->behave;

	c->quiet = b == B_QUIT_SILENT;
	c->reset = b == B_QUIT_RESET;
	if (b == B_QUIT_PLAIN)
		conn_out(c, "221 bye\r\n", 9);
	if (b == B_QUIT_CLOSE || b == B_QUIT_PLAIN)
		hang_up(c);
	if (b == B_QUIT_PLAIN || b == B_QUIT_SILENT || b == B_QUIT_RESET || b == B_QUIT_CLOSE)
		return;
	answer(c, b == B_QUIT_421 ? "421 4.3.0 you were too slow\r\n" : "221 bye\r\n");
	c->closing = true;
}

static void command(struct conn *c, const char *line)
{
	say("smtp 127.0.0.%u%s <- %s", c->host->octet, c->tls ? " (tls)" : "", line);
	if (strncasecmp(line, "EHLO ", 5) == 0) {
		ehlo(c);
	} else if (strncasecmp(line, "HELO ", 5) == 0) {
		answer(c, c->host->behave == B_NO_HELLO || c->host->behave == B_TLS_554 ?
		    "502 5.5.1 nor HELO\r\n" : "250 mx.lab\r\n");
	} else if (strcasecmp(line, "STARTTLS") == 0 && !c->tls &&
	    c->host->behave != B_NOSTARTTLS) {
		starttls(c);
	} else if (strcasecmp(line, "QUIT") == 0) {
		quit(c);
	} else {
		answer(c, "500 what?\r\n");
	}
}

/* Command lines, from the clear or from TLS; what follows STARTTLS stays for the engine. */
static size_t lines(struct conn *c, const uint8_t *p, size_t n)
{
	bool was = c->tls;
	size_t i = 0;

	while (i < n && c->tls == was && !c->quiet) {
		char ch = (char)p[i++];
		if (ch == '\n') {
			if (c->nline && c->line[c->nline - 1] == '\r')
				c->nline--;
			c->line[c->nline] = 0;
			c->nline = 0;
			command(c, c->line);
		} else if (c->nline < sizeof c->line - 1) {
			c->line[c->nline++] = ch;
		}
	}
	return i;
}

static void raw_take(struct conn *c, size_t n)
{
	memmove(c->raw, c->raw + n, c->nraw - n);
	c->nraw -= n;
}

/* One thing that the TLS engine can do now; false: nothing. */
static bool tls_turn(struct conn *c)
{
	br_ssl_engine_context *e = &c->sc->eng;
	unsigned st = br_ssl_engine_current_state(e);
	unsigned char *p;
	size_t n;

	if (st & BR_SSL_SENDREC) {
		p = br_ssl_engine_sendrec_buf(e, &n);
		conn_out(c, p, n);
		br_ssl_engine_sendrec_ack(e, n);
		return true;
	}
	if (st & BR_SSL_RECVAPP) {
		p = br_ssl_engine_recvapp_buf(e, &n);
		lines(c, p, n);
		br_ssl_engine_recvapp_ack(e, n);
		return true;
	}
	if ((st & BR_SSL_SENDAPP) && c->napp) {
		p = br_ssl_engine_sendapp_buf(e, &n);
		n = n < c->napp ? n : c->napp;
		memcpy(p, c->app, n);
		memmove(c->app, c->app + n, c->napp - n);
		c->napp -= n;
		br_ssl_engine_sendapp_ack(e, n);
		br_ssl_engine_flush(e, 0);
		return true;
	}
	if (c->closing && !c->notified && (st & BR_SSL_SENDAPP)) {
		c->notified = true;
		br_ssl_engine_close(e);
		return true;
	}
	if ((st & BR_SSL_RECVREC) && c->nraw) {
		p = br_ssl_engine_recvrec_buf(e, &n);
		n = n < c->nraw ? n : c->nraw;
		memcpy(p, c->raw, n);
		raw_take(c, n);
		br_ssl_engine_recvrec_ack(e, n);
		return true;
	}
	return false;
}

static void tls_greet(struct conn *c)
{
	/* TLS on connect: the greeting waits for the end of the handshake */
	if (c->tls_wanted && (br_ssl_engine_current_state(&c->sc->eng) & BR_SSL_SENDAPP)) {
		c->tls_wanted = false;
		answer(c, greeting(c->host->behave));
	}
}

static void tls_pump(struct conn *c)
{
	do {
		tls_greet(c);
	} while (tls_turn(c));
	if (br_ssl_engine_current_state(&c->sc->eng) == BR_SSL_CLOSED) {
		say("smtp 127.0.0.%u TLS closed, error %d", c->host->octet,
		    br_ssl_engine_last_error(&c->sc->eng));
		c->closing = true;
	}
}

static void alert(struct conn *c, uint8_t level)
{
	uint8_t rec[] = {21, 3, 3, 0, 2, level, c->host->alert};

	conn_out(c, rec, sizeof rec);
}

/* A client hello, perhaps: answered in the wrong language, by an alert, or not at all. */
static void answer_oddly(struct conn *c)
{
	switch (c->host->behave) {
	case B_NOT_TLS: conn_out(c, "\x99\x98\x97\x00\x01\x02\xff\xfe", 8); break;
	case B_PLAIN_REPLY: conn_out(c, "500 5.5.1 what was that?\r\n", 26); break;
	case B_ALERT: alert(c, 2); hang_up(c); break;
	case B_CLOSE_HELLO: hang_up(c); break;
	default: break;
	}
}

void smtp_input(struct conn *c)
{
	bool first = c->nraw && !c->answered;

	if (c->quiet) {
		if (first)
			answer_oddly(c);
		c->answered = true;
		c->nraw = 0;
		return;
	}
	if (c->tls && first && c->host->behave == B_ALERT_AND_ON) {
		alert(c, 1);
		c->answered = true;
	}
	if (!c->tls)
		raw_take(c, lines(c, c->raw, c->nraw));
	if (c->tls)
		tls_pump(c);
}
