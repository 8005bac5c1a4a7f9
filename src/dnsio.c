/* SPDX-License-Identifier: ISC */
/* src/dnsio.c: brings the sockets in line with the resolver's exchange slots, once before
   each wait, and hands over what comes in.  A socket serves one exchange and is closed
   with it, so that each query has a port of its own (RFC 5452 section 9.2).  What a reply is
   worth is for dns/. */
#include "src/dnsio.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "src/clock.h"
#include "src/net.h"
#include "src/special.h"

/* Passes of reconciling in one turn; more than the queries that one look-up may cause. */
#define PASSES_MAX 1024
/* Datagrams of one socket in one turn: a flood must not keep the others waiting. */
#define DATAGRAMS_MAX 64

void dnsio_init(struct dnsio *io, struct dns_res *res, const struct socks_proxy *proxy)
{
	unsigned i;

	io->res = res;
	io->others = false;
	io->proxy = proxy;
	io->named = NULL;
	for (i = 0; i < DNS_MAX_XCHG; i++)
		io->slot[i].fd = -1;
}

static void drop(struct dnsio_slot *s)
{
	if (s->fd >= 0)
		net_close(s->fd);
	s->fd = -1;
}

static void fail_why(struct dnsio *io, unsigned i, const char *why)
{
	drop(&io->slot[i]);
	dns_res_fail(io->res, i, why, clock_wall(), clock_mono());
}

static void fail(struct dnsio *io, unsigned i, int err)
{
	fail_why(io, i, net_why(err));
}

/* Is the socket of slot i still that of the exchange the resolver has there? */
static bool current(const struct dnsio *io, unsigned i)
{
	const struct dns_xchg *x = dns_res_xchg(io->res, i);

	return io->slot[i].fd >= 0 && x->state == DNS_X_WAIT && x->serial == io->slot[i].serial;
}

static void not_up(struct dnsio *io, unsigned i, int err)
{
	fail_why(io, i, io->proxy ? "the proxy cannot be reached" : net_why(err));
}

/* Send what is left.  False: the exchange failed and is gone. */
static bool flush(struct dnsio *io, unsigned i)
{
	struct dnsio_slot *s = &io->slot[i];
	long n;

	while (s->outoff < s->outlen) {
		n = net_send(s->fd, s->out + s->outoff, s->outlen - s->outoff);
		if (n == -2)
			return true;
		if (n < 0) {
			fail(io, i, errno);
			return false;
		}
		s->outoff += (size_t)n;
	}
	return true;
}

/* Go on with the proxy.  True: the way to the server is open. */
static bool ask_proxy(struct dnsio *io, unsigned i)
{
	struct dnsio_slot *s = &io->slot[i];

	socks_io(&s->socks, s->fd);
	if (s->socks.state == SOCKS_FAILED)
		fail_why(io, i, s->socks.why);
	s->asking = s->fd >= 0 && s->socks.state != SOCKS_OPEN;
	return s->fd >= 0 && !s->asking;
}

/* The connection stands.  False: the exchange failed and is gone. */
static bool is_up(struct dnsio *io, unsigned i)
{
	struct dnsio_slot *s = &io->slot[i];

	s->up = true;
	if (s->asking && !ask_proxy(io, i))
		return s->fd >= 0;
	return flush(io, i);
}

/* No descriptor to be had now, but others will give theirs back: the slot stays as it is.
   Want of our own is no fault of the server's. */
static bool must_wait(const struct dnsio *io, int err)
{
	unsigned i;

	if (err != EMFILE && err != ENFILE && err != ENOBUFS && err != ENOMEM)
		return false;
	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (io->slot[i].fd >= 0)
			return true;
	return io->others;
}

/* A delegation can point anywhere; who may not be asked is like one that cannot be reached. */
static bool is_refused(const struct dnsio *io, const struct dns_addr *to)
{
	unsigned i;

	if (!io->named || !special_address(to))
		return false;
	for (i = 0; i < io->named->n; i++)
		if (dns_addr_eq(&io->named->a[i], to))
			return false;
	return true;
}

