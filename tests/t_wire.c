/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/wire.c: what is a well-formed message, RDATA of every type that is
 * looked into, flat records, queries.  Every message is parsed from a heap copy of its
 * exact size, so that a sanitizer sees one octet too many.
 */
#include "dns/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct dns_msg m;
static const char *err;

/* A message under construction: question x.example A, then records. */
static struct dns_wr w;
static uint8_t buf[70000];

static void count(unsigned at, unsigned n)
{
	dns_put16(buf + at, (uint16_t)n);
}

static void begin(void)
{
	static const uint8_t qname[] = "\1x\7example"; /* at 12; "example" at 14 */

	dns_wr_init(&w, buf, sizeof buf);
	dns_wr_u16(&w, 0x1234);
	dns_wr_u16(&w, DNS_F_QR | DNS_F_RD | DNS_F_RA);
	dns_wr_u16(&w, 1);
	dns_wr_u32(&w, 0);
	dns_wr_u16(&w, 0);
	dns_wr_bytes(&w, qname, sizeof qname);
	dns_wr_u16(&w, DNS_A);
	dns_wr_u16(&w, DNS_IN);
}

/* A record, owner a pointer to the question, in the answer section. */
static void add(uint16_t type, const void *rdata, size_t len)
{
	dns_wr_u16(&w, 0xc00c);
	dns_wr_u16(&w, type);
	dns_wr_u16(&w, DNS_IN);
	dns_wr_u32(&w, 3600);
	dns_wr_u16(&w, (uint16_t)len);
	dns_wr_bytes(&w, rdata, len);
	count(6, dns_get16(buf + 6) + 1u);
}

static void add_opt(uint32_t ttl, const void *rdata, size_t len)
{
	dns_wr_u8(&w, 0);
	dns_wr_u16(&w, DNS_OPT);
	dns_wr_u16(&w, 1232);
	dns_wr_u32(&w, ttl);
	dns_wr_u16(&w, (uint16_t)len);
	dns_wr_bytes(&w, rdata, len);
	count(10, dns_get16(buf + 10) + 1u);
}

static int parse_n(size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	int got;

	memcpy(copy, buf, len);
	got = dns_msg_parse(&m, copy, len, &err);
	free(copy);
	assert_true(got == 0 ? err == NULL : err != NULL && *err);
	return got;
}

static int parse(void)
{
	assert_false(w.bad);
	return parse_n(w.len);
}

/* Does a message with one record of this RDATA parse? */
static int one(uint16_t type, const void *rdata, size_t len)
{
	begin();
	add(type, rdata, len);
	return parse();
}

/* one() accepts rdata[0..len), and refuses each shorter length and one octet more. */
static void exact(uint16_t type, const char *rdata, size_t len)
{
	uint8_t more[600];
	size_t i;

	assert_int_equal(one(type, rdata, len), 0);
	for (i = 0; i < len; i++)
		if (one(type, rdata, i) == 0)
			fail_msg("type %u accepted with %u octets", type, (unsigned)i);
	memcpy(more, rdata, len);
	more[len] = 1;
	assert_int_equal(one(type, more, len + 1), -1);
}

/* The only record of m, expanded. */
static struct dns_rr only(void)
{
	struct dns_rr rr;
	size_t pos = 0;

	assert_true(dns_flat_next(m.buf, m.len, &pos, &rr));
	assert_int_equal(pos, m.len);
	return rr;
}

static void header_and_question(void **state)
{
	(void)state;
	begin();
	add(DNS_A, "\300\0\2\1", 4);
	assert_int_equal(parse(), 0);
	assert_int_equal(m.id, 0x1234);
	assert_int_equal(m.flags, DNS_F_QR | DNS_F_RD | DNS_F_RA);
	assert_int_equal(m.qtype, DNS_A);
	assert_int_equal(m.qclass, DNS_IN);
	assert_int_equal(m.nrr, 1);
	assert_int_equal(m.ede, -1);
	assert_true(m.has_question);
	assert_false(m.edns);
	assert_memory_equal(m.qname, "\1x\7example", 11);
	assert_int_equal(only().ttl, 3600);
	assert_int_equal(only().section, DNS_ANSWER);
	assert_memory_equal(only().owner, "\1x\7example", 11);
}

