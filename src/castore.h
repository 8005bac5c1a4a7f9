/* SPDX-License-Identifier: ISC */
/* src/castore.h: names for TLSA records that belong to certificates of the system's store.  For the
   reader's eye alone: nothing is trusted for being there. */
#ifndef SRC_CASTORE_H
#define SRC_CASTORE_H

#include "tls/tls.h"

#define CASTORE_MAX 512           /* certificates */
#define CASTORE_FILE_MAX 2097152  /* octets of a file that are looked at */
#define CASTORE_DIR_MAX 1024      /* files of a directory */

/* "ISRG Root X1", with a short name's organisation ("R3, Let's Encrypt"); or NULL.  The store is read
   with the first question: the file SSL_CERT_FILE and the directories SSL_CERT_DIR when either is set;
   else the first of the usual files, or when there is none the usual directories.  What cannot be read
   is passed over. */
const char *castore_name(const struct tls_tlsa *t);
void castore_free(void);

#endif
