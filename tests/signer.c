/* SPDX-License-Identifier: ISC */
/*
 * tests/signer.c: see signer.h.  The canonical form here is written down a second time on
 * purpose, as plainly as it goes.
 */
#include "tests/signer.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "dns/dns.h"

/* ---- names ----------------------------------------------------------------------- */

const uint8_t *sg_name(const char *text)
{
	static uint8_t ring[16][255];
	static unsigned i;
	uint8_t *out = ring[i++ % 16];
	int bad = dns_name_parse(text, out);

	assert(!bad);
	return bad ? NULL : out;
}

static size_t put_lower(uint8_t *to, const uint8_t *name)
{
	size_t n = dns_name_len(name), i;

	for (i = 0; i < n; i++) /* length octets are below 64 */
		to[i] = name[i] >= 'A' && name[i] <= 'Z' ? (uint8_t)(name[i] | 0x20) : name[i];
	return n;
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* ---- records and messages ----------------------------------------------------------- */

struct sg_rr sg_rr(const uint8_t *owner, uint16_t type, uint32_t ttl, const void *rd, size_t len)
{
	struct sg_rr rr;

	memset(&rr, 0, sizeof rr);
	assert(len <= sizeof rr.rd);
	memcpy(rr.owner, owner, dns_name_len(owner));
	rr.type = type;
	rr.class = 1;
	rr.ttl = ttl;
	rr.rdlen = (uint16_t)len;
	memcpy(rr.rd, rd, len);
	return rr;
}

struct sg_rr sg_rr_name(const uint8_t *owner, uint16_t type, const uint8_t *target)
{
	return sg_rr(owner, type, 3600, target, dns_name_len(target));
}

struct sg_rr sg_rr_a(const uint8_t *owner, unsigned last)
{
	uint8_t a[4] = { 192, 0, 2, (uint8_t)last };

	return sg_rr(owner, DNS_A, 3600, a, 4);
}

struct sg_rr sg_rr_soa(const uint8_t *zone)
{
	uint8_t rd[22];

	memset(rd, 0, sizeof rd);
	rd[5] = 1;
	put32(rd + 18, 300);
	return sg_rr(zone, DNS_SOA, 3600, rd, sizeof rd);
}

static size_t put_bitmap(uint8_t *out, const uint16_t *types)
{
	uint8_t win[32];
	size_t n = 0;
	unsigned w, i, last;

	for (w = 0; w < 256; w++) {
		memset(win, 0, sizeof win);
		for (last = 0, i = 0; types[i]; i++)
			if (types[i] >> 8 == w) {
				win[(types[i] & 255) / 8] |= (uint8_t)(0x80 >> types[i] % 8);
				if (last < (types[i] & 255u) / 8 + 1)
					last = (types[i] & 255u) / 8 + 1;
			}
		if (!last)
			continue;
		out[n] = (uint8_t)w;
		out[n + 1] = (uint8_t)last;
		memcpy(out + n + 2, win, last);
		n += 2 + last;
	}
	return n;
}

struct sg_rr sg_rr_nsec(const uint8_t *owner, const uint8_t *next, const uint16_t *types)
{
	uint8_t rd[SG_RDATA];
	size_t n = dns_name_len(next);

	memcpy(rd, next, n);
	n += put_bitmap(rd + n, types);
	return sg_rr(owner, DNS_NSEC, 300, rd, n);
}

void sg_msg_init(struct sg_msg *m, const uint8_t *qname, uint16_t qtype)
{
	memcpy(m->qname, qname, dns_name_len(qname));
	m->qtype = qtype;
	m->rcode = 0;
	m->n = 0;
}

struct sg_rr *sg_msg_add(struct sg_msg *m, unsigned section, const struct sg_rr *rr)
{
	assert(m->n < sizeof m->rr / sizeof m->rr[0]);
	m->rr[m->n] = *rr;
	m->rr[m->n].section = (uint8_t)section;
	return &m->rr[m->n++];
}

void sg_msg_remove(struct sg_msg *m, unsigned i)
{
	assert(i < m->n);
	memmove(m->rr + i, m->rr + i + 1, (m->n - i - 1) * sizeof m->rr[0]);
	m->n--;
}

static size_t put_head(uint8_t *p, const struct sg_rr *rr)
{
	size_t n = dns_name_len(rr->owner);

	memcpy(p, rr->owner, n);
	put16(p + n, rr->type);
	put16(p + n + 2, rr->class);
	put32(p + n + 4, rr->ttl);
	put16(p + n + 8, rr->rdlen);
	memcpy(p + n + 10, rr->rd, rr->rdlen);
	return n + 10 + rr->rdlen;
}

size_t sg_msg_flat(const struct sg_msg *m, uint8_t *out, size_t cap)
{
	size_t n = 0;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		assert(cap - n > 300u + m->rr[i].rdlen);
		out[n++] = m->rr[i].section;
		n += put_head(out + n, &m->rr[i]);
	}
	return n;
}

