/* SPDX-License-Identifier: ISC */
/*
 * dns/rdataodd.c: presentation format of the types whose RDATA is more than a row of
 * fields: LOC, SVCB and HTTPS, and those whose parts depend on one another.  What cannot
 * be written so that it reads back as the same octets is a fault, and shown in the
 * generic form by rdata.c.
 */
#include "dns/rdata.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- LOC, RFC 1876 --------------------------------------------------------- */

/* Thousandths of a second of arc from 2^31 */
static void loc_angle(struct dns_str *s, struct dns_rd *r, uint32_t limit, const char *sign)
{
	uint32_t v = dns_rd_u32(r);
	bool minus = v < 0x80000000;

	v = minus ? 0x80000000 - v : v - 0x80000000;
	if (v > limit * 3600000)
		r->bad = true;
	dns_str_num(s, v / 3600000);
	dns_str_char(s, ' ');
	dns_str_num(s, v / 60000 % 60);
	dns_str_char(s, ' ');
	dns_str_num(s, v / 1000 % 60);
	dns_str_char(s, '.');
	dns_str_pad(s, v % 1000, 3);
	dns_str_char(s, ' ');
	dns_str_char(s, sign[minus]);
	dns_str_char(s, ' ');
}

static void loc_metres(struct dns_str *s, uint64_t cm)
{
	dns_str_num(s, cm / 100);
	dns_str_char(s, '.');
	dns_str_pad(s, cm % 100, 2);
	dns_str_char(s, 'm');
}

/* A mantissa and a power of ten, in centimetres */
static void loc_size(struct dns_str *s, struct dns_rd *r, uint8_t v)
{
	uint64_t cm = v >> 4;
	unsigned exponent = v & 15;

	/* undefined: over nine, and a base of zero with an exponent (section 2) */
	if (cm > 9 || exponent > 9 || (!cm && exponent))
		r->bad = true;
	for (; exponent; exponent--)
		cm *= 10;
	dns_str_char(s, ' ');
	if (cm < 100) {
		loc_metres(s, cm);
		return;
	}
	dns_str_num(s, cm / 100);
	dns_str_char(s, 'm');
}

void dns_rdata_loc(struct dns_str *s, struct dns_rd *r)
{
	uint8_t size[3];
	uint32_t alt;
	unsigned i;

	if (dns_rd_u8(r) != 0)
		r->bad = true;
	for (i = 0; i < 3; i++)
		size[i] = dns_rd_u8(r);
	loc_angle(s, r, 90, "NS");
	loc_angle(s, r, 180, "EW");
	alt = dns_rd_u32(r); /* from 100 km below the ellipsoid */
	if (alt < 10000000)
		dns_str_char(s, '-');
	loc_metres(s, alt < 10000000 ? 10000000 - alt : alt - 10000000);
	for (i = 0; i < 3; i++)
		loc_size(s, r, size[i]);
}

/* ---- SVCB and HTTPS, RFC 9460 ---------------------------------------------- */

static void svc_key(struct dns_str *s, unsigned key)
{
	static const char *const names[] = { "mandatory", "alpn", "no-default-alpn", "port",
		"ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp" };

	if (key < COUNT(names)) {
		dns_str_add(s, names[key]);
		return;
	}
	dns_str_add(s, "key");
	dns_str_num(s, key);
}

/* An octet of an item of a list in quotes: escaped for the list, then for the quotes
   (RFC 9460 appendix A.1) */
static void svc_list_octet(struct dns_str *s, uint8_t c)
{
	if (c == ',' || c == '\\')
		dns_str_add(s, "\\\\");
	dns_rdata_octet(s, c);
}

/* RFC 9460 section 7.1.1: one or more non-empty counted strings */
static void svc_alpn(struct dns_str *s, struct dns_rd *v)
{
	const uint8_t *p;
	const char *sep = "\"";
	uint8_t i, n;

	do {
		n = dns_rd_u8(v);
		p = dns_rd_take(v, n);
		if (!p || !n) {
			v->bad = true;
			return;
		}
		dns_str_add(s, sep);
		for (i = 0; i < n; i++)
			svc_list_octet(s, p[i]);
		sep = ",";
	} while (dns_rd_left(v));
	dns_str_char(s, '"');
}

/* mandatory (8), ipv4hint and ipv6hint (7.3): items of one size, at least one */
static void svc_items(struct dns_str *s, struct dns_rd *v, unsigned key)
{
	const char *sep = "";

	do {
		dns_str_add(s, sep);
		if (key == 0)
			svc_key(s, dns_rd_u16(v));
		else
			dns_rdata_addr(s, v, key == 4 ? 4 : 16);
		sep = ",";
	} while (dns_rd_left(v));
}

static void svc_value(struct dns_str *s, struct dns_rd *v, unsigned key)
{
	if (key == 0 || key == 4 || key == 6)
		svc_items(s, v, key);
	else if (key == 1)
		svc_alpn(s, v);
	else if (key == 3)
		dns_str_num(s, dns_rd_u16(v));
	else
		dns_rdata_rest(s, v, key == 5 ? 'b' : 'q');
}

