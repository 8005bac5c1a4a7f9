/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of src/anchors.c and report_anchors.c: what is made of a zone's anchors and the keys
 * that it publishes.  The validator is played by a function that says what the test wants;
 * the digests are those of the root's key of 2017.
 */
#include "src/anchors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1795500000) /* 2026-11-24 */

/* The root's KSK-2017: flags, protocol, algorithm, key */
static const uint8_t ksk2017[] = {
	0x01, 0x01, 0x03, 0x08, 0x03, 0x01, 0x00, 0x01, 0xac, 0xff, 0xb4, 0x09, 0xbc, 0xc9,
	0x39, 0xf8, 0x31, 0xf7, 0xa1, 0xe5, 0xec, 0x88, 0xf7, 0xa5, 0x92, 0x55, 0xec, 0x53,
	0x04, 0x0b, 0xe4, 0x32, 0x02, 0x73, 0x90, 0xa4, 0xce, 0x89, 0x6d, 0x6f, 0x90, 0x86,
	0xf3, 0xc5, 0xe1, 0x77, 0xfb, 0xfe, 0x11, 0x81, 0x63, 0xaa, 0xec, 0x7a, 0xf1, 0x46,
	0x2c, 0x47, 0x94, 0x59, 0x44, 0xc4, 0xe2, 0xc0, 0x26, 0xbe, 0x5e, 0x98, 0xbb, 0xcd,
	0xed, 0x25, 0x97, 0x82, 0x72, 0xe1, 0xe3, 0xe0, 0x79, 0xc5, 0x09, 0x4d, 0x57, 0x3f,
	0x0e, 0x83, 0xc9, 0x2f, 0x02, 0xb3, 0x2d, 0x35, 0x13, 0xb1, 0x55, 0x0b, 0x82, 0x69,
	0x29, 0xc8, 0x0d, 0xd0, 0xf9, 0x2c, 0xac, 0x96, 0x6d, 0x17, 0x76, 0x9f, 0xd5, 0x86,
	0x7b, 0x64, 0x7c, 0x3f, 0x38, 0x02, 0x9a, 0xbd, 0xc4, 0x81, 0x52, 0xeb, 0x8f, 0x20,
	0x71, 0x59, 0xec, 0xc5, 0xd2, 0x32, 0xc7, 0xc1, 0x53, 0x7c, 0x79, 0xf4, 0xb7, 0xac,
	0x28, 0xff, 0x11, 0x68, 0x2f, 0x21, 0x68, 0x1b, 0xf6, 0xd6, 0xab, 0xa5, 0x55, 0x03,
	0x2b, 0xf6, 0xf9, 0xf0, 0x36, 0xbe, 0xb2, 0xaa, 0xa5, 0xb3, 0x77, 0x8d, 0x6e, 0xeb,
	0xfb, 0xa6, 0xbf, 0x9e, 0xa1, 0x91, 0xbe, 0x4a, 0xb0, 0xca, 0xea, 0x75, 0x9e, 0x2f,
	0x77, 0x3a, 0x1f, 0x90, 0x29, 0xc7, 0x3e, 0xcb, 0x8d, 0x57, 0x35, 0xb9, 0x32, 0x1d,
	0xb0, 0x85, 0xf1, 0xb8, 0xe2, 0xd8, 0x03, 0x8f, 0xe2, 0x94, 0x19, 0x92, 0x54, 0x8c,
	0xee, 0x0d, 0x67, 0xdd, 0x45, 0x47, 0xe1, 0x1d, 0xd6, 0x3a, 0xf9, 0xc9, 0xfc, 0x1c,
	0x54, 0x66, 0xfb, 0x68, 0x4c, 0xf0, 0x09, 0xd7, 0x19, 0x7c, 0x2c, 0xf7, 0x9e, 0x79,
	0x2a, 0xb5, 0x01, 0xe6, 0xa8, 0xa1, 0xca, 0x51, 0x9a, 0xf2, 0xcb, 0x9b, 0x5f, 0x63,
	0x67, 0xe9, 0x4c, 0x0d, 0x47, 0x50, 0x24, 0x51, 0x35, 0x7b, 0xe1, 0xb5,
};
static const char ds2017[] = ". IN DS 20326 8 2 "
	"E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n";
