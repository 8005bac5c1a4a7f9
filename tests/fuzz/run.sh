#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/fuzz/run.sh SECONDS PROGRAM...: run each fuzzer for so long, from tests/fuzz/corpus/NAME
# where that is there.  Prints result lines; a finding is kept under build/fuzz/found/.
set -u
seconds=$1; shift
[ $# -gt 0 ] || { echo "not ok fuzz: there are no fuzzers"; exit 1; }
mkdir -p build/fuzz/found; bad=0
for prog in "$@"; do
	name=$(basename "$prog") work=build/fuzz/corpus.$(basename "$prog") log=build/fuzz/$(basename "$prog").log
	mkdir -p "$work"
	dirs=$work; [ ! -d "tests/fuzz/corpus/$name" ] || dirs="$work tests/fuzz/corpus/$name"
	# shellcheck disable=SC2086
	if "$prog" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=70000 \
	    -artifact_prefix="build/fuzz/found/$name-" $dirs >"$log" 2>&1; then
		echo "ok $name: $(grep -oE 'Done [0-9]+ runs' "$log" | tail -n 1)"
	else
		bad=1
		echo "not ok $name: $(grep -m1 -E 'ERROR|runtime error|SUMMARY' "$log"), see $log and build/fuzz/found/"
	fi
done
exit $bad
