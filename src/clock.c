/* SPDX-License-Identifier: ISC */
/* src/clock.c: wall time for the dates that peers sign, monotonic time for waiting.
   Neither call can fail with the constants used here (clock_gettime(2)). */
#include "src/clock.h"

#include <time.h>

int64_t clock_wall(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec;
}

uint64_t clock_mono(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000 + 1;
}
