# SPDX-License-Identifier: ISC
"""
tests/scenario/more.py: what test suites of other validators have and the rest here has not:
key rollovers of every kind, large honest set-ups that keep within the limits of work, odd cuts,
aliases and denials between zones of different kinds, and the codes and words of reasons.
"""
import os, struct, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab
from lab import *
from denial import *
SCENARIOS.clear()


def many(name, cases):
    def deco(f):
        for k, args in cases.items():
            SCENARIOS.append(("%s_%s" % (name, k), lambda args=args: f(*args)))
        return f
    return deco


def flip(d):
    return d[:-1] + bytes([d[-1] ^ 1])


def broken(sig):
    return flip(sig)


def relabel(k, flags):
    c = Key(k.alg, public=k.public, flags=flags, protocol=k.protocol)
    c.priv = k.priv
    return c


def k(i, alg=13, bits=None, flags=257):
    return K(alg, bits, flags=flags, which="r%d" % i)


# ---- rollovers -------------------------------------------------------------------------------------

@many("rollover", {
    # keys published, keys that sign the key set, keys in the DS set, state
    "double_ds_old_signs": ((0,), (0,), (0, 1), "secure"),
    "double_ds_new_signs": ((1,), (1,), (0, 1), "secure"),
    "double_ds_both_published_old_signs": ((0, 1), (0,), (0, 1), "secure"),
    "double_ds_both_published_new_signs": ((0, 1), (1,), (0, 1), "secure"),
    "double_ds_reversed": ((1, 0), (0,), (1, 0), "secure"),
    "double_ds_both_sign": ((0, 1), (0, 1), (0, 1), "secure"),
    "double_signature_old_ds": ((0, 1), (0, 1), (0,), "secure"),
    "double_signature_new_ds": ((0, 1), (0, 1), (1,), "secure"),
    "ds_swapped_too_early": ((0, 1), (0,), (1,), "bogus"),
    "ds_removed_too_late": ((1,), (1,), (0,), "bogus"),
    "six_stand_by_keys_with_ds": ((0, 1, 2, 3, 4, 5, 6), (6,), (0, 1, 2, 3, 4, 5, 6), "secure"),
    "twenty_ds_of_which_one_has_a_key": ((19,), (19,), tuple(range(20)), "secure")})
def rollover(pub, signing, ds, state):
    for algs in ((15,), (13, 8, 15, 10)):
        def key(i):
            a = algs[i % len(algs)]
            return k(i, a, 1024 if a in (8, 10) else None)
        w, r, z = two(keys=[key(i) for i in pub], ds=[key(i).ds("test.") for i in ds])
        w.build()
        sigs(z, "@", "DNSKEY", *[z.sign("@", "DNSKEY", key(i)) for i in signing])
        sigs(z, "www", "A", z.sign("www", "A", key(pub[-1])))
        expect(w.ask("www.test."), state, WWW if state == "secure" else [])
        if state == "secure" and len(signing) > 1:          # the first of the signatures is spoilt
            s = z.sigs[z.key("@", "DNSKEY")]
            for one_ in range(len(s)):
                sigs(z, "@", "DNSKEY", *[broken(x) if i == one_ else x for i, x in enumerate(s)])
                good = len(ds) == 2 or signing[1 - one_] in ds
                expect(w.ask("www.test."), "secure" if good else "bogus")


@scenario
def rollover_algorithm_every_stage():
    "RFC 6781 section 4.1.4, both ways round, seen by one who wants no more than one path"
    a, b = k(0, 8, 2048), k(1, 13)
    for keys, dnskey_by, data_by, ds, state in (
            ([a], [a], [a, b], [a], "secure"),               # new signatures before the new key
            ([a, b], [a, b], [a, b], [a], "secure"),
            ([a, b], [a, b], [a, b], [b], "secure"),
            ([b], [b], [a, b], [b], "secure"),                # old signatures after the old key
            ([b], [b], [a], [b], "bogus"), ([a], [a], [b], [a], "bogus"),
            ([a, b], [b], [a], [a, b], "secure"),              # a path through both
            ([a, b], [a], [b], [b], "bogus")):
        w, r, z = two(keys=keys, ds=[x.ds("test.") for x in ds])
        w.build()
        sigs(z, "@", "DNSKEY", *[z.sign("@", "DNSKEY", x) for x in dnskey_by])
        for name, t in (("www", "A"), ("www", "NSEC"), ("@", "NSEC"), ("@", "SOA")):
            sigs(z, name, t, *[z.sign(name, t, x) for x in data_by])
        expect(w.ask("www.test."), state, WWW if state == "secure" else [])
        expect(w.ask("no.test."), state, [])


@scenario
def one_ds_for_each_algorithm_and_one_of_them_broken():
    "RFC 6840 section 5.11: any one path is enough, whichever algorithm it uses"
    keys = [k(0, 8, 1024), k(1, 10, 1024), k(2, 13), k(3, 14), k(4, 15)]
    w, r, z = two(keys=keys)
    w.build()
    both = [(o, t, list(z.sigs[z.key(o, t)])) for o, t in (("@", "DNSKEY"), ("www", "A"))]
    for i in range(5):
        for o, t, s in both:
            sigs(z, o, t, *[broken(x) if j == i else x for j, x in enumerate(s)])
        expect(w.ask("www.test."), "secure", WWW)
        for o, t, s in both:
            sigs(z, o, t, *[x if j == i else broken(x) for j, x in enumerate(s)])
        expect(w.ask("www.test."), "secure", WWW)
        for o, t, s in both:
            sigs(z, o, t, s[i])
        expect(w.ask("www.test."), "secure", WWW)
    for o, t, s in both:
        sigs(z, o, t, *[broken(x) for x in s])
    expect(w.ask("www.test."), "bogus", [])


@scenario
def rfc5011_revoked_key_stays_in_the_set_and_signs_it():
    "the set is signed by the key that replaces it, and by the revoked one"
    old = relabel(k(0), 0x181)
    new = k(1)
    for ds, state in (([k(0).ds("test."), new.ds("test.")], "secure"), ([new.ds("test.")], "secure"),
                      ([k(0).ds("test.")], "bogus"), ([old.ds("test.")], "bogus"),
                      ([old.ds("test."), new.ds("test.")], "secure")):
        w, r, z = two(keys=[old, new], ds=ds)
        w.build()
        sigs(z, "www", "A", z.sign("www", "A", new))
        expect(w.ask("www.test."), state)
        sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY", old))
        expect(w.ask("www.test."), "bogus", [])


