/* SPDX-License-Identifier: ISC */
/*
 * tls/path.c: DANE-TA(2), RFC 7671 section 5.2: is there a path from the leaf to an
 * anchor that a TLSA record names, and is it a valid one (RFC 5280 section 6.1) for a
 * name of the host (RFC 7672 section 3.2.3)?
 *
 * Breadth first from the leaf over all ways up, so that the shortest good one is found first.
 * Each certificate is vetted in its place (vet.c); each signature is verified once, however
 * many ways lead over it; a good path is put before a second judge (minimal.c).
 */
#include "tls/path.h"

#include <string.h>

#define MAX_RUNS 2 /* paths put before the second judge, whose signatures are not counted */

static void fail_str(struct tls_path *p, unsigned rank, const char *code, const char *text)
{
	struct tls_text t = tls_path_fail(p, rank, code);

	tls_text_str(&t, text);
}

/* ---- acceptance ------------------------------------------------------------------ */

/* What might be an anchor above a step. */
struct anchor {
	const struct tls_x509 *x;     /* its certificate; NULL: a bare key */
	const struct tls_tlv *dn;
	const struct tls_key *key;
	int at;                       /* its place in the chain, -1: not presented */
	uint64_t records;             /* that name it, one bit each */
};

/* Certificates from the leaf up to step s.  Returns how many. */
static unsigned path_to(const struct tls_path *p, unsigned s, uint8_t path[TLS_MAX_CERTS])
{
	unsigned i, n = p->step[s].level + 1u;

	for (i = n; i-- > 0;) {
		path[i] = p->step[s].cert;
		s = p->step[s].below;
	}
	return n;
}

static void note_weak(struct tls_path *p, const struct tls_key *k)
{
	bool rsa = k->kind == TLS_KEY_RSA || k->kind == TLS_KEY_RSA_PSS;

	if (rsa && k->bits < TLS_GOOD_RSA_BITS && (p->weak_rsa == 0 || k->bits < p->weak_rsa))
		p->weak_rsa = k->bits;
}

/* The first path accepted is the one reported: the shortest. */
static void keep_path(struct tls_path *p, const uint8_t *path, unsigned n, const struct anchor *a)
{
	unsigned i;

	for (i = 0; i < p->d->ntlsa && (a->records >> i & 1) == 0; i++)
		;
	p->tlsa = (int)i;
	p->depth = n;
	memcpy(p->path, path, n);
	p->npath = n;
	if (a->at >= 0 && n < TLS_MAX_CERTS)
		p->path[p->npath++] = (uint8_t)a->at;
	for (i = 0; i < n; i++)
		note_weak(p, &p->x[path[i]].pub);
	note_weak(p, a->key);
}

/* Each record that names this anchor is satisfied; is there one left to look for? */
static void tick_off(struct tls_path *p, uint64_t records, unsigned depth)
{
	bool more = false;
	unsigned i;

	for (i = 0; i < p->d->ntlsa; i++) {
		if ((records >> i & 1) != 0 && p->accepted[i] < 0)
			p->accepted[i] = (int8_t)depth;
		more |= p->aim[i] && p->accepted[i] < 0;
	}
	p->stop |= !more;
}

/* The anchor signed the certificate of step s, and all is vetted but the leaf.  Accept? */
static void accept(struct tls_path *p, unsigned s, const struct anchor *a)
{
	uint8_t path[TLS_MAX_CERTS];
	unsigned n = path_to(p, s, path);
	const char *name, *why = NULL;

	if (!tls_vet_leaf(p)) {
		p->stop = true; /* the leaf is the same on every path */
		return;
	}
	name = tls_vet_host(p, s, a->x);
	if (name == NULL)
		return;
	/* once for the verdict; the table's other rows rest on the first judgement */
	if (p->tlsa < 0 && tls_minimal_can(p, path, n, a->dn, a->key))
		why = tls_minimal_run(p, path, n, a->dn, a->key, name);
	if (why != NULL) {
		fail_str(p, 2, "cert-chain", why);
		p->stop = ++p->runs >= MAX_RUNS;
		return;
	}
	if (p->tlsa < 0)
		keep_path(p, path, n, a);
	tick_off(p, a->records, n);
}

