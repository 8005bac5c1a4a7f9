#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/rfcstatus.sh: does RFC-STATUS.md tell the truth about what there is?  Each file named in it
# exists, each test named in it is run by its program or script, a rule that is kept has a test, and
# the table at its end counts right.
set -u
cd "$(dirname "$0")/.." || exit 1
status=tests/RFC-STATUS.md
bad=0

result() { # name, what is wrong or nothing
	if [ -z "$2" ]; then echo "ok $1"; else echo "not ok $1: $2"; bad=1; fi
}

# the rules: "RFC|done|files|tests"
rules() {
	awk -F ' *[|] *' 'NF == 7 && $2 ~ /^[0-9][0-9][0-9][0-9] / { split($2, a, " ")
	    print a[1] "|" $4 "|" $5 "|" $6 }' "$status"
}

# Every test that there is: "WHERE NAME"
known() {
	grep -oE '(unit_test[a-z_]*|\<T)\([A-Za-z0-9_]+' tests/t_*.c | sed 's:tests/\(t_[^.]*\)\.c.*(:\1 :'
	grep -oE 'run lab/[^ ]+' tests/lab/scenarios.sh | sed 's/run/scenarios.sh/'
	sed -nE 's:^\t\{"([^"]+)", "([^"]+)",.*:scenarios.sh lab/\1.\2:p' tests/lab/lab_table.c
	sed -n '/^iterate()/,/^}/p' tests/lab/scenarios.sh | grep -oE '[a-z0-9-]+\.[a-z0-9]+' | sed 's:^:scenarios.sh lab/iterate-:'
	grep -oE '^[	 ]*(is|json|unwritable|result) [A-Za-z0-9_]+' tests/cli.sh | awk '{ print "cli.sh", $2 }'
	sed -n '/^for t in AXFR/,/do$/p' tests/cli.sh | grep -oE '[A-Z0-9]+:' | sed 's/^/cli.sh dnsvouch_meta_type_/; s/:$//'
	sed -n 's/^    title = "\(.*\)"/check.py rdata_read_by_\1/p' tests/rdata/check.py
}

files= untested=
while IFS='|' read -r rfc done file tests; do
	for f in ${file//,/ }; do [ -e "$f" ] || files="$files $f"; done
	[ "$done" != yes ] || [[ $tests == *\`* ]] || untested="$untested RFC $rfc ($file)"
done < <(rules)
result rfc_status_files "${files:+no such file:$files}"
result rfc_status_each_rule_tested "${untested:+without a test:$untested}"
named=$(rules | cut -d '|' -f 4 | grep -oE '[a-z_0-9]+(\.sh|\.py)?: `[^`]+`' | tr -d '`' | sed 's/: / /' | sort -u)
lost=$(comm -23 <(echo "$named") <(known | sort -u) | tr '\n' ',')
[ "$(wc -l <<<"$named")" -gt 100 ] || lost="$lost hardly any test is named"
result rfc_status_tests "${lost:+no such test: $lost}"

want=$(rules | awk -F '|' '{ d = $2; sub(/ \(.*/, "", d); n[$1 "|" d]++; n["all|" d]++; rfc[$1]; rfc["all"] }
	END { for (r in rfc) print "| " r " | " n[r "|yes"] + 0 " | " n[r "|partly"] + 0 " | " n[r "|no"] + 0 " | " n[r "|not needed"] + 0 " |" }' | sort)
if [ "${1:-}" = -write ]; then # after rules were added: count anew
	sed -i '/^## Summary/,$d' "$status"
	printf '%s\n' '## Summary' '' '| RFC | rules kept | partly | not | not needed |' '|---|---|---|---|---|' "$want" >>"$status"
fi
have=$(sed -n '/^## Summary/,$p' "$status" | grep -E '^\| ([0-9]{4}|all) ' | sort)
result rfc_status_summary "$([ "$want" = "$have" ] || diff <(echo "$want") <(echo "$have") | grep '^[<>]' | head -n 4 | tr '\n' ' ')"
exit $bad
