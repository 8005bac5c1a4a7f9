/* SPDX-License-Identifier: ISC */
/*
 * tests/t_client.c: the rules of smtp/client.c and the sentences of smtp/end.c, against scripted
 * peers and an in-memory BearSSL server.  Each rule runs three times, with what the peer sends
 * whole, octet by octet and in pieces of seven, from heap blocks of the exact size: cutting must
 * not change the outcome.
 */
#include "smtp/smtp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/vectors/smtp/ec.h"

#define START 1000u /* monotonic ms at which each dialogue begins */

static struct smtp_client s;
static struct smtp_config cfg;
static struct tls_tlsa tlsa;
static size_t piece;      /* octets fed at once */
static uint64_t now;

static struct {
	br_ssl_server_context cc;
	br_x509_certificate chain;
	br_ec_private_key key;
	unsigned char iobuf[BR_SSL_BUFSIZE_BIDI];
	char got[4096];       /* plain text that it received */
	size_t gotlen;
} srv;

/* ---- the peer ------------------------------------------------------------------- */

static void setup(bool tls_on_connect)
{
	static const char *const names[] = { "mx.test.example" };

	memset(&cfg, 0, sizeof cfg);
	tlsa = (struct tls_tlsa){ 3, 1, 1, sizeof ec_spki_sha256, ec_spki_sha256 };
	cfg.helo = "probe.example";
	cfg.sni = "mx.test.example";
	cfg.tls_on_connect = tls_on_connect;
	cfg.dane = (struct tls_dane){ &tlsa, 1, names, 1, 1800000000 };
	memset(cfg.entropy, 7, sizeof cfg.entropy);
	now = START;
	smtp_client_init(&s, &cfg, now);
}

static void say_n(const void *t, size_t n)
{
	const uint8_t *p = t;

	while (n > 0) {
		size_t k = n < piece ? n : piece;
		uint8_t *c = malloc(k);

		assert_non_null(c);
		memcpy(c, p, k);
		smtp_client_feed(&s, c, k, NULL, now);
		free(c);
		p += k;
		n -= k;
	}
}

static void say(const char *t)
{
	say_n(t, strlen(t));
}

static void hang_up(const char *why)
{
	smtp_client_feed(&s, NULL, 0, why, now);
}

/* The client sends exactly this, in plain. */
static void hear(const char *want)
{
	char got[1024];
	size_t len = 0, n;
	const uint8_t *p;

	while ((p = smtp_client_pull(&s, &n)) != NULL) {
		assert_true(smtp_client_wants_write(&s));
		n = n < piece ? n : piece;
		assert_true(len + n < sizeof got);
		memcpy(got + len, p, n);
		len += n;
		smtp_client_sent(&s, n, now);
	}
	got[len] = '\0';
	assert_string_equal(got, want);
	assert_false(smtp_client_wants_write(&s));
}

static void to_starttls(void)
{
	setup(false);
	say("220 mx.test.example ESMTP\r\n");
	hear("EHLO probe.example\r\n");
	say("250-mx.test.example\r\n250-STARTTLS\r\n250 HELP\r\n");
	hear("STARTTLS\r\n");
}

static void srv_start(void)
{
	static const unsigned char seed[32] = { 9 };

	memset(&srv, 0, sizeof srv);
	srv.chain.data = (unsigned char *)(uintptr_t)ec_cert;
	srv.chain.data_len = sizeof ec_cert;
	srv.key.curve = BR_EC_secp256r1;
	srv.key.x = (unsigned char *)(uintptr_t)ec_key;
	srv.key.xlen = sizeof ec_key;
	br_ssl_server_init_full_ec(&srv.cc, &srv.chain, 1, BR_KEYTYPE_EC, &srv.key);
	br_ssl_engine_set_buffer(&srv.cc.eng, srv.iobuf, sizeof srv.iobuf, 1);
	br_ssl_engine_inject_entropy(&srv.cc.eng, seed, sizeof seed);
	assert_true(br_ssl_server_reset(&srv.cc));
}

static bool client_to_srv(void)
{
	size_t n, room, k;
	const uint8_t *p = smtp_client_pull(&s, &n);
	unsigned char *b;

	if (!p)
		return false;
	b = br_ssl_engine_recvrec_buf(&srv.cc.eng, &room);
	if (!b)
		return false;
	k = n < room ? n : room;
	k = k < piece ? k : piece;
	memcpy(b, p, k);
	br_ssl_engine_recvrec_ack(&srv.cc.eng, k);
	smtp_client_sent(&s, k, now);
	while ((b = br_ssl_engine_recvapp_buf(&srv.cc.eng, &n)) != NULL) {
		assert_true(srv.gotlen + n < sizeof srv.got);
		memcpy(srv.got + srv.gotlen, b, n);
		srv.gotlen += n;
		srv.got[srv.gotlen] = '\0';
		br_ssl_engine_recvapp_ack(&srv.cc.eng, n);
	}
	return true;
}

/* All that the server has to send, in one block. */
static size_t srv_records(uint8_t *out, size_t cap)
{
	size_t n, len = 0;
	unsigned char *p;

	while ((p = br_ssl_engine_sendrec_buf(&srv.cc.eng, &n)) != NULL) {
		assert_true(len + n <= cap);
		memcpy(out + len, p, n);
		len += n;
		br_ssl_engine_sendrec_ack(&srv.cc.eng, n);
	}
	return len;
}

/* Carry records both ways until nothing moves. */
static void shuttle(void)
{
	static uint8_t out[40000];
	bool moved = true;

	while (moved) {
		size_t n;

		moved = false;
		while (client_to_srv())
			moved = true;
		n = srv_records(out, sizeof out);
		if (n > 0) {
			say_n(out, n);
			moved = true;
		}
	}
}

static void srv_queue(const char *t)
{
	size_t n = strlen(t), room;

	while (n > 0) {
		unsigned char *b = br_ssl_engine_sendapp_buf(&srv.cc.eng, &room);

		assert_non_null(b);
		room = room < n ? room : n;
		memcpy(b, t, room);
		br_ssl_engine_sendapp_ack(&srv.cc.eng, room);
		t += room;
		n -= room;
	}
	br_ssl_engine_flush(&srv.cc.eng, 0);
}

static void srv_say(const char *t)
{
	srv_queue(t);
	shuttle();
}

static void srv_heard(const char *want)
{
	assert_string_equal(srv.got, want);
	srv.gotlen = 0;
	srv.got[0] = '\0';
}

/* STARTTLS accepted and the handshake done; the EHLO inside TLS is at the server. */
static void to_tls(void)
{
	to_starttls();
	say("220 go ahead\r\n");
	srv_start();
	shuttle();
	assert_int_equal(s.outcome, SMTP_RUNNING);
	assert_int_equal(s.step, SMTP_S_EHLO_TLS);
	srv_heard("EHLO probe.example\r\n");
}

static void to_quit(void)
{
	to_tls();
	srv_say("250-mx.test.example\r\n250 HELP\r\n");
	srv_heard("QUIT\r\n");
	assert_int_equal(s.step, SMTP_S_QUIT);
	assert_int_equal(s.outcome, SMTP_RUNNING);
}

