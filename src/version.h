/* SPDX-License-Identifier: ISC */
/* src/version.h: what -version prints. */
#ifndef SRC_VERSION_H
#define SRC_VERSION_H

#define VERSION "0.1"

#endif
