/* SPDX-License-Identifier: ISC */
/* Unit tests of tls/ocsp.c, tls/ocspread.c and tls/ocspsig.c: each response that counts, with what
   makes it one that does not.  The responses: tests/vectors/ocsp/make.py. */
#define VEC_DIR "ocsp"
#include "tests/tls_vectors.h"

#define DAY 86400

static struct tls_chain chain;
static const struct tls_tlsa *anchor; /* what tls_ocsp_check() is given as such */
static struct tls_ocsp_result res;
static uint8_t *der;
static size_t len;

/* The response of that name, in octets that end where it ends. */
static void load(const char *name)
{
	static char file[400000];
	char line[80], *p, two[3] = "";
	size_t n = vec_file("responses.txt", file, sizeof file), i;

	file[n] = '\0';
	snprintf(line, sizeof line, "\n%s ", name);
	p = strstr(file, line);
	if (p != NULL)
		p += strlen(line);
	else if (strncmp(file, line + 1, strlen(line + 1)) == 0)
		p = file + strlen(line + 1);
	else
		fail_msg("there is no response %s", name);
	free(der);
	len = strcspn(p, "\n") / 2;
	der = malloc(len);
	for (i = 0; i < len; i++) {
		memcpy(two, p + 2 * i, 2);
		der[i] = (uint8_t)strtoul(two, NULL, 16);
	}
}

static enum tls_ocsp_state judge(int64_t now)
{
	size_t i;

	memset(&res, 0xff, sizeof res); /* the check must set all of it */
	tls_ocsp_check(der, len, &chain, anchor, now, &res);
	assert_true(res.state > TLS_OCSP_NONE && res.state <= TLS_OCSP_BAD);
	assert_true(memchr(res.reason, 0, sizeof res.reason) && memchr(res.code, 0, sizeof res.code));
	assert_true(res.reason[0] != '\0' && res.code[0] != '\0');
	for (i = 0; res.responder[i] != '\0'; i++)
		assert_in_range(res.responder[i], 0x20, 0x7e);
	return res.state;
}

static enum tls_ocsp_state check(const char *certs, const char *name)
{
	vec_chain(&chain, certs);
	load(name);
	return judge(VEC_NOW);
}

static void is_by(const char *certs, const char *name, enum tls_ocsp_state state, const char *code,
    const char *part)
{
	if (check(certs, name) != state || strcmp(res.code, code) != 0 ||
	    strstr(res.reason, part) == NULL)
		fail_msg("%s: state %d, %s, \"%s\", not %s, \"%s\"", name, (int)res.state, res.code,
		    res.reason, code, part);
}

/* Of the EC CA and its leaf. */
static void is(const char *name, enum tls_ocsp_state state, const char *code, const char *part)
{
	is_by("ec-leaf ec-ca", name, state, code, part);
}

static void good(const char *name)
{
	is(name, TLS_OCSP_GOOD, "ocsp-good", "not revoked");
	assert_int_equal(res.says, TLS_OCSP_SAYS_GOOD);
	assert_string_equal(res.revoked_why, "");
	assert_int_equal(res.revoked_at, 0);
}

static void bad(const char *name, const char *code, const char *part)
{
	is(name, TLS_OCSP_BAD, code, part);
}

/* ---- who signs ------------------------------------------------------------------------ */

static void rfc6960_good_by_each_algorithm(void **state)
{
	static const char *const kind[] = { "rsa", "ec", "ed" }, *const cn[] = { "RSA", "EC", "ED" };
	static const char *const md[] = { "sha1", "sha256" };
	static const char *const by[] = { "name", "key", "delegate", "delegate-key" };
	char certs[64], name[64], who[64];
	unsigned i, j, k;

	(void)state;
	for (i = 0; i < 3; i++) {
		snprintf(certs, sizeof certs, "%s-leaf %s-ca", kind[i], kind[i]);
		for (j = 0; j < 2; j++) {
			for (k = 0; k < 4; k++) {
				snprintf(name, sizeof name, "%s-%s-%s", kind[i], md[j], by[k]);
				is_by(certs, name, TLS_OCSP_GOOD, "ocsp-good", "");
				assert_int_equal(res.delegated, k >= 2);
				snprintf(who, sizeof who, "CN=%s %s", cn[i], k < 2 ? "CA" : "Responder");
				assert_string_equal(res.responder, who);
				assert_int_equal(res.this_update, VEC_NOW - 3600);
				assert_int_equal(res.next_update, VEC_NOW + 3 * DAY);
			}
		}
	}
}

