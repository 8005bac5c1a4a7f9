/* SPDX-License-Identifier: ISC */
/*
 * The scenarios: one table that says what each domain is like and what a sound prober
 * makes of it, and the code that builds zones, hosts and certificates from it.
 */
#include "tests/lab/lab.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct world W;

enum { NO_ZONE = 1, UNSIGNED = 2, NULL_MX = 4, NO_MX = 8, WITH_NSEC3 = 16, TC = 32, NO_DENIAL = 64,
	WILD_TLSA = 128, ALIAS_TLSA = 256, ALIAS_MX = 512, ALIAS_DOMAIN = 1024, TWO_ADDRS = 2048,
	BAD_DS = 4096, UNKNOWN_ALG = 8192, TWO_HOSTS = 16384, SPLIT_KEYS = 32768, NO_ADDR = 65536,
	WITH_SALT = 131072, HIDDEN = 262144 /* not in the list */ };

enum certs { C_EC, C_RSA, C_EC_EXPIRED, C_EC_EARLY, C_OTHER_NAME, C_TA, C_TA_ROOT, C_TA_RSA,
	C_TA_EXPIRED, C_TA_EARLY, C_TA_NAME, C_TA_BADSIG, C_TA_NOTCA, C_TA_ALONE, C_MANY, C_HUGE,
	C_NOT_DER, C_WRONG_KEY, C_P384 };

enum tlsas { T_311, T_301, T_312, T_302, T_310, T_300, T_211, T_201, T_212, T_200, T_211_ROOT,
	T_210_ROOT, T_200_ROOT, T_WRONG, T_211_WRONG, T_111, T_011, T_NONE, T_ROLLOVER, T_BADLEN, T_UNKNOWN,
	T_AGILITY, T_TXT };

struct kind { enum behave b; enum certs c; enum tlsas t; };

