/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of tls/hello.c: what the ClientHello offers, and each rule of RFC 8446 for the
 * ServerHello and HelloRetryRequest, accepted and refused.
 */
#include "tests/tls_vectors.h"
#include "tls/session.h"
#include "tls/wire.h"

static struct tls_session session;

/* The hello that a session sends; the message with its header. */
static size_t hello(enum tls_offer offer, uint8_t *msg, size_t cap)
{
	static const char *const names[] = { "mx.example.test" };
	static const uint8_t entropy[32] = { 7 };
	struct tls_dane d = { NULL, 0, names, 1, VEC_NOW };
	const uint8_t *p;
	size_t n;

	tls_session_init(&session, "mx.example.test", &d, offer, entropy);
	p = tls_session_rec_out(&session, &n);
	assert_non_null(p);
	assert_true(n > 9 && n - 5 <= cap);
	assert_int_equal(p[0], 22);
	assert_int_equal(p[1] << 8 | p[2], 0x0301); /* RFC 8446 section 5.1 */
	assert_int_equal(p[3] << 8 | p[4], n - 5);
	memcpy(msg, p + 5, n - 5);
	return n - 5;
}

struct seen {
	const uint8_t *random;
	struct tls_rd sid, suites, compression, ext;
};

static void take_apart(const uint8_t *msg, size_t n, struct seen *s)
{
	struct tls_rd r = tls_rd_init(msg, n);

	assert_int_equal(tls_rd_uint(&r, 1), 1);
	assert_int_equal(tls_rd_uint(&r, 3), n - 4);
	assert_int_equal(tls_rd_uint(&r, 2), 0x0303); /* section 4.1.2 */
	s->random = tls_rd_take(&r, 32);
	s->sid = tls_rd_vec(&r, 1);
	s->suites = tls_rd_vec(&r, 2);
	s->compression = tls_rd_vec(&r, 1);
	s->ext = tls_rd_vec(&r, 2);
	assert_true(tls_rd_is_done(&r));
}

static bool extension(const struct seen *s, unsigned type, struct tls_rd *out)
{
	struct tls_rd r = s->ext;
	unsigned found = 0;

	while (tls_rd_left(&r) > 0) {
		unsigned t = tls_rd_uint(&r, 2);
		struct tls_rd v = tls_rd_vec(&r, 2);

		assert_false(v.bad);
		if (t == type) {
			*out = v;
			found++;
		}
	}
	assert_true(found <= 1);
	return found == 1;
}

static bool has16(struct tls_rd list, unsigned v)
{
	while (tls_rd_left(&list) > 0) {
		if (tls_rd_uint(&list, 2) == v)
			return true;
	}
	return false;
}

static struct tls_rd schemes(const struct seen *s, unsigned type)
{
	struct tls_rd v, list;

	assert_true(extension(s, type, &v));
	list = tls_rd_vec(&v, 2);
	assert_true(tls_rd_is_done(&v));
	return list;
}

/* ---- ClientHello -------------------------------------------------------------------------- */

static void rfc8446_4_1_2_client_hello(void **state)
{
	static uint8_t msg[TLS_HELLO_MAX];
	struct tls_rd v, list;
	struct seen s;

	(void)state;
	take_apart(msg, hello(TLS_OFFER_ALL, msg, sizeof msg), &s);
	assert_int_equal(tls_rd_left(&s.sid), 32); /* appendix D.4 */
	assert_int_equal(tls_rd_left(&s.compression), 1);
	assert_int_equal(s.compression.p[0], 0);
	assert_true(has16(s.suites, 0x1301) && has16(s.suites, 0x1302) && has16(s.suites, 0x1303));
	assert_true(has16(s.suites, BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256));
	assert_true(extension(&s, TLS_X_VERSIONS, &v));
	list = tls_rd_vec(&v, 1);
	assert_int_equal(tls_rd_uint(&list, 2), 0x0304); /* section 4.2.1: newest first */
	assert_true(has16(list, 0x0303) && has16(list, 0x0302) && has16(list, 0x0301));
	assert_false(has16(list, 0x0300));
	assert_true(extension(&s, TLS_X_SERVER_NAME, &v));
	assert_memory_equal(v.p + 5, "mx.example.test", 15);
	assert_false(extension(&s, TLS_X_COOKIE, &v));
	assert_false(extension(&s, TLS_X_SIGALGS_CERT, &v));
	assert_false(extension(&s, 41, &v)); /* no pre_shared_key, */
	assert_false(extension(&s, 42, &v)); /* no early_data */
}

