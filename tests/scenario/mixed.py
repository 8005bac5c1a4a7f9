# SPDX-License-Identifier: ISC
"""
tests/scenario/mixed.py: combinations: signatures and denials of several zones in one message, answers
of which a part is spoilt, and ways on which large datagrams are lost.
"""
import os, sys, struct
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab
from lab import *
from denial import *
SCENARIOS.clear()


def three(**kw):
    w = World()
    r, t, s = w.zone("."), w.zone("test.", **kw), w.zone("sub.test.")
    s.add("www", "A", "192.0.2.1")
    return w, r, t, s


@scenario
def ds_junk_signature_of_the_grandparent_first():
    w, r, t, s = three()
    w.build()
    good = t.sigs[t.key("sub", "DS")]
    junk = make_sig("sub.test.", "DS", t.get("sub", "DS")[1], K(13, which="z"), ".")
    sigs(t, "sub", "DS", junk, *good)
    expect(w.ask("www.sub.test."), "secure", WWW)


@scenario
def ds_expired_signature_of_the_grandparent_first():
    w, r, t, s = three()
    w.build()
    good = t.sigs[t.key("sub", "DS")]
    junk = make_sig("sub.test.", "DS", t.get("sub", "DS")[1], r.keys[0], ".", expiration=T0 - 5)
    sigs(t, "sub", "DS", junk, *good)
    expect(w.ask("www.sub.test."), "secure", WWW)


@scenario
def ds_also_signed_by_grandparent_validly():
    w, r, t, s = three()
    w.build()
    good = t.sigs[t.key("sub", "DS")]
    junk = make_sig("sub.test.", "DS", t.get("sub", "DS")[1], r.keys[0], ".")
    sigs(t, "sub", "DS", junk, *good)
    expect(w.ask("www.sub.test."), "secure", WWW)


@scenario
def junk_denial_of_root_in_insecure_ds_answer():
    w = World()
    r, t, u = w.zone("."), w.zone("test."), w.zone("u.test.", signed=False)
    u.add("www", "A", "192.0.2.1")
    w.build()
    def junk(x):
        x.authority = r.deniers(n("zzz.")) + r.rrs(".", "SOA") + x.authority
        return x
    w.on("u.test.", "DS", junk)
    expect(w.ask("www.u.test."), "insecure", WWW)
    w.on("www.test.", "A", junk)
    expect(w.ask("www.test."), "secure", rcode="NXDOMAIN")


@each
def wildcard_signature_with_the_same_data_beside_the_good_one(w, z):
    z.add("*", "A", "192.0.2.1")
    w.build()
    star = z.sigs[low(n("*.test.")), 1]
    z.sigs[z.key("www", "A")] = star + z.sigs[z.key("www", "A")]
    expect(w.ask("www.test."), "secure", ["192.0.2.1"])


@scenario
def nsec3_nxname():
    w, z = world((0, b""))
    w.build()
    put(w, "no.test.", "A", 0, (), soa(z) + match3(z, "no", "RRSIG NXNAME"))
    expect(w.ask("no.test."), "secure", rcode="NXDOMAIN")


@scenario
def alias_message_lacks_signature_of_target():
    w, z = world()
    w.build()
    w.on("cname.test.", "A", lambda r: r.without("www.test.", "RRSIG"))
    expect(w.ask("cname.test."), "secure", ["www.test.", "192.0.2.1"])


@scenario
def alias_message_has_expired_target():
    w, z = world()
    w.build()
    def f(r):
        r.without("www.test.", "RRSIG")
        r.answer.append((n("www.test."), 46, 300, z.sign("www", "A", expiration=T0 - 5)))
        return r
    w.on("cname.test.", "A", f)
    expect(w.ask("cname.test."), "secure", ["www.test.", "192.0.2.1"])


@scenario
def alias_message_has_forged_target():
    w, z = world()
    w.build()
    def f(r):
        r.answer = [x for x in r.answer if x[0] != n("www.test.")]
        r.answer.append((n("www.test."), 1, 300, rd("A", "192.0.2.66")))
        return r
    w.on("cname.test.", "A", f)
    expect(w.ask("cname.test."), "secure", ["www.test.", "192.0.2.1"])


