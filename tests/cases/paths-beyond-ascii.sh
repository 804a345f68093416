#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Paths are bytes: a mount point, a password's and a profiles' file whose names aren't ASCII, whatever the locale.
# live: no, it is about the command line
. "$(dirname -- "$0")/lib.sh"

start_switch
latin=$(printf 'M\374ller') # no UTF-8 at all
for locale in C C.UTF-8; do
  for name in m-ü "$latin"; do
    note "$locale, $(printf %q "$name")"
    dir=$WORK/$name
    mkdir -p "$dir"
    printf '%s\n' "$PASSWORD" >"$dir.password"
    printf '[here]\nhost = %s\nport = %s\n' "$HOST" "$PORT" >"$dir.conf"
    chmod 600 "$dir.password"
    LC_ALL=$locale start_daemon here "$dir" -o "password_file=$dir.password,conf=$dir.conf" ||
      fail "status $?: $(cat "$WORK/said")"
    contains "$(cat "$dir/eslfs/options")" "conf=$dir.conf"
    fusermount3 -u "$dir"
    daemon_ends
    LC_ALL=$locale start_daemon --demo "$dir" || fail "status $?: $(cat "$WORK/said")"
    check test -s "$dir/README"
    fusermount3 -u "$dir"
    daemon_ends
  done
  note "$locale: and what is said of one"
  status=0
  LC_ALL=$locale start_daemon --demo "$WORK/keines-ü" || status=$?
  same 64 "$status"
  contains "$(cat "$WORK/said")" "mkdir -p '$WORK/keines-ü'"
  daemon_ends
done
