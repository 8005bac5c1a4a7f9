# SPDX-License-Identifier: ISC
"""The name servers and resolvers: configuration, start, wait, stop."""

import os
import socket
import struct
import subprocess
import time

PACKAGE = {"nsd": "nsd", "named": "bind9", "knotd": "knot", "unbound": "unbound"}
UNBOUND = "127.1.0.53"
RECURSOR = "127.1.0.54"


class Daemons:
    """Programs kept in the foreground, with a log each; stop() ends them all."""

    def __init__(self, top):
        self.top = top
        self.running = []

    def start(self, name, argv):
        log = open(os.path.join(self.top, name + ".log"), "wb")
        p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                             start_new_session=True)
        self.running.append((name, p))
        return p

    def log(self, name):
        with open(os.path.join(self.top, name + ".log"), errors="replace") as f:
            return f.read()[-800:]

    def stop(self):
        for _, p in self.running:
            p.terminate()
        for _, p in self.running:
            try:
                p.wait(3)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()


def nsd(top, name, addr, zones):
    lines = [f"server:\n  ip-address: {addr}\n  server-count: 1\n  username: \"\"\n"
             f"  chroot: \"\"\n  zonesdir: \"{top}\"\n  database: \"\"\n"
             f"  pidfile: \"{top}/{name}.pid\"\n  xfrdfile: \"{top}/{name}.xfrd\"\n"
             f"  xfrdir: \"{top}\"\n  zonelistfile: \"{top}/{name}.list\"\n"
             f"  rrl-ratelimit: 0\n"
             f"remote-control:\n  control-enable: no\n"]
    lines += [f"zone:\n  name: \"{z.fqdn}\"\n  zonefile: \"{z.path}\"\n" for z in zones]
    return "".join(lines), ["nsd", "-d", "-c"]


def named(top, name, addr, zones):
    lines = [named_options(top, name, addr, "recursion no;")]
    lines += [f"zone \"{z.fqdn}\" {{ type primary; file \"{z.path}\"; }};\n" for z in zones]
    return "".join(lines), ["named", "-g", "-n", "1", "-c"]


def named_options(top, name, addr, more):
    run = f"{top}/{name}.run"
    os.makedirs(run, exist_ok=True)
    return (f"options {{ directory \"{run}\"; listen-on {{ {addr}; }}; listen-on-v6 {{ none; }};\n"
            f"  dnssec-validation no; notify no; empty-zones-enable no; check-names primary ignore;\n"
            f"  pid-file \"{run}/pid\"; session-keyfile \"{run}/key\"; {more} }};\n"
            f"controls {{ }};\n")


def knotd(top, name, addr, zones):
    run = f"{top}/{name}.run"
    os.makedirs(run, exist_ok=True)
    lines = [f"server:\n    rundir: {run}\n    listen: {addr}@53\n    udp-workers: 1\n"
             f"    tcp-workers: 1\n    background-workers: 2\n"
             f"database:\n    storage: {run}\nlog:\n  - target: stderr\n    any: warning\n"
             f"template:\n  - id: default\n    zonefile-sync: -1\n    journal-content: none\n"
             f"    zonefile-load: whole\nzone:\n"]
    lines += [f"  - domain: {z.fqdn}\n    file: {z.path}\n" for z in zones]
    return "".join(lines), ["knotd", "-c"]


def unbound(top, name, addr, hints):
    return (f"server:\n  interface: {addr}\n  do-daemonize: no\n  username: \"\"\n  chroot: \"\"\n"
            f"  directory: \"{top}\"\n  pidfile: \"{top}/{name}.pid\"\n  use-syslog: no\n"
            f"  logfile: \"\"\n  module-config: \"iterator\"\n  root-hints: \"{hints}\"\n"
            f"  do-not-query-localhost: no\n  access-control: 127.0.0.0/8 allow\n"
            f"  do-ip6: no\n  num-threads: 1\n"
            f"remote-control:\n  control-enable: no\n"), ["unbound", "-d", "-c"]


def recursor(top, name, addr, hints):
    return (named_options(top, name, addr, "recursion yes; allow-recursion { any; };")
            + f"zone \".\" {{ type hint; file \"{hints}\"; }};\n"), ["named", "-g", "-n", "1", "-c"]


MAKERS = {"nsd": nsd, "named": named, "knotd": knotd}


def launch(daemons, maker, name, addr, what):
    """Write the configuration of one server and start it."""
    text, argv = maker(daemons.top, name, addr, what)
    conf = os.path.join(daemons.top, name + ".conf")
    with open(conf, "w") as f:
        f.write(text)
    daemons.start(name, argv + [conf])


def ask(addr, name, qtype, timeout=1.0):
    """The header flags and answer count of one plain UDP query, or None."""
    q = struct.pack(">HHHHHH", 4711, 0x0110, 1, 0, 0, 0)
    for label in [x for x in name.split(".") if x]:
        q += bytes([len(label)]) + label.encode()
    q += struct.pack(">BHH", 0, qtype, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(timeout)
        try:
            s.connect((addr, 53))
            s.send(q)
            r = s.recv(4096)
        except OSError:
            return None
    ident, flags, _, answers = struct.unpack(">HHHH", r[:8])
    return (flags, answers) if ident == 4711 else None


def wait_for(addr, name, seconds=20):
    """Until addr answers NOERROR with a SOA for name.  True, or False in the end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = ask(addr, name, 6)
        if got and got[0] & 15 == 0 and got[1]:
            return True
        time.sleep(0.1)
    return False
