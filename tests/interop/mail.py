# SPDX-License-Identifier: ISC
"""The mail side: certificates by openssl, Postfix, Exim and OpenSMTPD with a listener
for each kind of certificate, the zones with the TLSA records, and the checks."""

import glob
import hashlib
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass

from signers import run
from zones import SERVERS, Zone

ALG = {"ldns": ("rsasha256", "nsec"), "bind": ("ecdsap256sha256", "nsec3"),
       "knot": ("ed25519", "optout")}
TIMEOUT = 60


@dataclass
class Host:
    """A mail domain with one MX host (mx.DOMAIN) behind a listener of a server."""
    label: str
    listener: str               # key of LISTENERS
    tlsa: str                   # a {} record, made by records()
    good: bool
    port: int = 25
    code: str = ""              # a problem that a failure must name
    server: str = "postfix"

    @property
    def address(self):
        return address(self.server, self.listener)


# Servers that Debian does not install beside Postfix: tests/deps.sh unpacks them there.
PEERS = "build/peers"
PROGRAM = {"exim4": "exim4", "opensmtpd": "smtpd"}
PACKAGE = {"exim4": "exim4-daemon-light", "opensmtpd": "opensmtpd"}
NET = {"postfix": 2, "exim4": 3, "opensmtpd": 4}
OTHERS = ("rsa-ee", "ec-ee", "ec-ta")   # their listeners

LISTENERS = {"rsa-ee": "127.2.0.1", "ec-ee": "127.2.0.2", "rsa-ta": "127.2.0.3",
             "ec-ta": "127.2.0.4", "expired-ta": "127.2.0.5", "othername-ta": "127.2.0.6",
             "plain": "127.2.0.7"}


def address(server, listener):
    """Each server has the listeners on a network of its own."""
    return LISTENERS[listener].replace("127.2.", f"127.{NET[server]}.")


HOSTS = [
    Host("rsa-ee", "rsa-ee", "3 1 1 leaf", True),
    Host("ec-ee", "ec-ee", "3 1 1 leaf", True),
    Host("rsa-ee-sha512", "rsa-ee", "3 1 2 leaf", True),
    Host("ec-ee-full", "ec-ee", "3 0 0 leaf", True),
    Host("ec-ee-cert", "ec-ee", "3 0 1 leaf", True),
    Host("rsa-ta", "rsa-ta", "2 0 1 ca", True),
    Host("rsa-ta-spki", "rsa-ta", "2 1 1 ca", True),
    Host("ec-ta", "ec-ta", "2 1 1 ca", True),
    Host("ec-int", "ec-ta", "2 1 2 int", True),
    Host("tls-rsa", "rsa-ee", "3 1 1 leaf", True, 465),
    Host("tls-ec", "ec-ta", "2 0 1 ca", True, 465),
    Host("wrong-ee", "rsa-ee", "3 1 1 other", False, code="tlsa-mismatch"),
    Host("wrong-ec", "ec-ee", "3 1 1 other", False, code="tlsa-mismatch"),
    Host("wrong-ta", "rsa-ta", "2 0 1 other", False, code="tlsa-mismatch"),
    Host("wrong-tls", "ec-ee", "3 1 1 other", False, 465, code="tlsa-mismatch"),
    # RFC 7672 section 3.1.3
    Host("pkix-ee", "rsa-ee", "1 1 1 leaf", False, code="tlsa-unusable"),
    Host("expired-ta", "expired-ta", "2 0 1 ca", False, code="cert-expired"),
    Host("othername-ta", "othername-ta", "2 0 1 ca", False, code="cert-name"),
    Host("plain", "plain", "3 1 1 other", False, code="smtp-no-starttls"),
    Host("none", "rsa-ee", "", False, code="dane-none"),
    Host("broken", "rsa-ee", "3 1 1 leaf", False, code="tlsa-bogus"),
]
for s in PROGRAM:
    HOSTS += [
        Host(s + "-rsa", "rsa-ee", "3 1 1 leaf", True, server=s),
        Host(s + "-ec", "ec-ee", "3 1 1 leaf", True, server=s),
        Host(s + "-ta", "ec-ta", "2 1 1 ca", True, server=s),
        Host(s + "-tls-ee", "rsa-ee", "3 1 1 leaf", True, 465, server=s),
        Host(s + "-tls-ta", "ec-ta", "2 1 1 ca", True, 465, server=s),
        Host(s + "-wrong-ee", "ec-ee", "3 1 1 other", False, code="tlsa-mismatch", server=s),
        Host(s + "-wrong-ta", "ec-ta", "2 1 1 other", False, code="tlsa-mismatch", server=s),
        Host(s + "-wrong-tls", "rsa-ee", "3 1 1 other", False, 465, "tlsa-mismatch", s),
    ]


