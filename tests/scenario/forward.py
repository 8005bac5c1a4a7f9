# SPDX-License-Identifier: ISC
"""
tests/scenario/forward.py: resolvers of every quality.  Each fault alone, then with a good resolver
after it and before it, then with one that always fails: what one resolver spoils another mends,
soon enough, and a reason that is left names each resolver and its fault.
"""
import concurrent.futures, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab
from lab import *

WWW, NO, FAR, BIG = "www.test.", "no.test.", "far.test.", "big.test."
DATA = {WWW: ["192.0.2.1"], FAR: ["192.0.2.9", "www.other."], NO: [], BIG: None}
SLOW = 1.9                      # seconds that one dead resolver may cost, and the machine


def make():
    w = World()
    w.zone(".")
    z = w.zone("test.")
    z.add("www", "A", "192.0.2.1")
    z.add("far", "CNAME", "www.other.")
    z.add("big", "TXT", *['"%03d%s"' % (i, "x" * 240) for i in range(40)])
    z.add("huge", "TXT", *['"%03d%s"' % (i, "x" * 240) for i in range(200)])
    w.zone("other.").add("www", "A", "192.0.2.9")
    return w.build()


TRUTH = make()
ANCHOR = tempfile.NamedTemporaryFile("w", suffix=".anchor")
ANCHOR.write(TRUTH.anchor_file())
ANCHOR.flush()


class Courier(Server):
    """A resolver over TRUTH.  change(response, name, type): as World.override.  udp(query, answer)
    and tcp(connection, query, answer) carry the answer; without: as it should be."""
    def __init__(self, change=None, udp=None, tcp=None):
        self.udp_way, self.tcp_way, self.count = udp, tcp, 0
        super().__init__("127.0.0.55")
        self.world = copy_of(TRUTH)
        if change:
            self.world.override["*"] = change

    def serve_udp(self):
        while True:
            q, peer = self.udp.recvfrom(4096)
            self.count += 1
            if self.udp_way is None:
                a = self.answer(q, 1232)
                if a is not None:
                    self.udp.sendto(a, peer)
                continue
            f = self.udp_way(q, self)
            for wait, sock, data in f:
                threading.Timer(wait, sock.sendto, (data, peer)).start() if wait else sock.sendto(data, peer)

    def serve_one(self, c):
        if self.tcp_way is None:
            return super().serve_one(c)
        with c:
            c.settimeout(8)
            try:
                head = c.recv(2, socket.MSG_WAITALL)
                q = c.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL)
                self.tcp_way(c, self.answer(q, 65535))
            except (OSError, struct.error):
                pass


def copy_of(w):
    v = World()
    v.zones, v.anchors = w.zones, w.anchors
    return v


def ask(resolvers, name=WWW, t=None, args=(), env=None):
    """Seconds are in r.took; the resolvers' addresses in r.at."""
    at = [r if isinstance(r, str) else r.address for r in resolvers]
    cmd = [lab.DNSVOUCH, "-json", "-trust-anchor", ANCHOR.name, "-at", str(T0), *args]
    if env is None:
        cmd += ["-resolver", ",".join(at)]
    cmd += [name, t or ("TXT" if name in (BIG, "huge.test.") else "A")]
    began = time.monotonic()
    p = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=40, env=dict(os.environ, **(env or {})))
    r = Result(p, cmd)
    r.took, r.at = time.monotonic() - began, at
    return r


def good(r, name=WWW, within=None):
    expect(r, "secure", DATA.get(name))
    if within is not None and r.took > within:
        raise Wrong("took %.1f s, not %.1f: %s" % (r.took, within, " ".join(r.cmd)))
    return r


def named(r):
    """Every resolver is in the reason, with a fault."""
    for a in r.at:
        if "resolver %s: " % a not in r.reason:
            raise Wrong("the reason does not name %s: %s" % (a, r.reason))
    return r


# ---- faults of the answers -----------------------------------------------------------------------

SIGS, NSEC, DS, KEY = 46, 47, 43, 48


def without(*types):
    def f(r):
        r.answer = [x for x in r.answer if x[1] not in types]
        r.authority = [x for x in r.authority if x[1] not in types]
        return r
    return f


def rcode(n_):
    return lambda r: Response(n_)


def no_question(n_):
    return lambda r, name, t: None


def ad_lie(r):
    r.flags |= 0x20
    return without(SIGS, NSEC)(r)


