/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of src/report_dns.c and report_trail.c: reports of results made by hand, the trail as
 * a tree, and JSON that stays JSON whatever a peer has put into a name.
 */
#include "src/report_dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1795500000) /* 2026-11-24T06:00:00Z */

static struct dns_result r;
static struct text out;

/* ---- results made by hand ------------------------------------------------------------------ */

static void name(uint8_t *to, const char *text)
{
	assert_int_equal(dns_name_parse(text, to), 0);
}

static void begin(const char *qname, uint16_t type, enum dns_sec state)
{
	memset(&r, 0, sizeof r);
	r.state = r.last = state;
	r.ede = DNS_EDE_NONE;
	r.qtype = type;
	name(r.qname, qname);
	name(r.name, qname);
}

static struct dns_step *step(enum dns_step_kind kind, const char *zone)
{
	struct dns_step *s = &r.steps[r.nsteps++];

	assert_true(r.nsteps <= DNS_MAX_STEPS);
	s->kind = kind;
	s->state = DNS_SEC_SECURE;
	name(s->zone, zone);
	return s;
}

static struct dns_step *key(enum dns_step_kind kind, const char *zone, uint16_t tag)
{
	struct dns_step *s = step(kind, zone);

	s->tag = tag;
	s->alg = 13;
	s->digest = 2;
	s->bits = 256;
	s->inception = (uint32_t)NOW - 3600;
	s->expiration = (uint32_t)NOW + 864000;
	return s;
}

static struct dns_step *sig(const char *zone, const char *owner, uint16_t type, uint16_t tag)
{
	struct dns_step *s = key(DNS_STEP_SIG, zone, tag);

	name(s->owner, owner);
	s->type = type;
	return s;
}

static void zone(const char *z, const char *parent, uint16_t tag)
{
	sig(parent, z, DNS_DS, (uint16_t)(tag - 1));
	key(DNS_STEP_DS, z, tag);
	key(DNS_STEP_DNSKEY, z, tag);
}

static void alias(const char *owner, const char *target, enum dns_sec state)
{
	struct dns_link *l = &r.links[r.nlinks++];
	struct dns_step *s = step(DNS_STEP_ALIAS, owner);

	name(s->owner, owner);
	s->type = l->type = DNS_CNAME;
	s->state = l->state = state;
	name(l->owner, owner);
	name(l->target, target);
	name(r.name, target);
	strcpy(s->text, "cut");
}

static void add(const char *owner, uint16_t type, const void *rdata, uint16_t len)
{
	uint8_t o[DNS_NAME_MAX];
	struct dns_rr rr = { .owner = o, .rdata = rdata, .ttl = 300, .type = type, .class = DNS_IN,
		.rdlen = len, .section = DNS_ANSWER };

	name(o, owner);
	assert_int_equal(dns_flat_add(r.buf, sizeof r.buf, &r.len, &rr), 0);
}

static const char *trail(void)
{
	text_free(&out);
	report_dns_trail(&out, &r, "");
	return text_str(&out);
}

static const char *end(int64_t now)
{
	text_free(&out);
	report_dns_end(&out, &r, "", now);
	return text_str(&out);
}

static const char *json(void)
{
	text_free(&out);
	report_dns_json(&out, &r);
	return text_str(&out);
}

static const char *text(bool explain)
{
	text_free(&out);
	report_dns_text(&out, &r, explain, NOW);
	return text_str(&out);
}

static void says(const char *in, const char *want)
{
	if (!strstr(in, want))
		fail_msg("no \"%s\" in: %s", want, in);
}

/* ---- a reader of JSON (RFC 8259), for what is printed here ---------------------------------- */

static const char *j_string(const char *p)
{
	if (*p++ != '"')
		return NULL;
	for (; *p != '"'; p++) {
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			return NULL;
		if (*p != '\\')
			continue;
		p++;
		if (*p == 'u') {
			if (strspn(p + 1, "0123456789abcdef") < 4)
				return NULL;
			p += 4;
		} else if (!*p || !strchr("\"\\/bfnrt", *p))
			return NULL;
	}
	return p + 1;
}

static const char *j_scalar(const char *p)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i, n;

	if (*p == '"')
		return j_string(p);
	for (i = 0; i < 3; i++)
		if (!strncmp(p, words[i], strlen(words[i])))
			return p + strlen(words[i]);
	n = strspn(p, "0123456789");
	return n && (n == 1 || *p != '0') ? p + n : NULL;
}

