# SPDX-License-Identifier: ISC
"""
tests/scenario/mail.py: smtpdane against zones of which each has one fault or oddity: MX and SRV sets,
aliases of every kind on the way to the TLSA set, look-ups that fail beside others that do not, the
reference identifiers of each mode, and what -check-chain advises.  Certificates are made here with
python3-cryptography, servers are python3's ssl.
"""
import datetime, os, re, ssl, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab
from lab import *
from cryptography import x509
from cryptography.x509.oid import NameOID

SMTPDANE = os.environ.get("SMTPDANE", "./smtpdane")
DIR = tempfile.TemporaryDirectory()


# ---- certificates ------------------------------------------------------------------------------

def when(t):
    return datetime.datetime.utcfromtimestamp(t)


class Cert:
    """cn, SAN, signed by another or itself."""
    def __init__(self, cn, by=None, san=(), ca=False, start=T0 - DAY, end=T0 + 90 * DAY, key=None):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])
        b = x509.CertificateBuilder().subject_name(name).issuer_name(by.c.subject if by else name)
        b = b.public_key(self.key.public_key()).serial_number(x509.random_serial_number())
        b = b.not_valid_before(when(start)).not_valid_after(when(end))
        b = b.add_extension(x509.BasicConstraints(ca, None), True)
        if san:
            b = b.add_extension(x509.SubjectAlternativeName([x509.DNSName(s) for s in san]), False)
        self.c = b.sign(by.key if by else self.key, hashes.SHA256())
        self.der = self.c.public_bytes(serialization.Encoding.DER)
        self.pem = self.c.public_bytes(serialization.Encoding.PEM)
        self.spki = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def tlsa(self, usage, selector=1, mtype=1, wrong=False):
        d = self.spki if selector == 1 else self.der
        d = d if mtype == 0 else (hashlib.sha256 if mtype == 1 else hashlib.sha512)(d).digest()
        return "%d %d %d %s" % (usage, selector, mtype, (d[:-1] + bytes([d[-1] ^ wrong])).hex())


ROOT = Cert("Root", ca=True, end=T0 + 900 * DAY)
CA = Cert("Issuer", ROOT, ca=True, end=T0 + 800 * DAY)


@functools.lru_cache(maxsize=None)
def leaf(name="mx.test"):
    return Cert(name, CA, (name,))


def chain_file(*certs):
    f = tempfile.NamedTemporaryFile("wb", dir=DIR.name, suffix=".pem", delete=False)
    f.write(b"".join(c.pem for c in certs))
    f.close()
    return f.name


# ---- a server ----------------------------------------------------------------------------------