static void questions(void **state)
{
	(void)state;
	begin();
	count(4, 0);
	assert_int_equal(parse_n(12), 0); /* FORMERR replies have none */
	assert_false(m.has_question);
	begin();
	dns_wr_bytes(&w, buf + 12, 15);
	count(4, 2);
	assert_int_equal(parse(), -1); /* RFC 9619 */
}

static void truncated_everywhere(void **state)
{
	size_t i;

	(void)state;
	begin();
	add(DNS_MX, "\0\12\2mx\300\16", 7);
	add(DNS_AAAA, "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	add_opt(0x8000, "\0\17\0\3\0\7x", 7);
	assert_int_equal(parse(), 0);
	for (i = 0; i < w.len; i++)
		if (parse_n(i) == 0)
			fail_msg("accepted cut at %u", (unsigned)i);
	dns_wr_u8(&w, 0);
	assert_int_equal(parse(), -1); /* trailing octet */
}

static void rfc1035_4_1_4_pointers(void **state)
{
	(void)state;
	assert_int_equal(one(DNS_NS, "\2ns\300\16", 5), 0);
	assert_memory_equal(only().rdata, "\2ns\7example", 12);
	assert_int_equal(only().rdlen, 12);
	assert_int_equal(one(DNS_NS, "\300\14", 2), 0);
	/* RDATA begins at 39: to itself, into itself, forward, past the end */
	assert_int_equal(one(DNS_NS, "\300\47", 2), -1);
	assert_int_equal(one(DNS_NS, "\1a\300\47", 4), -1);
	assert_int_equal(one(DNS_NS, "\1a\300\51", 4), -1);
	assert_int_equal(one(DNS_NS, "\300\51", 2), -1);
	/* into the middle of its own run, where a name would end: no loop, but not allowed */
	assert_int_equal(one(DNS_NS, "\3\1a\0\300\50", 6), -1);
	assert_int_equal(one(DNS_NS, "\377\377", 2), -1);
	/* cut in the middle of a pointer */
	assert_int_equal(one(DNS_NS, "\300", 1), -1);
	/* two runs that point at each other: the owner of the second record is a loop */
	begin();
	add(DNS_A, "\300\0\2\1", 4);
	buf[27] = 0xc0;
	buf[28] = 27;
	assert_int_equal(parse(), -1);
}

/* A pointer below the run, and one that jumps within the run it came to */
static void pointer_must_go_below_its_run(void **state)
{
	(void)state;
	begin();
	add(65280, "\1b\300\16", 4);       /* RDATA at 39: b.example by pointer */
	add(DNS_NS, "\1a\300\47", 4);      /* a, then 39, then 14 */
	assert_int_equal(parse(), 0);
	begin();
	add(65280, "\1b\300\47", 4);       /* 39 points at 39 */
	add(DNS_NS, "\1a\300\47", 4);
	assert_int_equal(parse(), -1);
	begin();
	add(65280, "\1b\300\51", 4);       /* 39 leads to 41, which points at itself */
	add(DNS_NS, "\1a\300\47", 4);
	assert_int_equal(parse(), -1);
}

/* A chain of n pointers that each point to the one before */
static int chain(unsigned n)
{
	uint8_t p[600], at[2];
	unsigned i;

	for (i = 0; i < n; i++)
		dns_put16(p + 2 * i, (uint16_t)(0xc000 | (i ? 39 + 2 * (i - 1) : 14)));
	begin();
	add(65280, p, 2 * n);
	dns_put16(at, (uint16_t)(0xc000 | (39 + 2 * (n - 1))));
	add(DNS_NS, at, 2);
	return parse();
}

static void pointer_chains_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(chain(127), 0);
	assert_int_equal(chain(128), -1);
}

static void label_types_01_10(void **state)
{
	static uint8_t name[300];
	unsigned c;

	(void)state;
	for (c = 64; c < 192; c++) {
		memset(name, 'a', sizeof name);
		name[0] = (uint8_t)c;
		name[c + 1] = 0;
		assert_int_equal(one(DNS_NS, name, c + 2), -1);
	}
	memset(name, 'a', sizeof name);
	name[0] = 63;
	name[64] = 0;
	assert_int_equal(one(DNS_NS, name, 65), 0);
}

/* a name of n octets, 194 <= n <= 257 */
static size_t long_name(uint8_t *name, size_t n)
{
	memset(name, 'a', n);
	name[0] = name[64] = name[128] = 63;
	name[192] = (uint8_t)(n - 194);
	name[n - 1] = 0;
	return n;
}

