#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# cat calls/*/vars with 1, 100 and 1,000 channels: all there, each its own.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
for count in 1 100 1000; do
  channels "$count"
  files=("${uuids[@]/#/$M/calls/}")
  quick cat "${files[@]/%//vars}" >"$WORK/vars"
  printf '%s\n' "${uuids[@]}" | sort >"$WORK/expected"
  sed -n 's/^uuid=//p' "$WORK/vars" | sort >"$WORK/got"
  check cmp "$WORK/expected" "$WORK/got"
done
if ! is_live; then
  quick cat "$M"/calls/*/vars >"$WORK/all"
  all=$(grep -c '^uuid=' "$WORK/all")
  same 1101 "$all" "channels in calls/*/vars"
fi