size_t sg_msg_wire(const struct sg_msg *m, uint16_t id, uint16_t flags, uint8_t *out, size_t cap)
{
	static const uint8_t opt[11] = { 0, 0, 41, 4, 208, 0, 0, 128, 0, 0, 0 };
	size_t n = 12;
	unsigned i, s, count[3] = { 0, 0, 0 };

	assert(cap > 300);
	n += put_lower(out + n, m->qname);
	put16(out + n, m->qtype);
	put16(out + n + 2, 1);
	n += 4;
	for (s = 0; s < 3; s++)
		for (i = 0; i < m->n; i++) {
			if (m->rr[i].section != s)
				continue;
			assert(cap - n > 320u + m->rr[i].rdlen);
			n += put_head(out + n, &m->rr[i]);
			count[s]++;
		}
	memcpy(out + n, opt, sizeof opt);
	put16(out, id);
	put16(out + 2, flags | m->rcode);
	put16(out + 4, 1);
	for (s = 0; s < 3; s++)
		put16(out + 6 + 2 * s, count[s] + (s == 2));
	return n + sizeof opt;
}

/* ---- keys -------------------------------------------------------------------------- */

/* The same octets in every run: a failure can be looked at twice. */
static const br_prng_class **rng(void)
{
	static br_hmac_drbg_context c;
	static bool ready;

	if (!ready)
		br_hmac_drbg_init(&c, &br_sha256_vtable, "signer", 6);
	ready = true;
	return &c.vtable;
}

static size_t make_rsa(struct sg_key *k, uint8_t *pub)
{
	br_rsa_public_key pk;
	uint32_t ok;
	static uint8_t buf[BR_RSA_KBUF_PUB_SIZE(4096)];

	assert(BR_RSA_KBUF_PRIV_SIZE(k->bits) <= sizeof k->priv);
	ok = br_rsa_keygen_get_default()(rng(), &k->rsa, k->priv, &pk, buf, k->bits, 65537);
	assert(ok);
	(void)ok;
	pub[0] = (uint8_t)pk.elen; /* RFC 3110 section 2 */
	memcpy(pub + 1, pk.e, pk.elen);
	memcpy(pub + 1 + pk.elen, pk.n, pk.nlen);
	return 1 + pk.elen + pk.nlen;
}

static size_t make_ec(struct sg_key *k, uint8_t *pub)
{
	uint8_t q[200];
	br_ec_public_key pk;
	const br_ec_impl *ec = br_ec_get_default();
	size_t n;

	br_ec_keygen(rng(), ec, &k->ec, k->priv, k->alg == 13 ? BR_EC_secp256r1 : BR_EC_secp384r1);
	n = br_ec_compute_pub(ec, &pk, q, &k->ec);
	memcpy(pub, q + 1, n - 1);
	return n - 1;
}

static size_t make_ed(struct sg_key *k, uint8_t *pub)
{
	uint8_t seed[32];

	(*rng())->generate(rng(), seed, sizeof seed);
	crypto_sign_seed_keypair(pub, k->priv, seed);
	return 32;
}

void sg_key_retag(struct sg_key *k)
{
	unsigned long sum = 0;
	unsigned i;

	for (i = 0; i < k->rdlen; i++) /* RFC 4034 appendix B */
		sum += (unsigned long)k->rd[i] << (i % 2 ? 0 : 8);
	sum += sum >> 16 & 0xffff;
	k->tag = (uint16_t)(sum & 0xffff);
}

