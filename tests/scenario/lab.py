# SPDX-License-Identifier: ISC
"""
tests/scenario/lab.py: a small signed internet in memory, and dnsvouch run against it.

Nothing here is shared with the project's own signer: signatures come from python3-cryptography
(RSA with any exponent by hand), canonical form, key tags, NSEC and NSEC3 chains are worked out
here from the RFCs.  dnspython only turns presentation format into wire format.

    w = World()                              # keys are made on demand and kept over scenarios
    w.zone(".") ; z = w.zone("test.", keys=[Key(8, 2048)])
    z.add("www", "A", "192.0.2.1")
    w.build()                                # DS sets into the parents, then everything signed
    z.sigs[z.key("www", "A")] = [z.sign("www", "A", expiration=T0 - 1)]      # a fault
    r = w.ask("www.test.", "A")              # runs dnsvouch: r.status, r.json, r.exit

Everything about time is relative to T0, which dnsvouch gets as -at.
"""
import base64, functools, hashlib, json, math, os, random, socket, struct, subprocess, sys, tempfile, threading, time
import dns.name, dns.rdata, dns.rdataclass, dns.rdatatype
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, ed448, rsa, utils

T0 = 1700000000                      # 2023-11-14T22:13:20Z
DAY = 86400
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "HINFO": 13, "MX": 15, "TXT": 16,
         "RP": 17, "AFSDB": 18, "AAAA": 28, "SRV": 33, "NAPTR": 35, "KX": 36, "DNAME": 39,
         "DS": 43, "SSHFP": 44, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50,
         "NSEC3PARAM": 51, "TLSA": 52, "SVCB": 64, "HTTPS": 65, "NXNAME": 128, "ANY": 255}
NAMES = {v: k for k, v in TYPES.items()}


def typ(t):
    return t if isinstance(t, int) else TYPES[t] if t in TYPES else int(dns.rdatatype.from_text(t))


def n(text):
    """Presentation format (absolute) or wire format to wire format, case kept."""
    return text if isinstance(text, bytes) else dns.name.from_text(text).to_wire()


def labels(wire):
    out, i = [], 0
    while wire[i]:
        out.append(wire[i + 1:i + 1 + wire[i]])
        i += wire[i] + 1
    return out


def wire(ls):
    return b"".join(bytes([len(x)]) + x for x in ls) + b"\0"


def low(w):
    return bytes(c + 32 if 65 <= c <= 90 else c for c in w)   # a length octet is below 65


def under(a, b):
    la, lb = labels(low(a)), labels(low(b))
    return len(la) >= len(lb) and (not lb or la[-len(lb):] == lb)


def parent(w):
    return wire(labels(w)[1:])


def order(w):
    """Sort key: RFC 4034 section 6.1."""
    return labels(low(w))[::-1]


def rd(t, text):
    """RDATA from presentation format (case kept), or as it is when it is bytes."""
    if isinstance(text, bytes):
        return text
    return dns.rdata.from_text(dns.rdataclass.IN, typ(t), text, origin=dns.name.root,
                               relativize=False).to_wire(None)


# RFC 4034 section 6.2 without NSEC (RFC 6840 section 5.1): octets before, strings, names
CANON = {2: (0, 0, 1), 3: (0, 0, 1), 4: (0, 0, 1), 5: (0, 0, 1), 6: (0, 0, 2), 7: (0, 0, 1),
         8: (0, 0, 1), 9: (0, 0, 1), 12: (0, 0, 1), 14: (0, 0, 2), 15: (2, 0, 1), 17: (0, 0, 2),
         18: (2, 0, 1), 21: (2, 0, 1), 24: (18, 0, 1), 26: (2, 0, 2), 30: (0, 0, 1),
         33: (6, 0, 1), 35: (4, 3, 1), 36: (2, 0, 1), 39: (0, 0, 1), 46: (18, 0, 1)}


