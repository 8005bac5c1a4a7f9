# SPDX-License-Identifier: ISC
"""
tests/scenario/denial.py: denial of existence, wildcards and aliases, each proof whole and without
each of its parts (RFC 4035 section 5.4, RFC 4592, RFC 5155, RFC 6672, RFC 6840 section 4,
RFC 9276, RFC 9824).  Messages are made here by hand where lab.py would not give them.
"""
import struct, sys
import lab
from lab import *


# ---- making denials by hand ----------------------------------------------------------------------

def tlist(types):
    return {typ(t) for t in types.split()} if isinstance(types, str) else set(types)


def signed(z, owner, t, rdata, as_owner=None, key=None, ttl=300, **kw):
    """Records of one RRset and its RRSIG by the zone."""
    o = z.abs(owner)
    rds = rdata if isinstance(rdata, list) else [rdata]
    rds = [rd(t, x) for x in rds]
    sig = make_sig(o, t, rds, key or z.signers(typ(t))[0], kw.pop("signer", z.name), ttl=ttl, **kw)
    o2 = z.abs(as_owner) if as_owner else o
    return [(o2, typ(t), ttl, d) for d in rds] + [(o2, 46, ttl, sig)]


def nsec(z, owner, nxt, types, **kw):
    return signed(z, owner, "NSEC", z.abs(nxt) + bitmap(tlist(types)), **kw)


def plus(h, k):
    return ((int.from_bytes(h, "big") + k) % (1 << 160)).to_bytes(20, "big")


def nsec3_raw(z, h, nxt, types, salt=b"", it=0, flags=0, alg=1, upper=False, apex=None, **kw):
    lab_ = b32(h).upper() if upper else b32(h)
    owner = wire([lab_] + labels(apex if apex is not None else z.name))
    d = struct.pack(">BBHB", alg, flags, it, len(salt)) + salt + b"\x14" + nxt + bitmap(tlist(types))
    return signed(z, owner, "NSEC3", d, **kw)


def match3(z, name, types, **kw):
    """The NSEC3 that matches a name, its span as small as can be."""
    h = nsec3_hash(z.abs(name), kw.get("salt", b""), kw.get("it", 0))
    return nsec3_raw(z, h, plus(h, 1), types, **kw)


def cover3(z, name, **kw):
    """A minimal NSEC3 (RFC 7129 section 5.6) that covers a name."""
    h = nsec3_hash(z.abs(name), kw.get("salt", b""), kw.get("it", 0))
    return nsec3_raw(z, plus(h, -1), plus(h, 1), kw.pop("types", "A RRSIG"), **kw)


def soa(z):
    return z.rrs(z.name, 6)


def reply(rcode=0, answer=(), authority=(), flags=0x8180):
    r = Response(rcode)
    r.answer, r.authority, r.flags = list(answer), list(authority), flags
    return r


def give(w, name, t, r):
    """This message, whatever the zones say."""
    w.on(name, t, lambda _: r)


def put(w, name, t, rcode=0, answer=(), authority=()):
    w.on(name, t, lambda r: reply(rcode, answer, authority))


def world(nsec3=None, **kw):
    """root, test., and a few names; the returned zone is test."""
    w = World()
    w.zone(".")
    z = w.zone("test.", nsec3=nsec3, **kw)
    for name in ("www", "mail", "a.ent", "b"):
        z.add(name, "A", "192.0.2.1")
    z.add("*.wild", "A", "192.0.2.2")
    z.add("x.deep.wild", "A", "192.0.2.3")
    z.add("cname", "CNAME", "www.test.")
    z.add("*.wc", "CNAME", "www.test.")
    z.add("dn", "DNAME", "ent.test.")
    z.add("unsigned", "NS", "ns.unsigned.test.")
    return w, z


KINDS = {"nsec": None, "nsec3": (0, b""), "nsec3salt": (10, b"\xaa\xbb")}


def each(f):
    """One scenario for each way of denial."""
    for kind, p in KINDS.items():
        def g(p=p, f=f):
            w, z = world(p)
            w.build()
            return f(w, z)
        g.__name__ = "%s_%s" % (f.__name__, kind)
        scenario(g)
    return f


def without_each(w, name, t, rcode_ok, state="secure"):
    """Whole: secure.  Without any one NSEC or NSEC3 record, or its signature: bogus."""
    good = w.respond(n(name), typ(t))
    expect(w.ask(name, t), state, rcode=rcode_ok)
    sets = [(r[0], r[1]) for r in good.authority if r[1] in (47, 50)]
    for o, ty in sets:
        r = w.respond(n(name), typ(t))
        r.authority = [x for x in r.authority if low(x[0]) != low(o) or x[1] == 6]
        give(w, name, t, r)
        try:
            expect(w.ask(name, t), "bogus")
        except Wrong as e:
            raise Wrong("without %s: %s" % (o, e))
        r2 = w.respond(n(name), typ(t))
        r2.authority = [x for x in r2.authority if not (x[1] == 46 and low(x[0]) == low(o) and
                                                        x[3][:2] == struct.pack(">H", ty))]
        give(w, name, t, r2)
        expect(w.ask(name, t), "bogus")
    w.override.clear()


# ---- plain proofs ----------------------------------------------------------------------------------

@each
def nxdomain(w, z):
    without_each(w, "no.test.", "A", "NXDOMAIN")
    without_each(w, "a.b.c.no.test.", "A", "NXDOMAIN")
    without_each(w, "zzz.test.", "A", "NXDOMAIN")         # after the last name
    without_each(w, "no.www.test.", "A", "NXDOMAIN")


@each
def nodata(w, z):
    without_each(w, "www.test.", "MX", "NOERROR")
    without_each(w, "test.", "MX", "NOERROR")
    without_each(w, "ent.test.", "A", "NOERROR")          # an empty non-terminal
    without_each(w, "wild.test.", "A", "NOERROR")


@each
def nodata_of_a_cname(w, z):
    good = w.respond(n("cname.test."), 15)
    auth = soa(z) + z.deniers(n("cname.test."))
    put(w, "cname.test.", "MX", 0, (), auth)
    expect(w.ask("cname.test.", "MX"), "bogus")           # the CNAME bit is there


