/* SPDX-License-Identifier: ISC */
/* Fuzz target: what a server sends in the clear, to a whole session: records, the ServerHello of each
   version, the flight of TLS 1.0 to 1.2.  The first octet: what is offered, and how large the pieces
   are.  The corpus is from tests/vectors/flight, so that shares and session ids fit. */
#include <stdlib.h>
#include <string.h>
#include "tls/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct tls_session s;

static void drain(void)
{
	size_t n;

	while (tls_session_rec_out(&s, &n) != NULL && n > 0)
		tls_session_rec_out_ack(&s, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = { "mx.example.test" };
	static const uint8_t entropy[32] = { 1, 2, 3 };
	struct tls_dane d = { NULL, 0, names, 1, 1795500000 };
	char why[1024];
	size_t n, piece;

	if (len == 0)
		return 0;
	piece = (data[0] >> 2) + 1u;
	memset(&s, 0xa5, sizeof s);
	tls_session_init(&s, names[0], &d, (enum tls_offer)(data[0] & 3), entropy);
	data++;
	len--;
	drain();
	while (len > 0) {
		uint8_t *to = tls_session_rec_in(&s, &n);

		if (to == NULL || n == 0)
			break;
		n = n < len ? n : len;
		n = piece < 64 && n > piece ? piece : n;
		memcpy(to, data, n);
		tls_session_rec_in_ack(&s, n);
		drain();
		data += n;
		len -= n;
	}
	(void)tls_session_error(&s, why, sizeof why);
	/* nothing matches without records, and no one opens without a key */
	if (tls_session_ok(&s) || (tls_session_opened(&s) && !s.leaf.parsed))
		abort();
	if (tls_session_state(&s) == TLS_FAILED && why[0] == '\0')
		abort();
	return 0;
}
