/* SPDX-License-Identifier: ISC */
/* src/castore.c: the system's certificates by what TLSA records of them would hold, so that a report can
   say whose a record is.  A store has hundreds of certificates and a probe little memory: files go by in
   pieces, and of a certificate a label and short digests are kept. */
#include "src/castore.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "src/text.h"

#define NAME_MAX_LEN 64
#define NAME_SHORT 8  /* a CN of fewer octets says little by itself */
#define PRINT 16      /* octets of a digest that are kept: nobody finds a second record for them */
#define WINDOW 32768  /* octets of a file at a time, and of a certificate in PEM */
#define MTYPES 3

static const char begin_mark[] = "-----BEGIN CERT", end_mark[] = "-----END CERT";

struct known {
	char name[NAME_MAX_LEN];
	uint8_t print[2][MTYPES][PRINT]; /* of the record's data, by selector and matching type */
};
static struct {
	bool read;
	unsigned n;
	struct known *k;
} store;
/* While the store is read: text of the file, and room for one certificate. */
struct window {
	int fd;
	size_t len;         /* octets in text, a NUL behind them */
	char text[WINDOW + 1];
	uint8_t der[WINDOW];
};

/* ---- reading it -------------------------------------------------------------------------- */

/* The first comma or plus sign of s that parts attributes (RFC 4514 section 2.3), or the end of s. */
static const char *attribute_end(const char *s)
{
	for (; *s && *s != ',' && *s != '+'; s++)
		s += *s == '\\' && s[1];
	return s;
}

/* Append the value of "CN=" or "O=" in the subject.  False: there is none. */
static bool attribute(const char *subject, const char *type, char *out)
{
	size_t n = strlen(out);
	const char *s = subject, *end;

	while (strncmp(s, type, strlen(type))) {
		s = attribute_end(s);
		if (!*s++)
			return false;
		s += strspn(s, " ");
	}
	end = attribute_end(s);
	for (s += strlen(type); s < end && n < NAME_MAX_LEN - 1; s++)
		if (*s != '\\' || !s[1] || !strchr(",+\"<>;", s[1])) /* \5c and its like stay */
			out[n++] = *s;
	out[n] = '\0';
	return true;
}

/* "ISRG Root X1"; "R3, Let's Encrypt"; else the whole subject. */
static void friendly(const char *subject, char *out)
{
	size_t n;

	*out = '\0';
	if (!attribute(subject, "CN=", out)) {
		snprintf(out, NAME_MAX_LEN, "%.*s", NAME_MAX_LEN - 1, subject);
		return;
	}
	n = strlen(out);
	if (n >= NAME_SHORT)
		return;
	strcpy(out + n, ", ");
	if (!attribute(subject, "O=", out))
		out[n] = '\0';
}

