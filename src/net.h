/* SPDX-License-Identifier: ISC */
/* src/net.h: the only sockets.  All are nonblocking and below FD_SETSIZE. */
#ifndef SRC_NET_H
#define SRC_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "dns/dns.h"

/* A UDP socket connected to `to`, from a random port.  The descriptor, or -1 and errno. */
int net_udp(const struct dns_addr *to);
/* Begin a TCP connection; *done: it is up already.  The descriptor, or -1 and errno. */
int net_tcp(const struct dns_addr *to, bool *done);
/* How the connection attempt ended, once the socket is writable: 0 or an errno. */
int net_error(int fd);
/* recv and send: octets, 0 at the end of a stream, -1 and errno; -2: try again later. */
long net_recv(int fd, void *p, size_t n);
long net_send(int fd, const void *p, size_t n);
void net_close(int fd);
/* An errno in a few lower-case words that do not depend on the locale. */
const char *net_why(int err);
/* Can this errno of connect() be our own lack of the address's family?  And does this machine have
   it: an address and a route to the Internet?  No packet is sent to find that out. */
bool net_no_route(int err);
bool net_has_family(unsigned family);

#define NET_ADDR_TEXT 80
/* "192.0.2.1", "2001:db8::1", "fe80::1%2"; with_port: "192.0.2.1:53", "[2001:db8::1]:53". */
char *net_addr_str(const struct dns_addr *a, bool with_port, char *buf, size_t cap);
/* Text of an address, with or without %ZONE; port untouched.  0, or -1. */
int net_addr_parse(const char *s, struct dns_addr *a);

#endif
