/* SPDX-License-Identifier: ISC */
/*
 * The costliest answers that a hostile zone or resolver can build, algorithm by algorithm, and
 * what a look-up that meets them costs: milliseconds of CPU in dns/, verifications, evaluations.
 * The zones are signed and served in this process (tests/signer.c); every message is fed by
 * itself, so that what is worked out again for each is counted too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dns/resolver.h"
#include "dns/wire.h"
#include "tests/signer.h"

enum { BUDGET_MS = 100, JUNK_MAX = 350 /* more with the longest names is refused: DNS_FLAT_MAX */ };

static struct sg_world world;
static struct sg_zone zones[16];
static struct sg_key key;
static struct dns_res *res;
static struct dns_config cfg;
static unsigned junk, junk_octets; /* records to append to each message, and their RDATA */
static uint16_t junk_type;
static bool spoil;                 /* seven bad signatures before each good one */
static unsigned vary;              /* and otherwise in each message */
static bool spoil_all;             /* and the good one bad too, save those of keys and DS */

/* ---- hostile messages ---------------------------------------------------------------------- */

static bool is_chain(const struct sg_rr *sig)
{
	unsigned covered = (unsigned)sig->rd[0] << 8 | sig->rd[1];

	return covered == DNS_DNSKEY || covered == DNS_DS;
}

static void mangle(struct sg_msg *m)
{
	static struct sg_msg out;
	unsigned i, k;

	if (cfg.nservers > 1)
		vary = (vary + 1) % 0x55;
	if (!spoil && !spoil_all)
		return;
	out = *m;
	out.n = 0;
	for (i = 0; i < m->n; i++) {
		bool sig = m->rr[i].type == DNS_RRSIG;

		for (k = 0; sig && k < 7 && out.n < 60; k++) {
			out.rr[out.n] = m->rr[i];
			out.rr[out.n].rd[m->rr[i].rdlen - 2 - k] ^= (uint8_t)(0x55 ^ vary);
			out.n++;
		}
		if (out.n < 64)
			out.rr[out.n++] = m->rr[i];
		if (sig && spoil_all && !is_chain(&m->rr[i]))
			out.rr[out.n - 1].rd[m->rr[i].rdlen - 1] ^= (uint8_t)(0x55 ^ vary);
	}
	*m = out;
}

enum { OPT_LEN = 11 };

/* More records with the question's name as owner, in the last section before the OPT record. */
static size_t append(uint8_t *wire, size_t len)
{
	unsigned section = dns_get16(wire + 8) ? 8 : 6, i;
	uint8_t opt[OPT_LEN];

	len -= OPT_LEN;
	memcpy(opt, wire + len, OPT_LEN);
	for (i = 0; i < junk && len + 12 + junk_octets + 3 < 65535 - OPT_LEN; i++) {
		uint8_t *p = wire + len;

		dns_put16(p, 0xc00c);
		dns_put16(p + 2, junk_type);
		dns_put16(p + 4, DNS_IN);
		dns_put32(p + 6, 60);
		dns_put16(p + 10, (uint16_t)(junk_octets + 3));
		memset(p + 12, 'x', junk_octets + 3);
		p[12] = (uint8_t)(junk_octets + 2);
		dns_put16(p + 13, (uint16_t)i);
		len += 12 + junk_octets + 3;
		dns_put16(wire + section, (uint16_t)(dns_get16(wire + section) + 1));
	}
	memcpy(wire + len, opt, OPT_LEN);
	return len + OPT_LEN;
}

/* ---- the run ----------------------------------------------------------------------------------- */

static double cpu(void)
{
	return (double)clock() * 1000 / CLOCKS_PER_SEC;
}

static double spent;
static unsigned evaluations;

static void reply(unsigned slot)
{
	static uint8_t wire[70000];
	static struct sg_msg m;
	const struct dns_xchg *x;
	uint8_t qname[DNS_NAME_MAX];
	uint16_t type;
	struct dns_addr to;
	size_t len;
	double t;

	dns_res_sent(res, slot, (uint16_t)slot, 0);
	x = dns_res_xchg(res, slot);
	to = x->to;
	dns_name_copy(qname, x->out + 12);
	type = dns_get16(x->out + 12 + dns_name_len(qname));
	sg_answer(&world, &m, qname, type);
	len = append(wire, sg_msg_wire(&m, x->id, DNS_F_QR | DNS_F_RA, wire, sizeof wire));
	t = cpu();
	dns_res_feed(res, slot, &to, wire, len, SG_NOW, 0);
	spent += cpu() - t;
	evaluations++;
}

