/* SPDX-License-Identifier: ISC */
/* src/target.c: from a target to its hosts: MX records (RFC 5321 section 5.1, RFC 7505) and
   what their DNSSEC state means for a sender that applies DANE (RFC 7672 section 2.2.1). */
#include <stdlib.h>
#include <string.h>

#include "src/probe.h"
#include "src/report_out.h"

static void fail(struct target *t, const char *code, const char *what, const char *advice)
{
	problem_add(&t->problems, VERDICT_FAIL, code, "%s%s%s", what, *advice ? "; " : "", advice);
}

static void finish(struct target *t)
{
	enum verdict v = problem_worst(t->problems, VERDICT_NONE);
	unsigned i;

	for (i = 0; i < t->nhosts; i++) {
		enum verdict h = t->hosts[i]->verdict;

		if (h == VERDICT_NONE) /* cannot be; but never good */
			h = VERDICT_FAIL;
		if (h > v)
			v = h;
	}
	t->verdict = v == VERDICT_NONE ? VERDICT_FAIL : v;
	t->state = TARGET_DONE;
	debug_line("target name=%s verdict=%s", t->text, verdict_str(t->verdict));
}

static void add_host(struct probe *p, struct target *t, const uint8_t *name, int preference)
{
	char buf[DNS_NAME_TEXT];
	unsigned i;

	for (i = 0; i < t->nhosts; i++)
		if (dns_name_eq(t->hosts[i]->name, name))
			return; /* the lower preference came first */
	dns_name_str(name, buf, sizeof buf);
	if (!host_name_ok(buf)) {
		problem_add(&t->problems, VERDICT_FAIL, "mx-bad-name",
		    "the MX record \"%d %s\" does not name a host; correct it", preference, buf);
		return;
	}
	if (t->nhosts == PROBE_MAX_HOSTS) {
		problem_add(&t->problems, VERDICT_FAIL, "mx-limit", "%s has more than %d mail "
		    "exchangers; only the first %d are probed", t->text, PROBE_MAX_HOSTS,
		    PROBE_MAX_HOSTS);
		return;
	}
	t->hosts[t->nhosts++] = host_new(t, name, t->port, preference, &p->o);
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
		mx[n].preference = (uint16_t)(rr.rdata[0] << 8 | rr.rdata[1]);
		mx[n].name = rr.rdata + 2;
		null += *mx[n++].name == 0;
	}
	qsort(mx, n, sizeof *mx, mx_cmp);
	if (n == 1 && null) { /* RFC 7505 section 3 */
		fail(t, "null-mx", "the domain publishes a null MX record (RFC 7505): it accepts "
		    "no mail", "there is nothing to probe");
		return;
	}
	if (null)
		fail(t, "mx-null-mixed", "an MX record has the exchange \".\" beside other MX "
		    "records (RFC 7505 section 3 forbids that)", "remove one or the others");
	for (i = 0; i < n; i++)
		if (*mx[i].name)
			add_host(p, t, mx[i].name, mx[i].preference);
}

/* Each way an MX look-up can end, RFC 7672 section 2.2.1 and section 2.1.1. */
static void mx_done(struct probe *p, struct target *t)
{
	const struct look *k = &t->look;
	const char *why = look_why(k);

	if (k->state == DNS_SEC_BOGUS)
		problem_add(&t->problems, VERDICT_FAIL, "mx-bogus", "the MX records of %s are bogus, "
		    "and mail from senders that validate is deferred: %s", t->text, why);
	else if (k->state != DNS_SEC_SECURE && k->state != DNS_SEC_INSECURE && k->failed_local)
		problem_add(&t->problems, VERDICT_FAIL, "local-dns", "no DNS server answered the MX "
		    "query for %s: %s; check -resolver and the network of this machine", t->text,
		    why);
	else if (k->state != DNS_SEC_SECURE && k->state != DNS_SEC_INSECURE)
		problem_add(&t->problems, VERDICT_FAIL, "mx-lookup-failed", "the MX look-up for %s "
		    "failed, and mail is deferred: %s", t->text, why);
	else if (k->rcode == DNS_NXDOMAIN)
		problem_add(&t->problems, VERDICT_FAIL, "no-such-domain", "%s does not exist (the "
		    "denial is %s); check the spelling", t->text, dns_sec_str(k->state));
	else if (k->state == DNS_SEC_INSECURE)
		problem_add(&t->problems, VERDICT_FAIL, "mx-insecure", "the MX records of %s are not "
		    "secured by DNSSEC, so senders do not apply DANE to it; sign the zone and have "
		    "its DS records published in the parent zone%s%s", t->text,
		    *k->reason ? ": " : "", k->reason);
	else if (k->has_data)
		exchanges(p, t);
	else { /* RFC 5321 section 5.1: an existing name, proven to have no MX */
		t->implicit = true;
		add_host(p, t, k->end, -1);
	}
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

bool target_step(struct probe *p, struct target *t)
{
	switch (t->state) {
	case TARGET_NEW: /* nothing was asked yet */
		if (t->mx) {
			look_init(&t->look, t->name, DNS_MX);
			t->state = TARGET_MX;
		} else {
			add_host(p, t, t->name, -1);
			t->state = TARGET_HOSTS;
		}
		return true;
	case TARGET_MX: /* the MX records are being looked up */
		if (!look_poll(p, &t->look))
			return false;
		mx_done(p, t);
		t->state = TARGET_HOSTS;
		return true;
	case TARGET_HOSTS: /* the hosts are known and under way */
		if (!hosts_done(p, t))
			return false;
		finish(t);
		return true;
	case TARGET_DONE:
		break;
	}
	return false;
}

void target_free(struct probe *p, struct target *t)
{
	unsigned i;

	for (i = 0; i < t->nhosts; i++)
		host_free(p, t->hosts[i]);
	if (t->mx)
		look_free(p, &t->look);
	problem_free(&t->problems);
	free(t);
}
