# SPDX-License-Identifier: ISC
"""The TLS of other people's libraries and mail servers, probed by ./smtpdane: versions, suites,
groups, signature schemes, staples, several certificates at once.  One server for each case, on
loopback; no DNS.  tls.sh calls it.

  tls.py [-j N] [--list] [--reference] [--serve] [WORD...]

Cases whose names hold every WORD; without one, all.  --reference asks openssl s_client instead of
the program, which shows that the servers are what the table says.  --serve starts the server of the
first case, prints the arguments for smtpdane, and keeps it until standard input ends."""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

warnings.filterwarnings("ignore", category=DeprecationWarning)

import mail
import tls_cases
import tls_pki
import tls_servers
from report import Report

TIMEOUT = 40


# ---- what the program says ---------------------------------------------------------------

def arguments(case, server, pki):
    argv = ["-port", str(server.port), "-aka", tls_pki.NAME]
    argv += ["-tls-on-connect"] if case.on_connect else []
    for kind, which in case.records():
        argv += ["-tlsa", pki.tlsa(kind, which)]
    return [*argv, *case.probe, server.addr]


def ask(case, server, pki):
    p = subprocess.run(["./smtpdane", "-json", "-connect-timeout", "10s",
                        *arguments(case, server, pki)], stdin=subprocess.DEVNULL,
                       capture_output=True, text=True, timeout=TIMEOUT)
    try:
        return p.returncode, json.loads(p.stdout), ""
    except ValueError:
        return p.returncode, None, (p.stdout + p.stderr).strip()[:300]


def problems(node):
    """(code, text) of all problems, wherever they hang."""
    if isinstance(node, dict):
        for p in node.get("problems") or []:
            yield p["code"], p["text"]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from problems(part)


def differ(what, got, want):
    return f"{what} {got!r}, want {want!r}"


def judge_tls(want, tls):
    """The parameters of one handshake."""
    if want.version == "any":
        return
    if not want.version:
        if tls:
            yield f"a handshake is reported: {tls}"
        return
    if not tls:
        yield "no handshake is reported"
        return
    if tls.get("version") != want.version:
        yield differ("version", tls.get("version"), want.version)
    if want.suite and tls.get("suite") != want.suite:
        yield differ("suite", tls.get("suite"), want.suite)
    if want.group and tls.get("group") not in want.group:
        yield differ("group", tls.get("group"), want.group)
    if want.scheme and not (tls.get("signature_scheme") or "").startswith(want.scheme):
        yield differ("signature_scheme", tls.get("signature_scheme"), want.scheme)
    if want.key and (tls.get("key_type") != want.key[0] or want.key[1] not in (
            None, tls.get("key_bits"))):
        yield differ("key", (tls.get("key_type"), tls.get("key_bits")), want.key)


def judge_ocsp(want, ocsp):
    if not want.ocsp:
        return
    if want.ocsp == "null":
        if ocsp is not None:
            yield f"ocsp {ocsp}, but nothing was stapled"
    elif ocsp is None:
        yield f"no ocsp, want {want.ocsp}"
    else:
        if ocsp.get("status") != want.ocsp:
            yield differ("ocsp", ocsp.get("status"), want.ocsp)
        proven = want.ocsp in ("good", "revoked", "unknown")
        if ocsp.get("verified") not in ((True,) if proven else (False,) if want.ocsp in (
                "bad", "unverifiable", "no-status") else (True, False)):
            yield differ("ocsp verified", ocsp.get("verified"), proven)


def judge_algorithms(want, addresses):
    """With -all-certs; what the server does not have may be told or not, but not as shown."""
    shown = [a for a in addresses if a.get("tls")]
    got = {a.get("algorithm"): a.get("verdict") for a in shown}
    if len(got) != len(shown):
        yield f"an algorithm came up twice: {[a.get('algorithm') for a in shown]}"
    if got != want.algorithms:
        yield differ("algorithms", got, want.algorithms)
    for a in shown:
        if a.get("algorithm") != a["tls"].get("key_type"):
            yield differ(f"key of the entry {a.get('algorithm')}", a["tls"].get("key_type"),
                         a.get("algorithm"))
        yield from judge_tls(want, a["tls"])
        yield from judge_ocsp(want, a.get("ocsp"))


def judge_server(case, server):
    """What the server saw: connections, hellos, and a dialogue that came to its end."""
    want, conns = case.want, server.count("conn")
    if conns is not None and not want.conns[0] <= conns <= want.conns[1]:
        yield differ("connections", conns, want.conns)
    if want.hellos and server.count("hello") != want.hellos:
        yield differ("hellos", server.count("hello"), want.hellos)
    if want.keyupdates and server.count("keyupdate") < want.keyupdates:
        yield differ("keyupdates", server.count("keyupdate"), want.keyupdates)
    if want.verdict in ("ok", "warning") and server.count("quit") == 0:
        yield "the server saw no QUIT"


