/* SPDX-License-Identifier: ISC */
/*
 * tls/hint.c: what was probably meant.  A record that matches nothing is held against
 * the mistakes that people make: the digest of PEM or hexadecimal text, of the other selector's
 * object, under the other matching type, of nothing at all.  Decides nothing.
 */
#include "tls/hint.h"

#include <string.h>

#define MAX_HINTED 8 /* records looked at: each costs some hashes of the whole chain */

struct tls_tlv tls_selected(const struct tls_x509 *x, unsigned selector)
{
	struct tls_tlv t = x->spki;

	if (selector == 0) {
		t.all = x->der;
		t.all_len = x->len;
	}
	return t;
}

bool tls_suggest(const struct tls_x509 *x, unsigned usage, unsigned selector, unsigned mtype,
    struct tls_text *t)
{
	const br_hash_class *h = mtype == 1 ? &br_sha256_vtable : &br_sha512_vtable;
	struct tls_tlv s = tls_selected(x, selector);
	uint8_t hash[64];
	size_t n;

	tls_text_uint(t, usage);
	tls_text_char(t, ' ');
	tls_text_uint(t, selector);
	tls_text_char(t, ' ');
	tls_text_uint(t, mtype);
	tls_text_char(t, ' ');
	if (mtype == 0) {
		tls_text_hex(t, s.all, s.all_len);
		return !t->cut;
	}
	n = tls_hash(h, s.all, s.all_len, hash);
	tls_text_hex(t, hash, n);
	return !t->cut;
}

/* ---- what people hash by mistake -------------------------------------------------------- */

enum object { CERT, KEY, KEY_BITS, TBS, CERT_PEM, CERT_PEM_CRLF, KEY_PEM, CERT_BASE64, CERT_HEX,
	CERT_HEX_UPPER, KEY_HEX, CHAIN_PEM, NOTHING, OBJECTS };

static const char *const object_str[OBJECTS] = {
	[CERT] = "the certificate", [KEY] = "the public key",
	[KEY_BITS] = "the bare key without its algorithm (not the SubjectPublicKeyInfo)",
	[TBS] = "the signed part of the certificate alone", [CERT_PEM] = "the PEM text of the certificate",
	[CERT_PEM_CRLF] = "the PEM text of the certificate", [KEY_PEM] = "the PEM text of the public key",
	[CERT_BASE64] = "the base64 text of the certificate",
	[CERT_HEX] = "the hexadecimal text of the certificate",
	[CERT_HEX_UPPER] = "the hexadecimal text of the certificate",
	[KEY_HEX] = "the hexadecimal text of the public key",
	[CHAIN_PEM] = "the PEM text of the whole chain", [NOTHING] = "no octets at all (a command failed?)"
};

struct sink {
	const br_hash_class *h;
	br_hash_compat_context c;
};

static void put(struct sink *s, const void *p, size_t n)
{
	s->h->update(&s->c.vtable, p, n);
}

static void put_str(struct sink *s, const char *text)
{
	put(s, text, strlen(text));
}

static void put_hex(struct sink *s, const uint8_t *p, size_t n, const char *digit)
{
	char two[2];
	size_t i;

	for (i = 0; i < n; i++) {
		two[0] = digit[p[i] >> 4];
		two[1] = digit[p[i] & 15];
		put(s, two, 2);
	}
}

static void put_base64(struct sink *s, const uint8_t *p, size_t n, const char *eol)
{
	static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i, at;

	for (i = 0, at = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
		char c[4] = { b64[v >> 18], b64[v >> 12 & 63], i + 1 < n ? b64[v >> 6 & 63] : '=',
			i + 2 < n ? b64[v & 63] : '=' };

		put(s, c, 4);
		if ((at += 4) % 64 == 0 || i + 3 >= n)
			put_str(s, eol);
	}
}

/* As openssl writes it (RFC 7468): lines of 64. */
static void put_pem(struct sink *s, const char *label, const uint8_t *p, size_t n, const char *eol)
{
	put_str(s, "-----BEGIN ");
	put_str(s, label);
	put_str(s, "-----");
	put_str(s, eol);
	put_base64(s, p, n, eol);
	put_str(s, "-----END ");
	put_str(s, label);
	put_str(s, "-----");
	put_str(s, eol);
}

