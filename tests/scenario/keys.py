# SPDX-License-Identifier: ISC
"""
tests/scenario/keys.py: keys, signatures and chains of trust, as RFC 4033-4035, 4509, 5702, 6605,
6840, 8080 and 9905 have them, told from outside: every expectation here comes from the RFCs.
"""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab
from lab import *


def many(name, cases):
    """One scenario a case: name_KEY calls the function with the rest."""
    def deco(f):
        for k, args in cases.items():
            SCENARIOS.append(("%s_%s" % (name, k), lambda args=args: f(*args)))
        return f
    return deco


SHA1_ALGS = (5, 7)


# ---- algorithms --------------------------------------------------------------------------------

@many("algorithm", {str(a): (a, b) for a, b in
                    ((8, 1024), (8, 2048), (10, 1024), (13, None), (14, None), (15, None))})
def supported(a, b):
    w, _, _ = two(keys=[K(a, b)])
    expect(w.build().ask("www.test."), "secure", WWW)


@many("algorithm", {"5_is_weak": (5,), "7_is_weak": (7,)})
def weak_algorithms(a):
    w, _, z = two(keys=[K(a, 1024)])
    w.build()
    expect(w.ask("www.test."), "insecure", WWW, reason="RFC 9905")
    expect(w.ask("www.test.", args=WEAK), "secure", WWW)
    sigs(z, "www", "A", z.sign("www", "A", expiration=T0 - 1))
    expect(w.ask("www.test.", args=WEAK), "bogus", ede=7)


@many("algorithm_unsupported", {str(a): (a,) for a in (0, 1, 2, 3, 4, 6, 9, 11, 12, 16, 17, 23, 252, 253, 254, 255)})
def unsupported(a):
    w, _, _ = two(keys=[Key(a)])
    w.build()
    expect(w.ask("www.test."), "insecure", WWW, reason="test", ede=1)
    expect(w.ask("www.test.", args=WEAK), "insecure", WWW)


@scenario
def algorithm_unsupported_beside_a_supported_ds_without_key():
    "DS of 13 matches no key, DS of 12 does: the zone counts as signed"
    k = Key(12)
    w, _, _ = two(keys=[k], ds=[k.ds("test."), K(13, which="other").ds("test.")])
    expect(w.build().ask("www.test."), "bogus")


@scenario
def algorithm_rollover_half_way_one_algorithm_of_two_signs():
    "RFC 6840 section 5.11: one valid path is enough, all signatures by one algorithm of the DS set"
    a, b = K(8, 1024), K(13)
    for keys in ([a, b], [a]):
        w, _, z = two(keys=keys, ds=[a.ds("test."), b.ds("test.")])
        w.build()
        for o, t in (("www", "A"), ("@", "DNSKEY")):
            sigs(z, o, t, z.sign(o, t, a))
        expect(w.ask("www.test."), "secure", WWW)


@scenario
def algorithm_rollover_unsupported_signatures_left_alone():
    "what the supported algorithm signed is stripped, the unsupported signature stays: bogus"
    a, b = Key(12), K(13)
    w, _, z = two(keys=[a, b])
    w.build()
    expect(w.ask("www.test."), "secure", WWW)
    sigs(z, "www", "A", z.sign("www", "A", a))
    expect(w.ask("www.test."), "bogus")
    w.build()
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY", a))
    expect(w.ask("www.test."), "bogus")


@scenario
def algorithm_of_ds_differs_from_the_key():
    k = K(13)
    w, _, _ = two(keys=[k], ds=[k.ds("test.", alg=15)])
    expect(w.build().ask("www.test."), "bogus")


@scenario
def algorithm_of_rrsig_differs_from_the_key():
    w, _, z = two()
    w.build()
    sigs(z, "www", "A", z.sign("www", "A", alg=15))
    expect(w.ask("www.test."), "bogus")


# ---- DS digests ----------------------------------------------------------------------------------

def flip(d):
    return d[:-1] + bytes([d[-1] ^ 1])


def digest_cases():
    g, o = K(13, which="ds"), K(13, which="ds2")
    d = {i: g.ds("test.", i) for i in (1, 2, 3, 4, 0, 5, 255)}
    five = K(5, 1024, which="ds")
    return {  # DS set: without and with -allow-weak
        "1": ([d[1]], "insecure", "secure"),
        "2": ([d[2]], "secure", "secure"),
        "3": ([d[3]], "insecure", "insecure"),
        "4": ([d[4]], "secure", "secure"),
        "0_5_255": ([d[0], d[5], d[255]], "insecure", "insecure"),
        "1_and_2": ([d[1], d[2]], "secure", "secure"),
        "1_and_4": ([d[1], d[4]], "secure", "secure"),
        "1_good_2_bad": ([d[1], flip(d[2])], "bogus", "bogus"),
        "1_good_4_bad": ([d[1], flip(d[4])], "bogus", "bogus"),
        "2_good_4_bad": ([d[2], flip(d[4])], "secure", "secure"),
        "2_bad_4_good": ([flip(d[2]), d[4]], "secure", "secure"),
        "1_bad": ([flip(d[1])], "insecure", "bogus"),
        "2_bad": ([flip(d[2])], "bogus", "bogus"),
        "3_and_1": ([d[3], d[1]], "insecure", "secure"),
        "3_and_2_bad": ([d[3], flip(d[2])], "bogus", "bogus"),
        "1_and_2_of_another_key": ([d[1], o.ds("test.", 2)], "bogus", "bogus"),
        "1_and_2_of_an_unsupported_algorithm": ([d[1], g.ds("test.", 2, alg=12)], "insecure", "secure"),
        "1_and_2_of_algorithm_5": ([d[1], five.ds("test.", 2)], "insecure", "bogus"),
        "2_too_short": ([d[2][:24]], "bogus", "bogus"),
        "2_too_long": ([d[2] + b"\0"], "bogus", "bogus"),
        "2_of_wrong_tag": ([g.ds("test.", 2, tag=(g.tag() + 1) & 0xffff)], "bogus", "bogus"),
    }


