/* SPDX-License-Identifier: ISC */
/*
 * Builds the zones, hosts, certificates and TLSA records that lab_table.c asks for.
 */
#include "tests/lab/lab_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct world W;

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
	a->root_key = pkey_make(K_P256, 0); /* of both: RSA keys take their time */
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

/* An IPv6 address that nobody has (RFC 3849). */
static void add_aaaa(struct zone *z, const char *name)
{
	static const uint8_t a[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};
	uint8_t owner[NAME];

	nm(owner, "%s", name);
	zone_add(z, owner, AAAA, a, sizeof a);
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

/* SRV records of the domain for both ports of its host (RFC 8314). */
static void add_srv(struct zone *z, const char *domain, const char *target)
{
	static const char *const service[] = {"submission", "submissions"};
	const unsigned port[] = {W.smtp_port, W.smtps_port};
	uint8_t owner[NAME], rd[NAME + 6] = {0, 1, 0, 2};

	nm(rd + 6, "%s", target);
	for (unsigned i = 0; i < 2; i++) {
		nm(owner, "_%s._tcp.%s", service[i], domain);
		rd[4] = (uint8_t)(port[i] >> 8);
		rd[5] = (uint8_t)port[i];
		zone_add(z, owner, SRV, rd, 6 + nm_len(rd + 6));
	}
}

static void host_add(struct zone *z, const struct scenario *sc, const struct kind *k,
    const char *name)
{
	struct blob leaf, spki;
	struct host *h = host_make(k, name, &leaf, &spki);

	h->alert = sc->alert;
	if (!(sc->flags & NO_ADDR))
		add_a(z, h->octet, "%s", name);
	if (sc->flags & WITH_AAAA)
		add_aaaa(z, name);
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
		add_srv(z, domain, mx);
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
	for (size_t i = 0; i < ntlds; i++)
		tld_make(&tlds[i]);
	for (size_t i = 0; i < nscenarios; i++)
		domain_make(&scenarios[i], now);
	for (size_t i = 0; i < ntlds; i++) {
		struct zone *z = tld_zone(tlds[i].name);
		zone_sign(z, now);
		delegate(root, z);
	}
	zone_sign(root, now);
}