/* The certificates from x up to end are the whole chain for CHAIN_PEM. */
static void put_object(struct sink *s, enum object o, const struct tls_x509 *x,
    const struct tls_x509 *end)
{
	static const char low[] = "0123456789abcdef", up[] = "0123456789ABCDEF";
	struct tls_tlv k = x->spki;
	struct tls_der r = tls_der_init(k.val, k.len);

	switch (o) {
	case CERT: put(s, x->der, x->len); break;
	case KEY: put(s, k.all, k.all_len); break;
	case KEY_BITS:
		if (tls_der_get(&r, DER_SEQUENCE, &k) && tls_der_bits(&r, &k))
			put(s, k.val, k.len);
		break;
	case TBS: put(s, x->tbs.all, x->tbs.all_len); break;
	case CERT_PEM: put_pem(s, "CERTIFICATE", x->der, x->len, "\n"); break;
	case CERT_PEM_CRLF: put_pem(s, "CERTIFICATE", x->der, x->len, "\r\n"); break;
	case KEY_PEM: put_pem(s, "PUBLIC KEY", k.all, k.all_len, "\n"); break;
	case CERT_BASE64: put_base64(s, x->der, x->len, "\n"); break;
	case CERT_HEX: put_hex(s, x->der, x->len, low); break;
	case CERT_HEX_UPPER: put_hex(s, x->der, x->len, up); break;
	case KEY_HEX: put_hex(s, k.all, k.all_len, low); break;
	case CHAIN_PEM:
		for (; x < end; x++)
			put_pem(s, "CERTIFICATE", x->der, x->len, "\n");
		break;
	default: break;
	}
}

static bool is_digest_of(const uint8_t *data, size_t len, enum object o, const struct tls_x509 *x,
    const struct tls_x509 *end)
{
	struct sink s;
	uint8_t hash[64];

	s.h = len == 32 ? &br_sha256_vtable : &br_sha512_vtable;
	s.h->init(&s.c.vtable);
	put_object(&s, o, x, end);
	s.h->out(&s.c.vtable, hash);
	return memcmp(hash, data, len) == 0;
}

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The digest in a record, perhaps written as text.  Its length: 32, 64, or 0: none. */
static size_t digest_of(const struct tls_tlsa *t, uint8_t out[64], bool *text)
{
	size_t i, n = t->len / 2;

	*text = false;
	if (t->data == NULL)
		return 0;
	for (i = 0; i < t->len && hex_value(t->data[i]) >= 0; i++)
		;
	*text = i == t->len && (t->len == 128 || (t->len == 64 && t->mtype != 2));
	if (!*text) {
		if (t->len != 32 && t->len != 64)
			return 0;
		memcpy(out, t->data, t->len);
		return t->len;
	}
	for (i = 0; i < n; i++)
		out[i] = (uint8_t)(hex_value(t->data[2 * i]) << 4 | hex_value(t->data[2 * i + 1]));
	return n;
}

/* ---- one record ---------------------------------------------------------------------------- */

static void say_record(struct tls_text *t, unsigned r)
{
	tls_text_str(t, t->len > 0 ? "; record " : "record ");
	tls_text_uint(t, r + 1);
}

/* The record for certificate i, with a digest that counts beside the others of the set. */
static void say_publish(const struct tls_dane *d, const struct tls_x509 *x, unsigned i,
    unsigned selector, unsigned mtype, struct tls_text *t)
{
	unsigned usage = i == 0 ? 3 : 2, s = selector > 1 ? 1 : selector;

	tls_text_str(t, ": publish ");
	tls_suggest(x, usage, s, mtype == 2 ? 2 : tls_tlsa_mtype(d->tlsa, d->ntlsa, usage, s), t);
}

static void say_certificate(struct tls_text *t, unsigned i)
{
	if (i == 0) {
		tls_text_str(t, " of the leaf");
		return;
	}
	tls_text_str(t, " of certificate ");
	tls_text_uint(t, i);
}

static bool hint_digest(const struct tls_dane *d, unsigned r, const struct tls_x509 *x, unsigned n,
    struct tls_text *t)
{
	const struct tls_tlsa *rec = &d->tlsa[r];
	uint8_t data[64];
	bool text;
	size_t len = digest_of(rec, data, &text);
	unsigned i, o;

