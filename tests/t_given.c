/* SPDX-License-Identifier: ISC */
/* tests/t_given.c: hosts for which the user brings records (-tlsa) or a chain (-check-chain), and
   hosts of SRV records. */
#include "tests/hosts.h"

static const uint8_t digest[32] = { 42 };

static void give(uint8_t usage)
{
	p->o.tlsa[p->o.ntlsa++] = (struct tls_tlsa){ usage, 1, 1, sizeof digest, digest };
}

static void records_given_are_not_asked_for(void **state)
{
	(void)state;
	give(3);
	plain();
	assert_false(h->tlsa.wanted);
	run();
	queued("mx.example.org");
	assert_int_equal(h->ntlsa, 1);
	assert_null(h->used);
	assert_null(h->problems);
}

/* They are taken as proven, whatever the zone is */
static void records_given_serve_in_an_unsigned_zone(void **state)
{
	(void)state;
	give(3);
	make_host();
	ended(&h->a, DNS_SEC_INSECURE);
	a_record();
	ended(&h->aaaa, DNS_SEC_INSECURE);
	run();
	queued("mx.example.org");
}

static void forged_addresses_are_not_used_with_records_given(void **state)
{
	(void)state;
	give(3);
	make_host();
	ended(&h->a, DNS_SEC_BOGUS);
	a_record();
	ended(&h->aaaa, DNS_SEC_SECURE);
	run();
	assert_int_equal(h->state, HOST_DONE);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	assert_true(has("address-bogus"));
	assert_int_equal(h->naddrs, 0);
}

static void an_address_needs_no_dns(void **state)
{
	(void)state;
	give(3);
	t->literal.family = 4;
	t->literal.a[0] = 127;
	strcpy(t->text, "127.0.0.0");
	make_host();
	assert_false(h->a.wanted || h->aaaa.wanted || h->tlsa.wanted);
	run();
	queued("mx.example.org"); /* its name, from -aka */
	assert_string_equal(h->text, "127.0.0.0");
	assert_int_equal(h->addrs[0].a.port, 25);
}

static void an_address_without_a_name(void **state)
{
	uint8_t root[1] = { 0 };

	(void)state;
	give(3);
	t->literal.family = 4;
	h = host_new(t, root, 25, &p->o);
	run();
	assert_int_equal(h->state, HOST_PROBING);
	assert_string_equal(h->base, "");
	assert_int_equal(h->nnames, 0);
}

/* ---- -check-chain ------------------------------------------------------------------------- */

static struct tls_chain *chain;

static int begin_chain(void **state)
{
	begin(state);
	chain = calloc(1, sizeof *chain);
	tls_chain_add(chain, digest, sizeof digest); /* no certificate: never ok */
	p->o.chain = chain;
	return 0;
}

static int end_chain(void **state)
{
	free(chain);
	return end(state);
}

static void a_file_is_judged_and_nothing_connected_to(void **state)
{
	(void)state;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_int_equal(h->state, HOST_DONE);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	assert_int_equal(h->naddrs, 1);
	assert_int_equal(h->addrs[0].a.family, 0);
	assert_int_equal(h->addrs[0].state, ADDR_DONE);
	assert_int_equal(h->addrs[0].match, -1);
	assert_non_null(h->advice);
}

static void a_host_not_yet_on_the_network_is_judged(void **state)
{
	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_SECURE);
	ended(&h->aaaa, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_int_equal(h->naddrs, 1);
	assert_true(has("no-address"));
	assert_int_equal(h->problems->severity, VERDICT_WARNING);
}

static void a_file_does_not_make_up_for_an_unsigned_zone(void **state)
{
	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_INSECURE);
	a_record();
	ended(&h->aaaa, DNS_SEC_INSECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 3);
	run();
	assert_int_equal(h->state, HOST_DONE);
	assert_true(has("dane-none"));
	assert_null(h->advice);
}

static void a_file_for_a_name_that_does_not_exist(void **state)
{
	(void)state;
	make_host();
	ended(&h->a, DNS_SEC_SECURE);
	ended(&h->aaaa, DNS_SEC_SECURE);
	h->a.rcode = h->aaaa.rcode = DNS_NXDOMAIN;
	ended(&h->tlsa, DNS_SEC_SECURE);
	run();
	assert_int_equal(h->state, HOST_DONE);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	assert_true(has("no-address"));
}

static void both_given_need_no_dns_at_all(void **state)
{
	(void)state;
	give(3);
	make_host();
	assert_false(h->a.wanted || h->aaaa.wanted || h->tlsa.wanted);
	run();
	assert_int_equal(h->state, HOST_DONE);
	assert_int_equal(h->addrs[0].state, ADDR_DONE);
	assert_true(is_name("mx.example.org"));
}

/* ---- MX and SRV ----------------------------------------------------------------------------- */

static void rfc5321_5_1_an_exchange_that_is_an_alias_is_warned_of(void **state)
{
	(void)state;
	t->mx = true;
	t->look.state = DNS_SEC_SECURE;
	aliased(true, true, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	run();
	assert_true(has("mx-alias"));
	assert_int_equal(h->problems->severity, VERDICT_WARNING);
}

static void a_host_that_is_an_alias_is_not(void **state)
{
	(void)state;
	aliased(true, true, DNS_SEC_SECURE);
	ended(&h->tlsa, DNS_SEC_SECURE);
	run();
	assert_false(has("mx-alias"));
}

static void rfc7673_4_domain_and_target_are_reference_identifiers(void **state)
{
	(void)state;
	t->srv = true;
	t->look.state = DNS_SEC_SECURE;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 2);
	run();
	assert_true(is_name("example.org"));
	assert_true(is_name("mx.example.org"));
	assert_int_equal(h->nnames, 2);
}

static void rfc7673_4_usages_0_and_1_are_not_checked_and_never_ok(void **state)
{
	(void)state;
	t->srv = true;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 1);
	run();
	assert_true(has("tlsa-not-checked"));
	assert_int_equal(h->problems->severity, VERDICT_FAIL);
}

static void rfc7672_3_1_3_usages_0_and_1_are_unusable_for_mx(void **state)
{
	(void)state;
	t->mx = true;
	plain();
	ended(&h->tlsa, DNS_SEC_SECURE);
	tlsa_record(&h->tlsa, 1);
	run();
	assert_true(has("tlsa-unusable"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
#define C(f) cmocka_unit_test_setup_teardown(f, begin_chain, end_chain)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(records_given_are_not_asked_for), T(records_given_serve_in_an_unsigned_zone),
		T(forged_addresses_are_not_used_with_records_given), T(an_address_needs_no_dns),
		T(an_address_without_a_name), C(a_file_is_judged_and_nothing_connected_to),
		C(a_host_not_yet_on_the_network_is_judged),
		C(a_file_does_not_make_up_for_an_unsigned_zone),
		C(a_file_for_a_name_that_does_not_exist), C(both_given_need_no_dns_at_all),
		T(rfc5321_5_1_an_exchange_that_is_an_alias_is_warned_of),
		T(a_host_that_is_an_alias_is_not),
		T(rfc7673_4_domain_and_target_are_reference_identifiers),
		T(rfc7673_4_usages_0_and_1_are_not_checked_and_never_ok),
		T(rfc7672_3_1_3_usages_0_and_1_are_unusable_for_mx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
