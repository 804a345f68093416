# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# lib.sh - what every case begins with: . "$(dirname "$0")/lib.sh"
#
# A case says what it does in its second comment line, starts a switch and mounts it, and ends with
# status 0 if everything held. `check` and the like end it at the first thing that does not. Cases
# run unchanged on the simulated switch and, unless they say "# live: no, REASON", on a real one
# that is named by LIVE_HOST, LIVE_PORT and LIVE_PASSWORD.
#
# Nothing here waits for time to pass: `await` waits for a condition, and gives up in the end only
# because a hang must be reported by somebody.
set -eu -o pipefail
shopt -s inherit_errexit

CASES=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
ROOT=${ROOT:-$(cd -- "$CASES/../.." && pwd -P)}
BUILD=${BUILD:-$ROOT/build}
WORK=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/eslfs-case.XXXXXX")}
export WORK
ESLFS=$BUILD/src/eslfs
ESLFS_SIM=$BUILD/src/eslfs-sim
M=$WORK/mnt # where things are mounted
PYTHON=$(command -v /usr/bin/python3 || command -v python3)
# Seconds until a wait is called a hang; a real switch may share its machine with others.
if [ -n "${LIVE_HOST-}" ]; then PATIENCE=${PATIENCE:-240}; else PATIENCE=${PATIENCE:-30}; fi

export LC_ALL=C.UTF-8
export ASAN_OPTIONS=abort_on_error=0:exitcode=99:detect_leaks=1:log_path=$WORK/sanitizer
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=99:log_path=$WORK/sanitizer
unset ESL_PASSWORD

mount_pid='' sim_pid='' proxy_pid=''
own_channels=()
declare -A readers=()

# ---- saying what went wrong ----

exec {stderr}>&2 # the case's own, whatever the failing command's was turned to

fail() {
  printf 'FAILED: %.2000s\n' "$*" >&"$stderr"
  local i
  for ((i = 1; i < ${#FUNCNAME[@]}; i++)); do
    echo "  at ${BASH_SOURCE[i]##*/}:${BASH_LINENO[i - 1]}" >&"$stderr"
  done
  exit 1
}

skip() {
  echo "$*"
  exit 77
}

note() {
  echo "- $*"
}

# check COMMAND...: it must succeed. check_not: it must fail by itself; a hang that `quick` ended is
# no refusal.
check() {
  "$@" || fail "this failed ($?): $*"
}

check_not() {
  local status=0
  "$@" || status=$?
  case $status in
    0) fail "this should have failed: $*" ;;
    124 | 137) fail "this hung: $*" ;;
  esac
}

# same EXPECTED GOT [WHAT]
same() {
  [ "$1" = "$2" ] || fail "${3:-comparison}: expected $(printf %q "$1"), got $(printf %q "$2")"
}

# contains TEXT PATTERN [WHAT]: PATTERN as in [[ == ]].
contains() {
  # shellcheck disable=SC2053  # the pattern is one
  [[ $1 == *$2* ]] || fail "${3:-text}: no $(printf %q "$2") in $(printf %q "$1")"
}

# output_of COMMAND...: sets output to what it prints. It must succeed, and end by itself. Never
# "$(quick ...)" as an argument: the shell forgets the status of that, and a reader that hung and
# printed nothing would be taken for one that met the end of the file. (tests/lint looks.)
output_of() {
  local status=0
  output=$(quick "$@") || status=$?
  case $status in
    0) ;;
    124 | 137) fail "this hung: $*; it had printed $(printf %q "$output")" ;;
    *) fail "this failed ($status): $*" ;;
  esac
}

# same_output EXPECTED COMMAND...: without final newlines. contains_output PATTERN COMMAND...
same_output() {
  output_of "${@:2}"
  same "$1" "$output" "${*:2}"
}

contains_output() {
  output_of "${@:2}"
  contains "$output" "$1" "${*:2}"
}

