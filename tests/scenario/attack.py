# SPDX-License-Identifier: ISC
"""
tests/scenario/attack.py: two resolvers, the first one hostile, the second one honest: what the
first one spoils, the second one mends.
"""
import copy, sys
import lab
from lab import *


def reply(rcode=0, answer=(), authority=(), flags=0x8180):
    r = Response(rcode)
    r.answer, r.authority, r.flags = list(answer), list(authority), flags
    return r


def signed(z, owner, t, rdata, as_owner=None, key=None, ttl=300, **kw):
    o = z.abs(owner)
    rds = [rd(t, x) for x in (rdata if isinstance(rdata, list) else [rdata])]
    sig = make_sig(o, t, rds, key or z.signers(typ(t))[0], kw.pop("signer", z.name), ttl=ttl, **kw)
    o2 = z.abs(as_owner) if as_owner else o
    return [(o2, typ(t), ttl, d) for d in rds] + [(o2, 46, ttl, sig)]

SECOND = None


def ask2(bad, good, name, t="A", args=()):
    """dnsvouch with two resolvers; the anchor is the good world's."""
    global SECOND
    if SECOND is None:
        SECOND = Server("127.0.0.54")
    SECOND.world, good.asked = good, []
    bad.anchors = bad.anchors or [(b"\0", "DS", k.ds(b"\0")) for k in good.zones[0].keys if k.sep()]
    return bad.ask(name, t, args=("-resolver", lab.SERVER.address + "," + SECOND.address, *args))


def pair(f):
    """The same world twice; f changes one of them before it is signed."""
    out = []
    for old in (True, False):
        w = World()
        w.zone(".")
        z = w.zone("test.")
        z.add("www", "A", "192.0.2.1")
        z.add("www2", "CNAME", "www")
        f(w, z, old)
        out.append(w.build())
    return out


@scenario
def old_key_set_replayed():
    ksk, z1, z2 = kept(13), kept(13, flags=256, which=71), kept(13, flags=256, which=72)

    def f(w, z, old):
        z.keys = [ksk, z1 if old else z2]
    old, new = pair(f)
    bad = copy.copy(new)
    bad.override, bad.asked = {}, []
    bad.on("test.", "DNSKEY", lambda _: old.respond(n("test."), 48))
    expect(ask2(bad, new, "www.test."), "secure", ["192.0.2.1"])


@scenario
def old_ds_set_replayed():
    k1, k2 = kept(13, which=81), kept(13, which=82)

    def f(w, z, old):
        z.keys = [k1 if old else k2]
    old, new = pair(f)
    bad = copy.copy(new)
    bad.override, bad.asked = {}, []
    bad.on("test.", "DS", lambda _: old.respond(n("test."), 43))
    expect(ask2(bad, new, "www.test."), "secure", ["192.0.2.1"])


@scenario
def two_cnames_without_signatures():
    bad, new = pair(lambda w, z, old: None)
    bad = copy.copy(new)
    bad.override, bad.asked = {}, []
    bad.on("www.test.", "A", lambda _: reply(0, [(n("www.test."), 5, 300, n("a.test.")),
                                                (n("www.test."), 5, 300, n("b.test."))]))
    expect(ask2(bad, new, "www.test."), "secure", ["192.0.2.1"])


@scenario
def an_insecure_loop_made_by_the_first():
    w = World()
    w.zone(".")
    w.zone("test.").add("uns", "NS", "ns.uns.test.")
    w.zone("uns.test.", signed=False).add("www", "A", "192.0.2.7")
    w.build()
    bad = copy.copy(w)
    bad.override, bad.asked = {}, []
    bad.on("www.uns.test.", "A", lambda r: reply(0, [(n("www.uns.test."), 5, 300, n("a.uns.test.")),
                                                     (n("a.uns.test."), 5, 300, n("www.uns.test."))]))
    expect(ask2(bad, w, "www.uns.test."), "insecure", ["192.0.2.7"])


@scenario
def signed_by_a_sibling():
    w = World()
    w.zone(".")
    w.zone("test.")
    evil, vic = w.zone("evil.test."), w.zone("vic.test.")
    vic.add("www", "A", "192.0.2.1")
    w.build()
    w.on("www.vic.test.", "A", lambda r: reply(0, signed(evil, n("www.vic.test."), "A", "192.0.2.66",
                                                         signer=evil.name)))
    expect(w.ask("www.vic.test."), "bogus", reason="by zones that have no say")


if __name__ == "__main__":
    sys.exit(main())
