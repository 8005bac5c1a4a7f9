#!/bin/bash
# SPDX-License-Identifier: ISC
# tests/contrib.sh: what is in contrib/, and `make install`, with the programs that it is for: Nagios,
# Icinga 2, systemd, promtool, bash, zsh and fish.  Prints result lines.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lab/start.sh
make=${MAKE:-make}
here=$PWD
PATH=$PATH:/usr/sbin:/sbin
lab_start || { echo "not ok contrib: the lab does not start"; exit 1; }
T=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; lab_stop; rm -rf "$T"' EXIT
lab="-port $SMTP -resolver 127.0.0.1:$DNS -trust-anchor $LAB_DIR/anchor.ds"

check() { # NAME STATUS LOG
	if [ "$2" = 0 ]; then echo "ok $1"; else
		echo "not ok $1: $(grep -v '^ *$' "$3" | tail -n 4 | tr '\n' ' ' | cut -c 1-400)"; fi
}
lacks() { # COMMAND PACKAGE NAME
	command -v "$1" >/dev/null && return 1
	echo "skip $3: there is no $1 (Debian package $2)"
}
await() { # SECONDS COMMAND...: until it is true, or $pid has ended
	local i n=$(($1 * 10)); shift
	for ((i = 0; i < n; i++)); do
		"$@" && return 0
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	return 1
}
finish() { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; pid=; }

# ---- make install ------------------------------------------------------------------------------

install_check() {
	local f want="bin/dnsvouch bin/smtpdane share/man/man1/dnsvouch.1 share/man/man1/smtpdane.1
		share/bash-completion/completions/dnsvouch share/bash-completion/completions/smtpdane
		share/zsh/site-functions/_smtpdane share/fish/vendor_completions.d/dnsvouch.fish
		share/fish/vendor_completions.d/smtpdane.fish share/smtpdane/smtpdane.schema.json"
	for f in $(cd contrib && find icinga2 nagios systemd -type f); do
		want="$want share/doc/smtpdane/examples/$f"
	done
	$make -s SAN= DESTDIR="$T/dest" PREFIX=/opt/x install >"$T/log" 2>&1 &&
	    diff <(printf '%s\n' $want | sort) <(cd "$T/dest/opt/x" && find . -type f | sed 's:^\./::' | sort) \
	    >>"$T/log" && "$T/dest/opt/x/bin/smtpdane" -version >>"$T/log"
	check install_each_file_at_its_place $? "$T/log"
	grep -rn '[^x]/bin/smtpdane' "$T/dest/opt/x/share/doc" >"$T/log"
	[ $? = 1 ] && grep -rqF /opt/x/bin/smtpdane "$T/dest/opt/x/share/doc"
	check install_examples_run_what_was_installed $? "$T/log"
}

# ---- Nagios ------------------------------------------------------------------------------------