/* What the second host, or second address, is like. */
static const struct scenario {
	const char *name, *tld;
	int exit;
	const char *code, *text;
	unsigned flags;
	struct kind k, k2;
	uint16_t odd_type;
	enum odd odd;
	uint16_t servfail;
} scenarios[] = {
#define G B_GOOD
#define OK 0, "ok"
	/* each algorithm and kind of record, good */
	{"good-ee", "ed", OK, "3 1 1, Ed25519 zone with one key", 0, .k = {G, C_EC, T_311}},
	{"good-ee-rsa", "rsa", OK, "3 1 1, RSASHA256 zone, RSA certificate", SPLIT_KEYS,
		.k = {G, C_RSA, T_311}},
	{"good-rsa512", "rsa512", OK, "3 1 1, RSASHA512 zone, NSEC3", WITH_NSEC3,
		.k = {G, C_EC, T_311}},
	{"good-ee-ecdsa", "p256", OK, "3 1 1, ECDSA P-256 zone with two keys", SPLIT_KEYS,
		.k = {G, C_EC, T_311}},
	{"good-p384", "p384", OK, "3 1 1, ECDSA P-384 zone, SHA-384 DS, P-384 certificate", 0,
		.k = {G, C_P384, T_311}},
	{"good-nsec3", "p256", OK, "NSEC3 with salt and iterations", WITH_NSEC3 | WITH_SALT,
		.k = {G, C_EC, T_311}},
	{"good-optout", "optout", OK, "signed domain under a TLD with opt-out", WITH_NSEC3,
		.k = {G, C_EC, T_311}},
	{"good-301", "ed", OK, "3 0 1", 0, .k = {G, C_EC, T_301}},
	{"good-312", "ed", OK, "3 1 2", 0, .k = {G, C_EC, T_312}},
	{"good-302", "p256", OK, "3 0 2", 0, .k = {G, C_EC, T_302}},
	{"good-310", "ed", OK, "3 1 0, whole key", 0, .k = {G, C_EC, T_310}},
	{"good-300", "ed", OK, "3 0 0, whole certificate", 0, .k = {G, C_RSA, T_300}},
	{"good-ee-name", "ed", OK, "3 1 1, name in the certificate is of no account (RFC 7671 5.1)",
		0, .k = {G, C_OTHER_NAME, T_311}},
	{"good-ta", "ed", OK, "2 1 1 of the intermediate", 0, .k = {G, C_TA, T_211}},
	{"good-ta-rsa", "rsa", OK, "2 1 1 of an RSA intermediate", 0, .k = {G, C_TA_RSA, T_211}},
	{"good-ta-201", "p256", OK, "2 0 1 of the intermediate", 0, .k = {G, C_TA, T_201}},
	{"good-ta-212", "ed", OK, "2 1 2 of the intermediate", 0, .k = {G, C_TA, T_212}},
	{"good-ta-200", "ed", OK, "2 0 0 of the intermediate", 0, .k = {G, C_TA, T_200}},
	{"good-ta-root", "ed", OK, "2 1 1 of the root, which is presented", 0,
		.k = {G, C_TA_ROOT, T_211_ROOT}},
	{"good-ta-bare-key", "ed", OK, "2 1 0: key of the root, which is not presented", 0,
		.k = {G, C_TA, T_210_ROOT}},
	{"good-ta-whole", "ed", OK, "2 0 0: the root, which is not presented", 0,
		.k = {G, C_TA, T_200_ROOT}},
	{"good-rollover", "ed", OK, "two records, the next key and this one", 0,
		.k = {G, C_EC, T_ROLLOVER}},
	{"good-implicit", "ed", OK, "no MX, proven, so the domain's own address", NO_MX,
		.k = {G, C_EC, T_311}},
	{"good-multi", "ed", OK, "two MX hosts", TWO_HOSTS, .k = {G, C_EC, T_311}, .k2 = {G, C_TA, T_211}},
	{"good-addrs", "ed", OK, "two addresses", TWO_ADDRS, .k = {G, C_EC, T_311}},
	{"good-truncated", "ed", OK, "UDP replies always truncated: TCP", TC, .k = {G, C_EC, T_311}},
	{"good-wild-tlsa", "ed", OK, "TLSA from a wildcard, NSEC", WILD_TLSA, .k = {G, C_EC, T_311}},
	{"good-wild-tlsa3", "p256", OK, "TLSA from a wildcard, NSEC3", WILD_TLSA | WITH_NSEC3,
		.k = {G, C_EC, T_311}},
	{"good-alias-tlsa", "ed", OK, "TLSA through a CNAME", ALIAS_TLSA, .k = {G, C_EC, T_311}},
	{"good-alias-mx", "ed", OK, "MX host is a CNAME, to good-ee", ALIAS_MX, .k = {G, C_EC, T_NONE}},
	{"good-alias-domain", "ed", OK, "the domain is a CNAME, to good-ee", ALIAS_DOMAIN,
		.k = {G, C_EC, T_NONE}},
	{"good-drip", "ed", OK, "server that sends an octet at a time", 0, .k = {B_DRIP, C_EC, T_311}},
	/* certificates */
	{"wrong-tlsa", "ed", 1, "tlsa-mismatch", "3 1 1 of another key: print what would match", 0,
		.k = {G, C_EC, T_WRONG}},
	{"wrong-ta", "ed", 1, "tlsa-mismatch", "2 1 1 of another authority", 0,
		.k = {G, C_TA, T_211_WRONG}},
	{"ta-not-sent", "ed", 1, "tlsa-mismatch", "2 1 1 of the root, which is not presented", 0,
		.k = {G, C_TA, T_211_ROOT}},
	{"ta-leaf-alone", "ed", 1, "tlsa-mismatch", "2 1 1, but the leaf comes alone", 0,
		.k = {G, C_TA_ALONE, T_211}},
	{"agility", "p256", 1, "tlsa-mismatch",
		"3 1 2 stale, 3 1 1 right: the stronger digest counts (RFC 7671 section 9)", 0,
		.k = {G, C_EC, T_AGILITY}},
	{"ee-expired", "ed", 1, "cert-expired", "3 1 1 matches, so expiry is a warning", 0,
		.k = {G, C_EC_EXPIRED, T_311}},
	{"ee-early", "ed", 1, "cert-not-yet-valid", "3 1 1 matches, so early is a warning", 0,
		.k = {G, C_EC_EARLY, T_311}},
	{"ta-expired", "ed", 1, "cert-expired", "expired leaf under DANE-TA", 0,
		.k = {G, C_TA_EXPIRED, T_211}},
	{"ta-early", "p256", 1, "cert-not-yet-valid", "leaf not yet valid under DANE-TA", 0,
		.k = {G, C_TA_EARLY, T_211}},
	{"ta-name", "ed", 1, "cert-name", "leaf for another name under DANE-TA", 0,
		.k = {G, C_TA_NAME, T_211}},
	{"ta-badsig", "ed", 1, "cert-chain", "leaf not signed by the authority it names", 0,
		.k = {G, C_TA_BADSIG, T_211}},
	{"ta-not-ca", "ed", 1, "cert-chain", "the issuer is no CA certificate", 0,
		.k = {G, C_TA_NOTCA, T_211}},
	{"many-certs", "ed", 1, "cert-limit", "40 certificates", 0, .k = {G, C_MANY, T_311}},
	{"huge-chain", "ed", 1, "cert-limit", "a chain of 1 MiB", 0, .k = {G, C_HUGE, T_311}},
	{"not-der", "ed", 1, "cert-parse", "the certificate is not DER, though 3 0 1 matches its octets",
		0, .k = {G, C_NOT_DER, T_301}},
	{"wrong-key", "ed", 1, "tls-handshake",
		"the server presents a certificate whose key it does not have", 0,
		.k = {G, C_WRONG_KEY, T_311}},
	/* TLSA records */
	{"no-tlsa", "ed", 1, "dane-none", "no TLSA records, proven by NSEC", 0, .k = {G, C_EC, T_NONE}},
	{"no-tlsa-nodata", "ed", 1, "dane-none", "no TLSA at a name that exists, proven by NSEC", 0,
		.k = {G, C_EC, T_TXT}},
	{"no-tlsa-nodata3", "p256", 1, "dane-none", "the same with NSEC3", WITH_NSEC3,
		.k = {G, C_EC, T_TXT}},
	{"no-tlsa3", "p256", 1, "dane-none", "no TLSA records, proven by NSEC3", WITH_NSEC3,
		.k = {G, C_EC, T_NONE}},
	{"pkix-ee", "ed", 1, "tlsa-unusable", "only 1 1 1", 0, .k = {G, C_EC, T_111}},
	{"pkix-ta", "ed", 1, "tlsa-unusable", "only 0 1 1", 0, .k = {G, C_TA, T_011}},
	{"bad-length", "ed", 1, "tlsa-unusable", "3 1 1 with 31 octets", 0, .k = {G, C_EC, T_BADLEN}},
	{"unknown-numbers", "ed", 1, "tlsa-unusable", "4 1 1, 3 2 1 and 3 1 3", 0,
		.k = {G, C_EC, T_UNKNOWN}},
	{"tlsa-badsig", "ed", 1, "tlsa-bogus", "damaged signature of the TLSA set", 0,
		.k = {G, C_EC, T_311}, .odd_type = TLSA, .odd = ODD_BADSIG},
	{"tlsa-badsig-rsa", "rsa", 1, "tlsa-bogus", "damaged RSA signature of the TLSA set", 0,
		.k = {G, C_EC, T_311}, .odd_type = TLSA, .odd = ODD_BADSIG},
	{"tlsa-badsig-p256", "p256", 1, "tlsa-bogus", "damaged ECDSA signature of the TLSA set", 0,
		.k = {G, C_EC, T_311}, .odd_type = TLSA, .odd = ODD_BADSIG},
	{"tlsa-sig-expired", "ed", 1, "tlsa-bogus", "signature of the TLSA set expired yesterday", 0,
		.k = {G, C_EC, T_311}, .odd_type = TLSA, .odd = ODD_EXPIRED},
	{"tlsa-sig-early", "ed", 1, "tlsa-bogus", "signature of the TLSA set valid from tomorrow", 0,
		.k = {G, C_EC, T_311}, .odd_type = TLSA, .odd = ODD_EARLY},
	{"tlsa-stripped", "ed", 1, "tlsa-bogus", "the TLSA set comes without its signature", 0,
		.k = {G, C_EC, T_311}, .odd_type = TLSA, .odd = ODD_STRIPPED},
	{"tlsa-servfail", "ed", 1, "tlsa-lookup-failed", "SERVFAIL for TLSA alone", 0,
		.k = {G, C_EC, T_311}, .servfail = TLSA},
	{"no-nsec", "ed", 1, "tlsa-bogus", "TLSA denied without the NSEC records that prove it",
		NO_DENIAL, .k = {G, C_EC, T_NONE}},
	{"nsec-badsig", "ed", 1, "tlsa-bogus", "TLSA denied by NSEC records with damaged signatures",
		0, .k = {G, C_EC, T_NONE}, .odd_type = NSEC, .odd = ODD_BADSIG},
	{"nsec3-badsig", "p256", 1, "tlsa-bogus", "the same with NSEC3", WITH_NSEC3,
		.k = {G, C_EC, T_NONE}, .odd_type = NSEC3, .odd = ODD_BADSIG},
	/* addresses, MX, the domain */
	{"a-badsig", "ed", 1, "address-lookup-failed", "damaged signature of the address set", 0,
		.k = {G, C_EC, T_311}, .odd_type = A, .odd = ODD_BADSIG},
	{"a-servfail", "ed", 1, "address-lookup-failed", "SERVFAIL for A", 0, .k = {G, C_EC, T_311},
		.servfail = A},
	{"a-none", "ed", 1, "address-lookup-failed", "the MX host has no address", NO_ADDR,
		.k = {G, C_EC, T_311}},
	{"mx-badsig", "ed", 1, "mx-bogus", "damaged signature of the MX set", 0, .k = {G, C_EC, T_311},
		.odd_type = MX, .odd = ODD_BADSIG},
	{"mx-stripped", "p256", 1, "mx-bogus", "the MX set comes without its signature", 0,
		.k = {G, C_EC, T_311}, .odd_type = MX, .odd = ODD_STRIPPED},
	{"mx-servfail", "ed", 1, "mx-lookup-failed", "SERVFAIL for MX", 0, .k = {G, C_EC, T_311},
		.servfail = MX},
	{"no-mx-no-nsec", "ed", 1, "mx-bogus", "MX denied without proof: no implicit MX",
		NO_MX | NO_DENIAL, .k = {G, C_EC, T_311}},
	{"keys-expired", "ed", 1, "mx-bogus", "signature of the DNSKEY set expired", 0,
		.k = {G, C_EC, T_311}, .odd_type = DNSKEY, .odd = ODD_EXPIRED},
	{"wrong-ds", "ed", 1, "mx-bogus", "the parent's DS does not match the zone's key", BAD_DS,
		.k = {G, C_EC, T_311}},
	{"unsigned", "ed", 1, "mx-insecure", "unsigned delegation, proven by NSEC", UNSIGNED,
		.k = {G, C_EC, T_311}},
	{"unsigned", "p256", 1, "mx-insecure", "unsigned delegation, proven by NSEC3", UNSIGNED,
		.k = {G, C_EC, T_311}},
	{"unsigned", "optout", 1, "mx-insecure", "unsigned delegation in an opt-out span", UNSIGNED,
		.k = {G, C_EC, T_311}},
	{"unknown-alg", "ed", 1, "mx-insecure", "the only DS is of an algorithm not supported",
		UNKNOWN_ALG, .k = {G, C_EC, T_311}},
	{"null-mx", "ed", 1, "null-mx", "MX 0 . : the domain takes no mail (RFC 7505)", NULL_MX,
		.k = {G, C_EC, T_NONE}},
	{"no-such", "ed", 1, "no-such-domain", "NXDOMAIN, proven by NSEC", NO_ZONE, .k = {0}},
	{"no-such", "p256", 1, "no-such-domain", "NXDOMAIN, proven by NSEC3", NO_ZONE, .k = {0}},
	/* SMTP */
	{"refused", "ed", 1, "connect-failed", "connection refused", 0, .k = {B_REFUSED, C_EC, T_311}},
	{"second-refused", "ed", 1, "connect-failed", "the second address refuses", TWO_ADDRS,
		.k = {G, C_EC, T_311}, .k2 = {B_REFUSED, C_EC, T_311}},
	{"second-host-bad", "ed", 1, "tlsa-mismatch", "the second MX host does not match", TWO_HOSTS,
		.k = {G, C_EC, T_311}, .k2 = {G, C_EC, T_WRONG}},
	{"second-host-none", "ed", 1, "dane-none", "the second MX host has no TLSA", TWO_HOSTS,
		.k = {G, C_EC, T_311}, .k2 = {G, C_EC, T_NONE}},
	{"silent", "ed", 1, "smtp-timeout", "accepts and says nothing", 0, .k = {B_SILENT, C_EC, T_311}},
	{"stall", "ed", 1, "smtp-timeout", "says nothing after its reply to STARTTLS", 0,
		.k = {B_STALL, C_EC, T_311}},
	{"reset", "ed", 1, "smtp-closed", "connection reset at EHLO", 0, .k = {B_RESET, C_EC, T_311}},
	{"closes", "ed", 1, "smtp-closed", "connection closed without a greeting", 0,
		.k = {B_CLOSE, C_EC, T_311}},
	{"busy", "ed", 1, "smtp-temporary", "421 greeting", 0, .k = {B_421, C_EC, T_311}},
	{"greylist", "ed", 1, "smtp-temporary", "450 to EHLO", 0, .k = {B_450, C_EC, T_311}},
	{"starttls-454", "ed", 1, "smtp-temporary", "454 to STARTTLS", 0, .k = {B_454, C_EC, T_311}},
	{"rejects", "ed", 1, "smtp-permanent", "554 greeting", 0, .k = {B_554, C_EC, T_311}},
	{"no-starttls", "ed", 1, "smtp-no-starttls", "STARTTLS not offered", 0,
		.k = {B_NOSTARTTLS, C_EC, T_311}},
	{"tls-at-once", "ed", 1, "smtp-tls-at-once", "a TLS record in place of the greeting", 0,
		.k = {B_TLS_AT_ONCE, C_EC, T_311}},
	{"ssh", "ed", 1, "smtp-not-smtp", "an SSH banner", 0, .k = {B_SSH, C_EC, T_311}},
	{"http", "ed", 1, "smtp-not-smtp", "an HTTP error", 0, .k = {B_HTTP, C_EC, T_311}},
	{"endless-line", "ed", 1, "smtp-protocol", "a greeting without end", 0,
		.k = {B_ENDLESS, C_EC, T_311}},
	{"nul", "ed", 1, "smtp-protocol", "NUL octets in the greeting", 0, .k = {B_NUL, C_EC, T_311}},
	{"flood", "ed", 1, "smtp-protocol", "250- without end", 0, .k = {B_FLOOD, C_EC, T_311}},
	{"bad-code", "ed", 1, "smtp-protocol", "lines of one reply with different codes", 0,
		.k = {B_BADCODE, C_EC, T_311}},
	{"injection", "ed", 1, "smtp-injection", "plaintext after the reply to STARTTLS", 0,
		.k = {B_INJECT, C_EC, T_311}},
	{"not-tls", "ed", 1, "tls-handshake", "text in place of the handshake", 0,
		.k = {B_NOT_TLS, C_EC, T_311}},
	{"evil", "ed", OK, "the lying resolver's own host", HIDDEN, .k = {G, C_EC, T_311}},
#undef G
#undef OK
};
#define NSCENARIOS (sizeof scenarios / sizeof *scenarios)

