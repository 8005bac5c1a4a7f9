/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/zonefile.c, dns/zonedata.c and dns/anchor.c: zone-file text as the
 * usual tools write it, and the line and reason of what is refused.
 */
#include "dns/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define DS17 "20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"
#define DS24 "38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16"
#define HEX32 "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"

static uint8_t flat[200000];
static size_t flatlen;
static unsigned line;
static const char *err;
static struct dns_anchors anchors;
static struct dns_hints hints;

static int parse_n(const char *t, size_t n)
{
	char *copy = malloc(n ? n : 1);
	int got;

	memcpy(copy, t, n);
	flatlen = 0;
	got = dns_zonefile_parse(copy, n, flat, sizeof flat, &flatlen, &line, &err);
	free(copy);
	assert_true(got == 0 ? err == NULL : err != NULL && *err && line > 0);
	return got;
}

static int parse(const char *t)
{
	return parse_n(t, strlen(t));
}

/* The records as "owner ttl type data|..." */
static const char *records(void)
{
	static char out[20000];
	char t[DNS_NAME_TEXT];
	static char data[DNS_RDATA_TEXT];
	struct dns_rr rr;
	size_t pos = 0, n = 0;

	out[0] = '\0';
	while (dns_flat_next(flat, flatlen, &pos, &rr)) {
		uint32_t v = rr.ttl, div = 1;

		assert_int_equal(rr.class, DNS_IN);
		assert_int_equal(rr.section, DNS_ANSWER);
		strcat(out + n, dns_name_str(rr.owner, t, sizeof t));
		strcat(out + n, " ");
		n = strlen(out);
		while (v / div > 9)
			div *= 10;
		for (; div; div /= 10)
			out[n++] = (char)('0' + v / div % 10);
		out[n] = '\0';
		strcat(out + n, " ");
		strcat(out + n, dns_type_str(rr.type, t, sizeof t));
		strcat(out + n, " ");
		dns_rdata_str(rr.type, rr.rdata, rr.rdlen, data, sizeof data);
		strcat(out + n, data);
		strcat(out + n, "|");
		n = strlen(out);
	}
	assert_int_equal(pos, flatlen);
	return out;
}

static void holds(const char *t, const char *want)
{
	if (parse(t))
		fail_msg("line %u: %s", line, err);
	assert_string_equal(records(), want);
}

static void refused(const char *t, unsigned at, const char *why)
{
	if (parse(t) == 0)
		fail_msg("accepted: %s", t);
	assert_string_equal(err, why);
	assert_int_equal(line, at);
}

/* As IANA, ldns-key2ds, dnssec-dsfromkey and dns-root-data write them */
static void ds_of_the_usual_tools(void **state)
{
	(void)state;
	holds(". IN DS " DS17 "\n. IN DS " DS24 "\n", ". 0 DS " DS17 "|. 0 DS " DS24 "|");
	holds("example.\t3600\tIN\tDS\t" DS17 "\n", "example 3600 DS " DS17 "|");
	holds("example. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237"
	    " C7F8EC8D", "example 0 DS " DS17 "|");
	holds("e. DS 1 RSASHA256 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d\n",
	    "e 0 DS 1 8 2 " HEX32 "|");
}

static void dnskey_and_comments(void **state)
{
	(void)state;
	holds("; This is a key-signing key, keyid 1, for x.\n; Created: 2026\n\n"
	    "x. 172800 IN DNSKEY 257 3 13 AQID BAUG\t/w== ; keytag 1 ;;state=2\n",
	    "x 172800 DNSKEY 257 3 13 AQIDBAUG/w==|");
	holds("x. IN DNSKEY ( 257 3\n ; a comment ) here\n ECDSAP256SHA256\nAQ\n=\n= ) ; x\n",
	    "x 0 DNSKEY 257 3 13 AQ==|");
	holds("x. DNSKEY 257 3 8 AQI=", "x 0 DNSKEY 257 3 8 AQI=|");
}

