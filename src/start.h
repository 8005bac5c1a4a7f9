/* SPDX-License-Identifier: ISC */
/* src/start.h: what both programs do before anything else. */
#ifndef SRC_START_H
#define SRC_START_H

/* Descriptors 0-2 open, SIGPIPE ignored, libsodium ready.  0; or -1 with a message on
   standard error.  To be called before report_out is used. */
int start_up(const char *program);

#endif
