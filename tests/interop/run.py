# SPDX-License-Identifier: ISC
"""The run: sign the zones, start the servers, make sure that they are right, then
ask the programs under test.  Called by interop.sh inside its namespaces."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import checks
import mail
import servers
import signers
import zones
from report import Report

REFERENCE = "--reference" in sys.argv[1:]
SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def available(report, kind, packages, tools):
    """Those of a kind whose programs are all here; a skip line for each other."""
    out = []
    for name in packages:
        lost = [t for t in tools(name) if not shutil.which(t)]
        if lost:
            report.skip(f"{kind} {name}", f"{', '.join(lost)} missing (package {packages[name]})")
        else:
            out.append(name)
    return out


def sign_all(plan, top, now, pool):
    """Sign each zone; one thread a signer, so that three sign at once."""
    makers = {s: signers.MAKERS[s](top, now) for s in {z.signer for z in plan}}

    def work(name):
        for zone in plan:
            if zone.signer == name:
                makers[name].sign(zone)
                signers.check_algorithm(zone)
    list(pool.map(work, makers))
    return makers


def spoil(leaves):
    """What goes wrong with some zones after signing."""
    for z in leaves:
        if z.matrix:
            signers.break_signature(z.path, "broken." + z.fqdn, "A")
        if z.fate == "stripped":
            z.path = z.path.replace(".signed", "").replace("/signed/", "/")


def write_unsigned(top, plan):
    where = os.path.join(top, "unsigned")
    os.makedirs(where, exist_ok=True)
    for z in plan:
        z.path = os.path.join(where, z.name + ".zone")
        with open(z.path, "w") as f:
            f.write(z.text())


def build(top, who, serving, certificates, pool):
    """All zones, signed from the leaves up.  Returns leaves, mail zones and the rest."""
    now = int(time.time())
    leaves = zones.plan_leaves(who, serving)
    posts, post_children = [], []
    for n, signer in enumerate(who):
        if certificates:
            zone, child = mail.mail_zone(signer, serving[(n + 2) % len(serving)], certificates)
            posts.append(zone)
            post_children.append(child)
    makers = sign_all(leaves + posts, top, now, pool)
    spoil(leaves)
    for z in posts:
        signers.break_signature(z.path, *mail.to_break(z))
    children = zones.unsigned_children(leaves) + post_children
    write_unsigned(top, children)
    tlds = [zones.plan_tld(s, serving, [z for z in leaves + posts if z.signer == s]) for s in who]
    for z in tlds:
        makers[z.signer].sign(z)
    root = zones.plan_root(who[-2 if len(who) > 1 else 0], serving[0], tlds)
    makers[root.signer].sign(root)
    return leaves, posts, children, tlds, root


def serve(daemons, leaves, posts, children, tlds, root, serving, resolvers):
    """Start every server; one line of text for each that does not answer."""
    start = lambda kind, name, addr, what: servers.launch(
        daemons, servers.MAKERS[kind], name, addr, what)
    start(root.server, "root", root.addr, [root])
    for z in tlds:
        start(z.server, "tld-" + z.name, z.addr, [z])
    for kind in serving:
        start(kind, kind, zones.SERVERS[kind],
              [z for z in leaves + posts + children if z.server == kind])
    hints = os.path.join(daemons.top, "root.hints")
    with open(hints, "w") as f:
        f.write(f". 3600000 IN NS ns.\nns. 3600000 IN A {root.addr}\n")
    for name, addr in resolvers.items():
        servers.launch(daemons, getattr(servers, name), name, addr, hints)
    wait = [("root", root.addr, "")] + [("tld-" + z.name, z.addr, z.name) for z in tlds]
    for kind in serving:
        mine = [z for z in leaves + children if z.server == kind]
        wait += [(kind, zones.SERVERS[kind], mine[0].name), (kind, zones.SERVERS[kind], mine[-1].name)]
    wait += [(name, addr, tlds[0].name) for name, addr in resolvers.items()]
    return [f"{name} at {addr} does not answer for {zone or '.'}: {daemons.log(name)}"
            for name, addr, zone in wait if not servers.wait_for(addr, zone)]


def write_anchor(top, root):
    path = os.path.join(top, "anchor.ds")
    with open(path, "w") as f:
        f.writelines(f". IN DS {rdata}\n" for rdata in root.ds)
    return path


def sampled(z):
    """One server for each signer and denial, so that each pair of them comes up."""
    names = list(zones.SERVERS)
    return z.matrix and names.index(z.server) == (
        zones.SIGNERS.index(z.signer) + zones.DENIALS.index(z.denial)) % len(names)


def dns_jobs(leaves, resolvers, hints):
    """Everything to ask: (name, check, how to get there, cell of the table)."""
    via = {name: ("-resolver", addr) for name, addr in resolvers.items()}
    main = via.get("unbound") or via["recursor"]
    for z in leaves:
        cell = (z.signer, z.server, z.alg, z.denial) if z.matrix else None
        todo = checks.leaf_checks(z) if z.matrix else checks.fate_checks(z)
        for c in todo:
            yield f"{z.name} {c.label}", c, main, cell
    for z in [z for z in leaves if sampled(z) and z.alg in ("rsasha256", "ecdsap256sha256")]:
        for c in checks.time_checks(z):
            yield f"{z.name} {c.label}", c, main, None
        for c in checks.leaf_checks(z):
            if "recursor" in via and main != via["recursor"]:
                yield f"{z.name} {c.label} through BIND", c, via["recursor"], None
            yield f"{z.name} {c.label} iterating", c, ("-iterate", "-root-hints", hints), None


def check_dns(report, label, program, jobs, pool, cells):
    def one(job):
        name, check, via, cell = job
        cell = cell if cells else None
        try:
            why = program(check, via)
        except (OSError, subprocess.SubprocessError, KeyError, TypeError) as e:
            why = f"{type(e).__name__}: {e}"
        if why is not None:
            report.result(f"{label} {name}", why, cell)
    list(pool.map(one, jobs))


def check_setup(report, jobs, anchor, top, serving, pool):
    """The set-up is right, say two others: of each signer, algorithm and denial a
    sample, or with --reference all that they can tell of one server's zones each."""
    few = [j for j in jobs if j[1].label in ("positive", "nxdomain") and j[3]
           and j[3][1] == serving[0]]
    for tool, package, maker in (("delv", "bind9-dnsutils", checks.Delv),
                                 ("unbound-host", "unbound-host", checks.UnboundHost)):
        full = REFERENCE and tool == "unbound-host"
        if shutil.which(tool):
            check_dns(report, tool, maker(anchor, top), jobs if full else few, pool, full)
        else:
            report.skip(tool, f"{tool} missing (package {package})")


