/* SPDX-License-Identifier: ISC */
/* src/dnsvouch.c: look one name up and say whether the answer is proven, or (-anchors) what the
   trust anchors prove.  Exit status: 0 secure, 1 insecure, 2 bogus, 3 indeterminate, wrong usage
   or a report that was lost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/anchors.h"
#include "src/args.h"
#include "src/clock.h"
#include "src/config.h"
#include "src/dnsio.h"
#include "src/report_dns.h"
#include "src/report_out.h"
#include "src/start.h"
#include "src/version.h"

#define EXIT_UNKNOWN 3

static struct {
	struct config c;
	bool json, explain, anchors, debug, help, h, version;
} opt;

static const struct args_opt options[] = {
	{ "resolver", ARGS_STR, &opt.c.resolver, "LIST", "resolvers to use: ADDR, ADDR:PORT or "
	  "[ADDR6]:PORT, parted by commas" },
	{ "iterate", ARGS_BOOL, &opt.c.iterate, "", "use no resolver: walk from the root servers" },
	{ "no-qname-minimisation", ARGS_BOOL, &opt.c.no_minimise, "",
	  "when iterating, ask every server for the whole name" },
	{ "root-hints", ARGS_STR, &opt.c.hints_file, "FILE", "root servers, zone-file format" },
	{ "trust-anchor", ARGS_STR, &opt.c.anchor_file, "FILE",
	  "DS or DNSKEY records, zone-file format, or IANA's root-anchors.xml, instead of the "
	  "built-in ones" },
	{ "anchors", ARGS_BOOL, &opt.anchors, "",
	  "take no NAME: report which trust anchor proves which keys today" },
	{ "allow-weak", ARGS_BOOL, &opt.c.allow_weak, "",
	  "accept SHA-1 and short RSA keys as proof" },
	{ "at", ARGS_TIME, &opt.c.at, "TIME",
	  "validate as of TIME: unix seconds, YYYYMMDDHHMMSS or RFC 3339" },
	{ "json", ARGS_BOOL, &opt.json, "", "print one JSON object" },
	{ "explain", ARGS_BOOL, &opt.explain, "", "print the proof trail" },
	{ "4", ARGS_BOOL, &opt.c.only4, "", "ask servers over IPv4 alone" },
	{ "6", ARGS_BOOL, &opt.c.only6, "", "ask servers over IPv6 alone" },
	{ "debug", ARGS_BOOL, &opt.debug, "", "print facts on standard error" },
	{ "version", ARGS_BOOL, &opt.version, "", "print the version" },
	{ "help", ARGS_BOOL, &opt.help, "", "print this" },
	{ "h", ARGS_BOOL, &opt.h, "", "print this" },
};
#define NOPTIONS (sizeof options / sizeof *options)

static int usage(const char *why)
{
	fprintf(stderr, "dnsvouch: %s\nusage: dnsvouch [options] NAME [TYPE]\n       "
	    "dnsvouch -anchors [options]\n", why);
	return EXIT_UNKNOWN;
}

static void help(struct text *t)
{
	text_puts(t, "usage: dnsvouch [options] NAME [TYPE]\n       dnsvouch -anchors [options]\n\n"
	    "Look NAME up (TYPE A unless given) and prove the answer from the root down.\n"
	    "Exit status: 0 secure, 1 insecure, 2 bogus, 3 indeterminate or wrong usage.\n\n");
	args_usage(options, NOPTIONS, t);
}

/* Meta types and QTYPEs cannot be looked up and proven; ANY can (RFC 6895 section 3.1).
   NULL, or why this one cannot. */
static const char *why_meta(uint16_t type)
{
	if (type == 0)
		return "is reserved and stands for no record (RFC 6895 section 3.1)";
	if (type == DNS_OPT)
		return "is a part of a message (EDNS) and in no zone (RFC 6891)";
	if (type == DNS_NXNAME)
		return "stands in type bitmaps of denials and for no record (RFC 9824 section 3.4)";
	if (type == 249 || type == 250) /* TKEY, TSIG */
		return "is made for one message and in no zone (RFC 8945, 2930)";
	if (type == 251 || type == 252) /* IXFR, AXFR */
		return "asks for a whole zone, of which DNSSEC proves each RRset by itself";
	if (type == 253 || type == 254) /* MAILB, MAILA */
		return "asks for several obsolete types at once: ask for MX";
	return type >= 128 && type < 255 ? "is a meta type and stands for no record (RFC 6895 "
	    "section 3.1)" : NULL;
}

