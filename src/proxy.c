/* SPDX-License-Identifier: ISC */
/* src/proxy.c: where the proxy of -proxy-tcp is, when it was given by name: /etc/hosts, as everybody
   expects, else the DNS, by our own resolver and beside the first look-ups of the targets.  A proxy is
   a courier: that its address is outside DNSSEC is no matter, but one that is proven wrong is not used. */
#include "src/proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/net.h"
#include "src/report_out.h"

#define LINE 1024 /* octets of a line of /etc/hosts that are looked at, as many as nsswitch.conf(5) has */

/* ---- /etc/hosts ----------------------------------------------------------------------- */

/* Without regard to case, and to a dot at the end of b. */
static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && ((*a ^ *b) != 0x20 || (*a | 0x20) < 'a' || (*a | 0x20) > 'z'))
			return false;
	return !*a && (!*b || !strcmp(b, "."));
}

/* "ADDR NAME NAME... # comment", written to. */
static bool hosts_line(char *line, const char *name, struct dns_addr *a)
{
	char *save = NULL, *addr, *w;
	struct dns_addr x;

	line[strcspn(line, "#\r\n")] = '\0';
	addr = strtok_r(line, " \t", &save);
	while (addr && (w = strtok_r(NULL, " \t", &save)) != NULL)
		if (same_name(w, name) && net_addr_parse(addr, &x) == 0) {
			x.port = a->port;
			*a = x;
			return true;
		}
	return false;
}

/* Of a line that has no room its last word may be a part of one. */
static void cut(char *line)
{
	size_t n = strlen(line);

	while (n > 0 && line[n - 1] != ' ' && line[n - 1] != '\t')
		n--;
	line[n] = '\0';
}

bool proxy_hosts(const char *path, const char *name, struct dns_addr *a)
{
	FILE *f = fopen(path, "r");
	bool found = false, whole = true, was;
	char line[LINE];

	while (f && !found && fgets(line, sizeof line, f)) {
		was = whole; /* the rest of a long line is no line of its own */
		whole = strchr(line, '\n') != NULL || feof(f);
		if (!whole)
			cut(line);
		found = was && hosts_line(line, name, a);
	}
	if (f)
		fclose(f);
	return found;
}

/* ---- the DNS ------------------------------------------------------------------------------ */

void proxy_begin(struct probe *p)
{
	static const uint16_t type[2] = { DNS_A, DNS_AAAA };
	const struct socks_proxy *s = p->o.proxy;
	uint8_t name[DNS_NAME_MAX];
	unsigned i;

	p->proxy_look[0].handle = p->proxy_look[1].handle = -1;
	if (!s || p->o.chain)
		return;
	p->proxy_at = s->at;
	if (s->at.family || dns_name_parse(s->name, name)) /* socks_url() has seen to that */
		return;
	for (i = 0; i < 2; i++)
		look_init(&p->proxy_look[i], name, type[i]);
}

static bool is_usable(const struct look *k)
{
	return k->has_data && (k->state == DNS_SEC_SECURE || k->state == DNS_SEC_INSECURE);
}

/* The look-up whose address is used: of both families the one that this machine has; or NULL. */
static const struct look *choose(const struct probe *p)
{
	const struct look *a = &p->proxy_look[0], *aaaa = &p->proxy_look[1];

	if (!is_usable(a) || !is_usable(aaaa))
		return is_usable(a) ? a : is_usable(aaaa) ? aaaa : NULL;
	return net_has_family(4) || !net_has_family(6) ? a : aaaa;
}

/* Neither can be used: the worse reason of the two. */
static void say_why(struct probe *p)
{
	struct text t = { 0 };
	unsigned i;

	for (i = 0; i < 2 && !t.len; i++) {
		const struct look *k = &p->proxy_look[i];

		if (k->state == DNS_SEC_BOGUS || k->state == DNS_SEC_INDETERMINATE)
			text_printf(&t, "its %s records are %s: %s", i ? "AAAA" : "A", k->state ==
			    DNS_SEC_BOGUS ? "bogus and not used" : "not to be had", look_why(k));
	}
	if (!t.len)
		text_puts(&t, p->proxy_look[0].rcode == DNS_NXDOMAIN ? "there is no such name, neither in "
		    "/etc/hosts nor in the DNS" : "it has no address, neither in /etc/hosts nor in the DNS");
	p->proxy_why = text_dup(text_str(&t));
	text_free(&t);
}

/* The first address of the look-up. */
static void take(struct probe *p, const struct look *k)
{
	char buf[NET_ADDR_TEXT];
	struct dns_rr rr;
	size_t pos = 0;

	if (!look_next(k, &pos, &rr) || rr.rdlen != (k->type == DNS_A ? 4 : 16))
		return; /* cannot be: dns/ has seen to the length */
	p->proxy_at.family = k->type == DNS_A ? 4 : 6;
	memcpy(p->proxy_at.a, rr.rdata, rr.rdlen);
	debug_line("proxy name=%s address=%s status=%s", p->o.proxy->name,
	    net_addr_str(&p->proxy_at, true, buf, sizeof buf), dns_sec_str(k->state));
}

bool proxy_poll(struct probe *p)
{
	bool a, aaaa;
	const struct look *k;

	if (!p->o.proxy || p->proxy_at.family || p->proxy_why)
		return true;
	a = look_poll(p, &p->proxy_look[0]);
	aaaa = look_poll(p, &p->proxy_look[1]);
	if (!a || !aaaa)
		return false;
	k = choose(p);
	if (k)
		take(p, k);
	if (!p->proxy_at.family)
		say_why(p);
	return true;
}

bool proxy_ready(const struct probe *p)
{
	return look_ready(p, &p->proxy_look[0]) || look_ready(p, &p->proxy_look[1]);
}

void proxy_free(struct probe *p)
{
	look_free(p, &p->proxy_look[0]);
	look_free(p, &p->proxy_look[1]);
	free(p->proxy_why);
	p->proxy_why = NULL;
}

const char *proxy_str(const struct probe *p, char *buf, size_t cap)
{
	if (!*p->o.proxy->name)
		return net_addr_str(&p->o.proxy->at, true, buf, cap);
	snprintf(buf, cap, "%s:%u", p->o.proxy->name, (unsigned)p->o.proxy->at.port);
	return buf;
}