@many("ds_digest", {k: (k,) for k in digest_cases()} if "--help" not in sys.argv else {})
def ds_digest(k):
    ds, plain, weak = digest_cases()[k]
    w, _, _ = two(keys=[K(13, which="ds")], ds=ds)
    w.build()
    expect(w.ask("www.test."), plain, WWW if plain != "bogus" else [])
    expect(w.ask("www.test.", args=WEAK), weak, WWW if weak != "bogus" else [])


@scenario
def ds_digest_of_mixed_case_owner():
    w = World()
    w.zone(".")
    w.zone("TeSt.", keys=[K(13)]).add("www", "A", "192.0.2.1")
    expect(w.build().ask("wWw.tEST."), "secure", WWW)


@scenario
def ds_set_of_33_is_over_the_limit():
    k = K(13)
    w, _, _ = two(keys=[k], ds=[k.ds("test.")] + [k.ds("test.", tag=i) for i in range(32)])
    expect(w.build().ask("www.test."), "bogus", reason="limit")


# ---- RSA -----------------------------------------------------------------------------------------

@many("rsa_size", {str(b): (b,) for b in (512, 768, 1016, 1022, 1024, 1026, 1280, 2048, 4096)})
def rsa_sizes(b):
    w, _, _ = two(keys=[K(8, b)])
    w.build()
    if b < 1024:
        expect(w.ask("www.test."), "insecure", WWW, reason="1024", ede=1)
    expect(w.ask("www.test.", args=WEAK if b < 1024 else ()), "secure", WWW)


@scenario
def rsa_size_over_4096_verifies_nothing():
    w, _, _ = two(keys=[K(8, 4104)])
    expect(w.build().ask("www.test."), "bogus", reason="4096")


@scenario
def rsa_small_and_a_large_key_that_does_not_match():
    "not every usable DS matches a small key"
    s = K(8, 768)
    w, _, _ = two(keys=[s], ds=[s.ds("test."), K(8, 1024, which="gone").ds("test.")])
    expect(w.build().ask("www.test."), "bogus")


@scenario
def rsa_small_ds_that_matches_nothing():
    w, _, _ = two(keys=[K(8, 1024)], ds=[K(8, 768).ds("test.")])
    expect(w.build().ask("www.test."), "bogus")


@scenario
def rsa_small_beside_a_large_one():
    s, b = K(8, 768), K(8, 1024)
    w, _, z = two(keys=[s, b])
    w.build()
    expect(w.ask("www.test."), "secure", WWW)
    sigs(z, "www", "A", z.sign("www", "A", s))
    expect(w.ask("www.test."), "bogus", reason=["1024", str(s.tag())])
    expect(w.ask("www.test.", args=WEAK), "secure", WWW)


@scenario
def rsa_small_zsk_under_a_large_ksk():
    w, _, _ = two(keys=[K(8, 1024), K(8, 768, flags=256)])
    w.build()
    expect(w.ask("www.test."), "bogus", reason="1024")
    expect(w.ask("www.test.", args=WEAK), "secure", WWW)


@scenario
def rsa_small_key_beside_an_unsupported_ds():
    s, u = K(8, 768), Key(12)
    w, _, _ = two(keys=[s, u])
    expect(w.build().ask("www.test."), "insecure", WWW)


EXPONENTS = {"3": (3, True), "17": (17, True), "65537": (65537, True), "2p32_1": (2**32 + 1, True),
             "2p64_59": (2**64 - 59, True), "2p64_1": (2**64 - 1, True), "2p64_13": (2**64 + 13, False),
             "2p80_1": (2**80 + 1, False), "1": (1, False)}


@many("rsa_exponent", {k: v for k, v in EXPONENTS.items()})
def rsa_exponents(e, good):
    for which in range(400):
        k = Key(8, 1024, exponent=e, which="e%d" % which)
        if k.d is not None:
            break
    w, _, _ = two(keys=[k])
    w.build()
    if good:
        expect(w.ask("www.test."), "secure", WWW)
    else:
        expect(w.ask("www.test."), "bogus", reason="exponent")


@many("rsa_exponent_even", {str(e): (e,) for e in (2, 4, 65536)})
def rsa_even(e):
    w, _, _ = two(keys=[Key(8, 1024, exponent=e)])
    expect(w.build().ask("www.test."), "bogus", reason="exponent")


@many("rsa_exponent_form", {"long_length": (dict(long_form=True),), "leading_zeros": (dict(zeros=3),),
                            "leading_zeros_to_300": (dict(zeros=297),)})
def rsa_exponent_form(kw):
    w, _, _ = two(keys=[Key(8, 1024, **kw)])
    expect(w.build().ask("www.test."), "secure", WWW)


def public(alg, d):
    k = K(alg, 1024)
    c = Key(alg, public=d(k.public))
    c.n, c.d, c.priv = getattr(k, "n", None), getattr(k, "d", None), k.priv
    return c