static const struct tld {
	const char *name;
	unsigned alg;
	bool csk, nsec3, optout;
	unsigned saltlen, iterations;
} tlds[] = {
	{"rsa", 8, false, false, false, 0, 0}, {"rsa512", 10, true, true, false, 8, 10},
	{"p256", 13, false, true, false, 4, 1}, {"p384", 14, true, true, false, 0, 0},
	{"ed", 15, false, false, false, 0, 0}, {"optout", 15, true, true, true, 0, 0},
};
#define NTLDS (sizeof tlds / sizeof *tlds)

void world_list(void)
{
	for (size_t i = 0; i < NSCENARIOS; i++)
		if (!(scenarios[i].flags & HIDDEN))
			printf("%s.%s %d %s \"%s\"\n", scenarios[i].name, scenarios[i].tld,
			    scenarios[i].exit, scenarios[i].code, scenarios[i].text);
}

/* ---- authorities ------------------------------------------------------------ */

struct authority {
	struct pkey *root_key, *inter_key;
	struct blob root, inter, notca;
};
static struct authority ec_ca, rsa_ca;
static struct pkey *rsa_leaf;

static void authority_make(struct authority *a, int kind, const char *name)
{
	char root[60], inter[60];
	struct cert c = {0};

	snprintf(root, sizeof root, "Lab Root %s", name);
	snprintf(inter, sizeof inter, "Lab Issuer %s", name);
	a->root_key = pkey_make(kind, 2048);
	a->inter_key = pkey_make(kind, 2048);
	c.cn = c.issuer = root;
	c.key = c.signer = a->root_key;
	c.days = 3650;
	c.ca = true;
	a->root = cert_make(&c);
	c.cn = inter;
	c.key = a->inter_key;
	c.days = 1000;
	a->inter = cert_make(&c);
	c.ca = false;
	a->notca = cert_make(&c);
}

