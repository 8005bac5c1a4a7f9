#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/lab/scenarios.sh: every scenario of the lab, the misbehaving forwarders and the ways to
# use the program, each checked for exit status, verdict and problem codes.
# Prints "ok NAME", "not ok NAME: why" or "skip NAME: why"; build/scenarios.table lists what was
# wanted and what came.
# ONLY=PATTERN limits it to the names that match.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/lab/start.sh
PROGRAM=${PROGRAM:-./smtpdane}
TABLE=build/scenarios.table
AT_ONCE=6
RUNNING=0

# What neither status nor code tells; empty when it is right.
detail() { # NAME TEXT
	local alert=${1#lab/alert-}
	alert=${alert%.*}
	case $1 in
	lab/alert-*)
		[[ $2 == *"the server ended TLS with the alert ${alert//-/_}: "* ]] ||
		    echo "the alert is not named" ;;
	lab/tls-ehlo-* | lab/tls-closes.*)
		[[ $2 == *'"match":{"usage":3,'* ]] || echo "the match is not shown" ;;
	esac
}

# What a domain that is well must look like: status 0, every verdict ok, no problem at all.
# Otherwise: the status, a verdict that is not ok, the code among those of the problems.
judge() { # NAME WANTED_STATUS WANTED_CODES(regex) STATUS OUTPUT_FILE
	local text rest why verdicts=" " codes=" " code_re='"code": *"([^"]*)"(.*)'
	local verdict_re='"verdict": *"([a-z]+)"(.*)'
	text=$(<"$5")
	rest=$text
	while [[ $rest =~ $verdict_re ]]; do
		verdicts="$verdicts${BASH_REMATCH[1]} "
		rest=${BASH_REMATCH[2]}
	done
	rest=$text
	while [[ $rest =~ $code_re ]]; do
		codes="$codes${BASH_REMATCH[1]} "
		rest=${BASH_REMATCH[2]}
	done
	printf '%-36s %s %-36s %s%s%s\n' "$1" "$2" "$3" "$4" "$verdicts" "$codes" >>"$TABLE"
	why=$(detail "$1" "$text")
	if [ "$4" != "$2" ]; then
		echo "not ok $1: exit status $4, wanted $2 (verdicts:$verdicts codes:$codes)"
	elif [ "$2" = 0 ] && ! [[ $verdicts =~ ^\ (ok\ )+$ ]]; then
		echo "not ok $1: verdicts:$verdicts"
	elif [ "$2" = 0 ] && [ "$codes" != " " ]; then
		echo "not ok $1: ok, but with problems:$codes"
	elif [ "$2" != 0 ] && ! [[ $verdicts =~ \ (fail|warning)\  ]]; then
		echo "not ok $1: verdicts:$verdicts"
	elif [ "$2" != 0 ] && ! [[ $codes =~ \ ($3)\  ]]; then
		echo "not ok $1: codes:$codes wanted: $3"
	elif [ -n "$why" ]; then
		echo "not ok $1: $why"
	else
		echo "ok $1"
	fi
}

# run NAME STATUS CODES RESOLVER ARGUMENT... : in the background, AT_ONCE of them.
run() {
	local name=$1 want=$2 codes=$3 resolver=$4
	shift 4
	[[ $name =~ ${ONLY:-.} ]] || return 0
	run_now "$name" "$want" "$codes" "$resolver" "$@" &
	RUNNING=$((RUNNING + 1))
	while [ $RUNNING -gt $AT_ONCE ]; do
		wait -n
		RUNNING=$((RUNNING - 1))
	done
}

run_now() {
	local name=$1 want=$2 codes=$3 resolver=$4 out
	shift 4
	out="$LAB_DIR/out.${name//\//_}"
	timeout 150 "$PROGRAM" -json -trust-anchor "$LAB_DIR/anchor.ds" \
	    $resolver "$@" >"$out" 2>"$out.err" </dev/null
	judge "$name" "$want" "$codes" $? "$out"
}