class Certificates:
    """Files of each listener: NAME.pem holds key and chain, as Postfix likes it."""

    def __init__(self, top, domains, servers):
        self.dir = os.path.join(top, "certs")
        os.makedirs(self.dir)
        self.domains = domains
        self.hosts = [h for h in HOSTS if h.server in servers]
        self.chains = {}        # listener -> [DER of leaf, ...]; ca last
        for kind in ("rsa", "ec"):
            self.ca(kind)
        self.make("rsa-ee", "rsa", None)
        self.make("ec-ee", "ec", None)
        self.make("rsa-ta", "rsa", ["rsa-ca"])
        self.make("ec-ta", "ec", ["ec-int", "ec-ca"])
        self.make("expired-ta", "ec", ["ec-int", "ec-ca"], days=-2)
        self.make("othername-ta", "rsa", ["rsa-ca"], names=["mx.elsewhere.example"])

    def file(self, name):
        return os.path.join(self.dir, name)

    def key(self, name, kind):
        spec = (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"] if kind == "rsa" else
                ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
        run("openssl", "genpkey", *spec, "-out", self.file(name + ".key"))

    def issue(self, name, subject, extensions, issuer, begin=-1, end=30):
        """A certificate for the key of that name, dates in days from now."""
        ext = self.file(name + ".ext")
        with open(ext, "w") as f:
            f.write("[ca]\ndefault_ca=d\n[d]\n"
                    f"database={ext}.db\nserial={ext}.srl\nnew_certs_dir={self.dir}\n"
                    "default_md=sha256\npolicy=p\nunique_subject=no\n"
                    "[p]\ncommonName=supplied\n[req]\ndistinguished_name=n\n[n]\n[x]\n" + extensions)
        open(ext + ".db", "w").close()
        with open(ext + ".srl", "w") as f:
            f.write(os.urandom(8).hex().replace("f", "7").replace("0", "1") + "\n")
        run("openssl", "req", "-new", "-config", ext, "-key", self.file(name + ".key"),
            "-subj", "/CN=" + subject, "-out", self.file(name + ".csr"))
        signer = (["-selfsign", "-keyfile", self.file(name + ".key")] if not issuer else
                  ["-cert", self.file(issuer + ".crt"), "-keyfile", self.file(issuer + ".key")])
        day = lambda d: time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + d * 86400))
        run("openssl", "ca", "-batch", "-notext", "-config", ext, "-extensions", "x", *signer,
            "-startdate", day(begin), "-enddate", day(end), "-in", self.file(name + ".csr"),
            "-out", self.file(name + ".crt"))

    def ca(self, kind):
        v3 = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n"
        self.key(kind + "-ca", kind)
        self.issue(kind + "-ca", kind + " anchor", v3, None)
        if kind == "ec":
            self.key("ec-int", kind)
            self.issue("ec-int", "ec intermediate", v3, "ec-ca")

    def make(self, name, kind, issuers, days=30, names=None):
        names = names or ["mx." + h.label + "." + d for h in self.hosts if h.listener == name
                          for d in self.domains]
        san = "subjectAltName=" + ",".join("DNS:" + n for n in names) + "\n"
        self.key(name, kind)
        self.issue(name, name, san, issuers[0] if issuers else None, min(days, 0) - 1, days)
        files = [name] + (issuers or [])
        text = [open(self.file(f + ".crt")).read() for f in files]
        with open(self.file(name + ".chain"), "w") as out:
            out.write("".join(text))
        with open(self.file(name + ".pem"), "w") as out:
            out.write(open(self.file(name + ".key")).read() + "".join(text))
        self.chains[name] = files

    def association(self, listener, which, selector):
        """The octets that selector takes from a certificate of a listener's chain."""
        chain = self.chains[listener]
        crt = self.file({"leaf": chain[0], "int": chain[1:2] and chain[1], "ca": chain[-1]}[which]
                        + ".crt")
        if selector == "0":
            return der("x509", "-in", crt, "-outform", "DER")
        pem = run("openssl", "x509", "-in", crt, "-noout", "-pubkey")
        return der("pkey", "-pubin", "-outform", "DER", stdin=pem.encode())

    def tlsa(self, host):
        """Presentation form of a host's record, or None."""
        if not host.tlsa:
            return None
        usage, selector, mtype, which = host.tlsa.split()
        if which == "other":
            octets = b"not the data of any certificate"
        else:
            octets = self.association(host.listener, which, selector)
        digest = {"0": lambda b: b, "1": lambda b: hashlib.sha256(b).digest(),
                  "2": lambda b: hashlib.sha512(b).digest()}[mtype](octets)
        return f"{usage} {selector} {mtype} {digest.hex().upper()}"