/* ---- one host ------------------------------------------------------------------ */

static void chain_add(struct host *h, struct blob b)
{
	h->chain[h->nchain].data = b.p;
	h->chain[h->nchain++].data_len = b.n;
}

/* The leaf, signed by itself or by the authority. */
static struct blob leaf_make(struct host *h, enum certs c, const char *name)
{
	const struct authority *ca = c == C_TA_RSA ? &rsa_ca : &ec_ca;
	struct pkey *k = c == C_RSA || c == C_TA_RSA ? rsa_leaf :
	    pkey_make(c == C_P384 ? K_P384 : K_P256, 0);
	struct cert s = {.cn = name, .san = name, .issuer = name, .key = k, .signer = k, .days = 90};

	h->key = k;
	if (c >= C_TA && c <= C_TA_ALONE) {
		s.issuer = c == C_TA_RSA ? "Lab Issuer RSA" : "Lab Issuer EC";
		s.signer = c == C_TA_BADSIG ? ca->root_key : ca->inter_key;
	}
	h->issuer_type = s.signer->kind == K_RSA ? BR_KEYTYPE_RSA : BR_KEYTYPE_EC;
	if (c == C_OTHER_NAME || c == C_TA_NAME)
		s.cn = s.san = "somebody.else.example";
	if (c == C_EC_EXPIRED || c == C_TA_EXPIRED)
		s.from = -100;
	if (c == C_EC_EARLY || c == C_TA_EARLY)
		s.from = 10;
	return cert_make(&s);
}