static const char ds2024[] = ". IN DS 38696 8 2 "
	"683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n";
/* a key that nobody has: Ed25519, KSK, and as ZSK */
static const uint8_t ed_ksk[36] = { 1, 1, 3, 15, 7 }, ed_zsk[36] = { 1, 0, 3, 15, 9 };
static const char ed_ksk_anchor[] =
	". IN DNSKEY 257 3 15 BwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

static struct dns_config conf;
static struct anchors_zone z;
static struct text out;

/* ---- the played validator ------------------------------------------------------------- */

static struct {
	uint8_t flat[8192];
	size_t len;
	bool seen;
	enum dns_sec whole;   /* with all anchors */
	uint16_t prover;      /* tag in the step; 0: no step */
	uint8_t alg, digest;
	uint16_t alone;       /* tag of an anchor that is judged ... */
	enum dns_sec alone_state; /* ... so by itself, others bogus */
	unsigned asked;
} play;

static uint16_t tag_of(const struct dns_anchor *a)
{
	struct dns_key_info k;

	if (a->type == DNS_DS)
		return (uint16_t)(a->rdata[0] << 8 | a->rdata[1]);
	assert_true(dns_key_info(a->rdata, a->rdlen, &k));
	return k.tag;
}

static bool ask(void *arg, const struct dns_config *d, const uint8_t *owner,
    struct anchors_reply *r)
{
	(void)arg;
	assert_true(dns_name_eq(owner, (const uint8_t *)""));
	r->ede = DNS_EDE_NONE;
	r->state = !play.asked++ ? play.whole : d->anchors.n == 1 &&
	    tag_of(&d->anchors.a[0]) == play.alone ? play.alone_state : DNS_SEC_BOGUS;
	r->seen = play.seen;
	r->has_step = r->state == DNS_SEC_SECURE && play.prover;
	r->tag = play.prover;
	r->alg = play.alg;
	r->digest = play.digest;
	r->sig_expires = (uint32_t)NOW + 86400;
	memcpy(r->flat, play.flat, play.len);
	r->len = play.len;
	return true;
}

static void add(uint16_t type, const uint8_t *rdata, uint16_t len)
{
	struct dns_rr rr = { .owner = (const uint8_t *)"", .rdata = rdata, .ttl = 60, .type = type,
		.class = DNS_IN, .rdlen = len, .section = DNS_ANSWER };

	assert_int_equal(dns_flat_add(play.flat, sizeof play.flat, &play.len, &rr), 0);
	play.seen = true;
}

static void publish(const uint8_t *rdata, size_t len, uint16_t flags)
{
	uint8_t key[300];

	memcpy(key, rdata, len);
	key[0] = (uint8_t)(flags >> 8);
	key[1] = (uint8_t)flags;
	add(DNS_DNSKEY, key, (uint16_t)len);
}

static void signed_by(uint8_t alg, uint16_t tag)
{
	uint8_t sig[40] = { 0, 48, 0, 0 };

	sig[2] = alg;
	sig[16] = (uint8_t)(tag >> 8);
	sig[17] = (uint8_t)tag;
	add(DNS_RRSIG, sig, sizeof sig);
}

static void anchors(const char *text)
{
	unsigned line;
	const char *err;

	assert_int_equal(dns_anchors_parse(&conf.anchors, text, strlen(text), &line, &err), 0);
	memset(&play, 0, sizeof play);
	play.whole = DNS_SEC_BOGUS;
}

static void proven(uint16_t tag, uint8_t alg, uint8_t digest)
{
	play.whole = DNS_SEC_SECURE;
	play.prover = tag;
	play.alg = alg;
	play.digest = digest;
}

