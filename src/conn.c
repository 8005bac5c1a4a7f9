/* SPDX-License-Identifier: ISC */
/* src/conn.c: from a queued address to a verdict: one connection, one SMTP dialogue.  No
   connection begins before the address and the TLSA set are proven.  An address is ok only
   when the dialogue finished and tls_session_ok() says so. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "src/clock.h"
#include "src/net.h"
#include "src/probe.h"
#include "src/proxy.h"
#include "src/report_out.h"

/* ---- what a dialogue leaves -------------------------------------------------------------- */

static struct timing times(const struct conn *c)
{
	struct timing t = { -1, -1, (int64_t)(clock_mono() - c->started) };

	if (c->up)
		t.connect = (int64_t)(c->up - c->started);
	if (c->tls_done)
		t.tls = (int64_t)(c->tls_done - c->tls_from);
	return t;
}

/* Did the server close the connection in the handshake without a word, or the handshake fail? */
static bool has_hung_up(const struct smtp_client *s)
{
	return s->step == SMTP_S_HANDSHAKE && s->outcome == SMTP_CLOSED;
}

static bool was_refused(const struct smtp_client *s)
{
	return has_hung_up(s) || (s->step == SMTP_S_HANDSHAKE && s->outcome == SMTP_TLS_FAILED &&
	    tls_session_state(&s->tls) == TLS_FAILED);
}

static void leave(const struct conn *c, struct ended *e)
{
	const struct smtp_client *s = c->client;

	memset(e, 0, sizeof *e);
	e->outcome = s->outcome;
	e->tls_started = s->tls_started != 0;
	e->opened = tls_session_opened(&s->tls);
	e->refused = was_refused(s);
	e->hung_up = has_hung_up(s);
	e->declined = e->hung_up || (e->refused && tls_session_declined(&s->tls));
	e->time = times(c);
	snprintf(e->code, sizeof e->code, "%s", *s->code ? s->code : "smtp-protocol");
	snprintf(e->reason, sizeof e->reason, "%s", *s->reason ? s->reason :
	    "the SMTP dialogue failed");
	if (!e->tls_started)
		return;
	snprintf(e->version, sizeof e->version, "%s", tls_session_version(&s->tls));
	snprintf(e->suite, sizeof e->suite, "%s", tls_session_suite(&s->tls));
	snprintf(e->group, sizeof e->group, "%s", tls_session_group(&s->tls));
	snprintf(e->scheme, sizeof e->scheme, "%s", tls_session_scheme(&s->tls));
	e->ocsp = s->tls.ocsp;
}

/* ---- the end of a connection --------------------------------------------------------------- */

static void release(struct conn *c)
{
	if (c->fd >= 0)
		net_close(c->fd);
	c->fd = -1;
	if (c->client)
		sodium_memzero(c->client, sizeof *c->client);
	sodium_memzero(&c->cfg, sizeof c->cfg);
	c->used = false;
}

static void fact(const struct host *h, const struct addr *a)
{
	char buf[NET_ADDR_TEXT];

	debug_line("address host=%s address=%s asked=%s verdict=%s tls=%s suite=%s match=%d depth=%u "
	    "ocsp=%s code=%s ms=%lu", h->text, net_addr_str(&a->a, true, buf, sizeof buf),
	    a->offer ? offer_str(a->offer) : "all", verdict_str(a->verdict), a->version, a->suite, a->match,
	    a->depth, a->ocsp ? a->ocsp->code : "none", a->problems ? a->problems->code : "none",
	    (unsigned long)a->time.whole);
}

/* The alert of a handshake that failed, which tells the server why; no matter if it does not go. */
static void send_alert(const struct conn *c)
{
	const uint8_t *q;
	size_t n;

	if (c->client->outcome == SMTP_TLS_FAILED && (q = tls_session_rec_out(&c->client->tls, &n)))
		(void)net_send(c->fd, q, n);
}

static void finish(struct probe *p, struct conn *c)
{
	const struct smtp_client *s = c->client;
	struct ended e;

	debug_line("smtp host=%s outcome=%d step=%s code=%s reply=%u reason=\"%s\"", c->host->text,
	    (int)s->outcome, smtp_step_str(s->step), s->code, s->reply_code, s->reason);
	send_alert(c);
	leave(c, &e);
	judge(p, c->host, c->addr, &e, &s->tls.chain, &s->tls.result);
	seen_add(p, c->host, c->addr, &e, e.tls_started ? &s->tls.chain : NULL);
	release(c);
	fact(c->host, c->addr);
}

