# SPDX-License-Identifier: ISC
"""
tests/certs/cases.py [WORD...]: certificates by hand and what RFC 5280, 6125, 7671 and 7672 make of
them; with words those with one in their names, shown whole.  Each case that is accepted has others beside it that lack one ingredient.  OpenSSL is asked too: where it
says otherwise, the case has to say why (theirs=...).
"""
from judge import *

CASES, SEEN = [], set()
MATCHED, MISMATCH, CHAIN, NAME = "ok", "tlsa-mismatch", "cert-chain", "cert-name"


def case(name, certs, records, want="ok", code=None, depth=None, say=None, theirs=None, match=None,
        **o):
    """want: ok, warning or fail, or several with "/"; code: one of the problems has it (fail);
    match: the record's place and depth; depth: of the first record.  theirs: why OpenSSL may
    differ."""
    assert name not in SEEN, name
    SEEN.add(name)
    c = Case(name, certs, records if isinstance(records, list) else [records], **o)
    c.want, c.code, c.say, c.why = want.split("/"), code, say, theirs
    c.expect = match if match else (0, depth) if depth is not None else None
    CASES.append(c)


def ok(name, certs, records, depth=None, **o):
    case(name, certs, records, o.pop("want", "ok"), depth=depth, **o)


def no(name, certs, records, code=CHAIN, **o):
    case(name, certs, records, "fail", code, **o)


def fault(c):
    """What is wrong with the answer to this case; None: nothing."""
    o = c.ours
    if o.contradiction():
        return o.contradiction()
    if o.verdict not in c.want:
        return "wanted %s, got %s: %s" % ("/".join(c.want), o.verdict, o.text[:400])
    if c.code and c.code not in o.codes:
        return "wanted the code %s, got %s: %s" % (c.code, o.codes, o.text[:300])
    if c.expect:
        u, s, m, d = c.records[c.expect[0]]
        if o.matched() != (u, s, m, c.expect[1]):
            return "wanted a match of %d %d %d at %d, got %s" % (u, s, m, c.expect[1], o.matched())
    elif o.match:
        return "wanted no match, got %s" % (o.matched(),)
    if c.say and c.say not in o.text:
        return "does not say \"%s\": %s" % (c.say, o.text[:400])
    if c.text is None and bool(o.match) != (c.theirs.word == "match") and not c.why:
        return "OpenSSL says otherwise: %s; here: %s" % (c.theirs, o.text[:300])
    return None


# ---- the chain that most cases start from -----------------------------------------------

K = {n: Ec(256, n) for n in ("root", "root2", "inter", "inter2", "other", "leaf", "leaf2")}
R = ca("Root", K["root"])
I = ca("Inter", K["inter"], R)
L = leaf(I)
OTHER = ca("Other", K["other"])
TOP, MID = tlsa(2, 1, 1, R), tlsa(2, 1, 1, I)
WRONG = {1: bytes(32), 2: bytes(64)}


def chain(l=None, i=None, r=None):
    """The three with some of them changed; those below are signed anew."""
    r = R if r is None else r
    i = I.again(by=r) if i is None else i
    l = L.again(by=i) if l is None else l
    return [l, i, r]


def with_inter(**o):
    i = I.again(**o)
    return [L.again(by=i), i, R]


def with_leaf(**o):
    return [L.again(**o), I, R]


def with_root(**o):
    r = R.again(**o)
    i = I.again(by=r)
    return [L.again(by=i), i, r]


NAMELESS = "OpenSSL asks for no name when it is given none; RFC 7672 3.2.3 does"


def basic():
    for s in (0, 1):
        for m in (0, 1, 2):
            t = "%d_%d" % (s, m)
            ok("ee_" + t, [L, I, R], tlsa(3, s, m, L), 0)
            ok("ee_%s_leaf_alone" % t, [L], tlsa(3, s, m, L), 0)
            no("ee_%s_of_the_intermediate" % t, [L, I, R], tlsa(3, s, m, I), MISMATCH)
            no("ee_%s_of_another_leaf" % t, [L, I, R], tlsa(3, s, m, leaf(I, K["leaf2"])), MISMATCH)
            ok("ta_%s_intermediate" % t, [L, I, R], tlsa(2, s, m, I), 1)
            ok("ta_%s_root" % t, [L, I, R], tlsa(2, s, m, R), 2)
            no("ta_%s_of_the_leaf" % t, [L, I, R], tlsa(2, s, m, L), None, say="3 ")
            no("ta_%s_of_a_stranger_in_the_chain" % t, [L, I, R, OTHER], tlsa(2, s, m, OTHER), None)
            no("ta_%s_name_wrong" % t, [L, I, R], tlsa(2, s, m, R), NAME, names=["mx.example.org"])
            ok("ee_%s_name_wrong" % t, [L, I, R], tlsa(3, s, m, L), 0, names=["mx.example.org"])
            if m:
                u, _, _, d = tlsa(3, s, m, L)
                no("ee_%s_one_bit" % t, [L, I, R], (3, s, m, d[:-1] + bytes((d[-1] ^ 1,))),
                    MISMATCH)
                no("ee_%s_selector_other" % t, [L, I, R], (3, 1 - s, m, d), MISMATCH)
                no("ta_%s_absent" % t, [L, I], tlsa(2, s, m, R), None)
            else:
                ok("ta_%s_absent" % t, [L, I], tlsa(2, s, m, R), 2)
                no("ta_%s_absent_and_intermediate_too" % t, [L], tlsa(2, s, m, R), None)
                ok("ta_%s_intermediate_absent" % t, [L], tlsa(2, s, m, I), 1)
                no("ta_%s_absent_other" % t, [L, I], tlsa(2, s, m, OTHER), None)
                no("ta_%s_absent_name_and_other_key" % t, [L, I], tlsa(2, s, m, ca("Root",
                    K["other"])), None)
                no("ta_%s_absent_name_wrong" % t, [L, I], tlsa(2, s, m, R), NAME,
                    names=["mx.example.org"])
    ok("ta_key_alone_with_another_name_in_the_certificate", [L, I], tlsa(2, 0, 0, R), 2)
    no("ta_certificate_with_the_key_but_another_name", [L, I], tlsa(2, 0, 0, ca("Not Root",
        K["root"])), None)
    no("ta_key_presented_under_another_name", [L, I, ca("Not Root", K["root"])], TOP)
    no("ta_subject_presented_with_another_key", [L, I, ca("Root", K["other"])], tlsa(2, 0, 1,
        ca("Root", K["other"])))
    case("two_records_either_will_do", [L, I, R], [tlsa(3, 1, 1, L), TOP], match=(0, 0))
    case("two_records_the_second_matches", [L, I, R], [tlsa(3, 1, 1, OTHER), TOP], match=(1, 2))
    case("two_records_ta_out_of_name_ee_matches", [L, I, R], [TOP, tlsa(3, 1, 1, L)], match=(1, 0),
         names=["mx.example.org"])
    no("no_chain_but_the_leaf", [L], TOP, None)
    ok("host_is_the_name", [L, I, R], TOP, 2, host=HOST, names=[])
    no("host_is_an_address_without_a_name", [L, I, R], TOP, NAME, names=[], theirs=NAMELESS)


def own_anchor():
    for what, c in {"plain": Cert("leaf", K["leaf"], exts=[ku(KU_SIGN), san(HOST)]),
                    "ca": Cert("leaf", K["leaf"], exts=[bc(True), ku(KU_SIGN | KU_CERTSIGN),
                        san(HOST)]),
                    "v1": Cert(dn("CN=" + HOST), K["leaf"], version=1)}.items():
        for s in (0, 1):
            for m in (0, 1, 2):
                t = "self_signed_%s_%d_%d" % (what, s, m)
                bare = "never the leaf under usage 2; OpenSSL takes the bare key of a self-signed one"
                no(t + "_under_usage_2", [c], tlsa(2, s, m, c), None, say="3 ", theirs=bare)
                no(t + "_twice_under_usage_2", [c, c], tlsa(2, s, m, c), None, theirs=bare)
                ok(t + "_under_usage_3", [c], tlsa(3, s, m, c), 0)
    a = Cert("leaf", K["leaf"], exts=[bc(True), ku(KU_SIGN | KU_CERTSIGN), san(HOST)])
    b = a.again(serial=99)
    no("self_signed_renewed_beside_itself", [a, b], tlsa(2, 1, 1, b), None)
    no("self_signed_renewed_as_a_record", [a], tlsa(2, 0, 0, b), None,
       theirs="a self-signed leaf is not its own anchor, whatever its serial number")
    c = ca("Same Key", K["leaf"])
    ok("anchor_with_the_key_of_the_leaf", [leaf(c), c], tlsa(2, 1, 1, c), 1)
    ok("leaf_that_is_a_ca", [L.again(exts=[bc(True), ku(KU_SIGN | KU_CERTSIGN), san(HOST)]), I, R],
        TOP, 2)