is_live() {
  [ -n "${LIVE_HOST-}" ]
}

# ---- another build ----

# release_build: sets RELEASE to a build as users have it, optimised and without sanitizers. The
# first case to ask makes it, warnings being errors; it is kept.
release_build() {
  RELEASE=$BUILD-release
  command -v meson >/dev/null || skip "there is no meson to build with"
  {
    flock 9
    [ -f "$RELEASE/build.ninja" ] || meson setup "$RELEASE" "$ROOT" -Dwerror=true
    meson compile -C "$RELEASE" eslfs:executable eslfs-sim:executable
  } 9>"$RELEASE.lock" >"$WORK/release.log" 2>&1 || fail "the build: $(tail -n 40 "$WORK/release.log")"
}

# ---- waiting ----

# await COMMAND...: until it succeeds.
await() {
  local end=$((SECONDS + PATIENCE))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || fail "waited in vain for: $*"
    sleep 0.02
  done
}

# quick COMMAND...: something that must end by itself; a hang becomes status 124, or 137.
quick() {
  timeout -k 5 "$PATIENCE" "$@"
}

not() {
  ! "$@"
}

runs() { # PID
  [ -d "/proc/$1" ] && [ "$(awk '/^State/ { print $2 }' "/proc/$1/status" 2>/dev/null)" != Z ]
}

# ---- the switch ----

# shellcheck disable=SC2120,SC2153  # arguments come from the cases, LIVE_* from the environment
# start_switch [OPTIONS of eslfs-sim]: sets HOST, PORT, PASSWORD. The simulated one has no living
# calls of its own unless asked.
start_switch() {
  if is_live; then
    HOST=$LIVE_HOST PORT=$LIVE_PORT PASSWORD=$LIVE_PASSWORD
  else
    HOST=127.0.0.1 PASSWORD=secret-of-the-switch
    start_sim 0 "$@"
  fi
  export ESL_HOST=$HOST ESL_PORT=$PORT ESL_SECRET=$PASSWORD
  export PYTHONPATH=$CASES PYTHONDONTWRITEBYTECODE=1
}

start_sim() { # PORT [OPTIONS]
  local port=$1
  shift
  rm -f "$WORK/sim.port"
  "$ESLFS_SIM" --port "$port" --port-file "$WORK/sim.port" --password "$PASSWORD" --controls \
    "$@" >"$WORK/sim.out" 2>&1 &
  sim_pid=$!
  await sim_is_ready
  PORT=$(cat "$WORK/sim.port")
}

sim_is_ready() {
  runs "$sim_pid" || fail "the simulated switch did not start: $(cat "$WORK/sim.out")"
  [ -s "$WORK/sim.port" ]
}

stop_sim() { # SIGNAL
  kill "-$1" "$sim_pid"
  wait "$sim_pid" 2>/dev/null || true
  sim_pid=''
}

# A wire between the mount and the switch: what the mount sends is written to $WORK/wire, and it can
# be cut and mended. After start_switch, before start_mount.
start_proxy() {
  "$PYTHON" "$CASES/proxy.py" "$HOST" "$PORT" "$WORK/wire" "$WORK/proxy.port" &
  proxy_pid=$!
  await test -s "$WORK/proxy.port"
  PORT=$(cat "$WORK/proxy.port")
}

cut_wire() {
  kill -USR1 "$proxy_pid"
}

mend_wire() {
  kill -USR2 "$proxy_pid"
}

# Straight to the switch, behind the mount's back.
switch_api() {
  "$PYTHON" "$CASES/esl.py" api "$@"
}

