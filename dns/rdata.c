/* SPDX-License-Identifier: ISC */
/*
 * dns/rdata.c: RDATA in presentation format.  RDATA that does not parse, or has
 * octets left over, is shown in the generic form of RFC 3597 section 5 and never half
 * shown.  All output is printable ASCII, whatever a peer sent.  Judges nothing.
 */
#include "dns/wire.h"

#include "dns/str.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- fields of RDATA ------------------------------------------------------ */

/* RFC 4648 section 4; with bits 5 and no padding it is base32hex, section 7. */
static void put_base(struct dns_str *s, const uint8_t *p, size_t n, unsigned bits)
{
	static const char b64[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static const char b32[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
	const char *set = bits == 6 ? b64 : b32;
	const unsigned mask = (1u << bits) - 1;
	unsigned acc = 0, have = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		acc = (acc << 8 | p[i]) & 0xffff;
		for (have += 8; have >= bits; have -= bits)
			dns_str_char(s, set[acc >> (have - bits) & mask]);
	}
	if (have)
		dns_str_char(s, set[acc << (bits - have) & mask]);
	for (i = n; bits == 6 && i % 3; i++)
		dns_str_char(s, '=');
}

/* RFC 1035 section 5.1, inside quotes */
static void put_octet(struct dns_str *s, uint8_t c)
{
	if (c < 0x20 || c >= 0x7f) {
		dns_str_char(s, '\\');
		dns_str_pad(s, c, 3);
		return;
	}
	if (c == '"' || c == '\\')
		dns_str_char(s, '\\');
	dns_str_char(s, (char)c);
}

static void put_quoted(struct dns_str *s, const uint8_t *p, size_t n)
{
	size_t i;

	dns_str_char(s, '"');
	for (i = 0; i < n; i++)
		put_octet(s, p[i]);
	dns_str_char(s, '"');
}

static void put_ipv4(struct dns_str *s, const uint8_t *p)
{
	unsigned i;

	for (i = 0; i < 4; i++) {
		if (i)
			dns_str_char(s, '.');
		dns_str_num(s, p[i]);
	}
}

static void put_hex16(struct dns_str *s, unsigned v)
{
	static const char digit[] = "0123456789abcdef";
	unsigned shift = 12;

	while (shift && !(v >> shift))
		shift -= 4;
	for (;; shift -= 4) {
		dns_str_char(s, digit[v >> shift & 15]);
		if (!shift)
			return;
	}
}

/* The longest run of two or more zero groups, the first of equals (RFC 5952 section 4.2). */
static unsigned zero_run(const uint8_t *p, unsigned *best)
{
	unsigned i, n, len = 1;

	*best = 8;
	for (i = 0; i < 8; i += n ? n : 1) {
		for (n = 0; i + n < 8 && !dns_get16(p + 2 * (i + n)); n++)
			;
		if (n > len) {
			len = n;
			*best = i;
		}
	}
	return len;
}

static void put_ipv6(struct dns_str *s, const uint8_t *p)
{
	unsigned i, at, len = zero_run(p, &at);

	for (i = 0; i < 8; i++) {
		if (i == at) {
			dns_str_add(s, "::");
			i += len - 1;
			continue;
		}
		if (i && i != at + len)
			dns_str_char(s, ':');
		/* RFC 5952 section 5: IPv4-mapped */
		if (i == 6 && at == 0 && len == 5 && dns_get16(p + 10) == 0xffff) {
			put_ipv4(s, p + 12);
			return;
		}
		put_hex16(s, dns_get16(p + 2 * i));
	}
}

/* Names in RDATA are absolute and end in a dot. */
static void put_name(struct dns_str *s, const uint8_t *name)
{
	dns_str_name(s, name);
	if (name[0])
		dns_str_char(s, '.');
}

static void field_name(struct dns_str *s, struct dns_rd *r)
{
	const uint8_t *name = dns_rd_plain(r);

	if (name)
		put_name(s, name);
}

static void field_addr(struct dns_str *s, struct dns_rd *r, unsigned n)
{
	const uint8_t *p = dns_rd_take(r, n);

	if (p && n == 4)
		put_ipv4(s, p);
	else if (p)
		put_ipv6(s, p);
}

/* A character-string, RFC 1035 section 3.3, always in quotes */
static void field_string(struct dns_str *s, struct dns_rd *r)
{
	uint8_t n = dns_rd_u8(r);
	const uint8_t *p = dns_rd_take(r, n);

	if (p)
		put_quoted(s, p, n);
}

static void field_strings(struct dns_str *s, struct dns_rd *r)
{
	do {
		field_string(s, r);
		if (dns_rd_left(r))
			dns_str_char(s, ' ');
	} while (dns_rd_left(r));
}

/* All that is left: hex, base64 or quoted. */
static void field_rest(struct dns_str *s, struct dns_rd *r, char form)
{
	size_t n = dns_rd_left(r);
	const uint8_t *p = dns_rd_take(r, n);

	if (!p || !n)
		r->bad = true;
	else if (form == 'x')
		dns_str_hex(s, p, n);
	else if (form == 'b')
		put_base(s, p, n, 6);
	else
		put_quoted(s, p, n);
}

/* NSEC3 salt in hex, "-" when there is none; next hashed owner in base32hex (RFC 5155
   section 3.3) */
static void field_counted(struct dns_str *s, struct dns_rd *r, char form)
{
	uint8_t n = dns_rd_u8(r);
	const uint8_t *p = dns_rd_take(r, n);

	if (!p || (form == 'h' && !n)) {
		r->bad = true;
		return;
	}
	if (form == 'h')
		put_base(s, p, n, 5);
	else if (n)
		dns_str_hex(s, p, n);
	else
		dns_str_char(s, '-');
}

/* RRSIG times, RFC 4034 section 3.2 */
static void field_time(struct dns_str *s, struct dns_rd *r)
{
	char t[32];
	const char *p = dns_time_str(dns_rd_u32(r), t, sizeof t);

	for (; *p; p++)
		if (*p >= '0' && *p <= '9')
			dns_str_char(s, *p);
}

/* RFC 4034 section 4.1.2 */
static void field_bitmap(struct dns_str *s, struct dns_rd *r)
{
	size_t n = dns_rd_left(r);
	const uint8_t *p = dns_rd_take(r, n), *end;
	const char *sep = "";
	unsigned i;

	if (!p || !dns_bitmap_is_valid(p, n)) {
		r->bad = true;
		return;
	}
	for (end = p + n; p < end; p += 2 + p[1])
		for (i = 0; i < p[1] * 8u; i++) {
			if (!(p[2 + i / 8] & 0x80 >> i % 8))
				continue;
			dns_str_add(s, sep);
			dns_str_type(s, (uint16_t)(p[0] << 8 | i));
			sep = " ";
		}
}

static bool is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* CAA's tag, RFC 8659 section 4.1: letters and digits */
static void field_tag(struct dns_str *s, struct dns_rd *r)
{
	uint8_t i, n = dns_rd_u8(r);
	const uint8_t *p = dns_rd_take(r, n);

	if (!p || !n) {
		r->bad = true;
		return;
	}
	for (i = 0; i < n; i++) {
		if (!is_alnum(p[i]))
			r->bad = true;
		else
			dns_str_char(s, (char)p[i]);
	}
}

/* CAA's value and URI's target are quoted; CAA's may be empty. */
static void field_value(struct dns_str *s, struct dns_rd *r)
{
	size_t n = dns_rd_left(r);
	const uint8_t *p = dns_rd_take(r, n);

	if (p)
		put_quoted(s, p, n);
}

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

	if (cm > 9 || exponent > 9)
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

static void field_loc(struct dns_str *s, struct dns_rd *r)
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
	put_octet(s, c);
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
			field_addr(s, v, key == 4 ? 4 : 16);
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
		field_rest(s, v, key == 5 ? 'b' : 'q');
}