def order():
    import itertools
    j = ca("Inter 2", K["inter2"], I)
    l = leaf(j)
    for n, p in enumerate(itertools.permutations([j, I, R])):
        ok("order_%d" % n, [l] + list(p), TOP, 3)
    ok("doubled_all", [l, j, j, I, I, R, R], TOP, 3)
    ok("doubled_leaf", [l, l, j, I, R], TOP, 3)
    ok("strangers_between", [l, OTHER, j, leaf(OTHER, K["leaf2"]), I, ca("S", K["root2"]), R], TOP,
        3)
    no("strangers_in_the_place_of_one", [l, OTHER, j, leaf(OTHER, K["leaf2"]), ca("S", K["root2"]),
        R], TOP)
    for n in range(3):
        c = [l, j, I, R]
        del c[1 + n]
        no("one_missing_%d" % n, c, TOP, None)
    no("leaf_in_second_place", [I, L, R], tlsa(3, 1, 1, L), MISMATCH)
    no("leaf_in_second_place_ta", [I, L, R], TOP)
    m = leaf(I, K["leaf2"], subject="other leaf", names=["other.example.test"])
    no("two_leaves_the_first_counts_ee", [m, L, I, R], tlsa(3, 1, 1, L), MISMATCH)
    ok("two_leaves_the_first_counts_ee_accept", [m, L, I, R], tlsa(3, 1, 1, m), 0)
    no("two_leaves_the_first_counts_ta", [m, L, I, R], TOP, NAME)
    ok("two_leaves_the_first_counts_ta_accept", [L, m, I, R], TOP, 2)


BUILDER = "RFC 4158: there is a good path; OpenSSL tries one way up alone"


def ways():
    r2 = ca("Root 2", K["root2"])
    x = I.again(by=r2, serial=77)
    for n, c in enumerate(([L, I, x, R, r2], [L, x, I, r2, R])):
        ok("cross_signed_%d_first_root" % n, c, TOP, 2, theirs=BUILDER)
        ok("cross_signed_%d_second_root" % n, c, tlsa(2, 1, 1, r2), 2, theirs=BUILDER)
        case("cross_signed_%d_both" % n, c, [tlsa(2, 1, 1, r2), TOP], "ok", match=(0, 2) if n
            else (1, 2))
    no("cross_signed_second_root_no_link", [L, I, R, r2], tlsa(2, 1, 1, r2))
    bad = {"expired": dict(not_after=T0 - 1), "spoilt": dict(spoil=True),
        "not_ca": dict(exts=[bc(False)]),
           "critical": dict(exts=I.o["exts"] + [unknown(True)]),
           "constrained": dict(exts=I.o["exts"] + [nc([gn_dns("example.org")])])}
    for what, o in bad.items():
        b = x.again(by=R, serial=78, **o)
        for n, c in enumerate(([L, b, I, R], [L, I, b, R])):
            ok("two_ways_one_%s_%d" % (what, n), c, TOP, 2, theirs=BUILDER)
        no("two_ways_only_%s" % what, [L, b, R], TOP, None)
        no("two_ways_%s_to_the_anchor" % what, [L, x.again(**o), I, R, r2], tlsa(2, 1, 1, r2), None)
    # the anchor's key in two certificates, one of them not fit
    old = R.again(not_after=T0 - 1, serial=5)
    for n, c in enumerate(([L, I, old, R], [L, I, R, old])):
        ok("two_roots_one_expired_%d" % n, c, TOP, 2, theirs=BUILDER)
    no("two_roots_the_expired_one_is_published", [L, I, old, R], tlsa(2, 0, 1, old), "cert-expired")
    loop_a = ca("Loop A", K["inter"])
    loop_b = ca("Loop B", K["inter2"], loop_a)
    loop_a = ca("Loop A", K["inter"], loop_b)
    ok("loop_anchor_in_it", [leaf(loop_a), loop_a, loop_b], tlsa(2, 1, 1, loop_b), 2)
    no("loop_anchor_out_of_it", [leaf(loop_a), loop_a, loop_b, R], TOP)


def limits():
    def many(n):
        return [ca("S%d" % i, Ec(256, "s%d" % i)) for i in range(n)]
    ok("certificates_16", [L, I, R] + many(13), TOP, 2)
    no("certificates_17", [L, I, R] + many(14), TOP, None,
        theirs="more than 16 certificates are refused")
    no("certificates_17_ee", [L, I, R] + many(14), tlsa(3, 1, 1, L), None,
       theirs="more than 16 certificates are refused")
    ok("certificates_16_ee", [L, I, R] + many(13), tlsa(3, 1, 1, L), 0)
    top, mid = K["root"], K["inter"]
    bs = [ca("B", Ec(256, "b%d" % i)) for i in range(6)] + [ca("B", top)]
    def mids(good):
        out = [ca("A", mid, bs[6], serial=i, spoil=True) for i in range(3)]
        return out + [ca("A", mid, bs[6], serial=9, spoil=not good)]
    l = leaf(mids(True)[0])
    ok("verifications_32", [l] + mids(True) + bs, tlsa(2, 1, 1, bs[6]), 2, theirs=BUILDER)
    no("verifications_32_none_good", [l] + mids(False) + bs, tlsa(2, 1, 1, bs[6]))
    no("verifications_33", [l, ca("A", K["other"])] + mids(True) + bs, tlsa(2, 1, 1, bs[6]),
        "cert-limit")
    names = ["h%d.example.test" % i for i in range(150)]
    ok("names_150_the_last_counts", with_leaf(exts=[san(*names, HOST)]), TOP, 2)
    no("names_150_none_counts", with_leaf(exts=[san(*names)]), TOP, NAME)
    big = [ca("big%d" % i, Ec(256, "s%d" % i), more=[ext("1.3.6.1.4.1.55555.2", bytes(9000))])
        for i in range(8)]
    ok("octets_under_65536", [L, I, R] + big[:6], TOP, 2)
    no("octets_over_65536", [L, I, R] + big, TOP, None,
        theirs="more than 65536 octets of chain are refused")


INCLUSIVE = "RFC 5280 4.1.2.5: notAfter is inclusive; OpenSSL refuses that second"


def dates():
    for where, make in (("leaf", with_leaf), ("intermediate", with_inter), ("anchor", with_root)):
        for t, rec in (("presented", (2, 0, 1)), ("given", (2, 0, 0))):
            def rc(c):
                return tlsa(*rec, c[2])
            def shown(c):
                return c if t == "presented" else c[:2]
            c = make(not_after=T0)
            ok("%s_%s_last_second" % (where, t), shown(c), rc(c), 2, want="warning",
                theirs=INCLUSIVE)
            c = make(not_after=T0 - 1)
            no("%s_%s_one_second_late" % (where, t), shown(c), rc(c), "cert-expired")
            c = make(not_before=T0)
            ok("%s_%s_first_second" % (where, t), shown(c), rc(c), 2)
            c = make(not_before=T0 + 1)
            no("%s_%s_one_second_early" % (where, t), shown(c), rc(c), "cert-not-yet-valid")
            c = make(not_before=T0 + 1)
            ok("%s_%s_one_second_early_ee" % (where, t), shown(c), tlsa(3, 1, 1, c[0]), 0,
                want="ok/warning")
        c = make(not_after=T0 - 1)
        no(where + "_expired_no_warnings_wanted", c, TOP, "cert-expired",
            args=["-expiration-warning", "0s"])
        ok(where + "_good_again_in_the_past", c, TOP, 2, when=T0 - 100, want="warning")
        c = make(not_after=T0 + 168 * 3600 - 60)
        ok(where + "_expires_soon", c, TOP, 2, want="warning")
        ok(where + "_expires_soon_no_warnings_wanted", c, TOP, 2, args=["-expiration-warning",
            "0s"])
        c = make(not_after=T0 + 168 * 3600 + 60)
        ok(where + "_expires_later", c, TOP, 2)
    c = with_leaf(not_after=T0 - 1)
    case("ee_expired", c, tlsa(3, 1, 1, L), "fail", "cert-expired", depth=0)
    ok("ee_expired_no_warnings_wanted", c, tlsa(3, 1, 1, L), 0, args=["-expiration-warning", "0s"])
    c = with_leaf(not_after=T0 + 60)
    case("ee_expires_soon", c, tlsa(3, 1, 1, L), "warning", "cert-expiring", depth=0)
    ok("ee_expires_soon_no_warnings_wanted", c, tlsa(3, 1, 1, L), 0, args=["-expiration-warning",
        "0s"])
    c = with_leaf(not_after=T0)
    case("ee_last_second", c, tlsa(3, 1, 1, L), "warning", depth=0)
    ok("ee_the_intermediate_expired", with_inter(not_after=T0 - 1), tlsa(3, 1, 1, L), 0)
    ok("stranger_expired", [L, I, R, OTHER.again(not_after=T0 - 1)], TOP, 2)
    ok("above_the_anchor_expired", with_root(not_after=T0 - 1), MID, 1)
    blind = "each certificate in date; OpenSSL looks at no dates of an anchor not self-issued"
    for what, o, code in (("expired", dict(not_after=T0 - 1), "cert-expired"), ("early",
            dict(not_before=T0 + 1), "cert-not-yet-valid")):
        c = with_inter(**o)
        for s in (0, 1):
            no("anchor_that_is_an_intermediate_%s_%d" % (what, s), c, tlsa(2, s, 1, c[1]), code,
                theirs=blind)
        no("anchor_that_is_an_intermediate_%s_given" % what, c[:1], tlsa(2, 0, 0, c[1]), code,
            theirs=blind)
    no("not_before_after_not_after", with_leaf(not_before=T0 + 10, not_after=T0 - 10), TOP, None)
    utc, gen = (lambda s: tlv(0x17, s.encode())), (lambda s: tlv(0x18, s.encode()))
    good = {"generalized_before_2050": gen("20270101000000Z"),
        "generalized_2050": gen("20500101000000Z"),
            "no_expiry": gen("99991231235959Z"), "utc_2049": utc("491231235959Z")}
    for what, t in good.items():
        ok("not_after_" + what, with_leaf(not_after=t), TOP, 2)
    bad = {"utc_1950": utc("500101000000Z"), "utc_offset": utc("270101000000+0000"),
           "utc_no_seconds": utc("2701010000Z"), "utc_no_z": utc("270101000000"),
               "day_31": utc("270231000000Z"),
           "day_0": utc("270200000000Z"), "month_13": utc("271301000000Z"),
               "hour_24": utc("270101240000Z"),
           "second_60": utc("270101000060Z"), "letters": utc("2701010000a0Z"),
               "fraction": gen("20270101000000.5Z"),
           "generalized_offset": gen("20270101000000+0100"),
               "generalized_short": gen("202701010000Z"),
           "empty": utc(""), "lower_z": utc("270101000000z"), "string": tlv(0x0c, b"270101000000Z")}
    for what, t in bad.items():
        no("not_after_" + what, with_leaf(not_after=t), TOP, None,
           theirs="RFC 5280 4.1.2.5: YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ and nothing else")
    ok("not_before_generalized", with_leaf(not_before=gen("20260101000000Z")), TOP, 2)
    ok("not_before_utc_1999", with_leaf(not_before=utc("990101000000Z")), TOP, 2)
    ok("not_before_utc_1950", with_leaf(not_before=utc("500101000000Z")), TOP, 2)
    no("not_before_utc_2049", with_leaf(not_before=utc("490101000000Z")), TOP, "cert-not-yet-valid")
    ok("leap_day", with_leaf(not_after=utc("280229000000Z")), TOP, 2)
    no("no_leap_day", with_leaf(not_after=utc("270229000000Z")), TOP, None)
    ok("not_after_odd_ee", with_leaf(not_after=bad["utc_offset"]), tlsa(3, 1, 1, L), 0, want="fail",
        code="cert-parse",
       say="malformed")