def strips_all(r, name, t):
    r = without(SIGS, NSEC, DS, KEY)(r)
    return r


def only_ds(r, name, t):
    return Response() if t == DS else r


def ds_of_child(r, name, t):
    """Asks the child for DS: NODATA, proven by the child's own apex."""
    if t == DS and name != b"\0":
        z = next((z for z in TRUTH.zones if low(z.name) == low(name)), None)
        if z is not None:
            r = Response()
            r.authority = z.rrs(z.name, 6) + z.deniers(z.name)
    return r


def junk(r, name, t):
    other = n("bank.example.")
    rr = [(other, 1, 300, bytes([6, 6, 6, 6])), (n("ns.test."), 28, 300, bytes(16)),
          (n("."), 2, 300, n("evil.example.")), (name, 65280, 300, b"\1\2\3")]
    r.answer = rr + r.answer + rr
    r.authority = rr[:3] + r.authority + [(other, 47, 300, n("z.") + b"\0\1\x40")]
    r.additional = rr * 2
    return r


def forged_first(r, name, t):
    """Records of other names, at the front, that a proof must not lean on."""
    r.answer = [(n("www.test."), 46, 300, b"\0\1" + bytes(30))] + r.answer
    return r


def mangled(r, name, t):
    def flip(w):
        return bytes(c - 32 if 97 <= c <= 122 and i % 2 else c for i, c in enumerate(w))
    r.answer = [(flip(o), *x) for o, *x in r.answer]
    r.authority = [(flip(o), *x) for o, *x in r.authority]
    return r


def cut_chain(r, name, t):
    if any(x[1] == 5 and low(x[0]) == low(name) for x in r.answer):
        r.answer = [x for x in r.answer if low(x[0]) == low(name)]
        r.authority = []
    return r


def cut_chain_nodata(r, name, t):
    """...and calls the end of what it gave NXDOMAIN."""
    if any(x[1] == 5 and low(x[0]) == low(name) for x in r.answer):
        cut_chain(r, name, t).rcode = 3
    return r


def reordered(r):
    r.answer, r.authority = r.answer[::-1], r.authority[::-1]
    return r


def twice(r):
    r.answer, r.authority = r.answer * 2, r.authority * 2
    return r


def ttl_zero(r):
    r.answer = [(o, t, 0, d) for o, t, _, d in r.answer]
    return r


def spoilt(r, name, t):
    r.answer = [(o, x, ttl, d[:-1] + bytes([d[-1] ^ 1]) if x == SIGS else d) for o, x, ttl, d in r.answer]
    r.authority = [(o, x, ttl, d[:-1] + bytes([d[-1] ^ 1]) if x == SIGS else d)
                   for o, x, ttl, d in r.authority]
    return r


def lie(r, name, t):
    r.answer = [(o, x, ttl, b"\6\6\6\6" if x == 1 else d) for o, x, ttl, d in r.answer]
    return r


def nobody(r, name, t):
    return rcode(3)(r) if low(name) == n(WWW) else r


def many_records(r, name, t):
    r.additional = [(b"\0", 1, 1, bytes([10, 0, i >> 8, i & 255])) for i in range(1100)]
    return r


