# SPDX-License-Identifier: ISC
"""The servers of the TLS run: each with its own configuration, on a loopback address of its own or
a port that the system gives, ended by what started it.

ossl, gnutls, go   build/ossl_server, build/gnutls_server, build/goserver: any configuration
s_server           openssl s_server, whose side of the dialogue is typed in by a thread
postfix, exim4, opensmtpd   as Debian ships them; these need the namespaces of interop.sh"""

import os
import re
import shutil
import subprocess
import threading
import time

import mail
from servers import Daemons

PATIENCE = 15
FULL = {"1.0": "TLSv1", "1.1": "TLSv1.1", "1.2": "TLSv1.2", "1.3": "TLSv1.3"}


def priority(case):
    """GnuTLS's list for a case: versions, then what it wants beside."""
    text = "NORMAL"
    if case.version != "both":
        text += ":-VERS-ALL:+VERS-TLS" + case.version
        if case.version < "1.2":
            text += ":+SHA1:+SIGN-RSA-SHA1:+SIGN-ECDSA-SHA1:%VERIFY_ALLOW_SIGN_WITH_SHA1"
    return text + "".join(":" + w for w in case.gnutls)


def openssl_versions(case):
    if case.version == "both":
        return []
    return ["-min", case.version, "-max", case.version]


