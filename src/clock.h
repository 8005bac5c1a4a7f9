/* SPDX-License-Identifier: ISC */
/* src/clock.h: the only reader of clocks. */
#ifndef SRC_CLOCK_H
#define SRC_CLOCK_H

#include <stdint.h>

int64_t clock_wall(void);  /* unix seconds, for signatures and certificates alone */
uint64_t clock_mono(void); /* milliseconds since some start, for deadlines; never 0 */

#endif