static void rfc6960_3_2_2_signature(void **state)
{
	(void)state;
	bad("signed-by-the-leaf", "ocsp-signature", "does not verify");
	bad("signed-by-an-imposter", "ocsp-signature", "does not verify");
	bad("imposter-brought", "ocsp-signature", "does not verify");
	assert_int_equal(res.says, TLS_OCSP_SAYS_GOOD); /* whoever says it */
}

static void rfc6960_4_2_2_3_responder_id_is_the_signers(void **state)
{
	(void)state;
	bad("responder-is-another", "ocsp-responder", "neither signed by");
	bad("d-other-name", "ocsp-responder", "neither signed by");
	bad("d-other-key", "ocsp-responder", "neither signed by");
	assert_int_equal(strlen(res.responder), 40); /* the key id that it claims */
	assert_int_equal(strspn(res.responder, "0123456789abcdef"), 40);
}

static void rfc6960_4_2_2_2_delegate(void **state)
{
	(void)state;
	good("d-good");
	assert_true(res.delegated);
	assert_string_equal(res.responder, "CN=Odd Responder");
	good("d-both");
	good("d-first");
	good("d-second"); /* after one that does not parse and one that may not */
	assert_true(res.delegated);
	bad("d-missing", "ocsp-responder", "neither signed by");
	bad("d-not-the-signer", "ocsp-signature", "does not verify");
}

static void rfc6960_4_2_2_2_delegate_without_ocsp_signing(void **state)
{
	(void)state;
	bad("d-noeku", "ocsp-responder", "id-kp-OCSPSigning");
	bad("d-any", "ocsp-responder", "id-kp-OCSPSigning");
	bad("d-server", "ocsp-responder", "id-kp-OCSPSigning");
}

static void rfc6960_4_2_2_2_delegate_of_another(void **state)
{
	(void)state;
	bad("d-other-ca", "ocsp-responder", "not by the leaf's issuer");
	bad("d-forged", "ocsp-responder", "issuer's signature of the responder's certificate does not");
	bad("d-below", "ocsp-responder", "not by the leaf's issuer");
}

static void rfc5280_delegate_dates_usage_extensions(void **state)
{
	(void)state;
	bad("d-old", "ocsp-responder", "has expired");
	bad("d-future", "ocsp-responder", "not yet valid");
	bad("d-ku", "ocsp-responder", "key usage");
	bad("d-bad-dates", "ocsp-responder", "malformed validity dates");
	bad("d-bad-ext", "ocsp-responder", "malformed extensions");
	bad("d-critical", "ocsp-responder", "critical extension");
	is_by("rsa-leaf rsa-ca", "d-sha1", TLS_OCSP_BAD, "ocsp-responder", "too weak");
}

static void delegates_and_checks_are_bounded(void **state)
{
	(void)state;
	good("d-sixteen");
	bad("d-many", "ocsp-parse", "certs has too many");
	bad("d-limit", "ocsp-signature", "does not verify"); /* the first reason stays */
}

static void weak_and_unknown_algorithms(void **state)
{
	(void)state;
	is_by("rsa-leaf rsa-ca", "rsa-md-sha1", TLS_OCSP_BAD, "ocsp-signature", "too weak");
	bad("ec-md-sha1", "ocsp-signature", "too weak");
	is("alg-unknown", TLS_OCSP_UNVERIFIABLE, "ocsp-unsupported", "not known here");
	bad("alg-params", "ocsp-signature", "parameters");
	bad("alg-other", "ocsp-signature", "does not verify");
}

/* ---- the issuer ------------------------------------------------------------------------- */

