#!/bin/sh
# SPDX-License-Identifier: ISC
# Makes the certificates of t_sig, t_constraint, t_path, t_hint and tests/hostile/chain.c with
# openssl (3.0 or later).  They are checked in: the tests need fixed data, and no openssl.  Run it
# by hand, in this folder, when a case is added; all of them are then made anew.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.pem

FROM=20250101000000Z
TO=20460101000000Z
MX='/O=Test/CN=mx.example.test'
CA='basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign'
LEAF='basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:mx.example.test'

key() { # NAME ALGORITHM [OPTION...]
	name=$1 alg=$2; shift 2
	for o; do set -- "$@" -pkeyopt "$o"; shift; done
	openssl genpkey -algorithm "$alg" "$@" -out "$work/$name.key" 2>/dev/null
}

# cert OUT KEY SUBJECT ISSUER-CERT ISSUER-KEY [option...]; extensions on stdin; ISSUER-CERT "-":
# self-signed
cert() {
	out=$1 k=$2 subj=$3 icert=$4 ikey=$5; shift 5
	cat > "$work/ca.cnf" <<-END
	[ca]
	default_ca = d
	[d]
	database = $work/index
	new_certs_dir = $work
	rand_serial = yes
	unique_subject = no
	policy = p
	email_in_dn = yes
	preserve = yes
	default_md = sha256
	[p]
	organizationName = optional
	commonName = optional
	emailAddress = optional
	[r]
	distinguished_name = n
	string_mask = ${MASK:-utf8only}
	[n]
	[e]
	END
	cat >> "$work/ca.cnf"
	: > "$work/index"
	openssl req -new -key "$work/$k.key" -subj "$subj" -multivalue-rdn -out "$work/req" \
	    -config "$work/ca.cnf" -section r 2>/dev/null
	if [ "$icert" = - ]; then set -- "$@" -selfsign -keyfile "$work/$k.key"
	else set -- "$@" -cert "$icert.pem" -keyfile "$work/$ikey.key"; fi
	openssl ca -batch -notext -config "$work/ca.cnf" -in "$work/req" -out "$out.pem" \
	    -startdate $FROM -enddate $TO -extensions e "$@" 2> "$work/err" || { cat "$work/err"; exit 1; }
}
ca() { o=$1 k=$2 s=$3; shift 3; echo "$CA" | cert "$o" "$k" "$s" "$@"; }
leaf() { o=$1 c=$2; shift 2; echo "$LEAF" | cert "$o" mx "$MX" "$c" "$@"; }
pss() { echo "-md $1 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:$2 -sigopt rsa_mgf1_md:$3"; }

key mx EC ec_paramgen_curve:P-256
for bits in 1024 2048 4096 4104; do key rsa$bits RSA rsa_keygen_bits:$bits; done
key psskey RSA-PSS rsa_keygen_bits:2048
key psslim RSA-PSS rsa_keygen_bits:2048 rsa_pss_keygen_md:sha384 rsa_pss_keygen_mgf1_md:sha384 \
    rsa_pss_keygen_saltlen:32
key ec256 EC ec_paramgen_curve:P-256
key ec384 EC ec_paramgen_curve:P-384
key ec521 EC ec_paramgen_curve:P-521
key edroot ED25519
key edint ED25519
key edmx ED25519
for n in '' 1 2 3 4 5; do key new$n EC ec_paramgen_curve:P-256; done

# PKCS #1
for bits in 1024 2048 4096 4104; do
	ca rsa$bits-root rsa$bits "/CN=RSA $bits Root" - -
	leaf rsa$bits-leaf rsa$bits-root rsa$bits
done
for h in 384 512; do leaf rsa-sha$h-leaf rsa2048-root rsa2048 -md sha$h; done
ca rsa-int rsa4096 '/CN=RSA Int' rsa2048-root rsa2048
leaf rsa-leaf rsa-int rsa4096

# PSS: hash, salt, hash of MGF1; by an rsaEncryption key
while read -r n h salt m; do
	leaf "pss-$n-leaf" rsa2048-root rsa2048 $(pss "$h" "$salt" "$m")
done <<E
256 sha256 32 sha256
384 sha384 48 sha384
512 sha512 64 sha512
salt0 sha256 0 sha256
salt20 sha256 20 sha256
max sha256 222 sha256
mixed sha256 32 sha512
sha1 sha1 20 sha1
mgfsha1 sha256 32 sha1
sha224 sha224 28 sha224
E
# by id-RSASSA-PSS keys, one for any parameters and one for SHA-384 with a salt of 32 or more
ca psskey-root psskey '/CN=PSS Root' - - $(pss sha256 32 sha256)
leaf psskey-leaf psskey-root psskey $(pss sha512 64 sha512)
ca psslim-root psslim '/CN=PSS Limited Root' - - $(pss sha384 48 sha384)
leaf psslim-leaf psslim-root psslim $(pss sha384 48 sha384)
# a PSS chain of three
ca pss-int rsa4096 '/CN=PSS Int' psskey-root psskey $(pss sha256 32 sha256)
leaf pss-leaf pss-int rsa4096 $(pss sha256 32 sha256)