static void go(void)
{
	static struct dns_anchors before;
	unsigned i = 0;
	const uint8_t *owner = anchors_next(&conf.anchors, &i);

	before = conf.anchors;
	assert_non_null(owner);
	assert_true(anchors_zone(&z, &conf, owner, NOW, ask, NULL));
	assert_memory_equal(&before, &conf.anchors, sizeof before);
}

static const char *text(void)
{
	text_free(&out);
	report_anchors_text(&out, &z);
	return text_str(&out);
}

static const char *json(void)
{
	text_free(&out);
	report_anchors_json(&out, &z);
	return text_str(&out);
}

static void says(const char *in, const char *want)
{
	if (!strstr(in, want))
		fail_msg("no \"%s\" in: %s", want, in);
}

static void silent(const char *in, const char *unwanted)
{
	if (strstr(in, unwanted))
		fail_msg("\"%s\" in: %s", unwanted, in);
}

/* ---- dns_anchor_matches_key and dns_key_info ---------------------------------------------- */

static void an_anchor_names_its_key_alone(void **state)
{
	static const uint8_t root[1], org[] = "\003org";
	uint8_t key[sizeof ksk2017];
	size_t i;

	(void)state;
	anchors(ds2017);
	memcpy(key, ksk2017, sizeof key);
	assert_true(dns_anchor_matches_key(&conf.anchors.a[0], root, key, sizeof key));
	assert_false(dns_anchor_matches_key(&conf.anchors.a[0], org, key, sizeof key));
	for (i = 0; i < sizeof key; i += 5) {
		key[i] ^= 0x04;
		assert_false(dns_anchor_matches_key(&conf.anchors.a[0], root, key, sizeof key));
		key[i] ^= 0x04;
	}
	for (i = 0; i < sizeof key; i++)
		assert_false(dns_anchor_matches_key(&conf.anchors.a[0], root, key, i));
	conf.anchors.a[0].rdata[3] = 9; /* a digest type that nobody knows */
	assert_false(dns_anchor_matches_key(&conf.anchors.a[0], root, key, sizeof key));
	anchors(ds2024);
	assert_false(dns_anchor_matches_key(&conf.anchors.a[0], root, key, sizeof key));
}

static void rfc5011_2_1_revoke_flag_changes_tag_and_not_the_match(void **state)
{
	static const uint8_t root[1];
	uint8_t key[sizeof ksk2017];
	struct dns_key_info k;

	(void)state;
	anchors(ds2017);
	memcpy(key, ksk2017, sizeof key);
	assert_true(dns_key_info(key, sizeof key, &k));
	assert_int_equal(k.tag, 20326);
	assert_int_equal(k.bits, 2048);
	assert_int_equal(k.alg, 8);
	assert_int_equal(k.flags, DNS_KEY_ZONE | DNS_KEY_SEP);
	key[1] |= DNS_KEY_REVOKE;
	assert_true(dns_key_info(key, sizeof key, &k));
	assert_int_equal(k.tag, 20326 + 128);
	assert_true(dns_anchor_matches_key(&conf.anchors.a[0], root, key, sizeof key));
	assert_false(dns_key_info(key, 4, &k));
}

/* ---- what is made of it ------------------------------------------------------------------------ */

static void the_anchor_that_proves(void **state)
{
	(void)state;
	anchors(ds2017);
	publish(ksk2017, sizeof ksk2017, 257);
	publish(ed_zsk, sizeof ed_zsk, 256);
	signed_by(8, 20326);
	proven(20326, 8, 2);
	go();
	assert_int_equal(anchors_state(&z), DNS_SEC_SECURE);
	assert_int_equal(z.proven_by, 0);
	assert_int_equal(z.nkeys, 2);
	assert_true(z.key[0].ksk && z.key[0].signs && !z.key[0].is_new && !z.key[0].revoked);
	assert_false(z.key[1].ksk || z.key[1].signs || z.key[1].is_new);
	assert_int_equal(z.anchor[0].use, ANCHORS_PROVES);
	assert_false(z.outlives || z.has_new);
	assert_int_equal(play.asked, 1);
	says(text(), ". DNSKEY: secure, proven by DS 20326 (RSASHA256, SHA-256)\n");
	says(text(), "    key tag 20326, RSASHA256, 2048 bits, KSK, signs the key set\n");
	says(text(), "no successor of the key in use");
	silent(text(), "not proven");
	says(json(), "\"proven_by\":0,\"outlives\":false");
}

