#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/examples/sofia-status.sh prints what the switch says to `sofia status`.
. "$(dirname -- "$0")/lib.sh"
export F=$M

switch_and_mount
switch_api sofia status >"$WORK/expected"
if grep -q '^-ERR' "$WORK/expected"; then skip "that switch has no mod_sofia"; fi
check quick "$ROOT/docs/examples/sofia-status.sh" >"$WORK/said"
check diff "$WORK/expected" "$WORK/said"
check grep -q profile "$WORK/said"
