/* SPDX-License-Identifier: ISC */
/*
 * tls/der.c: the only place of this folder that indexes a certificate.
 * Each length is checked against what is left before anything is read (X.690
 * section 8.1 and, for minimal lengths, section 10.1).
 */
#include "tls/der.h"

#include <string.h>

struct tls_der tls_der_init(const uint8_t *p, size_t len)
{
	struct tls_der r = { p, NULL, p == NULL };

	r.end = p == NULL ? p : p + len;
	return r;
}

bool tls_der_is_end(const struct tls_der *r)
{
	return r->bad || r->p == r->end;
}

bool tls_der_is_done(const struct tls_der *r)
{
	return !r->bad && r->p == r->end;
}

int tls_der_peek(const struct tls_der *r)
{
	return tls_der_is_end(r) ? -1 : *r->p;
}

static bool fail(struct tls_der *r)
{
	r->bad = true;
	return false;
}

/* The length octets; r->p is behind the tag. */
static bool read_length(struct tls_der *r, size_t *len)
{
	size_t n, v = 0;

	if (r->p == r->end)
		return fail(r);
	n = *r->p++;
	if (n < 0x80) {
		*len = n;
		return true;
	}
	n &= 0x7f;
	if (n == 0 || n > 4 || (size_t)(r->end - r->p) < n) /* 0: indefinite, not DER */
		return fail(r);
	if (*r->p == 0) /* X.690 10.1: fewest octets */
		return fail(r);
	while (n-- > 0)
		v = v << 8 | *r->p++;
	if (v < 0x80)
		return fail(r);
	*len = v;
	return true;
}

bool tls_der_next(struct tls_der *r, struct tls_tlv *out)
{
	memset(out, 0, sizeof *out);
	if (r->bad || r->p == r->end)
		return fail(r);
	out->all = r->p;
	out->tag = *r->p++;
	if ((out->tag & 0x1f) == 0x1f) /* tags of several octets: X.509 has none */
		return fail(r);
	if (!read_length(r, &out->len))
		return false;
	if ((size_t)(r->end - r->p) < out->len)
		return fail(r);
	out->val = r->p;
	r->p += out->len;
	out->all_len = (size_t)(r->p - out->all);
	return true;
}

bool tls_der_get(struct tls_der *r, uint8_t tag, struct tls_tlv *out)
{
	if (!tls_der_next(r, out))
		return false;
	return out->tag == tag ? true : fail(r);
}

struct tls_der tls_der_enter(struct tls_der *r, uint8_t tag)
{
	struct tls_tlv t;

	if (!tls_der_get(r, tag, &t))
		return tls_der_init(NULL, 0);
	return tls_der_init(t.val, t.len);
}

bool tls_der_bits(struct tls_der *r, struct tls_tlv *out)
{
	if (!tls_der_get(r, DER_BITSTRING, out))
		return false;
	if (out->len == 0 || out->val[0] != 0)
		return fail(r);
	out->val++;
	out->len--;
	return true;
}

bool tls_der_int(struct tls_der *r, struct tls_tlv *out)
{
	if (!tls_der_get(r, DER_INTEGER, out) || out->len == 0)
		return fail(r);
	if (out->len > 1 && ((out->val[0] == 0 && out->val[1] < 0x80) || /* X.690 8.3.2 */
	    (out->val[0] == 0xff && out->val[1] >= 0x80)))
		return fail(r);
	return true;
}

bool tls_der_uint(struct tls_der *r, struct tls_tlv *out)
{
	if (!tls_der_get(r, DER_INTEGER, out))
		return false;
	if (out->len == 0 || out->val[0] >= 0x80)
		return fail(r);
	if (out->len > 1 && out->val[0] == 0 && out->val[1] < 0x80) /* X.690 8.3.2 */
		return fail(r);
	if (out->val[0] == 0) {
		out->val++;
		out->len--;
	}
	return true;
}

bool tls_der_eq(const struct tls_tlv *t, const void *p, size_t len)
{
	return t->len == len && (len == 0 || memcmp(t->val, p, len) == 0);
}