KU_FOR_CA = "RFC 5280 6.1.4 k: a version 3 issuer without CA:TRUE is none, whatever its key usage"


def authority():
    for where, make, c0 in (("intermediate", with_inter, I), ("anchor", with_root, R)):
        def t(what, e, good=False, theirs=None, rec=None):
            c = make(exts=e)
            for how, shown, rr in (("presented", c, tlsa(2, 1, 1, c[2])), ("given", c[:2], tlsa(2,
                    0, 0, c[2]))):
                n = "%s_%s_%s" % (where, how, what)
                if good:
                    ok(n, shown, rr, 2, theirs=theirs)
                else:
                    no(n, shown, rr, theirs=theirs)
        k = ku(KU_CERTSIGN)
        t("no_basic_constraints", [k], theirs=KU_FOR_CA)
        t("no_extensions", None)
        t("ca_false", [bc(False), k])
        t("ca_not_critical", [bc(True, critical=False), k], True)
        t("ca_without_key_usage", [bc(True)], True)
        t("no_key_cert_sign", [bc(True), ku(KU_SIGN | KU_CRL)])
        t("key_usage_not_critical_no_cert_sign", [bc(True), ku(KU_SIGN, critical=False)])
        t("key_usage_empty", [bc(True), ku(0)])
        t("boolean_1", [ext("2.5.29.19", seq(b"\x01\x01\x01"), True), k],
            theirs="X.690 11.1: TRUE is FF")
        t("basic_constraints_trailing", [ext("2.5.29.19", seq(TRUE) + NULL, True), k],
          theirs="malformed basicConstraints")
        t("basic_constraints_twice", [bc(True), bc(True), k])
        t("basic_constraints_contradicting", [bc(True), bc(False), k])
        t("path_length_negative", [ext("2.5.29.19", seq(TRUE, integer(-1)), True), k])
        t("eku_server", [bc(True), k, eku(SERVER)], True)
        t("eku_any", [bc(True), k, eku(ANY_EKU)], True,
            theirs="RFC 5280 4.2.1.12: any is serverAuth too")
        t("eku_client", [bc(True), k, eku(CLIENT)])
        t("eku_client_and_server", [bc(True), k, eku(CLIENT, SERVER, critical=True)], True)
        t("eku_client_critical", [bc(True), k, eku(CLIENT, critical=True)])
        t("unknown_critical", [bc(True), k, unknown(True)])
        t("unknown_not_critical", [bc(True), k, unknown(False)], True)
        t("policies_critical", [bc(True), k, ext("2.5.29.32", seq(seq(oid("2.5.29.32.0"))), True)],
            True)
        t("key_identifiers", [bc(True), k, ski(b"abc")], True)
    for p, good in ((0, False), (1, True), (2, True), (255, True), (256, True), (65536, True)):
        c = with_root(exts=[bc(True, p), ku(KU_CERTSIGN)])
        for how, shown, rr in (("presented", c, TOP), ("given", c[:2], tlsa(2, 0, 0, c[2]))):
            (ok if good else no)("anchor_%s_path_length_%d" % (how, p), shown, rr, 2 if good
                else CHAIN)
        c = with_root(exts=[bc(True, p), ku(KU_CERTSIGN)])
        ok("anchor_key_alone_path_length_%d" % p, c[:2], tlsa(2, 1, 0, c[2]), 2)
    i = I.again(exts=[bc(True, 0), ku(KU_CERTSIGN)])
    ok("path_length_0_above_the_leaf", chain(i=i), TOP, 2)
    j = ca("Inter 2", K["inter2"], i)
    no("path_length_0_above_another_ca", [leaf(j), j, i, R], TOP)
    ok("path_length_0_out_of_the_path", [leaf(j), j, i, R], tlsa(2, 1, 1, j), 1)
    roll = ca("Inter", K["inter2"], i)
    ok("path_length_0_above_a_self_issued_ca", [leaf(roll), roll, i, R], TOP, 3, theirs=BUILDER)
    r1 = R.again(exts=[bc(True, 1), ku(KU_CERTSIGN)])
    i1 = I.again(by=r1)
    roll = ca("Inter", K["inter2"], i1)
    j = ca("Inter 2", K["other"], roll)
    ok("path_length_1_self_issued_not_counted", [leaf(roll), roll, i1, r1], TOP, 3, theirs=BUILDER)
    no("path_length_1_two_counted", [leaf(j), j, roll, i1, r1], TOP)
    no("leaf_as_issuer", [leaf(L, K["leaf2"], subject="sub"), L, I, R], TOP)
    no("spoilt_leaf", with_leaf(spoil=True), TOP)
    no("spoilt_intermediate", with_inter(spoil=True), TOP)
    ok("spoilt_anchor_whose_own_signature_counts_for_nothing", with_root(spoil=True), TOP, 2)
    ok("spoilt_leaf_ee", with_leaf(spoil=True), tlsa(3, 1, 1, L), 0)
    no("leaf_signed_by_another_key", with_leaf(signer=K["other"]), TOP)
    no("intermediate_signed_by_another_key", with_inter(signer=K["other"]), TOP)
    no("issuer_name_wrong", with_leaf(issuer=dn("CN=Inter X")), TOP)
    no("issuer_name_empty", with_leaf(issuer=seq()), TOP, None)
    e = I.again(subject=seq())
    no("subject_of_the_issuer_empty", [L.again(by=e), e, R], TOP,
       theirs="RFC 5280 4.1.2.4, 4.1.2.6: an issuer has a name")
    for what, d in {"case": dn("CN=iNTER"), "printable": dn("CN=Inter", tag=0x13),
                    "blanks": dn("CN= Inter  ")}.items():
        ok("issuer_name_same_by_" + what, with_leaf(issuer=d), TOP, 2)
    no("issuer_name_more_rdns", with_leaf(issuer=dn("O=Test", "CN=Inter")), TOP)


