/* SPDX-License-Identifier: ISC */
/*
 * tests/hostile/chain.c: takes good certificate chains apart.  Octets of every certificate
 * presented are changed in turn to several values, and the chain is checked against each kind of
 * record.  Under usage 2 nothing may match but where this program says which octets do not count:
 * those of strangers, of an anchor's copy when the record has the anchor itself, and, under a
 * selector of 1, of the anchor's certificate outside its name and key.  Under usage 3 a match
 * is right exactly where the octet is not covered by the record.
 *
 *	chain [-a] [-l] [KIND...]	(kinds whose names begin so)
 *
 * With -a every octet is changed for every record, which takes some minutes; without it every 31st,
 * others for each record.  -l: to every value, which takes hours.
 */
#define VEC_DIR "pki"
#include "tests/tls_vectors.h"
#include "tls/x509.h"

static const struct kind {
	const char *name, *certs;     /* leaf, intermediate, root */
	const char *leaf, *inter, *root;
} kinds[] = {
	{ "rsa", "rsa-leaf rsa-int rsa2048-root ec256-root", "rsa-leaf", "rsa-int", "rsa2048-root" },
	{ "ecdsa", "ec-leaf ec-int ec256-root rsa2048-root", "ec-leaf", "ec-int", "ec256-root" },
	{ "pss", "pss-leaf pss-int psskey-root ec256-root", "pss-leaf", "pss-int", "psskey-root" },
	{ "ed25519", "ed-leaf ed-int ed-root ec256-root", "ed-leaf", "ed-int", "ed-root" },
	{ "constrained", "nc-leaf nc-ok ec256-root rsa2048-root", "nc-leaf", "nc-ok", "ec256-root" },
};

/* What of the chain a record does not speak of. */
static const struct record {
	const char *rdata;            /* usage, selector, matching type */
	bool root;                    /* for the root, else for the intermediate or the leaf */
	bool absent;                  /* the root is not presented */
} records[] = {
	{ "2 0 1", true, false }, { "2 1 1", true, false }, { "2 0 2", true, false },
	{ "2 0 1", false, false }, { "2 1 1", false, false },
	{ "2 0 0", true, false }, { "2 1 0", true, false },
	{ "2 0 0", true, true }, { "2 1 0", true, true },
	{ "3 0 1", false, false }, { "3 1 1", false, false }, { "3 0 0", false, false },
};

static struct tls_chain chain;
static struct vec_set set;
static struct tls_x509 x[TLS_MAX_CERTS]; /* of the good chain, which is put back each time */
enum { STRIDE = 31 };
static bool all_values, all_octets;
static unsigned long changes, matches, wrong;

static enum tls_verdict check(void)
{
	static const char *const names[] = { "mx.example.test" };
	struct tls_dane d = { set.t, set.n, names, 1, VEC_NOW };
	struct tls_dane_result r;

	tls_dane_check(&d, &chain, &r);
	return r.verdict;
}

static bool inside(const uint8_t *p, const struct tls_tlv *t)
{
	return p >= t->all && p < t->all + t->all_len;
}

/* May a change of octet p of certificate c leave a match? */
static bool is_free(const struct record *r, unsigned c, const uint8_t *p)
{
	unsigned u = (unsigned)(r->rdata[0] - '0'), sel = (unsigned)(r->rdata[2] - '0');
	unsigned anchor = r->root ? 2 : 1;

	if (u == 3)
		return c != 0 || (sel == 1 && !inside(p, &x[0].spki));
	if (c > anchor || (r->absent && c > 1))
		return true; /* strangers */
	if (c < anchor)
		return false;
	if (r->rdata[4] == '0')
		return true; /* the record has the anchor itself: this copy is a stranger */
	return sel == 1 && !inside(p, &x[c].spki) && !inside(p, &x[c].subject);
}

