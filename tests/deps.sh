#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/deps.sh LEVEL: install the Debian packages that are missing, and only those.
# LEVEL: build (compiling), demo (the same), check (all that the tests use).
# Says what it installs and why.  While it installs, no server is started.
# Exit status: 1 when something that cannot be done without is missing; a missing
# peer of the interoperation tests only costs those tests, which then say "skip".
set -u
level=${1:-build}
here=$(cd "$(dirname "$0")" && pwd)

# package[:command]; the package counts as there when dpkg has it or the command is in PATH
build="gcc:gcc make:make libc6-dev libbearssl-dev libsodium-dev"
unit="libcmocka-dev"
tools="clang:clang libclang-rt-dev openssl:openssl libssl-dev python3:python3 python3-dnspython python3-cryptography python3-jsonschema jq:jq ca-certificates dns-root-data mandoc:mandoc
	strace:strace"
# whom contrib/ is for, and what makes and checks the Debian package
contrib="nagios4-core:nagios4 icinga2-bin:icinga2 prometheus:promtool zsh:zsh fish:fish systemd:systemd-analyze
	debhelper:dh lintian:lintian"

say() { printf 'deps: %s\n' "$*"; }
die() { printf 'deps: %s\n' "$*" >&2; exit 1; }

case $level in
build|demo) need=$build want= ;;
check)
	need="$build $unit"
	want="$tools $contrib $(sed 's/#.*//' "$here/interop/packages.txt" 2>/dev/null)" ;;
*) die "usage: deps.sh build|demo|check" ;;
esac

# the package's name when it is missing, else nothing
missing() {
	local spec pkg cmd
	for spec in "$@"; do
		pkg=${spec%%:*} cmd=${spec#"$pkg"} cmd=${cmd#:}
		if [ -n "$cmd" ] && command -v "$cmd" >/dev/null 2>&1; then continue; fi
		case $(dpkg-query -W -f '${Status}' "$pkg" 2>/dev/null) in
		*' installed') ;;
		*) printf '%s ' "$pkg" ;;
		esac
	done
}

# Not Debian: look for the files themselves.
without_dpkg() {
	local lost=
	for h in bearssl.h sodium.h; do
		printf '#include <%s>\n' $h | ${CC:-cc} ${CPPFLAGS:-} -E - >/dev/null 2>&1 || lost="$lost $h"
	done
	[ -z "$lost" ] || die "no dpkg here, and missing:$lost. Install BearSSL 0.6 and libsodium."
	say "no dpkg here: install what is missing of these by hand: $need $want" | tr -s '\n\t' '  '
	echo
	exit 0
}
command -v dpkg-query >/dev/null 2>&1 || without_dpkg

policy=/usr/sbin/policy-rc.d
saved=/usr/sbin/policy-rc.d.smtpdane-saved
ours="# smtpdane tests/deps.sh: start no service while installing"
hold_services() {
	if [ ! -e "$saved" ] && [ -e "$policy" ] && ! grep -qF "$ours" "$policy"; then
		mv "$policy" "$saved"
	fi
	printf '#!/bin/sh\n%s\nexit 101\n' "$ours" >"$policy" && chmod 755 "$policy"
}
release_services() {
	if [ -e "$saved" ]; then
		mv -f "$saved" "$policy"
	elif [ -e "$policy" ] && grep -qF "$ours" "$policy"; then
		rm -f "$policy"
	fi
}

apt() { # quiet unless it fails
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 \
	    -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1
}