def check_mail(report, who, certificates, base, pool):
    def one(job):
        signer, (label, argv, *expected) = job
        report.result(f"smtpdane {label}.mail.{signer}", mail.probe(base + argv, *expected))
    list(pool.map(one, [(s, t) for s in who for t in mail.targets(s, certificates.hosts)]))


def check_openssl(report, who, certificates, pool):
    def one(host):
        why = mail.openssl_agrees(host, "mail." + who[0], certificates)
        if why is not None:
            report.result(f"openssl {host.label}", why)
    list(pool.map(one, certificates.hosts))


def check_all(report, top, who, serving, resolvers, posting, pool, daemons):
    mark = time.monotonic()

    def lap(text):
        nonlocal mark
        print(f"# {text}: {time.monotonic() - mark:.1f} s", flush=True)
        mark = time.monotonic()

    certificates = (mail.Certificates(top, ["mail." + s for s in who], posting) if posting
                    else None)
    leaves, posts, children, tlds, root = build(top, who, serving, certificates, pool)
    anchor = write_anchor(top, root)
    lap(f"{len(leaves + posts + tlds) + 1} zones signed")
    dead = serve(daemons, leaves, posts, children, tlds, root, serving, resolvers)
    if certificates:
        mail.start(daemons, certificates, posting)
        dead += [f"{name} does not answer: {daemons.log(name)}" for name in posting
                 if not mail.wait_for(name)]
    for why in dead:
        report.result("setup", why)
    if dead:
        return
    lap("servers started")
    asked = [z for z in leaves if sampled(z) or not z.matrix] if REFERENCE else leaves
    jobs = list(dns_jobs(asked, resolvers, os.path.join(top, "root.hints")))
    check_setup(report, jobs, anchor, top, serving, pool)
    if certificates:
        check_openssl(report, who, certificates, pool)
    lap("set-up checked")
    if REFERENCE:
        return
    check_dns(report, "dnsvouch", checks.Dnsvouch(anchor, top), jobs, pool, True)
    lap("dnsvouch")
    if certificates:
        resolver = resolvers.get("unbound") or resolvers["recursor"]
        check_mail(report, who, certificates,
                   ["-resolver", resolver, "-trust-anchor", anchor], pool)
        lap("smtpdane")