def canon(t, d):
    if t not in CANON:
        return d
    i, strings, names = CANON[t]
    for _ in range(strings):
        i += d[i] + 1
    j = i
    for _ in range(names):
        while d[j]:
            j += d[j] + 1
        j += 1
    return d[:i] + low(d[i:j]) + d[j:]


# ---- keys --------------------------------------------------------------------------------------

def key_tag(d):
    ac = sum(b if i & 1 else b << 8 for i, b in enumerate(d))
    return (ac + (ac >> 16)) & 0xffff


INFO = {5: (hashlib.sha1, "3021300906052b0e03021a05000414"),
        7: (hashlib.sha1, "3021300906052b0e03021a05000414"),
        8: (hashlib.sha256, "3031300d060960864801650304020105000420"),
        10: (hashlib.sha512, "3051300d060960864801650304020305000440")}
_primes = {}


def _rsa(bits, which):
    """p, q of a modulus of that many bits; kept."""
    if (bits, which) not in _primes:
        if bits < 512 or bits % 2:
            raise ValueError(bits)
        k = rsa.generate_private_key(65537, bits).private_numbers()
        _primes[bits, which] = (k.p, k.q)
    return _primes[bits, which]


def _octets(x):
    return x.to_bytes((x.bit_length() + 7) // 8 or 1, "big")


class Key:
    """alg; bits and exponent for RSA; flags, protocol.  `which` tells keys of one size apart."""
    def __init__(self, alg=13, bits=None, exponent=65537, flags=257, protocol=3, which=0,
                 public=None, long_form=False, zeros=0):
        self.alg, self.flags, self.protocol, self.e = alg, flags, protocol, exponent
        self.priv = None
        if alg in INFO and public is None:
            if bits is not None and bits > 4096:      # five primes: quicker to find
                primes = [*_rsa(2048, 0), *_rsa(2048, 1), 251]
            else:
                primes = _rsa(bits or 1024, which)
            self.n = math.prod(primes)
            try:
                self.d = pow(exponent, -1, math.prod(p - 1 for p in primes))
            except ValueError:
                self.d = None        # an exponent that has no inverse: sign() is of no use
            e, m = b"\0" * zeros + _octets(exponent), _octets(self.n)
            head = b"\0" + struct.pack(">H", len(e)) if long_form or len(e) > 255 else bytes([len(e)])
            public = head + e + m
        elif alg in (13, 14) and public is None:
            self.priv = ec.generate_private_key(ec.SECP256R1() if alg == 13 else ec.SECP384R1())
            public = self.priv.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)[1:]
        elif alg in (15, 16) and public is None:
            self.priv = (ed25519.Ed25519PrivateKey if alg == 15 else ed448.Ed448PrivateKey).generate()
            public = self.priv.public_key().public_bytes(
                serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        elif public is None:         # an algorithm of which we know no more than the number
            public = hashlib.sha512(b"%d %d" % (alg, which)).digest()
        self.public = public

    def rdata(self):
        return struct.pack(">HBB", self.flags, self.protocol, self.alg) + self.public

    def tag(self):
        return key_tag(self.rdata())

    def twin(self):
        """Another public key with the same key tag: two 16-bit words change places."""
        p = self.public
        for i in range(2, len(p) - 4, 2):
            if p[i:i + 2] != p[i + 2:i + 4]:
                q = p[:i] + p[i + 2:i + 4] + p[i:i + 2] + p[i + 4:]
                return Key(self.alg, flags=self.flags, protocol=self.protocol, public=q)

    def sep(self):
        return bool(self.flags & 1)

    def sign(self, data):
        if self.alg in INFO:
            h, info = INFO[self.alg]
            t = bytes.fromhex(info) + h(data).digest()
            k = (self.n.bit_length() + 7) // 8
            em = b"\0\1" + b"\xff" * (k - 3 - len(t)) + b"\0" + t
            if self.d is None:
                return em
            return pow(int.from_bytes(em, "big"), self.d, self.n).to_bytes(k, "big")
        if self.alg in (13, 14):
            size = 32 if self.alg == 13 else 48
            der = self.priv.sign(data, ec.ECDSA(hashes.SHA256() if self.alg == 13 else hashes.SHA384()))
            r, s = utils.decode_dss_signature(der)
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        if self.alg in (15, 16):
            return self.priv.sign(data)
        return hashlib.sha512(data).digest()

    def ds(self, owner, digest=2, alg=None, tag=None):
        h = {1: hashlib.sha1, 2: hashlib.sha256, 4: hashlib.sha384}.get(digest)
        d = h(low(n(owner)) + self.rdata()).digest() if h else hashlib.sha256(self.rdata()).digest()
        return struct.pack(">HBB", self.tag() if tag is None else tag,
                           self.alg if alg is None else alg, digest) + d


_kept = {}


def kept(alg=13, bits=None, flags=257, which=0):
    """The same key each time it is asked for."""
    k = (alg, bits, flags, which)
    if k not in _kept:
        _kept[k] = Key(alg, bits, flags=flags, which=which)
    return _kept[k]


# ---- signatures and zones ----------------------------------------------------------------------

def make_sig(owner, t, rdatas, key, signer, ttl=300, inception=T0 - DAY, expiration=T0 + 10 * DAY,
             nlabels=None, ottl=None, alg=None, tag=None, covered=None, canonical=True, sort=True,
             signature=None, owner_signed=None, unique=True):
    """RRSIG RDATA.  Every field can be made wrong; what is signed follows the fields."""
    owner, t = n(owner), typ(t)
    ls = labels(owner)
    if nlabels is None:
        nlabels = len(ls) - (1 if ls and ls[0] == b"*" else 0)
    head = struct.pack(">HBBIIIH", t if covered is None else typ(covered),
                       key.alg if alg is None else alg, nlabels, ttl if ottl is None else ottl,
                       expiration & 0xffffffff, inception & 0xffffffff,
                       key.tag() if tag is None else tag)
    signer = n(signer)
    name = owner if owner_signed is None else n(owner_signed)
    if owner_signed is None and len(ls) > nlabels and not (ls[0] == b"*" and len(ls) == nlabels + 1):
        name = wire([b"*"] + ls[len(ls) - nlabels:])
    rds = [canon(t, d) for d in rdatas] if canonical else list(rdatas)
    rds = sorted(set(rds)) if unique else sorted(rds)
    if not sort:
        rds.reverse()
    data = head + (low(signer) if canonical else signer)
    for d in rds:
        data += (low(name) if canonical else name) + struct.pack(
            ">HHIH", t, 1, ttl if ottl is None else ottl, len(d)) + d
    return head + signer + (key.sign(data) if signature is None else signature)


def bitmap(types):
    out, by = b"", {}
    for t in sorted(types):
        by.setdefault(t >> 8, bytearray(32))[(t & 255) >> 3] |= 0x80 >> (t & 7)
    for w in sorted(by):
        b = bytes(by[w]).rstrip(b"\0")
        out += bytes([w, len(b)]) + b
    return out


@functools.lru_cache(maxsize=None)                     # 65535 iterations take a while
def nsec3_hash(name, salt=b"", iterations=0):
    h = hashlib.sha1(low(n(name)) + salt).digest()
    for _ in range(iterations):
        h = hashlib.sha1(h + salt).digest()
    return h


def b32(h):
    return base64.b32hexencode(h).lower() if hasattr(base64, "b32hexencode") else base64.b32encode(
        h).translate(bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                                     b"0123456789ABCDEFGHIJKLMNOPQRSTUV")).lower()


