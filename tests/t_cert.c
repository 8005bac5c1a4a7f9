/* SPDX-License-Identifier: ISC */
/* Unit tests of tls/der.c, tls/x509.c, tls/name.c, tls/cert.c and tls/chain.c. */
#include "tests/tls_vectors.h"
#include "tls/x509.h"

static struct tls_chain chain;

static const struct tls_cert *load(const char *name)
{
	static struct tls_cert c;

	vec_chain(&chain, name);
	assert_int_equal(tls_cert_parse(&c, chain.der, chain.len[0]), 0);
	assert_true(c.parsed);
	return &c;
}

/* ---- DER ---------------------------------------------------------------------- */

static bool one(const char *bytes, size_t n)
{
	uint8_t *exact = malloc(n > 0 ? n : 1); /* so that a read behind the end is seen */
	struct tls_der r;
	struct tls_tlv t;
	bool ok;

	memcpy(exact, bytes, n);
	r = tls_der_init(exact, n);
	ok = tls_der_next(&r, &t) && tls_der_is_done(&r);
	free(exact);
	return ok;
}

static void x690_10_1_lengths(void **state)
{
	(void)state;
	assert_true(one("\x02\x01\x05", 3));
	assert_true(one("\x04\x00", 2));
	assert_false(one("", 0));
	assert_false(one("\x02", 1));
	assert_false(one("\x02\x01", 2));
	assert_false(one("\x02\x81", 2));
	assert_false(one("\x02\x81\x01\x05", 4));              /* not minimal */
	assert_false(one("\x02\x82\x00\x01\x05", 5));          /* leading zero */
	assert_false(one("\x30\x80\x00\x00", 4));              /* indefinite */
	assert_false(one("\x02\x84\xff\xff\xff\xff\x05", 7));  /* beyond the end */
	assert_false(one("\x02\x85\x01\x00\x00\x00\x00", 7));  /* too many octets */
	assert_false(one("\x1f\x01\x00", 3));                  /* long tag */
	assert_false(one("\x02\x01\x05\x00", 4));              /* rest */
}

static bool uint_ok(const char *bytes, size_t n)
{
	struct tls_der r = tls_der_init((const uint8_t *)bytes, n);
	struct tls_tlv t;

	return tls_der_uint(&r, &t);
}

static void x690_8_3_integers(void **state)
{
	(void)state;
	assert_true(uint_ok("\x02\x01\x00", 3));
	assert_true(uint_ok("\x02\x02\x00\x80", 4));
	assert_false(uint_ok("\x02\x01\x80", 3));         /* negative */
	assert_false(uint_ok("\x02\x02\x00\x01", 4));     /* not minimal */
	assert_false(uint_ok("\x02\x00", 2));
	assert_false(uint_ok("\x03\x01\x00", 3));
}

/* ---- the certificate ------------------------------------------------------------- */

static void fields(void **state)
{
	const struct tls_cert *c = load("leaf");
	static const uint8_t sum[4] = { 0 };
	br_sha256_context h;
	uint8_t want[32];

	(void)state;
	assert_string_equal(c->subject, "CN=mx.example.test,O=Test");
	assert_string_equal(c->issuer, "CN=Intermediate,O=Test");
	assert_int_equal(c->not_before, VEC_FROM);
	assert_int_equal(c->not_after, VEC_TO);
	assert_string_equal(c->key_type, "ECDSA");
	assert_int_equal(c->key_bits, 256);
	assert_string_equal(c->sig_alg, "sha256WithRSAEncryption");
	assert_false(c->self_issued);
	assert_true(strlen(c->serial) >= 38 && strspn(c->serial, "0123456789abcdef") == strlen(c->serial));
	br_sha256_init(&h);
	br_sha256_update(&h, chain.der, chain.len[0]);
	br_sha256_out(&h, want);
	assert_memory_equal(c->fp_sha256, want, 32);
	assert_memory_not_equal(c->fp_sha256, sum, 4);
}

static void key_types(void **state)
{
	const struct tls_cert *c = load("leaf-rsa");

	(void)state;
	assert_string_equal(c->key_type, "RSA");
	assert_int_equal(c->key_bits, 2048);
	c = load("int2");
	assert_int_equal(c->key_bits, 384);
	c = load("leaf-ed");
	assert_string_equal(c->key_type, "Ed25519");
	assert_int_equal(c->key_bits, 256);
	c = load("leaf-512");
	assert_int_equal(c->key_bits, 512);
}

