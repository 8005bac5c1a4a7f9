# SPDX-License-Identifier: ISC
"""The plan of the miniature internet: which zones there are, what is in them,
who signs each and who serves it.  Nothing here runs a program."""

from dataclasses import dataclass, field

ALGORITHMS = {"rsasha256": 8, "rsasha512": 10, "ecdsap256sha256": 13,
              "ecdsap384sha384": 14, "ed25519": 15, "ed448": 16, "rsasha1": 7}
MATRIX = ("rsasha256", "rsasha512", "ecdsap256sha256", "ecdsap384sha384", "ed25519")
DENIALS = ("nsec", "nsec3", "optout")
SIGNERS = ("ldns", "bind", "knot")
SERVERS = {"nsd": "127.1.0.1", "named": "127.1.0.2", "knotd": "127.1.0.3"}
ROOT_ADDR = "127.1.0.10"
TLD_ADDR = {"ldns": "127.1.0.11", "bind": "127.1.0.12", "knot": "127.1.0.13"}
TLSA = "3 1 1 " + "5A" * 32
LONG = " ".join('"' + c * 250 + '"' for c in "abcdefgh")      # too long for UDP
DAY = 86400


@dataclass
class Zone:
    """name has no final dot ("" is the root)."""
    name: str
    signer: str                 # who signs; "" leaves the zone unsigned
    server: str
    addr: str
    alg: str = ""
    denial: str = ""
    fate: str = "good"          # good, expired, future, wrongds or stripped
    body: str = ""
    matrix: bool = False        # a cell of the table
    path: str = ""              # file that is served
    ds: list = field(default_factory=list)      # RDATA of the DS set

    @property
    def fqdn(self):
        return self.name + "."

    def text(self, serial=1):
        """The unsigned zone file."""
        dot = self.fqdn
        ns = "ns." + (dot if self.name else "")
        return (f"$ORIGIN {dot}\n$TTL 3600\n"
                f"{dot} IN SOA {ns} hostmaster.{ns} {serial} 3600 600 864000 300\n"
                f"{dot} IN NS {ns}\n{ns} IN A {self.addr}\n{self.body}")

    def window(self, now):
        """Inception and expiration of the signatures."""
        return {"expired": (now - 60 * DAY, now - 30 * DAY),
                "future": (now + 30 * DAY, now + 60 * DAY)}.get(
                    self.fate, (now - 3600, now + 14 * DAY))


def leaf_body(name):
    """What each leaf zone holds: one of everything that must be proven."""
    return (f"@ IN MX 10 www\n"
            f"www IN A 192.0.2.1\n"
            f"_25._tcp.www IN TLSA {TLSA}\n"
            f"broken IN A 192.0.2.66\n"
            f"big IN TXT {LONG}\n"
            f"*.wild IN A 192.0.2.2\n"
            f"*.walias IN CNAME www\n"
            f"alias IN CNAME alias2\n"
            f"alias2 IN CNAME www\n"
            f"dangling IN CNAME nope\n"
            f"a.ent IN A 192.0.2.3\n"
            f"unsigned IN NS ns.unsigned.{name}.\n"
            f"ns.unsigned IN A {{addr}}\n")


def leaf(label, signer, server, alg, denial, **more):
    name = f"{label}.{signer}"
    addr = SERVERS[server]
    return Zone(name, signer, server, addr, alg, denial,
                body=leaf_body(name).format(addr=addr), **more)


def plan_leaves(signers, servers):
    """The leaf zones: the matrix, then one of each unhappy fate a signer."""
    out = []
    for signer in signers:
        for server in servers:
            for alg in MATRIX:
                for denial in DENIALS:
                    out.append(leaf(f"{denial}-{alg}-{server}", signer, server, alg,
                                    denial, matrix=True))
        for n, fate in enumerate(("expired", "future", "wrongds", "stripped")):
            server = servers[n % len(servers)]
            out.append(leaf(fate, signer, server, "ecdsap256sha256", "nsec", fate=fate))
        out.append(leaf("unsupported", signer, servers[0], "ed448", "nsec"))
        if signer != "knot":    # Knot no longer makes SHA-1 signatures
            out.append(leaf("weak", signer, servers[-1], "rsasha1", "nsec3"))
    return out


def unsigned_children(leaves):
    return [Zone("unsigned." + z.name, "", z.server, z.addr, body="www IN A 192.0.2.9\n")
            for z in leaves]


def delegate(zone):
    """The records that a parent holds for zone."""
    dot = zone.fqdn
    lines = [f"{dot} IN NS ns.{dot}", f"ns.{dot} IN A {zone.addr}"]
    for rdata in zone.ds:
        if zone.fate == "wrongds":
            rdata = rdata[:-1] + ("0" if rdata[-1] != "0" else "1")
        lines.append(f"{dot} IN DS {rdata}")
    return "\n".join(lines) + "\n"


def plan_tld(signer, servers, children):
    """The top-level domain of a signer, served by another's server."""
    n = SIGNERS.index(signer)
    server = servers[(n + 1) % len(servers)]
    alg = ("rsasha256", "ecdsap256sha256", "ed25519")[n]
    body = "".join(delegate(z) for z in children)
    return Zone(signer, signer, server, TLD_ADDR[signer], alg, DENIALS[n], body=body)


def plan_root(signer, server, tlds):
    body = "".join(delegate(z) for z in tlds)
    return Zone("", signer, server, ROOT_ADDR, "rsasha256", "nsec", body=body)
