# SPDX-License-Identifier: ISC
"""What the servers of the TLS run show: certificates of every algorithm, from small authorities
made on the spot, TLSA records of them, and OCSP responses to staple, good and bad."""

import hashlib
import os
import subprocess
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID, ObjectIdentifier

NAME = "mx.example.test"
NOW = datetime.utcnow().replace(microsecond=0)
DAY = timedelta(days=1)
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
BULK = ObjectIdentifier("1.3.6.1.4.1.55555.1")     # an extension that only takes room

MAKE = {"rsa": lambda: rsa.generate_private_key(65537, 2048),
        "rsa3072": lambda: rsa.generate_private_key(65537, 3072),
        "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ec384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "ec521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate}
MAKE.update({"rsa-by-ec": MAKE["rsa"], "ec-by-rsa": MAKE["ecdsa"]})
AUTHORITY = {k: "rsa" for k in ("rsa", "rsa3072", "rsapss", "ec-by-rsa")}   # the others: ecdsa


def hash_for(key):
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Issued:
    """A certificate, its key, and its files."""

    def __init__(self, crt, key, issuers):
        self.crt = crt
        self.key = key
        self.issuers = issuers          # nearest first

    @property
    def chain(self):
        return [self] + self.issuers

    def tlsa(self, usage=3, selector=1):
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        octets = (self.crt.public_bytes(DER) if selector == 0 else
                  self.crt.public_key().public_bytes(DER, spki))
        return f"{usage} {selector} 1 {hashlib.sha256(octets).hexdigest()}"


def sign(public, subject, issuer, key, extensions):
    """subject: a common name, or a whole name"""
    subject = name(subject) if isinstance(subject, str) else subject
    b = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
         .public_key(public).serial_number(x509.random_serial_number())
         .not_valid_before(NOW - DAY).not_valid_after(NOW + 30 * DAY))
    for extension, critical in extensions:
        b = b.add_extension(extension, critical)
    return b.sign(key, hash_for(key))


def usage(*names):
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{n: n in names for n in every})


