/* SPDX-License-Identifier: ISC */
/*
 * tls/ocspread.c: reads an OCSP response (RFC 6960 section 4.2).  Its times are as RFC 5280 has
 * them, its lengths as DER has them, and each field that is not what it must be is named.
 */
#include "tls/ocsp.h"
#include "tls/text.h"

#include <string.h>

void tls_ocsp_set(struct tls_ocsp_result *out, enum tls_ocsp_state state, const char *code,
    const char *text, const char *more)
{
	struct tls_text c = tls_text_init(out->code, sizeof out->code);
	struct tls_text r = tls_text_init(out->reason, sizeof out->reason);

	out->state = state;
	tls_text_str(&c, code);
	tls_text_str(&r, text);
	tls_text_str(&r, more);
}

bool tls_ocsp_fail(struct tls_ocsp_result *out, enum tls_ocsp_state state, const char *code,
    const char *text, const char *more)
{
	if (out->code[0] == '\0')
		tls_ocsp_set(out, state, code, text, more);
	return false;
}

static bool malformed(struct tls_ocsp_result *out, const char *field)
{
	return tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-parse", field, " is malformed");
}

static bool no_critical(struct tls_ocsp_result *out, bool critical)
{
	return !critical || tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-extension",
	    "the response has a critical extension that is not known here", "");
}

/* ---- fields ------------------------------------------------------------------------- */

/* RFC 6960 4.2.2.1: GeneralizedTime as RFC 5280 4.1.2.5.2 has it. */
static bool get_time(struct tls_der *r, int64_t *out)
{
	struct tls_tlv t;

	return tls_der_get(r, DER_GENTIME, &t) && tls_time_parse(&t, out);
}

/* ENUMERATED of one octet. */
static bool get_enum(struct tls_der *r, unsigned *out)
{
	struct tls_tlv t;

	if (!tls_der_get(r, DER_ENUM, &t) || t.len != 1 || t.val[0] >= 0x80)
		return false;
	*out = t.val[0];
	return true;
}

/* [1] EXPLICIT Extensions.  None is known here, so that a critical one is an unknown one. */
static bool parse_extensions(struct tls_der *r, bool *critical)
{
	struct tls_der w = tls_der_enter(r, 0xa1), list = tls_der_enter(&w, DER_SEQUENCE);
	struct tls_tlv t;

	if (!tls_der_is_done(&w))
		return false;
	while (!tls_der_is_end(&list)) {
		struct tls_der e = tls_der_enter(&list, DER_SEQUENCE);

		if (!tls_der_get(&e, DER_OID, &t))
			return false;
		if (tls_der_peek(&e) == DER_BOOLEAN) {
			if (!tls_der_get(&e, DER_BOOLEAN, &t) || t.len != 1)
				return false;
			*critical |= t.val[0] != 0;
		}
		if (!tls_der_get(&e, DER_OCTETS, &t) || !tls_der_is_done(&e))
			return false;
	}
	return tls_der_is_done(&list);
}

/* RFC 5280 5.3.1. */
static const char *reason_str(unsigned n)
{
	static const char *const names[] = { "unspecified", "keyCompromise", "cACompromise",
		"affiliationChanged", "superseded", "cessationOfOperation", "certificateHold",
		"unassigned", "removeFromCRL", "privilegeWithdrawn", "aACompromise" };

	return n < sizeof names / sizeof names[0] ? names[n] : "unassigned";
}

static bool parse_revoked(struct tls_der r, struct tls_ocsp_single *s, struct tls_ocsp_result *out)
{
	struct tls_der in;
	unsigned n;

	s->says = TLS_OCSP_SAYS_REVOKED;
	if (!get_time(&r, &s->revoked_at))
		return malformed(out, "revocationTime");
	if (tls_der_is_end(&r))
		return true;
	in = tls_der_enter(&r, 0xa0);
	if (!get_enum(&in, &n) || !tls_der_is_done(&in) || !tls_der_is_done(&r))
		return malformed(out, "revocationReason");
	s->why = reason_str(n);
	return true;
}

