#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every file of --list-tree, tried by its owner, a member of its group and a stranger: each may open what the table says, no more and no less.
# live: no, it needs an outbound call of the simulated switch's
. "$(dirname -- "$0")/outbound-lib.sh"

[ "$(id -u)" -eq 0 ] || skip "only root can try what other users may do"
command -v setpriv >/dev/null || skip "there is no setpriv to become another user with"
owner=12345 group=54321 member=12346 stranger=12347
as() { # UID GROUPS COMMAND...
  local uid=$1 groups=$2
  shift 2
  quick setpriv --reuid "$uid" --regid "$uid" --groups "$groups" -- "$@"
}
start_switch
chmod 755 "$WORK"
as "$stranger" "$stranger" test -x "$WORK" || skip "other users can't come to $WORK"

# One of each kind of thing that the table has a row for.
populate() {
  outbound_port
  channel
  ended=$u
  hang_up "$u"
  await test -d "$M/ended/$ended"
  exec 4<>"$M/outbound/accept"
  send_call "async full"
  read -r out <&4
  echo status >"$M/bgapi"
  channel
  # shellcheck disable=SC2012  # the names are uuids
  job=$(ls "$M/jobs" | head -n 1)
}

# "PATH MODE" of every row, its placeholders filled in, a directory's path without its slash.
rows() {
  "$ESLFS" --list-tree | cut -f 1,2 | sed -e "s,^calls/<uuid>,calls/$u," -e "s,^ended/<uuid>,ended/$ended," \
    -e "s,^outbound/<uuid>/<file>,outbound/$out/vars.json," -e "s,^outbound/<uuid>,outbound/$out," \
    -e "s,^jobs/<job-uuid>,jobs/$job," -e "s,^api/<command>,api/echo," \
    -e "s,^query/<command line>,query/status," -e "s,/var/<name>,/var/uuid," -e "s,/\t,\t,"
}

# tries UID GROUPS CLASS (6: owner, 3: group, 0: others): opens everything in every way.
tries() {
  as "$1" "$2" "$PYTHON" - "$M" "$3" 3<"$WORK/rows" <<'END'
import errno, os, stat, sys

root, shift = sys.argv[1], int(sys.argv[2])
modes = {'': 0o555}
for line in os.fdopen(3):
    path, _, mode = line.rstrip('\n').partition('\t')
    assert '<' not in path, f'nothing stands for {path}'
    if not mode.startswith('l'):
        modes[path] = int(mode.lstrip('d'), 8)
modes_of_dirs = {path for path in modes if any(other.startswith(path + '/') for other in modes)} | {''}

def right(path, bit):
    return bool(modes[path] >> shift & bit)

def reached(path):
    while path:
        path = path.rpartition('/')[0]
        if not right(path, 1):
            return False
    return True

def allowed(path, flags):
    """Whether the open is not refused for want of rights; what else may be wrong with it, may."""
    try:
        os.close(os.open(os.path.join(root, path), flags | os.O_NONBLOCK))
    except OSError as error:
        assert error.errno not in (errno.ENOENT, errno.EIO), (path, error)
        return error.errno != errno.EACCES
    return True

wrong = tried = 0
for path in sorted(modes):
    kinds = {'listed': (os.O_RDONLY | os.O_DIRECTORY, 4)} if path in modes_of_dirs else {
        'read': (os.O_RDONLY, 4), 'written': (os.O_WRONLY, 2), 'talked to': (os.O_RDWR, 6)}
    for name, (flags, bits) in kinds.items():
        expected = reached(path) and all(right(path, bit) for bit in (4, 2) if bit & bits)
        tried += 1
        if allowed(path, flags) != expected:
            wrong += 1
            print(f'{path or "/"} ({modes[path]:04o}) could {"not " if expected else ""}be {name}')
print(f'{tried} opens')
sys.exit(1 if wrong or tried < 200 else 0)
END
}

note "the modes as they are"
start_mount -o "outbound=0,allow_other,uid=$owner,gid=$group"
populate
rows >"$WORK/rows"
note "the owner"
check tries "$owner" "$owner" 6
note "a member of the group"
check tries "$member" "$member,$group" 3
note "a stranger"
check tries "$stranger" "$stranger" 0

note "what a stranger may read is public, and what he may write is nothing"
same "README eslfs/connection eslfs/metrics eslfs/version uuid" \
  "$(awk -F '\t' '$2 ~ /^0..[4567]$/ { print $1 }' "$WORK/rows" | sort | xargs)"
same "" "$(awk -F '\t' '$2 ~ /[2367]$/ && $2 !~ /^l/' "$WORK/rows")"

note "an outbound call's files are the call's own: the same modes"
(cd "$M/outbound/$out" && find . -mindepth 1 ! -type l -printf '%p %m\n' | sort) >"$WORK/of_out"
for file in vars vars.json dump execute events log state hangup; do
  same "$(stat -c %a "$M/calls/$u/$file")" "$(sed -n "s,^\./$file ,,p" "$WORK/of_out")" "the mode of $file"
done
