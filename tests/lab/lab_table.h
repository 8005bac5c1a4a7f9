/* SPDX-License-Identifier: ISC */
/* tests/lab/lab_table.h: what a scenario is made of; the scenarios are in lab_table.c. */
#ifndef LAB_TABLE_H
#define LAB_TABLE_H

#include "tests/lab/lab.h"

enum { NO_ZONE = 1, UNSIGNED = 2, NULL_MX = 4, NO_MX = 8, WITH_NSEC3 = 16, TC = 32,
	NO_DENIAL = 64, WILD_TLSA = 128, ALIAS_TLSA = 256, ALIAS_MX = 512, ALIAS_DOMAIN = 1024,
	TWO_ADDRS = 2048, BAD_DS = 4096, UNKNOWN_ALG = 8192, TWO_HOSTS = 16384, SPLIT_KEYS = 32768,
	NO_ADDR = 65536, WITH_SALT = 131072, HIDDEN = 262144, /* not in the list */
	WITH_AAAA = 524288 /* 2001:db8:: as well; not in the list */ };

enum certs { C_EC, C_RSA, C_EC_EXPIRED, C_EC_EARLY, C_OTHER_NAME, C_TA, C_TA_ROOT, C_TA_RSA,
	C_TA_EXPIRED, C_TA_EARLY, C_TA_NAME, C_TA_BADSIG, C_TA_NOTCA, C_TA_ALONE, C_MANY, C_HUGE,
	C_NOT_DER, C_WRONG_KEY, C_P384 };

enum tlsas { T_311, T_301, T_312, T_302, T_310, T_300, T_211, T_201, T_212, T_200, T_211_ROOT,
	T_210_ROOT, T_200_ROOT, T_WRONG, T_211_WRONG, T_111, T_011, T_NONE, T_ROLLOVER, T_BADLEN,
	T_UNKNOWN, T_AGILITY, T_TXT };

struct kind { enum behave b; enum certs c; enum tlsas t; };

/* What the second host, or second address, is like. */
struct scenario {
	const char *name, *tld;
	int exit;
	const char *code, *text;
	unsigned flags;
	struct kind k, k2;
	uint16_t odd_type;
	enum odd odd;
	uint16_t servfail;
	uint8_t alert;
};
extern const struct scenario scenarios[];
extern const size_t nscenarios;

struct tld {
	const char *name;
	unsigned alg;
	bool csk, nsec3, optout;
	unsigned saltlen, iterations;
};
extern const struct tld tlds[];
extern const size_t ntlds;

#endif
