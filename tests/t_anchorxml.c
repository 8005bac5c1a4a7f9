/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/anchorxml.c: IANA's root-anchors.xml (RFC 9718 section 2), what is read from
 * it, and every way in which a file is refused.
 */
#include "dns/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" \
	"<TrustAnchor id=\"E9724F53-1851-4F86-85E5-F1392102940B\"\n" \
	"  source=\"http://data.iana.org/root-anchors/root-anchors.xml\">\n" \
	"<Zone>.</Zone>\n"
#define KSK_2010 \
	"<KeyDigest id=\"Kjqmt7v\"\n" \
	"    validFrom=\"2010-07-15T00:00:00+00:00\"\n" \
	"    validUntil=\"2019-01-11T00:00:00+00:00\">\n" \
	"<KeyTag>19036</KeyTag>\n<Algorithm>8</Algorithm>\n<DigestType>2</DigestType>\n" \
	"<Digest>\n49AAC11D7B6F6446702E54A1607371607A1A41855200FD2CE1CDDE32F24E8FB5\n</Digest>\n" \
	"</KeyDigest>\n"
#define KSK_2017 \
	"<KeyDigest id=\"Klajeyz\" validFrom=\"2017-02-02T00:00:00+00:00\">\n" \
	"<KeyTag>20326</KeyTag>\n<Algorithm>8</Algorithm>\n<DigestType>2</DigestType>\n" \
	"<Digest>E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D</Digest>\n" \
	"<PublicKey>AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3</PublicKey>\n" \
	"<Flags>257</Flags>\n</KeyDigest>\n"
#define KSK_2024 \
	"<KeyDigest id=\"Kmyv6jo\" validFrom=\"2024-07-18T00:00:00+00:00\">\n" \
	"<KeyTag>38696</KeyTag>\n<Algorithm>8</Algorithm>\n<DigestType>2</DigestType>\n" \
	"<Digest>683d2d0acb8c9b712a1948b27f741219298d0a450d612c483af444a4c0fb2b16</Digest>\n" \
	"</KeyDigest>\n"
#define TAIL "</TrustAnchor>\n"
#define IANA HEAD KSK_2010 KSK_2017 KSK_2024 TAIL

static struct dns_anchors a;
static unsigned line;
static const char *err;

/* In memory of exactly that size */
static int parse_n(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);
	int rc;

	memcpy(copy, text, len);
	line = 0;
	err = NULL;
	a.n = 77;
	rc = dns_anchors_parse(&a, copy, len, &line, &err);
	free(copy);
	return rc;
}

static void refused_at(const char *text, unsigned where)
{
	if (parse_n(text, strlen(text)) == 0)
		fail_msg("accepted: %s", text);
	assert_int_equal(a.n, 0);
	assert_non_null(err);
	assert_true(strlen(err) > 8);
	assert_true(line >= 1);
	if (where && line != where)
		fail_msg("line %u, not %u: %s", line, where, err);
}

/* The text with the first `old` replaced by `new` */
static char *with(const char *text, const char *old, const char *new)
{
	static char buf[8192];
	const char *at = strstr(text, old);

	assert_non_null(at);
	assert_true(strlen(text) + strlen(new) < sizeof buf);
	memcpy(buf, text, (size_t)(at - text));
	strcpy(buf + (at - text), new);
	strcat(buf, at + strlen(old));
	return buf;
}

static void refused_with(const char *old, const char *new)
{
	refused_at(with(HEAD KSK_2017 TAIL, old, new), 0);
}

static int64_t at(const char *time)
{
	int64_t t;

	assert_int_equal(dns_time_parse(time, &t), 0);
	return t;
}

static void rfc9718_2_iana_file_is_read(void **state)
{
	static const uint8_t first[] = { 0x4a, 0x5c, 8, 2, 0x49, 0xaa, 0xc1, 0x1d },
		second[] = { 0x4f, 0x66, 8, 2, 0xe0, 0x6d, 0x44, 0xb8 },
		third[] = { 0x97, 0x28, 8, 2, 0x68, 0x3d, 0x2d, 0x0a };
	unsigned i;

	(void)state;
	assert_int_equal(parse_n(IANA, strlen(IANA)), 0);
	assert_null(err);
	assert_int_equal(a.n, 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(a.a[i].type, DNS_DS);
		assert_int_equal(a.a[i].rdlen, 36);
		assert_int_equal(a.a[i].owner[0], 0);
	}
	assert_memory_equal(a.a[0].rdata, first, sizeof first);
	assert_memory_equal(a.a[1].rdata, second, sizeof second);
	assert_memory_equal(a.a[2].rdata, third, sizeof third);
	assert_int_equal(a.a[0].rdata[35], 0xb5);
	assert_int_equal(a.a[2].rdata[35], 0x16);
}