class Pki:
    def __init__(self, top):
        self.top = top
        self.ca = {kind: self.authority(kind) for kind in ("rsa", "ecdsa")}
        self.leaves = {}
        for kind in MAKE:
            self.leaves[kind] = self.leaf(MAKE[kind](), AUTHORITY.get(kind, "ecdsa"))
            self.write(kind, self.leaves[kind].chain, self.leaves[kind].key)
            self.write(kind + "-alone", [self.leaves[kind]], self.leaves[kind].key)
        self.pss()
        self.long_chain("long", "rsa", 4, 2000)            # 10 KiB and more
        self.long_chain("long-ec", "ecdsa", 4, 2100)
        self.long_chain("huge", "ecdsa", 13, 3600)         # 50 KiB in one message, four records

    def path(self, what):
        return os.path.join(self.top, what)

    def write(self, what, chain, key=None):
        with open(self.path(what + ".crt"), "wb") as f:
            f.write(b"".join(c.crt.public_bytes(PEM) for c in chain))
        if key:
            with open(self.path(what + ".key"), "wb") as f:
                os.fchmod(f.fileno(), 0o600)    # OpenSMTPD insists
                f.write(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption()))
            with open(self.path(what + ".pem"), "wb") as f:     # as Postfix and Exim like it
                f.write(open(self.path(what + ".key"), "rb").read()
                        + open(self.path(what + ".crt"), "rb").read())

    def authority(self, kind, issuer=None, bulk=0, title="authority"):
        key = MAKE[kind]()
        more = [(x509.BasicConstraints(True, None), True),
                (usage("key_cert_sign", "crl_sign"), True)]
        if bulk:
            more.append((x509.UnrecognizedExtension(BULK, b"\x04\x82" + bulk.to_bytes(2, "big")
                                                    + os.urandom(bulk)), False))
        title = f"{kind} {title}"
        crt = sign(key.public_key(), title, issuer.crt.subject if issuer else name(title),
                   issuer.key if issuer else key, more)
        return Issued(crt, key, issuer.chain if issuer else [])

    def certify(self, public, issuer):
        return sign(public, NAME, issuer.crt.subject, issuer.key,
                    [(x509.SubjectAlternativeName([x509.DNSName(NAME)]), False),
                     (usage("digital_signature", "key_encipherment"), True),
                     (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)])

    def leaf(self, key, authority):
        issuer = self.ca[authority]
        return Issued(self.certify(key.public_key(), issuer), key, issuer.chain)

    def pss(self):
        """A key that is for RSASSA-PSS alone (RFC 4055 section 1.2), which only openssl makes."""
        key, csr = self.path("rsapss.key"), self.path("rsapss.csr")
        ca = self.path("rsa-ca")
        self.write("rsa-ca", [self.ca["rsa"]], self.ca["rsa"].key)
        ext = self.path("rsapss.ext")
        with open(ext, "w") as f:
            f.write(f"subjectAltName=DNS:{NAME}\nkeyUsage=critical,digitalSignature\n")
        for argv in (["genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048",
                      "-out", key],
                     ["req", "-new", "-key", key, "-subj", "/CN=" + NAME, "-out", csr],
                     ["x509", "-req", "-in", csr, "-CA", ca + ".crt", "-CAkey", ca + ".key",
                      "-set_serial", "4711", "-days", "30", "-sha256", "-extfile", ext,
                      "-out", self.path("rsapss.one")]):
            p = subprocess.run(["openssl", *argv], capture_output=True, text=True)
            if p.returncode:
                raise RuntimeError(f"openssl {argv[0]}: {p.stderr.strip()[-300:]}")
        with open(self.path("rsapss.one"), "rb") as f:
            one = f.read()
        with open(self.path("rsapss.crt"), "wb") as f:
            f.write(one + self.ca["rsa"].crt.public_bytes(PEM))
        spki = subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"],
                              capture_output=True, check=True).stdout
        self.pss_tlsa = "3 1 1 " + hashlib.sha256(spki).hexdigest()

    def long_chain(self, what, kind, n, bulk):
        """n authorities above the leaf, the last of them self-signed, bulk octets in each."""
        issuer = None
        for i in range(n):
            issuer = self.authority(kind, issuer, bulk, f"{what} {i}")
        key = MAKE[kind]()
        self.leaves[what] = Issued(self.certify(key.public_key(), issuer), key, issuer.chain)
        self.write(what, self.leaves[what].chain, key)

    # ---- TLSA records: of a kind's leaf, of its authority (digest or whole), and of neither

    def tlsa(self, kind, which="leaf"):
        if which == "other":
            return "3 1 1 " + hashlib.sha256(b"no certificate here").hexdigest()
        if kind == "rsapss":
            return self.pss_tlsa
        leaf = self.leaves[kind]
        if which == "whole":
            return "2 0 0 " + leaf.chain[-1].crt.public_bytes(DER).hex()
        return leaf.tlsa() if which == "leaf" else leaf.chain[-1].tlsa(2, 0)

    # ---- OCSP

    def staple(self, kind, what):
        """The file of a response for the leaf of that kind."""
        path = self.path(f"{kind}.{what}.ocsp")
        if not os.path.exists(path):
            with open(path + ".new", "wb") as f:
                f.write(self.response(kind, what))
            os.replace(path + ".new", path)
        return path

    def response(self, kind, what):
        leaf, issuer = self.leaves[kind], self.leaves[kind].issuers[0]
        one = dict(cert=leaf.crt, issuer=issuer.crt, algorithm=hashes.SHA1(),
                   cert_status=ocsp.OCSPCertStatus.GOOD, this_update=NOW - DAY / 24,
                   next_update=NOW + 7 * DAY, revocation_time=None, revocation_reason=None)
        signer, name_by, more = issuer, ocsp.OCSPResponderEncoding.NAME, []
        if what == "trylater":
            return ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(DER)
        if what == "garbage":
            return b"\x30\x82\x01\x00 no OCSP response"
        if what == "absurd":
            return b"\x30\x82\x4e\x1c" + bytes(19996)      # past what the program keeps
        if what == "sha256":
            one["algorithm"] = hashes.SHA256()
        elif what == "by-hash":
            name_by = ocsp.OCSPResponderEncoding.HASH
        elif what == "revoked":
            one.update(cert_status=ocsp.OCSPCertStatus.REVOKED, revocation_time=NOW - 2 * DAY,
                       revocation_reason=x509.ReasonFlags.key_compromise)
        elif what == "unknown":
            one["cert_status"] = ocsp.OCSPCertStatus.UNKNOWN
        elif what == "stale":
            one.update(this_update=NOW - 20 * DAY, next_update=NOW - 10 * DAY)
        elif what == "early":
            one.update(this_update=NOW + 5 * DAY, next_update=NOW + 10 * DAY)
        elif what == "other-cert":
            one["cert"] = self.leaf(MAKE["ecdsa"](), AUTHORITY.get(kind, "ecdsa")).crt
        elif what in ("delegated", "not-delegated"):
            signer = self.responder(issuer, what == "delegated")
            more = [signer.crt]
        elif what == "stranger":
            key = MAKE["ecdsa"]()
            signer = Issued(sign(key.public_key(), "stranger", name("stranger"), key, []), key, [])
            more = [signer.crt]
        elif what == "forged":          # says that the issuer signed it
            key = MAKE["ecdsa"]()
            signer = Issued(sign(key.public_key(), issuer.crt.subject, issuer.crt.subject, key,
                                 []), key, [])
        elif what != "good":
            raise ValueError(what)
        b = ocsp.OCSPResponseBuilder().add_response(**one).responder_id(name_by, signer.crt)
        if more:
            b = b.certificates(more)
        return b.sign(signer.key, hashes.SHA256()).public_bytes(DER)

    @staticmethod
    def responder(issuer, allowed):
        key = MAKE["ecdsa"]()
        purpose = ExtendedKeyUsageOID.OCSP_SIGNING if allowed else ExtendedKeyUsageOID.SERVER_AUTH
        more = [(x509.ExtendedKeyUsage([purpose]), False), (usage("digital_signature"), True),
                (x509.OCSPNoCheck(), False)]
        crt = sign(key.public_key(), "responder", issuer.crt.subject, issuer.key, more)
        return Issued(crt, key, [])
