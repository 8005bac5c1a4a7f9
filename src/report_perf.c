/* SPDX-License-Identifier: ISC */
/* src/report_perf.c: performance data by the Monitoring Plugins guidelines: 'label'=value[unit];warn;;min.
   "7:" as a threshold means: less than 7 is worth a warning. */
#include "src/report.h"

#include <stdio.h>
#include <string.h>

/* Whole numbers and decimals alike, in the C locale. */
static void datum(struct text *t, const char *of, const char *what, double v, const char *unit,
    const char *warn, const char *min)
{
	text_printf(t, " '%s %s'=%.15g%s;%s;;%s", of, what, v, unit, warn, min);
}

static void count(struct text *t, const char *of, const char *what, unsigned v)
{
	datum(t, of, what, v, "", "", "0");
}

/* Seconds from milliseconds; -1: it did not come to that. */
static void seconds(struct text *t, const char *of, const char *what, int64_t ms)
{
	if (ms >= 0)
		datum(t, of, what, (double)ms / 1000, "s", "", "0");
}

/* Time left in units of so many seconds, and how much of it is too little. */
static void left(struct text *t, const char *of, const char *what, int64_t secs,
    int64_t unit, int64_t warn)
{
	char at[40] = "";
	double tenths = (double)(secs * 10 / unit);

	if (warn)
		snprintf(at, sizeof at, "%.15g:", (double)warn / (double)unit);
	datum(t, of, what, tenths / 10, "", at, "");
}

struct sums {
	int64_t cert, connect, tls; /* soonest end; longest times, milliseconds; -1: none */
};

static void cert(struct sums *s, const struct cert_info *c)
{
	if (c->parsed && (s->cert < 0 || c->not_after < s->cert))
		s->cert = c->not_after;
}

/* Of the certificates those that a match rests on, since the threshold is for them; else all. */
static void add(struct sums *s, const struct addr *a)
{
	unsigned i;

	if (a->time.connect > s->connect)
		s->connect = a->time.connect;
	if (a->time.tls > s->tls)
		s->tls = a->time.tls;
	for (i = 0; i < a->npath; i++)
		if (a->path[i] < a->ncerts)
			cert(s, &a->certs[a->path[i]]);
	for (i = 0; !a->npath && i < a->ncerts; i++)
		cert(s, &a->certs[i]);
}

/* The target's name, with the port that was given with it: one host may be there with two. */
static void name(struct text *t, const struct target *g)
{
	text_puts(t, g->text);
	if (g->port_given)
		text_printf(t, ":%u", (unsigned)g->port);
}

static bool is_there(const struct text *perf, const char *of)
{
	struct text t = { 0 };
	bool there;

	text_printf(&t, " '%s hosts'=", of);
	there = strstr(text_str(perf), text_str(&t)) != NULL;
	text_free(&t);
	return there;
}

static void data(struct text *t, const struct report *r, const struct target *g, const char *of)
{
	struct sums s = { -1, -1, -1 };
	uint32_t sig = target_signature(g);
	unsigned i, j, addresses = 0, good = 0;

	for (i = 0; i < g->nhosts; addresses += offer_count(g->hosts[i++], &good))
		for (j = 0; j < g->hosts[i]->naddrs; j++)
			add(&s, &g->hosts[i]->addrs[j]);
	count(t, of, "hosts", g->nhosts);
	count(t, of, "addresses", addresses);
	count(t, of, "addresses ok", good);
	if (s.cert >= 0)
		left(t, of, "certificate days", s.cert - r->now, 86400, r->expiration_warning);
	if (sig)
		left(t, of, "signature hours", (int64_t)sig - r->now, 3600, r->signature_warning);
	seconds(t, of, "dns", g->proven ? (int64_t)(g->proven - g->began) : -1);
	seconds(t, of, "connect", s.connect);
	seconds(t, of, "tls", s.tls);
}

void report_perf(struct report *r, const struct target *g)
{
	struct text of = { 0 };

	name(&of, g);
	if (!is_there(&r->perf, text_str(&of)))
		data(&r->perf, r, g, text_str(&of));
	text_free(&of);
}