static void signature_algorithms(void **state)
{
	(void)state;
	assert_string_equal(load("root")->sig_alg, "ecdsa-with-SHA256");
	assert_string_equal(load("leaf-sha1")->sig_alg, "sha1WithRSAEncryption");
	assert_string_equal(load("leaf-md5")->sig_alg, "md5WithRSAEncryption");
	assert_string_equal(load("leaf-sha512")->sig_alg, "sha512WithRSAEncryption");
	assert_string_equal(load("leaf-pss")->sig_alg, "rsassaPss");
	assert_string_equal(load("leaf-int2")->sig_alg, "ecdsa-with-SHA384");
	assert_true(load("root")->self_issued);
}

static void rfc4514_names_are_escaped(void **state)
{
	const struct tls_cert *c = load("odd");

	(void)state;
	assert_string_equal(c->subject, "CN=o\\+dd\\5cx,O=Te\\,st\\, \\\"Ltd\\\"");
}

static void rfc5280_4_1_2_5_generalized_time(void **state)
{
	(void)state;
	assert_int_equal(load("odd")->not_after, INT64_C(2840140800)); /* 2060-01-01 */
	assert_int_equal(load("leaf-expired")->not_after, INT64_C(1609459200));
}

/* Replace the notBefore of a copy of the leaf. */
static int64_t with_date(const char *date, bool *bad)
{
	static uint8_t der[4096];
	struct tls_x509 x;
	size_t i, n;

	vec_chain(&chain, "leaf");
	n = chain.len[0];
	memcpy(der, chain.der, n);
	for (i = 0; i + 15 < n && memcmp(der + i, "\x17\x0d" "250101000000Z", 15) != 0; i++)
		;
	assert_true(i + 15 < n);
	memcpy(der + i + 2, date, 13);
	assert_int_equal(tls_x509_parse(&x, der, n), 0);
	*bad = x.bad_dates;
	return x.not_before;
}

static void rfc5280_4_1_2_5_1_utc_time(void **state)
{
	bool bad;

	(void)state;
	assert_int_equal(with_date("700101000000Z", &bad), 0);
	assert_false(bad);
	assert_int_equal(with_date("491231235959Z", &bad), INT64_C(2524607999));
	assert_int_equal(with_date("500101000000Z", &bad), INT64_C(-631152000));
	assert_int_equal(with_date("240229120000Z", &bad), INT64_C(1709208000));
	assert_false(bad);
	(void)with_date("250229120000Z", &bad); /* no such day */
	assert_true(bad);
	(void)with_date("251301000000Z", &bad);
	assert_true(bad);
	(void)with_date("250101240000Z", &bad);
	assert_true(bad);
	(void)with_date("2501010000000", &bad);
	assert_true(bad);
	(void)with_date("25010100000 Z", &bad);
	assert_true(bad);
}

static void sans(void **state)
{
	const struct tls_cert *c = load("leaf");
	char buf[TLS_NAME_TEXT];

	(void)state;
	assert_int_equal(c->nsans, 2);
	assert_true(tls_cert_san(c, 0, buf, sizeof buf));
	assert_string_equal(buf, "mx.example.test");
	assert_true(tls_cert_san(c, 1, buf, sizeof buf));
	assert_string_equal(buf, "*.wild.example.test");
	assert_false(tls_cert_san(c, 2, buf, sizeof buf));
	assert_string_equal(buf, "");
	c = load("leaf-cn-nul");
	assert_true(tls_cert_san(c, 0, buf, sizeof buf));
	assert_string_equal(buf, "mx.example.test\\00.evil");
	c = load("root");
	assert_int_equal(c->nsans, 0);
	c = load("leaf");
	assert_true(tls_cert_san(c, 0, buf, 8)); /* the cut shows */
	assert_string_equal(buf, "mx.e...");
}

static void truncated_at_each_octet(void **state)
{
	static const char *names[] = { "leaf", "int-nc", "leaf-cn-nul", "root-v1" };
	struct tls_cert c;
	size_t i, n, k;

	(void)state;
	for (k = 0; k < sizeof names / sizeof names[0]; k++) {
		vec_chain(&chain, names[k]);
		for (n = 0; n < chain.len[0]; n++) {
			uint8_t *exact = malloc(n > 0 ? n : 1);

			memcpy(exact, chain.der, n);
			assert_int_equal(tls_cert_parse(&c, exact, n), -1);
			assert_false(c.parsed);
			assert_ptr_equal(c.der, exact);
			assert_int_equal(c.len, n);
			free(exact);
		}
	}
	i = chain.len[0];
	chain.der[i] = 0;
	assert_int_equal(tls_cert_parse(&c, chain.der, i + 1), -1); /* and one too many */
}

