# SPDX-License-Identifier: ISC
"""The table of `make bench`.  Rounds are the difference of two runs with different
delays, divided by the difference of the delays: what is not waiting drops out."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import measure

LAB = "build/lab"
DOMAIN = "good-ee-ecdsa.p256"
DELAYS = (100, 300)             # ms
MIB = 1024 * 1024
PACKET_RUNS = 15
FLOOR = "(a program of one packet)"


class Lab:
    """One lab with its own ports and delay."""

    def __init__(self, top, delay, base):
        self.dir = os.path.join(top, str(delay))
        self.delay, self.dns, self.smtp = delay, base, base + 20
        os.makedirs(self.dir)
        self.log = open(os.path.join(self.dir, "log"), "wb")
        self.process = subprocess.Popen(
            [LAB, "-dir", self.dir, "-dns-port", str(self.dns), "-smtp-port", str(self.smtp),
             "-smtps-port", str(base + 21), "-delay", str(delay)],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def wait(self):
        end = time.monotonic() + 20
        while not os.path.exists(self.file("ready")):
            if self.process.poll() is not None or time.monotonic() > end:
                with open(os.path.join(self.dir, "log")) as f:
                    raise OSError(f"{LAB} does not start: {f.read()[-300:]}")
            time.sleep(0.05)

    def file(self, name):
        return os.path.join(self.dir, name)

    def replies(self):
        """DNS replies so far, as the lab counts them; None when it does not tell."""
        if os.path.exists(self.file("replies")):
            os.unlink(self.file("replies"))
        self.process.send_signal(signal.SIGUSR1)
        for _ in range(100):
            try:
                with open(self.file("replies")) as f:
                    return int(f.read())
            except (OSError, ValueError):
                time.sleep(0.01)
        return None

    def stop(self):
        self.process.terminate()
        self.process.wait()


def tlsa_name(lab):
    return f"_{lab.smtp}._tcp.mx.{DOMAIN}"


# Questions by the number of labels.  Each has two zone cuts, at its last label and the one before.
DEPTHS = [lambda lab: (DOMAIN, "MX"),
          lambda lab: (f"mx.{DOMAIN}", "A"),
          lambda lab: (f"_{lab.smtp}._tcp.good-implicit.ed", "TLSA"),
          lambda lab: (tlsa_name(lab), "TLSA"),
          lambda lab: (f"a._{lab.smtp}._tcp.mx.good-wild-tlsa.ed", "TLSA")]
question = DEPTHS[3]


def dnsvouch(lab, path="./dnsvouch"):
    return [path, "-resolver", f"127.0.0.1:{lab.dns}", "-trust-anchor", lab.file("anchor.ds"),
            *question(lab)]


def smtpdane(lab, path="./smtpdane", domains=(DOMAIN,)):
    return [path, "-resolver", f"127.0.0.1:{lab.dns}", "-trust-anchor", lab.file("anchor.ds"),
            "-port", str(lab.smtp), "-mx", *domains]


def delv(lab):
    keys = lab.file("delv.keys")
    with open(lab.file("anchor.ds")) as f, open(keys, "w") as out:
        for line in f:
            rdata = line.split(";")[0].partition(" DS ")[2].split()
            if rdata:
                out.write('trust-anchors { . static-ds %s %s %s "%s"; };\n'
                          % (*rdata[:3], "".join(rdata[3:])))
    return ["delv", "@127.0.0.1", "-4", "-p", str(lab.dns), "-a", keys, "+root=.",
            *question(lab)]


def unbound_host(lab):
    conf = lab.file("unbound-host.conf")
    with open(conf, "w") as f:
        f.write(f'server:\n  trust-anchor-file: "{lab.file("anchor.ds")}"\n'
                f'  do-not-query-localhost: no\n  do-ip6: no\n'
                f'forward-zone:\n  name: "."\n  forward-addr: 127.0.0.1@{lab.dns}\n')
    name, kind = question(lab)
    return ["unbound-host", "-v", "-C", conf, "-t", kind, name]


def drill(lab):
    return ["drill", "-S", "-k", lab.file("anchor.ds"), "-p", str(lab.dns), *question(lab),
            "@127.0.0.1"]


PEERS = {"delv": (delv, lambda c: "fully validated" in c.text),
         "unbound-host": (unbound_host, lambda c: "(secure)" in c.text),
         "drill -S": (drill, lambda c: c.status == 0 and "trusted" in c.text)}
OURS = {"dnsvouch": (dnsvouch, lambda c: c.status == 0),
        "smtpdane -mx": (smtpdane, lambda c: c.status == 0)}


def mark(fits):
    return "within" if fits else "OVER"


def measure_rounds(name, make, good, labs):
    """One line: rounds, queries, wall, CPU, memory.  The costs by delay, or None."""
    costs, queries = {}, None
    for lab in labs:
        before = lab.replies()
        cost = measure.run(make(lab))
        after = lab.replies()
        if not good(cost):
            print(f"{name:<16}did not prove {' '.join(question(lab))} (exit {cost.status}): "
                  f"{' '.join(cost.text.split())[-150:]}")
            return None
        if before is not None and after is not None:
            queries = after - before
        costs[lab.delay] = cost
    low, high = costs[DELAYS[0]], costs[DELAYS[1]]
    rounds = (high.wall - low.wall) * 1000 / (DELAYS[1] - DELAYS[0])
    asked = "?" if queries is None else queries
    print(f"{name:<16}{rounds:>7.2f}{asked:>9}{low.wall * 1000:>9.0f} ms{high.wall * 1000:>8.0f} ms"
          f"{min(low.cpu, high.cpu) * 1000:>8.1f} ms{max(low.peak, high.peak):>8} KiB")
    return rounds, low, high


def rounds_of(make, good, labs):
    """Rounds alone; "-" where the program does not prove the answer."""
    costs = [measure.run(make(lab)) for lab in labs]
    if not all(good(cost) for cost in costs):
        return "-"
    return f"{(costs[1].wall - costs[0].wall) * 1000 / (DELAYS[1] - DELAYS[0]):.2f}"


def by_depth(labs):
    """Rounds for names of 2 to 6 labels, beside the peers."""
    global question
    programs = {"dnsvouch": OURS["dnsvouch"],
                **{name: what for name, what in PEERS.items() if shutil.which(name.split()[0])}}
    print("\nrounds by the labels of the name, two zone cuts each")
    print(f"{'program':<16}" + "".join(f"{n:>8}" for n in range(2, 2 + len(DEPTHS))))
    for name, what in programs.items():
        line = f"{name:<16}"
        for question in DEPTHS:
            line += f"{rounds_of(*what, labs):>8}"
        print(line)
    question = DEPTHS[3]


def floor(lab, port):
    """What this machine needs for exec and a packet at the least, where there is a compiler."""
    cc, path = os.environ.get("CC", "gcc"), lab.file("packet")
    made = shutil.which(cc) and subprocess.run(
        [cc, "-O2", "-static", "-o", path, "tests/bench/packet.c"]).returncode == 0
    return {FLOOR: [path, str(port)]} if made else {}


def packet_times(labs):
    """Time from exec to the first packet of each program that there is: the least of
    some runs, since what else the machine does can only add to it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        silent = type("Silent", (), {"dns": sock.getsockname()[1], "smtp": labs[0].smtp,
                                     "file": staticmethod(labs[0].file)})
        rows = {**floor(labs[0], silent.dns), "dnsvouch": dnsvouch(silent), "smtpdane -mx": smtpdane(silent)}
        for path in ("build/static/dnsvouch", "build/static/musl/dnsvouch"):
            if os.access(path, os.X_OK):
                rows[path] = dnsvouch(silent, path)
        for name, (make, _) in PEERS.items():
            if shutil.which(name.split()[0]):
                rows[name] = make(silent)
        for name, argv in rows.items():
            took = [measure.first_packet(argv, sock) for _ in range(PACKET_RUNS)]
            took = [t for t in took if t is not None]
            if not took:
                print(f"{name:<28}no packet")
                continue
            ms = min(took) * 1000
            # the budget is for what runs on small devices, the static programs; the dynamic
            # linker alone costs more than a millisecond
            budget = f"   budget 2 ms: {mark(ms <= 2)}" if "static" in name else ""
            print(f"{name:<28}{ms:>7.2f} ms{budget}")