static void field_svcparams(struct dns_str *s, struct dns_rd *r)
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

/* ---- RDATA ------------------------------------------------------------------ */

/*
 * The fields of each type, blanks between them: n name, 1 2 4 unsigned integer of
 * that many octets, a IPv4, q IPv6, s character-string, t character-strings, x hex,
 * b base64, u quoted rest, v the same or empty, y type, d time, c salt, h hash, m type bitmap,
 * g CAA tag, L LOC, P SvcParams.
 */
static const struct shape {
	uint16_t type;
	const char *form;
} shapes[] = {
	{ 1, "a" }, { 2, "n" }, { 5, "n" }, { 6, "nn44444" }, { 12, "n" }, { 13, "ss" },
	{ 15, "2n" }, { 16, "t" }, { 17, "nn" }, { 18, "2n" }, { 28, "q" }, { 29, "L" },
	{ 33, "222n" }, { 35, "22sssn" }, { 39, "n" }, { 43, "211x" }, { 44, "11x" },
	{ 46, "y114dd2nb" }, { 47, "nm" }, { 48, "211b" }, { 50, "112chm" }, { 51, "112c" },
	{ 52, "111x" }, { 53, "111x" }, { 59, "211x" }, { 60, "211b" }, { 61, "b" },
	{ 63, "411x" }, { 64, "2nP" }, { 65, "2nP" }, { 99, "t" }, { 256, "22u" },
	{ 257, "1gv" }
};