static void a_standby_anchor_outlives(void **state)
{
	char both[1000];

	(void)state;
	snprintf(both, sizeof both, "%s%s", ds2017, ed_ksk_anchor);
	anchors(both);
	publish(ed_ksk, sizeof ed_ksk, 257);
	publish(ksk2017, sizeof ksk2017, 257);
	signed_by(8, 20326);
	proven(20326, 8, 2);
	go();
	assert_int_equal(z.proven_by, 0);
	assert_int_equal(z.anchor[1].use, ANCHORS_STANDBY);
	assert_true(z.outlives);
	assert_false(z.has_new);
	assert_int_equal(play.asked, 2);
	says(text(), "will the anchors outlive key 20326? yes\n");
	says(text(), "another anchor stands ready");
	says(json(), "\"state\":\"standby\"");
}

/* No advice to take another's anchor then: the keys are perhaps not the zone's. */
static void a_key_set_without_signatures_is_stripped(void **state)
{
	struct dns_key_info k;

	(void)state;
	assert_true(dns_key_info(ed_ksk, sizeof ed_ksk, &k));
	anchors(ds2017);
	publish(ksk2017, sizeof ksk2017, 257);
	go();
	assert_int_equal(z.anchor[0].use, ANCHORS_STANDBY);
	says(text(), "came without a signature by any of its keys");
	silent(text(), "add that of the key in use");
	publish(ed_ksk, sizeof ed_ksk, 257);
	signed_by(15, k.tag);
	go();
	says(text(), "add that of the key in use");
}

static void an_anchor_that_signs_too_outlives(void **state)
{
	struct dns_key_info k;
	char both[1000];

	(void)state;
	assert_true(dns_key_info(ed_ksk, sizeof ed_ksk, &k));
	snprintf(both, sizeof both, "%s%s", ds2017, ed_ksk_anchor);
	anchors(both);
	publish(ksk2017, sizeof ksk2017, 257);
	publish(ed_ksk, sizeof ed_ksk, 257);
	signed_by(8, 20326);
	signed_by(15, k.tag);
	proven(20326, 8, 2);
	play.alone = k.tag;
	play.alone_state = DNS_SEC_SECURE;
	go();
	assert_int_equal(z.anchor[1].use, ANCHORS_PROVES);
	assert_true(z.outlives);
}

/* The same, but by itself it does not hold: no comfort */
static void an_anchor_whose_signature_is_bad_does_not_outlive(void **state)
{
	struct dns_key_info k;
	char both[1000];

	(void)state;
	assert_true(dns_key_info(ed_ksk, sizeof ed_ksk, &k));
	snprintf(both, sizeof both, "%s%s", ds2017, ed_ksk_anchor);
	anchors(both);
	publish(ksk2017, sizeof ksk2017, 257);
	publish(ed_ksk, sizeof ed_ksk, 257);
	signed_by(8, 20326);
	signed_by(15, k.tag);
	proven(20326, 8, 2);
	go();
	assert_int_equal(z.anchor[1].use, ANCHORS_BROKEN);
	assert_false(z.outlives);
}

/* Two anchors for one key are one */
static void two_anchors_for_one_key_do_not_outlive_it(void **state)
{
	struct dns_key_info k;
	char twice[1000];

	(void)state;
	assert_true(dns_key_info(ed_ksk, sizeof ed_ksk, &k));
	snprintf(twice, sizeof twice, "%s%s", ed_ksk_anchor, ed_ksk_anchor);
	anchors(twice);
	publish(ed_ksk, sizeof ed_ksk, 257);
	signed_by(15, k.tag);
	proven(k.tag, 15, 0);
	play.alone = k.tag;
	play.alone_state = DNS_SEC_SECURE;
	go();
	assert_int_equal(z.anchor[0].use, ANCHORS_PROVES);
	assert_int_equal(z.anchor[1].use, ANCHORS_PROVES);
	assert_false(z.outlives);
}

