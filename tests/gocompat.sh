#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/gocompat.sh: for each scenario of the lab and each option of the Go program, the exit status that its
# manual gives: 0 when all is well, 1 for warnings and errors; with -nagios 0, 1, 2, and 3 for wrong usage.
# An option that only changes what is shown changes no verdict.  Prints result lines.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lab/start.sh
lab_start || { echo "not ok gocompat: the lab does not start"; exit 1; }
T=$(mktemp -d)
trap 'lab_stop; rm -rf "$T"' EXIT

# scenario: status, status with -nagios; of them -expect-ocsp makes an error of no server of the lab's having it
cat >"$T/scenarios" <<-'S'
	good-ee.ed 0 0
	good-ta-rsa.rsa 0 0
	wrong-tlsa.ed 1 2
	ta-expired.ed 1 2
	tlsa-sig-expired.ed 1 2
	unsigned.ed 1 2
	no-starttls.ed 1 2
	null-mx.ed 1 2
	no-such-domain.ed 1 2
S
# options that a user of the Go program may give with any of them, their arguments after a colon
SHOWN="-terse -quiet -q -nocolor -nocertnames -show-cert-info -showcerts -debug -debug-fast"
OTHERS="-aka:other.example -helo:probe.example -connect-timeout:10s -expiration-warning:24h -4 -mx=true"

go_() { # the status in $status
	timeout 120 ./smtpdane -resolver "127.0.0.1:$DNS" -trust-anchor "$LAB_DIR/anchor.ds" "$@" \
	    >"$T/out" 2>"$T/err"
	status=$?
}
is() { # NAME WANTED
	if [ $status = "$2" ]; then echo "ok gocompat: $1"
	else echo "not ok gocompat: $1: status $status, not $2: $(head -c 200 "$T/out" "$T/err" | tr '\n' ' ')"; fi
}

while read -r domain plain nagios; do
	for o in "" $SHOWN $OTHERS; do
		arg=${o#*:}; [ "$arg" != "$o" ] || arg=
		go_ -port "$SMTP" -mx ${o:+"${o%%:*}"} ${arg:+"$arg"} "$domain"; is "$domain ${o:-plain}" "$plain"
	done
	[ "$plain" != 0 ] || { go_ -p "$SMTP" -mx -quiet "$domain"; ! grep -q . "$T/out"; r=$?; status=$r; is "$domain -quiet is silent" 0; }
	go_ -port "$SMTP" -mx -nagios "$domain"; is "$domain -nagios" "$nagios"
	go_ -port "$SMTP" -mx -expect-ocsp "$domain"; is "$domain -expect-ocsp" 1
	go_ -port "$SMTP" -mx -nagios -expect-ocsp "$domain"; is "$domain -nagios -expect-ocsp" 2
done <"$T/scenarios"

# hosts, ports in each notation, TLS at once
go_ -port "$SMTP" mx.good-ee.ed; is "a host, -port" 0
go_ "mx.good-ee.ed:$SMTP"; is "host:port" 0
go_ -p "$(printf '0x%x' "$SMTP")" mx.good-ee.ed; is "a hexadecimal port" 0
go_ -p "$(printf '0%o' "$SMTP")" mx.good-ee.ed; is "an octal port" 0
go_ -p "no-such-service($SMTP)" mx.good-ee.ed; is "a service with a number to fall back on" 0
go_ -port "$SMTP" --mx good-ee.ed; is "two dashes" 0
go_ -port="$SMTP" -mx good-ee.ed; is "= before the value" 0
go_ -port "$SMTP" -mx good-ee.ed good-ta-rsa.rsa; is "two domains, both well" 0
go_ -port "$SMTP" -mx good-ee.ed wrong-tlsa.ed; is "two domains, one well" 1
go_ -port "$SMTP" -mx -expiration-warning 9000h good-ee.ed; is "a certificate about to expire" 1
go_ -port "$SMTP" -mx -nagios -expiration-warning 9000h good-ee.ed; is "the same for Nagios" 1

# a port given with the domain counts instead of that of the records: SRV records of the lab have $SMTP for
# submission and $SMTPS for submissions; what was reached is what -json tells of it
reaches() { # NAME STATUS PORT ADDRESS_VERDICT OPTION...
	local name=$1 want=$2 port=$3 verdict=$4; shift 4
	go_ -json "$@"; is "$name" "$want"
	grep -qE "\"port\":$port,.*\"address\":\"127[0-9.]*\",\"verdict\":\"$verdict\"" "$T/out" &&
	    ! grep -qE "\"name\":\"mx[^\"]*\",\"port\":($SMTP|$SMTPS|25|465|587)" <(sed "s/\"port\":$port//" "$T/out"); status=$?
	is "$name: port $port, and no other" 0
}
reaches "-submission" 0 "$SMTP" ok -submission good-ee.ed
reaches "-submission, another port" 0 "$SMTPS" ok -tls-on-connect -submission "good-ee.ed:$SMTPS"
reaches "-submissions" 0 "$SMTPS" ok -submissions good-ee.ed
reaches "-submissions, another port" 1 "$SMTP" fail -submissions "good-ee.ed:$SMTP"
grep -q '"code":"smtp-plain-at-once"' "$T/out"; status=$?; is "-submissions, another port: STARTTLS is spoken there" 0
reaches "-srv" 0 "$SMTP" ok -srv submission good-ee.ed
reaches "-srv, another port" 0 "$SMTPS" ok -tls-on-connect -srv submission "good-ee.ed:$SMTPS"
reaches "-mx, a port with the domain before -port" 0 "$SMTPS" ok -tls-on-connect -port "$SMTP" -mx "good-ee.ed:$SMTPS"
reaches "-port is not for SRV records" 0 "$SMTP" ok -port "$SMTPS" -submission good-ee.ed

# usage
for pair in "-mx -submission" "-mx -submissions" "-submission -submissions" "-mx -srv=x" "-submission -srv=x" "-4 -6"; do
	# shellcheck disable=SC2086
	{ go_ $pair good-ee.ed; is "$pair conflict" 1; go_ -nagios $pair good-ee.ed; is "$pair conflict, -nagios" 3; }
done
go_; is "no target" 1
go_ -nagios; is "no target, -nagios" 3
go_ -port 70000 mx.good-ee.ed; is "a bad port" 1
go_ -nagios -port 70000 mx.good-ee.ed; is "a bad port, -nagios" 3
go_ -version; is "-version" 0
go_ -nagios -version; is "-version, -nagios" 3
go_ -help; is "-help" 0