static void rfc6066_8_status_request_is_always_there(void **state)
{
	static const uint8_t want[] = { 1, 0, 0, 0, 0 };
	static uint8_t msg[TLS_HELLO_MAX];
	enum tls_offer o;

	(void)state;
	for (o = TLS_OFFER_ALL; o <= TLS_OFFER_ED25519; o++) {
		struct tls_rd v;
		struct seen s;

		take_apart(msg, hello(o, msg, sizeof msg), &s);
		assert_true(extension(&s, TLS_X_STATUS_REQUEST, &v));
		assert_int_equal(tls_rd_left(&v), sizeof want);
		assert_memory_equal(v.p, want, sizeof want);
	}
}

static void rfc8446_4_2_3_pkcs1_comes_before_pss(void **state)
{
	static uint8_t msg[TLS_HELLO_MAX];
	struct tls_rd list;
	bool pss = false;
	struct seen s;

	(void)state;
	take_apart(msg, hello(TLS_OFFER_ALL, msg, sizeof msg), &s);
	list = schemes(&s, TLS_X_SIGALGS);
	while (tls_rd_left(&list) > 0) {
		unsigned v = tls_rd_uint(&list, 2);

		pss |= v >> 8 == 8 && v != TLS_ED25519;
		assert_false(pss && (v == TLS_RSA_PKCS1_SHA256 || v == TLS_RSA_PKCS1_SHA384 ||
		    v == TLS_RSA_PKCS1_SHA512));
	}
	assert_true(pss);
}

static void rfc8446_4_2_8_key_shares(void **state)
{
	static uint8_t msg[TLS_HELLO_MAX];
	struct tls_rd v, list, x, p;
	struct seen s;

	(void)state;
	take_apart(msg, hello(TLS_OFFER_ALL, msg, sizeof msg), &s);
	assert_true(extension(&s, TLS_X_KEY_SHARE, &v));
	list = tls_rd_vec(&v, 2);
	assert_int_equal(tls_rd_uint(&list, 2), TLS_X25519);
	x = tls_rd_vec(&list, 2);
	assert_int_equal(tls_rd_left(&x), 32);
	assert_int_equal(tls_rd_uint(&list, 2), TLS_SECP256R1);
	p = tls_rd_vec(&list, 2);
	assert_int_equal(tls_rd_left(&p), 65);
	assert_int_equal(p.p[0], 4);
	assert_true(tls_rd_is_done(&list) && tls_rd_is_done(&v));
}

/* Each key share is of a group of supported_groups, and in the same order: servers check (LibreSSL). */
static void rfc8446_4_2_8_key_shares_in_the_order_of_the_groups(void **state)
{
	static uint8_t msg[TLS_HELLO_MAX];
	struct tls_rd v, shares, list;
	enum tls_offer o;
	struct seen s;

	(void)state;
	for (o = TLS_OFFER_ALL; o <= TLS_OFFER_ED25519; o++) {
		take_apart(msg, hello(o, msg, sizeof msg), &s);
		list = schemes(&s, TLS_X_GROUPS);
		assert_int_equal(tls_rd_left(&list), 8); /* those of BearSSL, each once */
		assert_true(has16(list, TLS_X25519) && has16(list, TLS_SECP256R1) &&
		    has16(list, TLS_SECP384R1) && has16(list, TLS_SECP521R1));
		assert_true(extension(&s, TLS_X_KEY_SHARE, &v));
		shares = tls_rd_vec(&v, 2);
		while (tls_rd_left(&shares) > 0) {
			unsigned group = tls_rd_uint(&shares, 2);

			(void)tls_rd_vec(&shares, 2);
			do
				assert_true(tls_rd_left(&list) > 0);
			while (tls_rd_uint(&list, 2) != group);
		}
	}
}

