/* SPDX-License-Identifier: ISC */
/*
 * dns/text.c: mnemonics of types, RCODEs and algorithms, and times, to text and from
 * text.  Numbers without a mnemonic have a generic form, so nothing is unprintable.
 * RDATA is in rdata.c.
 */
#include "dns/dns.h"

#include <string.h>

#include "dns/str.h"

/* ---- mnemonics ----------------------------------------------------------- */

struct mnemonic {
	uint16_t n;
	const char *text;
};

/* IANA, "Resource Record (RR) TYPEs" */
static const struct mnemonic types[] = {
	{ 1, "A" }, { 2, "NS" }, { 3, "MD" }, { 4, "MF" }, { 5, "CNAME" }, { 6, "SOA" },
	{ 7, "MB" }, { 8, "MG" }, { 9, "MR" }, { 10, "NULL" }, { 11, "WKS" }, { 12, "PTR" },
	{ 13, "HINFO" }, { 14, "MINFO" }, { 15, "MX" }, { 16, "TXT" }, { 17, "RP" },
	{ 18, "AFSDB" }, { 19, "X25" }, { 20, "ISDN" }, { 21, "RT" }, { 22, "NSAP" },
	{ 23, "NSAP-PTR" }, { 24, "SIG" }, { 25, "KEY" }, { 26, "PX" }, { 27, "GPOS" },
	{ 28, "AAAA" }, { 29, "LOC" }, { 30, "NXT" }, { 31, "EID" }, { 32, "NIMLOC" },
	{ 33, "SRV" }, { 34, "ATMA" }, { 35, "NAPTR" }, { 36, "KX" }, { 37, "CERT" },
	{ 38, "A6" }, { 39, "DNAME" }, { 40, "SINK" }, { 41, "OPT" }, { 42, "APL" },
	{ 43, "DS" }, { 44, "SSHFP" }, { 45, "IPSECKEY" }, { 46, "RRSIG" }, { 47, "NSEC" },
	{ 48, "DNSKEY" }, { 49, "DHCID" }, { 50, "NSEC3" }, { 51, "NSEC3PARAM" },
	{ 52, "TLSA" }, { 53, "SMIMEA" }, { 55, "HIP" }, { 56, "NINFO" }, { 57, "RKEY" },
	{ 58, "TALINK" }, { 59, "CDS" }, { 60, "CDNSKEY" }, { 61, "OPENPGPKEY" },
	{ 62, "CSYNC" }, { 63, "ZONEMD" }, { 64, "SVCB" }, { 65, "HTTPS" }, { 66, "DSYNC" },
	{ 67, "HHIT" }, { 68, "BRID" }, { 99, "SPF" }, { 100, "UINFO" }, { 101, "UID" },
	{ 102, "GID" }, { 103, "UNSPEC" }, { 104, "NID" }, { 105, "L32" },
	{ 106, "L64" }, { 107, "LP" },
	{ 108, "EUI48" }, { 109, "EUI64" }, { 128, "NXNAME" }, { 249, "TKEY" },
	{ 250, "TSIG" }, { 251, "IXFR" }, { 252, "AXFR" }, { 253, "MAILB" },
	{ 254, "MAILA" }, { 255, "ANY" }, { 256, "URI" }, { 257, "CAA" }, { 258, "AVC" },
	{ 259, "DOA" }, { 260, "AMTRELAY" }, { 261, "RESINFO" }, { 262, "WALLET" },
	{ 32768, "TA" }, { 32769, "DLV" }
};

/* IANA, "DNS RCODEs" */
static const struct mnemonic rcodes[] = {
	{ 0, "NOERROR" }, { 1, "FORMERR" }, { 2, "SERVFAIL" }, { 3, "NXDOMAIN" },
	{ 4, "NOTIMP" }, { 5, "REFUSED" }, { 6, "YXDOMAIN" }, { 7, "YXRRSET" },
	{ 8, "NXRRSET" }, { 9, "NOTAUTH" }, { 10, "NOTZONE" }, { 11, "DSOTYPENI" },
	{ 16, "BADVERS" }, { 17, "BADKEY" }, { 18, "BADTIME" }, { 19, "BADMODE" },
	{ 20, "BADNAME" }, { 21, "BADALG" }, { 22, "BADTRUNC" }, { 23, "BADCOOKIE" }
};

