/* SPDX-License-Identifier: ISC */
/*
 * Fuzz the validator: a look-up in the miniature DNS of tests/sim, whose answers the input may
 * keep, change, replace or make up, in the order in which they are asked for.  Whatever it does,
 * the result must hold nothing false.  The input: which question (2 octets), how (1), then for each
 * message an octet that says what becomes of it, and what that needs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/wire.h"
#include "tests/sim/reuse.h"
#include "tests/sim/world.h"

enum { MESSAGES = 400 };

static struct dns_res *res;
static struct dns_config cfg;
static const uint8_t *in;
static size_t left;

static unsigned octet(void)
{
	if (left == 0)
		return 0;
	left--;
	return *in++;
}

static unsigned two(void)
{
	unsigned v = octet() << 8;

	return v | octet();
}

static const struct sw_msg *another(void)
{
	const uint8_t *name;
	uint16_t type;

	sw_question(two() % sw_questions(), &name, &type);
	return sw_recursive(name, type);
}

static void remove_rr(struct sw_msg *m, unsigned i)
{
	memmove(&m->rr[i], &m->rr[i + 1], (--m->n - i) * sizeof m->rr[0]);
}

static void merge(struct sw_msg *m, const struct sw_msg *o)
{
	unsigned i;

	for (i = 0; i < o->n && m->n < SW_MSG_RRS; i++)
		m->rr[m->n++] = o->rr[i];
}

/* Change the records of the message. */
static void edit(struct sw_msg *m, unsigned how)
{
	unsigned i, k;

	switch (how) {
	case 1: /* those of another question */
		m->n = 0;
		/* fall through */
	case 2: { /* and also */
		const struct sw_msg *o = another();

		m->rcode = o->rcode;
		merge(m, o);
		break;
	}
	case 3:
		for (k = octet() % 8; k-- > 0 && m->n > 0;)
			remove_rr(m, octet() % m->n);
		break;
	case 4:
		for (k = octet() % 8; k-- > 0 && m->n > 0;) {
			i = octet() % m->n;
			m->rr[i].section = (uint8_t)(octet() % 3);
		}
		break;
	case 5:
		for (k = octet() % 8; k-- > 0 && m->n > 0;) { /* another owner, at another name */
			i = octet() % m->n;
			m->rr[i].owner = another()->qname;
		}
		break;
	case 6:
		m->rcode = (uint16_t)(octet() % 6);
		break;
	case 7:
		for (i = 0; i < m->n; i++)
			m->rr[i].ttl = two() * 65537u;
		break;
	default:
		break;
	}
}

/* The message for the question, as the input has it.  0: none. */
static size_t make(const struct sw_msg *good, uint16_t id, uint8_t *wire)
{
	static struct sw_msg m;
	unsigned how = octet(), k;
	uint16_t flags = (uint16_t)(cfg.nservers ? 0x8180 : good->aa ? 0x8400 : 0x8000);
	size_t n, at;

	memcpy(&m, good, offsetof(struct sw_msg, rr) + good->n * sizeof m.rr[0]);
	if (how == 0xff)
		return 0;
	edit(&m, how & 7);
	if (how & 0x20)
		edit(&m, octet() & 7);
	n = sw_wire(&m, id, flags, wire);
	if (how & 8)
		for (k = 1 + octet() % 4; k-- > 0;) {
			at = 2 + two() % (n - 2);
			wire[at] ^= (uint8_t)octet();
		}
	if (how & 0x10) { /* octets of the input's own, from some place on */
		at = two() % n;
		k = octet();
		if (at < 2)
			at = 2;
		for (; k-- > 0 && left > 0 && at < SW_WIRE; at++)
			wire[at] = (uint8_t)octet();
		n = at > n ? at : n;
	}
	return n;
}

static void reply(unsigned slot)
{
	static uint8_t wire[SW_WIRE + 4096];
	const struct dns_xchg *x = dns_res_xchg(res, slot);
	const uint8_t *name = x->out + 12;
	struct dns_addr from = x->to;
	uint16_t type = dns_get16(name + dns_name_len(name));
	const struct sw_server *s;
	const struct sw_msg *m;
	uint8_t *copy;
	size_t n;

	if (cfg.nservers) {
		m = sw_recursive(name, type);
	} else {
		s = sw_server_at(&from);
		if (s == NULL || s->dead)
			return;
		m = sw_authoritative(s, name, type);
	}
	n = make(m, dns_get16(x->out), wire);
	if (n == 0)
		return;
	copy = malloc(n);
	if (copy == NULL)
		abort();
	memcpy(copy, wire, n);
	dns_res_feed(res, slot, &from, copy, n, SG_NOW, 0);
	free(copy);
}

static void judge(const struct dns_result *r)
{
	const char *bad = r == NULL ? "a look-up without an end" : sw_check_sound(r);
	char name[DNS_NAME_TEXT], type[16];

	if (bad == NULL)
		return;
	if (r != NULL)
		fprintf(stderr, "f_prove: %s %s: %s, rcode %u, %u aliases, %s\n", dns_name_str(r->qname, name,
		    sizeof name), dns_type_str(r->qtype, type, sizeof type), dns_sec_str(r->state), r->rcode,
		    r->nlinks, r->reason);
	fprintf(stderr, "f_prove: ERROR: %s\n", bad);
	abort();
}

static void look_up(const uint8_t *name, uint16_t type)
{
	uint64_t mono = 0;
	unsigned slot, turns;
	int lk = dns_res_lookup(res, name, type, SG_NOW, mono);

	for (turns = 0; dns_res_result(res, lk) == NULL && turns < MESSAGES; turns++) {
		bool any = false;

		for (slot = 0; slot < DNS_MAX_XCHG; slot++)
			if (dns_res_xchg(res, slot)->state == DNS_X_START) {
				dns_res_sent(res, slot, (uint16_t)slot, mono);
				any = true;
				reply(slot);
			}
		if (any)
			continue;
		mono = dns_res_deadline(res);
		dns_res_expire(res, SG_NOW, mono);
	}
	judge(dns_res_result(res, lk));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *name;
	uint16_t type;
	unsigned how;

	sw_init();
	in = data;
	left = size;
	sw_question(two() % sw_questions(), &name, &type);
	how = octet();
	sw_config(&cfg);
	cfg.nservers = how & 1 ? 0 : 1 + (how >> 1 & 1);
	cfg.no_minimise = how & 4;
	cfg.servers[0].family = cfg.servers[1].family = 4;
	cfg.servers[1].a[3] = 1;
	if (res == NULL && (res = calloc(1, dns_res_size())) == NULL)
		abort();
	sw_reuse(res, &cfg);
	look_up(name, type);
	return 0;
}