void sg_key_make(struct sg_key *k, unsigned alg, unsigned flags, unsigned bits)
{
	size_t n;

	k->alg = alg;
	k->bits = bits;
	put16(k->rd, flags);
	k->rd[2] = 3;
	k->rd[3] = (uint8_t)alg;
	if (alg == 13 || alg == 14)
		n = make_ec(k, k->rd + 4);
	else if (alg == 15)
		n = make_ed(k, k->rd + 4);
	else
		n = make_rsa(k, k->rd + 4);
	k->rdlen = (uint16_t)(4 + n);
	sg_key_retag(k);
}

struct sg_rr sg_rr_dnskey(const uint8_t *zone, const struct sg_key *k)
{
	return sg_rr(zone, DNS_DNSKEY, 3600, k->rd, k->rdlen);
}

static size_t digest(const br_hash_class *h, const uint8_t *data, size_t len, uint8_t *out)
{
	br_hash_compat_context c;

	h->init(&c.vtable);
	h->update(&c.vtable, data, len);
	h->out(&c.vtable, out);
	return h->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

struct sg_rr sg_rr_ds(const uint8_t *zone, const struct sg_key *k, unsigned type)
{
	uint8_t data[255 + SG_RDATA], rd[4 + 64];
	size_t n = put_lower(data, zone), dlen;

	memcpy(data + n, k->rd, k->rdlen);
	put16(rd, k->tag);
	rd[2] = (uint8_t)k->alg;
	rd[3] = (uint8_t)type;
	dlen = digest(type == 1 ? &br_sha1_vtable : type == 4 ? &br_sha384_vtable : &br_sha256_vtable,
	    data, n + k->rdlen, rd + 4);
	return sg_rr(zone, DNS_DS, 3600, rd, 4 + dlen);
}

/* ---- signatures ---------------------------------------------------------------------- */

static const br_hash_class *hash_of(unsigned alg)
{
	switch (alg) {
	case 8: case 13:
		return &br_sha256_vtable;
	case 10:
		return &br_sha512_vtable;
	case 14:
		return &br_sha384_vtable;
	default:
		return &br_sha1_vtable;
	}
}

size_t sg_sign_raw(const struct sg_key *k, const uint8_t *data, size_t len, uint8_t *sig)
{
	uint8_t h[64];
	size_t hlen;
	unsigned long long n = 64;

	if (k->alg == 15) {
		crypto_sign_detached(sig, &n, data, len, k->priv);
		return 64;
	}
	hlen = digest(hash_of(k->alg), data, len, h);
	if (k->alg == 13 || k->alg == 14)
		return br_ecdsa_sign_raw_get_default()(br_ec_get_default(), hash_of(k->alg), h, &k->ec, sig);
	n = br_rsa_pkcs1_sign_get_default()(hlen == 32 ? BR_HASH_OID_SHA256 : hlen == 64 ?
	    BR_HASH_OID_SHA512 : BR_HASH_OID_SHA1, h, hlen, &k->rsa, sig);
	assert(n == 1);
	return k->bits / 8;
}

void sg_sig_init(struct sg_sig *s, const struct sg_key *k, const uint8_t *signer,
    const struct sg_rr *rr)
{
	s->key = k;
	s->signer = signer;
	s->covered = rr->type;
	s->tag = k->tag;
	s->alg = (uint8_t)k->alg;
	s->labels = (uint8_t)(dns_name_labels(rr->owner) - dns_name_is_wild(rr->owner));
	s->ottl = rr->ttl;
	s->inception = SG_NOW - 86400;
	s->expiration = SG_NOW + 86400;
	s->owner = rr->owner;
}

/* RFC 4034 section 6.2: names of these types in lower case: octets before, number of names */
static void lower_rdata(struct sg_rr *rr)
{
	static const struct { unsigned type, skip, names; } t[] = {
		{ DNS_NS, 0, 1 }, { DNS_CNAME, 0, 1 }, { DNS_SOA, 0, 2 }, { DNS_PTR, 0, 1 },
		{ DNS_MX, 2, 1 }, { 17, 0, 2 }, { 18, 2, 1 }, { DNS_SRV, 6, 1 }, { 36, 2, 1 },
		{ DNS_DNAME, 0, 1 }
	};
	size_t i, k, at;

	if (rr->type == 35) { /* NAPTR: order, preference, three strings, a name */
		for (at = 4, k = 0; k < 3; k++)
			at += rr->rd[at] + 1u;
		put_lower(rr->rd + at, rr->rd + at);
	}
	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		if (t[i].type == rr->type)
			for (at = t[i].skip, k = 0; k < t[i].names; k++)
				at += put_lower(rr->rd + at, rr->rd + at);
}

static int by_rdata(const void *va, const void *vb)
{
	const struct sg_rr *a = va, *b = vb;
	unsigned i;

	for (i = 0; i < a->rdlen && i < b->rdlen; i++)
		if (a->rd[i] != b->rd[i])
			return a->rd[i] - b->rd[i];
	return a->rdlen - b->rdlen;
}

struct sg_rr sg_sign(const struct sg_sig *s, const struct sg_rr *rr, unsigned n)
{
	static struct sg_rr set[80];
	static uint8_t data[80 * (265 + SG_RDATA)];
	struct sg_rr out = sg_rr(rr[0].owner, DNS_RRSIG, rr[0].ttl, "", 0);
	size_t pre, len;
	unsigned i;

	assert(n <= 80);
	for (i = 0; i < n; i++) {
		set[i] = rr[i];
		lower_rdata(&set[i]);
		put_lower(set[i].owner, s->owner);
		set[i].ttl = s->ottl;
	}
	qsort(set, n, sizeof set[0], by_rdata);
	put16(out.rd, s->covered);
	out.rd[2] = s->alg;
	out.rd[3] = s->labels;
	put32(out.rd + 4, s->ottl);
	put32(out.rd + 8, s->expiration);
	put32(out.rd + 12, s->inception);
	put16(out.rd + 16, s->tag);
	pre = 18 + put_lower(out.rd + 18, s->signer);
	memcpy(data, out.rd, pre);
	for (len = pre, i = 0; i < n; i++)
		if (i == 0 || by_rdata(&set[i], &set[i - 1]))
			len += put_head(data + len, &set[i]);
	out.rdlen = (uint16_t)(pre + sg_sign_raw(s->key, data, len, out.rd + pre));
	return out;
}

/* ---- zones --------------------------------------------------------------------------- */

void sg_zone_add(struct sg_zone *z, const struct sg_rr *rr)
{
	assert(z->n < sizeof z->rr / sizeof z->rr[0]);
	z->rr[z->n++] = *rr;
}

void sg_zone_init(struct sg_world *w, struct sg_zone *z, const char *apex,
    const struct sg_key *k, enum sg_denial denial)
{
	struct sg_rr rr;

	memset(z, 0, sizeof *z);
	memcpy(z->apex, sg_name(apex), dns_name_len(sg_name(apex)));
	z->key = k;
	z->denial = denial;
	z->inception = SG_NOW - 86400;
	z->expiration = SG_NOW + 86400;
	assert(w->n < sizeof w->zone / sizeof w->zone[0]);
	w->zone[w->n++] = z;
	rr = sg_rr_soa(z->apex);
	sg_zone_add(z, &rr);
	rr = sg_rr_name(z->apex, DNS_NS, sg_name("ns.invalid"));
	sg_zone_add(z, &rr);
	if (k) {
		rr = sg_rr_dnskey(z->apex, k);
		sg_zone_add(z, &rr);
	}
}

void sg_zone_delegate(struct sg_zone *z, const struct sg_zone *child, bool ds)
{
	struct sg_rr rr = sg_rr_name(child->apex, DNS_NS, sg_name("ns.invalid"));

	sg_zone_add(z, &rr);
	if (ds) {
		rr = sg_rr_ds(child->apex, child->key, 2);
		sg_zone_add(z, &rr);
	}
}

static bool has_type(const struct sg_zone *z, const uint8_t *name, uint16_t type)
{
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (z->rr[i].type == type && dns_name_eq(z->rr[i].owner, name))
			return true;
	return false;
}

static bool has_name(const struct sg_zone *z, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (dns_name_is_under(z->rr[i].owner, name))
			return true;
	return false;
}

static bool is_cut(const struct sg_zone *z, const uint8_t *name)
{
	return has_type(z, name, DNS_NS) && !has_type(z, name, DNS_SOA);
}

static void types_at(const struct sg_zone *z, const uint8_t *name, uint16_t types[20])
{
	unsigned i, n = 0;

	for (i = 0; i < z->n; i++)
		if (dns_name_eq(z->rr[i].owner, name) && n < 16)
			types[n++] = z->rr[i].type;
	if (z->denial == SG_NSEC)
		types[n++] = DNS_NSEC;
	if (z->denial == SG_NSEC || n > 0)
		types[n++] = DNS_RRSIG;
	types[n] = 0;
}

/* Records of set (at, type) as owner `as`, and their RRSIG, into section. */
static void put_set(const struct sg_zone *z, struct sg_msg *m, unsigned section,
    const uint8_t *at, const uint8_t *as, uint16_t type)
{
	struct sg_rr set[8];
	struct sg_sig s;
	unsigned i, n = 0;

	for (i = 0; i < z->n; i++)
		if (z->rr[i].type == type && dns_name_eq(z->rr[i].owner, at))
			set[n++] = z->rr[i];
	assert(n > 0 && n <= 8);
	if (z->key != NULL) {
		sg_sig_init(&s, z->key, z->apex, &set[0]);
		s.inception = z->inception;
		s.expiration = z->expiration;
		set[n] = sg_sign(&s, set, n);
		n++;
	}
	for (i = 0; i < n; i++) {
		memcpy(set[i].owner, as, dns_name_len(as));
		sg_msg_add(m, section, &set[i]);
	}
}

static void put_signed(const struct sg_zone *z, struct sg_msg *m, const struct sg_rr *rr)
{
	struct sg_sig s;
	struct sg_rr sig;
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->rr[i].type == rr->type && dns_name_eq(m->rr[i].owner, rr->owner))
			return; /* once is enough */
	sg_sig_init(&s, z->key, z->apex, rr);
	s.inception = z->inception;
	s.expiration = z->expiration;
	sig = sg_sign(&s, rr, 1);
	sg_msg_add(m, DNS_AUTHORITY, rr);
	sg_msg_add(m, DNS_AUTHORITY, &sig);
}

