#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# FreeSWITCH's own default password towards another machine is warned of, once; on loopback it isn't, nor is another password.
# live: no, it needs an address that isn't loopback in a network of its own
. "$(dirname -- "$0")/lib.sh"

if [ -z "${OWN_NETWORK-}" ]; then
  [ "$(id -u)" -eq 0 ] || skip "only root can make a network of its own"
  command -v ip >/dev/null || skip "there is no ip to give addresses with"
  trap - EXIT
  OWN_NETWORK=yes exec unshare -n bash "$0"
fi
ip link set lo up
ip address add 192.0.2.1/32 dev lo # an address of documentation, RFC 5737
PASSWORD=ClueCon
start_sim 0 --host 0.0.0.0
# warnings HOST WORDS...: mounts the switch there, cuts the link once; how often it warned.
warnings() {
  HOST=$1
  shift
  export ESL_HOST=127.0.0.1 ESL_PORT=$PORT ESL_SECRET=$PASSWORD
  start_mount "$@"
  await is_up
  switch_api 'sim drop' >/dev/null 2>&1 || true # the connection that asks may be the first to go
  await grep -q 'eslfs%3A%3Agap' "$M/events"
  await is_up
  stop_mount
  grep -c "default password" "$WORK/eslfs.out" || true
}

same 0 "$(warnings 127.0.0.1)"
same 0 "$(warnings localhost)"
same 1 "$(warnings 192.0.2.1)"
contains "$(cat "$WORK/eslfs.out")" "192.0.2.1:$PORT"
same 1 "$(warnings 192.0.2.1 -o retry)"

note "before the terminal is let go of"
ESL_PASSWORD=$PASSWORD start_daemon "192.0.2.1:$PORT" "$M"
same 1 "$(grep -c "default password" "$WORK/said")"
fusermount3 -u "$M"
daemon_ends
stop_sim TERM
PASSWORD=another
start_sim 0 --host 0.0.0.0
same 0 "$(warnings 192.0.2.1)"
