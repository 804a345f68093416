#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tests/soak: everything at once, with cut links and restarts of the switch; what it ran is held against what the writers were told.
# live: no, it needs the simulated switch's ledger
. "$(dirname -- "$0")/lib.sh"

# As many calls as a build with the sanitizers manages; the release build's soak has 200.
check "$PYTHON" "$ROOT/tests/soak" --minutes 2 --calls 30 --build "$BUILD"
