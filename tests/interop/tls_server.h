/* SPDX-License-Identifier: ISC */
/*
 * tests/interop/tls_server.h: an SMTP server to probe, on 127.0.0.1, whose TLS is that of another
 * library (ossl_server.c, gnutls_server.c).  The options are the same for both; what a library
 * cannot do is an error, never ignored.
 *
 * On standard output one line for each thing that happens, which tests/interop/tls.py counts:
 * "port N", "conn" (a TCP connection), "hello" (a ClientHello), "keyupdate" (one came in),
 * "tls VERSION SUITE GROUP" (handshake finished), "failed WHY", "quit".
 */
#ifndef TESTS_INTEROP_TLS_SERVER_H
#define TESTS_INTEROP_TLS_SERVER_H

#include <stddef.h>

#define MAX_PAIRS 4
#define MAX_STAPLE 65536

struct pair {
	const char *cert, *key;  /* PEM; cert has the chain, leaf first */
	const char *staple;      /* file with what is stapled, DER or not; NULL: nothing */
	unsigned char *ocsp;     /* its octets */
	size_t nocsp;
};

struct options {
	struct pair pair[MAX_PAIRS];
	int npairs;
	const char *min, *max;          /* "1.0" to "1.3" */
	const char *groups, *sigalgs, *ciphers, *suites; /* OpenSSL's lists */
	const char *priority;           /* GnuTLS's */
	const char *client_cert;        /* "optional" or "required" */
	int on_connect;                 /* TLS at once */
	int fragment, split, padding;   /* octets, 0: as the library has it */
	int tickets;                    /* -1: as the library has it */
	int key_update;                 /* ask for one before each reply */
	int no_middlebox;               /* RFC 8446 appendix D.4 left out */
	int lines;                      /* more lines in the reply to EHLO */
};

struct library {
	void (*setup)(struct options *o);
	void *(*handshake)(int fd);     /* NULL: it failed, and that was said */
	int (*get)(void *s, char *buf, int cap); /* octets, 0 or less: the end */
	int (*put)(void *s, const char *buf, int n);
	void (*end)(void *s);           /* close_notify */
};

void die(const char *what, const char *why);
void say(const char *fmt, ...);
int serve(int argc, char **argv, const struct library *lib);

#endif