static const struct dns_result *run(const char *name, uint16_t type)
{
	const struct dns_result *r;
	unsigned i, again = 1;
	double t;
	int lk;

	memset(res, 0, dns_res_size());
	dns_res_init(res, &cfg);
	spent = 0;
	evaluations = 0;
	t = cpu();
	lk = dns_res_lookup(res, sg_name(name), type, SG_NOW, 0);
	spent += cpu() - t;
	while ((r = dns_res_result(res, lk)) == NULL && again)
		for (again = 0, i = 0; i < DNS_MAX_XCHG; i++)
			if (dns_res_xchg(res, i)->state == DNS_X_START) {
				reply(i);
				again = 1;
			}
	return r;
}

static bool over;

static void report(const char *what, const char *name, uint16_t type, enum dns_sec want)
{
	const struct dns_result *r = run(name, type);
	unsigned queries, verifies;

	dns_res_stats(res, &queries, &verifies);
	if (r == NULL || (want != DNS_SEC_UNCHECKED && r->state != want)) {
		printf("%-60s is %s, wanted %s: %s\n", what, r ? dns_sec_str(r->state) : "without an end",
		    dns_sec_str(want), r ? r->reason : "");
		exit(1);
	}
	over = over || spent > BUDGET_MS;
	printf("%-60s %8.1f %8u %8u %9.2f  %s%s\n", what, spent, verifies, evaluations,
	    res->lk[0].work.spent / (double)DNS_MAX_WORK, dns_sec_str(r->state),
	    spent > BUDGET_MS ? "  OVER" : "");
}

/* ---- worlds ------------------------------------------------------------------------------------- */

/* depth zones below the root, z.z.z., each signed with the key; "www" and a long name in the last. */
static void make(unsigned depth, enum sg_denial denial, unsigned iterations)
{
	char apex[64] = "";
	struct sg_rr a;
	unsigned i;

	memset(&world, 0, sizeof world);
	world.mangle = mangle;
	sg_zone_init(&world, &zones[0], ".", &key, SG_NSEC);
	for (i = 1; i <= depth; i++) {
		memmove(apex + 2, apex, strlen(apex) + 1);
		memcpy(apex, "z.", 2);
		sg_zone_init(&world, &zones[i], apex, &key, denial);
		zones[i].iterations = iterations;
		sg_zone_delegate(&zones[i - 1], &zones[i], true);
	}
	for (i = 0; i < 3; i++) {
		static const char *const label[] = { "www.", "a.b.c.", "txt." };
		char name[80];

		snprintf(name, sizeof name, "%s%s", label[i], apex);
		a = sg_rr_a(sg_name(name), 1);
		if (i == 2)
			a = sg_rr(sg_name(name), DNS_TXT, 60, "\3abc", 4);
		sg_zone_add(&zones[depth], &a);
	}
}

/* n aliases in an unsigned zone below z.z., their names as long as they may be. */
static void chain(unsigned n)
{
	static char from[300], to[300];
	struct sg_rr rr;
	unsigned i, k;

	make(1, SG_NSEC3, 50);
	sg_zone_init(&world, &zones[2], "z.z.", NULL, SG_UNSIGNED);
	sg_zone_delegate(&zones[1], &zones[2], false);
	strcpy(from, "n0.z.z.");
	for (i = 0; i < n; i++) {
		snprintf(to, sizeof to, "%c.", (char)('a' + i));
		for (k = 0; k < 118; k++)
			strcat(to, "b.");
		strcat(to, "z.z.");
		rr = sg_rr_name(sg_name(from), DNS_CNAME, sg_name(to));
		sg_zone_add(&zones[2], &rr);
		strcpy(from, to);
	}
	rr = sg_rr_a(sg_name(from), 1);
	sg_zone_add(&zones[2], &rr);
}

static void anchor(void)
{
	struct sg_rr ds = sg_rr_ds(sg_name("."), &key, 2);

	memset(&cfg.anchors, 0, sizeof cfg.anchors);
	cfg.anchors.n = 1;
	cfg.anchors.a[0].type = DNS_DS;
	cfg.anchors.a[0].rdlen = ds.rdlen;
	cfg.anchors.a[0].from = INT64_MIN;
	cfg.anchors.a[0].until = INT64_MAX;
	memcpy(cfg.anchors.a[0].rdata, ds.rd, ds.rdlen);
}