static void line_ends(void **state)
{
	(void)state;
	holds("", "");
	holds("; only a comment", "");
	holds("\r\n  \r\n\t; x\r\na. A 192.0.2.1\r\n", "a 0 A 192.0.2.1|");
	holds("a. A 192.0.2.1", "a 0 A 192.0.2.1|");
	holds("a. A 192.0.2.1;x", "a 0 A 192.0.2.1|");
	holds("a. A (\r\n192.0.2.1\r\n)\r\nb. A 192.0.2.2", "a 0 A 192.0.2.1|b 0 A 192.0.2.2|");
}

static void ttl_and_class_in_either_order(void **state)
{
	(void)state;
	holds("a. 5 IN A 1.2.3.4\nb. IN 6 A 1.2.3.4\nc. 7 A 1.2.3.4\nd. in A 1.2.3.4\n"
	    "e. CLASS1 1h30m A 1.2.3.4\nf. 2W1d1H1m1s A 1.2.3.4\n",
	    "a 5 A 1.2.3.4|b 6 A 1.2.3.4|c 7 A 1.2.3.4|d 7 A 1.2.3.4|e 5400 A 1.2.3.4|"
	    "f 1299661 A 1.2.3.4|");
}

/* RFC 2308 section 4 */
static void dollar_ttl(void **state)
{
	(void)state;
	holds("$TTL 1h\na. A 1.2.3.4\nb. 5 A 1.2.3.4\nc. A 1.2.3.4\n$ttl 9 ; x\nd. A 1.2.3.4\n",
	    "a 3600 A 1.2.3.4|b 5 A 1.2.3.4|c 3600 A 1.2.3.4|d 9 A 1.2.3.4|");
	holds("a. 2147483647 A 1.2.3.4\n", "a 2147483647 A 1.2.3.4|");
	refused("a. 2147483648 A 1.2.3.4\n", 1, "not a record type");
	refused("$TTL 4294967296\n", 1, "not a TTL");
	refused("$TTL 1x\n", 1, "not a TTL");
	refused("$TTL 99999999999999999999w\n", 1, "not a TTL");
	refused("$TTL\n", 1, "a directive without its value");
	refused("$TTL 5 6\n", 1, "text behind the end of the entry");
}

static void origin_and_owner(void **state)
{
	(void)state;
	holds("$ORIGIN example.\n@ NS ns\n\tNS ns.other.\nns A 1.2.3.4\n AAAA ::1\n"
	    "$ORIGIN sub\na\\. NS @\n",
	    "example 0 NS ns.example.|example 0 NS ns.other.|ns.example 0 A 1.2.3.4|"
	    "ns.example 0 AAAA ::1|a\\..sub.example 0 NS sub.example.|");
	holds("A 1 IN A 1.2.3.4\n", "A 1 A 1.2.3.4|"); /* the owner may look like a type */
	refused(" A 1.2.3.4\n", 1, "the first record has no owner name");
	refused("a..b A 1.2.3.4\n", 1, "not a domain name");
	refused("\n\n$INCLUDE x\n", 3, "a directive other than $TTL and $ORIGIN");
	refused("$ORIGIN a b\n", 1, "text behind the end of the entry");
}

static void name_too_long_with_origin(void **state)
{
	char t[600];

	(void)state;
	strcpy(t, "$ORIGIN ");
	memset(t + 8, 'a', 191);
	t[8 + 63] = t[8 + 127] = '.';
	strcpy(t + 8 + 191, ".\n");
	memset(t + strlen(t), 'b', 61);
	strcpy(t + 8 + 191 + 2 + 61, " A 1.2.3.4\n");
	assert_int_equal(parse(t), 0); /* 192 + 62 + 1 = 255 */
	memmove(t + 8 + 191 + 3, t + 8 + 191 + 2, strlen(t + 8 + 191 + 2) + 1);
	refused(t, 2, "a name is too long with its origin");
}

