/* SPDX-License-Identifier: ISC */
/*
 * tls/names.c: what the registries of TLS call things, and what an alert usually means with mail
 * servers.  Decides nothing.
 */
#include "tls/names.h"
#include "tls/hello.h"

#include <bearssl.h>

#define SUITE(n) { BR_##n, #n }
static const struct { uint16_t id; const char *name; } suites[] = {
	{ 0x1301, "TLS_AES_128_GCM_SHA256" },
	{ 0x1302, "TLS_AES_256_GCM_SHA384" },
	{ 0x1303, "TLS_CHACHA20_POLY1305_SHA256" },
	SUITE(TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
	SUITE(TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CCM),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CCM),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384),
	SUITE(TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384),
	SUITE(TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_ECDH_RSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_ECDH_RSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_RSA_WITH_AES_128_GCM_SHA256),
	SUITE(TLS_RSA_WITH_AES_256_GCM_SHA384),
	SUITE(TLS_RSA_WITH_AES_128_CCM),
	SUITE(TLS_RSA_WITH_AES_256_CCM),
	SUITE(TLS_RSA_WITH_AES_128_CCM_8),
	SUITE(TLS_RSA_WITH_AES_256_CCM_8),
	SUITE(TLS_RSA_WITH_AES_128_CBC_SHA256),
	SUITE(TLS_RSA_WITH_AES_256_CBC_SHA256),
	SUITE(TLS_RSA_WITH_AES_128_CBC_SHA),
	SUITE(TLS_RSA_WITH_AES_256_CBC_SHA),
	SUITE(TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA),
	SUITE(TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA),
	SUITE(TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA),
	SUITE(TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA),
	SUITE(TLS_RSA_WITH_3DES_EDE_CBC_SHA),
};

const char *tls_suite_name(unsigned suite)
{
	size_t i;

	for (i = 0; i < sizeof suites / sizeof suites[0]; i++) {
		if (suites[i].id == suite)
			return suites[i].name;
	}
	return suite == 0 ? "" : "unknown";
}

const char *tls_version_name(unsigned version)
{
	switch (version) {
	case 0x0301: return "TLSv1.0";
	case 0x0302: return "TLSv1.1";
	case 0x0303: return "TLSv1.2";
	case 0x0304: return "TLSv1.3";
	default: return "";
	}
}

const char *tls_group_name(unsigned group)
{
	switch (group) {
	case 0: return "";
	case TLS_SECP256R1: return "secp256r1";
	case TLS_SECP384R1: return "secp384r1";
	case TLS_SECP521R1: return "secp521r1";
	case TLS_X25519: return "x25519";
	default: return "unknown";
	}
}

/* As the registry has them; those of SHA-1 and SHA-224 have no name there but this. */
const char *tls_scheme_name(unsigned scheme)
{
	switch (scheme) {
	case 0: return "";
	case 0x0201: return "rsa_pkcs1_sha1";
	case 0x0203: return "ecdsa_sha1";
	case 0x0301: return "rsa_pkcs1_sha224";
	case 0x0303: return "ecdsa_sha224";
	case TLS_RSA_PKCS1_SHA256: return "rsa_pkcs1_sha256";
	case TLS_RSA_PKCS1_SHA384: return "rsa_pkcs1_sha384";
	case TLS_RSA_PKCS1_SHA512: return "rsa_pkcs1_sha512";
	case TLS_ECDSA_P256_SHA256: return "ecdsa_secp256r1_sha256";
	case TLS_ECDSA_P384_SHA384: return "ecdsa_secp384r1_sha384";
	case TLS_ECDSA_P521_SHA512: return "ecdsa_secp521r1_sha512";
	case TLS_PSS_RSAE_SHA256: return "rsa_pss_rsae_sha256";
	case TLS_PSS_RSAE_SHA384: return "rsa_pss_rsae_sha384";
	case TLS_PSS_RSAE_SHA512: return "rsa_pss_rsae_sha512";
	case TLS_ED25519: return "ed25519";
	case TLS_PSS_PSS_SHA256: return "rsa_pss_pss_sha256";
	case TLS_PSS_PSS_SHA384: return "rsa_pss_pss_sha384";
	case TLS_PSS_PSS_SHA512: return "rsa_pss_pss_sha512";
	default: return "unknown";
	}
}

#define NO_TRUST "the server checks certificates of clients, and senders of mail often have none: " \
	"have it ask for none on this port"
#define BROKEN "the two TLS implementations do not understand each other, or something on the way " \
	"changes what they say"

