/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/text.c and dns/rdata.c: mnemonics, times, RDATA in presentation
 * format.
 */
#include "dns/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char text[DNS_RDATA_TEXT];

static void shows(uint16_t type, const void *rdata, size_t len, const char *want)
{
	uint8_t *copy = malloc(len ? len : 1);
	size_t n;

	memcpy(copy, rdata, len);
	n = dns_rdata_str(type, copy, len, text, sizeof text);
	free(copy);
	assert_string_equal(text, want);
	assert_int_equal(n, strlen(want));
}

/* Each cut and one octet more are shown in the generic form */
static void generic_when_cut(uint16_t type, const void *rdata, size_t len, bool open_end)
{
	uint8_t *copy;
	size_t i;

	for (i = 0; i <= len + 1; i++) {
		if (i == len || (i == len + 1 && open_end))
			continue;
		copy = malloc(i ? i : 1);
		memset(copy, 1, i);
		memcpy(copy, rdata, i < len ? i : len);
		dns_rdata_str(type, copy, i, text, sizeof text);
		free(copy);
		if (strncmp(text, "\\# ", 3))
			fail_msg("type %u of %u octets: %s", type, (unsigned)i, text);
	}
}

static void closed(uint16_t type, const void *rdata, size_t len, const char *want)
{
	shows(type, rdata, len, want);
	generic_when_cut(type, rdata, len, false);
}

static void type_mnemonics(void **state)
{
	char buf[16], *s;
	uint16_t t;
	unsigned i;

	(void)state;
	for (i = 0; i < 65536; i++) {
		s = dns_type_str((uint16_t)i, buf, sizeof buf);
		assert_int_equal(dns_type_parse(s, &t), 0);
		assert_int_equal(t, i);
	}
	assert_string_equal(dns_type_str(DNS_TLSA, buf, sizeof buf), "TLSA");
	assert_string_equal(dns_type_str(65280, buf, sizeof buf), "TYPE65280");
	assert_int_equal(dns_type_parse("tlsA", &t), 0);
	assert_int_equal(t, 52);
	assert_int_equal(dns_type_parse("type52", &t), 0);
	assert_int_equal(t, 52);
	assert_int_equal(dns_type_parse("", &t), -1);
	assert_int_equal(dns_type_parse("TLS", &t), -1);
	assert_int_equal(dns_type_parse("TLSAX", &t), -1);
	assert_int_equal(dns_type_parse("TYPE", &t), -1);
	assert_int_equal(dns_type_parse("TYPE65536", &t), -1);
	assert_int_equal(dns_type_parse("TYPE000001", &t), -1);
	assert_int_equal(dns_type_parse("TYPE1x", &t), -1);
	assert_int_equal(dns_type_parse("TYPE-1", &t), -1);
}

static void rcodes_and_algorithms(void **state)
{
	char buf[24];

	(void)state;
	assert_string_equal(dns_rcode_str(3, buf, sizeof buf), "NXDOMAIN");
	assert_string_equal(dns_rcode_str(16, buf, sizeof buf), "BADVERS");
	assert_string_equal(dns_rcode_str(24, buf, sizeof buf), "RCODE24");
	assert_string_equal(dns_rcode_str(4095, buf, sizeof buf), "RCODE4095");
	assert_string_equal(dns_alg_str(8, buf, sizeof buf), "RSASHA256");
	assert_string_equal(dns_alg_str(13, buf, sizeof buf), "ECDSAP256SHA256");
	assert_string_equal(dns_alg_str(15, buf, sizeof buf), "ED25519");
	assert_string_equal(dns_alg_str(99, buf, sizeof buf), "ALG99");
	assert_string_equal(dns_alg_str(99, buf, 4), "ALG");
}