static void chain_make(struct host *h, enum certs c, const char *name, struct blob leaf)
{
	const struct authority *ca = c == C_TA_RSA ? &rsa_ca : &ec_ca;
	struct cert big = {.cn = name, .issuer = name, .key = h->key, .signer = h->key, .days = 90,
		.padding = 1u << 20};

	if (c == C_NOT_DER) {
		memset(leaf.p, 'x', leaf.n);
	}
	chain_add(h, leaf);
	if (c >= C_TA && c < C_TA_ALONE)
		chain_add(h, c == C_TA_NOTCA ? ca->notca : ca->inter);
	if (c == C_TA_ROOT)
		chain_add(h, ca->root);
	while (c == C_MANY && h->nchain < HOST_CERTS)
		chain_add(h, ca->inter);
	if (c == C_HUGE)
		chain_add(h, cert_make(&big));
	if (c == C_WRONG_KEY)
		h->key = pkey_make(K_P256, 0);
}

static struct host *host_make(const struct kind *k, const char *name, struct blob *leaf,
    struct blob *spki)
{
	struct host *h = xalloc(sizeof *h);

	h->octet = 10 + W.nhosts;
	if (h->octet > 250)
		die("too many hosts");
	h->behave = k->b;
	*leaf = leaf_make(h, k->c, name);
	*spki = cert_spki(h->key);
	chain_make(h, k->c, name, *leaf);
	W.host[W.nhosts++] = h;
	return h;
}

