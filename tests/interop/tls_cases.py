# SPDX-License-Identifier: ISC
"""The table of the TLS run: which server, how it is set up, how it is probed, what must be said."""

from dataclasses import dataclass, field

VERSIONS = ("1.2", "1.3", "both")
SHORT = {"1.0": "TLSv1.0", "1.1": "TLSv1.1", "1.2": "TLSv1.2", "1.3": "TLSv1.3", "both": "TLSv1.3"}
# of the certificates of tls_pki.py: algorithm for -all-certs, bits, scheme in TLS 1.3
KEY = {"rsa": ("RSA", 2048, "rsa_pss_rsae_"), "rsa3072": ("RSA", 3072, "rsa_pss_rsae_"),
       "rsapss": ("RSA-PSS", 2048, "rsa_pss_pss_"), "long": ("RSA", 2048, "rsa_pss_rsae_"),
       "ecdsa": ("ECDSA", 256, "ecdsa_secp256r1_sha256"),
       "long-ec": ("ECDSA", 256, "ecdsa_secp256r1_sha256"),
       "huge": ("ECDSA", 256, "ecdsa_secp256r1_sha256"),
       "ec384": ("ECDSA", 384, "ecdsa_secp384r1_sha384"),
       "ec521": ("ECDSA", 521, "ecdsa_secp521r1_sha512"),
       "rsa-by-ec": ("RSA", 2048, "rsa_pss_rsae_"),
       "ec-by-rsa": ("ECDSA", 256, "ecdsa_secp256r1_sha256"),
       "ed25519": ("Ed25519", None, "ed25519")}
# JSON's names of groups, and those of the servers' lists
GROUPS = {"x25519": ("X25519", "GROUP-X25519"), "secp256r1": ("P-256", "GROUP-SECP256R1"),
          "secp384r1": ("P-384", "GROUP-SECP384R1"), "secp521r1": ("P-521", "GROUP-SECP521R1")}
SUITES = {"TLS_AES_128_GCM_SHA256": "AES-128-GCM", "TLS_AES_256_GCM_SHA384": "AES-256-GCM",
          "TLS_CHACHA20_POLY1305_SHA256": "CHACHA20-POLY1305"}


@dataclass
class Want:
    verdict: str = "ok"         # of the target
    version: str = ""           # "": no handshake is finished, and none is reported
    suite: str = ""             # "": any; the same for the following
    group: tuple = ()           # one of these
    scheme: str = ""            # how it begins
    key: tuple = ()             # type and bits (None: any)
    ocsp: str = ""              # status; "null": nothing stapled
    codes: tuple = ()           # problems that must be named
    text: str = ""              # what a problem must say, a regular expression
    hellos: int = 0             # ClientHellos; 0: not looked at
    keyupdates: int = 0         # at the least
    conns: tuple = (1, 1)       # TCP connections, from, to
    algorithms: dict = field(default_factory=dict)  # with -all-certs: verdict of each


@dataclass
class Case:
    name: str
    server: str                 # of tls_servers.what_is_here()
    certs: tuple                # kinds of tls_pki.py
    version: str = "both"
    options: tuple = ()         # of the server: arguments, or lines of its configuration
    gnutls: tuple = ()          # words for GnuTLS's priority string
    staple: str = ""            # kind of response
    on_connect: bool = False
    tlsa: tuple = ()            # (kind, "leaf", "ca", "whole" or "other"); (): the leaf of each
    probe: tuple = ()           # arguments of smtpdane
    want: Want = field(default_factory=Want)

    def records(self):
        return self.tlsa or tuple((k.replace("-alone", ""), "leaf") for k in self.certs)


def shows(kind, version):
    """What is reported of a handshake with that certificate."""
    key, bits, scheme = KEY[kind]
    if version in ("both", "1.3"):
        return dict(version="TLSv1.3", key=(key, bits), scheme=scheme,
                    group=("x25519", "secp256r1"))
    shown = dict(version=SHORT[version], key=(key, bits))
    if version == "1.2":        # where the hash goes with any curve, and RSA may use either padding
        shown.update(group=tuple(GROUPS), scheme="rsa_p" if key.startswith("RSA") else "ecdsa_")
    return shown


def make(name, server, kind, version="both", *, want=None, **more):
    """A case with one certificate, which is good unless want says otherwise."""
    w = dict(shows(kind.replace("-alone", ""), version))
    w.update(want or {})
    return Case(f"{server} {name}", server, (kind,), version, want=Want(**w), **more)


