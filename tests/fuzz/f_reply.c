/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/f_reply.c: any octets to the reply parser: whole, and cut where the first octet
 * says.  Both must be judged alike, and within the limits.
 */
#include "smtp/smtp.h"

#include <string.h>

#define WANT(x) do { if (!(x)) __builtin_trap(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check(const struct smtp_reply *r, size_t n, size_t taken)
{
	WANT(taken <= n);
	WANT(!(r->done && r->bad));
	WANT(taken == n || r->done || r->bad);
	WANT((r->why != NULL) == r->bad);
	WANT(r->bad || r->peer == SMTP_PEER_UNKNOWN);
	WANT(r->lines <= SMTP_REPLY_LINES && r->linelen <= SMTP_LINE_MAX);
	WANT(r->textlen < SMTP_REPLY_TEXT && r->text[r->textlen] == '\0');
	WANT(!r->done || (r->code >= 200 && r->code <= 599 && r->lines > 0));
	WANT(!r->starttls || r->lines > 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct smtp_reply a, b;
	size_t step, taken, off = 0;

	if (n == 0)
		return 0;
	step = 1 + p[0] % 16;
	p++;
	n--;
	smtp_reply_init(&a);
	taken = smtp_reply_feed(&a, p, n);
	check(&a, n, taken);
	smtp_reply_init(&b);
	while (off < n && !b.done && !b.bad)
		off += smtp_reply_feed(&b, p + off, n - off < step ? n - off : step);
	WANT(off == taken);
	WANT(memcmp(&a, &b, sizeof a) == 0);
	WANT(!(a.done || a.bad) || smtp_reply_feed(&a, p, n) == 0);
	return 0;
}
