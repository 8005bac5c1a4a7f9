/* SPDX-License-Identifier: ISC */
/*
 * dns/resolver.h: the resolver's memory, private to dns/: the messages it holds, the exchanges
 * under way, the look-ups in progress.  One block, sized at compile time, owned by the caller.
 */
#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

#include "dns/sec.h"

#define DNS_STORE_OCTETS (2u << 20) /* octets of all messages remembered */
#define DNS_TRIES 3                 /* rounds over all servers for one question */
#define DNS_FAILED_MS 3000          /* a failure is remembered this long */
#define DNS_MAX_TTL 86400           /* seconds a message is remembered at most */

enum dns_entry_state {
	DNS_E_FREE = 0,
	DNS_E_QUEUED,  /* to be asked of server `server` */
	DNS_E_ASKING,  /* an exchange is under way in slot `slot` */
	DNS_E_MSG,     /* a message is at data[off..off+len) */
	DNS_E_FAILED   /* nobody could tell: fault[] says why */
};

/* A question and what became of it. */
struct dns_entry {
	enum dns_entry_state state;
	uint8_t name[DNS_NAME_MAX];
	uint16_t type, rcode, slot;
	uint32_t hash, used;       /* used: tick of the last look */
	size_t off, len;
	uint64_t fetched, expires; /* monotonic milliseconds */
	uint8_t server, tries;
	uint8_t dead;              /* bit a server: it answered, and its answer is of no use */
	bool tcp;
	const char *fault[DNS_MAX_SERVERS]; /* constant text, or NULL */
};

struct dns_store {
	uint32_t tick;
	size_t used;
	struct dns_entry e[DNS_MAX_STORE];
	uint8_t data[DNS_STORE_OCTETS];
};

void dns_store_init(struct dns_store *s);
/* The entry for the question, or NULL. */
struct dns_entry *dns_store_find(struct dns_store *s, const uint8_t *name, uint16_t type);
/* A fresh entry (state QUEUED), in the place of the one least recently used if need be.  No
   message moves.  NULL: all are being asked. */
struct dns_entry *dns_store_new(struct dns_store *s, const uint8_t *name, uint16_t type);
/* Keep the flat message for the entry (state MSG); older ones make room.  Messages move.
   False: it does not fit. */
bool dns_store_put(struct dns_store *s, struct dns_entry *e, const struct dns_msg *m);
/* Forget the message of an entry. */
void dns_store_drop(struct dns_entry *e);

struct dns_lookup {
	bool used, done, overdrawn;  /* overdrawn: DNS_MAX_QUERIES met */
	bool fresh;                  /* this evaluation asked for something new */
	uint64_t start, deadline;
	unsigned queries, fail_cost, good, rounds;
	struct dns_result res;
};

struct dns_res {
	struct dns_config cfg;
	unsigned queries, verifies, answers; /* totals; answers: replies of any kind */
	uint8_t timeouts[DNS_MAX_SERVERS];   /* in a row */
	struct dns_xchg x[DNS_MAX_XCHG];
	struct dns_lookup lk[DNS_MAX_LOOKUPS];
	struct dns_store store;
	struct dns_memo memo;
	struct dns_msg msg;                  /* scratch */
	uint8_t canon[DNS_CANON_MAX], signed_[2 * DNS_CANON_MAX];
};

#endif
