/* SPDX-License-Identifier: ISC */
/* tests/t_host.c: where a host's TLSA set comes from and when its addresses may be connected
   to, rule by rule, on look-ups that are filled in by hand. */
#include "tests/hosts.h"

/* ---- tests -------------------------------------------------------------------------------- */

static void secure_addresses_and_tlsa_are_probed(void **state)
{
	(void)state;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	queued("mx.example.org");
	assert_int_equal(h->ntlsa, 1);
	assert_int_equal(h->set[0].usage, 3);
	assert_int_equal(h->set[0].len, 32);
	assert_null(h->problems);
	assert_int_equal(h->verdict, VERDICT_NONE); /* nothing is ok before it is probed */
}

static void nothing_is_decided_before_both_families_are_known(void **state)
{
	(void)state;
	plain();
	h->aaaa.done = false;
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_int_equal(h->state, HOST_LOOKING);
	assert_int_equal(h->naddrs, 0);
}

static void rfc7672_2_2_2_unsigned_zone_has_no_dane(void **state)
{
	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_INSECURE);
	a_record();
	ended(&h->aaaa, DNS_SEC_INSECURE);
	ended(&h->tlsa, DNS_SEC_SECURE); /* asked ahead, and not called for */
	tlsa_record(&h->tlsa, 3);
	run();
	refused("dane-none");
	assert_null(h->used);
}

static void tlsa_failure_is_of_no_account_in_an_unsigned_zone(void **state)
{
	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_INSECURE);
	a_record();
	ended(&h->aaaa, DNS_SEC_INSECURE);
	ended(&h->tlsa, DNS_SEC_INDETERMINATE);
	run();
	refused("dane-none");
	assert_false(has("tlsa-lookup-failed"));
}

static void places_of_early_lookups_are_given_back(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 3 * DNS_MAX_LOOKUPS; i++) {
		make_host();
		ended(&h->a, DNS_SEC_INSECURE);
		a_record();
		ended(&h->aaaa, DNS_SEC_INSECURE);
		look_poll(p, &h->tlsa);
		assert_true(h->tlsa.handle >= 0); /* asked ahead, still under way */
		run();
		refused("dane-none");
		assert_int_equal(h->tlsa.handle, -1);
		host_free(p, h);
		h = NULL;
	}
}