static void addresses(void **state)
{
	static const char *const good[] = { "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8",
		"::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3::5:6:7:8", "ABCD:ef01::", "::2:3:4:5:6:7:8" };
	static const char *const bad4[] = { "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.",
		".1.2.3", "1..2.3", "1.2.3.4x", "0x1.2.3.4", "1.2.3.1000", "::1" };
	static const char *const bad6[] = { ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
		"1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", ":1", "1:", "1:::2", "::1.2.3",
		"1.2.3.4", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::1%lo", "1::2:3:4:5:6:1.2.3.4" };
	char t[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		strcpy(t, "a. AAAA ");
		if (parse(strcat(t, good[i])))
			fail_msg("refused: %s", t);
	}
	for (i = 0; i < sizeof bad4 / sizeof bad4[0]; i++) {
		strcpy(t, "a. A ");
		refused(strcat(t, bad4[i]), 1, "not an IPv4 address");
	}
	for (i = 0; i < sizeof bad6 / sizeof bad6[0]; i++) {
		strcpy(t, "a. AAAA ");
		refused(strcat(t, bad6[i]), 1, "not an IPv6 address");
	}
	holds("a. AAAA 2001:DB8::5:1.2.3.4", "a 0 AAAA 2001:db8::5:102:304|");
	holds("a. AAAA 1:2::8", "a 0 AAAA 1:2::8|");
}

static void tlsa(void **state)
{
	(void)state;
	holds("_25._tcp.mx.x. IN TLSA 3 1 1 ( " HEX32 " )\n",
	    "_25._tcp.mx.x 0 TLSA 3 1 1 " HEX32 "|");
	holds("x. TLSA 3 1 1 abc d", "x 0 TLSA 3 1 1 ABCD|"); /* digits split anywhere */
	holds("x. TLSA 255 255 255 00", "x 0 TLSA 255 255 255 00|");
	refused("x. TLSA 256 1 1 00", 1, "not a number that fits");
	refused("x. TLSA 3 1 1 abc", 1, "an odd number of hexadecimal digits");
	refused("x. TLSA 3 1 1 ag", 1, "not hexadecimal");
	refused("x. TLSA 3 1", 1, "the record ends too early");
	refused("x. TLSA 3 -1 1 00", 1, "not a number that fits");
	refused("x. TLSA DANE-EE 1 1 00", 1, "not a number that fits");
}

static void ds_and_dnskey_rejects(void **state)
{
	(void)state;
	refused("x. DS 1 8 2", 1, "the data does not fit the record's type");
	refused("x. DS 65536 8 2 00", 1, "not a number that fits");
	refused("x. DS 1 RSA 2 00", 1, "not a number that fits");
	refused("x. DNSKEY 257 3 8", 1, "the data does not fit the record's type");
	refused("x. DNSKEY 257 3 8 A", 1, "base64 that is cut short");
	refused("x. DNSKEY 257 3 8 AQ", 1, "base64 that is cut short");
	refused("x. DNSKEY 257 3 8 AQ=", 1, "base64 that is cut short");
	refused("x. DNSKEY 257 3 8 AQ===", 1, "not base64");
	refused("x. DNSKEY 257 3 8 AQ==AQ==", 1, "not base64");
	refused("x. DNSKEY 257 3 8 AR==", 1, "base64 that is cut short"); /* bits left over */
	refused("x. DNSKEY 257 3 8 AQJ=", 1, "base64 that is cut short");
	refused("x. DNSKEY 257 3 8 A-_=", 1, "not base64");
	refused("x. DNSKEY 257 3 8 ====", 1, "not base64");
}

static void rfc3597_generic(void **state)
{
	(void)state;
	holds("x. TYPE65280 \\# 3 00 01ff\n", "x 0 TYPE65280 \\# 3 0001FF|");
	holds("x. TYPE65280 \\# 0\n", "x 0 TYPE65280 \\# 0|");
	holds("x. TYPE1 \\# 4 C0000201\nx. A \\# 4 C0000201\nx. TYPE1 192.0.2.1\n",
	    "x 0 A 192.0.2.1|x 0 A 192.0.2.1|x 0 A 192.0.2.1|");
	holds("x. MX \\# 5 000A0161 00", "x 0 MX 10 a.|");
	refused("x. TYPE1 \\# 3 C00002\n", 1, "the data does not fit the record's type");
	refused("x. MX \\# 4 000AC000", 1, "the data does not fit the record's type");
	refused("x. TYPE65280 \\# 3 0001\n", 1, "the data is not as long as \\# says");
	refused("x. TYPE65280 \\# 65536 00\n", 1, "not a length");
	refused("x. TYPE65280 \\#\n", 1, "a length is missing behind \\#");
	refused("x. TYPE65280 1 2\n", 1,
	    "records of this type must be written as \\# (RFC 3597)");
	refused("x. MX 10 a.\n", 1, "records of this type must be written as \\# (RFC 3597)");
}

static void longest_data(void **state)
{
	static char t[200000];
	size_t n;

	(void)state;
	strcpy(t, "x. TYPE65280 \\# 65535 ");
	n = strlen(t);
	memset(t + n, 'a', 2 * 65535);
	t[n + 2 * 65535] = '\0';
	assert_int_equal(parse(t), 0);
	strcat(t, "aa");
	refused(t, 1, "data too long for a record");
}

static void structure_rejects(void **state)
{
	(void)state;
	refused("a. A 1.2.3.4\nb. A ( 1.2.3.4\n\n", 2, "a parenthesis is never closed");
	refused("a. A ( ( 1.2.3.4 ) )\n", 1, "unbalanced parentheses");
	refused("a. A 1.2.3.4 )\n", 1, "unbalanced parentheses");
	refused("a. A 1.2.3.4 5\n", 1, "text behind the end of the entry");
	refused("a. NS b. c.\n", 1, "text behind the end of the entry");
	refused("a.\n", 1, "a record without a type");
	refused("a. IN\n", 1, "a record without a type");
	refused("a. 5 IN 6 A 1.2.3.4\n", 1, "not a record type");
	refused("a. CH A 1.2.3.4\n", 1, "a class other than IN");
	refused("a. A\nb. A 1.2.3.4\n", 1, "a record without data");
	refused("a. NOSUCHTYPE x\n", 1, "not a record type");
	refused("a. TYPE65536 \\# 0\n", 1, "not a record type");
	refused("a. TXT \"x\"\n", 1, "a quoted string where none belongs");
	refused("\n\na. A 1.2.3.4\n\nb. A (\n1.2.3.\n)\n", 6, "not an IPv4 address");
}

static void nul_and_odd_octets(void **state)
{
	(void)state;
	assert_int_equal(parse_n("a.\0 A 1.2.3.4", 13), -1);
	assert_int_equal(parse_n("\0", 1), -1);
	assert_int_equal(parse_n("a. A 1.2.3.4\n\0", 14), -1);
	assert_int_equal(parse_n("a. A 1.2.3.4\0", 13), -1);
	assert_int_equal(parse_n("a. NS \\\0", 8), -1);
	assert_int_equal(parse_n("a. NS \\", 7), -1);
	assert_int_equal(parse("a. NS \\\nb. NS c.\n"), -1);
	assert_int_equal(parse("\377\376a. A 1.2.3.4"), -1);
	holds("\\;\\(\\\"x. NS \\000.\n", "\\;\\(\\\"x 0 NS \\000.|");
}

/* No prefix of a good file is anything but refused or a prefix of its records */
static void truncated_everywhere(void **state)
{
	static const char t[] = "$TTL 5\n$ORIGIN e.\n@ IN NS ns ; c\nns A 192.0.2.1\n"
	    "x. 5 IN DS ( 20326 8\n 2 E06D44B8 )\ny. DNSKEY 257 3 8 AQIDBAUG\n"
	    "z. TYPE9999 \\# 2 ab cd\n";
	size_t i, refusals = 0;

	(void)state;
	for (i = 0; i < sizeof t - 1; i++)
		refusals += parse_n(t, i) != 0;
	assert_true(refusals > sizeof t / 2);
	assert_int_equal(parse(t), 0);
}

static void flat_buffer_full(void **state)
{
	static const char t[] = "a. A 1.2.3.4\nb. A 1.2.3.4\n";
	uint8_t small[35];

	(void)state;
	flatlen = 0;
	assert_int_equal(dns_zonefile_parse(t, sizeof t - 1, small, sizeof small, &flatlen,
	    &line, &err), -1);
	assert_int_equal(line, 2);
	assert_int_equal(flatlen, 18);
}

/* ---- anchors ---- */

static int anchor(const char *t)
{
	int got = dns_anchors_parse(&anchors, t, strlen(t), &line, &err);

	assert_true(got == 0 ? err == NULL && anchors.n > 0 : err != NULL && anchors.n == 0);
	return got;
}

static void anchors_accepted(void **state)
{
	(void)state;
	assert_int_equal(anchor(". IN DS " DS17 "\nx. DNSKEY 257 3 13 AQID\n"), 0);
	assert_int_equal(anchors.n, 2);
	assert_int_equal(anchors.a[0].type, DNS_DS);
	assert_int_equal(anchors.a[0].rdlen, 36);
	assert_memory_equal(anchors.a[0].rdata, "\117\146\10\2\340\155", 6);
	assert_memory_equal(anchors.a[0].owner, "", 1);
	assert_int_equal(anchors.a[1].type, DNS_DNSKEY);
	assert_memory_equal(anchors.a[1].owner, "\1x", 3);
	assert_memory_equal(anchors.a[1].rdata, "\1\1\3\15\1\2\3", 7);
}

static void anchors_refused(void **state)
{
	static char many[33 * 100];
	unsigned i;

	(void)state;
	assert_int_equal(anchor(""), -1);
	assert_int_equal(anchor("; nothing\n"), -1);
	assert_int_equal(anchor(". DS " DS17 "\nx. A 1.2.3.4\n"), -1);
	assert_int_equal(line, 2);
	assert_int_equal(anchor(". DS 20326 8 2 E06D44\n"), -1);      /* SHA-256 of 3 octets */
	assert_int_equal(anchor(". DS 20326 8 2 " HEX32 "00\n"), -1);
	assert_int_equal(anchor(". DS 20326 8 4 " HEX32 "\n"), -1);
	assert_int_equal(anchor(". DS 20326 8 1 " HEX32 "\n"), -1);
	assert_int_equal(anchor("x. DNSKEY 1 3 13 AQID\n"), -1);      /* no zone key */
	assert_int_equal(anchor("x. DNSKEY 257 2 13 AQID\n"), -1);    /* protocol */
	assert_int_equal(anchor("x. DNSKEY 385 3 13 AQID\n"), -1);    /* revoked */
	assert_int_equal(anchor("x. DNSKEY 256 3 13 AQID\n"), 0);
	for (i = 0; i < 32; i++)
		strcat(many, ". DS " DS17 "\n");
	assert_int_equal(anchor(many), 0);
	strcat(many, ". DS " DS17 "\n");
	assert_int_equal(anchor(many), -1);
	assert_int_equal(line, 33);
}

static void anchor_too_long(void **state)
{
	static char t[4000];
	size_t n;

	(void)state;
	strcpy(t, "x. DNSKEY 257 3 8 ");
	n = strlen(t);
	memset(t + n, 'A', 4 * ((DNS_ANCHOR_RDATA - 4) / 3));
	assert_int_equal(anchor(t), 0);
	memset(t + n, 'A', 4 * ((DNS_ANCHOR_RDATA - 4) / 3 + 1));
	assert_int_equal(anchor(t), -1);
}

/* ---- hints ---- */

static int hint(const char *t)
{
	int got = dns_hints_parse(&hints, t, strlen(t), &line, &err);

	assert_true(got == 0 ? err == NULL && hints.n > 0 : err != NULL && hints.n == 0);
	return got;
}

static void hints_accepted(void **state)
{
	struct dns_addr want = { .family = 4, .a = { 198, 41, 0, 4 }, .port = 53 };

	(void)state;
	assert_int_equal(hint(";\n.                        3600000      NS    A.ROOT-SERVERS.NET.\n"
	    "A.ROOT-SERVERS.NET.      3600000      A     198.41.0.4\n"
	    "A.ROOT-SERVERS.NET.      3600000      AAAA  2001:503:ba3e::2:30\n; End of file"), 0);
	assert_int_equal(hints.n, 2);
	assert_true(dns_addr_eq(&hints.a[0], &want));
	assert_int_equal(hints.a[1].family, 6);
	assert_memory_equal(hints.a[1].a, "\40\1\5\3\272\76\0\0\0\0\0\0\0\2\0\60", 16);
	/* in any order, any case */
	assert_int_equal(hint("a.x. A 198.41.0.4\n. NS A.X.\n"), 0);
	assert_true(dns_addr_eq(&hints.a[0], &want));
}

static void hints_refused(void **state)
{
	(void)state;
	assert_int_equal(hint(""), -1);
	assert_int_equal(hint(". NS a.\n"), -1); /* no address */
	assert_int_equal(hint("a. A 1.2.3.4\n"), -1); /* no NS */
	assert_int_equal(hint(". NS a.\na. A 1.2.3.4\nb. A 1.2.3.4\n"), -1);
	assert_int_equal(line, 3);
	assert_int_equal(hint(". NS a.\na. A 1.2.3.4\nx. NS a.\n"), -1);
	assert_int_equal(hint(". NS a.\na. A 1.2.3.4\n. DS " DS17 "\n"), -1);
	assert_int_equal(line, 3);
}

static void hints_limit(void **state)
{
	static char t[66 * 20];
	unsigned i;

	(void)state;
	strcpy(t, ". NS a.\n");
	for (i = 0; i < DNS_MAX_HINTS; i++)
		strcat(t, "a. A 1.2.3.4\n");
	assert_int_equal(hint(t), 0);
	strcat(t, "a. A 1.2.3.4\n");
	assert_int_equal(hint(t), -1);
}

static void addr_eq(void **state)
{
	struct dns_addr a = { .family = 6, .a = { 1 }, .port = 53 }, b = a;

	(void)state;
	assert_true(dns_addr_eq(&a, &b));
	b.a[15] = 1;
	assert_false(dns_addr_eq(&a, &b));
	b.family = a.family = 4; /* only four octets count */
	assert_true(dns_addr_eq(&a, &b));
	b.a[3] = 1;
	assert_false(dns_addr_eq(&a, &b));
	b = a;
	b.port = 54;
	assert_false(dns_addr_eq(&a, &b));
	b = a;
	b.scope = 1;
	assert_false(dns_addr_eq(&a, &b));
	b = a;
	b.family = 6;
	assert_false(dns_addr_eq(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ds_of_the_usual_tools),
		cmocka_unit_test(dnskey_and_comments),
		cmocka_unit_test(line_ends),
		cmocka_unit_test(ttl_and_class_in_either_order),
		cmocka_unit_test(dollar_ttl),
		cmocka_unit_test(origin_and_owner),
		cmocka_unit_test(name_too_long_with_origin),
		cmocka_unit_test(addresses),
		cmocka_unit_test(tlsa),
		cmocka_unit_test(ds_and_dnskey_rejects),
		cmocka_unit_test(rfc3597_generic),
		cmocka_unit_test(longest_data),
		cmocka_unit_test(structure_rejects),
		cmocka_unit_test(nul_and_odd_octets),
		cmocka_unit_test(truncated_everywhere),
		cmocka_unit_test(flat_buffer_full),
		cmocka_unit_test(anchors_accepted),
		cmocka_unit_test(anchors_refused),
		cmocka_unit_test(anchor_too_long),
		cmocka_unit_test(hints_accepted),
		cmocka_unit_test(hints_refused),
		cmocka_unit_test(hints_limit),
		cmocka_unit_test(addr_eq),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
