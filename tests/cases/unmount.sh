#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SIGTERM, SIGINT and fusermount3 -u end the mount cleanly, with blocked readers and writers; a busy mount can be unmounted lazily.
. "$(dirname -- "$0")/lib.sh"

start_switch
end_of_mount() { # what: the process ends with 0, the mount is gone, and so are those who waited
  local status=0
  wait "$mount_pid" || status=$?
  mount_pid=''
  same 0 "$status" "eslfs's status after $1"
  check_not is_mounted "$M"
}
for how in TERM INT; do
  note "SIG$how with a blocked reader, a blocked writer, and open files"
  start_mount
  channel
  reader live "$M/events.json"
  reader value "$M/calls/$u/callstate"
  bash -c 'echo 60000 >"$1"' - "$M/api/msleep" 2>"$WORK/message" &
  writer=$!
  exec 3<"$M/README" 4>"$M/api/echo" 5<>"$M/api/status" 6<"$M/calls/$u"
  under_way() {
    [ "$(awk -F '\t' '$6 == "1" { n++ } END { print n + 0 }' "$M/eslfs/connection")" -ge 1 ]
  }
  await under_way
  kill "-$how" "$mount_pid"
  end_of_mount "SIG$how"
  check_not wait "$writer"
  check_not wait "${readers[live]}"
  check_not wait "${readers[value]}"
  check_not eval 'echo x >&4' 2>/dev/null
  exec 3<&- 4>&- 5>&- 6<&-
done

note "fusermount3 -u refuses while a file is open, and -z waits for it"
start_mount
exec 3<"$M/README"
check_not fusermount3 -u "$M" 2>/dev/null
check fusermount3 -uz "$M"
check_not is_mounted "$M"
check test -n "$(cat <&3)"
exec 3<&-
end_of_mount "the last close"

note "the directory is itself again"
check test -z "$(ls -A "$M")"
