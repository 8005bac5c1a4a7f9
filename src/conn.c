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
#include "src/report_out.h"

/* ---- what the session leaves ------------------------------------------------------------ */

static void names_of(const struct tls_cert *c, struct cert_info *i)
{
	char san[TLS_NAME_TEXT * 4];
	struct text t = { 0 };
	unsigned n;

	for (n = 0; n < TLS_MAX_SANS && tls_cert_san(c, n, san, sizeof san); n++)
		text_printf(&t, "%s%s", n ? " " : "", san);
	i->names = text_dup(text_str(&t));
	text_free(&t);
}

static void cert(const struct tls_chain *chain, unsigned n, struct cert_info *i)
{
	char hint[256];
	struct tls_cert c;

	memset(&c, 0, sizeof c);
	i->parsed = tls_cert_parse(&c, chain->der + chain->off[n], chain->len[n]) == 0;
	if (!i->parsed) {
		i->names = text_dup("");
		return;
	}
	i->not_before = c.not_before;
	i->not_after = c.not_after;
	i->key_bits = c.key_bits;
	snprintf(i->subject, sizeof i->subject, "%s", c.subject);
	snprintf(i->issuer, sizeof i->issuer, "%s", c.issuer);
	snprintf(i->serial, sizeof i->serial, "%s", c.serial);
	snprintf(i->key_type, sizeof i->key_type, "%s", c.key_type ? c.key_type : "unknown");
	snprintf(i->sig_alg, sizeof i->sig_alg, "%s", c.sig_alg ? c.sig_alg : "unknown");
	sodium_bin2hex(i->sha256, sizeof i->sha256, c.fp_sha256, sizeof c.fp_sha256);
	names_of(&c, i);
	if (tls_dane_suggest(chain, n, n ? 2 : 3, 1, 1, hint, sizeof hint))
		i->suggest = text_dup(hint);
}

static void certificates(struct addr *a, const struct tls_chain *chain)
{
	unsigned i, n = chain->n < TLS_MAX_CERTS ? chain->n : TLS_MAX_CERTS;

	if (!n)
		return;
	a->certs = text_alloc(n * sizeof *a->certs);
	a->ncerts = n;
	for (i = 0; i < n; i++)
		cert(chain, i, &a->certs[i]);
}

/* DANE-EE ignores dates (RFC 7672 section 3.1.1), other clients do not. */
static void dates_ee(const struct cert_info *c, struct addr *a, int64_t now, int64_t warn)
{
	char at[40];

	if (warn == 0)
		return;
	if (c->not_after < now)
		problem_add(&a->problems, VERDICT_FAIL, "cert-expired", "the certificate expired on "
		    "%s; senders that apply DANE still deliver, since DANE-EE(3) ignores dates, but "
		    "other clients may not: renew it with the same key (-expiration-warning 0s "
		    "lifts this check)", dns_time_str(c->not_after, at, sizeof at));
	else if (c->not_after - now < warn)
		problem_add(&a->problems, VERDICT_WARNING, "cert-expiring", "the certificate expires "
		    "on %s: renew it", dns_time_str(c->not_after, at, sizeof at));
	if (c->not_before > now)
		problem_add(&a->problems, VERDICT_WARNING, "cert-not-yet-valid", "the certificate is "
		    "valid from %s on only; DANE-EE(3) ignores that, other clients may not: check "
		    "the clock that it was issued by", dns_time_str(c->not_before, at, sizeof at));
}

/* Under DANE-TA tls/ has refused what is expired; what is about to be is warned of. */
static void dates_ta(struct addr *a, int64_t now, int64_t warn)
{
	char at[40];
	unsigned i;

	for (i = 0; i < a->npath && a->path[i] < a->ncerts; i++) {
		const struct cert_info *c = &a->certs[a->path[i]];

		if (c->parsed && warn && c->not_after - now < warn)
			problem_add(&a->problems, VERDICT_WARNING, "cert-expiring", "certificate %u of "
			    "the path (%s) expires on %s, and mail is deferred from then on: "
			    "renew it", i, c->subject, dns_time_str(c->not_after, at, sizeof at));
	}
}