at() { # the -resolver option for the forwarder with this offset, or several
	local list=
	for o in "$@"; do
		list="$list${list:+,}127.0.0.1:$((DNS + o))"
	done
	echo "-resolver=$list"
}

# Plain output and -terse: the same status as with -json.
text_check() { # NAME STATUS RESOLVER ARGUMENT...
	local name=$1 want=$2 resolver=$3 status
	shift 3
	[[ $name =~ ${ONLY:-.} ]] || return 0
	"$PROGRAM" -trust-anchor "$LAB_DIR/anchor.ds" "$resolver" "$@" >"$LAB_DIR/text" 2>&1
	status=$?
	if [ $status = "$want" ]; then
		echo "ok $name"
	else
		echo "not ok $name: exit status $status, wanted $want: $(tail -n 1 "$LAB_DIR/text")"
	fi
}

SLOW='^(silent|stall|good-late|good-quit-silent)\.'
slow() { # those that wait for a timeout are begun first
	"$LAB" -list | grep -E "$SLOW"
}
quick() {
	"$LAB" -list | grep -vE "$SLOW"
}

table() {
	while read -r domain status code _; do
		run "lab/$domain" "$status" "$code" "$(at 0)" -mx -port "$SMTP" "$domain"
	done
}

forwarders() {
	local m="-mx -port $SMTP" lost='mx-lookup-failed|mx-bogus' none='mx-lookup-failed|local-.*'
	run lab/forwarder-strips 1 "$lost" "$(at 1)" $m good-ee.ed
	run lab/forwarder-strips-nsec3 1 "$lost" "$(at 1)" $m good-nsec3.p256
	run lab/forwarder-strips-unsigned 1 "$lost|mx-insecure" "$(at 1)" $m unsigned.ed
	run lab/forwarder-lies 1 "$lost" "$(at 2)" $m good-ee.ed
	run lab/forwarder-lies-host 1 'tlsa-bogus|address-bogus|address-lookup-failed' "$(at 2)" \
	    -port "$SMTP" mx.good-ee.ed
	run lab/forwarder-lies-no-tlsa 1 'tlsa-bogus|address-bogus|address-lookup-failed' "$(at 2)" \
	    -port "$SMTP" mx.no-tlsa.ed
	run lab/forwarder-lies-nxdomain 1 'tlsa-bogus|address-bogus|address-lookup-failed|no-such-.*' "$(at 2)" \
	    -port "$SMTP" mx.no-such.ed
	run lab/forwarder-lies-unsigned 1 'mx-insecure|mx-bogus' "$(at 2)" $m unsigned.ed
	run lab/forwarder-silent 1 "$none" "$(at 3)" $m good-ee.ed
	run lab/forwarder-servfail 1 "$none" "$(at 4)" $m good-ee.ed
	run lab/forwarder-refused 1 "$none" "$(at 5)" $m good-ee.ed
	run lab/forwarder-spoofed 0 ok "$(at 6)" $m good-ee.ed
	run lab/forwarder-spoofed-wrong-tlsa 1 tlsa-mismatch "$(at 6)" $m wrong-tlsa.ed
	run lab/forwarder-garbage 1 "$none|mx-bogus" "$(at 7)" $m good-ee.ed
	run lab/forwarder-closed 1 "$none" "$(at 9)" $m good-ee.ed
	run lab/forwarders-silent-good 0 ok "$(at 3 0)" $m good-ee.ed
	run lab/forwarders-servfail-good 0 ok "$(at 4 0)" $m good-ee.ed
	run lab/forwarders-refused-good 0 ok "$(at 5 0)" $m good-ee.ed
	run lab/forwarders-strips-good 0 ok "$(at 1 0)" $m good-ee.ed
	run lab/forwarders-garbage-good 0 ok "$(at 7 0)" $m good-ee.ed
}

