#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# eslfs/errors: each failure once, with what was done, on which file, and why in words.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
last() { tail -n 1 "$M/eslfs/errors"; }
# fails EXPECTED PATTERN COMMAND...: prints its errno, and leaves a line with the file and the words.
fails() {
  local expected=$1 file=$2 text=$3 pattern=$4 before
  before=$(wc -l <"$M/eslfs/errors")
  same "$expected" "$(wrote "$M/$file" "$text")" "$file"
  same "$((before + 1))" "$(wc -l <"$M/eslfs/errors")" "lines for one failure"
  contains "$(last)" "	uid $(id -u)	$file	"
  [[ $(last) =~ $pattern ]] || fail "no $pattern in $(last)"
}
fails ENXIO api/uuid_kill 'no-such\n' 'uuid_kill.*no-such.*No such channel'
fails EINVAL api/echo 'a\0b\n' 'a NUL'
fails EINVAL api/echo 'a\rb\n' 'echo.*-ERR '
fails EINVAL "calls/$u/dtmf" 'hangup\n' 'USAGE: digits'
fails EINVAL eslfs/loglevel '9\n' 'USAGE: a level'
fails EINVAL events 'event json all\n' 'open for both'
fails EINVAL "calls/$u/hangup" 'NO_SUCH_CAUSE\n' 'USAGE: write .cause.'
fails EINVAL globals 'nonsense\n' 'USAGE: name=value'
fails EINVAL sendevent 'no name: x\n\n' 'USAGE: the event'
note "in conversations, too"
for pair in "events.json:bogus line:USAGE: event NAMES" "events.json:timeout soon:USAGE: timeout MS" \
  "log:9:USAGE: level" "calls/$u/callstate:foo:timeout MS" "bgapi::USAGE: command"; do
  IFS=: read -r file line pattern <<<"$pair"
  exec 3<>"$M/$file"
  check_not eval 'echo "$line" >&3' 2>/dev/null
  exec 3>&-
  contains "$(last)" "	$file	"
  [[ $(last) =~ $pattern ]] || fail "no $pattern in $(last)"
done
note "a line that is too long, a block that is too short"
head -c 1048577 /dev/zero | tr '\0' a >"$WORK/long"
echo >>"$WORK/long"
check_not cp "$WORK/long" "$M/api/echo" 2>"$WORK/said"
contains "$(cat "$WORK/said")" "Argument list too long"
check grep -q "api/echo	Argument list too long.*1 MiB" "$M/eslfs/errors"
printf 'CUSTOM\nContent-Length: 10\n\nabc' >"$M/sendevent" 2>/dev/null || true
check grep -q "sendevent	.*shorter than its Content-Length" "$M/eslfs/errors"
note "reads that failed"
hang_up "$u"
check_not cat "$M/query/uuid_dump nosuch" 2>/dev/null
contains "$(last)" "query/uuid_dump nosuch	"
check_not cat "$M/query/show nosuch" 2>/dev/null
contains "$(last)" "	query	No such file or directory	show nosuch	-ERR word 2 of "
note "an open that writes nothing does nothing"
before=$(wc -l <"$M/eslfs/errors")
for file in events log api/echo bgapi; do
  : >"$M/$file"
  : >>"$M/$file"
done
same "$before" "$(wc -l <"$M/eslfs/errors")"