@each
def existing_type_denied(w, z):
    put(w, "www.test.", "A", 0, (), soa(z) + z.deniers(n("www.test.")))
    expect(w.ask("www.test."), "bogus")
    put(w, "www.test.", "A", 3, (), soa(z) + z.deniers(n("www.test."), n("*.test.")))
    expect(w.ask("www.test."), "bogus")


@each
def wildcard_answer(w, z):
    expect(w.ask("p.wild.test."), "secure", ["192.0.2.2"])
    expect(w.ask("p.q.r.wild.test."), "secure", ["192.0.2.2"])
    expect(w.ask("*.wild.test."), "secure", ["192.0.2.2"])
    r = w.respond(n("p.wild.test."), 1)
    r.authority = []
    w.on("p.wild.test.", "A", lambda _: r)
    expect(w.ask("p.wild.test."), "bogus")
    # the proof of another name
    r2 = w.respond(n("p.wild.test."), 1)
    r2.authority = z.deniers(n("no.test."))
    w.on("p.wild.test.", "A", lambda _: r2)
    if z.nsec3 is not None:
        expect(w.ask("p.wild.test."), "bogus")


@each
def wildcard_over_existing_names(w, z):
    star = z.get("*.wild", "A")[1]
    sig = z.sigs[low(n("*.wild.test.")), 1]
    for name in ("deep.wild.test.", "x.deep.wild.test.", "y.deep.wild.test.", "z.y.deep.wild.test."):
        a = [(n(name), 1, 300, star[0])] + [(n(name), 46, 300, s) for s in sig]
        auth = z.deniers(n(name), n("p.wild.test."), n("*.wild.test."), n("wild.test."), n("deep.wild.test."),
                         n("x.deep.wild.test."), n("zz.deep.wild.test."))
        put(w, name, "A", 0, a, auth)
        expect(w.ask(name), "bogus")


@each
def wildcard_nodata(w, z):
    without_each(w, "p.wild.test.", "MX", "NOERROR")
    without_each(w, "p.q.wild.test.", "MX", "NOERROR")


@each
def wildcard_denied_though_it_would_answer(w, z):
    ce = z.encloser(n("p.wild.test."))
    auth = soa(z) + World.once(z.deniers(ce, n("p.wild.test."), n("*.wild.test.")))
    for rcode in (0, 3):
        put(w, "p.wild.test.", "A", rcode, (), auth)
        expect(w.ask("p.wild.test."), "bogus")


@each
def names_at_and_below_a_star(w, z):
    expect(w.ask("*.test."), "secure", rcode="NXDOMAIN")
    expect(w.ask("a.*.wild.test."), "secure", rcode="NXDOMAIN")  # "*" exists: no match for "*"
    expect(w.ask("*.a.wild.test."), "secure", ["192.0.2.2"])
    expect(w.ask("*.wild.test.", "MX"), "secure", rcode="NOERROR")


@each
def wildcard_cname(w, z):
    expect(w.ask("p.wc.test."), "secure", ["www.test.", "192.0.2.1"])
    expect(w.ask("p.wc.test.", "CNAME"), "secure", ["www.test."])
    expect(w.ask("*.wc.test."), "secure", ["www.test.", "192.0.2.1"])
    r = w.respond(n("p.wc.test."), 1)
    r.authority = []
    w.on("p.wc.test.", "A", lambda _: r)
    expect(w.ask("p.wc.test."), "bogus")


@each
def rcode_and_proof_disagree(w, z):
    r = w.respond(n("no.test."), 1)
    r.rcode = 0
    w.on("no.test.", "A", lambda _: r)
    a = w.ask("no.test.")
    if a.status == "secure":
        expect(a, "secure", [], rcode="NXDOMAIN")
    else:
        expect(a, "bogus")
    r2 = w.respond(n("www.test."), 15)
    r2.rcode = 3
    w.on("www.test.", "MX", lambda _: r2)
    a = w.ask("www.test.", "MX")
    if a.status == "secure":
        expect(a, "secure", [], rcode="NOERROR")
    else:
        expect(a, "bogus")
    r3 = w.respond(n("www.test."), 1)
    r3.rcode = 3
    w.on("www.test.", "A", lambda _: r3)
    a = w.ask("www.test.")
    if a.status == "secure":
        expect(a, "secure", ["192.0.2.1"], rcode="NOERROR")
    else:
        expect(a, "bogus")


@each
def ds_denials(w, z):
    expect(w.ask("unsigned.test.", "DS"), "secure", [], rcode="NOERROR")
    expect(w.ask("www.test.", "DS"), "secure", [], rcode="NOERROR")
    expect(w.ask("no.test.", "DS"), "secure", [], rcode="NXDOMAIN")
    expect(w.ask("ent.test.", "DS"), "secure", [], rcode="NOERROR")
    expect(w.ask("p.wild.test.", "DS"), "secure", [], rcode="NOERROR")
    expect(w.ask("cname.test.", "DS"), "secure", rcode="NOERROR")
    expect(w.ask("x.dn.test.", "DS"), "secure", rcode="NXDOMAIN")


@each
def insecure_delegation(w, z):
    put(w, "www.unsigned.test.", "A", 0, [(n("www.unsigned.test."), 1, 300, rd("A", "192.0.2.9"))])
    expect(w.ask("www.unsigned.test."), "insecure", ["192.0.2.9"])
    # the same with the proof taken away
    w.on("unsigned.test.", "DS", lambda r: r.without(None, "NSEC").without(None, "NSEC3"))
    expect(w.ask("www.unsigned.test."), "bogus")
    # a proof of NODATA that does not say that there is a delegation
    put(w, "unsigned.test.", "DS", 0, (), soa(z) + z.deniers(n("www.test.")))
    expect(w.ask("www.unsigned.test."), "bogus")


def delegations(p):
    w, z = world(p)
    s = w.zone("sub.test.", nsec3=p)
    s.add("www", "A", "192.0.2.7")
    w.build()
    return w, z, s


