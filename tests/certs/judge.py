# SPDX-License-Identifier: ISC
"""
tests/certs/judge.py: puts one case before smtpdane -check-chain, without any DNS, and before
OpenSSL, and reads what they say.
"""
import json, os, subprocess, sys
from concurrent.futures import ThreadPoolExecutor
from pki import *

PROGRAM = os.environ.get("SMTPDANE", "./smtpdane")
ORACLE = os.environ.get("ORACLE", "build/certs-oracle")


class Case:
    """What is presented (Certs, DER or PEM text), what is published, and who asks when."""
    def __init__(self, name, certs, records, names=(HOST,), when=T0, text=None, args=(),
            host="192.0.2.1"):
        self.name, self.certs, self.records = name, certs, records
        self.names, self.when, self.text, self.args, self.host = names, when, text, args, host
        self.ours = self.theirs = None

    def command(self, file):
        out = [PROGRAM, "-json", "-check-chain", file, "-at", str(self.when)]
        for u, s, m, d in self.records:
            out += ["-tlsa", "%d %d %d %s" % (u, s, m, d.hex())]
        for n in self.names:
            out += ["-aka", n]
        return out + list(self.args) + [self.host]

    def run(self):
        text = self.text if self.text is not None else pem(self.certs).encode()
        self.ours = Ours(subprocess.run(self.command("-"), input=text, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, timeout=60))
        return self

    def question(self, certs=None, records=None):
        """The same for the oracle."""
        out = ["at %d" % self.when]
        out += ["name " + n for n in self.names]
        out += ["tlsa %d %d %d %s" % (u, s, m, d.hex()) for u, s, m, d in (self.records
            if records is None else records)]
        out += ["cert " + (c if isinstance(c, bytes) else c.der).hex()
                for c in (self.certs if certs is None else certs)]
        return "\n".join(out + ["go " + self.name, ""])


class Ours:
    def __init__(self, p):
        self.status, self.err = p.returncode, p.stderr.decode(errors="replace").strip()
        try:
            self.json = json.loads(p.stdout)
        except ValueError:
            self.json = {}
        j = self.json
        self.verdict, self.match = j.get("verdict"), j.get("match")
        self.reason = j.get("reason") or ""
        problems = list(j.get("problems") or [])
        self.table = []
        for h in j.get("hosts") or []:
            for a in h["addresses"]:
                problems += a["problems"]
                self.table = [r["state"] for r in a.get("table") or []]
        self.codes = [q["code"] for q in problems]
        self.text = " | ".join([self.reason] + [q["text"] for q in problems] + [self.err])

    def matched(self):
        m = self.match
        return m and (m["usage"], m["selector"], m["mtype"], m["depth"])

    def contradiction(self):
        """What must hold of each answer, whatever the case; None: it does."""
        if self.status != (0 if self.verdict == "ok" else 1):
            return "verdict %s, but status %d (%s)" % (self.verdict, self.status, self.err[:200])
        if self.verdict not in ("ok", "warning", "fail"):
            return "no verdict: " + self.err[:200]
        if self.verdict in ("ok", "warning") and not self.match:
            return "%s without a match" % self.verdict
        if self.match and self.table and "matched" not in self.table:
            return "a match, but no row of the table says so"
        if not self.match and "matched" in self.table:
            return "no match, but a row of the table is matched"
        if self.verdict == "fail" and not self.reason:
            return "fail without a reason"
        return None


class Theirs:
    def __init__(self, line):
        part = line.split(" ")
        self.word = part[1]
        self.match = tuple(int(x) for x in part[2:6]) if self.word == "match" else None
        self.error = " ".join(part[2:]) if self.word == "none" else self.word

    def __str__(self):
        if self.match:
            return "match of %d %d %d at %d" % self.match
        return self.word if self.word != "none" else "no match: " + self.error


def ask_openssl(questions):
    """Texts of questions -> Theirs, in order."""
    p = subprocess.run([ORACLE], input="".join(questions).encode(), stdout=subprocess.PIPE,
        check=True, timeout=300)
    return [Theirs(line) for line in p.stdout.decode().splitlines()]


def judge(cases):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Case.run, cases))
    for c, t in zip(cases, ask_openssl([c.question() for c in cases])):
        c.theirs = t
