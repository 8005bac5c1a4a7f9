/* SPDX-License-Identifier: ISC */
/*
 * dns/resolver.h: the resolver's memory, private to dns/: the messages it holds, the exchanges
 * under way, the look-ups in progress.  One block, sized at compile time, owned by the caller, who
 * hands it in zeroed: most of it is then never touched, which is most of the time and memory that
 * a small job takes.
 */
#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

#include "dns/sec.h"

#define DNS_STORE_OCTETS (2u << 20) /* octets of all messages remembered */
#define DNS_TRIES 3                 /* rounds over all servers for one question */
#define DNS_OWN_XCHG 4              /* exchanges that each look-up can always have... */
#define DNS_SHARED_XCHG (DNS_MAX_XCHG - DNS_OWN_XCHG * DNS_MAX_LOOKUPS) /* ...and more, if free */
#define DNS_WAIT_MS 8000            /* an entry waits for others no longer than this */
#define DNS_FAILED_MS 3000          /* a failure is remembered this long */
#define DNS_MAX_TTL 86400           /* seconds a message is remembered at most */
#define DNS_MAX_CUTS 64             /* delegations known, when iterating */
#define DNS_MAX_CUT_NS 13           /* name servers of one delegation */
#define DNS_MAX_CUT_ADDRS 32        /* their addresses; 26 for the root */
_Static_assert(DNS_MAX_HINTS <= DNS_MAX_CUT_ADDRS, "all root servers that were named are asked");
#define DNS_MAX_NS_ASKED 3          /* names of a zone's servers looked up at a time, without glue */
#define DNS_MAX_NS_TOTAL 6          /* ...and in all, when the first ones come to nothing */
#define DNS_MAX_NS_FETCHES 40       /* addresses of servers asked for by one look-up (NXNSAttack) */
#define DNS_MAX_NS_DEPTH 4          /* of look-ups for the addresses of name servers */
#define DNS_PARTS 3                 /* that the limits of work are shared out in, for other servers */
#define DNS_MAX_WAITS 32            /* entries that a look-up is known to wait for */
#define DNS_MAX_AGAIN 40            /* times that another server is asked after a bogus answer */
#define DNS_TCP_PASS 4              /* iterating: e->tries when all servers are asked over TCP */
#define DNS_MAX_SWEEPS 3            /* iterating: times that all is asked anew, of other servers */
#define DNS_MAX_REFERRALS 30        /* followed for one question */
#define DNS_MAX_REGRETS 3           /* delegations that one question gives up for another server's */
#define DNS_MAX_MINIMISE 10         /* shortened questions for one name (RFC 9156 section 2.3) */
#define DNS_ONE_LABEL 4             /* of them, as many with one label more each (same section) */
#define DNS_PRIME_MS 60000          /* the root's servers are asked for again after failing */
#define DNS_MAX_FAULTS 6            /* servers named in a reason */

enum dns_entry_state {
	DNS_E_FREE = 0,
	DNS_E_QUEUED,  /* to be asked of server `server` */
	DNS_E_WAITING, /* for another entry, when iterating; tried again at each event */
	DNS_E_ASKING,  /* an exchange is under way */
	DNS_E_MSG,     /* a message is at data[off..off+len) */
	DNS_E_FAILED   /* nobody could tell: fault[] says why */
};

/* A question and what became of it. */
struct dns_entry {
	enum dns_entry_state state;
	uint8_t name[DNS_NAME_MAX];
	uint16_t type, rcode;
	uint32_t hash, used;       /* used: tick of the last look */
	size_t off, len;
	uint64_t fetched, expires; /* monotonic milliseconds */
	uint8_t server, tries;
	uint8_t dead;              /* bit a server: it answered, and its answer is of no use */
	uint8_t swept;             /* bit a server: asked of it when all was */
	bool tcp, anew;            /* anew: asked again, after an answer that proved bogus */
	bool spoilt;               /* ...in a look-up of now: whoever gets no other has a bogus one */
	/* when iterating (iterate.c) */
	uint8_t asklabels, minlabels; /* labels of the name asked for now; at least this many */
	uint8_t minimised;            /* shortened questions so far */
	uint8_t addr, depth, referrals;
	uint8_t regrets;              /* delegations given up for another server's */
	uint16_t asktype, cut;
	int16_t lookup;            /* whose queries these are; -1: nobody's any more */
	uint32_t cutused, tried;   /* tried: bit an address of the cut */
	uint64_t sent, born;
	const char *fault[DNS_MAX_SERVERS]; /* constant text, or NULL */
	const char *tcp_fault[DNS_MAX_SERVERS]; /* over TCP */
};

