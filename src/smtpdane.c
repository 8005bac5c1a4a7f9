/* SPDX-License-Identifier: ISC */
/* src/smtpdane.c: probe SMTP servers and say whether their certificates satisfy the DANE TLSA
   records.  Decides what the command line means; exit status 0 when every verdict is ok, else
   1; with -nagios 0, 1, 2 or 3. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/args.h"
#include "src/clock.h"
#include "src/config.h"
#include "src/dnsio.h"
#include "src/idna.h"
#include "src/net.h"
#include "src/offline.h"
#include "src/probe.h"
#include "src/proxy.h"
#include "src/report.h"
#include "src/report_out.h"
#include "src/start.h"
#include "src/version.h"

#define HELO "smtpdane.invalid"
#define HOSTS "/etc/hosts"
#define SECOND 1000000000
#define NAGIOS_UNKNOWN 3

static struct {
	struct config c;
	bool mx, submission, submissions, tls_on_connect, explain, json, prometheus, quiet, q, terse,
	    nagios, nocolor, nocertnames, cert_info, certs, refuse_reserved, all_certs, expect_ocsp,
	    proxy_dns, debug, debug_fast, version, help, h;
	uint16_t port;
	const char *helo, *srv, *check_chain, *proxy_tcp;
	char unread[256]; /* why there is no chain in the file of -check-chain */
	struct socks_proxy proxy;
	struct args_list aka, tlsa;
	int64_t connect_timeout, dialogue_timeout, expiration_warning, signature_warning, timeout;
} opt = {
	.helo = HELO,
	.connect_timeout = (int64_t)30 * SECOND,
	.dialogue_timeout = (int64_t)SMTP_TOTAL_MS * (SECOND / 1000),
	.expiration_warning = (int64_t)168 * 3600 * SECOND,
};