/* Each code used has an id of its own; others are "other" */
static void rfc8914_codes_have_ids(void **state)
{
	static const int codes[] = { DNS_EDE_NONE, DNS_EDE_OTHER, DNS_EDE_ALG, DNS_EDE_DIGEST,
		DNS_EDE_INDETERMINATE, DNS_EDE_BOGUS, DNS_EDE_SIG_EXPIRED, DNS_EDE_SIG_EARLY,
		DNS_EDE_NO_DNSKEY, DNS_EDE_NO_RRSIG, DNS_EDE_NO_NSEC, DNS_EDE_NO_REACHABLE,
		DNS_EDE_ITERATIONS };
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		assert_int_equal(dns_reason_info(codes[i])->ede, codes[i]);
		for (j = 0; j < i; j++)
			assert_string_not_equal(dns_reason_info(codes[i])->id,
			    dns_reason_info(codes[j])->id);
	}
	assert_string_equal(dns_reason_info(DNS_EDE_SIG_EXPIRED)->id, "sig-expired");
	assert_string_equal(dns_reason_info(29)->id, "other");
}

static void same_time(const char *t, int64_t want)
{
	int64_t got = -1;

	assert_int_equal(dns_time_parse(t, &got), 0);
	assert_true(got == want);
}

static void rfc3339_times(void **state)
{
	char buf[32];

	(void)state;
	assert_string_equal(dns_time_str(0, buf, sizeof buf), "1970-01-01T00:00:00Z");
	assert_string_equal(dns_time_str(-1, buf, sizeof buf), "1969-12-31T23:59:59Z");
	assert_string_equal(dns_time_str(951782400, buf, sizeof buf), "2000-02-29T00:00:00Z");
	assert_string_equal(dns_time_str(4294967295, buf, sizeof buf), "2106-02-07T06:28:15Z");
	assert_string_equal(dns_time_str(253402300799, buf, sizeof buf),
	    "9999-12-31T23:59:59Z");
	assert_string_equal(dns_time_str(-62135596801, buf, sizeof buf), "0000-12-31T23:59:59Z");
	assert_string_equal(dns_time_str(-62167219200, buf, sizeof buf), "0000-01-01T00:00:00Z");
	assert_string_equal(dns_time_str(-62167219201, buf, sizeof buf), "-62167219201");
	assert_string_equal(dns_time_str(253402300800, buf, sizeof buf), "253402300800");
	assert_string_equal(dns_time_str(INT64_MIN, buf, sizeof buf), "-9223372036854775808");
	same_time("2026-11-24T05:00:00Z", 1795496400);
	same_time("2026-11-24t05:00:00z", 1795496400);
	same_time("2026-11-24 05:00:00.25Z", 1795496400);
	same_time("2026-11-24T06:30:00+01:30", 1795496400);
	same_time("2026-11-23T23:00:00-06:00", 1795496400);
	same_time("20261124050000", 1795496400);
	same_time("1795496400", 1795496400);
	same_time("0", 0);
	same_time("2016-12-31T23:59:60Z", 1483228800);
	same_time("2000-02-29T00:00:00Z", 951782400);
	same_time("253402300799", 253402300799);
}

static void time_rejects(void **state)
{
	static const char *const bad[] = { "", " ", "-1", "+1", "12x", "253402300800",
		"1234567890123", "2026112405000", "202611240500000", "20261324050000",
		"20261100050000", "20260229000000", "19000229000000", "20261124240000",
		"20261124056000", "20261124050061", "2026112405000Z", "2026-11-24",
		"2026-11-24T05:00:00", "2026-11-24T05:00:00Zx", "2026-11-24T05:00:00.Z",
		"2026-11-24T05:00:00+1:00", "2026-11-24T05:00:00+24:00",
		"2026-11-24T05:00:00+01:60", "2026-11-24T05:00:00+01", "2026-11-24T05:00Z",
		"2026/11/24T05:00:00Z", "00000101000000" };
	int64_t t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (dns_time_parse(bad[i], &t) != -1)
			fail_msg("accepted: %s", bad[i]);
}

