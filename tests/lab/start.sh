# SPDX-License-Identifier: ISC
# tests/lab/start.sh, to be sourced: lab_start starts the lab on free ports with its files in
# $LAB_DIR, lab_stop ends it.  Sets LAB_DIR DNS (base port of the forwarders) SMTP SMTPS.
# Options for the lab are the arguments of lab_start.

LAB=${LAB:-build/lab}
LAB_PID=

lab_try() {
	DNS=$((20000 + RANDOM % 10000)); SMTP=$((DNS + 20)); SMTPS=$((DNS + 21))
	"$LAB" -dir "$LAB_DIR" -dns-port $DNS -smtp-port $SMTP -smtps-port $SMTPS "$@" \
	    2>"$LAB_DIR/log" &
	LAB_PID=$!
	disown $LAB_PID # so that a plain `wait` does not wait for it
	for _ in $(seq 600); do
		[ -e "$LAB_DIR/ready" ] && return 0
		kill -0 $LAB_PID 2>/dev/null || break
		sleep 0.05
	done
	kill $LAB_PID 2>/dev/null
	LAB_PID=
	return 1
}

lab_start() {
	LAB_DIR=$(mktemp -d) || return 1
	trap lab_stop EXIT
	trap 'exit 1' INT TERM HUP
	for _ in 1 2 3 4 5; do
		lab_try "$@" && return 0
	done
	cat "$LAB_DIR/log" >&2
	return 1
}

lab_stop() {
	trap - EXIT
	if [ -n "$LAB_PID" ]; then
		kill "$LAB_PID" 2>/dev/null
		LAB_PID=
	fi
	[ -z "$LAB_DIR" ] || rm -rf "$LAB_DIR"
}