/* ---- TLSA records ------------------------------------------------------------------ */

struct tlsa_set {
	struct zone *z;
	const uint8_t *owner;
	struct blob leaf, spki;
};

static void tlsa_add(const struct tlsa_set *s, unsigned u, unsigned sel, unsigned m, bool wrong,
    struct blob cert, struct blob key)
{
	uint8_t *rd = xalloc(cert.n + 100);
	size_t n = tlsa_make(rd, u, sel, m, cert, key);

	rd[n - 1] ^= wrong;
	zone_add(s->z, s->owner, TLSA, rd, n);
	free(rd);
}

static void tlsa_odd(const struct tlsa_set *s, enum tlsas t)
{
	uint8_t rd[3 + 64] = {3, 1, 1, 1, 2, 3, 4};

	if (t == T_TXT)
		zone_add(s->z, s->owner, TXT, "\3lab", 4);
	if (t == T_BADLEN) {
		tlsa_make(rd, 3, 1, 1, s->leaf, s->spki);
		zone_add(s->z, s->owner, TLSA, rd, 3 + 31);
	}
	if (t == T_UNKNOWN) {
		tlsa_make(rd, 4, 1, 1, s->leaf, s->spki);
		zone_add(s->z, s->owner, TLSA, rd, 3 + 32);
		rd[0] = 3, rd[1] = 2;
		zone_add(s->z, s->owner, TLSA, rd, 3 + 32);
		rd[1] = 1, rd[2] = 3;
		zone_add(s->z, s->owner, TLSA, rd, 3 + 32);
	}
	if (t == T_ROLLOVER || t == T_AGILITY) {
		tlsa_add(s, 3, 1, t == T_AGILITY ? 2 : 1, true, s->leaf, s->spki);
		tlsa_add(s, 3, 1, 1, false, s->leaf, s->spki);
	}
}

