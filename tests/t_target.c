/* SPDX-License-Identifier: ISC */
/* tests/t_target.c: what each way an MX look-up can end means, on look-ups filled in by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/probes.h"

static struct probe *p;
static struct target *t;

static int begin(void **state)
{
	(void)state;
	p = probe_new();
	t = calloc(1, sizeof *t);
	t->mx = true;
	t->port = 25;
	t->look.handle = -1;
	dns_name_parse("example.org", t->name);
	strcpy(t->text, "example.org");
	target_step(p, t); /* asks for MX */
	return 0;
}

static int end(void **state)
{
	(void)state;
	target_free(p, t);
	probe_free(p);
	return 0;
}

static void ended(enum dns_sec s, uint16_t rcode)
{
	struct look *k = &t->look;

	assert_int_equal(t->state, TARGET_MX);
	k->done = true;
	k->state = k->last = s;
	k->rcode = rcode;
	dns_name_copy(k->end, k->name);
	k->reason = text_dup("");
}

static void mx(unsigned preference, const char *name)
{
	uint8_t rd[2 + DNS_NAME_MAX] = { (uint8_t)(preference >> 8), (uint8_t)preference };
	struct look *k = &t->look;
	struct dns_rr rr = { .owner = k->end, .rdata = rd, .type = DNS_MX, .class = DNS_IN };

	assert_int_equal(dns_name_parse(name, rd + 2), 0);
	rr.rdlen = (uint16_t)(2 + dns_name_len(rd + 2));
	if (!k->flat)
		k->flat = calloc(1, DNS_FLAT_MAX);
	assert_int_equal(dns_flat_add(k->flat, DNS_FLAT_MAX, &k->len, &rr), 0);
	k->has_data = true;
}

static bool has(const char *code)
{
	const struct problem *x;

	for (x = t->problems; x; x = x->next)
		if (!strcmp(x->code, code))
			return true;
	return false;
}

static void fails(const char *code)
{
	while (target_step(p, t))
		;
	assert_int_equal(t->state, TARGET_DONE);
	assert_int_equal(t->verdict, VERDICT_FAIL);
	assert_int_equal(t->nhosts, 0);
	assert_true(has(code));
}

static void secure_exchanges_by_preference(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	mx(300, "c.example.org");
	mx(10, "b.example.org");
	mx(10, "a.example.org");
	assert_true(target_step(p, t));
	assert_int_equal(t->nhosts, 3);
	assert_string_equal(t->hosts[0]->text, "a.example.org");
	assert_string_equal(t->hosts[1]->text, "b.example.org");
	assert_int_equal(t->hosts[1]->preference, 10);
	assert_string_equal(t->hosts[2]->text, "c.example.org");
	assert_int_equal(t->hosts[2]->preference, 300);
	assert_null(t->problems);
	assert_int_equal(t->verdict, VERDICT_NONE);
}

static void an_exchange_listed_twice_is_warned_of(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	mx(20, "B.example.org");
	mx(10, "b.example.org");
	assert_true(target_step(p, t));
	assert_int_equal(t->nhosts, 1);
	assert_int_equal(t->hosts[0]->preference, 10);
	assert_string_equal(t->problems->code, "host-twice");
	assert_int_equal(t->problems->severity, VERDICT_WARNING);
	assert_null(t->problems->next);
}

/* RFC 5321 section 5.1 */
static void an_exchange_that_is_an_address(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	mx(10, "192.0.2.1");
	mx(20, "b.example.org");
	assert_true(target_step(p, t));
	assert_int_equal(t->nhosts, 1);
	assert_string_equal(t->problems->code, "mx-bad-name");
	assert_int_equal(t->problems->severity, VERDICT_FAIL);
}

static void rfc7672_2_2_1_insecure_mx(void **state)
{
	(void)state;
	ended(DNS_SEC_INSECURE, DNS_NOERROR);
	mx(10, "a.example.org");
	fails("mx-insecure");
}

static void bogus_mx(void **state)
{
	(void)state;
	ended(DNS_SEC_BOGUS, DNS_NOERROR);
	mx(10, "a.example.org"); /* even if records were there */
	fails("mx-bogus");
}