/* With the narrowed offers no cipher suite and no scheme of another kind is left. */
static void narrowed_offers(void **state)
{
	static const struct { enum tls_offer o; unsigned has, not1, not2; } cases[] = {
		{ TLS_OFFER_RSA, TLS_RSA_PKCS1_SHA256, TLS_ECDSA_P256_SHA256, TLS_ED25519 },
		{ TLS_OFFER_ECDSA, TLS_ECDSA_P256_SHA256, TLS_RSA_PKCS1_SHA256, TLS_ED25519 },
		{ TLS_OFFER_ED25519, TLS_ED25519, TLS_PSS_RSAE_SHA256, TLS_ECDSA_P256_SHA256 },
	};
	static uint8_t msg[TLS_HELLO_MAX];
	struct tls_rd list, v;
	struct seen s;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		take_apart(msg, hello(cases[i].o, msg, sizeof msg), &s);
		list = schemes(&s, TLS_X_SIGALGS);
		assert_true(has16(list, cases[i].has));
		assert_false(has16(list, cases[i].not1) || has16(list, cases[i].not2));
		list = schemes(&s, TLS_X_SIGALGS_CERT); /* lists everything */
		assert_true(has16(list, cases[i].has) && has16(list, cases[i].not1));
		while (tls_rd_left(&s.suites) > 0) {
			unsigned suite = tls_rd_uint(&s.suites, 2);

			assert_true(suite >> 8 == 0x13 || tls_suite_kind(suite) == cases[i].o ||
			    (cases[i].o == TLS_OFFER_ED25519 && tls_suite_kind(suite) == TLS_OFFER_ECDSA &&
			    tls_suite_is_ecdhe(suite)));
		}
		assert_true(extension(&s, TLS_X_VERSIONS, &v));
		list = tls_rd_vec(&v, 1);
		assert_true(has16(list, 0x0303)); /* RFC 8422 section 5.10 */
		assert_int_equal(has16(list, 0x0302), cases[i].o != TLS_OFFER_ED25519);
	}
}

static void suites_by_kind(void **state)
{
	(void)state;
	assert_int_equal(tls_suite_kind(BR_TLS_RSA_WITH_AES_128_CBC_SHA), TLS_OFFER_RSA);
	assert_int_equal(tls_suite_kind(BR_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), TLS_OFFER_RSA);
	assert_int_equal(tls_suite_kind(BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA), TLS_OFFER_ECDSA);
	/* the leaf has an EC key, whoever signed it */
	assert_int_equal(tls_suite_kind(BR_TLS_ECDH_RSA_WITH_AES_128_CBC_SHA), TLS_OFFER_ECDSA);
	assert_int_equal(tls_suite_kind(0x1301), TLS_OFFER_ALL);
	assert_true(tls_suite_is_ecdhe(BR_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA));
	assert_false(tls_suite_is_ecdhe(BR_TLS_RSA_WITH_AES_128_CBC_SHA));
	assert_false(tls_suite_is_ecdhe(BR_TLS_ECDH_RSA_WITH_AES_128_CBC_SHA));
}

static void an_engine_hello_that_is_not_known_is_refused(void **state)
{
	static uint8_t msg[TLS_HELLO_MAX], out[TLS_HELLO_MAX];
	struct tls_hello h;
	size_t i;

	(void)state;
	(void)hello(TLS_OFFER_ALL, msg, sizeof msg);
	h = session.graft.hello;
	assert_true(tls_hello_write(&h, 0, NULL, 0, out, sizeof out) > 0);
	assert_int_equal(tls_hello_write(&h, 0, NULL, 0, out, 100), 0);
	for (i = 0; i < session.graft.hello.baselen; i++) { /* cut anywhere */
		h.baselen = i;
		assert_int_equal(tls_hello_write(&h, 0, NULL, 0, out, sizeof out), 0);
	}
	h = session.graft.hello;
	h.base[4 + 34] = 1; /* with a session id */
	assert_int_equal(tls_hello_write(&h, 0, NULL, 0, out, sizeof out), 0);
	h = session.graft.hello; /* with a group that is not offered, in place of P-256 */
	for (i = 0; memcmp(h.base + i, "\0\x0a\0\x0a\0\x08\0\x17", 8) != 0; i++)
		assert_true(i + 8 < h.baselen);
	h.base[i + 7] = 22;
	assert_int_equal(tls_hello_write(&h, 0, NULL, 0, out, sizeof out), 0);
}

/* ---- key exchange ---------------------------------------------------------------------------- */