struct dns_store {
	uint32_t tick;
	unsigned n;                /* entries ever used: what lies beyond was never touched */
	size_t used;
	struct dns_entry e[DNS_MAX_STORE];
	uint8_t data[DNS_STORE_OCTETS];
};

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

/* A delegation: whom to ask about a zone.  Believed for no more than that. */
struct dns_cut {
	uint32_t used;             /* tick when it was learned: its identity; 0: free */
	uint32_t looked;           /* tick when a question last led here */
	uint8_t zone[DNS_NAME_MAX], ns[DNS_MAX_CUT_NS][DNS_NAME_MAX];
	unsigned nns, naddr;
	uint64_t expires;
	struct dns_addr addr[DNS_MAX_CUT_ADDRS];
	uint8_t of[DNS_MAX_CUT_ADDRS];   /* whose address: index in ns[], or more when not known */
	unsigned rtt[DNS_MAX_CUT_ADDRS]; /* milliseconds, smoothed; 0: not known */
	struct dns_addr via;       /* the server that referred to it */
	uint8_t vialabels;         /* labels of that server's zone */
	bool confirmed;            /* another server referred to the same addresses */
	const char *fault[DNS_MAX_CUT_ADDRS]; /* of the last exchange; NULL: it went well */
};

/* What a server gave that proved bogus: the answer to a question, and what is wrong with it. */
struct dns_spoil {
	const char *what;            /* constant text */
	uint16_t type;
	uint8_t name[DNS_NAME_MAX];
};

struct dns_lookup {
	bool used, done, overdrawn;  /* overdrawn: DNS_MAX_QUERIES met */
	bool fresh;                  /* this evaluation asked for something new */
	uint64_t start, deadline;
	struct dns_work work;
	unsigned queries, rounds;
	unsigned fetches;            /* of name servers' addresses, when iterating */
	unsigned again, stale;       /* after bogus: other servers asked; old messages asked for anew */
	unsigned swept;              /* bit a server that all was asked of anew; iterating: how often */
	unsigned sweeper;            /* the last such server, when swept */
	uint32_t tick;               /* the store's when the last evaluation began */
	/* the entries that it found pending: while they are, another would find nothing new; due: else */
	bool due;
	unsigned nwaits;
	struct { uint32_t hash; uint16_t entry; } wait[DNS_MAX_WAITS];
	struct dns_why bogus;        /* why, when a server before the last gave something bogus */
	unsigned spoiled;            /* bit a server: it gave something bogus */
	struct dns_spoil spoil[DNS_MAX_SERVERS]; /* for those */
	struct dns_result *res;
};

struct dns_res {
	struct dns_config cfg;
	unsigned queries, verifies, answers; /* totals; answers: replies of any kind */
	uint8_t timeouts[DNS_MAX_SERVERS];   /* in a row */
	bool dnssec;                         /* some answer held a DNSKEY, DS or RRSIG record */
	bool useless[DNS_MAX_SERVERS];       /* the last reply was an error */
	bool distrust[DNS_MAX_SERVERS];      /* gave something bogus where another did better */
	struct dns_xchg x[DNS_MAX_XCHG];
	unsigned nlk, ncuts;                 /* ever used */
	struct dns_lookup lk[DNS_MAX_LOOKUPS];
	struct dns_result res[DNS_MAX_LOOKUPS];
	struct dns_store store;
	struct dns_memo memo;
	bool again;                          /* entries were made while starting others */
	uint64_t no_route[2];                /* until when IPv4 and IPv6 count as not being there */
	uint64_t prime_at;                   /* when to ask for the root's servers; 0: at once */
	struct dns_cut cuts[DNS_MAX_CUTS];   /* [0]: the root */
	struct dns_msg msg;                  /* scratch */
	uint8_t canon[DNS_CANON_MAX], signed_[2 * DNS_CANON_MAX];
};

static inline bool dns_entry_is_pending(const struct dns_entry *e)
{
	return e->state == DNS_E_QUEUED || e->state == DNS_E_WAITING || e->state == DNS_E_ASKING;
}

static inline bool dns_res_iterates(const struct dns_res *r)
{
	return r->cfg.nservers == 0;
}

/* ---- again.c ---- */

struct dns_str;
/* Append what became of the question at each resolver, those in `but` (a bit each) left out. */
void dns_add_faults(struct dns_str *t, const struct dns_res *r, const struct dns_entry *e,
    unsigned but);
