/* SPDX-License-Identifier: ISC */
/*
 * dns/rdata.c: RDATA in presentation format.  RDATA that does not parse, or has
 * octets left over, is shown in the generic form of RFC 3597 section 5 and never half
 * shown.  All output is printable ASCII, whatever a peer sent.  Judges nothing.
 */
#include "dns/rdata.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- fields of RDATA ------------------------------------------------------ */

void dns_rdata_base(struct dns_str *s, const uint8_t *p, size_t n, unsigned bits)
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

void dns_rdata_octet(struct dns_str *s, uint8_t c)
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
		dns_rdata_octet(s, p[i]);
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

void dns_rdata_name(struct dns_str *s, struct dns_rd *r)
{
	const uint8_t *name = dns_rd_plain(r);

	if (name)
		put_name(s, name);
}

void dns_rdata_addr(struct dns_str *s, struct dns_rd *r, unsigned n)
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

void dns_rdata_rest(struct dns_str *s, struct dns_rd *r, char form)
{
	size_t n = dns_rd_left(r);
	const uint8_t *p = dns_rd_take(r, n);

	if (!p || !n)
		r->bad = true;
	else if (form == 'x')
		dns_str_hex(s, p, n);
	else if (form == 'b')
		dns_rdata_base(s, p, n, 6);
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
		dns_rdata_base(s, p, n, 5);
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

/* CAA's value, quoted, which may be empty */
static void field_value(struct dns_str *s, struct dns_rd *r)
{
	size_t n = dns_rd_left(r);
	const uint8_t *p = dns_rd_take(r, n);

	if (p)
		put_quoted(s, p, n);
}

/* EUI48 and EUI64, RFC 7043 sections 3.2 and 4.2 */
static void field_eui(struct dns_str *s, struct dns_rd *r, unsigned n)
{
	const uint8_t *p = dns_rd_take(r, n);
	unsigned i;

	for (i = 0; p && i < n; i++) {
		if (i)
			dns_str_char(s, '-');
		dns_str_hex(s, p + i, 1);
	}
}

/* Node identifier or locator: four groups of four digits (RFC 6742 sections 2.1.2 and 2.3.2) */
static void field_groups(struct dns_str *s, struct dns_rd *r)
{
	const uint8_t *p = dns_rd_take(r, 8);
	unsigned i;

	for (i = 0; p && i < 8; i += 2) {
		if (i)
			dns_str_char(s, ':');
		dns_str_hex(s, p + i, 2);
	}
}

/* DSYNC, RFC 9859 section 2.2: the scheme's mnemonic where there is one */
static void field_scheme(struct dns_str *s, struct dns_rd *r)
{
	uint8_t v = dns_rd_u8(r);

	if (v == 1)
		dns_str_add(s, "NOTIFY");
	else
		dns_str_num(s, v);
}

/* ---- RDATA ------------------------------------------------------------------ */

/*
 * The fields of each type, blanks between them: n name, 1 2 4 unsigned integer of
 * that many octets, a IPv4, q IPv6, s character-string, t character-strings, x hex,
 * b base64, u quoted rest, v the same or empty, y type, d time, c salt, h hash, m type bitmap,
 * g CAA tag, e EUI48, E EUI64, i groups of 16 bits, D scheme, N hex behind 0x, - base64 or "-",
 * and those of rdataodd.c: L LOC, P SvcParams, H HIP, I IPSECKEY, R AMTRELAY, A APL, W WKS.
 * May be missing, with the blank before it: o character-string, z base64, m, P.
 */
static const struct shape {
	uint16_t type;
	const char *form;
} shapes[] = {
	{ 1, "a" }, { 2, "n" }, { 3, "n" }, { 4, "n" }, { 5, "n" }, { 6, "nn44444" },
	{ 7, "n" }, { 8, "n" }, { 9, "n" }, { 11, "W" }, { 12, "n" }, { 13, "ss" },
	{ 14, "nn" }, { 15, "2n" }, { 16, "t" }, { 17, "nn" }, { 18, "2n" }, { 19, "s" },
	{ 20, "so" }, { 21, "2n" }, { 22, "N" }, { 23, "n" }, { 24, "y114dd2nb" },
	{ 25, "211z" }, { 26, "2nn" }, { 27, "sss" }, { 28, "q" }, { 29, "L" }, { 31, "x" },
	{ 32, "x" }, { 33, "222n" }, { 35, "22sssn" }, { 36, "2n" }, { 37, "221b" },
	{ 39, "n" }, { 40, "111z" }, { 42, "A" }, { 43, "211x" }, { 44, "11x" }, { 45, "I" },
	{ 46, "y114dd2nb" }, { 47, "nm" }, { 48, "211b" }, { 49, "b" }, { 50, "112chm" },
	{ 51, "112c" }, { 52, "111x" }, { 53, "111x" }, { 55, "H" }, { 56, "t" },
	{ 57, "211b" }, { 58, "nn" }, { 59, "211x" }, { 60, "211b" }, { 61, "b" },
	{ 62, "42m" }, { 63, "411x" }, { 64, "2nP" }, { 65, "2nP" }, { 66, "yD2n" },
	{ 67, "b" }, { 68, "b" }, { 99, "t" }, { 104, "2i" }, { 105, "2a" }, { 106, "2i" },
	{ 107, "2n" }, { 108, "e" }, { 109, "E" }, { 256, "22u" }, { 257, "1gv" },
	{ 258, "t" }, { 259, "441s-" }, { 260, "R" }, { 261, "t" }, { 262, "t" },
	{ 32768, "211x" }, { 32769, "211x" }
};

/* The fields of rdataodd.c */
static void field_odd(struct dns_str *s, struct dns_rd *r, char form)
{
	switch (form) {
	case 'L': dns_rdata_loc(s, r); break;
	case 'H': dns_rdata_hip(s, r); break;
	case 'I': dns_rdata_ipseckey(s, r); break;
	case 'R': dns_rdata_amtrelay(s, r); break;
	case 'A': dns_rdata_apl(s, r); break;
	case 'W': dns_rdata_wks(s, r); break;
	default: dns_rdata_svcparams(s, r);
	}
}

static void field(struct dns_str *s, struct dns_rd *r, char form)
{
	switch (form) {
	case '1': dns_str_num(s, dns_rd_u8(r)); break;
	case '2': dns_str_num(s, dns_rd_u16(r)); break;
	case '4': dns_str_num(s, dns_rd_u32(r)); break;
	case 'a': dns_rdata_addr(s, r, 4); break;
	case 'q': dns_rdata_addr(s, r, 16); break;
	case 'n': dns_rdata_name(s, r); break;
	case 'o':
	case 's': field_string(s, r); break;
	case 't': field_strings(s, r); break;
	case 'N': dns_str_add(s, "0x"); /* fall through */
	case 'x': dns_rdata_rest(s, r, 'x'); break;
	case 'z':
	case 'b': dns_rdata_rest(s, r, 'b'); break;
	case 'u': dns_rdata_rest(s, r, 'q'); break;
	case 'v': field_value(s, r); break;
	case 'y': dns_str_type(s, dns_rd_u16(r)); break;
	case 'd': field_time(s, r); break;
	case 'c':
	case 'h': field_counted(s, r, form); break;
	case 'm': field_bitmap(s, r); break;
	case 'g': field_tag(s, r); break;
	case 'e': field_eui(s, r, 6); break;
	case 'E': field_eui(s, r, 8); break;
	case 'i': field_groups(s, r); break;
	case 'D': field_scheme(s, r); break;
	default: field_odd(s, r, form);
	}
}

/* false when RDATA is not as form says; the text so far is then worth nothing. */
static bool put_rdata(struct dns_str *s, struct dns_rd *r, const char *form)
{
	bool first = true;

	for (; *form && !r->bad; form++) {
		/* what is missing leaves no blank behind */
		if ((*form == 'm' || *form == 'o' || *form == 'z') && !dns_rd_left(r))
			continue;
		if (!first && *form != 'P')
			dns_str_char(s, ' ');
		if (*form == '-' && !dns_rd_left(r))
			dns_str_char(s, '-');
		else
			field(s, r, *form == '-' ? 'b' : *form);
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