void dns_rdata_svcparams(struct dns_str *s, struct dns_rd *r)
{
	struct dns_rd v;
	int last = -1, key;

	while (dns_rd_left(r)) {
		key = dns_rd_u16(r);
		dns_rd_sub(r, dns_rd_u16(r), &v);
		if (r->bad || key <= last) { /* RFC 9460 section 2.2: ascending */
			r->bad = true;
			return;
		}
		dns_str_char(s, ' ');
		svc_key(s, (unsigned)key);
		/* no-default-alpn and ohttp have no value, keys not known need none */
		if (key != 2 && key != 8 && (key < 9 || dns_rd_left(&v))) {
			dns_str_char(s, '=');
			svc_value(s, &v, (unsigned)key);
		}
		if (!dns_rd_done(&v))
			r->bad = true;
		last = key;
	}
}

/* ---- IPSECKEY and AMTRELAY --------------------------------------------------- */

/* RFC 4025 sections 2.3 and 3.1, RFC 8777 sections 4.2.3 and 4.3.1 */
static void gateway(struct dns_str *s, struct dns_rd *r, unsigned type)
{
	switch (type) {
	case 0: dns_str_char(s, '.'); break;
	case 1: dns_rdata_addr(s, r, 4); break;
	case 2: dns_rdata_addr(s, r, 16); break;
	case 3: dns_rdata_name(s, r); break;
	default: r->bad = true;
	}
}

static void number(struct dns_str *s, unsigned v)
{
	dns_str_num(s, v);
	dns_str_char(s, ' ');
}

void dns_rdata_ipseckey(struct dns_str *s, struct dns_rd *r)
{
	unsigned type;

	number(s, dns_rd_u8(r));
	number(s, type = dns_rd_u8(r));
	number(s, dns_rd_u8(r));
	gateway(s, r, type);
	if (!dns_rd_left(r))
		return;
	dns_str_char(s, ' ');
	dns_rdata_rest(s, r, 'b');
}

void dns_rdata_amtrelay(struct dns_str *s, struct dns_rd *r)
{
	unsigned type;

	number(s, dns_rd_u8(r));
	type = dns_rd_u8(r);
	number(s, type >> 7); /* the discovery optional bit */
	number(s, type & 127);
	gateway(s, r, type & 127);
}

/* ---- HIP, RFC 8005 section 6 --------------------------------------------------- */

void dns_rdata_hip(struct dns_str *s, struct dns_rd *r)
{
	uint8_t hitlen = dns_rd_u8(r), alg = dns_rd_u8(r);
	uint16_t keylen = dns_rd_u16(r);
	const uint8_t *hit = dns_rd_take(r, hitlen), *key = dns_rd_take(r, keylen);

	if (!hit || !key || !hitlen || !keylen) {
		r->bad = true;
		return;
	}
	number(s, alg);
	dns_str_hex(s, hit, hitlen);
	dns_str_char(s, ' ');
	dns_rdata_base(s, key, keylen, 6);
	while (dns_rd_left(r)) { /* rendezvous servers */
		dns_str_char(s, ' ');
		dns_rdata_name(s, r);
	}
}

/* ---- APL, RFC 3123 --------------------------------------------------------------- */

/* Section 4: trailing zero octets are not sent, so that with one the text would not read back
   as it was. */
static void apl_item(struct dns_str *s, struct dns_rd *r)
{
	uint16_t family = dns_rd_u16(r);
	uint8_t prefix = dns_rd_u8(r), n = dns_rd_u8(r), len = n & 127, addr[16] = { 0 };
	const uint8_t *p = dns_rd_take(r, len);
	unsigned size = family == 1 ? 4 : family == 2 ? 16 : 0;
	struct dns_rd whole;

	if (!p || !size || len > size || prefix > 8 * size || (len && !p[len - 1])) {
		r->bad = true;
		return;
	}
	memcpy(addr, p, len);
	dns_rd_init(&whole, addr, size);
	dns_str_add(s, n & 128 ? "!" : "");
	dns_str_num(s, family);
	dns_str_char(s, ':');
	dns_rdata_addr(s, &whole, size);
	dns_str_char(s, '/');
	dns_str_num(s, prefix);
}

/* No items are allowed, and look like no RDATA: the generic form says so better. */
void dns_rdata_apl(struct dns_str *s, struct dns_rd *r)
{
	r->bad = r->bad || !dns_rd_left(r);
	while (dns_rd_left(r)) {
		apl_item(s, r);
		if (dns_rd_left(r))
			dns_str_char(s, ' ');
	}
}

/* ---- WKS, RFC 1035 section 3.4.2 ---------------------------------------------------- */

void dns_rdata_wks(struct dns_str *s, struct dns_rd *r)
{
	const uint8_t *p;
	size_t n, i;

	dns_rdata_addr(s, r, 4);
	dns_str_char(s, ' ');
	dns_str_num(s, dns_rd_u8(r));
	n = dns_rd_left(r);
	p = dns_rd_take(r, n);
	if (!p || n > 8192 || (n && !p[n - 1])) { /* a zero at the end would be lost */
		r->bad = true;
		return;
	}
	for (i = 0; i < 8 * n; i++)
		if (p[i / 8] & 0x80 >> i % 8) {
			dns_str_char(s, ' ');
			dns_str_num(s, i);
		}
}