static void each_octet_changed_never_crashes(void **state)
{
	static uint8_t der[4096];
	struct tls_cert c;
	char buf[64];
	size_t i;
	int bit;

	(void)state;
	vec_chain(&chain, "leaf");
	memcpy(der, chain.der, chain.len[0]);
	for (i = 0; i < chain.len[0]; i++) {
		for (bit = 1; bit < 256; bit <<= 1) {
			der[i] ^= (uint8_t)bit;
			if (tls_cert_parse(&c, der, chain.len[0]) == 0)
				(void)tls_cert_san(&c, 1, buf, sizeof buf);
			der[i] ^= (uint8_t)bit;
		}
	}
}

/* ---- names ------------------------------------------------------------------------- */

static bool names(const char *cert, const char *host)
{
	struct tls_x509 x;

	vec_chain(&chain, cert);
	assert_int_equal(tls_x509_parse(&x, chain.der, chain.len[0]), 0);
	return tls_x509_has_name(&x, host);
}

static void rfc6125_6_4_1_exact(void **state)
{
	(void)state;
	assert_true(names("leaf", "mx.example.test"));
	assert_true(names("leaf", "MX.Example.TEST"));
	assert_false(names("leaf", "x.example.test"));
	assert_false(names("leaf", "mx.example.tes"));
	assert_false(names("leaf", "mx.example.test.evil"));
	assert_false(names("leaf", "amx.example.test"));
	assert_false(names("leaf", ""));
	assert_false(names("leaf", "."));
}

static void rfc6125_6_4_3_wildcard(void **state)
{
	(void)state;
	assert_true(names("leaf", "a.wild.example.test"));
	assert_false(names("leaf", "a.b.wild.example.test"));
	assert_false(names("leaf", "wild.example.test"));
	assert_false(names("leaf", ".wild.example.test"));
	assert_false(names("leaf", "*.wild.example.test"));
}

static void rfc6125_6_4_3_wildcard_elsewhere_matches_nothing(void **state)
{
	(void)state;
	assert_false(names("leaf-stars", "mx.example.test")); /* m* and ** */
	assert_false(names("leaf-stars", "test"));            /* bare * */
	assert_false(names("leaf-stars", "a.b.example.test"));
	assert_false(names("leaf-stars", "a.b.test"));
}

static void rfc6125_6_4_4_cn_only_without_san(void **state)
{
	(void)state;
	assert_true(names("leaf-cn", "mx.example.test"));
	assert_false(names("leaf-cn", "else.example.test"));
	assert_true(names("leaf-cn-email", "mx.example.test"));
	assert_false(names("leaf-cn-san", "mx.example.test"));
	assert_true(names("leaf-cn-san", "else.example.test"));
}

static void names_with_nul_match_nothing(void **state)
{
	(void)state;
	assert_false(names("leaf-cn-nul", "mx.example.test"));
	assert_false(names("leaf-cn-nul", "else.example.test"));
	assert_false(names("leaf-cn-nul", "mx.example.test\\00.evil"));
}

static void malformed_san_is_noted(void **state)
{
	struct tls_x509 x;

	(void)state;
	vec_chain(&chain, "leaf-badsan");
	assert_int_equal(tls_x509_parse(&x, chain.der, chain.len[0]), 0);
	assert_true(x.bad_ext);
}

/* ---- signatures ------------------------------------------------------------------------ */

static enum tls_sig sig(const char *cert, const char *issuer)
{
	static struct tls_chain other;
	struct tls_x509 a, b;

	vec_chain(&chain, cert);
	vec_chain(&other, issuer);
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), 0);
	assert_int_equal(tls_x509_parse(&b, other.der, other.len[0]), 0);
	return tls_x509_verify(&a, &b.pub);
}

static void signatures(void **state)
{
	(void)state;
	assert_int_equal(sig("leaf", "int"), TLS_SIG_GOOD);
	assert_int_equal(sig("leaf-sha512", "int"), TLS_SIG_GOOD);
	assert_int_equal(sig("int", "root"), TLS_SIG_GOOD);
	assert_int_equal(sig("leaf-int2", "int2"), TLS_SIG_GOOD);
	assert_int_equal(sig("leaf", "leaf-rsa"), TLS_SIG_BAD);
	assert_int_equal(sig("leaf", "root"), TLS_SIG_BAD); /* another type of key */
	assert_int_equal(sig("int", "root-fake"), TLS_SIG_BAD);
	assert_int_equal(sig("leaf-sha1", "int"), TLS_SIG_WEAK);
	assert_int_equal(sig("leaf-md5", "int"), TLS_SIG_WEAK);
	assert_int_equal(sig("leaf-pss", "int"), TLS_SIG_GOOD);
	assert_int_equal(sig("leaf", "leaf-512"), TLS_SIG_WEAK);
	assert_int_equal(sig("leaf", "leaf-ed"), TLS_SIG_BAD);
}

