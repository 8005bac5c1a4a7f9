/* SPDX-License-Identifier: ISC */
/* src/socks.h: connections through a SOCKS5 proxy (RFC 1928, RFC 1929).  The socket is the caller's. */
#ifndef SRC_SOCKS_H
#define SRC_SOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/dns.h"

#define SOCKS_OUT 520 /* two length-prefixed strings of RFC 1929 and 3 octets more, at most */
#define SOCKS_IN 262  /* a reply with a domain name in it */

struct socks_proxy {
	struct dns_addr at; /* family 0: it was given by name, and whoever has the URL looks that up */
	char name[254];     /* "": it was given by address */
	bool auth;          /* user and pass were given */
	char user[256], pass[256];
};

/* socks5://[USER:PASSWORD@]HOST[:PORT], HOST an address or a name; socks5h:// alike (of a target an
   address is asked for in any case: one that a proxy looked up would be proven by nobody).  User and
   password may hold %XX.  NULL; or what is wrong. */
const char *socks_url(const char *url, struct socks_proxy *p);

enum socks_state { SOCKS_METHOD, SOCKS_AUTH, SOCKS_REPLY, SOCKS_OPEN, SOCKS_FAILED };
struct socks {
	enum socks_state state;
	const struct socks_proxy *proxy; /* the caller's; outlives this */
	struct dns_addr to;
	const char *why;    /* SOCKS_FAILED: constant text */
	bool by_target;     /* ...that is of the target, which the proxy could not reach */
	bool no_ipv6;       /* ...since it has no IPv6 */
	size_t outlen, outoff, inlen, want;
	uint8_t out[SOCKS_OUT], in[SOCKS_IN];
};

/* The connection to the proxy stands: ask for one to `to`. */
void socks_begin(struct socks *s, const struct socks_proxy *p, const struct dns_addr *to);
/* What is to be sent (*n octets, 0: nothing), and how much of it was. */
const uint8_t *socks_out(const struct socks *s, size_t *n);
void socks_sent(struct socks *s, size_t n);
/* Octets that may be read now; not one more, which would be the target's already. */
size_t socks_wants(const struct socks *s);
/* n octets, at most socks_wants(), came; 0: the proxy closed the connection. */
void socks_feed(struct socks *s, const uint8_t *p, size_t n);

/* Send and read what can be now over the nonblocking socket. */
void socks_io(struct socks *s, int fd);

#endif
