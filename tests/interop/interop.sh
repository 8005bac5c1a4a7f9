#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Interoperation with programs that no one here wrote: zones signed by ldns,
# BIND and Knot; served by NSD, BIND and Knot; resolved by an Unbound and a BIND
# that do not validate; mail by Postfix, Exim and OpenSMTPD.  This file only moves the run into
# namespaces of its own (network, mounts, processes), so that the servers have
# their usual ports, touch nothing outside and end with the run; run.py does
# the rest.
#
#   tests/interop/interop.sh              check ./dnsvouch and ./smtpdane
#   tests/interop/interop.sh --reference  check the set-up itself, with unbound-host, delv and openssl
#   NO_SKIP=1                             a missing package is a failure
#   KEEP=DIR                              copy zones, configurations and logs there
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.." || exit 1

cannot() {
	if [ "${NO_SKIP:-0}" = 1 ]; then
		echo "not ok interop: $1"
		exit 1
	fi
	echo "skip interop: $1"
	exit 0
}

command -v python3 >/dev/null || cannot "python3 is missing (package python3)"
command -v unshare >/dev/null || cannot "unshare is missing (package util-linux)"
command -v ip >/dev/null || cannot "ip is missing (package iproute2)"

map=
[ "$(id -u)" = 0 ] || map=-r
for set in "-n -m -p -f --kill-child" "-n -m"; do
	if unshare $map $set true 2>/dev/null; then
		exec unshare $map $set python3 -B "$here/run.py" "$@"
	fi
done
cannot "no namespaces: unshare -n -m is refused here"