@scenario
def ds_of_a_key_that_is_there_but_signs_nothing_beside_one_that_does():
    "a CSK with a DS, and a ZSK with a DS of its own: either may vouch for the set"
    ksk, zsk = k(0), k(1, flags=256)
    w, r, z = two(keys=[ksk, zsk], ds=[zsk.ds("test."), ksk.ds("test.")])
    w.build()
    expect(w.ask("www.test."), "secure", WWW)
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY", zsk))
    expect(w.ask("www.test."), "secure", WWW)


def colliding(n_, alg=13):
    """Keys of one tag: one that signs and n_ - 1 that cannot."""
    key = k(0, alg)
    out = [key]
    for j in range(1, 30):
        w_ = [key.public[x:x + 2] for x in range(0, len(key.public), 2)]
        w_[0], w_[j] = w_[j], w_[0]
        c = Key(alg, public=b"".join(w_))
        if c.public != key.public and len(out) < n_:
            assert c.tag() == key.tag()
            out.append(c)
    return out


@many("ds_for_colliding_keys", {"%d_%s" % (i, where): (i, where, i < 5 or where == "first")
                                for i in (2, 4, 5, 8) for where in ("first", "last")})
def ds_for_colliding(i, where, good):
    "each of them has a DS: no more of them are tried than of any"
    ks = colliding(i)
    ks = ks if where == "first" else ks[1:] + ks[:1]
    w, r, z = two(keys=[k(0)], ds=[x.ds("test.") for x in ks])
    w.build()
    z.sets[z.name, 48] = [x.rdata() for x in ks]
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY"))
    if good:
        expect(w.ask("www.test."), "secure", WWW)
    else:
        expect(w.ask("www.test."), "bogus", [], reason="limit")


@scenario
def ds_names_one_of_eight_colliding_keys():
    "the DS tells which of them: the seven others are not tried for the key set"
    ks = colliding(8)
    w, r, z = two(keys=[ks[0], k(1, flags=256)])
    w.build()
    z.sets[z.name, 48] = [x.rdata() for x in ks[1:] + z.keys]
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY"))
    expect(w.ask("www.test."), "secure", WWW)


@scenario
def ds_delete_form_and_unknown_numbers():
    "0 0 0 00 (RFC 8078 section 4) is a DS of an unsupported algorithm; beside a good one it is nothing"
    z0 = bytes([0, 0, 0, 0, 0])
    w, r, z = two(ds=[z0])
    expect(w.build().ask("www.test."), "insecure", WWW, ede=1)
    w, r, z = two(ds=[z0, K(13, which=low(n("test."))).ds("test.")])
    expect(w.build().ask("www.test."), "secure", WWW)


@scenario
def dnskey_set_of_twenty_keys_over_tcp():
    keys = [k(0, 8, 2048), k(1, 8, 2048)] + [k(i, 8, 2048, flags=256) for i in (0, 1)]
    w, r, z = two(keys=keys, ds=[keys[0].ds("test."), keys[1].ds("test.", 4)])
    w.build()
    z.sets[z.name, 48] = [Key(8, public=b"\3\1\0\1" + bytes([i | 0x80] + [i] * 254 + [1]), flags=256).rdata()
                          for i in range(16)] + [x.rdata() for x in keys]
    for o, t in (("@", "DNSKEY"), ("www", "A")):
        sigs(z, o, t, *[z.sign(o, t, x) for x in keys[:4]])
    expect(w.ask("www.test."), "secure", WWW)


# ---- signatures ------------------------------------------------------------------------------------------

@many("eight_signatures", {"%d" % a: (a,) for a in (8, 13, 14, 15)})
def eight(a):
    "seven that fail and a good one, last, at every set of the chain's last zone"
    w, r, z = two(keys=[K(a, 2048)])
    w.build()
    bad = [broken(z.sign("www", "A", inception=T0 - 100 - j)) for j in range(7)]
    sigs(z, "www", "A", *bad, z.sign("www", "A"))
    expect(w.ask("www.test."), "secure", WWW)


@scenario
def signature_made_for_another_class_of_name_case():
    "an owner in mixed case signs as lower case, a wildcard's too"
    w, z = world()
    z.add("*.MiXed", "A", "192.0.2.8")
    w.build()
    expect(w.ask("PQ.mixed.test."), "secure", ["192.0.2.8"])
    expect(w.ask("pq.MIXED.TEST."), "secure", ["192.0.2.8"])


@each
def star_label_from_a_wildcard_above(w, z):
    "*.no.test made from *.test is an expansion like any other (RFC 4592 section 2.1.3)"
    z.add("*", "A", "192.0.2.8")
    w.build()
    for name in ("*.no.test.", "x.*.no.test."):
        expect(w.ask(name), "secure", ["192.0.2.8"])
        w.on(name, "A", lambda r: r.without(None, "NSEC").without(None, "NSEC3"))
        expect(w.ask(name), "bogus", [])
    expect(w.ask("*.test."), "secure", ["192.0.2.8"])
    expect(w.ask("*.*.test."), "secure", [], rcode="NXDOMAIN")        # below a name that exists
    expect(w.ask("x.ent.test."), "secure", [], rcode="NXDOMAIN")      # *.ent does not exist, ent does


@scenario
def wildcard_signature_with_fewer_labels_than_its_wildcard():
    "made by the true key over the name *.test, while the wildcard is *.wild.test"
    w, z = world()
    w.build()
    d = [rd("A", "192.0.2.2")]
    s = make_sig("p.wild.test.", "A", d, z.keys[0], "test.", nlabels=1)
    put(w, "p.wild.test.", "A", 0, [(n("p.wild.test."), 1, 300, d[0]), (n("p.wild.test."), 46, 300, s)],
        z.deniers(n("p.wild.test.")))
    expect(w.ask("p.wild.test."), "bogus", [])
    s = make_sig("p.wild.test.", "A", d, z.keys[0], "test.", nlabels=0)
    put(w, "p.wild.test.", "A", 0, [(n("p.wild.test."), 1, 300, d[0]), (n("p.wild.test."), 46, 300, s)],
        z.deniers(n("p.wild.test.")))
    expect(w.ask("p.wild.test."), "bogus", [])


