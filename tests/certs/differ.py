# SPDX-License-Identifier: ISC
"""
tests/certs/differ.py [-seed N] [-count N] [-only I]: small PKIs at random, with random faults, and
random TLSA sets, before smtpdane and before OpenSSL.  Where the two differ, one of the reasons below must hold; that
smtpdane matches what OpenSSL refuses needs a reason from an RFC.  -only shows one case whole.
"""
import itertools, random
from judge import *

WAYS = 10  # subsets of the chain that OpenSSL is asked about: of at most so many certificates


class World:
    """One case: its certificates, and what was done to them (where:fault)."""
    def __init__(self, seed, number, mend=None):
        """mend: faults to put others in the place of; all else is the same."""
        self.r = random.Random("%d/%d" % (seed, number))
        self.origin, self.mend = (seed, number), mend or {}
        self.faults = []
        self.sound = self.r.random() < 0.35
        self.build()
        self.case = Case("random-%d" % number, self.presented(), self.records(), self.names())

    def chance(self, p):
        return self.r.random() < p

    def key(self, who):
        # keys of few names, so that those of strangers coincide at times
        kind = self.r.choice(["p256"] * 8 + ["p384", "p521", "ed", "ed", "rsa", "rsa", "pss"])
        name = who if self.chance(0.95) else "shared"
        if kind in ("rsa", "pss"):
            return Rsa(self.r.choice(("2048a", "2048b", "2048c")), kind == "pss")
        return Ed(name) if kind == "ed" else Ec({"p384": 384, "p521": 521}.get(kind, 256), name)

    def fault(self, who, kinds, o):
        """Spoil the keyword arguments of a certificate; o["exts"] is there."""
        if self.sound or not self.chance(0.4):
            return
        name = self.r.choice(sorted(kinds))
        self.mend.get(name, kinds[name])(o)
        self.faults.append("%s:%s" % (who, name))

    def authority(self, who, key, by, **o):
        e = [bc(True), ku(KU_CERTSIGN | KU_CRL)]
        if self.chance(0.1):
            e += [eku(SERVER)]
        if self.chance(0.1):
            e += [nc([gn_dns("example.test")], critical=self.chance(0.5))]
        o = dict(o, exts=e, serial=self.r.randrange(1, 1 << 60))
        self.fault(who, CA_FAULTS, o)
        return Cert(o.pop("subject", who), o.pop("key", key), by, **o)

    def build(self):
        r = self.r
        self.cas, by = [], None
        for i in range(r.choice((1, 1, 2, 2, 2, 3, 3))):
            who = ("Root", "Inter 1", "Inter 2")[i]
            by = self.authority(who, self.key(who), by)
            self.cas.append(by)
        o = dict(exts=[san(HOST), ku(KU_SIGN)], serial=r.randrange(1, 1 << 60), subject="leaf")
        alone = self.chance(0.04)
        self.fault("leaf", LEAF_FAULTS, o)
        if o.pop("other_case", False):
            o["issuer"] = by.subject.replace(b"oot", b"OOT").replace(b"nter", b"NTER")
        self.leaf = Cert(o.pop("subject"), o.pop("key", None) or self.key("leaf"), None if alone
            else by, **o)
        self.extra = []
        if len(self.cas) > 1 and self.chance(0.35):
            c = self.cas[-1]
            root2 = self.authority("Root 2", self.key("Root 2"), None)
            self.extra = [self.authority("cross", c.key, root2, subject=c.subject), root2]
        if self.chance(0.12):
            c = r.choice(self.cas)
            self.extra.append(self.authority("again", c.key, c.by, subject=c.subject))
        if self.chance(0.15):
            self.extra.append(self.authority("stranger", self.key("stranger"), None))
        if self.chance(0.05):
            self.extra.append(self.authority("namesake", self.key("namesake"), None,
                subject=self.cas[-1].subject))

    def presented(self):
        r, up = self.r, self.cas[::-1]
        if self.chance(0.35):
            up = up[:-1]
        if not self.sound and up and self.chance(0.06):
            up = up[1:]
            self.faults.append("chain:first-missing")
        up = up + [c for c in self.extra if self.chance(0.85)]
        if self.chance(0.1) and up:
            up.append(r.choice(up))
        if self.chance(0.35):
            r.shuffle(up)
        return [self.leaf] + up

    def record(self):
        r = self.r
        c = r.choice([self.leaf] * 3 + self.cas * 2 + self.extra)
        u = (3 if c is self.leaf else 2) if self.chance(0.92) else r.choice((0, 1, 2, 3, 4))
        s, m = r.choice((0, 1)), r.choice((0, 1, 1, 1, 2))
        d = tlsa(u, s, m, c)[3]
        if self.chance(0.12):
            d = bytes((d[0] ^ 1,)) + d[1:] if m == 0 else digest("sha512", d)[:len(d)]
        if self.chance(0.05):
            s, m, d = r.choice(((2, m, d), (s, 3, d), (s, m, d[:-1]), (s, m, d + b"\0"), (s, m,
                b"")))
        return (u, s, m, d)

    def records(self):
        out = [self.record() for _ in range(self.r.choice((1, 1, 1, 2, 2, 3)))]
        if self.chance(0.15):  # agility: the same object under both digests, or another
            u, s, m, d = out[-1]
            if m == 1:
                out.append((u, s, 2, digest("sha512", self.r.choice((self.leaf.der, self.leaf.spki,
                    b"")))))
        return out

    def names(self):
        return self.r.choice([[HOST]] * 8 + [["mx.example.org"], ["mx.example.org", HOST],
            ["MX.EXAMPLE.TEST"], ["a." + HOST]])


