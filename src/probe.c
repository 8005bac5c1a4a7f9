/* SPDX-License-Identifier: ISC */
/* src/probe.c: drives targets to their verdicts on the one loop: some at a time, reported in
   the order they were given, and freed, so that memory does not grow with their number. */
#include "src/probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/dnsio.h"
#include "src/net.h"
#include "src/proxy.h"
#include "src/report_out.h"

const char *verdict_str(enum verdict v)
{
	switch (v) {
	case VERDICT_OK: return "ok";
	case VERDICT_WARNING: return "warning";
	case VERDICT_FAIL: return "fail";
	case VERDICT_NONE: break;
	}
	return "unknown";
}

/* ---- problems ------------------------------------------------------------------------ */

void problem_add(struct problem **list, enum verdict severity, const char *code,
    const char *fmt, ...)
{
	struct problem *n;
	char buf[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	for (; *list; list = &(*list)->next)
		if (!strcmp((*list)->code, code) && !strcmp((*list)->text, buf))
			return;
	n = text_alloc(sizeof *n);
	n->severity = severity;
	snprintf(n->code, sizeof n->code, "%s", code);
	n->text = text_dup(buf);
	*list = n;
}

enum verdict problem_worst(const struct problem *list, enum verdict than)
{
	for (; list; list = list->next)
		if (list->severity > than)
			than = list->severity;
	return than;
}

const struct problem *problem_first(const struct problem *list)
{
	enum verdict worst = problem_worst(list, VERDICT_NONE);

	while (list && list->severity != worst)
		list = list->next;
	return list;
}

bool problem_has(const struct problem *list, const char *code)
{
	while (list && strcmp(list->code, code))
		list = list->next;
	return list != NULL;
}

bool problem_is_local(const struct problem *p)
{
	return !strncmp(p->code, "local-", 6);
}

void problem_free(struct problem **list)
{
	struct problem *n;

	while ((n = *list) != NULL) {
		*list = n->next;
		free(n->text);
		free(n);
	}
}

int64_t probe_now(const struct probe *p)
{
	return p->o.at_fixed ? p->o.at : clock_wall();
}

#define PROGRESS_MS 1000

/* ---- the driver ------------------------------------------------------------------------ */

static struct target *target_new(const struct probe *p, const struct probe_target *w)
{
	struct target *t = text_alloc(sizeof *t);
	char buf[DNS_NAME_TEXT];

	t->mx = p->o.mx;
	t->srv = p->o.srv != NULL;
	t->service = p->o.srv;
	t->offline = p->o.chain != NULL;
	t->port = w->port;
	t->port_given = w->port_given;
	t->literal = w->literal;
	t->look.handle = -1;
	t->began = clock_mono();
	dns_name_copy(t->name, w->name);
	dns_name_lower(t->name);
	if (t->literal.family)
		net_addr_str(&t->literal, false, t->text, sizeof t->text);
	else
		snprintf(t->text, sizeof t->text, "%s", dns_name_str(t->name, buf, sizeof buf));
	return t;
}

/* Rounds of queries one after another, for the benchmark. */
static void count_rounds(struct probe *p, const struct target *t)
{
	unsigned i, most = 0;

	for (i = 0; i < t->nhosts; i++) {
		const struct host *h = t->hosts[i];
		unsigned n = h->a.rounds > h->aaaa.rounds ? h->a.rounds : h->aaaa.rounds;

		n += h->end_tlsa.rounds;
		n = h->tlsa.rounds > n ? h->tlsa.rounds : n;
		most = n > most ? n : most;
	}
	most += t->look.rounds;
	p->rounds = most > p->rounds ? most : p->rounds;
}

/* Report and free those at the front that are done; with any_order all that are. */
static void reap(struct probe *p, void (*report)(void *, const struct target *), void *ctx)
{
	unsigned i = 0;

	while (i < p->active) {
		struct target *t = p->at[i];

		if (t->state != TARGET_DONE && !p->o.any_order)
			return;
		if (t->state != TARGET_DONE) {
			i++;
			continue;
		}
		count_rounds(p, t);
		report(ctx, t);
		target_free(p, t);
		p->done++;
		p->active--;
		memmove(p->at + i, p->at + i + 1, (p->active - i) * sizeof *p->at);
	}
}

static bool reportable(const struct probe *p)
{
	unsigned i;

	for (i = 0; i < p->active && (i == 0 || p->o.any_order); i++)
		if (p->at[i]->state == TARGET_DONE)
			return true;
	return false;
}

/* Take every target as far as it goes without waiting or connecting. */
static void step(struct probe *p)
{
	bool moved;
	unsigned i;

	do {
		moved = false;
		for (i = 0; i < p->active; i++)
			while (target_step(p, p->at[i]))
				moved = true;
	} while (moved);
}

/* Is there a result that step() has not seen? */
static bool ready(const struct probe *p)
{
	unsigned i, j;

	if (proxy_ready(p))
		return true;
	for (i = 0; i < p->active; i++) {
		const struct target *t = p->at[i];

		if (look_ready(p, &t->look))
			return true;
		for (j = 0; j < t->nhosts; j++) {
			const struct host *h = t->hosts[j];

			if (look_ready(p, &h->a) || look_ready(p, &h->aaaa) ||
			    look_ready(p, &h->tlsa) || look_ready(p, &h->end_tlsa) ||
			    stray_ready(p, h))
				return true;
		}
	}
	return false;
}

/* An address that ended without a wait leaves its host a step to take. */
static bool unfinished(const struct probe *p)
{
	unsigned i, j, k;

	for (i = 0; i < p->active; i++)
		for (j = 0; j < p->at[i]->nhosts; j++) {
			const struct host *h = p->at[i]->hosts[j];
			bool busy = h->state != HOST_PROBING;

			for (k = 0; k < h->naddrs; k++)
				busy = busy || h->addrs[k].state == ADDR_QUEUED ||
				    h->addrs[k].state == ADDR_LIVE;
			if (!busy)
				return true;
		}
	return false;
}

/* The first host that is not done, or the target itself. */
static const char *waiting_for(const struct probe *p)
{
	unsigned i, j;

	for (i = 0; i < p->active; i++) {
		const struct target *t = p->at[i];

		for (j = 0; j < t->nhosts; j++)
			if (t->hosts[j]->state != HOST_DONE)
				return t->hosts[j]->text;
		if (t->state != TARGET_DONE)
			return t->text;
	}
	return "";
}

/* What takes longer than two seconds is shown each second, in less than 80 columns: a line that is
   broken could not be taken away again. */
static void show_progress(struct probe *p, struct loop *l)
{
	uint64_t now = clock_mono();
	char line[160];

	if (!p->o.progress)
		return;
	if (now >= p->shown) {
		snprintf(line, sizeof line, "%lu of %lu done, waiting for %.40s", (unsigned long)p->done,
		    (unsigned long)p->all, waiting_for(p));
		progress_line(line);
		p->shown = now + PROGRESS_MS;
	}
	loop_until(l, p->shown);
}

static int turn(struct probe *p, struct dnsio *io)
{
	struct loop l;
	unsigned i;

	for (i = 0; i < p->active && clock_mono() >= p->deadline; i++)
		target_expire(p, p->at[i]); /* what was not begun yet asks nobody any more */
	if (i > 0)
		return 0;
	proxy_poll(p);
	step(p);
	loop_begin(&l);
	io->others = conn_any(p);
	dnsio_want(io, &l); /* first, since it closes what step() has no more use for */
	conn_begin(p);      /* may end at once, for want of a route */
	conn_want(p, &l);
	loop_until(&l, p->deadline);
	show_progress(p, &l);
	if (ready(p) || unfinished(p) || reportable(p))
		loop_until(&l, 0);
	if (loop_wait(&l) < 0)
		return -1;
	dnsio_turn(io, &l);
	conn_turn(p, &l);
	return 0;
}

int probe_run(struct probe *p, struct dnsio *io, const struct probe_target *list, size_t n,
    void (*report)(void *ctx, const struct target *t), void *ctx)
{
	size_t next = 0;
	unsigned i;
	int rc = 0;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		p->conns[i].fd = -1;
	proxy_begin(p);
	p->all = n;
	p->shown = clock_mono() + 2 * PROGRESS_MS;
	p->deadline = p->o.timeout ? clock_mono() + ((uint64_t)p->o.timeout + 999999) / 1000000 :
	    UINT64_MAX;
	while (rc == 0 && (next < n || p->active)) {
		while (next < n && p->active < PROBE_MAX_ACTIVE)
			p->at[p->active++] = target_new(p, &list[next++]);
		rc = turn(p, io);
		reap(p, report, ctx);
	}
	progress_line(NULL);
	conn_close(p);
	proxy_free(p);
	for (i = 0; i < p->active; i++)
		target_free(p, p->at[i]);
	p->active = 0;
	return rc;
}