@many("malformed_key", {
    "rsa_exponent_fills_all": (8, lambda p: bytes([200]) + p[1:]), "rsa_no_modulus": (8, lambda p: p[:4]),
    "rsa_even_modulus": (8, lambda p: flip(p)), "rsa_one_octet": (8, lambda p: b"\x03"),
    "rsa_zero_exponent": (8, lambda p: b"\3\0\0\0" + p[4:]),
    "p256_short": (13, lambda p: p[:-1]), "p256_long": (13, lambda p: p + b"\0"),
    "p256_compressed": (13, lambda p: b"\2" + p[:32]), "p256_off_curve": (13, lambda p: flip(p)),
    "p256_zero": (13, lambda p: bytes(64)), "p384_short": (14, lambda p: p[:64]),
    "ed25519_short": (15, lambda p: p[:31]), "ed25519_zero": (15, lambda p: bytes(32)),
    "ed25519_order_1": (15, lambda p: b"\1" + bytes(31))})
def malformed_key(alg, d):
    w, _, _ = two(keys=[public(alg, d)])
    expect(w.build().ask("www.test."), "bogus")


def grow(s):
    return s + b"\0"


@many("malformed_signature", {"%d_%s" % (a, k): (a, f) for a in (8, 13, 14, 15) for k, f in {
    "short": lambda s: s[:-1], "long": grow, "flipped": flip, "zero": lambda s: bytes(len(s)),
    "padded_in_front": lambda s: b"\0" + s, "one_octet": lambda s: b"\1"}.items()})
def malformed_signature(a, f):
    w, _, z = two(keys=[K(a, 1024)])
    w.build()
    k = z.key("www", "A")
    s = z.sigs[k][0]
    head = 18 + len(z.name)
    z.sigs[k] = [s[:head] + f(s[head:])]
    expect(w.ask("www.test."), "bogus")


# ---- flags, protocol, key sets ---------------------------------------------------------------------

def relabel(k, flags=None, protocol=None):
    c = Key(k.alg, public=k.public, flags=k.flags if flags is None else flags,
            protocol=k.protocol if protocol is None else protocol)
    c.priv = k.priv
    return c


@many("key_is_no_zone_key", {"flag": (dict(flags=1),), "protocol_0": (dict(protocol=0),),
                             "protocol_4": (dict(protocol=4),), "revoked": (dict(flags=0x181),)})
def not_zone_key(kw):
    k = relabel(K(13), **kw)
    w, _, z = two(keys=[k], ds=[k.ds("test.")])
    expect(w.build().ask("www.test."), "bogus")
    # as a ZSK under a good key
    good = K(13, which="good")
    w, _, z = two(keys=[good, k], ds=[good.ds("test.")])
    w.build()
    expect(w.ask("www.test."), "secure", WWW)
    sigs(z, "www", "A", z.sign("www", "A", k))
    expect(w.ask("www.test."), "bogus")


@scenario
def key_other_flag_bits_do_not_matter():
    w, _, _ = two(keys=[relabel(K(13), flags=0xfe7f | 0x100)])
    expect(w.build().ask("www.test."), "secure", WWW)


@scenario
def key_without_sep_bit_may_be_the_entry_point():
    k = K(13, flags=256)
    w, _, _ = two(keys=[k], ds=[k.ds("test.")])
    expect(w.build().ask("www.test."), "secure", WWW)


@scenario
def keys_ksk_and_zsk():
    w, _, z = two(keys=[K(13), K(13, flags=256)])
    w.build()
    expect(w.ask("www.test."), "secure", WWW)
    expect(w.ask("test.", "DNSKEY"), "secure")
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY", z.keys[1]))    # by the ZSK alone
    expect(w.ask("www.test."), "bogus")


@scenario
def keys_mixed_algorithms_ksk_rsa_zsk_ed25519():
    w, _, _ = two(keys=[K(8, 2048), K(15, flags=256)])
    expect(w.build().ask("www.test."), "secure", WWW)


@scenario
def keys_standby_ksk_without_signature():
    a, b = K(13), K(13, which="standby")
    w, _, z = two(keys=[a, b])
    w.build()
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY", a))
    sigs(z, "www", "A", z.sign("www", "A", b))              # signed by the stand-by key: good
    expect(w.ask("www.test."), "secure", WWW)
    w, _, z = two(keys=[a, b], ds=[b.ds("test.")])         # the DS names the one that signs not
    w.build()
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY", a))
    expect(w.ask("www.test."), "bogus")


@scenario
def keys_prepublished_ds_of_a_key_to_come():
    a, b = K(13), K(13, which="later")
    w, _, _ = two(keys=[a], ds=[b.ds("test."), a.ds("test.")])
    expect(w.build().ask("www.test."), "secure", WWW)


@scenario
def keys_signed_by_a_key_not_in_the_set():
    w, _, z = two()
    w.build()
    k = K(13, which="stranger")
    sigs(z, "www", "A", z.sign("www", "A", k))
    expect(w.ask("www.test."), "bogus", reason=["test", "www.test", "key tag %d" % k.tag()])


@many("colliding_tags", {"%d_twins_%s" % (i, o): (i, o, good) for i, o, good in (
    (1, "first", True), (3, "first", True), (3, "last", True), (4, "last", True), (4, "first", False))})
def colliding(i, where, good):
    k = K(15)
    pubs, p = [], k
    base = k.public
    for j in range(i):                                     # other orders of the same 16-bit words
        words = [base[x:x + 2] for x in range(0, 32, 2)]
        words[0], words[j + 1] = words[j + 1], words[0]
        pubs.append(Key(15, public=b"".join(words), flags=257))
        assert pubs[-1].tag() == k.tag()
    w, _, z = two(keys=[k], ds=[k.ds("test.")])
    w.build()
    rds = [x.rdata() for x in pubs]
    z.sets[z.name, 48] = rds + [k.rdata()] if where == "first" else [k.rdata()] + rds
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY", k))
    r = w.ask("www.test.")
    if good:
        expect(r, "secure", WWW)
    else:                                                  # the fifth key with that tag
        expect(r, "bogus", reason="limit")