/* Every day of 400 years and some, there and back */
static void times_round_trip(void **state)
{
	char buf[32];
	int64_t t, got;

	(void)state;
	for (t = -86400LL * 150000; t < 86400LL * 150000; t += 86400LL * 3 + 12345) {
		assert_int_equal(dns_time_parse(dns_time_str(t, buf, sizeof buf), &got), 0);
		assert_true(got == t);
	}
}

static void addresses(void **state)
{
	(void)state;
	closed(DNS_A, "\300\0\2\377", 4, "192.0.2.255");
	closed(DNS_AAAA, "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1", 16, "2001:db8::1");
}

/* RFC 5952 section 4 */
static void rfc5952_ipv6(void **state)
{
	(void)state;
	shows(DNS_AAAA, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, "::");
	shows(DNS_AAAA, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16, "::1");
	shows(DNS_AAAA, "\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, "1::");
	shows(DNS_AAAA, "\0\1\0\0\0\2\0\3\0\4\0\5\0\6\0\7", 16, "1:0:2:3:4:5:6:7");
	shows(DNS_AAAA, "\0\1\0\0\0\0\0\2\0\3\0\0\0\0\0\4", 16, "1::2:3:0:0:4");
	shows(DNS_AAAA, "\0\1\0\0\0\0\0\2\0\0\0\0\0\0\0\4", 16, "1:0:0:2::4");
	shows(DNS_AAAA, "\0\0\0\0\0\2\0\3\0\4\0\5\0\6\0\0", 16, "::2:3:4:5:6:0");
	shows(DNS_AAAA, "\0\0\0\0\0\0\0\0\0\0\377\377\300\0\2\1", 16, "::ffff:192.0.2.1");
	shows(DNS_AAAA, "\253\315\17\240\0\20\0\1\20\0\0\12\0\3\0\4", 16,
	    "abcd:fa0:10:1:1000:a:3:4");
}

static void names_and_numbers(void **state)
{
	(void)state;
	closed(DNS_NS, "\2ns\1x", 6, "ns.x.");
	closed(DNS_CNAME, "\1.\1x", 5, "\\..x.");
	closed(DNS_DNAME, "\1a", 3, "a.");
	closed(DNS_PTR, "", 1, ".");
	closed(DNS_MX, "\0\12\2mx\1x", 8, "10 mx.x.");
	closed(DNS_MX, "\0\0", 3, "0 .");
	closed(DNS_SOA, "\1a\0\1b\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\377\377\377\377", 26,
	    "a. b. 1 2 3 4 4294967295");
	closed(DNS_SRV, "\0\1\0\2\0\31\1a", 9, "1 2 25 a.");
	closed(17, "\1a\0\1b", 6, "a. b.");
	closed(18, "\0\1\1a", 5, "1 a.");
}

static void strings(void **state)
{
	(void)state;
	shows(DNS_TXT, "\3a b\1\"\1\\\2\0\377", 12, "\"a b\" \"\\\"\" \"\\\\\" \"\\000\\255\" \"\"");
	shows(DNS_TXT, "", 0, "\\# 0");
	shows(DNS_TXT, "\2a", 2, "\\# 2 0261");
	shows(99, "\1a", 2, "\"a\"");
	closed(13, "\1a\1b", 4, "\"a\" \"b\"");
	closed(35, "\0\1\0\2\1u\1s\2^x\1a", 14, "1 2 \"u\" \"s\" \"^x\" a.");
	shows(257, "\0\5issueca.example", 17, "0 issue \"ca.example\"");
	shows(257, "\200\5issue", 7, "128 issue \"\"");
	shows(257, "\0\2a-x", 5, "\\# 5 0002612D78");
	shows(257, "\0\0x", 3, "\\# 3 000078");
	shows(256, "\0\12\0\1ftp:/", 9, "10 1 \"ftp:/\"");
	shows(256, "\0\12\0\1", 4, "\\# 4 000A0001");
}

static void hex_and_base64(void **state)
{
	(void)state;
	shows(DNS_TLSA, "\3\1\1\253\315", 5, "3 1 1 ABCD");
	shows(53, "\3\1\1\253\315", 5, "3 1 1 ABCD");
	shows(DNS_DS, "\117\146\10\2\1\2", 6, "20326 8 2 0102");
	shows(59, "\0\0\0\0\0", 5, "0 0 0 00");
	shows(DNS_DNSKEY, "\1\1\3\10\3\1\0\1", 8, "257 3 8 AwEAAQ==");
	shows(60, "\1\0\3\15\377\376\375", 7, "256 3 13 //79");
	shows(DNS_DNSKEY, "\1\0\3\15\377\376", 6, "256 3 13 //4=");
	shows(44, "\4\2\1\2", 4, "4 2 0102");
	shows(61, "\1", 1, "AQ==");
	shows(63, "\0\0\0\7\1\1\252", 7, "7 1 1 AA");
	generic_when_cut(DNS_DS, "\1\1\1\1\1", 5, true);
}

/* RFC 4034 sections 3.2 and 4.3, RFC 5155 appendix A */
static void dnssec_types(void **state)
{
	(void)state;
	shows(DNS_RRSIG,
	    "\000\001\010\002\000\000\016\020\377\377\377\377\153\005\031\320\117\146\001\170"
	    "\000\001\002\003",
	    24, "A 8 2 3600 21060207062815 20261124050000 20326 x. AQID");
	shows(DNS_NSEC,
	    "\004\150\157\163\164\007\145\170\141\155\160\154\145\003\143\157\155\000\000\006"
	    "\100\001\000\000\000\003\004\033\000\000\000\000\000\000\000\000\000\000\000\000"
	    "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\040",
	    55, "host.example.com. A MX RRSIG NSEC TYPE1234");
	shows(DNS_NSEC,
	    "\001\141\000",
	    3, "a.");
	shows(DNS_NSEC3,
	    "\001\001\000\014\004\252\273\314\335\024\027\116\262\100\237\342\213\313\110\207"
	    "\241\203\157\225\177\012\204\045\342\173\000\007\042\001\000\000\000\002\220",
	    39, "1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM");
	shows(DNS_NSEC3,
	    "\001\000\000\000\000\024\027\116\262\100\237\342\213\313\110\207\241\203\157\225"
	    "\177\012\204\045\342\173",
	    26, "1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR");
	closed(DNS_NSEC3PARAM,
	    "\001\000\000\012\002\253\315",
	    7, "1 0 10 ABCD");
	closed(DNS_NSEC3PARAM,
	    "\001\000\000\000\000",
	    5, "1 0 0 -");
	shows(DNS_NSEC,
	    "\001\141\000\000\001\100\000\001\100",
	    9, "\\# 9 016100000140000140");
}

/* Each field of RFC 1035, 1183, 1706, 1712, 2163 and others that is a name, number or string */
static void old_types(void **state)
{
	static const uint16_t names[] = { 3, 4, 7, 8, 9, 23 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		closed(names[i], "\1a", 3, "a.");
	closed(14, "\1a\0\1b", 6, "a. b.");
	closed(19, "\4" "3110", 5, "\"3110\"");
	shows(20, "\4" "1508", 5, "\"1508\"");
	shows(20, "\4" "1508\2" "00", 8, "\"1508\" \"00\"");
	shows(20, "\4" "1508\2" "0", 7, "\\# 7 04313530380230");
	closed(21, "\0\2\1a", 5, "2 a.");
	shows(22, "\107\0\5", 3, "0x470005");
	closed(26, "\0\12\1a\0\1b", 8, "10 a. b.");
	closed(27, "\1" "1\2-2\003" "3.0", 9, "\"1\" \"-2\" \"3.0\"");
	shows(31, "\1\253", 2, "01AB");
	closed(36, "\0\1\0", 3, "1 .");
	shows(24, "\000\001\010\002\000\000\016\020\377\377\377\377\153\005\031\320\117\146\0"
	    "\001", 20, "A 8 2 3600 21060207062815 20261124050000 20326 . AQ==");
	shows(25, "\300\0\3\10", 4, "49152 3 8"); /* RFC 2535 section 3.1.2: no key */
	shows(25, "\1\0\3\10\1", 5, "256 3 8 AQ==");
	shows(25, "\1\0\3", 3, "\\# 3 010003");
}

static void rfc1035_wks(void **state)
{
	(void)state;
	shows(11, "\300\0\2\1\6\0\0\0\100\0\0\0\0\0\0\200", 16, "192.0.2.1 6 25 80");
	shows(11, "\300\0\2\1\21", 5, "192.0.2.1 17");
	shows(11, "\300\0\2\1\6\0", 6, "\\# 6 C00002010600"); /* the zero would be lost */
	shows(11, "\300\0\2\1", 4, "\\# 4 C0000201");
}

/* RFC 3123 section 4: what would not read back as it was is not shown as text */
static void rfc3123_apl(void **state)
{
	(void)state;
	shows(42, "\0\1\25\3\300\250\40\0\1\34\204\300\250\46\1\0\2\10\1\377", 20,
	    "1:192.168.32.0/21 !1:192.168.38.1/28 2:ff00::/8");
	shows(42, "\0\1\0\0", 4, "1:0.0.0.0/0");
	shows(42, "", 0, "\\# 0");
	shows(42, "\0\1\10\2\12\0", 6, "\\# 6 000108020A00");
	shows(42, "\0\1\41\1\12", 5, "\\# 5 000121010A");
	shows(42, "\0\1\40\5\1\1\1\1\1", 9, "\\# 9 000120050101010101");
	shows(42, "\0\3\0\0", 4, "\\# 4 00030000");
	shows(42, "\0\1\40\4\1\1\1", 7, "\\# 7 00012004010101");
}

static void rfc4025_ipseckey(void **state)
{
	(void)state;
	shows(45, "\12\1\2\300\0\2\46\1\2\3", 10, "10 1 2 192.0.2.38 AQID");
	shows(45, "\12\0\2\1\2\3", 6, "10 0 2 . AQID");
	shows(45, "\12\0\0", 3, "10 0 0 .");
	shows(45, "\12\3\2\1g\0\1\2\3", 9, "10 3 2 g. AQID");
	shows(45, "\12\2\2\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1\1", 20, "10 2 2 2001:db8::1 AQ==");
	shows(45, "\12\4\2\1", 4, "\\# 4 0A040201");
	shows(45, "\12\1\2\300\0\2", 6, "\\# 6 0A0102C00002");
}

static void rfc8777_amtrelay(void **state)
{
	(void)state;
	closed(260, "\12\0", 2, "10 0 0 .");
	closed(260, "\12\201\313\0\161\17", 6, "10 1 1 203.0.113.15");
	closed(260, "\200\3\1r", 5, "128 0 3 r.");
	shows(260, "\12\4", 2, "\\# 2 0A04");
}

static void rfc8005_hip(void **state)
{
	(void)state;
	shows(55, "\2\2\0\3\40\1\1\2\3", 9, "2 2001 AQID");
	shows(55, "\2\2\0\3\40\1\1\2\3\1a\0\1b", 15, "2 2001 AQID a. b.");
	shows(55, "\0\2\0\1\1", 5, "\\# 5 0002000101");
	shows(55, "\1\2\0\0\1", 5, "\\# 5 0102000001");
	shows(55, "\2\2\0\3\40\1\1\2", 8, "\\# 8 0202000320010102");
}

/* RFC 6742, 7043, 7477, 9859 and the drafts that have a number */
static void other_types(void **state)
{
	(void)state;
	closed(104, "\0\12\0\24\117\377\377\40\356\144", 10, "10 0014:4FFF:FF20:EE64");
	closed(105, "\0\12\12\1\2\0", 6, "10 10.1.2.0");
	closed(106, "\0\12\40\1\15\270\0\0\0\1", 10, "10 2001:0DB8:0000:0001");
	closed(107, "\0\12\1l", 5, "10 l.");
	closed(108, "\0\0\136\0\123\52", 6, "00-00-5E-00-53-2A");
	closed(109, "\0\0\136\357\20\0\0\52", 8, "00-00-5E-EF-10-00-00-2A");
	shows(62, "\0\0\0\102\0\3\0\4\140\0\0\10", 12, "66 3 A NS AAAA");
	shows(62, "\0\0\0\102\0\3", 6, "66 3");
	shows(62, "\0\0\0\102\0", 5, "\\# 5 0000004200");
	closed(66, "\0\73\1\24\357\1n", 8, "CDS NOTIFY 5359 n.");
	closed(66, "\0\76\2\0\1\0", 6, "CSYNC 2 1 .");
	shows(37, "\0\1\0\2\0\253", 6, "1 2 0 qw==");
	shows(40, "\1\2\3", 3, "1 2 3");
	shows(49, "\1\2\3", 3, "AQID");
	shows(56, "\1a", 2, "\"a\"");
	shows(57, "\0\0\1\10\1", 5, "0 1 8 AQ==");
	closed(58, "\1a\0\1b", 6, "a. b.");
	shows(67, "\1", 1, "AQ==");
	shows(68, "\1", 1, "AQ==");
	shows(258, "\1a", 2, "\"a\"");
	shows(259, "\0\0\0\1\0\0\0\2\3\1m", 11, "1 2 3 \"m\" -");
	shows(259, "\0\0\0\1\0\0\0\2\3\1m\1", 12, "1 2 3 \"m\" AQ==");
	shows(261, "\3a=b", 4, "\"a=b\"");
	shows(262, "\1a\1b", 4, "\"a\" \"b\"");
	shows(32768, "\0\1\2\3\4", 5, "1 2 3 04");
	shows(32769, "\0\1\2\3\4", 5, "1 2 3 04");
}

/* RFC 1876 */
static void rfc1876_loc(void **state)
{
	(void)state;
	closed(29,
	    "\000\063\026\023\211\027\055\320\160\276\025\360\000\230\215\040",
	    16, "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m");
	closed(29,
	    "\000\022\221\000\154\260\047\000\246\237\262\000\000\230\226\343",
	    16, "90 0 0.000 S 180 0 0.000 E 0.99m 1m 0.90m 0.00m");
	/* section 2: a base of zero with an exponent is undefined, and "0.00m" would read back as 0 */
	shows(29,
	    "\000\022\221\003\154\260\047\000\246\237\262\000\000\230\226\343",
	    16, "\\# 16 001291036CB02700A69FB200009896E3");
	shows(29,
	    "\000\063\026\023\223\117\331\001\200\000\000\000\000\230\226\200",
	    16, "\\# 16 00331613934FD9018000000000989680");
	shows(29,
	    "\000\243\026\023\200\000\000\000\200\000\000\000\000\230\226\200",
	    16, "\\# 16 00A31613800000008000000000989680");
	shows(29,
	    "\000\072\026\023\200\000\000\000\200\000\000\000\000\230\226\200",
	    16, "\\# 16 003A1613800000008000000000989680");
	shows(29,
	    "\001\063\026\023\200\000\000\000\200\000\000\000\000\230\226\200",
	    16, "\\# 16 01331613800000008000000000989680");
}

/* RFC 9460 appendix D, and what section 2.2 calls malformed */
static void rfc9460_svcb(void **state)
{
	(void)state;
	shows(65,
	    "\000\000\003\146\157\157\007\145\170\141\155\160\154\145\003\143\157\155\000",
	    19, "0 foo.example.com.");
	shows(64,
	    "\000\001\000",
	    3, "1 .");
	shows(64,
	    "\000\020\003\146\157\157\007\145\170\141\155\160\154\145\003\143\157\155\000\000"
	    "\003\000\002\000\065",
	    25, "16 foo.example.com. port=53");
	shows(64,
	    "\000\001\003\146\157\157\007\145\170\141\155\160\154\145\003\143\157\155\000\002"
	    "\233\000\005\150\145\154\154\157",
	    28, "1 foo.example.com. key667=\"hello\"");
	shows(64,
	    "\000\001\003\146\157\157\007\145\170\141\155\160\154\145\003\143\157\155\000\002"
	    "\233\000\011\150\145\154\154\157\322\161\157\157",
	    32, "1 foo.example.com. key667=\"hello\\210qoo\"");
	shows(64,
	    "\000\001\003\146\157\157\007\145\170\141\155\160\154\145\003\143\157\155\000\000"
	    "\006\000\040\040\001\015\270\000\000\000\000\000\000\000\000\000\000\000\001\040"
	    "\001\015\270\000\000\000\000\000\000\000\000\000\123\000\001",
	    55, "1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1");
	shows(64,
	    "\000\020\003\146\157\157\007\145\170\141\155\160\154\145\003\157\162\147\000\000"
	    "\000\000\004\000\001\000\004\000\001\000\011\002\150\062\005\150\063\055\061\071"
	    "\000\004\000\004\300\000\002\001",
	    48, "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1");
	shows(64,
	    "\000\020\003\146\157\157\007\145\170\141\155\160\154\145\003\157\162\147\000\000"
	    "\001\000\014\010\146\134\157\157\054\142\141\162\002\150\062",
	    35, "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"");
	shows(65,
	    "\000\001\000\000\001\000\003\002\150\062\000\002\000\000\000\005\000\003\001\002"
	    "\003\000\007\000\010\057\161\173\077\144\156\163\175\000\010\000\000\000\011\000"
	    "\000",
	    41, "1 . alpn=\"h2\" no-default-alpn ech=AQID dohpath=\"/q{?dns}\" ohttp key9");
	shows(65,
	    "\000\001\000\000\003\000\002\000\001\000\003\000\002\000\001",
	    15, "\\# 15 000100000300020001000300020001");
	shows(65,
	    "\000\001\000\000\004\000\004\001\002\003\004\000\003\000\002\000\001",
	    17, "\\# 17 0001000004000401020304000300020001");
	shows(65,
	    "\000\001\000\000\003\000\001\000",
	    8, "\\# 8 0001000003000100");
	shows(65,
	    "\000\001\000\000\003\000\003\000\001\002",
	    10, "\\# 10 00010000030003000102");
	shows(65,
	    "\000\001\000\000\004\000\005\001\002\003\004\005",
	    12, "\\# 12 000100000400050102030405");
	shows(65,
	    "\000\001\000\000\006\000\000",
	    7, "\\# 7 00010000060000");
	shows(65,
	    "\000\001\000\000\001\000\000",
	    7, "\\# 7 00010000010000");
	shows(65,
	    "\000\001\000\000\001\000\001\000",
	    8, "\\# 8 0001000001000100");
	shows(65,
	    "\000\001\000\000\001\000\003\003\150\062",
	    10, "\\# 10 00010000010003036832");
	shows(65,
	    "\000\001\000\000\002\000\001\170",
	    8, "\\# 8 0001000002000178");
	shows(65,
	    "\000\001\000\000\000\000\001\000",
	    8, "\\# 8 0001000000000100");
	shows(65,
	    "\000\001\000\000\003\000\003\000\001",
	    9, "\\# 9 000100000300030001");
}

/* RFC 3597 section 5 */
static void rfc3597_generic(void **state)
{
	(void)state;
	shows(65280, "\0\1\377", 3, "\\# 3 0001FF");
	shows(65280, "", 0, "\\# 0");
	shows(DNS_A, "\1\2\3", 3, "\\# 3 010203");
	shows(DNS_MX, "\0\1\300\0", 4, "\\# 4 0001C000"); /* compressed */
}

static void cut_at_capacity(void **state)
{
	char buf[8];

	(void)state;
	memset(buf, 'x', sizeof buf);
	assert_int_equal(dns_rdata_str(DNS_A, (const uint8_t *)"\300\0\2\1", 4, buf, 5), 4);
	assert_memory_equal(buf, "192.\0xxx", 8);
	assert_int_equal(dns_rdata_str(DNS_A, (const uint8_t *)"", 1, buf, 1), 0);
	assert_int_equal(buf[0], 0);
}

/* Any octets under any type: printable, one line, and the longest fits DNS_RDATA_TEXT */
static void always_printable(void **state)
{
	static uint8_t r[65535];
	size_t n, i;
	unsigned type, c;

	(void)state;
	for (type = 0; type < 300; type++)
		for (c = 0; c < 256; c += 5) {
			memset(r, (int)c, 300);
			n = dns_rdata_str((uint16_t)type, r, 300, text, sizeof text);
			for (i = 0; i < n; i++)
				assert_true(text[i] >= 0x20 && text[i] < 0x7f);
			assert_int_equal(text[n], 0);
		}
	n = dns_rdata_str(65280, r, sizeof r, text, sizeof text);
	assert_int_equal(n, 3 + 5 + 1 + 2 * 65535);
}

/* The longest texts are whole: character-strings of octets that need four characters each, and
   a bitmap of all types */
static void the_longest_fit(void **state)
{
	static uint8_t r[65535];
	static char shorter[100000];
	size_t n = 1, i;

	(void)state;
	memset(r, 255, sizeof r); /* 255 character-strings of 255 octets, and one of 254 */
	for (i = 0; i < 65280; i += 256)
		r[i] = 255;
	r[65280] = 254;
	n = dns_rdata_str(DNS_TXT, r, sizeof r, text, sizeof text);
	assert_int_equal(n, 255 * (4 * 255 + 3) + 4 * 254 + 2);
	assert_int_equal(text[n - 1], '"');
	r[0] = 0; /* the name "." */
	for (n = 1, i = 0; i < 256; i++, n += 34) {
		r[n] = (uint8_t)i;
		r[n + 1] = 32;
	}
	n = dns_rdata_str(DNS_NSEC, r, n, text, sizeof text);
	assert_true(n > 500000 && n < sizeof text - 1);
	assert_string_equal(text + n - 20, " TYPE65534 TYPE65535");
	assert_int_equal(dns_rdata_str(DNS_NSEC, r, 1 + 256 * 34, shorter, sizeof shorter),
	    sizeof shorter - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_mnemonics),
		cmocka_unit_test(rcodes_and_algorithms),
		cmocka_unit_test(rfc8914_codes_have_ids),
		cmocka_unit_test(rfc3339_times),
		cmocka_unit_test(time_rejects),
		cmocka_unit_test(times_round_trip),
		cmocka_unit_test(addresses),
		cmocka_unit_test(rfc5952_ipv6),
		cmocka_unit_test(names_and_numbers),
		cmocka_unit_test(strings),
		cmocka_unit_test(hex_and_base64),
		cmocka_unit_test(dnssec_types),
		cmocka_unit_test(old_types),
		cmocka_unit_test(rfc1035_wks),
		cmocka_unit_test(rfc3123_apl),
		cmocka_unit_test(rfc4025_ipseckey),
		cmocka_unit_test(rfc8777_amtrelay),
		cmocka_unit_test(rfc8005_hip),
		cmocka_unit_test(other_types),
		cmocka_unit_test(rfc1876_loc),
		cmocka_unit_test(rfc9460_svcb),
		cmocka_unit_test(rfc3597_generic),
		cmocka_unit_test(cut_at_capacity),
		cmocka_unit_test(always_printable),
		cmocka_unit_test(the_longest_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