static bool parse_status(struct tls_der *r, struct tls_ocsp_single *s, struct tls_ocsp_result *out)
{
	struct tls_tlv t;

	if (!tls_der_next(r, &t))
		return malformed(out, "certStatus");
	if (t.tag == 0xa1)
		return parse_revoked(tls_der_init(t.val, t.len), s, out);
	s->says = t.tag == 0x80 ? TLS_OCSP_SAYS_GOOD : TLS_OCSP_SAYS_UNKNOWN;
	return ((t.tag == 0x80 || t.tag == 0x82) && t.len == 0) || malformed(out, "certStatus");
}

static bool parse_certid(struct tls_der *r, struct tls_ocsp_single *s, struct tls_ocsp_result *out)
{
	struct tls_der id = tls_der_enter(r, DER_SEQUENCE);

	if (id.bad)
		return malformed(out, "certID");
	if (!tls_der_get(&id, DER_SEQUENCE, &s->alg))
		return malformed(out, "hashAlgorithm");
	if (!tls_der_get(&id, DER_OCTETS, &s->name_hash))
		return malformed(out, "issuerNameHash");
	if (!tls_der_get(&id, DER_OCTETS, &s->key_hash))
		return malformed(out, "issuerKeyHash");
	if (!tls_der_int(&id, &s->serial))
		return malformed(out, "serialNumber");
	return tls_der_is_done(&id) || malformed(out, "certID");
}

bool tls_ocsp_read_single(struct tls_der *list, struct tls_ocsp_single *s,
    struct tls_ocsp_result *out)
{
	struct tls_der r = tls_der_enter(list, DER_SEQUENCE), in;
	bool critical = false;

	memset(s, 0, sizeof *s);
	s->why = "";
	if (r.bad)
		return malformed(out, "SingleResponse");
	if (!parse_certid(&r, s, out) || !parse_status(&r, s, out))
		return false;
	if (!get_time(&r, &s->this_update))
		return malformed(out, "thisUpdate");
	if (tls_der_peek(&r) == 0xa0) {
		in = tls_der_enter(&r, 0xa0);
		if (!get_time(&in, &s->next_update) || !tls_der_is_done(&in))
			return malformed(out, "nextUpdate");
		s->has_next = true;
	}
	if (tls_der_peek(&r) == 0xa1 && !parse_extensions(&r, &critical))
		return malformed(out, "singleExtensions");
	if (!tls_der_is_done(&r))
		return malformed(out, "SingleResponse");
	if (s->has_next && s->next_update < s->this_update)
		return tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-parse", "nextUpdate is before thisUpdate",
		    "");
	return no_critical(out, critical);
}

/* ---- the response -------------------------------------------------------------------- */

/* RFC 6960 4.2.1: with one of these there is no more. */
static bool no_status(struct tls_ocsp_result *out, unsigned status)
{
	static const char *const names[] = { "", "malformedRequest", "internalError", "tryLater", "",
		"sigRequired", "unauthorized" };

	if (status >= sizeof names / sizeof names[0] || names[status][0] == '\0')
		return malformed(out, "responseStatus");
	return tls_ocsp_fail(out, TLS_OCSP_NO_STATUS, status == 3 ? "ocsp-try-later" : "ocsp-status",
	    "the responder gave the server no answer but ", names[status]);
}

/* As far as the octets of the BasicOCSPResponse. */
static bool parse_frame(const uint8_t *der, size_t len, struct tls_tlv *basic,
    struct tls_ocsp_result *out)
{
	static const uint8_t id_basic[] = { 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1 };
	struct tls_der r = tls_der_init(der, len), s = tls_der_enter(&r, DER_SEQUENCE), w, b;
	struct tls_tlv type;
	unsigned status;

	if (s.bad || !tls_der_is_done(&r))
		return malformed(out, "OCSPResponse");
	if (!get_enum(&s, &status))
		return malformed(out, "responseStatus");
	if (status != 0)
		return tls_der_is_done(&s) ? no_status(out, status) : malformed(out, "OCSPResponse");
	w = tls_der_enter(&s, 0xa0);
	b = tls_der_enter(&w, DER_SEQUENCE);
	if (b.bad || !tls_der_is_done(&w) || !tls_der_is_done(&s))
		return malformed(out, "responseBytes");
	if (!tls_der_get(&b, DER_OID, &type))
		return malformed(out, "responseType");
	if (!tls_der_get(&b, DER_OCTETS, basic) || !tls_der_is_done(&b))
		return malformed(out, "responseBytes");
	return tls_der_eq(&type, id_basic, sizeof id_basic) || tls_ocsp_fail(out, TLS_OCSP_BAD,
	    "ocsp-parse", "responseType is not id-pkix-ocsp-basic", "");
}

