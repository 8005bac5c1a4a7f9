/* SPDX-License-Identifier: ISC */
/* src/report_anchors.c: the trust anchors of a zone and the keys that it publishes, as text and
   as JSON, and what is to be done. */
#include "src/anchors.h"

#include "src/report_dns.h"

const char *anchors_use_str(enum anchors_use u)
{
	switch (u) {
	case ANCHORS_PROVES: return "proves";
	case ANCHORS_STANDBY: return "standby";
	case ANCHORS_BROKEN: return "broken";
	case ANCHORS_REVOKED: return "revoked";
	case ANCHORS_MISSING: return "missing";
	case ANCHORS_UNSUPPORTED: return "unsupported";
	case ANCHORS_UNCHECKED: break;
	}
	return "unchecked";
}

static const char *use_text(enum anchors_use u)
{
	switch (u) {
	case ANCHORS_PROVES: return "proves the key set";
	case ANCHORS_STANDBY: return "its key is published, and does not sign the key set yet";
	case ANCHORS_BROKEN: return "its key is published, but its signature does not hold";
	case ANCHORS_REVOKED: return "its key is published as revoked: it proves nothing any more";
	case ANCHORS_MISSING: return "its key is not published";
	case ANCHORS_UNSUPPORTED: return "its algorithm, digest type or key size is not supported";
	case ANCHORS_UNCHECKED: break;
	}
	return "not checked: no key set came";
}

static const char *dates_str(enum anchors_dates d)
{
	return d == ANCHORS_CURRENT ? "current" : d == ANCHORS_FUTURE ? "future" : "past";
}

static void put_alg(struct text *t, unsigned alg)
{
	char buf[32];

	text_puts(t, dns_alg_str(alg, buf, sizeof buf));
}

/* "DS 20326 (RSASHA256, SHA-256)" */
static void put_anchor(struct text *t, const struct anchors_one *o)
{
	text_printf(t, "%s %u (", o->digest ? "DS" : "DNSKEY", (unsigned)o->k.tag);
	put_alg(t, o->k.alg);
	if (o->digest) {
		text_puts(t, ", ");
		report_dns_digest(t, o->digest);
	}
	text_puts(t, ")");
}

static bool has_use(const struct anchors_zone *z, enum anchors_use u)
{
	unsigned i;

	for (i = 0; i < z->nanchors; i++)
		if (z->anchor[i].use == u && z->anchor[i].dates == ANCHORS_CURRENT)
			return true;
	return false;
}

/* A key set without any signature says nothing of which key is in use. */
static bool is_signed(const struct anchors_zone *z)
{
	unsigned i;

	for (i = 0; i < z->nkeys; i++)
		if (z->key[i].signs)
			return true;
	return false;
}

/* What to do, in a sentence or two. */
static void put_advice(struct text *t, const struct anchors_zone *z)
{
	if (!z->reply.seen)
		text_puts(t, "no answer for the DNSKEY set came: see to the resolvers or the network");
	else if (!z->any_current)
		text_puts(t, "every anchor here is outside its dates: get the zone's present anchors, "
		    "and see that the clock is right");
	else if (z->proven_by < 0 && has_use(z, ANCHORS_REVOKED))
		text_puts(t, "the zone has revoked the key of the anchors here: get its present anchors");
	else if (z->proven_by < 0 && has_use(z, ANCHORS_BROKEN))
		text_puts(t, "the key of an anchor is there, but the signature over the key set does not "
		    "hold: the reason says why");
	else if (z->proven_by < 0 && has_use(z, ANCHORS_STANDBY) && !is_signed(z))
		text_puts(t, "the key set came without a signature by any of its keys: the server "
		    "or a resolver on the way strips DNSSEC: ask another resolver, or -iterate");
	else if (z->proven_by < 0 && has_use(z, ANCHORS_STANDBY))
		text_puts(t, "the anchors here are for keys that do not sign yet: add that of the key in use");
	else if (z->proven_by < 0 && !has_use(z, ANCHORS_UNSUPPORTED))
		text_puts(t, "no anchor here names a published key: the zone has other keys now (get its "
		    "present anchors), or somebody on the way forges the answer");
	else if (z->proven_by < 0)
		text_puts(t, "the anchors here cannot be used by this program: see -allow-weak, or get others");
	else if (z->outlives && !z->has_new)
		text_puts(t, "nothing to do: another anchor stands ready for when the key in use is gone");
	else if (z->has_new)
		text_puts(t, z->outlives ? "a new key is published that no anchor here names: get its anchor "
		    "before it takes over" : "a new key is published that no anchor here names: get its "
		    "anchor before the key in use is gone, or nothing can be proven from then on");
	else
		text_puts(t, "nothing to do now: no successor of the key in use is published");
}

