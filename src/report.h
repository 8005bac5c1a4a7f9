/* SPDX-License-Identifier: ISC */
/* src/report.h: smtpdane's reports, one target at a time and then the whole. */
#ifndef SRC_REPORT_H
#define SRC_REPORT_H

#include "src/probe.h"

enum report_form { REPORT_TEXT = 0, REPORT_TERSE, REPORT_NAGIOS, REPORT_JSON };

/* What was seen so far, over all targets. */
struct report {
	enum report_form form;
	bool quiet, colour, explain;
	unsigned targets, hosts, addresses, bad; /* addresses: proven ok; bad: targets not ok */
	bool failed, local, warned; /* a failure of theirs, of our own side, a warning */
	char first[768];            /* the worst problem, in a line, for Nagios */
	enum verdict first_rank;
	struct text held;           /* Nagios: what follows the first line */
};

/* report_text.c */
void report_count(struct report *r, const struct target *t);
void report_target(struct report *r, const struct target *t);
void report_end(struct report *r);
int report_status(const struct report *r); /* exit status */
/* report_json.c: one line, one object. */
void report_json(struct text *out, const struct target *t);

#endif