# asked TOKEN COMMAND...: runs the command, and prints the api lines with TOKEN in them that the switch
# ran meanwhile, as another client hears of them. The switch hands events to several threads, which may
# overtake each other by a little: so the end comes a few commands after the command's own. Put the
# output into a variable first: a check that fails in the command then ends the case.
asked() {
  local token=$1 watcher
  shift
  rm -f "$WORK/apis.ready"
  "$PYTHON" "$CASES/esl.py" apis "$token-end" >"$WORK/apis" 2>"$WORK/apis.ready" &
  watcher=$!
  await test -s "$WORK/apis.ready"
  "$@"
  for _ in 1 2 3 4 5; do switch_api "status" >/dev/null; done
  switch_api "echo $token-end" >/dev/null
  check wait "$watcher"
  grep -F -- "$token" "$WORK/apis" || true
}

flood() { # COUNT SIZE
  "$PYTHON" "$CASES/esl.py" flood "$@"
}

# ---- the mount ----

# start_mount [OPTIONS of eslfs]: mounts $HOST:$PORT at $M, in the foreground of its own process.
start_mount() {
  mkdir -p "$M"
  ESL_PASSWORD=$PASSWORD "$ESLFS" -f "$HOST:$PORT" "$M" "$@" >"$WORK/eslfs.out" 2>&1 &
  mount_pid=$!
  await mount_is_ready
}

# start_daemon ARGUMENT...: runs eslfs as a user does, in the background of its own making. Its
# status is the status; what it says is in $WORK/said. The daemon holds the write end of a pipe, so
# that its end can be awaited with daemon_ends.
start_daemon() {
  local status=0
  rm -f "$WORK/alive"
  mkfifo "$WORK/alive"
  exec {daemon_alive}<>"$WORK/alive"
  quick "$ESLFS" "$@" >"$WORK/said" 2>&1 9>"$WORK/alive" || status=$?
  exec {alive_read}<"$WORK/alive"
  exec {daemon_alive}>&-
  return "$status"
}

# Reads until nobody has the pipe open for writing any more.
daemon_ends() {
  quick cat <&"$alive_read"
  exec {alive_read}<&-
}

mount_is_ready() {
  runs "$mount_pid" || fail "eslfs did not mount: $(cat "$WORK/eslfs.out")"
  is_mounted "$M"
}

is_mounted() {
  awk -v dir="$1" '$5 == dir { found = 1 } END { exit !found }' /proc/self/mountinfo
}

# Unmounts as a user would, and sees how eslfs ends.
stop_mount() {
  local status=0
  fusermount3 -u "$M"
  wait "$mount_pid" || status=$?
  mount_pid=''
  same 0 "$status" "eslfs's exit status after the unmount"
}

switch_and_mount() { # [OPTIONS of eslfs]
  # shellcheck disable=SC2119  # the options are the mount's
  start_switch
  start_mount "$@"
}

is_up() {
  grep -qx 'connected yes' "$M/eslfs/connection"
}

is_down() {
  grep -qx 'connected no' "$M/eslfs/connection"
}

# ---- channels of the case's own ----

# channel [VARIABLES]: makes a parked channel, sets u, waits until the mount shows it parked.
# VARIABLES as in originate's braces: "a=1,b=2".
channel() {
  u=$(cat "$M/uuid")
  own_channels+=("$u")
  echo "{origination_uuid=$u${1:+,$1}}null/x &park" >"$M/api/originate"
  await is_parked
}

is_parked() {
  [ "$(cat "$M/calls/$u/application" 2>/dev/null)" = park ]
}

# channels COUNT: the same many times, fast; their uuids are put into the array uuids.
channels() {
  local i
  uuids=()
  for ((i = 0; i < $1; i++)); do uuids+=("$(cat /proc/sys/kernel/random/uuid)"); done
  own_channels+=("${uuids[@]}")
  printf 'api originate {origination_uuid=%s}null/x &sleep(3600000)\n' "${uuids[@]}" | "$PYTHON" "$CASES/esl.py" pipe
  await test -d "$M/calls/${uuids[-1]}"
}

hang_up() { # UUID
  echo "$1" >"$M/api/uuid_kill"
  await test ! -e "$M/calls/$1"
}

# ---- writing ----

