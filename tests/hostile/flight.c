/* SPDX-License-Identifier: ISC */
/*
 * tests/hostile/flight.c: handshakes with a server of OpenSSL, recorded with fixed client randomness,
 * played back with every octet of the server's changed in turn.  No handshake may then come to its
 * end, save for the octets that RFC 8446 section 5.1 orders ignored: the version of records in the
 * clear (of handshake records the minor one alone, here), and nothing else.
 *
 *	flight [-a] FILE...         play back; -a: each octet to many values
 *	flight -record PORT FILE    record a handshake with 127.0.0.1:PORT (tests/hostile/record.sh)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/feed.h"
#include "tls/session.h"

enum { FLIGHT_MAX = 1 << 17, PARTS_MAX = 4096 };

/* What was sent, in order. */
static struct part { bool server; size_t off, len; } parts[PARTS_MAX];
static unsigned nparts;
static uint8_t flight[FLIGHT_MAX];
static size_t flight_len;

static struct tls_session s;
static const uint8_t entropy[32] = { 1, 2, 3 };
enum { NOW = 1795500000 };

static void begin(void)
{
	static const char *const names[] = { "mx.example.test" };
	struct tls_dane d = { NULL, 0, names, 1, NOW };

	tls_session_init(&s, names[0], &d, TLS_OFFER_ALL, entropy);
}

static void keep(bool server, const uint8_t *p, size_t n)
{
	if (nparts == PARTS_MAX || n > FLIGHT_MAX - flight_len) {
		fprintf(stderr, "flight: too long\n");
		exit(2);
	}
	parts[nparts++] = (struct part){ server, flight_len, n };
	memcpy(flight + flight_len, p, n);
	flight_len += n;
}

/* ---- recording ----------------------------------------------------------------------- */

static void send_all(int fd)
{
	const uint8_t *p;
	size_t n;

	while ((p = tls_session_rec_out(&s, &n)) != NULL && n > 0) {
		if (write(fd, p, n) != (ssize_t)n)
			exit(2);
		keep(false, p, n);
		tls_session_rec_out_ack(&s, n);
	}
}

static int record(unsigned port, const char *file)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	FILE *f = fopen(file, "wb");
	unsigned i;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || f == NULL || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		return 2;
	begin();
	while (tls_session_state(&s) == TLS_HANDSHAKE) {
		size_t n;
		uint8_t *p;
		ssize_t k;

		send_all(fd);
		if (tls_session_state(&s) != TLS_HANDSHAKE || (p = tls_session_rec_in(&s, &n)) == NULL)
			break;
		k = read(fd, p, n);
		if (k <= 0)
			break;
		keep(true, p, (size_t)k);
		tls_session_rec_in_ack(&s, (size_t)k);
	}
	for (i = 0; i < nparts; i++) {
		const struct part *q = &parts[i];
		uint8_t head[5] = { q->server ? 'S' : 'C', (uint8_t)(q->len >> 24),
			(uint8_t)(q->len >> 16), (uint8_t)(q->len >> 8), (uint8_t)q->len };

		fwrite(head, 1, sizeof head, f);
		fwrite(flight + q->off, 1, q->len, f);
	}
	printf("%s: %s %s %s %s\n", file, tls_session_opened(&s) ? "opened" : "NOT OPENED",
	    tls_session_version(&s), tls_session_suite(&s), tls_session_scheme(&s));
	return fclose(f) != 0 || !tls_session_opened(&s);
}

/* ---- playing back ------------------------------------------------------------------------ */

static bool load(const char *file)
{
	FILE *f = fopen(file, "rb");
	static uint8_t buf[FLIGHT_MAX];
	uint8_t head[5];

	nparts = 0;
	flight_len = 0;
	while (f != NULL && fread(head, 1, sizeof head, f) == sizeof head) {
		size_t n = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];

		if (n > sizeof buf || fread(buf, 1, n, f) != n)
			break;
		keep(head[0] == 'S', buf, n);
	}
	if (f != NULL)
		fclose(f);
	return nparts > 0;
}