/* ---- NSEC ----------------------------------------------------------------------------- */

/* The NSEC at name or, when there is none, the one that covers it. */
static void put_nsec(const struct sg_zone *z, struct sg_msg *m, const uint8_t *name)
{
	const uint8_t *at = z->apex, *next = NULL;
	uint16_t types[20];
	struct sg_rr rr;
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (dns_name_cmp(z->rr[i].owner, name) <= 0 && dns_name_cmp(z->rr[i].owner, at) > 0)
			at = z->rr[i].owner;
	for (i = 0; i < z->n; i++)
		if (dns_name_cmp(z->rr[i].owner, at) > 0 &&
		    (next == NULL || dns_name_cmp(z->rr[i].owner, next) < 0))
			next = z->rr[i].owner;
	types_at(z, at, types);
	rr = sg_rr_nsec(at, next ? next : z->apex, types);
	put_signed(z, m, &rr);
}

/* ---- NSEC3 ------------------------------------------------------------------------------ */

void sg_nsec3_hash(const uint8_t *name, const uint8_t *salt, size_t slen, unsigned iterations,
    uint8_t out[20])
{
	uint8_t data[255 + 255];
	size_t n = put_lower(data, name);
	unsigned i;

	memcpy(data + n, salt, slen);
	digest(&br_sha1_vtable, data, n + slen, out);
	for (i = 0; i < iterations; i++) {
		memcpy(data, out, 20);
		memcpy(data + 20, salt, slen);
		digest(&br_sha1_vtable, data, 20 + slen, out);
	}
}

