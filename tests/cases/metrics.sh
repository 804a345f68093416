#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# eslfs/metrics: Prometheus's text format, and what was done is counted.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
metric() { # NAME
  awk -v name="$1" '$1 == name { print $2 }' "$M/eslfs/metrics"
}
# grown NAME BY BEFORE: at least, since other clients of the switch count as well.
grown() {
  [ "$(metric "$1")" -ge "$(($3 + $2))" ]
}
same 1 "$(metric eslfs_up)"
same 1 "$(metric eslfs_links_total)"
same 1 "$(metric 'eslfs_connections{role="events"}')"
same "" "$(awk '!/^(# (HELP|TYPE) [a-z_]+ [^ ].*|[a-z_]+({[a-z]+="[^"]*"})? [0-9.e+]+)$/' "$M/eslfs/metrics")"
same "" "$(awk '/^# TYPE/ { type[$3] = $4 } /^[a-z]/ { sub(/{.*/, "", $1); if (!type[$1]) print }' "$M/eslfs/metrics")"

commands=$(metric eslfs_commands_total)
failures=$(metric eslfs_failures_total)
ended=$(metric eslfs_channels_ended_total)
queries=$(metric eslfs_queries_total)
events=$(metric eslfs_events_total)
channel
cat "$M/calls/$u/vars" >"$WORK/vars"
check grown eslfs_queries_total 1 "$queries"
check grown eslfs_events_total 5 "$events"
same EINVAL "$(wrote "$M/calls/$u/dtmf" 'no digits\n')"
check grown eslfs_failures_total 1 "$failures"
hang_up "$u"
check grown eslfs_commands_total 2 "$commands"
check grown eslfs_channels_ended_total 1 "$ended"
exec 3<>"$M/events"
same 1 "$(metric eslfs_live_readers)"
exec 3>&-
no_reader() { [ "$(metric eslfs_live_readers)" = 0 ]; }
await no_reader
