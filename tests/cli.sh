#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/cli.sh: the command line: bad arguments, bad files, and an output that cannot be written.
# Each check names the exit status and a piece of text that must be on stdout or stderr.  Nothing
# here needs a network: where a resolver is asked, it is a port of this machine on which nobody
# listens.  SMTPDANE and DNSVOUCH name other programs to test.
set -u
cd "$(dirname "$0")/.." || exit 1
S=${SMTPDANE:-./smtpdane} V=${DNSVOUCH:-./dnsvouch}
unset DNS_RESOLVER
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
bad=0
nobody=127.0.0.1:9 # discard: nobody listens

result() { # name, what is wrong or nothing
	if [ -z "$2" ]; then echo "ok $1"; else echo "not ok $1: $2"; bad=1; fi
}

# is NAME STATUS REGEX COMMAND...: how it ends, and what it says on stdout and stderr together
is() {
	local name=$1 status=$2 regex=$3 rc why=; shift 3
	timeout 20 "$@" >"$tmp/out" 2>&1 </dev/null; rc=$?
	if grep -qE 'Sanitizer|runtime error' "$tmp/out"; then why="a sanitizer speaks: $(grep -m1 -E 'Sanitizer|runtime error' "$tmp/out")"
	elif [ $rc != "$status" ]; then why="exit status $rc, not $status: $(head -n 1 "$tmp/out")"
	elif ! grep -qiE -e "$regex" "$tmp/out"; then why="does not say /$regex/: $(head -n 2 "$tmp/out" | tr '\n' '|')"; fi
	result "$name" "$why"
}

# unwritable NAME STATUS COMMAND...: with stdout closed, and with a full disk behind it
unwritable() {
	local name=$1 status=$2 rc; shift 2
	timeout 20 "$@" >&- 2>"$tmp/err" </dev/null; rc=$?
	complaint "${name}_stdout_closed" "$status" $rc
	[ -c /dev/full ] || { echo "skip ${name}_stdout_full: no /dev/full"; return; }
	timeout 20 "$@" >/dev/full 2>"$tmp/err" </dev/null; rc=$?
	complaint "${name}_stdout_full" "$status" $rc
}
complaint() {
	if [ "$3" != "$2" ]; then result "$1" "exit status $3, not $2: $(head -n 1 "$tmp/err")"
	elif ! grep -qiE 'stdout|standard output|output|write' "$tmp/err"; then result "$1" "stderr says nothing about the output"
	else result "$1" ""; fi
}

label63=$(printf 'a%.0s' $(seq 63)) label64=${label63}a
name254=$label63.$label63.$label63.${label63:1}   # 256 octets on the wire: one too many
name253=$label63.$label63.$label63.${label63:2}   # 255: the longest there is

# ---- wrong usage: smtpdane 1, smtpdane -nagios 3, dnsvouch 3 --------------------------------
is smtpdane_no_arguments 1 'usage|host|domain' $S
is smtpdane_no_arguments_nagios 3 'UNKNOWN|usage' $S -nagios
is smtpdane_unknown_option 1 'nonsense' $S -nonsense example.org
is smtpdane_unknown_option_nagios 3 'nonsense' $S -nagios -nonsense example.org
is smtpdane_option_without_value 1 'port' $S -port
is smtpdane_bad_boolean 1 'maybe' $S -mx=maybe example.org
is smtpdane_bad_duration 1 'connect-timeout|duration' $S -connect-timeout 5parsecs example.org
is smtpdane_negative_duration 1 'connect-timeout|duration' $S -connect-timeout -5s example.org
is smtpdane_bad_time 1 'yesterday' $S -at yesterday example.org
is smtpdane_bad_resolver 1 'resolver|not.an.address' $S -resolver not.an.address example.org
is smtpdane_bad_resolver_port 1 'resolver|port|70000' $S -resolver 127.0.0.1:70000 example.org
is smtpdane_bad_resolver_env 1 'DNS_RESOLVER|resolver' env DNS_RESOLVER=300.1.1.1 $S example.org
is smtpdane_both_families 1 '-4|-6' $S -4 -6 example.org
is smtpdane_helo_with_a_line_end 1 'helo' $S -helo $'x\r\nMAIL FROM:<>' example.org
is dnsvouch_no_arguments 3 'usage|name' $V
is dnsvouch_unknown_option 3 'nonsense' $V -nonsense example.org
is dnsvouch_unknown_type 3 'BOGUSTYPE|type' $V example.org BOGUSTYPE
is dnsvouch_type_number_too_large 3 'TYPE65536|type' $V example.org TYPE65536
is dnsvouch_too_many_arguments 3 'usage|argument' $V example.org A more
is dnsvouch_bad_time 3 'yesterday' $V -at yesterday example.org

# ---- help and version end well, both ways of writing an option --------------------------------
is smtpdane_version 0 'smtpdane' $S -version
is smtpdane_version_two_dashes 0 'smtpdane' $S --version
is smtpdane_help 0 'usage.*smtpdane|-mx' $S -help
is dnsvouch_version 0 'dnsvouch' $V -version
is dnsvouch_help 0 'usage.*dnsvouch|-explain' $V -help