def der(*argv, stdin=None):
    p = subprocess.run(["openssl", *argv], input=stdin, capture_output=True, check=True)
    return p.stdout


def mail_zone(signer, server, certificates):
    """mail.SIGNER: every host as DOMAIN.mail.SIGNER, and some odd ones."""
    top = "mail." + signer
    lines = []
    for h in certificates.hosts:
        lines.append(f"{h.label} IN MX 10 mx.{h.label}")
        lines.append(f"mx.{h.label} IN A {h.address}")
        record = certificates.tlsa(h)
        if record:
            lines.append(f"_{h.port}._tcp.mx.{h.label} IN TLSA {record}")
    ec = certificates.tlsa(HOSTS[1])
    lines += ["two IN MX 10 mx.rsa-ee", "two IN MX 20 mx.ec-ee",
              "mixed IN MX 10 mx.rsa-ee", "mixed IN MX 20 mx.wrong-ee",
              f"implicit IN A {LISTENERS['ec-ee']}", f"_25._tcp.implicit IN TLSA {ec}",
              "alias IN MX 10 mx.alias", f"mx.alias IN A {LISTENERS['ec-ee']}",
              "_25._tcp.mx.alias IN CNAME _dane", f"_dane IN TLSA {ec}",
              "outside IN MX 10 mx.unsigned", "unsigned IN NS ns.unsigned",
              f"ns.unsigned IN A {SERVERS[server]}"]
    alg, denial = ALG[signer]
    zone = Zone(top, signer, server, SERVERS[server], alg, denial, body="\n".join(lines) + "\n")
    child = Zone("unsigned." + top, "", server, SERVERS[server],
                 body=f"mx IN A {LISTENERS['ec-ee']}\n_25._tcp.mx IN TLSA {ec}\n")
    return zone, child


def to_break(zone):
    """Owner and type of the signature in zone that is to be broken."""
    return f"_25._tcp.mx.broken.{zone.fqdn}", "TLSA"


def start_postfix(daemons, certificates):
    """One master with a listener for each certificate, in directories of its own."""
    top = os.path.join(daemons.top, "postfix")
    for part in ("", "etc", "queue", "data"):
        os.makedirs(os.path.join(top, part), exist_ok=True)
    run("chown", "postfix", os.path.join(top, "data"))
    run("chmod", "755", daemons.top, top)
    with open(os.path.join(top, "etc/main.cf"), "w") as f:
        f.write(f"compatibility_level = 3.6\nqueue_directory = {top}/queue\n"
                f"data_directory = {top}/data\nmyhostname = mx.interop.example\n"
                "mydestination =\nlocal_recipient_maps =\nalias_maps =\nalias_database =\n"
                "inet_protocols = ipv4\nsmtpd_peername_lookup = no\nsmtpd_tls_loglevel = 1\n"
                "smtp_tls_security_level = none\nlocal_transport = error:none\n"
                f"maillog_file_prefixes = {daemons.top}\nmaillog_file = {daemons.top}/maillog\n"
                "smtpd_client_connection_rate_limit = 0\nsmtpd_client_connection_count_limit = 0\n"
                f"smtpd_tls_session_cache_database =\n")
    service = "{:<18} inet n - n - - smtpd\n"
    lines = []
    for name, addr in LISTENERS.items():
        tls = ("  -o smtpd_tls_security_level=none\n" if name == "plain" else
               f"  -o smtpd_tls_security_level=may\n"
               f"  -o smtpd_tls_chain_files={certificates.file(name + '.pem')}\n")
        lines.append(service.format(addr + ":25") + tls)
        if name != "plain":
            lines.append(service.format(addr + ":465") + tls + "  -o smtpd_tls_wrappermode=yes\n")
    lines.append("rewrite unix - - n - - trivial-rewrite\ntlsmgr unix - - n 1000? 1 tlsmgr\n"
                 "anvil unix - - n - 1 anvil\ncleanup unix n - n - 0 cleanup\n"
                 "postlog unix-dgram n - n - 1 postlogd\n")
    with open(os.path.join(top, "etc/master.cf"), "w") as f:
        f.write("".join(lines))
    daemons.start("postfix", ["postfix", "-c", os.path.join(top, "etc"), "start-fg"])