@many("time_at_the_edges", {"%s_%s" % (t, "ds" if o == "test." else "") if o != "@" else t: (o, t) for o, t in (
    ("@", "DNSKEY"), ("test.", "DS"), ("www", "NSEC"), ("root", "DNSKEY"))})
def edges(o, t):
    "to the second, for every record of the chain"
    for at, state, ede in ((-1, "bogus", 8), (0, "secure", None), (500, "secure", None), (501, "bogus", 7)):
        w, r, z = two()
        w.build()
        y = r if o in ("test.", "root") else z
        o2 = "@" if o == "root" else o
        sigs(y, o2, t, y.sign(o2, t, inception=T0, expiration=T0 + 500))
        expect(w.ask("www.test.", "MX" if t == "NSEC" else "A", at=T0 + at), state, ede=ede, reason=None if
               state == "secure" else t)


@scenario
def ttl_by_the_shortest_of_all_its_limits():
    w, r, z = two()
    w.build()
    for kw, sigttl, ttl, want in ((dict(ottl=60, expiration=T0 + 30), 300, 300, 30),
                                  (dict(ottl=60), 20, 300, 20), (dict(ottl=60), 300, 5, 5), (dict(ottl=0), 300, 300, 0)):
        sigs(z, "www", "A", z.sign("www", "A", **kw))
        w.on("www.test.", "A", lambda x: setattr(x, "answer", [
            (o, t, sigttl if t == 46 else ttl, d) for o, t, _, d in x.answer]) or x)
        got = expect(w.ask("www.test."), "secure", WWW).answer[0]["ttl"]
        if got != want:
            raise Wrong("TTL %d, not %d" % (got, want))


@each
def ttl_of_aliases_and_wildcards(w, z):
    z.sigs[z.key("*.wc", "CNAME")] = [z.sign("*.wc", "CNAME", expiration=T0 + 11)]
    z.sigs[z.key("dn", "DNAME")] = [z.sign("dn", "DNAME", ottl=17)]
    r = expect(w.ask("p.wc.test."), "secure")
    if [a["ttl"] for a in r.answer] != [11, 300]:
        raise Wrong(r.answer)
    r = expect(w.ask("a.dn.test."), "secure")
    if [(a["type"], a["ttl"]) for a in r.answer] != [("DNAME", 17), ("CNAME", 17), ("A", 300)]:
        raise Wrong(r.answer)


# ---- zones and cuts ------------------------------------------------------------------------------------------

@each
def names_below_an_alias(w, z):
    "a CNAME has no other data, but names below it may be anything: RFC 1034 section 3.6.2"
    z.add("www.cname", "A", "192.0.2.4").add("u.cname", "NS", "ns.u.cname.test.")
    w.zone("s.cname.test.").add("www", "A", "192.0.2.6")
    w.zone("u.cname.test.", signed=False).add("www", "A", "192.0.2.5")
    w.build()
    expect(w.ask("www.cname.test."), "secure", ["192.0.2.4"])
    expect(w.ask("www.s.cname.test."), "secure", ["192.0.2.6"])
    expect(w.ask("www.u.cname.test."), "insecure", ["192.0.2.5"])
    expect(w.ask("no.cname.test."), "secure", [], rcode="NXDOMAIN")
    w.on("www.cname.test.", "A", lambda r: r.without(t="RRSIG"))
    expect(w.ask("www.cname.test."), "bogus", [])
    w.on("www.s.cname.test.", "A", lambda r: r.without(t="RRSIG"))
    expect(w.ask("www.s.cname.test."), "bogus", [])


@each
def cut_below_a_wildcard_name(w, z):
    "a delegation at a name that the wildcard would else answer for: the wildcard has no say"
    z.add("*", "A", "192.0.2.8")
    u = w.zone("u.test.", signed=False).add("www", "A", "192.0.2.5")
    s = w.zone("s.test.").add("www", "A", "192.0.2.6")
    w.build()
    expect(w.ask("www.u.test."), "insecure", ["192.0.2.5"])
    expect(w.ask("www.s.test."), "secure", ["192.0.2.6"])
    star, sig = z.get("*", "A")[1], z.sigs[low(n("*.test.")), 1]
    for name in ("www.s.test.", "s.test.", "no.s.test."):
        put(w, name, "A", 0, [(n(name), 1, 300, star[0])] + [(n(name), 46, 300, x) for x in sig],
            World.once(z.deniers(n(name), n("s.test."), n("no.test."))))
        expect(w.ask(name), "bogus", [])


@each
def nsec_of_a_cut_denies_what_sorts_after_it(w, z):
    "only names below the cut are out of its reach"
    w.zone("sub.test.").add("www", "A", "192.0.2.7")
    w.build()
    expect(w.ask("sub0.test."), "secure", [], rcode="NXDOMAIN")
    expect(w.ask("suc.test."), "secure", [], rcode="NXDOMAIN")
    expect(w.ask("unsignee.test."), "secure", [], rcode="NXDOMAIN")
    expect(w.ask("dn0.test."), "secure", [], rcode="NXDOMAIN")


@each
def signed_below_unsigned_below_signed(w, z):
    "an island is insecure without an anchor, whatever its parent's parent proves"
    u = w.zone("u.test.", signed=False)
    i = w.zone("i.u.test.").add("www", "A", "192.0.2.5")
    w.build()
    expect(w.ask("www.i.u.test."), "insecure", ["192.0.2.5"])
    expect(w.ask("no.i.u.test."), "insecure", [], rcode="NXDOMAIN")
    expect(w.ask("i.u.test.", "DS"), "insecure")
    expect(w.ask("i.u.test.", "DNSKEY"), "insecure")
    i.sigs[i.key("www", "A")] = [i.sign("www", "A", expiration=T0 - 1)]
    expect(w.ask("www.i.u.test."), "insecure", ["192.0.2.5"])
    w.anchors = [(".", "DS", w.zones[0].keys[0].ds(".")), ("i.u.test.", "DS", i.keys[0].ds("i.u.test."))]
    expect(w.ask("www.i.u.test."), "bogus", [], ede=7)
    expect(w.ask("no.i.u.test."), "secure", [], rcode="NXDOMAIN")
    expect(w.ask("www.u.test."), "insecure", [], rcode="NXDOMAIN")
    expect(w.ask("i.u.test.", "DS"), "insecure")


