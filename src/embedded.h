/* SPDX-License-Identifier: ISC */
/* src/embedded.h: the trust anchors and root hints compiled in; the build makes their
   definitions from trust-anchors/root.ds and trust-anchors/root.hints. */
#ifndef SRC_EMBEDDED_H
#define SRC_EMBEDDED_H

#include <stddef.h>

extern const char embedded_root_ds[];
extern const size_t embedded_root_ds_len;
extern const char embedded_root_hints[];
extern const size_t embedded_root_hints_len;

#endif