static const struct args_opt options[] = {
	{ "mx", ARGS_BOOL, &opt.mx, "", "targets are domains: probe every mail exchanger" },
	{ "submission", ARGS_BOOL, &opt.submission, "",
	  "targets are domains: probe the hosts of their SRV records for submission" },
	{ "submissions", ARGS_BOOL, &opt.submissions, "",
	  "the same for submissions, with TLS at once (RFC 8314)" },
	{ "srv", ARGS_STR, &opt.srv, "NAME", "the same for _NAME._tcp" },
	{ "port", ARGS_PORT, &opt.port, "PORT",
	  "port of targets that name none (smtp(25); with -tls-on-connect submissions(465))" },
	{ "p", ARGS_PORT, &opt.port, "PORT", "the same" },
	{ "tls-on-connect", ARGS_BOOL, &opt.tls_on_connect, "", "TLS at once, no STARTTLS" },
	{ "helo", ARGS_STR, &opt.helo, "NAME", "name to greet with (" HELO ")" },
	{ "aka", ARGS_LIST, &opt.aka, "NAME",
	  "another name that a DANE-TA certificate may bear; repeatable" },
	{ "tlsa", ARGS_LIST, &opt.tlsa, "'U S M HEX'", "use this TLSA record, taken as proven, instead of "
	  "asking the DNS; repeatable. The target may then be an address, with the first -aka as name" },
	{ "check-chain", ARGS_STR, &opt.check_chain, "FILE", "do not connect: check the PEM chain in "
	  "FILE, leaf first, as if the server presented it" },
	{ "refuse-reserved", ARGS_BOOL, &opt.refuse_reserved, "", "do not connect to special-purpose "
	  "addresses (loopback, private, link-local...) that a name led to" },
	{ "all-certs", ARGS_BOOL, &opt.all_certs, "", "probe each address once for each algorithm of "
	  "certificates (RSA, ECDSA, Ed25519) that the server may have" },
	{ "expect-ocsp", ARGS_BOOL, &opt.expect_ocsp, "",
	  "a missing or bad stapled OCSP response is a failure" },
	{ "4", ARGS_BOOL, &opt.c.only4, "", "IPv4 alone" },
	{ "6", ARGS_BOOL, &opt.c.only6, "", "IPv6 alone" },
	{ "connect-timeout", ARGS_DURATION, &opt.connect_timeout, "DURATION",
	  "wait for a connection (30s; 0 leaves it to the system)" },
	{ "dialogue-timeout", ARGS_DURATION, &opt.dialogue_timeout, "DURATION",
	  "wait for the whole SMTP dialogue, TLS included (2m; each reply has 30s, the greeting 1m)" },
	{ "t", ARGS_SECONDS, &opt.timeout, "SECONDS",
	  "wait for all targets together; what is not done by then is UNKNOWN (0: for ever)" },
	{ "expiration-warning", ARGS_DURATION, &opt.expiration_warning, "DURATION",
	  "warn of certificates that expire within it (168h; 0s: do not look at DANE-EE dates)" },
	{ "signature-warning", ARGS_DURATION, &opt.signature_warning, "DURATION",
	  "warn when a DNSSEC signature that the verdict rests on ends within it (0s: do not)" },
	{ "proxy-tcp", ARGS_STR, &opt.proxy_tcp, "URL", "connect to SMTP servers through the SOCKS5 proxy "
	  "socks5://[USER:PASSWORD@]HOST:PORT" },
	{ "proxy-dns", ARGS_BOOL, &opt.proxy_dns, "", "send the DNS queries through it too, over TCP" },
	{ "resolver", ARGS_STR, &opt.c.resolver, "LIST", "resolvers to use: ADDR, ADDR:PORT or "
	  "[ADDR6]:PORT, parted by commas" },
	{ "iterate", ARGS_BOOL, &opt.c.iterate, "", "use no resolver: walk from the root servers" },
	{ "no-qname-minimisation", ARGS_BOOL, &opt.c.no_minimise, "",
	  "when iterating, ask every server for the whole name" },
	{ "root-hints", ARGS_STR, &opt.c.hints_file, "FILE", "root servers, zone-file format" },
	{ "trust-anchor", ARGS_STR, &opt.c.anchor_file, "FILE",
	  "DS or DNSKEY records, zone-file format, instead of the built-in ones" },
	{ "allow-weak", ARGS_BOOL, &opt.c.allow_weak, "",
	  "accept SHA-1 and short RSA keys as proof" },
	{ "at", ARGS_TIME, &opt.c.at, "TIME",
	  "validate as of TIME: unix seconds, YYYYMMDDHHMMSS or RFC 3339" },
	{ "explain", ARGS_BOOL, &opt.explain, "", "print the proof trail" },
	{ "json", ARGS_BOOL, &opt.json, "", "print one JSON object a target" },
	{ "prometheus", ARGS_BOOL, &opt.prometheus, "", "print Prometheus' text exposition format" },
	{ "show-cert-info", ARGS_BOOL, &opt.cert_info, "", "print what the certificates say" },
	{ "showcerts", ARGS_BOOL, &opt.certs, "", "print the certificates, PEM" },
	{ "nocertnames", ARGS_BOOL, &opt.nocertnames, "",
	  "do not name TLSA records of certificates in the system's store" },
	{ "quiet", ARGS_BOOL, &opt.quiet, "", "print nothing unless something is wrong" },
	{ "q", ARGS_BOOL, &opt.q, "", "the same" },
	{ "terse", ARGS_BOOL, &opt.terse, "", "one line an address" },
	{ "nagios", ARGS_BOOL, &opt.nagios, "", "output and exit status of a Nagios plug-in" },
	{ "nocolor", ARGS_BOOL, &opt.nocolor, "", "no colour (also: NO_COLOR in the environment)" },
	{ "debug", ARGS_BOOL, &opt.debug, "", "print facts on standard error" },
	{ "debug-fast", ARGS_BOOL, &opt.debug_fast, "",
	  "report each target as soon as it is done, not in the order of the command line" },
	{ "version", ARGS_BOOL, &opt.version, "", "print the version" },
	{ "help", ARGS_BOOL, &opt.help, "", "print this" },
	{ "h", ARGS_BOOL, &opt.h, "", "print this" },
};
#define NOPTIONS (sizeof options / sizeof *options)

/* ---- usage --------------------------------------------------------------------------- */

/* Is -nagios anywhere?  An error in an option before it must still be told to Nagios. */
static bool nagios_given(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		const char *a = argv[i] + (argv[i][0] == '-' && argv[i][1] == '-');

		if (!strcmp(a, "-nagios") ||
		    (!strncmp(a, "-nagios=", 8) && a[8] && strchr("1tT", a[8])))
			return true;
	}
	return opt.nagios;
}

