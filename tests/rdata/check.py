#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Presentation format, checked by programs that no one here wrote.

RDATA of every type that has a presentation format here, edge cases and random ones, is written
by dns_rdata_str() (build/rdata) and read back by BIND (named-compilezone, named-rrchecker), ldns
(ldns-read-zone) and dnspython: the octets must be the same.  What a reader refuses in the generic
form of RFC 3597 as well says nothing about the text and does not count.

  check.py [-n RANDOM-CASES-A-TYPE] [-s SEED] [-v]
"""
import argparse
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

SHOW = os.environ.get("RDATA_SHOW", "build/rdata")

# ---- RDATA by fields ------------------------------------------------------------------

R = random.Random()
ODD = b'"\\;()@$. \t\n\r*,=\0\x7f\x80\xff\'`#-_09azAZ'


def octets(most, least=0):
    n = R.choice([least, R.randint(least, most), R.randint(least, min(most, max(least, 12))), most])
    return R.choice([
        lambda: bytes(R.randrange(256) for _ in range(n)),
        lambda: bytes(R.choice(ODD) for _ in range(n)),
        lambda: bytes(R.choice(b"abcXYZ019-") for _ in range(n))])()


def label(b):
    return bytes([len(b)]) + b


def name():
    kind = R.randrange(8)
    if kind == 0:
        return b"\0"
    if kind == 1:
        return label(b"n" * 63) * 3 + label(b"m" * 61) + b"\0"
    if kind == 2:
        return b"\1a" * 127 + b"\0"
    out, n = b"", R.randint(1, 4)
    for _ in range(n):
        out += label(octets(20, 1) or b"x")
    return out + b"\0"


def u(n):
    return lambda: R.choice([0, 1, 2 ** (8 * n) - 1, R.randrange(2 ** (8 * n))]).to_bytes(n, "big")


def string():
    return label(octets(255))


def strings():
    return b"".join(string() for _ in range(R.choice([1, 1, 2, 3, 9])))


def one_of(*values):
    return lambda: R.choice(values)


def rest(least=1, most=80):
    return lambda: octets(most, least)


def bitmap():
    out = b""
    windows = sorted(set(R.choice([[0], [0, 255], [0, 1, 128, 255], [R.randrange(256)], []])))
    for w in windows:
        bits = bytearray(R.randint(1, 32))
        bits[-1] = 1 << R.randrange(8)
        for _ in range(R.randrange(9)):
            bits[R.randrange(len(bits))] |= 1 << R.randrange(8)
        if w in (1, 128):
            bits[0] &= 0x80 if w == 1 else 0
            bits += b"\0\1"
            del bits[:-32]
        if w == 0:  # the mnemonics of late-comers and of meta types are not known to every reader
            bits = bytearray(R.choice([b"\x62\x01\x80\x08\x00\x03\x90", b"\x40", b"\0\0\0\0\0\x02",
                                       b"\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"]))
        out += bytes([w, len(bits)]) + bytes(bits)
    return out


def loc():
    def size():
        return R.choice([0x12, 0x16, 0x13, 0, 0x99, 0x10, R.randint(1, 9) << 4 | R.randrange(10), R.randrange(256)])

    def angle(limit):
        return R.choice([0, 1, -1, limit, -limit, limit + 1, R.randint(-limit, limit), 999, 59999, 3599999]) + 2 ** 31
    return struct.pack(">BBBBIII", R.choice([0] * 9 + [1]), size(), size(), size(), angle(90 * 3600000),
                       angle(180 * 3600000), R.choice([0, 10000000, 9999999, 10000001, 2 ** 32 - 1, R.randrange(2 ** 32)]))


def svcparams():
    made = {}
    for key in R.sample(range(0, 8), R.randrange(5)) + R.sample([9, 10, 667, 65280, 65534], R.randrange(3)):
        made[key] = {1: lambda: b"".join(label(octets(30, 1) or b"h2") for _ in range(R.randint(1, 3))),
                     2: lambda: b"", 3: u(2),
                     4: lambda: b"".join(octets(4, 4) for _ in range(R.randint(1, 3))),
                     5: rest(), 6: lambda: b"".join(v6() for _ in range(R.randint(1, 3))),
                     7: one_of(b"/dns-query{?dns}", b"/q{?dns}", "/é{?dns}".encode())}.get(key, rest(0, 40))()
    if 0 in made:
        must = sorted(k for k in made if k)
        must = must[:R.randint(1, len(must))] if must else []
        made[0] = b"".join(k.to_bytes(2, "big") for k in must)
        if not must:
            del made[0]
    return b"".join(k.to_bytes(2, "big") + len(v).to_bytes(2, "big") + v for k, v in sorted(made.items()))


def v6():
    return R.choice([bytes(16), bytes(15) + b"\1", b"\0" * 10 + b"\xff\xff" + octets(4, 4), bytes(12) + octets(4, 4),
                     b" \1\r\xb8" + bytes(11) + b"\1", octets(16, 16), b"\0\1" * 8, b"\0\0\0\1" * 4])


def gateway(kind):
    return {0: lambda: b"", 1: lambda: octets(4, 4), 2: v6, 3: name}.get(kind, lambda: b"x")()


def ipseckey():
    kind = R.choice([0, 1, 2, 3, 3, 4])
    return u(1)() + bytes([kind, R.choice([1, 2, 3])]) + gateway(kind) + octets(60, 1)


def amtrelay():
    kind = R.choice([0, 1, 2, 3, 3, 4])
    return u(1)() + bytes([kind | R.choice([0, 128])]) + gateway(kind)


def hip():
    hit, key = octets(40, 1), octets(300, 1)
    return bytes([len(hit), R.choice([1, 2, 3])]) + len(key).to_bytes(2, "big") + hit + key + \
        b"".join(name() for _ in range(R.randrange(3)))


def apl():
    out = b""
    for _ in range(R.randrange(5)):
        family, size = R.choice([(1, 4), (2, 16)])
        prefix = R.randint(0, 8 * size)
        bits = int.from_bytes(octets(size, size), "big") >> (8 * size - prefix) << (8 * size - prefix)
        addr = bits.to_bytes(size, "big").rstrip(b"\0")
        out += struct.pack(">HBB", family, prefix, len(addr) | R.choice([0, 128])) + addr
    return out


def wks():
    return octets(4, 4) + bytes([R.choice([6, 17])]) + R.choice([b"", octets(40, 1) + b"\1", b"\0\0\0\x40", b"\0\0"])


def caa():
    tag = R.choice([b"issue", b"iodef", b"ISSUEWILD", b"x9"])
    return u(1)() + label(tag) + octets(200)


def digits():
    return label(bytes(R.choice(b"0123456789") for _ in range(R.randint(4, 15))))


def regexp():  # BIND looks into it
    return label(R.choice([b"", b"!^(.*)$!sip:\\1@x.example!", b"!.*!\"q; \xff\0\\.!i"]))


def seq(*parts):
    return lambda: b"".join(p() for p in parts)


def rrsig():
    return seq(one_of(b"\0\1", b"\0\x2e", b"\xff\0", b"\1\1"), one_of(b"\x08", b"\x0d", b"\xc8"), u(1), u(4),
               one_of(b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x6a\0\0\1"),
               one_of(b"\x80\0\0\1", b"\0\0\0\1", b"\x69\0\0\1"), u(2), name, rest())()


TYPES = {
    1: ("A", rest(4, 4)), 2: ("NS", name), 3: ("MD", name), 4: ("MF", name), 5: ("CNAME", name),
    6: ("SOA", seq(name, name, u(4), u(4), u(4), u(4), u(4))), 7: ("MB", name), 8: ("MG", name), 9: ("MR", name),
    11: ("WKS", wks), 12: ("PTR", name), 13: ("HINFO", seq(string, string)), 14: ("MINFO", seq(name, name)),
    15: ("MX", seq(u(2), name)), 16: ("TXT", strings), 17: ("RP", seq(name, name)), 18: ("AFSDB", seq(u(2), name)),
    19: ("X25", digits), 20: ("ISDN", lambda: digits() + R.choice([b"", string()])), 21: ("RT", seq(u(2), name)),
    22: ("NSAP", rest()), 23: ("NSAP-PTR", name), 24: ("SIG", rrsig),
    25: ("KEY", seq(one_of(b"\1\0", b"\1\1", b"\2\0"), one_of(b"\3"), one_of(b"\x08"), rest())),
    26: ("PX", seq(u(2), name, name)), 27: ("GPOS", lambda: R.choice([b"\x08-32.6882\x08116.8652\00410.0", b"\x020.\0010\0010"])),
    28: ("AAAA", v6), 29: ("LOC", loc), 31: ("EID", rest()), 32: ("NIMLOC", rest()),
    33: ("SRV", seq(u(2), u(2), u(2), name)), 35: ("NAPTR", seq(u(2), u(2), lambda: label(bytes(R.choice(b"UuAs09") for _ in range(R.randrange(4)))), string, regexp, name)),
    36: ("KX", seq(u(2), name)), 37: ("CERT", seq(one_of(b"\0\1", b"\0\xfd", b"\xfd\xe8"), u(2), u(1), rest())),
    39: ("DNAME", name), 40: ("SINK", seq(u(1), u(1), u(1), rest(0))), 42: ("APL", apl),
    43: ("DS", seq(u(2), one_of(b"\x08", b"\x0d", b"\xc8"),
                   one_of(b"\1" + b"\xaa" * 20, b"\2" + b"\0" * 32, b"\4" + b"\xff" * 48, b"\x63abc"))),
    44: ("SSHFP", seq(u(1), one_of(b"\1" + b"\xaa" * 20, b"\2" + b"\xab" * 32, b"\x63\1\2"))), 45: ("IPSECKEY", ipseckey),
    46: ("RRSIG", rrsig), 47: ("NSEC", seq(name, bitmap)),
    48: ("DNSKEY", seq(one_of(b"\1\0", b"\1\1", b"\1\x81", b"\0\0"), one_of(b"\3"), one_of(b"\x08", b"\x0d", b"\xc8"), rest())),
    49: ("DHCID", rest()), 50: ("NSEC3", seq(one_of(b"\1", b"\2"), u(1), u(2), string, lambda: label(octets(20, 20) if R.randrange(4) else octets(60, 1)), bitmap)),
    51: ("NSEC3PARAM", seq(one_of(b"\1", b"\2"), u(1), u(2), string)), 52: ("TLSA", seq(u(1), u(1), u(1), rest())),
    53: ("SMIMEA", seq(u(1), u(1), u(1), rest())), 55: ("HIP", hip), 56: ("NINFO", strings),
    57: ("RKEY", seq(one_of(b"\0\0"), u(1), one_of(b"\x08"), rest())), 58: ("TALINK", seq(name, name)),
    59: ("CDS", one_of(b"\0\0\0\0\0", b"\x12\x34\x08\2" + b"\7" * 32)),
    60: ("CDNSKEY", one_of(b"\0\0\3\0\0", b"\1\1\3\x0d" + b"\7" * 64)), 61: ("OPENPGPKEY", rest(1, 900)),
    62: ("CSYNC", seq(u(4), u(2), bitmap)),
    63: ("ZONEMD", seq(u(4), one_of(b"\1", b"\xf0"), one_of(b"\1" + b"\7" * 48, b"\2" + b"\xff" * 64, b"\xf0" + b"a" * 12))),
    64: ("SVCB", seq(u(2), name, svcparams)), 65: ("HTTPS", seq(one_of(b"\0\1", b"\0\0"), name, svcparams)),
    99: ("SPF", strings), 104: ("NID", seq(u(2), u(8))), 105: ("L32", seq(u(2), rest(4, 4))), 106: ("L64", seq(u(2), u(8))),
    107: ("LP", seq(u(2), name)), 108: ("EUI48", rest(6, 6)), 109: ("EUI64", rest(8, 8)),
    256: ("URI", seq(u(2), u(2), rest(1, 300))), 257: ("CAA", caa), 258: ("AVC", strings),
    259: ("DOA", seq(u(4), u(4), u(1), string, rest(0))), 260: ("AMTRELAY", amtrelay), 261: ("RESINFO", strings),
    262: ("WALLET", strings), 32768: ("TA", seq(u(2), u(1), one_of(b"\2" + b"\7" * 32))),
    32769: ("DLV", seq(u(2), u(1), one_of(b"\2" + b"\7" * 32))), 65280: ("TYPE65280", rest(0)),
}

EDGES = [
    (16, b"\0"), (16, b"\0" * 255), (16, label(bytes(range(255)))), (16, label(b"\xff") + label(b'"\\')), (16, b""),
    (16, label(b"a" * 255) * 30), (47, b"\0\xff\x20" + b"\0" * 31 + b"\1"), (47, b"\1a\0"), (62, b"\0\0\0\1\0\3"),
    (257, b"\0\5issue"), (257, b"\x80\1a;"), (35, bytes(4) + label(b"") * 2 + label(b'!^(.*)$!sip:\\1@"x";!') + b"\0"),
    (256, bytes(4) + b'http://a/"\\ \xff'), (64, b"\0\1\0\0\1\0\x0c\x08f\\oo,bar\2h2"),
    (64, b"\0\1\0\0\0\0\2\0\1\0\1\0\3\2h2"), (64, b"\0\1\0\xff\xfe\0\0"), (64, b"\0\1\0\2\x9b\0\3a,\\"),
    (42, b""), (42, b"\0\1\0\0"), (42, b"\0\1\x08\1\n\0\2\x08\x81\xff"), (42, b"\0\1\x20\4\1\2\3\0"), (42, b"\0\3\0\0"),
    (29, b"\0\3\0\0" + b"\x80\0\0\0" * 2 + b"\0\x98\x96\x80"), (46, b"\0\1\x08\0" + b"\0" * 14 + b"\0\1"),
    (25, b"\xc0\0\3\x08"), (25, b"\1\0\3\x08"), (40, b"\1\2\3"), (45, b"\n\0\0"), (45, b"\n\3\2\0"), (11, b"\1\2\3\4\6"),
    (20, b"\4" + b"1234\0"), (12, b"\1.\1\0\1\xff\1@\1*\1\\\1\"\1(\0"), (2, b"\x3f" + b"\0" * 63 + b"\0"), (259, bytes(10)),
    (55, b"\0\2\0\1x"), (55, b"\1\2\0\0x"), (10, b"abc"), (30, b"\0\x40"), (34, b"\0abc"), (38, b"\0" * 17),
]
EDGES += [(t, b"") for t in TYPES]  # RDATA of no length at all


def cases(n):
    out = list(EDGES)
    for t, (_, make) in TYPES.items():
        for i in range(n):
            rd = make()
            out.append((t, rd))
            if i % 5 == 1:  # cut, and an octet more
                out += [(t, rd[:-1]), (t, rd + b"\0")]
    return [(t, rd) for t, rd in dict.fromkeys(out) if len(rd) < 65536]


# ---- readers: lines "TYPE TEXT" to octets, None where refused -----------------------------

class Bind:
    title = "BIND"

    def __init__(self, tmp):
        self.zone, self.raw = os.path.join(tmp, "bind.zone"), os.path.join(tmp, "bind.raw")

    @staticmethod
    def usable():
        return all(shutil.which(p) for p in ("named-compilezone", "named-rrchecker"))

    def read(self, lines):
        """All at once as a zone; what spoils the zone is tried by itself."""
        got, alone = {}, set(i for i, l in enumerate(lines) if l.startswith("SOA "))
        while True:
            rows = [i for i in range(len(lines)) if i not in alone]
            with open(self.zone, "w") as f:
                f.write("$TTL 60\nt. IN SOA a. b. 1 2 3 4 5\nt. IN NS a.\n")
                f.writelines("n%d.t. IN %s\n" % (i, lines[i]) for i in rows)
            p = subprocess.run(["named-compilezone", "-i", "none", "-k", "ignore", "-n", "ignore", "-m", "ignore",
                                "-M", "ignore", "-S", "ignore", "-r", "ignore", "-T", "ignore", "-W", "ignore", "-l", "0",
                                "-F", "raw", "-o", self.raw, "t", self.zone], capture_output=True, text=True,
                               errors="replace")
            if p.returncode == 0:
                break
            bad = set()
            for why, n in re.findall(r"(dns_rdata_fromtext: )?[^ ]*bind\.zone:(\d+)", p.stdout + p.stderr):
                if 4 <= int(n) < len(rows) + 4:
                    bad.add(rows[int(n) - 4])
                    if why and '"' not in lines[rows[int(n) - 4]]:
                        got[rows[int(n) - 4]] = None
            if not bad:
                raise SystemExit("BIND refuses the zone without a line: " + p.stdout[:300] + p.stderr[:300])
            alone |= bad
        self.records(got)
        for i in set(range(len(lines))) - set(got):
            p = subprocess.run(["named-rrchecker", "-u"], input="IN %s\n" % lines[i], capture_output=True, text=True)
            m = re.search(r"\\# \d+ ?([0-9A-Fa-f ]*)", p.stdout)
            got[i] = bytes.fromhex(m.group(1)) if p.returncode == 0 and m else None
        return [got[i] for i in range(len(lines))]

    def records(self, got):
        """The raw zone format: a header of 24 octets, then RRsets."""
        with open(self.raw, "rb") as f:
            b = f.read()
        at = 24
        while at < len(b):
            total, _, _, _, _, n = struct.unpack(">IHHHII", b[at:at + 18])
            end, k = at + total, struct.unpack(">H", b[at + 18:at + 20])[0]
            owner, p = b[at + 20:at + 20 + k], at + 20 + k
            length = struct.unpack(">H", b[p:p + 2])[0]
            if re.match(rb"n\d+$", owner[1:1 + owner[0]]) and n == 1:
                got[int(owner[2:1 + owner[0]])] = b[p + 2:p + 2 + length]
            at = end


class Ldns:
    title = "ldns"

    def __init__(self, tmp):
        self.zone = os.path.join(tmp, "ldns.zone")

    @staticmethod
    def usable():
        return shutil.which("ldns-read-zone")

    def read(self, lines):
        got, out = {i: None for i in range(len(lines))}, set()
        while True:
            rows = [i for i in range(len(lines)) if i not in out]
            with open(self.zone, "w") as f:
                f.writelines("n%d.t. 60 IN %s\n" % (i, lines[i]) for i in rows)
            p = subprocess.run(["ldns-read-zone", "-U", "A", "-u", "A", self.zone], capture_output=True, text=True,
                               errors="replace")
            m = re.search(r"at line (\d+)", p.stderr)
            if not m:
                if p.returncode:
                    raise SystemExit("ldns refuses the zone without a line: " + p.stderr[:300])
                break
            out.add(rows[int(m.group(1)) - 1])
        for m in re.finditer(r"^n(\d+)\.t\.\t.*\\# \d+ ?([0-9a-fA-F ]*)", p.stdout, re.M):
            got[int(m.group(1))] = bytes.fromhex(m.group(2))
        return [got[i] for i in range(len(lines))]


class Dnspython:
    title = "dnspython"

    def __init__(self, tmp):
        pass

    @staticmethod
    def usable():
        try:
            import dns.rdata
            return True
        except ImportError:
            return False

    def read(self, lines):
        import dns.rdata
        got = []
        for line in lines:
            kind, _, text = line.partition(" ")
            try:
                got.append(dns.rdata.from_text("IN", kind, text).to_wire())
            except Exception:
                got.append(None)
        return got


# Where a reader, and not the text, is at fault: reader, types (none: all), what the text looks like.
EXCUSED = [
    ("ldns", [23], ""),                         # takes the name for a string
    ("ldns", [40, 56, 57, 258, 259, 260, 261, 262, 32768], ""),  # does not know them
    ("ldns", [64, 65], r'alpn="[^ ]*\\\\[\\\\,]'),  # undoes one level of escapes of the two
    ("ldns", [11, 25, 45, 62], r"^\w+ [0-9. ]*(\S+\.)?$"),  # wants the last field, which may be missing
    ("ldns", [50], r"[0-9A-F]{200}|^NSEC3 \d+ \d+ \d+ \S+ (?!\S{32}( |$))"),  # shorter salts, hashes of 20 octets
    ("ldns", [6], ""),                          # has its own mind about a second SOA
    ("ldns", [], r"\\;"),                        # cuts some lines that have one
    ("dnspython", [3, 4, 7, 8, 9, 14, 24, 25, 31, 32, 40, 57, 58, 259, 261, 262, 32768], ""),  # does not know them
    ("dnspython", [], r"\\(12[89]|1[3-9]|2)"),  # makes UTF-8 of octets
    ("dnspython", [29], r"\d{7}\.\d\dm"),        # rounds
    ("dnspython", [45], r"^\w+ [0-9. ]*(\S+\.)?$"),
    ("dnspython", [20], r'""$'),                # drops an empty string
    ("dnspython", [50], r"^NSEC3 \d+ \d+ \d+ \S+ (?!\S{32}( |$))"),  # wants hashes of 20 octets
    ("dnspython", [50], r"[0-9A-F]{200}"),
    ("dnspython", [64, 65], "dohpath="),        # does not know it
    ("dnspython", [62], r"^\S+ \d+ \d+$"),
    ("ldns", [], r" \\@\.$"),                    # takes it for the origin
]


def excused(title, t, line):
    return any(e[0] == title and (not e[1] or t in e[1]) and re.search(e[2], line) for e in EXCUSED)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("-n", type=int, default=2)
    a.add_argument("-s", type=int, default=20261124)
    a.add_argument("-v", action="store_true")
    a = a.parse_args()
    R.seed(a.s)
    todo = cases(a.n)
    p = subprocess.run([SHOW], input="".join("%d %s\n" % (t, rd.hex()) for t, rd in todo), capture_output=True, text=True)
    lines = p.stdout.splitlines()
    if p.returncode or len(lines) != len(todo):
        print("not ok rdata_show: status %d, %d lines for %d cases" % (p.returncode, len(lines), len(todo)))
        return 1
    bad = 0
    generic = ["TYPE%d \\# %d %s" % (t, len(rd), rd.hex()) for t, rd in todo]
    shown = set(t for (t, _), l in zip(todo, lines) if "\\# " not in l[:20])
    lost = sorted(TYPES[t][0] for t in TYPES if t not in shown and t != 65280)
    print("not ok rdata_has_a_form: never shown: " + " ".join(lost) if lost else "ok rdata_has_a_form")
    bad += bool(lost)
    seen = set()
    with tempfile.TemporaryDirectory() as tmp:
        for kind in (Bind, Ldns, Dnspython):
            if not kind.usable():
                print("skip rdata_read_by_%s: it is not here" % kind.title)
                continue
            reader = kind(tmp)
            wrong = []
            have, same = reader.read(lines), 0
            refused = [i for i, (t, rd) in enumerate(todo) if have[i] != rd]
            base = {i: have[i] for i in refused if generic[i].endswith(lines[i].partition(" ")[2].lower())}
            again = [i for i in refused if i not in base]
            base.update(zip(again, reader.read([generic[i] for i in again])))
            for i in refused:
                t, rd = todo[i]
                if base[i] == have[i] or excused(kind.title, t, lines[i]):
                    continue
                wrong.append((t, rd, lines[i], have[i]))
            same = len(todo) - len(refused)
            seen |= set(t for i, (t, rd) in enumerate(todo) if have[i] == rd and "\\# " not in lines[i][:20])
            for t, rd, line, got in wrong if a.v else wrong[:5]:
                print("# %s %s\n#   text %s\n#   read %s" % (TYPES.get(t, ("TYPE%d" % t,))[0], rd.hex()[:300], line[:400],
                      "refused" if got is None else got.hex()[:300]))
            what = "rdata_read_by_%s" % kind.title
            print("# %s: %d of %d read back, %d refused in either form" % (kind.title, same, len(todo), len(refused) - len(wrong)))
            print("not ok %s: %d of %d differ, first: %s" % (what, len(wrong), len(todo), wrong[0][2][:120])
                  if wrong else "ok " + what)
            bad += bool(wrong)
    print("# read back by nobody: " + " ".join(TYPES[t][0] for t in sorted(shown - seen)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
