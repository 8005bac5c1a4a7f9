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
		memmove(c->der + c->used, p, n);
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

struct pem {
	br_pem_decoder_context d;
	struct tls_chain *c;
	bool in_object, is_cert;
};

/* Keys and parameters between the certificates are passed over. */
static const char *pem_event(struct pem *s)
{
	const char *name = br_pem_decoder_name(&s->d);

	switch (br_pem_decoder_event(&s->d)) {
	case BR_PEM_BEGIN_OBJ:
		s->in_object = true;
		s->is_cert = strcmp(name, "CERTIFICATE") == 0 || strcmp(name, "X509 CERTIFICATE") == 0;
		br_pem_decoder_setdest(&s->d, s->is_cert ? pem_dest : NULL, s->c);
		return NULL;
	case BR_PEM_END_OBJ:
		if (s->is_cert)
			tls_chain_end(s->c);
		s->in_object = s->is_cert = false;
		return NULL;
	case BR_PEM_ERROR:
		/* an encrypted key has header lines that are no base64: not our business */
		if (s->is_cert || !s->in_object)
			return "a certificate in the PEM text is not valid base64";
		s->in_object = s->is_cert = false;
		br_pem_decoder_init(&s->d); /* else what it has of the key comes before the next object */
		return NULL;
	default:
		return NULL;
	}
}

static const char *pem_push(struct pem *s, const char *p, size_t len)
{
	const char *err = NULL;
	size_t n;

	while (len > 0 && err == NULL) {
		n = br_pem_decoder_push(&s->d, p, len);
		p += n;
		len -= n;
		err = pem_event(s);
	}
	return err;
}

/* RFC 7468 section 2: lines end in CR, LF or both, perhaps after blanks, which BearSSL does not
   know; the last line may have no end. */
static const char *pem_lines(struct pem *s, const char *pem, size_t len)
{
	const char *err;
	size_t n, end;

	for (; len > 0; pem += n, len -= n) {
		for (n = 0; n < len && pem[n] != '\n' && pem[n] != '\r'; n++)
			;
		for (end = n; end > 0 && (pem[end - 1] == ' ' || pem[end - 1] == '\t'); end--)
			;
		err = pem_push(s, pem, end);
		if (err == NULL)
			err = pem_push(s, "\n", 1);
		if (err != NULL)
			return n == len ? "the PEM text ends inside a certificate" : err;
		n += n < len;
	}
	return s->in_object ? "the PEM text ends inside an object" : NULL;
}

int tls_chain_pem(struct tls_chain *c, const char *pem, size_t len, const char **err)
{
	struct pem s = { .c = c };

	tls_chain_init(c);
	br_pem_decoder_init(&s.d);
	*err = pem_lines(&s, pem, len);
	if (*err == NULL && c->overflow)
		*err = "more than 16 certificates, or more than 65536 octets of them";
	if (*err == NULL && c->n == 0)
		*err = "no certificate in the PEM text";
	if (*err == NULL)
		return 0;
	c->n = 0;
	return -1;
}
