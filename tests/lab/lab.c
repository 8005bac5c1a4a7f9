/* SPDX-License-Identifier: ISC */
/*
 * The lab's program: options, the one poll() loop, sockets.  A single process and
 * thread; each connection is a struct, each delayed datagram waits in a list, so that
 * no client waits for another.  It ends on SIGTERM or SIGINT, or when the process that
 * started it is gone.
 */
#include "tests/lab/lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FDS 1000
#define MAX_CONNS 400

enum kind { L_UDP, L_DNS_TCP, L_SMTP };
struct listener {
	int fd, role, other; /* other: a second UDP socket, for replies from a wrong port */
	enum kind kind;
	bool tls;
	struct host *host;
};
struct datagram {
	struct datagram *next;
	uint64_t due;
	int fd;
	struct sockaddr_in to;
	size_t n;
	uint8_t p[];
};

static struct listener listeners[MAX_FDS];
static unsigned nlisteners;
static struct conn *conns[MAX_CONNS];
static unsigned nconns;
static struct datagram *waiting, **waiting_end = &waiting; /* in order of `due` */
static unsigned delay_ms, dns_port = 5300;
static unsigned long replies;
static bool verbose;
static volatile sig_atomic_t stop;

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("lab: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(2);
}

void say(const char *fmt, ...)
{
	va_list ap;

	if (!verbose)
		return;
	va_start(ap, fmt);
	fprintf(stderr, "%8.3f ", (double)(mono_ms() % 10000000) / 1000);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

void *xalloc(size_t n)
{
	void *p = calloc(1, n);

	if (!p)
		die("no memory");
	return p;
}

uint64_t mono_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- sockets ------------------------------------------------------------------ */

static int open_socket(int type, unsigned octet, unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, type, 0), one = 1;

	a.sin_addr.s_addr = htonl(0x7f000000 | octet);
	if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0)
		die("socket: %s", strerror(errno));
	if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 ||
	    (type == SOCK_STREAM && listen(fd, 32) != 0))
		die("127.0.0.%u port %u: %s", octet, port, strerror(errno));
	return fd;
}

static struct listener *listener_add(enum kind kind, int role, unsigned octet, unsigned port)
{
	struct listener *l = &listeners[nlisteners++];

	if (nlisteners == MAX_FDS)
		die("too many sockets");
	l->kind = kind;
	l->role = role;
	l->other = -1;
	l->fd = open_socket(kind == L_UDP ? SOCK_DGRAM : SOCK_STREAM, octet, port);
	return l;
}

static void listen_all(void)
{
	for (unsigned r = 0; r < R_ROLES; r++) {
		struct listener *l = listener_add(L_UDP, (int)r, 1, dns_port + r);
		if (r == R_NOISE)
			l->other = open_socket(SOCK_DGRAM, 1, 0);
		listener_add(L_DNS_TCP, (int)r, 1, dns_port + r);
	}
	for (unsigned level = 0; level < 3 && W.auth_port; level++) {
		listener_add(L_UDP, R_AUTH + (int)level, 2 + level, W.auth_port);
		listener_add(L_DNS_TCP, R_AUTH + (int)level, 2 + level, W.auth_port);
	}
	for (unsigned i = 0; i < W.nhosts; i++) {
		if (W.host[i]->behave == B_REFUSED)
			continue;
		listener_add(L_SMTP, -1, W.host[i]->octet, W.smtp_port)->host = W.host[i];
		listener_add(L_SMTP, -1, W.host[i]->octet, W.smtps_port)->host = W.host[i];
		listeners[nlisteners - 1].tls = true;
	}
}

/* ---- datagrams ------------------------------------------------------------------ */

static void send_later(int fd, const struct sockaddr_in *to, const struct msg *m)
{
	struct datagram *d = xalloc(sizeof *d + m->n);

	d->due = mono_ms() + delay_ms;
	d->fd = fd;
	d->to = *to;
	d->n = m->n;
	memcpy(d->p, m->b, m->n);
	*waiting_end = d;
	waiting_end = &d->next;
}

static void send_due(void)
{
	while (waiting && waiting->due <= mono_ms()) {
		struct datagram *d = waiting;
		if (sendto(d->fd, d->p, d->n, 0, (struct sockaddr *)&d->to, sizeof d->to) < 0)
			say("sendto: %s", strerror(errno));
		waiting = d->next;
		if (!waiting)
			waiting_end = &waiting;
		free(d);
	}
}

static void udp_ready(const struct listener *l)
{
	static struct msg m;
	uint8_t q[2000];
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	ssize_t n = recvfrom(l->fd, q, sizeof q, 0, (struct sockaddr *)&from, &len);

	if (n <= 0)
		return;
	for (int decoy = 1; l->role == R_NOISE && decoy <= 3; decoy++)
		if (dns_reply(l->role, decoy, false, q, (size_t)n, &m))
			send_later(decoy == 3 ? l->other : l->fd, &from, &m);
	if (dns_reply(l->role, 0, false, q, (size_t)n, &m)) {
		replies++;
		send_later(l->fd, &from, &m);
	}
}

