#!/bin/sh
# SPDX-License-Identifier: ISC
# tests/hostile/record.sh: record the handshakes of tests/vectors/flight anew, with OpenSSL's
# s_server on 127.0.0.1.  Needed when the ClientHello changes.
set -eu
cd "$(dirname "$0")/../.."
make build/flight
out=tests/vectors/flight tmp=$(mktemp -d) port=${PORT:-17650}
trap 'rm -rf "$tmp"' EXIT
key() { # NAME, then what openssl req -newkey wants
	name=$1; shift
	openssl req -x509 "$@" -nodes -keyout "$tmp/$name.key" -out "$tmp/$name.pem" \
	    -subj /CN=mx.example.test -days 7000 2>/dev/null
}
record() { # NAME KEY, then options of s_server
	name=$1 key=$2; shift 2
	openssl s_server -accept "127.0.0.1:$port" -cert "$tmp/$key.pem" -key "$tmp/$key.key" \
	    -naccept 1 -quiet "$@" >"$tmp/log" 2>&1 </dev/null & pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.5
		build/flight -record "$port" "$out/$name" && break
	done
	kill $pid 2>/dev/null || true
	wait $pid 2>/dev/null || true
	port=$((port + 1))
}
mkdir -p $out
key rsa -newkey rsa:2048
key ec -newkey ec -pkeyopt ec_paramgen_curve:P-256
key ed -newkey ed25519
key pss -newkey rsa-pss
# a response that the certificate, which is its own issuer, is good
printf 'V\t450101000000Z\t\t%s\tunknown\t/CN=mx.example.test\n' \
    "$(openssl x509 -in "$tmp/rsa.pem" -noout -serial | sed 's/.*=//')" >"$tmp/index"
openssl ocsp -index "$tmp/index" -CA "$tmp/rsa.pem" -rsigner "$tmp/rsa.pem" -rkey "$tmp/rsa.key" \
    -issuer "$tmp/rsa.pem" -cert "$tmp/rsa.pem" -ndays 7000 -respout "$tmp/staple" >/dev/null 2>&1

record rsa12 rsa -tls1_2 -no_ticket -status_file "$tmp/staple"
record ec12 ec -tls1_2 -no_ticket
record pss12 rsa -tls1_2 -no_ticket -sigalgs RSA-PSS+SHA256
record edkey12 ed -tls1_2 -no_ticket
record psskey12 pss -tls1_2 -no_ticket
record rsa13 rsa -tls1_3 -num_tickets 0 -status_file "$tmp/staple"
record ec13 ec -tls1_3 -num_tickets 0
record retry13 ed -tls1_3 -num_tickets 0 -groups P-384
