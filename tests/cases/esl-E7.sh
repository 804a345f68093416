#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E7 addBody, several times: the body is all that is written after the blank line, until the close.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
reader all "$M/events.json" "event json CUSTOM test::e7"

note "several writes, and nothing is sent before the close"
{
  printf 'CUSTOM\nEvent-Subclass: test::e7\nWhich: first\n\n'
  echo one
  echo two
  "$PYTHON" "$CASES/esl.py" fire <(printf 'CUSTOM\nEvent-Subclass: test::e7\nWhich: between\n\n')
  await has_event "$WORK/all" Which between
  check_not has_event "$WORK/all" Which first
  printf '%s' three
} >"$M/sendevent"
await has_event "$WORK/all" Which first
same $'one\ntwo\nthree' "$(jq -r 'select(.Which == "first") | ._body' <"$WORK/all")"

note "a Content-Length ends it sooner, and another may follow in the same write"
printf 'CUSTOM\nEvent-Subclass: test::e7\nWhich: %s\nContent-Length: 4\n\nbody\n' second third >"$M/sendevent"
await has_event "$WORK/all" Which third
same "body body" "$(jq -r 'select(.Which == "second" or .Which == "third") | ._body' <"$WORK/all" | paste -sd' ')"

note "in a conversation the blank line ends it, unless there is a length"
exec 3<>"$M/sendevent"
printf 'CUSTOM\nEvent-Subclass: test::e7\nWhich: fourth\n\n' >&3
contains_output "+OK " cat <&3
printf 'CUSTOM\nEvent-Subclass: test::e7\nWhich: fifth\nContent-Length: 6\n\n' >&3
printf 'a\n\nb\n\n' >&3
contains_output "+OK " cat <&3
exec 3>&-
await has_event "$WORK/all" Which fifth
same 'null "a\n\nb\n\n"' "$(jq -c 'select(.Which == "fourth" or .Which == "fifth") | ._body' <"$WORK/all" | paste -sd' ')"