static void rfc5280_4_1_1_2_algorithms_must_agree(void **state)
{
	static struct tls_chain other;
	struct tls_x509 a, b;
	size_t at;

	(void)state;
	vec_chain(&chain, "leaf");
	vec_chain(&other, "int");
	assert_int_equal(tls_x509_parse(&b, other.der, other.len[0]), 0);
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), 0);
	assert_false(a.alg_mismatch);
	at = (size_t)(a.sig_alg.val - chain.der) + a.sig_alg.len - 3; /* last arc of the OID */
	assert_int_equal(chain.der[at], 11);
	chain.der[at] = 13;
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), 0);
	assert_true(a.alg_mismatch);
	assert_int_equal(tls_x509_verify(&a, &b.pub), TLS_SIG_BAD);
}

static void rfc5280_4_1_2_2_serial_is_an_integer(void **state)
{
	struct tls_x509 a;
	uint8_t *v;

	(void)state;
	vec_chain(&chain, "leaf");
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), 0);
	v = chain.der + (a.serial.val - chain.der);
	v[0] = 0xfe; /* negative ones are met */
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), 0);
	v[0] = 0; /* one octet more than it takes */
	v[1] = 1;
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), -1);
	v[0] = v[1] = 0xff;
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), -1);
}

/* The subject's key identifier made a second one of the authority. */
static void rfc5280_4_2_no_extension_twice(void **state)
{
	static const uint8_t ski[] = { 6, 3, 0x55, 0x1d, 14 };
	struct tls_x509 a;
	unsigned found = 0;
	size_t i;

	(void)state;
	vec_chain(&chain, "leaf");
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), 0);
	assert_false(a.bad_ext);
	for (i = 0; i + sizeof ski <= chain.len[0]; i++) {
		if (memcmp(chain.der + i, ski, sizeof ski) == 0) {
			chain.der[i + 4] = 35;
			found++;
		}
	}
	assert_int_equal(found, 1);
	assert_int_equal(tls_x509_parse(&a, chain.der, chain.len[0]), 0);
	assert_true(a.bad_ext);
}

/* ---- the chain and PEM ------------------------------------------------------------------- */

static int pem(const char *text, size_t n, const char **err)
{
	char *exact = calloc(1, n > 0 ? n : 1);
	int r;

	memcpy(exact, text, n);
	r = tls_chain_pem(&chain, exact, n, err);
	free(exact);
	return r;
}

static void pem_chains(void **state)
{
	static char text[65536];
	const char *err;
	size_t n = vec_file("chain.pem", text, sizeof text);

	(void)state;
	assert_int_equal(pem(text, n, &err), 0);
	assert_null(err);
	assert_int_equal(chain.n, 3);
	assert_int_equal(chain.used, chain.len[0] + chain.len[1] + chain.len[2]);
	assert_int_equal(chain.off[2], chain.len[0] + chain.len[1]);
	assert_int_equal(pem(text, n - 1, &err), 0); /* no final newline */
	assert_int_equal(chain.n, 3);
	n = vec_file("keychain.pem", text, sizeof text); /* a key, and two certificates */
	assert_int_equal(pem(text, n, &err), 0);
	assert_int_equal(chain.n, 2);
}

/* RFC 1421 section 4.6: a key that is encrypted so begins with fields, which are no base64. */
static void pem_of_an_encrypted_key_is_passed_over(void **state)
{
	static const char key[] = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: AES-256-CBC,DE5862C2BFDC4CABF06B713325AD6519\n\nAAAA\nAAAA\n"
	    "-----END RSA PRIVATE KEY-----\n";
	static char text[2 * 65536];
	const char *err;
	uint8_t leaf[4096];
	size_t n = sizeof key - 1, k, len;

	(void)state;
	memcpy(text, key, n);
	k = vec_file("leaf.pem", text + n, 65536);
	assert_int_equal(pem(text + n, k, &err), 0);
	len = chain.len[0];
	memcpy(leaf, chain.der, len);
	assert_int_equal(pem(text, n + k, &err), 0);
	assert_int_equal(chain.n, 1);
	assert_int_equal(chain.len[0], len); /* with nothing of the key before it */
	assert_memory_equal(chain.der, leaf, len);
}

