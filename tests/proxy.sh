#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/proxy.sh: smtpdane through a SOCKS5 proxy, the SMTP connections alone and the DNS queries too;
# the proxy's faults told from those of the target.  Prints result lines.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lab/start.sh
lab_start || { echo "not ok proxy: the lab does not start"; exit 1; }
T=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null; lab_stop; rm -rf "$T"' EXIT

# proxy ARGUMENT...: one more, its port in $PORT and what it was asked for in $LOG
n=0
proxy() {
	local i
	n=$((n + 1)) LOG=$T/log.$n
	python3 tests/lab/socks5.py "$@" >"$T/port.$n" 2>"$LOG" &
	pids="$pids $!"
	for i in $(seq 100); do
		PORT=$(cat "$T/port.$n")
		[ -n "$PORT" ] && return
		sleep 0.1
	done
	echo "not ok proxy: $* does not start"
}

# probe WANTED_STATUS URL OPTION...
probe() {
	local want=$1 url=$2; shift 2
	timeout 60 ./smtpdane -mx -json -port "$SMTP" -resolver "127.0.0.1:$DNS" -trust-anchor \
	    "$LAB_DIR/anchor.ds" -proxy-tcp "$url" "$@" >"$T/out" 2>"$T/err"
	status=$?
	[ $status = "$want" ]
}

check() { # NAME: of the commands before
	if [ $? = 0 ]; then echo "ok proxy: $1"; else
		echo "not ok proxy: $1: status $status: $(head -c 400 "$T/out" "$T/err" | tr '\n' ' ')"; fi
}

proxy
probe 0 "socks5://127.0.0.1:$PORT" good-ee.ed && grep -q "CONNECT 127.0.0.10 $SMTP" "$LOG" &&
    [ "$(wc -l <"$LOG")" = 1 ]
check "SMTP through it, DNS beside it"
probe 0 "socks5h://localhost:$PORT/" -proxy-dns good-ee.ed && grep -q "CONNECT 127.0.0.1 $DNS" "$LOG"
check "DNS through it too"
probe 1 "socks5://127.0.0.1:$PORT" wrong-tlsa.ed && grep -q '"code":"tlsa-mismatch"' "$T/out"
check "a fault of the target is its own"
probe 1 "socks5://127.0.0.1:$PORT" -proxy-dns unsigned.ed && grep -q '"code":"mx-insecure"' "$T/out"
check "DNSSEC is judged as ever"
proxy slow
probe 0 "socks5://127.0.0.1:$PORT" good-ee.ed
check "one octet at a time"
proxy me 'p:w@x'
probe 0 "socks5://me:p%3aw%40x@127.0.0.1:$PORT" good-ee.ed
check "user and password"
probe 1 "socks5://me:wrong@127.0.0.1:$PORT" good-ee.ed && grep -q '"code":"local-proxy"' "$T/out" &&
    grep -q 'does not accept the user' "$T/out" && ! grep -q wrong "$T/out" "$T/err"
check "a wrong password, which is not shown"
probe 1 "socks5://127.0.0.1:$PORT" good-ee.ed && grep -q 'none were given' "$T/out"
check "none given where one is wanted"
proxy reply 5
probe 1 "socks5://127.0.0.1:$PORT" good-ee.ed && grep -q '"code":"connect-failed"' "$T/out" &&
    grep -q 'connection refused, says the proxy' "$T/out"
check "the target refuses"
proxy reply 2
probe 1 "socks5://127.0.0.1:$PORT" good-ee.ed && grep -q '"code":"local-proxy"' "$T/out"
check "the proxy's rules refuse"
probe 3 "socks5://127.0.0.1:$PORT" -nagios -json=false good-ee.ed && grep -q '^SMTPDANE UNKNOWN' "$T/out"
check "for Nagios that is UNKNOWN"
proxy http
probe 1 "socks5://127.0.0.1:$PORT" good-ee.ed && grep -q 'does not speak SOCKS5' "$T/out"
check "not SOCKS at all"
proxy silent
probe 1 "socks5://127.0.0.1:$PORT" -connect-timeout 500ms good-ee.ed && grep -q 'local-proxy' "$T/out"
check "a silent proxy"
proxy half
probe 1 "socks5://127.0.0.1:$PORT" -connect-timeout 500ms good-ee.ed && grep -q 'local-proxy' "$T/out"
check "it stops amid its reply"
probe 1 "socks5://127.0.0.1:1" good-ee.ed && grep -q '"code":"local-proxy"' "$T/out"
check "none there"
probe 1 "socks5://127.0.0.1:1" -proxy-dns good-ee.ed && grep -q 'the proxy cannot be reached' "$T/out"
check "none there for the DNS either"
probe 1 "http://127.0.0.1:1" good-ee.ed && grep -q -- '-proxy-tcp: socks5://' "$T/err"
check "another kind of proxy"
probe 1 "" -proxy-dns good-ee.ed
check "an empty URL"
