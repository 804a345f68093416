#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A channel whose uuid the switch would read as several words is never put into an api line.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
victim=$u
odd="^^.$victim.evil.yes"
switch_api "originate {origination_uuid=$odd}null/x &park" >/dev/null
own_channels+=("$odd")
await test -d "$M/calls/$odd"

act() {
  local file
  for file in vars vars.json dump dump.json dump.xml; do
    check_not cat "$M/calls/$odd/$file" >/dev/null 2>"$WORK/said"
    contains "$(cat "$WORK/said")" "Invalid argument" "$file"
    contains "$(tail -n 1 "$M/eslfs/errors")" "/$file	Invalid argument"
    contains "$(tail -n 1 "$M/eslfs/errors")" "the channel's uuid begins with ^^"
  done
  check_not ls "$M/calls/$odd/var" >/dev/null 2>&1
  check_not cat "$M/calls/$odd/var/evil" >/dev/null 2>&1
  same EINVAL "$(wrote "$M/calls/$odd/vars" 'a=b\n')"
  for file in hangup answer park break; do same EINVAL "$(wrote "$M/calls/$odd/$file" '\n')" "$file"; done
  same EINVAL "$(wrote "$M/calls/$odd/hold" 'off\n')"
  same EINVAL "$(wrote "$M/calls/$odd/transfer" '9664\n')"
  same EINVAL "$(wrote "$M/calls/$odd/bridge" "$victim\\n")"
  same EINVAL "$(wrote "$M/calls/$odd/dtmf" '1\n')"
  contains "$(tail -n 1 "$M/eslfs/errors")" "the channel's uuid begins with ^^"
}
ran=$(asked "$victim" act)
same "" "$ran" "what the switch was asked"
check_not grep -q '^variable_evil' "$M/calls/$victim/dump"

note "a message names its channel in a header, and reaches it"
check test -d "$M/calls/$odd"
same OK "$(wrote "$M/calls/$odd/execute" 'set harmless=1\n')"
same OK "$(wrote "$M/calls/$odd/sendmsg" 'call-command: hangup\nhangup-cause: NORMAL_CLEARING\n\n')"
await test ! -e "$M/calls/$odd"
check test -d "$M/calls/$victim"

if ! is_live; then
  note "an answer about another channel is not shown"
  stop_mount
  start_proxy
  start_mount
  channel
  mine=$u
  echo "\"Unique-ID\":\"$mine\" \"Unique-ID\":\"$victim\"" >"$WORK/wire.lie"
  for file in vars dump.json; do
    same "" "$(cat "$M/calls/$mine/$file" 2>"$WORK/said" || true)"
    contains "$(cat "$WORK/said")" "Remote I/O error"
    contains "$(tail -n 1 "$M/eslfs/errors")" "the switch answered with the data of $victim"
  done
  check_not ls "$M/calls/$mine/var" >/dev/null 2>&1
  rm "$WORK/wire.lie"
  check grep -q "^uuid=$mine" "$M/calls/$mine/vars"
fi
