#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/formats.sh: each output form of smtpdane over the same lab, read by what is to read it: JSON by jq
# and by the schema that ships with it, Prometheus' by promtool, PEM by OpenSSL, performance data by the guidelines'
# grammar; and the options that change what is shown.  Prints result lines.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lab/start.sh
lab_start || { echo "not ok formats: the lab does not start"; exit 1; }
T=$(mktemp -d)
trap 'lab_stop; rm -rf "$T"' EXIT
TARGETS="good-ee.ed good-ta-rsa.rsa wrong-tlsa.ed unsigned.ed no-starttls.ed tlsa-sig-expired.ed null-mx.ed"

# probe OPTION... : its status in $status
probe() {
	timeout 120 ./smtpdane -resolver "127.0.0.1:$DNS" -trust-anchor "$LAB_DIR/anchor.ds" -port "$SMTP" \
	    "$@" >"$T/out" 2>"$T/err"
	status=$?
}

check() { # NAME: of the commands before
	if [ $? = 0 ]; then echo "ok formats: $1"
	else echo "not ok formats: $1: status $status: $(head -c 300 "$T/out" "$T/err" | tr '\n' ' ')"; fi
}

# ---- JSON ------------------------------------------------------------------------------------

py=
for p in python3 /usr/bin/python3; do
	[ -n "$py" ] || ! $p -c 'import jsonschema' 2>/dev/null || py=$p