@scenario
def keys_33_are_over_the_limit():
    w, _, z = two(keys=[K(13)])
    w.build()
    z.sets[z.name, 48] += [Key(15, public=bytes([i] * 32), flags=256).rdata() for i in range(32)]
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY"))
    expect(w.ask("www.test."), "bogus", reason="limit")


# ---- several signatures ------------------------------------------------------------------------------

@many("signatures", {"%d_bad_and_one_good" % i: (i,) for i in (1, 3, 7)})
def bad_and_good(i):
    w, _, z = two()
    w.build()
    bad = [z.sign("www", "A", inception=T0 - 100 - j, signature=bytes([j + 1]) * 64) for j in range(i)]
    sigs(z, "www", "A", *bad, z.sign("www", "A"))
    expect(w.ask("www.test."), "secure", WWW)
    sigs(z, "www", "A", z.sign("www", "A"), *bad)
    expect(w.ask("www.test."), "secure", WWW)


@scenario
def signatures_more_than_the_limit_are_named_in_the_reason():
    w, _, z = two()
    w.build()
    bad = [z.sign("www", "A", inception=T0 - 100 - j, signature=bytes([j + 1]) * 64) for j in range(8)]
    sigs(z, "www", "A", *bad, z.sign("www", "A"))
    expect(w.ask("www.test."), "bogus", reason=["more than 8 signatures"])
    sigs(z, "www", "A", *bad)
    expect(w.ask("www.test."), "bogus", not_reason="more than 8 signatures")


@scenario
def signatures_failing_p384_stop_at_the_limit_of_work():
    w, _, z = two(keys=[K(14)])
    w.build()
    s = z.sign("www", "A")
    bad = [z.sign("www", "A", inception=T0 - 100 - j, signature=s[-96:]) for j in range(8)]
    sigs(z, "www", "A", *bad)
    expect(w.ask("www.test."), "bogus")


@scenario
def signature_of_another_signer_beside_the_good_one():
    w, r, z = two()
    w.build()
    other = make_sig("www.test.", "A", [rd("A", "192.0.2.1")], K(13, which="x"), "other.")
    sigs(z, "www", "A", other, z.sign("www", "A"))
    expect(w.ask("www.test."), "secure", WWW)


@scenario
def signature_good_after_an_expired_one():
    w, _, z = two()
    w.build()
    sigs(z, "www", "A", z.sign("www", "A", expiration=T0 - 1), z.sign("www", "A"))
    expect(w.ask("www.test."), "secure", WWW)


# ---- time -----------------------------------------------------------------------------------------------

@many("time", {
    "at_inception": (0, 100, 0, "secure"), "before_inception": (0, 100, -1, "bogus"),
    "at_expiration": (0, 100, 100, "secure"), "after_expiration": (0, 100, 101, "bogus"),
    "one_second_long": (0, 0, 0, "secure"), "ends_before_it_begins": (1, 0, 0, "bogus"),
    "inverted_by_a_day": (DAY, -DAY, 0, "bogus")})
def times(inc, exp, at, state):
    w, _, z = two()
    w.build()
    sigs(z, "www", "A", z.sign("www", "A", inception=T0 + inc, expiration=T0 + exp))
    expect(w.ask("www.test.", at=T0 + at), state,
           ede={"before_inception": 8, "after_expiration": 7}.get(
               "before_inception" if at == -1 else "after_expiration" if at == 101 else ""))


@many("serial", {
    "across_2038": (2**31 - 50, 2**31 + 50, 2**31, "secure"),
    "across_2038_early": (2**31 - 50, 2**31 + 50, 2**31 - 51, "bogus"),
    "across_2038_late": (2**31 - 50, 2**31 + 50, 2**31 + 51, "bogus"),
    "across_2106_before": (2**32 - 50, 2**32 + 50, 2**32 - 1, "secure"),
    "across_2106_at_the_last_second": (2**32 - 50, 2**32 + 50, 2**32 - 1, "secure"),
    "across_2106_long": (2**32 - 10**8, 2**32 + 10**9, 2**32 - 5, "secure"),
    "across_2106_early": (2**32 - 50, 2**32 + 50, 2**32 - 51, "bogus"),
    "begins_after_2106": (2**32, 2**32 + 100, 2**32 - 1, "bogus"),
    "after_68_years": (10**9, 10**9 + 100, 10**9 + 101 + 2**31, "bogus"),
    "68_years_long": (T0, T0 + 2**31 - 1, T0 + 1000, "secure"),
    "too_long_for_the_arithmetic": (T0, T0 + 2**31 + 5, T0 + 1000, "bogus")})
def serial(inc, exp, at, state):
    w, z = one(inception=at - 1000, expiration=at + 1000)
    w.build()
    sigs(z, "www", "A", z.sign("www", "A", inception=inc, expiration=exp))
    expect(w.ask("www.test.", at=at), state)


@scenario
def clock_all_root_signatures_expired():
    w, _, _ = two()
    w.build()
    expect(w.ask("www.test.", at=T0 + 375 * DAY), "bogus", reason=["clock looks wrong", "fast", "365 days"], ede=7)
    expect(w.ask("www.test.", at=T0 - 101 * DAY), "bogus", reason=["clock looks wrong", "slow", "100 days"], ede=8)


@scenario
def clock_the_nearest_signature_tells_by_how_much():
    w, r, _ = two()
    w.build()
    old = r.sign("@", "DNSKEY", inception=T0 - 90 * DAY, expiration=T0 - 60 * DAY)
    sigs(r, "@", "DNSKEY", r.sign("@", "DNSKEY", expiration=T0 - 5 * DAY, inception=T0 - 20 * DAY), old)
    expect(w.ask("www.test."), "bogus", reason=["clock looks wrong", " 5 days"], ede=7)


