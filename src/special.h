/* SPDX-License-Identifier: ISC */
/* src/special.h: the special-purpose address registries of IANA (RFC 6890). */
#ifndef SRC_SPECIAL_H
#define SRC_SPECIAL_H

#include "dns/dns.h"

/* What kind of address it is ("private use"), when it is no ordinary one of the Internet; else NULL. */
const char *special_address(const struct dns_addr *a);

#endif