static void a_new_key_without_an_anchor_is_told(void **state)
{
	(void)state;
	anchors(ds2017);
	publish(ksk2017, sizeof ksk2017, 257);
	publish(ed_ksk, sizeof ed_ksk, 257);
	signed_by(8, 20326);
	proven(20326, 8, 2);
	go();
	assert_true(z.key[1].is_new);
	assert_true(z.has_new);
	assert_false(z.outlives);
	says(text(), "KSK, new: no anchor here names it\n");
	says(text(), "will the anchors outlive key 20326? no\n");
	says(text(), "get its anchor before the key in use is gone");
	says(json(), "\"new\":true");
}

static void only_a_revoked_key_matches(void **state)
{
	char two[1000];

	(void)state;
	snprintf(two, sizeof two, "%s%s", ds2017, ds2024);
	anchors(two);
	publish(ksk2017, sizeof ksk2017, 257 | DNS_KEY_REVOKE);
	publish(ed_ksk, sizeof ed_ksk, 257);
	signed_by(15, 1);
	go();
	assert_int_equal(anchors_state(&z), DNS_SEC_BOGUS);
	assert_true(z.key[0].revoked);
	assert_false(z.key[0].is_new);
	assert_true(z.key[1].is_new);
	assert_int_equal(z.anchor[0].use, ANCHORS_REVOKED);
	assert_int_equal(z.anchor[1].use, ANCHORS_MISSING);
	says(text(), "keys published (not proven)");
	says(text(), "key tag 20454, RSASHA256, 2048 bits, KSK, revoked\n");
	says(text(), "DS 20326 (RSASHA256, SHA-256): its key is published as revoked");
	says(text(), "DS 38696 (RSASHA256, SHA-256): its key is not published");
	says(text(), "has revoked the key");
}

/* Published both ways, the key that is not revoked counts, whichever comes first */
static void revoked_and_not_revoked(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		anchors(ds2017);
		publish(ksk2017, sizeof ksk2017, i ? 257 : 257 | DNS_KEY_REVOKE);
		publish(ksk2017, sizeof ksk2017, i ? 257 | DNS_KEY_REVOKE : 257);
		go();
		assert_int_equal(z.anchor[0].use, ANCHORS_STANDBY);
		assert_int_equal(z.anchor[0].key, i ? 0 : 1);
	}
}

static void nothing_matches(void **state)
{
	(void)state;
	anchors(ds2024);
	publish(ksk2017, sizeof ksk2017, 257);
	signed_by(8, 20326);
	go();
	assert_int_equal(anchors_state(&z), DNS_SEC_BOGUS);
	assert_int_equal(z.proven_by, -1);
	assert_int_equal(z.anchor[0].use, ANCHORS_MISSING);
	says(text(), "no anchor here names a published key");
	says(json(), "\"proven_by\":null");
	says(json(), "\"expiration\":null");
}

static void unsupported_anchors_are_no_fault_of_the_zone(void **state)
{
	(void)state;
	anchors(". IN DS 20326 8 9 E06D44B8\n");
	publish(ksk2017, sizeof ksk2017, 257);
	signed_by(8, 20326);
	play.whole = DNS_SEC_INSECURE;
	play.alone = 20326;
	play.alone_state = DNS_SEC_INSECURE;
	go();
	assert_int_equal(anchors_state(&z), DNS_SEC_INSECURE);
	assert_int_equal(z.anchor[0].use, ANCHORS_UNSUPPORTED);
	says(text(), "DS 20326 (RSASHA256, digest type 9): its algorithm, digest type");
}