@scenario
def clock_is_not_blamed_for_one_root_signature_of_several():
    w, r, _ = two()
    w.build()
    sigs(r, "@", "DNSKEY", r.sign("@", "DNSKEY", signature=bytes(64)),
         r.sign("@", "DNSKEY", expiration=T0 - 5 * DAY))
    expect(w.ask("www.test."), "bogus", not_reason="clock")


@scenario
def clock_is_not_blamed_when_the_root_keys_are_in_time():
    "the DS set alone is out of date: an old message"
    w, r, _ = two()
    w.build()
    sigs(r, "test.", "DS", r.sign("test.", "DS", expiration=T0 - 5 * DAY))
    expect(w.ask("www.test."), "bogus", ede=7, not_reason="clock")


@scenario
def clock_is_not_blamed_for_a_zone_below():
    w, _, z = two()
    w.build()
    sigs(z, "www", "A", z.sign("www", "A", expiration=T0 - DAY))
    expect(w.ask("www.test."), "bogus", ede=7, not_reason="clock",
           reason=["zone test", "www.test A", "key tag %d" % z.keys[0].tag(), "2023-11-13T22:13:20Z"])


# ---- fields of the RRSIG -----------------------------------------------------------------------------------

@many("field", {
    "labels_one_too_many": (dict(nlabels=3), "bogus"), "labels_one_too_few": (dict(nlabels=1), "bogus"),
    "labels_zero": (dict(nlabels=0), "bogus"), "labels_255": (dict(nlabels=255), "bogus"),
    "original_ttl_higher": (dict(ottl=86400), "secure"), "original_ttl_lower": (dict(ottl=60), "secure"),
    "covers_another_type": (dict(covered="AAAA"), "bogus"), "tag_wrong": (dict(tag=1), "bogus"),
    "signer_is_the_owner": (dict(signer="www.test."), "bogus"), "signer_is_a_sibling": (dict(signer="x.test."), "bogus"),
    "signer_is_another_zone": (dict(signer="other."), "bogus"), "signer_is_the_root": (dict(signer="."), "bogus"),
    "signer_below_the_owner": (dict(signer="a.www.test."), "bogus"), "signer_in_capitals": (dict(signer="TEST."), "secure"),
    "owner_signed_is_another": (dict(owner_signed="ww.test."), "bogus"),
    "signed_with_another_ttl": (dict(ttl=301), "secure")})
def fields(kw, state):
    w, _, z = two()
    w.build()
    sigs(z, "www", "A", z.sign("www", "A", **kw))
    expect(w.ask("www.test."), state)


@many("signer_of_an_apex_set_is_the", {"%s_%s" % (p, t.lower()): (p, t) for p in ("parent", "grandparent")
                                       for t in ("SOA", "NS", "DNSKEY")})
def signer_above(p, t):
    "RFC 4035 section 5.3.1: the signer is the zone that holds the set, which for these is its owner"
    w = World()
    r, a, b = w.chain(".", "test.", "sub.test.")
    w.build()
    expect(w.ask("sub.test.", t), "secure")
    up = a if p == "parent" else r
    sigs(b, "@", t, b.sign("@", t, up.keys[0], signer=up.name))
    expect(w.ask("sub.test.", t), "bogus")


@scenario
def signer_with_the_name_of_the_zone_and_the_key_of_its_parent():
    w, r, z = two()
    w.build()
    sigs(z, "www", "A", z.sign("www", "A", r.keys[0]))
    expect(w.ask("www.test."), "bogus")


@scenario
def ds_signed_by_the_child_or_the_grandparent():
    w = World()
    r, a, b = w.chain(".", "test.", "sub.test.")
    b.add("www", "A", "192.0.2.1")
    w.build()
    sigs(a, "sub.test.", "DS", a.sign("sub.test.", "DS", b.keys[0], signer="sub.test."))
    expect(w.ask("sub.test.", "DS"), "bogus")
    expect(w.ask("www.sub.test."), "bogus")


@scenario
def dnskey_set_signed_by_the_parent():
    w, r, z = two()
    w.build()
    sigs(z, "@", "DNSKEY", z.sign("@", "DNSKEY", r.keys[0], signer="."))
    expect(w.ask("www.test."), "bogus")
    expect(w.ask("test.", "DNSKEY"), "bogus")


# ---- canonical form -----------------------------------------------------------------------------------------

LOWERED = {"NS": "Ns.Test.", "CNAME": "Www.Test.", "SOA": "Ns.Test. H.Test. 1 2 3 4 5", "PTR": "Www.Test.",
           "MX": "10 Mx.Test.", "RP": "Me.Test. Txt.Test.", "AFSDB": "1 A.Test.", "SRV": "1 2 3 S.Test.",
           "NAPTR": '1 2 "S" "SIP" "" N.Test.', "KX": "1 K.Test.", "DNAME": "Other.Test.", "RT": "1 R.Test.",
           "PX": "1 A.Test. B.Test."}
KEPT = {"SVCB": "1 Svc.Test. alpn=h2", "HTTPS": "1 Svc.Test.", "TXT": '"AbC"', "HINFO": '"CpU" "Os"',
        "CAA": '0 issue "Ca.Test"', "URI": '1 1 "HTTP://X.Test/"', "NSAP": "0x47000580005a0000000001e133ffffff000161",
        "TYPE65280": "\\# 7 03414243014400", "TLSA": "3 1 1 4142434445464748494A4B4C4D4E4F505152535455565758595A4142434445"
        "46", "NAPTR": '1 2 "S" "SIP" "" n.test.'}