/* IANA, "DNS Security Algorithm Numbers" */
static const struct mnemonic algs[] = {
	{ 1, "RSAMD5" }, { 2, "DH" }, { 3, "DSA" }, { 5, "RSASHA1" },
	{ 6, "DSA-NSEC3-SHA1" }, { 7, "RSASHA1-NSEC3-SHA1" }, { 8, "RSASHA256" },
	{ 10, "RSASHA512" }, { 12, "ECC-GOST" }, { 13, "ECDSAP256SHA256" },
	{ 14, "ECDSAP384SHA384" }, { 15, "ED25519" }, { 16, "ED448" }, { 17, "SM2SM3" },
	{ 23, "ECC-GOST12" }, { 252, "INDIRECT" }, { 253, "PRIVATEDNS" },
	{ 254, "PRIVATEOID" }
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static char *mnemonic_str(const struct mnemonic *m, size_t count, const char *prefix,
    unsigned v, char *buf, size_t cap)
{
	struct dns_str s;
	size_t i;

	dns_str_init(&s, buf, cap);
	for (i = 0; i < count; i++)
		if (m[i].n == v) {
			dns_str_add(&s, m[i].text);
			return buf;
		}
	dns_str_add(&s, prefix);
	dns_str_num(&s, v);
	return buf;
}

char *dns_type_str(uint16_t type, char *buf, size_t cap)
{
	return mnemonic_str(types, COUNT(types), "TYPE", type, buf, cap);
}

char *dns_rcode_str(unsigned rcode, char *buf, size_t cap)
{
	return mnemonic_str(rcodes, COUNT(rcodes), "RCODE", rcode, buf, cap);
}

char *dns_alg_str(unsigned alg, char *buf, size_t cap)
{
	return mnemonic_str(algs, COUNT(algs), "ALG", alg, buf, cap);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

/* Does text begin with word (upper case), in any case?  Then *rest is what follows. */
static bool has_prefix(const char *text, const char *word, const char **rest)
{
	for (; *word; word++, text++)
		if (upper(*text) != *word)
			return false;
	*rest = text;
	return true;
}

/* 1 to 5 digits and nothing else, at most 65535 */
static int parse_u16(const char *t, uint16_t *out)
{
	uint32_t v = 0;
	unsigned n = 0;

	for (; is_digit(t[n]) && n < 5; n++)
		v = v * 10 + (uint32_t)(t[n] - '0');
	if (!n || t[n] || v > 65535)
		return -1;
	*out = (uint16_t)v;
	return 0;
}

int dns_type_parse(const char *text, uint16_t *type)
{
	const char *rest;
	size_t i;

	for (i = 0; i < COUNT(types); i++)
		if (has_prefix(text, types[i].text, &rest) && !*rest) {
			*type = types[i].n;
			return 0;
		}
	if (has_prefix(text, "TYPE", &rest)) /* RFC 3597 section 5 */
		return parse_u16(rest, type);
	return -1;
}

/* ---- times ---------------------------------------------------------------- */

#define YEAR_0000 (-62167219200) /* certificates can have it (RFC 5280 section 4.1.2.5.2) */
#define YEAR_9999 253402300799

struct civil {
	int year;
	unsigned month, day, hour, minute, second;
};

/* Days from 1970-01-01 in the proleptic Gregorian calendar; years count from March, so that
   the leap day ends one. */
static int64_t civil_days(int year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static void civil_from(int64_t t, struct civil *c)
{
	int64_t secs = (t % 86400 + 86400) % 86400;
	int64_t z = (t - secs) / 86400 + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100), m = (5 * in_year + 2) / 153;

	c->day = (unsigned)(in_year - (153 * m + 2) / 5 + 1);
	c->month = (unsigned)(m < 10 ? m + 3 : m - 9);
	c->year = (int)(y + era * 400 + (c->month <= 2));
	c->hour = (unsigned)(secs / 3600);
	c->minute = (unsigned)(secs / 60 % 60);
	c->second = (unsigned)(secs % 60);
}

char *dns_time_str(int64_t t, char *buf, size_t cap)
{
	struct dns_str s;
	struct civil c;

	dns_str_init(&s, buf, cap);
	if (t < YEAR_0000 || t > YEAR_9999) {
		dns_str_add(&s, t < 0 ? "-" : "");
		dns_str_num(&s, t < 0 ? -(uint64_t)t : (uint64_t)t);
		return buf;
	}
	civil_from(t, &c);
	dns_str_pad(&s, (uint64_t)c.year, 4);
	dns_str_char(&s, '-');
	dns_str_pad(&s, c.month, 2);
	dns_str_char(&s, '-');
	dns_str_pad(&s, c.day, 2);
	dns_str_char(&s, 'T');
	dns_str_pad(&s, c.hour, 2);
	dns_str_char(&s, ':');
	dns_str_pad(&s, c.minute, 2);
	dns_str_char(&s, ':');
	dns_str_pad(&s, c.second, 2);
	dns_str_char(&s, 'Z');
	return buf;
}

static int civil_seconds(const struct civil *c, int64_t *t)
{
	static const uint8_t days[12] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;

	if (c->year < 1 || c->month < 1 || c->month > 12 || c->day < 1 ||
	    c->day > days[c->month - 1] || (c->month == 2 && c->day == 29 && !leap))
		return -1;
	/* 60: a leap second, RFC 3339 section 5.6 */
	if (c->hour > 23 || c->minute > 59 || c->second > 60)
		return -1;
	*t = civil_days(c->year, c->month, c->day) * 86400 + (int64_t)c->hour * 3600 +
	    (int64_t)c->minute * 60 + c->second;
	return 0;
}

/* n digits at *t, which moves behind them; -1 when they are not all digits */
static int digits(const char **t, unsigned n)
{
	int v = 0;

	for (; n; n--, ++*t) {
		if (!is_digit(**t))
			return -1;
		v = v * 10 + (**t - '0');
	}
	return v;
}

/*
 * Read t by form: a letter is a field of two digits (Y: four), anything else itself,
 * 'T' either case or a blank.  Where it stopped, or NULL.
 */
static const char *civil_parse(const char *t, const char *form, struct civil *c)
{
	int v;

	for (; *form; form++) {
		if (!strchr("YMDhms", *form)) {
			if (upper(*t) != *form && !(*form == 'T' && *t == ' '))
				return NULL;
			t++;
			continue;
		}
		v = digits(&t, *form == 'Y' ? 4 : 2);
		if (v < 0)
			return NULL;
		switch (*form) {
		case 'Y': c->year = v; break;
		case 'M': c->month = (unsigned)v; break;
		case 'D': c->day = (unsigned)v; break;
		case 'h': c->hour = (unsigned)v; break;
		case 'm': c->minute = (unsigned)v; break;
		default: c->second = (unsigned)v;
		}
	}
	return t;
}

/* What follows the seconds in RFC 3339: a fraction, which is dropped, and the offset. */
static int parse_offset(const char *t, int64_t *offset)
{
	int h, m;
	char sign;

	if (*t == '.') {
		if (!is_digit(*++t))
			return -1;
		while (is_digit(*t))
			t++;
	}
	*offset = 0;
	if (upper(*t) == 'Z')
		return t[1] ? -1 : 0;
	sign = *t;
	if (sign != '+' && sign != '-')
		return -1;
	t++;
	h = digits(&t, 2);
	if (h < 0 || h > 23 || *t++ != ':')
		return -1;
	m = digits(&t, 2);
	if (m < 0 || m > 59 || *t)
		return -1;
	*offset = (int64_t)(h * 60 + m) * (sign == '+' ? 60 : -60);
	return 0;
}

int dns_time_parse(const char *text, int64_t *t)
{
	struct civil c = { 0 };
	const char *rest;
	size_t n = strspn(text, "0123456789");
	int64_t offset, v = 0;

	if (n && !text[n] && n != 14) { /* unix seconds; the year 9999 has 12 digits */
		if (n > 12)
			return -1;
		for (; *text; text++)
			v = v * 10 + (*text - '0');
		if (v > YEAR_9999)
			return -1;
		*t = v;
		return 0;
	}
	rest = civil_parse(text, n == 14 ? "YMDhms" : "Y-M-DTh:m:s", &c);
	if (!rest || civil_seconds(&c, &v))
		return -1;
	offset = 0;
	if (n == 14 ? *rest != '\0' : parse_offset(rest, &offset) != 0)
		return -1;
	*t = v - offset;
	return 0;
}
