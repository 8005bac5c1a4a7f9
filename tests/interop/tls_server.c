/* SPDX-License-Identifier: ISC */
/*
 * tests/interop/tls_server.c: options, sockets and the SMTP dialogue of the servers to probe.  One
 * process a connection.  Ends when its standard input does.
 */
#include "tests/interop/tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE 1024
#define PATIENCE 20 /* seconds for one connection */

static struct options o = { .tickets = -1 };

void die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(2);
}

/* One write for one line: several processes have the same output. */
void say(const char *fmt, ...)
{
	char line[LINE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line - 1, fmt, ap);
	va_end(ap);
	if (n > (int)sizeof line - 2)
		n = (int)sizeof line - 2;
	line[n] = '\n';
	if (write(1, line, (size_t)n + 1) < 0)
		_exit(3);
}

static void read_staple(struct pair *p)
{
	FILE *f = fopen(p->staple, "rb");

	p->ocsp = malloc(MAX_STAPLE);
	if (f == NULL || p->ocsp == NULL)
		die(p->staple, "cannot be read");
	p->nocsp = fread(p->ocsp, 1, MAX_STAPLE, f);
	fclose(f);
}

static int number(const char *what, const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end != '\0' || n < 0 || n > 100000)
		die(what, "wants a number");
	return (int)n;
}

/* The options -cert, -key and -staple: the latter two are of the -cert before them. */
static int pair_option(const char *name, const char *value)
{
	struct pair *p = &o.pair[o.npairs - (o.npairs > 0)];

	if (strcmp(name, "-cert") == 0) {
		if (o.npairs == MAX_PAIRS)
			die(name, "too many");
		o.pair[o.npairs++].cert = value;
	} else if (strcmp(name, "-key") == 0)
		p->key = value;
	else if (strcmp(name, "-staple") == 0)
		p->staple = value;
	else
		return 0;
	return 1;
}

static int flag_option(const char *name)
{
	if (strcmp(name, "-on-connect") == 0)
		o.on_connect = 1;
	else if (strcmp(name, "-key-update") == 0)
		o.key_update = 1;
	else if (strcmp(name, "-no-middlebox") == 0)
		o.no_middlebox = 1;
	else
		return 0;
	return 1;
}

static void value_option(const char *name, const char *value)
{
	const struct { const char *name; const char **to; } texts[] = {
		{ "-min", &o.min }, { "-max", &o.max }, { "-groups", &o.groups },
		{ "-sigalgs", &o.sigalgs }, { "-ciphers", &o.ciphers },
		{ "-ciphersuites", &o.suites }, { "-priority", &o.priority },
		{ "-client-cert", &o.client_cert },
	};
	const struct { const char *name; int *to; } numbers[] = {
		{ "-fragment", &o.fragment }, { "-split", &o.split }, { "-padding", &o.padding },
		{ "-tickets", &o.tickets }, { "-lines", &o.lines },
	};
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].to = value;
			return;
		}
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (strcmp(name, numbers[i].name) == 0) {
			*numbers[i].to = number(name, value);
			return;
		}
	die(name, "no such option");
}

static void read_options(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (flag_option(argv[i]))
			continue;
		if (i + 1 == argc)
			die(argv[i], "wants a value, or is no option");
		if (!pair_option(argv[i], argv[i + 1]))
			value_option(argv[i], argv[i + 1]);
		i++;
	}
	if (o.npairs == 0)
		die("-cert", "none");
	for (i = 0; i < o.npairs; i++) {
		if (o.pair[i].key == NULL)
			die(o.pair[i].cert, "has no -key");
		if (o.pair[i].staple != NULL)
			read_staple(&o.pair[i]);
	}
}

/* ---- the dialogue ------------------------------------------------------------------ */

struct channel {
	const struct library *lib; /* NULL: in the clear */
	void *s;
	int fd;
	char in[LINE];
	int n;
};

static int put(struct channel *c, const char *text)
{
	int n = (int)strlen(text);

	return (c->lib ? c->lib->put(c->s, text, n) : (int)write(c->fd, text, (size_t)n)) == n;
}