# fault: (function, name asked for, state when alone, what the reason then says of it)
ANSWERS = {
    "formerr": (rcode(1), WWW, "indeterminate", "FORMERR"),
    "servfail": (rcode(2), WWW, "indeterminate", "SERVFAIL"),
    "notimp": (rcode(4), WWW, "indeterminate", "NOTIMP"),
    "refused": (rcode(5), WWW, "indeterminate", "REFUSED"),
    "rcode_9": (rcode(9), WWW, "indeterminate", "RCODE"),
    "badvers": (rcode(16), WWW, "indeterminate", "RCODE"),
    "no_rrsig": (without(SIGS), WWW, "bogus", "signature"),
    "no_rrsig_denial": (without(SIGS), NO, "bogus", ""),
    "no_nsec": (without(NSEC), NO, "bogus", ""),
    "no_nsec_no_rrsig": (without(NSEC, SIGS), NO, "bogus", ""),
    "ad_lie": (ad_lie, WWW, "bogus", "signature"),
    "no_rrsig_chain": (without(SIGS), FAR, "bogus", ""),
    "strips_all": (strips_all, WWW, "indeterminate", "DNSKEY"),
    "strips_all_denial": (strips_all, NO, "indeterminate", "DNSKEY"),
    "no_keys": (without(KEY), WWW, "bogus", "DNSKEY"),
    "no_ds": (without(DS), WWW, "bogus", ""),
    "empty_ds": (only_ds, WWW, "bogus", ""),
    "ds_of_child": (ds_of_child, WWW, "bogus", ""),
    "junk": (junk, WWW, "secure", ""),
    "junk_denial": (junk, NO, "secure", ""),
    "junk_chain": (junk, FAR, "secure", ""),
    "junk_signature": (forged_first, WWW, "secure", ""),
    "case_mangled": (mangled, WWW, "secure", ""),
    "case_mangled_denial": (mangled, NO, "secure", ""),
    "cut_chain": (cut_chain, FAR, "secure", ""),
    "cut_chain_nxdomain": (cut_chain_nodata, FAR, "secure", ""),
    "reordered": (reordered, FAR, "secure", ""),
    "twice": (twice, FAR, "secure", ""),
    "ttl_zero": (ttl_zero, WWW, "secure", ""),
    "spoilt_signatures": (spoilt, WWW, "bogus", ""),
    "lie": (lie, WWW, "bogus", ""),
    "nobody": (nobody, WWW, "bogus", ""),
    "records_over_the_limit": (many_records, WWW, "indeterminate", "records"),
}


# ---- faults of the way -----------------------------------------------------------------------------

def answer_bytes(q, s):
    return s.answer(q, 1232)


def way(f):
    """Datagrams from the answer: f(query, answer, server) gives a list of octets."""
    return lambda q, s: [(0, s.udp, a) for a in f(q, answer_bytes(q, s), s)]


def late(seconds):
    return lambda q, s: [(seconds, s.udp, answer_bytes(q, s))]


def other_port(q, s):
    if not hasattr(s, "odd"):
        s.odd = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.odd.bind(("127.0.0.55", 0))
    return [(0, s.odd, answer_bytes(q, s))]


def qend(q):
    i = 12
    while q[i]:
        i += q[i] + 1
    return i + 5


def set_tc(a):
    return a[:2] + bytes([a[2] | 2]) + a[3:]


