/* SPDX-License-Identifier: ISC */
/* src/file.h: a whole file that the user named. */
#ifndef SRC_FILE_H
#define SRC_FILE_H

#include <stddef.h>

/* The octets of a file ("-": standard input), of max at most, to be freed by the caller; or NULL, and
   err says why in a few words.  A FIFO that nobody writes to is empty, not waited for. */
char *file_read(const char *path, size_t max, size_t *len, char *err, size_t cap);

#endif