static void both_sides_get_the_same_secret(void **state)
{
	static const unsigned group[] = { TLS_X25519, TLS_SECP256R1, TLS_SECP384R1, TLS_SECP521R1 };
	static const size_t len[] = { 32, 32, 48, 66 };
	static uint8_t msg[TLS_HELLO_MAX], a[TLS_HELLO_MAX], b[TLS_HELLO_MAX];
	uint8_t sa[TLS_MAX_SECRET], sb[TLS_MAX_SECRET];
	struct tls_hello x, y;
	struct seen s;
	unsigned i;

	(void)state;
	(void)hello(TLS_OFFER_ALL, msg, sizeof msg);
	x = y = session.graft.hello;
	y.seed[0] ^= 1;
	for (i = 0; i < 4; i++) {
		struct tls_rd v, list, pa, pb;

		take_apart(a, tls_hello_write(&x, group[i], NULL, 0, a, sizeof a), &s);
		assert_true(extension(&s, TLS_X_KEY_SHARE, &v));
		list = tls_rd_vec(&v, 2);
		assert_int_equal(tls_rd_uint(&list, 2), group[i]);
		pa = tls_rd_vec(&list, 2);
		assert_true(tls_rd_is_done(&list)); /* section 4.1.2: that group alone */
		take_apart(b, tls_hello_write(&y, group[i], NULL, 0, b, sizeof b), &s);
		assert_true(extension(&s, TLS_X_KEY_SHARE, &v));
		list = tls_rd_vec(&v, 2);
		(void)tls_rd_uint(&list, 2);
		pb = tls_rd_vec(&list, 2);
		assert_int_equal(tls_hello_secret(&x, group[i], pb.p, tls_rd_left(&pb), sa), len[i]);
		assert_int_equal(tls_hello_secret(&y, group[i], pa.p, tls_rd_left(&pa), sb), len[i]);
		assert_memory_equal(sa, sb, len[i]);
		/* RFC 8446 section 4.2.8.2: not on the curve, compressed, of another length */
		assert_int_equal(tls_hello_secret(&x, group[i], pb.p, tls_rd_left(&pb) - 1, sa), 0);
		if (group[i] == TLS_X25519)
			continue;
		b[pb.p - b + 40] ^= 1;
		assert_int_equal(tls_hello_secret(&x, group[i], pb.p, tls_rd_left(&pb), sa), 0);
		b[pb.p - b + 40] ^= 1;
		b[pb.p - b] = 2;
		assert_int_equal(tls_hello_secret(&x, group[i], pb.p, tls_rd_left(&pb), sa), 0);
	}
}

static void rfc7748_6_1_small_orders_give_no_secret(void **state)
{
	static const uint8_t zero[32], one[32] = { 1 };
	static uint8_t msg[TLS_HELLO_MAX];
	uint8_t secret[TLS_MAX_SECRET];

	(void)state;
	(void)hello(TLS_OFFER_ALL, msg, sizeof msg);
	assert_int_equal(tls_hello_secret(&session.graft.hello, TLS_X25519, zero, 32, secret), 0);
	assert_int_equal(tls_hello_secret(&session.graft.hello, TLS_X25519, one, 32, secret), 0);
}

/* ---- ServerHello --------------------------------------------------------------------------------- */

static const uint8_t RETRY[32] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c
};

/* What the next ServerHello is made of. */
static struct made {
	unsigned legacy, suite, compression, version, group;
	bool retry, no_sid, no_version, no_share, twice, tail;
	size_t sharelen, cookie;
	unsigned extra;            /* an extension of this type, 0xffff: none */
} made;

static void good(void)
{
	made = (struct made){ 0x0303, 0x1301, 0, 0x0304, TLS_X25519, false, false, false, false, false,
		false, 32, 0, 0xffff };
}

static void put_ext(struct tls_wr *w, unsigned type, const uint8_t *p, size_t n)
{
	tls_wr_uint(w, type, 2);
	tls_wr_uint(w, (unsigned)n, 2);
	tls_wr_put(w, p, n);
}