static int refuse_meta(uint16_t type, const char *why)
{
	char name[32], buf[256];

	snprintf(buf, sizeof buf, "TYPE %s: %s; a data type or ANY is wanted",
	    dns_type_str(type, name, sizeof name), why);
	return usage(buf);
}

static int question(int argc, char **argv, int i, uint8_t *name, uint16_t *type)
{
	*type = DNS_A;
	if (i >= argc)
		return usage("a NAME is wanted");
	if (argc - i > 2)
		return usage("NAME and TYPE are wanted and nothing after them; options go first");
	if (!text_is_graphic(argv[i]))
		return usage("NAME: printable ASCII is wanted; write an internationalised name "
		    "in its xn-- form");
	if (dns_name_parse(argv[i], name))
		return usage("NAME: labels of 1 to 63 octets, parted by single dots, at most "
		    "253 octets in all, are wanted");
	if (i + 1 < argc && dns_type_parse(argv[i + 1], type))
		return usage("TYPE: a record type such as TLSA, MX or TYPE65 is wanted; options go "
		    "before NAME");
	return why_meta(*type) ? refuse_meta(*type, why_meta(*type)) : 0;
}

/* Run the one look-up to its end. */
static const struct dns_result *look_up(struct dnsio *io, const uint8_t *name, uint16_t type)
{
	int n = dns_res_lookup(io->res, name, type, clock_wall(), clock_mono());
	const struct dns_result *r;
	struct loop l;

	while (n >= 0 && !(r = dns_res_result(io->res, n))) {
		loop_begin(&l);
		dnsio_want(io, &l);
		if (dns_res_result(io->res, n))
			continue;
		if (loop_wait(&l) < 0)
			return NULL;
		dnsio_turn(io, &l);
	}
	return n < 0 ? NULL : r;
}

static int status(enum dns_sec s)
{
	switch (s) {
	case DNS_SEC_SECURE: return 0;
	case DNS_SEC_INSECURE: return 1;
	case DNS_SEC_BOGUS: return 2;
	case DNS_SEC_INDETERMINATE: case DNS_SEC_UNCHECKED: break;
	}
	return EXIT_UNKNOWN;
}

static int run(const struct dns_config *d, const uint8_t *name, uint16_t type)
{
	struct dns_res *res = text_alloc(dns_res_size());
	struct dnsio *io = text_alloc(sizeof *io);
	const struct dns_reason_info *why;
	const struct dns_result *r;
	struct text t = { 0 };
	int rc = EXIT_UNKNOWN;

	dns_res_init(res, d);
	dnsio_init(io, res, NULL);
	r = look_up(io, name, type);
	if (!r)
		fputs("dnsvouch: the look-up could not be carried out on this machine\n", stderr);
	else {
		rc = status(r->state);
		if (opt.json)
			report_dns_json(&t, r);
		else
			report_dns_text(&t, r, opt.explain, d->at_fixed ? d->at : clock_wall());
		report_out(&t);
		why = dns_reason_info(r->ede);
		debug_line("lookup status=%s ede=%d id=%s rule=\"%s\" reason=\"%s\"",
		    dns_sec_str(r->state), r->ede, why->id, why->rule, r->reason);
		debug_line("dns queries=%u rounds=%u", r->queries, r->rounds);
	}
	dnsio_close(io);
	free(io);
	free(res);
	return rc;
}

/* ---- -anchors -------------------------------------------------------------------- */