@scenario
def root_answers_of_every_kind():
    w = World()
    for n3 in (None, (0, b""), (5, b"\x01")):
        w = World()
        r = w.zone(".", nsec3=n3)
        r.add("www.", "A", "192.0.2.1").add("*.wild.", "A", "192.0.2.2")
        w.build()
        expect(w.ask("www."), "secure", WWW)
        expect(w.ask("."), "secure", [], rcode="NOERROR")
        expect(w.ask("no."), "secure", [], rcode="NXDOMAIN")
        expect(w.ask("a.b.c.no."), "secure", [], rcode="NXDOMAIN")
        expect(w.ask("x.wild."), "secure", ["192.0.2.2"])
        expect(w.ask("x.wild.", "MX"), "secure", [], rcode="NOERROR")
        expect(w.ask("zzz."), "secure", [], rcode="NXDOMAIN")


@scenario
def grandchild_cut_without_a_zone_between_on_one_server():
    "a.b.c.test is delegated from test straight away; b.c.test is an empty non-terminal"
    for n3 in (None, (0, b"")):
        w = World()
        w.zone(".")
        t, z = w.zone("test.", nsec3=n3), w.zone("a.b.c.test.", nsec3=n3)
        z.add("www", "A", "192.0.2.1")
        w.build()
        expect(w.ask("www.a.b.c.test."), "secure", WWW)
        expect(w.ask("b.c.test."), "secure", [], rcode="NOERROR")
        expect(w.ask("x.b.c.test."), "secure", [], rcode="NXDOMAIN")
        expect(w.ask("b.c.test.", "DS"), "secure", [], rcode="NOERROR")
        w.on("www.a.b.c.test.", "A", lambda r: r.without(t="RRSIG"))
        expect(w.ask("www.a.b.c.test."), "bogus", [], ede=10)


@scenario
def ds_nodata_from_an_island_cannot_unsign_a_zone():
    "the root's own denial of DS for test., replayed under another name, or signed by test. itself"
    w, r, z = two()
    r.add("other.", "NS", "ns.other.")
    w.build()
    for auth in (r.rrs(".", "SOA") + r.deniers(n("other.")), soa(z) + nsec(z, "@", "www", "NS RRSIG NSEC"),
                 r.rrs(".", "SOA") + r.deniers(n("test."))):
        put(w, "test.", "DS", 0, (), auth)
        put(w, "www.test.", "A", 0, [(n("www.test."), 1, 300, rd("A", "192.0.2.66"))])
        expect(w.ask("www.test."), "bogus", [])


# ---- denial --------------------------------------------------------------------------------------------------

@each
def types_in_high_windows(w, z):
    "bitmaps of several windows"
    for t in (257, 32769, 65280, 65534):
        z.add("hi", t, b"\x01\x02\x03")
    w.build()
    for t in ("TYPE257", "TYPE32769", "TYPE65280", "TYPE65534"):
        if len(expect(w.ask("hi.test.", t), "secure").answer) != 1:
            raise Wrong(t)
        put(w, "hi.test.", typ(int(t[4:])), 0, (), soa(z) + z.deniers(n("hi.test.")))
        expect(w.ask("hi.test.", t), "bogus", [])
    for t in ("TYPE256", "TYPE258", "TYPE32768", "TYPE65279", "TYPE65281", "A"):
        expect(w.ask("hi.test.", t), "secure", [], rcode="NOERROR")


@each
def wildcard_is_an_empty_non_terminal(w, z):
    "*.ewt has names below it and no records: NODATA for all that it would match (RFC 4592 section 2.2.2)"
    z.add("x.*.ewt", "A", "192.0.2.8")
    w.build()
    expect(w.ask("p.ewt.test."), "secure", [], rcode="NOERROR")
    expect(w.ask("*.ewt.test."), "secure", [], rcode="NOERROR")
    expect(w.ask("x.*.ewt.test."), "secure", ["192.0.2.8"])
    expect(w.ask("y.*.ewt.test."), "secure", [], rcode="NXDOMAIN")


@each
def wildcard_that_is_a_cut(w, z):
    "RFC 4592 section 4.2: undefined; nothing unsigned may come of it for a name that is made from it"
    z.add("*.wns", "NS", "ns.other.")
    w.build()
    put(w, "p.wns.test.", "A", 0, [(n("p.wns.test."), 1, 300, rd("A", "192.0.2.66"))])
    expect(w.ask("p.wns.test."), "bogus", [])
    p = dict(salt=z.nsec3[1], it=z.nsec3[0]) if z.nsec3 else {}
    auth = soa(z) + World.once(z.deniers(n("p.wns.test."), n("*.wns.test."), n("wns.test.")))
    put(w, "p.wns.test.", "MX", 0, (), auth)
    expect(w.ask("p.wns.test.", "MX"), "bogus", [])


@each
def denial_with_a_good_and_a_bad_copy(w, z):
    "a spoilt signature beside the good one in each record of the proof"
    r = w.respond(n("no.test."), 1)
    auth = []
    for x in r.authority:
        if x[1] == 46:
            auth.append((x[0], 46, x[2], broken(x[3])))
        auth.append(x)
    put(w, "no.test.", "A", 3, (), auth)
    expect(w.ask("no.test."), "secure", [], rcode="NXDOMAIN")


@each
def denial_with_junk_of_other_types_in_the_authority_section(w, z):
    r = w.respond(n("no.test."), 1)
    junk = [(n("evil.test."), 1, 300, rd("A", "192.0.2.66")), (n("no.test."), 2, 300, n("ns.evil.")),
            (n("test."), 43, 300, bytes(36)), (n("no.test."), 5, 300, n("www.evil."))]
    put(w, "no.test.", "A", 3, (), junk + r.authority + junk)
    expect(w.ask("no.test."), "secure", [], rcode="NXDOMAIN")


@each
def denial_without_soa(w, z):
    "the SOA is for caches; the proof is the NSEC's alone"
    for name, t, rc in (("no.test.", "A", "NXDOMAIN"), ("www.test.", "MX", "NOERROR"), ("p.wild.test.", "MX", "NOERROR")):
        r = w.respond(n(name), typ(t))
        put(w, name, t, r.rcode, (), [x for x in r.authority if x[1] != 6 and not
                                      (x[1] == 46 and x[3][:2] == b"\0\6")])
        expect(w.ask(name, t), "secure", [], rcode=rc)
    # and a bad signature on the SOA spoils nothing
    r = w.respond(n("no.test."), 1)
    put(w, "no.test.", "A", 3, (), [(x[0], 46, x[2], broken(x[3])) if x[1] == 46 and x[3][:2] == b"\0\6" else x
                                    for x in r.authority])
    if w.ask("no.test.").status not in ("secure", "bogus"):
        raise Wrong("a bad SOA")