@scenario
def ancestor_delegation():
    """RFC 6840 section 4.1: what the parent has at a cut denies nothing below or beside DS."""
    for p in KINDS.values():
        w, z, s = delegations(p)
        expect(w.ask("www.sub.test."), "secure", ["192.0.2.7"])
        at_cut, ap = z.deniers(n("sub.test.")), z.deniers(n("test."))
        star = z.deniers(n("*.test."))
        for auth in (soa(z) + at_cut, soa(z) + at_cut + ap + star):
            put(w, "www.sub.test.", "A", 3, (), auth)
            expect(w.ask("www.sub.test."), "bogus")
            put(w, "www.sub.test.", "A", 0, (), auth)
            expect(w.ask("www.sub.test."), "bogus")
            put(w, "sub.test.", "MX", 0, (), auth)
            expect(w.ask("sub.test.", "MX"), "bogus")
        # hand-made: the cut as the closest encloser
        if p is not None:
            auth = soa(z) + match3(z, "sub.test.", "NS DS RRSIG", salt=p[1], it=p[0]) + \
                cover3(z, "www.sub.test.", salt=p[1], it=p[0]) + cover3(z, "*.sub.test.", salt=p[1], it=p[0])
        else:
            auth = soa(z) + nsec(z, "sub", "zz", "NS DS RRSIG NSEC")
        put(w, "www.sub.test.", "A", 3, (), auth)
        expect(w.ask("www.sub.test."), "bogus")
        put(w, "www.sub.test.", "DS", 3, (), auth)
        expect(w.ask("www.sub.test.", "DS"), "bogus")


@scenario
def ancestor_dname():
    for p in KINDS.values():
        w, z = world(p)
        w.build()
        if p is not None:
            k = dict(salt=p[1], it=p[0])
            auth = soa(z) + match3(z, "dn", "DNAME RRSIG", **k) + cover3(z, "a.dn", **k) + cover3(z, "*.dn", **k)
        else:
            auth = soa(z) + nsec(z, "dn", "zz", "DNAME RRSIG NSEC")
        put(w, "a.dn.test.", "A", 3, (), auth)
        expect(w.ask("a.dn.test."), "bogus")
        # at the DNAME's own name other types may be denied
        put(w, "dn.test.", "A", 0, (), auth)
        expect(w.ask("dn.test."), "secure", rcode="NOERROR")


@scenario
def ds_by_the_childs_apex():
    """RFC 6840 section 4.4: no proof of an unsigned delegation from below."""
    for p in KINDS.values():
        w, z, s = delegations(p)
        put(w, "sub.test.", "DS", 0, (), soa(s) + s.deniers(n("sub.test.")))
        put(w, "www.sub.test.", "A", 0, [(n("www.sub.test."), 1, 300, rd("A", "192.0.2.66"))])
        expect(w.ask("sub.test.", "DS"), "bogus")
        expect(w.ask("www.sub.test."), "bogus")
        # signed by the parent, but it is the record of an apex
        auth = soa(z) + (nsec(z, "sub", "zz", "NS SOA RRSIG NSEC") if p is None else
                         match3(z, "sub", "NS SOA RRSIG", salt=p[1], it=p[0]))
        put(w, "sub.test.", "DS", 0, (), auth)
        expect(w.ask("sub.test.", "DS"), "bogus")


@scenario
def apex_by_the_parents_record():
    for p in KINDS.values():
        w, z, s = delegations(p)
        put(w, "sub.test.", "MX", 0, (), soa(s) + z.deniers(n("sub.test.")))
        expect(w.ask("sub.test.", "MX"), "bogus")


@scenario
def nsec_wraps():
    w, z = world()
    w.build()
    for auth, state in ((nsec(z, "wild", "@", "A RRSIG NSEC"), "secure"),
                        (nsec(z, "wild", "b", "A RRSIG NSEC"), "bogus"),  # back, but not to the apex
                        (nsec(z, "zzzz", "b", "A RRSIG NSEC"), "bogus"),  # the name comes before it
                        (nsec(z, "@", "@", "SOA NS RRSIG NSEC DNSKEY"), "secure")):
        put(w, "zz.test.", "A", 3, (), soa(z) + auth + nsec(z, ")", "+", "A RRSIG NSEC"))
        expect(w.ask("zz.test."), state)


@scenario
def the_only_name():
    for p in KINDS.values():
        w = World()
        w.zone(".")
        z = w.zone("one.", nsec3=p)
        w.build()
        expect(w.ask("x.one."), "secure", rcode="NXDOMAIN")
        expect(w.ask("one.", "MX"), "secure", rcode="NOERROR")
        expect(w.ask("*.one."), "secure", rcode="NXDOMAIN")
        # "covers everything" does not cover the name itself
        put(w, "one.", "SOA", 3, (), soa(z) + z.deniers(n("one.")))
        expect(w.ask("one.", "SOA"), "bogus")


@scenario
def white_lies():
    """RFC 4470: minimally covering."""
    w, z = world()
    w.build()
    auth = soa(z) + nsec(z, "nn~", "no\\000", "RRSIG NSEC") + nsec(z, ")", "+", "RRSIG NSEC")
    put(w, "no.test.", "A", 3, (), auth)
    expect(w.ask("no.test."), "secure", rcode="NXDOMAIN")
    put(w, "no.test.", "A", 3, (), soa(z) + nsec(z, "nn~", "no\\000", "RRSIG NSEC"))
    expect(w.ask("no.test."), "bogus")
    put(w, "no.test.", "A", 3, (), soa(z) + nsec(z, "nn~", "no", "RRSIG NSEC") + nsec(z, ")", "+", "RRSIG NSEC"))
    expect(w.ask("no.test."), "bogus")     # up to, not over it
    put(w, "no.test.", "A", 3, (), soa(z) + nsec(z, "nn~", "\\000.no", "RRSIG NSEC") + nsec(z, ")", "+", "RRSIG NSEC"))
    expect(w.ask("no.test."), "secure", rcode="NOERROR")     # so it has something below


