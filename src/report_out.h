/* SPDX-License-Identifier: ISC */
/* src/report_out.h: the only way to standard output. */
#ifndef SRC_REPORT_OUT_H
#define SRC_REPORT_OUT_H

#include <stdbool.h>
#include "src/text.h"

/* Standard output was closed when the program started. */
void report_out_closed(void);
/* Write the text and empty it. */
void report_out(struct text *t);
/* Is it a terminal that takes colour? */
bool report_out_colour(bool forbidden);
/* Flush and close.  0; or -1 when anything was lost, with a message on standard error. */
int report_out_finish(const char *program);
/* -debug: one line a fact on standard error; escaped.  Nothing unless switched on. */
void debug_on(bool on);
bool debug_is_on(void);
void debug_line(const char *fmt, ...) TEXT_PRINTF(1, 2);

/* Columns of the terminal that standard output is; 0: it is none. */
unsigned report_out_width(void);
/* Is standard error a terminal that can show what is under way?  Show it, in place of the last line so
   shown; NULL: take that away.  Any report takes it away first. */
bool progress_possible(void);
void progress_line(const char *text);

#endif
