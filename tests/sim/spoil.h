/* SPDX-License-Identifier: ISC */
/*
 * tests/sim/spoil.h: bad servers.  Some of what they do is a matter of when and whether they
 * answer, and done in sim.c; the rest changes the answer.
 */
#ifndef TESTS_SIM_SPOIL_H
#define TESTS_SIM_SPOIL_H

#include "tests/sim/world.h"

enum bad { DROP, DELAY, TWICE, TRUNCATE, SERVFAIL, REFUSED, STRIP_SIGS, STRIP_DENIAL, FORGE, FORGE_BARE,
	FLIP, OTHER_MESSAGE, OTHER_RECORDS, MERGE, CONN_REFUSED, EMPTY, FLIP_RCODE, REMOVE, SPOOF, CASE,
	TTL_UP, AWAY, SHUFFLE, MOVE_SECTION, FOREIGN_NS, CHILD_DS, NSEC_ONLY, NOT_A_REPLY, REOWN, WITHHOLD,
	PARENT_DENIAL, BADS };
extern const char *const sw_bad_names[BADS];

/* A sequence of draws for each seed and life. */
void sw_seed(uint64_t seed, uint64_t life);
/* From 0 to below - 1. */
uint32_t sw_draw(uint32_t below);
const struct sw_msg *sw_any_message(void);
/* Change m, which stays good until the next call. */
void sw_spoil(struct sw_msg *m, enum bad how);

#endif
