/* SPDX-License-Identifier: ISC */
/* src/config.h: from options, environment and files to a dns_config. */
#ifndef SRC_CONFIG_H
#define SRC_CONFIG_H

#include <stdbool.h>
#include "src/args.h"
#include "dns/dns.h"

#define CONFIG_ERR 1024
#define CONFIG_FILE_MAX 1048576 /* octets of an anchor or hints file */

/* The options that both programs share; strings may be NULL. */
struct config {
	const char *resolver, *anchor_file, *hints_file;
	bool iterate, no_minimise, allow_weak, only4, only6;
	struct args_time at;
};

/* Resolvers from a list: ADDR, ADDR:PORT, [ADDR6]:PORT, parted by commas or blanks.
   0; or -1 with err. */
int config_servers(const char *list, struct dns_config *d, char *err, size_t cap);
/* The nameserver lines of a resolv.conf.  0, also when there are none; or -1 with err. */
int config_resolv(const char *path, struct dns_config *d, char *err, size_t cap);
/* Trust anchors or root hints from a file.  0; or -1 with err naming file and line. */
int config_anchors(const char *path, struct dns_config *d, char *err, size_t cap);
int config_hints(const char *path, struct dns_config *d, char *err, size_t cap);
/* All of it; env: the value of DNS_RESOLVER, or NULL.  filter: -4 and -6 choose among the
   resolvers too.  0; or -1 with err. */
int config_make(const struct config *c, const char *env, bool filter, struct dns_config *d,
    char *err, size_t cap);

#endif
