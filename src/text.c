/* SPDX-License-Identifier: ISC */
/* src/text.c: text that grows.  Running out of memory ends the program with a message and
   a status that is never the good one: a report must not end early and look whole. */
#include "src/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int text_oom_status = 3;

static void *must(void *p)
{
	if (!p) {
		fputs("out of memory\n", stderr);
		exit(text_oom_status);
	}
	return p;
}

void *text_alloc(size_t n)
{
	return must(calloc(1, n ? n : 1));
}

char *text_dup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = text_alloc(n);

	memcpy(p, s, n);
	return p;
}

static void room(struct text *t, size_t n)
{
	size_t cap = t->cap ? t->cap : 256;

	if (n > SIZE_MAX / 4 || t->len > SIZE_MAX / 4)
		must(NULL);
	while (cap - 1 < t->len + n)
		cap *= 2;
	if (cap == t->cap)
		return;
	t->p = must(realloc(t->p, cap));
	t->cap = cap;
}

void text_add(struct text *t, const char *s, size_t n)
{
	room(t, n);
	memcpy(t->p + t->len, s, n);
	t->len += n;
	t->p[t->len] = '\0';
}

void text_puts(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;
	room(t, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(t->p + t->len, t->cap - t->len, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

void text_safe(struct text *t, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x20 && c < 0x7f)
			text_add(t, s, 1);
		else
			text_printf(t, "\\x%02x", (unsigned)c);
	}
}

void text_json(struct text *t, const char *s)
{
	text_add(t, "\"", 1);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			text_printf(t, "\\%c", c);
		else if (c >= 0x20 && c < 0x7f)
			text_add(t, s, 1);
		else
			text_printf(t, "\\u%04x", (unsigned)c);
	}
	text_add(t, "\"", 1);
}

void text_hex(struct text *t, const uint8_t *p, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	room(t, 2 * n);
	for (i = 0; i < n; i++) {
		t->p[t->len++] = hex[p[i] >> 4];
		t->p[t->len++] = hex[p[i] & 15];
	}
	t->p[t->len] = '\0';
}

bool text_is_graphic(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x21 || (unsigned char)*s > 0x7e)
			return false;
	return true;
}

/* Columns of n octets: without "\033[...m". */
static unsigned columns(const char *s, size_t n)
{
	unsigned c = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] == '\033')
			while (i < n && s[i] != 'm')
				i++;
		else
			c++;
	}
	return c;
}

static void wrap_line(struct text *t, const char *s, size_t n, unsigned width)
{
	size_t indent = strspn(s, " "), i = indent < n ? indent : n, word;
	unsigned at = (unsigned)i;

	text_add(t, s, i);
	for (; i < n; i += word) {
		size_t blanks = strspn(s + i, " ");

		blanks = i + blanks > n ? n - i : blanks;
		for (word = blanks; i + word < n && s[i + word] != ' '; word++)
			;
		if (blanks && at + columns(s + i, word) > width) {
			text_printf(t, "\n%*s", (int)indent + 2, "");
			at = (unsigned)indent + 2;
		} else {
			text_add(t, s + i, blanks);
			at += (unsigned)blanks;
		}
		text_add(t, s + i + blanks, word - blanks);
		at += columns(s + i + blanks, word - blanks);
	}
}

void text_wrap(struct text *t, const char *in, unsigned width, const char *keep)
{
	const char *at = strstr(in, keep);

	while (*in) {
		size_t n = strcspn(in, "\n");

		if (at && at < in)
			at = strstr(in, keep); /* the next one: each is looked for once */
		if (at && at < in + n)
			text_add(t, in, n);
		else
			wrap_line(t, in, n, width);
		in += n;
		if (*in) {
			text_puts(t, "\n");
			in++;
		}
	}
}

void text_free(struct text *t)
{
	free(t->p);
	memset(t, 0, sizeof *t);
}

const char *text_str(const struct text *t)
{
	return t->p ? t->p : "";
}