class Smtp:
    """STARTTLS on an address of the loopback net; keeps the SNI of each client."""
    def __init__(self, host, port, *certs):
        self.sni, self.ctx = [], ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        f = chain_file(*certs)
        with open(f, "ab") as x:
            x.write(certs[0].key.private_bytes(serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        self.ctx.load_cert_chain(f)
        self.ctx.sni_callback = lambda s, name, ctx: self.sni.append(name)
        self.sock = socket.create_server((host, port))
        self.host, self.port = self.sock.getsockname()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            c, _ = self.sock.accept()
            threading.Thread(target=self.one, args=(c,), daemon=True).start()

    def one(self, c):
        try:
            c.settimeout(10)
            c.sendall(b"220 s ESMTP\r\n")
            while (line := c.recv(512)):
                verb = line[:4].upper()
                c.sendall(b"250-s\r\n250 STARTTLS\r\n" if verb == b"EHLO" else b"220 go\r\n" if
                          verb == b"STAR" else b"221 bye\r\n")
                if verb == b"STAR":
                    c = self.ctx.wrap_socket(c, server_side=True)
                if verb == b"QUIT":
                    break
            c.close()
        except OSError:
            pass


# ---- the program -------------------------------------------------------------------------------

class Report:
    def __init__(self, p, cmd):
        self.exit, self.cmd, self.text = p.returncode, cmd, p.stdout.decode()
        self.err = p.stderr.decode()
        self.json = json.loads(self.text) if "-json" in cmd else {}
        self.verdict = self.json.get("verdict")
        self.hosts = self.json.get("hosts", [])
        self.addresses = [a for h in self.hosts for a in h["addresses"]]
        ps = self.json.get("problems", []) + [p for a in self.addresses for p in a["problems"]]
        self.codes = [p["code"] for p in ps]
        self.say = " | ".join(p["text"] for p in ps)
        self.reason = self.json.get("reason", "")


def run(w, *args, at=T0, form=("-json",), extra=()):
    with tempfile.NamedTemporaryFile("w", suffix=".anchor") as f:
        f.write(w.anchor_file())
        f.flush()
        lab.SERVER.world, w.asked = w, []
        cmd = [SMTPDANE, *form, "-nocolor", "-resolver", ",".join([lab.SERVER.address, *extra]),
               "-trust-anchor", f.name, "-at", str(at), *args]
        return Report(subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, timeout=60), cmd)


def servfail(r):
    x = Response(2)
    return x


def unsigned(r):
    """The same without its signatures: bogus in a signed zone."""
    return r.without(t="RRSIG")


# ---- what the scenarios are made of --------------------------------------------------------------

LEAF, HOST, PORT = leaf(), None, None   # HOST: a server that presents LEAF and its issuer
GOOD, WRONG, TA = LEAF.tlsa(3), LEAF.tlsa(3, wrong=True), CA.tlsa(2)


def start():
    global HOST, PORT
    HOST = Smtp("127.0.0.61", 0, LEAF, CA)
    PORT = HOST.port


def at(name):
    return "_%d._tcp.%s" % (PORT, name)


def zones():
    """test. and end. are signed, u. is not."""
    w = World()
    w.zone(".")
    return (w, w.zone("test."), w.zone("end."), w.zone("u.", signed=False))


def host(z, name, *tlsa, address="127.0.0.61"):
    if address:
        z.add(name, "A", address)
    if tlsa:
        z.add(at(name), "TLSA", *tlsa)


def target(name="h.test"):
    return "%s:%d" % (name, PORT)


def want(r, verdict, *codes, say=(), not_say=(), sni=None, asked=None, status=None):
    """The verdict with its exit status, exactly these codes, and what the problems say."""
    why = []
    say, not_say = [say] if isinstance(say, str) else say, [not_say] if isinstance(not_say, str) else not_say
    if r.verdict != verdict or r.exit != (0 if verdict == "ok" else 1):
        why.append("%s, exit %d, not %s" % (r.verdict, r.exit, verdict))
    if sorted(set(r.codes)) != sorted(codes):
        why.append("codes %s, not %s" % (r.codes, codes))
    why += ["%r is not said" % x for x in say if x not in r.say + r.reason]
    why += ["%r is said" % x for x in not_say if x in r.say + r.reason]
    if sni is not None and HOST.sni != [sni]:
        why.append("SNI %s, not %s" % (HOST.sni, sni))
    if asked is not None and r.hosts[0]["tlsa"]["name"] != asked:
        why.append("TLSA at %s, not %s" % (r.hosts[0]["tlsa"]["name"], asked))
    if status is not None and r.hosts[0]["tlsa"]["status"] != status:
        why.append("TLSA status %s, not %s" % (r.hosts[0]["tlsa"]["status"], status))
    if why:
        raise Wrong("; ".join(why) + " (%s)" % (r.say + r.reason)[:300])
    return r


def mx(*rs, extra=None, name="test"):
    w, t, e, u = zones()
    t.add("@", "MX", *rs)
    host(t, "mx", GOOD)
    if extra:
        extra(t, e, u)
    w.build()
    return run(w, "-mx", "-port", str(PORT), name)


# ---- MX ------------------------------------------------------------------------------------------

@scenario
def rfc7672_2_2_1_each_exchange_of_a_secure_set():
    r = want(mx("20 b.end.", "10 mx.test.", extra=lambda t, e, u: host(e, "b", GOOD)), "ok")
    if [(h["name"], h["preference"]) for h in r.hosts] != [("mx.test", 10), ("b.end", 20)]:
        raise Wrong(str(r.hosts))


@scenario
def rfc7672_2_2_1_insecure_bogus_failing_mx():
    w, t, e, u = zones()
    u.add("@", "MX", "10 mx.test.").add("x", "A", "192.0.2.1")
    t.add("@", "MX", "10 mx.test.").add("out", "CNAME", "u.")
    u.add("in", "CNAME", "test.")
    host(t, "mx", GOOD)
    w.build()
    m = ("-mx", "-port", str(PORT))
    for name in ("u", "x.u", "out.test", "in.u"):     # data, NODATA, an alias out and one in
        want(run(w, *m, name), "fail", "mx-insecure", say="without a policy of their own do not apply DANE")
    want(run(w, *m, "y.u"), "fail", "no-such-domain")
    w.on("test.", "MX", unsigned)
    want(run(w, *m, "test"), "fail", "mx-bogus", say="would be deferred")
    w.on("test.", "MX", servfail)
    want(run(w, *m, "test"), "fail", "mx-lookup-failed", say="mail would be deferred")


@scenario
def rfc5321_5_1_implicit_mx():
    w, t, e, u = zones()
    host(t, "@", GOOD)
    t.sets[t.abs("_%d._tcp" % PORT), 52] = t.sets.pop((t.abs(at("@")), 52))
    t.add("al", "CNAME", "test.").add("gone", "CNAME", "no.test.")
    w.build()
    m = ("-mx", "-port", str(PORT))
    want(run(w, *m, "test"), "ok")
    want(run(w, *m, "al.test"), "ok")
    want(run(w, *m, "no.test"), "fail", "no-such-domain", say="check the spelling")
    want(run(w, *m, "gone.test"), "fail", "no-such-domain",
         say="gone.test is an alias of no.test, which does not exist")
    w.on("test.", "MX", unsigned)
    want(run(w, *m, "test"), "fail", "mx-bogus")
    w.on("test.", "MX", servfail)
    want(run(w, *m, "test"), "fail", "mx-lookup-failed")


@scenario
def rfc7505_3_null_mx_is_one_record_of_preference_0():
    want(mx("0 ."), "fail", "null-mx", say="accepts no mail")
    want(mx("10 ."), "fail", "mx-bad-name", say="its preference would have to be 0")
    want(mx("0 .", "5 ."), "fail", "mx-null-mixed")
    r = want(mx("0 .", "5 mx.test."), "fail", "mx-null-mixed")
    if r.hosts[0]["verdict"] != "ok":
        raise Wrong("the other exchange is not looked at")


@scenario
def exchanges_that_are_addresses():
    for label in (b"[127.0.0.61]", b"2001:db8::1", b"[IPv6:2001:db8::1]"):
        want(mx("10 mx.test.", b"\0\x0a" + wire([label])), "fail", "mx-bad-name", say="holds an address")
    want(mx("10 mx.test.", "10 127.0.0.61."), "fail", "mx-bad-name", say="holds an address")


@scenario
def exchanges_twice_and_aliases():
    want(mx("10 mx.test.", "20 mx.test."), "warning", "host-twice")
    r = want(mx("10 al.test.", extra=lambda t, e, u: t.add("al", "CNAME", "mx.test.")), "warning", "mx-alias")
    if r.addresses[0]["verdict"] != "ok":
        raise Wrong("an alias is no fault of DANE's")


# ---- SRV -----------------------------------------------------------------------------------------

def srv(*rs, args=("test",), tlsa=(GOOD,), extra=None):
    w, t, e, u = zones()
    t.add("_submission._tcp", "SRV", *[r.replace("PORT", str(PORT)) for r in rs])
    host(t, "mx", *tlsa)
    if extra:
        extra(t, e, u)
    w.build()
    return run(w, "-submission", *args)


@scenario
def rfc2782_targets_ports_priority_and_weight():
    r = want(srv("3 7 PORT mx.test."), "ok")
    h = r.hosts[0]
    if (h["port"], h["preference"], h["weight"], r.json["mode"]) != (PORT, 3, 7, "submission"):
        raise Wrong(str(h))
    want(srv("0 0 0 ."), "fail", "no-service")
    want(srv("0 0 0 .", "1 1 PORT mx.test."), "fail", "srv-none-mixed")
    want(srv("0 0 1 mx.test.", args=(target("test"),)), "ok")       # the port given counts
    want(srv("0 0 1 mx.test.", "0 0 2 mx.test.", args=(target("test"),)), "ok")
    want(srv("0 0 PORT mx.test.", "5 0 PORT mx.test."), "warning", "host-twice")


@scenario
def rfc7673_3_1_srv_must_be_secure():
    w, t, e, u = zones()
    u.add("_submission._tcp", "SRV", "0 1 %d mx.test." % PORT)
    t.add("_submission._tcp", "SRV", "0 1 %d mx.test." % PORT)
    host(t, "mx", GOOD)
    w.build()
    want(run(w, "-submission", "u"), "fail", "srv-insecure")
    want(run(w, "-submission", "no.u"), "fail", "srv-insecure")
    want(run(w, "-submission", "end"), "fail", "srv-none")
    w.on("_submission._tcp.test.", "SRV", unsigned)
    want(run(w, "-submission", "test"), "fail", "srv-bogus")
    w.on("_submission._tcp.test.", "SRV", servfail)
    want(run(w, "-submission", "test"), "fail", "srv-lookup-failed")


@scenario
def rfc7673_4_usages_0_and_1_are_not_checked_here():
    r = want(srv("0 0 PORT mx.test.", tlsa=(LEAF.tlsa(1),)), "fail", "tlsa-not-checked",
             not_say="usable with SMTP")
    if "not checked here" not in r.hosts[0]["tlsa"]["records"][0]["reason"]:
        raise Wrong(str(r.hosts[0]["tlsa"]))
    want(srv("0 0 PORT mx.test.", tlsa=(LEAF.tlsa(1), GOOD)), "ok")
    want(srv("0 0 PORT mx.test.", tlsa=(LEAF.tlsa(1), WRONG)), "fail", "tlsa-mismatch")
    want(mx("10 h.test.", extra=lambda t, e, u: host(t, "h", LEAF.tlsa(1))), "fail", "tlsa-unusable",
         say="encrypt but do not authenticate")


# ---- the TLSA base domain ------------------------------------------------------------------------

def base(fill, *overrides, args=None):
    w, t, e, u = zones()
    fill(t, e, u)
    w.build()
    for o in overrides:
        w.on(*o)
    HOST.sni.clear()
    return run(w, *(args or (target(),)))


def alias_to_end(tlsa=(), end=()):
    def fill(t, e, u):
        t.add("h", "CNAME", "h.end.")
        host(t, "h", *tlsa, address=None)
        host(e, "h", *end)
    return fill


@scenario
def rfc7671_7_expanded_name_then_the_original():
    want(base(alias_to_end([WRONG], [GOOD])), "ok", sni="h.end", asked=at("h.end"))
    want(base(alias_to_end([GOOD])), "ok", sni="h.test", asked=at("h.test"))           # NXDOMAIN
    want(base(lambda t, e, u: (alias_to_end([GOOD])(t, e, u), e.add(at("h"), "TXT", "x"))), "ok",
         sni="h.test")                                                                   # NODATA
    for f, code in ((servfail, "tlsa-lookup-failed"), (unsigned, "tlsa-bogus")):
        want(base(alias_to_end([GOOD], [GOOD]), (at("h.end."), "TLSA", f)), "fail", code,
             say="mail would be deferred (RFC 7672 section 2.1.2)", asked=at("h.end"))
    want(base(alias_to_end([GOOD], [LEAF.tlsa(1)])), "fail", "tlsa-unusable", sni="h.end")
    want(base(alias_to_end()), "fail", "dane-none", say=[at("h.end"), at("h.test")], status="secure")
    want(base(alias_to_end([GOOD]), (at("h.test."), "TLSA", unsigned)), "fail", "tlsa-bogus",
         asked=at("h.test"), status="bogus")


@scenario
def rfc7672_2_2_3_an_insecure_set_counts_as_absent():
    def delegated(rs):
        w, t, e, u = zones()
        alias_to_end([GOOD])(t, e, u)
        z = w.zone("_tcp.h.end.", signed=False)
        if rs:
            z.add("_%d" % PORT, "TLSA", *rs)
        w.build()
        HOST.sni.clear()
        return run(w, target())
    want(delegated([WRONG]), "ok", sni="h.test")
    want(delegated([]), "ok", sni="h.test")
    want(base(lambda t, e, u: (alias_to_end([GOOD])(t, e, u), e.add(at("h"), "CNAME", "d.u."),
                               u.add("d", "TLSA", WRONG))), "ok", sni="h.test")


@scenario
def rfc7672_2_2_2_aliases_that_are_or_turn_insecure():
    def turns(t, e, u):
        t.add("h", "CNAME", "h.u.")
        host(t, "h", GOOD, address=None)
        host(u, "h", WRONG)
    def back(t, e, u):
        t.add("h", "CNAME", "h.u.")
        u.add("h", "CNAME", "h.end.")
        host(t, "h", GOOD, address=None)
        host(e, "h", WRONG)
    want(base(turns), "ok", sni="h.test")
    want(base(back), "ok", sni="h.test")
    want(base(lambda t, e, u: (u.add("h", "CNAME", "h.end."), host(e, "h", GOOD)), args=(target("h.u"),)),
         "fail", "dane-none", say="RFC 7672 section 2.2.2")
    def middle(t, e, u):
        t.add("h", "CNAME", "m.test.").add("m", "CNAME", "h.end.")
        host(t, "m", GOOD, address=None)
        host(e, "h")
    want(base(middle), "fail", "dane-none")


@scenario
def rfc7672_2_2_2_tlsa_asked_ahead_is_dropped():
    for f in (servfail, unsigned):
        want(base(lambda t, e, u: host(u, "h", GOOD), (at("h.u."), "TLSA", f), args=(target("h.u"),)),
             "fail", "dane-none", status="insecure", not_say=["TLSA look-up", "bogus"])
    want(base(lambda t, e, u: host(t, "h", GOOD), ("h.test.", "A", unsigned), (at("h.test."), "TLSA", servfail)),
         "fail", "address-bogus", status="unchecked")


@scenario
def tlsa_by_an_alias_of_its_own():
    def to(z, rs=(GOOD,)):
        def fill(t, e, u):
            host(t, "h")
            t.add(at("h"), "CNAME", "d." + z)
            (e if z == "end." else u).add("d", "TLSA", *rs)
        return fill
    want(base(to("end.")), "ok", sni="h.test", asked=at("h.test"))
    want(base(to("u.")), "fail", "dane-none", say="not secured")


@scenario
def a_dname_is_an_alias_too():
    def fill(t, e, u):
        t.add("d", "DNAME", "end.")
        host(e, "h", GOOD)
    want(base(fill, args=(target("h.d.test"),)), "ok", sni="h.end")


@scenario
def rfc7672_2_1_2_tlsa_failing():
    for f, code in ((servfail, "tlsa-lookup-failed"), (unsigned, "tlsa-bogus"),
                    (lambda r: None, "tlsa-lookup-failed"), (lambda r: Response(4), "tlsa-lookup-failed")):
        want(base(lambda t, e, u: host(t, "h", GOOD), (at("h.test."), "TLSA", f)), "fail", code,
             say="mail would be deferred (RFC 7672 section 2.1.2)")


@scenario
def one_family_failing_keeps_the_other():
    for good, bad in (("A", "AAAA"), ("AAAA", "A")):
        for f, code in ((servfail, "address-lookup-failed"), (unsigned, "address-bogus")):
            r = base(lambda t, e, u: (host(t, "h", GOOD), t.add("h", "AAAA", "::1")), ("h.test.", bad, f))
            address = "127.0.0.61" if good == "A" else "::1"
            if code not in r.codes or [a["address"] for a in r.addresses] != [address] or r.exit != 1:
                raise Wrong("%s good: %s %s" % (good, r.codes, r.addresses))
            if "deferred, or go by the other family alone" not in r.say or (
                    good == "A" and r.addresses[0]["verdict"] != "ok"):
                raise Wrong(r.say)
    want(base(lambda t, e, u: host(t, "h", GOOD), ("h.test.", "AAAA", servfail), args=("-4", target())), "ok")


@scenario
def the_signature_that_ends_first_is_of_any_family():
    for kind in ("A", "AAAA"):
        w, t, e, u = zones()
        host(t, "h", GOOD)
        t.add("h", "AAAA", "::1")
        w.build()
        sigs(t, "h", kind, t.sign("h", kind, expiration=T0 + 3600))
        want(run(w, "-signature-warning", "2h", target()), "fail", "signature-expiring", "connect-failed",
             say="h.test %s rests on" % kind)
        want(run(w, "-signature-warning", "59m", target()), "fail", "connect-failed")


@scenario
def no_dane_is_known_before_the_wrong_places_are():
    def slow(r):
        time.sleep(3)
        return r
    w, t, e, u = zones()
    host(t, "h")
    w.build()
    w.on("_25._tcp.h.test.", "TLSA", slow)
    want(run(w, "-t", "1", target()), "fail", "dane-none")


# ---- reference identifiers -------------------------------------------------------------------------

NAMES = ["h.test", "m.test", "h.end", "test", "al.test", "aka.example", "mx.test", "x.h.test", "h.u"]


def accepted(names, fill, *args):
    w, t, e, u = zones()
    fill(t, e, u)
    w.build()
    got = [x for x in NAMES if run(w, "-check-chain", chain_file(leaf(x), CA), *args).json["match"]]
    if got != [x for x in NAMES if x in names]:
        raise Wrong("%s: %s, not %s" % (args, got, names))


@scenario
def rfc7672_3_2_2_names_of_a_host():
    plain = lambda t, e, u: host(t, "h", TA)
    accepted(["h.test"], plain, target())
    accepted(["h.test", "aka.example"], plain, "-aka", "aka.example", target())
    def links(t, e, u, at_end=True):
        t.add("h", "CNAME", "m.test.").add("m", "CNAME", "h.end.")
        host(e, "h", *([TA] if at_end else []))
        if not at_end:
            host(t, "h", TA, address=None)
    accepted(["h.test", "h.end"], links, target())
    accepted(["h.test", "h.end"], lambda t, e, u: links(t, e, u, False), target())
    accepted(["h.test"], lambda t, e, u: (t.add("h", "CNAME", "h.u."), host(u, "h"),
                                          host(t, "h", TA, address=None)), target())


@scenario
def rfc7672_3_2_2_names_of_a_domain():
    m = ("-mx", "-port", str(PORT))
    def fill(t, e, u):
        t.add("@", "MX", "10 mx.test.").add("al", "CNAME", "test.")
        host(t, "mx", TA)
    accepted(["mx.test", "test"], fill, *m, "test")
    accepted(["mx.test", "test", "al.test"], fill, *m, "al.test")


@scenario
def rfc7673_4_names_of_a_service():
    def fill(t, e, u):
        t.add("_submission._tcp", "SRV", "0 1 %d h.test." % PORT).add("h", "CNAME", "h.end.")
        host(e, "h", TA)
    accepted(["test", "h.test", "h.end"], fill, "-submission", "test")


@scenario
def names_with_tlsa_given():
    nothing = lambda t, e, u: None
    accepted(["h.test"], nothing, "-tlsa", TA, target())
    accepted(["aka.example"], nothing, "-tlsa", TA, "-aka", "aka.example", target("127.0.0.61"))
    accepted([], nothing, "-tlsa", TA, target("127.0.0.61"))


# ---- hints, the table, -check-chain and -tlsa --------------------------------------------------------

@scenario
def tlsa_records_in_wrong_places():
    for own, words in (("_25._tcp.h", "which is for port 25"), ("_587._tcp.h", "which is for port 587"),
                       ("h", "lacks the labels"), ("%d.tcp.h" % PORT, "lacks the labels"),
                       ("_%d.h" % PORT, "lacks the labels")):
        def fill(t, e, u):
            host(t, "h")
            t.add(own, "TLSA", GOOD)
        r = want(base(fill), "fail", "dane-none", say=["there are TLSA records at %s.test" % own, words])
        w = base(fill, args=("-check-chain", chain_file(LEAF, CA), target()))
        want(w, "fail", "dane-none", say=[words, "may be deployed at any time"])
    want(base(lambda t, e, u: host(t, "h")), "fail", "dane-none", not_say="there are TLSA")
    want(base(lambda t, e, u: (host(u, "h"), u.add("h", "TLSA", GOOD)), args=(target("h.u"),)), "fail",
         "dane-none", not_say="there are TLSA")
    want(base(lambda t, e, u: (t.add("h", "CNAME", "h.end."), host(e, "h"), e.add("_25._tcp.h", "TLSA", GOOD))),
         "fail", "dane-none", say="_25._tcp.h.end")


def check(tlsa, *certs, args=(), form=("-json",)):
    w, t, e, u = zones()
    host(t, "h", *tlsa)
    w.build()
    return run(w, "-check-chain", chain_file(*certs), *args, target(), form=form)


OLD, NEW = Cert("old", CA, ("h.test",)), Cert("new", CA, ("h.test",))


@scenario
def may_the_chain_be_deployed():
    r = want(check([OLD.tlsa(3), NEW.tlsa(3)], NEW, CA), "ok",
             say=["it may be deployed, now if", "300 seconds", "until 2023-11-14T22:18:20Z",
                  "a signature of 2023-11-13T22:13:20Z, good until 2023-11-24T22:13:20Z", "match nothing any more"])
    tail = r.reason.split("match nothing any more")[1]
    if OLD.tlsa(3)[:20] not in tail or NEW.tlsa(3)[:20] in tail:
        raise Wrong(r.reason)
    r = want(check([OLD.tlsa(3)], NEW, CA), "fail", "tlsa-mismatch",
             say=["do not deploy", "IN TLSA " + NEW.tlsa(3), "until 2023-11-14T22:18:20Z"])
    if OLD.tlsa(3)[:20] not in r.reason.split("no longer match anything")[1]:
        raise Wrong(r.reason)
    want(check([OLD.tlsa(3), CA.tlsa(2)], NEW, CA), "ok", say=["2 1 1", "match nothing any more"])
    want(check([NEW.tlsa(1), NEW.tlsa(3)], NEW, CA), "ok", not_say="match nothing")
    want(check([NEW.tlsa(1)], NEW, CA), "fail", "tlsa-unusable", say="may be deployed at any time",
         not_say="would be deferred")
    want(check([], NEW, CA, args=("-tlsa", NEW.tlsa(3))), "ok", say="given with -tlsa")
    want(check([], NEW, CA, args=("-tlsa", OLD.tlsa(3))), "fail", "tlsa-mismatch", say="IN TLSA " + NEW.tlsa(3))
    late = Cert("late", CA, ("h.test",), end=T0 - 1)
    want(check([TA], late, CA), "fail", "cert-expired", say="do not deploy", not_say="publish")
    r = want(check([late.tlsa(3)], late, CA), "fail", "cert-expired", say="senders that apply DANE still deliver")
    if r.json["match"]["usage"] != 3:
        raise Wrong(r.text)
    want(check([late.tlsa(3)], late, CA, args=("-expiration-warning", "0s")), "ok")


@scenario
def the_worst_problem_is_the_reason():
    w, t, e, u = zones()
    t.add("@", "MX", "10 al.test.", "20 h.test.").add("al", "CNAME", "m.test.")
    host(t, "m", GOOD)
    host(t, "h", WRONG)
    w.build()
    r = run(w, "-check-chain", chain_file(LEAF, CA), "-mx", "-port", str(PORT), "test")
    want(r, "fail", "mx-alias", "tlsa-mismatch")
    if not r.reason.startswith("h.test: the TLSA record that counts does not match") or r.json["match"]:
        raise Wrong(r.reason)
    if "may be deployed" not in r.hosts[0]["advice"] or "do not deploy" not in r.hosts[1]["advice"]:
        raise Wrong(str(r.hosts))


@scenario
def rfc7671_9_what_is_suggested_counts_beside_the_others():
    r = want(check([OLD.tlsa(3, 1, 2)], NEW, CA), "fail", "tlsa-mismatch",
             say=["publish %s. IN TLSA %s beside" % (at("h.test"), NEW.tlsa(3, 1, 2))])
    if r.addresses[0]["certificates"][0]["tlsa"] != NEW.tlsa(3, 1, 2):
        raise Wrong(r.text)
    r = want(check([NEW.tlsa(3), NEW.tlsa(3, 1, 2, True)], NEW, CA), "fail", "tlsa-mismatch",
             say="record 1 has the data of this chain, but does not count beside a SHA2-512 digest")
    if [x["state"] for x in r.addresses[0]["table"]] != ["outranked", "no-match"]:
        raise Wrong(r.text)
    want(check([hashlib_of(NEW.pem), OLD.tlsa(3, 1, 2)], NEW, CA), "fail", "tlsa-mismatch",
         not_say="publish " + NEW.tlsa(3))


def hashlib_of(octets):
    return "3 1 1 " + hashlib.sha256(octets).hexdigest()


@scenario
def hints_in_json_and_text():
    again = Cert("new", CA, ("h.test",), key=NEW.key)
    for tlsa, certs, words in (
            (ROOT.tlsa(2), (NEW, CA), "is not sent"), (NEW.tlsa(2), (NEW, CA), "usage 3 was perhaps meant"),
            (CA.tlsa(3), (NEW, CA), "usage 2 was perhaps meant"),
            (OLD.tlsa(3, 0), (NEW, CA), "even with the same key, the record had to change"),
            (Cert("Issuer", ROOT, ca=True, key=CA.key).tlsa(2, 0), (NEW, CA), "even with the same key"),
            (again.tlsa(3, 0, 0), (NEW, CA), "with the same key: it was renewed"),
            (hashlib_of(NEW.pem), (NEW, CA), "of the PEM text of the certificate"),
            (hashlib_of(NEW.der), (NEW, CA), "digest of the certificate of the leaf"),
            (TA, (leaf("other.test"), CA), "a DANE-EE record needs no name")):
        r = check([tlsa], *certs)
        t = check([tlsa], *certs, form=())
        if words not in r.reason or words not in t.text or r.exit != 1 or t.exit != 1:
            raise Wrong("%s: %s" % (words, r.reason))
    for tlsa, certs in ((OLD.tlsa(3), (NEW, CA)), (NEW.tlsa(3), (NEW, CA)), (TA, (NEW, CA))):
        r = check([tlsa], *certs)
        for x in ("perhaps", "renewed", "PEM", "needs no name", "not sent"):
            if x in r.reason:
                raise Wrong(r.reason)


@scenario
def the_table_in_json_and_text():
    tlsa = [NEW.tlsa(3), TA, OLD.tlsa(3), NEW.tlsa(1), ROOT.tlsa(2, 1, 0)]
    r = want(check(tlsa, NEW, CA), "ok")
    got = [(x["state"], x.get("depth"), x["certificates"]) for x in r.addresses[0]["table"]]
    rows = {"3": ("matched", 0, [True, False]), "2": ("matched", 1, [False, True]),
            "1": ("unusable", None, [False, False]), "20": ("matched", 2, [False, False]),
            "old": ("no-match", None, [False, False])}
    order = ["20" if x["usage"] == 2 and x["mtype"] == 0 else "old" if x["data"] in OLD.tlsa(3) else str(x["usage"])
             for x in r.hosts[0]["tlsa"]["records"]]
    if got != [rows[x] for x in order]:
        raise Wrong(str(got))
    t = check(tlsa, NEW, CA, form=()).text
    for record, words in ((tlsa[0], "matched at depth 0, has the data of certificate 0, not of 1"),
                          (tlsa[1], "matched at depth 1, has the data of certificate 1, not of 0"),
                          (tlsa[2], "did not match"), (tlsa[3], "usages 0 and 1 ask for"),
                          (tlsa[4], "matched at depth 2, as an anchor that is not presented, not of 0, 1")):
        if "TLSA %s...: %s" % (record[:22], words) not in t:
            raise Wrong("%s %s: %s" % (record[:22], words, t))


@scenario
def a_set_over_the_limit_is_not_no_dane():
    want(base(lambda t, e, u: host(t, "h", *["3 1 1 %064x" % i for i in range(70)])), "fail", "tlsa-limit",
         say="publish fewer")


@scenario
def the_ttl_is_that_of_the_signature():
    """A resolver counts the TTL down; caches elsewhere may be younger."""
    w, t, e, u = zones()
    host(t, "h", GOOD)
    w.build()
    def counted(r):
        r.answer = [(o, ty, 7, d) for o, ty, ttl, d in r.answer]
        return r
    w.on(at("h.test."), "TLSA", counted)
    want(run(w, "-check-chain", chain_file(LEAF, CA), target()), "ok", say="300 seconds")


@scenario
def tlsa_given_and_a_live_server():
    w, t, e, u = zones()
    t.add("h", "CNAME", "e.test.")
    host(t, "e")
    host(u, "h")
    w.build()
    for args, sni in ((("-tlsa", GOOD, target()), "h.test"), (("-tlsa", GOOD, target("h.u")), "h.u"),
                      (("-tlsa", TA, "-aka", "mx.test", target("127.0.0.61")), "mx.test")):
        HOST.sni.clear()
        want(run(w, *args), "ok", sni=sni, status="given")
    want(run(w, "-tlsa", WRONG, target()), "fail", "tlsa-mismatch")
    w.on("e.test.", "A", unsigned)
    w.on("h.test.", "A", unsigned)
    want(run(w, "-tlsa", GOOD, target()), "fail", "address-bogus")


@scenario
def exit_statuses_for_nagios():
    w, t, e, u = zones()
    t.add("@", "MX", "10 mx.test.").add("al", "MX", "10 c.test.").add("c", "CNAME", "mx.test.")
    host(t, "mx", GOOD)
    w.build()
    m = ("-mx", "-port", str(PORT))
    got = [run(w, *m, "test", form=("-nagios",)).exit, run(w, *m, "al.test", form=("-nagios",)).exit,
           run(w, *m, "u", form=("-nagios",)).exit]
    w.on(at("mx.test."), "TLSA", servfail)
    got.append(run(w, *m, "test", form=("-nagios",)).exit)
    if got != [0, 1, 2, 2]:
        raise Wrong(str(got))


if __name__ == "__main__":
    start()
    sys.exit(main())