void sg_nsec3_owner(const uint8_t hash[20], const uint8_t *zone, uint8_t out[255])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	unsigned i, bit;

	out[0] = 32;
	for (i = 0; i < 32; i++) {
		bit = i * 5;
		out[1 + i] = (uint8_t)digits[((hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0)) >>
		    (11 - bit % 8)) & 31];
	}
	memcpy(out + 33, zone, dns_name_len(zone));
}

/* Is name in the NSEC3 chain (empty non-terminals are)? */
static bool in_chain(const struct sg_zone *z, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (dns_name_is_under(z->rr[i].owner, name) && !(z->opt_out &&
		    is_cut(z, z->rr[i].owner) && !has_type(z, z->rr[i].owner, DNS_DS)))
			return true;
	return false;
}

static void hash_in(const struct sg_zone *z, const uint8_t *name, uint8_t out[20])
{
	sg_nsec3_hash(name, z->salt, z->saltlen, z->iterations, out);
}

struct hashed {
	uint8_t h[20];
	const uint8_t *name;
};

static int by_hash(const void *a, const void *b)
{
	return memcmp(a, b, 20);
}

/* All names of the chain, in the order of their hashes; some more than once. */
static unsigned chain_of(const struct sg_zone *z, struct hashed *c, unsigned cap)
{
	unsigned i, k, n = 0;

	for (i = 0; i < z->n; i++)
		for (k = dns_name_labels(z->apex); k <= dns_name_labels(z->rr[i].owner); k++) {
			const uint8_t *x = dns_name_suffix(z->rr[i].owner, k);

			if (!in_chain(z, x))
				continue;
			assert(n < cap);
			hash_in(z, x, c[n].h);
			c[n++].name = x;
		}
	qsort(c, n, sizeof c[0], by_hash);
	return n;
}

