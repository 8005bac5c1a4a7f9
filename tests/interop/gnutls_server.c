/* SPDX-License-Identifier: ISC */
/*
 * tests/interop/gnutls_server.c: the TLS of GnuTLS for tls_server.c.  Versions, suites, groups and
 * signature schemes are chosen by -priority; -fragment is the largest record that is sent.
 */
#include "tests/interop/tls_server.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <gnutls/gnutls.h>

static gnutls_certificate_credentials_t cred;
static gnutls_priority_t priority;
static struct options *o;

static void need(int rc, const char *what)
{
	if (rc < 0)
		die(what, gnutls_strerror(rc));
}

static int staple(gnutls_session_t s, void *arg, gnutls_datum_t *out)
{
	const struct pair *p = arg;

	(void)s;
	out->data = gnutls_malloc(p->nocsp);
	if (out->data == NULL)
		return GNUTLS_E_MEMORY_ERROR;
	memcpy(out->data, p->ocsp, p->nocsp);
	out->size = (unsigned)p->nocsp;
	return 0;
}

static void setup(struct options *given)
{
	int i, at;

	o = given;
	if (o->min || o->max || o->groups || o->sigalgs || o->ciphers || o->suites || o->split ||
	    o->padding || o->no_middlebox)
		die("options", "of OpenSSL alone; GnuTLS has -priority");
	need(gnutls_priority_init(&priority, o->priority ? o->priority : "NORMAL", NULL), "-priority");
	need(gnutls_certificate_allocate_credentials(&cred), "credentials");
	/* else the staple of another certificate is refused here already */
	gnutls_certificate_set_flags(cred, GNUTLS_CERTIFICATE_SKIP_OCSP_RESPONSE_CHECK |
	    GNUTLS_CERTIFICATE_API_V2);
	for (i = 0; i < o->npairs; i++) {
		at = gnutls_certificate_set_x509_key_file(cred, o->pair[i].cert, o->pair[i].key,
		    GNUTLS_X509_FMT_PEM);
		need(at, o->pair[i].cert);
		if (o->pair[i].nocsp > 0)
			need(gnutls_certificate_set_ocsp_status_request_function2(cred, (unsigned)at,
			    staple, &o->pair[i]), "-staple");
	}
}

static int watch(gnutls_session_t s, unsigned type, unsigned when, unsigned incoming,
    const gnutls_datum_t *msg)
{
	(void)s;
	(void)when;
	(void)msg;
	if (incoming && type == GNUTLS_HANDSHAKE_CLIENT_HELLO)
		say("hello");
	if (incoming && type == GNUTLS_HANDSHAKE_KEY_UPDATE)
		say("keyupdate");
	return 0;
}

static gnutls_session_t session(int fd)
{
	gnutls_session_t s;

	need(gnutls_init(&s, GNUTLS_SERVER), "gnutls_init");
	need(gnutls_priority_set(s, priority), "-priority");
	need(gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, cred), "credentials");
	if (o->client_cert)
		gnutls_certificate_server_set_request(s, strcmp(o->client_cert, "required") == 0 ?
		    GNUTLS_CERT_REQUIRE : GNUTLS_CERT_REQUEST);
	if (o->fragment)
		need((int)gnutls_record_set_max_size(s, (size_t)o->fragment), "-fragment");
	gnutls_handshake_set_hook_function(s, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_PRE, watch);
	gnutls_transport_set_int(s, fd);
	return s;
}

static void *handshake(int fd)
{
	gnutls_session_t s = session(fd);
	int rc, i;

	do
		rc = gnutls_handshake(s);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	if (rc < 0) {
		say("failed %s", gnutls_strerror(rc));
		gnutls_alert_send_appropriate(s, rc);
		return NULL;
	}
	for (i = 0; i < o->tickets; i++)
		need(gnutls_session_ticket_send(s, 1, 0), "-tickets");
	say("tls %s %s %s", gnutls_protocol_get_name(gnutls_protocol_get_version(s)),
	    gnutls_ciphersuite_get(s), gnutls_group_get_name(gnutls_group_get(s)));
	return s;
}

static int get(void *s, char *buf, int cap)
{
	ssize_t n;

	do
		n = gnutls_record_recv(s, buf, (size_t)cap);
	while (n < 0 && !gnutls_error_is_fatal((int)n));
	return (int)n;
}

static int put(void *s, const char *buf, int n)
{
	int done = 0;
	ssize_t rc;

	if (o->key_update && gnutls_session_key_update(s, GNUTLS_KU_PEER) < 0)
		say("failed KeyUpdate");
	while (done < n) {
		rc = gnutls_record_send(s, buf + done, (size_t)(n - done));
		if (rc < 0 && gnutls_error_is_fatal((int)rc))
			return -1;
		if (rc > 0)
			done += (int)rc;
	}
	return done;
}

static void end(void *s)
{
	gnutls_bye(s, GNUTLS_SHUT_WR);
}

int main(int argc, char **argv)
{
	const struct library lib = { setup, handshake, get, put, end };

	return serve(argc, argv, &lib);
}
