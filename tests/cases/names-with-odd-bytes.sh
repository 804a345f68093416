#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Channels whose uuids have slashes, dots, percent signs, tabs and more are found by their encoded names.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
tag=$(cut -c 1-8 "$M/uuid")
names=("a/$tag" ".hid$tag" "x%2F$tag" $'tab\t'"$tag" "grüß$tag" "q\"uo$tag" '..')
encoded=("a%2F$tag" "%2Ehid$tag" "x%252F$tag" "tab%09$tag" "grüß$tag" "q\"uo$tag")
for i in "${!encoded[@]}"; do
  own_channels+=("${names[i]}")
  switch_api "originate {origination_uuid=${names[i]}}null/x &park" >/dev/null
  await test -d "$M/calls/${encoded[i]}"
  same "${names[i]}" "$(cat "$M/calls/${encoded[i]}/uuid")"
  contains "$(cat "$M/calls/${encoded[i]}/vars")" "uuid=" "the variables of ${names[i]}"
  check grep -qxF "${encoded[i]}" <(ls -A "$M/calls")
done
check ls -laR "${encoded[@]/#/$M/calls/}" >/dev/null
