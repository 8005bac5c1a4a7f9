# SPDX-License-Identifier: ISC
# bash: completion for smtpdane and dnsvouch.  The options, and what each takes, are read from -help.
_smtpdane()
{
	local cur=$2 prev=$3 words
	[ "$cur" != = ] || cur= # -option=value comes as three words
	[ "$prev" != = ] || prev=${COMP_WORDS[COMP_CWORD - 2]}
	[[ $prev != --* ]] || prev=${prev#-}
	words=$("$1" -help 2>/dev/null | awk -v o="$prev" '/^  -/ && $1 == o { print $2 }')
	case $words in
	FILE) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	PORT) words="smtp submission submissions" ;;
	?*) words= ;;
	*)
		case $cur in
		-*) words=$("$1" -help 2>/dev/null | awk '/^  -/ { print $1 }') ;;
		*) mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur"); return ;;
		esac ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _smtpdane smtpdane dnsvouch