# ECDSA, Ed25519
for b in 256 384 521; do
	ca ec$b-root ec$b "/CN=EC $b Root" - -
	for h in 256 384 512; do leaf ec$b-sha$h-leaf ec$b-root ec$b -md sha$h; done
done
ca ec-int ec384 '/CN=EC Int' ec256-root ec256
leaf ec-leaf ec-int ec384 -md sha384
leaf ec-sha1-leaf ec256-root ec256 -md sha1
ca ed-root edroot '/CN=Ed Root' - - -md null
ca ed-int edint '/CN=Ed Int' ed-root edroot -md null
leaf ed-leaf ed-int edint -md null
echo "$LEAF" | cert ed-edleaf edmx "$MX" ed-int edint -md null

# names: the same but for case, blanks, string type
MASK=utf8only; ca name-ca ec256 '/O=Test Org/CN=Names CA' - -
MASK=default; ca name-other ec256 '/O=TEST  org/CN= names ca' - -
MASK=utf8only; ca name-different ec256 '/O=Test Org/CN=Names C A' - -
leaf name-leaf name-other ec256

# key rollover: the new key under the old name, issued by the old; pathlen 0 does not count it
cert roll-old ec256 '/CN=Rolling' - - <<E
basicConstraints = critical,CA:TRUE,pathlen:0
E
ca roll-new new '/CN=Rolling' roll-old ec256
leaf roll-leaf roll-new new
ca roll-int new '/CN=Not Rolling' roll-old ec256
leaf roll-int-leaf roll-int new

# name constraints
nc() { # OUT SUBJECT-KEY CONSTRAINTS [SECTION]; issued by ec256-root
	{ echo "$CA"; echo "nameConstraints = $3"; echo "${4:-}" | tr ';' '\n'; } |
	cert "$1" "$2" '/O=Test/CN=Constrained' ec256-root ec256
}
nc nc-ok ec384 'critical,permitted;DNS:example.test,excluded;DNS:bad.example.test'
nc nc-plain ec384 'permitted;DNS:example.test'
nc nc-other ec384 'critical,permitted;DNS:other.test'
nc nc-other-plain ec384 'permitted;DNS:other.test'
nc nc-excl ec384 'critical,excluded;DNS:example.test'
nc nc-excl-host ec384 'critical,excluded;DNS:mx.example.test'
nc nc-ip ec384 'critical,permitted;IP:192.0.2.0/255.255.255.0,permitted;DNS:example.test'
nc nc-uri ec384 'critical,permitted;URI:.example.test'
nc nc-dn ec384 'critical,permitted;dirName:dn' '[dn];O=Test'
nc nc-dn-other ec384 'critical,permitted;dirName:dn' '[dn];O=Else'
nc nc-none ec384 'critical,excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0'
ca nc-free ec384 '/O=Test/CN=Constrained' ec256-root ec256
leaf nc-leaf nc-ok ec384
n() { echo "$2" | cert "$1" mx "$MX" nc-ok ec384; }
n nc-bad-leaf 'subjectAltName = DNS:mx.example.test,DNS:x.bad.example.test'
n nc-wild-leaf 'subjectAltName = DNS:*.example.test'
n nc-cn-leaf 'basicConstraints = CA:FALSE'
n nc-ip-leaf 'subjectAltName = DNS:mx.example.test,IP:192.0.2.25'
n nc-ip-bad-leaf 'subjectAltName = DNS:mx.example.test,IP:198.51.100.25'
n nc-uri-leaf 'subjectAltName = DNS:mx.example.test,URI:https://mx.example.test/'
# a root that is constrained itself
cert nc-root new '/CN=Constrained Root' - - <<E
$CA
nameConstraints = permitted;DNS:other.test
E
leaf nc-root-leaf nc-root new
# self-issued, below a constraint on directory names
cert nc-self-top ec256 '/CN=Self' - - <<E
$CA
nameConstraints = critical,permitted;dirName:dn
[dn]
O = Test
E
ca nc-self-int new '/CN=Self' nc-self-top ec256
leaf nc-self-leaf nc-self-int new
ca nc-self-out new '/CN=Not Self' nc-self-top ec256
leaf nc-self-out-leaf nc-self-out new

# renewed with the same key
leaf ec-renewed ec-int ec384

# five layers of three CA certificates each, of one name and key a layer: 363 ways up
below=ec256-root bkey=ec256
for n in 5 4 3 2 1; do
	for c in a b c; do ca lay-$n-$c new$n "/CN=Layer $n" $below $bkey; done
	below=lay-$n-a bkey=new$n
done
leaf lay-0 $below $bkey
cat lay-0.pem lay-*-*.pem > layers.pem
rm -f lay-*.pem
