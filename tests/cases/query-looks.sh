#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# query/ never acts: whatever is looked up there, the switch runs nothing but what only looks.
. "$(dirname -- "$0")/lib.sh"

start_switch
chmod 755 "$WORK"
token=eslfs-$$-$RANDOM

lines=(
  "conference 'a $token b' list dial {api_on_originate='system id'}null%2Fx"
  "conference 'a list b' dial {api_on_originate='system $token'}null%2Fx"
  "conference ^^,$token,kick,all, list"
  "conference $token\\ list hup all"
  "conference $token kick all"
  "conference list hup $token"
  "show status$token"
  "show channels like $token\\"
  "show channels as json%0A%0Aapi echo $token"
  "hash insert%2F$token%2Fa%2Fb"
  "hash ^^:insert:$token:a:b"
  "db ^^:insert:$token:a:b list"
  "sofia profile $token restart"
  "sofia ^^,profile,$token,restart status"
  "group_call $token"
  "user_exists id $token x"
  "eval $token"
  "originate null%2F$token &park"
  "echo $token"
  "system echo $token"
)

# Each as a program could be led to say it; run in a shell of its own, by another user.
try_all() {
  local line
  for line in "${lines[@]}"; do
    if $by cat "$M/query/$line" >"$WORK/shown" 2>"$WORK/said"; then fail "this was answered: $line"; fi
    contains "$(cat "$WORK/said")" "No such file or directory"
    same "" "$(cat "$WORK/shown")"
  done
}
look() {
  $by cat "$M/query/hash select%2F$token%2Fkey" >/dev/null 2>&1 || true
}

by=quick
for options in monitor,ro monitor allow_other; do
  note "-o $options"
  start_mount -o "$options"
  ran=$(asked "$token" try_all)
  same "" "$ran" "what the switch ran"
  ran=$(asked "$token" look)
  same "hash select/$token/key" "$ran" "what only looks"
  stop_mount
done

note "each refusal once, with its rule"
start_mount
check_not cat "$M/query/conference 'x' list" 2>/dev/null
check_not cat "$M/query/conference 'x' list" 2>/dev/null
same 1 "$(grep -c "	query	.*conference 'x' list	" "$M/eslfs/errors")"
contains "$(tail -n 1 "$M/eslfs/errors")" "word 2 of \"conference NAME"
contains "$(tail -n 1 "$M/eslfs/errors")" "must be a name (letters, digits and ._@+:-)"
for i in $(seq 1500); do check_not test -e "$M/query/odd $i"; done
[ "$(wc -l <"$M/eslfs/errors")" -lt 900 ] || fail "odd names fill eslfs/errors"

note "those that need no argument are listed, and can be read"
check test -e "$M/query/status"
names=$(ls "$M/query")
for line in status version 'show channels' 'show calls count'; do
  grep -qxF "$line" <<<"$names" || fail "$line is not listed"
done
check_not grep -q NAME <<<"$names"
check grep -q "^UP " "$M/query/status"
stop_mount

if [ "$(id -u)" -ne 0 ] || [ ! -x "$(command -v setpriv)" ]; then skip "only root can be somebody else"; fi
by="quick setpriv --reuid 12345 --regid 12345 --clear-groups --"
$by test -d "$WORK" || skip "other users can't come to $WORK"
note "another user, where umask= gives everybody the owner's rights"
start_mount -o monitor,ro,allow_other,umask=022
ran=$(asked "$token" try_all)
same "" "$ran" "what the switch ran"
ran=$(asked "$token" look)
same "hash select/$token/key" "$ran" "what only looks"
stop_mount
