/* SPDX-License-Identifier: ISC */
/* src/config.c: which resolvers to ask, what to trust, where to start.  -resolver comes
   before DNS_RESOLVER, that before /etc/resolv.conf; with none of them we iterate.  A fault
   in what the user names is an error, never a silent fall-back. */
#include "src/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <stddef.h>
#include <string.h>

#include "src/embedded.h"
#include "src/file.h"
#include "src/net.h"
#include "src/report_out.h"
#include "src/text.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define BLANKS ", \t\r\n"

/* ---- resolvers ------------------------------------------------------------------ */

/* ADDR, ADDR:PORT or [ADDR6]:PORT in word, which is written to. */
static int server(char *word, struct dns_addr *a)
{
	char *port = NULL, *end;

	memset(a, 0, sizeof *a);
	a->port = 53;
	if (*word == '[') {
		end = strchr(++word, ']');
		if (!end || (end[1] && end[1] != ':'))
			return -1;
		if (end[1])
			port = end + 2;
		*end = '\0';
		return net_addr_parse(word, a) || a->family != 6 ||
		    (port && args_port(port, &a->port)) ? -1 : 0;
	}
	end = strchr(word, ':');
	if (end && !strchr(end + 1, ':')) { /* one colon: a port; more: IPv6 */
		*end = '\0';
		port = end + 1;
	}
	return net_addr_parse(word, a) || (port && args_port(port, &a->port)) ? -1 : 0;
}

int config_servers(const char *list, struct dns_config *d, char *err, size_t cap)
{
	char word[NET_ADDR_TEXT];
	const char *s = list + strspn(list, BLANKS);

	d->nservers = 0;
	for (; *s; s += strspn(s, BLANKS)) {
		size_t n = strcspn(s, BLANKS);
		struct text t = { 0 };

		snprintf(word, sizeof word, "%.*s", n < sizeof word ? (int)n : 0, s);
		text_safe(&t, word);
		if (d->nservers == DNS_MAX_SERVERS)
			snprintf(err, cap, "more than %d resolvers were given", DNS_MAX_SERVERS);
		else if (server(word, &d->servers[d->nservers]))
			snprintf(err, cap, "resolver \"%s\": an address is wanted: ADDR, "
			    "ADDR:PORT, ADDR6 or [ADDR6]:PORT, without a host name", text_str(&t));
		else {
			text_free(&t);
			d->nservers++;
			s += n;
			continue;
		}
		text_free(&t);
		return -1;
	}
	if (d->nservers)
		return 0;
	snprintf(err, cap, "the list of resolvers is empty; an address is wanted, or -iterate");
	return -1;
}

/* A line of resolv.conf: 1 a server was added, 0 nothing to see, -1 no address.  *over: servers that
   there is no room for. */
static int resolv_line(char *line, struct dns_config *d, unsigned *over)
{
	char *save = NULL, *w;

	line[strcspn(line, "#;\r\n")] = '\0';
	w = strtok_r(line, " \t", &save);
	if (!w || strcmp(w, "nameserver"))
		return 0;
	w = strtok_r(NULL, " \t", &save);
	if (!w)
		return -1;
	if (d->nservers == DNS_MAX_SERVERS) {
		++*over;
		return 0;
	}
	memset(&d->servers[d->nservers], 0, sizeof d->servers[0]);
	d->servers[d->nservers].port = 53;
	if (net_addr_parse(w, &d->servers[d->nservers]))
		return -1;
	d->nservers++;
	return 1;
}

/* A line without what is over the room for it: that is no line of its own.  False: the end. */
static bool next_line(FILE *f, char *line, int cap)
{
	char rest[256];
	bool whole;

	if (!fgets(line, cap, f))
		return false;
	whole = strchr(line, '\n');
	while (!whole && fgets(rest, sizeof rest, f))
		whole = strchr(rest, '\n');
	return true;
}

int config_resolv(const char *path, struct dns_config *d, char *err, size_t cap)
{
	char line[1024];
	unsigned n = 0, bad = 0, over = 0;
	FILE *f = fopen(path, "r");
	int failed;

	d->nservers = 0;
	if (!f) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0; /* no resolver is configured */
		snprintf(err, cap, "%s: %s; name a resolver with -resolver, or use -iterate",
		    path, strerror(errno));
		return -1;
	}
	while (next_line(f, line, sizeof line)) {
		n++;
		if (resolv_line(line, d, &over) < 0 && !bad)
			bad = n;
	}
	failed = ferror(f);
	fclose(f);
	if (over)
		debug_line("%s nameservers=%u used=%d", path, d->nservers + over, DNS_MAX_SERVERS);
	if (failed)
		snprintf(err, cap, "%s: cannot be read", path);
	else if (bad && !d->nservers) /* with others at hand we do as libc: go on */
		snprintf(err, cap, "%s line %u: nameserver wants an address; name a resolver "
		    "with -resolver, or use -iterate", path, bad);
	return failed || (bad && !d->nservers) ? -1 : 0;
}

/* ---- files ------------------------------------------------------------------------ */

/* The whole file, to be freed; or NULL with err. */
static char *slurp(const char *path, size_t *len, char *err, size_t cap)
{
	char why[128];
	char *p = file_read(path, CONFIG_FILE_MAX, len, why, sizeof why);

	if (!p)
		snprintf(err, cap, "%s: %s", path, why);
	return p;
}

