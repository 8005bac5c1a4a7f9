/* SPDX-License-Identifier: ISC */
/* Unit tests of src/net.c: what an off-path attacker would have to guess. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <sys/socket.h>

#include "src/net.h"

enum { SOCKETS = 64 };

static unsigned port_of(int fd)
{
	struct sockaddr_in a;
	socklen_t n = sizeof a;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	return ntohs(a.sin_port);
}

/* Ports are all different, spread over the range, and in no order. */
static void rfc5452_9_2_random_ports(void **state)
{
	struct dns_addr to = { .family = 4, .a = { 127, 0, 0, 1 }, .port = 9 };
	unsigned port[SOCKETS], i, j, up = 0, near = 0, low = 65535, high = 0;
	int fd[SOCKETS];

	(void)state;
	for (i = 0; i < SOCKETS; i++) {
		fd[i] = net_udp(&to);
		assert_true(fd[i] >= 0);
		port[i] = port_of(fd[i]);
		assert_true(port[i] >= 1024);
		for (j = 0; j < i; j++)
			assert_int_not_equal(port[i], port[j]);
		low = port[i] < low ? port[i] : low;
		high = port[i] > high ? port[i] : high;
		up += i > 0 && port[i] > port[i - 1];
		near += i > 0 && (port[i] - port[i - 1] + 2) <= 4;
	}
	assert_true(high - low > 30000);        /* 64 draws fail this by chance once in 10^14 */
	assert_true(up > 8 && up < 55);         /* neither rising nor falling */
	assert_true(near < 8);
	for (i = 0; i < SOCKETS; i++)
		net_close(fd[i]);
}

/* A flight of TLS goes out in pieces; none of them may wait until the one before is acknowledged. */
static void tcp_sends_at_once(void **state)
{
	struct dns_addr to = { .family = 4, .a = { 127, 0, 0, 1 } };
	struct sockaddr_in a = { .sin_family = AF_INET };
	int at = socket(AF_INET, SOCK_STREAM, 0), on = 0, fd;
	socklen_t n = sizeof on;
	bool up;

	(void)state;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(at, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(at, 1), 0);
	to.port = (uint16_t)port_of(at);
	fd = net_tcp(&to, &up);
	assert_true(fd >= 0);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &n), 0);
	assert_true(on != 0);
	net_close(fd);
	net_close(at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc5452_9_2_random_ports),
		cmocka_unit_test(tcp_sends_at_once),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
