# SPDX-License-Identifier: ISC
"""Three signers behind one call: sign(zone) writes the signed zone file and
notes the DS set.  Keys are made once for each algorithm and lent to every zone
that uses it, because making RSA keys is what takes the time."""

import base64
import glob
import os
import shutil
import subprocess
import time

from zones import ALGORITHMS

TOOLS = {"ldns": ("ldns-keygen", "ldns-signzone", "ldns-key2ds"),
         "bind": ("dnssec-keygen", "dnssec-signzone", "dnssec-dsfromkey"),
         "knot": ("kzonesign", "keymgr")}
PACKAGE = {"ldns": "ldnsutils", "bind": "bind9-utils", "knot": "knot and knot-dnssecutils"}


def run(*argv, cwd=None):
    """Standard output of a program that must succeed."""
    p = subprocess.run(argv, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if p.returncode:
        raise RuntimeError(f"{' '.join(argv)}: exit {p.returncode}: {p.stderr.strip()[-500:]}")
    return p.stdout


def stamp(t):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(t))


class KeyFileSigner:
    """What ldns and BIND have in common: K<zone>+<alg>+<tag>.key and .private."""

    def __init__(self, top, now):
        self.dir = os.path.join(top, self.name)
        self.now = now
        self.lent = {}
        os.makedirs(os.path.join(self.dir, "lent"))

    def keys(self, zone):
        """Base names of the KSK and the ZSK of zone, copied under its name."""
        lent = os.path.join(self.dir, "lent")
        if zone.alg not in self.lent:
            self.lent[zone.alg] = [self.keygen(zone.alg, ksk, lent) for ksk in (True, False)]
        out = []
        for base in self.lent[zone.alg]:
            mine = os.path.join(self.dir, base.replace("Kkey.", "K" + zone.fqdn, 1))
            shutil.copy(os.path.join(lent, base + ".private"), mine + ".private")
            with open(os.path.join(lent, base + ".key")) as f:
                record = f.read()
            with open(mine + ".key", "w") as f:
                f.write("".join(zone.fqdn + line[4:] + "\n" for line in record.splitlines()
                                if line.startswith("key.")))
            out.append(mine)
        return out

    def unsigned_file(self, zone, extra=""):
        path = os.path.join(self.dir, (zone.name or "root") + ".zone")
        with open(path, "w") as f:
            f.write(zone.text() + extra)
        return path


class Ldns(KeyFileSigner):
    name = "ldns"

    def keygen(self, alg, ksk, where):
        names = {"rsasha1": "RSASHA1-NSEC3-SHA1"}
        size = ["-b", "2048"] if alg.startswith("rsa") else []
        return run("ldns-keygen", "-r", "/dev/urandom", "-a", names.get(alg, alg.upper()),
                   *size, *(["-k"] if ksk else []), "key.", cwd=where).strip()

    def sign(self, zone):
        ksk, zsk = self.keys(zone)
        path = self.unsigned_file(zone)
        begin, end = zone.window(self.now)
        nsec3 = []
        if zone.denial != "nsec":       # a salt and some iterations, for once
            nsec3 = ["-n", "-t", "3", "-s", "c0ffee"] + ["-p"] * (zone.denial == "optout")
        run("ldns-signzone", "-i", stamp(begin), "-e", stamp(end), "-o", zone.fqdn,
            "-f", path + ".signed", *nsec3, path, zsk, ksk)
        digest = "-4" if zone.alg == "ecdsap384sha384" else "-2"
        line = run("ldns-key2ds", "-n", digest, ksk + ".key")
        zone.ds = [line.split("DS", 1)[1].strip().upper()]
        zone.path = path + ".signed"


class Bind(KeyFileSigner):
    name = "bind"

    def keygen(self, alg, ksk, where):
        names = {"rsasha1": "NSEC3RSASHA1"}
        size = ["-b", "2048"] if alg.startswith("rsa") else []
        return run("dnssec-keygen", "-q", "-L", "3600", "-a", names.get(alg, alg.upper()),
                   *size, *(["-f", "KSK"] if ksk else []), "key.", cwd=where).strip()

    def sign(self, zone):
        ksk, zsk = self.keys(zone)
        public = "".join(open(k + ".key").read() for k in (ksk, zsk))
        path = self.unsigned_file(zone, public)
        begin, end = zone.window(self.now)
        nsec3 = []
        if zone.denial != "nsec":
            nsec3 = ["-3", "-", "-H", "0"] + ["-A"] * (zone.denial == "optout")
        run("dnssec-signzone", "-q", "-P", "-x", "-n", "1", "-O", "full", "-d", self.dir,
            "-s", stamp(begin), "-e", stamp(end), "-o", zone.fqdn, "-f", path + ".signed",
            *nsec3, "-k", ksk, path, zsk)
        digest = "SHA-384" if zone.alg == "ecdsap384sha384" else "SHA-256"
        line = run("dnssec-dsfromkey", "-a", digest, ksk + ".key")
        zone.ds = [line.split("DS", 1)[1].strip()]
        zone.path = path + ".signed"