/* ---- connections ------------------------------------------------------------------ */

void conn_out(struct conn *c, const void *p, size_t n)
{
	if (n > c->capout - c->nout) {
		c->capout = 2 * (c->nout + n);
		c->out = realloc(c->out, c->capout);
		if (!c->out)
			die("no memory");
	}
	memcpy(c->out + c->nout, p, n);
	c->nout += n;
}

static void conn_free(struct conn *c)
{
	struct linger now = {1, 0};

	if (c->reset)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(c->fd);
	free(c->sc);
	free(c->iobuf);
	free(c->out);
	free(c);
}

static void tcp_accept(const struct listener *l)
{
	int fd = accept(l->fd, NULL, NULL);
	struct conn *c;

	if (fd < 0)
		return;
	if (nconns == MAX_CONNS || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
		close(fd);
		return;
	}
	c = xalloc(sizeof *c);
	c->fd = fd;
	c->role = l->role;
	c->host = l->host;
	c->tls_wanted = l->tls;
	conns[nconns++] = c;
	if (c->role < 0)
		smtp_start(c);
}

/* Whole questions, each with two octets of length in front. */
static void dns_input(struct conn *c)
{
	static struct msg m;
	size_t n;

	while (c->nraw >= 2 && c->nraw >= 2 + (n = (size_t)c->raw[0] << 8 | c->raw[1])) {
		if (dns_reply(c->role, 0, true, c->raw + 2, n, &m)) {
			uint8_t len[2] = {(uint8_t)(m.n >> 8), (uint8_t)m.n};
			conn_out(c, len, 2);
			conn_out(c, m.b, m.n);
			c->hold = mono_ms() + delay_ms;
			replies++;
		}
		c->nraw -= n + 2;
		memmove(c->raw, c->raw + n + 2, c->nraw);
	}
}

/* False: the connection has ended. */
static bool conn_read(struct conn *c)
{
	ssize_t n = read(c->fd, c->raw + c->nraw, sizeof c->raw - c->nraw);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	c->nraw += (size_t)n;
	if (c->role >= 0)
		dns_input(c);
	else
		smtp_input(c);
	return !c->reset && c->nraw < sizeof c->raw;
}

static bool conn_write(struct conn *c)
{
	size_t want = c->drip && c->drip < c->nout ? c->drip : c->nout;
	ssize_t n;

	if (c->nout == 0 || c->hold > mono_ms())
		return true;
	n = send(c->fd, c->out, want, MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	memmove(c->out, c->out + n, c->nout - (size_t)n);
	c->nout -= (size_t)n;
	if (c->drip)
		c->hold = mono_ms() + 1;
	if (c->nout == 0)
		smtp_more(c);
	return true;
}

/* ---- the loop ------------------------------------------------------------------------ */

static int sooner(int ms, uint64_t due)
{
	uint64_t now = mono_ms(), left = due > now ? due - now : 0;

	return left < (uint64_t)ms ? (int)left : ms;
}

static nfds_t gather(struct pollfd *pf, int *timeout)
{
	nfds_t n = 0;

	*timeout = 500;
	for (unsigned i = 0; i < nlisteners; i++)
		pf[n++] = (struct pollfd){.fd = listeners[i].fd, .events = POLLIN};
	for (unsigned i = 0; i < nconns; i++) {
		struct conn *c = conns[i];
		short ev = POLLIN;
		if (c->nout && c->hold > mono_ms())
			*timeout = sooner(*timeout, c->hold);
		else if (c->nout)
			ev |= POLLOUT;
		pf[n++] = (struct pollfd){.fd = c->fd, .events = ev};
	}
	if (waiting)
		*timeout = sooner(*timeout, waiting->due);
	return n;
}

static void conns_run(const struct pollfd *pf, unsigned n)
{
	unsigned k = 0, total = nconns;

	for (unsigned i = 0; i < total; i++) {
		struct conn *c = conns[i];
		bool ok = true;
		if (i < n && (pf[i].revents & (POLLIN | POLLHUP | POLLERR)))
			ok = conn_read(c);
		if (ok)
			ok = conn_write(c);
		if (ok && c->closing && c->nout == 0)
			ok = false;
		if (ok)
			conns[k++] = c;
		else
			conn_free(c);
	}
	nconns = k;
}

static void turn(void)
{
	static struct pollfd pf[MAX_FDS + MAX_CONNS];
	int timeout;
	nfds_t n = gather(pf, &timeout);
	unsigned had = nconns;

	if (poll(pf, n, timeout) < 0 && errno != EINTR)
		die("poll: %s", strerror(errno));
	send_due();
	for (unsigned i = 0; i < nlisteners; i++) {
		if (!(pf[i].revents & POLLIN))
			continue;
		if (listeners[i].kind == L_UDP)
			udp_ready(&listeners[i]);
		else
			tcp_accept(&listeners[i]);
	}
	conns_run(pf + nlisteners, had);
	send_due();
}

/* ---- files and options ------------------------------------------------------------------ */

static FILE *create(const char *dir, const char *file)
{
	char path[1000];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, file);
	f = fopen(path, "w");
	if (!f)
		die("%s: %s", path, strerror(errno));
	return f;
}