class Zone:
    def __init__(self, name, keys=None, nsec3=None, opt_out=False, ttl=300, signed=True, ds=None,
                 inception=T0 - DAY, expiration=T0 + 10 * DAY):
        """nsec3: None for NSEC, or (iterations, salt).  ds: RDATA for the parent instead of one
        SHA-256 DS for each SEP key.  signed=False: no keys, no DS."""
        self.name, self.ttl, self.nsec3, self.opt_out = n(name), ttl, nsec3, opt_out
        self.signed, self.ds, self.inception, self.expiration = signed, ds, inception, expiration
        self.keys = keys if keys is not None else [kept(13, which=low(self.name))] if signed else []
        self.sets, self.sigs, self.denial = {}, {}, []   # (owner, type): [rdata]; denial: owners
        apex = self.text()
        self.add(apex, "SOA", "ns.%s h.%s 1 7200 3600 604800 300" % (apex.lstrip("."), apex.lstrip(".")))
        self.add(apex, "NS", "ns.%s" % apex.lstrip("."))

    def text(self):
        return dns.name.from_wire(self.name, 0)[0].to_text()

    def abs(self, owner):
        """"www" or "www.test." or "@" or wire format, to wire format."""
        if isinstance(owner, bytes):
            return owner
        if owner == "@":
            return self.name
        return n(owner) if owner.endswith(".") else n(owner + ".")[:-1] + self.name

    def key(self, owner, t):
        return low(self.abs(owner)), typ(t)

    def add(self, owner, t, *rdatas):
        self.sets.setdefault((self.abs(owner), typ(t)), []).extend(rd(t, x) for x in rdatas)
        return self

    def get(self, owner, t):
        """(owner as written, [rdata]) or None."""
        k = low(self.abs(owner)), typ(t)
        for (o, ty), rds in self.sets.items():
            if (low(o), ty) == k:
                return o, rds
        return None

    def sign(self, owner, t, key=None, **kw):
        """RRSIG RDATA over a set of the zone; see make_sig for what can be given."""
        o, rds = self.get(owner, t)
        kw.setdefault("rdatas", rds)
        kw.setdefault("signer", self.name)
        kw.setdefault("ttl", self.ttl)
        kw.setdefault("inception", self.inception)
        kw.setdefault("expiration", self.expiration)
        return make_sig(o, t, key=key or self.signers(typ(t))[0], **kw)

    def signers(self, t):
        ksk = [k for k in self.keys if k.sep()]
        zsk = [k for k in self.keys if not k.sep() and k.flags & 256]
        return (ksk or zsk) if t == TYPES["DNSKEY"] else (zsk or ksk)

    def cuts(self):
        return {low(o) for (o, t) in self.sets if t == 2 and low(o) != low(self.name)}

    def below_cut(self, o, cuts):
        """-1: authoritative, 0: at a cut, 1: below one."""
        o = low(o)
        return 0 if o in cuts else 1 if any(under(o, c) for c in cuts) else -1

    def types_at(self, o):
        return {t for (x, t) in self.sets if low(x) == low(o)}

    def owners(self):
        cuts = self.cuts()
        return sorted({low(o) for (o, _) in self.sets if self.below_cut(o, cuts) < 1}, key=order)

    def resign(self):
        """Sign everything anew; the denial chain too."""
        if self.keys:
            self.sets[self.name, 48] = [k.rdata() for k in self.keys]
        for k in [k for k in self.sets if k[1] in (47, 50)]:
            del self.sets[k]
        self.sigs, self.denial, cuts = {}, [], self.cuts()
        if not self.signed:
            return
        if self.nsec3 is not None:
            self.sets[self.name, 51] = [struct.pack(">BBHB", 1, 0, self.nsec3[0], len(self.nsec3[1])) +
                                        self.nsec3[1]]
            self.chain3(cuts)
        else:
            self.chain1(cuts)
        for (o, t) in list(self.sets):
            at = self.below_cut(o, cuts)
            if at == 1 or (at == 0 and t not in (43, 47)):
                continue
            self.sigs[low(o), t] = [self.sign(o, t, k) for k in self.signers(t)]

    def bits(self, o, cuts, more):
        t = self.types_at(o)
        if low(o) in cuts:
            t &= {2, 43}
            return t | (more if 43 in t or 47 in more else set())
        return t | more

    def chain1(self, cuts):
        os_ = self.owners()
        for i, o in enumerate(os_):
            t = self.bits(o, cuts, {46, 47})
            self.sets[o, 47] = [os_[(i + 1) % len(os_)] + bitmap(t)]
            self.denial.append(o)

    def chain3(self, cuts):
        iterations, salt = self.nsec3
        names = set()
        for o in self.owners():
            if self.opt_out and o in cuts and 43 not in self.types_at(o):
                continue
            while o != low(self.name):
                names.add(o)
                o = parent(o)
        names.add(low(self.name))
        by = sorted((nsec3_hash(o, salt, iterations), o) for o in names)
        for i, (h, o) in enumerate(by):
            t = self.bits(o, cuts, {46}) if self.types_at(o) else set()
            owner = wire([b32(h)] + labels(low(self.name)))
            self.sets[owner, 50] = [struct.pack(">BBHB", 1, 1 if self.opt_out else 0, iterations,
                                                len(salt)) + salt + b"\x14" + by[(i + 1) % len(by)][0] +
                                    bitmap(t)]
            self.denial.append(owner)

    # ---- records for a response: (owner, type, ttl, rdata) ----
    def rrs(self, owner, t, as_owner=None):
        g = self.get(owner, t)
        if g is None:
            return []
        o = as_owner or g[0]
        return [(o, typ(t), self.ttl, d) for d in g[1]] + [
            (o, 46, self.ttl, s) for s in self.sigs.get((low(g[0]), typ(t)), [])]

    def deniers(self, *targets):
        """The NSEC or NSEC3 records that match or cover each target, each once, with signatures."""
        out = []
        for target in targets:
            for o in ([self.matching(target)] if self.matching(target) else [self.covering(target)]):
                if o is not None and o not in out:
                    out.append(o)
        return [r for o in out for r in self.rrs(o, 47 if self.nsec3 is None else 50)]

    def _at(self, target):
        if self.nsec3 is None:
            return order(low(n(target))), order
        return nsec3_hash(target, self.nsec3[1], self.nsec3[0]), lambda o: base64_hash(o)

    def matching(self, target):
        x, f = self._at(target)
        return next((o for o in self.denial if f(o) == x), None)

    def covering(self, target):
        x, f = self._at(target)
        before = [o for o in self.denial if f(o) < x]
        return before[-1] if before else self.denial[-1] if self.denial else None

    def exists(self, o):
        return any(under(x, o) for x in self.owners())

    def encloser(self, o):
        o = low(o)
        while not self.exists(o):
            o = parent(o)
        return o

    def next_closer(self, o, ce):
        return wire(labels(o)[len(labels(o)) - len(labels(ce)) - 1:])