/* Wrong usage, or a fault of our own before anything could be probed. */
static int refuse(const char *why)
{
	struct text t = { 0 };
	size_t i;

	if (!opt.nagios) {
		fprintf(stderr, "smtpdane: %s\n", why);
		return 1;
	} /* Icinga 2 reads both streams, and the first line is the status */
	text_printf(&t, "SMTPDANE UNKNOWN - %s\n", why);
	for (i = 0; i < t.len; i++)
		if (t.p[i] == '|')
			t.p[i] = '/';
	report_out(&t);
	return NAGIOS_UNKNOWN;
}

/* What the user gave, made fit for a terminal, between words of ours. */
static int refuse_given(const char *before, const char *given, const char *after, const char *why)
{
	struct text m = { 0 };
	int rc;

	text_puts(&m, before);
	text_safe(&m, given);
	text_printf(&m, "%s%s", after, why);
	rc = refuse(text_str(&m));
	text_free(&m);
	return rc;
}

static int refused_status(void)
{
	return opt.nagios ? NAGIOS_UNKNOWN : 1;
}

static void help(struct text *t)
{
	text_puts(t, "usage: smtpdane [options] HOST[:PORT]...\n"
	    "       smtpdane [options] -mx|-submission|-submissions|-srv NAME DOMAIN...\n"
	    "       smtpdane [options] -check-chain FILE HOST[:PORT]...\n\n"
	    "Probe SMTP servers and say whether their certificates satisfy the DANE TLSA records\n"
	    "of the host, with our own DNSSEC validation from the root down.\n"
	    "Exit status: 0 all is well, 1 it is not or the usage is wrong; with -nagios 0 OK,\n"
	    "1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n\n");
	args_usage(options, NOPTIONS, t);
}

/* ---- targets ---------------------------------------------------------------------------- */

static const char *not_ascii(const char *s)
{
	static char buf[400];
	char xn[254];

	if (!idna_show(s, xn, sizeof xn) || !text_is_graphic(xn))
		return "printable ASCII is wanted; write an internationalised name in its xn-- form";
	snprintf(buf, sizeof buf, "the DNS has such a name in ASCII; write %s (if it is meant in small "
	    "letters and composed characters)", xn);
	return buf;
}

/* NULL, or what is wrong with a host name. */
static const char *name_fault(const char *s)
{
	uint8_t wire[DNS_NAME_MAX];
	size_t n = strlen(s);

	if (n && s[n - 1] == '.')
		n--;
	if (!n)
		return "the name is empty; write a host name such as mx.example.org";
	if (!text_is_graphic(s))
		return not_ascii(s);
	if (n > 253)
		return "the name has more than 253 octets, the most that the DNS can hold";
	if (s[0] == '.' || strstr(s, ".."))
		return "the name has an empty label; write single dots between its labels";
	if (!host_chars_ok(s))
		return "a host name has letters, digits, hyphens and dots only; write one such as "
		    "mx.example.org";
	return dns_name_parse(s, wire) ? "a label has more than 63 octets, the most that the DNS can hold" :
	    NULL;
}

/* ADDR, [ADDR] or [ADDR]:PORT of an address literal; *rest is where a port may follow.
   False: it is none. */
static bool literal(const char *arg, struct dns_addr *a, const char **rest)
{
	const char *end = *arg == '[' ? strchr(arg, ']') : NULL, *colon = strchr(arg, ':');
	char name[NET_ADDR_TEXT];
	size_t n;

	if (*arg == '[')
		arg++;
	else if (colon && !strchr(colon + 1, ':')) /* 192.0.2.1:25 */
		end = colon;
	else
		end = arg + strlen(arg);
	n = end ? (size_t)(end - arg) : 0;
	if (n == 0 || n >= sizeof name)
		return false;
	memcpy(name, arg, n);
	name[n] = '\0';
	*rest = end + (*end == ']');
	return net_addr_parse(name, a) == 0;
}

/* ":PORT", or nothing. */
static const char *port_of(const char *s, struct probe_target *t)
{
	if (!*s)
		return NULL;
	if (*s != ':' || args_port(s + 1, &t->port))
		return "after the colon a port from 1 to 65535 or a service name is wanted, such as "
		    "mx.example.org:25";
	t->port_given = true;
	return NULL;
}

