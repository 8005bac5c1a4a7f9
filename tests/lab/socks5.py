#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A SOCKS5 proxy (RFC 1928, RFC 1929) for the tests, on a port of 127.0.0.1, or of the address BIND
in the environment, that it prints.

socks5.py [USER PASSWORD]      relays; each CONNECT is a line on standard error
socks5.py reply CODE           answers each CONNECT with that code
socks5.py no6 CODE             relays; answers each CONNECT to an IPv6 address with that code
socks5.py silent | http | slow | half
                               misbehaves: no answer, not SOCKS, one octet at a time, half a reply
"""
import asyncio
import ipaddress
import os
import sys

args = sys.argv[1:]
mode = args[0] if args and args[0] in ("reply", "no6", "silent", "http", "slow", "half") else "relay"
login = args if mode == "relay" and len(args) == 2 else None


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        pass


async def say(writer, data):
    for i in range(len(data)):
        writer.write(data[i:i + 1])
        await writer.drain()
        if mode == "slow":
            await asyncio.sleep(0.02)


async def connect(reader, writer):
    head = await reader.readexactly(4)
    host = str(ipaddress.ip_address(await reader.readexactly(4 if head[3] == 1 else 16)))
    port = int.from_bytes(await reader.readexactly(2), "big")
    print("CONNECT", host, port, file=sys.stderr, flush=True)
    if mode == "reply" or (mode == "no6" and ":" in host):
        await say(writer, bytes([5, int(args[1]), 0, 1]) + bytes(6))
        return
    if mode == "half":
        await say(writer, bytes([5, 0, 0, 1, 0]))
        await asyncio.sleep(3600)
    try:
        back = await asyncio.open_connection(host, port)
    except OSError:
        await say(writer, bytes([5, 5, 0, 1]) + bytes(6))
        return
    name = b"relay.invalid"  # an address type that a client may not expect
    await say(writer, bytes([5, 0, 0, 3, len(name)]) + name + bytes(2))
    await asyncio.gather(pump(reader, back[1]), pump(back[0], writer))
    back[1].close()


async def serve(reader, writer):
    try:
        if mode == "silent":
            await asyncio.sleep(3600)
        if mode == "http":
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        methods = await reader.readexactly((await reader.readexactly(2))[1])
        wanted = 2 if login else 0
        if wanted not in methods:
            await say(writer, bytes([5, 255]))
            return
        await say(writer, bytes([5, wanted]))
        if login:
            user = await reader.readexactly((await reader.readexactly(2))[1])
            word = await reader.readexactly((await reader.readexactly(1))[0])
            good = [user.decode(), word.decode()] == login
            await say(writer, bytes([1, 0 if good else 1]))
            if not good:
                return
        await connect(reader, writer)
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, os.environ.get("BIND", "127.0.0.1"), 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