# ---- faults ---------------------------------------------------------------------------


def setter(**fixed):
    return lambda o: o.update(fixed)


def adder(*more):
    return lambda o: o["exts"].extend(more)


def swap(drop, *new):
    """Put other extensions in the place of one kind."""
    def f(o):
        o["exts"] = [e for e in o["exts"] if oid(drop) not in e[:14]] + list(new)
    return f


BOTH = {
    "expired": setter(not_after=T0 - 5), "not_yet": setter(not_before=T0 + 5),
        "spoilt": setter(spoil=True),
    "signer": setter(signer=Ec(256, "nobody")), "issuer": setter(issuer=dn("CN=Nobody")),
    "critical": adder(unknown(True)), "not_critical": adder(unknown(False)),
        "eku_client": swap("2.5.29.37", eku(CLIENT)),
    "eku_any": swap("2.5.29.37", eku(ANY_EKU)), "key_id": adder(aki(b"other")),
        "inner": setter(inner=seq(oid("1.2.840.113549.1.1.13"), NULL)),
    "outer": setter(outer=seq(oid("1.2.840.113549.1.1.13"), NULL)), "version_2": setter(version=2),
        "ski_twice": adder(ski(b"a"), ski(b"a")),
    "generalized": setter(not_after=tlv(0x18, b"20270101000000Z")),
        "date_odd": setter(not_after=tlv(0x17, b"270101000000+0000")),
    "serial_0": setter(serial=0), "serial_long": setter(serial=1 << 300),
        "no_extensions": setter(exts=None),
    "version_1": setter(version=1, exts=None), "serial_odd": setter(serial=b"\2\2\0\5"),
    "rsa_1024": setter(key=Rsa("1024")), "rsa_768": setter(key=Rsa("768")),
        "rsa_4104": setter(key=Rsa("4104")),
    "sha1": lambda o: o.update(alg="sha1"), "sha512": lambda o: o.update(alg="sha512"),
    "compressed": setter(key=Ec(256, "c", True)), "policies_critical": adder(ext("2.5.29.32",
        seq(seq(oid("2.5.29.32.0"))), True)),
}
CA_FAULTS = dict(BOTH, **{
    "no_bc": swap("2.5.29.19"), "ca_false": swap("2.5.29.19", bc(False)),
        "not_critical_bc": swap("2.5.29.19", bc(True, None, False)),
    "path_0": swap("2.5.29.19", bc(True, 0)), "path_1": swap("2.5.29.19", bc(True, 1)),
        "bc_twice": adder(bc(True)),
    "ku_none": swap("2.5.29.15"), "ku_sign": swap("2.5.29.15", ku(KU_SIGN)),
    "nc_other": swap("2.5.29.30", nc([gn_dns("example.org")])), "nc_out": swap("2.5.29.30", nc([],
        [gn_dns("example.test")], False)),
    "nc_in_and_out": swap("2.5.29.30", nc([gn_dns("test")], [gn_dns("a.example.test")])),
    "nc_host": swap("2.5.29.30", nc([], [gn_dns(HOST)])), "nc_mail": swap("2.5.29.30",
        nc([gn_email("example.org")])),
    "nc_directory": swap("2.5.29.30", nc([gn_dn(dn("CN=leaf"))])), "nc_uri": swap("2.5.29.30",
        nc([gn_uri("example.org")])),
    "nc_minimum": swap("2.5.29.30", ext("2.5.29.30", seq(tlv(0xa0, seq(gn_dns("test"), tlv(0x80,
        b"\1")))), True)),
})
LEAF_FAULTS = dict(BOTH, **{
    "san_other": swap("2.5.29.17", san("other.example.test")), "san_wild": swap("2.5.29.17",
        san("*.example.test")),
    "san_wild_far": swap("2.5.29.17", san("*.test")), "san_part": swap("2.5.29.17",
        san("m*.example.test")),
    "san_nul": swap("2.5.29.17", san(HOST + "\0.evil.test")), "san_two": swap("2.5.29.17",
        san("a.test", HOST)),
    "san_upper": swap("2.5.29.17", san("MX.Example.Test")), "san_mail": swap("2.5.29.17", san(HOST,
        gn_email("u@example.test"))),
    "san_uri": swap("2.5.29.17", san(HOST, gn_uri("http://example.org/"))),
        "san_dot": swap("2.5.29.17", san(HOST + ".")),
    "cn": lambda o: (swap("2.5.29.17")(o), o.update(subject=dn("CN=" + HOST))),
    "cn_other_san": lambda o: (swap("2.5.29.17", san("a.test"))(o),
        o.update(subject=dn("CN=" + HOST))),
    "ku_cert_sign": swap("2.5.29.15", ku(KU_CERTSIGN)), "ku_encipher": swap("2.5.29.15",
        ku(KU_ENCIPHER)), "ca": adder(bc(True)),
    "eku_server": adder(eku(SERVER)), "issuer_case": setter(other_case=True),
    "san_twice": adder(san(HOST)),
})

