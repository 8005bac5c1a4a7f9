/* SPDX-License-Identifier: ISC */
/* Fuzz target: PEM text into a chain. */
#include <stdlib.h>
#include "tls/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct tls_chain c;
	const char *err = "";
	unsigned i;

	if (tls_chain_pem(&c, (const char *)data, len, &err) != 0)
		return err != NULL && c.n == 0 ? 0 : (abort(), 0);
	if (err != NULL || c.n == 0 || c.n > TLS_MAX_CERTS || c.overflow)
		abort();
	for (i = 0; i < c.n; i++) {
		if (c.off[i] > sizeof c.der || c.len[i] > sizeof c.der - c.off[i])
			abort();
	}
	return 0;
}