static void rfc9718_2_dates_are_kept(void **state)
{
	(void)state;
	assert_int_equal(parse_n(IANA, strlen(IANA)), 0);
	assert_true(a.a[0].from == at("2010-07-15T00:00:00Z"));
	assert_true(a.a[0].until == at("2019-01-11T00:00:00Z"));
	assert_true(a.a[1].from == at("2017-02-02T00:00:00Z"));
	assert_true(a.a[1].until == INT64_MAX);
	assert_true(a.a[2].from == at("2024-07-18T00:00:00Z"));
}

static void rfc9718_2_a_time_zone_counts(void **state)
{
	char *x = with(HEAD KSK_2017 TAIL, "2017-02-02T00:00:00+00:00", "2017-02-02T00:00:00+02:00");

	(void)state;
	assert_int_equal(parse_n(x, strlen(x)), 0);
	assert_true(a.a[0].from == at("2017-02-01T22:00:00Z"));
}

static void rfc9718_2_out_of_date_is_not_used(void **state)
{
	(void)state;
	assert_int_equal(parse_n(IANA, strlen(IANA)), 0);
	assert_false(dns_anchor_is_current(&a.a[0], at("2026-11-24T00:00:00Z")));
	assert_true(dns_anchor_is_current(&a.a[1], at("2026-11-24T00:00:00Z")));
	assert_true(dns_anchor_is_current(&a.a[2], at("2026-11-24T00:00:00Z")));
	assert_true(dns_anchor_is_current(&a.a[0], at("2018-01-01T00:00:00Z")));
	assert_false(dns_anchor_is_current(&a.a[2], at("2018-01-01T00:00:00Z")));
	assert_false(dns_anchor_is_current(&a.a[0], at("2010-07-14T23:59:59Z")));
	assert_true(dns_anchor_is_current(&a.a[0], at("2010-07-15T00:00:00Z")));
	assert_true(dns_anchor_is_current(&a.a[0], at("2019-01-11T00:00:00Z")));
	assert_false(dns_anchor_is_current(&a.a[0], at("2019-01-11T00:00:01Z")));
}

static void another_zone_and_quotes_and_comments(void **state)
{
	char x[2048];

	(void)state;
	strcpy(x, with("\n <!-- a > comment -->\n" HEAD KSK_2017 TAIL "<!-- end -->\n", "<Zone>.",
	    "<Zone>ex.test."));
	strcpy(x, with(x, "<KeyTag>", "<!-- x --><KeyTag>"));
	strcpy(x, with(x, "\"2017-02-02T00:00:00+00:00\"", "'2017-02-02T00:00:00+00:00'"));
	/* the first character decides that it is XML */
	assert_int_equal(parse_n(x, strlen(x)), 0);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.a[0].owner[0], 2);
	assert_true(a.a[0].from == at("2017-02-02T00:00:00Z"));
}

/* Wherever the file is cut, it is refused */
static void cut_off_anywhere_is_refused(void **state)
{
	size_t n, whole = strlen(IANA) - 1; /* all but the last line end */

	(void)state;
	for (n = 0; n < whole; n++) {
		if (parse_n(IANA, n) == 0)
			fail_msg("accepted when cut after %u octets", (unsigned)n);
		assert_int_equal(a.n, 0);
		assert_non_null(err);
	}
	assert_int_equal(parse_n(IANA, whole), 0);
}

static void each_part_is_wanted(void **state)
{
	(void)state;
	refused_with("<KeyTag>20326</KeyTag>", "");
	refused_with("<Algorithm>8</Algorithm>", "");
	refused_with("<DigestType>2</DigestType>", "");
	refused_with("<Digest>E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D</Digest>", "");
	refused_with("<Zone>.</Zone>", "");
	refused_with("<KeyTag>20326</KeyTag>", "<KeyTag></KeyTag>");
	refused_with("<KeyTag>20326</KeyTag>", "<KeyTag/>");
	refused_with("20326", "20326</KeyTag><KeyTag>20326");
}

static void no_key_digest_is_refused(void **state)
{
	(void)state;
	refused_at(HEAD TAIL, 6); /* the line after the last */
	refused_at("<TrustAnchor/>", 1);
	refused_at("<?xml version=\"1.0\"?>", 1);
	refused_at(HEAD "<KeyDigest id=\"x\"/>\n" TAIL, 5);
}

static void unknown_elements_are_refused(void **state)
{
	(void)state;
	refused_at(HEAD "<Surprise>1</Surprise>\n" KSK_2017 TAIL, 5);
	refused_at("<html><body>not found</body></html>", 1);
	refused_at(HEAD "text\n" KSK_2017 TAIL, 0);
	refused_with("<Digest>", "<Digests>");
	refused_with("</Zone>", "</Zones>");
	refused_with("<Zone>.</Zone>", "<Zone>.</Zone><Zone>org</Zone>");
	refused_at(HEAD KSK_2017 TAIL "<TrustAnchor>", 0);
	refused_at(HEAD KSK_2017 TAIL "x", 0);
}