def sizes():
    for folder, what, limit in (("build/static", "glibc", 1.2 * MIB),
                                ("build/static/musl", "musl", 600 * 1024)):
        for program in ("smtpdane", "dnsvouch"):
            path = os.path.join(folder, program)
            if not os.access(path, os.R_OK):
                print(f"{path:<28}not built (make static)")
                continue
            size = os.path.getsize(path)
            print(f"{path:<28}{size / 1024:>6.0f} KiB   budget {limit / 1024:.0f} KiB ({what}): "
                  f"{mark(size <= limit)}")


def memory(lab):
    """Peak memory with more and more targets: flat beyond the cap of probes at once."""
    listed = subprocess.run([LAB, "-list"], capture_output=True, text=True, check=True).stdout
    good = [w[0] for w in map(str.split, listed.splitlines()) if w[1:2] == ["0"]]
    good = [d for d in good if not d.startswith(("good-drip", "good-truncated"))]
    path = "build/static/smtpdane" if os.access("build/static/smtpdane", os.X_OK) else "./smtpdane"
    for n in (1, 64, 128):
        domains = (good * (n // len(good) + 1))[:n]
        cost = measure.run(smtpdane(lab, path, domains))
        line = f"{path} -mx, {n} target{'s' * (n > 1)}"
        budget = f"   budget 4096 KiB: {mark(cost.peak <= 4096)}" if n == 1 else ""
        if cost.status:
            budget += f"   (exit {cost.status})"
        print(f"{line:<38}{cost.peak:>8} KiB{cost.wall * 1000:>8.0f} ms{budget}")


def free_base():
    """A run of ports that nobody uses: the lab takes 8 for DNS and two for SMTP."""
    for base in range(20530, 32000, 100):
        try:
            for port in [*range(base, base + 8), base + 20, base + 21]:
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    with socket.socket(socket.AF_INET, kind) as s:
                        s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise OSError("no free ports")


def report(labs):
    print(f"cold look-up of _PORT._tcp.mx.{DOMAIN} TLSA (of all that -mx needs for smtpdane),\n"
          f"through a forwarder that delays each reply by {DELAYS[0]} and by {DELAYS[1]} ms\n")
    print(f"{'program':<16}{'rounds':>7}{'queries':>9}{f'D={DELAYS[0]}':>12}{f'D={DELAYS[1]}':>11}"
          f"{'CPU':>11}{'peak':>12}")
    got = {name: measure_rounds(name, *what, labs) for name, what in OURS.items()}
    for name, what in PEERS.items():
        if shutil.which(name.split()[0]):
            measure_rounds(name, *what, labs)
        else:
            print(f"{name:<16}not installed")
    print()
    if got["dnsvouch"]:
        for cost, delay in zip(got["dnsvouch"][1:], DELAYS):
            limit = 2 * delay + 30
            print(f"dnsvouch, D={delay} ms: {cost.wall * 1000:.0f} ms   budget {limit} ms: "
                  f"{mark(cost.wall * 1000 <= limit)}")
    if got["smtpdane -mx"]:
        rounds = got["smtpdane -mx"][0]
        print(f"smtpdane -mx, DNS part: {rounds:.2f} rounds   budget 3: {mark(rounds <= 3.1)}")
    by_depth(labs)
    print("\npeak memory")
    memory(labs[0])
    print("\nstripped static programs")
    sizes()
    print(f"\nfrom exec to the first packet, least of {PACKET_RUNS}")
    packet_times(labs)
    return 0 if all(got.values()) else 1


def main():
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    os.environ["LC_ALL"] = "C"
    for path in (LAB, "./dnsvouch", "./smtpdane"):
        if not os.access(path, os.X_OK):
            print(f"bench: {path} is not built: run make")
            return 1
    top = tempfile.mkdtemp(prefix="bench.")
    labs = []
    try:
        for delay in DELAYS:
            labs.append(Lab(top, delay, free_base()))
            labs[-1].wait()
        return report(labs)
    except OSError as e:
        print(f"bench: {e}")
        return 1
    finally:
        for lab in labs:
            lab.stop()
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