/* An address stands for a host only where nothing is asked of the DNS. */
static const char *literal_target(const char *rest, struct probe_target *t)
{
	if (opt.mx || opt.srv)
		return "a domain is wanted here, and this is an address; write its name, or leave "
		    "out -mx, -submission, -submissions or -srv";
	if (!opt.tlsa.n)
		return "an address has no TLSA records; write the host's name, or give the records with "
		    "-tlsa";
	return port_of(rest, t);
}

/* HOST or HOST:PORT.  NULL, or what is wrong. */
static const char *host_target(const char *arg, struct probe_target *t)
{
	const char *colon = strchr(arg, ':'), *why;
	size_t n = colon ? (size_t)(colon - arg) : strlen(arg);
	char name[DNS_NAME_TEXT];

	if (*arg == '[' || (colon && strchr(colon + 1, ':')))
		return "this is neither a host name nor an address; write HOST, HOST:PORT or "
		    "[ADDR6]:PORT";
	if (n >= sizeof name)
		return "the name has more than 253 octets, the most that the DNS can hold";
	memcpy(name, arg, n);
	name[n] = '\0';
	why = name_fault(name);
	if (!why && colon)
		why = port_of(colon, t);
	if (!why)
		(void)dns_name_parse(name, t->name); /* name_fault() has seen to that */
	return why;
}

static int target(const char *arg, const struct probe_options *o, struct probe_target *t)
{
	const char *why, *rest = NULL;

	t->port = opt.port;
	if (*arg == '-')
		why = "options go before the first target";
	else if (literal(arg, &t->literal, &rest)) {
		why = literal_target(rest, t);
		if (o->naka) /* the name that it goes by; set_aka() has seen to its form */
			(void)dns_name_parse(o->aka[0], t->name);
	} else {
		t->literal.family = 0;
		why = host_target(arg, t);
	}
	return why ? refuse_given("target \"", arg, "\": ", why) : 0;
}

/* ---- options --------------------------------------------------------------------------------- */

static int set_aka(struct probe_options *o)
{
	char buf[512];
	unsigned i;

	if (opt.aka.n > PROBE_MAX_AKA) {
		snprintf(buf, sizeof buf, "option -aka: %u names were given, %d at most are wanted",
		    opt.aka.n, PROBE_MAX_AKA);
		return refuse(buf);
	}
	for (i = 0; i < opt.aka.n; i++) {
		const char *why;
		char *name = text_alloc(opt.aka.len[i] + 1);

		memcpy(name, opt.aka.v[i], opt.aka.len[i]);
		why = name_fault(name);
		if (why) {
			int rc = refuse_given("option -aka: \"", name, "\" was given: ", why);

			free(name);
			return rc;
		}
		o->aka[o->naka++] = name; /* for as long as the program runs */
	}
	return 0;
}

/* A word of a command line: no blank, no control, and short (RFC 5321 section 4.5.3.1.2). */
static bool helo_ok(const char *s)
{
	return *s && strlen(s) <= 255 && text_is_graphic(s);
}

/* -tlsa 'U S M HEX' */
static int set_tlsa(struct probe_options *o)
{
	unsigned i;

	for (i = 0; i < opt.tlsa.n; i++) {
		const char *why = i == TLS_MAX_TLSA ? "too many records" :
		    tlsa_given(opt.tlsa.v[i], opt.tlsa.len[i], &o->tlsa[i]);

		if (why)
			return refuse_given("option -tlsa: \"", opt.tlsa.v[i], "\" was given: ", why);
		o->ntlsa++;
	}
	return 0;
}

/* -check-chain FILE */
static int set_chain(struct probe_options *o)
{
	if (!opt.check_chain)
		return 0;
	if (opt.all_certs || opt.expect_ocsp)
		return refuse("option -check-chain: the file holds one chain and no OCSP response, so that "
		    "-all-certs and -expect-ocsp have no place beside it; leave them out");
	o->chain = chain_read(opt.check_chain, opt.unread, sizeof opt.unread);
	return o->chain ? 0 : refuse_given("option -check-chain: ", opt.check_chain, ": ", opt.unread);
}