static void copy_reply(struct anchors_reply *out, struct dns_res *res, const struct dns_result *r,
    const uint8_t *owner)
{
	const uint8_t *flat = dns_res_seen(res, owner, DNS_DNSKEY, &out->len);
	unsigned i;

	out->state = r->state;
	out->ede = r->ede;
	out->sig_expires = r->sig_expires;
	memcpy(out->reason, r->reason, sizeof out->reason);
	for (i = 0; i < r->nsteps && !out->has_step; i++)
		if (r->steps[i].kind == DNS_STEP_ANCHOR && dns_name_eq(r->steps[i].zone, owner)) {
			out->has_step = true;
			out->tag = r->steps[i].tag;
			out->alg = r->steps[i].alg;
			out->digest = r->steps[i].digest;
		}
	out->seen = flat != NULL;
	if (flat)
		memcpy(out->flat, flat, out->len);
}

/* An anchors_ask: a resolver of its own, that knows nothing of what others proved. */
static bool ask(void *arg, const struct dns_config *d, const uint8_t *owner,
    struct anchors_reply *out)
{
	struct dns_res *res = text_alloc(dns_res_size());
	struct dnsio *io = text_alloc(sizeof *io);
	const struct dns_result *r;

	(void)arg;
	dns_res_init(res, d);
	dnsio_init(io, res, NULL);
	r = look_up(io, owner, DNS_DNSKEY);
	if (r)
		copy_reply(out, res, r, owner);
	dnsio_close(io);
	free(io);
	free(res);
	return r != NULL;
}

static int run_anchors(struct dns_config *d)
{
	struct anchors_zone *z = text_alloc(sizeof *z);
	enum dns_sec worst = DNS_SEC_SECURE;
	const uint8_t *owner;
	struct text t = { 0 };
	unsigned i = 0, n = 0;

	text_puts(&t, opt.json ? "{\"zones\":[" : "");
	while ((owner = anchors_next(&d->anchors, &i)) != NULL) {
		if (!anchors_zone(z, d, owner, d->at_fixed ? d->at : clock_wall(), ask, NULL)) {
			fputs("dnsvouch: the look-up could not be carried out on this machine\n", stderr);
			worst = DNS_SEC_UNCHECKED;
			break;
		}
		if (anchors_state(z) < worst)
			worst = anchors_state(z);
		text_puts(&t, opt.json && n++ ? "," : "");
		if (opt.json)
			report_anchors_json(&t, z);
		else
			report_anchors_text(&t, z);
	}
	if (opt.json)
		text_printf(&t, "],\"status\":\"%s\"}\n", dns_sec_str(worst));
	report_out(&t);
	free(z);
	return status(worst);
}

/* name: NULL for -anchors. */
static int run_config(const uint8_t *name, uint16_t type)
{
	struct dns_config *d = text_alloc(sizeof *d);
	char err[CONFIG_ERR];
	int rc;

	if (config_make(&opt.c, getenv("DNS_RESOLVER"), true, d, err, sizeof err)) {
		fprintf(stderr, "dnsvouch: %s\n", err);
		rc = EXIT_UNKNOWN;
	} else
		rc = name ? run(d, name, type) : run_anchors(d);
	free(d);
	return rc;
}

int main(int argc, char **argv)
{
	char err[ARGS_ERR];
	uint8_t name[DNS_NAME_MAX];
	struct text t = { 0 };
	uint16_t type;
	int i, rc = 0;

	text_oom_status = EXIT_UNKNOWN;
	if (start_up("dnsvouch"))
		return EXIT_UNKNOWN;
	if (args_parse(options, NOPTIONS, argc, argv, &i, err, sizeof err))
		return usage(err);
	debug_on(opt.debug);
	if (opt.help || opt.h)
		help(&t);
	else if (opt.version)
		text_puts(&t, "dnsvouch " VERSION "\n");
	else if (opt.anchors)
		rc = i < argc ? usage("option -anchors: takes no NAME; name the anchors with -trust-anchor") :
		    opt.explain ? usage("options -anchors and -explain: one of them at most is wanted") :
		    run_config(NULL, 0);
	else if ((rc = question(argc, argv, i, name, &type)) != 0)
		return rc;
	else
		rc = run_config(name, type);
	report_out(&t);
	return report_out_finish("dnsvouch") ? EXIT_UNKNOWN : rc;
}