# wrote FILE TEXT: writes TEXT (with escapes as Python has them) in one write(2) and prints OK, or
# the name of the errno of the open, the write or the close.
wrote() {
  "$PYTHON" - "$1" "$2" <<'END'
import codecs, errno, os, sys
try:
    fd = os.open(sys.argv[1], os.O_WRONLY)
    data = codecs.escape_decode(os.fsencode(sys.argv[2]))[0]
    got = os.write(fd, data)
    os.close(fd)
    print('OK' if got == len(data) else f'short {got}')
except OSError as error:
    print({errno.EOPNOTSUPP: 'EOPNOTSUPP'}.get(error.errno, errno.errorcode[error.errno]))
END
}

# What a variable is, as the switch says.
getvar() { # UUID NAME
  switch_api uuid_getvar "$1" "$2"
}

# setvar UUID NAME: sets it at the switch to stdin's bytes.
setvar() {
  "$PYTHON" "$CASES/esl.py" setvar "$@"
}

# ---- live readers ----

# reader NAME FILE [LINE...]: a conversation with FILE that writes the LINEs, then reads for ever
# into $WORK/NAME. Returns when it is open and its lines were taken.
reader() {
  local name=$1 file=$2 fd
  shift 2
  exec {fd}<>"$file"
  for line in "$@"; do printf '%s\n' "$line" >&"$fd"; done
  cat <&"$fd" >"$WORK/$name" &
  readers[$name]=$!
  exec {fd}>&-
}

stop_reader() { # NAME
  kill "${readers[$1]}" 2>/dev/null || true
  wait "${readers[$1]}" 2>/dev/null || true
}

# All of the flood's numbers that FILE, in plain text, holds, in order.
numbers() { # FILE
  sed -n 's/^Number: //p' "$1"
}

# FILE has, as a JSON stream, an event whose header NAME is VALUE.
has_event() { # FILE NAME VALUE
  jq -e -s --arg name "$2" --arg value "$3" 'any(.[$name] == $value)' <"$1" >/dev/null 2>&1
}

# A growing file was read twice: the second reading begins with the whole first.
begins_with() { # LONGER SHORTER
  cmp -n "$(stat -c %s "$2")" -- "$1" "$2"
}

# ---- the end ----

end_process() { # PID
  if [ -n "$1" ] && kill "$1" 2>/dev/null; then wait "$1" 2>/dev/null || true; fi
}

clean_up() {
  local status=$? pid
  trap - EXIT
  set +e
  if [ "${#own_channels[@]}" -gt 0 ] && { is_live || [ -n "$sim_pid" ]; }; then
    printf 'api uuid_kill %s\n' "${own_channels[@]}" | timeout 60 "$PYTHON" "$CASES/esl.py" pipe 2>/dev/null
  fi
  for pid in $(jobs -p); do
    case $pid in
      "$mount_pid" | "$sim_pid" | "$proxy_pid") ;;
      *) end_process "$pid" ;;
    esac
  done
  if [ -n "$mount_pid" ]; then
    kill "$mount_pid" 2>/dev/null
    wait "$mount_pid"
    note_status "$?" eslfs
  fi
  is_mounted "$M" && fusermount3 -uz "$M"
  end_process "$proxy_pid"
  if [ -n "$sim_pid" ]; then
    kill "$sim_pid" 2>/dev/null
    wait "$sim_pid"
    note_status "$?" eslfs-sim
  fi
  if compgen -G "$WORK/sanitizer.*" >/dev/null; then
    head -n 60 "$WORK"/sanitizer.*
    status=99
  fi
  if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] && [ -s "$WORK/eslfs.out" ]; then
    echo "eslfs said:"
    tail -n 20 "$WORK/eslfs.out"
  fi
  exit "$status"
}

note_status() { # STATUS PROGRAM
  case $1 in
    0 | 143) ;;
    *)
      echo "$2 ended with status $1"
      [ "$status" -ne 0 ] || status=98
      ;;
  esac
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$WORK"