class Native:
    """One of our own programs around a library."""

    def __init__(self, program, argv, top):
        self.addr = "127.0.0.1"
        self.path = os.path.join(top, "log")
        with open(self.path, "wb") as log:
            self.process = subprocess.Popen([program, *argv], stdin=subprocess.PIPE, stdout=log,
                                            stderr=log)
        self.port = self.wait_port()

    def wait_port(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            m = re.search(r"^port (\d+)$", self.log(), re.M)
            if m:
                return int(m.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"the server does not start: {self.log()[-400:]!r}")

    def log(self):
        with open(self.path, errors="replace") as f:
            return f.read()

    def count(self, word):
        """How often a thing happened."""
        return len(re.findall(rf"^{word}\b", self.log(), re.M))

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def pairs(case, pki):
    argv = []
    for kind in case.certs:
        leaf = kind.replace("-alone", "")
        argv += ["-cert", pki.path(kind + ".crt"), "-key", pki.path(leaf + ".key")]
        if case.staple:
            argv += ["-staple", pki.staple(leaf, case.staple)]
    return argv + (["-on-connect"] if case.on_connect else [])


def ossl(case, pki, top):
    argv = openssl_versions(case)
    if case.version in ("1.0", "1.1"):
        argv += ["-ciphers", "DEFAULT@SECLEVEL=0"]
    return Native("build/ossl_server", pairs(case, pki) + argv + list(case.options), top)


def gnutls(case, pki, top):
    return Native("build/gnutls_server",
                  pairs(case, pki) + ["-priority", priority(case)] + list(case.options), top)


def go(case, pki, top):
    return Native("build/goserver", pairs(case, pki) + openssl_versions(case)
                  + list(case.options), top)


class SServer:
    """openssl s_server sends what it reads, and prints what it receives between its own reports:
    a thread answers the commands that it sees.  TLS at once is all it has."""

    def __init__(self, argv):
        self.addr = "127.0.0.1"
        self.port = 0
        self.text = ""
        self.ready = threading.Event()
        self.process = subprocess.Popen(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", *argv], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        if not self.ready.wait(PATIENCE) or not self.port:
            self.stop()
            raise RuntimeError(f"openssl s_server does not start: {self.text[-400:]!r}")

    def read(self):
        rest = ""
        while True:
            got = os.read(self.process.stdout.fileno(), 65536).decode("ascii", "replace")
            if not got:
                self.ready.set()
                return
            self.text += got
            *lines, rest = (rest + got).split("\n")
            for line in lines:
                self.line(line.strip())

    def line(self, line):
        m = re.match(r"ACCEPT 127\.0\.0\.1:(\d+)$", line)
        if m:
            self.port = int(m.group(1))
            self.ready.set()
        elif line.startswith("CIPHER is "):
            self.answer("220 mx.example.test ESMTP\r\n")
        elif line.startswith("EHLO "):
            self.answer("250-mx.example.test\r\n250 8BITMIME\r\n")
        elif line == "QUIT":
            self.answer("221 bye\r\n")

    def answer(self, text):
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except OSError:
            pass

    def log(self):
        return self.text

    def count(self, word):
        return {"quit": len(re.findall("^QUIT", self.text, re.M)),
                "tls": self.text.count("CIPHER is "), "conn": None}.get(word)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join(5)
        self.process.stdin.close()
        self.process.stdout.close()


def s_server(case, pki, _top):
    argv = []
    for i, kind in enumerate(case.certs):
        d = "d" * i
        argv += [f"-{d}cert", pki.path(kind + "-alone.crt"), f"-{d}key", pki.path(kind + ".key"),
                 f"-{d}cert_chain", pki.path(kind + ".crt")]
    if case.staple:
        argv += ["-status_file", pki.staple(case.certs[0], case.staple)]
    if case.version != "both":
        argv += ["-tls" + case.version.replace(".", "_")]
    return SServer(argv + list(case.options))


# ---- mail servers -----------------------------------------------------------------------

class Mail:
    """A mail server that listens at addr; daemons is None when cases share it."""

    def __init__(self, addr, port, log, daemons=None):
        self.addr, self.port, self.path, self.daemons = addr, port, log, daemons
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"{addr}:{port} does not answer: {self.log()[-400:]!r}")
            time.sleep(0.1)

    def answers(self):
        """Of a port with TLS at once only that it takes a connection can be seen."""
        if self.port == 25:
            return mail.banner(self.addr, 25).startswith("220 ")
        import socket
        try:
            socket.create_connection((self.addr, self.port), 2).close()
            return True
        except OSError:
            return False

    def log(self):
        try:
            with open(self.path, errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def count(self, _word):
        return None             # they do not tell

    def stop(self):
        if self.daemons:
            self.daemons.stop()


class Postfix:
    """One master with a service for each case; smtpd processes come and go."""

    def __init__(self, cases, pki, top):
        self.top = top
        self.pki = pki
        self.daemons = Daemons(top)
        self.addr = {c.name: f"127.5.{n // 200}.{n % 200 + 1}" for n, c in enumerate(cases)}
        for part in ("etc", "queue", "data"):
            os.makedirs(os.path.join(top, part))
        shutil.chown(os.path.join(top, "data"), "postfix")
        with open(os.path.join(top, "etc/main.cf"), "w") as f:
            f.write(f"compatibility_level = 3.6\nqueue_directory = {top}/queue\n"
                    f"data_directory = {top}/data\nmyhostname = mx.example.test\n"
                    "mydestination =\nlocal_recipient_maps =\nalias_maps =\nalias_database =\n"
                    "inet_protocols = ipv4\nsmtpd_peername_lookup = no\nsmtpd_tls_loglevel = 1\n"
                    "smtp_tls_security_level = none\nlocal_transport = error:none\n"
                    f"maillog_file_prefixes = {top}\nmaillog_file = {top}/maillog\n"
                    "smtpd_client_connection_rate_limit = 0\n"
                    "smtpd_client_connection_count_limit = 0\nsmtpd_tls_session_cache_database =\n")
        with open(os.path.join(top, "etc/master.cf"), "w") as f:
            f.write("".join(self.service(c) for c in cases))
            f.write("rewrite unix - - n - - trivial-rewrite\ntlsmgr unix - - n 1000? 1 tlsmgr\n"
                    "anvil unix - - n - 1 anvil\ncleanup unix n - n - 0 cleanup\n"
                    "postlog unix-dgram n - n - 1 postlogd\n")
        self.daemons.start("postfix", ["postfix", "-c", os.path.join(top, "etc"), "start-fg"])

    def service(self, case):
        chains = ",".join(self.pki.path(k + ".pem") for k in case.certs)
        protocols = ">=TLSv1.2" if case.version == "both" else (
            f">={FULL[case.version]},<={FULL[case.version]}")
        settings = ["smtpd_tls_security_level=may", f"smtpd_tls_chain_files={chains}",
                    f"smtpd_tls_protocols={protocols}",
                    f"smtpd_tls_mandatory_protocols={protocols}", *case.options]
        if case.on_connect:
            settings.append("smtpd_tls_wrappermode=yes")
        return (f"{self.addr[case.name]}:{465 if case.on_connect else 25} inet n - n - - smtpd\n"
                + "".join("  -o {" + s.replace("=", " = ", 1) + "}\n" for s in settings))

    def __call__(self, case, _pki, _top):
        return Mail(self.addr[case.name], 465 if case.on_connect else 25,
                    os.path.join(self.top, "maillog"))

    def stop(self):
        self.daemons.stop()


class Exim:
    """A daemon for each case, with GnuTLS as Debian links it."""

    def __init__(self, cases):
        self.addr = {c.name: f"127.6.{n // 200}.{n % 200 + 1}" for n, c in enumerate(cases)}

    def __call__(self, case, pki, top):
        addr, port = self.addr[case.name], 465 if case.on_connect else 25
        for kind in case.certs:
            for end in (".crt", ".key"):
                shutil.copy(pki.path(kind + end), top)
        lines = ["primary_hostname = mx.example.test", "keep_environment =",
                 f"log_file_path = {top}/%slog", f"spool_directory = {top}",
                 f"pid_file_path = {top}/pid", f"local_interfaces = <; [{addr}]:{port}",
                 "tls_on_connect_ports = 465", "tls_advertise_hosts = *",
                 "tls_certificate = " + " : ".join(f"{top}/{k}.crt" for k in case.certs),
                 "tls_privatekey = " + " : ".join(f"{top}/{k}.key" for k in case.certs),
                 f"tls_require_ciphers = {priority(case)}",
                 "host_lookup =", "rfc1413_query_timeout = 0s", *case.options]
        if case.staple:
            files = [shutil.copy(pki.staple(k, case.staple), top) for k in case.certs]
            lines.append("tls_ocsp_file = " + " : ".join(files))
        with open(os.path.join(top, "exim4.conf"), "w") as f:
            f.write("\n".join(lines) + "\n")
        for where, _dirs, files in os.walk(top):
            for f in [where] + [os.path.join(where, f) for f in files]:
                shutil.chown(f, "Debian-exim")
        daemons = Daemons(top)
        shutil.chown(os.path.join(top, "exim4.conf"), "root")   # it takes no other's
        mail.start_peer(daemons, "exim4", ["exim4", "-C", os.path.join(top, "exim4.conf"), "-bdf"])
        return Mail(addr, port, os.path.join(top, "mainlog"), daemons)


class OpenSmtpd:
    """One daemon with a listener for each case."""

    def __init__(self, cases, pki, top):
        self.top = top
        self.daemons = Daemons(top)
        self.addr = {c.name: f"127.7.{n // 200}.{n % 200 + 1}" for n, c in enumerate(cases)}
        lines = []
        for kind in sorted({k for c in cases for k in c.certs}):
            lines += [f"pki {kind} cert \"{pki.path(kind + '.crt')}\"",
                      f"pki {kind} key \"{pki.path(kind + '.key')}\""]
        lines += [self.listener(c) for c in cases]
        lines += ["action nowhere relay", "match from local for any reject", ""]
        conf = os.path.join(top, "smtpd.conf")
        with open(conf, "w") as f:
            f.write("\n".join(lines))
        mail.start_peer(self.daemons, "opensmtpd", ["smtpd", "-d", "-f", conf])

    def listener(self, case):
        text = f"listen on {self.addr[case.name]} port " + (
            "465 smtps" if case.on_connect else "25 tls")
        if case.version != "both":
            text += f" protocols \"{FULL[case.version].lower()}\""
        return text + "".join(f" pki {k}" for k in case.certs) + " hostname mx.example.test"

    def __call__(self, case, _pki, _top):
        return Mail(self.addr[case.name], 465 if case.on_connect else 25,
                    os.path.join(self.top, "opensmtpd.log"))

    def stop(self):
        self.daemons.stop()


def what_is_here():
    """Kind of server -> "" or why it cannot be had."""
    def built(path, package):
        return "" if os.access(path, os.X_OK) else f"{path} is not built (package {package})"
    here = {"ossl": built("build/ossl_server", "libssl-dev"),
            "gnutls": built("build/gnutls_server", "libgnutls28-dev"),
            "go": built("build/goserver", "golang-go"),
            "s_server": "" if shutil.which("openssl") else "openssl is missing"}
    with open("/proc/self/uid_map") as f:
        root = os.getuid() == 0 and int(f.read().split()[2]) >= 65536
    why = ("" if root and os.environ.get("TLS_NAMESPACES") else
           "mail servers need root and namespaces of their own")
    here["postfix"] = why or ("" if shutil.which("postfix") else "postfix is missing")
    for name in mail.PROGRAM:
        here[name] = why or ("" if mail.unpacked(name) else
                             f"not unpacked in {mail.PEERS}, where tests/deps.sh check puts it")
    return here