static void to_greeting_tls(void)
{
	setup(true);
	srv_start();
	shuttle();
	assert_int_equal(s.outcome, SMTP_RUNNING);
	assert_int_equal(s.step, SMTP_S_GREETING);
}

/* ---- what came of it -------------------------------------------------------------- */

static void ended_as(enum smtp_outcome o, const char *code, enum smtp_step st)
{
	size_t n = strlen(s.reason), i;

	if (strcmp(s.code, code) != 0 || s.outcome != o || s.step != st)
		print_message("%d %s %s: %s\n", s.outcome, s.code, smtp_step_str(s.step), s.reason);
	assert_int_equal(s.outcome, o);
	assert_string_equal(s.code, code);
	assert_int_equal(s.step, st);
	if (o != SMTP_FINISHED) {
		assert_true(n > 20 && n < sizeof s.reason - 1); /* not cut */
		assert_int_equal(s.reason[n - 1], '.');
	}
	for (i = 0; i < n; i++)
		assert_true(s.reason[i] >= ' ' && s.reason[i] <= '~');
	assert_false(smtp_client_wants_read(&s));
	assert_false(smtp_client_wants_write(&s));
	assert_true(smtp_client_deadline(&s) == UINT64_MAX);
}

static void reason_has(const char *t)
{
	if (!strstr(s.reason, t))
		print_message("%s\n", s.reason);
	assert_non_null(strstr(s.reason, t));
}

static void finished(bool ok)
{
	ended_as(SMTP_FINISHED, "", s.step);
	assert_true(tls_session_ok(&s.tls) == ok);
	assert_true(s.tls_started >= START && s.tls_done >= s.tls_started);
	assert_string_equal(s.reason, "");
}

static void timed_out(enum smtp_step st)
{
	now = smtp_client_deadline(&s);
	smtp_client_expire(&s, now - 1);
	assert_int_equal(s.outcome, SMTP_RUNNING);
	smtp_client_expire(&s, now);
	ended_as(SMTP_TIMEOUT, "smtp-timeout", st);
}

#define RULE(name) \
	static void name##_rule(void); \
	static void name(void **state) \
	{ \
		(void)state; \
		for (piece = SIZE_MAX; piece > 0; piece = piece == SIZE_MAX ? 7 : piece == 7 ? 1 : 0) \
			name##_rule(); \
	} \
	static void name##_rule(void)

/* ---- greeting ---------------------------------------------------------------------- */

static void greeting(const char *t, enum smtp_outcome o, const char *code)
{
	setup(false);
	say(t);
	ended_as(o, code, SMTP_S_GREETING);
}

RULE(rfc5321_3_1_greeting_then_ehlo)
{
	setup(false);
	hear("");
	assert_true(smtp_client_wants_read(&s));
	assert_true(smtp_client_deadline(&s) == START + SMTP_GREETING_MS);
	say("220-mx.test.example\r\n220 hello\r\n");
	assert_int_equal(s.reply_code, 220);
	hear("EHLO probe.example\r\n");
}

RULE(rfc5321_3_1_greeting_554)
{
	greeting("554 5.7.1 no service\r\n", SMTP_PERMANENT, "smtp-permanent");
	assert_int_equal(s.reply_code, 554);
	reason_has("\"554 5.7.1 no service\"");
}

RULE(rfc7504_greeting_521)
{
	greeting("521 mx does not accept mail\r\n", SMTP_PERMANENT, "smtp-permanent");
	reason_has("takes no mail at all");
}

RULE(rfc5321_3_8_greeting_421)
{
	greeting("421 4.3.2 shutting down\r\n", SMTP_TEMPORARY, "smtp-temporary");
	assert_int_equal(s.reply_code, 421);
	reason_has("421 4.3.2 shutting down");
}

RULE(greeting_that_ends_in_a_refusal)
{
	greeting("220-mx.test.example\r\n521 5.7.1 blocked\r\n", SMTP_PERMANENT, "smtp-permanent");
	assert_int_equal(s.reply_code, 521);
	reason_has("521 5.7.1 blocked");
	reason_has("probe from another");
	greeting("220-mx.test.example\r\n421 busy\r\n", SMTP_TEMPORARY, "smtp-temporary");
}

RULE(greeting_450)
{
	greeting("450 4.7.1 greylisted\r\n", SMTP_TEMPORARY, "smtp-temporary");
}

RULE(greeting_3xx)
{
	greeting("354 go on\r\n", SMTP_PROTOCOL, "smtp-protocol");
}

RULE(greeting_1xx)
{
	greeting("100-continue\r\n100 x\r\n", SMTP_PROTOCOL, "smtp-protocol");
}

RULE(greeting_refused_and_more)
{
	greeting("421 busy\r\n421 bye\r\n", SMTP_TEMPORARY, "smtp-temporary");
}

RULE(greeting_tls_record)
{
	setup(false);
	say_n("\x15\x03\x01\x00\x02\x02\x46", 7);
	ended_as(SMTP_PROTOCOL, "smtp-tls-at-once", SMTP_S_GREETING);
	reason_has("try -tls-on-connect");
	greeting("\x16\x03\x03", SMTP_PROTOCOL, "smtp-tls-at-once");
}

RULE(greeting_ssh)
{
	greeting("SSH-2.0-OpenSSH_9.2\r\n", SMTP_PROTOCOL, "smtp-not-smtp");
	reason_has("SSH");
}

RULE(greeting_http)
{
	greeting("HTTP/1.1 408 Request Timeout\r\n\r\n", SMTP_PROTOCOL, "smtp-not-smtp");
	reason_has("HTTP");
}

RULE(greeting_pop3)
{
	greeting("+OK ready\r\n", SMTP_PROTOCOL, "smtp-not-smtp");
	reason_has("POP3");
}

RULE(greeting_imap)
{
	greeting("* OK [CAPABILITY IMAP4rev1] ready\r\n", SMTP_PROTOCOL, "smtp-not-smtp");
	reason_has("IMAP");
}

RULE(greeting_garbage)
{
	greeting("Welcome!\r\n", SMTP_PROTOCOL, "smtp-not-smtp");
}

RULE(greeting_nul)
{
	setup(false);
	say_n("220 a\0b\r\n", 9);
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_GREETING);
	reason_has("NUL");
	reason_has("\\x00");
}

RULE(greeting_line_without_end)
{
	unsigned i;

	setup(false);
	say("220 ");
	for (i = 0; i < SMTP_LINE_MAX && s.outcome == SMTP_RUNNING; i++)
		say("xx");
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_GREETING);
	reason_has("longer than 2048");
}