static void failing_mx(void **state)
{
	(void)state;
	ended(DNS_SEC_INDETERMINATE, DNS_SERVFAIL);
	fails("mx-lookup-failed");
}

static void unchecked_mx(void **state)
{
	(void)state;
	ended(DNS_SEC_UNCHECKED, DNS_NOERROR);
	fails("mx-lookup-failed");
}

static void nobody_answering_is_our_own_side(void **state)
{
	(void)state;
	ended(DNS_SEC_INDETERMINATE, DNS_SERVFAIL);
	t->look.failed_local = true;
	fails("local-dns");
}

static void rfc5321_5_1_implicit_mx_after_proven_nodata(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	assert_true(target_step(p, t));
	assert_int_equal(t->nhosts, 1);
	assert_true(t->implicit);
	assert_string_equal(t->hosts[0]->text, "example.org");
	assert_int_equal(t->hosts[0]->preference, -1);
}

static void no_implicit_mx_after_insecure_nodata(void **state)
{
	(void)state;
	ended(DNS_SEC_INSECURE, DNS_NOERROR);
	fails("mx-insecure");
}

static void no_implicit_mx_at_a_name_that_does_not_exist(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NXDOMAIN);
	fails("no-such-domain");
}

static void an_alias_of_nothing_is_not_misspelt(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NXDOMAIN);
	t->look.nlinks = 1;
	dns_name_parse("no.example.net", t->look.end);
	fails("no-such-domain");
	assert_non_null(strstr(t->problems->text, "is an alias of no.example.net, which does not exist"));
}

static void rfc7505_3_null_mx(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	mx(0, ".");
	fails("null-mx");
}

static void rfc7505_3_null_mx_has_preference_0(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	mx(10, ".");
	fails("mx-bad-name");
	assert_false(has("null-mx"));
}

static void rfc7505_3_null_mx_beside_others(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	mx(0, ".");
	mx(10, "a.example.org");
	assert_true(target_step(p, t));
	assert_int_equal(t->nhosts, 1);
	assert_true(has("mx-null-mixed"));
}

static void an_exchange_that_is_no_host_name(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	mx(10, "a\\032b.example.org");
	fails("mx-bad-name");
}

static void exchanges_over_the_limit_are_said(void **state)
{
	char name[32] = "ha.example.org";
	unsigned i;

	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	for (i = 0; i <= PROBE_MAX_HOSTS; i++) {
		name[0] = (char)('a' + i / 26);
		name[1] = (char)('a' + i % 26);
		mx(i, name);
	}
	assert_true(target_step(p, t));
	assert_int_equal(t->nhosts, PROBE_MAX_HOSTS);
	assert_true(has("mx-limit"));
}

/* ---- SRV ----------------------------------------------------------------------------- */

static int begin_srv(void **state)
{
	int rc = begin(state);

	look_free(p, &t->look);
	t->mx = false;
	t->srv = true;
	t->state = TARGET_NEW;
	p->o.srv = t->service = "submission";
	target_step(p, t); /* asks for SRV */
	return rc;
}

static void srv(unsigned priority, unsigned weight, unsigned port, const char *name)
{
	uint8_t rd[DNS_NAME_MAX + 6] = { (uint8_t)(priority >> 8), (uint8_t)priority,
		(uint8_t)(weight >> 8), (uint8_t)weight, (uint8_t)(port >> 8), (uint8_t)port };
	struct look *k = &t->look;
	struct dns_rr rr = { .owner = k->end, .rdata = rd, .ttl = 60, .type = DNS_SRV,
		.class = DNS_IN };

	assert_int_equal(dns_name_parse(name, rd + 6), 0);
	rr.rdlen = (uint16_t)(6 + dns_name_len(rd + 6));
	if (!k->flat)
		k->flat = calloc(1, DNS_FLAT_MAX);
	assert_int_equal(dns_flat_add(k->flat, DNS_FLAT_MAX, &k->len, &rr), 0);
	k->has_data = true;
}

static void rfc7673_3_srv_is_asked_for_below_the_domain(void **state)
{
	char name[DNS_NAME_TEXT];

	(void)state;
	assert_int_equal(t->look.type, DNS_SRV);
	assert_string_equal(dns_name_str(t->look.name, name, sizeof name),
	    "_submission._tcp.example.org");
}