@many("canonical_lower_case", {t: (t, x) for t, x in LOWERED.items()})
def lower(t, x):
    w, _, z = two()
    owner = "@" if t in ("SOA",) else "Mixed"
    if t == "SOA":
        z.sets[z.name, 6] = []
    z.add(owner, t, x)
    w.build()
    if t == "NS":                                          # below the apex an NS set is a cut
        return
    name = "test." if t == "SOA" else "x.mixed.test." if t == "DNAME" else "mixed.test."
    q = "DNAME" if t == "DNAME" else t
    expect(w.ask("mixed.test." if t == "DNAME" else name, q), "secure")
    o = "test." if t == "SOA" else "mixed.test."
    sigs(z, o, t, z.sign(o, t, canonical=False))           # signed as it was written: another octet string
    expect(w.ask(o, q), "bogus")


@many("canonical_case_kept", {t: (t, x) for t, x in KEPT.items()})
def kept_case(t, x):
    w, _, z = two()
    z.add("mixed", t, x)
    w.build()
    expect(w.ask("mixed.test.", t), "secure")
    if t in ("SVCB", "HTTPS"):                             # signed in lower case: not what was given
        sigs(z, "mixed", t, z.sign("mixed", t, rdatas=[low(d) for d in z.get("mixed", t)[1]]))
        expect(w.ask("mixed.test.", t), "bogus")


@scenario
def canonical_nsec_next_name_keeps_its_case():
    w, _, z = two()
    w.build()
    o, rds = z.get("www", "NSEC")
    z.sets[o, 47] = [n("TeSt.") + rds[0][len(n("test.")):]]
    sigs(z, "www", "NSEC", z.sign("www", "NSEC"))
    expect(w.ask("www.test.", "AAAA"), "secure", [], rcode="NOERROR")
    sigs(z, "www", "NSEC", z.sign("www", "NSEC", rdatas=rds))
    expect(w.ask("www.test.", "AAAA"), "bogus")


@scenario
def canonical_order_and_duplicates():
    w, _, z = two()
    z.add("t", "TXT", '"b"', '"a"', '"aa"', '"B"', '""')
    w.build()
    want = ['""', '"B"', '"a"', '"aa"', '"b"']
    expect(w.ask("t.test.", "TXT"), "secure", want)

    def twice(r):
        r.answer = r.answer[::-1] + [x for x in r.answer if x[1] == 16]
        return r
    w.on("t.test.", "TXT", twice)
    expect(w.ask("t.test.", "TXT"), "secure", want)
    w.override.clear()
    sigs(z, "t", "TXT", z.sign("t", "TXT", sort=False))
    expect(w.ask("t.test.", "TXT"), "bogus")


@scenario
def canonical_owner_case_in_message_and_signature():
    w, _, z = two()
    w.build()
    w.on("www.test.", "A", lambda r: setattr(r, "answer", [
        (n("WwW.TeST."), t, ttl, d) for o, t, ttl, d in r.answer]) or r)
    expect(w.ask("www.test."), "secure", WWW)
    w.override.clear()
    z.sets[n("WWW.test."), 1] = z.sets.pop((n("www.test."), 1))
    sigs(z, "www", "A", z.sign("www", "A", canonical=False))
    expect(w.ask("www.test."), "bogus")


@scenario
def canonical_record_added_or_missing():
    w, _, z = two()
    z.add("www", "A", "192.0.2.2")
    w.build()
    z.sets[n("www.test."), 1].append(rd("A", "192.0.2.66"))
    expect(w.ask("www.test."), "bogus")
    z.sets[n("www.test."), 1] = [rd("A", "192.0.2.1")]
    expect(w.ask("www.test."), "bogus")


# ---- TTL -------------------------------------------------------------------------------------------------------

@many("ttl", {"by_original_ttl": (dict(ottl=60), 300, 60), "as_received": (dict(), 17, 17),
              "by_time_left": (dict(expiration=T0 + 9), 300, 9), "by_the_last_second": (dict(expiration=T0), 300, 0),
              "above_the_signed_one": (dict(), 86400, 300)})
def ttl(kw, ttl, want):
    w, _, z = two()
    w.build()
    sigs(z, "www", "A", z.sign("www", "A", **kw))
    w.on("www.test.", "A", lambda r: setattr(r, "answer", [(o, t, ttl, d) for o, t, _, d in r.answer]) or r)
    r = expect(w.ask("www.test."), "secure", WWW)
    if r.answer[0]["ttl"] != want:
        raise Wrong("TTL %s, not %s" % (r.answer[0]["ttl"], want))


# ---- chains and anchors --------------------------------------------------------------------------------------------

@many("anchor_at", {"root": (".",), "tld": ("test.",), "zone": ("sub.test.",)})
def anchor_at(at):
    for kind in ("DS", "DNSKEY"):
        w = World()
        zs = w.chain(".", "test.", "sub.test.")
        zs[2].add("www", "A", "192.0.2.1")
        w.build()
        z = next(z for z in zs if z.text() == at)
        w.anchors = [(at, kind, z.keys[0].ds(at) if kind == "DS" else z.keys[0].rdata())]
        expect(w.ask("www.sub.test."), "secure", WWW)
        expect(w.ask("nx.sub.test."), "secure", [], rcode="NXDOMAIN")
        w.anchors = [(at, kind, flip(w.anchors[0][2]))]
        expect(w.ask("www.sub.test."), "bogus")