/* Of a file that the user named: by which option. */
static int file_fault(const char *option, const char *why, char *err, size_t cap)
{
	snprintf(err, cap, "option %s: %s", option, why);
	return -1;
}

static int fault(const char *path, unsigned line, const char *why, char *err, size_t cap)
{
	if (line)
		snprintf(err, cap, "%s line %u: %s", path, line, why ? why : "not understood");
	else
		snprintf(err, cap, "%s: %s", path, why ? why : "not understood");
	return -1;
}

int config_anchors(const char *path, struct dns_config *d, char *err, size_t cap)
{
	const char *why = NULL;
	unsigned line = 0;
	size_t len = 0;
	char *p = slurp(path, &len, err, cap);
	int rc;

	if (!p)
		return -1;
	rc = dns_anchors_parse(&d->anchors, p, len, &line, &why);
	free(p);
	return rc ? fault(path, line, why, err, cap) : 0;
}

int config_hints(const char *path, struct dns_config *d, char *err, size_t cap)
{
	const char *why = NULL;
	unsigned line = 0;
	size_t len = 0;
	char *p = slurp(path, &len, err, cap);
	int rc;

	if (!p)
		return -1;
	rc = dns_hints_parse(&d->hints, p, len, &line, &why);
	free(p);
	return rc ? fault(path, line, why, err, cap) : 0;
}

/* What no file was named for; the hints only when there is no resolver. */
static int built_in(const struct config *c, struct dns_config *d, char *err, size_t cap)
{
	const char *why = NULL;
	unsigned line = 0;

	if (!c->anchor_file && dns_anchors_parse(&d->anchors, embedded_root_ds,
	    embedded_root_ds_len, &line, &why))
		return fault("built-in trust anchors", line, why, err, cap);
	if (!c->hints_file && !d->nservers && dns_hints_parse(&d->hints, embedded_root_hints,
	    embedded_root_hints_len, &line, &why))
		return fault("built-in root hints", line, why, err, cap);
	return 0;
}

/* ---- all of it ---------------------------------------------------------------------- */

static int resolvers(const struct config *c, const char *env, struct dns_config *d, char *err,
    size_t cap)
{
	char why[CONFIG_ERR];

	d->nservers = 0;
	if (c->iterate)
		return 0;
	if (!c->resolver && !(env && *env))
		return config_resolv(RESOLV_CONF, d, err, cap);
	if (config_servers(c->resolver ? c->resolver : env, d, why, sizeof why) == 0)
		return 0;
	snprintf(err, cap, "%s: %s", c->resolver ? "option -resolver" :
	    "DNS_RESOLVER in the environment", why);
	return -1;
}

/* Root servers that the user named and nobody would ask. */
static int unused_hints(const struct config *c, const char *env, const struct dns_config *d, char *err,
    size_t cap)
{
	if (!c->hints_file || !d->nservers)
		return 0;
	snprintf(err, cap, "option -root-hints: it is for iterating, and resolvers are named %s; give "
	    "-iterate, or leave one of them out", c->resolver ? "by -resolver" :
	    env && *env ? "by DNS_RESOLVER in the environment" : "in " RESOLV_CONF);
	return -1;
}

/* Put the resolvers of the other family aside. */
static int filter_family(const struct config *c, struct dns_config *d, char *err, size_t cap)
{
	unsigned i, n = 0, before = d->nservers;

	if (c->only4 == c->only6)
		return 0;
	for (i = 0; i < before; i++)
		if (d->servers[i].family == (c->only4 ? 4 : 6))
			d->servers[n++] = d->servers[i];
	d->nservers = n;
	if (n || !before)
		return 0;
	snprintf(err, cap, "option -%c: no resolver has an IPv%c address; name one with "
	    "-resolver", c->only4 ? '4' : '6', c->only4 ? '4' : '6');
	return -1;
}

int config_make(const struct config *c, const char *env, bool filter, struct dns_config *d,
    char *err, size_t cap)
{
	char why[CONFIG_ERR];
	bool narrow;

	/* not the room for hints and anchors, which is large and need not be touched */
	memset(d, 0, offsetof(struct dns_config, hints));
	d->hints.n = d->anchors.n = 0;
	if (c->only4 && c->only6) {
		snprintf(err, cap, "options -4 and -6: one of them at most is wanted");
		return -1;
	}
	if (c->iterate && c->resolver) {
		snprintf(err, cap, "options -iterate and -resolver: one of them at most is wanted");
		return -1;
	}
	if (resolvers(c, env, d, err, cap) || unused_hints(c, env, d, err, cap) || built_in(c, d, err, cap) ||
	    (filter && filter_family(c, d, err, cap)))
		return -1;
	if (c->anchor_file && config_anchors(c->anchor_file, d, why, sizeof why))
		return file_fault("-trust-anchor", why, err, cap);
	if (c->hints_file && config_hints(c->hints_file, d, why, sizeof why))
		return file_fault("-root-hints", why, err, cap);
	d->allow_weak = c->allow_weak;
	d->no_minimise = c->no_minimise;
	/* a resolver that was named is used over whatever it takes; root servers can be chosen */
	narrow = filter || !d->nservers;
	d->use4 = !(narrow && c->only6);
	d->use6 = !(narrow && c->only4);
	d->at_fixed = c->at.set;
	d->at = c->at.t;
	return 0;
}