def parts(report):
    """What of the packages is here."""
    who = available(report, "signer", signers.PACKAGE, lambda n: signers.TOOLS[n])
    serving = available(report, "server", {k: servers.PACKAGE[k] for k in zones.SERVERS},
                        lambda n: [n])
    known = {"unbound": ("unbound", servers.UNBOUND, "unbound"),
             "recursor": ("named", servers.RECURSOR, "bind9")}
    resolvers = {}
    for name, (tool, addr, package) in known.items():
        if shutil.which(tool):
            resolvers[name] = addr
        else:
            report.skip(f"resolver {name}", f"{tool} missing (package {package})")
    lost = [t for t in ("postfix", "openssl") if not shutil.which(t)]
    why = f"{' and '.join(lost)} missing" if lost else ""
    with open("/proc/self/uid_map") as f:
        if int(f.read().split()[2]) < 65536:
            why = "postfix needs real root, or a range of user ids"
    if why:
        report.skip("mail", why)
        return who, serving, resolvers, []
    posting = ["postfix"]
    for name in mail.PROGRAM:
        if mail.unpacked(name):
            posting.append(name)
        else:
            report.skip(f"mail server {name}", f"not unpacked in {mail.PEERS}, where tests/deps.sh "
                        f"check puts it (package {mail.PACKAGE[name]})")
    return who, serving, resolvers, posting


def network():
    """The loopback of our own namespace.  named listens only on addresses that an
    interface has, so those of the servers are added; all are in 127.0.0.0/8."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for addr in [zones.ROOT_ADDR, servers.UNBOUND, servers.RECURSOR,
                 *zones.TLD_ADDR.values(), *zones.SERVERS.values()]:
        subprocess.run(["ip", "addr", "add", addr + "/8", "dev", "lo"], check=True)


def main():
    os.environ["PATH"] = ":".join((os.environ.get("PATH", ""),) + SBIN)
    os.environ["LC_ALL"] = "C"
    os.umask(0o022)
    report = Report()
    network()
    if not REFERENCE:
        lost = [p for p in ("./dnsvouch", "./smtpdane") if not os.access(p, os.X_OK)]
        if lost:
            report.result("programs", f"{' and '.join(lost)} not built: run make")
            return report.close()
    who, serving, resolvers, posting = parts(report)
    if not (who and serving and resolvers):
        report.skip("interop", "no signer, no server or no resolver")
        return report.close() if report.bad else 0
    top = tempfile.mkdtemp(prefix="interop.")
    os.chmod(top, 0o755)
    daemons = servers.Daemons(top)
    try:
        with ThreadPoolExecutor(max(2, min(8, os.cpu_count() or 2))) as pool:
            check_all(report, top, who, serving, resolvers, posting, pool, daemons)
    except (RuntimeError, OSError, subprocess.SubprocessError) as e:
        report.result("setup", str(e))
    finally:
        daemons.stop()
        if os.environ.get("KEEP"):
            shutil.copytree(top, os.environ["KEEP"], dirs_exist_ok=True,
                            ignore=lambda d, names: [n for n in names if n in ("queue", "data")])
        shutil.rmtree(top, ignore_errors=True)
    report.table(zones.DENIALS)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
