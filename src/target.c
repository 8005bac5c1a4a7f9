/* SPDX-License-Identifier: ISC */
/* src/target.c: from a target to its hosts: MX records (RFC 5321 section 5.1, RFC 7505) and
   what their DNSSEC state means for a sender that applies DANE (RFC 7672 section 2.2.1); SRV
   records (RFC 2782, RFC 6186, RFC 8314) and theirs for a client (RFC 7673 section 3). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/probe.h"
#include "src/report_out.h"

static void fail(struct target *t, const char *code, const char *what, const char *advice)
{
	problem_add(&t->problems, VERDICT_FAIL, code, "%s%s%s", what, *advice ? "; " : "", advice);
}

static const struct look *sooner(const struct look *a, const struct look *b)
{
	return b && b->sig_expires && (!a || b->sig_expires < a->sig_expires) ? b : a;
}

/* Of the look-ups that the verdict rests on, the one with the signature that ends first, or NULL. */
static const struct look *soonest(const struct target *t)
{
	const struct look *k = sooner(NULL, t->mx || t->srv ? &t->look : NULL);
	unsigned i;

	for (i = 0; i < t->nhosts; i++) {
		k = sooner(sooner(k, &t->hosts[i]->a), &t->hosts[i]->aaaa);
		k = sooner(k, t->hosts[i]->used);
	}
	return k;
}

/* -signature-warning: once for the target, however many RRsets the signature is behind. */
static void warn_signature(const struct probe *p, struct target *t)
{
	const struct look *k = soonest(t);
	char at[40], name[DNS_NAME_TEXT], type[32];

	if (!k || !p->o.signature_warning ||
	    (int64_t)k->sig_expires - probe_now(p) > p->o.signature_warning / 1000000000)
		return;
	problem_add(&t->problems, VERDICT_WARNING, "signature-expiring", "a DNSSEC signature that %s %s rests "
	    "on ends on %s, within the time of -signature-warning: see to it that its zone is signed anew "
	    "before (-explain shows which signature it is)", dns_name_str(k->name, name, sizeof name),
	    dns_type_str(k->type, type, sizeof type), dns_time_str(k->sig_expires, at, sizeof at));
}

static void finish(const struct probe *p, struct target *t)
{
	enum verdict v;
	unsigned i;

	warn_signature(p, t);
	v = problem_worst(t->problems, VERDICT_NONE);
	for (i = 0; i < t->nhosts; i++) {
		enum verdict h = t->hosts[i]->verdict;

		if (h == VERDICT_NONE) /* cannot be; but never good */
			h = VERDICT_FAIL;
		if (h > v)
			v = h;
	}
	t->verdict = v == VERDICT_NONE ? VERDICT_FAIL : v;
	t->state = TARGET_DONE;
	t->ended = clock_mono();
	debug_line("target name=%s verdict=%s", t->text, verdict_str(t->verdict));
}

/* Is the name an address written where a name belongs? */
static bool is_literal(const char *name)
{
	return strspn(name, "0123456789.") == strlen(name) || *name == '[' || strchr(name, ':');
}

/* SRV records of two ports are the same host and port only by the port that the user gave. */
static void twice(struct target *t, const char *type, const char *name)
{
	if (!t->srv || !t->port_given)
		problem_add(&t->problems, VERDICT_WARNING, "host-twice", "%s has more than one %s "
		    "record for %s; one of them is of no use, remove it", t->text, type, name);
}