def judge(case, server, status, out):
    """All that is wrong."""
    want, said = case.want, dict(problems(out))
    verdict = out.get("verdict")
    if verdict != want.verdict if want.verdict else verdict not in ("warning", "fail"):
        yield differ("verdict", verdict, want.verdict or "warning or fail")
    if status != (0 if verdict == "ok" else 1):
        yield f"exit status {status} with verdict {verdict}"
    for code in want.codes:
        if code not in said:
            yield differ("problems", sorted(said), code)
    if want.text and not any(re.search(want.text, t) for t in said.values()):
        yield f"no problem says {want.text}"
    addresses = [a for h in out.get("hosts", []) for a in h.get("addresses", [])]
    if want.algorithms:
        yield from judge_algorithms(want, addresses)
    elif len(addresses) != 1:
        yield f"{len(addresses)} addresses"
    else:
        yield from judge_tls(want, addresses[0].get("tls"))
        yield from judge_ocsp(want, addresses[0].get("ocsp"))
        usage = {"leaf": 3, "ca": 2, "whole": 2}.get(case.records()[0][1])
        if want.verdict in ("ok", "warning") and (
                addresses[0].get("match") or {}).get("usage") != usage:
            yield differ("match", addresses[0].get("match"), usage)
    yield from judge_server(case, server)


def happened(server):
    """The end of what the server said, in one line."""
    return " | ".join(server.log().strip().splitlines()[-6:])[-500:]


def probe(case, server, pki):
    status, out, text = ask(case, server, pki)
    if out is None:
        return f"exit {status}, not JSON: {text!r}; server: {happened(server)}"
    settle(out, server)
    wrong = list(judge(case, server, status, out))
    if not wrong:
        return ""
    told = "; ".join(f"{c}: {t}" for c, t in problems(out))[:500]
    return f"{'; '.join(wrong)} [problems: {told or 'none'}] [server: {happened(server)}]"


def settle(out, server):
    """The server may have some lines to write after the program has ended."""
    end = time.monotonic() + 2
    while (out.get("verdict") in ("ok", "warning") and server.count("quit") == 0
           and time.monotonic() < end):
        time.sleep(0.02)


# ---- what openssl s_client says -----------------------------------------------------------

SIGALGS = {"RSA": "rsa_pss_rsae_sha256:RSA+SHA256", "ECDSA": "ECDSA+SHA256", "Ed25519": "ed25519"}


def s_client(case, server, pki, sigalgs=None):
    argv = ["openssl", "s_client", "-connect", f"{server.addr}:{server.port}", "-servername",
            tls_pki.NAME, "-dane_tlsa_domain", tls_pki.NAME, "-dane_ee_no_namechecks", "-status",
            "-cipher", "DEFAULT@SECLEVEL=0"]
    argv += ["-sigalgs", sigalgs] if sigalgs else []
    for kind, which in case.records():
        argv += ["-dane_tlsa_rrdata", pki.tlsa(kind, which)]
    argv += [] if case.on_connect else ["-starttls", "smtp"]
    p = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    try:
        time.sleep(0.25)        # else it leaves before an alert that follows the handshake
        return p.communicate(b"QUIT\r\n", TIMEOUT)[0].decode("ascii", "replace")
    except subprocess.TimeoutExpired:
        p.kill()
        return p.communicate()[0].decode("ascii", "replace")


def reference_one(case, text, good):
    """Does s_client agree with the table on this handshake?"""
    want = case.want
    m = re.search(r"^New, (\S+), Cipher is (\S+)", text, re.M)
    version = m and re.search(r"Protocol *: (\S+)", text) or m
    got = version.group(1) if version else ""
    got = {"TLSv1": "TLSv1.0"}.get(got, got)
    if got == "(NONE)" or "alert" in text:
        got = ""
    if want.version not in ("any", got):
        yield differ("version", got, want.version)
    if not got:
        if want.text and not re.search(want.text.replace("_", "[ _]"), text):
            yield f"no alert {want.text}"
        return
    if good != ("Verify return code: 0 (ok)" in text):
        yield f"DANE finds {not good}"
    stapled = re.search(r"OCSP response: no response sent", text) is None
    if stapled != bool(case.staple):
        yield differ("stapled", stapled, bool(case.staple))
    if want.suite.startswith("TLS_") and got == "TLSv1.3" and m.group(2) != want.suite:
        yield differ("suite", m.group(2), want.suite)