/* ---- signatures ------------------------------------------------------------------- */

static void explain_sig(struct tls_path *p, unsigned s, enum tls_sig g)
{
	const struct tls_x509 *x = &p->x[p->step[s].cert];
	struct tls_text t = tls_path_fail(p, 1, "cert-chain");

	tls_path_who(&t, x, p->step[s].level);
	switch (g) {
	case TLS_SIG_WEAK: tls_text_str(&t, " is signed with a weak algorithm or key: "); break;
	case TLS_SIG_PARAMS:
		tls_text_str(&t, " has wrong parameters in its signature algorithm: "); break;
	case TLS_SIG_LIMITED:
		tls_text_str(&t, " is signed in a way that its issuer's key does not allow: "); break;
	case TLS_SIG_LARGE:
		tls_text_str(&t, " is signed with a larger RSA key than is supported here (4096 bits, "
		    "exponent 64 bits): ");
		break;
	case TLS_SIG_UNSUPPORTED:
		tls_text_str(&t, " is signed with an algorithm that is not supported here: "); break;
	default:
		tls_text_str(&t, x->alg_mismatch ? " names one signature algorithm inside and another "
		    "outside" : " is not signed by the certificate that has its issuer's name");
		return;
	}
	tls_text_str(&t, tls_x509_sig_str(x));
}

/* Is certificate v signed by key?  Known from *cache, or charged. */
static enum tls_sig verify(struct tls_path *p, unsigned v, const struct tls_key *key, uint8_t *cache)
{
	if (*cache == 0) {
		if (p->sigs++ >= TLS_MAX_SIG_CHECKS) {
			fail_str(p, 4, "cert-limit", "the presented chain needs more than 32 signature "
			    "verifications; present the leaf and its intermediates only");
			p->stop = true;
			return TLS_SIG_BAD;
		}
		*cache = (uint8_t)(1 + tls_x509_verify(&p->x[v], key));
	}
	return (enum tls_sig)(*cache - 1);
}

/* Is the certificate of step s signed by key? */
static bool signed_by(struct tls_path *p, unsigned s, const struct tls_key *key, uint8_t *cache,
    bool quiet)
{
	enum tls_sig g = verify(p, p->step[s].cert, key, cache);

	if (g != TLS_SIG_GOOD && !quiet && !p->stop)
		explain_sig(p, s, g);
	return g == TLS_SIG_GOOD;
}

/* ---- the search --------------------------------------------------------------------- */

/* RFC 5280 4.1.2.4: an issuer has a name. */
static bool names_match(const struct tls_x509 *below, const struct tls_tlv *subject)
{
	return below->issuer.len > 0 && tls_dn_eq(&below->issuer, subject);
}

/* RFC 4158 section 5.2: is there a certificate of this name and key on the way to step s
   already?  Then the way over the other one is a shorter one, and a leaf is not its own anchor. */
static bool in_path(const struct tls_path *p, unsigned s, const struct tls_tlv *dn,
    const uint8_t *spki, size_t len)
{
	for (;; s = p->step[s].below) {
		const struct tls_x509 *x = &p->x[p->step[s].cert];

		if (x->spki.all_len == len && memcmp(x->spki.all, spki, len) == 0 &&
		    tls_dn_eq(&x->subject, dn))
			return true;
		if (p->step[s].level == 0)
			return false;
	}
}

/* `2 0 0`: the anchor certificate itself, which need not be presented. */
static void try_given_cert(struct tls_path *p, unsigned s, unsigned rec)
{
	const struct tls_tlsa *t = &p->d->tlsa[rec];
	unsigned v = p->step[s].cert;
	struct tls_x509 x;
	struct anchor a = { &x, &x.subject, &x.pub, -1, UINT64_C(1) << rec };

	if (tls_x509_parse(&x, t->data, t->len) != 0 || !names_match(&p->x[v], &x.subject) ||
	    in_path(p, s, &x.subject, x.spki.all, x.spki.all_len))
		return;
	if (signed_by(p, s, &x.pub, &p->given[v][rec], false) && tls_vet_ca(p, &x, s, true))
		accept(p, s, &a);
}