@each
def denial_in_the_answer_section(w, z):
    "NSEC and NSEC3 count where they belong"
    r = w.respond(n("no.test."), 1)
    put(w, "no.test.", "A", 3, r.authority)
    a = w.ask("no.test.")
    if a.status == "insecure" or a.answer:
        raise Wrong("%s %s" % (a.status, a.answer))


@each
def a_denial_of_one_name_for_another(w, z):
    "every denial that the zone has ever given, for a name that exists"
    some = [w.respond(n(x), 1).authority for x in ("no.test.", "a.b.no.test.", "x.www.test.", "no.wild.test.", "zz.test.",
                                                  "x.ent.test.", "x.dn.test.", "x.unsigned.test.")]
    some += [w.respond(n(x), 15).authority for x in ("www.test.", "mail.test.", "test.", "ent.test.", "*.wild.test.",
                                                     "p.wild.test.", "b.test.")]
    for auth in some:
        for rcode in (0, 3):
            put(w, "mail.test.", "A", rcode, (), auth)
            expect(w.ask("mail.test."), "bogus", [])
    every = World.once(sum(some, []))[:60]
    put(w, "mail.test.", "A", 3, (), every)
    expect(w.ask("mail.test."), "bogus", [])


@scenario
def nsec_that_points_out_of_its_zone():
    "val_nx_overreach: the child's NSEC says something of its parent's names, or of its siblings"
    w, z = world()
    s = w.zone("sub.test.")
    w.build()
    for auth in (nsec(s, "@", "zzz.test.", "NS SOA RRSIG NSEC DNSKEY"), nsec(s, "a", "zzz.test.", "A RRSIG NSEC"),
                 nsec(s, "zz", "sub.test.", "A RRSIG NSEC")):
        for name in ("www.test.", "sud.test.", "no.test."):
            put(w, name, "A", 3, (), soa(s) + auth)
            expect(w.ask(name), "bogus", [])


@scenario
def nsec3_optout_empty_non_terminals():
    "RFC 5155 section 7.1: an empty non-terminal of unsigned delegations alone has no NSEC3 under opt-out"
    w = World()
    w.zone(".")
    z = w.zone("test.", nsec3=(0, b""), opt_out=True)
    w.zone("u.ent.test.", signed=False).add("www", "A", "192.0.2.7")
    w.build()
    expect(w.ask("www.u.ent.test."), "insecure", ["192.0.2.7"])
    expect(w.ask("ent.test."), "insecure", [])
    expect(w.ask("u.ent.test.", "DS"), "insecure", [])
    # the same with the flag cleared in the record that covers it
    put(w, "ent.test.", "DS", 0, (), soa(z) + match3(z, "@", "SOA NS RRSIG") + cover3(z, "ent"))
    put(w, "u.ent.test.", "DS", 0, (), soa(z) + match3(z, "@", "SOA NS RRSIG") + cover3(z, "ent"))
    put(w, "ent.test.", "A", 0, (), soa(z) + match3(z, "@", "SOA NS RRSIG") + cover3(z, "ent"))
    expect(w.ask("ent.test."), "bogus", [])
    expect(w.ask("www.u.ent.test."), "bogus", [])


@scenario
def nsec3_optout_cannot_hide_an_answer_of_the_zone():
    "signed data in an opt-out zone, taken away: what denies it must be its own NSEC3"
    w, z = world3(opt_out=True)
    for auth in (three(z, "mail", flags=1), three(z, "no", flags=1), [z.deniers(n("test.")), z.deniers(n("mail.test."))],
                 [z.deniers(n("test.")), z.deniers(n("no.test."))]):
        r = nx3(w, z, auth, "mail.test.")
        if r.status == "secure":
            raise Wrong(r.reason)
    put(w, "mail.test.", "A", 0, [(n("mail.test."), 1, 300, rd("A", "192.0.2.66"))])
    expect(w.ask("mail.test."), "bogus", [])


@scenario
def nsec3_of_an_old_chain_beside_the_new_one():
    "RFC 5155 section 10.4: while the salt changes both chains are in the zone; either proves, a mix does not"
    w, z = world3()
    for a, b in ((dict(), dict(salt=b"\xab", it=1)), (dict(salt=b"\1"), dict(salt=b"\2")), (dict(it=1), dict(it=2))):
        p, q = three(z, **a), three(z, **b)
        for i in range(8):
            mix = [(q if i >> j & 1 else p)[j] for j in range(3)]
            expect(nx3(w, z, mix), "secure" if i in (0, 7) else "bogus")
        expect(nx3(w, z, [q[0], p[0], q[1], p[1], q[2], p[2]]), "secure")
        expect(nx3(w, z, [p[0], q[0], q[1], p[2], q[2]]), "secure")


@scenario
def nsec3_hash_of_the_name_itself_as_a_border():
    "owner < hash < next, strictly: a span that begins or ends at the hash does not cover it"
    w, z = world3()
    h = nsec3_hash(z.abs("no"))
    m, s = match3(z, "@", "SOA NS RRSIG"), cover3(z, "*")
    expect(nx3(w, z, [m, nsec3_raw(z, plus(h, -5), h, "A RRSIG"), s]), "bogus")
    expect(nx3(w, z, [m, nsec3_raw(z, h, plus(h, 5), "NS"), s]), "bogus")
    expect(nx3(w, z, [m, nsec3_raw(z, plus(h, -5), plus(h, 1), "A"), s]), "secure")
    expect(nx3(w, z, [m, nsec3_raw(z, plus(h, -1), plus(h, -1), "A"), s]), "secure")   # the only one: all but itself
    expect(nx3(w, z, [m, nsec3_raw(z, h, h, "NS"), s]), "bogus")
    last = b"\xff" * 20
    expect(nx3(w, z, [m, nsec3_raw(z, plus(h, -1), plus(h, -2), "A"), s]), "secure")    # wraps round
    expect(nx3(w, z, [m, nsec3_raw(z, plus(h, 2), plus(h, 1), "A"), s]), "secure")      # wraps, the other side
    expect(nx3(w, z, [m, nsec3_raw(z, plus(h, 1), plus(h, -1), "A"), s]), "bogus")
    expect(nx3(w, z, [m, nsec3_raw(z, plus(h, 1), last, "A"), s]), "bogus")