/* False: it has to wait for a descriptor. */
static bool start(struct dnsio *io, unsigned i)
{
	const struct dns_xchg *x = dns_res_xchg(io->res, i);
	struct dnsio_slot *s = &io->slot[i];
	size_t pre = x->tcp ? 2 : 0;

	drop(s);
	if (is_refused(io, &x->to)) {
		fail_why(io, i, "a special-purpose address, refused by -refuse-reserved");
		return true;
	}
	s->serial = x->serial;
	s->tcp = x->tcp;
	s->up = !x->tcp;
	s->asking = io->proxy != NULL;
	if (s->asking)
		socks_begin(&s->socks, io->proxy, &x->to);
	s->inlen = s->outoff = s->outlen = 0;
	s->fd = x->tcp ? net_tcp(io->proxy ? &io->proxy->at : &x->to, &s->up) : net_udp(&x->to);
	if (s->fd < 0 && must_wait(io, errno))
		return false;
	if (s->fd < 0) {
		not_up(io, i, errno);
		return true;
	}
	dns_res_sent(io->res, i, (uint16_t)randombytes_uniform(65536), clock_mono());
	x = dns_res_xchg(io->res, i);
	if (x->outlen > sizeof s->out - pre) {
		fail(io, i, EMSGSIZE);
		return true;
	}
	s->out[0] = (uint8_t)(x->outlen >> 8); /* RFC 1035 section 4.2.2; UDP writes over it */
	s->out[1] = (uint8_t)x->outlen;
	memcpy(s->out + pre, x->out, x->outlen);
	s->outlen = x->outlen + pre;
	if (s->up)
		is_up(io, i);
	return true;
}

/* One pass over the slots; true when something was opened, so that more may be wanted.  What is
   done with gives its descriptors back first. */
static bool reconcile(struct dnsio *io)
{
	bool more = false;
	unsigned i;

	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (!current(io, i))
			drop(&io->slot[i]);
	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (dns_res_xchg(io->res, i)->state == DNS_X_START)
			more = start(io, i) || more;
	return more;
}

void dnsio_want(struct dnsio *io, struct loop *l)
{
	unsigned i, pass;

	for (pass = 0; pass < PASSES_MAX && reconcile(io); pass++)
		;
	for (i = 0; i < DNS_MAX_XCHG; i++) {
		struct dnsio_slot *s = &io->slot[i];

		size_t n = s->outlen - s->outoff;

		if (s->asking)
			socks_out(&s->socks, &n);
		loop_want(l, s->fd, s->up, !s->up || n > 0);
	}
	loop_until(l, dns_res_deadline(io->res));
}

static void read_udp(struct dnsio *io, unsigned i)
{
	struct dns_addr from = dns_res_xchg(io->res, i)->to; /* connect() lets no other in */
	unsigned k;
	long n;

	for (k = 0; k < DATAGRAMS_MAX && current(io, i); k++) {
		n = net_recv(io->slot[i].fd, io->datagram, sizeof io->datagram);
		if (n == -2)
			return;
		if (n < 0) {
			fail(io, i, errno);
			return;
		}
		dns_res_feed(io->res, i, &from, io->datagram, (size_t)n, clock_wall(),
		    clock_mono());
	}
}

/* Whole messages at the front of the buffer go to the resolver. */
static void messages(struct dnsio *io, unsigned i, const struct dns_addr *from)
{
	struct dnsio_slot *s = &io->slot[i];
	uint8_t *in = io->in[i];

	while (s->inlen >= 2 && current(io, i)) {
		size_t n = (size_t)in[0] << 8 | in[1];

		if (s->inlen - 2 < n)
			return;
		dns_res_feed(io->res, i, from, in + 2, n, clock_wall(), clock_mono());
		memmove(in, in + 2 + n, s->inlen - 2 - n);
		s->inlen -= 2 + n;
	}
}

static void read_tcp(struct dnsio *io, unsigned i)
{
	struct dnsio_slot *s = &io->slot[i];
	struct dns_addr from = dns_res_xchg(io->res, i)->to;
	long n = net_recv(s->fd, io->in[i] + s->inlen, sizeof io->in[i] - s->inlen);

	if (n == -2)
		return;
	if (n <= 0) {
		fail(io, i, n < 0 ? errno : EPIPE);
		return;
	}
	s->inlen += (size_t)n;
	messages(io, i, &from);
}

static void turn(struct dnsio *io, unsigned i, const struct loop *l)
{
	struct dnsio_slot *s = &io->slot[i];
	int err;

	if (current(io, i) && loop_can_write(l, s->fd)) {
		if (!s->up && (err = net_error(s->fd)) != 0) {
			not_up(io, i, err);
			return;
		}
		if (!is_up(io, i))
			return;
	}
	if (current(io, i) && loop_can_read(l, s->fd)) {
		if (s->asking)
			is_up(io, i);
		else if (s->tcp)
			read_tcp(io, i);
		else
			read_udp(io, i);
	}
}

void dnsio_turn(struct dnsio *io, const struct loop *l)
{
	uint64_t mono;
	unsigned i;

	for (i = 0; i < DNS_MAX_XCHG; i++)
		turn(io, i, l);
	mono = clock_mono();
	if (dns_res_deadline(io->res) <= mono)
		dns_res_expire(io->res, clock_wall(), mono);
}

void dnsio_close(struct dnsio *io)
{
	unsigned i;

	for (i = 0; i < DNS_MAX_XCHG; i++)
		drop(&io->slot[i]);
}