# ---- why the two may differ --------------------------------------------------------------


def has(w, *faults):
    return any(f.split(":")[1] in faults for f in w.faults)


def by_text(*words):
    return lambda w: any(x in w.case.ours.text for x in words)


# smtpdane matches and OpenSSL does not: does it, when this is put in the place of the fault?
LOOSER = [
    ("other-way-up", "RFC 4158: OpenSSL tries one way up; with less certificates it says yes", {}),
    ("key-identifier", "RFC 5280 section 6.1 looks at none; without them OpenSSL says yes",
     {"key_id": adder()}),
    ("any-usage", "RFC 5280 section 4.2.1.12: any is serverAuth too; with that OpenSSL says yes",
     {"eku_any": swap("2.5.29.37", eku(SERVER))}),
    ("leaf-key", "RFC 7671 section 5.1: the leaf alone matches; the verdict is fail for its key",
     {"rsa_768": setter(key=Rsa("1024"))}),
    ("several", "several of these together", {}),
]
LOOSER[-1][2].update(LOOSER[1][2], **LOOSER[2][2], **LOOSER[3][2])
# OpenSSL matches and smtpdane does not: what is stricter here, by what the reason says
STRICTER = [
    ("own-anchor", "a usage 2 record never matches the leaf, self-signed or not",
        by_text("has usage 2 but matches the leaf")),
    ("no-ca", "RFC 5280 section 6.1.4 k: basicConstraints is wanted, key usage alone is not enough",
        by_text("is not marked as that of a CA")),
    ("anchor-date", "each in date; OpenSSL looks at no dates of an anchor not self-issued",
     lambda w: any("the CA certificate at depth %d (" % w.case.theirs.match[3] in w.case.ours.text
         and x in w.case.ours.text
                   for x in (" has expired", " is not yet valid")) and has(w, "expired",
                           "not_yet")),
    ("algorithms", "RFC 5280 section 4.1.1.2, the anchor's own certificate included",
        by_text("names one signature algorithm inside")),
    ("dates", "RFC 5280 section 4.1.2.5: no other forms of dates",
        by_text("malformed validity dates")),
    ("extensions", "RFC 5280 section 4.1.2.9, 4.2: extensions in version 3 alone, each once",
        by_text("malformed or repeated extensions")),
    ("critical", "RFC 5280 section 4.2", by_text("critical extension that is not understood")),
    ("constraint-form", "RFC 5280 section 4.2.1.10: a form not processed refuses such names",
     by_text("name constraints that cannot be applied", "name constraints that are malformed")),
    ("constraint-wildcard", "the host that a wildcard stands for is held to the constraints too",
        by_text("wildcard that stands for the host")),
    ("weak", "SHA-1 and RSA under 1024 bits prove nothing here, signed by a bare key too",
     lambda w: has(w, "sha1", "rsa_768") and (by_text("weak algorithm or key")(w)
         or by_bare_key(w))),
    ("large", "no RSA over 4096 bits", lambda w: has(w, "rsa_4104") and (by_text("4096 bits")(w)
        or by_bare_key(w))),
    ("compressed", "no compressed points (RFC 8422 section 5.1.2)", lambda w: has(w, "compressed")
        and
     (by_text("algorithm that is not supported")(w) or by_bare_key(w))),
    ("der", "not DER", by_text("is not a DER X.509 certificate")),
    ("ca-usage", "extended key usage of each certificate of the path",
        lambda w: by_text("extended key usage")(w) and has(w, "eku_client")),
]


