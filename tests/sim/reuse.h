/* SPDX-License-Identifier: ISC */
/*
 * tests/sim/reuse.h: a resolver made new without clearing its eight megabytes, for the tests that
 * make hundreds of thousands.  What it remembers of verifications stays: those are facts, whatever
 * the run.
 */
#ifndef TESTS_SIM_REUSE_H
#define TESTS_SIM_REUSE_H

#include <stddef.h>
#include <string.h>

#include "dns/resolver.h"

static inline void sw_reuse(struct dns_res *r, const struct dns_config *c)
{
	struct dns_result *first = &r->res[0]; /* the one look-up's */

	memset(r, 0, offsetof(struct dns_res, res));
	memset(first, 0, offsetof(struct dns_result, buf));
	first->sig_expires = first->rounds = first->queries = first->nsteps = 0;
	memset(r->store.e, 0, r->store.n * sizeof r->store.e[0]);
	r->store.tick = 0;
	r->store.n = 0;
	r->store.used = 0;
	memset(r->cuts, 0, sizeof r->cuts);
	r->again = false;
	r->no_route[0] = r->no_route[1] = 0;
	dns_res_init(r, c);
}

#endif