# Mail servers to test against.  Debian installs one mail server at a time, so these are unpacked
# side by side, with what they need and is not installed, for tests/interop alone.
peers="exim4-daemon-light opensmtpd"
peers_dir=$here/../build/peers
unpack_peer() ( # PACKAGE
	dir=$peers_dir/$1
	list=$(apt-get -qq -s install --no-install-recommends "$1" 2>/dev/null |
	    awk '$1 == "Inst" { print $2 }')
	[ -n "$list" ] || { say "$1 cannot be had"; return; }
	say "unpacking into build/peers:" $list
	rm -rf "$dir" "$dir.new"
	mkdir -p "$dir.new" && cd "$dir.new" && apt-get -qq download $list >/dev/null 2>&1 ||
	    { say "$1 could not be downloaded"; rm -rf "$dir.new"; return; }
	too_old "$1" && backport "$1"
	for deb in *.deb; do dpkg -x "$deb" . || return; done
	rm -f ./*.deb
	mv "$dir.new" "$dir"
)
# OpenSMTPD before 7.3 finishes no handshake with OpenSSL 3, whoever the client (its issue 1171).
too_old() { # PACKAGE
	[ "$1" = opensmtpd ] && dpkg --compare-versions \
	    "$(dpkg-deb -f opensmtpd_*.deb Version)" lt 7.3
}
# The package from Debian's backports of this release, which the lists of the system need not have.
backport() ( # PACKAGE, whose .deb in this folder is replaced
	. /etc/os-release
	here=$PWD
	uri=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $VERSION_CODENAME" | head -n 1)
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	mkdir -p apt/lists/partial apt/cache/archives/partial
	echo "deb [signed-by=$keys] $uri $VERSION_CODENAME-backports main" >apt/sources.list
	o="-qq -o Dir::Etc::sourcelist=$PWD/apt/sources.list -o Dir::Etc::sourceparts=-"
	o="$o -o Dir::State::lists=$PWD/apt/lists -o Dir::Cache=$PWD/apt/cache"
	[ "$(id -u)" != 0 ] || o="$o -o APT::Sandbox::User=root"
	apt-get $o update >/dev/null 2>&1 && mkdir new && cd new &&
	    apt-get $o download "$1" >/dev/null 2>&1 && rm ../"$1"_*.deb && mv "$1"_*.deb .. ||
	    say "there is no backport of $1"
	rm -rf "$here/apt" "$here/new"
)
unpack_peers() {
	[ "$level" = check ] && command -v apt-get >/dev/null 2>&1 || return 0
	for p in $peers; do
		if [ ! -d "$peers_dir/$p" ] && [ -n "$(missing "$p")" ]; then unpack_peer "$p"; fi
	done
}

install_packages() {
	say "apt-get install $*"
	case " $* " in
	*' postfix '*)
		echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections ;;
	esac
	apt update || say "apt-get update failed: $(grep -m1 '^[EW]:' "$log"); going on with the old lists"
	if apt install -y --no-remove --no-install-recommends "$@"; then return; fi
	[ $# -gt 1 ] || { say "$1 could not be installed: $(grep -m1 '^E:' "$log")"; return; }
	for p in "$@"; do # one that cannot be had must not cost the others
		apt install -y --no-remove --no-install-recommends "$p" ||
		    say "$p could not be installed: $(grep -m1 '^E:' "$log")"
	done
}

m1=$(missing $need) m2=$(missing $want)
[ -n "$m1$m2" ] || { unpack_peers; exit 0; }

[ -z "$m1" ] || say "missing, without which nothing is built or tested: $m1"
[ -z "$m2" ] || say "missing, used by the tests (compiler, tools, and servers to test against): $m2"
if [ "$(id -u)" != 0 ]; then
	say "not root, so nothing is installed. As root: apt-get install --no-install-recommends $m1$m2"
	[ -z "$m1" ] || exit 1
	unpack_peers
	exit 0
fi
command -v apt-get >/dev/null 2>&1 || die "no apt-get here: install by hand: $m1$m2"

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 1' INT TERM HUP
if command -v flock >/dev/null 2>&1 && [ -d /run/lock ]; then # two runs at once must not undo each other's policy
	exec 9>/run/lock/smtpdane-deps.lock && flock 9
	m1=$(missing $need) m2=$(missing $want)
	[ -n "$m1$m2" ] || { unpack_peers; exit 0; }
fi
trap 'release_services; rm -f "$log"' EXIT
hold_services
install_packages $m1 $m2
release_services

m1=$(missing $need) m2=$(missing $want)
[ -z "$m2" ] || say "still missing: $m2; the tests that need them will say so"
[ -z "$m1" ] || die "still missing: $m1; apt-get's last words: $(tail -n 3 "$log" | tr '\n' ' ')"
unpack_peers
say "done"
