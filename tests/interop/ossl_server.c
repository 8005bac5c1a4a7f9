/* SPDX-License-Identifier: ISC */
/*
 * tests/interop/ossl_server.c: the TLS of OpenSSL for tls_server.c.
 */
#include "tests/interop/tls_server.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

static SSL_CTX *ctx;
static struct options *o;
static X509 *leaf[MAX_PAIRS];

static const char *last_error(void)
{
	unsigned long e = ERR_peek_last_error();
	const char *why = e ? ERR_reason_error_string(e) : NULL;

	return why ? why : "the connection ended";
}

static void need(int good, const char *what, const char *value)
{
	if (good != 1) {
		ERR_print_errors_fp(stderr);
		die(what, value ? value : "refused by OpenSSL");
	}
}

static int version(const char *text)
{
	const char *const names[] = { "1.0", "1.1", "1.2", "1.3" };
	int i;

	for (i = 0; i < 4; i++)
		if (strcmp(text, names[i]) == 0)
			return TLS1_VERSION + i;
	die("no such version", text);
	return 0;
}

static void add_pair(int i)
{
	const struct pair *p = &o->pair[i];

	need(SSL_CTX_use_certificate_chain_file(ctx, p->cert), "-cert", p->cert);
	need(SSL_CTX_use_PrivateKey_file(ctx, p->key, SSL_FILETYPE_PEM), "-key", p->key);
	leaf[i] = SSL_CTX_get0_certificate(ctx);
}

/* The staple of the certificate that was chosen. */
static int staple(SSL *ssl, void *arg)
{
	X509 *used = SSL_get_certificate(ssl);
	unsigned char *copy;
	int i;

	(void)arg;
	for (i = 0; i < o->npairs; i++) {
		if (o->pair[i].nocsp == 0 || used == NULL || X509_cmp(used, leaf[i]) != 0)
			continue;
		copy = OPENSSL_memdup(o->pair[i].ocsp, o->pair[i].nocsp);
		SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)o->pair[i].nocsp);
		return SSL_TLSEXT_ERR_OK;
	}
	return SSL_TLSEXT_ERR_NOACK;
}

static void watch(int out, int v, int type, const void *buf, size_t n, SSL *ssl, void *arg)
{
	const unsigned char *p = buf;

	(void)v;
	(void)ssl;
	(void)arg;
	if (out || type != SSL3_RT_HANDSHAKE || n == 0)
		return;
	if (p[0] == SSL3_MT_CLIENT_HELLO)
		say("hello");
	if (p[0] == SSL3_MT_KEY_UPDATE)
		say("keyupdate");
}

static void set_lists(void)
{
	if (o->min)
		need(SSL_CTX_set_min_proto_version(ctx, version(o->min)), "-min", o->min);
	if (o->max)
		need(SSL_CTX_set_max_proto_version(ctx, version(o->max)), "-max", o->max);
	if (o->ciphers)
		need(SSL_CTX_set_cipher_list(ctx, o->ciphers), "-ciphers", o->ciphers);
	if (o->suites)
		need(SSL_CTX_set_ciphersuites(ctx, o->suites), "-ciphersuites", o->suites);
	if (o->groups)
		need((int)SSL_CTX_set1_groups_list(ctx, o->groups), "-groups", o->groups);
	if (o->sigalgs)
		need((int)SSL_CTX_set1_sigalgs_list(ctx, o->sigalgs), "-sigalgs", o->sigalgs);
}

static void set_sizes(void)
{
	if (o->fragment)
		need((int)SSL_CTX_set_max_send_fragment(ctx, o->fragment), "-fragment", NULL);
	if (o->split)
		need((int)SSL_CTX_set_split_send_fragment(ctx, o->split), "-split", NULL);
	if (o->padding)
		need(SSL_CTX_set_block_padding(ctx, (size_t)o->padding), "-padding", NULL);
	if (o->tickets >= 0)
		need(SSL_CTX_set_num_tickets(ctx, (size_t)o->tickets), "-tickets", NULL);
}

static void setup(struct options *given)
{
	int i;

	o = given;
	if (o->priority)
		die("-priority", "is for GnuTLS");
	ctx = SSL_CTX_new(TLS_server_method());
	if (ctx == NULL)
		die("SSL_CTX_new", last_error());
	set_lists(); /* before the certificates: the security level is among the ciphers */
	for (i = 0; i < o->npairs; i++)
		add_pair(i);
	set_sizes();
	SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
	if (o->no_middlebox)
		SSL_CTX_clear_options(ctx, SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
	if (o->client_cert)
		SSL_CTX_set_verify(ctx, strcmp(o->client_cert, "required") == 0 ?
		    SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"interop", 7);
	SSL_CTX_set_tlsext_status_cb(ctx, staple);
	SSL_CTX_set_msg_callback(ctx, watch);
}

static void *handshake(int fd)
{
	SSL *ssl = SSL_new(ctx);
	const char *group;

	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1)
		die("SSL_new", last_error());
	if (SSL_accept(ssl) != 1) {
		say("failed %s", last_error());
		return NULL;
	}
	group = OBJ_nid2sn((int)(SSL_get_negotiated_group(ssl) & 0xffff));
	say("tls %s %s %s", SSL_get_version(ssl), SSL_get_cipher_name(ssl), group);
	return ssl;
}

static int get(void *s, char *buf, int cap)
{
	return SSL_read(s, buf, cap);
}

static int put(void *s, const char *buf, int n)
{
	if (o->key_update && (SSL_key_update(s, SSL_KEY_UPDATE_REQUESTED) != 1 ||
	    SSL_do_handshake(s) != 1))
		say("failed KeyUpdate: %s", last_error());
	return SSL_write(s, buf, n);
}

static void end(void *s)
{
	SSL_shutdown(s);
}

int main(int argc, char **argv)
{
	const struct library lib = { setup, handshake, get, put, end };

	return serve(argc, argv, &lib);
}
