# SPDX-License-Identifier: ISC
# fish: completion for the program that this file is named after, smtpdane or dnsvouch.  The options,
# and what each takes, are read from -help.
set -l program (string replace -r '\.fish$' '' (status basename))
complete -c $program -f
command $program -help 2>/dev/null |
    awk '/^  -/ { o = substr($1, 2); a = $2; getline; sub(/^ +/, ""); print o "\t" a "\t" $0 }' |
    while read -d \t -l option arg text
        switch $arg
            case ''
                complete -c $program -o $option -d $text
            case FILE
                complete -c $program -o $option -d $text -r -F
            case PORT
                complete -c $program -o $option -d $text -x -a 'smtp submission submissions'
            case '*'
                complete -c $program -o $option -d $text -x
        end
    end
complete -c $program -a '(__fish_print_hostnames)'
