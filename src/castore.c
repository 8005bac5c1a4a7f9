/* SPDX-License-Identifier: ISC */
/* src/castore.c: the system's certificates by their digests, so that a report can say whose a TLSA
   record is. */
#include "src/castore.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "src/file.h"
#include "src/text.h"

#define NAME_MAX_LEN 64

struct known {
	char name[NAME_MAX_LEN];
	uint8_t sha256[2][32], sha512[2][64]; /* of the certificate, of its key: by selector */
};
static struct {
	bool read;
	unsigned n;
	struct known *k;
} store;

/* ---- reading it -------------------------------------------------------------------------- */

/* The common name of "CN=ISRG Root X1,O=...", else the whole. */
static void friendly(const char *subject, char *out)
{
	const char *cn = strstr(subject, "CN=");
	size_t n;

	if (cn && (cn == subject || cn[-1] == ' ' || cn[-1] == ','))
		subject = cn + 3;
	else
		cn = NULL;
	for (n = 0; subject[n] && n < NAME_MAX_LEN - 1 && !(cn && subject[n] == ','); n++)
		n += subject[n] == '\\' && subject[n + 1] && n < NAME_MAX_LEN - 2;
	memcpy(out, subject, n);
	out[n] = '\0';
}

static void add(const uint8_t *der, size_t len)
{
	struct tls_cert c;
	struct known *k = &store.k[store.n];

	memset(&c, 0, sizeof c);
	if (tls_cert_parse(&c, der, len))
		return;
	friendly(c.subject, k->name);
	crypto_hash_sha256(k->sha256[0], der, len);
	crypto_hash_sha512(k->sha512[0], der, len);
	crypto_hash_sha256(k->sha256[1], c.spki, c.spki_len);
	crypto_hash_sha512(k->sha512[1], c.spki, c.spki_len);
	store.n += *k->name != '\0';
}

/* What is no file may keep a reader waiting for ever. */
static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* One certificate: base64 from behind its first line to the last one. */
static void add_base64(const char *p, const char *end)
{
	size_t cap = (size_t)(end - p), first = strcspn(p, "\r\n"), n = 0;
	uint8_t *der = text_alloc(cap);

	if (first < cap && sodium_base642bin(der, cap, p + first, cap - first, " \t\r\n", &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0)
		add(der, n);
	free(der);
}

/* Each certificate of the file; true: there was one.  Read with libsodium: BearSSL's PEM reader, which
   goes octet by octet, takes 0.2 s for a whole store. */
static bool add_file(const char *path)
{
	char err[128], *buf, *p, *end;
	unsigned before = store.n;
	size_t len = 0;

	buf = file_read(path, CASTORE_FILE_MAX, &len, err, sizeof err);
	if (!buf)
		return false;
	buf[len] = '\0'; /* file_read() leaves room for one more */
	for (p = buf; store.n < CASTORE_MAX && (p = strstr(p, "-----BEGIN CERT")) &&
	    (end = strstr(p, "-----END CERT")); p = end)
		add_base64(p, end);
	free(buf);
	return store.n > before;
}

static void add_dir(const char *path, size_t n)
{
	char file[512];
	struct dirent *e;
	unsigned i;
	DIR *d;

	if (n == 0 || n >= sizeof file)
		return;
	memcpy(file, path, n);
	file[n] = '\0';
	d = opendir(file);
	for (i = 0; d && i < CASTORE_DIR_MAX && store.n < CASTORE_MAX && (e = readdir(d)) != NULL; i++) {
		if (e->d_name[0] != '.' && n + 1 + strlen(e->d_name) < sizeof file) {
			file[n] = '/';
			strcpy(file + n + 1, e->d_name);
			if (is_file(file))
				add_file(file);
		}
	}
	if (d)
		closedir(d);
}

static void read_store(void)
{
	static const char *const files[] = { "/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem" };
	const char *file = getenv("SSL_CERT_FILE"), *dirs = getenv("SSL_CERT_DIR");
	bool given = file || dirs, found = file && *file && add_file(file);
	unsigned i;

	for (i = 0; !given && !found && i < sizeof files / sizeof *files; i++)
		found = add_file(files[i]);
	if (!dirs)
		dirs = given || found ? "" : "/etc/ssl/certs:/etc/pki/tls/certs";
	while (*dirs) {
		size_t n = strcspn(dirs, ":");

		add_dir(dirs, n);
		dirs += n + (dirs[n] == ':');
	}
}

/* ---- asking it ------------------------------------------------------------------------------ */

static bool is(const struct known *k, const struct tls_tlsa *t, const uint8_t *whole)
{
	switch (t->mtype) {
	case 0:
		return memcmp(k->sha256[t->selector], whole, 32) == 0;
	case 1:
		return t->len == 32 && memcmp(k->sha256[t->selector], t->data, 32) == 0;
	case 2:
		return t->len == 64 && memcmp(k->sha512[t->selector], t->data, 64) == 0;
	default:
		return false;
	}
}

const char *castore_name(const struct tls_tlsa *t)
{
	uint8_t whole[32];
	unsigned i;

	if (t->usage & 1) /* of a leaf: the store holds authorities alone */
		return NULL;
	if (!store.read) {
		store.read = true;
		store.k = text_alloc(CASTORE_MAX * sizeof *store.k);
		read_store();
	}
	if (t->selector > 1)
		return NULL;
	crypto_hash_sha256(whole, t->data, t->len);
	for (i = 0; i < store.n; i++)
		if (is(&store.k[i], t, whole))
			return store.k[i].name;
	return NULL;
}

void castore_free(void)
{
	free(store.k);
	memset(&store, 0, sizeof store);
}