static void nothing_came(void **state)
{
	(void)state;
	anchors(ds2017);
	play.whole = DNS_SEC_INDETERMINATE;
	go();
	assert_int_equal(anchors_state(&z), DNS_SEC_INDETERMINATE);
	assert_int_equal(z.anchor[0].use, ANCHORS_UNCHECKED);
	assert_int_equal(play.asked, 1); /* and nobody is asked again for each anchor */
	says(text(), "none came");
}

/* RFC 9718 section 2: outside its dates an anchor is not used, though its key is there */
static void rfc9718_2_out_of_date_anchors(void **state)
{
	(void)state;
	anchors(ds2017);
	conf.anchors.a[0].until = NOW - 1;
	publish(ksk2017, sizeof ksk2017, 257);
	signed_by(8, 20326);
	play.whole = DNS_SEC_INDETERMINATE; /* no anchor at or above */
	go();
	assert_int_equal(anchors_state(&z), DNS_SEC_BOGUS);
	assert_int_equal(z.anchor[0].dates, ANCHORS_PAST);
	assert_true(z.key[0].is_new);
	says(text(), "DS 20326 (RSASHA256, SHA-256): past its dates, not used: its key is published; "
	    "valid until 2026-");
	says(text(), "every anchor here is outside its dates");
	says(json(), "\"dates\":\"past\"");
	anchors(ds2017);
	conf.anchors.a[0].from = NOW + 1;
	publish(ksk2017, sizeof ksk2017, 257);
	go();
	assert_int_equal(z.anchor[0].dates, ANCHORS_FUTURE);
	assert_int_equal(anchors_state(&z), DNS_SEC_BOGUS);
}

static void each_owner_once(void **state)
{
	static struct dns_anchors a;
	char text_[2000];
	unsigned line, i = 0;
	const char *err;
	const uint8_t *o;

	(void)state;
	snprintf(text_, sizeof text_, "%sorg. IN DS 1 8 2 %064d\n%sORG. IN DS 2 8 2 %064d\n", ds2017, 0,
	    ds2024, 0);
	assert_int_equal(dns_anchors_parse(&a, text_, strlen(text_), &line, &err), 0);
	o = anchors_next(&a, &i);
	assert_true(o && o[0] == 0);
	o = anchors_next(&a, &i);
	assert_true(o && o[0] == 3);
	assert_null(anchors_next(&a, &i));
	assert_null(anchors_next(&a, &i));
}

static void more_keys_than_the_limit(void **state)
{
	unsigned i;

	(void)state;
	anchors(ds2017);
	for (i = 0; i <= DNS_MAX_KEYS; i++)
		publish(ed_zsk, sizeof ed_zsk, 256);
	go();
	assert_int_equal(z.nkeys, DNS_MAX_KEYS);
	assert_true(z.cut);
	says(text(), "and more than the limit of 32");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_anchor_names_its_key_alone),
		cmocka_unit_test(rfc5011_2_1_revoke_flag_changes_tag_and_not_the_match),
		cmocka_unit_test(the_anchor_that_proves),
		cmocka_unit_test(a_standby_anchor_outlives),
		cmocka_unit_test(a_key_set_without_signatures_is_stripped),
		cmocka_unit_test(an_anchor_that_signs_too_outlives),
		cmocka_unit_test(an_anchor_whose_signature_is_bad_does_not_outlive),
		cmocka_unit_test(two_anchors_for_one_key_do_not_outlive_it),
		cmocka_unit_test(a_new_key_without_an_anchor_is_told),
		cmocka_unit_test(only_a_revoked_key_matches),
		cmocka_unit_test(revoked_and_not_revoked),
		cmocka_unit_test(nothing_matches),
		cmocka_unit_test(unsupported_anchors_are_no_fault_of_the_zone),
		cmocka_unit_test(nothing_came),
		cmocka_unit_test(rfc9718_2_out_of_date_anchors),
		cmocka_unit_test(each_owner_once),
		cmocka_unit_test(more_keys_than_the_limit)
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	text_free(&out);
	return rc;
}