# ---- names and ports ------------------------------------------------------------------------------
for p in smtpdane:1:$S dnsvouch:3:$V; do
	who=${p%%:*} rest=${p#*:} st=${rest%%:*} prog=${rest#*:}
	is ${who}_name_of_256_octets $st '253|255|long' $prog -resolver $nobody $name254
	is ${who}_label_of_64_octets $st '63|label' $prog -resolver $nobody $label64.example
	is ${who}_empty_label $st 'label|empty|name' $prog -resolver $nobody a..example
	is ${who}_leading_dot $st 'label|empty|name' $prog -resolver $nobody .example.org
	is ${who}_empty_name $st 'name|empty|host|usage' $prog -resolver $nobody ''
done
for port in 0 65536 -1 25x '' 99999999999999999999; do
	is "smtpdane_port_$port" 1 'port' $S -resolver $nobody -port "$port" mx.example.org
	is "smtpdane_host_and_port_$port" 1 'port' $S -resolver $nobody "mx.example.org:$port"
done
is smtpdane_mx_with_bad_name 1 'label|empty|name' $S -resolver $nobody -mx a..example
is smtpdane_nagios_bad_name 3 'label|empty|name' $S -resolver $nobody -nagios -mx a..example

# ---- a good question to which nobody answers: not wrong usage, and never ok --------------------------
is smtpdane_nobody_answers 1 'resolver|answer|127\.0\.0\.1' $S -resolver $nobody -mx example.org
is smtpdane_nobody_answers_nagios 3 '^.*UNKNOWN' $S -resolver $nobody -nagios -mx example.org
is dnsvouch_nobody_answers 3 'indeterminate' $V -resolver $nobody example.org
is dnsvouch_longest_name_is_asked_for 3 'indeterminate' $V -resolver $nobody $name253

# ---- anchor files: named with the line ----------------------------------------------------------------
ds='. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D'
printf '; a comment\n\n%s\n' "$ds" >"$tmp/good"
printf '; a comment\n%s\n. IN DS 20326 8 2 E06D44XX\n' "$ds" >"$tmp/hex"
printf '%s\n. IN DS 20326 8 2 E06D44\n' "$ds" >"$tmp/digest"
printf '%s\n\n. IN MX 10 a.example.\n' "$ds" >"$tmp/type"
printf '%s\n. IN DS 20326 8\n' "$ds" >"$tmp/short"
printf '. IN DS 70000 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n' >"$tmp/tag"
printf '%s\n. IN A 192.0.2.1\n' "$ds" >"$tmp/address"
printf '. IN DS ( 20326 8 2\nE06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n' >"$tmp/paren"
printf '; nothing but a comment\n' >"$tmp/none"
printf '%s\n\0\001\377\n' "$ds" >"$tmp/binary"
: >"$tmp/empty"
head -c 3000000 /dev/zero | tr '\0' ';' >"$tmp/large"
mkdir "$tmp/folder"
for p in smtpdane:1:$S dnsvouch:3:$V; do
	who=${p%%:*} rest=${p#*:} st=${rest%%:*} prog=${rest#*:}
	anchor() { is "${who}_anchor_$1" $st "$2" $prog -resolver $nobody -trust-anchor "$tmp/$1" example.org; }
	anchor missing 'missing.*(no such file|cannot|not)'
	anchor folder 'folder.*(directory|cannot|not)'
	anchor hex 'hex.*(:|line )3'
	anchor digest 'digest.*(:|line )2'
	anchor type 'type.*(:|line )3'
	anchor short 'short.*(:|line )2'
	anchor tag 'tag.*(:|line )1'
	anchor address 'address.*(:|line )2'
	anchor paren 'paren.*(:|line )[12]'
	anchor binary 'binary.*(:|line )2'
	anchor none 'none.*'
	anchor empty 'empty.*'
	anchor large 'large.*'
	is "${who}_hints_of_the_wrong_type" $st 'good.*' $prog -iterate -root-hints "$tmp/good" example.org
	is "${who}_hints_missing" $st 'nowhere.*' $prog -iterate -root-hints "$tmp/nowhere" example.org
done
is dnsvouch_anchor_good_is_read 3 'indeterminate' $V -resolver $nobody -trust-anchor "$tmp/good" example.org

# ---- an output that cannot be written is an error, whatever the verdict ---------------------------------
unwritable smtpdane_version 1 $S -version
unwritable smtpdane_help 1 $S -help
unwritable smtpdane_report 1 $S -resolver $nobody -mx example.org
unwritable smtpdane_nagios 3 $S -nagios -resolver $nobody -mx example.org
unwritable dnsvouch_version 3 $V -version
unwritable dnsvouch_help 3 $V -help
unwritable dnsvouch_report 3 $V -resolver $nobody example.org
exit $bad
