#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The seat belt: what reaches beyond telephony isn't run by mistake, however it is written; deny= and allow= choose.
. "$(dirname -- "$0")/lib.sh"

denied() { # FILE TEXT
  same EPERM "$(wrote "$M/$1" "$2\n")" "$1: $2"
}

switch_and_mount
channel
note "commands, alone and inside others"
denied api/system "touch $WORK/ran"
contains "$(tail -n 1 "$M/eslfs/errors")" "-ERR system reaches beyond telephony"
contains "$(tail -n 1 "$M/eslfs/errors")" "-o allow=system (or allow=shell)"
denied api/bg_system "touch $WORK/ran"
denied api/lua "x.lua"
denied api/bgapi "bgapi system touch $WORK/ran"
denied api/expand "system touch $WORK/ran"
denied api/sched_api "+1 none system touch $WORK/ran"
denied api/eval "\${system(touch $WORK/ran)}"
denied api/originate "null/x &system(touch $WORK/ran)"
denied api/originate "{api_on_answer='system touch $WORK/ran'}null/x &park"
denied api/uuid_broadcast "$u system::touch"
denied bgapi "system touch $WORK/ran"
denied "calls/$u/transfer" "system:touch inline"
note "applications, messages, hooks"
denied "calls/$u/execute" "system touch $WORK/ran"
denied "calls/$u/execute" "set x=\${system(touch $WORK/ran)}"
denied "calls/$u/sendmsg" "call-command: execute\nexecute-app-name: system\nexecute-app-arg: touch $WORK/ran\n"
denied "calls/$u/vars" "api_hangup_hook=system touch $WORK/ran"
check_not eval 'echo "system touch $WORK/ran" >"$M/calls/$u/var/api_hangup_hook"' 2>"$WORK/said"
contains "$(cat "$WORK/said")" "not permitted"
note "in conversations the write says so"
for file in api/system bgapi; do
  quick "$PYTHON" - "$M/$file" <<'END'
import errno, os, sys
fd = os.open(sys.argv[1], os.O_RDWR)
try:
    os.write(fd, b'system id\n')
    sys.exit('it was taken')
except OSError as error:
    assert error.errno == errno.EPERM, error
END
done
note "nothing else is touched"
same OK "$(wrote "$M/api/echo" 'system id\n')"
same OK "$(wrote "$M/calls/$u/vars" 'note=system id\n')"
same OK "$(wrote "$M/calls/$u/execute" 'set note=the system is well\n')"
same OK "$(wrote "$M/api/uuid_setvar" "$u note lua\n")"
await eval '[ "$(getvar "$u" note)" = lua ]'
hang_up "$u"
check test ! -e "$WORK/ran"
stop_mount

note "groups and names"
start_mount -o deny=modules:no_such_command,deny=shutdown,allow=system
denied api/load mod_no_such
denied api/unload mod_no_such
denied api/shutdown ""
denied api/fsctl "crash"
denied api/fsctl "shutdown now"
denied bgapi "fsctl shutdown"
denied api/no_such_command ""
denied api/bg_system id
check grep -qx 'deny=modules:no_such_command,shutdown' "$M/eslfs/options"
if is_live; then
  same OK "$(wrote "$M/api/system" "touch $WORK/ran\n")"
else
  note "what the switch does not have, or has been told not to have, is not supported"
  same EOPNOTSUPP "$(wrote "$M/api/system" "touch $WORK/ran\n")"
fi
stop_mount
check_not eval 'ESL_PASSWORD=$PASSWORD quick "$ESLFS" -f "$HOST:$PORT" "$M" -o "deny=a b" 2>"$WORK/said"'
contains "$(cat "$WORK/said")" "-o deny=a b: expected names"