static void digest(const void *data, size_t len, uint8_t *out)
{
	uint8_t whole[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(whole, data, len);
	memcpy(out, whole, PRINT);
}

/* What is kept of the data of a record: the whole (0), its SHA-256 (1), its SHA-512 (2). */
static void prints(const uint8_t *data, size_t len, uint8_t (*out)[PRINT])
{
	uint8_t hash[crypto_hash_sha512_BYTES];

	digest(data, len, out[0]);
	crypto_hash_sha256(hash, data, len);
	digest(hash, crypto_hash_sha256_BYTES, out[1]);
	crypto_hash_sha512(hash, data, len);
	digest(hash, crypto_hash_sha512_BYTES, out[2]);
}

static void add(const uint8_t *der, size_t len)
{
	struct tls_cert c;
	struct known *k = &store.k[store.n];

	memset(&c, 0, sizeof c);
	if (tls_cert_parse(&c, der, len))
		return;
	friendly(c.subject, k->name);
	prints(der, len, k->print[0]);
	prints(c.spki, c.spki_len, k->print[1]);
	store.n += *k->name != '\0';
}

/* What is no file may keep a reader waiting for ever. */
static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* One certificate: base64 from behind its first line to the last one. */
static void add_base64(struct window *w, const char *p, const char *end)
{
	size_t cap = (size_t)(end - p), first = strcspn(p, "\r\n"), n = 0;

	if (first < cap && sodium_base642bin(w->der, sizeof w->der, p + first, cap - first, " \t\r\n", &n,
	    NULL, sodium_base64_VARIANT_ORIGINAL) == 0)
		add(w->der, n);
}

/* Drop what is before p. */
static void forget(struct window *w, const char *p)
{
	w->len -= (size_t)(p - w->text);
	memmove(w->text, p, w->len);
	w->text[w->len] = '\0';
}

/* Fill the window up, by `most` octets, NULs made blanks: text is looked through as strings.  Octets
   that came. */
static size_t refill(struct window *w, size_t most)
{
	size_t room = WINDOW - w->len;
	ssize_t n = read(w->fd, w->text + w->len, room < most ? room : most);
	size_t i, got = n > 0 ? (size_t)n : 0;

	for (i = w->len; i < w->len + got; i++)
		if (!w->text[i])
			w->text[i] = ' ';
	w->len += got;
	w->text[w->len] = '\0';
	return got;
}

/* Each certificate that is whole in the window; what is left is the begin of one, or may be. */
static void take(struct window *w)
{
	char *p = w->text, *end;
	size_t keep = sizeof begin_mark - 2;

	while (store.n < CASTORE_MAX && (p = strstr(w->text, begin_mark)) && (end = strstr(p, end_mark))) {
		add_base64(w, p, end);
		forget(w, end);
	}
	if (p && (p != w->text || w->len < WINDOW))
		forget(w, p);
	else if (p) /* larger than any certificate: go on behind it */
		forget(w, p + keep);
	else if (w->len > keep)
		forget(w, w->text + w->len - keep);
}

/* Each certificate of the file; true: there was one.  Read with libsodium: BearSSL's PEM reader, which
   goes octet by octet, takes 0.2 s for a whole store. */
static bool add_file(struct window *w, const char *path)
{
	unsigned before = store.n;
	size_t got, left = CASTORE_FILE_MAX;

	w->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY); /* a FIFO without a writer is empty */
	if (w->fd < 0)
		return false;
	w->len = 0;
	while (store.n < CASTORE_MAX && (got = refill(w, left)) > 0) {
		left -= got;
		take(w);
	}
	close(w->fd);
	return store.n > before;
}

static void add_dir(struct window *w, const char *path, size_t n)
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
				add_file(w, file);
		}
	}
	if (d)
		closedir(d);
}

static void read_store(struct window *w)
{
	static const char *const files[] = { "/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem" };
	const char *file = getenv("SSL_CERT_FILE"), *dirs = getenv("SSL_CERT_DIR");
	bool given = file || dirs, found = file && *file && add_file(w, file);
	unsigned i;

	for (i = 0; !given && !found && i < sizeof files / sizeof *files; i++)
		found = add_file(w, files[i]);
	if (!dirs)
		dirs = given || found ? "" : "/etc/ssl/certs:/etc/pki/tls/certs";
	while (*dirs) {
		size_t n = strcspn(dirs, ":");

		add_dir(w, dirs, n);
		dirs += n + (dirs[n] == ':');
	}
}

/* ---- asking it ------------------------------------------------------------------------------ */

static void read_once(void)
{
	struct window *w;

	if (store.read)
		return;
	store.read = true;
	store.k = text_alloc(CASTORE_MAX * sizeof *store.k);
	w = text_alloc(sizeof *w);
	read_store(w);
	free(w);
}

const char *castore_name(const struct tls_tlsa *t)
{
	uint8_t print[PRINT];
	unsigned i;

	if (t->usage & 1) /* of a leaf: the store holds authorities alone */
		return NULL;
	read_once();
	if (t->selector > 1 || t->mtype >= MTYPES)
		return NULL;
	digest(t->data, t->len, print);
	for (i = 0; i < store.n; i++)
		if (memcmp(store.k[i].print[t->selector][t->mtype], print, PRINT) == 0)
			return store.k[i].name;
	return NULL;
}

void castore_free(void)
{
	free(store.k);
	memset(&store, 0, sizeof store);
}