static void rfc1035_2_3_4_name_255(void **state)
{
	uint8_t name[300];

	(void)state;
	assert_int_equal(one(DNS_NS, name, long_name(name, 255)), 0);
	assert_int_equal(only().rdlen, 255);
	assert_int_equal(one(DNS_NS, name, long_name(name, 256)), -1);
	/* 246 octets without the root, then .example by pointer: 255 and 256 */
	long_name(name, 247);
	memcpy(name + 246, "\300\16", 2);
	assert_int_equal(one(DNS_NS, name, 248), 0);
	assert_int_equal(only().rdlen, 255);
	long_name(name, 248);
	memcpy(name + 247, "\300\16", 2);
	assert_int_equal(one(DNS_NS, name, 249), -1);
}

static void odd_octets_in_names(void **state)
{
	(void)state;
	assert_int_equal(one(DNS_NS, "\4\0.\377\\\1 ", 8), 0); /* NUL . 255 \ . blank */
	assert_memory_equal(only().rdata, "\4\0.\377\\\1 ", 8);
	assert_int_equal(one(DNS_NS, "\2aZ", 4), 0);
	assert_memory_equal(only().rdata, "\2aZ", 4); /* case is kept */
}

static void rdata_lengths(void **state)
{
	static const char addr[16] = { 0x20, 1 };

	(void)state;
	exact(DNS_A, "\300\0\2\1", 4);
	exact(DNS_AAAA, addr, 16);
	exact(DNS_NS, "\1a\1b", 5);
	exact(DNS_CNAME, "\1a\1b", 5);
	exact(DNS_DNAME, "\1a\1b", 5);
	exact(DNS_PTR, "\1a\1b", 5);
	exact(DNS_MX, "\0\12\1a", 5);
	exact(DNS_SRV, "\0\12\0\12\0\31\1a", 9);
	exact(DNS_SOA, "\1a\0\1b\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5", 26);
	exact(DNS_NSEC3PARAM, "\1\0\0\12\2ab", 7);
	exact(DNS_NSEC3PARAM, "\1\0\0\12", 5);
}

/* Types that end in data of any length: n octets are the least */
static void least(uint16_t type, const char *rdata, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(one(type, rdata, i), -1);
	assert_int_equal(one(type, rdata, n), 0);
	assert_int_equal(one(type, rdata, n + 1), 0);
}

static void rdata_least(void **state)
{
	static const char zeros[32];

	(void)state;
	least(DNS_DS, zeros, 5);
	least(DNS_DNSKEY, zeros, 5);
	least(DNS_TLSA, zeros, 3);
	least(DNS_RRSIG, zeros, 20); /* 18, the root, one octet of signature */
}

static void rrsig_signer(void **state)
{
	char sig[18 + 12 + 3] = { 0 };

	(void)state;
	memcpy(sig + 18, "\2aa\300\16SIG", 8); /* compressed: tolerated, expanded */
	assert_int_equal(one(DNS_RRSIG, sig, 26), 0);
	assert_int_equal(only().rdlen, 18 + 12 + 3);
	assert_memory_equal(only().rdata + 18, "\2aa\7example\0SIG", 15);
	assert_int_equal(one(DNS_RRSIG, sig, 23), -1); /* no signature */
}

static void rfc4034_4_1_2_bitmaps(void **state)
{
	static const struct {
		const char *map;
		size_t n;
		int want;
	} t[] = {
		{ "\0\1\100", 3, 0 }, { "", 0, 0 }, { "\0\1\100\1\1\100", 6, 0 },
		{ "\0\1\100\377\1\1", 6, 0 },
		{ "\0", 1, -1 }, { "\0\1", 2, -1 }, { "\0\2\100", 3, -1 }, /* cut */
		{ "\0\0", 2, -1 }, { "\0\0\1\1\100", 5, -1 },              /* length 0 */
		{ "\1\1\100\0\1\100", 6, -1 }, { "\0\1\100\0\1\100", 6, -1 }, /* order */
		{ "\0\1\100\1", 4, -1 }                                    /* left over */
	};
	char r[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		memcpy(r, "\1a", 3);
		memcpy(r + 3, t[i].map, t[i].n);
		if (one(DNS_NSEC, r, 3 + t[i].n) != t[i].want)
			fail_msg("NSEC bitmap %u", (unsigned)i);
		memcpy(r, "\1\0\0\0\1s\2hh", 9);
		memcpy(r + 9, t[i].map, t[i].n);
		if (one(DNS_NSEC3, r, 9 + t[i].n) != t[i].want)
			fail_msg("NSEC3 bitmap %u", (unsigned)i);
	}
	memset(r, 0, sizeof r);
	r[2] = 32;
	assert_int_equal(one(DNS_NSEC, r, 1 + 2 + 32), 0);
	r[2] = 33;
	assert_int_equal(one(DNS_NSEC, r, 1 + 2 + 33), -1);
}