/* Who reads -json of a file finds there that it holds no chain, too. */
static void unread_json(char **targets, size_t n)
{
	struct target *g;
	struct text t = { 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		g = text_alloc(sizeof *g);
		snprintf(g->text, sizeof g->text, "%s", targets[i]);
		g->offline = true;
		g->mx = opt.mx;
		g->srv = opt.srv != NULL;
		g->service = opt.srv;
		g->verdict = VERDICT_FAIL;
		problem_add(&g->problems, VERDICT_FAIL, "local-chain", "the chain cannot be read: %s",
		    opt.unread);
		report_json(&t, g, false);
		report_out(&t);
		problem_free(&g->problems);
		free(g);
	}
}

/* -proxy-tcp URL; the URL is not shown: it may hold a password. */
static int set_proxy(struct probe_options *o)
{
	const char *why;
	char buf[512];

	if (!opt.proxy_tcp)
		return opt.proxy_dns ? refuse("option -proxy-dns: a proxy is wanted, given with -proxy-tcp") :
		    0;
	why = socks_url(opt.proxy_tcp, &opt.proxy);
	if (why) {
		snprintf(buf, sizeof buf, "option -proxy-tcp: %s", why);
		return refuse(buf);
	}
	o->proxy = &opt.proxy;
	if (!*opt.proxy.name || proxy_hosts(HOSTS, opt.proxy.name, &opt.proxy.at) || !opt.proxy_dns)
		return 0;
	snprintf(buf, sizeof buf, "option -proxy-dns: " HOSTS " has no address of %s, which nobody can be "
	    "asked for but by the proxy itself; give its address in -proxy-tcp, or add it there",
	    opt.proxy.name);
	return refuse(buf);
}

/* What a target is: a host, or a domain with MX or with SRV records of one service. */
static int set_mode(struct probe_options *o)
{
	if (opt.mx + opt.submission + opt.submissions + (opt.srv != NULL) > 1)
		return refuse("options -mx, -submission, -submissions and -srv exclude each other; give "
		    "one of them");
	if (opt.submission || opt.submissions)
		opt.srv = opt.submission ? "submission" : "submissions";
	if (opt.srv && *opt.srv == '_')
		opt.srv++;
	if (opt.srv && (!host_chars_ok(opt.srv) || !*opt.srv || strchr(opt.srv, '.') ||
	    strlen(opt.srv) > 62))
		return refuse_given("option -srv: \"", opt.srv, "\" was given, ",
		    "the name of a service such as submission is wanted");
	o->mx = opt.mx;
	o->srv = opt.srv;
	if (opt.srv && !strcmp(opt.srv, "submissions")) /* RFC 8314 section 3.3 */
		opt.tls_on_connect = true;
	return 0;
}

static int set_options(struct probe_options *o)
{
	if (set_mode(o))
		return refused_status();
	o->tls_on_connect = opt.tls_on_connect;
	o->only4 = opt.c.only4;
	o->only6 = opt.c.only6;
	o->explain = opt.explain;
	o->explain_json = opt.explain && opt.json && !opt.nagios;
	o->helo = opt.helo;
	o->connect_timeout = opt.connect_timeout;
	o->dialogue_timeout = opt.dialogue_timeout;
	o->expiration_warning = opt.expiration_warning;
	o->signature_warning = opt.signature_warning;
	o->timeout = opt.timeout;
	o->keep_der = opt.certs;
	o->refuse_reserved = opt.refuse_reserved;
	o->all_certs = opt.all_certs;
	o->expect_ocsp = opt.expect_ocsp;
	o->any_order = opt.debug_fast;
	o->progress = progress_possible() && !opt.quiet && !opt.q && !opt.nagios && !opt.debug;
	o->at_fixed = opt.c.at.set;
	o->at = opt.c.at.t;
	if (!helo_ok(opt.helo))
		return refuse_given("option -helo: \"", opt.helo, "\" was given, ", "a host name or an "
		    "address literal of 1 to 255 octets of ASCII without blanks is wanted");
	if (!opt.port)
		opt.port = opt.tls_on_connect ? 465 : 25;
	return set_aka(o) || set_tlsa(o) || set_chain(o) || set_proxy(o) ? refused_status() : 0;
}