	for (i = 0; i < n && len > 0; i++) {
		unsigned end = i == 0 ? OBJECTS : CHAIN_PEM; /* the last two are of the chain */

		for (o = 0; o < end; o++) {
			if (is_digest_of(data, len, (enum object)o, &x[i], x + n))
				break;
		}
		if (o == end)
			continue;
		say_record(t, r);
		tls_text_str(t, text ? " holds, as text, the " : " holds the ");
		tls_text_str(t, len == 32 ? "SHA2-256 digest of " : "SHA2-512 digest of ");
		tls_text_str(t, object_str[o]);
		if (o != CHAIN_PEM && o != NOTHING)
			say_certificate(t, i);
		say_publish(d, &x[i], i, o == CERT ? 0 : o == KEY ? 1 : rec->selector, len == 64 ? 2 : 1,
		    t);
		return true;
	}
	return false;
}

/* A certificate or key as a whole, under a matching type or selector that says otherwise. */
static bool hint_whole(const struct tls_dane *d, unsigned r, const struct tls_x509 *x, unsigned n,
    struct tls_text *t)
{
	const struct tls_tlsa *rec = &d->tlsa[r];
	unsigned i, s;

	for (i = 0; i < n && rec->data != NULL; i++) {
		for (s = 0; s < 2; s++) {
			struct tls_tlv o = tls_selected(&x[i], s);

			if (o.all_len != rec->len || memcmp(o.all, rec->data, rec->len) != 0)
				continue;
			say_record(t, r);
			tls_text_str(t, s == 0 ? " holds the certificate itself," : " holds the key itself,");
			tls_text_str(t, " which is selector ");
			tls_text_uint(t, s);
			tls_text_str(t, " with matching type 0");
			say_publish(d, &x[i], i, s, 1, t);
			return true;
		}
	}
	return false;
}

/* `x 0 0`: with the record's certificate at hand one can see that only the certificate is another. */
static bool hint_renewed(const struct tls_dane *d, unsigned r, const struct tls_x509 *x, unsigned n,
    struct tls_text *t)
{
	const struct tls_tlsa *rec = &d->tlsa[r];
	struct tls_x509 old;
	unsigned i;

	if (rec->selector != 0 || rec->mtype != 0 || tls_x509_parse(&old, rec->data, rec->len) != 0)
		return false;
	for (i = 0; i < n; i++) {
		if (x[i].spki.all_len != old.spki.all_len ||
		    memcmp(x[i].spki.all, old.spki.all, old.spki.all_len) != 0)
			continue;
		say_record(t, r);
		tls_text_str(t, " is another certificate with the same key: it was renewed, and selector 1 "
		    "would have lasted");
		say_publish(d, &x[i], i, 1, 1, t);
		return true;
	}
	return false;
}

/* Matches a certificate, but usage 3 is for the leaf alone and usage 2 never for it. */
static bool hint_usage(const struct tls_dane *d, unsigned r, uint16_t mask, struct tls_text *t)
{
	const struct tls_tlsa *rec = &d->tlsa[r];
	bool leaf = (mask & 1) != 0, above = (mask & ~1u) != 0;
	unsigned mtype = rec->mtype;

	if ((rec->usage == 2 && (above || !leaf)) || (rec->usage == 3 && (leaf || !above)) ||
	    rec->usage < 2)
		return false;
	if (mtype == 1)
		mtype = tls_tlsa_mtype(d->tlsa, d->ntlsa, leaf ? 3 : 2, rec->selector);
	say_record(t, r);
	tls_text_str(t, leaf ? " has usage 2 but matches the leaf: usage 3 was perhaps meant, publish "
	    "it as 3 " : " has usage 3 but matches a CA certificate: usage 2 was perhaps meant, as 2 ");
	tls_text_uint(t, rec->selector);
	tls_text_char(t, ' ');
	tls_text_uint(t, mtype);
	return true;
}

/* Right, but for a stronger digest beside it (RFC 7671 section 9). */
static bool hint_outranked(const struct tls_tlsa *rec, unsigned r, uint16_t mask, struct tls_text *t)
{
	if ((rec->usage == 3 ? mask & 1u : mask & ~1u) == 0)
		return false;
	say_record(t, r);
	tls_text_str(t, " has the data of this chain, but does not count beside a SHA2-512 digest of the same "
	    "usage and selector (RFC 7671 section 9): correct or remove that one");
	return true;
}