static void refused(struct probe *p, struct conn *c, const char *code, const char *why)
{
	static const struct tls_dane_result nothing;
	struct ended e = { .outcome = SMTP_CLOSED, .time = times(c) };
	char buf[NET_ADDR_TEXT];

	snprintf(e.code, sizeof e.code, "%s", code);
	snprintf(e.reason, sizeof e.reason, "connecting to %s failed: %s; check that the server runs "
	    "and that nothing on the way filters port %u",
	    net_addr_str(&c->addr->a, true, buf, sizeof buf), why, (unsigned)c->addr->a.port);
	judge(p, c->host, c->addr, &e, NULL, &nothing);
	seen_add(p, c->host, c->addr, &e, NULL);
	release(c);
	fact(c->host, c->addr);
}

static bool other_conns(const struct probe *p, const struct conn *c)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		if (p->conns[i].used && &p->conns[i] != c)
			return true;
	return false;
}

bool conn_any(const struct probe *p)
{
	return other_conns(p, NULL);
}

/* Are other connections or DNS exchanges under way, whose end frees a descriptor? */
static bool others(const struct probe *p, const struct conn *c)
{
	unsigned i;

	if (other_conns(p, c))
		return true;
	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (dns_res_xchg(p->res, i)->state == DNS_X_WAIT)
			return true;
	return false;
}

/* Want of something that other connections and programs give back. */
static bool is_scarce(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM;
}

/* A problem was added that is of our own side, and says nothing of the target. */
static void end_local(struct conn *c)
{
	c->addr->verdict = VERDICT_FAIL;
	c->addr->state = ADDR_DONE;
	release(c);
	fact(c->host, c->addr);
}

static void no_proxy(struct probe *p, struct conn *c, const char *why)
{
	char buf[PROXY_TEXT];

	problem_add(&c->addr->problems, VERDICT_FAIL, "local-proxy", "no connection could be made through "
	    "the proxy %s: %s; check -proxy-tcp", proxy_str(p, buf, sizeof buf), why);
	end_local(c);
}

/* There is no way to addresses of its family from here, or from the proxy. */
static void skip(struct conn *c, bool by_proxy)
{
	c->addr->no_route = true;
	c->addr->by_proxy = by_proxy;
	c->addr->state = ADDR_SKIPPED;
	release(c);
}

/* connect() failed at once.  An address is passed over only where this machine has no way to
   others of its family: one dead address is the fault of whoever published it. */
static void not_opened(struct probe *p, struct conn *c, int err)
{
	struct addr *a = c->addr;

	if (is_scarce(err) && others(p, c)) {
		a->state = ADDR_QUEUED; /* when one of them has ended */
		release(c);
	} else if (p->o.proxy) {
		no_proxy(p, c, net_why(err));
	} else if (net_no_route(err) && !net_has_family(a->a.family)) {
		skip(c, false);
	} else if (is_scarce(err) || err == EACCES || err == EPERM || err == EADDRNOTAVAIL) {
		/* EADDRNOTAVAIL: no port of ours is free */
		problem_add(&a->problems, VERDICT_FAIL, "local-network", "no connection could be "
		    "made on this machine: %s; check its limits, free ports and firewall",
		    net_why(err));
		end_local(c);
	} else
		refused(p, c, "connect-failed", net_why(err));
}

/* ---- the dialogue ------------------------------------------------------------------------------ */

/* -dialogue-timeout; 0: as long as each of its steps may take. */
static unsigned dialogue_ms(const struct probe *p)
{
	int64_t ms = p->o.dialogue_timeout / 1000000;

	if (p->o.dialogue_timeout == 0 || ms > INT32_MAX)
		return INT32_MAX;
	return ms > 0 ? (unsigned)ms : 1;
}

static void talk(struct probe *p, struct conn *c)
{
	struct smtp_config *s = &c->cfg;
	const struct host *h = c->host;

	memset(s, 0, sizeof *s);
	s->helo = p->o.helo;
	s->tls_on_connect = h->tls_on_connect;
	s->sni = h->base && *h->base ? h->base : NULL; /* RFC 7672 section 8.1 */
	s->total_ms = dialogue_ms(p);
	s->offer = c->addr->offer;
	judge_dane(p, h, &s->dane);
	randombytes_buf(s->entropy, sizeof s->entropy);
	if (!c->client)
		c->client = text_alloc(sizeof *c->client);
	memset(c->client, 0, sizeof *c->client);
	c->connecting = false;
	c->up = clock_mono();
	smtp_client_init(c->client, s, c->up);
}