static void matched(struct probe *p, struct host *h, struct addr *a,
    const struct tls_dane_result *r)
{
	int64_t now = probe_now(p), warn = p->o.expiration_warning / 1000000000;

	if (p->o.expiration_warning && !warn)
		warn = 1;
	if (r->tlsa < 0 || (unsigned)r->tlsa >= h->ntlsa) {
		problem_add(&a->problems, VERDICT_FAIL, "cert-unverified", "the certificate check "
		    "names no TLSA record");
		return;
	}
	a->match = r->tlsa;
	a->depth = r->depth;
	a->npath = r->npath;
	memcpy(a->path, r->path, sizeof a->path);
	if (h->set[r->tlsa].usage == 2)
		dates_ta(a, now, warn);
	else if (a->ncerts && a->certs[0].parsed)
		dates_ee(&a->certs[0], a, now, warn);
}

/* After a whole handshake, or with the chain that was presented before it failed. */
static void not_matched(enum smtp_outcome o, struct addr *a, const struct tls_dane_result *r)
{
	if (r->verdict == TLS_NO_MATCH || r->verdict == TLS_BAD_CHAIN || r->verdict == TLS_NO_USABLE)
		problem_add(&a->problems, VERDICT_FAIL, r->code, "%s", r->reason);
	else if (o == SMTP_FINISHED)
		problem_add(&a->problems, VERDICT_FAIL, "cert-unverified", "the certificate was not "
		    "verified to the end");
}

/* Did we end the handshake for what was presented?  Then that is the reason. */
static bool refused_chain(const struct smtp_client *s, const struct addr *a)
{
	return a->ncerts && s->outcome == SMTP_TLS_FAILED &&
	    s->tls.result.verdict == TLS_BAD_CHAIN;
}

static void judge(struct probe *p, struct host *h, struct addr *a, struct smtp_client *s)
{
	bool ok = s->outcome == SMTP_FINISHED && tls_session_ok(&s->tls);

	if (s->tls_started) {
		snprintf(a->version, sizeof a->version, "%s", tls_session_version(&s->tls));
		snprintf(a->suite, sizeof a->suite, "%s", tls_session_suite(&s->tls));
		certificates(a, &s->tls.chain);
		if (a->ncerts)
			memcpy(a->data_depth, s->tls.result.data_depth, sizeof a->data_depth);
	}
	if (ok)
		matched(p, h, a, &s->tls.result);
	else if (s->outcome == SMTP_FINISHED || (a->ncerts && s->outcome == SMTP_TLS_FAILED))
		not_matched(s->outcome, a, &s->tls.result);
	if (s->outcome != SMTP_FINISHED && !refused_chain(s, a))
		problem_add(&a->problems, VERDICT_FAIL, *s->code ? s->code : "smtp-protocol", "%s",
		    *s->reason ? s->reason : "the SMTP dialogue failed");
	a->verdict = problem_worst(a->problems, ok && a->match >= 0 ? VERDICT_OK : VERDICT_FAIL);
}

/* ---- the end of a connection --------------------------------------------------------------- */

static void release(struct conn *c)
{
	if (c->fd >= 0)
		net_close(c->fd);
	c->fd = -1;
	c->addr->ms = clock_mono() - c->started;
	if (c->client)
		sodium_memzero(c->client, sizeof *c->client);
	sodium_memzero(&c->cfg, sizeof c->cfg);
	c->used = false;
}

static void fact(const struct host *h, const struct addr *a)
{
	char buf[NET_ADDR_TEXT];

	debug_line("address host=%s address=%s verdict=%s tls=%s suite=%s match=%d depth=%u "
	    "code=%s ms=%lu", h->text, net_addr_str(&a->a, true, buf, sizeof buf),
	    verdict_str(a->verdict), a->version, a->suite, a->match, a->depth,
	    a->problems ? a->problems->code : "none", (unsigned long)a->ms);
}

static void finish(struct probe *p, struct conn *c)
{
	debug_line("smtp host=%s outcome=%d step=%s code=%s reply=%u reason=\"%s\"",
	    c->host->text, (int)c->client->outcome, smtp_step_str(c->client->step),
	    c->client->code, c->client->reply_code, c->client->reason);
	judge(p, c->host, c->addr, c->client);
	c->addr->state = ADDR_DONE;
	release(c);
	fact(c->host, c->addr);
}

static void refused(struct conn *c, const char *code, const char *why)
{
	struct addr *a = c->addr;
	char buf[NET_ADDR_TEXT];

	problem_add(&a->problems, VERDICT_FAIL, code, "connecting to %s failed: %s; check that the "
	    "server runs and that nothing on the way filters port %u",
	    net_addr_str(&a->a, true, buf, sizeof buf), why, (unsigned)a->a.port);
	a->verdict = VERDICT_FAIL;
	a->state = ADDR_DONE;
	release(c);
	fact(c->host, a);
}

