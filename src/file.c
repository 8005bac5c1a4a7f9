/* SPDX-License-Identifier: ISC */
/* src/file.c: reads a file that the user named, whole or not at all. */
#include "src/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/text.h"

/* Opening a FIFO waits for a writer, perhaps for ever, unless told not to; reading from one that
   has a writer, as <(...) of a shell has, waits as it should. */
static int open_now(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);

	if (flags >= 0)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	return fd;
}

/* Octets read: max + 1 when there are more; -1 and errno. */
static long fill(int fd, char *p, size_t max)
{
	size_t n = 0;
	long got;

	while (n <= max && (got = read(fd, p + n, max + 1 - n)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		n += (size_t)got;
	}
	return (long)n;
}

char *file_read(const char *path, size_t max, size_t *len, char *err, size_t cap)
{
	int fd = strcmp(path, "-") ? open_now(path) : STDIN_FILENO;
	char *p;
	long n;

	if (fd < 0) {
		snprintf(err, cap, "%s", strerror(errno));
		return NULL;
	}
	p = text_alloc(max + 1);
	n = fill(fd, p, max);
	if (n < 0)
		snprintf(err, cap, "%s", strerror(errno));
	else if ((size_t)n > max)
		snprintf(err, cap, "larger than %lu octets", (unsigned long)max);
	if (fd != STDIN_FILENO)
		close(fd);
	if (n >= 0 && (size_t)n <= max) {
		*len = (size_t)n;
		return p;
	}
	free(p);
	return NULL;
}
