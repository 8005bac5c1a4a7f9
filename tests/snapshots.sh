#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/snapshots.sh [-write]: every output form over the same targets of the lab, with keys, times and ports
# masked, against tests/expect/.  A change of wording shows as a difference to look at; -write takes it.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lab/start.sh
lab_start || { echo "not ok snapshots: the lab does not start"; exit 1; }
T=$(mktemp -d)
trap 'lab_stop; rm -rf "$T"' EXIT
write=${1:-}
TARGETS="good-ee.ed good-ta-rsa.rsa wrong-tlsa.ed ta-expired.ed tlsa-sig-expired.ed unsigned.ed no-starttls.ed null-mx.ed"

mask() { # hex first, ports last: what is left of digits are times, key tags and durations
	sed -E -e 's/\b[0-9a-f]{30,}\b/HEX/g' -e 's/\b[0-9a-f]{16}\.\.\./HEX.../g' \
	    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/TIME/g' -e 's/key tag [0-9]+/key tag N/g' \
	    -e 's/"keytag":[0-9]+/"keytag":N/g' -e 's/"(dns|total|connect|tls)":[0-9]+\.[0-9]+/"\1":S/g' \
	    -e "s/( (days|hours|dns|connect|tls)')=[0-9.]+/\1=S/g" -e 's/(_seconds\{.*\}) [0-9.e+]+$/\1 S/' \
	    -e 's/(_seconds) [0-9.e+]+$/\1 S/' -e 's/version="[^"]*"\} 1/version="VERSION"} 1/' \
	    -e '/^-----BEGIN/,/^-----END/{/^-----/!d}' -e "s/$SMTP/PORT/g" -e "s/:$DNS/:DNS/g"
}

# shot NAME STATUS OPTION...
shot() {
	local name=$1 want=$2 status; shift 2
	# shellcheck disable=SC2086
	./smtpdane -resolver "127.0.0.1:$DNS" -trust-anchor "$LAB_DIR/anchor.ds" -port "$SMTP" -nocertnames "$@" \
	    >"$T/raw" 2>"$T/err"
	status=$?
	mask <"$T/raw" >"$T/$name"
	if [ -n "$write" ]; then cp "$T/$name" "tests/expect/$name"; fi
	if [ $status != "$want" ]; then echo "not ok snapshots: $name: status $status: $(head -c 200 "$T/err")"
	elif diff -u "tests/expect/$name" "$T/$name" >"$T/diff" 2>&1; then echo "ok snapshots: $name"
	else echo "not ok snapshots: $name: $(grep '^[-+][^-+]' "$T/diff" | head -n 6 | cut -c1-300 | tr '\n' '|')"; fi
}

mkdir -p tests/expect
# shellcheck disable=SC2086
{
shot text 1 -mx $TARGETS
shot explain 0 -explain -mx good-ee.ed
shot cert-info 0 -show-cert-info -showcerts -mx good-ta-rsa.rsa
shot all-certs 1 -all-certs -expect-ocsp -mx good-ee-rsa.rsa no-starttls.ed alert-handshake-failure.ed
shot terse 1 -terse -mx $TARGETS
shot quiet 1 -quiet -mx $TARGETS
shot nagios 2 -nagios -mx $TARGETS
shot json 1 -json -mx $TARGETS
shot prometheus 1 -prometheus -mx $TARGETS
./smtpdane -resolver "127.0.0.1:$DNS" -trust-anchor "$LAB_DIR/anchor.ds" -port "$SMTP" -showcerts mx.good-ta-rsa.rsa >"$T/chain.pem"
shot check-chain 0 -check-chain "$T/chain.pem" mx.good-ta-rsa.rsa
shot check-chain-json 1 -json -check-chain "$T/chain.pem" mx.wrong-tlsa.ed
}