/* Take n octets of what the client has to say; false: it is not what was recorded at this place. */
static bool drain(const uint8_t *want, size_t n)
{
	bool same = true;
	const uint8_t *p;
	size_t k;

	while (n > 0 && (p = tls_session_rec_out(&s, &k)) != NULL && k > 0) {
		k = k < n ? k : n;
		same &= memcmp(p, want, k) == 0;
		want += k;
		n -= k;
		tls_session_rec_out_ack(&s, k);
	}
	return same && n == 0;
}

/* Play it all; exact: the client must say what it said.  Was it opened? */
static bool play(bool exact)
{
	unsigned i;
	bool same = true;

	begin();
	for (i = 0; i < nparts; i++) {
		const struct part *q = &parts[i];

		if (q->server)
			session_feed(&s, flight + q->off, q->len);
		else
			same &= drain(flight + q->off, q->len);
	}
	return tls_session_opened(&s) && (!exact || same);
}

/* Octets that are ignored: walks the server's records in the clear.  The version of a dummy
   change_cipher_spec record, and the minor version of a handshake record. */
static void find_ignored(uint8_t *ignored, bool is13)
{
	size_t at = 0, n = 0, k;
	static uint8_t all[FLIGHT_MAX];
	static size_t where[FLIGHT_MAX];
	unsigned i;

	memset(ignored, 0, FLIGHT_MAX);
	for (i = 0; i < nparts; i++) {
		for (k = 0; parts[i].server && k < parts[i].len; k++) {
			where[n] = parts[i].off + k;
			all[n++] = flight[parts[i].off + k];
		}
	}
	while (at + 5 <= n && (all[at] == 22 || (is13 && all[at] == 20))) {
		ignored[where[at + 2]] = 1;
		if (all[at] == 20)
			ignored[where[at + 1]] = 1;
		at += 5 + ((size_t)all[at + 3] << 8 | all[at + 4]);
	}
}

static unsigned long opened, changes, wrong;

static void change(const char *file, size_t at, uint8_t value, bool is_ignored)
{
	uint8_t was = flight[at];

	if (was == value)
		return;
	flight[at] = value;
	changes++;
	if (play(false)) {
		opened++;
		if (!is_ignored && wrong++ < 10)
			printf("# %s: octet %zu, %02x to %02x: the handshake came to its end\n", file, at,
			    was, value);
	}
	flight[at] = was;
}

static bool run(const char *file, bool all)
{
	static const uint8_t many[] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff };
	static uint8_t ignored[FLIGHT_MAX];
	unsigned i, j;
	size_t k;

	opened = changes = wrong = 0;
	if (!load(file) || !play(true)) {
		printf("not ok flight %s: the recording as it is does not come to its end: record it anew "
		    "(tests/hostile/record.sh)\n", file);
		return false;
	}
	find_ignored(ignored, s.version == 0x0304);
	for (i = 0; i < nparts; i++) {
		for (k = 0; parts[i].server && k < parts[i].len; k++) {
			size_t at = parts[i].off + k;

			for (j = 0; j < (all ? sizeof many : 1); j++)
				change(file, at, flight[at] ^ (all ? many[j] : many[at % 8]), ignored[at]);
		}
	}
	printf("%sok flight %s: %lu changes, %lu of ignored octets came to the end, %lu of others\n",
	    wrong == 0 ? "" : "not ", file, changes, opened - wrong, wrong);
	fflush(stdout);
	return wrong == 0;
}

int main(int argc, char **argv)
{
	bool ok = true, all = argc > 1 && strcmp(argv[1], "-a") == 0;
	int i;

	if (argc == 4 && strcmp(argv[1], "-record") == 0)
		return record((unsigned)atoi(argv[2]), argv[3]);
	for (i = all ? 2 : 1; i < argc; i++)
		ok &= run(argv[i], all);
	return !ok;
}