def leaf_usage():
    host = san(HOST)
    for what, e, good in (("key_usage_none", [host], 1), ("key_usage_sign", [host, ku(KU_SIGN)], 1),
                          ("key_usage_encipher", [host, ku(KU_ENCIPHER)], 1),
                          ("key_usage_agree", [host, ku(KU_AGREE)], 1),
                          ("key_usage_cert_sign", [host, ku(KU_CERTSIGN)], 0),
                          ("key_usage_crl_sign", [host, ku(KU_CRL, critical=False)], 0),
                          ("key_usage_empty", [host, ku(0)], 0),
                          ("key_usage_twice", [host, ku(KU_SIGN), ku(KU_SIGN)], 0),
                          ("eku_server", [host, eku(SERVER)], 1), ("eku_client", [host,
                              eku(CLIENT)], 0),
                          ("eku_both", [host, eku(CLIENT, SERVER)], 1),
                          ("eku_any", [host, eku(ANY_EKU)], 1), ("eku_empty", [host, eku()], 0),
                          ("eku_twice", [host, eku(SERVER), eku(SERVER)], 0),
                          ("eku_server_critical", [host, eku(SERVER, critical=True)], 1),
                          ("eku_client_critical", [host, eku(CLIENT, critical=True)], 0),
                          ("ca_false", [host, bc(False)], 1), ("ca_true", [host, bc(True)], 1),
                          ("unknown_critical", [host, unknown(True)], 0),
                          ("unknown_not_critical", [host, unknown(False)], 1),
                          ("unknown_critical_false_written_out",
                           [host, seq(oid("1.3.6.1.4.1.55555.1"), b"\x01\x01\x00", octets(NULL))],
                               1),
                          ("policies_critical", [host, ext("2.5.29.32",
                              seq(seq(oid("2.5.29.32.0"))), True)], 1),
                          ("policy_constraints_critical", [host, ext("2.5.29.36", seq(tlv(0x80,
                              b"\0")), True)], 0),
                          ("names_critical", [san(HOST, critical=True)], 1),
                          ("names_twice", [host, host], 0), ("names_empty", [san()], 0),
                          ("names_unknown_form", [san(HOST, tlv(0x89, b"x"))], 0),
                          ("names_malformed", [ext("2.5.29.17", b"\x30\x05\x82\x09abc")], 0),
                          ("key_identifier_twice", [host, ski(b"a"), ski(b"a")], 0),
                          ("authority_key_identifier_twice", [host, aki(b"a"), aki(b"a")], 0),
                          ("policies_twice", [host] + 2 * [ext("2.5.29.32",
                              seq(seq(oid("2.5.29.32.0"))))], 0),
                          ("must_staple", [host, ext("1.3.6.1.5.5.7.1.24", seq(integer(5)))], 1),
                          ("crl_points_critical", [host, ext("2.5.29.31", seq(seq(tlv(0xa0,
                              tlv(0xa0, gn_uri("http://c.test/"))))), True)], 1)):
        c = with_leaf(exts=e)
        if good:
            ok("leaf_" + what, c, TOP, 2, theirs="RFC 5280 4.2.1.12: any is serverAuth too"
                if "any" in what else None)
        else:
            no("leaf_" + what, c, TOP, None,
                theirs="refused: cannot be processed here, or malformed")
        ok("leaf_%s_ee" % what, c, tlsa(3, 0, 1, c[0]), 0)
    no("leaf_key_id_other_than_the_issuers", [L.again(exts=L.o["exts"] + [aki(b"x")], spoil=True),
       I.again(exts=I.o["exts"] + [ski(b"y")]), R], TOP)
    i = I.again(exts=I.o["exts"] + [ski(b"y")])
    ok("key_ids_same", [L.again(by=i, exts=L.o["exts"] + [aki(b"y")]), i, R], TOP, 2)
    hint = "RFC 5280 6.1 looks at no key identifiers, they help to find a path (RFC 4158 3.5.12)"
    ok("key_ids_differ", [L.again(by=i, exts=L.o["exts"] + [aki(b"x")]), i, R], TOP, 2, theirs=hint)
    ok("key_id_issuer_and_serial_differ",
       [L.again(by=i, exts=L.o["exts"] + [aki(issuer=dn("CN=Nobody"), serial=4)]), i, R], TOP, 2,
           theirs=hint)


OTHER_NAME = tlv(0xa0, oid("1.3.6.1.4.1.55555.3"), tlv(0xa0, tlv(0x0c, b"x")))
WILD = "the host that a wildcard stands for is held to the constraints too"
FORM = "RFC 5280 4.2.1.10: a constraint of a form that is not processed refuses names of that form"


