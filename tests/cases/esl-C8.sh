#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C8 api: as a conversation, as a line with an errno, as a file of query/; the reply is the switch's.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
note "a conversation"
exec 3<>"$M/api/status"
echo >&3
quick cat <&3 >"$WORK/status"
check grep -q '^UP ' "$WORK/status"
exec 3>&-
exec 3<>"$M/api/global_getvar"
echo switch_serial_no_such >&3
same_output "" cat <&3 # an empty reply is empty
exec 3>&-

note "a line, and its errno; the reply is there to be read"
channel
check eval 'echo "$u" >"$M/api/uuid_kill"'
same "+OK" "$(cat "$M/api/uuid_kill")"
await test ! -e "$M/calls/$u"
same ENXIO "$(wrote "$M/api/uuid_kill" "$u\\n")"
same "-ERR No such channel!" "$(cat "$M/api/uuid_kill")"
check grep -q "uuid_kill.*No such channel" "$M/eslfs/errors"
same EOPNOTSUPP "$(wrote "$M/api/no_such_command" 'x\n')"
same EINVAL "$(wrote "$M/api/uuid_kill" '\n')"

note "byte for byte what the switch says"
# shellcheck disable=SC2016  # the switch's own
for line in 'echo one  two' 'echo %41 é "q" ${x} \n' 'show api' 'show application as json' 'url_encode a b/c' 'show nosuch'; do
  exec 3<>"$M/api/${line%% *}"
  printf '%s\n' "${line#* }" >&3
  { quick cat <&3 && echo; } | sed '$ { /^$/d }' >"$WORK/got"
  { switch_api "$line" && echo; } | sed '$ { /^$/d }' >"$WORK/expected"
  check cmp "$WORK/expected" "$WORK/got"
  exec 3>&-
done

note "query"
check cmp <(switch_api show application) "$M/query/show application"
contains "$(cat "$M/query/status")" "UP "
for name in 'uuid_kill x' 'originate null_x &park' 'eval x' 'status;;hupall' 'show channels ${api(hupall)}' 'hupall' 'reload mod_x' \
  'conference list hup all' 'xml_locate root' 'find_user_xml id 1 x' 'user_data 1@x param password'; do
  check_not test -e "$M/query/$name"
done
check_not test -e "$M/query/conference 'a list b' dial {x}null%2Fx"
same 400 "$(stat -c %a "$M/query/status")" "what may be secret is the owner's"
test -e "$M/query/conference 3000 list" || fail "conference 3000 list"
check test -e "$M/query/hash select%2Frealm%2Fkey"