@scenario
def compact_denial():
    """RFC 9824."""
    w, z = world()
    w.build()
    def cd(name, types):
        return soa(z) + nsec(z, name, "\\000." + name, types)
    put(w, "no.test.", "A", 0, (), cd("no.test.", "RRSIG NSEC NXNAME"))
    expect(w.ask("no.test."), "secure", rcode="NXDOMAIN")
    put(w, "no.test.", "A", 3, (), cd("no.test.", "RRSIG NSEC NXNAME"))
    expect(w.ask("no.test."), "secure", rcode="NXDOMAIN")
    put(w, "no.test.", "A", 0, (), cd("no.test.", "RRSIG NSEC"))       # black lies of old
    expect(w.ask("no.test."), "secure", rcode="NOERROR")
    put(w, "no.test.", "MX", 0, (), cd("no.test.", "A AAAA RRSIG NSEC"))
    expect(w.ask("no.test.", "MX"), "secure", rcode="NOERROR")
    put(w, "no.test.", "A", 0, (), cd("no.test.", "A RRSIG NSEC NXNAME"))
    expect(w.ask("no.test."), "bogus")
    put(w, "no.test.", "DS", 0, (), cd("no.test.", "RRSIG NSEC NXNAME"))
    expect(w.ask("no.test.", "DS"), "secure", rcode="NXDOMAIN")
    put(w, "no.test.", "RRSIG", 0, (), cd("no.test.", "RRSIG NSEC NXNAME"))
    expect(w.ask("no.test.", "RRSIG"), "secure", rcode="NXDOMAIN")
    put(w, "no.test.", "A", 0, (), [x for x in cd("no.test.", "RRSIG NSEC NXNAME") if x[1] != 46])
    expect(w.ask("no.test."), "bogus")
    r = w.ask("no.test.", "NXNAME")
    if r.exit != 3:
        raise Wrong("NXNAME asked for: exit %d" % r.exit)


@scenario
def nsec_of_a_wildcard_renamed():
    w, z = world()
    w.build()
    d = z.get("*.wild", 47)[1][0]
    sig = z.sigs[low(n("*.wild.test.")), 47]
    fake = [(n("p.wild.test."), 47, 300, d)] + [(n("p.wild.test."), 46, 300, s) for s in sig]
    put(w, "p.wild.test.", "MX", 0, (), soa(z) + fake)
    expect(w.ask("p.wild.test.", "MX"), "bogus")


@scenario
def several_nsecs_at_one_name():
    w, z = world()
    w.build()
    both = signed(z, "www", "NSEC", [n("zz.test.") + bitmap({1, 46, 47}), n("zzz.test.") + bitmap({46, 47})])
    put(w, "www.test.", "A", 0, (), soa(z) + both)
    expect(w.ask("www.test."), "bogus")


@scenario
def records_of_other_zones():
    for p in KINDS.values():
        w, z, s = delegations(p)
        o = w.zone("other.", nsec3=p)
        w.build()
        # the child's, the sibling's and the root's own records
        for y in (s, o, w.zones[0]):
            put(w, "no.test.", "A", 3, (), soa(y) + World.once(
                y.deniers(y.name, n("no.test."), n("*.test."))))
            expect(w.ask("no.test."), "bogus")
        if p is None:
            continue
        k = dict(salt=p[1], it=p[0])
        good = soa(z) + match3(z, "@", "SOA NS RRSIG", **k)
        put(w, "no.test.", "A", 3, (), good + cover3(z, "no", **k) + cover3(z, "*", **k))
        expect(w.ask("no.test."), "secure", rcode="NXDOMAIN")
        for apex in ("x.test.", "sub.test.", "."):
            put(w, "no.test.", "A", 3, (), good + cover3(z, "no", apex=n(apex), **k) +
                cover3(z, "*", apex=n(apex), **k))
            expect(w.ask("no.test."), "bogus")


# ---- NSEC3 -------------------------------------------------------------------------------------------

def three(z, name="no", **k):
    """Encloser, next closer, wildcard."""
    return [match3(z, "@", "SOA NS RRSIG DNSKEY NSEC3PARAM", **k), cover3(z, name, **k), cover3(z, "*", **k)]


def nx3(w, z, parts, name="no.test.", t="A", rcode=3):
    put(w, name, t, rcode, (), soa(z) + sum(parts, []))
    return w.ask(name, t)


def world3(it=0, salt=b"", **kw):
    w, z = world((it, salt), **kw)
    w.build()
    return w, z


@scenario
def nsec3_parts():
    w, z = world3()
    expect(nx3(w, z, three(z)), "secure", rcode="NXDOMAIN")
    for i in range(3):
        expect(nx3(w, z, [x for j, x in enumerate(three(z)) if i != j]), "bogus")


@scenario
def nsec3_algorithm_flags_case():
    w, z = world3()
    for i in range(3):
        for kw in (dict(alg=2), dict(alg=0), dict(flags=2), dict(flags=128), dict(flags=3)):
            p = three(z)
            p[i] = three(z, **kw)[i]
            expect(nx3(w, z, p), "bogus")
    expect(nx3(w, z, three(z, upper=True)), "secure", rcode="NXDOMAIN")
    # what is to be ignored is ignored also beside a good proof
    expect(nx3(w, z, three(z) + three(z, alg=2, salt=b"\2") +
               three(z, flags=4, salt=b"\3")), "secure", rcode="NXDOMAIN")


@scenario
def nsec3_mixed_parameters():
    w, z = world3()
    a, b = three(z), three(z, salt=b"\x01", it=5)
    for mix in ([a[0], a[1], b[2]], [a[0], b[1], a[2]], [b[0], a[1], a[2]]):
        expect(nx3(w, z, mix), "bogus")
    expect(nx3(w, z, a + b), "secure")
    expect(nx3(w, z, b + a[:2]), "secure")
    expect(nx3(w, z, a[:2] + b), "secure")


