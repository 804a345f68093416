#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Whoever umask= lets act can't take all jobs and all connections of their own: the owner still gets some.
. "$(dirname -- "$0")/lib.sh"

[ "$(id -u)" -eq 0 ] || skip "only root can try what other users may do"
start_switch
chmod 755 "$WORK"
as() { # UID COMMAND...
  local uid=$1
  shift
  quick setpriv --reuid "$uid" --regid 12300 --clear-groups -- "$@"
}
if [ ! -x "$(command -v setpriv)" ] || ! as 12345 test -d "$WORK"; then
  skip "other users can't come to $WORK"
fi
start_mount -o allow_other,gid=12300,umask=007

# Takes what it can get, says "COUNT ERRNO", and keeps it until its standard input ends.
cat >"$WORK/take.py" <<'END'
import errno, os, sys

what, mount = sys.argv[1:]
kept, error = [], 0
try:
    if what == 'talk':
        kept.append(os.open(mount + '/bgapi', os.O_RDWR))
        os.write(kept[0], b'msleep 60000\n')
    control = os.open(mount + '/bgapi', os.O_WRONLY)
    while True:
        if what == 'esl':
            kept.append(os.open(mount + '/esl', os.O_RDWR))
        else:
            kept.append(os.write(control, b'msleep 60000\n'))
except OSError as refusal:
    error = errno.errorcode[refusal.errno]
print(len(kept), error, flush=True)
sys.stdin.read()
END

note "a fifth of the connections, given back at the close"
mkfifo "$WORK/hold"
as 12341 "$PYTHON" "$WORK/take.py" esl "$M" <"$WORK/hold" >"$WORK/taken" &
taker=$!
exec {hold}>"$WORK/hold"
await test -s "$WORK/taken"
same "12 EBUSY" "$(cat "$WORK/taken")"
exec {own}<>"$M/esl"
exec {own}>&-
exec {hold}>&-
check wait "$taker"
same "12 EBUSY" "$(as 12341 "$PYTHON" "$WORK/take.py" esl "$M" </dev/null)" "again"

note "a fifth of the jobs, in whichever way they are started"
same "200 EBUSY" "$(as 12342 "$PYTHON" "$WORK/take.py" talk "$M" </dev/null)"
same "0 EBUSY" "$(as 12342 "$PYTHON" "$WORK/take.py" jobs "$M" </dev/null)"
echo "echo mine" >"$M/bgapi"

note "jobs that end are given back"
for _ in 1 2 3; do
  # shellcheck disable=SC2016  # for the other user's shell
  same "done" "$(as 12343 bash -c 'exec 3<>"$1/bgapi"; echo "echo done" >&3; read -r job <&3; read -r end <&3; echo "$end"' \
    - "$M")"
done
same "200 EBUSY" "$(as 12343 "$PYTHON" "$WORK/take.py" jobs "$M" </dev/null)"
