#!/bin/sh
# SPDX-License-Identifier: ISC
# What `make bench` prints: the CPU time of the costliest answers; rounds, queries, CPU time, memory, size and time to the
# first packet, in the lab, beside delv, unbound-host and drill where installed.
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v python3 >/dev/null || { echo "bench: python3 is missing (package python3)"; exit 1; }
build/worst || echo "bench: a costliest answer is over its budget of 100 ms"
echo
python3 -B tests/bench/bench.py "$@" || exit
echo
exec python3 -B tests/bench/tls.py
