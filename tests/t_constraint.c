/* SPDX-License-Identifier: ISC */
/* Unit tests of tls/constraint.c and tls/dn.c: each form of name, permitted and excluded. */
#define VEC_DIR "pki"
#include "tests/tls_vectors.h"
#include "tls/constraint.h"

/* ---- a CA's constraints and a certificate's names, made by hand ------------------------ */

static struct tls_x509 ca, x;
static uint8_t permitted[1024], excluded[1024], san[1024], subject[1024];
static unsigned budget;
static struct tls_tlv culprit;

static void append(struct tls_tlv *list, uint8_t *buf, const void *p, size_t n)
{
	assert_true(list->len + n <= 1024);
	memcpy(buf + list->len, p, n);
	list->len += n;
	list->val = buf;
}

static int setup(void **state)
{
	(void)state;
	memset(&ca, 0, sizeof ca);
	memset(&x, 0, sizeof x);
	budget = 1000;
	x.subject.val = x.subject.all = subject; /* empty */
	return 0;
}

static void base(bool permit, uint8_t tag, const void *p, size_t n)
{
	uint8_t head[4] = { 0x30, (uint8_t)(n + 2), tag, (uint8_t)n };

	assert_true(n < 120);
	append(permit ? &ca.permitted : &ca.excluded, permit ? permitted : excluded, head, 4);
	append(permit ? &ca.permitted : &ca.excluded, permit ? permitted : excluded, p, n);
}

static void name(uint8_t tag, const void *p, size_t n)
{
	uint8_t head[2] = { tag, (uint8_t)n };

	append(&x.san, san, head, 2);
	append(&x.san, san, p, n);
}

static enum tls_nc check(void)
{
	return tls_nc_check(&ca, &x, true, &budget, &culprit);
}

/* One base, one name, of the same form: permitted it gives `in`, excluded the opposite. */
static void one(uint8_t tag, const void *b, size_t bn, const void *p, size_t n, bool in)
{
	(void)setup(NULL);
	base(true, tag, b, bn);
	name(tag, p, n);
	assert_int_equal(check(), in ? TLS_NC_OK : TLS_NC_REFUSED);
	(void)setup(NULL);
	base(false, tag, b, bn);
	name(tag, p, n);
	assert_int_equal(check(), in ? TLS_NC_REFUSED : TLS_NC_OK);
}

static void odd(uint8_t tag, const void *b, size_t bn, const void *p, size_t n)
{
	unsigned k;

	for (k = 0; k < 2; k++) {
		(void)setup(NULL);
		base(k == 0, tag, b, bn);
		name(tag, p, n);
		assert_int_equal(check(), TLS_NC_UNSUPPORTED);
		assert_int_equal(culprit.tag, tag);
	}
}
#define DNS(b, p, in) one(TLS_GN_DNS, b, sizeof b - 1, p, sizeof p - 1, in)
#define MAIL(b, p, in) one(TLS_GN_EMAIL, b, sizeof b - 1, p, sizeof p - 1, in)
#define IP(b, p, in) one(TLS_GN_IP, b, sizeof b - 1, p, sizeof p - 1, in)

/* ---- forms ------------------------------------------------------------------------------ */

static void rfc5280_4_2_1_10_dns(void **state)
{
	(void)state;
	DNS("example.test", "example.test", true);
	DNS("example.test", "EXAMPLE.Test", true);
	DNS("example.test", "mx.example.test", true);
	DNS("example.test", "a.b.example.test", true);
	DNS("example.test", "badexample.test", false);
	DNS("example.test", "example.test.evil", false);
	DNS("example.test", "test", false);
	DNS("mx.example.test", "example.test", false);
	DNS("", "mx.example.test", true);
	DNS(".example.test", "mx.example.test", true); /* as others read it: below, not itself */
	DNS(".example.test", "example.test", false);
	DNS("example.test", "*.example.test", true);
	DNS("mx.example.test", "*.example.test", false);
}