ways() {
	local now
	now=$(date +%s)
	run lab/host 0 ok "$(at 0)" "mx.good-ee.ed:$SMTP"
	run lab/host-wrong-tlsa 1 tlsa-mismatch "$(at 0)" "mx.wrong-tlsa.ed:$SMTP"
	run lab/tls-on-connect 0 ok "$(at 0)" -mx -tls-on-connect -port "$SMTPS" good-ta.ed
	run lab/tls-on-connect-wrong 1 tlsa-mismatch "$(at 0)" -mx -tls-on-connect -port "$SMTPS" \
	    wrong-tlsa.ed
	run lab/starttls-on-tls-port 1 smtp-tls-at-once "$(at 0)" -mx -port "$SMTPS" rejects.ed
	run lab/tls-on-starttls-port 1 'tls-handshake|smtp-plain-at-once' "$(at 0)" \
	    -mx -tls-on-connect -port "$SMTP" good-ee.ed
	run lab/name-by-aka 0 ok "$(at 0)" -mx -port "$SMTP" -aka somebody.else.example ta-name.ed
	run lab/at-later 1 'mx-bogus|mx-lookup-failed' "$(at 0)" -at $((now + 30 * 86400)) \
	    -mx -port "$SMTP" good-ee.ed
	run lab/at-earlier 1 'mx-bogus|mx-lookup-failed' "$(at 0)" -at $((now - 2 * 86400)) \
	    -mx -port "$SMTP" good-ee.ed
	run lab/expires-soon 1 'cert-.*' "$(at 0)" -mx -port "$SMTP" -expiration-warning 2400h \
	    good-ee.ed
	run lab/submission 0 ok "$(at 0)" -submission good-ee.ed
	run lab/submissions 0 ok "$(at 0)" -submissions good-ta.ed
	run lab/submissions-other-port 1 'smtp-.*|tls-.*' "$(at 0)" -submissions "good-ta.ed:$SMTP"
	run lab/srv-by-name 0 ok "$(at 0)" -srv _submission good-ee.ed
	run lab/srv-wrong-tlsa 1 tlsa-mismatch "$(at 0)" -submission wrong-tlsa.ed
	run lab/srv-insecure 1 srv-insecure "$(at 0)" -submission unsigned.ed
	run lab/srv-none 1 srv-none "$(at 0)" -srv imaps good-ee.ed
	run lab/srv-no-such-domain 1 srv-none "$(at 0)" -submission no-such.ed
	run lab/srv-pkix 1 tlsa-not-checked "$(at 0)" -submission pkix-ee.ed
	run lab/all-certs-tls-on-connect 1 tlsa-mismatch "$(at 0)" -mx -all-certs -tls-on-connect \
	    -port "$SMTPS" wrong-tlsa.ed
	run lab/all-certs-tls-1-0 1 tls-version-old "$(at 0)" -mx -all-certs -port "$SMTP" tls-1-0.ed
	run lab/expect-ocsp 1 ocsp-missing "$(at 0)" -mx -expect-ocsp -port "$SMTP" good-ta.ed
	run lab/expect-ocsp-no-tls 1 smtp-no-starttls "$(at 0)" -mx -expect-ocsp -port "$SMTP" no-starttls.ed
	run lab/two-targets 1 tlsa-mismatch "$(at 0)" -mx -port "$SMTP" good-ee.ed wrong-tlsa.ed
}

# The chain that a lab host presents, into a file.
chain_of() { # HOST FILE
	local address
	address=$("$PROGRAM" -json -trust-anchor "$LAB_DIR/anchor.ds" "$(at 0)" "$1:$SMTP" |
	    sed 's/.*"address":"\([0-9.]*\)".*/\1/')
	openssl s_client -starttls smtp -connect "$address:$SMTP" -showcerts </dev/null 2>/dev/null |
	    sed -n '/-BEGIN/,/-END/p' >"$2"
	[ -s "$2" ]
}