static size_t make(uint8_t *out, size_t cap)
{
	static const uint8_t random[32] = { 9 }, zero[2048];
	struct tls_wr w = tls_wr_init(out, cap);
	uint8_t v[2] = { (uint8_t)(made.version >> 8), (uint8_t)made.version };
	size_t x, y;

	tls_wr_uint(&w, made.legacy, 2);
	tls_wr_put(&w, made.retry ? RETRY : random, 32);
	tls_wr_uint(&w, 32, 1);
	tls_wr_put(&w, made.no_sid ? zero : session.graft.hello.sid, 32);
	tls_wr_uint(&w, made.suite, 2);
	tls_wr_uint(&w, made.compression, 1);
	x = tls_wr_begin(&w, 2);
	if (!made.no_version)
		put_ext(&w, TLS_X_VERSIONS, v, 2);
	if (made.twice)
		put_ext(&w, TLS_X_VERSIONS, v, 2);
	if (made.cookie > 0) {
		tls_wr_uint(&w, TLS_X_COOKIE, 2);
		y = tls_wr_begin(&w, 2);
		tls_wr_uint(&w, (unsigned)made.cookie, 2);
		tls_wr_put(&w, zero, made.cookie);
		tls_wr_end(&w, y, 2);
	}
	if (!made.no_share) {
		tls_wr_uint(&w, TLS_X_KEY_SHARE, 2);
		y = tls_wr_begin(&w, 2);
		tls_wr_uint(&w, made.group, 2);
		if (!made.retry) {
			tls_wr_uint(&w, (unsigned)made.sharelen, 2);
			tls_wr_put(&w, zero, made.sharelen);
		}
		tls_wr_end(&w, y, 2);
	}
	if (made.extra != 0xffff)
		put_ext(&w, made.extra, zero, 0);
	tls_wr_end(&w, x, 2);
	if (made.tail)
		tls_wr_uint(&w, 0, 1);
	assert_false(w.bad);
	return w.n;
}

static struct tls_server_hello got;

/* The alert that the parser has for it; 0: none. */
static unsigned parse(void)
{
	static uint8_t msg[TLS_HELLO_MAX], buf[4096];
	size_t n;
	uint8_t *heap;
	const char *why = "";
	unsigned alert;

	(void)hello(TLS_OFFER_ALL, msg, sizeof msg);
	n = make(buf, sizeof buf);
	heap = malloc(n);
	memcpy(heap, buf, n);
	alert = tls_server_hello_parse(&session.graft.hello, heap, n, &got, &why);
	assert_int_equal(alert != 0, why[0] != '\0');
	free(heap);
	return alert;
}

static void rfc8446_4_1_3_server_hello(void **state)
{
	(void)state;
	good();
	assert_int_equal(parse(), 0);
	assert_false(got.retry);
	assert_int_equal(got.version, 0x0304);
	assert_int_equal(got.suite, 0x1301);
	assert_int_equal(got.group, TLS_X25519);
	assert_int_equal(got.sharelen, 32);
	good();
	made.legacy = 0x0302;
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	good();
	made.no_sid = true; /* another than ours */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	good();
	made.suite = 0x1304; /* TLS_AES_128_CCM_SHA256: not offered */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	made.suite = BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; /* offered, but not of TLS 1.3 */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	good();
	made.compression = 1;
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	good();
	made.tail = true;
	assert_int_equal(parse(), TLS_ALERT_DECODE_ERROR);
}

static void rfc8446_4_2_1_supported_versions(void **state)
{
	(void)state;
	good();
	made.version = 0x0303; /* not in this extension */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	made.version = 0x0305;
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	good();
	made.no_version = made.no_share = true;
	assert_int_equal(parse(), 0); /* TLS 1.2 */
	assert_int_equal(got.version, 0x0303);
	assert_true(got.sid_echoed);
	made.legacy = 0x0304; /* it alone chooses TLS 1.3 */
	assert_int_equal(parse(), TLS_ALERT_PROTOCOL_VERSION);
	made.legacy = 0x0305;
	assert_int_equal(parse(), TLS_ALERT_PROTOCOL_VERSION);
}

static void rfc8446_4_2_8_key_share_of_the_server(void **state)
{
	(void)state;
	good();
	made.no_share = true;
	assert_int_equal(parse(), TLS_ALERT_MISSING_EXTENSION);
	good();
	made.group = 0x0100; /* ffdhe2048 */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	good();
	made.sharelen = 0;
	assert_int_equal(parse(), TLS_ALERT_DECODE_ERROR);
}

static void rfc8446_4_2_extensions_of_the_server_hello(void **state)
{
	(void)state;
	good();
	made.twice = true;
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	good();
	made.extra = TLS_X_SERVER_NAME; /* belongs into EncryptedExtensions */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	made.extra = 41; /* pre_shared_key was not offered */
	assert_int_equal(parse(), TLS_ALERT_UNSUPPORTED_EXTENSION);
	made.extra = 23; /* extended_master_secret */
	assert_int_equal(parse(), TLS_ALERT_UNSUPPORTED_EXTENSION);
	good();
	made.cookie = 8; /* in a HelloRetryRequest alone */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
}

