/* SPDX-License-Identifier: ISC */
/*
 * tests/sim/spoil.c: what bad servers make of a good answer, and the chance that decides it; see
 * spoil.h.
 */
#include "tests/sim/spoil.h"

#include <string.h>

#include "dns/wire.h"

/* ---- chance ------------------------------------------------------------------------ */

static uint64_t chance;

/* Far apart for seeds and lives that are not: neighbours would be one sequence, shifted. */
void sw_seed(uint64_t s, uint64_t n)
{
	chance = (s ^ s >> 29) * UINT64_C(0xbf58476d1ce4e5b9) + (n ^ n << 31) * UINT64_C(0x94d049bb133111eb);
	chance ^= chance >> 32;
	chance *= UINT64_C(0xd6e8feb86659fd93);
}

uint32_t sw_draw(uint32_t below)
{
	uint64_t z = chance += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) >> 16) % below;
}

const char *const sw_bad_names[BADS] = { "drop", "delay", "twice", "truncate", "SERVFAIL",
	"REFUSED", "strip RRSIG", "strip NSEC", "forge", "forge unsigned", "flip octets", "other message",
	"other records", "merge", "refuse connection", "empty", "flip RCODE", "remove record", "spoof",
	"case", "raise TTL", "away", "shuffle", "move section", "foreign NS", "DS from child",
	"denial moved", "not a reply", "wildcard elsewhere", "withhold",
	"denial from parent" };

/* ---- spoiling an answer --------------------------------------------------------------- */

static bool is_denial(uint16_t type)
{
	return type == DNS_NSEC || type == DNS_NSEC3;
}

static void remove_rr(struct sw_msg *m, unsigned i)
{
	memmove(&m->rr[i], &m->rr[i + 1], (--m->n - i) * sizeof m->rr[0]);
}

static void strip(struct sw_msg *m, bool denial)
{
	unsigned i;

	for (i = m->n; i-- > 0;)
		if (denial ? is_denial(m->rr[i].type) : m->rr[i].type == DNS_RRSIG)
			remove_rr(m, i);
}

/* Octets that last until the message is sent. */
static uint8_t scratch[SW_MSG_RRS][800];

static void forge(struct sw_msg *m, bool bare)
{
	static const uint8_t evil[4] = { 203, 0, 113, 66 };
	unsigned i, n = 0;

	for (i = 0; i < m->n; i++) {
		struct dns_rr *rr = &m->rr[i];

		if (rr->type == DNS_RRSIG || rr->rdlen > sizeof scratch[0] || rr->rdlen == 0)
			continue;
		memcpy(scratch[i], rr->rdata, rr->rdlen);
		if (rr->type == DNS_A)
			memcpy(scratch[i], evil, 4);
		else
			scratch[i][rr->rdlen - 1] ^= rr->type == DNS_NS || rr->type == DNS_CNAME ? 0 : 1;
		rr->rdata = scratch[i];
		n++;
	}
	if (n == 0 || m->rr[0].section != DNS_ANSWER) { /* a denial: make up an answer */
		struct dns_rr rr = { m->qname, evil, 300, m->qtype, DNS_IN, 4, DNS_ANSWER };

		m->rr[0] = rr;
		m->n = 1;
		m->rcode = 0;
	}
	if (bare)
		strip(m, false);
}

const struct sw_msg *sw_any_message(void)
{
	const uint8_t *name;
	uint16_t type;

	sw_question(sw_draw(sw_questions()), &name, &type);
	return sw_recursive(name, type);
}

/* Bad referrals: to servers of the attacker's choice, or upwards, or to where nobody is. */
static void foreign_ns(struct sw_msg *m)
{
	static const uint8_t away_from_here[] = { 2, 'n', 's', 4, 'e', 'v', 'i', 'l', 0 };
	unsigned i;

	for (i = 0; i < m->n; i++) {
		struct dns_rr *rr = &m->rr[i];

		if (rr->type == DNS_NS && sw_draw(2)) {
			rr->rdata = sw_draw(2) ? away_from_here : rr->owner;
			rr->rdlen = (uint16_t)dns_name_len(rr->rdata);
		} else if (rr->type == DNS_NS) {
			rr->owner = dns_name_suffix(m->qname, sw_draw(dns_name_labels(m->qname) + 1));
		} else if (rr->section == DNS_ADDITIONAL && rr->type == DNS_A) {
			memcpy(scratch[i], rr->rdata, 4);
			scratch[i][2] = (uint8_t)sw_draw(28);
			rr->rdata = scratch[i];
		}
	}
}

static void merge(struct sw_msg *m, const struct sw_msg *o)
{
	unsigned i;

	for (i = 0; i < o->n && m->n < SW_MSG_RRS; i++)
		m->rr[m->n++] = o->rr[i];
}

static void shuffle(struct sw_msg *m)
{
	unsigned i, k;

	for (i = m->n; i > 1; i--) {
		struct dns_rr rr = m->rr[i - 1];

		k = sw_draw(i);
		m->rr[i - 1] = m->rr[k];
		m->rr[k] = rr;
	}
}

