/* SPDX-License-Identifier: ISC */
/* src/loop.c: the one select().  Knows nothing of DNS or SMTP: descriptors and the nearest
   deadline in, what is ready out. */
#include "src/loop.h"

#include <errno.h>
#include <stddef.h>

#include "src/clock.h"

#define LONGEST_MS 60000 /* of one wait; a turn with nothing ready does no harm */

void loop_begin(struct loop *l)
{
	FD_ZERO(&l->rd);
	FD_ZERO(&l->wr);
	l->max = -1;
	l->deadline = UINT64_MAX;
}

void loop_want(struct loop *l, int fd, bool rd, bool wr)
{
	if (fd < 0 || fd >= FD_SETSIZE || (!rd && !wr))
		return;
	if (rd)
		FD_SET(fd, &l->rd);
	if (wr)
		FD_SET(fd, &l->wr);
	if (fd > l->max)
		l->max = fd;
}

void loop_until(struct loop *l, uint64_t mono)
{
	if (mono < l->deadline)
		l->deadline = mono;
}

int loop_wait(struct loop *l)
{
	uint64_t now = clock_mono(), ms;
	struct timeval tv;

	ms = l->deadline > now ? l->deadline - now : 0;
	if (ms > LONGEST_MS)
		ms = LONGEST_MS;
	tv.tv_sec = (long)(ms / 1000);
	tv.tv_usec = (long)(ms % 1000) * 1000;
	if (select(l->max + 1, &l->rd, &l->wr, NULL, &tv) >= 0)
		return 0;
	FD_ZERO(&l->rd);
	FD_ZERO(&l->wr);
	return errno == EINTR ? 0 : -1;
}

bool loop_can_read(const struct loop *l, int fd)
{
	return fd >= 0 && FD_ISSET(fd, &l->rd);
}

bool loop_can_write(const struct loop *l, int fd)
{
	return fd >= 0 && FD_ISSET(fd, &l->wr);
}
