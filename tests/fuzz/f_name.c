/* SPDX-License-Identifier: ISC */
/*
 * Fuzz the names: compressed ones out of a message (dns_rd_name), presentation format
 * (dns_name_parse_n), and what the validator relies on between two of them: round trips, canonical
 * order (RFC 4034 section 6.1), suffixes and what two names share.
 */
#include "dns/wire.h"

#include <stdlib.h>

static void check(int holds)
{
	if (!holds)
		abort();
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* One name by itself. */
static void check_one(const uint8_t *name)
{
	uint8_t back[DNS_NAME_MAX], low[DNS_NAME_MAX];
	char text[DNS_NAME_TEXT];
	size_t len = dns_name_len(name), i;
	unsigned n, labels = dns_name_labels(name);
	struct dns_rd rd;

	check(len >= 1 && len <= DNS_NAME_MAX && labels <= DNS_LABELS_MAX && name[len - 1] == 0);
	dns_name_str(name, text, sizeof text);
	for (i = 0; text[i] != '\0'; i++)
		check(text[i] > 0x20 && text[i] < 0x7f);
	check(dns_name_parse(text, back) == 0 && !memcmp(back, name, len));
	dns_name_copy(low, name);
	dns_name_lower(low);
	check(dns_name_eq(low, name) && dns_name_cmp(low, name) == 0);
	for (n = 0; n <= labels; n++) {
		const uint8_t *up = dns_name_suffix(name, n);

		check(up + dns_name_len(up) == name + len && dns_name_labels(up) == n);
		check(dns_name_is_under(name, up) && dns_name_common(name, up) == n);
		check(n == labels || (dns_name_cmp(up, name) < 0 && !dns_name_is_under(up, name)));
	}
	dns_rd_init(&rd, name, len);
	check(dns_rd_plain(&rd) == name && dns_rd_done(&rd));
	if (labels > 0)
		check(dns_name_prepend(name + 1, name[0], name + 1 + name[0], back) == 0 &&
		    !memcmp(back, name, len));
	check(dns_name_is_wild(name) == (name[0] == 1 && name[1] == '*'));
}

static void check_two(const uint8_t *a, const uint8_t *b)
{
	unsigned n = dns_name_common(a, b);
	int ab = sign(dns_name_cmp(a, b));

	check(ab == -sign(dns_name_cmp(b, a)) && (ab == 0) == dns_name_eq(a, b));
	check(n == dns_name_common(b, a));
	check(dns_name_eq(dns_name_suffix(a, n), dns_name_suffix(b, n)));
	check(dns_name_is_under(a, b) == (n == dns_name_labels(b)));
	if (n < dns_name_labels(a) && n < dns_name_labels(b))
		check(!dns_name_eq(dns_name_suffix(a, n + 1), dns_name_suffix(b, n + 1)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first octet says where the first name begins; a second follows it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t a[DNS_NAME_MAX], b[DNS_NAME_MAX];
	bool have_a, have_b;
	struct dns_rd rd;

	if (size == 0)
		return 0;
	dns_rd_init(&rd, data + 1, size - 1);
	dns_rd_take(&rd, data[0]);
	dns_rd_name(&rd, a);
	have_a = !rd.bad;
	if (have_a)
		check_one(a);
	dns_rd_name(&rd, b);
	have_b = !rd.bad;
	if (have_b) {
		check_one(b);
		check_two(a, b);
	}
	if (dns_name_parse_n((const char *)data + 1, size - 1, b) == 0) {
		check_one(b);
		if (have_a)
			check_two(a, b);
	}
	return 0;
}
