/* SPDX-License-Identifier: ISC */
/* src/dnsio.h: carries the resolver's exchanges over sockets. */
#ifndef SRC_DNSIO_H
#define SRC_DNSIO_H

#include "dns/dns.h"
#include "src/loop.h"
#include "src/socks.h"

struct dnsio_slot {
	int fd;             /* -1: none */
	uint32_t serial;    /* of the exchange that fd belongs to */
	bool tcp, up;       /* up: the TCP connection stands */
	bool asking;        /* ...and the proxy is being asked for another */
	struct socks socks;
	size_t outlen, outoff;
	uint8_t out[DNS_QUERY_MAX + 2];
	size_t inlen;
};
struct dnsio {
	struct dns_res *res;
	bool others;        /* set by the caller: it has sockets open too, and will close them */
	const struct socks_proxy *proxy; /* for all, or NULL */
	/* set by the caller, with -refuse-reserved when iterating: of special-purpose addresses only these
	   are sent to, which the user named; others were learnt from referrals.  NULL: all are */
	const struct dns_hints *named;
	uint8_t datagram[DNS_WIRE_MAX];
	struct dnsio_slot slot[DNS_MAX_XCHG];
	/* of TCP alone; apart from the slots, so that what is not used is not touched */
	uint8_t in[DNS_MAX_XCHG][DNS_WIRE_MAX + 2];
};
/* Large: on the heap.  With a proxy the resolver must want TCP alone. */
void dnsio_init(struct dnsio *io, struct dns_res *res, const struct socks_proxy *proxy);
/* Open and close sockets as the resolver wants it, then say what to wait for. */
void dnsio_want(struct dnsio *io, struct loop *l);
/* After the wait: feed the ready, expire the late. */
void dnsio_turn(struct dnsio *io, const struct loop *l);
void dnsio_close(struct dnsio *io);

#endif