@scenario
def nsec3_iterations():
    for it, state in ((50, "secure"), (51, "insecure"), (150, "insecure"), (2500, "insecure"), (65535, "insecure")):
        w, z = world3(it)
        r = nx3(w, z, three(z, it=it))
        expect(r, state, ede=27 if state == "insecure" else None)
        k = Key(13)
        bad = [[x if x[1] != 46 else (x[0], 46, x[2], x[3][:-1] + bytes([x[3][-1] ^ 1])) for x in part]
               for part in three(z, it=it)]
        expect(nx3(w, z, bad), "bogus")
        expect(nx3(w, z, [[x for x in part if x[1] != 46] for part in three(z, it=it)]), "bogus")
        expect(nx3(w, z, three(z, it=it, expiration=T0 - 1)), "bogus", ede=7)
        expect(nx3(w, z, three(z, it=it, key=k)), "bogus")
        # NODATA, a wildcard answer, the absence of DS
        expect(w.ask("www.test.", "MX"), state)
        expect(w.ask("p.wild.test."), state, ["192.0.2.2"])
        expect(w.ask("www.test."), "secure", ["192.0.2.1"])
        put(w, "www.unsigned.test.", "A", 0, [(n("www.unsigned.test."), 1, 300, rd("A", "192.0.2.9"))])
        expect(w.ask("www.unsigned.test."), "insecure", ["192.0.2.9"])
        w.on("unsigned.test.", "DS", lambda r: r.without(None, "RRSIG", "NSEC3"))
        expect(w.ask("www.unsigned.test."), "bogus")
        w.override.pop((n("unsigned.test."), 43))
        w.on("p.wild.test.", "A", lambda r: r.without(None, "RRSIG", "NSEC3"))
        expect(w.ask("p.wild.test."), "bogus")


@scenario
def nsec3_iterations_beside_a_good_proof():
    w, z = world3()
    expect(nx3(w, z, three(z) + three(z, it=51)), "secure", rcode="NXDOMAIN")
    expect(nx3(w, z, three(z, it=51) + three(z)), "secure", rcode="NXDOMAIN")
    expect(nx3(w, z, three(z)[:2] + three(z, it=51)), "insecure")


@scenario
def nsec3_beside_nsec():
    w, z = world()
    w.build()
    put(w, "no.test.", "A", 3, (), soa(z) + sum(three(z), []))
    expect(w.ask("no.test."), "secure", rcode="NXDOMAIN")
    mix = nsec(z, "mail", "www", "A RRSIG NSEC")           # no proof of the wildcard, but for NSEC3
    put(w, "no.test.", "A", 3, (), soa(z) + mix + cover3(z, "*"))
    expect(w.ask("no.test."), "bogus")


@scenario
def nsec3_closest_encloser():
    w, z = world3()
    m = match3(z, "@", "SOA NS RRSIG")
    # the name below is covered, but not the next closer name
    p = [m, cover3(z, "a.b.no"), cover3(z, "*")]
    expect(nx3(w, z, p, "a.b.no.test."), "bogus")
    expect(nx3(w, z, [m, cover3(z, "no"), cover3(z, "*")], "a.b.no.test."), "secure", rcode="NXDOMAIN")
    # the wildcard of the wrong encloser
    expect(nx3(w, z, [m, cover3(z, "no"), cover3(z, "*.no")], "a.b.no.test."), "bogus")
    # an empty non-terminal as encloser
    e = match3(z, "ent", "")
    expect(nx3(w, z, [e, cover3(z, "x.ent"), cover3(z, "*.ent")], "x.ent.test."), "secure", rcode="NXDOMAIN")
    expect(nx3(w, z, [e], "ent.test.", "A", 0), "secure", rcode="NOERROR")


@scenario
def optout():
    w, z = world3(opt_out=True)
    z.add("sec", "NS", "ns.sec.test.")
    w.zone("sec.test.").add("www", "A", "192.0.2.5")
    w.build()
    expect(w.ask("no.test."), "insecure", [], reason="opt-out")
    expect(w.ask("unsigned.test.", "DS"), "insecure", [])
    expect(w.ask("www.test.", "MX"), "secure", rcode="NOERROR")
    expect(w.ask("www.test.", "DS"), "secure", rcode="NOERROR")
    expect(w.ask("p.wild.test."), "insecure", ["192.0.2.2"], reason="opt-out")
    expect(w.ask("p.wild.test.", "MX"), "insecure", [])
    expect(w.ask("*.wild.test."), "secure", ["192.0.2.2"])
    expect(w.ask("www.sec.test."), "secure", ["192.0.2.5"])
    put(w, "www.unsigned.test.", "A", 0, [(n("www.unsigned.test."), 1, 300, rd("A", "192.0.2.9"))])
    expect(w.ask("www.unsigned.test."), "insecure", ["192.0.2.9"])
    # the opt-out flag on the record of the encloser or of the wildcard is of no account
    for i, state in ((0, "secure"), (1, "insecure"), (2, "secure")):
        p = three(z)
        p[i] = three(z, flags=1)[i]
        expect(nx3(w, z, p), state)
    # no DS: the span must be opt-out
    m, k = match3(z, "@", "SOA NS RRSIG"), cover3(z, "unsigned", flags=1)
    expect(nx3(w, z, [m, k], "unsigned.test.", "DS", 0), "insecure")
    expect(nx3(w, z, [m, cover3(z, "unsigned")], "unsigned.test.", "DS", 0), "bogus")
    expect(nx3(w, z, [k], "unsigned.test.", "DS", 0), "bogus")
    expect(w.ask("www.unsigned.test."), "bogus")
    # a signed delegation cannot be spirited away by the span of others
    nx3(w, z, [m, cover3(z, "other", flags=1)], "sec.test.", "DS", 0)
    put(w, "www.sec.test.", "A", 0, [(n("www.sec.test."), 1, 300, rd("A", "192.0.2.66"))])
    expect(w.ask("www.sec.test."), "bogus")


# ---- aliases ------------------------------------------------------------------------------------------

