/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target: the TLS 1.3 client from the ServerHello on.  The input is a script for the server of
 * peer13.c: what goes into its messages and records is the fuzzer's, keys and signatures are right,
 * so that it reaches what lies behind the encryption.  Raw records too.
 */
#include <stdlib.h>
#include "tests/stand13.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct peer13_key key;
static bool verified, finished; /* by messages of the server's own making */

/* A chunk: what to do, how many octets, and they. */
enum {
	RAW, HANDSHAKE, ALERT, APP, CCS, PADDED, EE, REQUEST, CERT, VERIFY, FINISHED, CHANGED, UPDATE,
	TICKET, SAY, CLOSE, KINDS
};

/* A good message with one octet changed on the wire alone. */
static void changed(const uint8_t *p, size_t n)
{
	size_t at;

	if (n < 3 || p[2] == 0) /* it would be good */
		return;
	switch (p[0] % 4) {
	case 0: peer13_ee(&peer, NULL, 0); break;
	case 1: peer13_cert(&peer, NULL, 0); break;
	case 2: peer13_verify(&peer, &key, TLS_ED25519, NULL); break;
	case 3: peer13_finished(&peer); break;
	}
	at = (size_t)p[1] * peer.nflight / 256;
	peer.flight[at] ^= p[2];
}

static void act(unsigned kind, const uint8_t *p, size_t n)
{
	switch (kind) {
	case RAW:
		memcpy(peer.wire + peer.nwire, p, n);
		peer.nwire += n;
		break;
	case HANDSHAKE: peer13_record(&peer, TLS_HANDSHAKE_DATA, p, n); break;
	case ALERT: peer13_record(&peer, TLS_ALERT, p, n); break;
	case APP: peer13_record(&peer, TLS_APP_DATA, p, n); break;
	case CCS: peer13_plain(&peer, TLS_CCS, p, n); break;
	case PADDED: peer13_padded(&peer, n > 0 ? p[0] : 0, p, n, n > 1 ? p[1] : 0); break;
	case EE: peer13_ee(&peer, p, n < 4000 ? n : 4000); break;
	case REQUEST: peer13_msg(&peer, PEER13_REQUEST, p, n); break;
	case CERT: peer13_cert(&peer, p, n); break;
	case VERIFY:
		peer13_verify(&peer, &key, n > 1 ? p[0] << 8 | p[1] : TLS_ED25519, NULL);
		verified = true;
		break;
	case FINISHED:
		peer13_finished(&peer);
		finished |= verified;
		break;
	case CHANGED: changed(p, n); break;
	case UPDATE: peer13_update(&peer, n > 0 ? p[0] % 3 : 0); break;
	case TICKET: peer13_msg(&peer, PEER13_TICKET, p, n); break;
	case SAY: (void)tls13_app_out(&client, p, n); break;
	case CLOSE: tls13_close(&client); break;
	}
}

/* The client takes all, and what it reads and sends is looked at. */
static void pump(size_t piece)
{
	size_t n, taken;

	do {
		taken = run(piece);
		if (tls13_app_in(&client, &n) != NULL)
			tls13_app_in_ack(&client, n);
	} while (taken > 0 && peer.nwire > 0);
	peer.nwire = 0;
	peer.napp = 0;
	if (peer.bad || client.chain.n > TLS_MAX_CERTS)
		abort();
	if (client.opened && !finished)
		abort(); /* nobody but the server can do that */
	if (told.alert >= 0 && told.why == NULL)
		abort();
	if (tls13_is_closed(&client) && told.alert >= 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t n, piece, records, before;
	unsigned kind;
	bool opened;

	if (key.chain.n == 0 && !peer13_key_load(&key, "tls13", "ed25519", "ed25519"))
		abort(); /* run from the top folder */
	if (len < 2)
		return 0;
	stand(0x1301 + data[0] % 3, &key);
	verified = finished = false;
	opened = false;
	piece = data[1] % 4 == 0 ? 1 : data[1] % 4 == 1 ? 7 : SIZE_MAX;
	records = data[1] / 4 % 4 == 0 ? 1 + data[1] / 16 : TLS_MAX_PLAIN;
	for (data += 2, len -= 2; len >= 3; data += n, len -= n) {
		kind = data[0] % KINDS;
		n = (size_t)data[1] << 8 | data[2];
		data += 3;
		len -= 3;
		n = n < len ? n : len;
		n = n < TLS_MAX_PLAIN ? n : TLS_MAX_PLAIN;
		before = peer.nflight;
		act(kind, data, n);
		if (peer.nflight > before)
			peer13_flush(&peer, records);
		if (kind == FINISHED && !opened)
			peer13_open(&peer);
		opened |= kind == FINISHED;
		pump(piece);
	}
	return 0;
}
