# SPDX-License-Identifier: ISC
"""What a validator must say about each zone, and the programs that are asked:
./dnsvouch, and as references delv (BIND) and unbound-host (Unbound)."""

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass

from zones import LONG, TLSA

EXIT = {"secure": 0, "insecure": 1, "bogus": 2, "indeterminate": 3}
TIMEOUT = 30


@dataclass
class Check:
    label: str
    qname: str
    qtype: str
    status: str
    rcode: str = "NOERROR"
    data: tuple = ()            # RDATA that the answer must hold; () is an empty answer
    args: tuple = ()
    ede: tuple = ()             # any of these; () is not looked at
    ours: bool = False          # a matter of our policy: no reference can tell


def leaf_checks(z):
    """Every kind of answer that a zone of the matrix gives.  What rests on an
    NSEC3 record with the opt-out flag is insecure (RFC 5155 sections 9.2 and 12.2)."""
    opt = "insecure" if z.denial == "optout" else "secure"
    n = z.name
    www, wild = ("192.0.2.1",), ("192.0.2.2",)
    return [
        Check("positive", f"www.{n}", "A", "secure", data=www),
        Check("tlsa", f"_25._tcp.www.{n}", "TLSA", "secure", data=(TLSA,)),
        Check("tcp", f"big.{n}", "TXT", "secure", data=(LONG,)),
        Check("nxdomain", f"nope.{n}", "A", opt, "NXDOMAIN"),
        Check("nxdomain-deep", f"a.b.nope.{n}", "A", opt, "NXDOMAIN"),
        Check("nodata", f"www.{n}", "MX", "secure"),
        Check("ent", f"ent.{n}", "A", "secure"),
        Check("wildcard", f"x.wild.{n}", "A", opt, data=wild),
        Check("wildcard-deep", f"y.x.wild.{n}", "A", opt, data=wild),
        Check("wildcard-nodata", f"x.wild.{n}", "MX", opt),
        Check("cname", f"alias.{n}", "A", "secure", data=www),
        Check("wildcard-cname", f"x.walias.{n}", "A", opt, data=www),
        Check("cname-nxdomain", f"dangling.{n}", "A", opt, "NXDOMAIN", data=(f"nope.{n}",)),
        Check("ds", n, "DS", "secure", data=(z.ds[0],)),
        ds_absence(z, opt),
        Check("unsigned", f"www.unsigned.{n}", "A", "insecure", data=("192.0.2.9",)),
        Check("broken", f"broken.{n}", "A", "bogus", data=None, ede=(6,)),
    ]


def ds_absence(z, opt):
    """ldns-signzone sets the opt-out flag, but gives unsigned delegations an NSEC3
    record all the same, so that the absence of DS is proven (RFC 5155 section 8.6)."""
    return Check("ds-absence", f"unsigned.{z.name}", "DS", "secure" if z.signer == "ldns" else opt)


def time_checks(z):
    """A good zone at another time (RFC 4035 section 5.3.1)."""
    return [
        Check("at-far-future", f"www.{z.name}", "A", "bogus", data=None,
              args=("-at", "20450101000000"), ede=(7,)),
        Check("at-past", f"www.{z.name}", "A", "bogus", data=None,
              args=("-at", "2020-01-01T00:00:00Z"), ede=(8,)),
    ]


def fate_checks(z):
    """The zones with an unhappy fate."""
    www = ("192.0.2.1",)
    first = z.name.split(".")[0]
    def one(status, **more):
        more.setdefault("data", None if status == "bogus" else www)
        return Check(first, f"www.{z.name}", "A", status, **more)
    return {
        "expired": [one("bogus", ede=(7,))],
        "future": [one("bogus", ede=(8,))],
        "wrongds": [one("bogus", ede=(6, 9))],
        "stripped": [one("bogus", ede=(9, 10))],
        "unsupported": [one("insecure", ours=True)],
        "weak": [one("insecure", ours=True),
                 one("secure", args=("-allow-weak",), ours=True)],
    }[first]


def plain(text):
    """RDATA for comparison: no case, no final dots, hexadecimal in one piece."""
    words = text.lower().split()
    if len(words) > 4 and all(w.isdigit() for w in words[:3]):
        words[3:] = ["".join(words[3:])]
    return " ".join(w.rstrip(".") for w in words)


def differs(check, got):
    """"" when got (status, rcode, data, ede) is what check wants, else what differs.
    None in got is a thing that the program does not tell."""
    status, rcode, data, ede = got
    if status != check.status:
        return f"status {status}, want {check.status}"
    if check.status == "bogus":
        if check.ede and ede is not None and ede not in check.ede:
            return f"ede {ede}, want {' or '.join(map(str, check.ede))}"
        return ""
    if rcode is not None and rcode != check.rcode:
        return f"rcode {rcode}, want {check.rcode}"
    if data is None:
        return ""
    if check.data is None:
        return "" if data else "no answer"
    have = {plain(d) for d in data}
    lost = [d for d in check.data if plain(d) not in have]
    if lost:
        return f"answer {sorted(have)} lacks {lost[0]}"
    if data and not check.data:
        return f"answer {sorted(have)}, want none"
    return ""