def web():
    """root, a. and b. signed, u. unsigned, x. signed and spoilt."""
    w = World()
    w.zone(".")
    a, b, u, x = w.zone("a."), w.zone("b."), w.zone("u.", signed=False), w.zone("x.")
    for z in (a, b, u, x):
        z.add("host", "A", "192.0.2.1")
        z.add("dn", "DNAME", "b.")
    return w, a, b, u, x


def spoil_x(w, x):
    for k in x.sigs:
        if k[1] != 48:
            x.sigs[k] = [s[:-1] + bytes([s[-1] ^ 1]) for s in x.sigs[k]]


@scenario
def links_in_every_order():
    import itertools
    rank = {"a": 0, "b": 0, "u": 1, "x": 2}
    for seq in itertools.product("aux", repeat=3):
        w, a, b, u, x = web()
        zs = {"a": a, "b": b, "u": u, "x": x}
        for i, q in enumerate(seq):
            nxt = "l%d.%s." % (i + 1, seq[i + 1]) if i < 2 else "host.b."
            zs[q].add("l%d" % i, "CNAME", nxt)
        w.build()
        spoil_x(w, x)
        worst = max(rank[q] for q in seq)
        r = w.ask("l0.%s." % seq[0])
        try:
            expect(r, ["secure", "insecure", "bogus"][worst], rcode="NOERROR" if worst < 2 else None)
            if worst < 2:
                expect(r, r.status, ["192.0.2.1"] + ["l%d.%s." % (i + 1, seq[i + 1]) for i in (0, 1)] + ["host.b."])
        except Wrong as e:
            raise Wrong("%s: %s" % ("".join(seq), e))


@scenario
def alias_to_nothing():
    w, a, b, u, x = web()
    a.add("nx", "CNAME", "no.b.").add("nd", "CNAME", "host.b.").add("nu", "CNAME", "no.u.")
    w.build()
    expect(w.ask("nx.a."), "secure", ["no.b."], rcode="NXDOMAIN")
    expect(w.ask("nd.a.", "MX"), "secure", ["host.b."], rcode="NOERROR")
    expect(w.ask("nu.a."), "insecure", ["no.u."], rcode="NXDOMAIN")
    # the resolver gives the first CNAME alone, with either RCODE
    for rcode in (0, 3):
        put(w, "nx.a.", "A", rcode, a.rrs("nx", "CNAME"))
        expect(w.ask("nx.a."), "secure", ["no.b."], rcode="NXDOMAIN")
        put(w, "nd.a.", "A", rcode, a.rrs("nd", "CNAME"))
        expect(w.ask("nd.a."), "secure", ["host.b.", "192.0.2.1"], rcode="NOERROR")


@scenario
def alias_there_and_back():
    w, a, b, u, x = web()
    a.add("r0", "CNAME", "r1.b.").add("r2", "CNAME", "r3.b.").add("r4", "A", "192.0.2.4")
    b.add("r1", "CNAME", "r2.a.").add("r3", "CNAME", "r4.a.")
    w.build()
    expect(w.ask("r0.a."), "secure", ["r1.b.", "r2.a.", "r3.b.", "r4.a.", "192.0.2.4"])


@scenario
def loops_and_long_chains():
    w, a, b, u, x = web()
    a.add("me", "CNAME", "me.a.").add("p", "CNAME", "q.b.")
    b.add("q", "CNAME", "p.a.")
    for i in range(14):
        a.add("c%d" % i, "CNAME", "c%d.a." % (i + 1))
    a.add("c14", "A", "192.0.2.14")
    a.add("grow", "DNAME", "grow.grow.a.")
    w.build()
    expect(w.ask("me.a."), "bogus", reason="loop")
    expect(w.ask("p.a."), "bogus", reason="loop")
    expect(w.ask("me.a.", "CNAME"), "secure", ["me.a."])
    r = expect(w.ask("c2.a."), "secure")
    if len(r.answer) != 13:
        raise Wrong("%d records" % len(r.answer))
    expect(w.ask("c1.a."), "bogus", reason="12")
    r = w.ask("x.grow.a.")
    if r.status in ("secure", "insecure"):
        raise Wrong(r.status)


@scenario
def dname():
    w, a, b, u, x = web()
    w.build()
    both = ["b.", "host.b.", "192.0.2.1"]
    expect(w.ask("host.dn.a."), "secure", both)
    expect(w.ask("no.dn.a."), "secure", ["b.", "no.b."], rcode="NXDOMAIN")
    expect(w.ask("host.dn.a.", "MX"), "secure", ["b.", "host.b."], rcode="NOERROR")
    expect(w.ask("host.dn.u."), "insecure", both)
    expect(w.ask("dn.a.", "DNAME"), "secure", ["b."])
    expect(w.ask("dn.a."), "secure", [], rcode="NOERROR")
    full = w.respond(n("host.dn.a."), 1)
    def with_(cname):
        r = w.respond(n("host.dn.a."), 1)
        r.answer = [y for y in r.answer if y[1] != 5]
        r.answer[2:2] = cname
        w.on("host.dn.a.", "A", lambda _: r)
        return w.ask("host.dn.a.")
    wrong = (n("host.dn.a."), 5, 300, n("host.x."))
    right = (n("host.dn.a."), 5, 300, n("host.b."))
    expect(with_([]), "secure", both)
    expect(with_([wrong]), "secure", both)
    expect(with_([right, wrong]), "secure", both)
    junk = make_sig("host.dn.a.", 5, [n("host.b.")], kept(13, which="elsewhere"), "a.")
    expect(with_([right, (n("host.dn.a."), 46, 300, junk)]), "secure", both)
    good = make_sig("host.dn.a.", 5, [n("host.b.")], a.keys[0], "a.")
    expect(with_([right, (n("host.dn.a."), 46, 300, good)]), "secure", both)
    # the CNAME alone; the DNAME without or with a wrong signature
    put(w, "host.dn.a.", "A", 0, [right] + b.rrs("host", "A"))
    expect(w.ask("host.dn.a."), "bogus")
    w.on("host.dn.a.", "A", lambda r: r.without(None, "RRSIG", "DNAME"))
    expect(w.ask("host.dn.a."), "bogus")
    w.override.clear()
    x.sigs[x.key("dn", "DNAME")] = [x.sign("dn", "DNAME", expiration=T0 - 1)]
    expect(w.ask("host.dn.x."), "bogus", ede=7)