static void rfc5155_3_2_salt_and_hash(void **state)
{
	(void)state;
	assert_int_equal(one(DNS_NSEC3, "\1\0\0\0\0\2hh", 8), 0);      /* no salt */
	assert_int_equal(one(DNS_NSEC3, "\1\0\0\0\11ss\2hh", 10), -1); /* salt beyond the end */
	assert_int_equal(one(DNS_NSEC3, "\1\0\0\0\1s\3hh", 9), -1);    /* hash beyond the end */
	assert_int_equal(one(DNS_NSEC3, "\1\0\0\0\1s\0", 7), -1);      /* no hash */
	assert_int_equal(one(DNS_NSEC3PARAM, "\1\0\0\0\3ss", 7), -1);
}

static void rfc3597_4_expansion(void **state)
{
	(void)state;
	assert_int_equal(one(17, "\1a\300\16\300\14", 6), 0); /* RP */
	assert_int_equal(only().rdlen, 11 + 11);
	assert_memory_equal(only().rdata, "\1a\7example\0\1x\7example", 22);
	assert_int_equal(one(35, "\0\1\0\2\1u\1s\0\300\14", 11), 0); /* NAPTR */
	assert_memory_equal(only().rdata, "\0\1\0\2\1u\1s\0\1x\7example", 20);
	assert_int_equal(one(DNS_SRV, "\0\1\0\2\0\31\300\14", 8), 0);
	assert_int_equal(only().rdlen, 6 + 11);
	assert_int_equal(one(DNS_NSEC, "\300\14\0\1\100", 5), 0);
	assert_int_equal(only().rdlen, 11 + 3);
	/* RP that does not parse, and a type not known: as they came */
	assert_int_equal(one(17, "\1a", 2), 0);
	assert_memory_equal(only().rdata, "\1a", 2);
	assert_int_equal(only().rdlen, 2);
	assert_int_equal(one(65280, "\300\14", 2), 0);
	assert_memory_equal(only().rdata, "\300\14", 2);
}

/* A name in RDATA ends with the RDATA, whatever stands behind */
static void name_must_not_leave_rdata(void **state)
{
	size_t at;

	(void)state;
	begin();
	at = w.len + 10;
	add(DNS_NS, "\1a\1b", 5);
	dns_put16(buf + at, 4); /* the final root label is then the next record's octet */
	assert_int_equal(parse(), -1);
	begin();
	at = w.len + 10;
	add(DNS_NS, "\1a\300\16", 4);
	add(DNS_A, "\300\0\2\1", 4);
	assert_int_equal(parse(), 0);
	dns_put16(buf + at, 3);
	assert_int_equal(parse(), -1);
}

static void rfc2181_8_ttl(void **state)
{
	(void)state;
	begin();
	add(DNS_A, "\300\0\2\1", 4);
	dns_put32(buf + 33, 0x7fffffff);
	assert_int_equal(parse(), 0);
	assert_int_equal(only().ttl, 0x7fffffff);
	dns_put32(buf + 33, 0x80000000);
	assert_int_equal(parse(), 0);
	assert_int_equal(only().ttl, 0);
}

static void rfc6891_opt(void **state)
{
	(void)state;
	begin();
	dns_put16(buf + 2, DNS_F_QR | 3);
	add_opt(0x01008000, "", 0);
	assert_int_equal(parse(), 0);
	assert_true(m.edns);
	assert_int_equal(m.rcode, 0x13);
	assert_int_equal(m.nrr, 0); /* not among the records */
	assert_int_equal(m.len, 0);
	add_opt(0, "", 0);
	assert_int_equal(parse(), -1); /* two */
	begin();
	add(DNS_OPT, "", 0);
	count(6, 0);
	count(10, 1);
	assert_int_equal(parse(), -1); /* not the root's */
	begin();
	add_opt(0, "", 0);
	count(10, 0);
	count(6, 1);
	assert_int_equal(parse(), -1); /* in the answer section */
	begin();
	add_opt(0, "\0\12\0\10ab", 6);
	assert_int_equal(parse(), -1); /* option beyond the end */
	begin();
	add_opt(0, "\0\12\0", 3);
	assert_int_equal(parse(), -1);
}

