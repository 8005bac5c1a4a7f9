/* SPDX-License-Identifier: ISC */
/*
 * musl_chk.c: for `make static` with musl alone.  The distribution's libbearssl.a and
 * libsodium.a were compiled with _FORTIFY_SOURCE against glibc and call its checked
 * copies of memcpy and friends, which musl lacks.  Same contract: n octets must fit
 * into the size octets that are known to be there, or the program ends at once.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void *__memcpy_chk(void *to, const void *from, size_t n, size_t size);
void *__memmove_chk(void *to, const void *from, size_t n, size_t size);
void *__memset_chk(void *to, int c, size_t n, size_t size);
void __explicit_bzero_chk(void *to, size_t n, size_t size);

void *__memcpy_chk(void *to, const void *from, size_t n, size_t size)
{
	if (n > size)
		abort();
	return memcpy(to, from, n);
}

void *__memmove_chk(void *to, const void *from, size_t n, size_t size)
{
	if (n > size)
		abort();
	return memmove(to, from, n);
}

void *__memset_chk(void *to, int c, size_t n, size_t size)
{
	if (n > size)
		abort();
	return memset(to, c, n);
}

void __explicit_bzero_chk(void *to, size_t n, size_t size)
{
	volatile unsigned char *p = to;

	if (n > size)
		abort();
	while (n-- > 0)
		*p++ = 0;
}
