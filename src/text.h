/* SPDX-License-Identifier: ISC */
/* src/text.h: text that grows, escaping, and the way out when memory ends. */
#ifndef SRC_TEXT_H
#define SRC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TEXT_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define TEXT_PRINTF(a, b)
#endif

/* A growing text, NUL-ended once something was added.  Zeroed: empty. */
struct text {
	char *p;
	size_t len, cap;
};
void text_add(struct text *t, const char *s, size_t n);
void text_puts(struct text *t, const char *s);
void text_printf(struct text *t, const char *fmt, ...) TEXT_PRINTF(2, 3);
/* What a peer may have written: octets that are not printable ASCII become \xNN. */
void text_safe(struct text *t, const char *s);
/* A JSON string, quotes included.  Octets that are not ASCII become \u00NN. */
void text_json(struct text *t, const char *s);
void text_hex(struct text *t, const uint8_t *p, size_t n);
/* Printable ASCII alone, no blanks? */
bool text_is_graphic(const char *s);
/* Lines of `in` broken at blanks to fit into so many columns, what is broken off two columns further in
   than its line; a word that does not fit stays whole, and so does a line with `keep`, which is to be
   copied as it is.  Escape sequences of colours take no room. */
void text_wrap(struct text *t, const char *in, unsigned width, const char *keep);
void text_free(struct text *t);
/* "" when nothing was added. */
const char *text_str(const struct text *t);

/* Exit status when memory runs out; each program sets its own. */
extern int text_oom_status;
/* Zeroed memory, or the end of the program with a message. */
void *text_alloc(size_t n);
char *text_dup(const char *s);

#endif