@each
def ten_wildcard_links_in_one_message(w, z):
    for i in range(11):
        z.add("*.w%d" % i, "CNAME", "x.w%d.test." % (i + 1))
    z.add("*.w11", "A", "192.0.2.9")
    w.build()
    expect(w.ask("x.w8.test."), "secure")
    expect(w.ask("x.w0.test."), "secure")


def udp_only(f):
    import lab as L
    old = L.SERVER.answer
    def ans(q, limit):
        a = old(q, limit)
        return f(a) if limit == 1232 and a else a
    L.SERVER.answer = ans
    return old


def transport(f, check):
    old = udp_only(f)
    try:
        check()
    finally:
        lab.SERVER.answer = old


@scenario
def udp_cut_at_512_without_tc():
    w, r, z = two(keys=[K(8, 2048)])
    w.build()
    transport(lambda a: a[:512], lambda: expect(w.ask("www.test."), "secure", WWW))


@scenario
def udp_over_512_dropped():
    w, r, z = two(keys=[K(8, 2048)])
    w.build()
    transport(lambda a: a if len(a) <= 512 else None, lambda: expect(w.ask("www.test."), "secure", WWW))


@scenario
def deep_ip6_arpa():
    w = World()
    r = w.zone("."); t = w.zone("ip6.arpa.", nsec3=(0, b""))
    name = "8.b.d.0.1.0.0.2.ip6.arpa."
    u = w.zone(name, signed=False)
    q = ".".join("0123456789abcdef01234567") + "." + name
    u.add(q, "PTR", "a.test.")
    w.build()
    expect(w.ask(q, "PTR"), "insecure", ["a.test."])


@scenario
def deep_secure_zone_stripped():
    w = World()
    r = w.zone("."); t = w.zone("test.", nsec3=(0, b""))
    name = ".".join("abcdefghijklmnopqrstuvwxyz") + ".test."
    t.add(name, "A", "192.0.2.1")
    w.build()
    expect(w.ask(name), "secure", WWW)
    w.on(name, "A", lambda r: r.without(t="RRSIG"))
    expect(w.ask(name), "bogus")


@scenario
def optout_ent_secure_below():
    w = World()
    r = w.zone("."); t = w.zone("test.", nsec3=(0, b""), opt_out=True)
    s = w.zone("a.b.test."); u = w.zone("a.c.test.", signed=False)
    s.add("www", "A", "192.0.2.1"); u.add("www", "A", "192.0.2.1")
    w.build()
    expect(w.ask("www.a.b.test."), "secure", WWW)
    expect(w.ask("www.a.c.test."), "insecure", WWW)
    expect(w.ask("b.test."), "secure", [], rcode="NOERROR")
    expect(w.ask("a.c.test.", "DS"), "insecure", [])
    w.on("www.a.b.test.", "A", lambda r: r.without(t="RRSIG"))
    expect(w.ask("www.a.b.test."), "bogus")


@scenario
def unsigned_answer_at_optout_name_that_exists():
    w = World()
    r = w.zone("."); t = w.zone("test.", nsec3=(0, b""), opt_out=True)
    t.add("www", "A", "192.0.2.1")
    w.build()
    w.on("www.test.", "A", lambda r: r.without(t="RRSIG"))
    expect(w.ask("www.test."), "bogus")
    # DS of www denied by covering optout of other name
    def f(r):
        r.authority = soa(t) + t.deniers(n("test."), n("nope.test."))
        r.rcode = 3
        return r
    w.on("www.test.", "DS", f)
    expect(w.ask("www.test."), "bogus")


@scenario
def parent_and_child_nsec_at_the_cut_in_one_message():
    "a wildcard alias of the parent, proven by the NSEC of the delegation, ends below the child's apex NSEC"
    w = World()
    r, t, s = w.zone("."), w.zone("test."), w.zone("m.test.")
    t.add("*", "CNAME", "aa.m.test.")
    t.add("z", "A", "192.0.2.1")
    s.add("b", "A", "192.0.2.1")
    w.build()
    expect(w.ask("aa.m.test."), "secure", [], rcode="NXDOMAIN")
    expect(w.ask("p.test."), "secure", ["aa.m.test."], rcode="NXDOMAIN")


@scenario
def records_over_the_limit_are_named_in_the_reason():
    w, r, z = two()
    z.add("big", "A", *["10.0.%d.%d" % (i // 250, i % 250) for i in range(257)])
    w.build()
    expect(w.ask("big.test."), "bogus", reason="256")


if __name__ == "__main__":
    sys.exit(lab.main())