/* NULL when the host is not to be probed: a problem says why, or it is there already. */
static struct host *add_host(struct probe *p, struct target *t, const uint8_t *name, uint16_t port,
    const char *type)
{
	char buf[DNS_NAME_TEXT];
	unsigned i;

	dns_name_str(name, buf, sizeof buf);
	for (i = 0; i < t->nhosts; i++)
		if (dns_name_eq(t->hosts[i]->name, name) && t->hosts[i]->port == port) {
			twice(t, type, buf); /* the lower preference came first */
			return NULL;
		}
	if (!host_name_ok(buf) || is_literal(buf)) {
		problem_add(&t->problems, VERDICT_FAIL, "mx-bad-name", "the %s record of %s with \"%s\" "
		    "does not name a host%s; correct it", type, t->text, buf, is_literal(buf) ?
		    " but holds an address (RFC 5321 section 5.1 wants a name)" : "");
		return NULL;
	}
	if (t->nhosts == PROBE_MAX_HOSTS) {
		problem_add(&t->problems, VERDICT_FAIL, "mx-limit", "%s has more than %d hosts in its %s "
		    "records; only the first %d are probed", t->text, PROBE_MAX_HOSTS, type,
		    PROBE_MAX_HOSTS);
		return NULL;
	}
	return t->hosts[t->nhosts++] = host_new(t, name, port, &p->o);
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* ---- MX ------------------------------------------------------------------------------ */

struct mx {
	uint16_t preference;
	const uint8_t *name;
};

static int mx_cmp(const void *x, const void *y)
{
	const struct mx *a = x, *b = y;

	if (a->preference != b->preference)
		return a->preference < b->preference ? -1 : 1;
	return dns_name_cmp(a->name, b->name);
}

/* The exchanges of a secure MX set, by preference. */
static void exchanges(struct probe *p, struct target *t)
{
	struct mx mx[DNS_MAX_RRSET];
	struct dns_rr rr;
	unsigned n = 0, i, null = 0;
	size_t pos = 0;

	while (n < DNS_MAX_RRSET && look_next(&t->look, &pos, &rr)) {
		if (rr.rdlen < 3)
			continue;
		mx[n].preference = get16(rr.rdata);
		mx[n].name = rr.rdata + 2;
		null += *mx[n++].name == 0;
	}
	qsort(mx, n, sizeof *mx, mx_cmp);
	if (n == 1 && null && mx[0].preference == 0) { /* RFC 7505 section 3 */
		fail(t, "null-mx", "the domain publishes a null MX record (RFC 7505): it accepts "
		    "no mail", "there is nothing to probe");
		return;
	}
	if (n == 1 && null)
		fail(t, "mx-bad-name", "the one MX record has the exchange \".\", which is no host, and "
		    "for a null MX (RFC 7505 section 3) its preference would have to be 0", "correct it");
	else if (null)
		fail(t, "mx-null-mixed", "an MX record has the exchange \".\" beside other MX "
		    "records (RFC 7505 section 3 forbids that)", "remove one or the others");
	for (i = 0; i < n; i++)
		if (*mx[i].name) {
			struct host *h = add_host(p, t, mx[i].name, t->port, "MX");

			if (h)
				h->preference = mx[i].preference;
		}
}

/* The set could not be had, or cannot be relied on.  false: it can. */
static bool unusable(struct target *t, const char *type, const char *prefix)
{
	const struct look *k = &t->look;
	const char *why = look_why(k);
	char code[32];

	if (k->state == DNS_SEC_SECURE)
		return false;
	if (k->state == DNS_SEC_INSECURE && k->rcode == DNS_NXDOMAIN && t->mx)
		return false; /* no such domain, whoever says so */
	snprintf(code, sizeof code, "%s-%s", prefix, k->state == DNS_SEC_BOGUS ? "bogus" :
	    k->state == DNS_SEC_INSECURE ? "insecure" : "lookup-failed");
	if (k->state == DNS_SEC_BOGUS)
		problem_add(&t->problems, VERDICT_FAIL, code, "the %s records of %s are bogus, and "
		    "%s: %s; " LOOK_BOGUS, type, t->text, t->mx ?
		    "mail from senders that validate would be deferred" :
		    "clients that validate do not connect", why);
	else if (k->state == DNS_SEC_INSECURE)
		problem_add(&t->problems, VERDICT_FAIL, code, "the %s records of %s are not secured by "
		    "DNSSEC%s%s%s, so %s do not apply DANE to it; %s", type, t->text,
		    *k->reason ? " (" : "", k->reason, *k->reason ? ")" : "",
		    t->mx ? "senders without a policy of their own" : "clients", look_sign(k));
	else if (k->failed_local)
		problem_add(&t->problems, VERDICT_FAIL, "local-dns", "no DNS server answered the %s "
		    "query for %s: %s; " LOOK_LOCAL, type, t->text,
		    why);
	else
		problem_add(&t->problems, VERDICT_FAIL, code, "the %s look-up for %s failed%s: %s; "
		    LOOK_FAILED, type, t->text, t->mx ? ", and mail would be deferred" : "", why);
	return true;
}

/* Each way an MX look-up can end, RFC 7672 section 2.2.1 and section 2.1.1. */
static void mx_done(struct probe *p, struct target *t)
{
	const struct look *k = &t->look;
	char end[DNS_NAME_TEXT];

	if (unusable(t, "MX", "mx"))
		return;
	if (k->rcode == DNS_NXDOMAIN && k->nlinks)
		problem_add(&t->problems, VERDICT_FAIL, "no-such-domain", "%s is an alias of %s, which "
		    "does not exist (%s); correct the alias", t->text,
		    dns_name_str(k->end, end, sizeof end), look_denial(k->last));
	else if (k->rcode == DNS_NXDOMAIN)
		problem_add(&t->problems, VERDICT_FAIL, "no-such-domain", "%s does not exist (%s); "
		    "check the spelling", t->text, look_denial(k->state));
	else if (k->has_data)
		exchanges(p, t);
	else { /* RFC 5321 section 5.1: an existing name, proven to have no MX */
		t->implicit = true;
		add_host(p, t, k->end, t->port, "address");
	}
}

/* ---- SRV ------------------------------------------------------------------------------ */

struct srv {
	uint16_t priority, weight, port;
	const uint8_t *name;
};

/* By priority; of equals the heavier first. */
static int srv_cmp(const void *x, const void *y)
{
	const struct srv *a = x, *b = y;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return dns_name_cmp(a->name, b->name);
}

static void services(struct probe *p, struct target *t)
{
	struct srv srv[DNS_MAX_RRSET];
	struct dns_rr rr;
	unsigned n = 0, i, none = 0;
	size_t pos = 0;

	while (n < DNS_MAX_RRSET && look_next(&t->look, &pos, &rr)) {
		if (rr.rdlen < 7)
			continue;
		srv[n].priority = get16(rr.rdata);
		srv[n].weight = get16(rr.rdata + 2);
		srv[n].port = t->port_given ? t->port : get16(rr.rdata + 4);
		srv[n].name = rr.rdata + 6;
		none += *srv[n++].name == 0;
	}
	qsort(srv, n, sizeof *srv, srv_cmp);
	if (none == n) /* RFC 2782: the target "." */
		problem_add(&t->problems, VERDICT_FAIL, "no-service", "%s says by an SRV record with the "
		    "target \".\" that it does not offer the service; there is nothing to probe", t->text);
	else if (none)
		fail(t, "srv-none-mixed", "an SRV record has the target \".\", which denies the service, "
		    "beside others that offer it (RFC 2782)", "remove one or the others");
	for (i = 0; i < n; i++) {
		struct host *h = *srv[i].name ? add_host(p, t, srv[i].name, srv[i].port, "SRV") : NULL;

		if (h) {
			h->preference = srv[i].priority;
			h->weight = srv[i].weight;
		}
	}
}

/* RFC 7673 section 3.1: without a secure SRV set there is no DANE for its targets. */
static void srv_done(struct probe *p, struct target *t)
{
	char name[DNS_NAME_TEXT];

	if (unusable(t, "SRV", "srv"))
		return;
	if (t->look.has_data)
		services(p, t);
	else
		problem_add(&t->problems, VERDICT_FAIL, "srv-none", "%s publishes no SRV record at %s; "
		    "publish one, or name the host instead", t->text,
		    dns_name_str(t->look.name, name, sizeof name));
}

/* _service._tcp.domain.  False: too long. */
static bool srv_owner(const struct probe *p, const struct target *t, uint8_t *out)
{
	uint8_t tcp[DNS_NAME_MAX];
	char label[64];
	int n = snprintf(label, sizeof label, "_%s", p->o.srv);

	return n > 1 && (size_t)n < sizeof label &&
	    dns_name_prepend((const uint8_t *)"_tcp", 4, t->name, tcp) == 0 &&
	    dns_name_prepend((const uint8_t *)label, (size_t)n, tcp, out) == 0;
}

/* ---- the machine ---------------------------------------------------------------------- */

static bool hosts_done(struct probe *p, struct target *t)
{
	bool all = true;
	unsigned i;

	for (i = 0; i < t->nhosts; i++) {
		while (host_step(p, t->hosts[i]))
			;
		all = all && t->hosts[i]->state == HOST_DONE;
	}
	return all;
}

static void begin(struct probe *p, struct target *t)
{
	uint8_t owner[DNS_NAME_MAX];

	t->state = TARGET_MX;
	if (t->mx)
		look_init(&t->look, t->name, DNS_MX);
	else if (t->srv && srv_owner(p, t, owner))
		look_init(&t->look, owner, DNS_SRV);
	else {
		t->state = TARGET_HOSTS;
		if (t->srv)
			fail(t, "srv-none", "the name is too long to have SRV records", "name the host");
		else /* the user's own choice of name: nothing in it was published by anyone */
			t->hosts[t->nhosts++] = host_new(t, t->name, t->port, &p->o);
	}
}

bool target_step(struct probe *p, struct target *t)
{
	switch (t->state) {
	case TARGET_NEW: /* nothing was asked yet */
		begin(p, t);
		return true;
	case TARGET_MX: /* the MX or SRV records are being looked up */
		if (!look_poll(p, &t->look))
			return false;
		if (t->srv)
			srv_done(p, t);
		else
			mx_done(p, t);
		t->state = TARGET_HOSTS;
		return true;
	case TARGET_HOSTS: /* the hosts are known and under way */
		if (!hosts_done(p, t))
			return false;
		finish(p, t);
		return true;
	case TARGET_DONE:
		break;
	}
	return false;
}

static void not_in_time(struct problem **list, const char *of)
{
	problem_add(list, VERDICT_FAIL, "local-timeout", "%s was not done within the time of -t; "
	    "give it more, or look for what is slow with -debug", of);
}

static void expire_host(struct probe *p, struct host *h)
{
	unsigned i;

	if (h->state == HOST_DONE)
		return;
	if (h->state == HOST_STRAY) { /* what is still asked for would only make a hint */
		set_none(p, h);
		return;
	}
	conn_drop(p, h);
	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].state != ADDR_DONE && h->addrs[i].state != ADDR_GONE)
			h->addrs[i].state = ADDR_SKIPPED;
	not_in_time(&h->problems, h->text);
	host_finish(h);
}

void target_expire(struct probe *p, struct target *t)
{
	unsigned i;

	if (t->state == TARGET_DONE)
		return;
	for (i = 0; i < t->nhosts; i++)
		expire_host(p, t->hosts[i]);
	if (t->state != TARGET_HOSTS)
		not_in_time(&t->problems, t->text);
	finish(p, t);
}

uint32_t target_signature(const struct target *t)
{
	const struct look *k = soonest(t);

	return k ? k->sig_expires : 0;
}

void target_free(struct probe *p, struct target *t)
{
	unsigned i;

	for (i = 0; i < t->nhosts; i++)
		host_free(p, t->hosts[i]);
	if (t->mx || t->srv)
		look_free(p, &t->look);
	problem_free(&t->problems);
	free(t);
}