static void rfc8446_4_1_4_hello_retry_request(void **state)
{
	(void)state;
	good();
	made.retry = true;
	made.group = TLS_SECP384R1;
	assert_int_equal(parse(), 0);
	assert_true(got.retry);
	assert_int_equal(got.group, TLS_SECP384R1);
	assert_null(got.share);
	made.group = TLS_X25519; /* of which a share is there */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	made.group = 30; /* x448: not offered */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	made.no_share = true; /* nothing would change */
	assert_int_equal(parse(), TLS_ALERT_ILLEGAL_PARAMETER);
	made.cookie = 16;
	assert_int_equal(parse(), 0);
	assert_int_equal(got.cookielen, 16);
	assert_int_equal(got.group, 0);
	made.cookie = TLS_MAX_COOKIE;
	assert_int_equal(parse(), 0);
	made.cookie = TLS_MAX_COOKIE + 1;
	assert_int_equal(parse(), TLS_ALERT_DECODE_ERROR);
	made.cookie = 16;
	made.no_version = true; /* section 9.2 */
	assert_int_equal(parse(), TLS_ALERT_MISSING_EXTENSION);
}

static void every_length_of_a_server_hello(void **state)
{
	static uint8_t msg[TLS_HELLO_MAX], buf[4096], out[4200];
	const char *why;
	size_t n, i;

	(void)state;
	(void)hello(TLS_OFFER_ALL, msg, sizeof msg);
	good();
	n = make(buf, sizeof buf);
	for (i = 0; i < n; i++) {
		uint8_t *heap = malloc(i == 0 ? 1 : i);

		memcpy(heap, buf, i);
		if (i != 67 + 3) /* without extensions it is one of TLS 1.2 */
			assert_int_not_equal(tls_server_hello_parse(&session.graft.hello, heap, i, &got, &why), 0);
		(void)tls_server_hello_trim(heap, i, out, sizeof out);
		free(heap);
	}
}

static void the_engine_does_not_see_what_it_did_not_ask_for(void **state)
{
	static uint8_t msg[TLS_HELLO_MAX], buf[4096], out[4200];
	const char *why;
	size_t n, k;

	(void)state;
	(void)hello(TLS_OFFER_ALL, msg, sizeof msg);
	good();
	made.no_version = made.no_share = true;
	n = make(buf, sizeof buf);
	made.extra = TLS_X_STATUS_REQUEST;
	k = make(buf, sizeof buf);
	assert_int_equal(k, n + 4);
	assert_int_equal(tls_server_hello_parse(&session.graft.hello, buf, k, &got, &why), 0);
	assert_true(got.status);
	assert_int_equal(tls_server_hello_trim(buf, k, out, sizeof out), n + 4);
	made.extra = 23; /* for the engine to refuse */
	k = make(buf, sizeof buf);
	assert_int_equal(tls_server_hello_parse(&session.graft.hello, buf, k, &got, &why), 0);
	assert_false(got.status);
	assert_int_equal(tls_server_hello_trim(buf, k, out, sizeof out), k + 4);
	assert_memory_equal(out + 4, buf, k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc8446_4_1_2_client_hello),
		cmocka_unit_test(rfc6066_8_status_request_is_always_there),
		cmocka_unit_test(rfc8446_4_2_3_pkcs1_comes_before_pss),
		cmocka_unit_test(rfc8446_4_2_8_key_shares),
		cmocka_unit_test(rfc8446_4_2_8_key_shares_in_the_order_of_the_groups),
		cmocka_unit_test(narrowed_offers),
		cmocka_unit_test(suites_by_kind),
		cmocka_unit_test(an_engine_hello_that_is_not_known_is_refused),
		cmocka_unit_test(both_sides_get_the_same_secret),
		cmocka_unit_test(rfc7748_6_1_small_orders_give_no_secret),
		cmocka_unit_test(rfc8446_4_1_3_server_hello),
		cmocka_unit_test(rfc8446_4_2_1_supported_versions),
		cmocka_unit_test(rfc8446_4_2_8_key_share_of_the_server),
		cmocka_unit_test(rfc8446_4_2_extensions_of_the_server_hello),
		cmocka_unit_test(rfc8446_4_1_4_hello_retry_request),
		cmocka_unit_test(every_length_of_a_server_hello),
		cmocka_unit_test(the_engine_does_not_see_what_it_did_not_ask_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