class Knot:
    """kzonesign makes the keys itself, by policy.  RSA zones have a KSK and a
    ZSK each; the others one combined key (CSK), shared between zones."""
    name = "knot"

    def __init__(self, top, now):
        self.dir = os.path.join(top, self.name)
        self.now = now
        for part in ("signed", "db"):
            os.makedirs(os.path.join(self.dir, part))

    def policy(self, zone):
        rsa = zone.alg.startswith("rsa")
        lines = [f"  - id: p\n    algorithm: {zone.alg}"]
        if rsa:
            lines.append("    ksk-size: 2048\n    zsk-size: 2048")
        else:
            lines.append("    single-type-signing: on")
        if zone.fate not in ("expired", "future"):
            lines.append("    ksk-shared: on")
        lines.append("    rrsig-lifetime: 14d\n    rrsig-refresh: 2d")
        if zone.denial != "nsec":
            lines.append("    nsec3: on\n    nsec3-iterations: 0\n    nsec3-salt-length: 8")
        if zone.denial == "optout":
            lines.append("    nsec3-opt-out: on")
        return "\n".join(lines).replace("id: p", f"id: {self.policy_id(zone)}")

    @staticmethod
    def policy_id(zone):
        own = zone.fate if zone.fate in ("expired", "future") else "good"
        return f"{zone.alg}-{zone.denial}-{own}"

    def sign(self, zone):
        label = zone.name or "root"
        path = os.path.join(self.dir, label + ".zone")
        with open(path, "w") as f:
            f.write(zone.text())
        conf = os.path.join(self.dir, label + ".conf")
        with open(conf, "w") as f:
            f.write(f"server:\n    rundir: {self.dir}\n"
                    f"database:\n    storage: {self.dir}/db\n"
                    f"policy:\n{self.policy(zone)}\n"
                    f"zone:\n  - domain: {zone.fqdn}\n    file: {path}\n"
                    f"    dnssec-signing: on\n    dnssec-policy: {self.policy_id(zone)}\n")
        when = {"expired": -60, "future": 60}.get(zone.fate)
        at = ["-t", str(self.now + when * 86400)] if when else []
        run("kzonesign", "-c", conf, "-o", os.path.join(self.dir, "signed"), *at, zone.fqdn)
        found = glob.glob(os.path.join(self.dir, "signed", label + ".zone"))
        zone.path = found[0]
        want = "4" if zone.alg == "ecdsap384sha384" else "2"
        for line in run("keymgr", "-c", conf, zone.fqdn, "ds").splitlines():
            rdata = line.split("DS", 1)[1].split()
            if rdata[2] == want:
                zone.ds.append(" ".join(rdata).upper())


MAKERS = {"ldns": Ldns, "bind": Bind, "knot": Knot}


def break_signature(path, owner, rrtype):
    """Flip one bit in the RRSIG of owner's rrtype in a signed zone file that has
    one record a line.  Fails loudly when there is none."""
    done = 0
    with open(path) as f:
        lines = f.read().splitlines()
    for n, line in enumerate(lines):
        words = line.split()
        if not words or words[0] != owner or "RRSIG" not in words:
            continue
        at = words.index("RRSIG")
        if words[at + 1] != rrtype:
            continue
        sig = bytearray(base64.b64decode("".join(words[at + 9:])))
        sig[len(sig) // 3] ^= 0x10
        lines[n] = " ".join(words[:at + 9] + [base64.b64encode(bytes(sig)).decode()])
        done += 1
    if done != 1:
        raise RuntimeError(f"{path}: {done} RRSIG of {owner} {rrtype} to break")
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")


def check_algorithm(zone):
    """The signed file really uses the algorithm that the plan says."""
    number = str(ALGORITHMS[zone.alg])
    with open(zone.path) as f:
        for line in f:
            words = line.split()
            if "RRSIG" in words and words[words.index("RRSIG") + 2] == number:
                return
    raise RuntimeError(f"{zone.path}: no signature of algorithm {number}")
