/* SPDX-License-Identifier: ISC */
/* tests/probes.h: a probe whose resolver asks nobody, for tests on look-ups filled in by hand. */
#ifndef TESTS_PROBES_H
#define TESTS_PROBES_H

#include <stdlib.h>

#include "src/probe.h"

/* Nothing is ever sent: no slot is looked at. */
static inline struct probe *probe_new(void)
{
	struct dns_config *c = calloc(1, sizeof *c);
	struct probe *p = calloc(1, sizeof *p);

	p->res = calloc(1, dns_res_size());
	c->nservers = 1;
	c->servers[0].family = 4;
	c->use4 = true;
	dns_res_init(p->res, c);
	free(c);
	return p;
}

static inline void probe_free(struct probe *p)
{
	free(p->res);
	free(p);
}

#endif