/* The NSEC3 at name's hash or, when there is none, the one that covers it. */
static void put_nsec3(const struct sg_zone *z, struct sg_msg *m, const uint8_t *name)
{
	struct hashed c[256];
	uint8_t h[20], rd[SG_RDATA], owner[255];
	unsigned i, n = chain_of(z, c, 256), at = n - 1, next;
	uint16_t types[20];
	struct sg_rr rr;
	size_t len;

	hash_in(z, name, h);
	for (i = 0; i < n; i++)
		if (memcmp(c[i].h, h, 20) <= 0)
			at = i;
	if (memcmp(c[0].h, h, 20) > 0)
		at = n - 1; /* before the first: the last one wraps */
	for (next = (at + 1) % n; next != at && memcmp(c[next].h, c[at].h, 20) == 0;)
		next = (next + 1) % n;
	rd[0] = 1;
	rd[1] = z->opt_out;
	put16(rd + 2, z->iterations);
	rd[4] = (uint8_t)z->saltlen;
	memcpy(rd + 5, z->salt, z->saltlen);
	len = 5 + z->saltlen;
	rd[len++] = 20;
	memcpy(rd + len, c[next].h, 20);
	len += 20;
	types_at(z, c[at].name, types);
	len += put_bitmap(rd + len, types);
	sg_nsec3_owner(c[at].h, z->apex, owner);
	rr = sg_rr(owner, DNS_NSEC3, 300, rd, len);
	put_signed(z, m, &rr);
}

/* ---- answers ------------------------------------------------------------------------------ */

static const uint8_t *encloser(const struct sg_zone *z, const uint8_t *name, const uint8_t **closer)
{
	unsigned n = dns_name_labels(name);
	bool chain = z->denial == SG_NSEC3;

	while (!(chain ? in_chain(z, dns_name_suffix(name, n)) : has_name(z, dns_name_suffix(name, n))))
		n--;
	*closer = dns_name_suffix(name, n + 1);
	return dns_name_suffix(name, n);
}

/* The name does not exist: closest encloser, next closer name, wildcard. */
static void put_absent(const struct sg_zone *z, struct sg_msg *m, const uint8_t *name, bool wild)
{
	const uint8_t *closer, *ce = encloser(z, name, &closer);
	uint8_t w[255];

	dns_name_prepend((const uint8_t *)"*", 1, ce, w);
	if (z->denial == SG_NSEC) {
		put_nsec(z, m, name);
		if (wild)
			put_nsec(z, m, w);
		return;
	}
	put_nsec3(z, m, ce);
	put_nsec3(z, m, closer);
	if (wild)
		put_nsec3(z, m, w);
}

static void put_soa(const struct sg_zone *z, struct sg_msg *m)
{
	put_set(z, m, DNS_AUTHORITY, z->apex, z->apex, DNS_SOA);
}