nagios_config() { # FILE: with the services of the examples
	mkdir -p "$T/nagios/spool"
	cat >"$T/nagios/nagios.cfg" <<-END
	log_file=$T/nagios/log
	status_file=$T/nagios/status
	object_cache_file=$T/nagios/cache
	lock_file=$T/nagios/lock
	temp_file=$T/nagios/temp
	temp_path=$T/nagios
	check_result_path=$T/nagios/spool
	command_file=$T/nagios/command
	illegal_macro_output_chars=\`~\$&|'"<>
	query_socket=$T/nagios/socket
	nagios_user=$(id -un)
	nagios_group=$(id -gn)
	status_update_interval=1
	process_performance_data=1
	service_inter_check_delay_method=n
	max_service_check_spread=1
	check_for_updates=0
	cfg_file=$T/nagios/own.cfg
	cfg_file=$1
	END
	cat >"$T/nagios/own.cfg" <<-END
	define timeperiod {
		timeperiod_name 24x7
		alias           always
		sunday          00:00-24:00
		monday          00:00-24:00
		tuesday         00:00-24:00
		wednesday       00:00-24:00
		thursday        00:00-24:00
		friday          00:00-24:00
		saturday        00:00-24:00
	}
	define command {
		command_name    nothing
		command_line    /bin/true
	}
	define contact {
		contact_name    root
		host_notifications_enabled    0
		service_notifications_enabled 0
		host_notification_period      24x7
		service_notification_period   24x7
		host_notification_commands    nothing
		service_notification_commands nothing
	}
	define host {
		host_name       mail
		address         127.0.0.1
		check_command   nothing
		check_period    24x7
		contacts        root
		max_check_attempts 1
	}
	define service {
		name            generic-service
		check_period    24x7
		contacts        root
		notification_interval 60
		notification_period   24x7
		register        0
	}
	END
}

# The state of the service in Nagios' own file is as wanted, with its output and numbers.
nagios_state() { # DESCRIPTION STATE OUTPUT(regex)
	awk -v RS='\n\t}' -v d="$1" -v s="$2" -v o="$3" '
	index($0, "service_description=" d "\n") && $0 ~ "\n\tcurrent_state=" s "\n" &&
	    $0 ~ "\n\tplugin_output=" o && $0 ~ "\n\tperformance_data=.*hosts.=1;" { found = 1 }
	END { exit !found }' "$T/nagios/status" 2>/dev/null
}

nagios_runs() {
	local cfg=$T/nagios/smtpdane.cfg
	sed -e "s:/usr/bin/smtpdane:$here/smtpdane:" -e '/^#/d' contrib/nagios/smtpdane.cfg >"$cfg"
	nagios_service good "check_smtpdane_mx!good-ee.ed!$lab" >>"$cfg"
	nagios_service bad "check_smtpdane_mx!wrong-tlsa.ed!$lab" >>"$cfg"
	nagios_service host "check_smtpdane_host!mx.good-ee.ed:$SMTP!$lab -4" >>"$cfg"
	nagios_config "$cfg"
	nagios4 "$T/nagios/nagios.cfg" >"$T/log" 2>&1 &
	pid=$!
	await 40 nagios_state good 0 'SMTPDANE OK' && await 20 nagios_state host 0 'SMTPDANE OK' &&
	    await 20 nagios_state bad 2 'SMTPDANE CRITICAL'
	check nagios_runs_it_and_reads_its_report $? <(cat "$T/log"; grep plugin_output "$T/nagios/status" 2>&1)
	finish
}
nagios_service() { # DESCRIPTION COMMAND
	printf 'define service {\nuse smtpdane-service\nhost_name mail\n'
	printf 'service_description %s\ncheck_command %s\n}\n' "$1" "$2"
}

# What is written as an option is one of smtpdane.
nagios_options() {
	mkdir -p "$T/nagios"
	grep -E '^(#: )?[[:blank:]]*(command_line|check_command)[[:blank:]]' contrib/nagios/smtpdane.cfg |
	    grep -oE '[ !]-[a-z0-9-]+' | tr -d ' !' | sort -u >"$T/nagios/theirs"
	options ./smtpdane | comm -13 - "$T/nagios/theirs" >"$T/log"
	[ ! -s "$T/log" ] && [ "$(wc -l <"$T/nagios/theirs")" -gt 8 ]
	check nagios_has_options_of_smtpdane_alone $? "$T/log"
}

nagios_checks() {
	nagios_options
	! lacks nagios4 nagios4-core nagios || return
	sed 's/^#: //' contrib/nagios/smtpdane.cfg >"$T/nagios/examples.cfg"
	nagios_config "$T/nagios/examples.cfg"
	nagios4 -v "$T/nagios/nagios.cfg" >"$T/log" 2>&1 && grep -q '^Total Warnings: 0' "$T/log" &&
	    grep -q 'Checked 5 services' "$T/log"
	check nagios_accepts_the_definitions $? "$T/log"
	nagios_runs
}

# ---- Icinga 2 ----------------------------------------------------------------------------------

icinga=(icinga2 daemon -c "$T/icinga/icinga2.conf" -DInitRunDir="$T/icinga/Run"
	-DRunAsUser="$(id -un)" -DRunAsGroup="$(id -gn)")
for d in Data Cache Log Spool; do icinga+=(-D${d}Dir="$T/icinga/$d"); done

icinga_config() {
	sed "s:/usr/bin/smtpdane:$here/smtpdane:" contrib/icinga2/smtpdane.conf >"$T/icinga/smtpdane.conf"
	cat >"$T/icinga/icinga2.conf" <<-END
	include <itl>
	include "$T/icinga/smtpdane.conf"
	object CheckerComponent "checker" { }
	object Host "other" { check_command = "dummy" }
	object Host "mail" {
		check_command = "dummy"
		vars.smtpdane_mx_domains = [ "good-ee.ed", "good-301.ed" ]
		vars.smtpdane_hosts = [ "mx.good-ee.ed" ]
	}
	template Service "lab" {
		import "smtpdane"
		host_name = "mail"
		check_interval = 1s
		retry_interval = 1s
		vars.smtpdane_port = $SMTP
		vars.smtpdane_resolver = "127.0.0.1:$DNS"
		vars.smtpdane_trust_anchor = "$LAB_DIR/anchor.ds"
	}
	object Service "good" {
		import "lab"
		vars.smtpdane_mx = true
		vars.smtpdane_aka = [ "a.example", "b.example" ]
		vars.smtpdane_ipv4 = true
		vars.smtpdane_target = [ "good-ee.ed", "good-301.ed" ]
	}
	object Service "bad" {
		import "lab"
		vars.smtpdane_target = "mx.wrong-tlsa.ed"
	}
	END
}

# The options of the command are smtpdane's own, each of them.
icinga_options() {
	sed -n 's/^\t\t"\(-[^"]*\)" = .*/\1/p' contrib/icinga2/smtpdane.conf | sort >"$T/icinga/theirs"
	options ./smtpdane | comm -13 - "$T/icinga/theirs" >"$T/log"
	[ ! -s "$T/log" ] && [ "$(wc -l <"$T/icinga/theirs")" -gt 15 ]
	check icinga_has_options_of_smtpdane_alone $? "$T/log"
}

ran() { # ARGUMENTS(regex) STATUS
	grep -qE "terminated with exit code $2\$" <(grep -E "PID [0-9]+ \(.*smtpdane' '-nagios' $1\) terminated" "$T/icinga/log")
}

icinga_checks() {
	mkdir -p "$T/icinga"/{Run,Data,Cache,Log,Spool}
	icinga_options
	! lacks icinga2 icinga2-bin icinga || return
	icinga_config
	"${icinga[@]}" -C >"$T/log" 2>&1 && grep -q 'Instantiated 5 Services' "$T/log" && ! grep -q warning/ "$T/log"
	check icinga_accepts_the_definitions $? "$T/log"
	"${icinga[@]}" -x notice >"$T/icinga/log" 2>&1 &
	pid=$!
	await 40 ran "'-4' '-aka' 'a.example' '-aka' 'b.example' '-mx' .*'-t' '50' .*'good-ee.ed' 'good-301.ed'" 0 &&
	    await 20 ran "[^(]*'mx.wrong-tlsa.ed'" 2
	check icinga_runs_it_and_reads_its_status $? <(grep smtpdane "$T/icinga/log")
	finish
}

# ---- systemd and Prometheus --------------------------------------------------------------------

unit=$here/contrib/systemd/smtpdane-textfile.service

units_check() {
	! lacks systemd-analyze systemd systemd_units || return
	mkdir -p "$T/units"
	cp contrib/systemd/*.service contrib/systemd/*.timer "$T/units"
	sed -i "s:/usr/bin/smtpdane:$here/smtpdane:" "$T/units"/*.service # which is to be there
	systemd-analyze verify --man=no "$T/units"/*.service "$T/units"/*.timer >"$T/log" 2>&1 && [ ! -s "$T/log" ]
	check systemd_units_are_well_formed $? "$T/log"
}

# The shell of ExecStart, as systemd reads it (systemd.service(5), COMMAND LINES).
unit_shell() {
	sed -n '/^ExecStart=/,/[^\\]$/p' $unit | sed -e 's/\\$//' -e 's:^ExecStart=/bin/sh -c ::' |
	    tr '\n' ' ' | sed -e "s/^'//" -e "s/'[[:blank:]]*smtpdane-textfile \$SMTPDANE_ARGS *\$//" -e 's/\$\$/$/g' \
	    -e 's/%%/%/g' -e "s:/usr/bin/smtpdane:$here/smtpdane:"
}

# textfile STATUS ARGUMENT...: run it in the collector's folder
textfile() {
	local want=$1 rc; shift
	(cd "$T/text" && timeout 60 sh -c "$(unit_shell)" smtpdane-textfile $lab "$@") >"$T/log" 2>&1
	rc=$?
	echo "status $rc, files: $(ls -A "$T/text" | tr '\n' ' ')" >>"$T/log"
	[ $rc = "$want" ] && [ "$(ls -A "$T/text")" = smtpdane.prom ]
}
metric() { # REGEX
	grep -qE "^smtpdane_$1\$" "$T/text/smtpdane.prom"
}

textfile_checks() {
	local inode
	mkdir -p "$T/text"
	textfile 0 -mx good-ee.ed && metric 'target_verdict\{target="good-ee.ed".*\} 0' &&
	    [ "$(stat -c %a "$T/text/smtpdane.prom")" = 644 ]
	check textfile_is_written $? "$T/log"
	inode=$(stat -c %i "$T/text/smtpdane.prom")
	textfile 0 -mx good-ee.ed wrong-tlsa.ed && metric 'target_verdict\{target="wrong-tlsa.ed".*\} 2' &&
	    metric 'problem_info\{.*code="tlsa-mismatch"\} 1' && [ "$(stat -c %i "$T/text/smtpdane.prom")" != "$inode" ]
	check textfile_of_a_failing_probe_is_published_by_rename $? "$T/log"
	cp "$T/text/smtpdane.prom" "$T/before"
	textfile 1 -no-such-option && cmp "$T/before" "$T/text/smtpdane.prom" 2>>"$T/log" &&
	    textfile 1 -version && cmp "$T/before" "$T/text/smtpdane.prom" 2>>"$T/log"
	check textfile_stays_when_there_is_no_report $? "$T/log"
	(ulimit -f 1; trap '' XFSZ; textfile 1 -mx good-ee.ed) && cmp "$T/before" "$T/text/smtpdane.prom" 2>>"$T/log"
	check textfile_stays_when_the_write_fails $? "$T/log"
	! lacks promtool prometheus textfile_promtool || return
	promtool check metrics <"$T/before" >"$T/log" 2>&1 && [ ! -s "$T/log" ]
	check textfile_promtool $? "$T/log"
}

# ---- completion --------------------------------------------------------------------------------

options() { "$1" -help | sed -n 's/^  \(-[^ ]*\).*/\1/p' | sort; }

bash_options() {
	bash --norc -c 'source contrib/completion/smtpdane.bash && complete -p $1 >/dev/null &&
		COMP_WORDS=($1 -) COMP_CWORD=1 && _smtpdane $1 - $1 && printf "%s\n" "${COMPREPLY[@]}"
		COMP_WORDS=($1 -trust-anchor = LICE) COMP_CWORD=3; _smtpdane $1 LICE = && echo "file ${COMPREPLY[*]}"
		[ "$1" = dnsvouch ] || { _smtpdane $1 subm -port && echo "port ${COMPREPLY[*]}"; }' - "$1"
}
fish_options() {
	fish --no-config -c "set -x PATH $here \$PATH; source $T/$1.fish; complete -C '$1 -' | cut -f 1
		echo file (complete -C '$1 -trust-anchor LICE' | cut -f 1)
		[ $1 = dnsvouch ]; or echo port (complete -C '$1 -port subm' | cut -f 1)"
}
# _arguments is what the shell has for this; here it shows what it was handed.
zsh_options() {
	zsh -f -c 'setopt extendedglob; _call_program() { shift; eval "$@" }; words=($1 -)
		_arguments() { for a; do case $a in
			("*:"*) ;;
			(*) o=${${a#\*}%%\[*}; print -r -- ${o%=}
				[[ $a != *-trust-anchor=*:file:_files ]] || print file LICENSE
				[[ $1 = dnsvouch || $a != *-port=*:port:*" submission submissions)" ]] || print port submission submissions
				[[ $a != *-helo=\[* || $a = *:NAME:\  ]] || print no value
				[[ $a != *\*-mx*: ]] || print no boolean ;;
		esac; done; }
		f() { source contrib/completion/smtpdane.zsh }; f $1' - "$1"
}

completion_checks() { # SHELL
	local p
	! lacks "$1" "$1" "completion_$1" || return
	for p in smtpdane dnsvouch; do
		cp contrib/completion/smtpdane.fish "$T/$p.fish"
		{ options ./$p; echo "file LICENSE"; [ $p = dnsvouch ] || echo "port submission submissions"; } |
		    sort >"$T/want"
		PATH=$here:$PATH "$1_options" $p 2>&1 | sort | diff "$T/want" - >"$T/log"
		check "completion_$1_$p" $? "$T/log"
	done
}

# ---- the manual --------------------------------------------------------------------------------

manual_check() { # PROGRAM: has an item for each option, and for nothing else
	sed -n 's/^\.It Fl //p' $1.1 | tr , '\n' | sed 's/^ *\(Fl \)*\([^ ]*\).*/-\2/' | sort >"$T/theirs"
	options ./$1 | diff - "$T/theirs" >"$T/log"
	check "manual_options_$1" $? "$T/log"
}

install_check
manual_check smtpdane
manual_check dnsvouch
nagios_checks
icinga_checks
units_check
textfile_checks
completion_checks bash
completion_checks zsh
completion_checks fish
