#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A dead uuid, an unknown application, a missing argument, an injection: their errno, and no change.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount
channel
execute=$M/calls/$u/execute
alive() {
  [ "$(switch_api uuid_exists "$u")" = true ] && [ -d "$M/calls/$u" ]
}

note "an unknown application does not hang the channel up"
same EOPNOTSUPP "$(wrote "$execute" 'no_such_application x\n')"
check alive

note "missing arguments"
same EINVAL "$(wrote "$execute" '\n')"
same EINVAL "$(wrote "$M/calls/$u/transfer" '\n')"
same EINVAL "$(wrote "$M/calls/$u/bridge" '\n')"
same EINVAL "$(wrote "$M/api/uuid_kill" '\n')"
same EINVAL "$(wrote "$M/calls/$u/hold" 'perhaps\n')"
check alive
same EINVAL "$(wrote "$M/calls/$u/hangup" 'NO_SUCH_CAUSE\n')"
same ENXIO "$(wrote "$M/calls/$u/bridge" 'no-such-channel\n')"
same ENXIO "$(wrote "$M/api/uuid_bridge" "$u no-such-channel\\n")"
same ENXIO "$(wrote "$M/api/uuid_answer" 'no-such-channel\n')"
check alive
note "sendmsg alike"
same EOPNOTSUPP "$(wrote "$M/calls/$u/sendmsg" \
  'call-command: execute\nexecute-app-name: no_such_application\n\n')"
check alive

note "attempts to smuggle a second command in"
same EINVAL "$(wrote "$execute" 'set a=b\rhangup\n')"
same EINVAL "$(wrote "$execute" 'set a=b\0\n\napi hupall\n\n')"
same EINVAL "$(wrote "$M/api/uuid_setvar" "$u v a\\rapi hupall\\n")"
same EINVAL "$(wrote "$M/api/uuid_setvar" "$u v a\\0\\n")"
# Each line is a command of its own to this file: "api" is no application.
got=$(wrote "$execute" 'set injected=yes\n\napi hupall\n\n')
contains "$got" short "a write whose second command is refused"
got=$(wrote "$M/api/uuid_setvar" "$u injected yes\\n\\napi hupall\\n\\n")
contains "$got" short "a write whose second command is refused"
same EINVAL "$(wrote "$M/api/echo" 'please reload the mod_event_socket now\n')"
check alive
check_not grep -P '\t(api )?hupall' "$WORK/wire"
check_not grep -P '\thangup' "$WORK/wire"

note "a dead uuid"
exec 3>"$execute" 4>"$M/calls/$u/vars"
hang_up "$u"
same ENOENT "$(wrote "$execute" 'set a=b\n')"
check_not test -e "$execute"
for fd in 3 4; do
  same ENXIO "$("$PYTHON" -c 'import errno, os, sys
try:
    os.write(int(sys.argv[1]), b"set a=b\n")
except OSError as error:
    print(errno.errorcode[error.errno])' "$fd")"
done
same ENXIO "$(wrote "$M/api/uuid_kill" "$u\\n")"
same ENXIO "$(wrote "$M/api/uuid_hold" "$u\\n")" "a command that says +OK of nothing"
