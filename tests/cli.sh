#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/cli.sh: the command line: bad arguments, bad files, and an output that cannot be written.
# Each check names the exit status and a piece of text that must be on stdout or stderr.  Nothing
# here needs a network: where a resolver is asked, it is a port of this machine on which nobody
# listens, or for -anchors that of the lab.  SMTPDANE and DNSVOUCH name other programs to test.
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
is smtpdane_mx_and_submission 1 'exclude' $S -mx -submission example.org
is smtpdane_srv_and_submissions 1 'exclude' $S -srv imaps -submissions example.org
is smtpdane_srv_and_mx_nagios 3 'exclude' $S -nagios -srv imaps -mx example.org
is smtpdane_srv_bad_name 1 'srv' $S -srv a.b example.org
is smtpdane_srv_empty 1 'srv' $S -srv '' example.org
is smtpdane_tlsa_bad 1 'option -tlsa.*usage selector' $S -tlsa '3 1' mx.example.org
is smtpdane_tlsa_bad_hex 1 'option -tlsa.*hexadecimal' $S -tlsa '3 1 1 abc' mx.example.org
is smtpdane_address_without_tlsa 1 '-tlsa' $S 192.0.2.1
is smtpdane_address_with_mx 1 'a domain is wanted here, and this is an address' $S -mx -tlsa '3 1 1 ab' 192.0.2.1
is smtpdane_address_bad_port 1 'port' $S -tlsa '3 1 1 ab' '[::1]:x'
is smtpdane_address_refused 1 'connect-failed' $S -tlsa '3 1 1 ab' '127.0.0.1:9'
is smtpdane_address_6_refused 1 'connect-failed|no route' $S -tlsa '3 1 1 ab' '[::1]:9'
is smtpdane_chain_missing 1 'option -check-chain.*No such file' $S -check-chain /nonexistent mx.example.org
is smtpdane_chain_directory 1 'option -check-chain.*directory' $S -check-chain / mx.example.org
is smtpdane_chain_empty 1 'option -check-chain.*no certificate' $S -check-chain /dev/null mx.example.org
is smtpdane_chain_endless 1 'option -check-chain.*larger than 262144' $S -check-chain /dev/zero mx.example.org
mkfifo "$tmp/fifo"
is smtpdane_chain_fifo 1 'no certificate' $S -check-chain "$tmp/fifo" mx.example.org
is dnsvouch_anchor_fifo 3 'fifo' $V -resolver $nobody -trust-anchor "$tmp/fifo" example.org
is smtpdane_chain_stdin 1 'option -check-chain.*no certificate' $S -check-chain - mx.example.org
is smtpdane_chain_empty_json 1 '"verdict":"fail","match":null,"reason":"the chain cannot be read.*local-chain' \
    $S -json -check-chain /dev/null mx.example.org
is smtpdane_chain_and_expect_ocsp 1 'option -check-chain.*-expect-ocsp' $S -check-chain /dev/null -expect-ocsp mx.example.org
is smtpdane_chain_and_all_certs 1 'option -check-chain.*-all-certs' $S -all-certs -check-chain /dev/null mx.example.org
is smtpdane_chain_nagios 3 'UNKNOWN.*check-chain' $S -nagios -check-chain /dev/null mx.example.org
is dnsvouch_no_arguments 3 'usage|name' $V
is dnsvouch_unknown_option 3 'nonsense' $V -nonsense example.org
is dnsvouch_unknown_type 3 'BOGUSTYPE|type' $V example.org BOGUSTYPE
is dnsvouch_type_number_too_large 3 'TYPE65536|type' $V example.org TYPE65536
for t in AXFR:zone IXFR:zone OPT:EDNS NXNAME:RFC.9824 MAILA:obsolete MAILB:obsolete TKEY:one.message \
    TSIG:one.message TYPE0:reserved TYPE200:meta; do
	is "dnsvouch_meta_type_${t%:*}" 3 "TYPE ${t%:*}: .*${t#*:}.*; a data type or ANY is wanted" $V example.org "${t%:*}"
