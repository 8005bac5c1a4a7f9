/* SPDX-License-Identifier: ISC */
/*
 * tests/certs/oracle.c: what OpenSSL makes of a chain and a TLSA set, by its own DANE.  Reads cases
 * and answers each with one line:
 *
 *	at UNIX-SECONDS | name HOST | tlsa U S M HEX | cert HEX (leaf first) | go ID
 *	ID match U S M DEPTH | ID none ERROR | ID unusable | ID unread
 *
 * Usages 0 and 1 are left out, as RFC 7672 section 3.1.3 has it.  Security level 1 is nearest to
 * what smtpdane asks: no MD5, no SHA-1, RSA keys of 1024 bits and more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define MAX_CERTS 64

static SSL_CTX *ctx;
static SSL *ssl;
static long when;
static int usable, unread, ncerts;
static X509 *certs[MAX_CERTS];
static X509_STORE *store; /* of trusted certificates: empty */
static char *names[MAX_CERTS];
static int nnames;

static void die(const char *what)
{
	fprintf(stderr, "oracle: %s\n", what);
	exit(2);
}

static void reset(void)
{
	SSL_free(ssl);
	while (ncerts > 0)
		X509_free(certs[--ncerts]);
	while (nnames > 0)
		free(names[--nnames]);
	ssl = SSL_new(ctx);
	if (ssl == NULL || SSL_dane_enable(ssl, NULL) <= 0)
		die("SSL_dane_enable");
	(void)SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	when = 0;
	usable = unread = 0;
}

static unsigned char *unhex(const char *s, size_t *n)
{
	long len = 0;
	unsigned char *p = *s == '\0' ? (unsigned char *)OPENSSL_zalloc(1) : OPENSSL_hexstr2buf(s, &len);

	if (p == NULL)
		die("no hexadecimal");
	*n = (size_t)len;
	return p;
}

static void add_tlsa(char *arg)
{
	int u, s, m, off = 0;
	unsigned char *data;
	size_t n;

	if (sscanf(arg, "%d %d %d %n", &u, &s, &m, &off) != 3)
		die("bad tlsa");
	data = unhex(arg + off, &n);
	if (u != 0 && u != 1 && SSL_dane_tlsa_add(ssl, (uint8_t)u, (uint8_t)s, (uint8_t)m, data, n) > 0)
		usable = 1;
	OPENSSL_free(data);
}

static void add_cert(const char *arg)
{
	size_t n;
	unsigned char *der = unhex(arg, &n);
	const unsigned char *p = der;
	X509 *x = d2i_X509(NULL, &p, (long)n);

	if (x == NULL || p != der + n || ncerts == MAX_CERTS) {
		unread = 1;
		X509_free(x);
	} else {
		certs[ncerts++] = x;
	}
	OPENSSL_free(der);
}

static void add_name(const char *s)
{
	if (nnames == MAX_CERTS || (names[nnames++] = strdup(s)) == NULL)
		die("names");
}

static X509_STORE_CTX *set_up(STACK_OF(X509) *chain)
{
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *p;
	int i;

	if (c == NULL || !X509_STORE_CTX_init(c, store, certs[0], chain) ||
	    !X509_STORE_CTX_set_default(c, "ssl_server"))
		die("X509_STORE_CTX_init");
	p = X509_STORE_CTX_get0_param(c);
	X509_VERIFY_PARAM_set_hostflags(p, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	for (i = 0; i < nnames; i++)
		X509_VERIFY_PARAM_add1_host(p, names[i], 0);
	X509_VERIFY_PARAM_set_time(p, (time_t)when);
	X509_VERIFY_PARAM_set_auth_level(p, 1);
	X509_STORE_CTX_set0_dane(c, SSL_get0_dane(ssl));
	return c;
}

static void judge(const char *id)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509_STORE_CTX *c;
	uint8_t u, s, m;
	int i, depth;

	for (i = 0; i < ncerts; i++)
		sk_X509_push(chain, certs[i]);
	c = set_up(chain);
	if (X509_verify_cert(c) <= 0) {
		printf("%s none %s\n", id, X509_verify_cert_error_string(X509_STORE_CTX_get_error(c)));
	} else {
		SSL_set_verify_result(ssl, X509_V_OK);
		depth = SSL_get0_dane_authority(ssl, NULL, NULL);
		if (depth < 0 || SSL_get0_dane_tlsa(ssl, &u, &s, &m, NULL, NULL) < 0)
			printf("%s none verified, but no record matched\n", id);
		else
			printf("%s match %d %d %d %d\n", id, u, s, m, depth);
	}
	X509_STORE_CTX_free(c);
	sk_X509_free(chain);
}

static void line(char *s)
{
	if (strncmp(s, "at ", 3) == 0)
		when = atol(s + 3);
	else if (strncmp(s, "name ", 5) == 0)
		add_name(s + 5);
	else if (strncmp(s, "tlsa ", 5) == 0)
		add_tlsa(s + 5);
	else if (strncmp(s, "cert ", 5) == 0)
		add_cert(s + 5);
	else if (strncmp(s, "go ", 3) == 0) {
		if (!usable)
			printf("%s unusable\n", s + 3);
		else if (unread || ncerts == 0)
			printf("%s unread\n", s + 3);
		else
			judge(s + 3);
		fflush(stdout);
		reset();
	} else
		die("what?");
}

int main(void)
{
	char *s = NULL;
	size_t cap = 0;
	ssize_t n;

	ctx = SSL_CTX_new(TLS_client_method());
	store = X509_STORE_new();
	if (ctx == NULL || store == NULL || SSL_CTX_dane_enable(ctx) <= 0)
		die("SSL_CTX_dane_enable");
	reset();
	while ((n = getline(&s, &cap, stdin)) > 0) {
		while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
			s[--n] = '\0';
		if (n > 0)
			line(s);
	}
	free(s);
	return 0;
}