@scenario
def compact_denial_of_delegations_and_wildcards():
    "RFC 9824: unsigned and signed delegations, empty non-terminals, types asked for at names that are not there"
    w, z = world()
    w.zone("sec.test.").add("www", "A", "192.0.2.6")
    w.build()
    def cd(name, types):
        return soa(z) + nsec(z, name, "\\000." + name, types)
    put(w, "unsigned.test.", "DS", 0, (), cd("unsigned.test.", "NS RRSIG NSEC"))
    put(w, "www.unsigned.test.", "A", 0, [(n("www.unsigned.test."), 1, 300, rd("A", "192.0.2.9"))])
    expect(w.ask("www.unsigned.test."), "insecure", ["192.0.2.9"])
    put(w, "sec.test.", "DS", 0, (), cd("sec.test.", "RRSIG NSEC NXNAME"))   # a lie, but the zone's own
    expect(w.ask("sec.test.", "DS"), "secure", [], rcode="NXDOMAIN")
    put(w, "www.sec.test.", "A", 0, [(n("www.sec.test."), 1, 300, rd("A", "192.0.2.66"))])
    expect(w.ask("www.sec.test."), "bogus", [])
    for t in ("AAAA", "TLSA", "ANY", "TYPE65000", "DNSKEY"):
        put(w, "no.test.", t, 0, (), cd("no.test.", "RRSIG NSEC NXNAME"))
        expect(w.ask("no.test.", t), "secure", [], rcode="NXDOMAIN")
    # the compact denial of one name for another, and of a name for those below it
    put(w, "x.no.test.", "A", 0, (), cd("no.test.", "RRSIG NSEC NXNAME"))
    expect(w.ask("x.no.test."), "bogus", [])
    put(w, "no2.test.", "A", 0, (), cd("no.test.", "RRSIG NSEC NXNAME"))
    expect(w.ask("no2.test."), "bogus", [])


@many("without_part", {kind: (p,) for kind, p in KINDS.items()})
def without_part(p):
    "an alias to a denial of each kind, each proof whole and without each of its parts"
    w, z = world(p)
    for i, target in enumerate(("no", "a.b.no", "ent", "p.wild", "www")):
        z.add("al%d" % i, "CNAME", "%s.test." % target)
    w.build()
    for i, (target, t, rc) in enumerate((("no", "A", "NXDOMAIN"), ("a.b.no", "A", "NXDOMAIN"), ("ent", "A", "NOERROR"),
                                         ("p.wild", "MX", "NOERROR"), ("www", "MX", "NOERROR"))):
        good = w.respond(n("al%d.test." % i), typ(t))
        expect(w.ask("al%d.test." % i, t), "secure", rcode=rc)
        sets = World.once([(r[0], r[1]) for r in good.authority if r[1] in (47, 50)])
        for o, ty in sets:
            for name in ("al%d.test." % i, target + ".test."):
                w.on(name, t, lambda r: setattr(r, "authority", [x for x in r.authority if low(x[0]) != low(o) or
                                                                 x[1] == 6]) or r)
            expect(w.ask("al%d.test." % i, t), "bogus", [])
            w.override.clear()


# ---- aliases ---------------------------------------------------------------------------------------------------

@scenario
def alias_into_an_optout_span_and_back():
    "the weakest link is the wildcard expansion under opt-out"
    w, z = world3(opt_out=True)
    z.add("al", "CNAME", "p.wc.test.").add("al2", "CNAME", "p.wild.test.").add("al3", "CNAME", "no.test.")
    w.build()
    expect(w.ask("al.test."), "insecure", ["p.wc.test.", "www.test.", "192.0.2.1"], reason=["opt-out", "p.wc.test"])
    expect(w.ask("al2.test."), "insecure", ["p.wild.test.", "192.0.2.2"], reason=["opt-out", "p.wild.test"])
    expect(w.ask("al3.test."), "insecure", ["no.test."], reason=["opt-out"])


@scenario
def alias_that_leaves_says_at_which_link():
    w, a, b, u, x = web()
    a.add("c1", "CNAME", "c2.b.").add("own", "CNAME", "host.u.")
    b.add("c2", "CNAME", "c3.u.")
    u.add("c3", "CNAME", "c4.a.")
    a.add("c4", "CNAME", "host.x.")
    w.build()
    expect(w.ask("c1.a."), "insecure", reason=["c3.u", "alias 3"])
    expect(w.ask("own.a."), "insecure", ["host.u.", "192.0.2.1"], reason=["host.u", "alias 1"])
    spoil_x(w, x)
    expect(w.ask("c1.a."), "bogus", [], reason=["host.x"])
    expect(w.ask("c1.a.", "CNAME"), "secure", ["c2.b."])


@scenario
def alias_asked_for_ds_at_a_cut():
    "val_ds_cname: the alias stands in the parent, or in the child, where it has no say"
    w = World()
    r, t, s = w.zone("."), w.zone("test."), w.zone("sub.test.")
    t.add("al", "CNAME", "sub.test.")
    w.build()
    expect(w.ask("al.test.", "DS"), "secure")
    sig = make_sig("sub.test.", "CNAME", [n("www.test.")], s.keys[0], "sub.test.")
    put(w, "sub.test.", "DS", 0, [(n("sub.test."), 5, 300, n("www.test.")), (n("sub.test."), 46, 300, sig)])
    expect(w.ask("sub.test.", "DS"), "bogus", [])
    put(w, "www.sub.test.", "A", 0, [(n("www.sub.test."), 1, 300, rd("A", "192.0.2.66"))])
    expect(w.ask("www.sub.test."), "bogus", [])


@scenario
def dname_chain_of_twelve():
    "each DNAME is a link, the CNAME that it makes is not"
    w = World()
    w.zone(".")
    z = w.zone("test.")
    for i in range(13):
        z.add("d%d" % i, "DNAME", "d%d.test." % (i + 1))
    z.add("x.d13", "A", "192.0.2.1")
    w.build()
    r = expect(w.ask("x.d1.test."), "secure")
    if r.data()[0] != "192.0.2.1" or len(r.answer) != 25:
        raise Wrong("%d records" % len(r.answer))
    expect(w.ask("x.d0.test."), "bogus", [], reason="12")