static void pem_faults(void **state)
{
	static char text[65536];
	const char *err;
	size_t n;

	(void)state;
	assert_int_equal(pem("", 0, &err), -1);
	assert_non_null(strstr(err, "no certificate"));
	n = vec_file("leaf.key", text, sizeof text);
	assert_int_equal(pem(text, n, &err), -1);
	assert_non_null(strstr(err, "no certificate"));
	n = vec_file("leaf.pem", text, sizeof text);
	assert_int_equal(pem(text, n / 2, &err), -1);
	assert_non_null(strstr(err, "ends inside"));
	assert_int_equal(chain.n, 0);
	text[n / 2] = '!';
	assert_int_equal(pem(text, n, &err), -1);
	assert_non_null(strstr(err, "base64"));
}

/* Each kind of line end, with blanks before it. */
static void rfc7468_2_line_ends(void **state)
{
	static const char *const ends[] = { "\r\n", "\r", " \n", "\t \r\n", "\n\n" };
	static char text[65536], other[2 * sizeof text];
	const char *err;
	size_t n = vec_file("leaf.pem", text, sizeof text), i, j, k;

	(void)state;
	for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		for (j = k = 0; j < n; j++) {
			if (text[j] != '\n')
				other[k++] = text[j];
			else
				k += (size_t)snprintf(other + k, 8, "%s", ends[i]);
		}
		assert_int_equal(pem(other, k, &err), 0);
		assert_int_equal(chain.n, 1);
	}
}

static void pem_limits(void **state)
{
	static char text[65536], many[17 * 4096];
	const char *err;
	size_t n = vec_file("leaf.pem", text, sizeof text), i;

	(void)state;
	assert_true(n < 4096);
	for (i = 0; i < 17; i++)
		memcpy(many + i * n, text, n);
	assert_int_equal(pem(many, 16 * n, &err), 0);
	assert_int_equal(chain.n, 16);
	assert_int_equal(pem(many, 17 * n, &err), -1);
	assert_non_null(strstr(err, "more than 16"));
	assert_true(chain.overflow);
}

static void chain_limits(void **state)
{
	static uint8_t big[TLS_MAX_CHAIN + 1];

	(void)state;
	memset(&chain, 0, sizeof chain);
	tls_chain_add(&chain, big, TLS_MAX_CHAIN);
	assert_false(chain.overflow);
	tls_chain_add(&chain, big, 1);
	assert_true(chain.overflow);
	memset(&chain, 0, sizeof chain);
	tls_chain_add(&chain, big, TLS_MAX_CHAIN + 1);
	assert_true(chain.overflow);
	assert_int_equal(chain.n, 0);
	tls_chain_add(&chain, big, 1); /* stays so */
	assert_int_equal(chain.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x690_10_1_lengths),
		cmocka_unit_test(x690_8_3_integers),
		cmocka_unit_test(fields),
		cmocka_unit_test(key_types),
		cmocka_unit_test(signature_algorithms),
		cmocka_unit_test(rfc4514_names_are_escaped),
		cmocka_unit_test(rfc5280_4_1_2_5_generalized_time),
		cmocka_unit_test(rfc5280_4_1_2_5_1_utc_time),
		cmocka_unit_test(sans),
		cmocka_unit_test(truncated_at_each_octet),
		cmocka_unit_test(each_octet_changed_never_crashes),
		cmocka_unit_test(rfc6125_6_4_1_exact),
		cmocka_unit_test(rfc6125_6_4_3_wildcard),
		cmocka_unit_test(rfc6125_6_4_3_wildcard_elsewhere_matches_nothing),
		cmocka_unit_test(rfc6125_6_4_4_cn_only_without_san),
		cmocka_unit_test(names_with_nul_match_nothing),
		cmocka_unit_test(malformed_san_is_noted),
		cmocka_unit_test(signatures),
		cmocka_unit_test(rfc5280_4_1_1_2_algorithms_must_agree),
		cmocka_unit_test(rfc5280_4_1_2_2_serial_is_an_integer),
		cmocka_unit_test(rfc5280_4_2_no_extension_twice),
		cmocka_unit_test(pem_chains),
		cmocka_unit_test(pem_of_an_encrypted_key_is_passed_over),
		cmocka_unit_test(pem_faults),
		cmocka_unit_test(rfc7468_2_line_ends),
		cmocka_unit_test(pem_limits),
		cmocka_unit_test(chain_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