# -check-chain and -tlsa.
offline() {
	local ee=$LAB_DIR/ee.pem ta=$LAB_DIR/ta.pem data
	if ! command -v openssl >/dev/null; then
		echo "skip lab/check-chain: openssl is needed to fetch a chain"
		return
	fi
	chain_of mx.good-ee.ed "$ee" && chain_of mx.good-ta.ed "$ta" || {
		echo "not ok lab/check-chain: no chain was fetched"
		return
	}
	data=$(openssl x509 -in "$ee" -noout -pubkey | openssl pkey -pubin -outform DER |
	    openssl dgst -sha256 -r | cut -d' ' -f1)
	run lab/check-chain 0 ok "$(at 0)" -check-chain "$ee" "mx.good-ee.ed:$SMTP"
	run lab/check-chain-mx 0 ok "$(at 0)" -check-chain "$ta" -mx -port "$SMTP" good-ta.ed
	run lab/check-chain-other 1 tlsa-mismatch "$(at 0)" -check-chain "$ta" "mx.good-ee.ed:$SMTP"
	run lab/check-chain-name 1 cert-name "-resolver=127.0.0.1:9" -check-chain "$ta" \
	    -tlsa "2 1 1 $(openssl x509 -in <(sed -n '/-END/,$p' "$ta" | sed 1d) -noout -pubkey |
	    openssl pkey -pubin -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1)" \
	    "mx.good-ee.ed:$SMTP"
	run lab/check-chain-tlsa 0 ok "-resolver=127.0.0.1:9" -check-chain "$ee" -tlsa "3 1 1 $data" \
	    mx.example.org
	run lab/check-chain-tlsa-wrong 1 tlsa-mismatch "-resolver=127.0.0.1:9" -check-chain "$ta" \
	    -tlsa "3 1 1 $data" mx.example.org
	run lab/tlsa-live 0 ok "$(at 0)" -tlsa "3 1 1 $data" "mx.good-ee.ed:$SMTP"
	run lab/tlsa-live-unsigned 1 tlsa-mismatch "$(at 0)" -tlsa "3 1 1 $data" "mx.unsigned.ed:$SMTP"
	run lab/tlsa-live-wrong 1 tlsa-mismatch "$(at 0)" -tlsa "3 1 1 $data" "mx.good-ta.ed:$SMTP"
	wait
}

# A host that two domains share is connected to once, and judged for each.
shared() {
	[[ lab/shared =~ ${ONLY:-.} ]] || return 0
	local n
	"$PROGRAM" -debug -json -trust-anchor "$LAB_DIR/anchor.ds" "$(at 0)" -mx -port "$SMTP" \
	    good-ee.ed alias-mx.ed good-alias-domain.ed >"$LAB_DIR/shared" 2>"$LAB_DIR/shared.err"
	n=$(grep -c 'smtp host=mx' "$LAB_DIR/shared.err")
	if [ "$n" != 1 ]; then
		echo "not ok lab/shared: $n dialogues, wanted 1"
	elif [ "$(grep -c '"match":{"usage":3' "$LAB_DIR/shared")" != 3 ]; then
		echo "not ok lab/shared: not every domain has a match of its own"
	else
		echo "ok lab/shared"
	fi
}

# -all-certs: a host with one certificate is as well as it was, the other algorithms are noted; the
# address is connected to again only where TLS began.  VERDICTS: of its addresses, in order.
all_certs() { # DOMAIN STATUS DIALOGUES VERDICTS
	[[ lab/all-certs-$1 =~ ${ONLY:-.} ]] || return 0
	local status n verdicts
	"$PROGRAM" -debug -json -all-certs -trust-anchor "$LAB_DIR/anchor.ds" "$(at 0)" -mx -port "$SMTP" "$1" \
	    >"$LAB_DIR/all" 2>"$LAB_DIR/all.err"
	status=$?
	n=$(grep -c '^smtp host=mx' "$LAB_DIR/all.err")
	verdicts=$(grep -oE '"address":"[^}]*"verdict":"[a-z]+"' "$LAB_DIR/all" |
	    sed -E 's/.*"algorithm":"([^"]*)".*"verdict":"([a-z]+)"/\1 \2/; s/^"address".*:"([a-z]+)"$/\1/' | paste -sd,)
	if [ $status != "$2" ]; then
		echo "not ok lab/all-certs-$1: exit status $status, wanted $2"
	elif [ "$n" != "$3" ]; then
		echo "not ok lab/all-certs-$1: $n dialogues, wanted $3"
	elif [ "$verdicts" != "$4" ]; then
		echo "not ok lab/all-certs-$1: $verdicts, wanted $4"
	else
		echo "ok lab/all-certs-$1"
	fi
}

