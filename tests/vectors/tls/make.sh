#!/bin/sh
# SPDX-License-Identifier: ISC
# Makes the certificates of t_cert, t_dane and t_session with openssl (3.0 or later).
# They are checked in: the tests need fixed data, and no openssl.  Run it by hand, in this
# folder, when a case is added; all of them are then made anew.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.pem ./*.key

FROM=20250101000000Z
TO=20460101000000Z

conf() { # the extensions on stdin
	cat > "$work/ca.cnf" <<-END
	[ca]
	default_ca = d
	[d]
	database = $work/index
	new_certs_dir = $work
	rand_serial = yes
	unique_subject = no
	policy = p
	copy_extensions = none
	email_in_dn = no
	[p]
	organizationName = optional
	commonName = optional
	END
	: > "$work/index"
	echo '[e]' >> "$work/ca.cnf"
	cat >> "$work/ca.cnf"
}

key() { # NAME ALGORITHM [OPTION]
	openssl genpkey -quiet -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$1.key" 2>/dev/null ||
	openssl genpkey -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$1.key" 2>/dev/null
}

# cert OUT KEY SUBJECT ISSUER-CERT ISSUER-KEY FROM TO [digest or other options]; extensions on
# stdin; ISSUER-CERT "-" for self-signed, and no extension at all for a version 1 certificate.
cert() {
	out=$1 k=$2 subj=$3 icert=$4 ikey=$5 from=$6 to=$7
	shift 7
	[ $# -gt 0 ] || set -- -md sha256
	ext=$(cat)
	echo "$ext" | conf
	openssl req -new -key "$k.key" -subj "$subj" -out "$work/req" -config /dev/null 2>/dev/null ||
	openssl req -new -key "$k.key" -subj "$subj" -out "$work/req"
	[ -z "$ext" ] || set -- "$@" -extensions e
	if [ "$icert" = - ]; then
		set -- "$@" -selfsign -keyfile "$k.key"
	else
		set -- "$@" -cert "$icert.pem" -keyfile "$ikey.key"
	fi
	openssl ca -batch -notext -config "$work/ca.cnf" -in "$work/req" -out "$out.pem" \
	    -startdate "$from" -enddate "$to" "$@" 2> "$work/err" || { cat "$work/err"; exit 1; }
}

CA='basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign'
SAN='subjectAltName = DNS:mx.example.test,DNS:*.wild.example.test'
LEAF="basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
$SAN"
ROOT='/O=Test/CN=Root'
INT='/O=Test/CN=Intermediate'
MX='/O=Test/CN=mx.example.test'

key root EC ec_paramgen_curve:P-256
key int RSA rsa_keygen_bits:2048
key int2 EC ec_paramgen_curve:P-384
key leaf EC ec_paramgen_curve:P-256
key rsa RSA rsa_keygen_bits:2048
key other EC ec_paramgen_curve:P-256
key ed Ed25519
key rsa512 RSA rsa_keygen_bits:512

# roots: one key and name, several certificates
r() { o=$1; shift; cert "$o" root "$ROOT" - - "$@"; }
r root $FROM $TO <<E
$CA
E
r root-expired 20200101000000Z 20210101000000Z <<E
$CA
E
r root-future 20450101000000Z $TO <<E
$CA
E
r root-v1 $FROM $TO < /dev/null
r root-notca $FROM $TO <<E
basicConstraints = critical,CA:FALSE
E
r root-nobc $FROM $TO <<E
subjectKeyIdentifier = hash
E
r root-pathlen0 $FROM $TO <<E
basicConstraints = critical,CA:TRUE,pathlen:0
E
r root-noku $FROM $TO <<E
basicConstraints = critical,CA:TRUE
keyUsage = critical,digitalSignature
E
cert other other /O=Test/CN=Other - - $FROM $TO <<E
$CA
E
# the root's name, another key
cert root-fake other "$ROOT" - - $FROM $TO <<E
$CA
E

# intermediates: one key and name
i() { o=$1; shift; cert "$o" int "$INT" root root "$@"; }
i int $FROM $TO <<E
$CA
E
i int-expired 20200101000000Z 20210101000000Z <<E
$CA
E
i int-notca $FROM $TO <<E
basicConstraints = critical,CA:FALSE
E
i int-v1 $FROM $TO < /dev/null
i int-noku $FROM $TO <<E
basicConstraints = critical,CA:TRUE
keyUsage = critical,digitalSignature
E
i int-sha1 $FROM $TO -md sha1 <<E
$CA
E
i int-client $FROM $TO <<E
$CA
extendedKeyUsage = clientAuth
E
i int-nc $FROM $TO <<E
$CA
nameConstraints = permitted;DNS:example.test
E
i int-unknown $FROM $TO <<E
$CA
1.2.3.4 = critical,ASN1:NULL
E
i int-pathlen0 $FROM $TO <<E
basicConstraints = critical,CA:TRUE,pathlen:0
E
cert int2 int2 '/O=Test/CN=Second' int int $FROM $TO <<E
$CA
E
# the same key and name, issued by itself: a loop
cert int-loop int "$INT" - - $FROM $TO <<E
$CA
E

# leaves, by the intermediate unless named otherwise
l() { o=$1; shift; cert "$o" leaf "$MX" int int "$@"; }
l leaf $FROM $TO <<E
$LEAF
E
cert leaf-rsa rsa "$MX" int int $FROM $TO <<E
$LEAF
E
cert leaf-root leaf "$MX" root root $FROM $TO <<E
$LEAF
E
cert leaf-root-rsa rsa "$MX" root root $FROM $TO <<E
$LEAF
E
cert leaf-int2 leaf "$MX" int2 int2 $FROM $TO -md sha384 <<E
$LEAF
E
cert leaf-ed ed "$MX" int int $FROM $TO <<E
$LEAF
E
cert leaf-512 rsa512 "$MX" int int $FROM $TO <<E
$LEAF
E
cert leaf-self leaf "$MX" - - $FROM $TO <<E
basicConstraints = critical,CA:TRUE
$SAN
E
# signed by a key that is not the intermediate's, under its name
cert int-forged other "$INT" - - $FROM $TO <<E
$CA
E
cert leaf-forged leaf "$MX" int-forged other $FROM $TO <<E
$LEAF
E
l leaf-expired 20200101000000Z 20210101000000Z <<E
$LEAF
E
l leaf-future 20450101000000Z $TO <<E
$LEAF
E
l leaf-cn $FROM $TO <<E
basicConstraints = CA:FALSE
E
l leaf-cn-email $FROM $TO <<E
subjectAltName = email:postmaster@example.test
E
l leaf-cn-san $FROM $TO <<E
subjectAltName = DNS:else.example.test
E
cert leaf-cn-nul leaf '/O=Test/CN=else.example.test' int int $FROM $TO <<E
2.5.29.17 = DER:30:17:82:15:6d:78:2e:65:78:61:6d:70:6c:65:2e:74:65:73:74:00:2e:65:76:69:6c
E
l leaf-stars $FROM $TO <<E
subjectAltName = DNS:m*.example.test,DNS:*,DNS:a.*.example.test,DNS:*.*.test,DNS:**.example.test
E
l leaf-badsan $FROM $TO <<E
2.5.29.17 = DER:30:05:82:ff:6d:78:2e
E
l leaf-client $FROM $TO <<E
extendedKeyUsage = clientAuth
$SAN
E
l leaf-any $FROM $TO <<E
extendedKeyUsage = anyExtendedKeyUsage
$SAN
E
l leaf-crit-eku $FROM $TO <<E
extendedKeyUsage = critical,serverAuth
$SAN
E
l leaf-unknown $FROM $TO <<E
1.2.3.4 = critical,ASN1:NULL
$SAN
E
l leaf-noku $FROM $TO <<E
keyUsage = critical,keyCertSign
$SAN
E
l leaf-sha1 $FROM $TO -md sha1 <<E
$LEAF
E
l leaf-md5 $FROM $TO -md md5 <<E
$LEAF
E
l leaf-pss $FROM $TO -md sha256 -sigopt rsa_padding_mode:pss <<E
$LEAF
E
l leaf-sha512 $FROM $TO -md sha512 <<E
$LEAF
E
# a name of many kinds of parts, long dates (GeneralizedTime)
cert odd leaf '/O=Te\,st, "Ltd"/CN=o\+dd\\x' - - 20250101000000Z 20600101000000Z <<E
$SAN
E
cat leaf.pem int.pem root.pem > chain.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null |
openssl pkcs8 -topk8 -v2 aes-128-cbc -passout pass:x -traditional > "$work/enc.key" 2>/dev/null
cat "$work/enc.key" leaf.pem int.pem > keychain.pem
rm -f int2.key ed.key rsa512.key int.key root.key