/* The whole text one value and a line end?  `open` is the stack of brackets. */
static bool is_json(const char *p)
{
	char open[16];
	unsigned depth = 0;

	for (;;) {
		if (depth && open[depth - 1] == '{') {
			if (!(p = j_string(p)) || *p++ != ':')
				return false;
		}
		if ((*p == '{' || *p == '[') && p[1] != *p + 2) {
			if (depth == sizeof open)
				return false;
			open[depth++] = *p++;
			continue;
		}
		p = *p == '{' || *p == '[' ? p + 2 : j_scalar(p);
		if (!p)
			return false;
		while (depth && *p == open[depth - 1] + 2) {
			depth--;
			p++;
		}
		if (!depth)
			return !strcmp(p, "\n");
		if (*p++ != ',')
			return false;
	}
}

static void the_reader_of_json_refuses(void **state)
{
	(void)state;
	assert_true(is_json("{\"a\":[1,{\"b\":null}],\"c\":{}}\n"));
	assert_false(is_json("{\"a\":[1,{\"b\":null}],\"c\":{}\n"));
	assert_false(is_json("{\"a\":01}\n"));
	assert_false(is_json("{\"a\"}\n"));
	assert_false(is_json("{\"a\":1,}\n"));
	assert_false(is_json("[1 2]\n"));
	assert_false(is_json("\"a\\x\"\n"));
	assert_false(is_json("\"a\001\"\n"));
	assert_false(is_json("{}{}\n"));
	assert_false(is_json("[1}\n"));
}

/* ---- the tree ---------------------------------------------------------------------------------- */

#define DATES ", valid 2026-11-24T05:00:00Z to 2026-12-04T06:00:00Z"
#define KEY ", ECDSAP256SHA256, 256 bits"

static void each_zone_below_its_parent(void **state)
{
	(void)state;
	begin("www.ex.org", DNS_A, DNS_SEC_SECURE);
	sig("ex.org", "www.ex.org", DNS_A, 31); /* the order of steps is not that of the tree */
	zone("ex.org", "org", 30);
	zone("org", ".", 20);
	key(DNS_STEP_DNSKEY, ".", 10);
	key(DNS_STEP_ANCHOR, ".", 10);
	assert_string_equal(trail(),
	    "zone .: secure\n"
	    "  - trust anchor: DS key tag 10" KEY ", SHA-256\n"
	    "  - DNSKEY set signed by key tag 10" KEY DATES "\n"
	    "  zone org: secure\n"
	    "    - DS key tag 20" KEY ", SHA-256\n"
	    "    - org DS: signed by ., key tag 19" KEY DATES "\n"
	    "    - DNSKEY set signed by key tag 20" KEY DATES "\n"
	    "    zone ex.org: secure\n"
	    "      - DS key tag 30" KEY ", SHA-256\n"
	    "      - ex.org DS: signed by org, key tag 29" KEY DATES "\n"
	    "      - DNSKEY set signed by key tag 30" KEY DATES "\n"
	    "      - www.ex.org A: signed by ex.org, key tag 31" KEY DATES "\n");
}

/* Canonical order would have net before org, and the root's label order a before z */
static void siblings_in_the_order_of_the_aliases(void **state)
{
	const char *t, *z, *a, *n;

	(void)state;
	begin("www.z.org", DNS_A, DNS_SEC_SECURE);
	key(DNS_STEP_ANCHOR, ".", 10);
	zone("org", ".", 20);
	zone("z.org", "org", 30);
	sig("z.org", "www.z.org", DNS_CNAME, 31);
	alias("www.z.org", "www.b.net", DNS_SEC_SECURE);
	zone("net", ".", 40);
	zone("b.net", "net", 50);
	sig("b.net", "www.b.net", DNS_CNAME, 51);
	alias("www.b.net", "www.a.org", DNS_SEC_SECURE);
	zone("a.org", "org", 60);
	sig("a.org", "www.a.org", DNS_A, 61);
	t = trail();
	z = strstr(t, "    zone z.org");
	a = strstr(t, "    zone a.org");
	n = strstr(t, "  zone net");
	assert_true(z && a && n && z < a && a < n); /* a.org is below org, which came first */
	says(t, "      - www.z.org CNAME: signed by z.org, key tag 31" KEY DATES "\n"
	    "      - alias 1: www.z.org -> www.b.net (CNAME): secure\n");
	says(t, "      - alias 2: www.b.net -> www.a.org (CNAME): secure\n");
}

