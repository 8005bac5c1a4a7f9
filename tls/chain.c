/* SPDX-License-Identifier: ISC */
/*
 * tls/chain.c: holds the certificates that a server presents, or that a PEM file has,
 * within TLS_MAX_CERTS and TLS_MAX_CHAIN.  A chain over the limits is marked, and
 * tls_dane_check() then matches nothing.
 */
#include "tls/chain.h"

#include <string.h>

void tls_chain_init(struct tls_chain *c)
{
	c->n = 0;
	c->used = 0;
	c->overflow = false;
}

size_t tls_chain_octets(const struct tls_chain *c)
{
	return c->n == 0 ? 0 : c->off[c->n - 1] + c->len[c->n - 1];
}

void tls_chain_append(struct tls_chain *c, const uint8_t *p, size_t n)
{
	if (c->overflow || sizeof c->der - c->used < n) {
		c->overflow = true;
		return;
	}
	if (n > 0)
		memcpy(c->der + c->used, p, n);
	c->used += n;
}

void tls_chain_end(struct tls_chain *c)
{
	size_t start = tls_chain_octets(c); /* those of the one under way lie behind */

	if (c->overflow || c->n >= TLS_MAX_CERTS) {
		c->overflow = true;
		return;
	}
	c->off[c->n] = start;
	c->len[c->n] = c->used - start;
	c->n++;
}

void tls_chain_add(struct tls_chain *c, const uint8_t *der, size_t len)
{
	tls_chain_append(c, der, len);
	tls_chain_end(c);
}

/* ---- PEM (RFC 7468) ----------------------------------------------------------- */

/* BearSSL hands over decoded octets of the object under way. */
static void pem_dest(void *ctx, const void *src, size_t len)
{
	tls_chain_append(ctx, src, len);
}

/* Keys and parameters between the certificates are passed over. */
static const char *pem_event(br_pem_decoder_context *d, struct tls_chain *c, bool *in_object,
    bool *is_cert)
{
	switch (br_pem_decoder_event(d)) {
	case BR_PEM_BEGIN_OBJ:
		*in_object = true;
		*is_cert = strcmp(br_pem_decoder_name(d), "CERTIFICATE") == 0 ||
		    strcmp(br_pem_decoder_name(d), "X509 CERTIFICATE") == 0;
		br_pem_decoder_setdest(d, *is_cert ? pem_dest : NULL, c);
		return NULL;
	case BR_PEM_END_OBJ:
		if (*is_cert)
			tls_chain_end(c);
		*in_object = *is_cert = false;
		return NULL;
	case BR_PEM_ERROR:
		/* an encrypted key has header lines that are no base64: not our business */
		if (*is_cert || !*in_object)
			return "a certificate in the PEM text is not valid base64";
		*in_object = *is_cert = false;
		return NULL;
	default:
		return NULL;
	}
}

static const char *pem_push(br_pem_decoder_context *d, struct tls_chain *c, const char *pem, size_t len)
{
	bool in_object = false, is_cert = false, last = false;
	const char *err;
	size_t n;

	for (;;) {
		if (len == 0 && !last) { /* the last line may have no newline */
			last = true;
			pem = "\n";
			len = 1;
		}
		if (len == 0)
			break;
		n = br_pem_decoder_push(d, pem, len);
		pem += n;
		len -= n;
		err = pem_event(d, c, &in_object, &is_cert);
		if (err != NULL)
			return last ? "the PEM text ends inside a certificate" : err;
	}
	return in_object ? "the PEM text ends inside an object" : NULL;
}

int tls_chain_pem(struct tls_chain *c, const char *pem, size_t len, const char **err)
{
	br_pem_decoder_context d;

	tls_chain_init(c);
	br_pem_decoder_init(&d);
	*err = pem_push(&d, c, pem, len);
	if (*err == NULL && c->overflow)
		*err = "more than 16 certificates, or more than 65536 octets of them";
	if (*err == NULL && c->n == 0)
		*err = "no certificate in the PEM text";
	if (*err == NULL)
		return 0;
	c->n = 0;
	return -1;
}