def wrong_id(q, a, s): return [bytes([a[0] ^ 1]) + a[1:]]
def wrong_name(q, a, s): return [a[:13] + bytes([a[13] ^ 2]) + a[14:]] if a[12] else []
def wrong_type(q, a, s): return [a[:qend(q) - 3] + bytes([a[qend(q) - 3] ^ 3]) + a[qend(q) - 2:]]
def wrong_class(q, a, s): return [a[:qend(q) - 1] + b"\3" + a[qend(q):]]
def not_a_reply(q, a, s): return [a[:2] + bytes([a[2] & 0x7f]) + a[3:]]
def echo(q, a, s): return [q]
def opcode(q, a, s): return [a[:2] + bytes([a[2] | 0x28]) + a[3:]]
def none_asked(q, a, s): return [a[:4] + b"\0\0" + a[6:12] + a[qend(q):]]
def upper(q, a, s): return [a[:12] + a[12:qend(q) - 4].upper() + a[qend(q) - 4:]]
def nothing(q, a, s): return []
def then(f): return lambda q, a, s: f(q, a, s) + [a]
def tc(q, a, s): return [a[:2] + bytes([a[2] | 2]) + a[3:6] + bytes(6) + a[12:qend(q)]]
def tc_with_data(q, a, s): return [set_tc(a)]
def tc_half(q, a, s): return [set_tc(a[:len(a) // 2 | 1])]
def cut(k): return lambda q, a, s: [a[:max(12, len(a) - k)]]
def header(n_): return lambda q, a, s: [a[:2] + bytes([0x81, 0x80 | n_]) + bytes(8)]
def only_small(q, a, s): return [a] if len(a) <= 512 else []
def trailing(q, a, s): return [a + b"\0\0\0"]
def random_octets(q, a, s): return [random.Random(7).randbytes(300)]


def loop_pointer(q, a, s):
    return [a[:6] + b"\0\1" + bytes(4) + a[12:qend(q)] + b"\xc0" + bytes([qend(q)]) + bytes(10)]


def octets(c, a):
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for x in struct.pack(">H", len(a)) + a:
        c.send(bytes([x]))


def half(c, a): c.sendall(struct.pack(">H", len(a)) + a[:len(a) // 2])
def half_length(c, a): c.sendall(b"\4")
def closed(c, a): pass
def zero(c, a): c.sendall(b"\0\0")
def zero_then(c, a): c.sendall(b"\0\0" + struct.pack(">H", len(a)) + a)
def tcp_tc(c, a): c.sendall(struct.pack(">H", len(a)) + set_tc(a))
def tcp_id(c, a): c.sendall(struct.pack(">H", len(a)) + bytes([a[0] ^ 1]) + a[1:])


def hangs(c, a):
    c.sendall(struct.pack(">H", len(a)) + a[:-1])
    time.sleep(8)


SILENT = 11                     # seconds: three rounds with nobody else to ask
# fault: (udp, tcp, name, state alone, reason, seconds alone, seconds with another)
WAYS = {
    "other_port": (other_port, closed, WWW, "indeterminate", "", SILENT, SLOW),
    "wrong_id": (way(wrong_id), closed, WWW, "indeterminate", "", SILENT, SLOW),
    "wrong_type": (way(wrong_type), closed, WWW, "indeterminate", "", SILENT, SLOW),
    "qr_0": (way(not_a_reply), closed, WWW, "indeterminate", "", SILENT, SLOW),
    "echo": (way(echo), closed, WWW, "indeterminate", "", SILENT, SLOW),
    "silent": (way(nothing), closed, WWW, "indeterminate", "", SILENT, SLOW),
    "no_question": (way(none_asked), None, WWW, "secure", "", SILENT, SLOW),
    "wrong_id_then_good": (way(then(wrong_id)), closed, WWW, "secure", "", 1, 1),
    "wrong_name_then_good": (way(then(wrong_name)), closed, WWW, "secure", "", 1, 1),
    "wrong_type_then_good": (way(then(wrong_type)), closed, WWW, "secure", "", 1, 1),
    "wrong_class_then_good": (way(then(wrong_class)), closed, WWW, "secure", "", 1, 1),
    "qr_0_then_good": (way(then(not_a_reply)), closed, WWW, "secure", "", 1, 1),
    "opcode_then_good": (way(then(opcode)), closed, WWW, "secure", "", 1, 1),
    "question_upper_case": (way(upper), closed, WWW, "secure", "", 1, 1),
    "slow_1.4": (late(1.4), closed, WWW, "secure", "", 3.5, SLOW),
    "slow_2": (late(2), closed, WWW, "secure", "", 6, SLOW),
    "slow_6": (late(6), None, WWW, "secure", "", 15, SLOW),
    "udp_lost": (way(nothing), None, WWW, "secure", "", 4, SLOW),
    "udp_lost_over_512": (way(only_small), None, BIG, "secure", "", 4, SLOW),
    "udp_cut_1": (way(cut(1)), None, WWW, "secure", "", 1, 1),
    "udp_cut_1_no_tcp": (way(cut(1)), closed, WWW, "indeterminate", "", 4, 1),
    "udp_cut_77": (way(cut(77)), None, WWW, "secure", "", 1, 1),
    "udp_trailing": (way(trailing), closed, WWW, "indeterminate", "", 4, 1),
    "udp_loop": (way(loop_pointer), closed, WWW, "indeterminate", "", 4, 1),
    "udp_random": (way(random_octets), closed, WWW, "indeterminate", "", SILENT, SLOW),
    "header_formerr": (way(header(1)), closed, WWW, "indeterminate", "FORMERR", 4, 1),
    "header_notimp": (way(header(4)), closed, WWW, "indeterminate", "NOTIMP", 4, 1),
    "tc": (way(tc), None, WWW, "secure", "", 1, 1),
    "tc_with_data": (way(tc_with_data), None, WWW, "secure", "", 1, 1),
    "tc_half": (way(tc_half), None, WWW, "secure", "", 1, 1),
    "tcp_octets": (way(tc), octets, WWW, "secure", "", 2, 2),
    "tcp_half": (way(tc), half, WWW, "indeterminate", "over TCP: ", 6, 1),
    "tcp_half_length": (way(tc), half_length, WWW, "indeterminate", "over TCP: ", 6, 1),
    "tcp_closed": (way(tc), closed, WWW, "indeterminate", "over TCP: ", 6, 1),
    "tcp_zero": (way(tc), zero, WWW, "indeterminate", "over TCP: ", 6, 1),
    "tcp_wrong_id": (way(tc), tcp_id, WWW, "indeterminate", "over TCP: ", 6, 1),
    "tcp_truncated": (way(tc), tcp_tc, WWW, "indeterminate", "truncated", 6, 1),
    "tcp_hangs": (way(tc), hangs, WWW, None, "", 0, 3.5),
    "tcp_big": (None, None, BIG, "secure", "", 1, 1),
}


# ---- each alone and with others -----------------------------------------------------------------------

GOOD = Courier()
FAILS = Courier(rcode(2))
TODO = []


def later(name):
    def deco(f):
        TODO.append((name, f))
        return f
    return deco


def check(c, name, state, reason, alone, beside):
    if state:               # else alone it takes all the time that there is for a look-up
        r = ask([c], name)
        named(expect(r, state, reason=reason)) if state != "secure" else good(r, name)
        if r.took > alone:
            raise Wrong("alone: took %.1f s, not %.1f" % (r.took, alone))
    good(ask([c, GOOD], name), name, beside)
    good(ask([GOOD, c], name), name, 1.2)
    if state == "secure":
        good(ask([FAILS, c], name), name, alone)
    elif state:
        named(expect(ask([FAILS, c], name), state))


for k, (f, name, state, reason) in ANSWERS.items():
    TODO.append(("answer_" + k, lambda f=f, x=(name, state, reason, 2, 1): check(Courier(f), *x)))
for k, (u, t, *x) in WAYS.items():
    TODO.append(("way_" + k, lambda u=u, t=t, x=x: check(Courier(udp=u, tcp=t), *x)))


def closed_port():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.56", 0))
    a = "127.0.0.56:%d" % s.getsockname()[1]
    s.close()
    return a


@later("refused_by_icmp")
def _():
    dead = closed_port()
    named(expect(ask([dead]), "indeterminate", reason="refused"))
    good(ask([dead, GOOD]), WWW, 1)
    good(ask([GOOD, dead]), WWW, 1)


@later("seven_of_eight_silent")
def _():
    quiet = [Courier(udp=way(nothing), tcp=closed) for _ in range(7)]
    good(ask(quiet + [GOOD]), WWW, 7)
    good(ask([GOOD] + quiet), WWW, 1)


@later("seven_of_eight_refuse_strip_lie")
def _():
    some = [Courier(f) for f in (rcode(5), without(SIGS), lie, strips_all, ds_of_child, rcode(1), spoilt)]
    for name in (WWW, NO, FAR):
        good(ask(some + [GOOD], name), name, 2)


@later("eight_that_fail_are_all_named")
def _():
    some = [Courier(f) for f in (rcode(5), without(SIGS), rcode(2), strips_all, lie, rcode(1), spoilt, rcode(4))]
    named(expect(ask(some), "bogus"))


@later("nine_are_said_to_be_too_many")
def _():
    r = ask(["127.0.0.%d:1" % i for i in range(60, 69)])
    if r.exit != 3 or "more than 8" not in r.err or r.out:
        raise Wrong("exit %d: %s" % (r.exit, r.err))


@later("named_twice_asked_once")
def _():
    c = Courier(rcode(2))
    r = expect(ask([c, c]), "indeterminate")
    if r.reason.count(c.address) != 1:
        raise Wrong(r.reason)


@later("from_the_environment")
def _():
    good(ask([], env={"DNS_RESOLVER": "%s %s" % (FAILS.address, GOOD.address)}), WWW, 1)
    r = ask([], env={"DNS_RESOLVER": "nowhere"})
    if r.exit != 3 or "DNS_RESOLVER" not in r.err:
        raise Wrong("exit %d: %s" % (r.exit, r.err))


@later("the_proof_from_two_halves")
def _():
    """One has no DS and keys, the other one no signatures over data: together they do."""
    def a(r, name, t):
        return Response(2) if t in (DS, KEY) else r

    def b(r, name, t):
        return r if t in (DS, KEY) else without(SIGS, NSEC)(r)
    for pair in ([Courier(a), Courier(b)], [Courier(b), Courier(a)]):
        for name in (WWW, NO, FAR):
            good(ask(pair, name), name, 2)


@later("a_message_of_65535_octets")
def _():
    sizes = []

    def pad(r, name, t):
        if t == 16:
            q = bytes(12) + name + b"\0\x10\0\1"
            r.additional = [(b"\0", 65280, 1, b"")]
            left = 65535 - len(r.pack(q, 1 << 20))
            r.additional = [(b"\0", 65280, 1, bytes(left))]
            sizes.append(len(r.pack(q, 1 << 20)))
        return r
    good(ask([Courier(pad)], "huge.test."), "huge.test.")
    if sizes[-1:] != [65535]:
        raise Wrong("the message had %s octets" % sizes)


def counted(keep):
    """Of the datagrams, those whose number keep() likes are answered."""
    return lambda q, s: [(0, s.udp, answer_bytes(q, s))] if keep(s.count) else []


@later("silent_both_lose_every_other_datagram")
def _():
    for name in (WWW, NO, FAR):
        good(ask([Courier(udp=counted(lambda i: i % 2), tcp=closed),
                  Courier(udp=counted(lambda i: i % 2 == 0), tcp=closed)], name), name, 7)


@later("silent_after_three_answers")
def _():
    for name in (WWW, FAR):
        good(ask([Courier(udp=counted(lambda i: i <= 3), tcp=closed), GOOD], name), name, 2.5)
        good(ask([Courier(udp=counted(lambda i: i <= 3))], name), name, 7)   # TCP serves it


# A stripped proof is found out message by message, each 2 s here: slow, but it gets there.
for k, f, most in (("servfail", rcode(2), 5), ("lie", lie, 5), ("ds_of_child", ds_of_child, 5),
                   ("no_rrsig", without(SIGS), 14)):
    def mend(f=f, most=most):
        good(ask([Courier(f), Courier(udp=late(2), tcp=closed)]), WWW, most)
    TODO.append(("slow_and_good_beside_" + k, mend))

for k, f, state in (("servfail", rcode(2), "indeterminate"), ("no_rrsig", without(SIGS), "bogus"),
                    ("lie", lie, "bogus"), ("strips_all", strips_all, "indeterminate"),
                    ("ds_of_child", ds_of_child, "bogus")):
    for i in (0, 1):
        def both(f=f, state=state, i=i):
            pair = [Courier(f), Courier(udp=way(nothing), tcp=closed)]
            named(expect(ask(pair[::-1] if i else pair), state))
        TODO.append(("silent_%s_%s" % (("after", "before")[i], k), both))


@later("every_cut_of_a_datagram")
def _():
    """Over TCP it is whole; what was cut is never believed."""
    for k in range(3, 300, 37):
        good(ask([Courier(udp=way(cut(k)))]), WWW, 2)
        expect(ask([Courier(udp=way(cut(k)), tcp=closed)], NO), "indeterminate")


@later("unsigned_truth_over_bad_couriers")
def _():
    """No verdict of insecure comes from a resolver that strips."""
    for f in (without(SIGS), without(NSEC, SIGS), strips_all, only_ds, ds_of_child, without(DS, NSEC), ad_lie):
        for name in (WWW, NO, FAR):
            r = ask([Courier(f)], name)
            if r.status not in ("bogus", "indeterminate") or r.answer:
                raise Wrong("%s: %s %s" % (name, r.status, r.reason))


# Scenarios that do little but wait: all at once, beside the others
WAITERS = ("slow", "hangs", "silent", "wrong_id", "wrong_type", "qr_0", "echo", "other_port", "random",
           "no_question", "every_cut", "lost")


def run(item):
    name, f = item
    began = time.monotonic()
    try:
        f()
        return "ok %s (%.1f s)" % (name, time.monotonic() - began)
    except Exception as e:
        return "not ok %s: %s%s" % (name, "" if isinstance(e, Wrong) else type(e).__name__ + ": ",
                                    str(e).replace("\n", " "))


if __name__ == "__main__":
    TODO = [x for x in TODO if len(sys.argv) < 2 or any(a in x[0] for a in sys.argv[1:])]
    wait = [x for x in TODO if any(k in x[0] for k in WAITERS)]
    TODO = [x for x in TODO if x not in wait]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(64) as sleepers, concurrent.futures.ThreadPoolExecutor(3) as pool:
        done = [(x, sleepers.submit(run, x)) for x in wait] + [(x, pool.submit(run, x)) for x in TODO]
    done = [(x, r.result()) for x, r in done]
    for item, line in done:
        if line.startswith("not") and " took " in line:
            line = run(item)    # many ran beside it: once more, alone
        print(line, flush=True)
        bad |= line.startswith("not")
    sys.exit(bad)