static void one_value(const struct kind *k, const struct record *r, unsigned c, uint8_t *p, uint8_t flip,
    unsigned long *free_octets)
{
	bool m;

	*p ^= flip;
	m = check() == TLS_MATCH;
	*p ^= flip;
	changes++;
	matches += m;
	if (!m)
		return;
	++*free_octets;
	if (!is_free(r, c, p) && wrong++ < 5)
		printf("not ok chain %s: %s %s matches with octet %u of certificate %u ^ %02x\n", k->name,
		    r->rdata, r->root ? "root" : "lower", (unsigned)(p - chain.der - chain.off[c]), c, flip);
}

static void octets(const struct kind *k, const struct record *r)
{
	static const uint8_t flips[] = { 0x01, 0x20, 0x80, 0xff };
	unsigned long ok[TLS_MAX_CERTS] = { 0 }, of[TLS_MAX_CERTS] = { 0 };
	size_t i, step = all_octets ? 1 : STRIDE, first = 5 * (size_t)(r - records) % step;
	unsigned c, v;

	for (c = 0; c < chain.n; c++) {
		for (i = first; i < chain.len[c]; i += step) {
			uint8_t *p = chain.der + chain.off[c] + i;

			of[c] += all_values ? 255 : 1;
			if (all_values) {
				for (v = 1; v < 256; v++)
					one_value(k, r, c, p, (uint8_t)v, &ok[c]);
			} else {
				one_value(k, r, c, p, flips[(i / step + c) % 4], &ok[c]);
			}
		}
	}
	printf("%-12s %s %-5s %-8s", k->name, r->rdata, r->rdata[0] == '3' ? "leaf" :
	    r->root ? "root" : "inter", r->absent ? "absent" : "");
	for (c = 0; c < chain.n; c++)
		printf(" %u: %5lu of %5lu", c, ok[c], of[c]);
	printf("\n");
}

/* The chain as it is must match; then each octet. */
static bool run(const struct kind *k, const struct record *r)
{
	char certs[256], rec[64], *cut;
	unsigned c;

	snprintf(certs, sizeof certs, "%s", k->certs);
	if (r->absent) {
		cut = strstr(certs, k->root);
		memmove(cut, cut + strlen(k->root) + 1, strlen(cut + strlen(k->root) + 1) + 1);
	}
	snprintf(rec, sizeof rec, "%s %s", r->rdata, r->rdata[0] == '3' ? k->leaf :
	    r->root ? k->root : k->inter);
	vec_chain(&chain, certs);
	vec_records(&set, rec);
	for (c = 0; c < chain.n; c++) {
		if (tls_x509_parse(&x[c], chain.der + chain.off[c], chain.len[c]) != 0)
			return false;
	}
	if (check() != TLS_MATCH) {
		printf("not ok chain %s: the good chain does not match %s\n", k->name, rec);
		return false;
	}
	octets(k, r);
	return true;
}

static bool is_wanted(const char *kind, int argc, char **argv)
{
	bool any = false;
	int i;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			continue;
		any = true;
		if (strncmp(kind, argv[i], strlen(argv[i])) == 0)
			return true;
	}
	return !any;
}

int main(int argc, char **argv)
{
	unsigned i, j;
	bool ok = true;

	for (i = 1; i < (unsigned)argc; i++) {
		all_values |= strcmp(argv[i], "-l") == 0;
		all_octets |= argv[i][1] != '\0' && argv[i][0] == '-';
	}
	printf("octets whose change leaves a match, by certificate of the chain\n");
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		bool good = true;

		if (!is_wanted(kinds[i].name, argc, argv))
			continue;
		changes = matches = wrong = 0;
		for (j = 0; j < sizeof records / sizeof records[0]; j++)
			good &= run(&kinds[i], &records[j]);
		good &= wrong == 0;
		printf("%sok chain %s: %lu changes, %lu of them match, none of an octet that counts\n",
		    good ? "" : "not ", kinds[i].name, changes, matches);
		fflush(stdout);
		ok &= good;
	}
	return !ok;
}