@scenario
def anchor_of_a_zsk_alone_needs_its_signature_over_the_keys():
    w, z = one(keys=[K(13), K(13, flags=256)])
    w.build()
    w.anchors = [("test.", "DNSKEY", z.keys[1].rdata())]
    expect(w.ask("www.test."), "bogus")
    z.sigs[z.key("@", "DNSKEY")].append(z.sign("@", "DNSKEY", z.keys[1]))
    expect(w.ask("www.test."), "secure", WWW)


@scenario
def anchor_several_of_one_zone_one_is_good():
    w, z = one()
    w.build()
    gone = K(8, 1024, which="gone")
    w.anchors = [("test.", "DS", gone.ds("test.")), ("test.", "DNSKEY", K(15).rdata()),
                 ("test.", "DS", z.keys[0].ds("test.", 4))]
    expect(w.ask("www.test."), "secure", WWW)


@scenario
def anchor_closest_wins():
    "the closest is wrong: bogus below it, whatever the root proves; secure beside it"
    w = World()
    r, t, o = w.chain(".", "test.", "other.")
    t.add("www", "A", "192.0.2.1")
    o.add("www", "A", "192.0.2.2")
    w.build()
    w.anchors = [(".", "DS", r.keys[0].ds(".")), ("test.", "DS", K(13, which="wrong").ds("test."))]
    expect(w.ask("www.test."), "bogus")
    expect(w.ask("www.other."), "secure", ["192.0.2.2"])
    w.anchors = [(".", "DS", K(13, which="wrong").ds(".")), ("test.", "DS", t.keys[0].ds("test."))]
    expect(w.ask("www.test."), "secure", WWW)
    expect(w.ask("www.other."), "bogus")


@scenario
def anchor_of_an_island():
    "below an unsigned delegation, with an anchor of its own"
    w = World()
    r, i = w.zone("."), w.zone("test.", ds=[])
    i.add("www", "A", "192.0.2.1")
    w.build()
    w.anchors = [(".", "DS", r.keys[0].ds("."))]
    expect(w.ask("www.test."), "insecure", WWW)
    w.anchors.append(("test.", "DS", i.keys[0].ds("test.")))
    expect(w.ask("www.test."), "secure", WWW)
    expect(w.ask("test.", "DS"), "secure", [], rcode="NOERROR")     # that is the root's to say


@scenario
def anchor_not_at_or_above_the_name():
    w, z = one()
    w.zone("other.").add("www", "A", "192.0.2.9")
    w.build()
    w.anchors = [("test.", "DS", z.keys[0].ds("test."))]
    expect(w.ask("www.other."), "indeterminate", [], reason="anchor")
    expect(w.ask("test.", "DS"), "indeterminate", [])


@scenario
def anchor_at_a_name_that_is_no_zone():
    w, z = one()
    w.build()
    w.anchors = [("www.test.", "DS", z.keys[0].ds("test."))]
    expect(w.ask("www.test."), "bogus")


@scenario
def anchor_with_only_unsupported_algorithms_is_insecure():
    w, z = one()
    w.build()
    w.anchors = [("test.", "DS", z.keys[0].ds("test.", alg=12)), ("test.", "DNSKEY", Key(16).rdata())]
    expect(w.ask("www.test."), "insecure", WWW, reason=["test", "anchor"])
    w.anchors.append(("test.", "DS", z.keys[0].ds("test.")))
    expect(w.ask("www.test."), "secure", WWW)


@scenario
def anchor_sha1_and_sha256_follow_the_same_rule():
    w, z = one()
    w.build()
    d1, d2 = z.keys[0].ds("test.", 1), z.keys[0].ds("test.", 2)
    for ds, plain, weak in (([d1], "insecure", "secure"), ([d1, d2], "secure", "secure"),
                            ([d1, flip(d2)], "bogus", "bogus")):
        w.anchors = [("test.", "DS", d) for d in ds]
        expect(w.ask("www.test."), plain)
        expect(w.ask("www.test.", args=WEAK), weak)


@scenario
def anchor_revoked_key_proves_nothing():
    "RFC 5011 section 2.1: the key set says that its key is revoked"
    k = relabel(K(13), flags=0x181)
    w, z = one(keys=[k, K(13, which="new")])
    w.build()
    for a in (("DNSKEY", K(13).rdata()), ("DS", K(13).ds("test.")), ("DS", k.ds("test."))):
        w.anchors = [("test.", *a)]
        expect(w.ask("www.test."), "bogus")
    w.anchors = [("test.", "DNSKEY", k.rdata())]           # wrong usage
    if w.ask("www.test.").exit != 3:
        raise Wrong("a revoked anchor is taken")


@scenario
def chain_of_six_zones():
    w = World()
    names = [".", "a.", "b.a.", "c.b.a.", "d.c.b.a.", "e.d.c.b.a."]
    zs = w.chain(*names)
    zs[-1].add("www", "A", "192.0.2.1")
    w.build()
    expect(w.ask("www.e.d.c.b.a."), "secure", WWW)
    sigs(zs[2], "c.b.a.", "DS", zs[2].sign("c.b.a.", "DS", signature=bytes(64)))
    expect(w.ask("www.e.d.c.b.a."), "bogus", reason="c.b.a")


@scenario
def chain_over_empty_nonterminals():
    for n3 in (None, (0, b"")):
        w = World()
        r, t, b = w.zone("."), w.zone("test.", nsec3=n3), w.zone("b.ent.ent2.test.", nsec3=n3)
        b.add("w.x.y", "A", "192.0.2.1")
        u = w.zone("u.ent.test.", signed=False)
        u.add("www", "A", "192.0.2.7")
        w.build()
        expect(w.ask("w.x.y.b.ent.ent2.test."), "secure", WWW)
        expect(w.ask("ent.ent2.test."), "secure", [], rcode="NOERROR")
        expect(w.ask("www.u.ent.test."), "insecure", ["192.0.2.7"])