done
is dnsvouch_json_wrong_usage 3 'TYPE axfr|TYPE AXFR' $V -json example.org axfr
timeout 20 $V -json example.org AXFR 2>/dev/null </dev/null | grep -q . && why='stdout is not empty' || why=
result dnsvouch_json_wrong_usage_prints_nothing "$why"
is dnsvouch_too_many_arguments 3 'usage|argument' $V example.org A more
is dnsvouch_bad_time 3 'yesterday' $V -at yesterday example.org

# ---- help and version end well, both ways of writing an option --------------------------------
is smtpdane_version 0 'smtpdane' $S -version
is smtpdane_version_nagios 3 'smtpdane' $S -nagios -version
is smtpdane_version_two_dashes 0 'smtpdane' $S --version
is smtpdane_help 0 'usage.*smtpdane|-mx' $S -help
is smtpdane_version_nagios 3 'smtpdane' $S -nagios -version
is smtpdane_help_nagios 3 'usage.*smtpdane|-mx' $S -nagios -help
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
is smtpdane_aka_label_of_64_octets 1 'option -aka.*63' $S -tlsa '3 1 1 ab' -aka good.$label64.example 127.0.0.1:9
is smtpdane_mx_with_bad_name 1 'label|empty|name' $S -resolver $nobody -mx a..example
is smtpdane_nagios_other_true 3 '^SMTPDANE UNKNOWN - option -port: "0" was given' $S -port 0 -nagios=T mx.example.org
is smtpdane_anchor_missing_names_the_option 1 'option -trust-anchor: /nonexistent: No such' $S -trust-anchor /nonexistent mx.example.org
is smtpdane_hints_missing_names_the_option 1 'option -root-hints: /nonexistent: No such' $S -iterate -root-hints /nonexistent mx.example.org
is smtpdane_helo_shows_what_was_given 1 'option -helo: "a b" was given' $S -helo 'a b' mx.example.org
is smtpdane_srv_shows_what_was_given 1 'option -srv: "a.b" was given' $S -srv a.b example.org
is smtpdane_aka_shows_what_was_given 1 'option -aka: "x y" was given' $S -aka 'ok.example,x y' mx.example.org
is smtpdane_aka_too_many 1 'option -aka: 11 names were given, 10' $S -aka 1,2,3,4,5,6,7,8,9,10,11 mx.example.org
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
xml() { # what stands between Zone and the end: IANA's root-anchors.xml (RFC 9718)
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<TrustAnchor id="x" source="y">\n<Zone>.</Zone>\n'
	printf "$@"; printf '</TrustAnchor>\n'
}
digest='E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D'
keydigest='<KeyDigest id="k" validFrom="%s"%s>\n<KeyTag>20326</KeyTag>\n<Algorithm>8</Algorithm>\n<DigestType>2</DigestType>\n<Digest>%s</Digest>\n</KeyDigest>\n'
xml "$keydigest" 2017-02-02T00:00:00+00:00 '' $digest >"$tmp/xml_good"
head -n 8 "$tmp/xml_good" >"$tmp/xml_cut"
xml '' >"$tmp/xml_none"
xml "$keydigest" 2017-02-02T00:00:00+00:00 '' "${digest%??}XX" >"$tmp/xml_digest"
xml "$keydigest" 2017-02-31T00:00:00+00:00 '' $digest >"$tmp/xml_date"
sed '/<Algorithm>/d' "$tmp/xml_good" >"$tmp/xml_lacks"
sed '4i<Surprise/>' "$tmp/xml_good" >"$tmp/xml_element"
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
	anchor xml_cut 'xml_cut.*(:|line )9.*cut off'
	anchor xml_none 'xml_none.*(:|line )[45].*KeyDigest'
	anchor xml_digest 'xml_digest.*(:|line )8.*hexadecimal'
	anchor xml_date 'xml_date.*(:|line )4.*date'
	anchor xml_lacks 'xml_lacks.*(:|line )8.*lacks'
	anchor xml_element 'xml_element.*(:|line )4.*element'
	anchor none 'none.*'
	anchor empty 'empty.*'
	anchor large 'large.*'
	is "${who}_hints_of_the_wrong_type" $st 'good.*' $prog -iterate -root-hints "$tmp/good" example.org
	{ echo '. NS a.'; for i in $(seq 33); do echo "a. A 192.0.2.$i"; done; } >"$tmp/hints33"
	is "${who}_hints_too_many" $st 'hints33.*line 34.*too many addresses' $prog -iterate -root-hints "$tmp/hints33" example.org
	is "${who}_hints_beside_a_resolver" $st 'root-hints.*by -resolver.*-iterate' $prog -resolver $nobody -root-hints "$tmp/good" example.org
	is "${who}_hints_beside_an_environment" $st 'root-hints.*DNS_RESOLVER' env DNS_RESOLVER=$nobody $prog -root-hints "$tmp/good" example.org
	is "${who}_hints_missing" $st 'nowhere.*' $prog -iterate -root-hints "$tmp/nowhere" example.org