def constraints():
    ip4, ip6 = bytes((192, 0, 2, 7)), bytes.fromhex("20010db8") + bytes(12)
    net4, net6 = bytes((192, 0, 2, 0, 255, 255, 255,
        0)), bytes.fromhex("20010db8") + bytes(12) + b"\xff" * 4 + bytes(12)
    off4 = bytes((198, 51, 100, 0, 255, 255, 255, 0))
    test = dn("O=Test")
    in_test = dict(subject=dn("O=Test", "CN=leaf"))
    def sn(*more):
        return dict(exts=[ku(KU_SIGN), san(HOST, *more)])
    rows = [ # what, permitted, excluded, leaf, good, theirs
        ("dns_permitted", [gn_dns("example.test")], [], {}, 1, None),
        ("dns_permitted_itself", [gn_dns(HOST)], [], {}, 1, None),
        ("dns_permitted_parent", [gn_dns("test")], [], {}, 1, None),
        ("dns_permitted_upper_case", [gn_dns("EXAMPLE.Test")], [], {}, 1, None),
        ("dns_permitted_one_of_two", [gn_dns("example.org"), gn_dns("example.test")], [], {}, 1,
            None),
        ("dns_permitted_all", [gn_dns("")], [], {}, 1, None),
        ("dns_permitted_other", [gn_dns("example.org")], [], {}, 0, None),
        ("dns_permitted_half_a_label", [gn_dns("xample.test")], [], {}, 0, None),
        ("dns_permitted_below", [gn_dns("a.mx.example.test")], [], {}, 0, None),
        ("dns_permitted_second_name_out", [gn_dns("example.test")], [], sn("mx.example.org"), 0,
            None),
        ("dns_excluded", [], [gn_dns("example.test")], {}, 0, None),
        ("dns_excluded_itself", [], [gn_dns("MX.example.test")], {}, 0, None),
        ("dns_excluded_all", [], [gn_dns("")], {}, 0, None),
        ("dns_excluded_other", [], [gn_dns("example.org")], {}, 1, None),
        ("dns_excluded_half_a_label", [], [gn_dns("xample.test")], {}, 1, None),
        ("dns_excluded_second_name", [], [gn_dns("example.org")], sn("mx.example.org"), 0, None),
        ("dns_permitted_and_excluded", [gn_dns("example.test")], [gn_dns(HOST)], {}, 0, None),
        ("dns_permitted_excluded_other", [gn_dns("example.test")], [gn_dns("a.example.test")], {},
            1, None),
        ("dns_permitted_common_name", [gn_dns("example.test")], [], dict(subject=dn("CN=" + HOST),
            exts=[ku(KU_SIGN)]), 1, None),
        ("dns_excluded_common_name", [], [gn_dns("example.test")], dict(subject=dn("CN=" + HOST),
            exts=[ku(KU_SIGN)]), 0, None),
        ("dns_permitted_other_common_name", [gn_dns("example.org")], [],
            dict(subject=dn("CN=" + HOST), exts=[ku(KU_SIGN)]), 0, None),
        ("dns_excluded_wildcard", [], [gn_dns("example.test")], dict(exts=[san("*.example.test")]),
            0, None),
        ("dns_excluded_host_of_a_wildcard", [], [gn_dns(HOST)], dict(exts=[san("*.example.test")]),
            0, WILD),
        ("dns_permitted_host_of_a_wildcard", [gn_dns(HOST)], [], dict(exts=[san("*.example.test")]),
            0, None),
        ("dns_permitted_wildcard", [gn_dns("example.test")], [], dict(exts=[san("*.example.test")]),
            1, None),
        ("dns_permitted_dot", [gn_dns(".example.test")], [], {}, 1, None),
        ("dns_permitted_dot_too_deep", [gn_dns("." + HOST)], [], {}, 0, None),
        ("dns_excluded_dot", [], [gn_dns(".example.test")], {}, 0, None),
        ("dns_excluded_other_name_beside", [], [gn_dns("example.org")], sn(OTHER_NAME), 1, None),
        ("other_name_permitted", [OTHER_NAME], [], sn(OTHER_NAME), 0, FORM),
        ("email_permitted_all", [gn_email("")], [], sn(gn_email("u@example.test")), 1,
         "RFC 5280 4.2.1.10 is silent: an empty one is for all, as with dNSName"),
        ("email_odd", [gn_email("example.test")], [], sn(gn_email("nobody")), 0, FORM),
        ("ip_permitted", [tlv(0x87, net4)], [], sn(gn_ip(ip4)), 1, None),
        ("ip_permitted_other", [tlv(0x87, off4)], [], sn(gn_ip(ip4)), 0, None),
        ("ip_permitted_none_there", [tlv(0x87, off4)], [], {}, 1, None),
        ("ip_permitted_other_family", [tlv(0x87, net6)], [], sn(gn_ip(ip4)), 0, None),
        ("ip_permitted_v6", [tlv(0x87, net6)], [], sn(gn_ip(ip6)), 1, None),
        ("ip_excluded", [], [tlv(0x87, net4)], sn(gn_ip(ip4)), 0, None),
        ("ip_excluded_v6", [], [tlv(0x87, net6)], sn(gn_ip(ip6)), 0, None),
        ("ip_excluded_other", [], [tlv(0x87, off4)], sn(gn_ip(ip4)), 1, None),
        ("ip_mask_of_five", [tlv(0x87, net4[:5])], [], sn(gn_ip(ip4)), 0, None),
        ("directory_permitted", [gn_dn(test)], [], in_test, 1, None),
        ("directory_permitted_itself", [gn_dn(dn("O=Test", "CN=leaf"))], [], in_test, 1, None),
        ("directory_permitted_case", [gn_dn(dn("O=tEST"))], [], in_test, 1, None),
        ("directory_permitted_other", [gn_dn(dn("O=Other"))], [], in_test, 0, None),
        ("directory_permitted_longer", [gn_dn(dn("O=Test", "CN=leaf", "CN=x"))], [], in_test, 0,
            None),
        ("directory_permitted_no_subject", [gn_dn(dn("O=Other"))], [], dict(subject=seq(),
            exts=[san(HOST, critical=True)]), 1, None),
        ("directory_excluded", [], [gn_dn(test)], in_test, 0, None),
        ("directory_excluded_other", [], [gn_dn(dn("O=Other"))], in_test, 1, None),
        ("directory_excluded_alternative_name", [], [gn_dn(test)], sn(gn_dn(dn("O=Test", "CN=z"))),
            0, None),
        ("email_permitted", [gn_email("example.test")], [], sn(gn_email("u@example.test")), 1,
            None),
        ("email_permitted_below", [gn_email(".example.test")], [],
            sn(gn_email("u@mx.example.test")), 1, None),
        ("email_permitted_below_is_not_itself", [gn_email(".example.test")], [],
            sn(gn_email("u@example.test")), 0, None),
        ("email_permitted_host_is_not_below", [gn_email("example.test")], [],
            sn(gn_email("u@mx.example.test")), 0, None),
        ("email_permitted_mailbox", [gn_email("u@example.test")], [],
            sn(gn_email("u@EXAMPLE.test")), 1, None),
        ("email_permitted_other_mailbox", [gn_email("v@example.test")], [],
            sn(gn_email("u@example.test")), 0, None),
        ("email_excluded", [], [gn_email("example.test")], sn(gn_email("u@example.test")), 0, None),
        ("email_excluded_other", [], [gn_email("example.org")], sn(gn_email("u@example.test")), 1,
            None),
        ("email_permitted_none_there", [gn_email("example.org")], [], {}, 1, None),
        ("email_permitted_in_subject", [gn_email("example.test")], [], dict(subject=dn("CN=leaf",
            "E=u@example.test")), 1, None),
        ("email_permitted_other_in_subject", [gn_email("example.org")], [],
            dict(subject=dn("CN=leaf", "E=u@example.test")), 0, None),
        ("email_excluded_in_subject", [], [gn_email("example.test")], dict(subject=dn("CN=leaf",
            "E=u@example.test")), 0, None),
        ("uri_permitted_none_there", [gn_uri("example.test")], [], {}, 1, None),
        ("uri_permitted_other", [gn_uri("example.org")], [], sn(gn_uri("http://mx.example.test/")),
            0, FORM),
        ("uri_excluded", [], [gn_uri(".example.test")], sn(gn_uri("http://mx.example.test/")), 0,
            FORM),
        ("other_form_none_there", [tlv(0x88, b"\x2a\x03")], [], {}, 1, None),
        ("other_form_there", [tlv(0x88, b"\x2a\x03")], [], sn(tlv(0x88, b"\x2a\x03")), 0, FORM),
    ]
    for what, p, x, o, good, why in rows:
        for critical in (True, False) if what.startswith("dns") else (True,):
            e = nc(p, x, critical)
            t = what + ("" if critical else "_not_critical")
            i = I.again(exts=I.o["exts"] + [e])
            add = (lambda *a, **k: ok(*a, 2, **k)) if good else no
            add("constraint_%s" % t, [L.again(by=i, **o), i, R], TOP, theirs=why)
            r = R.again(exts=R.o["exts"] + [e])
            l = L.again(by=r, **o)
            add = (lambda *a, **k: ok(*a, 1, **k)) if good else no
            add("constraint_of_the_anchor_%s" % t, [l, r], tlsa(2, 1, 1, r), theirs=why)
            if critical:
                add("constraint_of_the_anchor_given_%s" % t, [l], tlsa(2, 0, 0, r), theirs=why)
            if critical and what.startswith(("dns_e", "ip_e", "email_p")):
                i = I.again(by=r)
                add = (lambda *a, **k: ok(*a, 2, **k)) if good else no
                add("constraint_of_the_anchor_over_two_%s" % t, [L.again(by=i, **o), i, r], tlsa(2,
                    1, 1, r), theirs=why)
                ok("constraint_above_the_anchor_" + t, [L.again(by=i, **o), i, r], MID, 1)
    raw = lambda *parts: ext("2.5.29.30", seq(*parts), True)
    one = gn_dns("example.test")
    for what, e in {"empty": raw(), "subtrees_empty": raw(tlv(0xa0)), "minimum_1": raw(tlv(0xa0,
            seq(one, tlv(0x80, b"\1")))),
                    "maximum": raw(tlv(0xa0, seq(one, tlv(0x81, b"\5")))), "no_base": raw(tlv(0xa0,
                        seq())),
                    "trailing": raw(tlv(0xa0, seq(one)), NULL), "not_der": ext("2.5.29.30",
                        b"\x30\x05", True)}.items():
        i = I.again(exts=I.o["exts"] + [e])
        no("constraint_malformed_" + what, [L.again(by=i), i, R], TOP,
            theirs="malformed, or not processed")
    i = I.again(exts=I.o["exts"] + [nc([one]), nc([one])])
    no("constraint_twice", [L.again(by=i), i, R], TOP)
    r = R.again(exts=R.o["exts"] + [nc([gn_dn(dn("O=Test"))])])
    for what, org, good in (("in", "O=Test", 1), ("out", "O=Other", 0)):
        i = I.again(by=r, subject=dn(org, "CN=Inter"))
        (ok if good else no)("constraint_on_the_intermediate_" + what, [L.again(by=i,
            subject=dn("O=Test", "CN=l")), i, r],
                             tlsa(2, 1, 1, r), 2 if good else CHAIN)
    i = I.again(exts=I.o["exts"] + [nc([gn_dn(dn("O=Test"))])])
    roll = ca("Inter", K["inter2"], i)
    ok("constraint_not_on_a_self_issued_intermediate", [L.again(by=roll, subject=dn("O=Test",
        "CN=l")), roll, i, R], TOP, 3, theirs=BUILDER)
    no("constraint_below_a_self_issued_intermediate", [L.again(by=roll), roll, i, R], TOP)