static void rfc5280_4_2_1_10_dns_that_cannot_be_told(void **state)
{
	(void)state;
	odd(TLS_GN_DNS, "example.test", 12, "mx.example.test\0.evil", 21);
	odd(TLS_GN_DNS, "example.test", 12, "m\xc3\xa4x.example.test", 17);
	odd(TLS_GN_DNS, "example.test", 12, "", 0);
	odd(TLS_GN_DNS, "example.test", 12, "mx.example.test.", 16);
	odd(TLS_GN_DNS, "*.example.test", 14, "mx.example.test", 15);
	odd(TLS_GN_DNS, "example..test", 13, "mx.example.test", 15);
	odd(TLS_GN_DNS, ".", 1, "mx.example.test", 15);
}

static void rfc5280_4_2_1_10_ip(void **state)
{
	(void)state;
	IP("\xc0\0\2\0\xff\xff\xff\0", "\xc0\0\2\x19", true);
	IP("\xc0\0\2\0\xff\xff\xff\0", "\xc0\0\3\x19", false);
	IP("\0\0\0\0\0\0\0\0", "\xc0\0\3\x19", true);
	IP("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0",
	    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", true);
	IP("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0",
	    "\x20\x01\x0d\xb9\0\0\0\0\0\0\0\0\0\0\0\1", false);
	IP("\0\0\0\0\0\0\0\0", "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", false); /* the other family */
	odd(TLS_GN_IP, "\xc0\0\2\0\xff\xff\xff", 7, "\xc0\0\2\1", 4);
	odd(TLS_GN_IP, "\xc0\0\2\0\xff\0\xff\0", 8, "\xc0\0\2\1", 4); /* no CIDR mask */
	odd(TLS_GN_IP, "\xc0\0\2\0\xff\xff\xff\0", 8, "\xc0\0\2\1\0", 5);
}

static void rfc5280_4_2_1_10_mail(void **state)
{
	(void)state;
	MAIL("example.test", "a@example.test", true);
	MAIL("example.test", "a@EXAMPLE.test", true);
	MAIL("example.test", "a@mx.example.test", false);
	MAIL(".example.test", "a@mx.example.test", true);
	MAIL(".example.test", "a@example.test", false);
	MAIL("a@example.test", "a@Example.test", true);
	MAIL("a@example.test", "A@example.test", false);
	MAIL("a@example.test", "b@example.test", false);
	MAIL("", "a@example.test", true);
	odd(TLS_GN_EMAIL, "example.test", 12, "example.test", 12);
	odd(TLS_GN_EMAIL, "example.test", 12, "a@b@example.test", 16);
	odd(TLS_GN_EMAIL, "example..test", 13, "a@example.test", 14);
}

static const uint8_t dn_base[] = "\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x0c\x04" "Test";
static const uint8_t dn_in[] = "\x30\x1c\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x13\x04" "TEST"
    "\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "mx";
static const uint8_t dn_out[] = "\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x0c\x04" "Else";

static void rfc5280_4_2_1_10_directory_name(void **state)
{
	(void)state;
	one(TLS_GN_DN, dn_base, sizeof dn_base - 1, dn_base, sizeof dn_base - 1, true);
	one(TLS_GN_DN, dn_base, sizeof dn_base - 1, dn_in, sizeof dn_in - 1, true);
	one(TLS_GN_DN, dn_in, sizeof dn_in - 1, dn_base, sizeof dn_base - 1, false);
	one(TLS_GN_DN, dn_base, sizeof dn_base - 1, dn_out, sizeof dn_out - 1, false);
	one(TLS_GN_DN, "\x30\x00", 2, dn_out, sizeof dn_out - 1, true);
}

static void set_subject(const uint8_t *dn, size_t n)
{
	memcpy(subject, dn, n);
	x.subject.tag = DER_SEQUENCE;
	x.subject.all = subject;
	x.subject.all_len = n;
	x.subject.val = subject + 2;
	x.subject.len = n - 2;
}

static void rfc5280_4_2_1_10_subject_is_a_directory_name(void **state)
{
	(void)state;
	base(true, TLS_GN_DN, dn_base, sizeof dn_base - 1);
	assert_int_equal(check(), TLS_NC_OK); /* an empty subject is none */
	set_subject(dn_in, sizeof dn_in - 1);
	assert_int_equal(check(), TLS_NC_OK);
	set_subject(dn_out, sizeof dn_out - 1);
	assert_int_equal(check(), TLS_NC_REFUSED);
}

static void rfc5280_4_2_1_10_mail_in_the_subject(void **state)
{
	static const uint8_t dn[] = "\x30\x1f\x31\x1d\x30\x1b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"
	    "\x16\x0e" "a@example.test";

	(void)state;
	set_subject(dn, sizeof dn - 1);
	base(true, TLS_GN_EMAIL, "example.test", 12);
	assert_int_equal(check(), TLS_NC_OK);
	base(false, TLS_GN_EMAIL, "a@example.test", 14);
	assert_int_equal(check(), TLS_NC_REFUSED);
}

static void common_name_is_a_dns_name_without_san(void **state)
{
	static const uint8_t host[] = "\x30\x14\x31\x12\x30\x10\x06\x03\x55\x04\x03\x0c\x09" "mx.a.test";
	static const uint8_t text[] = "\x30\x14\x31\x12\x30\x10\x06\x03\x55\x04\x03\x0c\x09" "My Server";

	(void)state;
	set_subject(host, sizeof host - 1);
	base(true, TLS_GN_DNS, "a.test", 6);
	assert_int_equal(check(), TLS_NC_OK);
	base(false, TLS_GN_DNS, "mx.a.test", 9);
	assert_int_equal(check(), TLS_NC_REFUSED);
	assert_int_equal(tls_nc_check(&ca, &x, false, &budget, &culprit), TLS_NC_OK); /* of a CA: none */
	set_subject(text, sizeof text - 1);
	assert_int_equal(check(), TLS_NC_OK);
	set_subject(host, sizeof host - 1);
	name(TLS_GN_DNS, "b.a.test", 8); /* then the CN is not used for a host either */
	assert_int_equal(check(), TLS_NC_OK);
}

static void forms_that_are_not_processed_refuse(void **state)
{
	(void)state;
	odd(TLS_GN_URI, "example.test", 12, "https://example.test/", 21);
	odd(TLS_GN_ID, "\x2a\x03", 2, "\x2a\x03", 2);
	odd(TLS_GN_OTHER, "\x06\x01\x2a\xa0\x02\x05\x00", 7, "\x06\x01\x2a\xa0\x02\x05\x00", 7);
	(void)setup(NULL);
	base(true, TLS_GN_URI, "example.test", 12); /* no such name: nothing to refuse */
	name(TLS_GN_DNS, "mx.example.test", 15);
	assert_int_equal(check(), TLS_NC_OK);
}

static void each_form_is_a_matter_of_its_own(void **state)
{
	(void)state;
	base(true, TLS_GN_IP, "\xc0\0\2\0\xff\xff\xff\0", 8);
	name(TLS_GN_DNS, "mx.example.test", 15);
	assert_int_equal(check(), TLS_NC_OK);
	name(TLS_GN_IP, "\xc0\0\3\1", 4);
	assert_int_equal(check(), TLS_NC_REFUSED);
	assert_int_equal(culprit.tag, TLS_GN_IP);
}

static void any_permitted_and_no_excluded(void **state)
{
	(void)state;
	base(true, TLS_GN_DNS, "other.test", 10);
	base(true, TLS_GN_DNS, "example.test", 12);
	name(TLS_GN_DNS, "mx.example.test", 15);
	assert_int_equal(check(), TLS_NC_OK);
	base(false, TLS_GN_DNS, "a.example.test", 14);
	assert_int_equal(check(), TLS_NC_OK);
	name(TLS_GN_DNS, "b.a.example.test", 16); /* each of the names counts */
	assert_int_equal(check(), TLS_NC_REFUSED);
	assert_int_equal(culprit.len, 16);
}

static void the_host_that_a_wildcard_stands_for(void **state)
{
	(void)state;
	base(false, TLS_GN_DNS, "mx.example.test", 15);
	name(TLS_GN_DNS, "*.example.test", 14);
	assert_int_equal(check(), TLS_NC_OK);
	assert_int_equal(tls_nc_check_host(&ca, "mx.example.test", &budget), TLS_NC_REFUSED);
	assert_int_equal(tls_nc_check_host(&ca, "mx2.example.test", &budget), TLS_NC_OK);
}

static void the_budget_ends_it(void **state)
{
	(void)state;
	base(true, TLS_GN_DNS, "example.test", 12);
	name(TLS_GN_DNS, "mx.example.test", 15);
	budget = 2;
	assert_int_equal(check(), TLS_NC_OK);
	budget = 1;
	assert_int_equal(check(), TLS_NC_LIMIT);
	budget = 0;
	assert_int_equal(check(), TLS_NC_LIMIT);
}

/* ---- the extension -------------------------------------------------------------------------- */

static bool parses(const void *p, size_t n)
{
	struct tls_tlv v;

	memset(&v, 0, sizeof v);
	memset(&ca, 0, sizeof ca);
	v.val = p;
	v.len = n;
	return tls_nc_parse(&ca, &v);
}
#define NC(s) parses(s, sizeof s - 1)

static void rfc5280_4_2_1_10_syntax(void **state)
{
	(void)state;
	assert_true(NC("\x30\x09\xa0\x07\x30\x05\x82\x03" "a.b"));
	assert_true(NC("\x30\x09\xa1\x07\x30\x05\x82\x03" "a.b"));
	assert_true(NC("\x30\x12\xa0\x07\x30\x05\x82\x03" "a.b" "\xa1\x07\x30\x05\x82\x03" "c.b"));
	assert_true(ca.permitted.len == 7 && ca.excluded.len == 7);
	assert_false(NC("\x30\x12\xa1\x07\x30\x05\x82\x03" "a.b" "\xa0\x07\x30\x05\x82\x03" "c.b"));
	assert_false(NC("\x30\x00"));                                   /* MUST NOT be empty */
	assert_false(NC("\x30\x02\xa0\x00"));
	assert_false(NC("\x30\x09\xa2\x07\x30\x05\x82\x03" "a.b"));
	assert_false(NC("\x30\x09\xa0\x07\x30\x05\x8a\x03" "a.b"));     /* no such form */
	assert_false(NC("\x30\x08\xa0\x06\x30\x04\xa4\x02\x05\x00"));   /* no Name */
	assert_false(NC("\x30\x09\xa0\x07\x30\x05\x82\x04" "a.b"));
	assert_false(NC("\x30\x09\xa0\x07\x30\x05\x82\x03" "a.b" "\x05\x00"));
}

static void rfc5280_4_2_1_10_minimum_and_maximum(void **state)
{
	(void)state;
	assert_true(NC("\x30\x0c\xa0\x0a\x30\x08\x82\x03" "a.b" "\x80\x01\x00"));
	assert_false(NC("\x30\x0c\xa0\x0a\x30\x08\x82\x03" "a.b" "\x80\x01\x01"));
	assert_false(NC("\x30\x0c\xa0\x0a\x30\x08\x82\x03" "a.b" "\x81\x01\x00"));
	assert_false(NC("\x30\x0f\xa0\x0d\x30\x0b\x82\x03" "a.b" "\x80\x01\x00\x81\x01\x05"));
}

/* ---- distinguished names --------------------------------------------------------------------- */

static bool same(const void *a, size_t an, const void *b, size_t bn)
{
	struct tls_der r = tls_der_init(a, an), s = tls_der_init(b, bn);
	struct tls_tlv m, n;

	assert_true(tls_der_get(&r, DER_SEQUENCE, &m) && tls_der_get(&s, DER_SEQUENCE, &n));
	assert_true(tls_der_is_done(&r) && tls_der_is_done(&s));
	return tls_dn_eq(&m, &n) && tls_dn_eq(&n, &m);
}
#define SAME(a, b) same(a, sizeof a - 1, b, sizeof b - 1)
#define O4(tag, v) "\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a" tag "\x04" v
#define CN4(tag, v) "\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03" tag "\x04" v
#define O6(tag, v) "\x30\x11\x31\x0f\x30\x0d\x06\x03\x55\x04\x0a" tag "\x06" v

static void rfc5280_7_1_case_and_type(void **state)
{
	(void)state;
	assert_true(SAME(O4("\x0c", "Test"), O4("\x0c", "Test")));
	assert_true(SAME(O4("\x0c", "Test"), O4("\x13", "tEST")));
	assert_true(SAME(O4("\x14", "Test"), O4("\x13", "TEST")));
	assert_false(SAME(O4("\x0c", "Test"), O4("\x0c", "Tess")));
	assert_false(SAME(O4("\x0c", "Test"), CN4("\x0c", "Test")));
	assert_true(SAME(O4("\x0c", "T\xc3\xa4t"), O4("\x0c", "t\xc3\xa4T")));
	assert_false(SAME(O4("\x0c", "T\xc3\xa4t"), O4("\x0c", "T\xc3\x84t"))); /* ASCII alone is folded */
	assert_false(SAME(O4("\x14", "T\xc3\xa4t"), O4("\x0c", "T\xc3\xa4t")));
	assert_false(SAME(O4("\x1e", "\0T\0s"), O4("\x1e", "\0t\0s")));         /* BMPString */
	assert_true(SAME(O4("\x1e", "\0T\0s"), O4("\x1e", "\0T\0s")));
}

static void rfc5280_7_1_blanks(void **state)
{
	(void)state;
	assert_true(SAME(O6("\x0c", " Test "), O4("\x0c", "Test")));
	assert_true(SAME(O6("\x0c", "Te  st"), "\x30\x10\x31\x0e\x30\x0c\x06\x03\x55\x04\x0a\x0c\x05" "Te st"));
	assert_false(SAME(O6("\x0c", "Te  st"), O4("\x0c", "Test")));
	assert_true(SAME(O6("\x0c", "      "), O4("\x0c", "    ")));
}

static void rfc5280_7_1_rdns(void **state)
{
	static const uint8_t ab[] = "\x30\x18\x31\x16\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "ab"
	    "\x30\x09\x06\x03\x55\x04\x0a\x0c\x02" "cd";
	static const uint8_t ba[] = "\x30\x18\x31\x16\x30\x09\x06\x03\x55\x04\x0a\x13\x02" "CD"
	    "\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "ab";
	static const uint8_t aa[] = "\x30\x18\x31\x16\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "ab"
	    "\x30\x09\x06\x03\x55\x04\x03\x13\x02" "AB";
	static const uint8_t two[] = "\x30\x1a\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "ab"
	    "\x31\x0b\x30\x09\x06\x03\x55\x04\x0a\x0c\x02" "cd";

	(void)state;
	assert_true(SAME(ab, ba)); /* a SET has no order */
	assert_false(SAME(ab, aa));
	assert_false(SAME(ab, two));
	assert_true(SAME("\x30\x00", "\x30\x00"));
	assert_false(SAME("\x30\x00", O4("\x0c", "Test")));
	assert_true(SAME("\x30\x02\x31\x00", "\x30\x02\x31\x00"));
}

#define T(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(rfc5280_4_2_1_10_dns),
		T(rfc5280_4_2_1_10_dns_that_cannot_be_told),
		T(rfc5280_4_2_1_10_ip),
		T(rfc5280_4_2_1_10_mail),
		T(rfc5280_4_2_1_10_directory_name),
		T(rfc5280_4_2_1_10_subject_is_a_directory_name),
		T(rfc5280_4_2_1_10_mail_in_the_subject),
		T(common_name_is_a_dns_name_without_san),
		T(forms_that_are_not_processed_refuse),
		T(each_form_is_a_matter_of_its_own),
		T(any_permitted_and_no_excluded),
		T(the_host_that_a_wildcard_stands_for),
		T(the_budget_ends_it),
		T(rfc5280_4_2_1_10_syntax),
		T(rfc5280_4_2_1_10_minimum_and_maximum),
		T(rfc5280_7_1_case_and_type),
		T(rfc5280_7_1_blanks),
		T(rfc5280_7_1_rdns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
