/* SPDX-License-Identifier: ISC */
/* src/loop.h: the one select().  Each turn is built anew from what the parts want. */
#ifndef SRC_LOOP_H
#define SRC_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/select.h>

struct loop {
	fd_set rd, wr;
	int max;            /* highest descriptor, -1: none */
	uint64_t deadline;  /* UINT64_MAX: none */
};
void loop_begin(struct loop *l);
void loop_want(struct loop *l, int fd, bool rd, bool wr);
void loop_until(struct loop *l, uint64_t mono);
/* Wait.  0; or -1 and errno for what can only be our own fault.  EINTR is a turn in
   which nothing is ready. */
int loop_wait(struct loop *l);
bool loop_can_read(const struct loop *l, int fd);
bool loop_can_write(const struct loop *l, int fd);

#endif