static void an_insecure_delegation_with_its_denial(void **state)
{
	struct dns_step *s;

	(void)state;
	begin("www.plain.org", DNS_A, DNS_SEC_INSECURE);
	key(DNS_STEP_ANCHOR, ".", 10);
	zone("org", ".", 20);
	sig("org", "plain.org", DNS_NSEC, 21);
	s = step(DNS_STEP_DENIAL, "org");
	name(s->owner, "plain.org");
	s->type = DNS_DS;
	strcpy(s->text, "no such type, by NSEC plain.org");
	s = step(DNS_STEP_INSECURE, "plain.org");
	s->state = DNS_SEC_INSECURE;
	strcpy(s->text, "the parent has no DS record");
	says(trail(), "    - plain.org NSEC: signed by org, key tag 21" KEY DATES "\n"
	    "    zone plain.org: insecure\n"
	    "      - plain.org DS: denied by org: no such type, by NSEC plain.org\n"
	    "      - outside DNSSEC: the parent has no DS record\n");
	says(end(NOW), "weakest link: the answer for www.plain.org A: insecure\n");
}

/* An island below an anchor of its own, and nothing above */
static void an_anchor_below_the_root(void **state)
{
	(void)state;
	begin("a.isle.test", DNS_A, DNS_SEC_SECURE);
	key(DNS_STEP_ANCHOR, "isle.test", 10)->digest = 0;
	key(DNS_STEP_DNSKEY, "isle.test", 10);
	assert_string_equal(trail(), "zone isle.test: secure\n"
	    "  - trust anchor: DNSKEY key tag 10" KEY "\n"
	    "  - DNSKEY set signed by key tag 10" KEY DATES "\n");
}

static void a_broken_alias_is_shown(void **state)
{
	(void)state;
	begin("a.test", DNS_A, DNS_SEC_BOGUS);
	alias("a.test", "b.test", DNS_SEC_INSECURE);
	r.links[1] = r.links[0];
	r.links[1].state = DNS_SEC_BOGUS;
	name(r.links[1].owner, "b.test");
	name(r.links[1].target, "c.test");
	r.nlinks = 2;
	assert_string_equal(trail(), "alias 1: a.test -> b.test (CNAME): insecure\n"
	    "alias 2: b.test -> c.test (CNAME): bogus\n");
	says(end(NOW), "weakest link: alias 2: b.test -> c.test (CNAME): bogus\n");
}

static void a_trail_that_was_cut_says_so(void **state)
{
	(void)state;
	begin("a.test", DNS_A, DNS_SEC_SECURE);
	while (r.nsteps < DNS_MAX_STEPS)
		sig(".", "a.test", DNS_A, (uint16_t)r.nsteps);
	says(trail(), "cut at 96 steps");
	r.nsteps--;
	assert_null(strstr(trail(), "cut at"));
	r.nsteps = 0;
	says(trail(), "nothing was proven");
}

/* As many zones as there are steps, each below the last */
static void the_deepest_tree(void **state)
{
	char text_[200] = "a";
	unsigned i;

	(void)state;
	begin("a.test", DNS_A, DNS_SEC_SECURE);
	for (i = 0; i < DNS_MAX_STEPS; i++) {
		key(DNS_STEP_DNSKEY, text_, (uint16_t)i);
		strcat(text_, ".a");
		text_[199] = '\0';
	}
	says(trail(), "zone a.a.a.a.a.a.a.a.a");
}

/* ---- weakest and soonest ----------------------------------------------------------------------- */

static void the_weakest_key_of_a_secure_answer(void **state)
{
	struct dns_step *s;

	(void)state;
	begin("www.ex.org", DNS_A, DNS_SEC_SECURE);
	key(DNS_STEP_DNSKEY, ".", 10);
	s = sig("org", "ex.org", DNS_DS, 11);
	s->alg = 8;
	s->bits = 1024;
	s = sig("ex.org", "www.ex.org", DNS_A, 12);
	s->alg = 8;
	s->bits = 2048;
	says(end(NOW), "weakest link: none, all are secure; the weakest key is of zone org, key tag 11, "
	    "RSASHA256, 1024 bits\n");
}

