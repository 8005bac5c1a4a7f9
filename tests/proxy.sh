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
for code in 3 8; do # network unreachable, address type not supported
	proxy no6 $code
	probe 0 "socks5://127.0.0.1:$PORT" ipv6-too.ed && grep -q "CONNECT 2001:db8::1" "$LOG" && grep -q \
	    '"2001:db8::1","verdict":"skipped","note":"not probed: no IPv6 beyond the proxy"' "$T/out"
	check "a proxy without IPv6, reply $code"
	probe 1 "socks5://127.0.0.1:$PORT" -6 ipv6-too.ed && grep -q '"code":"local-proxy".*and -6 was given' "$T/out"
	check "a proxy without IPv6, reply $code, and that is all there is to reach"
done
proxy no6 4
probe 1 "socks5://127.0.0.1:$PORT" ipv6-too.ed && grep -q '"code":"connect-failed"' "$T/out"
check "one dead IPv6 address is the target's"
proxy reply 3
probe 1 "socks5://127.0.0.1:$PORT" good-ee.ed && grep -q '"code":"connect-failed"' "$T/out"
check "an unreachable network of IPv4 is the target's"
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

# ---- by name ----------------------------------------------------------------------------------

# at NAME: its address in the lab, proven or not
at() {
	./dnsvouch -json -resolver "127.0.0.1:$DNS" -trust-anchor "$LAB_DIR/anchor.ds" "$1" A |
	    sed -n 's/.*"type":"A","data":"\([0-9.]*\)".*/\1/p'
}
BIND=$(at mx.good-ta.ed) proxy
probe 0 "socks5://mx.good-ta.ed:$PORT" good-ee.ed && grep -q "CONNECT 127.0.0.10 $SMTP" "$LOG"
check "by a name that is proven"
probe 1 "socks5://mx.good-ta.ed:1" good-ee.ed && grep -q 'through the proxy mx.good-ta.ed:1: connection refused' "$T/out"
check "by name, and none there"
BIND=$(at mx.unsigned.ed) proxy
probe 0 "socks5h://mx.unsigned.ed:$PORT" good-ee.ed && grep -q "CONNECT 127.0.0.10 $SMTP" "$LOG"
check "by a name outside DNSSEC: a proxy is a courier"
proxy # a forged address leads to it, were it used
probe 1 "socks5://mx.a-badsig.ed:$PORT" good-ee.ed && grep -q '"code":"local-proxy"' "$T/out" &&
    grep -q 'its A records are bogus and not used: ' "$T/out" && ! grep -q . "$LOG"
check "by a name that is bogus"
probe 1 "socks5://mx.no-such.ed:$PORT" good-ee.ed && grep -q '"code":"local-proxy".*there is no such name, neither in' "$T/out"
check "by a name that does not exist"
probe 3 "socks5://mx.no-such.ed:$PORT" -nagios -json=false good-ee.ed && grep -q '^SMTPDANE UNKNOWN' "$T/out"
check "for Nagios a name that does not exist is UNKNOWN"
probe 1 "socks5://no-such-proxy.invalid:$PORT" -t 3 -resolver 127.0.0.1:9 good-ee.ed && grep -q '"code":"local-' "$T/out"
check "by name, and no DNS"
probe 1 "socks5://mx.good-ta.ed:$PORT" -proxy-dns good-ee.ed && [ ! -s "$T/out" ] &&
    grep -q 'proxy-dns: /etc/hosts has no address of mx.good-ta.ed' "$T/err"
check "-proxy-dns: the name cannot be asked for through the proxy itself"
printf '127.0.0.1 localhost\n127.0.0.1 gate.test Gate # of the tests\n' >"$T/hosts"
if unshare -rm mount --bind "$T/hosts" /etc/hosts 2>/dev/null; then
	probe_hosts() { # WANTED_STATUS URL OPTION...: as probe
		local want=$1 url=$2; shift 2
		timeout 60 unshare -rm sh -c 'mount --bind "$0" /etc/hosts && exec ./smtpdane "$@"' "$T/hosts" -mx -json \
		    -port "$SMTP" -resolver "127.0.0.1:$DNS" -trust-anchor "$LAB_DIR/anchor.ds" -proxy-tcp "$url" "$@" \
		    >"$T/out" 2>"$T/err"
		status=$?
		[ $status = "$want" ]
	}
	probe_hosts 0 "socks5://gate:$PORT" good-ee.ed && grep -q "CONNECT 127.0.0.10 $SMTP" "$LOG"
	check "by a name in /etc/hosts"
	probe_hosts 0 "socks5://Gate.Test.:$PORT" -proxy-dns good-ee.ed && grep -q "CONNECT 127.0.0.1 $DNS" "$LOG"
	check "-proxy-dns: by a name in /etc/hosts"
	probe_hosts 1 "socks5://gat:$PORT" -proxy-dns good-ee.ed && grep -q 'no address of gat,' "$T/err"
	check "-proxy-dns: by a name that is not"
else
	echo "skip proxy: unshare -rm is needed for a /etc/hosts of its own"
fi