/* RFC 5246 section 7.2 and its successors, and what each usually means with mail servers. */
static const struct { uint8_t n; const char *name, *hint; } alerts[] = {
	{ 0, "close_notify", "it does not want to go on" },
	{ 10, "unexpected_message", BROKEN },
	{ 20, "bad_record_mac", BROKEN },
	{ 21, "decryption_failed", BROKEN },
	{ 22, "record_overflow", BROKEN },
	{ 30, "decompression_failure", BROKEN },
	{ 40, "handshake_failure", "no cipher suite or signature algorithm in common with this "
	    "client (TLS 1.0 to 1.3), or the server has no certificate for the name asked for, or it "
	    "wants one from its clients, which senders of mail often do not have" },
	{ 41, "no_certificate", NO_TRUST },
	{ 42, "bad_certificate", NO_TRUST },
	{ 43, "unsupported_certificate", NO_TRUST },
	{ 44, "certificate_revoked", NO_TRUST },
	{ 45, "certificate_expired", NO_TRUST },
	{ 46, "certificate_unknown", NO_TRUST },
	{ 47, "illegal_parameter", BROKEN },
	{ 48, "unknown_ca", NO_TRUST },
	{ 49, "access_denied", "the server or a filter before it refuses this client or the name "
	    "asked for (SNI)" },
	{ 50, "decode_error", BROKEN },
	{ 51, "decrypt_error", BROKEN },
	{ 52, "too_many_cids_requested", BROKEN },
	{ 60, "export_restriction", "the server is very old" },
	{ 70, "protocol_version", "the server speaks none of TLS 1.0 to TLS 1.3, or none with what was "
	    "offered" },
	{ 71, "insufficient_security", "the server wants stronger algorithms than this client has" },
	{ 80, "internal_error", "often a certificate or key file that the server cannot read, or that "
	    "do not belong together; look into the server's log" },
	{ 86, "inappropriate_fallback", "the server takes this client for one that was talked down to "
	    "an older version" },
	{ 90, "user_canceled", "it does not want to go on" },
	{ 100, "no_renegotiation", "it does not begin a second handshake" },
	{ 109, "missing_extension", "the server wants an extension that this client did not send" },
	{ 110, "unsupported_extension", BROKEN },
	{ 111, "certificate_unobtainable", NO_TRUST },
	{ 112, "unrecognized_name", "the server does not know the name asked for (SNI), which is the "
	    "TLSA base domain: give it a certificate for that name" },
	{ 113, "bad_certificate_status_response", BROKEN },
	{ 114, "bad_certificate_hash_value", NO_TRUST },
	{ 115, "unknown_psk_identity", BROKEN },
	{ 116, "certificate_required", NO_TRUST },
	{ 117, "general_error", "look into the server's log" },
	{ 120, "no_application_protocol", "the port may be that of another service" },
	{ 121, "ech_required", BROKEN },
};

#undef NO_TRUST
#undef BROKEN

void tls_alert_text(struct tls_text *t, unsigned n, bool with_hint)
{
	size_t i;

	for (i = 0; i < sizeof alerts / sizeof alerts[0]; i++) {
		if (alerts[i].n != n)
			continue;
		tls_text_str(t, alerts[i].name);
		if (with_hint) {
			tls_text_str(t, ": ");
			tls_text_str(t, alerts[i].hint);
		}
		return;
	}
	tls_text_str(t, "number ");
	tls_text_uint(t, n);
}

const char *tls_engine_str(int err)
{
	switch (err) {
	case BR_ERR_BAD_PARAM: /* of the engine, and of its reset */
		return "the server sent a malformed TLS handshake message, or the name for SNI is too long";
	case BR_ERR_UNSUPPORTED_VERSION:
	case BR_ERR_BAD_VERSION:
	case BR_ERR_UNKNOWN_TYPE:
		return "what the server sent is not a TLS record; it may not speak TLS here";
	case BR_ERR_BAD_LENGTH:
	case BR_ERR_TOO_LARGE:
		return "the server sent a TLS record of an impossible length; it may not speak TLS here";
	case BR_ERR_BAD_MAC:
		return "a TLS record was altered on the way (bad MAC)";
	case BR_ERR_UNEXPECTED:
		return "the server sent a TLS message out of order";
	case BR_ERR_BAD_CCS:
	case BR_ERR_BAD_ALERT:
		return "the server sent a malformed TLS alert or change_cipher_spec message";
	case BR_ERR_BAD_HELLO_DONE:
	case BR_ERR_OVERSIZED_ID:
	case BR_ERR_BAD_HANDSHAKE:
		return "the server sent a malformed TLS handshake message";
	case BR_ERR_BAD_CIPHER_SUITE:
		return "the server chose a cipher suite that was not offered";
	case BR_ERR_BAD_FINISHED:
		return "the handshake was altered on the way (bad Finished message)";
	case BR_ERR_BAD_COMPRESSION:
		return "the server chose a compression method, of which none was offered";
	case BR_ERR_INVALID_ALGORITHM:
		return "the server chose an unknown curve or signature algorithm";
	case BR_ERR_BAD_SIGNATURE:
		return "the server could not prove that it has the key of its certificate (bad signature)";
	case BR_ERR_WRONG_KEY_USAGE:
		return "the key of the server's certificate does not fit the cipher suite that it chose";
	case BR_ERR_EXTRA_EXTENSION:
	case BR_ERR_BAD_SNI:
	case BR_ERR_BAD_SECRENEG:
	case BR_ERR_BAD_FRAGLEN:
		return "the server sent a TLS extension that was not asked for, or a malformed one";
	case BR_ERR_LIMIT_EXCEEDED:
		return "the server sent a key exchange that is larger than supported";
	case BR_ERR_NO_RANDOM:
		return "no entropy was given to the TLS client";
	case BR_ERR_X509_LIMIT_EXCEEDED:
		return "the server presents too many certificates, or too large ones";
	case BR_ERR_X509_EMPTY_CHAIN:
		return "the server presented no certificate";
	case BR_ERR_X509_INVALID_VALUE:
		return "the server's certificate is not a DER X.509 certificate";
	case BR_ERR_X509_WRONG_KEY_TYPE:
		return "the key of the server's certificate is of a type or size not supported here with "
		    "TLS 1.0 to 1.2 (supported: RSA of up to 4096 bits with an exponent of 3 or more, ECDSA "
		    "on P-256, P-384, P-521; with ECDHE suites of TLS 1.2 Ed25519 and RSA-PSS too)";
	default:
		return "TLS protocol error";
	}
}