# One socket at a time has to do, for the DNS and for the dialogues: more than a few are waited for.
few_descriptors() {
	local few=$LAB_DIR/few
	printf '#!/bin/sh\nulimit -n 4\nexec "%s" "$@"\n' "$PROGRAM" >"$few"
	chmod +x "$few"
	PROGRAM=$few run lab/few-descriptors 0 ok "$(at 0)" -mx -port "$SMTP" good-ee.ed \
	    good-ee-rsa.rsa good-ta.ed good-nsec3.p256 good-addrs.ed good-multi.ed
	wait
}

# A root key of somebody else's: nothing may be believed.
wrong_anchor() {
	[[ lab/wrong-anchor =~ ${ONLY:-.} ]] || return 0
	sed 's/\(.*\) [0-9A-F]\{8\}/\1 00000000/' "$LAB_DIR/anchor.ds" >"$LAB_DIR/wrong.ds"
	"$PROGRAM" -json -trust-anchor "$LAB_DIR/wrong.ds" "$(at 0)" -mx -port "$SMTP" good-ee.ed \
	    >"$LAB_DIR/wrong" 2>&1
	judge lab/wrong-anchor 1 'mx-bogus|mx-lookup-failed' $? "$LAB_DIR/wrong"
}

# -iterate needs the servers on port 53: a network namespace has one to spare.
iterate() {
	local domain status code
	for name in good-ee.ed good-nsec3.p256 good-optout.optout unsigned.optout tlsa-badsig.ed \
	    no-such.ed; do
		read -r domain status code _ < <("$LAB" -list | grep "^$name ")
		run "lab/iterate-$domain" "$status" "$code" "-iterate -root-hints $LAB_DIR/hints" \
		    -mx -port "$SMTP" "$domain"
	done
	# the root's servers were named by the user; those of a TLD were learnt
	run lab/iterate-refuse-reserved 1 mx-lookup-failed \
	    "-iterate -refuse-reserved -root-hints $LAB_DIR/hints" -mx -port "$SMTP" good-ee.ed
	{ cat "$LAB_DIR/hints"; for i in 2 3 4; do printf '. NS also%s.\nalso%s. A 127.0.0.%s\n' $i $i $i; done; } >"$LAB_DIR/all"
	run lab/iterate-refuse-reserved-but-named 1 address-reserved \
	    "-iterate -refuse-reserved -root-hints $LAB_DIR/all" -mx -port "$SMTP" good-ee.ed
	wait
}

# Where there is no IPv6 an address of it is listed, and no problem unless it was asked for.
no_ipv6() {
	local m="-mx -port $SMTP" out=$LAB_DIR/no-ipv6
	run lab/no-ipv6-asked-for 1 local-network "$(at 0)" -6 $m ipv6-too.ed
	run lab/no-ipv6-not-asked-for 0 ok "$(at 0)" -4 $m ipv6-too.ed
	wait
	[[ lab/no-ipv6-listed =~ ${ONLY:-.} ]] || return 0
	if ! "$PROGRAM" -json -trust-anchor "$LAB_DIR/anchor.ds" "$(at 0)" $m ipv6-too.ed >"$out"; then
		echo "not ok lab/no-ipv6-listed: a problem, it says"
	elif ! grep -q '"2001:db8::1","verdict":"skipped","note":"not probed: no IPv6 here"' "$out"; then
		echo "not ok lab/no-ipv6-listed: the address is not listed"
	else
		echo "ok lab/no-ipv6-listed"
	fi
}

# Where there is IPv6, an address without a route is the fault of whoever publishes it.
dead_ipv6() {
	if ip -6 addr add 2001:db8:1::1/128 dev lo && ip -6 route add default dev lo &&
	    ip -6 route add throw 2001:db8::/64; then
		run lab/ipv6-dead-address 1 connect-failed "$(at 0)" -mx -port "$SMTP" ipv6-too.ed
		wait
	else
		echo "skip lab/ipv6-dead-address: ip -6 does not work here"
	fi
}