static void rfc8914_first_code(void **state)
{
	(void)state;
	begin();
	add_opt(0, "\0\12\0\2ab\0\17\0\4\0\11no\0\17\0\2\0\6", 20);
	assert_int_equal(parse(), 0);
	assert_int_equal(m.ede, 9);
	begin();
	add_opt(0, "\0\17\0\1\0", 5); /* too short to hold a code */
	assert_int_equal(parse(), 0);
	assert_int_equal(m.ede, -1);
}

static void sections(void **state)
{
	struct dns_rr rr;
	size_t pos = 0;
	unsigned i;

	(void)state;
	begin();
	for (i = 0; i < 4; i++)
		add(DNS_A, "\300\0\2\1", 4);
	count(6, 1);
	count(8, 2);
	count(10, 1);
	assert_int_equal(parse(), 0);
	assert_int_equal(m.nrr, 4);
	for (i = 0; dns_flat_next(m.buf, m.len, &pos, &rr); i++)
		assert_int_equal(rr.section, i == 0 ? DNS_ANSWER :
		    i == 3 ? DNS_ADDITIONAL : DNS_AUTHORITY);
	assert_int_equal(i, 4);
}

static void limit_records(void **state)
{
	unsigned i;

	(void)state;
	begin();
	for (i = 0; i < DNS_MAX_RRS; i++)
		add(65280, "", 0);
	assert_int_equal(parse(), 0);
	assert_int_equal(m.nrr, DNS_MAX_RRS);
	add(65280, "", 0);
	assert_int_equal(parse(), -1);
	assert_int_equal(m.nrr, 0);
	assert_int_equal(m.len, 0);
}

/* Names of 255 octets, expanded from 2: 1024 * 2 * 255 do not fit DNS_FLAT_MAX */
static void limit_expansion(void **state)
{
	uint8_t name[300];
	unsigned i;

	(void)state;
	begin();
	add(65280, name, long_name(name, 255)); /* at 39 */
	for (i = 1; i < 200; i++)
		add(DNS_NS, "\300\47", 2);
	assert_int_equal(parse(), 0);
	for (; i < DNS_MAX_RRS; i++)
		add(DNS_NS, "\300\47", 2);
	assert_int_equal(parse(), -1);
	/* RDATA of nearly all that a message can hold is expanded whole */
	begin();
	add(DNS_RRSIG, buf, 0);
	w.len -= 2;
	dns_wr_u16(&w, 65490);
	memset(dns_wr_room(&w, 65490), 1, 65490);
	memcpy(buf + 39 + 18, "\77", 1); /* 63 octets, then the question's name */
	memcpy(buf + 39 + 18 + 64, "\300\14", 2);
	assert_int_equal(parse(), 0);
	assert_int_equal(only().rdlen, 65490 - 2 + 11);
}

static void limit_message(void **state)
{
	static const uint8_t zeros[2000];
	unsigned i;

	(void)state;
	begin();
	add(65280, "", 0);
	w.len -= 2;
	dns_wr_u16(&w, (uint16_t)(DNS_WIRE_MAX - 39));
	memset(dns_wr_room(&w, DNS_WIRE_MAX - 39), 0, DNS_WIRE_MAX - 39);
	assert_int_equal(parse(), 0);
	dns_wr_u8(&w, 0);
	assert_int_equal(parse(), -1);
	begin();
	for (i = 0; i < 34; i++)
		add(65280, zeros, sizeof zeros); /* whole records, more than 65535 octets */
	assert_int_equal(parse(), -1);
}