static void write_anchor(const char *dir)
{
	uint8_t rd[60];
	size_t n = zone_ds(W.zone[0], rd);
	FILE *f = create(dir, "anchor.ds");

	fprintf(f, ". IN DS %u %u %u ", (unsigned)rd[0] << 8 | rd[1], rd[2], rd[3]);
	for (size_t i = 4; i < n; i++)
		fprintf(f, "%02X", rd[i]);
	fputc('\n', f);
	if (fclose(f) != 0)
		die("cannot write anchor.ds");
	f = create(dir, "hints");
	fprintf(f, ". 3600 IN NS ns.\nns. 3600 IN A 127.0.0.2\n");
	if (fclose(f) != 0)
		die("cannot write hints");
}

static void on_signal(int s)
{
	(void)s;
	stop = 1;
}

static void usage(void)
{
	fputs("usage: lab -list | lab -dir DIR [-dns-port N] [-smtp-port N] [-smtps-port N]\n"
	    "           [-auth-port N] [-delay MS] [-dump-zones DIR] [-v]\n"
	    "Serves a miniature internet on 127.0.0.0/8: a forwarder on 127.0.0.1 port -dns-port\n"
	    "and seven misbehaving ones on the ports after it, SMTP servers with STARTTLS on\n"
	    "-smtp-port and with TLS on connect on -smtps-port; with -auth-port the authoritative\n"
	    "servers, on 127.0.0.2 to 127.0.0.4.  DIR gets anchor.ds, hints, and then ready.\n"
	    "SIGUSR1 writes the number of DNS replies so far to DIR/replies.\n", stderr);
	exit(2);
}

static volatile sig_atomic_t want_count;
static void on_usr1(int s)
{
	(void)s;
	want_count = 1;
}

static void write_count(const char *dir)
{
	FILE *f = create(dir, "replies");

	fprintf(f, "%lu\n", replies);
	fclose(f);
	want_count = 0;
}

static unsigned number(const char *s)
{
	char *end;
	unsigned long v = s ? strtoul(s, &end, 10) : 0;

	if (!s || !*s || *end || v > 65535)
		usage();
	return (unsigned)v;
}

static void options(char **argv, const char **dir, const char **dump)
{
	W.smtp_port = 2525;
	W.smtps_port = 4650;
	for (argv++; *argv; argv++) {
		const char *o = *argv;
		if (strcmp(o, "-v") == 0) {
			verbose = true;
			continue;
		}
		if (strcmp(o, "-list") == 0) {
			world_list();
			exit(0);
		}
		if (!*++argv)
			usage();
		if (strcmp(o, "-dir") == 0)
			*dir = *argv;
		else if (strcmp(o, "-dump-zones") == 0)
			*dump = *argv;
		else if (strcmp(o, "-dns-port") == 0)
			dns_port = number(*argv);
		else if (strcmp(o, "-smtp-port") == 0)
			W.smtp_port = number(*argv);
		else if (strcmp(o, "-smtps-port") == 0)
			W.smtps_port = number(*argv);
		else if (strcmp(o, "-auth-port") == 0)
			W.auth_port = number(*argv);
		else if (strcmp(o, "-delay") == 0)
			delay_ms = number(*argv);
		else
			usage();
	}
	if (!*dir)
		usage();
}

int main(int argc, char **argv)
{
	const char *dir = NULL, *dump = NULL;
	struct sigaction sa = {.sa_handler = on_signal}, usr1 = {.sa_handler = on_usr1};
	pid_t parent = getppid();

	(void)argc;
	options(argv, &dir, &dump);
	if (sodium_init() < 0)
		die("libsodium does not start");
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGUSR1, &usr1, NULL);
	signal(SIGPIPE, SIG_IGN);
	world_make();
	for (unsigned i = 0; dump && i < W.nzones; i++)
		zone_dump(W.zone[i], dump);
	listen_all();
	write_anchor(dir);
	fclose(create(dir, "ready"));
	while (!stop && getppid() == parent) {
		turn();
		if (want_count)
			write_count(dir);
	}
	while (nconns)
		conn_free(conns[--nconns]);
	return 0;
}
