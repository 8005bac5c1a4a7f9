/* SPDX-License-Identifier: ISC */
/* src/report_out.c: standard output, and whether all of it arrived.  A report that was lost
   (disk full, reader gone, descriptor closed) must not end with the status of a good one. */
#include "src/report_out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool closed, lost, debug, progress;
static int lost_errno;

void report_out_closed(void)
{
	closed = true;
}

unsigned report_out_width(void)
{
	struct winsize w;

	if (!isatty(1))
		return 0;
	return ioctl(1, TIOCGWINSZ, &w) == 0 && w.ws_col >= 40 ? w.ws_col : 80;
}

bool progress_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(2) && term && *term && strcmp(term, "dumb");
}

void progress_line(const char *text)
{
	if (text)
		fprintf(stderr, "\r%s\033[K", text);
	else if (progress)
		fputs("\r\033[K", stderr);
	progress = text != NULL;
}

void report_out(struct text *t)
{
	if (t->len)
		progress_line(NULL);
	if (t->len) {
		if (closed)
			lost = true;
		else if (fwrite(t->p, 1, t->len, stdout) != t->len || fflush(stdout)) {
			if (!lost)
				lost_errno = errno;
			lost = true;
		}
	}
	text_free(t);
}

bool report_out_colour(bool forbidden)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !forbidden && !(no && *no) && term && strcmp(term, "dumb") && isatty(1);
}

int report_out_finish(const char *program)
{
	errno = 0;
	if (fflush(stdout) || ferror(stdout)) {
		if (!lost)
			lost_errno = errno;
		lost = true;
	}
	if (fclose(stdout)) {
		if (!lost)
			lost_errno = errno;
		lost = true;
	}
	if (!lost)
		return 0;
	fprintf(stderr, "%s: the report could not be written to standard output: %s\n", program,
	    closed ? "it is closed" : lost_errno ? strerror(lost_errno) : "write error");
	return -1;
}

void debug_on(bool on)
{
	debug = on;
}

bool debug_is_on(void)
{
	return debug;
}

void debug_line(const char *fmt, ...)
{
	char buf[4096];
	struct text t = { 0 };
	va_list ap;

	if (!debug)
		return;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	text_safe(&t, buf);
	fprintf(stderr, "%s\n", text_str(&t));
	text_free(&t);
}