/* The TCP connection stands: to the server, or to the proxy, which is asked for one to it. */
static void is_up(struct probe *p, struct conn *c)
{
	if (p->o.proxy) {
		c->asking = true;
		socks_io(&c->socks, c->fd);
	}
	p->proxy_has6 |= p->o.proxy && c->socks.state == SOCKS_OPEN && c->addr->a.family == 6;
	if (!p->o.proxy || c->socks.state == SOCKS_OPEN)
		talk(p, c);
	else if (c->socks.state == SOCKS_FAILED && c->socks.no_ipv6 && !p->proxy_has6)
		skip(c, true);
	else if (c->socks.state == SOCKS_FAILED && c->socks.by_target)
		refused(p, c, "connect-failed", c->socks.why);
	else if (c->socks.state == SOCKS_FAILED)
		no_proxy(p, c, c->socks.why);
}

static void read_in(struct conn *c)
{
	uint8_t buf[16384];
	long n;

	if (!smtp_client_wants_read(c->client))
		return;
	n = net_recv(c->fd, buf, sizeof buf);
	if (n == -2)
		return;
	if (n > 0)
		smtp_client_feed(c->client, buf, (size_t)n, NULL, clock_mono());
	else
		smtp_client_feed(c->client, NULL, 0, n < 0 ? net_why(errno) : NULL, clock_mono());
}

/* Sending failed.  What the server said before it went away is the better reason. */
static void last_words(struct conn *c, const char *why)
{
	uint8_t buf[4096];
	unsigned i;
	long n;

	for (i = 0; i < 16 && c->client->outcome == SMTP_RUNNING &&
	    smtp_client_wants_read(c->client); i++) {
		n = net_recv(c->fd, buf, sizeof buf);
		if (n <= 0)
			break;
		smtp_client_feed(c->client, buf, (size_t)n, NULL, clock_mono());
	}
	if (c->client->outcome == SMTP_RUNNING)
		smtp_client_feed(c->client, NULL, 0, why, clock_mono());
}

static void write_out(struct conn *c)
{
	const uint8_t *p;
	size_t n;
	long sent;

	while (c->client->outcome == SMTP_RUNNING && (p = smtp_client_pull(c->client, &n)) && n) {
		sent = net_send(c->fd, p, n);
		if (sent == -2)
			return;
		if (sent < 0) {
			last_words(c, net_why(errno));
			return;
		}
		smtp_client_sent(c->client, (size_t)sent, clock_mono());
	}
}

/* ---- the pool ------------------------------------------------------------------------------------ */

static bool same_host_address(const struct dns_addr *a, const struct dns_addr *b)
{
	return a->family == b->family && !memcmp(a->a, b->a, sizeof a->a);
}

static bool crowded(const struct probe *p, const struct addr *a)
{
	unsigned i, n = 0;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		n += p->conns[i].used && same_host_address(&p->conns[i].addr->a, &a->a);
	return n >= PROBE_PER_ADDRESS;
}

static struct conn *vacant(struct probe *p)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		if (!p->conns[i].used)
			return &p->conns[i];
	return NULL;
}

static void open_one(struct probe *p, struct conn *c, struct host *h, struct addr *a)
{
	int64_t ms = p->o.connect_timeout / 1000000;
	bool up;

	c->used = c->connecting = true;
	c->asking = false;
	c->up = c->tls_from = c->tls_done = 0;
	c->host = h;
	c->addr = a;
	c->started = clock_mono();
	if (p->o.connect_timeout && !ms)
		ms = 1;
	c->deadline = p->o.connect_timeout ? c->started + (uint64_t)ms : UINT64_MAX;
	a->state = ADDR_LIVE;
	c->fd = -1;
	if (p->proxy_why) {
		no_proxy(p, c, p->proxy_why);
		return;
	}
	if (p->o.proxy)
		socks_begin(&c->socks, p->o.proxy, &a->a);
	c->fd = net_tcp(p->o.proxy ? &p->proxy_at : &a->a, &up);
	if (c->fd < 0)
		not_opened(p, c, errno);
	else if (up)
		is_up(p, c);
}

