/* SPDX-License-Identifier: ISC */
/* src/net.c: the only sockets.  Source ports of UDP come from libsodium's generator
   (RFC 5452 section 9.2), so that a guesser off the path must hit port and id both. */
#include "src/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sodium.h>

#define PORT_TRIES 8 /* random ports tried before the kernel is asked to choose */

union addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static socklen_t fill(const struct dns_addr *a, union addr *u)
{
	memset(u, 0, sizeof *u);
	if (a->family == 4) {
		u->in.sin_family = AF_INET;
		u->in.sin_port = htons(a->port);
		memcpy(&u->in.sin_addr, a->a, 4);
		return sizeof u->in;
	}
	u->in6.sin6_family = AF_INET6;
	u->in6.sin6_port = htons(a->port);
	u->in6.sin6_scope_id = a->scope;
	memcpy(&u->in6.sin6_addr, a->a, 16);
	return sizeof u->in6;
}

static int open_socket(const struct dns_addr *to, int type)
{
	int fd = socket(to->family == 4 ? AF_INET : AF_INET6, type, 0), fl;

	if (fd < 0)
		return -1;
	if (fd >= FD_SETSIZE) { /* select() could not watch it */
		close(fd);
		errno = EMFILE;
		return -1;
	}
	fl = fcntl(fd, F_GETFL);
	if (fl < 0 || fcntl(fd, F_SETFL, fl | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		net_close(fd);
		return -1;
	}
	return fd;
}

/* Bind to a random port; when all tries are taken the kernel chooses at connect(). */
static void random_port(int fd, const struct dns_addr *to)
{
	struct dns_addr any;
	union addr u;
	unsigned i;

	memset(&any, 0, sizeof any);
	any.family = to->family;
	for (i = 0; i < PORT_TRIES; i++) {
		any.port = (uint16_t)(1024 + randombytes_uniform(65536 - 1024));
		if (bind(fd, &u.sa, fill(&any, &u)) == 0)
			return;
	}
}

int net_udp(const struct dns_addr *to)
{
	union addr u;
	socklen_t n = fill(to, &u);
	int fd = open_socket(to, SOCK_DGRAM);

	if (fd < 0)
		return -1;
	random_port(fd, to);
	if (connect(fd, &u.sa, n) < 0) {
		net_close(fd);
		return -1;
	}
	return fd;
}

int net_tcp(const struct dns_addr *to, bool *done)
{
	union addr u;
	socklen_t n = fill(to, &u);
	int fd = open_socket(to, SOCK_STREAM), on = 1;

	*done = false;
	if (fd < 0)
		return -1;
	/* else what is written in pieces, as a flight of TLS is, waits for the first to be acknowledged */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, &u.sa, n) == 0)
		*done = true;
	else if (errno != EINPROGRESS && errno != EINTR) {
		net_close(fd);
		return -1;
	}
	return fd;
}

int net_error(int fd)
{
	int err = 0;
	socklen_t n = sizeof err;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) < 0)
		return errno;
	return err;
}

static long outcome(ssize_t n)
{
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return -2;
	return (long)n;
}

long net_recv(int fd, void *p, size_t n)
{
	return outcome(recv(fd, p, n, 0));
}

long net_send(int fd, const void *p, size_t n)
{
	return outcome(send(fd, p, n, MSG_NOSIGNAL));
}

void net_close(int fd)
{
	int err = errno;

	close(fd);
	errno = err;
}

const char *net_why(int err)
{
	switch (err) {
	case ECONNREFUSED: return "connection refused";
	case ECONNRESET: return "connection reset by peer";
	case EPIPE: return "connection closed by peer";
	case ETIMEDOUT: return "connection timed out";
	case EHOSTUNREACH: return "no route to host";
	case ENETUNREACH: return "network is unreachable";
	case EADDRNOTAVAIL: return "no source address for this destination";
	case EAFNOSUPPORT: return "address family not supported here";
	case EACCES: case EPERM: return "not permitted on this machine";
	case EMFILE: case ENFILE: return "too many open files";
	case ENETDOWN: return "network is down";
	case ENOBUFS: case ENOMEM: return "out of buffer space";
	case EMSGSIZE: return "message too long";
	default: return "network error";
	}
}

bool net_no_route(int err)
{
	return err == ENETUNREACH || err == EADDRNOTAVAIL || err == EAFNOSUPPORT;
}

/* connect() of a UDP socket looks for a route and a source address, and sends nothing.  To where
   is of no account, as long as it is in the Internet: a.root-servers.net. */
bool net_has_family(unsigned family)
{
	static const struct dns_addr far[] = {
		{ .family = 4, .a = { 198, 41, 0, 4 }, .port = 53 },
		{ .family = 6, .port = 53, .a = { 0x20, 0x01, 0x05, 0x03, 0xba, 0x3e, 0, 0, 0, 0,
		    0, 0x02, 0, 0x30 } }, /* 2001:503:ba3e::2:30 */
	};
	const struct dns_addr *to = &far[family == 6];
	int fd = open_socket(to, SOCK_DGRAM);
	union addr u;
	bool has;

	if (fd < 0)
		return errno != EAFNOSUPPORT;
	has = connect(fd, &u.sa, fill(to, &u)) == 0 || !net_no_route(errno);
	net_close(fd);
	return has;
}

char *net_addr_str(const struct dns_addr *a, bool with_port, char *buf, size_t cap)
{
	char t[INET6_ADDRSTRLEN] = "", zone[16] = "";

	if (!inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->a, t, sizeof t))
		strcpy(t, "?");
	if (a->scope)
		snprintf(zone, sizeof zone, "%%%lu", (unsigned long)a->scope);
	if (with_port)
		snprintf(buf, cap, a->family == 4 ? "%s%s:%u" : "[%s%s]:%u", t, zone,
		    (unsigned)a->port);
	else
		snprintf(buf, cap, "%s%s", t, zone);
	return buf;
}

static int zone_index(const char *s, uint32_t *scope)
{
	uint32_t v = 0;

	*scope = if_nametoindex(s);
	if (*scope)
		return 0;
	for (; *s >= '0' && *s <= '9' && v < 100000000; s++)
		v = v * 10 + (uint32_t)(*s - '0');
	*scope = v;
	return *s || !v ? -1 : 0;
}

int net_addr_parse(const char *s, struct dns_addr *a)
{
	char buf[NET_ADDR_TEXT];
	size_t n = strcspn(s, "%");

	if (strlen(s) >= sizeof buf)
		return -1;
	memcpy(buf, s, n);
	buf[n] = '\0';
	a->scope = 0;
	memset(a->a, 0, sizeof a->a);
	if (!s[n] && inet_pton(AF_INET, buf, a->a) == 1) {
		a->family = 4;
		return 0;
	}
	if (inet_pton(AF_INET6, buf, a->a) != 1)
		return -1;
	a->family = 6;
	return s[n] ? zone_index(s + n + 1, &a->scope) : 0; /* RFC 4007 section 11 */
}
