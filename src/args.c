/* SPDX-License-Identifier: ISC */
/* src/args.c: command lines in the manner of Go's flag package, so that command lines of
   the Go program go on working.  Decides what is an option and whether its value is well
   formed; what values mean together is for the programs. */
#include "src/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/dns.h"
#include "src/text.h"

/* ---- durations -------------------------------------------------------------- */

static const struct { const char *name; uint64_t ns; } units[] = {
	{ "ns", 1 }, { "us", 1000 }, { "\xc2\xb5s", 1000 }, { "\xce\xbcs", 1000 },
	{ "ms", 1000000 }, { "s", 1000000000 }, { "m", 60000000000 }, { "h", 3600000000000 },
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The unit ends at the next digit or dot. */
static const char *unit(const char *s, uint64_t *ns)
{
	size_t n = strcspn(s, "0123456789."), i;

	for (i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].name) == n && !memcmp(units[i].name, s, n)) {
			*ns = units[i].ns;
			return s + n;
		}
	return NULL;
}

/* One number with its unit: 1h, 1.5s, .5m.  Where it ends, or NULL. */
static const char *term(const char *s, uint64_t *sum)
{
	uint64_t whole = 0, frac = 0, scale = 1, ns;
	bool any = digit(*s);

	for (; digit(*s); s++) {
		if (whole > INT64_MAX / 10)
			return NULL;
		whole = whole * 10 + (uint64_t)(*s - '0');
	}
	if (*s == '.')
		for (s++; digit(*s); s++) {
			any = true;
			if (scale < 1000000) { /* what is finer is cut off */
				frac = frac * 10 + (uint64_t)(*s - '0');
				scale *= 10;
			}
		}
	if (!any || !(s = unit(s, &ns)) || whole > INT64_MAX / ns)
		return NULL;
	whole = whole * ns + frac * (ns / scale) + frac * (ns % scale) / scale;
	if (whole > INT64_MAX - *sum)
		return NULL;
	*sum += whole;
	return s;
}

int args_duration(const char *s, int64_t *ns)
{
	uint64_t sum = 0;
	bool neg = *s == '-';

	if (*s == '-' || *s == '+')
		s++;
	if (!strcmp(s, "0")) {
		*ns = 0;
		return 0;
	}
	if (!*s)
		return -1;
	while (*s)
		if (!(s = term(s, &sum)))
			return -1;
	*ns = neg ? -(int64_t)sum : (int64_t)sum;
	return 0;
}

/* ---- ports -------------------------------------------------------------------- */

static const struct { const char *name; uint16_t port; } services[] = {
	{ "smtp", 25 }, { "mail", 25 }, { "submission", 587 },
	{ "submissions", 465 }, { "smtps", 465 }, { "urd", 465 },
};

/* Decimal, 0x hexadecimal, leading 0 octal. */
static int number(const char *s, size_t n, uint16_t *port)
{
	static const char all[] = "0123456789abcdef";
	unsigned base = 10, v = 0;
	size_t i = 0;

	if (n > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		i = 2;
	} else if (n > 1 && s[0] == '0') {
		base = 8;
		i = 1;
	}
	if (i >= n)
		return -1;
	for (; i < n; i++) {
		char c = s[i] >= 'A' && s[i] <= 'F' ? (char)(s[i] + 32) : s[i];
		const char *at = c ? strchr(all, c) : NULL;

		if (!at || (unsigned)(at - all) >= base)
			return -1;
		v = v * base + (unsigned)(at - all);
		if (v > 65535)
			return -1;
	}
	*port = (uint16_t)v;
	return v ? 0 : -1;
}

/* One line of /etc/services: name port/tcp aliases... */
static bool service_line(char *line, const char *name, uint16_t *port)
{
	char *words[16], *save = NULL, *w, *slash;
	unsigned n = 0, i;

	line[strcspn(line, "#\n")] = '\0';
	for (w = strtok_r(line, " \t", &save); w && n < 16; w = strtok_r(NULL, " \t", &save))
		words[n++] = w;
	if (n < 2 || !(slash = strchr(words[1], '/')) || strcmp(slash, "/tcp"))
		return false;
	for (i = 0; i < n; i++)
		if (i != 1 && !strcmp(words[i], name))
			return number(words[1], (size_t)(slash - words[1]), port) == 0;
	return false;
}

/* In letters of any case, as Go takes it; the file has small ones. */
static int service(const char *given, uint16_t *port)
{
	char line[512], name[64];
	bool found = false;
	size_t i;
	FILE *f;

	if (strlen(given) >= sizeof name)
		return -1;
	for (i = 0; i == 0 || given[i - 1]; i++) /* the NUL too */
		name[i] = given[i] >= 'A' && given[i] <= 'Z' ? (char)(given[i] + 32) : given[i];
	for (i = 0; i < sizeof services / sizeof *services; i++)
		if (!strcmp(services[i].name, name)) {
			*port = services[i].port;
			return 0;
		}
	f = fopen("/etc/services", "r");
	if (!f)
		return -1;
	while (!found && fgets(line, sizeof line, f))
		found = service_line(line, name, port);
	fclose(f);
	return found ? 0 : -1;
}

int args_port(const char *s, uint16_t *port)
{
	size_t n = strlen(s), name = strcspn(s, "(");
	uint16_t p;
	char buf[64];

	if (name < n) { /* "smtp(25)": the number to fall back on */
		if (s[n - 1] != ')' || number(s + name + 1, n - name - 2, &p))
			return -1;
		if (name == 0 || name >= sizeof buf)
			return -1;
		memcpy(buf, s, name);
		buf[name] = '\0';
		*port = p;
		if (service(buf, &p) == 0)
			*port = p;
		return 0;
	}
	if (digit(s[0]))
		return number(s, n, port);
	return *s ? service(s, port) : -1;
}