def unpacked(server):
    """Where tests/deps.sh has put a server, or "/" when it is installed; None: nowhere."""
    top = os.path.join(PEERS, PACKAGE[server])
    if os.access(os.path.join(top, "usr/sbin", PROGRAM[server]), os.X_OK):
        return os.path.abspath(top)
    return "/" if os.access("/usr/sbin/" + PROGRAM[server], os.X_OK) else None


def add_users():
    """The accounts that the servers insist on, in the mount namespace of this run alone."""
    for path, line in (("/etc/passwd", "{0}:x:{1}:{1}::/nonexistent:/usr/sbin/nologin\n"),
                       ("/etc/group", "{0}:x:{1}:\n")):
        text = open(path).read()
        for n, user in enumerate(("Debian-exim", "opensmtpd", "opensmtpq")):
            if f"\n{user}:" not in text:
                text += line.format(user, 64900 + n)
        copy = os.path.join(os.getcwd(), PEERS, os.path.basename(path))
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        with open(copy, "w") as f:
            f.write(text)
        run("mount", "--bind", copy, path)


def start_peer(daemons, server, argv):
    """With the libraries that were unpacked beside it; what it keeps in /var is not kept."""
    top = unpacked(server)
    argv = [os.path.join(top, "usr/sbin", argv[0])] + argv[1:]
    libs = ":".join(glob.glob(os.path.join(top, "usr/lib/*-linux-*"))) if top != "/" else ""
    script = ("for d in /var/lib /var/spool /run; do mount -t tmpfs t $d || exit; done; "
              "mkdir -p -m 711 /var/lib/opensmtpd/empty /var/spool/smtpd; exec \"$@\"")
    daemons.start(server, ["env", "LD_LIBRARY_PATH=" + libs, "unshare", "-m",
                           "sh", "-c", script, "sh", *argv])


def start_exim4(daemons, certificates):
    """One daemon; the certificate is that of the address that was connected to."""
    top = os.path.join(daemons.top, "exim4")
    os.makedirs(top)
    for name in OTHERS:
        shutil.copy(certificates.file(name + ".pem"),
                    os.path.join(top, address("exim4", name) + ".pem"))
    addresses = [f"[{address('exim4', n)}]:{port}" for n in OTHERS for port in (25, 465)]
    conf = os.path.join(daemons.top, "exim4.conf")
    with open(conf, "w") as f:
        f.write("primary_hostname = mx.interop.example\nkeep_environment =\n"
                f"log_file_path = {top}/%slog\nspool_directory = {top}\n"
                f"pid_file_path = {top}/pid\nlocal_interfaces = <; {' ; '.join(addresses)}\n"
                "tls_on_connect_ports = 465\ntls_advertise_hosts = *\n"
                f"tls_certificate = {top}/$received_ip_address.pem\n"
                f"tls_privatekey = {top}/$received_ip_address.pem\n"
                "smtp_accept_max = 200\nhost_lookup =\nrfc1413_query_timeout = 0s\n")
    run("chown", "-R", "Debian-exim", top)
    start_peer(daemons, "exim4", ["exim4", "-C", conf, "-bdf"])