def names():
    rows = [ # what, names in the certificate, host, good, theirs
        ("exact", [HOST], HOST, 1, None), ("second_of_two", ["a.test", HOST], HOST, 1, None),
        ("upper_case", ["MX.Example.TEST"], HOST, 1, None), ("upper_case_host", [HOST],
            "MX.EXAMPLE.test", 1, None),
        ("host_with_final_dot", [HOST], HOST + ".", 1,
            "the final dot of a host name is no part of it"),
        ("final_dot", [HOST + "."], HOST, 0, None), ("leading_dot", ["." + HOST], HOST, 0, None),
        ("leading_dot_of_the_domain", [".example.test"], HOST, 0, None),
        ("parent", ["example.test"], HOST, 0, None), ("child", ["a." + HOST], HOST, 0, None),
        ("suffix", ["xmx.example.test"], HOST, 0, None), ("blank_before", [" " + HOST], HOST, 0,
            None),
        ("blank_after", [HOST + " "], HOST, 0, None), ("empty", [""], HOST, 0, None),
        ("nul_after", [HOST + "\0"], HOST, 0, None), ("nul_and_more", [HOST + "\0.evil.test"], HOST,
            0, None),
        ("nul_before", ["\0" + HOST], HOST, 0, None), ("nul_within", ["mx\0.example.test"], HOST, 0,
            None),
        ("nul_in_one_name_good_other", [HOST + "\0.evil.test", HOST], HOST, 1, None),
        ("newline", [HOST + "\n"], HOST, 0, None), ("not_ascii", ["mx.ex\u00e4mple.test"],
            "mx.xn--exmple-cua.test", 0, None),
        ("not_ascii_latin1", [gn_dns(b"mx.ex\xe4mple.test")], "mx.xn--exmple-cua.test", 0, None),
        ("a_label", ["mx.xn--exmple-cua.test"], "mx.xn--exmple-cua.test", 1, None),
        ("a_label_upper_case", ["mx.XN--EXMPLE-CUA.test"], "mx.xn--exmple-cua.test", 1, None),
        ("a_label_other", ["mx.xn--exmple-cub.test"], "mx.xn--exmple-cua.test", 0, None),
        ("wildcard", ["*.example.test"], HOST, 1, None), ("wildcard_upper_case", ["*.EXAMPLE.test"],
            HOST, 1, None),
        ("wildcard_none", ["*.example.test"], "example.test", 0, None),
        ("wildcard_two_labels", ["*.example.test"], "a.mx.example.test", 0, None),
        ("wildcard_other_domain", ["*.example.org"], HOST, 0, None),
        ("wildcard_prefix", ["m*.example.test"], HOST, 0, None), ("wildcard_suffix",
            ["*x.example.test"], HOST, 0, None),
        ("wildcard_within", ["m*x.example.test"], "mfx.example.test", 0, None),
        ("wildcard_second_label", ["mx.*.test"], HOST, 0, None), ("wildcard_two", ["*.*.test"],
            HOST, 0, None),
        ("wildcard_double", ["**.example.test"], HOST, 0, None), ("wildcard_alone", ["*"], HOST, 0,
            None),
        ("wildcard_alone_one_label", ["*"], "mx", 0, None), ("wildcard_last", ["mx.example.*"],
            HOST, 0, None),
        ("wildcard_a_label", ["xn--*.example.test"], "xn--mx.example.test", 0, None),
        ("wildcard_for_an_a_label", ["*.example.test"], "xn--bcher-kva.example.test", 1, None),
        ("wildcard_dot_only", ["*."], "mx", 0, None), ("wildcard_empty_label", ["*..test"], HOST, 0,
            None),
        ("wildcard_star_given", ["*.example.test"], "example.test", 0, None),
    ]
    for what, have, host, good, why in rows:
        c = with_leaf(exts=[ku(KU_SIGN), san(*have)])
        if good:
            ok("name_" + what, c, TOP, 2, names=[host], theirs=why)
        else:
            no("name_" + what, c, TOP, None, names=[host], theirs=why)
        if "nul" in what or what == "parent":
            ok("name_%s_ee" % what, c, tlsa(3, 1, 1, L), 0, names=[host])
        if all(isinstance(h, str) and "\0" not in h for h in have) and len(have) == 1 and have[0]:
            c = with_leaf(subject=dn("CN=" + have[0]), exts=[ku(KU_SIGN)])
            (ok if good else no)("common_name_" + what, c, TOP, 2 if good else None, names=[host],
                theirs=why)
    def cn(what, good, subject, sans=None, theirs=None, want_code=NAME, **o):
        c = with_leaf(subject=subject, exts=[ku(KU_SIGN)] + ([san(*sans)] if sans is not None
            else []))
        (ok if good else no)("common_name_" + what, c, TOP, 2 if good else want_code, theirs=theirs,
            **o)
    me = dn("CN=" + HOST)
    cn("beside_a_dns_name", False, me, ["other.example.test"])
    cn("beside_an_address_alone", True, me, [gn_ip(b"\xc0\0\2\1")])
    cn("beside_a_mail_address_alone", True, me, [gn_email("u@example.test")])
    cn("beside_an_empty_dns_name", False, me, [""])
    cn("nul", False, dn(attr("CN", HOST + "\0.evil.test")))
    cn("in_ou", False, dn("OU=" + HOST, "CN=leaf"))
    cn("second", True, dn("CN=leaf", "CN=" + HOST))
    cn("first", True, dn("CN=" + HOST, "CN=leaf"))
    cn("in_a_set_of_two", True, dn(attr("CN", HOST) + attr("O", "x")))
    cn("printable", True, dn("CN=" + HOST, tag=0x13))
    cn("ia5", True, dn("CN=" + HOST, tag=0x16))
    cn("bmp", False, dn(attr("CN", HOST.encode("utf-16-be"), 0x1e)),
        theirs="BMPString names no host here")
    cn("universal", False, dn(attr("CN", HOST.encode("utf-32-be"), 0x1c)),
        theirs="UniversalString names no host here")
    cn("not_ascii_alone", False, dn("CN=mx.ex\u00e4mple.test"), names=["mx.xn--exmple-cua.test"])
    cn("none", False, seq())
    c = with_leaf(exts=[san("*.test")])
    case("name_wildcard_top_level", c, TOP, "ok", depth=2, names=["example.test"],
         theirs="RFC 6125 6.4.3: one label, whatever the rest; OpenSSL wants two labels after it")
    c = with_leaf(exts=[san(gn_ip(b"\xc0\0\2\1"))])
    no("name_address_only", c, TOP, NAME)
    c = with_leaf(exts=[san("*.0.2.1", "192.0.2.1")])
    no("name_wildcard_for_an_address", c, TOP, NAME, names=[], theirs=NAMELESS)
    ok("names_two_asked_second_there", [L, I, R], TOP, 2, names=["mx.example.org", HOST])
    ok("names_ten_asked_last_there", [L, I, R], TOP, 2, names=["n%d.example.org" % i
        for i in range(9)] + [HOST])
    long = ".".join(["a" * 63] * 3 + ["b" * 61])
    ok("name_253_octets", with_leaf(exts=[san(long)]), TOP, 2, names=[long])
    ok("name_wildcard_long", with_leaf(exts=[san("*" + long[63:])]), TOP, 2, names=[long])


TOP_LEVEL = "OpenSSL takes any signature of a bare key, and 1016 bits for security level 1"
EE_KEY = "OpenSSL has no match for such a key; here there is one, and the verdict is fail"
PSS_HASH = "RFC 4055: the parameters say which hash"
LARGE = "no RSA over 4096 bits here; the report says so"


