/* SPDX-License-Identifier: ISC */
/* src/socks.c: a SOCKS5 proxy's URL, and the dialogue that asks it for a connection (RFC 1928; user
   and password RFC 1929).  Tells the proxy's faults from those of the target behind it. */
#include "src/socks.h"

#include <string.h>

#include "src/args.h"
#include "src/net.h"

enum { VERSION = 5, CONNECT = 1, NO_AUTH = 0, USER_PASS = 2, NONE_ACCEPTABLE = 255,
	IPV4 = 1, DOMAIN = 3, IPV6 = 4, NO_NETWORK = 3, NO_TYPE = 8 };

/* ---- the URL ---------------------------------------------------------------------------------- */

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | (c >= 'A' ? 0x20 : 0)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Does s begin with it, in letters of any case?  (strncasecmp() costs a static program 30 KiB.) */
static bool begins(const char *s, const char *small)
{
	for (; *small; s++, small++)
		if ((*s >= 'A' && *s <= 'Z' ? *s + 32 : *s) != *small)
			return false;
	return true;
}

/* n octets of s, %XX decoded (RFC 3986 section 2.1), into out[256].  0; or -1: too long, or not so
   encoded.  RFC 1929 section 2: 1 to 255 octets. */
static int decode(const char *s, size_t n, char *out)
{
	size_t i, k = 0;

	for (i = 0; i < n && k < 255; i++) {
		int c = (unsigned char)s[i];

		if (c == '%') {
			if (n - i < 3 || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
				return -1;
			c = hex(s[i + 1]) << 4 | hex(s[i + 2]);
			i += 2;
		}
		if (c == 0)
			return -1;
		out[k++] = (char)c;
	}
	out[k] = '\0';
	return i == n && k > 0 ? 0 : -1;
}

/* USER[:PASSWORD], n octets */
static const char *userinfo(const char *s, size_t n, struct socks_proxy *p)
{
	const char *colon = memchr(s, ':', n);
	size_t user = colon ? (size_t)(colon - s) : n;

	p->auth = true;
	if (decode(s, user, p->user) || !colon || decode(colon + 1, n - user - 1, p->pass))
		return "before the @ USER:PASSWORD is wanted, each of 1 to 255 octets, with %XX for "
		    "those that a URL cannot hold";
	return NULL;
}

/* Letters, digits, hyphens and dots, and not digits alone: that is an address gone wrong. */
static bool is_name(const char *s)
{
	uint8_t wire[DNS_NAME_MAX];

	return *s && *s != '.' && strlen(s) < sizeof ((struct socks_proxy *)0)->name &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == strlen(s) &&
	    strspn(s, "0123456789.") < strlen(s) && dns_name_parse(s, wire) == 0;
}

/* ADDR, ADDR:PORT, [ADDR6]:PORT; or a name for the address.  n octets. */
static const char *host_port(const char *s, size_t n, struct socks_proxy *p)
{
	static const char wanted[] = "the host of the proxy is wanted, such as 127.0.0.1:1080, [::1]:1080 "
	    "or proxy.example.org:1080";
	char buf[sizeof p->name + sizeof ":65535"];
	const char *end, *port;

	if (n == 0 || n >= sizeof buf)
		return wanted;
	memcpy(buf, s, n);
	buf[n] = '\0';
	end = *buf == '[' ? strchr(buf, ']') : strchr(buf, ':');
	port = end && *end == ']' ? end + 1 : end;
	if (*buf == '[' && !end)
		return wanted;
	p->at.port = 1080; /* RFC 1928 section 3 */
	if (port && *port && (*port != ':' || args_port(port + 1, &p->at.port)))
		return "after the address a colon and a port from 1 to 65535 are wanted";
	if (end)
		buf[end - buf] = '\0';
	if (begins(buf, "localhost") && !buf[9])
		strcpy(buf, "127.0.0.1");
	if (net_addr_parse(buf + (*buf == '['), &p->at) == 0)
		return NULL;
	p->at.family = 0;
	if (*buf == '[' || !is_name(buf))
		return wanted;
	strcpy(p->name, buf);
	return NULL;
}

const char *socks_url(const char *url, struct socks_proxy *p)
{
	const char *s = strstr(url, "://"), *at, *why = NULL;
	size_t n;

	memset(p, 0, sizeof *p);
	if (!s || !(begins(url, "socks5://") || begins(url, "socks5h://")))
		return "socks5://[USER:PASSWORD@]HOST:PORT is wanted; other kinds of proxy are not known";
	s += 3;
	n = strlen(s);
	if (n && s[n - 1] == '/')
		n--;
	for (at = s + n; at > s && at[-1] != '@'; at--)
		;
	if (at > s)
		why = userinfo(s, (size_t)(at - s) - 1, p);
	return why ? why : host_port(at, n - (size_t)(at - s), p);
}

/* ---- the dialogue ------------------------------------------------------------------------------- */

static void put(struct socks *s, const void *p, size_t n)
{
	memcpy(s->out + s->outlen, p, n);
	s->outlen += n;
}

static void put8(struct socks *s, unsigned v)
{
	s->out[s->outlen++] = (uint8_t)v;
}

static void next(struct socks *s, enum socks_state state, size_t want)
{
	s->state = state;
	s->inlen = 0;
	s->want = want;
}

static void fail(struct socks *s, const char *why, bool by_target)
{
	next(s, SOCKS_FAILED, 0);
	s->outlen = s->outoff = 0;
	s->why = why;
	s->by_target = by_target;
}

void socks_begin(struct socks *s, const struct socks_proxy *p, const struct dns_addr *to)
{
	memset(s, 0, sizeof *s);
	s->proxy = p;
	s->to = *to;
	put8(s, VERSION); /* RFC 1928 section 3 */
	put8(s, p->auth ? 2 : 1);
	put8(s, NO_AUTH);
	if (p->auth)
		put8(s, USER_PASS);
	next(s, SOCKS_METHOD, 2);
}

/* RFC 1928 section 4 */
static void request(struct socks *s)
{
	put8(s, VERSION);
	put8(s, CONNECT);
	put8(s, 0);
	put8(s, s->to.family == 4 ? IPV4 : IPV6);
	put(s, s->to.a, s->to.family == 4 ? 4 : 16);
	put8(s, s->to.port >> 8);
	put8(s, s->to.port & 0xff);
	next(s, SOCKS_REPLY, 5); /* as far as the first octet of the address, which tells its length */
}

/* RFC 1929 section 2 */
static void log_in(struct socks *s)
{
	const char *text[2] = { s->proxy->user, s->proxy->pass };
	unsigned i;

	put8(s, 1);
	for (i = 0; i < 2; i++) {
		put8(s, (unsigned)strlen(text[i]));
		put(s, text[i], strlen(text[i]));
	}
	next(s, SOCKS_AUTH, 2);
}

static void method(struct socks *s)
{
	if (s->in[0] != VERSION)
		fail(s, "the proxy does not speak SOCKS5", false);
	else if (s->in[1] == USER_PASS && s->proxy->auth)
		log_in(s);
	else if (s->in[1] == NO_AUTH)
		request(s);
	else if (s->in[1] == NONE_ACCEPTABLE && !s->proxy->auth)
		fail(s, "the proxy wants a user and a password, and none were given", false);
	else
		fail(s, "the proxy wants a way of authentication that is not known here", false);
}

/* RFC 1928 section 6 */
static void refused(struct socks *s, unsigned code)
{
	static const char *const text[] = { "", "the proxy has failed, and does not say why",
		"the rules of the proxy do not allow that connection",
		"network is unreachable, says the proxy", "no route to host, says the proxy",
		"connection refused, says the proxy", "no answer in time, says the proxy",
		"the proxy does not know the CONNECT command",
		"the proxy does not know that type of address" };

	fail(s, code < sizeof text / sizeof *text ? text[code] : "an error that the proxy alone knows",
	    code >= 3 && code <= 6);
	s->no_ipv6 = s->to.family == 6 && (code == NO_NETWORK || code == NO_TYPE);
}

static void reply(struct socks *s)
{
	if (s->in[0] != VERSION)
		fail(s, "the proxy does not speak SOCKS5", false);
	else if (s->in[1] != 0)
		refused(s, s->in[1]);
	else if (s->in[3] != IPV4 && s->in[3] != IPV6 && s->in[3] != DOMAIN)
		fail(s, "the reply of the proxy has an address of an unknown type", false);
	else if (s->want == 5) /* the rest of the address, and the port */
		s->want = 4 + 2 + (s->in[3] == IPV4 ? 4u : s->in[3] == IPV6 ? 16u : 1u + s->in[4]);
	else
		next(s, SOCKS_OPEN, 0);
}

const uint8_t *socks_out(const struct socks *s, size_t *n)
{
	*n = s->outlen - s->outoff;
	return s->out + s->outoff;
}

void socks_sent(struct socks *s, size_t n)
{
	s->outoff += n;
	if (s->outoff == s->outlen)
		s->outoff = s->outlen = 0;
}

size_t socks_wants(const struct socks *s)
{
	return s->want - s->inlen;
}

void socks_feed(struct socks *s, const uint8_t *p, size_t n)
{
	if (n == 0) {
		fail(s, "the proxy closed the connection", false);
		return;
	}
	if (n > socks_wants(s)) /* cannot be; what is behind would be lost */
		n = socks_wants(s);
	memcpy(s->in + s->inlen, p, n);
	s->inlen += n;
	if (s->inlen < s->want)
		return;
	if (s->outlen > 0) /* it answered before it was asked */
		fail(s, "the proxy does not speak SOCKS5", false);
	else if (s->state == SOCKS_METHOD)
		method(s);
	else if (s->state == SOCKS_AUTH && s->in[1] != 0)
		fail(s, "the proxy does not accept the user and the password", false);
	else if (s->state == SOCKS_AUTH)
		request(s);
	else if (s->state == SOCKS_REPLY)
		reply(s);
}

/* ---- over a socket -------------------------------------------------------------------------------- */

static bool send_out(struct socks *s, int fd)
{
	const uint8_t *p;
	size_t n;
	long sent;

	while (p = socks_out(s, &n), n > 0) {
		sent = net_send(fd, p, n);
		if (sent < 0) {
			if (sent == -1)
				fail(s, "the connection to the proxy broke", false);
			return false;
		}
		socks_sent(s, (size_t)sent);
	}
	return true;
}

void socks_io(struct socks *s, int fd)
{
	uint8_t buf[SOCKS_IN];
	long n;

	while (send_out(s, fd) && socks_wants(s) > 0) {
		n = net_recv(fd, buf, socks_wants(s));
		if (n == -2)
			return;
		if (n == -1)
			fail(s, "the connection to the proxy broke", false);
		else
			socks_feed(s, buf, (size_t)n);
	}
}