/* Nobody gave an answer that is of use. */
void dns_why_failed(const struct dns_res *r, const struct dns_entry *e, struct dns_why *why);
/* Before an evaluation: what came late from one server after all was asked of another. */
void dns_again_strays(struct dns_res *r, struct dns_lookup *lk, uint64_t mono);
/* After one, of c, that has a result: true when something was asked for again. */
bool dns_again(struct dns_res *r, struct dns_lookup *lk, const struct dns_ctx *c, uint64_t mono);
/* Nobody is left to ask: is there a part of the limits that was kept for others? */
bool dns_again_rest(struct dns_lookup *lk);
/* The result is final: whom to ask last from now on; what to say of the servers when it is bogus. */
void dns_again_judge(struct dns_res *r, const struct dns_lookup *lk);
void dns_again_keep(struct dns_res *r, struct dns_lookup *lk);

/* ---- exchange.c ---- */

/* The resolver to ask first: the one that failed least of late.  spoiled: bit a server that gave
   something bogus just now. */
unsigned dns_x_best_server(const struct dns_res *r, unsigned spoiled);
/* Nobody could tell: the entry has failed. */
void dns_x_give_up(struct dns_entry *e, uint64_t mono);
/* Give queued entries their exchanges.  Returns whether to evaluate again: an entry failed
   meanwhile, or others were made. */
bool dns_x_start(struct dns_res *r, uint64_t mono);
/* Is this datagram or message the reply to the exchange?  RFC 5452 section 9.1. */
bool dns_x_is_reply(const struct dns_xchg *x, const struct dns_addr *from, const uint8_t *wire,
    size_t len);
/* A reply to the exchange's question, which ends the exchange. */
void dns_x_take(struct dns_res *r, unsigned slot, const uint8_t *wire, size_t len, uint64_t mono);
/* The exchange came to nothing; why is constant text. */
void dns_x_failed(struct dns_res *r, unsigned slot, const char *why, uint64_t mono);
/* No reply within its time.  When forwarding the exchange goes on as a late one, and the question
   goes to the next server beside it.  False: it was a late one, and nothing else changed. */
bool dns_x_expired(struct dns_res *r, unsigned slot, uint64_t mono);

/* ---- cuts.c ---- */

void dns_iter_init(struct dns_res *r);
/* Ask for the root's own servers, beside the look-up that was just begun, unless done of late. */
void dns_iter_prime(struct dns_res *r, int lookup, uint64_t mono);
/* For a reason: the zone that could not be asked, and what was wrong with each of its servers. */
void dns_iter_faults(const struct dns_res *r, const struct dns_entry *e, struct dns_str *t);
/* The root's servers, by the answer to the question that dns_iter_prime() asked. */
void dns_iter_primed(struct dns_res *r, const struct dns_msg *m, uint16_t port, uint64_t mono);
/* What is known of the zone now, or NULL. */
struct dns_cut *dns_cut_find(struct dns_res *r, const uint8_t *zone, uint64_t mono);
/* The deepest zone known at or above the entry's name; for DS, strictly above. */
struct dns_cut *dns_cut_deepest(struct dns_res *r, const struct dns_entry *e, uint64_t mono);
/* Keep what the referral of `from` to `zone` says, in the place of another if need be. */
void dns_cut_learn(struct dns_res *r, const struct dns_cut *from, const uint8_t *zone,
    const struct dns_addr *via, const struct dns_msg *m, uint64_t mono);
/* One more address of a server, from an A or AAAA record; known ones and those past the limit
   are passed over. */
void dns_cut_add_addr(struct dns_cut *c, const struct dns_rr *rr, uint16_t port);

/* ---- iterate.c ---- */

/* Whom to ask next for the entry, and what (e->asklabels, e->asktype). */
enum dns_iter_next { DNS_ITER_FAILED = 0, DNS_ITER_WAIT, DNS_ITER_ASK };
enum dns_iter_next dns_iter_next(struct dns_res *r, struct dns_entry *e, struct dns_addr *to,
    uint64_t mono);
/* Is there an address of the zone's servers that the entry was not asked of? */
bool dns_iter_has_other(struct dns_res *r, const struct dns_entry *e, uint64_t mono);
/* The server asked last did not answer; sent: the question went out. */
void dns_iter_no_reply(struct dns_res *r, struct dns_entry *e, const char *why, bool sent,
    uint64_t mono);
/* Its reply is of no use, whatever was asked. */
void dns_iter_useless(struct dns_res *r, struct dns_entry *e, const char *why);
/* A parsed reply: true when it is the answer to the entry's question, to be kept; else the
   entry is queued again (or failed). */
bool dns_iter_take(struct dns_res *r, struct dns_entry *e, struct dns_msg *m, uint64_t mono);

#endif