def base64_hash(owner):
    return base64.b32decode(labels(owner)[0].upper().translate(bytes.maketrans(
        b"0123456789ABCDEFGHIJKLMNOPQRSTUV", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")))


# ---- the world and its resolver ----------------------------------------------------------------

class Response:
    def __init__(self, rcode=0):
        self.rcode, self.answer, self.authority, self.additional, self.flags = rcode, [], [], [], 0x8180

    def without(self, owner=None, t=None, covered=None):
        """Take records out of the answer and authority sections."""
        def stays(r):
            return not ((owner is None or low(r[0]) == low(n(owner))) and (t is None or r[1] == typ(t)) and
                        (covered is None or (r[1] == 46 and r[3][:2] == struct.pack(">H", typ(covered)))))
        self.answer = [r for r in self.answer if stays(r)]
        self.authority = [r for r in self.authority if stays(r)]
        return self

    def pack(self, query, limit):
        qend = 12
        while query[qend]:
            qend += query[qend] + 1
        opt = b"\0" + struct.pack(">HHIH", 41, 1232, (self.rcode >> 4) << 24 | 0x8000, 0)
        body = query[12:qend + 5]
        for sec in (self.answer, self.authority, self.additional):
            for o, t, ttl, d in sec:
                body += o + struct.pack(">HHIH", t, 1, ttl, len(d)) + d
        flags = self.flags | (self.rcode & 15) | (query[3] & 0x10)
        head = query[:2] + struct.pack(">HHHHH", flags, 1, len(self.answer), len(self.authority),
                                       len(self.additional) + 1)
        if 12 + len(body) + len(opt) > limit:
            return query[:2] + struct.pack(">HHHHH", flags | 0x200, 1, 0, 0, 1) + query[12:qend + 5] + opt
        return head + body + opt


class World:
    """Zones, and a resolver that answers from them.  override[(name, type)] is a function of the
    Response that would be given (it may change it, or give another, or None: no answer)."""
    def __init__(self):
        self.zones, self.override, self.asked = [], {}, []
        self.anchors = None

    def zone(self, name, **kw):
        z = Zone(name, **kw)
        self.zones.append(z)
        return z

    def chain(self, *names, **kw):
        """Signed zones, the root first: chain(".", "test.") returns them."""
        return [self.zone(x, **kw) for x in names]

    def find(self, name, t=None):
        zs = [z for z in self.zones if under(name, z.name) and
              not (t == 43 and low(name) == low(z.name) and name != b"\0")]
        return max(zs, key=lambda z: len(labels(z.name))) if zs else None

    def build(self):
        for z in self.zones:
            p = self.find(z.name, 43) if z.name != b"\0" else None
            if p is None:
                continue
            if p.get(z.name, 2) is None:
                p.add(z.name, "NS", "ns." + z.text().lstrip("."))
            ds = z.ds if z.ds is not None else [k.ds(z.name) for k in z.keys if k.sep()] if z.signed else []
            if ds and p.get(z.name, 43) is None:
                p.add(z.name, "DS", *ds)
        for z in self.zones:
            z.resign()
        return self

    def respond(self, name, t):
        r, at, seen = Response(), name, 0
        while seen < 16:
            seen += 1
            z = self.find(at, t)
            if z is None:
                r.rcode = 5
                return r
            at2 = self.step(z, at, t, r)
            if at2 is None:
                return r
            at = at2
        return r

    def step(self, z, at, t, r):
        """One name: fills r; the next name of an alias chain, or None."""
        for i in range(1, len(labels(at)) - len(labels(z.name)) + 1):
            up = wire(labels(at)[i:])
            g = z.get(up, 39)
            if g:
                r.answer += z.rrs(up, 39)
                target = wire(labels(at)[:i]) [:-1] + g[1][0]
                r.answer.append((at, 5, z.ttl, target))
                return target
        for src in [at] + ([wire([b"*"] + labels(z.encloser(at)))] if not z.exists(at) else []):
            wild = src is not at
            more = z.deniers(z.next_closer(at, z.encloser(at))) if wild and z.keys else []
            if t == 255 and z.types_at(src):
                for x in sorted(z.types_at(src) - {46, 47, 50}):
                    r.answer += z.rrs(src, x, at if wild else None)
                r.authority += more
                return None
            if t == 46 and z.types_at(src):
                r.answer += [x for y in sorted(z.types_at(src)) for x in z.rrs(src, y) if x[1] == 46]
                return None
            if z.get(src, t):
                r.answer += z.rrs(src, t, at if wild else None)
                r.authority += more
                return None
            if z.get(src, 5):
                r.answer += z.rrs(src, 5, at if wild else None)
                r.authority += more
                return z.get(src, 5)[1][0]
            if wild and z.exists(src):
                r.authority += z.rrs(z.name, 6)
                if z.keys:
                    ce = z.encloser(at)
                    r.authority += self.once(z.deniers(ce, z.next_closer(at, ce), src) if z.nsec3 is not None
                                             else z.deniers(z.next_closer(at, ce), src))
                return None
        r.authority += z.rrs(z.name, 6)
        if z.exists(at):
            if z.keys:
                r.authority += z.deniers(at) if z.nsec3 is None or z.matching(at) else \
                    z.deniers(z.encloser(parent(at)), at)
            return None
        r.rcode = 3
        if z.keys:
            ce = z.encloser(at)
            star = wire([b"*"] + labels(ce))
            r.authority += z.deniers(at, star) if z.nsec3 is None else z.deniers(
                ce, z.next_closer(at, ce), star)
        return None

    @staticmethod
    def once(rs):
        return [x for i, x in enumerate(rs) if x not in rs[:i]]

    def reply(self, query, limit):
        q = labels(query[12:])
        name = wire(q)
        t = struct.unpack(">H", query[12 + len(name):14 + len(name)])[0]
        self.asked.append((name, t))
        r = self.respond(name, t)
        f = self.override.get((low(name), t)) or self.override.get("*")
        if f:
            r = f(r) if f.__code__.co_argcount == 1 else f(r, name, t)
        return r if isinstance(r, bytes) or r is None else r.pack(query, limit)

    def on(self, name, t, f):
        self.override[low(n(name)), typ(t)] = f

    # ---- anchors and the program ----
    def anchor_file(self):
        """[(owner, "DS" or "DNSKEY", RDATA)] in self.anchors; without: the topmost zone's SEP keys."""
        a = self.anchors
        if a is None:
            z = min(self.zones, key=lambda z: len(labels(z.name)))
            a = [(z.name, "DS", k.ds(z.name)) for k in z.keys if k.sep()]
        out = ""
        for o, t, d in a:
            o = dns.name.from_wire(n(o), 0)[0].to_text()
            if t == "DS":
                out += "%s IN DS %d %d %d %s\n" % (o, *struct.unpack(">HBB", d[:4]), d[4:].hex())
            else:
                out += "%s IN DNSKEY %d %d %d %s\n" % (
                    o, *struct.unpack(">HBB", d[:4]), base64.b64encode(d[4:]).decode())
        return out

    def ask(self, name, t="A", at=T0, args=(), program=None):
        with tempfile.NamedTemporaryFile("w", suffix=".anchor") as f:
            f.write(self.anchor_file())
            f.flush()
            SERVER.world, self.asked = self, []
            cmd = [program or DNSVOUCH, "-json", "-resolver", SERVER.address, "-trust-anchor", f.name,
                   "-at", str(at), *args, name, t]
            p = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, timeout=40)
        return Result(p, cmd)


class Result:
    def __init__(self, p, cmd):
        self.exit, self.cmd, self.out, self.err = p.returncode, cmd, p.stdout, p.stderr.decode(errors="replace")
        try:
            self.json = json.loads(p.stdout.decode("ascii"))
        except ValueError:
            self.json = {"status": "no JSON: %r %r" % (p.stdout[:100], self.err[:200]), "answer": [], "reason": "",
                         "chain": [], "rcode": None, "ede": None}
        for k in ("status", "answer", "reason", "ede", "rcode", "chain"):
            setattr(self, k, self.json.get(k))

    def data(self):
        return sorted(a["data"] for a in self.answer)


class Server:
    """UDP and TCP on one port of an address of the loopback net; one world at a time."""
    def __init__(self, host="127.0.0.53"):
        self.world, self.stop = None, False
        for _ in range(50):
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                self.udp.bind((host, 0))
                self.tcp.bind((host, self.udp.getsockname()[1]))
                break
            except OSError:
                self.udp.close()
                self.tcp.close()
        self.tcp.listen(32)
        self.port = self.udp.getsockname()[1]
        self.address = "%s:%d" % (host, self.port)
        for f in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=f, daemon=True).start()

    def answer(self, q, limit):
        try:
            return self.world.reply(q, limit)
        except Exception as e:      # a fault of the scenario must be seen
            import traceback
            traceback.print_exc()
            return None

    def serve_udp(self):
        while True:
            q, peer = self.udp.recvfrom(4096)
            a = self.answer(q, 1232)
            if a is not None:
                self.udp.sendto(a, peer)

    def serve_tcp(self):
        while True:
            c, _ = self.tcp.accept()
            threading.Thread(target=self.serve_one, args=(c,), daemon=True).start()

    def serve_one(self, c):
        with c:
            c.settimeout(5)
            try:
                while True:
                    head = c.recv(2, socket.MSG_WAITALL)
                    if len(head) < 2:
                        return
                    a = self.answer(c.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL), 65535)
                    if a is None:
                        return
                    c.sendall(struct.pack(">H", len(a)) + a)
            except OSError:
                pass