done
is dnsvouch_anchor_good_is_read 3 'indeterminate' $V -resolver $nobody -trust-anchor "$tmp/good" example.org

is dnsvouch_anchor_xml_is_read 3 'no answer to be had' $V -resolver $nobody -trust-anchor "$tmp/xml_good" example.org

# ---- dnsvouch -anchors: nobody there, wrong usage, then against the lab -----------------------------------
is anchors_nobody_answers 3 'DNSKEY: indeterminate' $V -resolver $nobody -anchors
is anchors_nobody_answers_json 3 '"status":"indeterminate"\}$' $V -resolver $nobody -anchors -json
is anchors_takes_no_name 3 'takes no NAME' $V -anchors example.org
is anchors_and_explain 3 '-explain' $V -anchors -explain
is anchors_false_wants_a_name 3 'NAME is wanted' $V -anchors=false

# json NAME STATUS PYTHON COMMAND...: one JSON object, of which the expression holds
json() {
	local name=$1 status=$2 expr=$3 rc why; shift 3
	command -v python3 >/dev/null || { echo "skip $name: there is no python3"; return; }
	timeout 20 "$@" >"$tmp/out" 2>"$tmp/err" </dev/null; rc=$?
	[ $rc = "$status" ] || { result "$name" "exit status $rc, not $status: $(head -n 1 "$tmp/err")"; return; }
	why=$(python3 -c 'import json, sys
try: o = json.loads(sys.stdin.buffer.read().decode("ascii"))
except Exception as e: sys.exit("no JSON: %s" % e)
if not eval("(" + sys.argv[1] + ")"): sys.exit("does not hold: " + sys.argv[1])' "$expr" <"$tmp/out" 2>&1 | tail -n 1)
	result "$name" "$why"
}

anchors_lab() {
	local own=$LAB_DIR/anchor.ds at="-resolver 127.0.0.1:$DNS" tag d
	read -r _ _ _ tag _ _ d <"$own"
	is anchors_own 0 "^\. DNSKEY: secure, proven by DS $tag " $V $at -trust-anchor "$own" -anchors
	is anchors_published_keys 0 "key tag $tag, .*bits, KSK, signs the key set$" $V $at -trust-anchor "$own" -anchors
	json anchors_own_json 0 'o["status"] == "secure" and len(o["zones"]) == 1 and o["zones"][0]["proven_by"] == 0 and
	    o["zones"][0]["anchors"][0]["state"] == "proves" and not o["zones"][0]["outlives"] and
	    [k["role"] for k in o["zones"][0]["keys"] if k["signs"]] == ["KSK"]' $V $at -trust-anchor "$own" -anchors -json
	is anchors_of_another_root 2 'DNSKEY: bogus' $V $at -anchors
	is anchors_of_another_root_advice 2 'KSK, signs the key set, new: no anchor here names it' $V $at -anchors
	cat trust-anchors/root.ds "$own" >"$tmp/three"
	is anchors_one_of_three 0 'DS 20326 .*its key is not published' $V $at -trust-anchor "$tmp/three" -anchors
	printf '. IN DS %s 8 2 %s\n' "$tag" "$(echo "$d" | tr 0123456789ABCDEF FEDCBA9876543210)" >"$tmp/forged"
	is anchors_same_tag_other_digest 2 "DS $tag .*its key is not published" $V $at -trust-anchor "$tmp/forged" -anchors
	printf '. IN DS %s 200 2 %s\n' "$tag" "$d" >"$tmp/alg"
	is anchors_unsupported 1 'DNSKEY: insecure' $V $at -trust-anchor "$tmp/alg" -anchors
	is anchors_before_the_signatures 2 'clock looks wrong' $V $at -at 20200101000000 -trust-anchor "$own" -anchors
	$V $at -trust-anchor "$own" -json ed DNSKEY | grep -o '257 3 [^"]*' | sed 's/^/ed. IN DNSKEY /' >"$tmp/two_zones"
	cat "$own" >>"$tmp/two_zones"
	is anchors_of_two_zones 0 '^ed DNSKEY: secure, proven by DNSKEY' $V $at -trust-anchor "$tmp/two_zones" -anchors
	cat "$tmp/forged" >>"$tmp/two_zones"; sed -i "\|$d|d" "$tmp/two_zones"
	json anchors_the_weakest_zone_counts 2 'o["status"] == "bogus" and [z["status"] for z in o["zones"]] == ["secure", "bogus"]' \
	    $V $at -trust-anchor "$tmp/two_zones" -anchors -json
	sed "s/20326/$tag/; s/$digest/$d/" "$tmp/xml_good" >"$tmp/xml_own"
	is anchors_xml 0 'proves the key set; valid from 2017-02-02T00:00:00Z$' $V $at -trust-anchor "$tmp/xml_own" -anchors
	is anchor_xml_proves 0 '^ed SOA: secure' $V $at -trust-anchor "$tmp/xml_own" ed SOA
	sed 's/validFrom/validUntil="2026-01-01T00:00:00Z" validFrom/' "$tmp/xml_own" >"$tmp/xml_past"
	is anchors_xml_past_its_dates 2 'past its dates, not used: its key is published' $V $at -trust-anchor "$tmp/xml_past" -anchors
	is anchor_xml_past_its_dates_proves_nothing 3 '^ed SOA: indeterminate' $V $at -trust-anchor "$tmp/xml_past" ed SOA
	json explain_json 0 'list(o) == ["name", "type", "status", "rcode", "answer", "reason", "ede", "chain"] and
	    o["ede"] is None and [list(a) for a in o["answer"]] == [["name", "ttl", "class", "type", "data"]] and
	    [s["kind"] for s in o["chain"]][:2] == ["anchor", "dnskey"]' $V $at -trust-anchor "$own" -json ed SOA
	json explain_each_signature_once 0 '(lambda s: len(s) >= 4 and len(s) == len(set(s)))([(x["zone"], x["owner"], x["type"], x["keytag"])
	    for x in o["chain"] if x["kind"] == "signature"]) and o["chain"][-2]["target"] == "_dane.mx.good-alias-tlsa.ed"' \
	    $V $at -trust-anchor "$own" -json _25._tcp.mx.good-alias-tlsa.ed TLSA
	is explain_tree 0 '^        - ed DS: signed by \., key tag [0-9]+, RSASHA256, 1280 bits, valid ' $V $at -trust-anchor "$own" -explain ed SOA
	is explain_wildcard 0 'TLSA: signed by .*; made from the wildcard \*\._tcp\.mx\.good-wild-tlsa\.ed, no closer name exists$' \
	    $V $at -trust-anchor "$own" -explain _25._tcp.mx.good-wild-tlsa.ed TLSA
	json bogus_has_no_answer 2 'o["status"] == "bogus" and o["answer"] == [] and o["ede"] == 7 and "key tag" in o["reason"] and
	    [s["zone"] for s in o["chain"] if s["kind"] == "dnskey"] == [".", "ed", "tlsa-sig-expired.ed"]' \
	    $V $at -trust-anchor "$own" -json _25._tcp.mx.tlsa-sig-expired.ed TLSA
	json rrsig_is_not_in_the_answer 0 'len(o["answer"]) >= 1 and all(a["type"] == "TLSA" and type(a["ttl"]) is int for a in o["answer"])' \
	    $V $at -trust-anchor "$own" -json _25._tcp.mx.good-ee.ed TLSA
	is debug_has_id_and_rule 2 '^lookup status=bogus ede=7 id=sig-expired rule="RFC 4035 section 5\.3\.1" reason="zone ' \
	    $V $at -trust-anchor "$own" -debug _25._tcp.mx.tlsa-sig-expired.ed TLSA
	is explain_soonest 0 '^  soonest signature to expire: 20.*Z, in 13 days' $V $at -trust-anchor "$own" -explain ed SOA
}
. tests/lab/start.sh
if [ ! -x "$LAB" ]; then echo "skip anchors_lab: $LAB was not built"
elif lab_start; then
	trap 'lab_stop; rm -rf "$tmp"' EXIT
	anchors_lab
	lab_stop
	trap 'rm -rf "$tmp"' EXIT
