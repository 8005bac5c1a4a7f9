/* SPDX-License-Identifier: ISC */
/* src/args.h: command lines in the manner of Go's flag package. */
#ifndef SRC_ARGS_H
#define SRC_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARGS_ERR 512      /* octets of an error message */
#define ARGS_MAX_LIST 32  /* values of a repeatable option */

enum args_kind {
	ARGS_BOOL,     /* bool */
	ARGS_STR,      /* const char * */
	ARGS_LIST,     /* struct args_list; repeatable, and commas part values */
	ARGS_DURATION, /* int64_t, nanoseconds, not negative */
	ARGS_SECONDS,  /* the same, and a bare number is of seconds, as monitoring plug-ins have it */
	ARGS_PORT,     /* uint16_t */
	ARGS_TIME      /* struct args_time */
};
struct args_list {
	unsigned n;
	const char *v[ARGS_MAX_LIST];
	size_t len[ARGS_MAX_LIST];
};
struct args_time {
	bool set;
	int64_t t;
};
struct args_opt {
	const char *name; /* without the dash */
	enum args_kind kind;
	void *to;
	const char *arg, *help;
};

/*
 * -name, --name, -name=value, -name value; booleans take a value after = alone.  "--"
 * ends the options, and so does the first argument that is none.  0, with *next the
 * first argument that is no option; or -1, with err naming the option, what was given
 * and what is wanted.
 */
int args_parse(const struct args_opt *o, size_t n, int argc, char **argv, int *next,
    char *err, size_t cap);
/* Go's time.ParseDuration.  0, or -1. */
int args_duration(const char *s, int64_t *ns);
/* 25, 0x19, 031, smtp, smtp(25); 1 to 65535.  0, or -1. */
int args_port(const char *s, uint16_t *port);
/* Options and their help, one paragraph each, for usage. */
struct text;
void args_usage(const struct args_opt *o, size_t n, struct text *out);

#endif