/* Is a connection under way whose end will serve this address too? */
static bool under_way(const struct probe *p, const struct host *h, const struct addr *a)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		if (p->conns[i].used && seen_same(p->conns[i].host, p->conns[i].addr, h, a))
			return true;
	return false;
}

/* False: not now, and no other address either. */
static bool begin_addr(struct probe *p, struct host *h, struct addr *a)
{
	struct conn *c;

	if (seen_judge(p, h, a)) {
		fact(h, a);
		return true;
	}
	if (under_way(p, h, a) || crowded(p, a))
		return true;
	c = vacant(p);
	if (!c)
		return false;
	open_one(p, c, h, a);
	return a->state != ADDR_QUEUED;
}

static void begin_host(struct probe *p, struct host *h)
{
	unsigned i;

	for (i = 0; h->state == HOST_PROBING && i < h->naddrs; i++)
		if (h->addrs[i].state == ADDR_QUEUED && !begin_addr(p, h, &h->addrs[i]))
			return;
}

void conn_begin(struct probe *p)
{
	unsigned i, j;

	if (!proxy_poll(p))
		return;
	p->turn++; /* no target with many addresses stands before the others for ever */
	for (i = 0; i < p->active; i++) {
		struct target *t = p->at[(p->turn + i) % p->active];

		for (j = 0; j < t->nhosts; j++)
			begin_host(p, t->hosts[j]);
	}
}

void conn_want(struct probe *p, struct loop *l)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++) {
		struct conn *c = &p->conns[i];

		if (!c->used)
			continue;
		if (c->connecting) {
			size_t n = 0;

			if (c->asking)
				socks_out(&c->socks, &n);
			loop_want(l, c->fd, c->asking, !c->asking || n > 0);
			loop_until(l, c->deadline);
		} else {
			loop_want(l, c->fd, smtp_client_wants_read(c->client),
			    smtp_client_wants_write(c->client));
			loop_until(l, smtp_client_deadline(c->client));
		}
	}
}

static void turn_connecting(struct probe *p, struct conn *c, const struct loop *l)
{
	int err;

	if (c->asking && (loop_can_write(l, c->fd) || loop_can_read(l, c->fd)))
		is_up(p, c);
	else if (!c->asking && loop_can_write(l, c->fd)) {
		err = net_error(c->fd);
		if (err && p->o.proxy)
			no_proxy(p, c, net_why(err));
		else if (err)
			refused(p, c, err == ETIMEDOUT ? "connect-timeout" : "connect-failed",
			    net_why(err));
		else
			is_up(p, c);
	} else if (clock_mono() >= c->deadline && p->o.proxy &&
	    (c->socks.state != SOCKS_REPLY || c->socks.inlen > 0)) /* or it stopped amid its reply */
		no_proxy(p, c, "no answer within the time of -connect-timeout");
	else if (clock_mono() >= c->deadline)
		refused(p, c, "connect-timeout", "no answer within the time of -connect-timeout");
}

static void watch(struct conn *c)
{
	if (!c->tls_from && c->client->tls_started)
		c->tls_from = clock_mono();
	if (!c->tls_done && c->tls_from && tls_session_opened(&c->client->tls))
		c->tls_done = clock_mono();
}

static void turn(struct probe *p, struct conn *c, const struct loop *l)
{
	if (c->connecting) {
		turn_connecting(p, c, l);
		return;
	}
	if (loop_can_read(l, c->fd))
		read_in(c);
	watch(c);
	write_out(c);
	if (c->client->outcome == SMTP_RUNNING &&
	    clock_mono() >= smtp_client_deadline(c->client))
		smtp_client_expire(c->client, clock_mono());
	if (c->client->outcome != SMTP_RUNNING)
		finish(p, c);
}

void conn_turn(struct probe *p, const struct loop *l)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		if (p->conns[i].used)
			turn(p, &p->conns[i], l);
}

void conn_drop(struct probe *p, const struct host *h)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		if (p->conns[i].used && p->conns[i].host == h)
			release(&p->conns[i]);
}

void conn_close(struct probe *p)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++) {
		if (p->conns[i].used)
			release(&p->conns[i]);
		free(p->conns[i].client);
		p->conns[i].client = NULL;
	}
	seen_free(p);
}