def wrong(kind):
    return dict(tlsa=((kind, "other"),)), dict(verdict="fail", codes=("tlsa-mismatch",))


def matrix(server, kinds=("rsa", "ecdsa", "ed25519"), staples=True, on_connect=None):
    """Each algorithm and version, with staple, without, and with a record that does not match.
    Where a server has both, TLS at once takes turns with STARTTLS."""
    n = 0
    for kind in kinds:
        for version in VERSIONS:
            if kind == "ed25519" and version == "1.2":
                continue
            where = f"{version} {kind}"
            turn = lambda: n % 2 == 1 if on_connect is None else on_connect
            n += 1
            yield make(where, server, kind, version, on_connect=turn(), want=dict(ocsp="null"))
            n += 1
            more, want = wrong(kind)
            yield make(where + " wrong record", server, kind, version, on_connect=turn(),
                       want=want, **more)
            if staples:
                n += 1
                yield make(where + " staple", server, kind, version, on_connect=turn(),
                           staple="good", probe=("-expect-ocsp",), want=dict(ocsp="good"))


def groups():
    """Without a key share for the server's only group there is a second hello (RFC 8446 section
    4.1.4): for P-384 and P-521, since shares are sent of X25519 and P-256 alone."""
    for group, (ossl, gnutls) in GROUPS.items():
        hellos = 1 if group in ("x25519", "secp256r1") else 2
        for version in VERSIONS:
            for kind in ("rsa", "ecdsa"):
                want = dict(group=(group,), hellos=hellos if version != "1.2" else 1)
                name = f"{version} {kind} {group} only"
                yield make(name, "ossl", kind, version, options=("-groups", ossl), want=want)
                if version == "1.2" and kind == "ecdsa" and hellos == 2:
                    # whoever cannot do the group of its own key in 1.2 will not show the key
                    continue
                yield make(name, "gnutls", kind, version, gnutls=("-GROUP-ALL", "+" + gnutls),
                           want=want)
        yield make(f"1.3 ecdsa {group} only", "go", "ecdsa", "1.3", options=("-groups", ossl),
                   want=dict(group=(group,)))
        yield make(f"1.3 rsa {group} only", "s_server", "rsa", "1.3", on_connect=True,
                   options=("-groups", ossl), want=dict(group=(group,)))
    yield make("1.3 ed25519 secp384r1 only, wrong record", "ossl", "ed25519", "1.3",
               options=("-groups", "P-384"), tlsa=(("ed25519", "other"),),
               want=dict(group=("secp384r1",), hellos=2, verdict="fail", codes=("tlsa-mismatch",)))


