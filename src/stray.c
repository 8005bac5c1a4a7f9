/* SPDX-License-Identifier: ISC */
/* src/stray.c: TLSA records that are published where no sender looks for them: at another port, or
   at a name that lacks the underscore labels.  They are asked for only when there are none at the
   right name, and decide nothing: they make a hint. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/probe.h"

#define NAMES 3 /* the host itself, 25.tcp.host, _25.host; then ports */
static const uint16_t ports[] = { 25, 465, 587, 443 };
_Static_assert(NAMES + sizeof ports / sizeof *ports == HOST_STRAYS, "places of a host");

static int put(const char *label, const uint8_t *name, uint8_t *out)
{
	return dns_name_prepend((const uint8_t *)label, strlen(label), name, out);
}

/* False: there is no such name. */
static bool owner(const struct host *h, const uint8_t *base, unsigned i, uint8_t *out)
{
	unsigned port = i < NAMES ? h->port : ports[i - NAMES];
	uint8_t tcp[DNS_NAME_MAX];
	char label[8];

	snprintf(label, sizeof label, "%s%u", i == 1 ? "" : "_", port);
	if (i == 0) {
		dns_name_copy(out, base);
		return true;
	}
	if (i == 2)
		return put(label, base, out) == 0;
	return (i < NAMES || port != h->port) && put(i == 1 ? "tcp" : "_tcp", base, tcp) == 0 &&
	    put(label, tcp, out) == 0;
}

void stray_begin(struct host *h)
{
	const uint8_t *base = h->secure_alias ? h->main->end : h->name;
	uint8_t name[DNS_NAME_MAX];
	unsigned i;

	h->stray = text_alloc(HOST_STRAYS * sizeof *h->stray);
	for (i = 0; i < HOST_STRAYS; i++)
		if (owner(h, base, i, name))
			look_init(&h->stray[i], name, DNS_TLSA);
}

bool stray_poll(struct probe *p, struct host *h)
{
	bool all = true;
	unsigned i;

	for (i = 0; i < HOST_STRAYS; i++)
		all = look_poll(p, &h->stray[i]) && all;
	return all;
}

bool stray_ready(const struct probe *p, const struct host *h)
{
	unsigned i;

	for (i = 0; h->stray && i < HOST_STRAYS; i++)
		if (h->stray[i].wanted && look_ready(p, &h->stray[i]))
			return true;
	return false;
}

void stray_say(const struct host *h, struct text *t)
{
	char buf[DNS_NAME_TEXT];
	unsigned i;

	for (i = 0; i < HOST_STRAYS; i++) {
		const struct look *k = &h->stray[i];

		if (!k->has_data)
			continue;
		text_printf(t, "; there are TLSA records at %s, ", dns_name_str(k->name, buf, sizeof buf));
		if (i < NAMES)
			text_puts(t, "which lacks the labels that make a TLSA name, so nobody looks there");
		else
			text_printf(t, "which is for port %u: were they meant for port %u?",
			    (unsigned)ports[i - NAMES], (unsigned)h->port);
	}
}

void stray_free(struct probe *p, struct host *h)
{
	unsigned i;

	for (i = 0; h->stray && i < HOST_STRAYS; i++)
		if (h->stray[i].wanted)
			look_free(p, &h->stray[i]);
	free(h->stray);
	h->stray = NULL;
}
