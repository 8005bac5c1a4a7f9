/* SPDX-License-Identifier: ISC */
/*
 * tests/peer13.h: a small TLS 1.3 server for tests, from its ServerHello on, on tls/sched.c and
 * tls/record.c.  Each message is made by a function of its own, so that a test can leave it out,
 * change it, or send it at the wrong time.
 */
#ifndef TESTS_PEER13_H
#define TESTS_PEER13_H

#include <stdbool.h>
#include "tls/hello.h"
#include "tls/record.h"
#include "tls/sched.h"
#include "tls/tls.h"

#define PEER13_TICKET 4
#define PEER13_EXTENSIONS 8
#define PEER13_CERT 11
#define PEER13_REQUEST 13
#define PEER13_VERIFY 15
#define PEER13_FINISHED 20
#define PEER13_KEY_UPDATE 24

/* A private key, and the certificates shown with it. */
struct peer13_key {
	struct tls_chain chain;
	br_skey_decoder_context br;
	bool ed;
	uint8_t ed_secret[64];
};
/* From folder/name.pem and folder/name.key under tests/vectors.  False: they cannot be read. */
bool peer13_key_load(struct peer13_key *k, const char *folder, const char *cert, const char *key);

struct peer13 {
	unsigned suite;
	const struct peer13_key *key;
	struct tls_sched sched;
	uint8_t ours[TLS_MAX_HASH], theirs[TLS_MAX_HASH];
	struct tls_record in, out;
	br_multihash_context transcript;
	/* handshake messages not yet put into records, and records not yet taken */
	size_t nflight, nwire;
	/* what the client sent */
	unsigned records, ccs, updates;
	bool ccs_late;               /* a change_cipher_spec after an encrypted record */
	bool bad;                    /* a record that does not open, or a message that is wrong */
	int alert;                   /* -1: none */
	bool cert, finished;
	size_t nrec, napp;
	uint8_t flight[200000], wire[400000], rec[TLS_RECORD_HEAD + TLS_MAX_CIPHER], app[100000];
};

/* hello stands for ClientHello and ServerHello. */
void peer13_begin(struct peer13 *p, unsigned suite, const struct peer13_key *key,
    const uint8_t *hello, size_t n, const uint8_t *secret, size_t nsecret);
/* Queue a handshake message, and take it into the transcript. */
void peer13_msg(struct peer13 *p, unsigned type, const uint8_t *body, size_t n);
/* Messages of the server's flight; ext: the extensions of the leaf's entry, NULL: none. */
void peer13_ee(struct peer13 *p, const uint8_t *ext, size_t n);
void peer13_cert(struct peer13 *p, const uint8_t *ext, size_t n);
/* context NULL: the right one. */
void peer13_verify(struct peer13 *p, const struct peer13_key *by, unsigned scheme,
    const char *context);
/* The signature alone, into sig (1024 octets); its octets. */
size_t peer13_sign(const struct peer13_key *by, unsigned scheme, const uint8_t *text, size_t n,
    uint8_t *sig);
void peer13_finished(struct peer13 *p);
/* The flight goes into records of so many octets at most. */
void peer13_flush(struct peer13 *p, size_t piece);
/* To the application keys, as the server's Finished asks. */
void peer13_open(struct peer13 *p);
/* Queue a record, protected or in the clear. */
void peer13_record(struct peer13 *p, unsigned type, const uint8_t *content, size_t n);
void peer13_plain(struct peer13 *p, unsigned type, const uint8_t *content, size_t n);
/* One with so many zeros after its type. */
void peer13_padded(struct peer13 *p, unsigned type, const uint8_t *content, size_t n, size_t zeros);
/* KeyUpdate, and the new key. */
void peer13_update(struct peer13 *p, unsigned request);
/* Octets of the client. */
void peer13_read(struct peer13 *p, const uint8_t *b, size_t n);

#endif
