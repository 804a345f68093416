#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Writers that were killed hold up nobody; what was not sent when its writer died is never sent.
. "$(dirname -- "$0")/lib.sh"

# Commands under way, as the mount shows them.
busy() {
  awk -F '\t' '$1 == "write" && $6 == "1" { n++ } END { print n + 0 }' "$M/eslfs/connection"
}
busy_is() { [ "$(busy)" = "$1" ]; }
switch_and_mount

note "eight are killed"
writers=()
for i in 1 2 3 4 5 6 7 8; do
  "$PYTHON" -c 'import os, sys; os.write(os.open(sys.argv[1], os.O_WRONLY), b"20000\n")' "$M/api/msleep" &
  writers+=("$!")
done
await busy_is 8
kill -9 "${writers[@]}"
wait "${writers[@]}" 2>/dev/null || true
quick sh -c 'echo still-served >"$1"' - "$M/api/echo"
same still-served "$(cat "$M/api/echo")"
same 8 "$(busy)" "the commands themselves run on"
stop_mount

note "the ninth waits for a connection, and is killed"
start_mount
writers=()
for i in 1 2 3 4 5 6 7 8; do
  (echo 3000 >"$M/api/msleep") &
  writers+=("$!")
done
await busy_is 8
u=$(cat "$M/uuid")
own_channels+=("$u")
(exec "$PYTHON" -c 'import os, sys; os.write(os.open(sys.argv[1], os.O_WRONLY), sys.argv[2].encode())' \
  "$M/api/originate" "{origination_uuid=$u}null/x &park
") &
ninth=$!
waits() { grep -qx "waiting commands 1" "$M/eslfs/connection"; }
await waits
kill -9 "$ninth"
wait "$ninth" 2>/dev/null || true
await not waits
check wait "${writers[@]}"
echo x >"$M/api/echo"
same false "$(switch_api uuid_exists "$u")"
check grep -q "Interrupted.*originate.*$u.*was not sent" "$M/eslfs/errors"
