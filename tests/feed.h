/* SPDX-License-Identifier: ISC */
/* tests/feed.h: octets of a server into a session, as far as it takes them. */
#ifndef TESTS_FEED_H
#define TESTS_FEED_H

#include <string.h>
#include "tls/tls.h"

static inline void session_feed(struct tls_session *s, const uint8_t *p, size_t n)
{
	while (n > 0) {
		size_t room;
		uint8_t *to = tls_session_rec_in(s, &room);

		if (to == NULL || room == 0)
			return;
		room = room < n ? room : n;
		memcpy(to, p, room);
		tls_session_rec_in_ack(s, room);
		p += room;
		n -= room;
	}
}

#endif
