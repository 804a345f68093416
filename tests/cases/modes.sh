#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Modes, owner, umask; default_permissions, nosuid, nodev and noexec whatever the options say; limits of what can be opened how.
. "$(dirname -- "$0")/lib.sh"

start_switch
mode() {
  stat -c '%a %u %g' "$M/$1"
}
options() {
  awk -v dir="$M" '$5 == dir { print $6 "," $NF }' /proc/self/mountinfo | tail -n 1
}
me="$(id -u) $(id -g)"
start_mount
channel
same "444 $me" "$(mode README)"
same "555 $me" "$(mode .)"
same "550 $me" "$(mode calls)"
same "660 $me" "$(mode events)"
same "660 $me" "$(mode events.json)"
same "440 $me" "$(mode channels)"
same "600 $me" "$(mode api/status)"
same "600 $me" "$(mode "calls/$u/execute")"
same "640 $me" "$(mode "calls/$u/vars")"
same "440 $me" "$(mode "calls/$u/dump.json")"
same "660 $me" "$(mode "calls/$u/callstate")"
same "440 $me" "$(mode eslfs/errors)"
same "444 $me" "$(mode eslfs/metrics)"
same directory "$(stat -c %F "$M/calls/$u")"

note "a stable inode number, the same in listings"
same "$(stat -c %i "$M/calls/$u/vars")" "$(stat -c %i "$M/calls/$u/vars")"
same "$(stat -c %i "$M/calls")" "$(find "$M" -maxdepth 1 -name calls -printf %i)"
same 37 "$(stat -c %s "$M/uuid")"
same "$(wc -c <"$M/README")" "$(stat -c %s "$M/README")"
same "$(wc -c <"$M/calls/$u/uuid")" "$(stat -c %s "$M/calls/$u/uuid")"

note "what can't be opened that way"
check_not eval 'echo x >"$M/README"' 2>/dev/null
check_not eval 'echo x >"$M/channels"' 2>/dev/null
check_not eval 'echo x >"$M/calls/$u/dump"' 2>/dev/null
check_not eval 'cat <>"$M/README"' 2>/dev/null
check chmod 600 "$M/events"
same "660 $me" "$(mode events)"
hang_up "$u"
stop_mount

note "options that ask for more than there is"
start_mount -o suid,dev,exec,uid=12345,gid=54321,umask=027
for word in nosuid nodev noexec default_permissions; do
  contains ",$(options)," ",$word,"
done
same "440 12345 54321" "$(mode README)"
same "640 12345 54321" "$(mode api/status)"
same OK "$(wrote "$M/api/echo" 'root still may\n')"
stop_mount

note "a source with commas in it is a source, and grants nothing"
u=''
mkdir -p "$M"
ESL_PASSWORD=$PASSWORD "$ESLFS" -f -o retry,connect_timeout=1000 'x,allow_other,fsname=y' "$M" >"$WORK/eslfs.out" 2>&1 &
mount_pid=$!
await mount_is_ready
same 'x,allow_other,fsname=y:8021' "$(findmnt -n -o SOURCE "$M")"
check_not grep -q allow_other <<<"$(awk -v dir="$M" '$5 == dir { print $NF }' /proc/self/mountinfo)"
stop_mount

note "as mount(8) calls it"
start_mount -o rw,_netdev,x-systemd.automount,nofail,noauto,user,comment=x
check test -f "$M/README"
stop_mount
