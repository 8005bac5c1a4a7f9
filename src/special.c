/* SPDX-License-Identifier: ISC */
/* src/special.c: which addresses are none of the Internet's: those of the IANA special-purpose
   registries (RFC 6890 and its updates) that are not globally reachable, those that only lead to
   another address, and multicast.  Of blocks that hold
   an address the first in the table counts: exceptions come before what they are excepted from. */
#include "src/special.h"

#include <stdbool.h>
#include <stddef.h>

struct block {
	uint8_t a[16];
	unsigned bits;
	const char *what; /* NULL: the registry has it as globally reachable */
};

static const struct block v4[] = {
	{ { 0 }, 8, "this network" },
	{ { 10 }, 8, "private use" },
	{ { 100, 64 }, 10, "shared by carriers" },
	{ { 127 }, 8, "loopback" },
	{ { 169, 254 }, 16, "link-local" },
	{ { 172, 16 }, 12, "private use" },
	{ { 192, 0, 0, 9 }, 32, NULL },  /* RFC 7723: the nearest PCP server */
	{ { 192, 0, 0, 10 }, 32, NULL }, /* RFC 8155: the nearest TURN server */
	{ { 192, 0, 0 }, 24, "IETF protocols" },
	{ { 192, 0, 2 }, 24, "documentation" },
	{ { 192, 88, 99 }, 24, "6to4 relays" },
	{ { 192, 168 }, 16, "private use" },
	{ { 198, 18 }, 15, "benchmarks" },
	{ { 198, 51, 100 }, 24, "documentation" },
	{ { 203, 0, 113 }, 24, "documentation" },
	{ { 224 }, 4, "multicast" },
	{ { 240 }, 4, "reserved" },
};
static const struct block v6[] = {
	{ { 0 }, 128, "unspecified" },
	{ { [15] = 1 }, 128, "loopback" },
	{ { 0 }, 96, "IPv4-compatible" },
	{ { [10] = 0xff, 0xff }, 96, "IPv4-mapped" },
	{ { 0, 0x64, 0xff, 0x9b, 0, 1 }, 48, "IPv4 translation" },
	{ { 1 }, 64, "discard" },
	{ { 1, [7] = 1 }, 64, "dummy prefix" },
	{ { 0x20, 0x01, 0, 1, [15] = 1 }, 128, NULL },  /* RFC 7723 */
	{ { 0x20, 0x01, 0, 1, [15] = 2 }, 128, NULL },  /* RFC 8155 */
	{ { 0x20, 0x01, 0, 1, [15] = 3 }, 128, NULL },  /* RFC 9665 */
	{ { 0x20, 0x01, 0, 3 }, 32, NULL },             /* RFC 7450: AMT */
	{ { 0x20, 0x01, 0, 4, 1, 0x12 }, 48, NULL },    /* RFC 7535: AS112 */
	{ { 0x20, 0x01, 0, 0x20 }, 28, NULL },          /* RFC 7343: ORCHIDv2 */
	{ { 0x20, 0x01, 0, 0x30 }, 28, NULL },          /* RFC 9374: DRIP */
	{ { 0x20, 0x01 }, 23, "IETF protocols" },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, "documentation" },
	{ { 0x20, 0x02 }, 16, "6to4" },
	{ { 0x3f, 0xff }, 20, "documentation" },
	{ { 0x5f }, 16, "segment routing" },
	{ { 0xfc }, 7, "unique local" },
	{ { 0xfe, 0x80 }, 10, "link-local" },
	{ { 0xfe, 0xc0 }, 10, "site-local" },
	{ { 0xff }, 8, "multicast" },
};

static bool within(const uint8_t *a, const struct block *b)
{
	unsigned i;

	for (i = 0; i < b->bits; i++)
		if ((a[i / 8] ^ b->a[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

/* RFC 6052 section 2.1: the well-known prefix, whose last four octets are an address of IPv4. */
static const struct block nat64 = { { 0, 0x64, 0xff, 0x9b }, 96, NULL };

const char *special_address(const struct dns_addr *a)
{
	bool inner = a->family != 4 && within(a->a, &nat64); /* section 3.1: as reachable as that one */
	bool four = a->family == 4 || inner;
	const struct block *b = four ? v4 : v6;
	size_t i, n = four ? sizeof v4 / sizeof *v4 : sizeof v6 / sizeof *v6;

	for (i = 0; i < n; i++)
		if (within(a->a + (inner ? 12 : 0), &b[i]))
			return b[i].what;
	return NULL;
}