/* The child's answer for DS: no such type, signed by the child. */
static void child_ds(struct sw_msg *m)
{
	const struct sw_msg *o;

	if (m->qtype != DNS_DS)
		return;
	o = sw_recursive(m->qname, DNS_SRV);
	m->n = 0;
	m->rcode = o->rcode;
	merge(m, o);
}

/* A wildcard's records and signature, at the name asked for, whatever else is there. */
static void reown(struct sw_msg *m)
{
	const struct sw_zone *z = sw_zone_of(m->qname, m->qtype);
	const struct sw_msg *o;
	uint8_t name[DNS_NAME_MAX], wild[DNS_NAME_MAX];
	unsigned i;

	if (dns_name_prepend((const uint8_t *)"wild", 4, z->apex, wild) != 0 ||
	    dns_name_prepend((const uint8_t *)"x", 1, wild, name) != 0 || !sw_has_name(z, wild))
		return;
	o = sw_recursive(name, DNS_A);
	m->n = m->rcode = 0;
	for (i = 0; i < o->n; i++) {
		m->rr[m->n] = o->rr[i];
		if (o->rr[i].section == DNS_ANSWER)
			m->rr[m->n].owner = m->qname;
		if (o->rr[i].section == DNS_ANSWER || sw_draw(2))
			m->n++;
	}
}

/* The aliases alone, and a denial that proves nothing in place of what they lead to. */
static void withhold(struct sw_msg *m)
{
	const struct sw_msg *o = sw_recursive(sw_zone_of(m->qname, m->qtype)->apex, DNS_SOA);
	unsigned i;

	if (m->n == 0 || (m->rr[0].type != DNS_CNAME && m->rr[0].type != DNS_DNAME))
		return; /* what else is asked for is answered truly */
	for (i = m->n; i-- > 0;) {
		uint16_t type = m->rr[i].type;

		if (type == DNS_RRSIG)
			type = dns_get16(m->rr[i].rdata);
		if (type != DNS_CNAME && type != DNS_DNAME)
			remove_rr(m, i);
	}
	for (i = 0; i < o->n && m->n < SW_MSG_RRS; i++) {
		m->rr[m->n] = o->rr[i];
		m->rr[m->n++].section = DNS_AUTHORITY;
	}
	m->rcode = sw_draw(2) ? DNS_NXDOMAIN : DNS_NOERROR;
}

void sw_spoil(struct sw_msg *m, enum bad how)
{
	const struct sw_msg *o;
	unsigned i;

	switch (how) {
	case STRIP_SIGS: case STRIP_DENIAL:
		strip(m, how == STRIP_DENIAL);
		break;
	case FORGE: case FORGE_BARE:
		forge(m, how == FORGE_BARE);
		break;
	case OTHER_RECORDS: /* those of another question, under this one */
		o = sw_any_message();
		m->n = 0;
		m->rcode = o->rcode;
		merge(m, o);
		break;
	case MERGE:
		merge(m, sw_any_message());
		break;
	case EMPTY:
		m->n = 0;
		m->rcode = sw_draw(2) ? DNS_NXDOMAIN : DNS_NOERROR;
		break;
	case FLIP_RCODE:
		m->rcode = m->rcode ? 0 : DNS_NXDOMAIN;
		break;
	case REMOVE:
		for (i = 1 + sw_draw(3); i-- > 0 && m->n > 0;)
			remove_rr(m, sw_draw(m->n));
		break;
	case TTL_UP:
		for (i = 0; i < m->n; i++)
			m->rr[i].ttl = sw_draw(2) ? 0x7fffffff : sw_draw(10000);
		break;
	case SHUFFLE:
		shuffle(m);
		break;
	case MOVE_SECTION:
		for (i = 0; i < m->n; i++)
			if (sw_draw(2))
				m->rr[i].section = (uint8_t)sw_draw(3);
		break;
	case FOREIGN_NS:
		foreign_ns(m);
		break;
	case CHILD_DS:
		child_ds(m);
		break;
	case PARENT_DENIAL: /* the parent's proof that there is no DS, for all else at the cut */
		o = sw_recursive(sw_zone_of(m->qname, m->qtype)->apex, DNS_DS);
		m->n = 0;
		m->rcode = sw_draw(3) ? DNS_NOERROR : DNS_NXDOMAIN;
		merge(m, o);
		break;
	case REOWN:
		reown(m);
		break;
	case WITHHOLD:
		withhold(m);
		break;
	case NSEC_ONLY: /* a denial from elsewhere in the same zone */
		o = sw_any_message();
		strip(m, true);
		m->rcode = o->rcode;
		for (i = m->n; i-- > 0;)
			if (m->rr[i].section == DNS_ANSWER)
				remove_rr(m, i);
		merge(m, o);
		break;
	default:
		break;
	}
}
