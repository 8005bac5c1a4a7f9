/* SPDX-License-Identifier: ISC */
/* src/report_perf.c: performance data by the Monitoring Plugins guidelines: 'label'=value[unit];warn;;min.
   "7:" as a threshold means: less than 7 is worth a warning. */
#include "src/report.h"

#include <stdio.h>

/* Whole numbers and decimals alike, in the C locale. */
static void datum(struct text *t, const struct target *g, const char *what, double v,
    const char *unit, const char *warn, const char *min)
{
	text_printf(t, " '%s %s'=%.15g%s;%s;;%s", g->text, what, v, unit, warn, min);
}

static void count(struct text *t, const struct target *g, const char *what, unsigned v)
{
	datum(t, g, what, v, "", "", "0");
}

/* Seconds from milliseconds; -1: it did not come to that. */
static void seconds(struct text *t, const struct target *g, const char *what, int64_t ms)
{
	if (ms >= 0)
		datum(t, g, what, (double)ms / 1000, "s", "", "0");
}

/* Time left in units of so many seconds, and how much of it is too little. */
static void left(struct text *t, const struct target *g, const char *what, int64_t secs,
    int64_t unit, int64_t warn)
{
	char at[40] = "";
	double tenths = (double)(secs * 10 / unit);

	if (warn)
		snprintf(at, sizeof at, "%.15g:", (double)warn / (double)unit);
	datum(t, g, what, tenths / 10, "", at, "");
}

struct sums {
	unsigned addresses, good;
	int64_t cert, connect, tls; /* soonest end; longest times, milliseconds; -1: none */
};

static void add(struct sums *s, const struct addr *a)
{
	unsigned i;

	s->addresses++;
	s->good += a->verdict == VERDICT_OK;
	if (a->time.connect > s->connect)
		s->connect = a->time.connect;
	if (a->time.tls > s->tls)
		s->tls = a->time.tls;
	for (i = 0; i < a->ncerts; i++)
		if (a->certs[i].parsed && (s->cert < 0 || a->certs[i].not_after < s->cert))
			s->cert = a->certs[i].not_after;
}

void report_perf(struct text *t, const struct report *r, const struct target *g)
{
	struct sums s = { 0, 0, -1, -1, -1 };
	uint32_t sig = target_signature(g);
	unsigned i, j;

	for (i = 0; i < g->nhosts; i++)
		for (j = 0; j < g->hosts[i]->naddrs; j++)
			add(&s, &g->hosts[i]->addrs[j]);
	count(t, g, "hosts", g->nhosts);
	count(t, g, "addresses", s.addresses);
	count(t, g, "addresses ok", s.good);
	if (s.cert >= 0)
		left(t, g, "certificate days", s.cert - r->now, 86400, r->expiration_warning);
	if (sig)
		left(t, g, "signature hours", (int64_t)sig - r->now, 3600, r->signature_warning);
	seconds(t, g, "dns", g->proven ? (int64_t)(g->proven - g->began) : -1);
	seconds(t, g, "connect", s.connect);
	seconds(t, g, "tls", s.tls);
}