@scenario
def dname_asked_for_the_cname():
    """RFC 6672 section 3.1: the CNAME exists, as far as the answer goes."""
    w, a, b, u, x = web()
    w.build()
    w2 = [("dn.a.", "DNAME", "b."), ("host.dn.a.", "CNAME", "host.b.")]
    for t in ("CNAME", "ANY"):
        r = expect(w.ask("host.dn.a.", t), "secure", ["b.", "host.b."], rcode="NOERROR")
        got = [(y["name"], y["type"], y["data"]) for y in r.answer]
        if [(p.rstrip("."), q, d) for p, q, d in got] != [(p.rstrip("."), q, d) for p, q, d in w2]:
            raise Wrong(str(got))
        if len({y["ttl"] for y in r.answer}) != 1:
            raise Wrong("TTL")
        expect(w.ask("host.dn.u.", t), "insecure", ["b.", "host.b."])
        # what the message says is of no account
        forged = [(n("host.dn.a."), 5, 99999, n("host.x."))]
        put(w, "host.dn.a.", t, 0, a.rrs("dn", "DNAME") + forged)
        expect(w.ask("host.dn.a.", t), "secure", ["b.", "host.b."])
        put(w, "host.dn.a.", t, 0, a.rrs("dn", "DNAME"))
        expect(w.ask("host.dn.a.", t), "secure", ["b.", "host.b."])
        put(w, "host.dn.a.", t, 0, forged)
        expect(w.ask("host.dn.a.", t), "bogus")
        w.on("host.dn.a.", t, lambda r: r.without(None, "RRSIG"))
        expect(w.ask("host.dn.a.", t), "bogus")
        w.override.clear()


@scenario
def dname_at_the_apex():
    w = World()
    w.zone(".")
    d = w.zone("d.")
    d.add("@", "DNAME", "e.")
    e = w.zone("e.").add("www", "A", "192.0.2.1")
    w.build()
    expect(w.ask("www.d."), "secure", ["e.", "www.e.", "192.0.2.1"])
    expect(w.ask("d.", "MX"), "secure", [], rcode="NOERROR")
    expect(w.ask("d.", "SOA"), "secure")
    expect(w.ask("www.d.", "DS"), "secure", rcode="NOERROR")
    put(w, "www.d.", "A", 3, (), soa(d) + d.deniers(n("d.")))
    expect(w.ask("www.d."), "bogus")


@scenario
def dname_from_a_wildcard():
    """RFC 4592 section 4.4: a name below one made from the wildcard is not redirected by it."""
    for p in KINDS.values():
        w, z = world(p)
        z.add("*.wd", "DNAME", "ent.test.")
        w.build()
        star, sig = z.get("*.wd", "DNAME")[1], z.sigs[low(n("*.wd.test.")), 39]
        made = [(n("b.wd.test."), 39, 300, star[0])] + [(n("b.wd.test."), 46, 300, s) for s in sig]
        auth = World.once(z.deniers(n("b.wd.test."), n("a.b.wd.test.")))
        put(w, "a.b.wd.test.", "A", 0, made + z.rrs("a.ent", "A"), auth)
        expect(w.ask("a.b.wd.test."), "bogus", reason="wildcard")
        put(w, "a.b.wd.test.", "CNAME", 0, made, auth)
        expect(w.ask("a.b.wd.test.", "CNAME"), "bogus", reason="wildcard")
        # asked for as it is, it is an answer like any other
        expect(w.ask("b.wd.test.", "DNAME"), "secure", ["ent.test."])


@scenario
def dname_makes_a_name_too_long():
    w, a, b, u, x = web()
    long_ = ".".join(["t" * 60] * 3) + ".a."
    a.add("long", "DNAME", long_)
    w.build()
    q = ".".join(["q" * 40] * 2) + ".long.a."
    for rcode in (0, 6):
        put(w, q, "A", rcode, a.rrs("long", "DNAME"))
        r = w.ask(q)
        expect(r, "secure", [long_], rcode="YXDOMAIN", reason="too long")
    bad = [y if y[1] != 46 else (y[0], 46, y[2], y[3][:-1] + bytes([y[3][-1] ^ 1])) for y in a.rrs("long", "DNAME")]
    put(w, q, "A", 6, bad)
    expect(w.ask(q), "bogus")


@scenario
def two_cnames():
    w, a, b, u, x = web()
    a.add("two", "CNAME", "host.a.", "host.b.")
    w.build()
    expect(w.ask("two.a."), "bogus", reason="more than one")


@scenario
def cname_and_other_data():
    w, a, b, u, x = web()
    a.add("odd", "CNAME", "host.b.").add("odd", "A", "192.0.2.77")
    w.build()
    expect(w.ask("odd.a."), "secure", ["192.0.2.77"])
    expect(w.ask("odd.a.", "CNAME"), "secure", ["host.b."])
    expect(w.ask("odd.a.", "MX"), "secure", ["host.b."], rcode="NOERROR")


@scenario
def junk_in_the_answer():
    w, a, b, u, x = web()
    a.add("al", "CNAME", "host.b.")
    w.build()
    junk = [(n("evil.x."), 1, 300, rd("A", "192.0.2.66")), (n("al.a."), 16, 300, rd("TXT", '"junk"')),
            (n("b."), 39, 300, n("x."))]
    w.on("al.a.", "A", lambda r: reply(0, junk + r.answer))
    expect(w.ask("al.a."), "secure", ["host.b.", "192.0.2.1"])
    w.on("host.a.", "A", lambda r: reply(0, r.answer + junk))
    expect(w.ask("host.a."), "secure", ["192.0.2.1"])


