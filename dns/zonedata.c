/* SPDX-License-Identifier: ISC */
/*
 * dns/zonedata.c: RDATA in zone-file text into wire format, for the types that trust
 * anchors, root hints and TLSA records need, and RFC 3597's generic form for any.  The
 * words come from zonefile.c.
 */
#include "dns/zone.h"

#include "dns/wire.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- addresses, hex, base64 ---------------------------------------------- */

/* Decimal octets without leading zeros */
static int parse_ipv4(const char *t, size_t n, uint8_t out[4])
{
	unsigned i, v, len;

	for (i = 0; i < 4; i++) {
		for (v = len = 0; n && is_digit(*t) && len < 3; t++, n--, len++)
			v = v * 10 + (unsigned)(*t - '0');
		if (!len || v > 255 || (len > 1 && t[-(int)len] == '0'))
			return -1;
		out[i] = (uint8_t)v;
		if (i < 3 && (!n-- || *t++ != '.'))
			return -1;
	}
	return n ? -1 : 0;
}

int dns_zf_hex(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One group of up to four hex digits; characters used, or 0. */
static size_t hex_group(const char *t, size_t n, uint8_t out[2])
{
	unsigned v = 0;
	size_t i;

	for (i = 0; i < n && dns_zf_hex(t[i]) >= 0; i++) {
		if (i == 4)
			return 0;
		v = v << 4 | (unsigned)dns_zf_hex(t[i]);
	}
	dns_put16(out, (uint16_t)v);
	return i;
}

/* The `have` octets read are moved apart at `gap` (-1: none) to fill 16. */
static int ipv6_close(uint8_t out[16], size_t have, int gap)
{
	size_t tail;

	if (gap < 0)
		return have == 16 ? 0 : -1;
	if (have > 14)
		return -1;
	tail = have - (size_t)gap;
	memmove(out + 16 - tail, out + gap, tail);
	memset(out + gap, 0, 16 - have);
	return 0;
}

/* RFC 4291 section 2.2 */
static int parse_ipv6(const char *t, size_t n, uint8_t out[16])
{
	size_t have = 0, i = 0, used;
	int gap = -1;

	if (n >= 2 && t[0] == ':' && t[1] == ':') {
		gap = 0;
		i = 2;
		if (i == n)
			return ipv6_close(out, 0, 0);
	}
	for (;;) {
		if (have <= 12 && memchr(t + i, '.', n - i) && !memchr(t + i, ':', n - i)) {
			if (parse_ipv4(t + i, n - i, out + have))
				return -1;
			return ipv6_close(out, have + 4, gap);
		}
		used = have < 16 ? hex_group(t + i, n - i, out + have) : 0;
		if (!used)
			return -1;
		have += 2;
		i += used;
		if (i == n)
			return ipv6_close(out, have, gap);
		if (t[i++] != ':' || i == n)
			return -1;
		if (t[i] != ':')
			continue;
		if (gap >= 0)
			return -1;
		gap = (int)have;
		if (++i == n)
			return ipv6_close(out, have, gap);
	}
}

/* All words that are left, as hex; digits may be split anywhere. */
static int rest_hex(struct dns_zf *z, struct dns_wr *w)
{
	struct dns_word t;
	int got, v, high = -1;
	size_t i;

	while ((got = dns_zf_word(z, &t)) > 0)
		for (i = 0; i < t.n; i++) {
			v = dns_zf_hex(t.t[i]);
			if (v < 0)
				return dns_zf_fail(z, "not hexadecimal");
			if (high >= 0)
				dns_wr_u8(w, (uint8_t)(high << 4 | v));
			high = high < 0 ? v : -1;
		}
	if (got == 0 && high >= 0)
		return dns_zf_fail(z, "an odd number of hexadecimal digits");
	return got;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

struct base64 {
	unsigned acc, digits, pads;
};

static int base64_feed(struct base64 *b, char c, struct dns_wr *w)
{
	int v = base64_digit(c);

	if (c == '=')
		return ++b->pads > 2 ? -1 : 0;
	if (v < 0 || b->pads)
		return -1;
	b->acc = (b->acc << 6 | (unsigned)v) & 0xffff;
	b->digits++;
	if (b->digits % 4 == 1)
		return 0;
	/* the second digit completes an octet and leaves 4 bits, the third 2, the fourth none */
	dns_wr_u8(w, (uint8_t)(b->acc >> (4 - b->digits % 4) % 4 * 2));
	return 0;
}

/* All words that are left, as base64 (RFC 4648 section 4), padded; split anywhere. */
static int rest_base64(struct dns_zf *z, struct dns_wr *w)
{
	struct base64 b = { 0, 0, 0 };
	struct dns_word t;
	int got;
	size_t i;

	while ((got = dns_zf_word(z, &t)) > 0)
		for (i = 0; i < t.n; i++)
			if (base64_feed(&b, t.t[i], w))
				return dns_zf_fail(z, "not base64");
	if (got < 0)
		return got;
	/* section 3.5: the bits behind the last octet are zero */
	if ((b.digits + b.pads) % 4 || (b.pads == 2 && b.acc & 15) || (b.pads == 1 && b.acc & 3))
		return dns_zf_fail(z, "base64 that is cut short");
	return 0;
}

/* ---- RDATA: each of these reads to the end of the entry ----------------- */

/* A number of `octets` octets; for an algorithm the mnemonic too (RFC 4034 appendix A.1). */
static int field_num(struct dns_zf *z, struct dns_wr *w, unsigned octets, bool alg)
{
	struct dns_word t;
	uint32_t v, i;
	char name[24];

	if (dns_zf_want(z, &t, "the record ends too early") < 0)
		return -1;
	if (dns_zf_num(&t, octets == 1 ? 255 : 65535, &v)) {
		for (i = 0; alg && i < 256; i++)
			if (dns_zf_is(&t, dns_alg_str(i, name, sizeof name)))
				break;
		if (!alg || i == 256)
			return dns_zf_fail(z, "not a number that fits");
		v = i;
	}
	if (octets == 1)
		dns_wr_u8(w, (uint8_t)v);
	else
		dns_wr_u16(w, (uint16_t)v);
	return 0;
}

/* DS: tag algorithm digest-type hex; DNSKEY: flags protocol algorithm base64; TLSA: three
   numbers and hex (RFC 4034 sections 5.3 and 2.2, RFC 6698 section 2.2) */
static int rdata_numbers(struct dns_zf *z, struct dns_wr *w, uint16_t type)
{
	if (field_num(z, w, type == DNS_TLSA ? 1 : 2, false) < 0 ||
	    field_num(z, w, 1, type == DNS_DS) < 0 ||
	    field_num(z, w, 1, type == DNS_DNSKEY) < 0)
		return -1;
	return type == DNS_DNSKEY ? rest_base64(z, w) : rest_hex(z, w);
}

static int rdata_addr(struct dns_zf *z, struct dns_wr *w, unsigned octets)
{
	struct dns_word t;
	uint8_t *p = dns_wr_room(w, octets);

	if (dns_zf_want(z, &t, "an address is missing") < 0)
		return -1;
	if (octets == 4 ? parse_ipv4(t.t, t.n, p) : parse_ipv6(t.t, t.n, p))
		return dns_zf_fail(z, octets == 4 ? "not an IPv4 address" : "not an IPv6 address");
	return dns_zf_end(z);
}

static int rdata_name(struct dns_zf *z, struct dns_wr *w)
{
	struct dns_word t;
	uint8_t name[DNS_NAME_MAX];

	if (dns_zf_want(z, &t, "a name is missing") < 0 || dns_zf_name(z, &t, name))
		return -1;
	dns_wr_name(w, name);
	return dns_zf_end(z);
}

/* RFC 3597 section 5, behind the \# */
static int rdata_generic(struct dns_zf *z, struct dns_wr *w)
{
	struct dns_word t;
	uint32_t len;

	if (dns_zf_want(z, &t, "a length is missing behind \\#") < 0)
		return -1;
	if (dns_zf_num(&t, 65535, &len))
		return dns_zf_fail(z, "not a length");
	if (rest_hex(z, w) < 0)
		return -1;
	if (!w->bad && w->len != len)
		return dns_zf_fail(z, "the data is not as long as \\# says");
	return 0;
}

static int rdata_known(struct dns_zf *z, struct dns_wr *w, uint16_t type)
{
	switch (type) {
	case DNS_A:
		return rdata_addr(z, w, 4);
	case DNS_AAAA:
		return rdata_addr(z, w, 16);
	case DNS_NS:
		return rdata_name(z, w);
	case DNS_DS:
	case DNS_DNSKEY:
	case DNS_TLSA:
		return rdata_numbers(z, w, type);
	default:
		return dns_zf_fail(z, "records of this type must be written as \\# (RFC 3597)");
	}
}

int dns_zf_rdata(struct dns_zf *z, struct dns_rr *rr)
{
	struct dns_word t;
	struct dns_wr w;
	const char *back;
	int got;

	dns_wr_init(&w, z->rdata, sizeof z->rdata);
	if (dns_zf_skip(z) <= 0)
		return z->err ? -1 : dns_zf_fail(z, "a record without data");
	back = z->p;
	if (dns_zf_word(z, &t) < 0)
		return -1;
	if (dns_zf_is(&t, "\\#")) {
		got = rdata_generic(z, &w);
	} else {
		z->p = back;
		got = rdata_known(z, &w, rr->type);
	}
	if (got < 0)
		return -1;
	if (w.bad)
		return dns_zf_fail(z, "data too long for a record");
	if (!dns_rdata_is_valid(rr->type, z->rdata, w.len))
		return dns_zf_fail(z, "the data does not fit the record's type");
	rr->rdata = z->rdata;
	rr->rdlen = (uint16_t)w.len;
	return 0;
}