static void algorithm(const char *text, unsigned alg, unsigned bits)
{
	char what[80];

	sg_key_make(&key, alg, 257, bits);
	anchor();
	spoil = spoil_all = false;
	make(2, SG_NSEC3, 0);
	snprintf(what, sizeof what, "%s: an honest answer", text);
	report(what, "www.z.z.", DNS_A, DNS_SEC_SECURE);
	spoil = true;
	snprintf(what, sizeof what, "%s: 7 bad signatures before each good one", text);
	report(what, "www.z.z.", DNS_A, DNS_SEC_UNCHECKED);
	spoil_all = true;
	snprintf(what, sizeof what, "%s: 8 bad signatures for each RRset", text);
	report(what, "www.z.z.", DNS_A, DNS_SEC_BOGUS);
	snprintf(what, sizeof what, "%s: the same, in a denial by NSEC3", text);
	report(what, "x.y.z.z.", DNS_A, DNS_SEC_BOGUS);
	spoil = spoil_all = false;
}

/* Large messages and long names, over and over. */
static void floods(void)
{
	static char deep[300];
	unsigned i;

	sg_key_make(&key, 13, 257, 0);
	anchor();
	make(2, SG_NSEC3, 50);
	for (i = 0; i < 120; i++)
		strcat(deep, "a.");
	strcat(deep, "z.z.");
	report("NSEC3, 50 iterations, a name of 122 labels", deep, DNS_A, DNS_SEC_SECURE);
	junk = JUNK_MAX;
	junk_type = DNS_TXT;
	report("the same, 350 records more in each message", deep, DNS_A, DNS_SEC_UNCHECKED);
	chain(12);
	report("12 aliases with long names in an unsigned zone, the same", "n0.z.z.", DNS_A,
	    DNS_SEC_UNCHECKED);
	make(2, SG_NSEC3, 0);
	junk = 240;
	junk_octets = 250;
	report("TXT set of 240 records, 62 KiB", "txt.z.z.", DNS_TXT, DNS_SEC_BOGUS);
	spoil_all = spoil = true;
	report("the same with 8 bad signatures", "txt.z.z.", DNS_TXT, DNS_SEC_BOGUS);
	spoil_all = spoil = false;
	junk = 0;
	make(14, SG_NSEC3, 0);
	report("14 signed zones above a name, all good", "www.z.z.z.z.z.z.z.z.z.z.z.z.z.z.", DNS_A,
	    DNS_SEC_SECURE);
}

/* Good signatures alone: zones above a name, and aliases that lead from zone to zone. */
static void all_good(const char *text, unsigned alg, unsigned bits)
{
	char what[80], from[32], to[32];
	struct sg_rr rr;
	unsigned i;

	sg_key_make(&key, alg, 257, bits);
	anchor();
	make(14, SG_NSEC3, 0);
	snprintf(what, sizeof what, "%s: 14 signed zones above a name, all good", text);
	report(what, "www.z.z.z.z.z.z.z.z.z.z.z.z.z.z.", DNS_A, DNS_SEC_UNCHECKED);
	make(0, SG_NSEC, 0);
	for (i = 0; i < 13; i++) {
		snprintf(from, sizeof from, "*.%c.", (char)('a' + i));
		snprintf(to, sizeof to, "x.%c.", (char)('b' + i));
		sg_zone_init(&world, &zones[1 + i], from + 2, &key, SG_NSEC3);
		sg_zone_delegate(&zones[0], &zones[1 + i], true);
		rr = i < 12 ? sg_rr_name(sg_name(from), DNS_CNAME, sg_name(to)) : sg_rr_a(sg_name(from), 1);
		sg_zone_add(&zones[1 + i], &rr);
	}
	snprintf(what, sizeof what, "%s: 12 wildcard aliases from zone to zone, all good", text);
	report(what, "x.a.", DNS_A, DNS_SEC_UNCHECKED);
}

/* 32 keys of one tag, and DS records that nearly match each. */
static void colliding(void)
{
	static struct sg_zone child;
	struct sg_rr ds, k;
	unsigned i;

	sg_key_make(&key, 8, 257, 4096);
	anchor();
	make(0, SG_NSEC, 0);
	sg_zone_init(&world, &child, "z.", &key, SG_NSEC3);
	k = sg_rr_name(child.apex, DNS_NS, sg_name("ns.invalid"));
	sg_zone_add(&zones[0], &k);
	ds = sg_rr_ds(child.apex, &key, 2);
	for (i = 0; i < 7; i++) { /* what a set of the signer holds */
		ds.rd[4] = (uint8_t)i;
		sg_zone_add(&zones[0], &ds);
	}
	for (i = 0; i < 6; i++) { /* the same sum: the same tag */
		k = sg_rr_dnskey(child.apex, &key);
		k.rd[20 + 2 * i] ^= 1;
		k.rd[120 + 2 * i] = (uint8_t)(k.rd[120 + 2 * i] + key.rd[20 + 2 * i] - k.rd[20 + 2 * i]);
		sg_zone_add(&child, &k);
	}
	k = sg_rr_a(sg_name("www.z."), 1);
	sg_zone_add(&child, &k);
	report("7 keys of one tag, 7 DS records that match none", "www.z.", DNS_A, DNS_SEC_BOGUS);
}

