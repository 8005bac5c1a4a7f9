/* SPDX-License-Identifier: ISC */
/* src/idna.c: Punycode (RFC 3492), one way: from what a user typed to what the DNS has (RFC 5890).
   Only to tell the user; no name is looked up by this. */
#include "src/idna.h"

#include <stdint.h>
#include <string.h>

#include "src/text.h"

enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, FIRST_BIAS = 72, FIRST_CODE = 128,
	LABEL_MAX = 63 };

/* The next code point of UTF-8 (RFC 3629 section 3); -1: it is none. */
static int32_t utf8_next(const unsigned char **s)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = *s;
	unsigned more = *p < 0x80 ? 0 : *p >> 5 == 6 ? 1 : *p >> 4 == 14 ? 2 : *p >> 3 == 30 ? 3 : 4, i;
	uint32_t c = more == 0 ? *p : more == 4 ? 0 : *p & (0x3fu >> more);

	if (more == 4)
		return -1;
	for (i = 1; i <= more; i++) {
		if (p[i] >> 6 != 2)
			return -1;
		c = c << 6 | (p[i] & 0x3f);
	}
	*s = p + 1 + more;
	return c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? -1 : (int32_t)c;
}

static uint32_t small(uint32_t c)
{
	bool shift32 = (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f);

	if (c >= 0x400 && c <= 0x40f)
		return c + 0x50;
	return shift32 ? c + 0x20 : c;
}

/* RFC 3492 section 6.1 */
static unsigned adapt(uint32_t delta, unsigned points, bool first)
{
	unsigned k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > ((BASE - TMIN) * TMAX) / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

/* RFC 3492 section 6.3: delta as a variable-length integer */
static void put_delta(struct text *t, uint32_t delta, unsigned bias)
{
	unsigned k;

	for (k = BASE;; k += BASE) {
		unsigned low = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
		unsigned digit = delta < low ? delta : low + (delta - low) % (BASE - low);

		text_printf(t, "%c", digit < 26 ? 'a' + (int)digit : '0' + (int)digit - 26);
		if (delta < low)
			return;
		delta = (delta - low) / (BASE - low);
	}
}

/* RFC 3492 section 6.3; of a label's at most 63 code points nothing can overflow. */
static void punycode(struct text *t, const uint32_t *c, unsigned n)
{
	uint32_t code = FIRST_CODE, delta = 0;
	unsigned bias = FIRST_BIAS, done = 0, basic, i;

	text_puts(t, "xn--");
	for (i = 0; i < n; i++)
		if (c[i] < 0x80) {
			text_printf(t, "%c", (int)c[i]);
			done++;
		}
	basic = done;
	if (basic > 0)
		text_puts(t, "-");
	while (done < n) {
		uint32_t least = UINT32_MAX;

		for (i = 0; i < n; i++)
			if (c[i] >= code && c[i] < least)
				least = c[i];
		delta += (least - code) * (done + 1);
		code = least;
		for (i = 0; i < n; i++) {
			delta += c[i] < code;
			if (c[i] != code)
				continue;
			put_delta(t, delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
		delta++;
		code++;
	}
}

/* Octets of the dot at s: a full stop, or what is typed for one (RFC 3490 section 3.1, 1):
   ideographic, fullwidth, halfwidth.  0: there is none. */
static size_t dot(const unsigned char *s)
{
	return *s == '.' ? 1 : !strncmp((const char *)s, "\xe3\x80\x82", 3) ||
	    !strncmp((const char *)s, "\xef\xbc\x8e", 3) ||
	    !strncmp((const char *)s, "\xef\xbd\xa1", 3) ? 3 : 0;
}

/* One label, as far as a dot or the end; *s moves there.  False: not UTF-8, or too long. */
static bool label(struct text *t, const unsigned char **s)
{
	uint32_t c[LABEL_MAX];
	unsigned n = 0, i;
	bool ascii = true;
	size_t before = t->len;

	while (**s && !dot(*s)) {
		int32_t one = utf8_next(s);

		if (one < 0 || n == LABEL_MAX)
			return false;
		c[n] = small((uint32_t)one);
		ascii = ascii && c[n] < 0x80;
		n++;
	}
	if (!ascii)
		punycode(t, c, n);
	for (i = 0; ascii && i < n; i++)
		text_printf(t, "%c", (int)c[i]);
	return t->len - before <= LABEL_MAX;
}

bool idna_show(const char *name, char *out, size_t cap)
{
	const unsigned char *s = (const unsigned char *)name;
	struct text t = { 0 };
	bool ok;

	while ((ok = label(&t, &s)) && *s) {
		text_puts(&t, ".");
		s += dot(s);
	}
	ok = ok && t.len < cap;
	if (ok)
		strcpy(out, text_str(&t));
	text_free(&t);
	return ok;
}