static void rfc2782_targets_by_priority_then_weight_with_their_ports(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	srv(20, 0, 587, "c.example.org");
	srv(10, 5, 1587, "a.example.org");
	srv(10, 50, 587, "b.example.org");
	srv(10, 50, 2587, "b.example.org"); /* another port: another service */
	assert_true(target_step(p, t));
	assert_null(t->problems);
	assert_int_equal(t->nhosts, 4);
	assert_string_equal(t->hosts[0]->text, "b.example.org");
	assert_int_equal(t->hosts[0]->weight, 50);
	assert_string_equal(t->hosts[2]->text, "a.example.org");
	assert_int_equal(t->hosts[2]->port, 1587);
	assert_string_equal(t->hosts[3]->text, "c.example.org");
	assert_int_equal(t->hosts[3]->preference, 20);
}

static void the_port_given_counts_more_than_the_records(void **state)
{
	(void)state;
	t->port_given = true;
	t->port = 465;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	srv(10, 5, 1587, "a.example.org");
	srv(10, 5, 587, "a.example.org");
	assert_true(target_step(p, t));
	assert_int_equal(t->nhosts, 1);
	assert_int_equal(t->hosts[0]->port, 465);
	assert_null(t->problems); /* they are two records of one port by the user's choice alone */
}

static void rfc7673_3_1_insecure_srv(void **state)
{
	(void)state;
	ended(DNS_SEC_INSECURE, DNS_NOERROR);
	srv(10, 5, 587, "a.example.org");
	fails("srv-insecure");
}

static void insecure_nxdomain_is_no_better(void **state)
{
	(void)state;
	ended(DNS_SEC_INSECURE, DNS_NXDOMAIN);
	fails("srv-insecure");
}

static void bogus_srv(void **state)
{
	(void)state;
	ended(DNS_SEC_BOGUS, DNS_NOERROR);
	fails("srv-bogus");
}

static void failing_srv(void **state)
{
	(void)state;
	ended(DNS_SEC_INDETERMINATE, DNS_SERVFAIL);
	fails("srv-lookup-failed");
}

static void no_srv(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NXDOMAIN);
	fails("srv-none");
}

static void rfc2782_the_target_root_means_no_service(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	srv(0, 0, 0, ".");
	fails("no-service");
}

static void rfc2782_the_target_root_beside_others(void **state)
{
	(void)state;
	ended(DNS_SEC_SECURE, DNS_NOERROR);
	srv(0, 0, 0, ".");
	srv(10, 0, 587, "a.example.org");
	assert_true(target_step(p, t));
	assert_int_equal(t->nhosts, 1);
	assert_string_equal(t->problems->code, "srv-none-mixed");
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
#define S(f) cmocka_unit_test_setup_teardown(f, begin_srv, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(secure_exchanges_by_preference), T(an_exchange_listed_twice_is_warned_of),
		T(an_exchange_that_is_an_address), T(rfc7672_2_2_1_insecure_mx), T(bogus_mx),
		T(failing_mx), T(unchecked_mx), T(nobody_answering_is_our_own_side),
		T(rfc5321_5_1_implicit_mx_after_proven_nodata),
		T(no_implicit_mx_after_insecure_nodata),
		T(no_implicit_mx_at_a_name_that_does_not_exist), T(rfc7505_3_null_mx),
		T(rfc7505_3_null_mx_has_preference_0), T(an_alias_of_nothing_is_not_misspelt),
		T(rfc7505_3_null_mx_beside_others), T(an_exchange_that_is_no_host_name),
		T(exchanges_over_the_limit_are_said),
		S(rfc7673_3_srv_is_asked_for_below_the_domain),
		S(rfc2782_targets_by_priority_then_weight_with_their_ports),
		S(the_port_given_counts_more_than_the_records), S(rfc7673_3_1_insecure_srv),
		S(insecure_nxdomain_is_no_better), S(bogus_srv), S(failing_srv), S(no_srv),
		S(rfc2782_the_target_root_means_no_service), S(rfc2782_the_target_root_beside_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
