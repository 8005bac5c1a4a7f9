/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target: a stapled OCSP response, for the Ed25519 leaf of tests/vectors/ocsp with its
 * issuer and without.  Without it no response may count, nor at the ends of time.  Run from the
 * top folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tls/tls.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct tls_chain both, leaf;

static void load(struct tls_chain *c, const char *path)
{
	static struct tls_chain one;
	static char pem[65536];
	const char *err;
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		abort();
	n = fread(pem, 1, sizeof pem, f);
	fclose(f);
	if (tls_chain_pem(&one, pem, n, &err) != 0)
		abort();
	tls_chain_add(c, one.der, one.len[0]);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	load(&leaf, "tests/vectors/ocsp/ed-leaf.pem");
	both = leaf;
	load(&both, "tests/vectors/ocsp/ed-ca.pem");
	return 0;
}

/* Does it count? */
static int judge(const uint8_t *data, size_t len, const struct tls_chain *c, int64_t now)
{
	static const enum tls_ocsp_says want[] = { [TLS_OCSP_GOOD] = TLS_OCSP_SAYS_GOOD,
		[TLS_OCSP_REVOKED] = TLS_OCSP_SAYS_REVOKED, [TLS_OCSP_UNKNOWN] = TLS_OCSP_SAYS_UNKNOWN };
	struct tls_ocsp_result r;
	size_t i;

	memset(&r, 0xff, sizeof r);
	tls_ocsp_check(data, len, c, NULL, now, &r);
	if (r.state == TLS_OCSP_NONE || r.state > TLS_OCSP_BAD || r.code[0] == '\0' ||
	    memchr(r.code, 0, sizeof r.code) == NULL || memchr(r.reason, 0, sizeof r.reason) == NULL ||
	    memchr(r.responder, 0, sizeof r.responder) == NULL || r.revoked_why == NULL)
		abort();
	for (i = 0; r.responder[i] != '\0'; i++) {
		if (r.responder[i] < 0x20 || r.responder[i] > 0x7e)
			abort();
	}
	if (r.state > TLS_OCSP_UNKNOWN)
		return 0;
	if (r.says != want[r.state] || r.this_update - TLS_OCSP_SKEW > now)
		abort();
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	(void)judge(data, len, &both, INT64_C(1795500000));
	if (judge(data, len, &leaf, INT64_C(1795500000)) || judge(data, len, &both, INT64_MAX) ||
	    judge(data, len, &both, INT64_MIN))
		abort();
	return 0;
}