else result anchors_lab "the lab did not start"; trap 'rm -rf "$tmp"' EXIT; fi

# ---- a peer that puts every octet there is into names and data ----------------------------------------------
# The anchor is of an unsupported algorithm, so that what the peer says is printed as insecure.
cat >"$tmp/peer.py" <<'EOF'
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
open(sys.argv[1], "w").write(str(s.getsockname()[1]))
s.settimeout(20)
odd = bytes(range(256))
label = lambda b: bytes([len(b)]) + b
while True:
    q, peer = s.recvfrom(4096)
    end = 12
    while q[end]: end += q[end] + 1
    name, qtype = q[12:end + 1], struct.unpack(">H", q[end + 1:end + 3])[0]
    rr = lambda owner, t, d: owner + struct.pack(">HHIH", t, 1, 60, len(d)) + d
    target = b"".join(label(odd[i:i + 60]) for i in (0, 60, 120)) + b"\0"
    answer = [rr(name, 5, target), rr(target, 16, label(odd[:250]) + label(odd[200:]))] if qtype == 16 else []
    s.sendto(q[:2] + b"\x81\x80" + struct.pack(">HHHH", 1, len(answer), 0, 0) + q[12:end + 5] + b"".join(answer), peer)
EOF
if command -v python3 >/dev/null; then
	python3 "$tmp/peer.py" "$tmp/port" 2>/dev/null & peer=$!
	for _ in $(seq 100); do [ -s "$tmp/port" ] && break; sleep 0.05; done
	printf '. IN DS 1 200 2 %s\n' "$digest" >"$tmp/alg"
	json any_octet_of_a_peer_is_json 1 'o["status"] == "insecure" and o["answer"][1]["data"].count("\\") > 200 and
	    "\\000" in o["answer"][1]["name"]' $V -resolver "127.0.0.1:$(cat "$tmp/port")" -trust-anchor "$tmp/alg" -json example.org TXT
	kill $peer 2>/dev/null; wait $peer 2>/dev/null
else echo "skip any_octet_of_a_peer_is_json: there is no python3"; fi

# ---- an output that cannot be written is an error, whatever the verdict ---------------------------------
unwritable smtpdane_version 1 $S -version
unwritable smtpdane_help 1 $S -help
unwritable smtpdane_report 1 $S -resolver $nobody -mx example.org
unwritable smtpdane_nagios 3 $S -nagios -resolver $nobody -mx example.org
unwritable dnsvouch_version 3 $V -version
unwritable dnsvouch_help 3 $V -help
unwritable dnsvouch_report 3 $V -resolver $nobody example.org
unwritable dnsvouch_json 3 $V -json -resolver $nobody example.org
exit $bad
