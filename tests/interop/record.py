# SPDX-License-Identifier: ISC
"""Records what a TLS client and a server send each other, for replays: a relay between them.

  record.py [--starttls] ADDR:PORT PREFIX

Prints "port N" of 127.0.0.1, takes connections there one after the other, and writes of the n-th
PREFIX.n.client and PREFIX.n.server, the octets of each side, and PREFIX.n.turns, whose lines
"client COUNT" and "server COUNT" say in which order they came.  --starttls leaves out what goes
before: the files begin after the command STARTTLS and after its reply.  Ends when its standard input
does; a file is complete when "recorded n" was printed."""

import argparse
import os
import select
import socket
import sys

PATIENCE = 20                   # seconds without an octet


class Side:
    """What one of the two sends."""

    def __init__(self, name, sock, prefix):
        self.name = name
        self.sock = sock
        self.file = open(f"{prefix}.{name}", "wb")
        self.open = True
        self.head = b""         # in the clear, not recorded


class Recording:
    def __init__(self, client, server, prefix, starttls):
        self.client = Side("client", client, prefix)
        self.server = Side("server", server, prefix)
        self.turns = open(prefix + ".turns", "w")
        # before TLS: "command" until STARTTLS was sent, "reply" until its answer came
        self.state = "command" if starttls else ""

    def keep(self, side, octets):
        if self.state:
            octets = self.clear(side, octets)
        if octets:
            side.file.write(octets)
            self.turns.write(f"{side.name} {len(octets)}\n")

    def clear(self, side, octets):
        """The part of octets that follows STARTTLS or its reply."""
        side.head += octets
        if self.state == "command" and side is self.client:
            at = side.head.upper().find(b"STARTTLS\r\n")
            if at >= 0:
                self.state, self.server.head = "reply", b""
                return side.head[at + 10:]
        elif self.state == "reply":
            if side is self.client:
                return octets
            at = side.head.find(b"\r\n")
            if at >= 0:
                self.state = ""
                return side.head[at + 2:]
        return b""

    def run(self):
        pairs = ((self.client, self.server), (self.server, self.client))
        while self.client.open or self.server.open:
            ready = select.select([s.sock for s, _ in pairs if s.open], [], [], PATIENCE)[0]
            if not ready:
                break
            for side, other in pairs:
                if side.sock in ready and side.open:
                    self.move(side, other)
        for side, _ in pairs:
            side.sock.close()
            side.file.close()
        self.turns.close()

    def move(self, side, other):
        try:
            octets = side.sock.recv(65536)
            other.sock.sendall(octets)
        except OSError:
            octets = b""
        if octets:
            return self.keep(side, octets)
        side.open = False
        try:
            other.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--starttls", action="store_true")
    parser.add_argument("server")
    parser.add_argument("prefix")
    args = parser.parse_args()
    addr, port = args.server.rsplit(":", 1)
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"port {listener.getsockname()[1]}", flush=True)
    n = 0
    while True:
        ready = select.select([sys.stdin, listener], [], [])[0]
        if sys.stdin in ready and not os.read(0, 4096):
            return 0
        if listener in ready:
            client = listener.accept()[0]
            server = socket.create_connection((addr, int(port)), PATIENCE)
            for s in (client, server):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Recording(client, server, f"{args.prefix}.{n}", args.starttls).run()
            print(f"recorded {n}", flush=True)
            n += 1


if __name__ == "__main__":
    sys.exit(main())