/* The next line, without its end; 0 when there is none. */
static int get(struct channel *c, char *line)
{
	char *end;
	int got;

	while ((end = memchr(c->in, '\n', (size_t)c->n)) == NULL) {
		int room = (int)sizeof c->in - c->n;

		if (room == 0)
			return 0;
		got = c->lib ? c->lib->get(c->s, c->in + c->n, room) :
		    (int)read(c->fd, c->in + c->n, (size_t)room);
		if (got <= 0)
			return 0;
		c->n += got;
	}
	got = (int)(end - c->in);
	memcpy(line, c->in, (size_t)got);
	line[got > 0 && line[got - 1] == '\r' ? got - 1 : got] = '\0';
	c->n -= got + 1;
	memmove(c->in, end + 1, (size_t)c->n);
	return 1;
}

static int greet(struct channel *c)
{
	size_t cap = (size_t)o.lines * 70 + 200, n;
	char *text = malloc(cap);
	int i, good;

	if (text == NULL)
		die("malloc", "no memory");
	n = (size_t)sprintf(text, "250-mx.example.test\r\n");
	for (i = 0; i < o.lines; i++)
		n += (size_t)sprintf(text + n, "250-XLINE%04d %050d\r\n", i, i);
	sprintf(text + n, c->lib ? "250 8BITMIME\r\n" : "250 STARTTLS\r\n");
	good = put(c, text);
	free(text);
	return good;
}

/* Commands until QUIT or the end; true: STARTTLS was asked for. */
static int talk(struct channel *c)
{
	char line[LINE];

	while (get(c, line)) {
		if (strncasecmp(line, "EHLO ", 5) == 0) {
			if (!greet(c))
				return 0;
		} else if (strcasecmp(line, "STARTTLS") == 0 && c->lib == NULL) {
			return put(c, "220 go ahead\r\n");
		} else if (strcasecmp(line, "QUIT") == 0) {
			put(c, "221 bye\r\n");
			say("quit");
			return 0;
		} else if (!put(c, "500 what?\r\n"))
			return 0;
	}
	return 0;
}

/* Close without a reset, which would take from the peer what it has not read yet. */
static void drain(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buf[LINE];

	shutdown(fd, SHUT_WR);
	while (poll(&p, 1, 3000) == 1 && read(fd, buf, sizeof buf) > 0)
		continue;
	close(fd);
}

static void converse(int fd, const struct library *lib)
{
	struct channel c = { .fd = fd };

	if (!o.on_connect && (!put(&c, "220 mx.example.test ESMTP\r\n") || !talk(&c)))
		return;
	if (c.n != 0)
		die("STARTTLS", "octets after it in the clear");
	c.s = lib->handshake(fd);
	if (c.s == NULL)
		return;
	c.lib = lib;
	if (!o.on_connect || put(&c, "220 mx.example.test ESMTP\r\n"))
		talk(&c);
	lib->end(c.s);
}

/* ---- the socket -------------------------------------------------------------------- */

static int listener(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 8) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		die("listen", "cannot");
	say("port %d", ntohs(a.sin_port));
	return fd;
}

static void take(int fd, const struct library *lib)
{
	int peer = accept(fd, NULL, NULL), now = 1;

	if (peer < 0)
		return;
	say("conn");
	setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
	if (fork() == 0) {
		close(fd);
		alarm(PATIENCE);
		converse(peer, lib);
		drain(peer);
		_exit(0);
	}
	close(peer);
}

int serve(int argc, char **argv, const struct library *lib)
{
	struct pollfd p[2] = { { .fd = 0, .events = POLLIN }, { .events = POLLIN } };
	char c;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	read_options(argc, argv);
	lib->setup(&o);
	p[1].fd = listener();
	while (poll(p, 2, -1) > 0) {
		if (p[0].revents != 0 && read(0, &c, 1) <= 0)
			return 0;
		if (p[1].revents != 0)
			take(p[1].fd, lib);
	}
	return 1;
}