static void flat_add_and_next(void **state)
{
	static const uint8_t owner[] = "\1a";
	struct dns_rr rr = { owner, owner, 7, DNS_TXT, DNS_IN, 3, DNS_ADDITIONAL }, got;
	uint8_t flat[34];
	size_t len = 0, pos = 0;

	(void)state;
	assert_int_equal(dns_flat_add(flat, sizeof flat, &len, &rr), 0);
	assert_int_equal(len, 17);
	assert_int_equal(dns_flat_add(flat, sizeof flat - 1, &len, &rr), -1);
	assert_int_equal(len, 17);
	assert_int_equal(dns_flat_add(flat, sizeof flat, &len, &rr), 0);
	assert_int_equal(len, 34);
	assert_int_equal(dns_flat_add(flat, sizeof flat, &len, &rr), -1);
	assert_true(dns_flat_next(flat, len, &pos, &got));
	assert_true(dns_flat_next(flat, len, &pos, &got));
	assert_memory_equal(got.owner, owner, 3);
	assert_memory_equal(got.rdata, owner, 3);
	assert_int_equal(got.ttl, 7);
	assert_int_equal(got.type, DNS_TXT);
	assert_int_equal(got.section, DNS_ADDITIONAL);
	assert_false(dns_flat_next(flat, len, &pos, &got));
	rr.rdata = NULL; /* RDATA may be empty */
	rr.rdlen = 0;
	len = 0;
	assert_int_equal(dns_flat_add(flat, sizeof flat, &len, &rr), 0);
	assert_int_equal(len, 14);
}

static void query(void **state)
{
	static const uint8_t want[] = "\xab\xcd\1\20\0\1\0\0\0\0\0\1" "\1x\7example\0" "\0\64\0\1"
	    "\0\0\51\4\320\0\0\200\0\0";
	uint8_t out[DNS_QUERY_MAX], name[DNS_NAME_MAX];
	size_t n;

	(void)state;
	n = dns_query_build(out, 0xabcd, DNS_F_RD | DNS_F_CD | DNS_F_QR,
	    (const uint8_t *)"\1x\7example", DNS_TLSA);
	assert_int_equal(n, sizeof want);
	assert_memory_equal(out, want, n);
	memcpy(buf, out, n);
	assert_int_equal(parse_n(n), 0);
	assert_true(m.edns);
	long_name(name, 255);
	n = dns_query_build(out, 1, 0, name, DNS_A);
	assert_int_equal(n, 12 + 255 + 4 + 11);
}

/* The RDATA check for text sources refuses compression */
static void rdata_is_valid_plain(void **state)
{
	uint8_t name[300];

	(void)state;
	assert_true(dns_rdata_is_valid(DNS_NS, name, long_name(name, 255)));
	assert_false(dns_rdata_is_valid(DNS_NS, name, long_name(name, 256)));
	assert_true(dns_rdata_is_valid(DNS_MX, (const uint8_t *)"\0\12\1a", 5));
	assert_false(dns_rdata_is_valid(DNS_MX, (const uint8_t *)"\0\12\300\0", 4));
	assert_false(dns_rdata_is_valid(DNS_MX, (const uint8_t *)"\0\12\1a\0\0", 6));
	assert_false(dns_rdata_is_valid(DNS_DS, (const uint8_t *)"\0\0\0\0", 4));
	assert_false(dns_rdata_is_valid(DNS_A, NULL, 0));
	assert_true(dns_rdata_is_valid(65280, NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_and_question),
		cmocka_unit_test(questions),
		cmocka_unit_test(truncated_everywhere),
		cmocka_unit_test(rfc1035_4_1_4_pointers),
		cmocka_unit_test(pointer_must_go_below_its_run),
		cmocka_unit_test(pointer_chains_are_bounded),
		cmocka_unit_test(label_types_01_10),
		cmocka_unit_test(rfc1035_2_3_4_name_255),
		cmocka_unit_test(odd_octets_in_names),
		cmocka_unit_test(rdata_lengths),
		cmocka_unit_test(rdata_least),
		cmocka_unit_test(rrsig_signer),
		cmocka_unit_test(rfc4034_4_1_2_bitmaps),
		cmocka_unit_test(rfc5155_3_2_salt_and_hash),
		cmocka_unit_test(rfc3597_4_expansion),
		cmocka_unit_test(name_must_not_leave_rdata),
		cmocka_unit_test(rfc2181_8_ttl),
		cmocka_unit_test(rfc6891_opt),
		cmocka_unit_test(rfc8914_first_code),
		cmocka_unit_test(sections),
		cmocka_unit_test(limit_records),
		cmocka_unit_test(limit_expansion),
		cmocka_unit_test(limit_message),
		cmocka_unit_test(flat_add_and_next),
		cmocka_unit_test(query),
		cmocka_unit_test(rdata_is_valid_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