static void put_date(struct text *t, int64_t when)
{
	char buf[40];

	text_puts(t, dns_time_str(when, buf, sizeof buf));
}

/* ---- text -------------------------------------------------------------------------------- */

static void key_text(struct text *t, const struct anchors_key *k)
{
	text_printf(t, "    key tag %u, ", (unsigned)k->k.tag);
	put_alg(t, k->k.alg);
	if (k->k.bits)
		text_printf(t, ", %u bits", k->k.bits);
	text_puts(t, k->ksk ? ", KSK" : ", ZSK");
	if (!(k->k.flags & DNS_KEY_ZONE))
		text_puts(t, ", not a zone key");
	if (k->signs)
		text_puts(t, ", signs the key set");
	if (k->revoked)
		text_puts(t, ", revoked");
	if (k->is_new)
		text_puts(t, ", new: no anchor here names it");
	text_puts(t, "\n");
}

static void anchor_text(struct text *t, const struct anchors_one *o)
{
	text_puts(t, "    ");
	put_anchor(t, o);
	if (o->dates != ANCHORS_CURRENT)
		text_printf(t, ": %s, not used", o->dates == ANCHORS_PAST ? "past its dates" :
		    "before its dates");
	if (o->dates == ANCHORS_CURRENT || o->use == ANCHORS_REVOKED || o->use == ANCHORS_MISSING)
		text_printf(t, ": %s", use_text(o->use));
	else if (o->key >= 0)
		text_puts(t, ": its key is published");
	if (o->a->from != INT64_MIN) {
		text_puts(t, "; valid from ");
		put_date(t, o->a->from);
	}
	if (o->a->until != INT64_MAX) {
		text_puts(t, o->a->from != INT64_MIN ? " until " : "; valid until ");
		put_date(t, o->a->until);
	}
	text_puts(t, "\n");
}