/* Anchors are those of the authority that the chain hangs on. */
static void tlsa_set(const struct tlsa_set *s, enum tlsas t, enum certs c)
{
	const struct authority *ca = c == C_TA_RSA ? &rsa_ca : &ec_ca;
	struct blob ik = cert_spki(ca->inter_key), rk = cert_spki(ca->root_key);
	struct blob in = c == C_TA_NOTCA ? ca->notca : ca->inter, leaf = s->leaf, key = s->spki;

	switch (t) {
	case T_311: tlsa_add(s, 3, 1, 1, false, leaf, key); break;
	case T_301: tlsa_add(s, 3, 0, 1, false, leaf, key); break;
	case T_312: tlsa_add(s, 3, 1, 2, false, leaf, key); break;
	case T_302: tlsa_add(s, 3, 0, 2, false, leaf, key); break;
	case T_310: tlsa_add(s, 3, 1, 0, false, leaf, key); break;
	case T_300: tlsa_add(s, 3, 0, 0, false, leaf, key); break;
	case T_211: tlsa_add(s, 2, 1, 1, false, in, ik); break;
	case T_201: tlsa_add(s, 2, 0, 1, false, in, ik); break;
	case T_212: tlsa_add(s, 2, 1, 2, false, in, ik); break;
	case T_200: tlsa_add(s, 2, 0, 0, false, in, ik); break;
	case T_211_ROOT: tlsa_add(s, 2, 1, 1, false, ca->root, rk); break;
	case T_210_ROOT: tlsa_add(s, 2, 1, 0, false, ca->root, rk); break;
	case T_200_ROOT: tlsa_add(s, 2, 0, 0, false, ca->root, rk); break;
	case T_WRONG: tlsa_add(s, 3, 1, 1, true, leaf, key); break;
	case T_211_WRONG: tlsa_add(s, 2, 1, 1, true, in, ik); break;
	case T_111: tlsa_add(s, 1, 1, 1, false, leaf, key); break;
	case T_011: tlsa_add(s, 0, 1, 1, false, in, ik); break;
	default: tlsa_odd(s, t);
	}
	free(ik.p);
	free(rk.p);
}

/* The set at every port that a client may ask for. */
static void tlsa_ports(struct zone *z, const struct scenario *sc, const struct kind *k,
    const char *name, struct blob leaf, struct blob spki)
{
	unsigned ports[3] = {25, W.smtp_port, W.smtps_port};
	uint8_t owner[NAME], alias[NAME];
	struct tlsa_set s = {z, owner, leaf, spki};
	bool wild = sc->flags & WILD_TLSA;

	nm(alias, "_dane.%s", name);
	for (unsigned i = 0; i < (wild ? 1 : 3); i++) {
		if (i > 0 && ports[i] == 25)
			continue;
		if (wild)
			nm(owner, "*._tcp.%s", name);
		else
			nm(owner, "_%u._tcp.%s", ports[i], name);
		if (sc->flags & ALIAS_TLSA)
			zone_add(z, owner, CNAME, alias, nm_len(alias));
		else
			tlsa_set(&s, k->t, k->c);
	}
	if (sc->flags & ALIAS_TLSA) {
		s.owner = alias;
		tlsa_set(&s, k->t, k->c);
	}
}

/* ---- zones --------------------------------------------------------------------------- */

static void add_a(struct zone *z, unsigned octet, const char *fmt, ...)
{
	uint8_t owner[NAME], a[4] = {127, 0, 0, (uint8_t)octet};
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	nm(owner, "%s", text);
	zone_add(z, owner, A, a, 4);
}

/* SOA, NS and the address of the server, which is 127.0.0.2 and up by level. */
static void zone_base(struct zone *z, const char *name)
{
	uint8_t ns[NAME], rd[2 * NAME + 20] = {0};
	size_t n;

	nm(ns, "ns.%s", name);
	n = nm_len(ns);
	memcpy(rd, ns, n);
	memcpy(rd + n, ns, n);
	n *= 2;
	rd[n + 3] = 1; /* serial */
	rd[n + 6] = rd[n + 10] = rd[n + 14] = rd[n + 18] = 60;
	zone_add(z, z->apex, SOA, rd, n + 20);
	zone_add(z, z->apex, NS, ns, nm_len(ns));
	add_a(z, 2u + (unsigned)z->level, "ns.%s", name);
	W.zone[W.nzones++] = z;
}

static void add_mx(struct zone *z, unsigned pref, const char *target)
{
	uint8_t rd[NAME + 2] = {0, (uint8_t)pref};

	nm(rd + 2, "%s", target);
	zone_add(z, z->apex, MX, rd, 2 + nm_len(rd + 2));
}

static void host_add(struct zone *z, const struct scenario *sc, const struct kind *k,
    const char *name)
{
	struct blob leaf, spki;
	struct host *h = host_make(k, name, &leaf, &spki);

	if (!(sc->flags & NO_ADDR))
		add_a(z, h->octet, "%s", name);
	if (sc->flags & TWO_ADDRS) {
		struct host *h2 = xalloc(sizeof *h2);
		*h2 = *h;
		h2->octet = 10 + W.nhosts;
		h2->behave = sc->k2.b;
		W.host[W.nhosts++] = h2;
		add_a(z, h2->octet, "%s", name);
	}
	if (sc->flags & HIDDEN) {
		W.evil = h;
		W.evil_tlsa_len = tlsa_make(W.evil_tlsa, 3, 1, 1, leaf, spki);
	}
	tlsa_ports(z, sc, k, name, leaf, spki);
}

