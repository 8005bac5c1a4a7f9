#compdef smtpdane dnsvouch
# SPDX-License-Identifier: ISC
# zsh: completion for smtpdane and dnsvouch, to be installed as _smtpdane.  The options, and what
# each takes, are read from -help.

local -a specs
local option arg text

_call_program options ${(q)words[1]} -help 2>/dev/null |
    awk '/^  -/ { o = $1; $1 = ""; a = substr($0, 2); getline; sub(/^ +/, ""); print o "\t" $0 "\t" a }' |
    while IFS=$'\t' read -r option text arg; do
	text=${text//(#m)[\[\]:\\]/\\$MATCH}
	case $arg in
	'') specs+=("*${option}[$text]") ;;
	FILE) specs+=("*${option}=[$text]:file:_files") ;;
	PORT) specs+=("*${option}=[$text]:port:(smtp submission submissions)") ;;
	*) specs+=("*${option}=[$text]:${arg//:/\\:}: ") ;;
	esac
done
_arguments $specs '*:host:_hosts'