RCODES = {"0": "NOERROR", "2": "SERVFAIL", "3": "NXDOMAIN"}


class Dnsvouch:
    path = "./dnsvouch"

    def __init__(self, anchor, _top):
        self.anchor = anchor

    def __call__(self, check, via):
        """"" or what is wrong.  via: ("-resolver", ADDR) or ("-iterate", ...)."""
        argv = [self.path, "-json", *via, "-trust-anchor", self.anchor, *check.args,
                check.qname, check.qtype]
        try:
            p = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return f"no end within {TIMEOUT} s"
        try:
            out = json.loads(p.stdout)
        except ValueError:
            return f"exit {p.returncode}, not JSON: {(p.stdout or p.stderr).strip()[:200]!r}"
        why = differs(check, (out.get("status"), RCODES.get(str(out.get("rcode")), out.get("rcode")),
                              [a["data"] for a in out.get("answer", [])], out.get("ede", -1)))
        if not why and p.returncode != EXIT[check.status]:
            why = f"exit {p.returncode}, want {EXIT[check.status]}"
        return why and f"{why} ({out.get('reason', '')!s:.200})"


class Delv:
    """A reference, slow.  It has no -at, tells no extended error, and calls a
    denial that rests on opt-out validated."""

    def __init__(self, anchor, top):
        self.config = os.path.join(top, "delv.keys")
        lines = []
        with open(anchor) as f:
            for line in f:
                tag, alg, digest, value = line.split("DS", 1)[1].split(None, 3)
                value = "".join(value.split())
                lines.append(f'. static-ds {tag} {alg} {digest} "{value}";')
        with open(self.config, "w") as f:
            f.write("trust-anchors { " + " ".join(lines) + " };\n")

    def __call__(self, check, via):
        if check.ours or check.args or via[0] != "-resolver":
            return None
        if check.status == "insecure" and not check.data:
            return None
        p = subprocess.run(["delv", "@" + via[1], "-4", "-a", self.config, "+root=.", "+nosplit",
                            check.qname, check.qtype], stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, timeout=TIMEOUT)
        why = differs(check, self.read(p.stdout + p.stderr))
        return why and f"{why} [{' | '.join((p.stderr + p.stdout).splitlines())[:300]}]"

    @staticmethod
    def read(text):
        status = "indeterminate"
        if re.search("resolution failed: (?!ncache)", text):
            status = "bogus"
        if re.search("^; .*fully validated", text, re.M):
            status = "secure"
        if re.search("^; .*unsigned answer", text, re.M):
            status = "insecure"
        rcode = "NXDOMAIN" if "ncache nxdomain" in text else None
        data = [line.split(None, 4)[4] for line in text.splitlines()
                if re.match(r"[^;\\\s]\S*\s+\d+\s+IN\s+(?!RRSIG)", line)]
        return status, rcode, data, None


class UnboundHost:
    """The other reference: quick, knows opt-out, and can be told the time."""

    def __init__(self, anchor, top):
        self.anchor = anchor
        self.top = top

    def config(self, check, via):
        date = ""
        if check.args[:1] == ("-at",):
            date = f'  val-override-date: "{re.sub("[^0-9]", "", check.args[1])}"\n'
        with tempfile.NamedTemporaryFile("w", dir=self.top, delete=False) as f:
            f.write(f'server:\n  trust-anchor-file: "{self.anchor}"\n{date}'
                    f'  do-not-query-localhost: no\n  do-ip6: no\n'
                    f'forward-zone:\n  name: "."\n  forward-addr: {via[1]}\n')
        return f.name

    def __call__(self, check, via):
        if check.ours or via[0] != "-resolver":
            return None
        p = subprocess.run(["unbound-host", "-v", "-C", self.config(check, via),
                            "-t", check.qtype, check.qname], stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, timeout=TIMEOUT)
        text = p.stdout + p.stderr
        why = differs(check, self.read(text))
        return why and f"{why} [{' | '.join(text.splitlines())[:300]}]"

    @staticmethod
    def read(text):
        status = "indeterminate"
        for mark, meaning in (("(BOGUS", "bogus"), ("(insecure)", "insecure"),
                              ("(secure)", "secure")):
            if mark in text:
                status = meaning
                break
        rcode = "NXDOMAIN" if "not found: 3(NXDOMAIN)" in text else "NOERROR"
        data = re.findall(r" (?:has address|has TLSA record|is an alias for|has DS record"
                          r"|has TXT record|descriptive text) (.*) \(", text)
        if rcode == "NXDOMAIN":         # it keeps a CNAME on the way there to itself
            data = None
        return status, rcode, data, None
