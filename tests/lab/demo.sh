#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/lab/demo.sh: smtpdane against a miniature internet on this machine's loopback
# addresses.  Nothing is sent elsewhere and no privilege is needed.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/lab/start.sh
PROGRAM=${PROGRAM:-./smtpdane}

echo "Starting the lab: a signed root, TLDs of every algorithm, SMTP servers with TLS."
echo "All keys, signatures and certificates are new."
began=$(date +%s%N)
lab_start || { echo "the lab does not start"; exit 1; }
echo "It took $((($(date +%s%N) - began) / 1000000)) ms."
wrong=0

# show WANTED_STATUS DOMAIN WHAT [RESOLVER_OFFSET]
show() {
	local status
	set -- "$1" "$2" "$3" "127.0.0.1:$((DNS + ${4:-0}))"
	printf '\n==== %s: %s\n' "$2" "$3"
	printf '$ smtpdane -mx -port %s -resolver %s -trust-anchor anchor.ds %s\n' "$SMTP" "$4" "$2"
	"$PROGRAM" -mx -port "$SMTP" -resolver "$4" -trust-anchor "$LAB_DIR/anchor.ds" "$2"
	status=$?
	if [ $status = "$1" ]; then
		echo "exit status $status, as it should be"
	else
		echo "exit status $status, BUT IT SHOULD BE $1"
		wrong=$((wrong + 1))
	fi
}

show 0 good-ee.ed "all is well: Ed25519 zone, DANE-EE"
show 0 good-ta-rsa.rsa "all is well: RSA zone, DANE-TA with an RSA authority"
show 0 good-optout.optout "all is well: signed under a TLD with NSEC3 opt-out"
show 1 wrong-tlsa.ed "the certificate was renewed, the TLSA record was not"
show 1 ta-expired.ed "the certificate has expired, under DANE-TA"
show 1 tlsa-sig-expired.ed "the zone's signatures have run out"
show 1 unsigned.ed "the domain is not signed"
show 1 no-starttls.ed "the server offers no STARTTLS (or someone on the path removed it)"
show 1 good-ee.ed "a lying resolver: forged MX, A and TLSA records, with AD set" 2

echo
if [ $wrong = 0 ]; then
	echo "demo: every exit status is as it should be"
else
	echo "demo: $wrong exit statuses are wrong"
fi
[ $wrong = 0 ]