static bool hint_record(const struct tls_dane *d, unsigned r, const struct tls_x509 *x, unsigned n,
    const struct tls_dane_result *out, struct tls_text *t)
{
	const struct tls_tlsa *rec = &d->tlsa[r];
	enum tls_row_state st = out->row[r].state;

	if (st == TLS_ROW_OUTRANKED)
		return hint_outranked(rec, r, out->data_mask[r], t);
	if (st == TLS_ROW_MATCHED || (st == TLS_ROW_UNUSABLE && rec->usage < 2))
		return false;
	if (out->data_mask[r] != 0)
		return hint_usage(d, r, out->data_mask[r], t);
	return hint_digest(d, r, x, n, t) || hint_whole(d, r, x, n, t) ||
	    hint_renewed(d, r, x, n, t);
}

/* ---- when nothing was found ---------------------------------------------------------------- */

/* The last certificate on the way of issuers up from the leaf, by names alone. */
static unsigned topmost(const struct tls_x509 *x, unsigned n)
{
	bool seen[TLS_MAX_CERTS] = { true };
	unsigned v = 0, j = 1;

	while (j < n) {
		if (!seen[j] && tls_dn_eq(&x[v].issuer, &x[j].subject)) {
			seen[j] = true;
			v = j;
			j = 0;
		}
		j++;
	}
	return v;
}

/* `2 x 1` for a root that is not sent: the only thing that can be told is that one is not. */
static void hint_absent_anchor(const struct tls_dane *d, unsigned r, const struct tls_x509 *x,
    unsigned n, struct tls_text *t)
{
	unsigned top = topmost(x, n);

	if (tls_dn_eq(&x[top].issuer, &x[top].subject))
		return;
	say_record(t, r);
	tls_text_str(t, " can match only a certificate that the server sends, and the issuer of the "
	    "last one of the chain is not sent: if the record is for that, let the server send it "
	    "too, or");
	say_publish(d, &x[top], top, 1, 1, t);
}

static void hint_selector0(const struct tls_dane *d, unsigned r, const struct tls_x509 *x,
    struct tls_text *t)
{
	say_record(t, r);
	tls_text_str(t, " is for one certificate as a whole: if that was renewed, even with the same "
	    "key, the record had to change too");
	if (d->tlsa[r].usage == 3)
		say_publish(d, &x[0], 0, 1, 1, t);
}

static void hint_general(const struct tls_dane *d, const struct tls_x509 *x, unsigned n,
    const struct tls_dane_result *out, struct tls_text *t)
{
	unsigned r;

	for (r = 0; r < d->ntlsa && t->len == 0; r++) {
		const struct tls_tlsa *rec = &d->tlsa[r];

		if (out->row[r].state != TLS_ROW_NO_DATA || rec->mtype == 0)
			continue;
		if (rec->usage == 2)
			hint_absent_anchor(d, r, x, n, t);
		if (rec->selector == 0)
			hint_selector0(d, r, x, t);
	}
}

static void hint_weak(const struct tls_dane_result *out, struct tls_text *t)
{
	tls_text_str(t, "an RSA key of ");
	tls_text_uint(t, out->weak_rsa);
	tls_text_str(t, " bits is in use: make a new one of 2048 or more, or an ECDSA key");
}

/* A record of such a key would be of no use either. */
static bool is_worthless(const struct tls_key *k)
{
	return (k->kind == TLS_KEY_RSA || k->kind == TLS_KEY_RSA_PSS) && k->bits < TLS_MIN_RSA_BITS;
}

void tls_hint(const struct tls_dane *d, const struct tls_x509 *x, unsigned n,
    struct tls_dane_result *out)
{
	struct tls_text t = tls_text_init(out->hint, sizeof out->hint);
	unsigned r;

	if (out->verdict == TLS_MATCH) {
		if (out->weak_rsa != 0)
			hint_weak(out, &t);
		return;
	}
	for (r = 0; r < d->ntlsa && r < MAX_HINTED; r++)
		(void)hint_record(d, r, x, n, out, &t);
	if (t.len == 0 && strcmp(out->code, "cert-name") == 0) {
		tls_text_str(&t, "a DANE-EE record needs no name");
		say_publish(d, &x[0], 0, 1, 1, &t);
	}
	if (t.len == 0 && strcmp(out->code, "cert-chain") == 0 && !is_worthless(&x[0].pub)) {
		tls_text_str(&t, "correct the chain; a DANE-EE record needs none");
		say_publish(d, &x[0], 0, 1, 1, &t);
	}
	if (t.len == 0)
		hint_general(d, x, n, out, &t);
}