static void deny(const struct sg_zone *z, struct sg_msg *m, const uint8_t *name)
{
	const uint8_t *closer, *ce;
	uint8_t wild[255];

	put_soa(z, m);
	if (!has_name(z, name)) {
		ce = encloser(z, name, &closer);
		dns_name_prepend((const uint8_t *)"*", 1, ce, wild);
		m->rcode = has_name(z, wild) ? 0 : 3;
		if (z->key)
			put_absent(z, m, name, true);
	} else if (z->key && z->denial == SG_NSEC3) {
		if (in_chain(z, name))
			put_nsec3(z, m, name);
		else
			put_absent(z, m, name, false);
	} else if (z->key) {
		put_nsec(z, m, name);
	}
}

static const struct sg_zone *zone_of(const struct sg_world *w, const uint8_t *name, uint16_t type)
{
	const struct sg_zone *best = NULL;
	unsigned i;

	for (i = 0; i < w->n; i++) {
		const struct sg_zone *z = w->zone[i];

		if (!dns_name_is_under(name, z->apex) ||
		    (type == DNS_DS && z->apex[0] && dns_name_eq(name, z->apex)))
			continue;
		if (best == NULL || dns_name_labels(z->apex) > dns_name_labels(best->apex))
			best = z;
	}
	assert(best != NULL);
	return best;
}

/* What stands at name, from a wildcard if need be: where it is in the zone, or NULL. */
static const uint8_t *source(const struct sg_zone *z, const uint8_t *name, uint8_t wild[255])
{
	const uint8_t *ce;
	unsigned n = dns_name_labels(name);

	if (has_name(z, name))
		return name;
	while (!has_name(z, dns_name_suffix(name, n)))
		n--;
	ce = dns_name_suffix(name, n);
	dns_name_prepend((const uint8_t *)"*", 1, ce, wild);
	return has_name(z, wild) ? wild : NULL;
}

/* A DNAME above name in the zone: its place, and the name that it makes. */
static const struct sg_rr *dname_above(const struct sg_zone *z, const uint8_t *name, uint8_t to[255])
{
	unsigned i;
	size_t head;

	for (i = 0; i < z->n; i++) {
		const struct sg_rr *rr = &z->rr[i];

		if (rr->type != DNS_DNAME || !dns_name_is_under(name, rr->owner) ||
		    dns_name_eq(name, rr->owner))
			continue;
		head = dns_name_len(name) - dns_name_len(rr->owner);
		if (head + rr->rdlen > 255)
			continue; /* YXDOMAIN: for the test to answer */
		memcpy(to, name, head);
		memcpy(to + head, rr->rd, rr->rdlen);
		return rr;
	}
	return NULL;
}

/* One name.  True: an alias was followed, go on with name. */
static bool answer_name(const struct sg_zone *z, struct sg_msg *m, uint8_t name[255], uint16_t type)
{
	uint8_t wild[255], to[255];
	const struct sg_rr *dn = dname_above(z, name, to);
	struct sg_rr cname;
	const uint8_t *at;
	unsigned i;

	if (dn != NULL) {
		put_set(z, m, DNS_ANSWER, dn->owner, dn->owner, DNS_DNAME);
		cname = sg_rr_name(name, DNS_CNAME, to);
		sg_msg_add(m, DNS_ANSWER, &cname);
		memcpy(name, to, sizeof to);
		return true;
	}
	at = source(z, name, wild);
	if (at != NULL && (has_type(z, at, type) || has_type(z, at, DNS_CNAME))) {
		bool alias = !has_type(z, at, type);

		put_set(z, m, DNS_ANSWER, at, name, alias ? DNS_CNAME : type);
		if (at == wild && z->key)
			put_absent(z, m, name, false);
		for (i = 0; alias && i < z->n; i++)
			if (z->rr[i].type == DNS_CNAME && dns_name_eq(z->rr[i].owner, at))
				memcpy(name, z->rr[i].rd, z->rr[i].rdlen);
		return alias;
	}
	deny(z, m, name);
	return false;
}

void sg_answer(const struct sg_world *w, struct sg_msg *m, const uint8_t *qname, uint16_t qtype)
{
	uint8_t name[255];
	unsigned i;

	sg_msg_init(m, qname, qtype);
	memset(name, 0, sizeof name);
	memcpy(name, qname, dns_name_len(qname));
	for (i = 0; i < 10 && answer_name(zone_of(w, name, qtype), m, name, qtype); i++)
		;
	if (w->mangle != NULL)
		w->mangle(m);
}
