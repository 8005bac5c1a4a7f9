/* SPDX-License-Identifier: ISC */
/*
 * tls/tlsa.c: which TLSA records count.  Usages 0 and 1 do not with SMTP (RFC 7672
 * section 3.1.3); unknown numbers and digests of the wrong length make a record
 * unusable (RFC 6698 section 4.1); and of records that differ in the digest alone
 * only the strongest counts (RFC 7671 section 9).
 */
#include "tls/tls.h"
#include "tls/x509.h"

/* Matching type 0: the data must be the thing itself (RFC 6698 section 2.1.2). */
static bool is_whole(const struct tls_tlsa *t)
{
	struct tls_x509 x;
	struct tls_key key;

	if (t->selector == 0)
		return tls_x509_parse(&x, t->data, t->len) == 0;
	return tls_key_parse(&key, t->data, t->len);
}

enum tls_usable tls_tlsa_usable(const struct tls_tlsa *t)
{
	if (t->usage > 3)
		return TLS_UNUSABLE_USAGE;
	if (t->usage < 2) /* RFC 7672 3.1.3 */
		return TLS_UNUSABLE_PKIX;
	if (t->selector > 1)
		return TLS_UNUSABLE_SELECTOR;
	if (t->mtype > 2)
		return TLS_UNUSABLE_MTYPE;
	if (t->len == 0 || t->data == NULL)
		return TLS_UNUSABLE_EMPTY;
	if ((t->mtype == 1 && t->len != 32) || (t->mtype == 2 && t->len != 64))
		return TLS_UNUSABLE_LENGTH;
	if (t->mtype == 0 && !is_whole(t))
		return TLS_UNUSABLE_DER;
	return TLS_USABLE;
}

const char *tls_usable_str(enum tls_usable u)
{
	switch (u) {
	case TLS_USABLE:
		return "usable";
	case TLS_UNUSABLE_PKIX:
		return "usages 0 and 1 ask for a check against public CAs, which SMTP does not have (RFC 7672 "
		    "section 3.1.3) and which is not made here";
	case TLS_UNUSABLE_USAGE:
		return "the certificate usage is not one of 0 to 3 (RFC 6698 section 2.1.1)";
	case TLS_UNUSABLE_SELECTOR:
		return "the selector is not 0 or 1 (RFC 6698 section 2.1.2)";
	case TLS_UNUSABLE_MTYPE:
		return "the matching type is not 0, 1 or 2 (RFC 6698 section 2.1.3)";
	case TLS_UNUSABLE_LENGTH:
		return "the data is not as long as the digest of its matching type";
	case TLS_UNUSABLE_EMPTY:
		return "the record has no data";
	case TLS_UNUSABLE_DER:
		return "matching type 0, but the data is not a DER certificate (selector 0) or "
		    "public key (selector 1)";
	case TLS_NOT_CHECKED_PKIX:
		return "not checked here: it asks for a check against public CAs (RFC 7673)";
	}
	return "not checked";
}

/* RFC 7671 section 9: per usage and selector the strongest digest counts; matching
   type 0 is no digest and is always looked at too. */
bool tls_tlsa_outranked(const struct tls_tlsa *t, unsigned n, unsigned i)
{
	return i < n && t[i].mtype == 1 && tls_tlsa_mtype(t, n, t[i].usage, t[i].selector) == 2;
}

unsigned tls_tlsa_mtype(const struct tls_tlsa *t, unsigned n, unsigned usage, unsigned selector)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		if (t[i].usage == usage && t[i].selector == selector && t[i].mtype == 2 &&
		    tls_tlsa_usable(&t[i]) == TLS_USABLE)
			return 2;
	}
	return 1;
}