static void set_report(struct report *r)
{
	r->form = opt.nagios ? REPORT_NAGIOS : opt.json ? REPORT_JSON :
	    opt.prometheus ? REPORT_PROM : opt.terse ? REPORT_TERSE : REPORT_TEXT;
	r->quiet = opt.quiet || opt.q;
	r->explain = opt.explain;
	r->width = r->form == REPORT_TEXT ? report_out_width() : 0;
	r->cert_names = !opt.nocertnames;
	r->expiration_warning = opt.expiration_warning / SECOND;
	r->signature_warning = opt.signature_warning / SECOND;
	r->now = opt.c.at.set ? opt.c.at.t : clock_wall();
	r->cert_info = opt.cert_info;
	r->certs = opt.certs;
	r->ocsp = opt.expect_ocsp;
	r->colour = r->form != REPORT_NAGIOS && report_out_colour(opt.nocolor);
}

/* ---- the run ------------------------------------------------------------------------------------ */

static void on_target(void *ctx, const struct target *t)
{
	report_target(ctx, t);
}

static int run(const struct dns_config *d, struct probe *p, const struct probe_target *list,
    size_t n)
{
	struct dns_res *res = text_alloc(dns_res_size());
	struct dnsio *io = text_alloc(sizeof *io);
	struct report *r = text_alloc(sizeof *r);
	unsigned queries = 0, verifies = 0;
	int rc;

	dns_res_init(res, d);
	dnsio_init(io, res, opt.proxy_dns ? &opt.proxy : NULL);
	if (opt.refuse_reserved && !d->nservers)
		io->named = &d->hints;
	p->res = res;
	set_report(r);
	if (probe_run(p, io, list, n, on_target, r))
		rc = refuse("the system refuses to wait on our sockets");
	else {
		report_end(r);
		rc = report_status(r);
		dns_res_stats(res, &queries, &verifies);
		debug_line("dns queries=%u rounds=%u", queries, p->rounds);
	}
	dnsio_close(io);
	free(r);
	free(io);
	free(res);
	return rc;
}

static int run_config(struct probe *p, const struct probe_target *list, size_t n)
{
	struct dns_config *d = text_alloc(sizeof *d);
	char err[CONFIG_ERR];
	int rc;

	if (config_make(&opt.c, getenv("DNS_RESOLVER"), false, d, err, sizeof err))
		rc = refuse(err);
	else {
		d->tcp = opt.proxy_dns;
		rc = run(d, p, list, n);
	}
	free(d);
	return rc;
}

static int probe_all(int argc, char **argv, int first)
{
	struct probe *p = text_alloc(sizeof *p);
	struct probe_target *list;
	size_t n = (size_t)(argc - first), i;
	unsigned a;
	int rc;

	if (!n) {
		free(p);
		return refuse("a target is wanted: smtpdane HOST[:PORT]..., or smtpdane -mx DOMAIN...; "
		    "-help lists the options");
	}
	list = text_alloc(n * sizeof *list);
	rc = set_options(&p->o);
	if (*opt.unread && opt.json && !opt.nagios)
		unread_json(argv + first, n);
	for (i = 0; rc == 0 && i < n; i++)
		rc = target(argv[(size_t)first + i], &p->o, &list[i]);
	if (rc == 0)
		rc = run_config(p, list, n);
	for (a = 0; a < p->o.naka; a++)
		free((char *)p->o.aka[a]);
	for (a = 0; a < p->o.ntlsa; a++)
		free((uint8_t *)p->o.tlsa[a].data);
	free((struct tls_chain *)p->o.chain);
	free(list);
	free(p);
	return rc;
}

int main(int argc, char **argv)
{
	char err[ARGS_ERR];
	struct text t = { 0 };
	int i, rc = 0, bad;

	text_oom_status = nagios_given(argc, argv) ? NAGIOS_UNKNOWN : 1;
	if (start_up("smtpdane"))
		return text_oom_status;
	if (args_parse(options, NOPTIONS, argc, argv, &i, err, sizeof err)) {
		opt.nagios = nagios_given(argc, argv);
		rc = refuse(err);
	}
	text_oom_status = opt.nagios ? NAGIOS_UNKNOWN : 1;
	debug_on(opt.debug);
	if (rc)
		; /* said already */
	else if (opt.help || opt.h)
		help(&t);
	else if (opt.version)
		text_puts(&t, "smtpdane " VERSION "\n");
	else
		rc = probe_all(argc, argv, i);
	if (opt.nagios && t.len) /* nothing was checked, so it is not OK; the Go program has it so */
		rc = NAGIOS_UNKNOWN;
	report_out(&t);
	bad = report_out_finish("smtpdane");
	return bad ? (opt.nagios ? NAGIOS_UNKNOWN : 1) : rc;
}
