#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Nobody can take another's share: another user's opens, directories and half lines end at his part of the whole.
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
# (Members of the group: strangers can open next to nothing.)
start_mount -o allow_other,gid=12300,max_open=1000,max_memory=16M

# Takes what it can get, says "COUNT ERRNO", and keeps it until its standard input ends.
cat >"$WORK/take.py" <<'END'
import errno, os, sys

what, mount = sys.argv[1:]
kept, error = [], 0
try:
    while True:
        if what == 'half':
            kept.append(os.open(mount + '/events.json', os.O_RDWR))
            os.write(kept[-1], b'filter Half ' + b'x' * 60000)
        elif what == 'filters':
            kept.append(os.open(mount + '/events.json', os.O_RDWR))
            for n in range(15):
                os.write(kept[-1], b'filter Header-%d %s\n' % (n, b'x' * 4000))
        else:
            kept.append(os.open(mount + ('/calls' if what == 'dirs' else '/events.json'), os.O_RDONLY))
except OSError as refusal:
    error = errno.errorcode[refusal.errno]
print(len(kept), error, flush=True)
sys.stdin.read()
END
taken='' # what the last taker said
take() { # UID WHAT: in the background, until drop
  mkfifo "$WORK/hold.$1.$2"
  as "$1" "$PYTHON" "$WORK/take.py" "$2" "$M" <"$WORK/hold.$1.$2" >"$WORK/taken.$1.$2" &
  takers+=($!)
  exec {hold}>"$WORK/hold.$1.$2"
  holds+=("$hold")
  await test -s "$WORK/taken.$1.$2"
  taken=$(cat "$WORK/taken.$1.$2")
}
drop() {
  local fd pid
  for fd in "${holds[@]}"; do exec {fd}>&-; done
  for pid in "${takers[@]}"; do check wait "$pid"; done
  rm -f "$WORK"/hold.* "$WORK"/taken.*
  takers=() holds=()
}
takers=() holds=()

note "a fifth of the files for one, nine tenths for all others together, the rest for root"
for uid in 12341 12342 12343 12344; do
  take "$uid" files
  same "200 ENFILE" "$taken" "what $uid got"
done
take 12345 files
same "100 ENFILE" "$taken" "what the fifth got"
take 12346 files
same "0 ENFILE" "$taken" "what the sixth got"
check cat "$M/eslfs/version" >/dev/null
echo still >"$M/api/echo"
same still "$(cat "$M/api/echo")"
drop

note "a fifth of the directories"
take 12341 dirs
same "200 ENFILE" "$taken"
check ls "$M/calls"
drop

note "a fifth of the memory, for lines without an end"
take 12341 half
same "56 ENOSPC" "$taken" "what one got"
take 12342 half
same "56 ENOSPC" "$taken" "what another got"
check cat "$M/events" "$M/channels" >/dev/null
drop
take 12341 half
same "56 ENOSPC" "$taken" "what the first got again"
drop

note "and for filters"
take 12341 filters
same "5 ENOSPC" "${taken%%? *} ${taken#* }" "fifty to sixty readers"
drop

note "and for what a conversation does not read: bgapi's results"
same "ENOSPC" "$("$PYTHON" - "$M" <<'END'
import errno, os, sys

mount = sys.argv[1]
fd = os.open(mount + '/bgapi', os.O_RDWR)
try:
    for n in range(400):
        os.write(fd, b'Job-UUID: job-%d\n' % n)
        os.write(fd, b'echo ' + b'x' * 60000 + b'\n')
        # (The conversation of a job's state is answered when it has ended.)
        with open(mount + '/jobs/job-%d/state' % n, 'r+b', 0) as state:
            state.read(10)
except OSError as error:
    print(errno.errorcode[error.errno])
END
)"
check cat "$M/channels" >/dev/null

note "what is said to a stream is short"
same E2BIG "$("$PYTHON" - "$M/events" <<'END'
import errno, os, sys
try:
    os.write(os.open(sys.argv[1], os.O_RDWR), b'filter a ' + b'x' * 65536 + b'\n')
except OSError as error:
    print(errno.errorcode[error.errno])
END
)"
check grep -q 'said to a stream' "$M/eslfs/errors"
