#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/anchors.sh: trust-anchors/ against Debian's dns-root-data, as sets.
set -u
cd "$(dirname "$0")/.." || exit 1
theirs=${ROOT_DATA:-/usr/share/dns}

# one record a line, lower case, no TTL, no class, one blank between fields, sorted
records() {
	sed 's/;.*//' "$1" | awk 'NF {
		$0 = tolower($0); out = $1
		for (i = 2; i <= NF; i++)
			if ($i != "in" && !(i <= 3 && $i ~ /^[0-9]+$/)) out = out " " $i
		print out }' | sort -u
}

compare() { # name, file
	if [ ! -r "$theirs/$2" ]; then
		echo "skip $1: $theirs/$2 is not there (Debian package dns-root-data)"
		return
	fi
	ours=$(records "trust-anchors/$2") other=$(records "$theirs/$2")
	if [ -z "$ours" ] || [ -z "$other" ]; then
		echo "not ok $1: no records in one of the two files"
	elif [ "$ours" = "$other" ]; then
		echo "ok $1"
	else
		echo "not ok $1: differs from $theirs/$2: $(diff <(echo "$ours") <(echo "$other") |
		    grep '^[<>]' | sed 's/^</ours:/; s/^>/theirs:/' | tr '\n' ';')"
	fi
}
compare root_ds_equals_dns_root_data root.ds
compare root_hints_equal_dns_root_data root.hints

for want in '. ds 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d' \
	'. ds 38696 8 2 683d2d0acb8c9b712a1948b27f741219298d0a450d612c483af444a4c0fb2b16'; do
	tag=$(echo "$want" | cut -d' ' -f3)
	if records trust-anchors/root.ds | grep -qxF "$want"; then echo "ok root_ds_has_ksk_$tag"
	else echo "not ok root_ds_has_ksk_$tag: trust-anchors/root.ds lacks: $want"; fi
done
n=$(records trust-anchors/root.hints | grep -cE '^[a-m]\.root-servers\.net\. (a|aaaa) ')
if [ "$n" = 26 ]; then echo "ok root_hints_13_servers_2_families"
else echo "not ok root_hints_13_servers_2_families: $n addresses, not 26"; fi
