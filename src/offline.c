/* SPDX-License-Identifier: ISC */
/* src/offline.c: reads what the user brings instead of the DNS (-tlsa) and of the server
   (-check-chain).  Decides only whether it is well-formed; judging it is for tls/. */
#include "src/offline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "src/file.h"
#include "src/text.h"

/* ---- -tlsa -------------------------------------------------------------------------- */

static const char wanted[] = "\"usage selector matching-type hex\" is wanted, such as "
    "\"3 1 1 0123...\"";

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A number of 0 to 255 and the blanks around it; NULL: there is none. */
static const char *octet(const char *s, const char *end, uint8_t *v)
{
	unsigned n = 0;
	const char *at;

	while (s < end && blank(*s))
		s++;
	for (at = s; s < end && *s >= '0' && *s <= '9' && n <= 255; s++)
		n = n * 10 + (unsigned)(*s - '0');
	if (s == at || n > 255 || (s < end && !blank(*s)))
		return NULL;
	while (s < end && blank(*s))
		s++;
	*v = (uint8_t)n;
	return s;
}

const char *tlsa_given(const char *s, size_t len, struct tls_tlsa *t)
{
	const char *end = s + len, *stop;
	size_t n = 0;
	uint8_t *data;

	if (!(s = octet(s, end, &t->usage)) || !(s = octet(s, end, &t->selector)) ||
	    !(s = octet(s, end, &t->mtype)))
		return wanted;
	data = text_alloc((size_t)(end - s) / 2 + 1);
	if (sodium_hex2bin(data, (size_t)(end - s) / 2 + 1, s, (size_t)(end - s), " \t", &n, &stop) ||
	    stop != end || n > 65535 - 3) {
		free(data);
		return "the data are no whole octets in hexadecimal";
	}
	t->len = (uint16_t)n;
	t->data = data;
	return NULL;
}

/* ---- -check-chain ---------------------------------------------------------------------- */

struct tls_chain *chain_read(const char *file, char *why, size_t cap)
{
	size_t n = 0;
	char *buf = file_read(file, OFFLINE_FILE_MAX, &n, why, cap);
	struct tls_chain *c;
	const char *err;

	if (!buf)
		return NULL;
	c = text_alloc(sizeof *c);
	tls_chain_pem(c, buf, n, &err);
	free(buf);
	if (!err)
		return c;
	snprintf(why, cap, "%s", err);
	free(c);
	return NULL;
}