# Every port of this side is taken: no fault of the server's.
no_port() {
	local address
	[[ lab/no-port =~ ${ONLY:-.} ]] || return 0
	address=$("$PROGRAM" -json -trust-anchor "$LAB_DIR/anchor.ds" "$(at 0)" "mx.good-ee.ed:$SMTP" |
	    sed 's/.*"address":"\([0-9.]*\)".*/\1/')
	if ip addr add 10.0.0.1/24 dev lo && ip route add default dev lo &&
	    echo 40000 40000 >/proc/sys/net/ipv4/ip_local_port_range &&
	    exec 9<>"/dev/tcp/$address/$SMTP"; then
		run lab/no-port 1 local-network "$(at 0)" "mx.good-ee.ed:$SMTP"
		wait
		exec 9>&-
	else
		echo "skip lab/no-port: ports cannot be limited here"
	fi
}

iterate_in_namespace() {
	if unshare -rn sh -c 'ip link set lo up' 2>/dev/null; then
		ITERATE=1 unshare -rn sh -c 'ip link set lo up && exec bash tests/lab/scenarios.sh'
	else
		echo "skip lab/iterate: unshare -rn and ip are needed for it, and for lab/no-ipv6"
	fi
}

if [ -n "${ITERATE:-}" ]; then
	lab_start -auth-port 53 || { echo "not ok lab/iterate-start: see above"; exit 1; }
	iterate
	no_ipv6
	dead_ipv6
	no_port
	exit 0
fi
: >"$TABLE"
lab_start || { echo "not ok lab/start: the lab does not start"; exit 1; }
main_pid=$LAB_PID
results=$LAB_DIR/results
{
	AT_ONCE=50
	table < <(slow)
	forwarders
	AT_ONCE=6; RUNNING=0 # those begun only wait
	table < <(quick)
	ways
	offline
	wait
} >"$results"
cat "$results"
shared
all_certs good-ee-rsa.rsa 0 3 'RSA ok,ECDSA skipped,Ed25519 skipped'
all_certs good-ee.ed 0 3 'RSA skipped,ECDSA ok,Ed25519 skipped'
all_certs wrong-tlsa.ed 1 3 'RSA skipped,ECDSA fail,Ed25519 skipped'
all_certs no-starttls.ed 1 1 fail
all_certs alert-handshake-failure.ed 1 4 fail # three, and an ordinary one that tells why
all_certs closes-at-hello.ed 1 4 fail
few_descriptors
text_check lab/text-good 0 "$(at 0)" -mx -port "$SMTP" good-ta.ed
text_check lab/text-bad 1 "$(at 0)" -mx -port "$SMTP" wrong-ta.ed
text_check lab/terse-good 0 "$(at 0)" -terse -mx -port "$SMTP" good-ta.ed
text_check lab/terse-bad 1 "$(at 0)" -terse -mx -port "$SMTP" wrong-ta.ed
text_check lab/nagios-good 0 "$(at 0)" -nagios -mx -port "$SMTP" good-ta.ed
text_check lab/nagios-warning 1 "$(at 0)" -nagios -mx -port "$SMTP" \
    -expiration-warning 2400h good-ee.ed
text_check lab/nagios-no-resolver 3 "$(at 9)" -nagios -mx -port "$SMTP" good-ee.ed
text_check lab/nagios-critical 2 "$(at 0)" -nagios -mx -port "$SMTP" wrong-ta.ed
# without TLS 1.2 there is no Ed25519 to be shown: no failure
text_check lab/all-certs-tls-1-0-nagios 1 "$(at 0)" -nagios -mx -all-certs -port "$SMTP" tls-1-0.ed
wrong_anchor
if kill -0 "$main_pid" 2>/dev/null; then
	echo "ok lab/survives"
else
	echo "not ok lab/survives: the lab ended early: $(tail -n 1 "$LAB_DIR/log")"
fi
lab_stop
iterate_in_namespace
sort -o "$TABLE" "$TABLE"