@each
def dname_and_a_name_that_would_be_hidden_by_it(w, z):
    "RFC 6672 section 2.4: names below a DNAME do not exist, though signatures of them may be about"
    z.add("old.dn", "A", "192.0.2.66")
    w.build()
    put(w, "old.dn.test.", "A", 0, z.rrs("old.dn", "A"))
    r = w.ask("old.dn.test.")
    if r.status == "insecure":
        raise Wrong(r.reason)


@scenario
def dname_to_root_and_to_itself():
    w, a, b, u, x = web()
    a.add("up", "DNAME", ".").add("in", "DNAME", "x.in.a.").add("self", "DNAME", "self.a.")
    w.zones[0].add("www.", "A", "192.0.2.3")
    w.build()
    expect(w.ask("www.up.a."), "secure", [".", "www.", "192.0.2.3"])
    expect(w.ask("host.b.up.a."), "secure", [".", "host.b.", "192.0.2.1"])
    for name in ("q.in.a.", "q.self.a."):
        expect(w.ask(name), "bogus", [])


@scenario
def cname_for_every_type_asked():
    w, a, b, u, x = web()
    a.add("al", "CNAME", "host.b.")
    b.add("host", "MX", "1 host.b.").add("host", "TXT", "t").add("host", 65280, b"\1")
    w.build()
    for t, data in (("MX", "1 host.b."), ("TXT", '"t"'), ("TYPE65280", "\\# 1 01")):
        expect(w.ask("al.a.", t), "secure", ["host.b.", data])
    expect(w.ask("al.a.", "DNSKEY"), "secure", ["host.b."], rcode="NOERROR")
    expect(w.ask("al.a.", "NS"), "secure", ["host.b."], rcode="NOERROR")
    expect(w.ask("al.a.", "DS"), "secure", ["host.b."], rcode="NOERROR")
    expect(w.ask("al.a.", "NSEC"), "secure")


# ---- large and honest ---------------------------------------------------------------------------------------------

def deep(names, alg, bits=None, **kw):
    w = World()
    zs = [w.zone(x, keys=[K(alg, bits, which="deep%d" % i)], **kw) for i, x in enumerate(names)]
    return w, zs


@many("chain_of_zones", {"%d_of_%d" % (n, a): (n, a, b) for n, a, b in
                         ((9, 8, 4096), (9, 13, None), (7, 14, None))})
def chain_of_zones(n, a, b):
    names = ["."] + [".".join("z%d" % j for j in range(i, 0, -1)) + "." for i in range(1, n)]
    w, zs = deep(names, a, b)
    zs[-1].add("www", "A", "192.0.2.1")
    w.build()
    expect(w.ask("www." + names[-1]), "secure", WWW)
    expect(w.ask("no." + names[-1]), "secure", [], rcode="NXDOMAIN")


@many("twelve_aliases_over_twelve_zones", {str(a): (a, b) for a, b in ((8, 2048), (13, None))})
def twelve(a, b):
    "64 good verifications for each link; these are 3"
    w, zs = deep(["."] + ["z%d." % i for i in range(13)], a, b)
    for i in range(12):
        zs[i + 1].add("al", "CNAME", "al.z%d." % (i + 1))
    zs[13].add("al", "A", "192.0.2.1")
    w.build()
    r = expect(w.ask("al.z0."), "secure")
    if len(r.answer) != 13:
        raise Wrong("%d records" % len(r.answer))
    expect(w.ask("al.z0.", "MX"), "secure", rcode="NOERROR")


@many("aliases_over_p384_zones", {"2": (2,), "12": (12,)})
def costly_aliases(n):
    "18 verifications with P-384 take 60 to 90 ms: what costs more than 100 is refused, honest or not"
    w, zs = deep(["."] + ["z%d." % i for i in range(n + 1)], 14)
    for i in range(n):
        zs[i + 1].add("al", "CNAME", "al.z%d." % (i + 1))
    zs[n + 1].add("al", "A", "192.0.2.1")
    w.build()
    if n == 2:
        expect(w.ask("al.z0."), "secure")
    else:
        expect(w.ask("al.z0."), "bogus", reason="limit")


@many("any_of_fourteen_types", {str(a): (a,) for a in (13, 14)})
def any_large(a):
    w, zs = deep([".", "test."], a, 2048)
    z = zs[1]
    for t in ("A", "AAAA", "MX", "TXT", "CAA", "TLSA", "SSHFP", "URI", "HINFO", "LOC"):
        z.add("@", t, {"A": "192.0.2.1", "AAAA": "::1", "MX": "1 a.", "TXT": "x", "CAA": '0 issue "x"',
                       "TLSA": "3 1 1 " + "00" * 32, "SSHFP": "1 1 " + "00" * 20, "URI": '1 1 "x"', "HINFO": '"a" "b"',
                       "LOC": "0 0 0.000 N 0 0 0.000 E 0m"}[t])
    w.build()
    r = expect(w.ask("test.", "ANY"), "secure")
    if len({x["type"] for x in r.answer}) < 13:
        raise Wrong(sorted({x["type"] for x in r.answer}))


@scenario
def name_of_forty_labels():
    name = ".".join("l%d" % i for i in range(38)) + ".test."
    for n3 in (None, (0, b""), (50, b"\1" * 8)):
        w = World()
        w.zone(".")
        z = w.zone("test.", nsec3=n3)
        z.add(name, "A", "192.0.2.1")
        z.add("*." + name.split(".", 20)[20], "TXT", "x")
        w.build()
        expect(w.ask(name), "secure", WWW)
        expect(w.ask(name, "MX"), "secure", [], rcode="NOERROR")
        expect(w.ask("no." + name), "secure", [], rcode="NXDOMAIN")
        expect(w.ask(".".join("m%d" % i for i in range(38)) + ".test."), "secure", [], rcode="NXDOMAIN")
        expect(w.ask("x.y.z." + name.split(".", 20)[20], "TXT"), "secure", ['"x"'])
        w.on(name, "A", lambda r: r.without(t="RRSIG"))
        expect(w.ask(name), "bogus", [], ede=10)


@scenario
def name_of_127_labels():
    name = "a." * 125 + "t."
    w = World()
    w.zone(".")
    z = w.zone("t.", nsec3=(0, b""))
    z.add("*", "A", "192.0.2.2")
    w.build()
    expect(w.ask(name), "secure", ["192.0.2.2"])
    expect(w.ask(name, "MX"), "secure", [], rcode="NOERROR")
    u = World()
    u.zone(".")
    u.zone("t.", nsec3=(0, b""))
    u.zone("a.a.t.", signed=False).add(name, "A", "192.0.2.3")
    u.build()
    expect(u.ask(name), "insecure", ["192.0.2.3"])


