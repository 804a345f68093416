#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# peer links both legs of a bridge to each other, and is absent before and after.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
a=$u
channel
b=$u
for leg in "$a" "$b"; do check_not test -L "$M/calls/$leg/peer"; done
echo "$b" >"$M/calls/$a/bridge"
await test -L "$M/calls/$a/peer"
await test -L "$M/calls/$b/peer"
same "../$b" "$(readlink "$M/calls/$a/peer")"
same "../$a" "$(readlink "$M/calls/$b/peer")"
same "$b" "$(cat "$M/calls/$a/peer/uuid")"
same "$a" "$(cat "$M/calls/$b/peer/uuid")"
same "$a" "$(cat "$M/calls/$a/peer/peer/uuid")"
note "the other end of the link can be written"
echo hello >"$M/calls/$a/peer/var/greeting"
same hello "$(getvar "$b" greeting)"
hang_up "$a"
await not test -L "$M/calls/$b/peer"