static void the_soonest_to_expire(void **state)
{
	(void)state;
	begin("www.ex.org", DNS_A, DNS_SEC_SECURE);
	key(DNS_STEP_DNSKEY, ".", 10);
	sig("org", "ex.org", DNS_DS, 11)->expiration = (uint32_t)NOW + 93784;
	r.sig_expires = (uint32_t)NOW + 93784;
	says(end(NOW), "soonest signature to expire: 2026-11-25T08:03:04Z, in 1 day 2 hours: ex.org DS, "
	    "signed by org, key tag 11\n");
	says(end(NOW + 93784 - 61), "in 1 minute 1 second: ");
	says(end(NOW + 93784 - 59), "in 59 seconds: ");
	says(end(NOW + 93784 + 7200), "2026-11-25T08:03:04Z, 2 hours ago: ");
	r.steps[0].expiration = (uint32_t)NOW + 5; /* the key set's own signature counts too */
	says(end(NOW), "in 5 seconds: . DNSKEY, signed by ., key tag 10\n");
	r.sig_expires = (uint32_t)NOW + 3; /* of one that the trail has no room for */
	says(end(NOW), "in 3 seconds\n");
	r.nsteps = 0;
	r.sig_expires = 0;
	says(end(NOW), "no signature was relied on\n");
}

/* RFC 1982: the end of the 32 bits is not the end of time */
static void rfc4034_3_1_5_soonest_in_serial_arithmetic(void **state)
{
	int64_t now = INT64_C(4294967296) - 100; /* 2106 */

	(void)state;
	begin("www.ex.org", DNS_A, DNS_SEC_SECURE);
	sig("org", "a.org", DNS_A, 1)->expiration = 50; /* 150 seconds on */
	sig("org", "b.org", DNS_A, 2)->expiration = (uint32_t)now + 90;
	says(end(now), "in 1 minute 30 seconds: b.org A");
	r.steps[1].expiration = 60;
	says(end(now), "2106-02-07T06:29:06Z, in 2 minutes 30 seconds: a.org A");
}

/* ---- text ------------------------------------------------------------------------------------ */

static void the_text_report(void **state)
{
	static const uint8_t a[4] = { 192, 0, 2, 1 };

	(void)state;
	begin("www.ex.org", DNS_A, DNS_SEC_SECURE);
	add("www.ex.org", DNS_A, a, 4);
	assert_string_equal(text(false), "www.ex.org A: secure, NOERROR\n"
	    "  www.ex.org 300 IN A 192.0.2.1\n");
	r.len = 0;
	strcpy(r.reason, "as it is\n\033[31m");
	r.ede = 7;
	assert_string_equal(text(false), "www.ex.org A: secure, NOERROR, no record of this type\n"
	    "  reason: as it is\\x0a\\x1b[31m (EDE 7)\n");
	says(text(true), "  proof trail:\n    nothing was proven\n  weakest link: none");
}

/* ---- JSON -------------------------------------------------------------------------------------- */

static void the_json_object_as_promised(void **state)
{
	static const uint8_t a[4] = { 192, 0, 2, 1 }, odd[3] = { 1, 2, 255 };

	(void)state;
	begin("www.ex.org", DNS_A, DNS_SEC_SECURE);
	add("www.ex.org", DNS_A, a, 4);
	add("www.ex.org", 65280, odd, 3);
	assert_string_equal(json(), "{\"name\":\"www.ex.org\",\"type\":\"A\",\"status\":\"secure\","
	    "\"rcode\":\"NOERROR\",\"answer\":[{\"name\":\"www.ex.org\",\"ttl\":300,\"class\":\"IN\","
	    "\"type\":\"A\",\"data\":\"192.0.2.1\"},{\"name\":\"www.ex.org\",\"ttl\":300,\"class\":\"IN\","
	    "\"type\":\"TYPE65280\",\"data\":\"\\\\# 3 0102FF\"}],\"reason\":\"\",\"ede\":null,"
	    "\"chain\":[]}\n");
	assert_true(is_json(text_str(&out)));
	begin(".", DNS_NS, DNS_SEC_BOGUS);
	r.rcode = DNS_SERVFAIL;
	r.ede = DNS_EDE_NO_RRSIG;
	strcpy(r.reason, "no");
	assert_string_equal(json(), "{\"name\":\".\",\"type\":\"NS\",\"status\":\"bogus\","
	    "\"rcode\":\"SERVFAIL\",\"answer\":[],\"reason\":\"no\",\"ede\":10,\"chain\":[]}\n");
}

