#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# Makes the certificates and responses of t_ocsp and the corpus of f_ocsp, with python3-cryptography
# (38 or later) and openssl.  They are checked in: the tests need fixed data, and neither of the two.
# Run it by hand when a case is added; all of them are then made anew.  responses.txt has one response
# a line: its name, and its octets in hex.  Most are encoded here, octet by octet, since no other
# program makes the faulty ones; "library" is made by python3-cryptography and "openssl" by openssl.
import datetime
import glob
import hashlib
import os
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU, NameOID, ObjectIdentifier

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = 1795500000  # VEC_NOW
DAY = 86400
FROM, TO = datetime.datetime(2025, 1, 1), datetime.datetime(2046, 1, 1)
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER

# ---- DER -------------------------------------------------------------------------------


def tlv(tag, *parts):
    v = b"".join(parts)
    n = len(v)
    if n < 0x80:
        return bytes([tag, n]) + v
    k = (n.bit_length() + 7) // 8
    return bytes([tag, 0x80 | k]) + n.to_bytes(k, "big") + v


def seq(*parts):
    return tlv(0x30, *parts)


def octets(v):
    return tlv(4, v)


def integer(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big", signed=True))


def oid(text):
    a = [int(x) for x in text.split(".")]
    out = b""
    for n in [a[0] * 40 + a[1]] + a[2:]:
        part = bytes([n & 0x7F])
        while n > 0x7F:
            n >>= 7
            part = bytes([0x80 | n & 0x7F]) + part
        out += part
    return tlv(6, out)


def time(t):
    """Seconds, or the text itself."""
    if isinstance(t, int):
        t = datetime.datetime.utcfromtimestamp(t).strftime("%Y%m%d%H%M%SZ")
    return tlv(0x18, t.encode())


NULL = tlv(5)
ALGS = {
    "sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2"}
SIGS = {  # by the class of the key: digest -> AlgorithmIdentifier
    "rsa": {"sha1": seq(oid("1.2.840.113549.1.1.5"), NULL), "sha256": seq(oid("1.2.840.113549.1.1.11"), NULL)},
    "ec": {"sha1": seq(oid("1.2.840.10045.4.1")), "sha256": seq(oid("1.2.840.10045.4.3.2"))},
    "ed": {"sha256": seq(oid("1.3.101.112"))}}

# ---- keys and certificates ---------------------------------------------------------------

KEYS = {}


def key(name, kind):
    if kind == "rsa":
        KEYS[name] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    else:
        KEYS[name] = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else ed25519.Ed25519PrivateKey.generate()


def dn(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def with_sha1(c, ikey):
    """The same, signed with SHA-1, which newer libraries no longer do."""
    tbs = c.tbs_certificate_bytes.replace(SIGS["rsa"]["sha256"], SIGS["rsa"]["sha1"])
    sig = KEYS[ikey].sign(tbs, padding.PKCS1v15(), hashes.SHA1())
    return x509.load_der_x509_certificate(seq(tbs, SIGS["rsa"]["sha1"], tlv(3, b"\x00", sig)))


def cert(name, subject, k, issuer, ikey, exts=(), start=FROM, end=TO, serial=None, sha1=False):
    b = (x509.CertificateBuilder().subject_name(dn(subject)).issuer_name(dn(issuer)).public_key(KEYS[k].public_key())
         .serial_number(serial or x509.random_serial_number()).not_valid_before(start).not_valid_after(end))
    for e, critical in exts:
        b = b.add_extension(e, critical)
    c = b.sign(KEYS[ikey], None if isinstance(KEYS[ikey], ed25519.Ed25519PrivateKey) else hashes.SHA256())
    c = with_sha1(c, ikey) if sha1 else c
    if not name.startswith("d-"):  # these are in the responses
        with open(f"{HERE}/{name}.pem", "wb") as f:
            f.write(c.public_bytes(PEM))
    return c


def usage(**on):
    all_ = dict.fromkeys(["digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
                          "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"], False)
    return x509.KeyUsage(**{**all_, **on})


CA = [(x509.BasicConstraints(True, None), True), (usage(key_cert_sign=True, crl_sign=True, digital_signature=True), True)]
LEAF = [(x509.SubjectAlternativeName([x509.DNSName("mx.example.test")]), False)]
SIGNS = (x509.ExtendedKeyUsage([EKU.OCSP_SIGNING]), False)
MAY = (usage(digital_signature=True), True)
NOCHECK = (x509.OCSPNoCheck(), False)

for f in glob.glob(f"{HERE}/*.pem"):
    os.remove(f)
C = {}
for kind in ("rsa", "ec", "ed"):
    for who in ("ca", "leaf", "ocsp"):
        key(f"{kind}-{who}", kind)
    name = f"{kind.upper()} CA"
    C[f"{kind}-ca"] = cert(f"{kind}-ca", name, f"{kind}-ca", name, f"{kind}-ca", CA)
    C[f"{kind}-leaf"] = cert(f"{kind}-leaf", "mx", f"{kind}-leaf", name, f"{kind}-ca", LEAF)
    C[f"{kind}-ocsp"] = cert(f"{kind}-ocsp", f"{kind.upper()} Responder", f"{kind}-ocsp", name, f"{kind}-ca",
                             [SIGNS, MAY, NOCHECK])
key("imposter", "ec")
C["imposter"] = cert("imposter", "EC CA", "imposter", "EC CA", "imposter", CA)  # the name, another key
C["self"] = cert("self", "self", "ec-leaf", "self", "ec-leaf", LEAF)
C["sha1-leaf"] = cert("sha1-leaf", "mx", "rsa-leaf", "RSA CA", "rsa-ca", LEAF, sha1=True)


def delegate(n, exts, issuer="EC CA", ikey="ec-ca", k="ec-ocsp", **more):
    C[n] = cert(n, "Odd Responder", k, issuer, ikey, exts, **more)


delegate("d-good", [SIGNS])  # no key usage, no nocheck
delegate("d-both", [(x509.ExtendedKeyUsage([EKU.SERVER_AUTH, EKU.OCSP_SIGNING]), True), MAY])
delegate("d-first", [(x509.ExtendedKeyUsage([EKU.OCSP_SIGNING, EKU.SERVER_AUTH]), False), MAY])
delegate("d-bad-ext", [SIGNS, (x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.15"), b"\x05\x00"), False)])
delegate("d-noeku", [MAY])
delegate("d-any", [(x509.ExtendedKeyUsage([EKU.ANY_EXTENDED_KEY_USAGE]), False), MAY])
delegate("d-server", [(x509.ExtendedKeyUsage([EKU.SERVER_AUTH]), False), MAY])
delegate("d-ku", [SIGNS, (usage(key_cert_sign=True), True)])
delegate("d-old", [SIGNS, MAY], end=datetime.datetime(2026, 1, 1))
delegate("d-future", [SIGNS, MAY], start=datetime.datetime(2040, 1, 1))
delegate("d-other-ca", [SIGNS, MAY], issuer="RSA CA", ikey="rsa-ca")
delegate("d-forged", [SIGNS, MAY], ikey="imposter")
delegate("d-critical", [SIGNS, MAY, (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)])
delegate("d-sha1", [SIGNS, MAY], issuer="RSA CA", ikey="rsa-ca", sha1=True)
delegate("d-below", [SIGNS, MAY], issuer="EC Responder", ikey="ec-ocsp", k="ec-leaf")  # of a delegate

# ---- responses -------------------------------------------------------------------------------


def inside(b):
    """The contents of the first element, and what follows it."""
    h = 2 if b[1] < 0x80 else 2 + (b[1] & 0x7F)
    n = b[1] if b[1] < 0x80 else int.from_bytes(b[2:h], "big")
    return b[h:h + n], b[h + n:]


def key_bits(c):
    spki = c.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return inside(inside(inside(spki)[0])[1])[0][1:]


def certid(leaf, ca, md="sha256", serial=None, name=None, keyhash=None, alg=None):
    h = getattr(hashlib, md)
    return seq(alg or seq(oid(ALGS[md]), NULL), name or octets(h(leaf.issuer.public_bytes()).digest()),
               keyhash or octets(h(key_bits(ca)).digest()), serial or integer(leaf.serial_number))


GOOD, UNKNOWN = tlv(0x80), tlv(0x82)


def revoked(t=NOW - 30 * DAY, reason=None):
    return tlv(0xA1, time(t), b"" if reason is None else tlv(0xA0, tlv(0x0A, bytes([reason]))))


def single(cid, status=GOOD, this=NOW - 3600, nxt=NOW + 3 * DAY, exts=b""):
    return seq(cid, status, this if isinstance(this, bytes) else time(this),
               b"" if nxt is None else nxt if isinstance(nxt, bytes) else tlv(0xA0, time(nxt)), exts)


def ext(critical, o="1.3.6.1.5.5.7.48.1.2", value=b"\x04\x02no"):
    return seq(oid(o), tlv(1, b"\xff") if critical else b"", octets(value))


def exts(*e):
    return tlv(0xA1, seq(*e))


def by_name(c):
    return tlv(0xA1, c.subject.public_bytes())


def by_key(c):
    return tlv(0xA2, octets(hashlib.sha1(key_bits(c)).digest()))


def sign(k, data, md="sha256"):
    k, h = KEYS[k], getattr(hashes, md.upper())()
    if isinstance(k, rsa.RSAPrivateKey):
        return k.sign(data, padding.PKCS1v15(), h)
    return k.sign(data, ec.ECDSA(h)) if isinstance(k, ec.EllipticCurvePrivateKey) else k.sign(data)


def wrap(basic, status=b"\x00", kind="1.3.6.1.5.5.7.48.1.1"):
    return seq(tlv(0x0A, status), tlv(0xA0, seq(oid(kind), octets(basic))))


def basic(data, k, md="sha256", alg=None, certs=(), sig=None):
    kind = {"R": "rsa", "E": "ec"}["R" if isinstance(KEYS[k], rsa.RSAPrivateKey) else "E"] \
        if not isinstance(KEYS[k], ed25519.Ed25519PrivateKey) else "ed"
    c = tlv(0xA0, seq(*[x if isinstance(x, bytes) else x.public_bytes(DER) for x in certs])) if certs else b""
    return seq(data, alg or SIGS[kind][md], sig or tlv(3, b"\x00", sign(k, data, md)), c)


def data(singles, responder, version=b"", produced=NOW - 3600, extensions=b""):
    return seq(version, responder, produced if isinstance(produced, bytes) else time(produced), seq(*singles), extensions)


OUT = {}
EC, ECL = C["ec-ca"], C["ec-leaf"]
ID = certid(ECL, EC)


def put(name, singles=None, k="ec-ca", responder=None, md="sha256", alg=None, certs=(), sig=None, **more):
    """A response of the EC CA or its responder, about the EC leaf, unless told otherwise."""
    d = data([single(ID)] if singles is None else singles, responder or by_name(EC), **more)
    OUT[name] = wrap(basic(d, k, md, alg, certs, sig))


for kind in ("rsa", "ec", "ed"):
    ca, leaf, o = (C[f"{kind}-{w}"] for w in ("ca", "leaf", "ocsp"))
    for md in ("sha1", "sha256"):
        s = [single(certid(leaf, ca, md))]
        put(f"{kind}-{md}-name", s, f"{kind}-ca", by_name(ca))
        put(f"{kind}-{md}-key", s, f"{kind}-ca", by_key(ca))
        put(f"{kind}-{md}-delegate", s, f"{kind}-ocsp", by_name(o), certs=[o])
        put(f"{kind}-{md}-delegate-key", s, f"{kind}-ocsp", by_key(o), certs=[ca, o])
put("with-certs", certs=[C["rsa-ca"], EC])
put("self", [single(certid(C["self"], C["self"]))], "ec-leaf", by_name(C["self"]))
put("sha1-leaf", [single(certid(C["sha1-leaf"], C["rsa-ca"]))], "rsa-ca", by_name(C["rsa-ca"]))
put("noparams", [single(certid(ECL, EC, alg=seq(oid(ALGS["sha256"]))))])

# the delegate
for n in [n for n in C if n.startswith("d-")]:
    put(n, k="ec-leaf" if n == "d-below" else "ec-ocsp", responder=by_name(C[n]), certs=[C[n], C["ec-ocsp"]])
put("d-sha1", [single(certid(C["rsa-leaf"], C["rsa-ca"]))], "ec-ocsp", by_name(C["d-sha1"]), certs=[C["d-sha1"]])
bad_dates = C["d-good"].tbs_certificate_bytes.replace(b"250101000000Z", b"251301000000Z")
put("d-bad-dates", k="ec-ocsp", responder=by_name(C["d-good"]),
    certs=[seq(bad_dates, SIGS["ec"]["sha256"], tlv(3, b"\x00", sign("ec-ca", bad_dates)))])
put("d-missing", k="ec-ocsp", responder=by_name(C["d-good"]))
put("d-second", k="ec-ocsp", responder=by_name(C["d-good"]), certs=[b"\x30\x03\x02\x01\x05", C["d-any"], C["d-good"]])
put("d-not-the-signer", k="imposter", responder=by_name(C["d-good"]), certs=[C["d-good"]])
put("d-other-name", k="ec-ocsp", responder=by_name(C["ec-leaf"]), certs=[C["d-good"]])
put("d-other-key", k="ec-ocsp", responder=by_key(C["ec-leaf"]), certs=[C["d-good"]])
put("d-many", k="ec-ocsp", responder=by_name(C["d-good"]), certs=[C["d-good"]] * 17)
put("d-limit", k="imposter", responder=by_name(C["d-good"]), certs=[C["d-good"]] * 16)
put("d-sixteen", k="ec-ocsp", responder=by_name(C["d-good"]), certs=[C["d-any"]] * 15 + [C["d-good"]])

# the signature
put("signed-by-the-leaf", k="ec-leaf")
put("signed-by-an-imposter", k="imposter")
put("imposter-brought", k="imposter", certs=[C["imposter"]])
put("responder-is-another", responder=by_name(C["rsa-ca"]))
put("rsa-md-sha1", [single(certid(C["rsa-leaf"], C["rsa-ca"]))], "rsa-ca", by_name(C["rsa-ca"]), md="sha1")
put("ec-md-sha1", md="sha1")
put("alg-unknown", alg=seq(oid("1.2.3.4")))
put("alg-params", alg=seq(oid("1.2.840.10045.4.3.2"), tlv(2, b"\x01")))
put("alg-other", alg=SIGS["ed"]["sha256"])

# what is said
for r in range(12):
    put(f"revoked-{r}", [single(ID, revoked(reason=r))])
put("revoked", [single(ID, revoked())])
put("unknown", [single(ID, UNKNOWN)])
put("revoked-old", [single(ID, revoked(reason=1), NOW - 9 * DAY, NOW - DAY)])
for n, s in (("malformedRequest", 1), ("internalError", 2), ("tryLater", 3), ("sigRequired", 5), ("unauthorized", 6),
             ("status-4", 4), ("status-7", 7), ("status-128", 128)):
    OUT[n] = seq(tlv(0x0A, bytes([s])))
OUT["tryLater-with-bytes"] = wrap(basic(data([single(ID)], by_name(EC)), "ec-ca"), b"\x03")

# when
for n, t, x in (("old", NOW - 9 * DAY, NOW - 2 * DAY), ("next-now", NOW - DAY, NOW), ("next-passed", NOW - DAY, NOW - 1),
                ("this-skew", NOW + 300, NOW + DAY), ("this-future", NOW + 301, NOW + DAY), ("no-next", NOW - DAY, None),
                ("no-next-week", NOW - 7 * DAY, None), ("no-next-over-a-week", NOW - 7 * DAY - 1, None),
                ("backwards", NOW - 60, NOW - 61), ("year-0", "00000101000000Z", None),
                ("year-9999", "99991231235959Z", None), ("all-time", "00000101000000Z", tlv(0xA0, time("99991231235959Z")))):
    put(n, [single(ID, GOOD, t if isinstance(t, int) else time(t), x)])

# which certificate
RSAID = certid(C["rsa-leaf"], C["rsa-ca"])
put("other-serial", [single(certid(ECL, EC, serial=integer(5)))])
put("other-name", [single(certid(ECL, EC, name=octets(bytes(32))))])
put("other-key", [single(certid(ECL, EC, keyhash=octets(bytes(32))))])
put("other-ca", [single(certid(ECL, C["rsa-ca"]))])
put("short-hash", [single(certid(ECL, EC, name=octets(hashlib.sha256(ECL.issuer.public_bytes()).digest()[:20])))])
put("sha384", [single(certid(ECL, EC, "sha384"))])
put("several", [single(RSAID, revoked()), single(certid(ECL, EC, serial=integer(7))), single(ID), single(RSAID, UNKNOWN)])
put("several-others", [single(RSAID), single(certid(ECL, EC, serial=integer(7)))])
put("both-ids", [single(certid(ECL, EC, "sha1")), single(ID)])
put("good-then-revoked", [single(ID), single(certid(ECL, EC, "sha1"), revoked(reason=1))])
put("revoked-then-good", [single(ID, revoked(reason=1)), single(ID)])
put("unknown-then-good", [single(ID, UNKNOWN), single(ID)])
put("old-then-new", [single(ID, GOOD, NOW - 9 * DAY, NOW - DAY), single(ID)])
put("none", [])
put("singles-64", [single(RSAID)] * 63 + [single(ID)])
put("singles-65", [single(RSAID)] * 64 + [single(ID)])

# extensions
NONCE = "1.3.6.1.5.5.7.48.1.2"
put("ext", extensions=exts(ext(False)))
put("ext-critical", extensions=exts(ext(False), ext(True, "1.2.3.4")))
put("ext-single", [single(ID, exts=exts(ext(False, "1.3.6.1.5.5.7.48.1.6")))])
put("ext-single-critical", [single(ID, exts=exts(ext(True, "1.2.3.4")))])
put("ext-other-critical", [single(ID), single(RSAID, exts=exts(ext(True, "1.2.3.4")))])

# the form of each field, in a response that is signed all the same
put("version-1", version=tlv(0xA0, integer(0)))
put("version-2", version=tlv(0xA0, integer(1)))
put("bad version", version=tlv(0xA0, octets(b"\x00")))
put("bad responderID", responder=tlv(0xA2, octets(b"short")))
put("bad responderID tag", responder=tlv(0xA3, EC.subject.public_bytes()))
put("bad producedAt", produced=tlv(0x18, b"20261124"))
put("bad responseExtensions", extensions=tlv(0xA1, seq(seq(oid(NONCE), tlv(1, b"\xff\xff"), octets(b"")))))
put("bad responseExtensions value", extensions=exts(seq(oid(NONCE))))
put("bad tbsResponseData", extensions=tlv(0xA2, seq()))
put("bad SingleResponse", [single(ID), b"\x04\x00"])
put("bad SingleResponse rest", [single(ID, exts=NULL)])
put("bad certID", [single(octets(b"id"))])
put("bad certID rest", [single(seq(inside(ID)[0], NULL))])
put("bad hashAlgorithm", [single(certid(ECL, EC, alg=oid(ALGS["sha256"])))])
put("bad issuerNameHash", [single(certid(ECL, EC, name=tlv(3, bytes(33))))])
put("bad issuerKeyHash", [single(certid(ECL, EC, keyhash=tlv(3, bytes(33))))])
put("bad serialNumber", [single(certid(ECL, EC, serial=tlv(2)))])
put("bad serialNumber padded", [single(certid(ECL, EC, serial=tlv(2, bytes(2))))])
put("bad certStatus", [single(ID, tlv(0x83))])
put("bad certStatus value", [single(ID, tlv(0x80, b"\x00"))])
put("bad certStatus missing", [seq(ID)])
put("bad revocationTime", [single(ID, tlv(0xA1, tlv(0x17, b"260101000000Z")))])
put("bad revocationReason", [single(ID, tlv(0xA1, time(NOW), tlv(0xA0, integer(1))))])
put("bad revocationReason long", [single(ID, tlv(0xA1, time(NOW), tlv(0xA0, tlv(0x0A, b"\x01\x01"))))])
for n, t in (("utc", tlv(0x17, b"261124000000Z")), ("fraction", time("20261124000000.5Z")), ("zone", time("20261124000000+0100")),
             ("month", time("20261324000000Z")), ("empty", tlv(0x18)), ("letters", time("2026112400000oZ"))):
    put(f"bad thisUpdate {n}", [single(ID, this=t)])
    put(f"bad nextUpdate {n}", [single(ID, nxt=tlv(0xA0, t))])
put("bad nextUpdate rest", [single(ID, nxt=tlv(0xA0, time(NOW), time(NOW)))])
put("bad singleExtensions", [single(ID, exts=tlv(0xA1, octets(b"")))])
put("bad signatureAlgorithm", alg=NULL)
put("bad signature", sig=octets(b"signature"))
put("bad signature bits", sig=tlv(3, b"\x01\x00"))
put("bad certs", certs=[b"\x04\x00"])
G = data([single(ID)], by_name(EC))
B = basic(G, "ec-ca")
OUT["bad BasicOCSPResponse"] = wrap(b"\x30\x80\x00\x00")
OUT["bad BasicOCSPResponse rest"] = wrap(seq(inside(B)[0], NULL))
OUT["bad tbsResponseData missing"] = wrap(seq())
OUT["bad OCSPResponse"] = octets(b"response")
OUT["bad OCSPResponse rest"] = wrap(B) + b"\x00"
OUT["bad responseStatus"] = seq(integer(0))
OUT["bad responseBytes"] = seq(tlv(0x0A, b"\x00"))
OUT["bad responseBytes rest"] = seq(tlv(0x0A, b"\x00"), tlv(0xA0, seq(oid("1.3.6.1.5.5.7.48.1.1"), octets(B), NULL)))
OUT["bad responseType"] = seq(tlv(0x0A, b"\x00"), tlv(0xA0, seq(octets(b"type"), octets(B))))
OUT["other-type"] = wrap(B, kind="1.3.6.1.5.5.7.48.1.9")
OUT["escaped"] = wrap(basic(data([single(ID)], tlv(0xA1, dn("a\x1b[31mb\u00e9").public_bytes())), "ec-ca"))

# by others
OUT["library"] = ocsp.OCSPResponseBuilder().add_response(
    cert=ECL, issuer=EC, algorithm=hashes.SHA1(), cert_status=ocsp.OCSPCertStatus.REVOKED,
    this_update=datetime.datetime.utcfromtimestamp(NOW - 3600), next_update=datetime.datetime.utcfromtimestamp(NOW + DAY),
    revocation_time=datetime.datetime.utcfromtimestamp(NOW - DAY), revocation_reason=x509.ReasonFlags.key_compromise,
).responder_id(ocsp.OCSPResponderEncoding.HASH, C["ec-ocsp"]).certificates([C["ec-ocsp"]]).sign(
    KEYS["ec-ocsp"], hashes.SHA256()).public_bytes(DER)
with tempfile.TemporaryDirectory() as d:
    with open(f"{d}/key", "wb") as f:
        f.write(KEYS["rsa-ocsp"].private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    with open(f"{d}/index", "w") as f:
        f.write(f"V\t460101000000Z\t\t{C['rsa-leaf'].serial_number:040X}\tunknown\t/CN=mx\n")
    subprocess.run(["openssl", "ocsp", "-index", f"{d}/index", "-CA", f"{HERE}/rsa-ca.pem", "-rsigner", f"{HERE}/rsa-ocsp.pem",
                    "-rkey", f"{d}/key", "-issuer", f"{HERE}/rsa-ca.pem", "-cert", f"{HERE}/rsa-leaf.pem", "-ndays", "3",
                    "-noverify", "-respout", f"{d}/out"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(f"{d}/out", "rb") as f:
        OUT["openssl"] = f.read()

with open(f"{HERE}/responses.txt", "w") as f:
    for n, r in OUT.items():
        f.write(f"{n.replace(' ', '/')} {r.hex()}\n")
CORPUS = os.path.join(HERE, "../../fuzz/corpus/f_ocsp")
os.makedirs(CORPUS, exist_ok=True)
for n in ("ed-sha1-delegate-key", "ed-sha256-name", "rsa-sha256-key", "several", "revoked-1", "tryLater", "ext",
          "version-1", "no-next", "d-second"):
    with open(f"{CORPUS}/{n}", "wb") as f:
        f.write(OUT[n])