@scenario
def any_question():
    w, a, b, u, x = web()
    a.add("mix", "A", "192.0.2.1").add("mix", "TXT", '"t"').add("mix", "MX", "0 host.a.")
    a.add("al", "CNAME", "host.b.").add("*.w", "A", "192.0.2.8").add("*.w", "TXT", '"w"')
    w.build()
    expect(w.ask("mix.a.", "ANY"), "secure", ["192.0.2.1", '"t"', "0 host.a."])
    expect(w.ask("al.a.", "ANY"), "secure", ["host.b."])
    expect(w.ask("p.w.a.", "ANY"), "secure", ["192.0.2.8", '"w"'])
    expect(w.ask("no.a.", "ANY"), "secure", [], rcode="NXDOMAIN")
    expect(w.ask("host.u.", "ANY"), "insecure", ["192.0.2.1"])
    w.on("mix.a.", "ANY", lambda r: r.without(None, "RRSIG", "TXT"))
    expect(w.ask("mix.a.", "ANY"), "bogus")
    put(w, "mix.a.", "ANY", 0, (), soa(a) + a.deniers(n("mix.a.")))
    expect(w.ask("mix.a.", "ANY"), "bogus")
    w.on("p.w.a.", "ANY", lambda r: reply(0, r.answer))
    expect(w.ask("p.w.a.", "ANY"), "bogus")


@each
def alias_to_a_wildcard(w, z):
    """Answer and proofs in one message, or each asked for."""
    z.add("al", "CNAME", "p.wild.test.").add("*.loop", "CNAME", "x.loop.test.").add("*.gone", "CNAME", "no.test.")
    w.build()
    expect(w.ask("al.test."), "secure", ["p.wild.test.", "192.0.2.2"])
    expect(w.ask("al.test.", "MX"), "secure", ["p.wild.test."], rcode="NOERROR")
    expect(w.ask("q.gone.test."), "secure", ["no.test."], rcode="NXDOMAIN")
    expect(w.ask("q.loop.test."), "bogus", reason="loop")
    # what it lacks is asked for
    w.on("al.test.", "A", lambda r: r.without(None, "NSEC").without(None, "NSEC3"))
    expect(w.ask("al.test."), "secure", ["p.wild.test.", "192.0.2.2"])
    w.on("p.wild.test.", "A", lambda r: r.without(None, "NSEC").without(None, "NSEC3"))
    expect(w.ask("al.test."), "bogus")
    w.override.clear()
    put(w, "al.test.", "A", 0, z.rrs("al", "CNAME"))
    expect(w.ask("al.test."), "secure", ["p.wild.test.", "192.0.2.2"])


@each
def forged_below_what_is_not_there(w, z):
    for name in ("no.test.", "x.no.test.", "x.www.test.", "x.ent.test.", "p.wild.test.", "cname.test."):
        put(w, name, "A", 0, [(n(name), 1, 300, rd("A", "192.0.2.66"))])
        expect(w.ask(name), "bogus")
        put(w, name, "MX", 3)
        expect(w.ask(name, "MX"), "bogus")


@scenario
def parent_nsec_asked_for():
    w, z = world()
    w.build()
    expect(w.ask("www.test.", "NSEC"), "secure")
    put(w, "unsigned.test.", "NSEC", 0, z.rrs("unsigned", "NSEC"))
    expect(w.ask("unsigned.test.", "NSEC"), "secure")
    put(w, "unsigned.test.", "NS", 0, z.rrs("unsigned", "NS"))
    expect(w.ask("unsigned.test.", "NS"), "insecure", ["ns.unsigned.test."])
    put(w, "www.test.", "NSEC", 0, (), soa(z) + z.deniers(n("www.test.")))
    expect(w.ask("www.test.", "NSEC"), "bogus")


@scenario
def optout_wildcard_cname():
    w, z = world3(opt_out=True)
    expect(w.ask("p.wc.test."), "insecure", ["www.test.", "192.0.2.1"], reason="opt-out")
    expect(w.ask("*.wc.test."), "secure", ["www.test.", "192.0.2.1"])
    expect(w.ask("www.test."), "secure", ["192.0.2.1"])


@each
def rrsig_question(w, z):
    r = expect(w.ask("www.test.", "RRSIG"), "insecure", rcode="NOERROR")
    if not r.answer and "RRSIG" not in r.reason:
        raise Wrong(r.reason)
    expect(w.ask("no.test.", "RRSIG"), "secure", [], rcode="NXDOMAIN")
    put(w, "no.test.", "RRSIG", 3, (), soa(z))
    expect(w.ask("no.test.", "RRSIG"), "bogus")
    put(w, "no.test.", "RRSIG", 3)
    expect(w.ask("no.test.", "RRSIG"), "bogus")
    put(w, "www.test.", "RRSIG", 0)
    expect(w.ask("www.test.", "RRSIG"), "bogus")
    put(w, "www.test.", "RRSIG", 0, (), soa(z) + z.deniers(n("www.test.")))
    expect(w.ask("www.test.", "RRSIG"), "bogus")
    put(w, "www.unsigned.test.", "RRSIG", 3)
    expect(w.ask("www.unsigned.test.", "RRSIG"), "insecure", [], rcode="NXDOMAIN")


@scenario
def escaped_labels():
    w, z = world()
    z.add(wire([b"a.b"]) [:-1] + n("test."), "A", "192.0.2.1")
    z.add(wire([b"\x00x"]) [:-1] + n("test."), "A", "192.0.2.2")
    z.add(wire([b"\xc8Q"]) [:-1] + n("test."), "A", "192.0.2.3")
    w.build()
    expect(w.ask("a\\.b.test."), "secure", ["192.0.2.1"])
    expect(w.ask("\\000x.test."), "secure", ["192.0.2.2"])
    expect(w.ask("\\200q.test."), "secure", ["192.0.2.3"])
    expect(w.ask("a\\.c.test."), "secure", rcode="NXDOMAIN")
    expect(w.ask("\\200r.test."), "secure", rcode="NXDOMAIN")
    expect(w.ask("\\042.wild.test."), "secure", ["192.0.2.2"])


if __name__ == "__main__":
    sys.exit(lab.main())