static void the_json_chain(void **state)
{
	(void)state;
	begin("www.ex.org", DNS_A, DNS_SEC_SECURE);
	key(DNS_STEP_ANCHOR, ".", 10);
	key(DNS_STEP_DNSKEY, ".", 10);
	sig(".", "www.ex.org", DNS_CNAME, 11);
	alias("www.ex.org", "b.test", DNS_SEC_SECURE);
	says(json(), "\"chain\":[{\"zone\":\".\",\"kind\":\"anchor\",\"status\":\"secure\",\"keytag\":10,"
	    "\"algorithm\":\"ECDSAP256SHA256\",\"digest\":2,\"text\":\"\"},"
	    "{\"zone\":\".\",\"kind\":\"dnskey\",\"status\":\"secure\",\"keytag\":10,"
	    "\"algorithm\":\"ECDSAP256SHA256\",\"bits\":256,\"inception\":\"2026-11-24T05:00:00Z\","
	    "\"expiration\":\"2026-12-04T06:00:00Z\",\"text\":\"\"},"
	    "{\"zone\":\".\",\"kind\":\"signature\",\"status\":\"secure\",\"owner\":\"www.ex.org\","
	    "\"type\":\"CNAME\",\"keytag\":11,\"algorithm\":\"ECDSAP256SHA256\",\"bits\":256,"
	    "\"inception\":\"2026-11-24T05:00:00Z\",\"expiration\":\"2026-12-04T06:00:00Z\","
	    "\"text\":\"\"},{\"zone\":\"www.ex.org\",\"kind\":\"alias\",\"status\":\"secure\","
	    "\"owner\":\"www.ex.org\",\"type\":\"CNAME\",\"target\":\"b.test\"}]}\n");
	assert_true(is_json(text_str(&out)));
}

/* Every octet in a name, in data, in a reason and in a step's text; and the longest name */
static void any_octet_keeps_json_json_and_text_printable(void **state)
{
	uint8_t n[DNS_NAME_MAX], txt[256];
	const char *p;
	unsigned i, j;

	(void)state;
	for (i = 0; i < 256; i++) {
		begin("a.test", DNS_TXT, DNS_SEC_SECURE);
		memset(n, (int)i, sizeof n);
		for (j = 0; j < 4; j++) /* 63 + 63 + 63 + 61 octets: the longest there is */
			n[64 * j] = j == 3 ? 61 : 63;
		n[254] = 0;
		dns_name_copy(r.qname, n);
		dns_name_copy(r.name, n);
		memset(txt, (int)i, sizeof txt);
		txt[0] = 255;
		add("a.test", DNS_TXT, txt, sizeof txt);
		add("a.test", DNS_CNAME, n, sizeof n);
		alias("a.test", "b.test", DNS_SEC_SECURE);
		dns_name_copy(r.links[0].target, n);
		dns_name_copy(r.steps[0].owner, n);
		step(DNS_STEP_INSECURE, "a.test");
		memset(r.steps[1].text, (int)i, 300);
		memset(r.reason, (int)i, 300);
		if (!is_json(json()))
			fail_msg("octet %u: %s", i, text_str(&out));
		for (p = text(true); *p; p++)
			if (*p != '\n' && (*p < 0x20 || *p > 0x7e))
				fail_msg("octet %u comes out as %d", i, *p);
		/* peers cannot make lines of their own: question, 2 records, reason, trail's head, a zone
		   with two lines, weakest and soonest */
		for (j = 0, p = text_str(&out); (p = strchr(p, '\n')) != NULL; p++)
			j++;
		assert_int_equal(j, i ? 10 : 9);
	}
}

static void zones_in_one_line(void **state)
{
	(void)state;
	begin("www.ex.org", DNS_A, DNS_SEC_SECURE);
	key(DNS_STEP_DNSKEY, ".", 10);
	key(DNS_STEP_DNSKEY, "org", 11)->alg = 8;
	text_free(&out);
	report_dns_zones(&out, &r);
	assert_string_equal(text_str(&out), ". (ECDSAP256SHA256), org (RSASHA256)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reader_of_json_refuses),
		cmocka_unit_test(each_zone_below_its_parent),
		cmocka_unit_test(siblings_in_the_order_of_the_aliases),
		cmocka_unit_test(an_insecure_delegation_with_its_denial),
		cmocka_unit_test(an_anchor_below_the_root),
		cmocka_unit_test(a_broken_alias_is_shown),
		cmocka_unit_test(a_trail_that_was_cut_says_so),
		cmocka_unit_test(the_deepest_tree),
		cmocka_unit_test(the_weakest_key_of_a_secure_answer),
		cmocka_unit_test(the_soonest_to_expire),
		cmocka_unit_test(rfc4034_3_1_5_soonest_in_serial_arithmetic),
		cmocka_unit_test(the_text_report),
		cmocka_unit_test(the_json_object_as_promised),
		cmocka_unit_test(the_json_chain),
		cmocka_unit_test(any_octet_keeps_json_json_and_text_printable),
		cmocka_unit_test(zones_in_one_line)
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	text_free(&out);
	return rc;
}