static void rfc7671_7_expanded_name_comes_first(void **state)
{
	(void)state;
	aliased(true, true, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_int_equal(h->state, HOST_ALIAS); /* the original name alone does not do */
	assert_true(h->end_tlsa.wanted);
	dns_res_done(p->res, h->end_tlsa.handle);
	ended(&h->end_tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->end_tlsa, 2);
	run();
	queued("host.example.net");
	assert_int_equal(h->set[0].usage, 2);
	assert_true(is_name("mx.example.org")); /* both ends of the alias */
}

static void rfc7671_7_original_name_when_expanded_is_denied(void **state)
{
	(void)state;
	aliased(true, true, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	dns_res_done(p->res, h->end_tlsa.handle);
	ended(&h->end_tlsa, DNS_SEC_SECURE);
	h->end_tlsa.rcode = DNS_NXDOMAIN;
	run();
	queued("mx.example.org");
	assert_true(is_name("host.example.net"));
}

static void rfc7672_2_2_3_insecure_at_expanded_is_absent(void **state)
{
	(void)state;
	aliased(true, true, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	dns_res_done(p->res, h->end_tlsa.handle);
	ended(&h->end_tlsa, DNS_SEC_INSECURE);
	tlsa_record(&h->end_tlsa, 2);
	run();
	queued("mx.example.org");
	assert_int_equal(h->set[0].usage, 3);
}

static void failure_at_expanded(enum dns_sec s, bool local, const char *code)
{
	aliased(true, true, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	dns_res_done(p->res, h->end_tlsa.handle);
	ended(&h->end_tlsa, s);
	h->end_tlsa.failed_local = local;
	run();
	refused(code);
	assert_null(h->used);
}

static void rfc7672_2_1_2_bogus_at_expanded_ends_the_search(void **state)
{
	(void)state;
	failure_at_expanded(DNS_SEC_BOGUS, false, "tlsa-bogus");
}

static void rfc7672_2_1_2_failure_at_expanded_ends_the_search(void **state)
{
	(void)state;
	failure_at_expanded(DNS_SEC_INDETERMINATE, false, "tlsa-lookup-failed");
}

static void nobody_answering_is_our_own_side(void **state)
{
	(void)state;
	failure_at_expanded(DNS_SEC_INDETERMINATE, true, "local-dns");
}

static void never_checked_is_a_failure(void **state)
{
	(void)state;
	failure_at_expanded(DNS_SEC_UNCHECKED, false, "tlsa-lookup-failed");
}

static void rfc7672_2_2_2_alias_that_turns_insecure(void **state)
{
	(void)state;
	aliased(true, false, DNS_SEC_INSECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_false(h->end_tlsa.wanted);
	queued("mx.example.org");
	assert_false(is_name("host.example.net")); /* not proven to be the same host */
}

static void rfc7672_2_2_2_secure_alias_to_an_unsigned_zone(void **state)
{
	(void)state;
	aliased(true, true, DNS_SEC_INSECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_false(h->end_tlsa.wanted);
	queued("mx.example.org");
	assert_false(is_name("host.example.net"));
}

static void rfc7672_2_2_2_alias_in_an_unsigned_zone(void **state)
{
	(void)state;
	aliased(false, false, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	refused("dane-none");
}

static void tlsa_state(enum dns_sec s, bool records, const char *code)
{
	plain();
	ended(&h->tlsa, s);
	if (records)
		tlsa_record(&h->tlsa, 3);
	run();
	no_stray();
	run();
	refused(code);
	assert_int_equal(h->ntlsa, 0);
}

static void tlsa_absent(void **state)
{
	(void)state;
	tlsa_state(DNS_SEC_SECURE, false, "dane-none");
}

static void tlsa_in_a_wrong_place(void **state)
{
	char name[DNS_NAME_TEXT];

	(void)state;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	run();
	assert_int_equal(h->state, HOST_STRAY);
	no_stray();
	assert_string_equal(dns_name_str(h->stray[5].name, name, sizeof name), "_587._tcp.mx.example.org");
	assert_false(h->stray[3].wanted); /* port 25 is the right one */
	tlsa_record(&h->stray[5], 3);
	run();
	refused("dane-none");
	assert_non_null(strstr(h->problems->text, "there are TLSA records at _587._tcp.mx.example.org, which "
	    "is for port 587"));
	assert_int_equal(h->ntlsa, 0); /* and they are not used */
}

static void a_dropped_lookup_decides_nothing(void **state)
{
	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_INSECURE);
	a_record();
	ended(&h->aaaa, DNS_SEC_INSECURE);
	ended(&h->tlsa, DNS_SEC_BOGUS);
	run();
	refused("dane-none");
	assert_null(h->asked);
	assert_true(h->insecure);
	assert_null(h->stray);
}

static void tlsa_insecure(void **state)
{
	(void)state;
	tlsa_state(DNS_SEC_INSECURE, true, "dane-none");
}

static void tlsa_bogus(void **state)
{
	(void)state;
	tlsa_state(DNS_SEC_BOGUS, false, "tlsa-bogus");
}

static void tlsa_failing(void **state)
{
	(void)state;
	tlsa_state(DNS_SEC_INDETERMINATE, false, "tlsa-lookup-failed");
}

static void failing_aaaa_is_reported_and_keeps_a(void **state)
{
	(void)state;
	plain();
	ended(&h->aaaa, DNS_SEC_INDETERMINATE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	queued("mx.example.org");
	assert_true(has("address-lookup-failed"));
	h->addrs[0].state = ADDR_DONE;
	h->addrs[0].verdict = VERDICT_OK;
	run();
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

static void bogus_addresses_are_never_connected_to(void **state)
{
	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_BOGUS);
	a_record();
	ended(&h->aaaa, DNS_SEC_BOGUS);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	refused("address-bogus");
	assert_int_equal(h->naddrs, 0);
}

static void a_host_without_addresses_fails(void **state)
{
	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_SECURE);
	ended(&h->aaaa, DNS_SEC_SECURE);
	run();
	refused("no-address");
}

static void unusable_records_are_said_and_probed_for_advice(void **state)
{
	(void)state;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 1);
	run();
	queued("mx.example.org");
	assert_true(has("tlsa-unusable"));
	h->addrs[0].state = ADDR_DONE;
	h->addrs[0].verdict = VERDICT_OK; /* cannot be; and does not help */
	run();
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

static void a_set_over_the_limit_is_not_judged(void **state)
{
	unsigned i;

	(void)state;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	for (i = 0; i <= TLS_MAX_TLSA; i++)
		tlsa_record(&h->tlsa, 3);
	run();
	refused("tlsa-limit");
}

static void addresses_over_the_limit_are_said(void **state)
{
	uint8_t a[4] = { 127, 0, 1, 0 };
	unsigned i;

	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_SECURE);
	for (i = 0; i <= PROBE_MAX_ADDRS; i++) {
		a[3] = (uint8_t)i;
		data(&h->a, a, sizeof a);
	}
	ended(&h->aaaa, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_int_equal(h->naddrs, PROBE_MAX_ADDRS);
	assert_true(has("address-limit"));
}

/* One IPv4 and one IPv6 address, both queued. */
static void both_families(void)
{
	static const uint8_t six[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };

	plain();
	data(&h->aaaa, six, sizeof six);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_int_equal(h->naddrs, 2);
}

static void unrouted(unsigned i)
{
	h->addrs[i].no_route = true;
	h->addrs[i].state = ADDR_SKIPPED;
}

static void no_ipv6_here_is_no_problem_beside_ipv4(void **state)
{
	(void)state;
	both_families();
	unrouted(1);
	h->addrs[0].state = ADDR_DONE;
	h->addrs[0].verdict = VERDICT_OK;
	run();
	assert_int_equal(h->verdict, VERDICT_OK);
	assert_null(h->problems);
}

static void no_ipv4_here_is_no_problem_beside_ipv6(void **state)
{
	(void)state;
	both_families();
	unrouted(0);
	h->addrs[1].state = ADDR_DONE;
	h->addrs[1].verdict = VERDICT_OK;
	run();
	assert_int_equal(h->verdict, VERDICT_OK);
	assert_null(h->problems);
}

/* A second one of the family that was asked for may have been reached. */
static void a_family_asked_for_and_not_here_is_a_problem(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		both_families();
		unrouted(i);
		h->addrs[!i].state = ADDR_DONE;
		h->addrs[!i].verdict = VERDICT_OK;
		p->o.only4 = i == 0;
		p->o.only6 = i == 1;
		run();
		assert_int_equal(h->verdict, VERDICT_FAIL);
		assert_true(has("local-network"));
		assert_non_null(strstr(h->problems->text, i == 0 ? "-4 was given" : "-6 was given"));
		p->o.only4 = p->o.only6 = false;
		host_free(p, h);
		h = NULL;
	}
}

static void no_route_at_all_is_our_own_side(void **state)
{
	(void)state;
	both_families();
	unrouted(0);
	unrouted(1);
	run();
	assert_int_equal(h->verdict, VERDICT_FAIL);
	assert_true(has("local-network"));
}

static void no_route_from_the_proxy_is_its_own_side(void **state)
{
	(void)state;
	both_families();
	unrouted(0);
	unrouted(1);
	assert_string_equal(addr_why_skipped(&h->addrs[1]), "no IPv6 here");
	h->addrs[0].by_proxy = h->addrs[1].by_proxy = true;
	assert_string_equal(addr_why_skipped(&h->addrs[0]), "no IPv4 beyond the proxy");
	assert_string_equal(addr_why_skipped(&h->addrs[1]), "no IPv6 beyond the proxy");
	run();
	assert_int_equal(h->verdict, VERDICT_FAIL);
	assert_true(has("local-proxy"));
	assert_false(has("local-network"));
}

/* One that it does not reach is then down, and not of a family that is lacking. */
static void a_proxy_that_has_ipv6_cannot_lack_it(void **state)
{
	unsigned has6;

	(void)state;
	for (has6 = 0; has6 < 2; has6++) {
		both_families();
		unrouted(1);
		h->addrs[1].by_proxy = true;
		h->addrs[0].state = ADDR_DONE;
		h->addrs[0].verdict = VERDICT_OK;
		p->proxy_has6 = has6;
		run();
		p->proxy_has6 = false;
		assert_int_equal(h->verdict, has6 ? VERDICT_FAIL : VERDICT_OK);
		assert_int_equal(problem_has(h->addrs[1].problems, "connect-failed"), has6);
		host_free(p, h);
		h = NULL;
	}
}

static void a_host_waits_for_every_address(void **state)
{
	(void)state;
	both_families();
	h->addrs[0].state = ADDR_DONE;
	h->addrs[0].verdict = VERDICT_OK;
	h->addrs[1].state = ADDR_LIVE;
	run();
	assert_int_equal(h->state, HOST_PROBING);
	h->addrs[1].state = ADDR_DONE;
	h->addrs[1].verdict = VERDICT_FAIL;
	run();
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

static void an_address_without_verdict_is_not_ok(void **state)
{
	(void)state;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	h->addrs[0].state = ADDR_DONE; /* verdict stays unset */
	run();
	assert_int_equal(h->verdict, VERDICT_FAIL);
}

static void rfc7672_3_2_2_next_hop_is_a_reference_identifier(void **state)
{
	(void)state;
	t->mx = true;
	t->look.state = DNS_SEC_SECURE;
	dns_name_parse("Expanded.Example.ORG", t->look.end);
	p->o.aka[0] = "also.example.";
	p->o.naka = 1;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 2);
	run();
	assert_true(is_name("example.org"));
	assert_true(is_name("expanded.example.org"));
	assert_true(is_name("also.example"));
	assert_int_equal(h->nnames, 4);
}

static void rfc7672_3_2_2_not_when_mx_is_not_secure(void **state)
{
	(void)state;
	t->mx = true;
	t->look.state = DNS_SEC_INSECURE;
	dns_name_parse("expanded.example.org", t->look.end);
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 2);
	run();
	assert_int_equal(h->nnames, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(secure_addresses_and_tlsa_are_probed),
		T(nothing_is_decided_before_both_families_are_known),
		T(rfc7672_2_2_2_unsigned_zone_has_no_dane),
		T(tlsa_failure_is_of_no_account_in_an_unsigned_zone),
		T(places_of_early_lookups_are_given_back),
		T(rfc7671_7_expanded_name_comes_first),
		T(rfc7671_7_original_name_when_expanded_is_denied),
		T(rfc7672_2_2_3_insecure_at_expanded_is_absent),
		T(rfc7672_2_1_2_bogus_at_expanded_ends_the_search),
		T(rfc7672_2_1_2_failure_at_expanded_ends_the_search),
		T(nobody_answering_is_our_own_side), T(never_checked_is_a_failure),
		T(rfc7672_2_2_2_alias_that_turns_insecure),
		T(rfc7672_2_2_2_secure_alias_to_an_unsigned_zone),
		T(rfc7672_2_2_2_alias_in_an_unsigned_zone),
		T(tlsa_in_a_wrong_place), T(a_dropped_lookup_decides_nothing),
		T(tlsa_absent), T(tlsa_insecure), T(tlsa_bogus), T(tlsa_failing),
		T(failing_aaaa_is_reported_and_keeps_a), T(bogus_addresses_are_never_connected_to),
		T(a_host_without_addresses_fails), T(unusable_records_are_said_and_probed_for_advice),
		T(a_set_over_the_limit_is_not_judged), T(addresses_over_the_limit_are_said),
		T(no_ipv6_here_is_no_problem_beside_ipv4), T(no_route_at_all_is_our_own_side),
		T(no_route_from_the_proxy_is_its_own_side), T(a_proxy_that_has_ipv6_cannot_lack_it),
		T(no_ipv4_here_is_no_problem_beside_ipv6),
		T(a_family_asked_for_and_not_here_is_a_problem),
		T(a_host_waits_for_every_address), T(an_address_without_verdict_is_not_ok),
		T(rfc7672_3_2_2_next_hop_is_a_reference_identifier),
		T(rfc7672_3_2_2_not_when_mx_is_not_secure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
