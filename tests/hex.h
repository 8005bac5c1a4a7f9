/* SPDX-License-Identifier: ISC */
/* Octets written in hex, for tests. */
#ifndef TESTS_HEX_H
#define TESTS_HEX_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

static inline unsigned hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *p = strchr(digits, c);

	assert(c != '\0' && p != NULL);
	return (unsigned)(p - digits);
}

/* Returns how many. */
static inline size_t hex_read(const char *text, uint8_t *out, size_t cap)
{
	size_t n = strlen(text) / 2, i;

	assert(strlen(text) % 2 == 0 && n <= cap);
	for (i = 0; i < n; i++)
		out[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
	return n;
}

#endif
