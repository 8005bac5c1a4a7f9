/* SPDX-License-Identifier: ISC */
/*
 * dns/store.c: the messages that the resolver holds, by question.  They are evidence, not truth:
 * what they prove is worked out by prove.c each time.  Bounded in number and octets; the least
 * recently used make room.
 */
#include "dns/resolver.h"

#include <string.h>

#include "dns/wire.h"

/* FNV-1a over the lower-case name; only to find entries faster. */
static uint32_t hash(const uint8_t *name, uint16_t type)
{
	uint32_t h = UINT32_C(2166136261) ^ type;
	size_t i, n = dns_name_len(name);

	for (i = 0; i < n; i++)
		h = (h ^ dns_lower(name[i])) * UINT32_C(16777619);
	return h;
}

struct dns_entry *dns_store_find(struct dns_store *s, const uint8_t *name, uint16_t type)
{
	uint32_t h = hash(name, type);
	unsigned i;

	for (i = 0; i < s->n; i++) {
		struct dns_entry *e = &s->e[i];

		if (e->state != DNS_E_FREE && e->hash == h && e->type == type &&
		    dns_name_eq(e->name, name)) {
			e->used = ++s->tick;
			return e;
		}
	}
	return NULL;
}

void dns_store_drop(struct dns_entry *e)
{
	e->state = DNS_E_FREE;
	e->len = 0;
}

struct dns_entry *dns_store_new(struct dns_store *s, const uint8_t *name, uint16_t type)
{
	struct dns_entry *e = NULL;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		if (s->e[i].state == DNS_E_FREE) {
			e = &s->e[i];
			break;
		}
		if (!dns_entry_is_pending(&s->e[i]) && (e == NULL || s->e[i].used < e->used))
			e = &s->e[i];
	}
	if ((e == NULL || e->state != DNS_E_FREE) && s->n < DNS_MAX_STORE)
		e = &s->e[s->n++];
	if (e == NULL)
		return NULL;
	memset(e, 0, sizeof *e);
	e->state = DNS_E_QUEUED;
	dns_name_copy(e->name, name);
	e->type = type;
	e->hash = hash(name, type);
	e->used = ++s->tick;
	e->lookup = -1;
	return e;
}

/* Close the gaps that dropped messages left. */
static void compact(struct dns_store *s)
{
	size_t to = 0, from = 0;

	for (;;) {
		struct dns_entry *next = NULL;
		unsigned i;

		for (i = 0; i < s->n; i++)
			if (s->e[i].state == DNS_E_MSG && s->e[i].len > 0 && s->e[i].off >= from &&
			    (next == NULL || s->e[i].off < next->off))
				next = &s->e[i];
		if (next == NULL)
			break;
		from = next->off + next->len;
		memmove(s->data + to, s->data + next->off, next->len);
		next->off = to;
		to += next->len;
	}
	s->used = to;
}

static bool drop_oldest(struct dns_store *s)
{
	struct dns_entry *old = NULL;
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (s->e[i].state == DNS_E_MSG && (old == NULL || s->e[i].used < old->used))
			old = &s->e[i];
	if (old == NULL)
		return false;
	dns_store_drop(old);
	return true;
}

bool dns_store_put(struct dns_store *s, struct dns_entry *e, const struct dns_msg *m)
{
	e->len = 0;
	if (DNS_STORE_OCTETS - s->used < m->len)
		compact(s);
	while (DNS_STORE_OCTETS - s->used < m->len) {
		if (!drop_oldest(s))
			return false;
		compact(s);
	}
	e->off = s->used;
	e->len = m->len;
	memcpy(s->data + e->off, m->buf, m->len);
	s->used += m->len;
	e->rcode = m->rcode;
	e->state = DNS_E_MSG;
	return true;
}
