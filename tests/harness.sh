# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# harness.sh - what tests/run and tests/live/run share: packages, the build, running cases.
#
# A case is a script in tests/cases/. It runs in a directory of its own, under a time limit that is
# there for hangs only; its directory is WORK in its environment. Exit status 0: passed, 77: skipped (the
# last line of its output says why), others: failed, and its output is shown. What a case leaves
# behind, a mount or a process that has its WORK, makes it fail, and is removed.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
BUILD=${BUILD:-$ROOT/build-tests}
CASE_LIMIT=${CASE_LIMIT:-600} # seconds
JOBS=${JOBS:-2}
# Set while cases run on a real switch; see run_live_cases.
LIVE_HOST='' LIVE_PORT='' LIVE_PASSWORD=''
passed=0
failed=0
skipped=0

install_packages() {
  "$ROOT/mount-helpers/install-packages" meson=meson ninja-build=ninja gcc=gcc libc6-dev libasan8 \
    libubsan1 pkg-config=pkg-config libfuse3-dev fuse3=fusermount3 libglib2.0-dev libbsd-dev jq=jq \
    python3=python3 shellcheck=shellcheck scdoc=scdoc clang-format-14=clang-format dash=dash procps=ps \
    redis-tools=redis-cli autofs=automount faketime=faketime binutils=readelf iproute2=ip clang=clang
}

build() {
  if [ ! -f "$BUILD/build.ninja" ]; then
    meson setup "$BUILD" "$ROOT" -Dwerror=true -Db_sanitize=address,undefined -Db_lundef=false
  fi
  meson compile -C "$BUILD"
}

count() { # passed|failed|skipped NAME [REASON]
  case $1 in
    passed) passed=$((passed + 1)) ;;
    failed) failed=$((failed + 1)) ;;
    skipped) skipped=$((skipped + 1)) ;;
  esac
  printf '%-7s %s%s\n' "$1" "$2" "${3:+: $3}"
}

# Counts a TAP stream's tests; comments follow the test they are about.
count_tap() { # NAME
  local line
  while IFS= read -r line; do
    case $line in
      'ok '*'# SKIP'*) count skipped "$1: ${line#* - }" ;;
      'ok '*) count passed "$1: ${line#* - }" ;;
      'not ok '*) count failed "$1: ${line#* - }" ;;
      '#'*) printf '        %s\n' "$line" ;;
    esac
  done
}

# The unit tests, each GTest case counted, from meson's own log.
run_units() {
  local status=0
  meson test -C "$BUILD" --no-rebuild --timeout-multiplier 10 --print-errorlogs --num-processes "$JOBS" || status=$?
  count_tap unit < <(python3 "$ROOT/tests/junit-to-tap.py" "$BUILD/meson-logs/testlog.junit.xml")
  if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then count failed "meson test" "status $status"; fi
}

run_lint() {
  count_tap lint < <(python3 "$ROOT/tests/lint")
}

# ---- cases ----

# Ends what still has the case's WORK in its environment, by its process id. Prints what it was.
end_processes() { # WORK
  local environ pid
  for environ in /proc/[0-9]*/environ; do
    pid=${environ#/proc/}
    pid=${pid%/environ}
    grep -qszx "WORK=$1" "$environ" 2>/dev/null || continue
    echo "left behind: process $pid: $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")"
    kill -9 "$pid" 2>/dev/null || true
  done
}

end_mounts() { # DIR
  local at
  while read -r at; do
    echo "left behind: the mount $at"
    fusermount3 -uz -- "$at" || true
  done < <(awk -v dir="$1/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo)
}

# Runs in a subshell; its output goes to DIR.log, its status and time to DIR.status.
run_case() { # FILE DIR
  local status=0 start=$SECONDS left
  mkdir -p "$2"
  export LIVE_HOST LIVE_PORT LIVE_PASSWORD
  WORK=$2 BUILD=$BUILD ROOT=$ROOT \
    timeout -k 10 "$CASE_LIMIT" bash "$1" >"$2.log" 2>&1 </dev/null || status=$?
  if [ "$((SECONDS - start))" -ge "$CASE_LIMIT" ]; then echo "no end after $CASE_LIMIT s" >>"$2.log"; fi
  # Mounts first: a process may be waiting for one.
  left=$(end_mounts "$2" && end_processes "$2")
  if [ -n "$left" ]; then
    printf '%s\n' "$left" >>"$2.log"
    if [ "$status" -eq 0 ] || [ "$status" -eq 77 ]; then status=99; fi
  fi
  echo "$status $((SECONDS - start))" >"$2.status"
}

report_case() { # NAME DIR
  local status seconds
  read -r status seconds <"$2.status"
  case $status in
    0) count passed "$1" "$seconds s" ;;
    77) count skipped "$1" "$(tail -n 1 "$2.log")" ;;
    *)
      count failed "$1" "status $status, $seconds s"
      tail -n 200 "$2.log" | cut -c 1-1000 | sed 's/^/        /'
      ;;
  esac
  rm -rf -- "$2"
}

case_files() { # [NAME...]
  local name
  if [ $# -eq 0 ]; then
    find "$ROOT/tests/cases" -name '*.sh' ! -name lib.sh | sort
    return
  fi
  for name in "$@"; do
    name=$ROOT/tests/cases/$(basename "$name" .sh).sh
    if [ -f "$name" ]; then echo "$name"; else echo "there is no case $name" >&2; fi
  done
}

# Cases say "# live: no, REASON" when they must not or can't run there.
run_live_cases() { # HOST PORT PASSWORD [NAME...]
  local files
  mapfile -t files < <(case_files "${@:4}" | xargs -r -d '\n' grep -L '^# live: no')
  [ "${#files[@]}" -gt 0 ] || return 0
  echo "on $1:$2:"
  LIVE_HOST=$1 LIVE_PORT=$2 LIVE_PASSWORD=$3 JOBS=1 CASE_LIMIT=$((CASE_LIMIT * 4)) run_cases "${files[@]}"
}

# JOBS at a time; reported in the order in which they end.
run_cases() { # FILE...
  local work file name pid
  local -A running=()
  work=$(mktemp -d "${TMPDIR:-/tmp}/eslfs-tests.XXXXXX")
  chmod 711 "$work" # a case tries what other users may do
  trap 'end_cases "$work"' EXIT
  trap 'exit 130' INT TERM
  for file in "$@"; do
    if [ "${#running[@]}" -ge "$JOBS" ]; then reap_case "$work"; fi
    name=$(basename "$file" .sh)
    run_case "$file" "$work/$name" &
    running[$!]=$name
  done
  while [ "${#running[@]}" -gt 0 ]; do reap_case "$work"; done
  trap - EXIT INT TERM
  rm -rf -- "$work"
}

reap_case() { # WORK; uses run_cases' own variables
  wait -n -p pid "${!running[@]}" || true
  report_case "${running[$pid]}" "$1/${running[$pid]}"
  unset "running[$pid]"
}

# Interrupted: the runners end with us, so their cases must be ended here.
end_cases() { # WORK
  local name
  for name in "${running[@]}"; do
    end_mounts "$1/$name"
    end_processes "$1/$name"
  done
  rm -rf --one-file-system -- "$1"
}

conclude() {
  local line="$passed passed, $failed failed"
  if [ "$skipped" -gt 0 ]; then line+=", $skipped skipped"; fi
  echo "$line"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