static void mail_add(struct zone *z, const struct scenario *sc, const char *domain)
{
	char mx[310], mx2[310];
	uint8_t owner[NAME], target[NAME];

	snprintf(mx, sizeof mx, "mx.%s", domain);
	snprintf(mx2, sizeof mx2, "mx2.%s", domain);
	nm(owner, "%s", mx);
	nm(target, "mx.good-ee.ed");
	if (sc->flags & NULL_MX) {
		add_mx(z, 0, ".");
	} else if (sc->flags & NO_MX) {
		host_add(z, sc, &sc->k, domain);
	} else if (sc->flags & ALIAS_MX) {
		add_mx(z, 10, mx);
		zone_add(z, owner, CNAME, target, nm_len(target));
	} else {
		add_mx(z, 10, mx);
		host_add(z, sc, &sc->k, mx);
	}
	if (sc->flags & TWO_HOSTS) {
		add_mx(z, 20, mx2);
		host_add(z, sc, &sc->k2, mx2);
	}
}

static struct zone *tld_zone(const char *name)
{
	uint8_t n[NAME];

	nm(n, "%s", name);
	for (unsigned i = 0; i < W.nzones; i++)
		if (nm_eq(W.zone[i]->apex, n))
			return W.zone[i];
	die("no TLD %s", name);
	return NULL;
}

static void delegate(struct zone *parent, const struct zone *child)
{
	uint8_t rd[60], ns[NAME];
	char s[NAME + 2];

	nm(ns, "ns.%s", nm_str(child->apex, s));
	zone_add(parent, child->apex, NS, ns, nm_len(ns));
	add_a(parent, 2u + (unsigned)child->level, "ns.%s", s);
	if (child->is_signed)
		zone_add(parent, child->apex, DS, rd, zone_ds(child, rd));
}

static void domain_make(const struct scenario *sc, uint32_t now)
{
	struct zone *tld = tld_zone(sc->tld), *z;
	char domain[300];

	snprintf(domain, sizeof domain, "%s.%s", sc->name, sc->tld);
	if (sc->flags & ALIAS_DOMAIN) {
		uint8_t owner[NAME], target[NAME];
		nm(owner, "%s", domain);
		nm(target, "good-ee.ed");
		zone_add(tld, owner, CNAME, target, nm_len(target));
	}
	if (sc->flags & (NO_ZONE | ALIAS_DOMAIN))
		return;
	z = zone_new(2, sc->flags & UNSIGNED ? 0 : tld->alg, "%s", domain);
	z->csk = !(sc->flags & SPLIT_KEYS);
	z->nsec3 = sc->flags & WITH_NSEC3;
	z->unknown_alg = sc->flags & UNKNOWN_ALG;
	z->bad_ds = sc->flags & BAD_DS;
	z->no_denial = sc->flags & NO_DENIAL;
	z->always_tc = sc->flags & TC;
	z->servfail_type = sc->servfail;
	z->odd_type = sc->odd_type;
	z->odd = sc->odd;
	if (sc->flags & WITH_SALT) {
		z->iterations = 10;
		z->saltlen = 4;
		memcpy(z->salt, "\xde\xad\xbe\xef", 4);
	}
	zone_base(z, domain);
	mail_add(z, sc, domain);
	if (z->is_signed)
		zone_keys(z);
	zone_sign(z, now);
	delegate(tld, z);
}

static struct zone *tld_make(const struct tld *t)
{
	struct zone *z = zone_new(1, t->alg, "%s", t->name);

	z->csk = t->csk;
	z->nsec3 = t->nsec3;
	z->optout = t->optout;
	z->iterations = t->iterations;
	z->saltlen = t->saltlen;
	memcpy(z->salt, "\1\2\3\4\5\6\7\10", 8);
	zone_base(z, t->name);
	zone_keys(z);
	return z;
}

/* Zones are signed from the bottom up, since a parent's DS comes from the child's key. */
void world_make(void)
{
	uint32_t now = (uint32_t)time(NULL);
	struct zone *root = zone_new(0, 8, ".");

	authority_make(&ec_ca, K_P256, "EC");
	authority_make(&rsa_ca, K_RSA, "RSA");
	rsa_leaf = pkey_make(K_RSA, 2048);
	zone_base(root, "");
	zone_keys(root);
	for (size_t i = 0; i < NTLDS; i++)
		tld_make(&tlds[i]);
	for (size_t i = 0; i < NSCENARIOS; i++)
		domain_make(&scenarios[i], now);
	for (size_t i = 0; i < NTLDS; i++) {
		struct zone *z = tld_zone(tlds[i].name);
		zone_sign(z, now);
		delegate(root, z);
	}
	zone_sign(root, now);
}