/* Are other connections or DNS exchanges under way, whose end frees a descriptor? */
static bool others(const struct probe *p, const struct conn *c)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		if (p->conns[i].used && &p->conns[i] != c)
			return true;
	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (dns_res_xchg(p->res, i)->state == DNS_X_WAIT)
			return true;
	return false;
}

/* connect() failed at once.  An IPv6 address is passed over only where no IPv6 address could be
   reached so far: one dead address among others is the fault of whoever published it. */
static void not_opened(struct probe *p, struct conn *c, int err)
{
	struct addr *a = c->addr;

	if ((err == EMFILE || err == ENFILE) && others(p, c)) {
		a->state = ADDR_QUEUED; /* when one of them has ended */
		release(c);
	} else if (net_no_route(err) && !(a->a.family == 6 && p->has6)) {
		a->no_route = true;
		a->state = ADDR_SKIPPED;
		release(c);
	} else if (err == EMFILE || err == ENFILE || err == EACCES || err == EPERM) {
		problem_add(&a->problems, VERDICT_FAIL, "local-network", "no connection could be "
		    "made on this machine: %s", net_why(err));
		a->verdict = VERDICT_FAIL;
		a->state = ADDR_DONE;
		release(c);
	} else
		refused(c, "connect-failed", net_why(err));
}

/* ---- the dialogue ------------------------------------------------------------------------------ */

static void talk(struct probe *p, struct conn *c)
{
	struct smtp_config *s = &c->cfg;
	const struct host *h = c->host;

	memset(s, 0, sizeof *s);
	s->helo = p->o.helo;
	s->tls_on_connect = p->o.tls_on_connect;
	s->sni = h->base; /* RFC 7672 section 8.1 */
	s->dane.tlsa = h->set;
	s->dane.ntlsa = h->ntlsa;
	s->dane.names = (const char *const *)h->names;
	s->dane.nnames = h->nnames;
	s->dane.now = probe_now(p);
	randombytes_buf(s->entropy, sizeof s->entropy);
	if (!c->client)
		c->client = text_alloc(sizeof *c->client);
	memset(c->client, 0, sizeof *c->client);
	c->connecting = false;
	smtp_client_init(c->client, s, clock_mono());
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
	c->host = h;
	c->addr = a;
	c->started = clock_mono();
	if (p->o.connect_timeout && !ms)
		ms = 1;
	c->deadline = p->o.connect_timeout ? c->started + (uint64_t)ms : UINT64_MAX;
	a->state = ADDR_LIVE;
	c->fd = net_tcp(&a->a, &up);
	if (c->fd < 0)
		not_opened(p, c, errno);
	else
		p->has6 = p->has6 || a->a.family == 6;
	if (c->used && c->fd >= 0 && up)
		talk(p, c);
}

static void begin_host(struct probe *p, struct host *h)
{
	struct conn *c;
	unsigned i;

	for (i = 0; h->state == HOST_PROBING && i < h->naddrs; i++)
		if (h->addrs[i].state == ADDR_QUEUED && !crowded(p, &h->addrs[i])) {
			c = vacant(p);
			if (!c)
				return;
			open_one(p, c, h, &h->addrs[i]);
			if (h->addrs[i].state == ADDR_QUEUED)
				return;
		}
}

void conn_begin(struct probe *p)
{
	unsigned i, j;

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
			loop_want(l, c->fd, false, true);
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

	if (loop_can_write(l, c->fd)) {
		err = net_error(c->fd);
		if (err)
			refused(c, err == ETIMEDOUT ? "connect-timeout" : "connect-failed",
			    net_why(err));
		else
			talk(p, c);
	} else if (clock_mono() >= c->deadline)
		refused(c, "connect-timeout", "no answer within the time of -connect-timeout");
}

static void turn(struct probe *p, struct conn *c, const struct loop *l)
{
	if (c->connecting) {
		turn_connecting(p, c, l);
		return;
	}
	if (loop_can_read(l, c->fd))
		read_in(c);
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

void conn_close(struct probe *p)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_CONNS; i++) {
		if (p->conns[i].used)
			release(&p->conns[i]);
		free(p->conns[i].client);
		p->conns[i].client = NULL;
	}
}