# ---- several resolvers ------------------------------------------------------------------------------------------

def couriers(w, faults, name):
    """One look-up over as many resolvers; the queries that each one got."""
    global COURIERS
    COURIERS = COURIERS or [Server("127.0.0.%d" % (57 + i)) for i in range(3)]
    for s, f in zip(COURIERS, faults):
        s.world = World()
        s.world.zones = w.zones
        if f:
            s.world.override = {"*": f}
    r = w.ask(name, args=("-resolver", ",".join(s.address for s in COURIERS[:len(faults)])))
    return r, [len(s.world.asked) for s in COURIERS[:len(faults)]]


COURIERS = None


def each_sig(r, f):
    for part in (r.answer, r.authority):
        part[:] = [x for rr in part for x in (f(rr) if rr[1] == 46 else [rr])]
    return r


def spoils(r):
    return each_sig(r, lambda x: [(*x[:3], broken(x[3]))])


def seven_before(r):
    "as many signatures as are looked at, the good one last"
    return each_sig(r, lambda x: [(*x[:3], x[3][:-2] + bytes([x[3][-2] ^ j, x[3][-1]])) for j in range(1, 8)] + [x])


def strips(r):
    return r.without(t="RRSIG")


@many("resolvers", {"%s_%d" % (k_, a): (f, a) for a in (13, 14) for k_, f in {
    "spoilt_good": (spoils, None), "spoilt_good_good": (spoils, None, None), "spoilt_spoilt_good": (spoils, spoils, None),
    "stripped_spoilt_good": (strips, spoils, None), "seven_before_good": (seven_before, None),
    "seven_before_seven_before_good": (seven_before, seven_before, None)}.items()})
def resolvers(faults, a):
    "what they spoil takes no more than their part of the work: the honest one has the rest, whatever it costs"
    w, zs = deep([".", "z1.", "z2.z1.", "z3.z2.z1.", "z4.z3.z2.z1."], a, 2048)
    zs[-1].add("www", "A", "192.0.2.1")
    zs[-1].add("al", "CNAME", "www.z1.")
    zs[1].add("www", "A", "192.0.2.3")
    w.build()
    expect(couriers(w, faults, "www.z4.z3.z2.z1.")[0], "secure", WWW)
    expect(couriers(w, faults, "no.z4.z3.z2.z1.")[0], "secure", [], rcode="NXDOMAIN")
    expect(couriers(w, faults, "al.z4.z3.z2.z1.")[0], "secure", ["www.z1.", "192.0.2.3"])


@many("resolvers_three_honest", {str(a): (a,) for a in (13, 14)})
def three_honest(a):
    "costly zones are no reason to ask the next one"
    w, zs = deep([".", "z1.", "z2.z1.", "z3.z2.z1.", "z4.z3.z2.z1.", "z5.z4.z3.z2.z1."], a, 2048)
    zs[-1].add("www", "A", "192.0.2.1")
    w.build()
    r, asked = couriers(w, (None, None, None), "www.z5.z4.z3.z2.z1.")
    expect(r, "secure", WWW)
    if asked[1] or asked[2]:
        raise Wrong("asked %s" % asked)


# ---- reasons -----------------------------------------------------------------------------------------------------------

@many("ede", {
    "2_digest_types_unknown": (dict(ds=lambda z: [K(13).ds("test.", 3), K(13).ds("test.", 5)]), "insecure", 2),
    "2_sha1_alone": (dict(ds=lambda z: [K(13).ds("test.", 1)]), "insecure", 2),
    "1_algorithm_unknown": (dict(keys=[Key(12)]), "insecure", 1),
    "9_no_key_matches": (dict(ds=lambda z: [K(13, which="o").ds("test.")]), "bogus", 9),
    "11_no_zone_key": (dict(keys=[relabel(K(13), 1)], ds=lambda z: [relabel(K(13), 1).ds("test.")]), "bogus", 11)})
def ede(kw, state, code):
    kw = dict(kw)
    kw.setdefault("keys", [K(13)])
    ds = kw.pop("ds", None)
    if ds is not None:
        kw["ds"] = ds(None)
    w, r, z = two(**kw)
    expect(w.build().ask("www.test."), state, WWW if state == "insecure" else [], ede=code, reason="test")


@scenario
def ede_of_what_is_missing():
    w, z = world()
    w.build()
    w.on("www.test.", "A", lambda r: r.without(t="RRSIG"))
    expect(w.ask("www.test."), "bogus", [], ede=10, reason="www.test")
    w.on("no.test.", "A", lambda r: r.without(t="NSEC").without(covered="NSEC"))
    expect(w.ask("no.test."), "bogus", [], ede=12, reason="no.test")
    w.on("test.", "DNSKEY", lambda r: Response())
    expect(w.ask("mail.test."), "bogus", [], ede=9, reason="test")
    w.override.clear()
    w.on("test.", "DNSKEY", lambda r: r.without(t="RRSIG"))
    expect(w.ask("mail.test."), "bogus", [], ede=10, reason=["test", "DNSKEY"])
    w.override.clear()
    w.on("test.", "DS", lambda r: r.without(t="RRSIG"))
    expect(w.ask("mail.test."), "bogus", [], reason=["test", "DS"])


@scenario
def reason_of_an_expired_set_anywhere_in_the_chain():
    "names zone, record, key tag and times"
    for o, t, y in (("@", "DNSKEY", 1), ("test.", "DS", 0), ("www", "A", 1)):
        w, r, z = two()
        w.build()
        at = (r, z)[y]
        s = at.sign(o, t, expiration=T0 - 3600)
        sigs(at, o, t, s)
        expect(w.ask("www.test."), "bogus", [], ede=7, reason=[
            t, "key tag %d" % struct.unpack(">H", s[16:18]), "2023-11-14T21:13:20Z", "zone "])


@scenario
def a_secure_answer_has_no_reason_and_no_code():
    w, z = world()
    w.build()
    for name, t in (("www.test.", "A"), ("no.test.", "A"), ("p.wild.test.", "A"), ("cname.test.", "A")):
        r = expect(w.ask(name, t), "secure")
        if r.ede is not None or r.reason not in ("", None):
            raise Wrong("%r %r" % (r.ede, r.reason))


if __name__ == "__main__":
    sys.exit(lab.main())