static void bad_dates_are_refused(void **state)
{
	(void)state;
	refused_with("2017-02-02T00:00:00+00:00", "2017-02-30T00:00:00+00:00");
	refused_with("2017-02-02T00:00:00+00:00", "2017-13-02T00:00:00+00:00");
	refused_with("2017-02-02T00:00:00+00:00", "yesterday");
	refused_with("2017-02-02T00:00:00+00:00", "");
	refused_with("2017-02-02T00:00:00+00:00", "2017-02-02T00:00:00+00:00 and very much more text");
}

/* One passed over because it is misspelt could be the end of an anchor's life */
static void rfc9718_2_unknown_attributes_are_refused(void **state)
{
	(void)state;
	refused_with("validFrom=", "validfrom=");
	refused_with("validFrom=", "validUntill=");
	refused_with("id=\"Klajeyz\" ", "id=\"Klajeyz\" validUntil ");
	refused_with("id=\"Klajeyz\" ", "id=\"Klajeyz\" validUntil=2019-01-11T00:00:00Z ");
	refused_with("id=\"Klajeyz\" ", "id=\"Klajeyz\" validUntil=\"2019-01-11T00:00:00Z ");
	refused_with("id=\"Klajeyz\"", "validFrom=\"2017-02-02T00:00:00+00:00\"");
	assert_int_equal(parse_n(IANA, strlen(IANA)), 0);
}

static void bad_digests_are_refused(void **state)
{
	(void)state;
	refused_at(with(HEAD KSK_2017 TAIL, "E06D44", "E06D4G"), 9);
	refused_with("E06D44", "E06D4");
	refused_with("E06D44", "E06D");
	refused_with("E06D44", "E06D4400");
	refused_with("E06D44", "");
	refused_with("E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D", "");
}

static void bad_numbers_are_refused(void **state)
{
	(void)state;
	refused_with("20326", "65536");
	refused_with("20326", "-1");
	refused_with("20326", "4294987622"); /* 20326 + 2^32 */
	refused_with("20326", "0x4f66");
	refused_with("<Algorithm>8", "<Algorithm>256");
	refused_with("<DigestType>2", "<DigestType>258");
	refused_with("<DigestType>2", "<DigestType>4"); /* SHA-384 has 48 octets */
}

static void bad_zones_are_refused(void **state)
{
	(void)state;
	refused_with("<Zone>.", "<Zone>");
	refused_with("<Zone>.", "<Zone>a..b");
}

static void more_than_the_limit_is_refused(void **state)
{
	static char x[sizeof HEAD + (DNS_MAX_ANCHORS + 1) * sizeof KSK_2017 + sizeof TAIL];
	unsigned i;

	(void)state;
	strcpy(x, HEAD);
	for (i = 0; i < DNS_MAX_ANCHORS; i++)
		strcat(x, KSK_2017);
	strcat(x, TAIL);
	assert_int_equal(parse_n(x, strlen(x)), 0);
	assert_int_equal(a.n, DNS_MAX_ANCHORS);
	strcpy(x, HEAD);
	for (i = 0; i <= DNS_MAX_ANCHORS; i++)
		strcat(x, KSK_2017);
	strcat(x, TAIL);
	refused_at(x, 0);
}

/* Each octet changed in turn: taken whole or refused whole, and never read out of bounds */
static void each_octet_changed(void **state)
{
	char x[sizeof IANA];
	size_t i;

	(void)state;
	for (i = 0; i < strlen(IANA); i++) {
		memcpy(x, IANA, sizeof x);
		x[i] ^= 0x01;
		if (parse_n(x, strlen(x)) != 0)
			assert_int_equal(a.n, 0);
		else
			assert_int_equal(a.n, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc9718_2_iana_file_is_read),
		cmocka_unit_test(rfc9718_2_dates_are_kept),
		cmocka_unit_test(rfc9718_2_a_time_zone_counts),
		cmocka_unit_test(rfc9718_2_out_of_date_is_not_used),
		cmocka_unit_test(another_zone_and_quotes_and_comments),
		cmocka_unit_test(cut_off_anywhere_is_refused),
		cmocka_unit_test(each_part_is_wanted),
		cmocka_unit_test(no_key_digest_is_refused),
		cmocka_unit_test(unknown_elements_are_refused),
		cmocka_unit_test(bad_dates_are_refused),
		cmocka_unit_test(rfc9718_2_unknown_attributes_are_refused),
		cmocka_unit_test(bad_digests_are_refused),
		cmocka_unit_test(bad_numbers_are_refused),
		cmocka_unit_test(bad_zones_are_refused),
		cmocka_unit_test(more_than_the_limit_is_refused),
		cmocka_unit_test(each_octet_changed)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