# ---- what many scenarios begin with -------------------------------------------------------------

K = kept
WWW = ["192.0.2.1"]
WEAK = ("-allow-weak",)


def one(keys=None, name="test.", **kw):
    """An anchored zone with www A."""
    w = World()
    z = w.zone(name, keys=keys, **kw)
    z.add("www", "A", "192.0.2.1")
    return w, z


def two(keys=None, ds=None, **kw):
    """The anchored root and test. below it, with www A."""
    w = World()
    r = w.zone(".")
    z = w.zone("test.", keys=keys, ds=ds, **kw)
    z.add("www", "A", "192.0.2.1")
    return w, r, z


def sigs(z, owner, t, *ss):
    z.sigs[z.key(owner, t)] = list(ss)


# ---- scenarios ---------------------------------------------------------------------------------

SCENARIOS = []
DNSVOUCH = os.environ.get("DNSVOUCH", "./dnsvouch")
SERVER = None
EXIT = {"secure": 0, "insecure": 1, "bogus": 2, "indeterminate": 3}


class Wrong(Exception):
    pass


def scenario(f):
    """A function without arguments; expect() in it raises what is wrong."""
    SCENARIOS.append((f.__name__, f))
    return f


def expect(r, status, data=None, reason=None, ede=None, rcode=None, not_reason=None):
    """The state, the exit status that goes with it, that nothing unproven is handed out, and more."""
    why = []
    if r.status != status:
        why.append("status %s, not %s (%s)" % (r.status, status, r.reason))
    elif r.exit != EXIT[status]:
        why.append("exit status %d for %s" % (r.exit, r.status))
    if r.status in ("bogus", "indeterminate") and r.answer:
        why.append("an answer though %s" % r.status)
    if data is not None and r.data() != sorted(data):
        why.append("answer %s, not %s" % (r.data(), sorted(data)))
    for x in ([reason] if isinstance(reason, str) else reason or []):
        if x not in (r.reason or ""):
            why.append("the reason lacks %r: %s" % (x, r.reason))
    if not_reason and not_reason in (r.reason or ""):
        why.append("the reason has %r: %s" % (not_reason, r.reason))
    if ede is not None and r.ede != ede:
        why.append("EDE %s, not %s (%s)" % (r.ede, ede, r.reason))
    if rcode is not None and r.rcode != rcode:
        why.append("rcode %s, not %s" % (r.rcode, rcode))
    if why:
        raise Wrong("; ".join(why))
    return r


def main():
    """Runs the scenarios whose names contain one of the arguments, or all."""
    global SERVER
    SERVER = Server()
    bad = 0
    for name, f in SCENARIOS:
        if len(sys.argv) > 1 and not any(a in name for a in sys.argv[1:]):
            continue
        try:
            f()
            print("ok %s" % name, flush=True)
        except Exception as e:
            bad = 1
            where = e.__traceback__
            while where.tb_next and not isinstance(e, Wrong):
                where = where.tb_next
            print("not ok %s: %s%s" % (name, "" if isinstance(e, Wrong) else "%s at line %d: " % (
                type(e).__name__, where.tb_lineno), str(e).replace("\n", " ")), flush=True)
    return bad