RULE(greeting_lines_without_end)
{
	unsigned i;

	setup(false);
	for (i = 0; i < 2 * SMTP_REPLY_LINES && s.outcome == SMTP_RUNNING; i++)
		say("220-x\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_GREETING);
	assert_int_equal(i, SMTP_REPLY_LINES);
}

RULE(greeting_closed)
{
	setup(false);
	hang_up("connection reset by peer");
	ended_as(SMTP_CLOSED, "smtp-closed", SMTP_S_GREETING);
	reason_has("connection reset by peer");
	setup(false);
	say("220-mx");
	hang_up(NULL);
	ended_as(SMTP_CLOSED, "smtp-closed", SMTP_S_GREETING);
	reason_has("220-mx");
}

/* 100 lines are no reason to give up, and 220 may come late: postscreen and tarpits wait. */
RULE(greeting_of_100_lines)
{
	unsigned i;

	setup(false);
	for (i = 0; i < 99; i++)
		say("220-mx.test.example is a server with much to say before it comes to the point\r\n");
	assert_int_equal(s.outcome, SMTP_RUNNING);
	hear("");
	say("220 ready\r\n");
	assert_int_equal(s.reply.lines, 0); /* of the next reply */
	hear("EHLO probe.example\r\n");
}

RULE(greeting_late)
{
	setup(false);
	now = START + SMTP_GREETING_MS - 1;
	smtp_client_expire(&s, now);
	say("220 mx.test.example\r\n");
	hear("EHLO probe.example\r\n");
	assert_true(smtp_client_deadline(&s) == now + SMTP_STEP_MS);
}

RULE(greeting_pipelined)
{
	setup(false);
	say("220 a\r\n250-b\r\n250 STARTTLS\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-unexpected", SMTP_S_EHLO);
}

static void greeting_and(const char *t, enum smtp_outcome o, const char *code)
{
	setup(false);
	say("220 mx\r\n");
	say(t);
	ended_as(o, code, SMTP_S_EHLO);
}

RULE(control_characters_are_escaped)
{
	greeting("554 \x1b[31mred\x07 \xc3\xa9 \"q\"\r\n", SMTP_PERMANENT, "smtp-permanent");
	reason_has("554 \\x1b[31mred\\x07 \\xc3\\xa9 \\\"q\\\"");
}

RULE(long_words_leave_room_for_the_advice)
{
	static char t[1500];

	memset(t, '\x01', sizeof t - 3);
	memcpy(t, "554 ", 4);
	memcpy(t + sizeof t - 3, "\r\n", 3);
	greeting(t, SMTP_PERMANENT, "smtp-permanent");
	reason_has("server's log.");
}

/* ---- EHLO, HELO ---------------------------------------------------------------------- */

static void after_ehlo(const char *t)
{
	setup(false);
	say("220 mx.test.example\r\n");
	hear("EHLO probe.example\r\n");
	say(t);
}

RULE(rfc3207_starttls_announced_any_case)
{
	after_ehlo("250-mx\r\n250 starttls\r\n");
	hear("STARTTLS\r\n");
	after_ehlo("250-mx\r\n250-STARTTLS x=y\r\n250 HELP\r\n");
	hear("STARTTLS\r\n");
	assert_int_equal(s.step, SMTP_S_STARTTLS);
}

RULE(rfc3207_starttls_not_announced)
{
	after_ehlo("250-STARTTLS\r\n250-XSTARTTLS\r\n250 HELP\r\n");
	ended_as(SMTP_NO_STARTTLS, "smtp-no-starttls", SMTP_S_EHLO);
	after_ehlo("250 mx\r\n");
	ended_as(SMTP_NO_STARTTLS, "smtp-no-starttls", SMTP_S_EHLO);
}

RULE(ehlo_4xx)
{
	after_ehlo("421 too many connections\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_EHLO);
	reason_has("At EHLO");
	after_ehlo("450 later\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_EHLO);
}

RULE(rfc3207_starttls_with_empty_parameters)
{
	after_ehlo("250-mx\r\n250 StartTLS \r\n");
	hear("STARTTLS\r\n");
	after_ehlo("250-mx\r\n250-STARTTLS\tREQUIRED\r\n250 HELP\r\n");
	hear("STARTTLS\r\n");
	after_ehlo("250-mx\r\n250-STARTTLSX\r\n250 HELP\r\n");
	ended_as(SMTP_NO_STARTTLS, "smtp-no-starttls", SMTP_S_EHLO);
}

RULE(rfc5321_3_2_ehlo_refused_helo)
{
	static const char *const no[] = { "500 what\r\n", "502 no\r\n", "504 no\r\n", "550 no\r\n" };
	size_t i;

	for (i = 0; i < sizeof no / sizeof no[0]; i++) {
		after_ehlo(no[i]);
		assert_int_equal(s.outcome, SMTP_RUNNING);
		hear("HELO probe.example\r\n");
		say("250 mx\r\n");
		ended_as(SMTP_NO_STARTTLS, "smtp-no-starttls", SMTP_S_HELO);
		reason_has("HELO alone");
	}
}

RULE(helo_refused)
{
	after_ehlo("502 no\r\n");
	hear("HELO probe.example\r\n");
	say("554 go away\r\n");
	ended_as(SMTP_PERMANENT, "smtp-permanent", SMTP_S_HELO);
	after_ehlo("502 no\r\n");
	hear("HELO probe.example\r\n");
	say("421 bye\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_HELO);
}

RULE(helo_closed_tells_of_ehlo)
{
	after_ehlo("550 blocked\r\n");
	hear("HELO probe.example\r\n");
	hang_up(NULL);
	ended_as(SMTP_PERMANENT, "smtp-permanent", SMTP_S_HELO);
	reason_has("550 blocked");
}

RULE(ehlo_pipelined)
{
	after_ehlo("250-mx\r\n250 STARTTLS\r\n220 go\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-unexpected", SMTP_S_STARTTLS);
}

RULE(ehlo_reply_before_all_of_it_is_sent)
{
	size_t n;

	setup(false);
	say("220 mx\r\n");
	assert_non_null(smtp_client_pull(&s, &n));
	smtp_client_sent(&s, n - 1, now);
	say("250-mx\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-unexpected", SMTP_S_EHLO);
}

RULE(ehlo_codes_differ)
{
	after_ehlo("250-mx\r\n251 STARTTLS\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_EHLO);
}

RULE(ehlo_answered_by_tls)
{
	after_ehlo("\x15\x03\x01");
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_EHLO);
}

RULE(ehlo_closed)
{
	after_ehlo("250-mx\r\n");
	hang_up(NULL);
	ended_as(SMTP_CLOSED, "smtp-closed", SMTP_S_EHLO);
}

static void with_helo(const char *h, bool good)
{
	setup(false);
	cfg.helo = h;
	smtp_client_init(&s, &cfg, START);
	if (good)
		assert_int_equal(s.outcome, SMTP_RUNNING);
	else
		ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_GREETING);
}

RULE(helo_name_is_no_command)
{
	static char h[507];

	memset(h, 'a', 505);
	h[505] = '\0';
	with_helo(h, true);
	say("220 mx\r\n");
	assert_int_equal(s.outlen, 512); /* RFC 5321 s4.5.3.1.4 */
	memset(h, 'a', 506);
	with_helo(h, false);
	with_helo("a.example\r\nQUIT", false);
	with_helo("a b", false);
	with_helo("a\xe9", false);
	with_helo("", false);
	with_helo(NULL, false);
	with_helo("[192.0.2.1]", true);
}

/* ---- STARTTLS -------------------------------------------------------------------------- */

RULE(rfc3207_4_starttls_454)
{
	to_starttls();
	say("454 4.7.0 TLS not available\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_STARTTLS);
	assert_int_equal(s.reply_code, 454);
}

RULE(starttls_421)
{
	to_starttls();
	say("421 bye\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_STARTTLS);
}

RULE(starttls_refused)
{
	to_starttls();
	say("502 5.5.1 not implemented\r\n");
	ended_as(SMTP_PERMANENT, "smtp-starttls-refused", SMTP_S_STARTTLS);
}

RULE(starttls_3xx)
{
	to_starttls();
	say("334 x\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_STARTTLS);
}

RULE(cve_2011_0411_octets_after_starttls)
{
	to_starttls();
	say("220 go ahead\r\n250 injected\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-injection", SMTP_S_HANDSHAKE);
	reason_has(piece == SIZE_MAX ? "\"250 injected\"" : "The server sent \"2");
	to_starttls();
	say("220 go ahead\r\n\r");
	ended_as(SMTP_PROTOCOL, "smtp-injection", SMTP_S_HANDSHAKE);
}

RULE(rfc3207_octets_before_the_client_hello_is_sent)
{
	size_t n;

	to_starttls();
	say("220 go ahead\r\n");
	assert_non_null(smtp_client_pull(&s, &n));
	smtp_client_sent(&s, n - 1, now);
	say_n("\x16", 1); /* be it a record */
	ended_as(SMTP_PROTOCOL, "smtp-injection", SMTP_S_HANDSHAKE);
}

static void send_all(void)
{
	size_t n;

	while (smtp_client_pull(&s, &n))
		smtp_client_sent(&s, n, now);
}

static void to_handshake(void)
{
	to_starttls();
	say("220 go ahead\r\n");
	assert_int_equal(s.step, SMTP_S_HANDSHAKE);
	assert_true(s.tls_started == now);
	send_all();
}

RULE(handshake_closed)
{
	to_handshake();
	hang_up("connection reset by peer");
	ended_as(SMTP_CLOSED, "smtp-closed", SMTP_S_HANDSHAKE);
}

RULE(handshake_alert)
{
	to_handshake();
	say_n("\x15\x03\x03\x00\x02\x02\x28", 7);
	ended_as(SMTP_TLS_FAILED, "tls-handshake", SMTP_S_HANDSHAKE);
	assert_false(tls_session_ok(&s.tls));
}

/* RFC 5246 s7.2: every alert is named, and what it usually means is said, in a reason that is not
   cut. */
RULE(rfc5246_7_2_each_alert_is_named_and_explained)
{
	static const struct { uint8_t n; const char *name, *hint; } alert[] = {
		{ 10, "unexpected_message", "do not understand each other" },
		{ 20, "bad_record_mac", "on the way" }, { 22, "record_overflow", "on the way" },
		{ 40, "handshake_failure", "no cipher suite" },
		{ 42, "bad_certificate", "certificates of clients" },
		{ 43, "unsupported_certificate", "certificates of clients" },
		{ 44, "certificate_revoked", "certificates of clients" },
		{ 45, "certificate_expired", "certificates of clients" },
		{ 46, "certificate_unknown", "certificates of clients" },
		{ 47, "illegal_parameter", "do not understand each other" },
		{ 48, "unknown_ca", "certificates of clients" },
		{ 49, "access_denied", "refuses this client" },
		{ 50, "decode_error", "do not understand each other" },
		{ 52, "too_many_cids_requested", "do not understand each other" },
		{ 51, "decrypt_error", "do not understand each other" },
		{ 70, "protocol_version", "TLS 1.3" }, { 71, "insufficient_security", "stronger" },
		{ 80, "internal_error", "log" }, { 86, "inappropriate_fallback", "older version" },
		{ 90, "user_canceled", "go on" }, { 109, "missing_extension", "did not send" },
		{ 112, "unrecognized_name", "SNI" },
		{ 114, "bad_certificate_hash_value", "certificates of clients" },
		{ 116, "certificate_required", "certificates of clients" },
		{ 117, "general_error", "log" },
		{ 120, "no_application_protocol", "another service" },
		{ 255, "number 255", "server's TLS settings" },
	};
	uint8_t rec[] = { 21, 3, 3, 0, 2, 2, 0 };
	size_t i;

	for (i = 0; i < sizeof alert / sizeof alert[0]; i++) {
		to_handshake();
		rec[6] = alert[i].n;
		say_n(rec, sizeof rec);
		ended_as(SMTP_TLS_FAILED, "tls-handshake", SMTP_S_HANDSHAKE);
		reason_has(alert[i].name);
		reason_has(alert[i].hint);
		assert_false(tls_session_ok(&s.tls));
		assert_false(tls_session_opened(&s.tls));
	}
}

RULE(handshake_close_notify)
{
	to_handshake();
	say_n("\x15\x03\x03\x00\x02\x01\x00", 7);
	send_all(); /* it is answered */
	ended_as(SMTP_TLS_FAILED, "tls-handshake", SMTP_S_HANDSHAKE);
	reason_has("before the handshake was finished");
}

/* RFC 6066 s3: a warning ends nothing. */
RULE(rfc6066_3_warning_and_then_going_on)
{
	static const uint8_t warning[] = { 21, 3, 3, 0, 2, 1, 112 };

	to_starttls();
	say("220 go ahead\r\n");
	srv_start();
	while (client_to_srv())
		;
	say_n(warning, sizeof warning);
	assert_int_equal(s.outcome, SMTP_RUNNING);
	shuttle();
	srv_say("250 mx\r\n");
	srv_say("221 bye\r\n");
	finished(true);
}

RULE(handshake_garbage_record)
{
	to_handshake();
	say_n("\x16\x03\x03\x00\x04\x63\x00\x00\x00", 9);
	ended_as(SMTP_TLS_FAILED, "tls-handshake", SMTP_S_HANDSHAKE);
}

RULE(handshake_no_records)
{
	to_handshake();
	say("Sorry, no TLS\r\n");
	ended_as(SMTP_TLS_FAILED, "tls-handshake", SMTP_S_HANDSHAKE);
	reason_has("neither TLS nor SMTP");
}

RULE(handshake_plain_reply)
{
	to_handshake();
	say("454 4.3.0 no certificate\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_HANDSHAKE);
	to_handshake();
	say("250 mx\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_HANDSHAKE);
	to_handshake();
	say("554 no\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_HANDSHAKE);
}

/* ---- inside TLS -------------------------------------------------------------------------- */

RULE(rfc3207_4_2_ehlo_again_quit_finished)
{
	to_quit();
	assert_true(tls_session_ok(&s.tls));
	srv_say("221 bye\r\n");
	finished(true);
	assert_int_equal(s.reply_code, 221);
	shuttle();
	assert_true(srv.cc.eng.iomode != 0 || br_ssl_engine_last_error(&srv.cc.eng) == BR_ERR_OK);
}

RULE(rfc7672_tlsa_mismatch_is_finished_and_not_ok)
{
	static uint8_t wrong[32];

	memcpy(wrong, ec_spki_sha256, sizeof wrong);
	wrong[31] ^= 1;
	to_starttls();
	tlsa.data = wrong;
	say("220 go ahead\r\n");
	srv_start();
	shuttle();
	srv_say("250 mx\r\n");
	srv_say("221 bye\r\n");
	finished(false);
	assert_int_equal(s.tls.result.verdict, TLS_NO_MATCH);
}

RULE(quit_not_answered)
{
	to_quit();
	hang_up(NULL);
	finished(true);
	to_quit();
	hang_up("connection reset by peer");
	finished(true);
	to_quit();
	now = smtp_client_deadline(&s);
	assert_true(now == START + SMTP_QUIT_MS);
	smtp_client_expire(&s, now);
	finished(true);
}

RULE(quit_answered_by_close_notify)
{
	to_quit();
	br_ssl_engine_close(&srv.cc.eng);
	shuttle();
	finished(true);
}

RULE(quit_answered_by_anything)
{
	to_quit();
	srv_say("421 bye\r\n");
	finished(true);
	to_quit();
	srv_say("what?\r\n");
	finished(true);
	to_quit();
	srv_say("221 bye\r\n221 again\r\n");
	finished(true);
}

RULE(after_quit_close_notify_is_sent)
{
	static uint8_t out[4096];
	size_t n;

	to_quit();
	srv_queue("221 bye\r\n");
	say_n(out, srv_records(out, sizeof out));
	assert_int_equal(s.step, SMTP_S_END);
	assert_int_equal(s.outcome, SMTP_RUNNING);
	assert_non_null(smtp_client_pull(&s, &n)); /* close_notify */
	say("\x15\x03\x03 dropped, whatever it is");
	assert_int_equal(s.outcome, SMTP_RUNNING);
	smtp_client_sent(&s, n, now);
	finished(true);
}

RULE(after_quit_close_notify_cannot_be_sent)
{
	static uint8_t out[4096];

	to_quit();
	srv_queue("221 bye\r\n");
	say_n(out, srv_records(out, sizeof out));
	hang_up("broken pipe");
	finished(true);
}

RULE(ehlo_in_tls_refused)
{
	to_tls();
	srv_say("554 no\r\n");
	srv_say("554 nor that\r\n");
	ended_as(SMTP_PERMANENT, "smtp-permanent", SMTP_S_HELO_TLS);
	assert_int_equal(s.tls.result.verdict, TLS_MATCH);
	assert_true(tls_session_opened(&s.tls)); /* what was matched may be shown */
	to_tls();
	srv_say("421 no\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_EHLO_TLS);
	reason_has("EHLO inside TLS");
}

RULE(ehlo_in_tls_closed)
{
	to_tls();
	hang_up(NULL);
	ended_as(SMTP_CLOSED, "smtp-closed", SMTP_S_EHLO_TLS);
	to_tls();
	br_ssl_engine_close(&srv.cc.eng);
	shuttle();
	ended_as(SMTP_CLOSED, "smtp-closed", SMTP_S_EHLO_TLS);
}

/* RFC 5321 s3.2 inside TLS too: mail can go without extensions. */
RULE(rfc5321_3_2_ehlo_in_tls_refused_helo)
{
	to_tls();
	srv_say("502 no\r\n");
	assert_int_equal(s.step, SMTP_S_HELO_TLS);
	srv_heard("HELO probe.example\r\n");
	srv_say("250 mx\r\n");
	srv_heard("QUIT\r\n");
	srv_say("221 bye\r\n");
	finished(true);
	to_tls();
	srv_say("502 no\r\n");
	srv_say("421 no\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_HELO_TLS);
	reason_has("At HELO inside TLS");
	to_tls();
	srv_say("550 blocked\r\n");
	hang_up(NULL);
	ended_as(SMTP_PERMANENT, "smtp-permanent", SMTP_S_HELO_TLS);
	reason_has("550 blocked");
	to_greeting_tls();
	srv_say("220 mx\r\n");
	srv_say("502 no\r\n");
	srv_say("250 mx\r\n");
	srv_say("221 bye\r\n");
	finished(true);
}

RULE(reply_in_tls_before_ehlo)
{
	static uint8_t out[8192];
	size_t n;

	to_starttls();
	say("220 go ahead\r\n");
	srv_start();
	while (client_to_srv())
		;
	say_n(out, srv_records(out, sizeof out)); /* ServerHello to ServerHelloDone */
	while (client_to_srv())
		;
	n = srv_records(out, sizeof out); /* Finished */
	srv_queue("250 mx\r\n");
	say_n(out, n + srv_records(out + n, sizeof out - n));
	ended_as(SMTP_PROTOCOL, "smtp-unexpected", SMTP_S_EHLO_TLS);
}

RULE(pipelined_in_tls)
{
	to_tls();
	srv_say("250 mx\r\n221 bye\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-unexpected", SMTP_S_QUIT);
}

RULE(bad_record_in_tls)
{
	static uint8_t out[4096];
	size_t n;

	to_tls();
	srv_queue("250 mx\r\n");
	n = srv_records(out, sizeof out);
	out[n - 1] ^= 1;
	say_n(out, n);
	ended_as(SMTP_TLS_FAILED, "tls-failed", SMTP_S_EHLO_TLS);
}

/* QUIT is sent, so that nothing more is to be had of the server; before, TLS has to hold. */
RULE(bad_record_at_quit)
{
	static uint8_t out[4096];
	size_t n, k;

	to_quit();
	srv_queue("221 bye\r\n");
	n = srv_records(out, sizeof out);
	out[n - 1] ^= 1;
	say_n(out, n);
	finished(true);
	to_quit();
	say("221 bye, in plain\r\n");
	finished(true);
	to_tls();
	srv_queue("250 mx\r\n");
	n = srv_records(out, sizeof out);
	srv_queue("221 bye\r\n");
	k = srv_records(out + n, sizeof out - n);
	out[n + k - 1] ^= 1;
	say_n(out, n + k);
	ended_as(SMTP_TLS_FAILED, "tls-failed", SMTP_S_QUIT);
}

/* RFC 5321 s3.8: 421 may come at any time, with the reply before it too. */
RULE(rfc5321_3_8_421_not_asked_for)
{
	greeting_and("421 busy\r\n", SMTP_TEMPORARY, "smtp-temporary");
	greeting_and("421-busy\r\n421 bye\r\n", SMTP_TEMPORARY, "smtp-temporary");
	reason_has("421-busy");
	greeting_and("421-busy\r\n450 bye\r\n", SMTP_PROTOCOL, "smtp-protocol");
	greeting_and("450 busy\r\n", SMTP_PROTOCOL, "smtp-unexpected");
	greeting_and("42x\r\n", SMTP_PROTOCOL, "smtp-unexpected");
	after_ehlo("250-mx\r\n250 STARTTLS\r\n421 bye\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_STARTTLS);
	after_ehlo("502 no\r\n421 bye\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_HELO);
	to_starttls();
	say("220 go ahead\r\n421 bye\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_HANDSHAKE);
	to_tls();
	srv_say("250 mx\r\n421 bye\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_QUIT);
	to_tls();
	srv_say("250 mx\r\n4219\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-protocol", SMTP_S_QUIT);
}

/* It may come in two pieces, with our command sent in between. */
RULE(rfc5321_3_8_421_not_asked_for_in_pieces)
{
	setup(false);
	say("220 mx\r\n42");
	hear("EHLO probe.example\r\n");
	say("1 bye\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_EHLO);
	to_starttls();
	say("220 go ahead\r\n421");
	send_all();
	say(" bye\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_HANDSHAKE);
	to_starttls();
	say("220 go ahead\r\n4");
	send_all();
	say_n("\x16\x03\x03\x00\x31\x02", 6); /* an octet injected before TLS */
	assert_int_not_equal(s.outcome, SMTP_RUNNING);
	assert_false(s.sniffed);
}

/* Change octet `at` of the server's handshake; false when that is shorter. */
static bool corrupt(size_t at)
{
	static uint8_t out[8192];
	size_t n, seen = 0;
	unsigned turn;

	to_starttls();
	say("220 go ahead\r\n");
	srv_start();
	for (turn = 0; turn < 6; turn++) {
		while (client_to_srv())
			;
		n = srv_records(out, sizeof out);
		if (at >= seen && at - seen < n)
			out[at - seen] ^= 0x40;
		seen += n;
		if (n > 0)
			say_n(out, n);
	}
	return at < seen;
}

static void handshake_octet_changed(void **state)
{
	size_t at;

	(void)state;
	piece = SIZE_MAX;
	for (at = 0; corrupt(at); at += 13) {
		assert_int_not_equal(s.outcome, SMTP_FINISHED);
		assert_false(s.secured);
		if (s.outcome == SMTP_RUNNING) /* a length that grew: it waits for more */
			hang_up(NULL);
		assert_true(s.outcome != SMTP_RUNNING && s.outcome != SMTP_FINISHED);
		assert_false(tls_session_ok(&s.tls));
	}
	assert_true(at > 600); /* past the certificate, to the Finished message */
	assert_true(s.secured); /* and unchanged it opens */
}

RULE(flood_in_the_handshake)
{
	static uint8_t out[8192], junk[SMTP_HELD_MAX + 400];
	size_t n;

	to_starttls();
	say("220 go ahead\r\n");
	srv_start();
	while (client_to_srv())
		;
	n = srv_records(out, sizeof out);
	say_n(out, n);
	assert_true(smtp_client_wants_write(&s)); /* the ClientKeyExchange waits */
	memset(junk, 0x17, sizeof junk);
	say_n(junk, sizeof junk);
	send_all();
	assert_true(s.outcome == SMTP_TLS_FAILED || s.outcome == SMTP_PROTOCOL);
	assert_false(s.secured);
}

/* A server may not speak while the ClientKeyExchange waits to be sent.  Whatever record it sends
   then, of the handshake or not, is for the engine to judge once there is room for it. */
static size_t hello_requests(uint8_t *out, size_t n)
{
	static const uint8_t rec[] = { 0x16, 3, 3, 0, 4, 0, 0, 0, 0 };
	size_t i;

	for (i = 0; i + sizeof rec <= n; i += sizeof rec)
		memcpy(out + i, rec, sizeof rec);
	return i;
}

static void to_key_exchange(void)
{
	static uint8_t out[8192];

	to_starttls();
	say("220 go ahead\r\n");
	srv_start();
	while (client_to_srv())
		;
	say_n(out, srv_records(out, sizeof out));
	assert_int_equal(s.outcome, SMTP_RUNNING);
}

RULE(octets_without_room_are_held)
{
	static uint8_t out[90];

	to_key_exchange();
	say_n(out, hello_requests(out, sizeof out));
	assert_int_equal(s.outcome, SMTP_RUNNING);
	/* some of the first is in the engine */
	assert_in_range(s.held, sizeof out - 9, sizeof out - 6);
	assert_memory_equal(s.in, out + sizeof out - s.held, s.held);
	assert_false(smtp_client_wants_read(&s));
	send_all();
	ended_as(SMTP_TLS_FAILED, "tls-handshake", SMTP_S_HANDSHAKE);
	assert_false(s.secured);
}

RULE(octets_held_are_bounded)
{
	static uint8_t out[SMTP_HELD_MAX + 27];

	to_key_exchange();
	say_n(out, hello_requests(out, sizeof out));
	ended_as(SMTP_PROTOCOL, "smtp-unexpected", SMTP_S_HANDSHAKE);
	reason_has("16384");
}

/* What is held goes to the engine in order and without loss. */
RULE(octets_held_are_handed_over)
{
	size_t n, k;
	const uint8_t *p;

	setup(true);
	srv_start();
	p = smtp_client_pull(&s, &n);
	assert_non_null(p);
	memcpy(br_ssl_engine_recvrec_buf(&srv.cc.eng, &k), p, 5); /* header, then payload */
	br_ssl_engine_recvrec_ack(&srv.cc.eng, 5);
	memcpy(br_ssl_engine_recvrec_buf(&srv.cc.eng, &k), p + 5, n - 5);
	assert_int_equal(k, n - 5);
	br_ssl_engine_recvrec_ack(&srv.cc.eng, k);
	s.held = srv_records(s.in, sizeof s.in);
	s.sniffed = true;
	assert_true(s.held > 600);
	smtp_client_sent(&s, n, now);
	assert_int_equal(s.held, 0);
	shuttle();
	assert_int_equal(s.step, SMTP_S_GREETING);
	srv_say("220 mx\r\n");
	srv_say("250 mx\r\n");
	srv_say("221 bye\r\n");
	finished(true);
}

/* ---- TLS on connect ------------------------------------------------------------------------ */

RULE(rfc8314_tls_on_connect)
{
	to_greeting_tls();
	assert_string_equal(srv.got, "");
	srv_say("220 mx\r\n");
	srv_heard("EHLO probe.example\r\n");
	srv_say("250-mx\r\n250 HELP\r\n");
	srv_heard("QUIT\r\n");
	srv_say("221 bye\r\n");
	finished(true);
}

RULE(greeting_in_tls_with_finished)
{
	static uint8_t out[8192];
	size_t n;

	setup(true);
	srv_start();
	while (client_to_srv())
		;
	say_n(out, srv_records(out, sizeof out));
	while (client_to_srv())
		;
	n = srv_records(out, sizeof out);
	srv_queue("220 mx\r\n");
	say_n(out, n + srv_records(out + n, sizeof out - n));
	shuttle();
	srv_heard("EHLO probe.example\r\n");
	srv_say("250 mx\r\n");
	srv_say("221 bye\r\n");
	finished(true);
}

RULE(greeting_in_tls_refused)
{
	to_greeting_tls();
	srv_say("421 busy\r\n");
	ended_as(SMTP_TEMPORARY, "smtp-temporary", SMTP_S_GREETING);
	to_greeting_tls();
	srv_say("554 no\r\n");
	ended_as(SMTP_PERMANENT, "smtp-permanent", SMTP_S_GREETING);
	to_greeting_tls();
	srv_say("SSH-2.0-x\r\n");
	ended_as(SMTP_PROTOCOL, "smtp-not-smtp", SMTP_S_GREETING);
}

static void on_connect(const char *t, enum smtp_outcome o, const char *code)
{
	setup(true);
	say(t);
	ended_as(o, code, SMTP_S_HANDSHAKE);
	setup(true);
	send_all();
	say(t);
	ended_as(o, code, SMTP_S_HANDSHAKE);
}

RULE(tls_on_connect_plain_banner)
{
	on_connect("220 mx ESMTP\r\n", SMTP_PROTOCOL, "smtp-plain-at-once");
	reason_has("drop -tls-on-connect");
	on_connect("220-mx", SMTP_PROTOCOL, "smtp-plain-at-once");
	on_connect("554 synchronization error\r\n", SMTP_PROTOCOL, "smtp-plain-at-once");
	on_connect("421 busy\r\n", SMTP_TEMPORARY, "smtp-temporary");
}

RULE(tls_on_connect_not_smtp)
{
	on_connect("SSH-2.0-x\r\n", SMTP_PROTOCOL, "smtp-not-smtp");
	reason_has("SSH");
	on_connect("* OK imap\r\n", SMTP_PROTOCOL, "smtp-not-smtp");
	on_connect("\x80\x2e", SMTP_PROTOCOL, "smtp-not-smtp");
}

RULE(tls_on_connect_closed)
{
	setup(true);
	send_all();
	hang_up(NULL);
	ended_as(SMTP_CLOSED, "smtp-closed", SMTP_S_HANDSHAKE);
	reason_has("drop -tls-on-connect");
}

/* ---- time ------------------------------------------------------------------------------------ */

/* The greeting is not in time. */
static void asks_for_tls(void)
{
	size_t n;

	now = START + SMTP_GREETING_MS;
	assert_true(smtp_client_deadline(&s) == now);
	smtp_client_expire(&s, now);
	assert_int_equal(s.outcome, SMTP_RUNNING);
	assert_non_null(smtp_client_pull(&s, &n));
	assert_int_equal(smtp_client_pull(&s, &n)[0], 22);
}

RULE(deadline_greeting)
{
	setup(false);
	asks_for_tls();
	timed_out(SMTP_S_GREETING);
	assert_true(now == START + SMTP_GREETING_MS + SMTP_ASK_MS);
	reason_has("60 s");
	assert_true(s.tls_started == 0);
	setup(false);
	say("220-mx.test.example\r\n"); /* it is no TLS server */
	timed_out(SMTP_S_GREETING);
	assert_true(now == START + SMTP_GREETING_MS);
	reason_has("220-mx.test.example");
	setup(false);
	cfg.total_ms = 50000;
	smtp_client_init(&s, &cfg, START);
	timed_out(SMTP_S_GREETING); /* and no time is left to ask */
	assert_true(now == START + 50000);
	reason_has("try -tls-on-connect");
}

/* A server that waits for the client to begin with TLS is told from one that is dead. */
RULE(tls_at_once_is_found_out_by_asking)
{
	static const char *const answer[] = { "\x16\x03\x03\x00\x31\x02", "\x15\x03\x01\x00\x02\x02\x28" };
	size_t i, n;

	for (i = 0; i < 2; i++) {
		setup(false);
		asks_for_tls();
		send_all();
		assert_int_equal(s.outcome, SMTP_RUNNING);
		say_n(answer[i], 6);
		ended_as(SMTP_PROTOCOL, "smtp-tls-at-once", SMTP_S_GREETING);
		reason_has("try -tls-on-connect");
		assert_false(tls_session_opened(&s.tls));
	}
	setup(false);
	asks_for_tls();
	assert_non_null(smtp_client_pull(&s, &n)); /* not all sent yet */
	smtp_client_sent(&s, n - 1, now);
	say("\x15\x03\x01");
	ended_as(SMTP_PROTOCOL, "smtp-tls-at-once", SMTP_S_GREETING);
}

RULE(what_else_comes_of_asking_is_a_timeout)
{
	setup(false);
	asks_for_tls();
	send_all();
	say("220 mx.test.example ESMTP\r\n");
	ended_as(SMTP_TIMEOUT, "smtp-timeout", SMTP_S_GREETING);
	setup(false);
	asks_for_tls();
	send_all();
	hang_up("connection reset by peer");
	ended_as(SMTP_TIMEOUT, "smtp-timeout", SMTP_S_GREETING);
}

RULE(deadline_each_step)
{
	after_ehlo("");
	timed_out(SMTP_S_EHLO);
	after_ehlo("502 no\r\n");
	hear("HELO probe.example\r\n");
	timed_out(SMTP_S_HELO);
	to_starttls();
	timed_out(SMTP_S_STARTTLS);
	to_handshake();
	timed_out(SMTP_S_HANDSHAKE);
	reason_has("TLS handshake");
	to_tls();
	timed_out(SMTP_S_EHLO_TLS);
	setup(true);
	send_all();
	timed_out(SMTP_S_HANDSHAKE);
	reason_has("drop -tls-on-connect");
	to_greeting_tls();
	timed_out(SMTP_S_GREETING);
}

RULE(deadline_starts_with_the_command)
{
	setup(false);
	now += 5000;
	say("220 mx\r\n");
	assert_true(smtp_client_deadline(&s) == START + 5000 + SMTP_STEP_MS);
}

RULE(deadline_not_prolonged_by_trickle)
{
	uint64_t end;
	unsigned i;

	after_ehlo("250-");
	end = smtp_client_deadline(&s);
	for (i = 0; i < 100 && s.outcome == SMTP_RUNNING; i++) {
		now += 1000;
		say("x");
		assert_true(s.outcome != SMTP_RUNNING || smtp_client_deadline(&s) == end);
	}
	assert_true(now == end); /* the octet at the deadline is too late without expire */
	ended_as(SMTP_TIMEOUT, "smtp-timeout", SMTP_S_EHLO);
	reason_has("250-xxx");
}

RULE(deadline_reply_lines_do_not_prolong)
{
	uint64_t end;

	after_ehlo("250-mx\r\n");
	end = smtp_client_deadline(&s);
	now += 29000;
	say("250-STARTTLS\r\n");
	assert_true(smtp_client_deadline(&s) == end);
}

RULE(deadline_total)
{
	setup(false);
	cfg.total_ms = 70000;
	smtp_client_init(&s, &cfg, START);
	now = START + 59000;
	say("220 mx\r\n");
	hear("EHLO probe.example\r\n");
	assert_true(smtp_client_deadline(&s) == START + 70000);
	timed_out(SMTP_S_EHLO);
	reason_has("whole dialogue");
	reason_has("70 s");
}

RULE(deadlines_of_the_caller)
{
	setup(false);
	cfg.greeting_ms = 1500;
	cfg.step_ms = 250;
	smtp_client_init(&s, &cfg, START);
	assert_true(smtp_client_deadline(&s) == START + 1500);
	say("220 mx\r\n");
	hear("EHLO probe.example\r\n");
	assert_true(smtp_client_deadline(&s) == START + 250);
	timed_out(SMTP_S_EHLO);
	reason_has("0.250 s");
}

/* ---- the end ---------------------------------------------------------------------------------- */

RULE(after_the_end_nothing_moves)
{
	greeting("554 no\r\n", SMTP_PERMANENT, "smtp-permanent");
	say("220 mx\r\n");
	hang_up("x");
	smtp_client_expire(&s, UINT64_MAX);
	smtp_client_sent(&s, 10, now);
	ended_as(SMTP_PERMANENT, "smtp-permanent", SMTP_S_GREETING);
	reason_has("554 no");
}

static void finished_needs_tls(void **state)
{
	enum smtp_step st;

	(void)state;
	piece = SIZE_MAX;
	for (st = SMTP_S_GREETING; st <= SMTP_S_END; st++) { /* a bug that skips TLS ends closed */
		setup(false);
		s.step = st;
		hang_up(NULL);
		assert_true(s.outcome != SMTP_RUNNING && s.outcome != SMTP_FINISHED);
	}
}

static void step_names(void **state)
{
	(void)state;
	assert_string_equal(smtp_step_str(SMTP_S_GREETING), "greeting");
	assert_string_equal(smtp_step_str(SMTP_S_EHLO_TLS), "EHLO inside TLS");
	assert_string_equal(smtp_step_str((enum smtp_step)99), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc5321_3_1_greeting_then_ehlo),
		cmocka_unit_test(rfc5321_3_1_greeting_554),
		cmocka_unit_test(rfc7504_greeting_521),
		cmocka_unit_test(rfc5321_3_8_greeting_421),
		cmocka_unit_test(greeting_that_ends_in_a_refusal),
		cmocka_unit_test(greeting_450),
		cmocka_unit_test(greeting_3xx),
		cmocka_unit_test(greeting_1xx),
		cmocka_unit_test(greeting_refused_and_more),
		cmocka_unit_test(greeting_tls_record),
		cmocka_unit_test(greeting_ssh),
		cmocka_unit_test(greeting_http),
		cmocka_unit_test(greeting_pop3),
		cmocka_unit_test(greeting_imap),
		cmocka_unit_test(greeting_garbage),
		cmocka_unit_test(greeting_nul),
		cmocka_unit_test(greeting_line_without_end),
		cmocka_unit_test(greeting_lines_without_end),
		cmocka_unit_test(greeting_closed),
		cmocka_unit_test(greeting_of_100_lines),
		cmocka_unit_test(greeting_late),
		cmocka_unit_test(greeting_pipelined),
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(long_words_leave_room_for_the_advice),
		cmocka_unit_test(rfc3207_starttls_announced_any_case),
		cmocka_unit_test(rfc3207_starttls_not_announced),
		cmocka_unit_test(rfc3207_starttls_with_empty_parameters),
		cmocka_unit_test(ehlo_4xx),
		cmocka_unit_test(rfc5321_3_2_ehlo_refused_helo),
		cmocka_unit_test(helo_refused),
		cmocka_unit_test(helo_closed_tells_of_ehlo),
		cmocka_unit_test(ehlo_pipelined),
		cmocka_unit_test(ehlo_reply_before_all_of_it_is_sent),
		cmocka_unit_test(ehlo_codes_differ),
		cmocka_unit_test(ehlo_answered_by_tls),
		cmocka_unit_test(ehlo_closed),
		cmocka_unit_test(helo_name_is_no_command),
		cmocka_unit_test(rfc3207_4_starttls_454),
		cmocka_unit_test(starttls_421),
		cmocka_unit_test(starttls_refused),
		cmocka_unit_test(starttls_3xx),
		cmocka_unit_test(cve_2011_0411_octets_after_starttls),
		cmocka_unit_test(rfc3207_octets_before_the_client_hello_is_sent),
		cmocka_unit_test(handshake_closed),
		cmocka_unit_test(handshake_alert),
		cmocka_unit_test(rfc5246_7_2_each_alert_is_named_and_explained),
		cmocka_unit_test(handshake_close_notify),
		cmocka_unit_test(rfc6066_3_warning_and_then_going_on),
		cmocka_unit_test(handshake_garbage_record),
		cmocka_unit_test(handshake_no_records),
		cmocka_unit_test(handshake_plain_reply),
		cmocka_unit_test(rfc3207_4_2_ehlo_again_quit_finished),
		cmocka_unit_test(rfc7672_tlsa_mismatch_is_finished_and_not_ok),
		cmocka_unit_test(quit_not_answered),
		cmocka_unit_test(quit_answered_by_close_notify),
		cmocka_unit_test(quit_answered_by_anything),
		cmocka_unit_test(after_quit_close_notify_is_sent),
		cmocka_unit_test(after_quit_close_notify_cannot_be_sent),
		cmocka_unit_test(ehlo_in_tls_refused),
		cmocka_unit_test(ehlo_in_tls_closed),
		cmocka_unit_test(rfc5321_3_2_ehlo_in_tls_refused_helo),
		cmocka_unit_test(reply_in_tls_before_ehlo),
		cmocka_unit_test(pipelined_in_tls),
		cmocka_unit_test(bad_record_in_tls),
		cmocka_unit_test(bad_record_at_quit),
		cmocka_unit_test(rfc5321_3_8_421_not_asked_for),
		cmocka_unit_test(rfc5321_3_8_421_not_asked_for_in_pieces),
		cmocka_unit_test(flood_in_the_handshake),
		cmocka_unit_test(octets_without_room_are_held),
		cmocka_unit_test(octets_held_are_handed_over),
		cmocka_unit_test(octets_held_are_bounded),
		cmocka_unit_test(rfc8314_tls_on_connect),
		cmocka_unit_test(greeting_in_tls_with_finished),
		cmocka_unit_test(greeting_in_tls_refused),
		cmocka_unit_test(tls_on_connect_plain_banner),
		cmocka_unit_test(tls_on_connect_not_smtp),
		cmocka_unit_test(tls_on_connect_closed),
		cmocka_unit_test(deadline_greeting),
		cmocka_unit_test(tls_at_once_is_found_out_by_asking),
		cmocka_unit_test(what_else_comes_of_asking_is_a_timeout),
		cmocka_unit_test(deadline_each_step),
		cmocka_unit_test(deadline_starts_with_the_command),
		cmocka_unit_test(deadline_not_prolonged_by_trickle),
		cmocka_unit_test(deadline_reply_lines_do_not_prolong),
		cmocka_unit_test(deadline_total),
		cmocka_unit_test(deadlines_of_the_caller),
		cmocka_unit_test(after_the_end_nothing_moves),
		cmocka_unit_test(handshake_octet_changed),
		cmocka_unit_test(finished_needs_tls),
		cmocka_unit_test(step_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
