/* SPDX-License-Identifier: ISC */
/*
 * tests/rdata/show.c: RDATA to presentation format, for check.py, which has other programs read
 * the text back.  Standard input: lines "TYPE-NUMBER HEX"; standard output: a line each,
 * "TYPE-MNEMONIC TEXT".
 */
#include "dns/dns.h"

#include <stdio.h>
#include <stdlib.h>

static char line[2 * 65535 + 64], text[DNS_RDATA_TEXT];
static uint8_t rdata[65535];

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int main(void)
{
	char name[32], *p;
	unsigned long type;
	size_t n;

	while (fgets(line, sizeof line, stdin)) {
		type = strtoul(line, &p, 10);
		if (type > 65535 || *p++ != ' ')
			return 1;
		for (n = 0; digit(p[0]) >= 0 && digit(p[1]) >= 0; p += 2)
			rdata[n++] = (uint8_t)(digit(p[0]) << 4 | digit(p[1]));
		if (*p != '\n')
			return 1;
		dns_rdata_str((uint16_t)type, rdata, n, text, sizeof text);
		printf("%s %s\n", dns_type_str((uint16_t)type, name, sizeof name), text);
	}
	return fflush(stdout) || ferror(stdin) ? 1 : 0;
}
