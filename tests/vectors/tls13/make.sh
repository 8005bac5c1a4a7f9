#!/bin/sh
# SPDX-License-Identifier: ISC
# Makes the certificates and keys of t_tls13 and f_tls13 with openssl (3.0 or later): one self-signed
# certificate a kind of key.  They are checked in.  Run it by hand, in this folder, when a case is
# added; all of them are then made anew.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.pem ./*.key

key() { # NAME ALGORITHM [OPTION...]
	name=$1 alg=$2; shift 2
	for o; do set -- "$@" -pkeyopt "$o"; shift; done
	openssl genpkey -algorithm "$alg" "$@" -out "$name.key" 2>/dev/null
	openssl req -new -x509 -key "$name.key" -subj "/CN=$name" -days 7300 -out "$name.pem" \
	    -config /dev/null 2>/dev/null || openssl req -new -x509 -key "$name.key" -subj "/CN=$name" \
	    -days 7300 -out "$name.pem"
}

# The keys for RSASSA-PSS as plain RSA keys, which BearSSL reads.
plain() { # NAME
	openssl pkey -in "$1.key" -outform DER -out "$work/p8"
	at=$(openssl asn1parse -inform DER -in "$work/p8" | awk -F: '/OCTET STRING/ { print $1 + 0; exit }')
	openssl asn1parse -inform DER -in "$work/p8" -strparse "$at" -noout -out "$work/rsa"
	openssl rsa -inform DER -in "$work/rsa" -traditional -out "$1.key" 2>/dev/null
}

key rsa RSA rsa_keygen_bits:2048
key pss RSA-PSS rsa_keygen_bits:2048
key pss256 RSA-PSS rsa_keygen_bits:2048 rsa_pss_keygen_md:sha256 rsa_pss_keygen_mgf1_md:sha256 \
    rsa_pss_keygen_saltlen:32
key p256 EC ec_paramgen_curve:P-256
key p384 EC ec_paramgen_curve:P-384
key p521 EC ec_paramgen_curve:P-521
key ed25519 ED25519
key rsa4104 RSA rsa_keygen_bits:4104
key other EC ec_paramgen_curve:P-256
key k256 EC ec_paramgen_curve:secp256k1
plain pss
plain pss256

# An RSA key of 504 bits, which openssl does not make: the certificate is not signed by it.
modulus=$(openssl rsa -in rsa.key -noout -modulus | sed 's/Modulus=\(..\{125\}\).*/\1/')
cat > "$work/cnf" <<-END
	asn1 = SEQ:cert
	[cert]
	tbs = SEQ:tbs
	alg = SEQ:sha256rsa
	sig = FORMAT:HEX,BITSTR:$modulus
	[tbs]
	v = EXPLICIT:0,INT:2
	serial = INT:1
	alg = SEQ:sha256rsa
	issuer = SEQ:name
	dates = SEQ:dates
	subject = SEQ:name
	spki = SEQ:spki
	[sha256rsa]
	oid = OID:sha256WithRSAEncryption
	null = NULL
	[name]
	rdn = SET:rdn
	[rdn]
	a = SEQ:cn
	[cn]
	oid = OID:CN
	text = UTF8:rsa504
	[dates]
	from = UTC:250101000000Z
	to = UTC:460101000000Z
	[spki]
	alg = SEQ:rsa
	key = BITWRAP,SEQ:key
	[rsa]
	oid = OID:rsaEncryption
	null = NULL
	[key]
	n = INT:0x$modulus
	e = INT:65537
END
openssl asn1parse -genconf "$work/cnf" -noout -out "$work/der"
openssl x509 -inform DER -in "$work/der" -out rsa504.pem
rm rsa4104.key k256.key # nobody signs with them
chmod 644 ./*.key