/* `2 1 0`: the anchor's bare key; it has the name that v says its issuer has. */
static void try_given_key(struct tls_path *p, unsigned s, unsigned rec)
{
	const struct tls_tlsa *t = &p->d->tlsa[rec];
	unsigned v = p->step[s].cert, j;
	const struct tls_x509 *x = &p->x[v];
	struct tls_key key;
	struct anchor a = { NULL, &x->issuer, &key, -1, UINT64_C(1) << rec };

	for (j = 1; j < p->n; j++) { /* presented with a certificate: then that is vetted too */
		if (!p->skip[j] && (p->covers[j] >> rec & 1) != 0 && names_match(x, &p->x[j].subject))
			return;
	}
	if (!tls_key_parse(&key, t->data, t->len) || key.kind == TLS_KEY_OTHER || x->issuer.len == 0 ||
	    in_path(p, s, &x->issuer, t->data, t->len))
		return;
	if (signed_by(p, s, &key, &p->given[v][rec], true))
		accept(p, s, &a);
}

/* Anchors that come with a record rather than with the chain. */
static void try_given(struct tls_path *p, unsigned s)
{
	unsigned r;

	for (r = 0; r < p->d->ntlsa && !p->stop; r++) {
		const struct tls_tlsa *t = &p->d->tlsa[r];

		if (!p->aim[r] || t->mtype != 0 || p->accepted[r] >= 0)
			continue;
		if (t->selector == 0)
			try_given_cert(p, s, r);
		else
			try_given_key(p, s, r);
	}
}

/* Is certificate j, as it was presented, signed by one that was presented, perhaps itself? */
static bool is_genuine(struct tls_path *p, unsigned j)
{
	unsigned k;

	for (k = 1; k < p->n && !p->stop; k++) {
		if (!p->skip[k] && names_match(&p->x[j], &p->x[k].subject) &&
		    verify(p, j, &p->x[k].pub, &p->issued[j][k]) == TLS_SIG_GOOD)
			return true;
	}
	return false;
}

/* The records that name j as an anchor for v.  Selector 1 covers the key alone: then a name that
   is the issuer's only by RFC 5280 7.1 counts when a signature vouches for its spelling. */
static uint64_t anchor_records(struct tls_path *p, unsigned v, unsigned j)
{
	uint64_t all = p->covers[j];
	unsigned r;

	if (all == 0 || tls_der_eq(&p->x[v].issuer, p->x[j].subject.val, p->x[j].subject.len) ||
	    is_genuine(p, j))
		return all;
	for (r = 0; r < p->d->ntlsa; r++) {
		if (p->d->tlsa[r].selector != 0)
			all &= ~(UINT64_C(1) << r);
	}
	return all;
}

/* From here on the way leads over certificate j too. */
static void go_on(struct tls_path *p, unsigned s, unsigned j)
{
	struct tls_step *n = &p->step[p->nsteps];

	if (p->nsteps >= TLS_MAX_STEPS) {
		fail_str(p, 4, "cert-limit", "the presented certificates allow too many ways up from "
		    "the leaf; present the leaf and its intermediates only");
		p->stop = true;
		return;
	}
	n->cert = (uint8_t)j;
	n->below = (uint8_t)s;
	n->level = (uint8_t)(p->step[s].level + 1u);
	n->counted = (uint8_t)(p->step[s].counted + !tls_x509_is_self_issued(&p->x[j]));
	p->nsteps++;
}

