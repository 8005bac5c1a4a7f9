/* SPDX-License-Identifier: ISC */
/* src/idna.h: how a name with letters beyond ASCII is written for the DNS. */
#ifndef SRC_IDNA_H
#define SRC_IDNA_H

#include <stdbool.h>
#include <stddef.h>

/* "m\303\274nchen.example" as "xn--mnchen-3ya.example", for a message to the user: capitals of Latin,
   Greek and Cyrillic letters become small, and nothing else of IDNA is checked.  False: not UTF-8,
   or too long. */
bool idna_show(const char *name, char *out, size_t cap);

#endif
