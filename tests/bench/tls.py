# SPDX-License-Identifier: ISC
"""A whole probe through TLS 1.2 and TLS 1.3 with OpenSSL's server behind a proxy that holds each octet
back: round trips of the handshake and of the whole dialogue, CPU time and memory of smtpdane."""

import asyncio
import hashlib
import json
import os
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading

import measure

DELAYS = (0.0, 0.05)            # seconds, one way
RUNS = 5
PORT = int(os.environ.get("PORT", "17600"))


def smtp(context):
    async def serve(reader, writer):
        writer.write(b"220 bench\r\n")
        while line := await reader.readline():
            if line[:4] == b"EHLO":
                writer.write(b"250-bench\r\n250 STARTTLS\r\n")
            elif line[:8] == b"STARTTLS":
                writer.write(b"220 go ahead\r\n")
                await writer.start_tls(context)
            else:
                writer.write(b"221 bye\r\n")
                break
        writer.close()
    return serve


def pump(delay):
    """Copy octets, each as long after it came as `delay` says."""
    async def copy(reader, writer):
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            loop.call_later(delay, writer.write, data)
        loop.call_later(delay, writer.close)
    return copy


def proxy(port, delay):
    async def connected(reader, writer):
        r, w = await asyncio.open_connection("127.0.0.1", port)
        copy = pump(delay)
        await asyncio.gather(copy(reader, w), copy(r, writer), return_exceptions=True)
    return connected


async def start(versions, files):
    for i, version in enumerate(versions):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        context.minimum_version = context.maximum_version = version
        await asyncio.start_server(smtp(context), "127.0.0.1", PORT + 10 * i)
        for j, delay in enumerate(DELAYS):
            await asyncio.start_server(proxy(PORT + 10 * i, delay), "127.0.0.1", PORT + 10 * i + 1 + j)


def certificate(top):
    cert, key = f"{top}/cert.pem", f"{top}/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
                    "-subj", "/CN=mx.example.test", "-days", "100"], check=True, capture_output=True)
    der = ssl.PEM_cert_to_DER_cert(open(cert).read())
    return (cert, key), hashlib.sha256(der).hexdigest()


def probe(port, digest, program="./smtpdane"):
    cost = measure.run([program, "-json", "-aka", "mx.example.test", "-tlsa",
                        f"3 0 1 {digest}", f"127.0.0.1:{port}"])
    address = json.loads(cost.text)["hosts"][0]["addresses"][0]
    if address["verdict"] != "ok":
        raise OSError(cost.text)
    return cost, address


def typical(port, digest):
    runs = [probe(port, digest) for _ in range(RUNS)]
    return {
        "tls": min(a["timing"]["tls"] for _, a in runs),
        "total": min(a["timing"]["total"] for _, a in runs),
        "cpu": statistics.median(c.cpu for c, _ in runs),
        "peak": statistics.median(c.peak for c, _ in runs),
        "version": runs[0][1]["tls"]["version"],
    }


def main():
    versions = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    with tempfile.TemporaryDirectory(prefix="bench.") as top:
        files, digest = certificate(top)
        loop = asyncio.new_event_loop()
        loop.run_until_complete(start(versions, files))
        threading.Thread(target=loop.run_forever, daemon=True).start()
        print(f"a whole probe, STARTTLS, RSA 2048; round trips from runs with {DELAYS[1] * 2000:.0f} ms "
              "more on the way")
        print(f"  {'version':10} {'handshake':>9} {'dialogue':>9} {'CPU':>9} {'peak':>9}")
        rounds = []
        for i in range(len(versions)):
            near, far = (typical(PORT + 10 * i + 1 + j, digest) for j in range(2))
            trips = [(far[k] - near[k]) / (2 * (DELAYS[1] - DELAYS[0])) for k in ("tls", "total")]
            rounds.append(trips[0])
            print(f"  {near['version']:10} {trips[0]:9.2f} {trips[1]:9.2f} {near['cpu'] * 1000:6.1f} ms "
                  f"{near['peak']:5.0f} KiB")
        fewer = rounds[0] - rounds[1]
        print(f"  TLS 1.3 takes {fewer:.2f} round trips fewer{'' if fewer > 0.8 else ': OVER'}")


if __name__ == "__main__":
    sys.exit(main())