def suites():
    for suite, gnutls in SUITES.items():
        for kind in ("rsa", "ecdsa", "ed25519"):
            yield make(f"1.3 {kind} {suite}", "ossl", kind, "1.3", options=("-ciphersuites", suite),
                       want=dict(suite=suite))
            yield make(f"1.3 {kind} {suite}", "gnutls", kind, "1.3", on_connect=True,
                       gnutls=("-CIPHER-ALL", "+" + gnutls), want=dict(suite=suite))
        yield make(f"1.3 rsa {suite} with HelloRetryRequest", "ossl", "rsa", "1.3",
                   options=("-ciphersuites", suite, "-groups", "P-384"),
                   want=dict(suite=suite, group=("secp384r1",), hellos=2))
    for kind, ossl, suite in (
            ("rsa", "ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
            ("rsa", "ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
            ("rsa", "ECDHE-RSA-AES256-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
            ("rsa", "AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
            ("rsa", "AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"),
            ("ecdsa", "ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
            ("ecdsa", "ECDHE-ECDSA-CHACHA20-POLY1305",
             "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
            ("ecdsa", "ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")):
        by = {} if "ECDHE" in suite else dict(scheme="", group=())  # by RSA's own key exchange
        yield make(f"1.2 {kind} {ossl}", "ossl", kind, "1.2", options=("-ciphers", ossl),
                   want=dict(suite=suite, **by))
        # a stapled response comes in the middle of what the engine takes
        yield make(f"1.2 {kind} {ossl} staple", "ossl", kind, "1.2", options=("-ciphers", ossl),
                   staple="good", probe=("-expect-ocsp",),
                   want=dict(suite=suite, ocsp="good", **by))


def schemes():
    """What the server's key signs with: in 1.2 an RSA key too may sign with PSS (RFC 8446 section
    4.2.3), and a key for RSASSA-PSS alone must."""
    for bits in (256, 384, 512):
        for version in ("1.2", "1.3"):
            yield make(f"{version} rsa PSS with SHA-{bits}", "ossl", "rsa", version,
                       options=("-sigalgs", f"rsa_pss_rsae_sha{bits}"),
                       want=dict(scheme=f"rsa_pss_rsae_sha{bits}"))
            yield make(f"{version} rsapss PSS with SHA-{bits}", "ossl", "rsapss", version,
                       options=("-sigalgs", f"rsa_pss_pss_sha{bits}"),
                       want=dict(scheme=f"rsa_pss_pss_sha{bits}"))
        yield make(f"1.2 rsa PSS with SHA-{bits}", "gnutls", "rsa", "1.2",
                   gnutls=("-SIGN-ALL", f"+SIGN-RSA-PSS-RSAE-SHA{bits}"),
                   want=dict(scheme=f"rsa_pss_rsae_sha{bits}"))
        yield make(f"1.2 rsa PKCS#1 with SHA-{bits}", "ossl", "rsa", "1.2",
                   options=("-sigalgs", f"RSA+SHA{bits}"), want=dict(scheme=f"rsa_pkcs1_sha{bits}"))
    for version in ("1.2", "1.3"):
        more, want = wrong("rsa")
        yield make(f"{version} rsa PSS, wrong record", "ossl", "rsa", version,
                   options=("-sigalgs", "rsa_pss_rsae_sha256"), want=want, **more)
        yield make(f"{version} rsapss, wrong record", "ossl", "rsapss", version,
                   want=dict(verdict="fail", codes=("tlsa-mismatch",)), tlsa=(("rsapss", "other"),))
        yield make(f"{version} rsa PSS, staple", "ossl", "rsa", version, staple="good",
                   options=("-sigalgs", "rsa_pss_rsae_sha256"), probe=("-expect-ocsp",),
                   want=dict(scheme="rsa_pss_rsae_sha256", ocsp="good"))
        yield make(f"{version} rsa 3072", "ossl", "rsa3072", version)
        for kind in ("ec384", "ec521"):
            yield make(f"{version} {kind}", "ossl", kind, version)
            yield make(f"{version} {kind}", "gnutls", kind, version)
    # RFC 8422 section 5.10: Ed25519 in TLS 1.2, of which BearSSL's engine knows nothing
    for server in ("ossl", "gnutls", "go"):
        yield make("1.2 ed25519", server, "ed25519", "1.2", want=dict(scheme="ed25519"))
        yield make("1.2 ed25519, wrong record", server, "ed25519", "1.2", tlsa=(("ed25519", "other"),),
                   want=dict(verdict="fail", scheme="ed25519", codes=("tlsa-mismatch",)))


def client_certificates():
    """Asked for, the answer is that there is none (RFC 8446 section 4.4.2).  A server that insists
    says so by an alert, in 1.3 only after the handshake."""
    alerts = {"1.2": {"ossl": "handshake_failure", "gnutls": "decode_error"},
              "1.3": {"ossl": "certificate_required", "gnutls": "certificate_required"}}
    for version in ("1.2", "1.3"):
        for kind in ("rsa", "ecdsa"):
            for server in ("ossl", "gnutls", "go"):
                for at_once in (False, True):
                    name = f"{version} {kind} client certificate " + (
                        "%s, TLS at once" if at_once else "%s")
                    yield make(name % "asked for", server, kind, version, on_connect=at_once,
                               options=("-client-cert", "optional"))
                    refused = dict(verdict="fail",
                                   text=alerts[version].get(server, "bad_certificate"))
                    if version == "1.2":
                        refused.update(version="", key=())
                    else:
                        refused.update(version="any")
                    yield make(name % "required", server, kind, version, on_connect=at_once,
                               options=("-client-cert", "required"), want=refused)


def sizes():
    for version in ("1.2", "1.3"):
        for kind in ("rsa", "ecdsa"):
            yield make(f"{version} {kind} records of 512 octets", "ossl", kind, version,
                       options=("-fragment", "512", "-split", "512"), staple="good",
                       probe=("-expect-ocsp",), want=dict(ocsp="good"))
            yield make(f"{version} {kind} records of 512 octets", "gnutls", kind, version,
                       options=("-fragment", "512"))
            yield make(f"{version} {kind} long reply", "ossl", kind, version,
                       options=("-lines", "60"), on_connect=True)
            yield make(f"{version} {kind} long reply, records of 512 octets", "ossl", kind, version,
                       options=("-lines", "60", "-fragment", "512", "-split", "512"))
        for kind, what in (("long", "chain of 10 KiB"), ("long-ec", "chain of 10 KiB"),
                           ("huge", "chain of 50 KiB")):
            for options in ((), ("-fragment", "512", "-split", "512")):
                small = ", records of 512 octets" if options else ""
                yield make(f"{version} {kind} {what}{small}", "ossl", kind, version,
                           options=options)
                yield make(f"{version} {kind} {what}, its anchor{small}", "ossl", kind, version,
                           options=options, tlsa=((kind, "ca"),))
            yield make(f"{version} {kind} {what}", "gnutls", kind, version, on_connect=True)
            yield make(f"{version} {kind} {what}", "go", kind, version)
            more, want = wrong(kind)
            yield make(f"{version} {kind} {what}, wrong record", "ossl", kind, version, want=want,
                       **more)
    yield make("1.3 rsa padded to 4096 octets", "ossl", "rsa", "1.3", options=("-padding", "4096"))
    yield make("1.3 ecdsa padded to 16384 octets", "ossl", "ecdsa", "1.3",
               options=("-padding", "16384"))


def after_handshake():
    """Tickets are ignored, KeyUpdate is answered, the dummy change_cipher_spec may be missing."""
    for server in ("ossl", "gnutls"):
        for n in (0, 1, 8):
            if server == "ossl" or n:
                yield make(f"1.3 rsa {n} tickets", server, "rsa", "1.3", on_connect=n == 1,
                           options=("-tickets", str(n)))
        yield make("1.3 ecdsa KeyUpdate", server, "ecdsa", "1.3", options=("-key-update",),
                   want=dict(keyupdates=1))
        yield make("1.3 rsa KeyUpdate, TLS at once", server, "rsa", "1.3", options=("-key-update",),
                   on_connect=True, want=dict(keyupdates=1))
    for suite in SUITES:
        yield make(f"1.3 rsa KeyUpdate {suite}", "ossl", "rsa", "1.3",
                   options=("-key-update", "-ciphersuites", suite), want=dict(keyupdates=1))
    yield make("1.3 rsa without middlebox compatibility", "ossl", "rsa", "1.3",
               options=("-no-middlebox",))
    yield make("1.3 rsa without middlebox compatibility, HelloRetryRequest", "ossl", "rsa", "1.3",
               options=("-no-middlebox", "-groups", "P-521"),
               want=dict(hellos=2, group=("secp521r1",)))
    yield make("1.3 rsa without tickets", "go", "rsa", "1.3", options=("-no-tickets",))


def old_versions():
    """Used when nothing better is to be had, and warned about."""
    for version in ("1.0", "1.1"):
        for kind in ("rsa", "ecdsa"):
            old = dict(verdict="warning", codes=("tls-version-old",))
            for server in ("ossl", "gnutls", "go"):
                yield make(f"{version} {kind}", server, kind, version, want=old)
            yield make(f"{version} {kind} wrong record", "ossl", kind, version,
                       tlsa=((kind, "other"),), want=dict(verdict="fail", codes=("tlsa-mismatch",)))


# What is stapled, the state of it, and the problem that it makes.
STAPLES = (("good", "good", ""), ("sha256", "good", ""), ("by-hash", "good", ""),
           ("delegated", "good", ""), ("revoked", "revoked", "ocsp-revoked"),
           ("unknown", "unknown", ""), ("stale", "stale", "ocsp-stale"), ("early", "stale", ""),
           ("other-cert", "bad", "ocsp-other-cert"), ("not-delegated", "bad", ""),
           ("stranger", "bad", ""), ("forged", "bad", ""), ("trylater", "no-status", ""),
           ("garbage", "bad", ""), ("absurd", "bad", ""))


def ocsp():
    expect = ("-expect-ocsp",)
    for version in ("1.2", "1.3"):
        for kind in ("rsa", "ecdsa"):
            where = f"{version} {kind} expect-ocsp"
            for what, state, code in STAPLES:
                yield make(f"{where}, {what}", "ossl", kind, version, staple=what, probe=expect,
                           want=dict(verdict="ok" if state == "good" else "fail", ocsp=state,
                                     codes=(code,) if code else ()))
            for server in ("ossl", "gnutls", "go"):
                yield make(f"{where}, missing", server, kind, version, probe=expect,
                           want=dict(verdict="fail", ocsp="null", codes=("ocsp-missing",)))
            yield make(f"{where}, revoked", "gnutls", kind, version, staple="revoked", probe=expect,
                       want=dict(verdict="fail", ocsp="revoked", codes=("ocsp-revoked",)))
            yield make(f"{where}, revoked", "go", kind, version, staple="revoked", probe=expect,
                       want=dict(verdict="fail", ocsp="revoked", codes=("ocsp-revoked",)))
            yield make(f"{where}, good, TLSA of the anchor", "ossl", kind, version, staple="good",
                       probe=expect, tlsa=((kind, "ca"),), want=dict(ocsp="good"))
            more, want = wrong(kind)
            yield make(f"{where}, good, wrong record", "ossl", kind, version, staple="good",
                       probe=expect, want=want, **more)
            yield make(f"{where}, issuer not presented", "ossl", kind + "-alone", version,
                       staple="good", probe=expect, want=dict(verdict="", ocsp="unverifiable"))
            for what, verdict in (("good", "ok"), ("revoked", "fail")):
                yield make(f"{where}, {what}, issuer in the record alone", "ossl", kind + "-alone",
                           version, staple=what, probe=expect, tlsa=((kind, "whole"),),
                           want=dict(verdict=verdict, ocsp=what))
            # not asked for: the verdict stays with what was proven, save for revoked
            where = f"{version} {kind} staple not asked for"
            for what in ("stale", "other-cert", "garbage", "absurd", "trylater", "forged"):
                yield make(f"{where}, {what}", "ossl", kind, version, staple=what)
            yield make(f"{where}, issuer not presented", "ossl", kind + "-alone", version,
                       staple="good")
            yield make(f"{where}, revoked", "ossl", kind, version, staple="revoked",
                       want=dict(verdict="fail", codes=("ocsp-revoked",)))
    yield make("1.3 ed25519 expect-ocsp, revoked", "ossl", "ed25519", "1.3", staple="revoked",
               probe=expect, want=dict(verdict="fail", ocsp="revoked", codes=("ocsp-revoked",)))


def several(name, server, kinds, version="both", bad=(), shown=None, **more):
    """-all-certs against a server with several certificates; bad: those whose record is wrong."""
    kinds = tuple(kinds)
    shown = kinds if shown is None else shown
    verdicts = {KEY[k][0]: "fail" if k in bad else "ok" for k in shown}
    want = Want(verdict="fail" if bad else "ok", version=SHORT[version], algorithms=verdicts,
                codes=("tlsa-mismatch",) if bad else (), conns=(len(shown), 3))
    tlsa = tuple((k, "leaf") for k in kinds if k not in bad) or ((kinds[0], "other"),)
    return Case(f"{server} {version} all-certs {name}", server, kinds, version, tlsa=tlsa,
                probe=("-all-certs",), want=want, **more)


def all_certificates(server, three=True, **more):
    both = ("rsa", "ecdsa")
    for version in VERSIONS:
        yield several("RSA and ECDSA", server, both, version, **more)
        yield several("ECDSA and RSA", server, both[::-1], version, **more)
        yield several("RSA good, ECDSA not", server, both, version, bad=("ecdsa",), **more)
        yield several("ECDSA good, RSA not", server, both, version, bad=("rsa",), **more)
        for kind in both:
            yield several(f"{kind} alone", server, (kind,), version, **more)
        # each signed by an authority of the other kind, which the narrowed offer must not rule out
        crossed = ("rsa-by-ec", "ec-by-rsa")
        yield several("crossed", server, crossed, version, **more)
        for kind in crossed:
            yield several(f"crossed, {kind} wrong", server, crossed, version, bad=(kind,), **more)
        if three:
            every = (*both, "ed25519")
            yield several("all three", server, every, version, **more)
            for kind in every:
                yield several(f"all three, {kind} wrong", server, every, version, bad=(kind,),
                              **more)
            yield several("Ed25519 alone", server, ("ed25519",), version, **more)


def all_certificates_and():
    """-all-certs together with what else may come up."""
    both = ("rsa", "ecdsa")
    for version in VERSIONS:
        for server in ("ossl", "gnutls", "go"):
            case = several("RSA and ECDSA, staples", server, both, version, staple="good")
            case.probe += ("-expect-ocsp",)
            case.want.ocsp = "good"
            yield case
    yield several("RSA and ECDSA, PSS only", "ossl", both, "1.2",
                  options=("-sigalgs", "rsa_pss_rsae_sha256:ECDSA+SHA256"))
    yield several("all three, HelloRetryRequest", "ossl", (*both, "ed25519"), "1.3",
                  options=("-groups", "P-384"))
    yield several("all three, records of 512 octets", "ossl", (*both, "ed25519"), "1.3",
                  options=("-fragment", "512", "-split", "512"))
    yield several("RSA and ECDSA, client certificate asked for", "ossl", both, "1.2",
                  options=("-client-cert", "optional"))


def one_of_several():
    """The default: one connection, and one certificate, for which a record may be missing."""
    kinds = ("rsa", "ecdsa", "ed25519")
    for version in VERSIONS:
        for server in ("ossl", "gnutls", "go"):
            shown = dict(version=SHORT[version])
            yield Case(f"{server} {version} three certificates, one connection", server, kinds,
                       version, want=Want(**shown))
            yield Case(f"{server} {version} three certificates, wrong record", server, kinds,
                       version, tlsa=(("rsa", "other"),),
                       want=Want(verdict="fail", codes=("tlsa-mismatch",), **shown))


    # A server of 1.2 may choose either certificate.
    for server in ("ossl", "gnutls", "go"):
        for kinds in (("rsa", "ed25519"), ("ed25519", "rsa"), ("ecdsa", "ed25519")):
            yield Case(f"{server} 1.2 {' and '.join(kinds)}", server, kinds, "1.2",
                       want=Want(version="TLSv1.2"))


def postfix():
    yield from matrix("postfix", staples=False)
    for version in ("1.2", "1.3"):
        for group in ("P-256", "P-384", "P-521", "X25519"):
            code = {v[0]: k for k, v in GROUPS.items()}[group]
            yield make(f"{version} rsa {group} only", "postfix", "rsa", version,
                       options=(f"tls_eecdh_auto_curves={group}",), want=dict(group=(code,)))
        for kind in ("rsa", "ecdsa"):
            yield make(f"{version} {kind} client certificate asked for", "postfix", kind, version,
                       options=("smtpd_tls_ask_ccert=yes",))
            yield make(f"{version} {kind} client certificate required", "postfix", kind, version,
                       on_connect=True, options=("smtpd_tls_req_ccert=yes",),
                       want=dict(verdict="fail", text="No client certificate presented"))
        yield make(f"{version} long chain of 10 KiB", "postfix", "long", version)
    yield from all_certificates("postfix")


def exim():
    yield from matrix("exim4")
    yield make("1.3 rsa secp384r1 only", "exim4", "rsa", "1.3",
               gnutls=("-GROUP-ALL", "+GROUP-SECP384R1"), want=dict(group=("secp384r1",)))
    yield make("1.3 rsa client certificate asked for", "exim4", "rsa", "1.3",
               options=("tls_try_verify_hosts = *",))
    yield make("1.3 ecdsa long chain of 10 KiB", "exim4", "long-ec", "1.3")
    for kind in ("rsa", "ecdsa"):
        yield make(f"both {kind} expect-ocsp, missing", "exim4", kind, probe=("-expect-ocsp",),
                   want=dict(verdict="fail", ocsp="null", codes=("ocsp-missing",)))
    for version in VERSIONS:
        yield several("RSA and ECDSA", "exim4", ("rsa", "ecdsa"), version)
        yield several("RSA good, ECDSA not", "exim4", ("rsa", "ecdsa"), version, bad=("ecdsa",))
        yield several("ECDSA good, RSA not", "exim4", ("rsa", "ecdsa"), version, bad=("rsa",))


def opensmtpd():
    yield from matrix("opensmtpd", kinds=("rsa", "ecdsa"), staples=False)
    yield make("1.3 rsa chain of 10 KiB", "opensmtpd", "long", "1.3")
    for version in VERSIONS:
        # its libtls has one certificate for a name: with two, the first of the alphabet
        yield several("RSA and ECDSA", "opensmtpd", ("rsa", "ecdsa"), version, shown=("ecdsa",))
        yield several("rsa alone", "opensmtpd", ("rsa",), version)


def every():
    """All cases, by name; a name comes up once."""
    cases = {}
    for part in (matrix("ossl"), matrix("gnutls"), matrix("go"),
                 matrix("s_server", on_connect=True), groups(), suites(), schemes(),
                 client_certificates(), sizes(), after_handshake(), old_versions(), ocsp(),
                 all_certificates("ossl"), all_certificates("gnutls"), all_certificates("go"),
                 all_certificates_and(), one_of_several(), postfix(), exim(), opensmtpd()):
        for case in part:
            if case.name in cases:
                raise ValueError(f"two cases named {case.name}")
            cases[case.name] = case
    return list(cases.values())