void report_anchors_text(struct text *t, const struct anchors_zone *z)
{
	char name[DNS_NAME_TEXT];
	enum dns_sec s = anchors_state(z);
	unsigned i;

	text_printf(t, "%s DNSKEY: %s", dns_name_str(z->owner, name, sizeof name), dns_sec_str(s));
	if (z->proven_by >= 0) {
		text_puts(t, ", proven by ");
		put_anchor(t, &z->anchor[z->proven_by]);
	}
	text_printf(t, "\n  keys published%s:\n", s == DNS_SEC_SECURE ? "" : " (not proven)");
	for (i = 0; i < z->nkeys; i++)
		key_text(t, &z->key[i]);
	if (!z->nkeys)
		text_puts(t, "    none came\n");
	if (z->cut)
		text_printf(t, "    and more than the limit of %d\n", DNS_MAX_KEYS);
	text_puts(t, "  trust anchors here:\n");
	for (i = 0; i < z->nanchors; i++)
		anchor_text(t, &z->anchor[i]);
	if (z->reply.state != DNS_SEC_SECURE && *z->reply.reason) {
		text_puts(t, "  reason: ");
		text_safe(t, z->reply.reason);
		if (z->reply.ede != DNS_EDE_NONE)
			text_printf(t, " (EDE %d)", z->reply.ede);
		text_puts(t, "\n");
	}
	if (z->proven_by >= 0) {
		text_printf(t, "  will the anchors outlive key %u? %s\n",
		    (unsigned)z->anchor[z->proven_by].k.tag, z->outlives ? "yes" : z->has_new ? "no" :
		    "not known: no other key of an anchor is published");
		text_puts(t, "  its signature over the key set is good until ");
		put_date(t, (int64_t)z->reply.sig_expires);
		text_puts(t, "\n");
	}
	text_puts(t, "  advice: ");
	put_advice(t, z);
	text_puts(t, "\n");
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static const char *boolean(bool b)
{
	return b ? "true" : "false";
}

static void str_member(struct text *t, const char *key, const char *s)
{
	text_printf(t, ",\"%s\":", key);
	text_json(t, s);
}

static void date_member(struct text *t, const char *key, int64_t when, bool set)
{
	char buf[40];

	if (set)
		str_member(t, key, dns_time_str(when, buf, sizeof buf));
	else
		text_printf(t, ",\"%s\":null", key);
}

static void key_json(struct text *t, const struct anchors_key *k)
{
	char buf[32];

	text_printf(t, "{\"keytag\":%u", (unsigned)k->k.tag);
	str_member(t, "algorithm", dns_alg_str(k->k.alg, buf, sizeof buf));
	text_printf(t, ",\"bits\":%u,\"flags\":%u", k->k.bits, (unsigned)k->k.flags);
	str_member(t, "role", k->ksk ? "KSK" : "ZSK");
	text_printf(t, ",\"signs\":%s,\"revoked\":%s,\"new\":%s}", boolean(k->signs),
	    boolean(k->revoked), boolean(k->is_new));
}

static void anchor_json(struct text *t, const struct anchors_one *o)
{
	char buf[32];

	text_printf(t, "{\"type\":\"%s\",\"keytag\":%u", o->digest ? "DS" : "DNSKEY",
	    (unsigned)o->k.tag);
	str_member(t, "algorithm", dns_alg_str(o->k.alg, buf, sizeof buf));
	text_printf(t, o->digest ? ",\"digest\":%u" : ",\"digest\":null", (unsigned)o->digest);
	str_member(t, "state", anchors_use_str(o->use));
	str_member(t, "dates", dates_str(o->dates));
	date_member(t, "valid_from", o->a->from, o->a->from != INT64_MIN);
	date_member(t, "valid_until", o->a->until, o->a->until != INT64_MAX);
	text_puts(t, "}");
}

void report_anchors_json(struct text *t, const struct anchors_zone *z)
{
	struct text advice = { 0 };
	char name[DNS_NAME_TEXT];
	unsigned i;

	text_puts(t, "{\"zone\":");
	text_json(t, dns_name_str(z->owner, name, sizeof name));
	str_member(t, "status", dns_sec_str(anchors_state(z)));
	str_member(t, "reason", z->reply.reason);
	if (z->reply.ede == DNS_EDE_NONE)
		text_puts(t, ",\"ede\":null");
	else
		text_printf(t, ",\"ede\":%d", z->reply.ede);
	if (z->proven_by >= 0)
		text_printf(t, ",\"proven_by\":%d", z->proven_by);
	else
		text_puts(t, ",\"proven_by\":null");
	text_printf(t, ",\"outlives\":%s", boolean(z->outlives));
	date_member(t, "expiration", (int64_t)z->reply.sig_expires, z->proven_by >= 0);
	text_puts(t, ",\"keys\":[");
	for (i = 0; i < z->nkeys; i++) {
		text_puts(t, i ? "," : "");
		key_json(t, &z->key[i]);
	}
	text_puts(t, "],\"anchors\":[");
	for (i = 0; i < z->nanchors; i++) {
		text_puts(t, i ? "," : "");
		anchor_json(t, &z->anchor[i]);
	}
	text_puts(t, "]");
	put_advice(&advice, z);
	str_member(t, "advice", text_str(&advice));
	text_puts(t, "}");
	text_free(&advice);
}