static void issuer_anywhere_in_the_chain(void **state)
{
	(void)state;
	is_by("ec-leaf rsa-ca ed-ca ec-ca", "ec-sha256-name", TLS_OCSP_GOOD, "ocsp-good", "");
	/* of two with its name, the one that signed the leaf */
	is_by("ec-leaf imposter ec-ca", "ec-sha256-name", TLS_OCSP_GOOD, "ocsp-good", "");
	is_by("ec-leaf imposter ec-ca", "signed-by-an-imposter", TLS_OCSP_BAD, "ocsp-signature", "");
	is_by("ec-leaf imposter ec-ca", "old", TLS_OCSP_STALE, "ocsp-stale", "");
}

static void issuer_not_presented(void **state)
{
	(void)state;
	is_by("ec-leaf", "ec-sha256-name", TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer", "not among");
	assert_int_equal(res.says, TLS_OCSP_SAYS_GOOD);
	assert_int_equal(res.this_update, VEC_NOW - 3600);
	is_by("ec-leaf rsa-ca", "revoked-1", TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer", "not among");
	assert_int_equal(res.says, TLS_OCSP_SAYS_REVOKED);
	assert_string_equal(res.revoked_why, "keyCompromise");
	/* the issuer's certificate in the response does not count as presented */
	is_by("ec-leaf", "with-certs", TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer", "not among");
	is_by("ec-leaf", "other-serial", TLS_OCSP_BAD, "ocsp-other-cert", "serialNumber");
	assert_int_equal(res.says, TLS_OCSP_SAYS_NOTHING);
	is_by("ec-leaf", "other-name", TLS_OCSP_BAD, "ocsp-other-cert", "issuerNameHash");
	is_by("ec-leaf", "bad/thisUpdate/utc", TLS_OCSP_BAD, "ocsp-parse", "thisUpdate is malformed");
	is_by("ec-leaf", "tryLater", TLS_OCSP_NO_STATUS, "ocsp-try-later", "");
}

/* With this certificate as a record 2 0 0, in octets that end where it ends. */
static void is_with_anchor(const char *cert, const char *certs, const char *name,
    enum tls_ocsp_state state, const char *code, const char *part)
{
	static struct tls_chain whole;
	struct tls_tlsa record = { 2, 0, 0, 0, NULL };
	uint8_t *data;

	vec_chain(&whole, cert);
	data = malloc(whole.len[0]);
	memcpy(data, whole.der + whole.off[0], whole.len[0]);
	record.data = data;
	record.len = (uint16_t)whole.len[0];
	anchor = &record;
	is_by(certs, name, state, code, part);
	record.len--;
	data = realloc(data, record.len);
	record.data = data;
	is_by(certs, name, TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer", "");
	anchor = NULL;
	free(data);
}

static void rfc7671_5_2_1_issuer_in_a_record(void **state)
{
	(void)state;
	is_with_anchor("ec-ca", "ec-leaf", "ec-sha256-name", TLS_OCSP_GOOD, "ocsp-good", "");
	is_with_anchor("ec-ca", "ec-leaf", "ec-sha256-delegate", TLS_OCSP_GOOD, "ocsp-good", "");
	is_with_anchor("ec-ca", "ec-leaf imposter", "ec-sha256-name", TLS_OCSP_GOOD, "ocsp-good", "");
	is_with_anchor("ec-ca", "ec-leaf", "revoked-1", TLS_OCSP_REVOKED, "ocsp-revoked", "");
	is_with_anchor("ec-ca", "ec-leaf", "signed-by-an-imposter", TLS_OCSP_BAD, "ocsp-signature", "");
	is_with_anchor("rsa-ca", "ec-leaf", "ec-sha256-name", TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer",
	    "not among");
	is_with_anchor("imposter", "ec-leaf", "signed-by-an-imposter", TLS_OCSP_UNVERIFIABLE,
	    "ocsp-no-issuer", "did not sign");
}

static void issuer_by_name_alone(void **state)
{
	(void)state;
	is_by("ec-leaf imposter", "ec-sha256-name", TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer",
	    "did not sign the leaf");
	is_by("ec-leaf imposter", "signed-by-an-imposter", TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer",
	    "did not sign the leaf");
}

static void issuer_of_a_leaf_signed_with_sha1(void **state)
{
	(void)state;
	is_by("sha1-leaf rsa-ca", "sha1-leaf", TLS_OCSP_UNVERIFIABLE, "ocsp-unsupported",
	    "the leaf is signed with");
	is_by("sha1-leaf", "sha1-leaf", TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer", "not among");
}

static void self_signed_leaf_is_its_own_issuer(void **state)
{
	(void)state;
	is_by("self", "self", TLS_OCSP_GOOD, "ocsp-good", "");
	assert_false(res.delegated);
	is_by("self", "ec-sha256-name", TLS_OCSP_BAD, "ocsp-other-cert", "serialNumber");
}

static void candidates_for_the_issuer_are_bounded(void **state)
{
	(void)state;
	is_by("ec-leaf imposter imposter imposter imposter imposter imposter ec-ca", "ec-sha256-name",
	    TLS_OCSP_GOOD, "ocsp-good", "");
	/* eight checks are what there is: none is left for the response, and none for the issuer */
	is_by("ec-leaf imposter imposter imposter imposter imposter imposter imposter ec-ca",
	    "ec-sha256-name", TLS_OCSP_BAD, "ocsp-responder", "too many signatures");
	is_by("ec-leaf imposter imposter imposter imposter imposter imposter imposter imposter ec-ca",
	    "ec-sha256-name", TLS_OCSP_UNVERIFIABLE, "ocsp-no-issuer", "did not sign");
}

static void chain_without_a_leaf(void **state)
{
	(void)state;
	load("ec-sha256-name");
	memset(&chain, 0, sizeof chain);
	assert_int_equal(judge(VEC_NOW), TLS_OCSP_UNVERIFIABLE);
	assert_string_equal(res.code, "ocsp-no-issuer");
	tls_chain_add(&chain, (const uint8_t *)"\x30", 1);
	assert_int_equal(judge(VEC_NOW), TLS_OCSP_UNVERIFIABLE);
	vec_chain(&chain, "ec-leaf ec-ca");
	assert_int_equal(judge(VEC_NOW), TLS_OCSP_GOOD);
	chain.overflow = true;
	assert_int_equal(judge(VEC_NOW), TLS_OCSP_UNVERIFIABLE);
}

/* ---- which certificate -------------------------------------------------------------------- */

static void rfc6960_3_2_1_other_certificate(void **state)
{
	(void)state;
	bad("other-serial", "ocsp-other-cert", "serialNumber");
	bad("other-name", "ocsp-other-cert", "issuerNameHash");
	bad("short-hash", "ocsp-other-cert", "issuerNameHash");
	bad("other-key", "ocsp-other-cert", "issuerKeyHash");
	bad("other-ca", "ocsp-other-cert", "issuerKeyHash");
	bad("rsa-sha256-name", "ocsp-other-cert", "serialNumber");
	bad("several-others", "ocsp-other-cert", "serialNumber");
	bad("none", "ocsp-other-cert", "serialNumber");
	assert_int_equal(res.says, TLS_OCSP_SAYS_NOTHING);
	assert_int_equal(res.this_update, 0);
}

static void rfc6960_4_1_1_hash_algorithms(void **state)
{
	(void)state;
	good("noparams");
	is("sha384", TLS_OCSP_UNVERIFIABLE, "ocsp-unsupported", "hashAlgorithm");
}

static void several_single_responses(void **state)
{
	(void)state;
	good("several");
	good("both-ids");
	good("singles-64");
	bad("singles-65", "ocsp-parse", "too many");
	good("old-then-new");
}

static void of_several_about_the_leaf_the_worst_counts(void **state)
{
	(void)state;
	is("good-then-revoked", TLS_OCSP_REVOKED, "ocsp-revoked", "keyCompromise");
	is("revoked-then-good", TLS_OCSP_REVOKED, "ocsp-revoked", "keyCompromise");
	is("unknown-then-good", TLS_OCSP_UNKNOWN, "ocsp-unknown", "");
}

/* ---- what is said --------------------------------------------------------------------------- */

static void rfc6960_2_2_revoked(void **state)
{
	static const char *const why[] = { "unspecified", "keyCompromise", "cACompromise",
		"affiliationChanged", "superseded", "cessationOfOperation", "certificateHold", "unassigned",
		"removeFromCRL", "privilegeWithdrawn", "aACompromise", "unassigned" };
	char name[32];
	unsigned i;

	(void)state;
	for (i = 0; i < 12; i++) {
		snprintf(name, sizeof name, "revoked-%u", i);
		is(name, TLS_OCSP_REVOKED, "ocsp-revoked", why[i]);
		assert_string_equal(res.revoked_why, why[i]);
		assert_int_equal(res.revoked_at, VEC_NOW - 30 * DAY);
		assert_int_equal(res.says, TLS_OCSP_SAYS_REVOKED);
	}
	is("revoked", TLS_OCSP_REVOKED, "ocsp-revoked", "no reason given");
	assert_string_equal(res.revoked_why, "");
	is("revoked-old", TLS_OCSP_STALE, "ocsp-stale", "nextUpdate");
	assert_int_equal(res.says, TLS_OCSP_SAYS_REVOKED);
}

static void rfc6960_2_2_unknown(void **state)
{
	(void)state;
	is("unknown", TLS_OCSP_UNKNOWN, "ocsp-unknown", "does not know");
	assert_int_equal(res.says, TLS_OCSP_SAYS_UNKNOWN);
}

static void rfc6960_4_2_1_response_status(void **state)
{
	(void)state;
	is("tryLater", TLS_OCSP_NO_STATUS, "ocsp-try-later", "tryLater");
	is("malformedRequest", TLS_OCSP_NO_STATUS, "ocsp-status", "malformedRequest");
	is("internalError", TLS_OCSP_NO_STATUS, "ocsp-status", "internalError");
	is("sigRequired", TLS_OCSP_NO_STATUS, "ocsp-status", "sigRequired");
	is("unauthorized", TLS_OCSP_NO_STATUS, "ocsp-status", "unauthorized");
	bad("status-4", "ocsp-parse", "responseStatus");
	bad("status-7", "ocsp-parse", "responseStatus");
	bad("status-128", "ocsp-parse", "responseStatus");
	bad("tryLater-with-bytes", "ocsp-parse", "OCSPResponse");
}

/* ---- when ----------------------------------------------------------------------------- */

static void rfc6960_3_2_6_next_update(void **state)
{
	(void)state;
	is("old", TLS_OCSP_STALE, "ocsp-stale", "nextUpdate has passed");
	assert_int_equal(res.says, TLS_OCSP_SAYS_GOOD);
	assert_int_equal(res.next_update, VEC_NOW - 2 * DAY);
	good("next-now");
	is("next-passed", TLS_OCSP_STALE, "ocsp-stale", "nextUpdate has passed");
	bad("backwards", "ocsp-parse", "nextUpdate is before thisUpdate");
}

static void rfc6960_3_2_5_this_update(void **state)
{
	(void)state;
	good("this-skew");
	is("this-future", TLS_OCSP_STALE, "ocsp-not-yet-valid", "thisUpdate is in the future");
}

static void rfc6960_4_2_2_1_no_next_update(void **state)
{
	(void)state;
	good("no-next");
	assert_int_equal(res.next_update, 0);
	good("no-next-week");
	is("no-next-over-a-week", TLS_OCSP_STALE, "ocsp-stale", "no nextUpdate");
}

static void absurd_times(void **state)
{
	(void)state;
	is("year-0", TLS_OCSP_STALE, "ocsp-stale", "more than a week");
	is("year-9999", TLS_OCSP_STALE, "ocsp-not-yet-valid", "future");
	assert_true(res.this_update == INT64_C(253402300799));
	good("all-time");
	assert_int_equal(judge(INT64_MAX), TLS_OCSP_STALE);
	assert_string_equal(res.code, "ocsp-stale");
	assert_int_equal(judge(INT64_MIN), TLS_OCSP_STALE);
	assert_string_equal(res.code, "ocsp-not-yet-valid");
	check("ec-leaf ec-ca", "no-next");
	assert_int_equal(judge(INT64_MAX), TLS_OCSP_STALE);
	assert_int_equal(judge(INT64_MIN), TLS_OCSP_STALE);
	check("ec-leaf ec-ca", "d-good");
	assert_int_equal(judge(INT64_MAX), TLS_OCSP_BAD);
	assert_int_equal(judge(INT64_MIN), TLS_OCSP_BAD);
}

/* ---- the form ------------------------------------------------------------------------- */

static void rfc6960_4_4_extensions(void **state)
{
	(void)state;
	good("ext");
	good("ext-single");
	bad("ext-critical", "ocsp-extension", "critical");
	bad("ext-single-critical", "ocsp-extension", "critical");
	bad("ext-other-critical", "ocsp-extension", "critical");
}

static void rfc6960_4_2_1_version_and_type(void **state)
{
	(void)state;
	good("version-1");
	bad("version-2", "ocsp-parse", "version is not v1");
	bad("other-type", "ocsp-parse", "responseType is not id-pkix-ocsp-basic");
}

/* "bad/FIELD" or "bad/FIELD/HOW": the reason names the field, though the response is signed. */
static void malformed_fields_are_named(void **state)
{
	static char file[400000];
	char *line, *save, name[64], field[64];
	size_t n = vec_file("responses.txt", file, sizeof file);
	unsigned seen = 0;

	(void)state;
	file[n] = '\0';
	for (line = strtok_r(file, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%63[^ ]", name) != 1 || sscanf(name, "bad/%63[^/]", field) != 1)
			continue;
		bad(name, "ocsp-parse", "is malformed");
		if (strncmp(res.reason, field, strlen(field)) != 0)
			fail_msg("%s: \"%s\"", name, res.reason);
		assert_int_equal(res.says, TLS_OCSP_SAYS_NOTHING);
		seen++;
	}
	assert_int_equal(seen, 49);
}

static void names_of_the_peer_are_escaped(void **state)
{
	(void)state;
	bad("escaped", "ocsp-responder", "");
	assert_string_equal(res.responder, "CN=a\\1b[31mb\\c3\\a9");
}

static void cut_off_at_each_octet(void **state)
{
	static const char *const names[] = { "ec-sha256-name", "rsa-sha1-delegate-key", "ed-sha256-key",
		"several", "tryLater", "revoked-1" };
	uint8_t *whole;
	size_t n;
	unsigned i;

	(void)state;
	vec_chain(&chain, "ec-leaf ec-ca");
	for (i = 0; i < 6; i++) {
		load(names[i]);
		whole = der;
		n = len;
		for (len = 0; len < n; len++) {
			der = malloc(len > 0 ? len : 1); /* so that a read behind the end is seen */
			memcpy(der, whole, len);
			assert_int_equal(judge(VEC_NOW), TLS_OCSP_BAD);
			assert_string_equal(res.code, "ocsp-parse");
			free(der);
		}
		der = whole;
	}
}

static void garbage(void **state)
{
	size_t i;
	unsigned k;

	(void)state;
	vec_chain(&chain, "ec-leaf ec-ca");
	for (k = 0; k < 256; k++) {
		free(der);
		len = 300;
		der = malloc(len);
		for (i = 0; i < len; i++)
			der[i] = (uint8_t)(k + i * k);
		assert_int_equal(judge(VEC_NOW), TLS_OCSP_BAD);
		memset(der, (int)k, len);
		assert_int_equal(judge(VEC_NOW), TLS_OCSP_BAD);
	}
}

/* Each octet of a response with one bit changed; those from..to do not count, so that good may
   stay.  Returns how often it did. */
static unsigned changed(const char *certs, const char *name, size_t from, size_t to)
{
	unsigned stays = 0;
	size_t i;

	assert_int_equal(check(certs, name), TLS_OCSP_GOOD);
	for (i = 0; i < len; i++) {
		uint8_t bit = (uint8_t)(1u << (i + i / 8) % 8);

		der[i] ^= bit;
		if (judge(VEC_NOW) == TLS_OCSP_GOOD) {
			stays++;
			if (i < from || i >= to)
				fail_msg("%s is good with octet %zu changed", name, i);
		}
		assert_int_not_equal(res.state, TLS_OCSP_REVOKED);
		assert_int_not_equal(res.state, TLS_OCSP_UNKNOWN);
		der[i] ^= bit;
	}
	assert_int_equal(judge(VEC_NOW), TLS_OCSP_GOOD);
	return stays;
}

static void each_octet_counts(void **state)
{
	(void)state;
	assert_int_equal(changed("rsa-leaf rsa-ca", "rsa-sha256-key", 0, 0), 0);
	assert_int_equal(changed("rsa-leaf rsa-ca", "rsa-sha1-delegate", 0, 0), 0);
	assert_int_equal(changed("ec-leaf ec-ca", "ec-sha256-name", 0, 0), 0);
	assert_int_equal(changed("ec-leaf ec-ca", "ec-sha1-delegate", 0, 0), 0);
	assert_int_equal(changed("ed-leaf ed-ca", "ed-sha256-name", 0, 0), 0);
}

/* What the issuer signed itself needs no certificates: those that come with it are not signed with
   it, and not looked at.  They are the end of the response. */
static void certificates_not_needed_do_not_count(void **state)
{
	size_t certs;

	(void)state;
	load("ec-sha256-name");
	certs = len; /* the same but for the certificates, longer lengths, and the signature's length */
	load("with-certs");
	assert_true(len > certs + 1000);
	assert_true(changed("ec-leaf ec-ca", "with-certs", certs, len) > 500);
}

/* ---- by others ------------------------------------------------------------------------ */

static void made_by_python3_cryptography(void **state)
{
	(void)state;
	is("library", TLS_OCSP_REVOKED, "ocsp-revoked", "keyCompromise");
	assert_int_equal(res.revoked_at, VEC_NOW - DAY);
	assert_true(res.delegated);
}

static void made_by_openssl(void **state)
{
	int64_t made;

	(void)state;
	vec_chain(&chain, "rsa-leaf rsa-ca");
	load("openssl");
	(void)judge(VEC_NOW);
	made = res.this_update;
	assert_true(made > VEC_FROM);
	assert_int_equal(judge(made), TLS_OCSP_GOOD);
	assert_int_equal(res.next_update, made + 3 * DAY);
	assert_true(res.delegated);
	assert_int_equal(judge(made + 3 * DAY + 1), TLS_OCSP_STALE);
}

static int end(void **state)
{
	(void)state;
	free(der);
	return 0;
}

#define T cmocka_unit_test

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(rfc6960_good_by_each_algorithm),
		T(rfc6960_3_2_2_signature),
		T(rfc6960_4_2_2_3_responder_id_is_the_signers),
		T(rfc6960_4_2_2_2_delegate),
		T(rfc6960_4_2_2_2_delegate_without_ocsp_signing),
		T(rfc6960_4_2_2_2_delegate_of_another),
		T(rfc5280_delegate_dates_usage_extensions),
		T(delegates_and_checks_are_bounded),
		T(weak_and_unknown_algorithms),
		T(issuer_anywhere_in_the_chain),
		T(issuer_not_presented),
		T(rfc7671_5_2_1_issuer_in_a_record),
		T(issuer_by_name_alone),
		T(issuer_of_a_leaf_signed_with_sha1),
		T(self_signed_leaf_is_its_own_issuer),
		T(candidates_for_the_issuer_are_bounded),
		T(chain_without_a_leaf),
		T(rfc6960_3_2_1_other_certificate),
		T(rfc6960_4_1_1_hash_algorithms),
		T(several_single_responses),
		T(of_several_about_the_leaf_the_worst_counts),
		T(rfc6960_2_2_revoked),
		T(rfc6960_2_2_unknown),
		T(rfc6960_4_2_1_response_status),
		T(rfc6960_3_2_6_next_update),
		T(rfc6960_3_2_5_this_update),
		T(rfc6960_4_2_2_1_no_next_update),
		T(absurd_times),
		T(rfc6960_4_4_extensions),
		T(rfc6960_4_2_1_version_and_type),
		T(malformed_fields_are_named),
		T(names_of_the_peer_are_escaped),
		T(cut_off_at_each_octet),
		T(garbage),
		T(each_octet_counts),
		T(certificates_not_needed_do_not_count),
		T(made_by_python3_cryptography),
		T(made_by_openssl),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
