# SPDX-License-Identifier: ISC
"""
tests/certs/pki.py: makes certificates octet by octet, so that each rule of RFC 5280 can be broken
on its own.  Keys, signatures and serial numbers follow from names, not from chance: the same case
is the same octets in each run.  Takes no part in judging what it makes.
"""
import base64, calendar, hashlib, os, re, time
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives import serialization

HERE = os.path.dirname(os.path.abspath(__file__))

# ---- DER ------------------------------------------------------------------------------


def tlv(tag, *parts):
    v = b"".join(parts)
    n = len(v)
    if n < 128:
        return bytes((tag, n)) + v
    size = (n.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + n.to_bytes(size, "big") + v


def seq(*parts):
    return tlv(0x30, *parts)


def octets(v):
    return tlv(4, v)


def bits(v, unused=0):
    return tlv(3, bytes((unused,)) + v)


def integer(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big", signed=True))


def oid(text):
    a = [int(x) for x in text.split(".")]
    out = b""
    for n in [a[0] * 40 + a[1]] + a[2:]:
        part = bytes((n & 127,))
        while n > 127:
            n >>= 7
            part = bytes((n & 127 | 128,)) + part
        out += part
    return tlv(6, out)


NULL = b"\x05\0"
TRUE = b"\x01\x01\xff"

# ---- time -----------------------------------------------------------------------------


def at(text):
    """2026-06-01T00:00:00 -> unix seconds"""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%S"))


def when(t):
    """Unix seconds as RFC 5280 4.1.2.5 has them; DER goes through."""
    if isinstance(t, bytes):
        return t
    g = time.gmtime(t)
    if 1950 <= g.tm_year < 2050:
        return tlv(0x17, time.strftime("%y%m%d%H%M%SZ", g).encode())
    return tlv(0x18, b"%04d" % g.tm_year, time.strftime("%m%d%H%M%SZ", g).encode())


# ---- keys -----------------------------------------------------------------------------

HASHES = {"md5": "1.2.840.113549.2.5", "sha1": "1.3.14.3.2.26", "sha224": "2.16.840.1.101.3.4.2.4",
          "sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2",
          "sha512": "2.16.840.1.101.3.4.2.3"}
RSA_SIG = {"md5": 4, "sha1": 5, "sha224": 14, "sha256": 11, "sha384": 12, "sha512": 13}
EC_SIG = {"sha1": "1.2.840.10045.4.1", "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
          "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}
CURVES = {
    256: (ec.SECP256R1(), "1.2.840.10045.3.1.7",
          0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551),
    384: (ec.SECP384R1(), "1.3.132.0.34",
        2**384 - 0x389cb27e0bc8d220a7e5f24db74f58851313e695333ad68d),
    521: (ec.SECP521R1(), "1.3.132.0.35",
          2**521 - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7),
}


def digest(h, m):
    return hashlib.new(h, m).digest()


def hash_alg(h, null=True):
    return seq(oid(HASHES[h]), NULL if null else b"")


class Alg:
    """A signature algorithm: its AlgorithmIdentifier and how it is made.  text: "sha256" for the
    key's own kind; "pss-sha256", "pss-sha256-mgf-sha1", "pss-sha256-salt0", ..."""
    def __init__(self, text):
        self.text = text
        part = text.split("-")
        self.pss = part[0] == "pss"
        self.hash = part[1] if self.pss else part[0]
        self.mgf = part[part.index("mgf") + 1] if "mgf" in part else self.hash
        salt = [p[4:] for p in part if p.startswith("salt")]
        self.salt = int(salt[0]) if salt else len(digest(self.hash, b""))

    def params(self, claim_salt=None):
        return seq(tlv(0xa0, hash_alg(self.hash)),
                   tlv(0xa1, seq(oid("1.2.840.113549.1.1.8"), hash_alg(self.mgf))),
                   tlv(0xa2, integer(self.salt if claim_salt is None else claim_salt)))


def rsa_files():
    with open(os.path.join(HERE, "rsa.txt")) as f:
        rows = [line.split() for line in f if not line.startswith("#")]
    return {r[0]: (int(r[1]), int(r[2], 16), int(r[3], 16)) for r in rows}


class Rsa:
    table = None

    def __init__(self, name, oid_pss=False, limit=None):
        Rsa.table = Rsa.table or rsa_files()
        self.e, self.p, self.q = Rsa.table[name]
        self.n = self.p * self.q
        self.size = (self.n.bit_length() + 7) // 8
        self.d = pow(self.e, -1, (self.p - 1) * (self.q - 1))
        self.oid_pss, self.limit = oid_pss, limit
        self.spki = self.make_spki()

    def make_spki(self):
        if self.oid_pss:
            alg = seq(oid("1.2.840.113549.1.1.10"), Alg(self.limit).params() if self.limit else b"")
        else:
            alg = seq(oid("1.2.840.113549.1.1.1"), NULL)
        return seq(alg, bits(seq(integer(self.n), integer(self.e))))

    def raw(self, em):
        m = int.from_bytes(em, "big")
        a, b = pow(m % self.p, self.d % (self.p - 1), self.p), pow(m % self.q,
            self.d % (self.q - 1), self.q)
        h = (a - b) * pow(self.q, -1, self.p) % self.p
        return (b + h * self.q).to_bytes(self.size, "big")

    def alg(self, a):
        if a.pss:
            return seq(oid("1.2.840.113549.1.1.10"), a.params())
        return seq(oid("1.2.840.113549.1.1.%d" % RSA_SIG[a.hash]), NULL)

    def default(self):
        return (self.limit or "pss-sha256") if self.oid_pss else "sha256"

    def sign(self, a, m):
        h = digest(a.hash, m)
        if not a.pss:
            t = seq(hash_alg(a.hash), octets(h))
            return self.raw(b"\0\1" + b"\xff" * (self.size - 3 - len(t)) + b"\0" + t)
        bit = self.n.bit_length() - 1
        size = (bit + 7) // 8
        salt = digest("sha512", b"salt" + m)[:a.salt] if a.salt <= 64 else \
            (digest("sha512", m) * 20)[:a.salt]
        hh = digest(a.hash, bytes(8) + h + salt)
        db = bytes(size - len(salt) - len(hh) - 2) + b"\1" + salt
        mask = b"".join(digest(a.mgf, hh + i.to_bytes(4, "big")) for i in range(40))[:len(db)]
        db = bytes(x ^ y for x, y in zip(db, mask))
        db = bytes((db[0] & 0xff >> (8 * size - bit),)) + db[1:]
        return self.raw(db + hh + b"\xbc")


class Ec:
    def __init__(self, size, name, compressed=False):
        self.curve, self.oid, self.n = CURVES[size]
        self.size = size
        self.d = int.from_bytes(digest("sha512", b"key" + name.encode()) * 2, "big") % self.n
        self.spki = seq(seq(oid("1.2.840.10045.2.1"), oid(self.oid)), bits(self.point(self.d,
            compressed)))

    def point(self, k, compressed=False):
        f = serialization.PublicFormat
        return ec.derive_private_key(k, self.curve).public_key().public_bytes(
            serialization.Encoding.X962, f.CompressedPoint if compressed else f.UncompressedPoint)

    def alg(self, a):
        return seq(oid(EC_SIG[a.hash]))

    def default(self):
        return {256: "sha256", 384: "sha384", 521: "sha512"}[self.size]

    def sign(self, a, m):
        h = int.from_bytes(digest(a.hash, m), "big") >> max(0, 8 * len(digest(a.hash,
            m)) - self.n.bit_length())
        k = int.from_bytes(digest("sha512", self.d.to_bytes(66, "big") + m) * 2, "big") % self.n
        p = self.point(k)
        r = int.from_bytes(p[1:1 + len(p) // 2], "big") % self.n
        return seq(integer(r), integer(pow(k, -1, self.n) * (h + r * self.d) % self.n))


class Ed:
    def __init__(self, name):
        self.key = ed25519.Ed25519PrivateKey.from_private_bytes(digest("sha256", name.encode()))
        f = serialization
        self.spki = seq(seq(oid("1.3.101.112")),
                        bits(self.key.public_key().public_bytes(f.Encoding.Raw,
                            f.PublicFormat.Raw)))

    def alg(self, a):
        return seq(oid("1.3.101.112"))

    def default(self):
        return "sha512"

    def sign(self, a, m):
        return self.key.sign(m)


# ---- names ----------------------------------------------------------------------------

ATTRS = {"CN": "2.5.4.3", "O": "2.5.4.10", "C": "2.5.4.6", "OU": "2.5.4.11",
    "E": "1.2.840.113549.1.9.1",
         "DC": "0.9.2342.19200300.100.1.25"}


def attr(kind, v, tag=0x0c):
    v = v if isinstance(v, bytes) else v.encode()
    return seq(oid(ATTRS[kind]), tlv(0x16 if kind in ("E", "DC") else tag, v))


def dn(*rdns, tag=0x0c):
    """dn("O=Test", "CN=x"); an RDN may be DER too."""
    return seq(*[tlv(0x31, r if isinstance(r, bytes) else attr(*r.split("=", 1), tag))
        for r in rdns])


def gn_dns(v):
    return tlv(0x82, v if isinstance(v, bytes) else v.encode())


def gn_email(v):
    return tlv(0x81, v.encode())


def gn_uri(v):
    return tlv(0x86, v.encode())


def gn_ip(v):
    return tlv(0x87, v)


def gn_dn(d):
    return tlv(0xa4, d)


# ---- extensions -----------------------------------------------------------------------

KU_SIGN, KU_ENCIPHER, KU_AGREE, KU_CERTSIGN, KU_CRL = 0x80, 0x20, 0x08, 0x04, 0x02
SERVER, CLIENT, ANY_EKU = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"


def ext(o, value, critical=False):
    return seq(oid(o), TRUE if critical else b"", octets(value))


def bc(ca, pathlen=None, critical=True):
    return ext("2.5.29.19", seq(TRUE if ca else b"", b"" if pathlen is None else integer(pathlen)),
        critical)


def ku(v, critical=True):
    low = (v & -v).bit_length() - 1 if v else 0
    return ext("2.5.29.15", bits(bytes((v,)), low) if v else bits(b""), critical)


def eku(*oids, critical=False):
    return ext("2.5.29.37", seq(*[oid(o) for o in oids]), critical)


def san(*names, critical=False):
    return ext("2.5.29.17", seq(*[n if isinstance(n, bytes) else gn_dns(n) for n in names]),
        critical)


def nc(permit=(), exclude=(), critical=True):
    part = lambda tag, names: tlv(tag, *[seq(n) for n in names]) if names else b""
    return ext("2.5.29.30", seq(part(0xa0, permit), part(0xa1, exclude)), critical)


def ski(v):
    return ext("2.5.29.14", octets(v))


def aki(v=None, issuer=None, serial=None):
    return ext("2.5.29.35", seq(tlv(0x80, v) if v is not None else b"",
               (tlv(0xa1, gn_dn(issuer)) + tlv(0x82, integer(serial)[2:])) if issuer else b""))


def unknown(critical):
    return ext("1.3.6.1.4.1.55555.1", b"\x05\0", critical)


# ---- certificates ---------------------------------------------------------------------

T0 = at("2026-06-01T00:00:00")  # when the cases are judged, unless they say otherwise
DAY = 86400
HOST = "mx.example.test"


class Cert:
    """by: a Cert; None: itself.  o: exts, not_before, not_after, alg, inner and outer (the two
    algorithm fields), issuer (a Name), version (1 to 3; DER goes through), serial, unique, spki,
    spoil and sig (what becomes of the signature), signer (a key instead of by's), bits_unused."""
    def __init__(self, subject, key, by=None, **o):
        self.subject = subject if isinstance(subject, bytes) else dn("CN=" + subject)
        self.key, self.o, self.by = key, dict(o), by
        signer = o.get("signer") or (by.key if by else key)
        a = Alg(o.get("alg") or signer.default())
        named = signer.alg(a)
        tbs = seq(self.version(), self.serial(), o.get("inner") or named,
                  o.get("issuer") or (by.subject if by else self.subject),
                  seq(when(o.get("not_before", T0 - 90 * DAY)), when(o.get("not_after",
                      T0 + 365 * DAY))),
                  self.subject, o.get("spki") or key.spki, o.get("unique", b""), self.extensions())
        sig = signer.sign(a, tbs)
        if o.get("spoil"):
            sig = sig[:-4] + bytes(x ^ 0x55 for x in sig[-4:])
        sig = o.get("sig", lambda s: s)(sig)
        self.tbs, self.sig = tbs, sig
        self.der = seq(tbs, o.get("outer") or o.get("inner") or named, bits(sig,
            o.get("bits_unused", 0)))
        self.spki = o.get("spki") or key.spki

    def version(self):
        v = self.o.get("version", 3)
        return v if isinstance(v, bytes) else b"" if v == 1 else tlv(0xa0, integer(v - 1))

    def serial(self):
        s = self.o.get("serial")
        if isinstance(s, bytes):
            return s
        return integer(1 + int.from_bytes(digest("sha1", self.subject)[:7], "big") if s is None
            else s)

    def extensions(self):
        e = self.o.get("exts")
        return tlv(0xa3, seq(*e)) if e is not None else b""

    def again(self, **o):
        """The same certificate but for this."""
        return Cert(o.pop("subject", self.subject), o.pop("key", self.key), o.pop("by", self.by),
                    **dict(self.o, **o))


def ca(name, key, by=None, exts=None, pathlen=None, more=(), **o):
    if exts is None:
        exts = [bc(True, pathlen), ku(KU_CERTSIGN | KU_CRL)] + list(more)
    return Cert(name, key, by, exts=exts, **o)


def leaf(by=None, key=None, exts=None, names=(HOST,), more=(), subject=None, **o):
    if exts is None:
        exts = [ku(KU_SIGN)] + ([san(*names)] if names else []) + list(more)
    return Cert(subject or "leaf", key or Ec(256, "leaf"), by, exts=exts, **o)


def pem(certs, eol="\n"):
    out = ""
    for c in certs:
        b = base64.b64encode(c if isinstance(c, bytes) else c.der).decode()
        out += "-----BEGIN CERTIFICATE-----" + eol + eol.join(re.findall(".{1,64}", b)) + eol + \
            "-----END CERTIFICATE-----" + eol
    return out


def tlsa(usage, selector, mtype, c):
    """c: a certificate, or the data"""
    if not isinstance(c, bytes):
        c = (c.der, c.spki)[selector]
        c = (c, digest("sha256", c), digest("sha512", c))[mtype]
    return (usage, selector, mtype, c)