def reference(case, server, pki):
    want, wrong = case.want, []
    if case.certs == ("ed25519",) and case.version == "1.2":
        return ""               # OpenSSL's client has that too
    if want.algorithms:
        for algorithm, verdict in want.algorithms.items():
            text = s_client(case, server, pki, SIGALGS[algorithm])
            wrong += [f"{algorithm}: {w}" for w in reference_one(case, text, verdict == "ok")]
    else:
        text = s_client(case, server, pki)
        wrong += reference_one(case, text, all(w != "other" for _, w in case.records()))
        # its only key share is of X25519
        if want.hellos == 2 and server.count("hello") != 2:
            wrong.append(differ("hellos", server.count("hello"), 2))
    return f"{'; '.join(wrong)} [server: {happened(server)}] [{text[-700:]}]" if wrong else ""


# ---- the run ----------------------------------------------------------------------------

def one(case, makers, pki, top, check):
    where = tempfile.mkdtemp(prefix="case.", dir=top)
    os.chmod(where, 0o755)
    server = None
    try:
        server = makers[case.server](case, pki, where)
        return check(case, server, pki)
    except subprocess.TimeoutExpired:
        return f"no end within {TIMEOUT} s; server: {happened(server)}"
    except (OSError, RuntimeError, subprocess.SubprocessError, KeyError, TypeError) as e:
        return f"{type(e).__name__}: {e}"
    finally:
        if server:
            server.stop()
        shutil.rmtree(where, ignore_errors=True)


def serve(case, server, pki):
    """For --serve: keep one server."""
    print(shlex.join(arguments(case, server, pki)), flush=True)
    sys.stdin.read()
    print(server.log(), file=sys.stderr)
    return ""


def start_makers(cases, pki, top):
    """What makes the server of a case, by its kind."""
    mine = lambda kind: [c for c in cases if c.server == kind]
    makers = {"ossl": tls_servers.ossl, "gnutls": tls_servers.gnutls, "go": tls_servers.go,
              "s_server": tls_servers.s_server}
    if mine("exim4") or mine("opensmtpd"):
        mail.add_users()
        makers["exim4"] = tls_servers.Exim(mine("exim4"))
    for kind, shared in (("postfix", tls_servers.Postfix), ("opensmtpd", tls_servers.OpenSmtpd)):
        if mine(kind):
            where = os.path.join(top, kind)
            os.mkdir(where, 0o755)
            makers[kind] = shared(mine(kind), pki, where)
    return makers


def run(report, cases, args, top):
    os.chmod(top, 0o755)
    where = os.path.join(top, "pki")
    os.mkdir(where, 0o755)
    pki = tls_pki.Pki(where)
    makers = start_makers(cases, pki, top)
    check = serve if args.serve else reference if args.reference else probe

    def work(case):
        report.result(f"tls {case.name}", one(case, makers, pki, top, check).replace("\n", "|"))
    try:
        with ThreadPoolExecutor(args.j) as pool:
            list(pool.map(work, cases))
    finally:
        for maker in makers.values():
            if hasattr(maker, "stop"):
                maker.stop()


def choose(report, words):
    """The cases asked for whose server is here; a skip line for each kind that is not."""
    cases = [c for c in tls_cases.every() if all(
        f" {w} " in f" {c.name.replace(',', '')} " for w in words)]
    here = tls_servers.what_is_here()
    for kind in sorted({c.server for c in cases}):
        if here[kind]:
            report.skip(f"tls {kind}", here[kind])
    return [c for c in cases if not here[c.server]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-j", type=int, default=2, help="cases at once")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--reference", action="store_true")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("words", nargs="*")
    args = parser.parse_args()
    if args.list:
        print("\n".join(c.name for c in tls_cases.every()))
        return 0
    os.environ["PATH"] += ":/usr/local/sbin:/usr/sbin:/sbin"
    os.environ["LC_ALL"] = "C"
    os.umask(0o022)
    if os.environ.get("TLS_NAMESPACES"):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    report = Report()
    if not (args.reference or args.serve or os.access("./smtpdane", os.X_OK)):
        report.result("tls", "./smtpdane not built: run make")
        return report.close()
    cases = choose(report, args.words)[:1 if args.serve else None]
    if not cases:
        if not report.skipped and not report.bad:
            report.result("tls", f"no case has the words {' '.join(args.words)}")
        return 1 if report.bad else 0
    top = tempfile.mkdtemp(prefix="tls.")
    try:
        run(report, cases, args, top)
    except (RuntimeError, OSError, subprocess.SubprocessError) as e:
        report.result("tls", f"set-up: {e}")
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
