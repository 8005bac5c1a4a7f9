/* SPDX-License-Identifier: ISC */
/*
 * tests/world.h: the miniature DNS that t_prove and t_resolver ask, and what its zones are for.
 * Included by those two alone.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <string.h>

#include "dns/dns.h"
#include "tests/signer.h"

static struct sg_world world;
static struct sg_zone root, tld, ex, n3, oo, un, isl, odd, sha1, many, big, below;
static struct sg_key k_root, k_tld, k_ex, k_n3, k_oo, k_isl, k_odd, k_sha1, k_big, k_below;

static void put(struct sg_zone *z, struct sg_rr rr)
{
	sg_zone_add(z, &rr);
}

static void alias(struct sg_zone *z, const char *from, const char *to)
{
	put(z, sg_rr_name(sg_name(from), DNS_CNAME, sg_name(to)));
}

/* The same names below both, so that NSEC and NSEC3 are tried alike. */
static void fill(struct sg_zone *z, const char *apex)
{
	static const uint8_t tlsa[35] = { 3, 1, 1, 0xab, 0xcd };
	char t[64];
	const char *const at[] = { "www", "a.ent", "*.wild", "mx" };
	unsigned i;

	for (i = 0; i < 4; i++) {
		strcpy(t, at[i]);
		strcat(t, ".");
		put(z, sg_rr_a(sg_name(strcat(t, apex)), i + 1));
	}
	strcpy(t, "_25._tcp.mx.");
	put(z, sg_rr(sg_name(strcat(t, apex)), DNS_TLSA, 600, tlsa, sizeof tlsa));
}

static void aliases(void)
{
	static const char *const chain[] = { "l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9",
		"l10", "l11", "l12", "l13" };
	char a[64], b[64];
	unsigned i;

	alias(&ex, "alias.example.test", "www.example.test");
	alias(&ex, "far.example.test", "www.n3.test");
	alias(&ex, "out.example.test", "www.unsigned.test");
	alias(&ex, "gone.example.test", "no.such.n3.test");
	alias(&ex, "*.wc.example.test", "www.example.test");
	alias(&ex, "loop1.example.test", "loop2.example.test");
	alias(&ex, "loop2.example.test", "loop1.example.test");
	put(&ex, sg_rr_name(sg_name("dn.example.test"), DNS_DNAME, sg_name("example.test")));
	for (i = 0; i < 13; i++) {
		strcpy(a, chain[i]);
		strcpy(b, chain[i + 1]);
		alias(&many, strcat(a, ".many.test"), strcat(b, ".many.test"));
	}
	put(&many, sg_rr_a(sg_name("l13.many.test"), 9));
}

/* one key algorithm a zone: P-256, RSA/SHA-256, RSA/SHA-512, P-384, the rest Ed25519 */
static void make_keys(void)
{
	sg_key_make(&k_root, 15, 257, 0);
	sg_key_make(&k_tld, 13, 257, 0);
	sg_key_make(&k_ex, 15, 257, 0);
	sg_key_make(&k_n3, 8, 257, 1024);
	sg_key_make(&k_oo, 14, 257, 0);
	sg_key_make(&k_isl, 15, 257, 0);
	sg_key_make(&k_sha1, 15, 257, 0);
	sg_key_make(&k_odd, 15, 257, 0);
	sg_key_make(&k_big, 10, 257, 1024);
	sg_key_make(&k_below, 15, 257, 0);
}

static void make_world(void)
{
	if (k_root.rdlen == 0)
		make_keys();
	memset(&world, 0, sizeof world);
	sg_zone_init(&world, &root, ".", &k_root, SG_NSEC);
	sg_zone_init(&world, &tld, "test", &k_tld, SG_NSEC);
	sg_zone_init(&world, &ex, "example.test", &k_ex, SG_NSEC);
	sg_zone_init(&world, &n3, "n3.test", &k_n3, SG_NSEC3);
	sg_zone_init(&world, &oo, "optout.test", &k_oo, SG_NSEC3);
	sg_zone_init(&world, &un, "unsigned.test", NULL, SG_UNSIGNED);
	sg_zone_init(&world, &isl, "island.test", &k_isl, SG_NSEC);
	sg_zone_init(&world, &odd, "odd.test", &k_odd, SG_NSEC);
	sg_zone_init(&world, &sha1, "sha1.test", &k_sha1, SG_NSEC);
	sg_zone_init(&world, &many, "many.test", &k_isl, SG_NSEC);
	sg_zone_init(&world, &big, "big.test", &k_big, SG_NSEC3);
	sg_zone_init(&world, &below, "below.unsigned.test", &k_below, SG_NSEC);
	oo.opt_out = true;
	n3.iterations = 3;
	n3.saltlen = 2;
	n3.salt[0] = 0xaa;
	big.iterations = 51;
	fill(&ex, "example.test");
	fill(&n3, "n3.test");
	fill(&oo, "optout.test");
	fill(&un, "unsigned.test");
	fill(&isl, "island.test");
	fill(&odd, "odd.test");
	fill(&sha1, "sha1.test");
	fill(&big, "big.test");
	fill(&below, "below.unsigned.test");
	aliases();
	sg_zone_delegate(&root, &tld, true);
	sg_zone_delegate(&tld, &ex, true);
	sg_zone_delegate(&tld, &n3, true);
	sg_zone_delegate(&tld, &oo, true);
	sg_zone_delegate(&tld, &un, false);
	sg_zone_delegate(&tld, &isl, false); /* signed, but nobody says so */
	sg_zone_delegate(&tld, &odd, true);
	tld.rr[tld.n - 1].rd[2] = 253; /* an algorithm that nobody knows */
	sg_zone_delegate(&tld, &sha1, false);
	put(&tld, sg_rr_ds(sha1.apex, &k_sha1, 1));
	sg_zone_delegate(&tld, &many, true);
	sg_zone_delegate(&tld, &big, true);
	sg_zone_delegate(&un, &below, true); /* DS in an unsigned zone */
	/* unsigned delegations below signed zones of each kind */
	put(&ex, sg_rr_name(sg_name("sub.example.test"), DNS_NS, sg_name("ns.invalid")));
	put(&n3, sg_rr_name(sg_name("sub.n3.test"), DNS_NS, sg_name("ns.invalid")));
	put(&oo, sg_rr_name(sg_name("sub.optout.test"), DNS_NS, sg_name("ns.invalid")));
}

static void anchor_add(struct dns_anchors *a, struct sg_rr rr)
{
	struct dns_anchor *x = &a->a[a->n++];

	dns_name_copy(x->owner, rr.owner);
	x->type = rr.type;
	x->rdlen = rr.rdlen;
	x->from = INT64_MIN;
	x->until = INT64_MAX;
	memcpy(x->rdata, rr.rd, rr.rdlen);
}

#endif