static void field(struct dns_str *s, struct dns_rd *r, char form)
{
	switch (form) {
	case '1': dns_str_num(s, dns_rd_u8(r)); break;
	case '2': dns_str_num(s, dns_rd_u16(r)); break;
	case '4': dns_str_num(s, dns_rd_u32(r)); break;
	case 'a': field_addr(s, r, 4); break;
	case 'q': field_addr(s, r, 16); break;
	case 'n': field_name(s, r); break;
	case 's': field_string(s, r); break;
	case 't': field_strings(s, r); break;
	case 'x':
	case 'b':
	case 'u': field_rest(s, r, form); break;
	case 'v': field_value(s, r); break;
	case 'y': dns_str_type(s, dns_rd_u16(r)); break;
	case 'd': field_time(s, r); break;
	case 'c':
	case 'h': field_counted(s, r, form); break;
	case 'm': field_bitmap(s, r); break;
	case 'g': field_tag(s, r); break;
	case 'L': field_loc(s, r); break;
	default: field_svcparams(s, r);
	}
}

/* false when RDATA is not as form says; the text so far is then worth nothing. */
static bool put_rdata(struct dns_str *s, struct dns_rd *r, const char *form)
{
	bool first = true;

	for (; *form && !r->bad; form++) {
		/* an empty bitmap or list of parameters leaves no blank behind */
		if (!first && *form != 'P' && !(*form == 'm' && !dns_rd_left(r)))
			dns_str_char(s, ' ');
		field(s, r, *form);
		first = false;
	}
	return dns_rd_done(r);
}

/* RFC 3597 section 5 */
static void put_generic(struct dns_str *s, const uint8_t *rdata, size_t len)
{
	dns_str_add(s, "\\# ");
	dns_str_num(s, len);
	if (len)
		dns_str_char(s, ' ');
	dns_str_hex(s, rdata, len);
}

size_t dns_rdata_str(uint16_t type, const uint8_t *rdata, size_t len, char *buf, size_t cap)
{
	struct dns_str s;
	struct dns_rd r;
	size_t i;

	dns_str_init(&s, buf, cap);
	dns_rd_init(&r, rdata, len);
	for (i = 0; i < COUNT(shapes); i++)
		if (shapes[i].type == type && put_rdata(&s, &r, shapes[i].form))
			return s.len;
	dns_str_init(&s, buf, cap);
	put_generic(&s, rdata, len);
	return s.len;
}