/* Did presented certificate j issue that of step s?  Then it is the anchor, or the next step. */
static void try_presented(struct tls_path *p, unsigned s, unsigned j)
{
	unsigned v = p->step[s].cert;
	const struct tls_x509 *x = &p->x[j];
	struct anchor a = { x, &x->subject, &x->pub, (int)j, 0 };

	if (p->skip[j] || !names_match(&p->x[v], &x->subject) ||
	    in_path(p, s, &x->subject, x->spki.all, x->spki.all_len))
		return;
	if (!signed_by(p, s, &x->pub, &p->issued[v][j], false))
		return;
	a.records = anchor_records(p, v, j);
	if (p->stop || !tls_vet_ca(p, x, s, a.records != 0))
		return;
	p->reached[j] = true;
	if (a.records != 0)
		accept(p, s, &a);
	if (!p->stop && (a.records == 0 || tls_vet_ca(p, x, s, false)))
		go_on(p, s, j);
}

/* ---- before and after ---------------------------------------------------------------- */

static void mark_doubles(struct tls_path *p)
{
	unsigned i, j;

	p->skip[0] = true; /* the leaf is never an anchor or issuer */
	for (j = 1; j < p->n; j++) {
		for (i = 0; i < j; i++)
			p->skip[j] |= p->x[i].len == p->x[j].len &&
			    memcmp(p->x[i].der, p->x[j].der, p->x[i].len) == 0;
	}
}

/* Which records name which certificates above the leaf, and which are worth a search? */
static void take_aim(struct tls_path *p)
{
	unsigned r, j;

	for (r = 0; r < p->d->ntlsa; r++) {
		if (!p->active[r] || p->d->tlsa[r].usage != 2)
			continue;
		p->aim[r] = p->d->tlsa[r].mtype == 0;
		for (j = 1; j < p->n; j++) {
			if (p->skip[j] || !tls_tlsa_covers(&p->d->tlsa[r], &p->x[j]))
				continue;
			p->covers[j] |= UINT64_C(1) << r;
			p->aim[r] = true;
		}
	}
}

static bool has_aim(const struct tls_path *p)
{
	unsigned r;

	for (r = 0; r < p->d->ntlsa; r++) {
		if (p->aim[r])
			return true;
	}
	return false;
}

/* Nothing failed on the way, but a record names a certificate that is not on it. */
static void explain_stranger(struct tls_path *p)
{
	struct tls_text t;
	unsigned j, r;

	for (j = 1; j < p->n; j++) {
		if (p->covers[j] == 0 || p->reached[j])
			continue;
		for (r = 0; (p->covers[j] >> r & 1) == 0; r++)
			;
		t = tls_path_fail(p, 1, "cert-chain");
		tls_text_str(&t, "TLSA record ");
		tls_text_uint(&t, r + 1);
		tls_text_str(&t, " matches certificate ");
		tls_text_uint(&t, j);
		tls_text_str(&t, " of the presented chain (the leaf is 0), but that is not on the "
		    "path of issuers from the leaf; present the missing intermediates or publish "
		    "the anchor that issued the leaf");
		return;
	}
}

static void start(struct tls_path *p)
{
	p->tlsa = -1;
	p->depth = p->npath = p->weak_rsa = 0;
	p->rank = p->sigs = p->runs = 0;
	p->names_left = TLS_MAX_NAME_CHECKS;
	p->stop = false;
	p->code[0] = p->reason[0] = '\0';
	memset(p->accepted, -1, sizeof p->accepted);
	memset(p->skip, 0, sizeof p->skip);
	memset(p->reached, 0, sizeof p->reached);
	memset(p->aim, 0, sizeof p->aim);
	memset(p->covers, 0, sizeof p->covers);
	memset(p->issued, 0, sizeof p->issued);
	memset(p->given, 0, sizeof p->given);
	memset(&p->step[0], 0, sizeof p->step[0]);
	p->nsteps = 1;
}

void tls_path_find(struct tls_path *p)
{
	unsigned s, j;

	start(p);
	mark_doubles(p);
	take_aim(p);
	if (!has_aim(p)) /* then nothing about the path is a reason either */
		return;
	for (s = 0; s < p->nsteps && !p->stop; s++) {
		for (j = 1; j < p->n && !p->stop; j++)
			try_presented(p, s, j);
		if (!p->stop)
			try_given(p, s);
	}
	if (p->tlsa < 0)
		explain_stranger(p);
}
