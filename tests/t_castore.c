/* SPDX-License-Identifier: ISC */
/* tests/t_castore.c: TLSA records that belong to certificates of the system's store get their names;
   a store that is not there, or not a store, names nothing. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "tests/tls_vectors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/castore.h"

static uint8_t data[4096];

static const char *named(const char *cert, unsigned selector, unsigned mtype)
{
	struct tls_tlsa t = { .usage = 2, .selector = (uint8_t)selector, .mtype = (uint8_t)mtype,
		.data = data };

	t.len = vec_tlsa(cert, selector, mtype, data);
	return castore_name(&t);
}

static void store(const char *file, const char *dir)
{
	castore_free();
	setenv("SSL_CERT_FILE", file, 1);
	setenv("SSL_CERT_DIR", dir, 1);
}

static void each_selector_and_matching_type(void **state)
{
	unsigned s, m;

	(void)state;
	store("tests/vectors/tls/root.pem", "");
	for (s = 0; s < 2; s++)
		for (m = 0; m < 3; m++) {
			assert_string_equal(named("root", s, m), "Root, Test"); /* "Root" says little */
			assert_null(named("int", s, m));
		}
}

static void other_records_have_no_name(void **state)
{
	struct tls_tlsa t = { .usage = 2, .selector = 1, .mtype = 1, .data = data };

	(void)state;
	store("tests/vectors/tls/root.pem", "");
	t.len = vec_tlsa("root", 1, 1, data);
	assert_non_null(castore_name(&t));
	t.selector = 2;
	assert_null(castore_name(&t));
	t.selector = 1;
	t.mtype = 3;
	assert_null(castore_name(&t));
	t.mtype = 1;
	t.len = 31;
	assert_null(castore_name(&t));
	t.len = 0;
	t.mtype = 0;
	assert_null(castore_name(&t));
}

/* A bundle: text between the certificates, one that is none, and the certificate after it. */
static void a_bundle(void **state)
{
	static char a[65536], b[65536];
	char path[] = "/tmp/castore.XXXXXX";
	size_t n = vec_file("int.pem", a, sizeof a), m = vec_file("root.pem", b, sizeof b);
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	(void)state;
	assert_non_null(f);
	fprintf(f, "# text\n%.*s\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n%.*s",
	    (int)n, a, (int)m, b);
	fclose(f);
	store(path, "");
	assert_non_null(named("int", 1, 1));
	assert_string_equal(named("root", 1, 1), "Root, Test");
	unlink(path);
}

/* PAD octets of `fill`, the certificate, and what is cut short. */
static const char *behind(size_t pad, int fill)
{
	static char b[65536];
	char path[] = "/tmp/castore.XXXXXX";
	size_t m = vec_file("root.pem", b, sizeof b);
	FILE *f = fdopen(mkstemp(path), "w");
	const char *name;

	assert_non_null(f);
	while (pad-- > 0)
		putc(fill, f);
	fwrite(b, 1, m, f);
	fputs("-----BEGIN CERTIFICATE-----\nMIIB", f);
	fclose(f);
	store(path, "");
	name = named("root", 1, 1);
	unlink(path);
	return name;
}

/* A file goes by in pieces of 32 KiB: a certificate may lie across two, at any of its octets. */
static void a_certificate_across_two_pieces(void **state)
{
	static char b[65536];
	size_t pad, m = vec_file("root.pem", b, sizeof b);

	(void)state;
	for (pad = 32768 - m - 40; pad < 32768 + 40; pad += pad + 60 > 32768 || pad + m < 32768 ? 1 : 37)
		assert_non_null(behind(pad, '\n'));
	assert_non_null(behind(200000, '#'));
	assert_non_null(behind(40000, '-'));
	assert_non_null(behind(40000, 0)); /* no end of the text */
	assert_null(behind(2097152, '\n')); /* CASTORE_FILE_MAX */
}

/* What begins like a certificate and is larger than any does not hide the next one. */
static void a_begin_without_an_end(void **state)
{
	static char b[65536];
	char path[] = "/tmp/castore.XXXXXX";
	size_t m = vec_file("root.pem", b, sizeof b);
	FILE *f = fdopen(mkstemp(path), "w");
	unsigned i;

	(void)state;
	assert_non_null(f);
	fputs("-----BEGIN CERTIFICATE-----\n", f);
	for (i = 0; i < 1000; i++)
		fputs("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", f);
	fwrite(b, 1, m, f);
	fclose(f);
	store(path, "");
	assert_non_null(named("root", 1, 1));
	unlink(path);
}

static void directories(void **state)
{
	static char a[65536];
	char dir[] = "/tmp/castore.XXXXXX", path[64], both[160];
	size_t n = vec_file("root.pem", a, sizeof a);
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/a.0", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fwrite(a, 1, n, f);
	fclose(f);
	snprintf(both, sizeof both, "/nowhere::%s", dir);
	store("tests/vectors/tls/int.pem", both);
	assert_string_equal(named("root", 0, 1), "Root, Test");
	assert_non_null(named("int", 0, 1));
	unlink(path);
	rmdir(dir);
}

static void nothing_to_read(void **state)
{
	(void)state;
	store("/nowhere", "/nowhere");
	assert_null(named("root", 1, 1));
	store("tests/tls_vectors.h", "");
	assert_null(named("root", 1, 1));
	store("/dev/null", "");
	assert_null(named("root", 1, 1));
}

/* A FIFO that has a writer would be waited for for ever. */
static void a_directory_has_more_than_files(void **state)
{
	char dir[] = "/tmp/castore.XXXXXX", path[64];
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	alarm(60);
	store("", dir);
	assert_null(named("root", 1, 1));
	alarm(0);
	close(fd);
	unlink(path);
	rmdir(dir);
}

/* One variable that is set, even to nothing, stands for all of the usual places. */
static void the_environment_replaces_the_usual_places(void **state)
{
	static char bundle[4194304];
	static struct tls_chain one;
	struct tls_tlsa t = { .usage = 2 };
	const char *why;
	char *end;
	FILE *f = fopen("/etc/ssl/certs/ca-certificates.crt", "r");

	(void)state;
	if (!f) {
		skip();
		return;
	}
	bundle[fread(bundle, 1, sizeof bundle - 1, f)] = '\0';
	fclose(f);
	end = strstr(bundle, "-----END CERTIFICATE-----");
	assert_non_null(end);
	assert_int_equal(tls_chain_pem(&one, bundle, (size_t)(end - bundle) + 25, &why), 0);
	t.data = one.der;
	t.len = (uint16_t)one.len[0];
	castore_free();
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	assert_non_null(castore_name(&t));
	castore_free();
	setenv("SSL_CERT_FILE", "", 1);
	assert_null(castore_name(&t));
	castore_free();
	unsetenv("SSL_CERT_FILE");
	setenv("SSL_CERT_DIR", "/nowhere", 1);
	assert_null(castore_name(&t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_selector_and_matching_type),
		cmocka_unit_test(other_records_have_no_name),
		cmocka_unit_test(a_bundle),
		cmocka_unit_test(a_certificate_across_two_pieces),
		cmocka_unit_test(a_begin_without_an_end),
		cmocka_unit_test(directories),
		cmocka_unit_test(nothing_to_read),
		cmocka_unit_test(a_directory_has_more_than_files),
		cmocka_unit_test(the_environment_replaces_the_usual_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
