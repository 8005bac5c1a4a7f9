/* SPDX-License-Identifier: ISC */
/* src/proxy.h: where the proxy of -proxy-tcp is, when it was given by name. */
#ifndef SRC_PROXY_H
#define SRC_PROXY_H

#include <stdbool.h>

#include "src/probe.h"

/* The first address that a file like /etc/hosts has for the name, port untouched.  False: none; or
   there is no such file. */
bool proxy_hosts(const char *path, const char *name, struct dns_addr *a);

/* Before the first connection: take the address from the options, or begin to look it up.  Then, until
   true: go on; p->proxy_at is known, or p->proxy_why says why it never will be. */
void proxy_begin(struct probe *p);
bool proxy_poll(struct probe *p);
bool proxy_ready(const struct probe *p); /* a result waits for proxy_poll() */
void proxy_free(struct probe *p);
/* "proxy.example.org:1080", or its address and port. */
const char *proxy_str(const struct probe *p, char *buf, size_t cap);
#define PROXY_TEXT 270

#endif
