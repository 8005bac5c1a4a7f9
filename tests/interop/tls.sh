#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/interop/tls.sh: ./smtpdane against the TLS of OpenSSL, GnuTLS, Go, Postfix, Exim and
# OpenSMTPD, in namespaces of its own as interop.sh has them.  Without namespaces the mail servers
# are left out; the others listen on 127.0.0.1.  Arguments: those of tls.py.
#
#   tests/interop/tls.sh                    all cases
#   tests/interop/tls.sh --list             their names
#   tests/interop/tls.sh ossl 1.3 staple    those whose names hold these words
#   tests/interop/tls.sh --reference        openssl s_client in place of ./smtpdane
#   NO_SKIP=1                               a missing package is a failure
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.." || exit 1
export GOCACHE="$PWD/build/gocache" GO111MODULE=off GOTOOLCHAIN=local

cannot() {
	if [ "${NO_SKIP:-0}" = 1 ]; then
		echo "not ok tls: $1"
		exit 1
	fi
	echo "skip tls: $1"
	exit 0
}

python=
for p in python3 /usr/bin/python3; do
	if "$p" -c 'import cryptography' 2>/dev/null; then python=$p; break; fi
done
[ -n "$python" ] || cannot "there is no python3 with cryptography (package python3-cryptography)"
command -v openssl >/dev/null || cannot "openssl is missing (package openssl)"

# Whatever does not build for want of its package is said to be missing; any other failure is one.
build() { # HEADER|COMMAND PROGRAM
	case $1 in
	*.h) printf '#include <%s>\n' "$1" | ${CC:-gcc} -E - >/dev/null 2>&1 || return 0 ;;
	*) command -v "$1" >/dev/null || return 0 ;;
	esac
	if ! said=$(${MAKE:-make} -s SAN= "build/$2" 2>&1); then
		echo "not ok tls: build/$2 is not built: $(printf '%s' "$said" | grep -m1 -E 'error|\*\*\*')"
		exit 1
	fi
}
build openssl/ssl.h ossl_server
build gnutls/gnutls.h gnutls_server
build go goserver

map=
[ "$(id -u)" = 0 ] || map=-r
for set in "-n -m -p -f --kill-child" "-n -m"; do
	if unshare $map $set true 2>/dev/null && command -v ip >/dev/null; then
		TLS_NAMESPACES=1 exec unshare $map $set "$python" -B "$here/tls.py" "$@"
	fi
done
exec "$python" -B "$here/tls.py" "$@"