/* ---- the table of costs ------------------------------------------------------------------------ */

/* The least of some runs: what else the machine does can only add to it. */
static double time_of(unsigned alg, const uint8_t *pub, size_t len, const uint8_t *sig,
    size_t siglen)
{
	double t, best = 1e9;
	unsigned i, k;

	for (i = 0; i < 5; i++) {
		t = cpu();
		for (k = 0; k < 4; k++)
			if (dns_crypto_verify(alg, pub, len, sig, siglen, (const uint8_t *)"data", 4) == DNS_CRYPTO_GOOD)
				exit(1);
		t = (cpu() - t) / 4;
		best = t < best ? t : best;
	}
	return best;
}

static double unit;

static void cost_line(const char *text, unsigned alg, const uint8_t *pub, size_t len,
    const uint8_t *sig, size_t siglen)
{
	double t = time_of(alg, pub, len, sig, siglen), steps;

	if (alg == 13)
		unit = t;
	steps = (double)dns_crypto_steps(alg, pub, len) / DNS_COST_STEPS;
	printf("%-60s %8.2f %8.2f %8.2f %5u%s\n", text, t, t / unit, steps,
	    dns_crypto_cost(alg, pub, len), t / unit > steps * 1.2 ? "  TOO LOW" : "");
}

static void cost_table(void)
{
	static const struct { const char *text; unsigned len; uint8_t e[8]; } exponents[] = {
		{ "3", 1, { 3 } }, { "65537", 3, { 1, 0, 1 } }, { "2^32-1", 4, { 255, 255, 255, 255 } },
		{ "2^64-1", 8, { 255, 255, 255, 255, 255, 255, 255, 255 } } };
	static uint8_t pub[600], sig[512];
	char text[80];
	unsigned i, bits, alg;

	printf("%-60s %8s %8s %8s %5s\n", "a failed verification", "CPU ms", "P-256=1", "counted", "units");
	for (alg = 13; alg <= 15; alg++) {
		sg_key_make(&key, alg, 257, 0);
		i = (unsigned)sg_sign_raw(&key, (const uint8_t *)"other", 5, sig);
		snprintf(text, sizeof text, "algorithm %u", alg);
		cost_line(text, alg, key.rd + 4, key.rdlen - 4u, sig, i);
	}
	for (bits = 1024; bits <= 4096; bits *= 2)
		for (i = 0; i < 4; i++) {
			pub[0] = (uint8_t)exponents[i].len;
			memcpy(pub + 1, exponents[i].e, exponents[i].len);
			memset(pub + 1 + exponents[i].len, 255, bits / 8);
			memset(sig, 0x5a, sizeof sig);
			snprintf(text, sizeof text, "algorithms 5, 7, 8, 10: %u bits, exponent %s", bits,
			    exponents[i].text);
			cost_line(text, 8, pub, 1 + exponents[i].len + bits / 8, sig, bits / 8);
		}
	printf("\n");
}

int main(void)
{
	unsigned i;

	res = calloc(1, dns_res_size());
	for (i = 0; i < 3; i++) {
		cfg.servers[i].family = 4;
		cfg.servers[i].a[0] = (uint8_t)i;
		cfg.servers[i].port = 53;
	}
	cfg.nservers = 1;
	cost_table();
	printf("%-60s %8s %8s %8s %9s\n", "the costliest answers", "CPU ms", "verified", "messages",
	    "work");
	algorithm("RSASHA256, 2048 bits", 8, 2048);
	algorithm("RSASHA512, 4096 bits", 10, 4096);
	algorithm("ECDSAP256SHA256", 13, 0);
	algorithm("ECDSAP384SHA384", 14, 0);
	algorithm("ED25519", 15, 0);
	all_good("RSASHA256, 2048 bits", 8, 2048);
	all_good("RSASHA512, 4096 bits", 10, 4096);
	all_good("ECDSAP256SHA256", 13, 0);
	all_good("ECDSAP384SHA384", 14, 0);
	all_good("ED25519", 15, 0);
	colliding();
	floods();
	cfg.nservers = 3;
	algorithm("3 resolvers, each a liar, P-384", 14, 0);
	free(res);
	return over;
}
