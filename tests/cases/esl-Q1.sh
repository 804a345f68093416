#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Q1 quoting: a line goes to the switch byte for byte, quotes and backslashes too; var/ needs none.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount

shop() { # sets u, and args to an originate of a channel of fred's
  u=$(cat "$M/uuid")
  own_channels+=("$u")
  args="{origination_uuid=$u,origination_caller_id_name='fred\\'s tire shop'}null/x &park"
}

sent() { # LINE: stands in what the mount sent, as it is
  grep -aqF -- "$1" "$WORK/wire"
}

note "bgapi"
shop
echo "originate $args" >"$M/bgapi"
await test -d "$M/calls/$u"
same "fred's tire shop" "$(cat "$M/calls/$u/var/origination_caller_id_name")"
check sent "bgapi originate $args"

note "api, written and asked"
shop
echo "$args" >"$M/api/originate"
same "fred's tire shop" "$(getvar "$u" origination_caller_id_name)"
check sent "api originate $args"
shop
exec 3<>"$M/api/originate"
echo "$args" >&3
same_output "+OK $u" cat <&3
exec 3>&-
await test -d "$M/calls/$u"

note "what the quotes mean is the switch's business: the same argument, with and without"
echo "$u with 'one  two'  three" >"$M/api/uuid_setvar"
same "one  two  three" "$(cat "$M/calls/$u/var/with")"
echo "playback 'no such' file" >"$M/calls/$u/execute"
check sent "call-command: execute"

note "a value written to var/ is the value, whatever it is made of"
value="fred's \"tire\" shop, \\'50% off\\' %41 \${caller_id_name} ;; {a=b} 'x' \\n"
printf '%s\n' "$value" >"$M/calls/$u/var/shop"
same "$value" "$(cat "$M/calls/$u/var/shop")"
same "$value" "$(getvar "$u" shop)"

note "execute takes its argument as it is, too"
exec 3<>"$M/calls/$u/execute"
sign="fred's  tire, \"shop\" %41 a\\nb"
printf '%s\n' "set sign=$sign" >&3
quick cat <&3 >/dev/null
same "$sign" "$(getvar "$u" sign)"
exec 3>&-