def signatures():
    rsa = {n: Rsa(n) for n in ("768", "1016", "1024", "2041", "2047", "2048a", "2048b", "2048e3",
        "3072", "4096", "4104", "8192")}
    def two(what, key, want, alg=None, theirs=None, say=None, lo=None, only=None):
        r = ca("Signer", key, alg=None)
        l = leaf(r, **dict(lo or {}, alg=alg))
        for how, shown, rec in (("", [l, r], tlsa(2, 1, 1, r)), ("_key", [l], tlsa(2, 1, 0, r))):
            n = "signature_" + what + how
            if want == "fail":
                no(n, shown, rec, None, theirs=theirs, say=say if how != "_key" else None)
            else:
                ok(n, shown, rec, 1, want=want, theirs=theirs, say=say)
        if want == "fail":
            ok("signature_%s_ee" % what, [l, r], tlsa(3, 1, 1, l), 0, theirs=theirs)
    two("rsa_768", rsa["768"], "fail", theirs=TOP_LEVEL)
    two("rsa_1016", rsa["1016"], "fail", theirs=TOP_LEVEL)
    two("rsa_1024", rsa["1024"], "warning", say="1024")
    two("rsa_2041", rsa["2041"], "warning")
    two("rsa_2047", rsa["2047"], "warning", say="2047")
    two("rsa_2048_exponent_3", rsa["2048e3"], "ok")
    two("rsa_3072", rsa["3072"], "ok")
    two("rsa_4096", rsa["4096"], "ok")
    two("rsa_4104", rsa["4104"], "fail", theirs=LARGE, say="4096")
    two("rsa_8192", rsa["8192"], "fail", theirs=LARGE, say="4096")
    k = rsa["2048a"]
    for h in ("sha256", "sha384", "sha512"):
        two("rsa_2048_" + h, k, "ok", h)
        for size in (256, 384, 521):
            two("p%d_%s" % (size, h), Ec(size, "sig%d" % size), "ok", h)
        two("pss_" + h, k, "ok", "pss-" + h)
        two("pss_%s_salt0" % h, k, "ok", "pss-%s-salt0" % h)
        two("pss_%s_salt20" % h, k, "ok", "pss-%s-salt20" % h)
        two("pss_%s_4096" % h, rsa["4096"], "ok", "pss-" + h)
        two("pss_%s_2041" % h, rsa["2041"], "warning", "pss-" + h)
        two("pss_key_" + h, Rsa("2048b", True), "ok", "pss-" + h)
        two("pss_key_limited_" + h, Rsa("2048b", True, "pss-" + h), "ok", "pss-" + h)
        two("pss_key_limited_more_salt_" + h, Rsa("2048b", True, "pss-%s-salt20" % h), "ok",
            "pss-%s-salt32" % h)
        two("pss_key_limited_less_salt_" + h, Rsa("2048b", True, "pss-" + h), "fail",
            "pss-%s-salt20" % h)
    for h in ("sha1", "md5"):
        two("rsa_" + h, k, "fail", h, theirs=TOP_LEVEL)
    two("ecdsa_sha1", Ec(256, "sig"), "fail", "sha1", theirs=TOP_LEVEL)
    two("pss_sha1", k, "fail", "pss-sha1", theirs=TOP_LEVEL)
    two("pss_sha256_mgf_sha1", k, "fail", "pss-sha256-mgf-sha1",
        theirs="SHA-1 in the mask is refused too")
    two("pss_sha256_mgf_sha512", k, "ok", "pss-sha256-mgf-sha512", theirs=PSS_HASH)
    two("pss_sha512_salt_as_long_as_can_be", k, "ok", "pss-sha512-salt%d" % (256 - 64 - 2))
    two("pss_key_limited_other_hash", Rsa("2048b", True, "pss-sha256"), "fail", "pss-sha512-salt64")
    two("pss_key_limited_other_mask", Rsa("2048b", True, "pss-sha256"), "fail",
        "pss-sha256-mgf-sha512")
    two("pss_key_with_pkcs1", Rsa("2048b", True), "fail", "sha256")
    two("ed25519", Ed("ed"), "ok")
    p = Alg("pss-sha256")
    pss = lambda *a: seq(oid("1.2.840.113549.1.1.10"), *a)
    h256 = tlv(0xa0, hash_alg("sha256"))
    m256 = tlv(0xa1, seq(oid("1.2.840.113549.1.1.8"), hash_alg("sha256")))
    salt = lambda n: tlv(0xa2, n if isinstance(n, bytes) else integer(n))
    for what, a, good in (("salt_claimed_31", pss(p.params(31)), 0), ("salt_claimed_33",
            pss(p.params(33)), 0),
                          ("salt_claimed_0", pss(p.params(0)), 0), ("salt_negative",
                              pss(p.params(-1)), 0),
                          ("salt_not_minimal", pss(seq(h256, m256, salt(b"\2\2\0\x20"))), 0),
                          ("salt_default", pss(seq(h256, m256)), 0),
                          ("hash_claimed_sha512", pss(Alg("pss-sha512-mgf-sha256-salt32").params()),
                              0),
                          ("mask_claimed_sha512", pss(Alg("pss-sha256-mgf-sha512").params()), 0),
                          ("no_parameters", pss(), 0), ("null_parameters", pss(NULL), 0),
                              ("all_default", pss(seq()), 0),
                          ("trailer_1_written_out", pss(seq(h256, m256, salt(32), tlv(0xa3,
                              integer(1)))), 1),
                          ("trailer_2", pss(seq(h256, m256, salt(32), tlv(0xa3, integer(2)))), 0),
                          ("hash_without_null", pss(seq(tlv(0xa0, hash_alg("sha256", False)), m256,
                              salt(32))), 1),
                          ("order", pss(seq(m256, h256, salt(32))), 0), ("trailing",
                              pss(p.params() + NULL), 0),
                          ("salt_huge", pss(seq(h256, m256, salt(b"\2\5\1\0\0\0\x20"))), 0)):
        two("pss_" + what, k, "ok" if good else "fail", "pss-sha256", lo=dict(inner=a),
            theirs={"salt_huge": "OpenSSL keeps the low 32 bits of the salt length",
                    "trailing": "RFC 7671 5.1: usage 3 does not look at the signature"}.get(what))
    two("rsa_no_parameters", k, "ok", lo=dict(inner=seq(oid("1.2.840.113549.1.1.11"))))
    two("rsa_odd_parameters", k, "fail", lo=dict(inner=seq(oid("1.2.840.113549.1.1.11"),
        integer(1))), theirs="RFC 4055 5: NULL")
    two("ed25519_null_parameters", Ed("ed"), "fail", lo=dict(inner=seq(oid("1.3.101.112"), NULL)),
        theirs="RFC 8410 3: absent")
    two("ecdsa_odd_parameters", Ec(256, "sig"), "fail", lo=dict(inner=seq(oid(EC_SIG["sha256"]),
        integer(1))), theirs="RFC 5758 3.2: absent")
    two("ecdsa_trailing", Ec(256, "sig"), "fail", lo=dict(sig=lambda s: s + b"\0"))
    two("ecdsa_zero", Ec(256, "sig"), "fail", lo=dict(sig=lambda s: seq(integer(0), integer(0))))
    two("ecdsa_long_integer", Ec(256, "sig"), "fail",
        lo=dict(sig=lambda s: seq(b"\2\x22\0\0" + s[-32:] * 1, s[-34:])))
    two("rsa_short", k, "fail", lo=dict(sig=lambda s: s[1:]))
    two("rsa_long", k, "fail", lo=dict(sig=lambda s: b"\0" + s))
    two("rsa_plus_modulus", k, "fail", lo=dict(sig=lambda s: (int.from_bytes(s,
        "big") + k.n).to_bytes(257, "big")))
    two("ed25519_short", Ed("ed"), "fail", lo=dict(sig=lambda s: s[:63]))
    two("ed25519_scalar_plus_order", Ed("ed"), "fail",
        lo=dict(sig=lambda s: s[:32] + (int.from_bytes(s[32:],
            "little") + 2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")))
    two("compressed_key", Ec(256, "sig", True), "fail",
        theirs="no compressed points here (RFC 8422 5.1.2)")
    # SHA-1 and MD5 where nothing rests on them, and where something does
    for h in ("sha1", "md5"):
        r = ca("R", k, alg=h)
        i = ca("I", rsa["2048b"], r)
        ok("anchor_self_signed_with_" + h, [leaf(i), i, r], tlsa(2, 1, 1, r), 2)
        r = ca("R", k)
        i = ca("I", rsa["2048b"], r, alg=h)
        no("intermediate_signed_with_" + h, [leaf(i), i, r], tlsa(2, 1, 1, r))
        ok("above_the_anchor_signed_with_" + h, [leaf(i), i, r], tlsa(2, 1, 1, i), 1)
    r = ca("R", k)
    i = ca("I", rsa["1024"], r)
    ok("intermediate_of_1024_bits", [leaf(i), i, r], tlsa(2, 1, 1, r), 2, want="warning")
    i = ca("I", rsa["768"], r)
    no("intermediate_of_768_bits", [leaf(i), i, r], tlsa(2, 1, 1, r), None)
    for size, want in (("768", "fail"), ("1024", "warning"), ("2048a", "ok"), ("4096", "ok"),
            ("8192", "fail")):
        l = leaf(I, rsa[size])
        if want == "fail":
            no("leaf_of_%s_bits" % size, [l, I, R], TOP, None, theirs=LARGE)
        else:
            ok("leaf_of_%s_bits" % size, [l, I, R], TOP, 2, want=want)
        ok("leaf_of_%s_bits_ee" % size, [l, I, R], tlsa(3, 1, 1, l), 0,
           want=want, code="cert-key-short" if size in ("768", "1024") else
           "cert-unverified" if size == "8192" else None,
           theirs=EE_KEY if size == "768" else LARGE if size == "8192" else None)
    other = Ec(384, "x").alg(Alg("sha384"))
    for where, make in (("leaf", with_leaf), ("intermediate", with_inter), ("anchor", with_root)):
        for what, o in (("outer", dict(outer=other)), ("inner", dict(inner=other,
                outer=seq(oid(EC_SIG["sha256"])))),
                        ("parameters", dict(outer=seq(oid(EC_SIG["sha256"]), NULL)))):
            c = make(**o)
            no("algorithms_differ_%s_%s" % (where, what), c, TOP,
                theirs="RFC 5280 4.1.1.2: the anchor's certificate too")
            if where == "leaf":
                ok("algorithms_differ_%s_%s_ee" % (where, what), c, tlsa(3, 1, 1, L), 0)
    l = L.again(spki=seq(seq(oid("1.2.840.10045.2.1"), oid("1.3.132.0.10")),
        bits(b"\4" + bytes(64))))
    # it matches, but no handshake could show here that a server has the key
    ok("key_of_an_unknown_curve_ee", [l, I, R], tlsa(3, 1, 1, l), 0, want="fail", code="cert-unverified",
        theirs="OpenSSL knows that curve, and this is no point of it")


STRICT = "not DER, or not as RFC 5280 has it"


def forms():
    for what, o, good, why in (
            ("serial_0", dict(serial=0), 1, None), ("serial_negative", dict(serial=-5), 1, None),
            ("serial_20_octets", dict(serial=1 << 158), 1, None), ("serial_40_octets",
                dict(serial=1 << 318), 1, None),
            ("serial_empty", dict(serial=b"\2\0"), 0, STRICT), ("serial_not_minimal",
                dict(serial=b"\2\2\0\1"), 0, STRICT),
            ("serial_negative_not_minimal", dict(serial=b"\2\2\xff\xff"), 0, STRICT),
            ("serial_no_integer", dict(serial=b"\4\1\1"), 0, STRICT),
            ("version_4", dict(version=4), 0, STRICT), ("version_negative",
                dict(version=b"\xa0\3\2\1\xff"), 0, STRICT),
            ("version_2_with_extensions", dict(version=2), 0,
                "RFC 5280 4.1.2.9: extensions in version 3 alone"),
            ("version_1_with_extensions", dict(version=1), 0,
                "RFC 5280 4.1.2.9: extensions in version 3 alone"),
            ("unique_ids", dict(unique=tlv(0x81, b"\0\1") + tlv(0x82, b"\0\2")), 1, None),
            ("signature_unused_bits", dict(bits_unused=1), 0, STRICT)):
        for where, make in (("leaf", with_leaf), ("intermediate", with_inter)):
            c = make(**o)
            if good:
                ok("%s_%s" % (where, what), c, TOP, 2, theirs=why)
            else:
                no("%s_%s" % (where, what), c, TOP, None, theirs=why)
    c = L.again(version=1, exts=None, subject=dn("CN=" + HOST))
    ok("version_1_leaf", [c, I, R], TOP, 2)
    ok("version_1_leaf_ee", [c, I, R], tlsa(3, 1, 1, c), 0)
    no("version_1_leaf_other_name", [L.again(version=1, exts=None), I, R], TOP, NAME)
    no("version_1_intermediate", with_inter(version=1, exts=None), TOP)
    no("version_2_intermediate", with_inter(version=2, exts=None), TOP)
    c = with_root(version=1, exts=None)
    ok("version_1_anchor", c, TOP, 2)
    ok("version_1_anchor_given", c[:2], tlsa(2, 0, 0, c[2]), 2)
    c = with_inter(version=1, exts=None)
    no("version_1_anchor_not_self_issued", c, MID)
    no("version_1_anchor_not_self_issued_given", c[:1], tlsa(2, 0, 0, c[1]))
    ok("extensions_in_another_order", with_leaf(exts=L.o["exts"][::-1]), TOP, 2)
    ok("issuer_alternative_name_critical", with_leaf(
        exts=L.o["exts"] + [ext("2.5.29.18", seq(gn_dns("ca.test")), True)]), TOP, 2,
        theirs="RFC 5280 4.2.1.7: known, and there is nothing to process")
    ok("constraints_in_the_leaf", with_leaf(
        exts=L.o["exts"] + [nc([gn_dns("example.org")], critical=False)]), TOP, 2)
    no("extension_without_value", with_leaf(exts=L.o["exts"] + [seq(oid("1.2.3"))]), TOP, None)
    no("extension_value_no_octets", with_leaf(exts=L.o["exts"] + [seq(oid("1.2.3"), NULL)]), TOP, None)
    no("extension_trailing", with_leaf(
        exts=L.o["exts"] + [seq(oid("1.2.3"), octets(b""), NULL)]), TOP, None)
    c = with_root(version=1, exts=None, not_after=T0 - 1)
    no("version_1_anchor_expired", c, TOP, "cert-expired")
    der = L.der
    for what, d in {"trailing_octet": der + b"\0", "short": der[:-1], "empty": b"",
            "one_octet": b"\x30",
                    "text": b"hello", "indefinite": b"\x30\x80" + der[4:] + b"\0\0",
                    "long_length": b"\x30\x83\0" + der[2:], "key_only": L.spki}.items():
        no("leaf_no_certificate_" + what, [d, I, R], TOP, None, theirs=STRICT)
        no("leaf_no_certificate_%s_ee" % what, [d, I, R], tlsa(3, 1, 1, L), None, theirs=STRICT)
        no("leaf_no_certificate_%s_digest" % what, [d, I, R], tlsa(3, 0, 1, d), None, theirs=STRICT)
        no("third_no_certificate_" + what, [L, I, d], MID, None, theirs=STRICT)
    sub = seq(L.tbs, L.key.alg(Alg("sha256")), bits(L.sig), NULL)
    no("leaf_fourth_element", [sub, I, R], tlsa(3, 1, 1, L), None)


def sets():
    g3, g2 = tlsa(3, 1, 1, L), TOP
    u_, s_, m_, d = g3
    unusable = {"usage_0": (0, 1, 1, d), "usage_1": (1, 1, 1, d), "usage_4": (4, 1, 1, d),
        "usage_255": (255, 1, 1, d),
                "selector_2": (3, 2, 1, d), "selector_255": (3, 255, 1, d), "mtype_3": (3, 1, 3, d),
                "mtype_255": (3, 1, 255, d), "digest_short": (3, 1, 1, d[:-1]), "digest_long": (3,
                    1, 1, d + b"\0"),
                "digest_empty": (3, 1, 1, b""), "digest_of_sha512_length": (3, 1, 1, tlsa(3, 1, 2,
                    L)[3]),
                "digest_512_of_sha256_length": (3, 1, 2, d), "full_empty": (3, 0, 0, b""),
                    "full_junk": (3, 0, 0, b"junk"),
                "full_trailing": (3, 0, 0, L.der + b"\0"), "full_short": (3, 0, 0, L.der[:-1]),
                "full_key_for_certificate": (3, 0, 0, L.spki), "full_certificate_for_key": (3, 1, 0,
                    L.der),
                "full_key_junk": (3, 1, 0, b"\x30\0"), "full_pem": (3, 0, 0, pem([L]).encode()),
                "ta_full_junk": (2, 0, 0, b"junk"), "ta_key_junk": (2, 1, 0, b"junk"),
                    "ta_digest_short": (2, 1, 1, g2[3][1:])}
    for what, r in unusable.items():
        no("unusable_" + what, [L, I, R], r, "tlsa-unusable")
        case("unusable_%s_first" % what, [L, I, R], [r, g3], match=(1, 0))
        case("unusable_%s_last" % what, [L, I, R], [g2, r], match=(0, 2))
        no("unusable_%s_with_one_that_is_wrong" % what, [L, I, R], [r, (3, 1, 1, WRONG[1])],
            MISMATCH)
    no("unusable_two", [L, I, R], [unusable["usage_0"], unusable["mtype_3"]], "tlsa-unusable")
    weak, strong = WRONG[1], WRONG[2]
    for u, c, depth in ((3, L, 0), (2, R, 2), (2, I, 1)):
        for s in (0, 1):
            t = "agility_%d_%d_%d_" % (u, s, depth)
            one, two, full = tlsa(u, s, 1, c), tlsa(u, s, 2, c), tlsa(u, s, 0, c)
            f_wrong = tlsa(u, s, 0, OTHER)
            case(t + "both_good", [L, I, R], [one, two], match=(1, depth))
            case(t + "strong_good", [L, I, R], [(u, s, 1, weak), two], match=(1, depth))
            no(t + "strong_wrong", [L, I, R], [one, (u, s, 2, strong)], None)
            no(t + "strong_wrong_first", [L, I, R], [(u, s, 2, strong), one], None)
            case(t + "strong_unusable", [L, I, R], [one, (u, s, 2, strong[1:])], match=(0, depth))
            case(t + "strong_of_another_selector", [L, I, R], [one, (u, 1 - s, 2, strong)],
                match=(0, depth))
            case(t + "strong_of_another_usage", [L, I, R], [one, (5 - u, s, 2, strong)], match=(0,
                depth))
            case(t + "strong_of_usage_1", [L, I, R], [one, (1, s, 2, strong)], match=(0, depth))
            case(t + "unknown_type_is_no_digest", [L, I, R], [one, (u, s, 3, strong)], match=(0,
                depth))
            case(t + "full_wrong", [L, I, R], [one, f_wrong], match=(0, depth))
            case(t + "full_good_strong_wrong", [L, I, R], [full, (u, s, 2, strong)], match=(0,
                depth))
            case(t + "full_good_weak_wrong", [L, I, R], [(u, s, 1, weak), full], match=(1, depth))
            no(t + "full_wrong_strong_wrong", [L, I, R], [f_wrong, (u, s, 2, strong), one], None)
    no("digest_of_the_pem_text", [L, I, R], (3, 0, 1, digest("sha256", pem([L]).encode())),
        MISMATCH, say="PEM")
    no("selector_0_of_a_renewed_certificate", [L, I, R], tlsa(3, 0, 1, L.again(serial=5)), MISMATCH)
    ok("selector_1_of_a_renewed_certificate", [L.again(serial=5), I, R], g3, 0)


def text():
    good = pem([L, I, R])
    key = "-----BEGIN PRIVATE KEY-----\nMEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCAB\n-----END PRIVATE KEY-----\n"
    one, line = "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n"
    body = base64.b64encode(L.der).decode()
    fine = {"plain": good, "crlf": pem([L, I, R], "\r\n"), "no_newline_at_the_end": good[:-1],
            "text_around": "Certificate:\n    Data: x\n" + good.replace(one,
                "subject=CN = x\n" + one) + "bye\n",
            "text_crlf": "Bag Attributes\r\n" + pem([L, I, R], "\r\n"), "key_first": key + good,
                "key_last": good + key,
            "blank_lines_between": good.replace(one, "\n\n" + one),
                "trailing_blanks": good.replace("\n", " \n"),
            "one_long_line": one + body + "\n" + line + pem([I, R]),
                "short_lines": one + "\n".join(re.findall(".{1,4}", body)) + "\n" + line + pem([I,
                    R]),
            "x509_label": good.replace("CERTIFICATE", "X509 CERTIFICATE"),
            "parameters_before": "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + good,
            "cr_alone": pem([L, I, R], "\r"), "tabs": good.replace("\n", "\t\n"),
                "blank_lines_within": good.replace("\n", "\n\n"),
            "hyphens_in_text": "--- a ---\n-----\n" + good}
    for what, t in fine.items():
        for how, rec, depth in (("ee", tlsa(3, 1, 1, L), 0), ("ta", TOP, 2)):
            ok("pem_%s_%s" % (what, how), [], rec, depth, text=t.encode())
    bad = {"empty": "", "no_certificate": "hello\n", "key_only": key, "no_end": good[:-len(line)],
           "no_end_at_all": one + body + "\n", "bad_base64": good.replace("M", "!", 2),
               "cut_short": good[:300],
           "one_octet_missing": one + body[:-8] + "\n" + line, "der": None,
               "request": good.replace("CERTIFICATE", "CERTIFICATE REQUEST"),
           "one_octet_more": one + base64.b64encode(L.der + b"x").decode() + "\n" + line,
           "nothing_inside": one + line, "utf16": None}
    for what, t in bad.items():
        raw = {"der": L.der, "utf16": good.encode("utf-16")}.get(what) if t is None else t.encode()
        parsed = what in ("one_octet_missing", "one_octet_more", "nothing_inside")
        no("pem_%s" % what, [], tlsa(3, 1, 1, L), "cert-parse" if parsed else "local-chain",
            text=raw)
    no("pem_second_cut_short", [], TOP, "local-chain", text=good[:-300].encode())


def all_cases():
    for f in (basic, own_anchor, order, ways, limits, dates, authority, leaf_usage, constraints,
            names, signatures, forms,
              sets, text):
        f()
    return CASES


if __name__ == "__main__":
    want = sys.argv[1:]
    cases = [c for c in all_cases() if not want or any(w in c.name for w in want)]
    judge(cases)
    for c in cases:
        why = fault(c)
        print("not ok certs/%s: %s" % (c.name, why.replace("\n", " ")) if why
            else "ok certs/" + c.name)
        if want:
            print(c.ours.verdict, c.ours.matched(), c.ours.codes, c.ours.text[:500], "| OpenSSL:",
                c.theirs)
