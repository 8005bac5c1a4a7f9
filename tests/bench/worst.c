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

	if (!spoil && !spoil_all)
		return;
	out = *m;
	out.n = 0;
	for (i = 0; i < m->n; i++) {
		bool sig = m->rr[i].type == DNS_RRSIG;

		for (k = 0; sig && k < 7 && out.n < 60; k++) {
			out.rr[out.n] = m->rr[i];
			out.rr[out.n].rd[m->rr[i].rdlen - 2 - k] ^= 0x55;
			out.n++;
		}
		if (out.n < 64)
			out.rr[out.n++] = m->rr[i];
		if (sig && spoil_all && !is_chain(&m->rr[i]))
			out.rr[out.n - 1].rd[m->rr[i].rdlen - 1] ^= 0x55;
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
	size_t len;
	double t;

	dns_res_sent(res, slot, (uint16_t)slot, 0);
	x = dns_res_xchg(res, slot);
	dns_name_copy(qname, x->out + 12);
	type = dns_get16(x->out + 12 + dns_name_len(qname));
	sg_answer(&world, &m, qname, type);
	len = append(wire, sg_msg_wire(&m, x->id, DNS_F_QR | DNS_F_RA, wire, sizeof wire));
	t = cpu();
	dns_res_feed(res, slot, &cfg.servers[0], wire, len, SG_NOW, 0);
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

int main(void)
{
	res = calloc(1, dns_res_size());
	cfg.nservers = 1;
	cfg.servers[0].family = 4;
	cfg.servers[0].port = 53;
	printf("%-60s %8s %8s %8s %9s\n", "the costliest answers", "CPU ms", "verified", "messages",
	    "work");
	algorithm("RSASHA256, 2048 bits", 8, 2048);
	algorithm("RSASHA512, 4096 bits", 10, 4096);
	algorithm("ECDSAP256SHA256", 13, 0);
	algorithm("ECDSAP384SHA384", 14, 0);
	algorithm("ED25519", 15, 0);
	floods();
	free(res);
	return over;
}
