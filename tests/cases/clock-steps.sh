#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The wall clock is set back and forward by hours, with calls, jobs and ended calls, and while the link is down: no ghost stays, nothing is forgotten.
. "$(dirname -- "$0")/lib.sh"

command -v faketime >/dev/null || skip "faketime is not installed"
library=$(faketime -f +0d printenv LD_PRELOAD)
cat >"$WORK/eslfs" <<END
#!/bin/sh
export LD_PRELOAD='$library' FAKETIME_TIMESTAMP_FILE=$WORK/clock FAKETIME_NO_CACHE=1
export FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1
export ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0
exec $ESLFS "\$@"
END
chmod +x "$WORK/eslfs"
ESLFS=$WORK/eslfs

# step OFFSET: of the mount's clock, from the true one
step() {
  echo "$1" >"$WORK/clock.new"
  mv "$WORK/clock.new" "$WORK/clock"
}
hour_of_mount() { # what the mount believes, as hours from the true time, to the nearest
  local date
  echo "x$RANDOM" >"$M/api/there_is_no_such_command" 2>/dev/null || true
  date=$(tail -n 1 "$M/eslfs/errors" | cut -f 1)
  echo $((($(date -d "$date" +%s) - $(date +%s) + 90001800) / 3600 - 25000))
}
gone() { # UUID...
  local uuid
  for uuid; do test ! -e "$M/calls/$uuid" || return 1; done
}

step +0d
start_switch
start_proxy
start_mount
same 0 "$(hour_of_mount)"

for offset in -2h +3h; do
  note "$offset, then calls that end while the link is down"
  channels 5
  step "$offset"
  contains "$offset" "$(hour_of_mount)" "the step was seen"
  cut_wire
  await is_down
  for uuid in "${uuids[@]}"; do switch_api uuid_kill "$uuid" >/dev/null; done
  channel_of_gap=$(cat /proc/sys/kernel/random/uuid)
  own_channels+=("$channel_of_gap")
  switch_api originate "{origination_uuid=$channel_of_gap}null/x" "&park" >/dev/null
  mend_wire
  await is_up
  await gone "${uuids[@]}"
  await test -d "$M/calls/$channel_of_gap"
  hang_up "$channel_of_gap"
done

note "a day and more forward: a job that runs and the ended calls are still there"
printf 'Job-UUID: long-%s\nmsleep 600000\n' "$channel_of_gap" >"$M/bgapi"
step +30h
same 30 "$(hour_of_mount)"
printf 'Job-UUID: short-%s\necho x\n' "$channel_of_gap" >"$M/bgapi"
same_output "done" cat <>"$M/jobs/short-$channel_of_gap/state"
same running "$(cat "$M/jobs/long-$channel_of_gap/state")"
for uuid in "${uuids[@]}" "$channel_of_gap"; do check test -d "$M/ended/$uuid"; done

note "and back: what runs is seconds old, not days"
step -30h
same -30 "$(hour_of_mount)"
check awk '$1 < 0 || $1 > 10000 { exit 1 }' "$M/jobs/long-$channel_of_gap/elapsed"
channel
hang_up "$u"
check awk '$1 < 0 || $1 > 10000 { exit 1 }' "$M/ended/$u/duration"