static bool parse_certs(struct tls_der *s, struct tls_tlv *certs, struct tls_ocsp_result *out)
{
	struct tls_der w = tls_der_enter(s, 0xa0), list;
	struct tls_tlv cert;
	unsigned n = 0;

	if (!tls_der_get(&w, DER_SEQUENCE, certs) || !tls_der_is_done(&w))
		return malformed(out, "certs");
	list = tls_der_init(certs->val, certs->len);
	while (!tls_der_is_end(&list)) {
		if (!tls_der_get(&list, DER_SEQUENCE, &cert))
			return malformed(out, "certs");
		if (++n > TLS_MAX_OCSP_CERTS)
			return tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-parse",
			    "certs has too many certificates", "");
	}
	return true;
}

static bool parse_basic(struct tls_ocsp *o, const struct tls_tlv *basic,
    struct tls_ocsp_result *out)
{
	struct tls_der r = tls_der_init(basic->val, basic->len), s = tls_der_enter(&r, DER_SEQUENCE);

	if (s.bad || !tls_der_is_done(&r))
		return malformed(out, "BasicOCSPResponse");
	if (!tls_der_get(&s, DER_SEQUENCE, &o->tbs))
		return malformed(out, "tbsResponseData");
	if (!tls_der_get(&s, DER_SEQUENCE, &o->alg))
		return malformed(out, "signatureAlgorithm");
	if (!tls_der_bits(&s, &o->signature))
		return malformed(out, "signature");
	if (tls_der_peek(&s) == 0xa0 && !parse_certs(&s, &o->certs, out))
		return false;
	return tls_der_is_done(&s) || malformed(out, "BasicOCSPResponse");
}

static bool parse_version(struct tls_der *d, struct tls_ocsp_result *out)
{
	struct tls_der v;
	struct tls_tlv n;

	if (tls_der_peek(d) != 0xa0)
		return true;
	v = tls_der_enter(d, 0xa0);
	if (!tls_der_uint(&v, &n) || !tls_der_is_done(&v))
		return malformed(out, "version");
	return n.len == 0 || tls_ocsp_fail(out, TLS_OCSP_BAD, "ocsp-parse", "version is not v1", "");
}

static bool parse_responder(struct tls_ocsp *o, struct tls_der *d, struct tls_ocsp_result *out)
{
	struct tls_text t = tls_text_init(out->responder, sizeof out->responder);
	struct tls_der v;

	o->by_key = tls_der_peek(d) == 0xa2;
	v = tls_der_enter(d, o->by_key ? 0xa2 : 0xa1);
	if (!tls_der_get(&v, o->by_key ? DER_OCTETS : DER_SEQUENCE, &o->responder) ||
	    !tls_der_is_done(&v) || (o->by_key && o->responder.len != br_sha1_SIZE))
		return malformed(out, "responderID");
	if (o->by_key)
		tls_text_hex(&t, o->responder.val, o->responder.len);
	else
		tls_dn_text(&o->responder, out->responder, sizeof out->responder);
	return true;
}

static bool parse_data(struct tls_ocsp *o, struct tls_ocsp_result *out)
{
	struct tls_der d = tls_der_init(o->tbs.val, o->tbs.len);
	bool critical = false;
	int64_t produced;

	if (!parse_version(&d, out) || !parse_responder(o, &d, out))
		return false;
	if (!get_time(&d, &produced))
		return malformed(out, "producedAt");
	if (!tls_der_get(&d, DER_SEQUENCE, &o->responses))
		return malformed(out, "responses");
	if (tls_der_peek(&d) == 0xa1 && !parse_extensions(&d, &critical))
		return malformed(out, "responseExtensions");
	if (!tls_der_is_done(&d))
		return malformed(out, "tbsResponseData");
	return no_critical(out, critical);
}

bool tls_ocsp_read(struct tls_ocsp *o, const uint8_t *der, size_t len, struct tls_ocsp_result *out)
{
	struct tls_tlv basic;

	return parse_frame(der, len, &basic, out) && parse_basic(o, &basic, out) && parse_data(o, out);
}
