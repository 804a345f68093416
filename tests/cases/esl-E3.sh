#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E3 setPriority: a priority line of the block.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
reader all "$M/events.json" "event json CUSTOM test::e3"
for priority in HIGH NORMAL LOW; do
  printf '%s\n' CUSTOM "Event-Subclass: test::e3" "priority: $priority" '' >"$M/sendevent"
  await has_event "$WORK/all" priority "$priority"
done
printf '%s\n' CUSTOM "Event-Subclass: test::e3" "Last: yes" '' >"$M/sendevent"
await has_event "$WORK/all" Last yes
same "HIGH NORMAL LOW none " "$(jq -r '.priority // "none"' <"$WORK/all" | tr '\n' ' ')"
