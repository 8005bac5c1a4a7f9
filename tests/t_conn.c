/* SPDX-License-Identifier: ISC */
/* tests/t_conn.c: how many connections src/conn.c makes, and to whom, against a listener on a
   loopback address that counts them and hangs up. */
#include "tests/hosts.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#define TARGETS 6

static int listener[2];
static uint16_t port[2];
static struct target *target[TARGETS];
static unsigned ntargets, accepted, most;

static void listen_at(unsigned i)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof a;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener[i] = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(listener[i] >= 0);
	assert_int_equal(bind(listener[i], (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(listener[i], 32), 0);
	assert_int_equal(fcntl(listener[i], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(getsockname(listener[i], (struct sockaddr *)&a, &n), 0);
	port[i] = ntohs(a.sin_port);
}

static int start(void **state)
{
	unsigned i;

	begin(state);
	for (i = 0; i < PROBE_MAX_CONNS; i++)
		p->conns[i].fd = -1;
	p->o.helo = "probe.example";
	for (i = 0; i < 2; i++)
		listen_at(i);
	ntargets = accepted = most = 0;
	return 0;
}

static int stop(void **state)
{
	unsigned i;

	conn_close(p);
	for (i = 0; i < ntargets; i++)
		target_free(p, target[i]);
	close(listener[0]);
	close(listener[1]);
	return end(state);
}

/* A domain whose one host is at the listener `at`, under that SNI. */
static struct addr *domain(const char *sni, unsigned at)
{
	struct dns_addr to = { .family = 4, .a = { 127, 0, 0, 1 }, .port = port[at] };
	struct target *x = text_alloc(sizeof *x);

	assert_true(ntargets < TARGETS);
	x->literal = to;
	x->look.handle = -1;
	x->hosts[x->nhosts++] = h = host_new(x, t->name, to.port, &p->o);
	h->state = HOST_PROBING;
	h->base = text_dup(sni);
	host_add_addr(h, &to);
	h->addrs[0].state = ADDR_QUEUED;
	p->at[p->active++] = target[ntargets++] = x;
	h = NULL;
	return &x->hosts[0]->addrs[0];
}

static unsigned live(void)
{
	unsigned i, n = 0;

	for (i = 0; i < PROBE_MAX_CONNS; i++)
		n += p->conns[i].used;
	return n;
}

static void hang_up_on_all(void)
{
	unsigned i;
	int fd;

	for (i = 0; i < 2; i++)
		while ((fd = accept(listener[i], NULL, NULL)) >= 0) {
			accepted++;
			close(fd);
		}
}

static bool all_done(void)
{
	unsigned i;

	for (i = 0; i < ntargets; i++)
		if (target[i]->hosts[0]->addrs[0].state != ADDR_DONE)
			return false;
	return true;
}

static void run_all(void)
{
	unsigned turns;
	struct loop l;

	for (turns = 0; turns < 1000 && !all_done(); turns++) {
		conn_begin(p);
		most = live() > most ? live() : most;
		hang_up_on_all();
		loop_begin(&l);
		conn_want(p, &l);
		if (all_done())
			break;
		assert_int_equal(loop_wait(&l), 0);
		conn_turn(p, &l);
	}
	assert_true(all_done());
	hang_up_on_all();
}

static void two_connections_to_an_address_at_a_time(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 5; i++) { /* of domains that share nothing else, and on two ports */
		char sni[] = "mx0.example";

		sni[2] = (char)('0' + i);
		domain(sni, i % 2);
	}
	conn_begin(p);
	conn_begin(p);
	assert_int_equal(live(), PROBE_PER_ADDRESS);
	run_all();
	assert_int_equal(most, 2);
	assert_int_equal(accepted, 5);
}

static void a_host_of_many_domains_is_connected_to_once(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++)
		domain("mx.example", 0);
	run_all();
	assert_int_equal(accepted, 1);
	for (i = 0; i < 4; i++) {
		assert_int_equal(target[i]->hosts[0]->addrs[0].verdict, VERDICT_FAIL);
		assert_string_equal(target[i]->hosts[0]->addrs[0].problems->code, "smtp-closed");
	}
}

static void another_name_port_or_offer_is_another_dialogue(void **state)
{
	(void)state;
	domain("mx.example", 0);
	domain("mx.other", 0);
	domain("mx.example", 1);
	domain("mx.example", 0);
	target[3]->hosts[0]->tls_on_connect = true;
	domain("mx.example", 0);
	domain("mx.example", 0)->offer = TLS_OFFER_RSA;
	run_all();
	assert_int_equal(accepted, 5);
}

static void the_dialogue_offers_what_the_address_is_asked_for(void **state)
{
	struct addr *a = domain("mx.example", 0);
	struct loop l;
	unsigned i;

	(void)state;
	a->offer = TLS_OFFER_ECDSA;
	conn_begin(p);
	for (i = 0; i < 100 && p->conns[0].connecting; i++) {
		loop_begin(&l);
		conn_want(p, &l);
		assert_int_equal(loop_wait(&l), 0);
		conn_turn(p, &l);
	}
	assert_true(p->conns[0].used && !p->conns[0].connecting);
	assert_int_equal(p->conns[0].cfg.offer, TLS_OFFER_ECDSA);
	run_all();
	assert_false(a->refused); /* it hung up before TLS began */
}

static void a_refused_connection_is_not_tried_again_for_another_domain(void **state)
{
	struct addr *a = domain("mx.example", 0), *b = domain("mx.example", 0);

	(void)state;
	close(listener[0]);
	conn_begin(p);
	run_all();
	assert_string_equal(a->problems->code, "connect-failed");
	assert_string_equal(b->problems->code, "connect-failed");
	assert_int_equal(accepted, 0);
	listen_at(0); /* for the end */
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(two_connections_to_an_address_at_a_time),
		T(a_host_of_many_domains_is_connected_to_once),
		T(another_name_port_or_offer_is_another_dialogue),
		T(the_dialogue_offers_what_the_address_is_asked_for),
		T(a_refused_connection_is_not_tried_again_for_another_domain),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
