#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/deb.sh: `make deb`, and what Debian's own programs say of the package.  It is installed into
# a root of its own.  Prints result lines.
set -u
cd "$(dirname "$0")/.." || exit 1
make=${MAKE:-make}
for spec in dpkg-buildpackage:dpkg-dev dh:debhelper; do
	command -v ${spec%%:*} >/dev/null ||
	    { echo "skip deb: there is no ${spec%%:*} (Debian package ${spec##*:})"; exit 0; }
done
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT

check() { # NAME STATUS
	if [ "$2" = 0 ]; then echo "ok $1"; else
		echo "not ok $1: $(grep -v '^ *$' "$T/log" | tail -n 4 | tr '\n' ' ' | cut -c 1-400)"; fi
}

version=$(sed -n 's/.*define VERSION "\(.*\)"/\1/p' src/version.h)
$make SAN= deb >"$T/log" 2>&1 && [ "$(ls build/deb/smtpdane_*.deb | wc -l)" = 1 ]
check deb_is_built $?
deb=$(ls build/deb/smtpdane_*.deb) || exit 1
{ dpkg-deb -f "$deb" Version Depends; echo "Version: $version, by src/version.h"; } >"$T/log" 2>&1
[ "$(dpkg-deb -f "$deb" Version)" = "$version" ]
check deb_has_the_version_of_the_program $?
depends=", $(dpkg-deb -f "$deb" Depends | sed 's/ ([^)]*)//g'),"
for lib in libbearssl0 libc6 libsodium23; do [[ $depends == *", $lib,"* ]] || depends=; done
[ -n "$depends" ]
check deb_depends_on_the_libraries $?

if ! command -v lintian >/dev/null; then echo "skip deb_lintian: there is no lintian"; else
	lintian --allow-root --pedantic --fail-on error,warning,pedantic build/deb/*.changes >"$T/log" 2>&1 &&
	    ! grep -q '^[EWP]:' "$T/log"
	check deb_lintian $?
fi

mkdir -p "$T/root/var/lib/dpkg"/{info,updates,triggers} && : >"$T/root/var/lib/dpkg/status"
PATH=$PATH:/usr/sbin:/sbin
into() { dpkg --root="$T/root" --log=/dev/null --force-not-root --force-depends "$@"; }
into -i "$deb" >"$T/log" 2>&1 && [ -z "$(into -V smtpdane 2>&1 | tee -a "$T/log")" ]
check deb_installs $?
[ "$("$T/root/usr/bin/smtpdane" -version)" = "smtpdane $version" ] &&
    [ "$("$T/root/usr/bin/dnsvouch" -version)" = "dnsvouch $version" ]
check deb_runs $?
into -P smtpdane >"$T/log" 2>&1 && find "$T/root/usr" "$T/root/etc" ! -type d >>"$T/log" 2>/dev/null
! grep -qE "$T/root/(usr|etc)" "$T/log"
check deb_leaves_nothing_behind $?