def start_opensmtpd(daemons, certificates):
    """One daemon with two listeners for each certificate."""
    lines = []
    for name in OTHERS:
        addr = address("opensmtpd", name)
        lines += [f"pki {name} cert \"{certificates.file(name + '.chain')}\"",
                  f"pki {name} key \"{certificates.file(name + '.key')}\"",
                  f"listen on {addr} port 25 tls pki {name} hostname mx.interop.example",
                  f"listen on {addr} port 465 smtps pki {name} hostname mx.interop.example"]
    conf = os.path.join(daemons.top, "opensmtpd.conf")
    with open(conf, "w") as f:
        f.write("\n".join(lines + ["action nowhere relay", "match from local for any reject", ""]))
    start_peer(daemons, "opensmtpd", ["smtpd", "-d", "-f", conf])


START = {"postfix": start_postfix, "exim4": start_exim4, "opensmtpd": start_opensmtpd}


def start(daemons, certificates, servers):
    if set(servers) & set(PROGRAM):
        add_users()
    for name in servers:
        START[name](daemons, certificates)


def banner(addr, port):
    """The first line of an SMTP server, or ""."""
    import socket
    try:
        with socket.create_connection((addr, port), 2) as s:
            return s.recv(200).decode("ascii", "replace")
    except OSError:
        return ""


def wait_for(server, seconds=20):
    end = time.monotonic() + seconds
    names = LISTENERS if server == "postfix" else OTHERS
    while time.monotonic() < end:
        if all(banner(address(server, n), 25).startswith("220 ") for n in names):
            return True
        time.sleep(0.2)
    return False


def openssl_agrees(host, domain, certificates):
    """Does openssl's own DANE check say of this host what HOSTS says?  "" or why not."""
    record = certificates.tlsa(host)
    if not record or not host.tlsa[0] in "23" or host.label in ("plain", "broken"):
        return None
    name = f"mx.{host.label}.{domain}"
    argv = ["openssl", "s_client", "-connect", f"{host.address}:{host.port}",
            "-dane_tlsa_domain", name, "-dane_tlsa_rrdata", record, "-dane_ee_no_namechecks",
            "-servername", name, "-verify_return_error"]
    argv += ["-starttls", "smtp"] if host.port == 25 else []
    p = subprocess.run(argv, input="QUIT\r\n", capture_output=True, text=True, timeout=TIMEOUT)
    good = (p.returncode == 0 and "Verify return code: 0 (ok)" in p.stdout
            and "DANE TLSA" in p.stdout)
    return "" if good == host.good else f"openssl finds {good}: {p.stderr.strip()[-300:]}"


ODD = {"two": "", "mixed": "tlsa-mismatch", "implicit": "", "alias": "", "outside": "dane-none"}


def probe(argv, good, usage, code):
    """Run ./smtpdane -json; "" when verdict, exit status and matched record fit."""
    try:
        p = subprocess.run(["./smtpdane", "-json", *argv], stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return f"no end within {TIMEOUT} s"
    try:
        out = json.loads(p.stdout)
    except ValueError:
        return f"exit {p.returncode}, not JSON: {(p.stdout or p.stderr).strip()[:200]!r}"
    said = f"{out.get('verdict')} {json.dumps(problems(out))[:300]}"
    if (out.get("verdict") == "ok") != good:
        return f"verdict {said}"
    if p.returncode != (0 if good else 1):
        return f"exit {p.returncode} with verdict {said}"
    if not good and code not in problems(out):
        return f"problems {said}, want {code}"
    matches = [a.get("match") or {} for h in out.get("hosts", []) for a in h.get("addresses", [])]
    if good and not matches:
        return "ok without a match"
    if good and usage and any(str(m.get("usage")) != usage for m in matches):
        return f"matched {matches}, want usage {usage}"
    return ""


def problems(out):
    """Codes of all problems, wherever they hang."""
    found = []
    todo = [out]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            found += [p.get("code") for p in node.get("problems") or [] if isinstance(p, dict)]
            todo += list(node.values())
        elif isinstance(node, list):
            todo += node
    return found


def targets(signer, hosts):
    """Every probe into mail.SIGNER: name, arguments, expectation, usage, code."""
    domain = "mail." + signer
    for h in hosts:
        if h.port == 25:
            yield h.label, ["-mx", f"{h.label}.{domain}"], h.good, h.tlsa[:1], h.code
        else:
            yield (h.label, ["-tls-on-connect", "-port", str(h.port), f"mx.{h.label}.{domain}"],
                   h.good, h.tlsa[:1], h.code)
    for label, code in ODD.items():
        yield label, ["-mx", f"{label}.{domain}"], not code, "", code
