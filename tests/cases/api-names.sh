#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What api/ lists can be opened: commands whose names are no names of files of it are left out.
# live: no, the modules are made up
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
loaded() { # NAME
  printf '%s\n' MODULE_LOAD "type: api" "name: $1" "description: made up" "syntax: x" "" >"$M/sendevent"
}
for name in 'odd/name' '$(x)' 'two words' 'brand-new.command:1'; do loaded "$name"; done
await test -e "$M/api/brand-new.command:1"
is_listed() { [ -n "$(find "$M/api" -name 'brand-new.command:1')" ]; }
await is_listed
same "" "$(find "$M/api" -mindepth 1 -name '*[^a-zA-Z0-9_.:-]*')"
for file in "$M"/api/*; do check cat "$file" >/dev/null; done