@scenario
def chain_unsupported_ds_in_the_middle():
    w = World()
    r, t = w.zone("."), w.zone("test.", keys=[Key(12)])
    b = w.zone("sub.test.")
    b.add("www", "A", "192.0.2.1")
    w.build()
    expect(w.ask("www.sub.test."), "insecure", WWW, reason="test")
    sigs(r, "test.", "DS", r.sign("test.", "DS", signature=bytes(64)))    # that DS set is not proven
    expect(w.ask("www.sub.test."), "bogus")


@scenario
def chain_signatures_stripped():
    w, r, z = two()
    w.build()
    for o, t in (("www.test.", "A"), ("test.", "DNSKEY"), ("test.", "DS"), (".", "DNSKEY")):
        w.override.clear()
        w.on(o, t, lambda x: x.without(t="RRSIG"))
        expect(w.ask("www.test."), "bogus")
        w.override.clear()
        w.on(o, t, lambda x: Response())
        expect(w.ask("www.test."), "bogus") if t != "A" else expect(w.ask("www.test."), "bogus", ede=12)
    w.override = {"*": lambda x: x.without(t="RRSIG")}
    expect(w.ask("www.test."), "bogus")


@scenario
def chain_ds_answered_from_the_child():
    "no DS, with the child's own NSEC at its apex: proves nothing about the cut"
    w, r, z = two()
    w.build()

    def child(x):
        y = Response()
        y.authority = z.rrs("@", "SOA") + z.rrs("@", "NSEC")
        return y
    w.on("test.", "DS", child)
    expect(w.ask("www.test."), "bogus", [])
    expect(w.ask("test.", "DS"), "bogus", [])


@scenario
def chain_unsigned_delegation_with_and_without_its_proof():
    w = World()
    r, u = w.zone("."), w.zone("test.", signed=False)
    u.add("www", "A", "192.0.2.1")
    w.build()
    expect(w.ask("www.test."), "insecure", WWW)
    expect(w.ask("test.", "DS"), "secure", [], rcode="NOERROR")
    w.on("test.", "DS", lambda x: x.without(t="NSEC").without(covered="NSEC"))
    expect(w.ask("www.test."), "bogus", [])


@scenario
def chain_child_signed_but_without_ds_is_insecure():
    w = World()
    r, z = w.zone("."), w.zone("test.", ds=[])
    z.add("www", "A", "192.0.2.1")
    w.build()
    expect(w.ask("www.test."), "insecure", WWW)
    expect(w.ask("test.", "DNSKEY"), "insecure")


@scenario
def chain_wildcard_ds_is_no_ds():
    w, r, z = two(ds=[])
    r.add("*.", "TXT", "x")
    w.build()
    d = [z.keys[0].ds("test.")]
    r.sets[n("test."), 43] = d
    sigs(r, "test.", "DS", make_sig("test.", "DS", d, r.keys[0], ".", nlabels=0))
    expect(w.ask("www.test."), "bogus")


@scenario
def chain_dnskey_and_ds_asked_for_directly():
    w, r, z = two()
    w.build()
    for name, t in ((".", "DNSKEY"), ("test.", "DNSKEY"), ("test.", "DS"), (".", "SOA"), (".", "NS")):
        r = expect(w.ask(name, t), "secure")
        if not r.answer or any(a["type"] != t for a in r.answer):
            raise Wrong("%s %s: %s" % (name, t, r.answer))
    expect(w.ask(".", "DS"), "secure", [], rcode="NOERROR")
    expect(w.ask("www.test.", "DNSKEY"), "secure", [], rcode="NOERROR")
    expect(w.ask("www.test.", "DS"), "secure", [], rcode="NOERROR")


@scenario
def chain_servfail_and_refused_are_indeterminate():
    w, r, z = two()
    w.build()
    for rcode in (2, 5, 1):
        w.on("test.", "DNSKEY", lambda x: Response(rcode))
        expect(w.ask("www.test."), "indeterminate", [])


# ---- what cannot be proven ----------------------------------------------------------------------------------------------

@scenario
def rrsig_asked_for_is_insecure():
    w, _, _ = two()
    r = expect(w.build().ask("www.test.", "RRSIG"), "insecure", reason="RFC 4035 section 2.2")
    if not r.answer:
        raise Wrong("no RRSIG in the answer")


@scenario
def any_the_weakest_counts():
    w, _, z = two()
    z.add("www", "TXT", "x")
    w.build()
    r = expect(w.ask("www.test.", "ANY"), "secure")
    if {a["type"] for a in r.answer} < {"A", "TXT"}:
        raise Wrong("types %s" % [a["type"] for a in r.answer])
    sigs(z, "www", "TXT", z.sign("www", "TXT", signature=bytes(64)))
    expect(w.ask("www.test.", "ANY"), "bogus")
    sigs(z, "www", "TXT")
    expect(w.ask("www.test.", "ANY"), "bogus")


@many("meta", {t: (t,) for t in ("AXFR", "IXFR", "OPT", "NXNAME", "MAILA", "MAILB", "TSIG", "TKEY", "TYPE128",
                                 "TYPE0", "TYPE41", "TYPE254", "TYPE200")})
def meta(t):
    w, _, _ = two()
    r = w.build().ask("www.test.", t)
    if r.exit != 3 or "TYPE" not in r.err or w.asked:
        raise Wrong("exit %d, %r, asked %s" % (r.exit, r.err[:80], w.asked))


sys.exit(main())