/* ---- options ------------------------------------------------------------------- */

static int boolean(const char *s, bool *b)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True" };
	static const char *const no[] = { "0", "f", "F", "false", "FALSE", "False" };
	size_t i;

	for (i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (!strcmp(s, yes[i]) || !strcmp(s, no[i])) {
			*b = !strcmp(s, yes[i]);
			return 0;
		}
	}
	return -1;
}

static int list(struct args_list *l, const char *s)
{
	for (;;) {
		size_t n = strcspn(s, ",");

		if (n == 0 || l->n == ARGS_MAX_LIST)
			return -1;
		l->v[l->n] = s;
		l->len[l->n++] = n;
		if (!s[n])
			return 0;
		s += n + 1;
	}
}

/* A bare number is of seconds. */
static int seconds(const char *s, int64_t *ns)
{
	char buf[24];
	size_t n = strlen(s);

	if (n == 0 || n > sizeof buf - 2 || strspn(s, "0123456789") != n)
		return args_duration(s, ns);
	memcpy(buf, s, n);
	strcpy(buf + n, "s");
	return args_duration(buf, ns);
}

static int set(const struct args_opt *o, const char *v)
{
	struct args_time *t;

	switch (o->kind) {
	case ARGS_BOOL:
		return boolean(v, o->to);
	case ARGS_STR:
		*(const char **)o->to = v;
		return 0;
	case ARGS_LIST:
		return list(o->to, v);
	case ARGS_DURATION:
		return args_duration(v, o->to) || *(int64_t *)o->to < 0 ? -1 : 0;
	case ARGS_SECONDS:
		return seconds(v, o->to) || *(int64_t *)o->to < 0 ? -1 : 0;
	case ARGS_PORT:
		return args_port(v, o->to);
	case ARGS_TIME:
		t = o->to;
		t->set = true;
		return dns_time_parse(v, &t->t) || t->t > UINT32_MAX ? -1 : 0;
	}
	return -1;
}

static const char *const wanted[] = {
	[ARGS_BOOL] = "true or false",
	[ARGS_STR] = "a value",
	[ARGS_LIST] = "a value, or several parted by commas, none empty and at most 32 in all,",
	[ARGS_DURATION] = "a duration such as 90s, 168h, 1h30m or 500ms, not negative",
	[ARGS_SECONDS] = "a number of seconds, or a duration such as 90s or 2m, not negative",
	[ARGS_PORT] = "a port from 1 to 65535, or a service name such as smtp or smtp(25)",
	[ARGS_TIME] = "unix seconds, YYYYMMDDHHMMSS, or a time such as 2026-11-24T05:00:00Z",
};

static const struct args_opt *find(const struct args_opt *o, size_t n, const char *name,
    size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(o[i].name) == len && !memcmp(o[i].name, name, len))
			return &o[i];
	return NULL;
}

/* What a user typed, made fit for a terminal. */
static const char *show(const char *s, char *buf, size_t cap)
{
	struct text t = { 0 };

	text_safe(&t, s);
	snprintf(buf, cap, "%s%s", text_str(&t), t.len >= cap ? "..." : "");
	if (t.len >= cap)
		memcpy(buf + cap - 4, "...", 4);
	text_free(&t);
	return buf;
}

static int refuse(const struct args_opt *o, const char *given, char *err, size_t cap)
{
	char buf[128];

	snprintf(err, cap, "option -%s: \"%s\" was given, %s is wanted", o->name,
	    show(given, buf, sizeof buf), wanted[o->kind]);
	return -1;
}

/* One option at argv[*i]; *i ends on its last argument. */
static int one(const struct args_opt *o, size_t n, int argc, char **argv, int *i, char *err,
    size_t cap)
{
	const char *name = argv[*i] + (argv[*i][1] == '-' ? 2 : 1), *v;
	size_t len = strcspn(name, "=");
	const struct args_opt *f = len && *name != '-' ? find(o, n, name, len) : NULL;
	char buf[128];

	if (!f) {
		snprintf(err, cap, "unknown option \"%s\": -help lists the options",
		    show(argv[*i], buf, sizeof buf));
		return -1;
	}
	if (name[len] == '=')
		v = name + len + 1;
	else if (f->kind == ARGS_BOOL)
		v = "true";
	else if (*i + 1 < argc)
		v = argv[++*i];
	else {
		snprintf(err, cap, "option -%s: nothing was given, %s is wanted", f->name,
		    wanted[f->kind]);
		return -1;
	}
	return set(f, v) ? refuse(f, v, err, cap) : 0;
}

int args_parse(const struct args_opt *o, size_t n, int argc, char **argv, int *next,
    char *err, size_t cap)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] != '-' || argv[i][1] == '\0')
			break;
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (one(o, n, argc, argv, &i, err, cap))
			return -1;
	}
	*next = i < argc ? i : argc;
	return 0;
}

void args_usage(const struct args_opt *o, size_t n, struct text *out)
{
	size_t i;

	for (i = 0; i < n; i++) {
		text_printf(out, "  -%s%s%s\n", o[i].name, *o[i].arg ? " " : "", o[i].arg);
		text_printf(out, "        %s\n", o[i].help);
	}
}