def by_bare_key(w):
    return any(t[:3] == (2, 1, 0) for t in w.case.records)


def subsets(certs):
    rest = certs[1:WAYS]
    for n in range(len(rest) + 1):
        for s in itertools.combinations(rest, n):
            yield [certs[0]] + list(s)


def says_yes(w):
    """Does OpenSSL match with a part of the chain, and perhaps one of the records that count?
    (It also builds with the certificates in records.)"""
    t = w.case.records
    strong = [r for r in t if r[2] != 1 or not any(q[:3] == (r[0], r[1], 2) for q in t)]
    return any(a.word == "match" for a in ask_openssl(
        [w.case.question(certs=c, records=r) for c in subsets(w.case.certs) for r in [t] + [[r]
            for r in strong]]))


def differ(w):
    """The name of the reason, or None: the two agree."""
    ours, theirs = bool(w.case.ours.match), w.case.theirs.word == "match"
    if ours == theirs:
        return None
    if not ours:
        return next((name for name, _, holds in STRICTER if holds(w)), "?")
    return next((name for name, _, mend in LOOSER if says_yes(World(*w.origin, mend))), "?")


def show(w, seed, number):
    c = w.case
    return "case %d of seed %d (%s; records %s; names %s; chain %s): here %s %s %s; OpenSSL: %s" % (
        number, seed, " ".join(w.faults) or "no fault", " ".join("%d-%d-%d" % t[:3]
            for t in c.records), ",".join(c.names),
        ",".join(x.subject[11:].decode("latin1") for x in c.certs),
        c.ours.verdict, c.ours.matched(), c.ours.text[:300].replace("\n", " "), c.theirs)


def check(w, seed, number, found):
    """One line of trouble, or None."""
    c = w.case
    if c.ours.contradiction():
        return c.ours.contradiction() + ": " + show(w, seed, number)
    if c.theirs.word == "unusable" and (c.ours.match or "tlsa-unusable" not in c.ours.codes):
        return "no usable record, but " + show(w, seed, number)
    why = differ(w)
    found[why] = found.get(why, 0) + 1
    return "unexplained: " + show(w, seed, number) if why == "?" else None


def option(name, default):
    a = sys.argv[1:]
    return int(a[a.index(name) + 1]) if name in a else default


def main():
    seed = option("-seed", 20261124)
    only = option("-only", -1)
    numbers = [only] if only >= 0 else range(option("-count", 400))
    worlds = [World(seed, i) for i in numbers]
    judge([w.case for w in worlds])
    found, bad = {}, 0
    for i, w in zip(numbers, worlds):
        trouble = check(w, seed, i, found)
        if trouble:
            bad += 1
            print("not ok certs/random_%d: %s" % (i, trouble))
        if only >= 0:
            print(show(w, seed, i), "\n", " ".join(w.case.command("CHAIN")), "\n",
                pem(w.case.certs))
    matched = sum(bool(w.case.ours.match) for w in worlds)
    print("seed %d: %d cases, %d matched; the same as OpenSSL: %d; other reasons: %s" % (
        seed, len(worlds), matched, found.pop(None, 0), found))
    for name, text, _ in LOOSER + STRICTER:
        if found.get(name):
            print("explained %d: %s: %s" % (found[name], name, text))
    if not bad and matched * 5 > len(worlds):
        print("ok certs/random (%d cases of seed %d)" % (len(worlds), seed))
    elif not bad:
        print("not ok certs/random: of %d cases only %d match, so little is tested" % (
            len(worlds), matched))


if __name__ == "__main__":
    main()