done
# schema LINES: as many objects, each as the schema has it
schema() {
	"$py" - "$1" "$T/out" <<-'P'
		import json, sys, jsonschema
		with open("contrib/smtpdane.schema.json") as f:
		    v = jsonschema.Draft202012Validator(json.load(f))
		with open(sys.argv[2]) as f:
		    lines = f.read().splitlines()
		if len(lines) != int(sys.argv[1]):
		    sys.exit("%d lines" % len(lines))
		for line in lines:
		    for e in v.iter_errors(json.loads(line)):
		        sys.exit("%s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:300]))
	P
}
if [ -z "$py" ]; then echo "skip formats: there is no python3 with jsonschema"; else
	# shellcheck disable=SC2086
	{
	probe -json -mx $TARGETS; [ $status = 1 ] && schema 7 2>>"$T/err"
	check "JSON by its schema"
	probe -json -explain -mx $TARGETS; schema 7 2>>"$T/err" && grep -q '"chain":\[{' "$T/out"
	check "JSON with the proof trail"
	}
	probe -json -t 1 -mx silent.ed; schema 1 2>>"$T/err" && grep -q '"code":"local-timeout"' "$T/out"
	check "JSON of what was not done in time"
	# shellcheck disable=SC2086
	probe -json -all-certs -expect-ocsp -mx $TARGETS; [ $status = 1 ] && schema 7 2>>"$T/err" &&
	    grep -q '"code":"ocsp-missing"' "$T/out" && grep -q '"algorithm":"RSA","verdict":"skipped","note":"not shown' "$T/out"
	check "JSON with -all-certs and -expect-ocsp"
	probe -json mx.good-ee.ed mx.alias.ed; schema 2 2>>"$T/err"
	check "JSON of hosts"
	probe -showcerts mx.good-ta-rsa.rsa; cp "$T/out" "$T/chain.pem"
	probe -json -check-chain "$T/chain.pem" mx.good-ta-rsa.rsa
	[ $status = 0 ] && schema 1 2>>"$T/err" && grep -q '"match":{"usage":2' "$T/out"
	check "JSON of -check-chain, with what -showcerts printed"
	if openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -out "$T/odd.pem" -days 9 \
	    -subj /CN=odd -addext 'subjectAltName=DNS:evil mx.example.org,DNS:b.example' 2>"$T/err"; then
		probe -json -tlsa '3 1 1 ab' -check-chain "$T/odd.pem" mx.example.org
		schema 1 2>>"$T/err" && grep -qF '"names":["evil\\x20mx.example.org","b.example"]' "$T/out"
		check "a name with a blank in it is one name"
	fi
	probe -json -check-chain /dev/null mx.good-ta-rsa.rsa; schema 1 2>>"$T/err"
	check "JSON of a chain that is none"
	sed 's/"verdict":"/&x/' "$T/out" >"$T/bad"; mv "$T/bad" "$T/out"; ! schema 1 2>/dev/null
	check "the schema refuses what it does not know"
fi

if ! command -v jq >/dev/null; then echo "skip formats: there is no jq"; else
	# shellcheck disable=SC2086
	probe -json -explain -mx $TARGETS
	[ "$(jq -s length "$T/out")" = 7 ] && [ "$(jq -r .target "$T/out" | tr '\n' ' ')" = "$TARGETS " ]
	check "jq: an object a line, in order"
	[ "$(jq -r 'select(.verdict == "ok").target' "$T/out" | tr '\n' ' ')" = "good-ee.ed good-ta-rsa.rsa " ]
	check "jq: which targets are well"
	jq -r '.target as $t | (.problems + [.hosts[].addresses[].problems[]])[] | [$t, .severity, .code, .text] | @tsv' \
	    "$T/out" >"$T/table" && grep -q '^wrong-tlsa.ed.fail.tlsa-mismatch.' "$T/table" && grep -q '^null-mx.ed.fail.null-mx.' "$T/table"
	check "jq: every problem as a table"
	[ "$(jq -r '.hosts[].addresses[].certificates[0] // empty | .not_after | fromdateiso8601 > now' "$T/out" | sort -u)" = true ]
	check "jq: dates are dates"
	jq -e -s 'all(.[]; .timing.total >= 0 and (.hosts[].lookups[] | .chain | length > 0)) ' "$T/out" >/dev/null
	check "jq: times are numbers, and each look-up has its proof"
fi

# ---- Prometheus ------------------------------------------------------------------------------

# shellcheck disable=SC2086
probe -prometheus -mx $TARGETS good-ee.ed
[ $status = 1 ] && grep -q '^smtpdane_target_verdict{target="good-ee.ed",mode="mx",target_port="[0-9]*"} 0$' "$T/out" &&
    grep -q '^smtpdane_problem_info{target="wrong-tlsa.ed".*code="tlsa-mismatch"} 1$' "$T/out" &&
    [ "$(grep -c '^smtpdane_target_verdict' "$T/out")" = 7 ] # a target given twice is there once
check "Prometheus: verdicts and problems"
if command -v promtool >/dev/null; then
	promtool check metrics <"$T/out" >>"$T/err" 2>&1 && ! grep -q . "$T/err"
	check "Prometheus: promtool finds nothing to say"
else echo "skip formats: there is no promtool"; fi
[ "$(grep -v '^#' "$T/out" | sed 's/ [^ ]*$//' | sort | uniq -d | wc -l)" = 0 ]
check "Prometheus: no sample twice"

probe -prometheus -all-certs -mx good-ee.ed good-addrs.ed
[ $status = 0 ] && [ "$(grep -v '^#' "$T/out" | sed 's/ [^ ]*$//' | sort | uniq -d | wc -l)" = 0 ] &&
    grep -q '^smtpdane_address_verdict{.*address="[0-9.]*",algorithm="ECDSA"} 0$' "$T/out" &&
    grep -q '^smtpdane_target_addresses_ok{target="good-addrs.ed",.*} 2$' "$T/out" &&
    grep -q '^smtpdane_ocsp_info{.*,status="none"} 1$' "$T/out" &&
    { ! command -v promtool >/dev/null || { promtool check metrics <"$T/out" >>"$T/err" 2>&1 && ! grep -q . "$T/err"; }; }
check "Prometheus: -all-certs: no sample twice, addresses are counted once"
probe -prometheus -mx a-badsig.ed
grep -q '^smtpdane_dnssec_info{.*rrset="a",state="bogus"} 1$' "$T/out" && grep -q 'rrset="aaaa",state="secure"} 1$' "$T/out" &&
    ! grep -q 'rrset="tlsa"' "$T/out" # it was asked ahead, and the addresses do not call for it
check "Prometheus: what DNSSEC says of each RRset that counts"
probe -prometheus -submission good-ee.ed "good-ee.ed:$SMTP"
[ "$(grep -c '^smtpdane_target_verdict{target="good-ee.ed",mode="submission",target_port="' "$T/out")" = 2 ] &&
    grep -q '^smtpdane_target_verdict{.*target_port=""}' "$T/out"
check "Prometheus: the port of SRV records is not that of the command line"

# ---- Nagios ----------------------------------------------------------------------------------

number='-?[0-9]+(\.[0-9]+)?'
datum="'[^'|=]+'=$number(s|%|B|c)?(;[0-9:@~.]*){0,4}"
# perf: the first line as the guidelines have it
perf() {
	head -n 1 "$T/out" | grep -qE "^SMTPDANE (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+ \|( $datum)+\$" &&
	    [ "$(grep -c '|' "$T/out")" = 1 ]
}
probe -nagios -mx good-ee.ed; [ $status = 0 ] && perf && grep -q "'good-ee.ed addresses ok'=1;;;0" "$T/out" &&
    grep -qE "'good-ee.ed certificate days'=[0-9.]+;7:;;" "$T/out"
check "Nagios: performance data"
probe -nagios -all-certs -expect-ocsp -mx good-addrs.ed
[ $status = 2 ] && perf && grep -q "'good-addrs.ed addresses'=2;;;0 'good-addrs.ed addresses ok'=0;;;0" "$T/out" &&
    head -n 1 "$T/out" | grep -q 'CRITICAL.*(ECDSA): the server staples no OCSP response'
check "Nagios: -all-certs counts addresses, and -expect-ocsp is in the first line"
# shellcheck disable=SC2086
probe -nagios -signature-warning 240h -mx $TARGETS; [ $status = 2 ] && perf && grep -qE "signature hours'=[0-9.]+;240:;;" "$T/out"
check "Nagios: of many targets, with a threshold"
probe -nagios -t 1 -mx silent.ed; [ $status = 3 ] && perf
check "Nagios: -t is the whole plug-in's time, and over it all is UNKNOWN"
probe -nagios -t 1x -mx silent.ed; [ $status = 3 ]
check "Nagios: a bad -t"
probe -nagios -quiet -mx good-ee.ed; [ $status = 0 ] && perf && [ "$(wc -l <"$T/out")" = 1 ]
check "Nagios: -quiet does not take performance data away"
probe -nagios mx.good-ee.ed "mx.good-ee.ed:$SMTP" mx.good-ee.ed; perf && grep -q "'mx.good-ee.ed:$SMTP hosts'=1" "$T/out" &&
    [ "$(grep -o "'[^']*'=" "$T/out" | sort | uniq -d | wc -l)" = 0 ]
check "Nagios: no label twice"
probe -nagios -no-such-option; [ $status = 3 ] && [ ! -s "$T/err" ] && grep -q '^SMTPDANE UNKNOWN' "$T/out"
check "Nagios: wrong usage is told on standard output alone"
probe -nagios -version; [ $status = 3 ] && grep -q '^smtpdane ' "$T/out"
check "Nagios: -version checks nothing, so it is not OK"
queries() { sed -n 's/^dns queries=\([0-9]*\) .*/\1/p' "$T/err"; }
late="silent.ed silent.ed silent.ed silent.ed silent.ed silent.ed silent.ed silent.ed" # as many as are begun at once
# shellcheck disable=SC2086
{
probe -debug -t 1 -json -mx $late; n=$(queries)
probe -debug -t 1 -json -mx $late good-ee.ed good-ta.ed; [ -n "$n" ] && [ "$(queries)" = "$n" ] && [ "$(grep -c local-timeout "$T/out")" = 10 ]
}
check "-t: what was not begun by then asks nobody"

probe -json -quiet -mx good-ee.ed; [ $status = 0 ] && [ ! -s "$T/out" ]
check "-quiet -json: nothing of what is well"
probe -json -q -mx good-ee.ed wrong-tlsa.ed; [ $status = 1 ] && [ "$(wc -l <"$T/out")" = 1 ] && grep -q '^{"target":"wrong-tlsa.ed"' "$T/out"
check "-quiet -json: all of what is not"
probe -prometheus -q -mx good-ee.ed; [ $status = 0 ] && grep -q '^smtpdane_target_verdict' "$T/out"
check "-quiet -prometheus: the metrics all the same"

# ---- text --------------------------------------------------------------------------------------

probe -show-cert-info -mx good-ta-rsa.rsa
[ $status = 0 ] && grep -q '^ *path, certificate 1: CN=' "$T/out" && [ "$(grep -c '^ *serial:  *[0-9a-f]*$' "$T/out")" = 2 ] &&
    grep -q '^ *signed with: [a-zA-Z0-9-]*$' "$T/out" && grep -q '^ *key:  *RSA 2048 bits$' "$T/out"
check "-show-cert-info"
n=$(grep -c '^-----BEGIN CERTIFICATE-----$' "$T/chain.pem" 2>/dev/null)
[ "${n:-0}" = 2 ] && grep -q '^# CN=mx.good-ta-rsa.rsa$' "$T/chain.pem" &&
    openssl x509 -in "$T/chain.pem" -noout -subject >"$T/out" 2>&1
check "-showcerts: PEM, headed by the subject"
probe -expect-ocsp -mx good-ta-rsa.rsa; [ $status = 1 ] && grep -q 'FAIL ocsp-missing: .*turn on OCSP stapling' "$T/out" &&
    grep -q '^ *OCSP: nothing stapled$' "$T/out"
check "-expect-ocsp"
probe -all-certs -q -mx good-ee.ed; [ $status = 0 ] && ! grep -q . "$T/out"
check "-all-certs -quiet: what is not shown is no problem"
probe -all-certs -terse -mx good-ee.ed; [ $status = 0 ] && [ "$(wc -l <"$T/out")" = 3 ] && [ "$(grep -c '^SKIP ' "$T/out")" = 2 ]
check "-all-certs -terse: one line an algorithm"
probe -signature-warning 9000h -mx good-ee.ed; [ $status = 1 ] && grep -q 'WARNING signature-expiring' "$T/out"
check "-signature-warning: near"
probe -signature-warning 1h -mx good-ee.ed; [ $status = 0 ]
check "-signature-warning: far"
probe -explain -mx tlsa-sig-expired.ed; grep -q '^    TLSA records at .*: DNSSEC bogus' "$T/out" &&
    [ "$(grep -c '^      zone \.: secure' "$T/out")" = 3 ]
check "-explain shows the trail of the TLSA records that are bogus"
probe -explain -mx no-tlsa.ed; grep -q '^    no TLSA records at .*: DNSSEC secure' "$T/out" &&
    grep -q 'TLSA: denied by no-tlsa.ed' "$T/out"
check "-explain shows the trail of the proof that there are none"
probe -t 30 -explain -mx ipv6-too.ed; grep -q 'ipv6-too.ed A: signed by' "$T/out" &&
    grep -q 'ipv6-too.ed AAAA: signed by' "$T/out"
check "-explain shows the trails of both kinds of addresses"
probe -refuse-reserved -mx good-ee.ed; [ $status = 1 ] && grep -q 'address-reserved' "$T/out" && grep -q 'not probed: loopback' "$T/out"
check "-refuse-reserved"
probe -debug-fast -t 20 -mx silent.ed good-ee.ed; [ "$(grep -n -m1 '^good-ee' "$T/out" | cut -d: -f1)" = 1 ]
check "-debug-fast: as they come"
probe -mx wrong-tlsa.ed good-ee.ed; [ "$(grep -n -m1 '^wrong-tlsa' "$T/out" | cut -d: -f1)" = 1 ]
check "else in the order of the command line"
SSL_CERT_FILE=$T/chain.pem SSL_CERT_DIR=/nowhere probe -mx good-ta-rsa.rsa; grep -q ' matched ; Lab Issuer RSA$' "$T/out"
check "TLSA records of the system's store are named"
SSL_CERT_FILE=$T/chain.pem SSL_CERT_DIR=/nowhere probe -nocertnames -mx good-ta-rsa.rsa; ! grep -q ' ; ' "$T/out"
check "-nocertnames"
probe -4 -6 -mx good-ee.ed; [ $status = 1 ] && ! grep -q . "$T/out"
check "-4 with -6 is refused"
probe -mx 'münchen.example'; [ $status = 1 ] && grep -q 'write xn--mnchen-3ya.example' "$T/err"
check "a name beyond ASCII: how to write it"
