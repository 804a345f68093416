#!/bin/bash
# SPDX-License-Identifier: MIT
# libesl's testserver: puts each call into a conference, or into another APPLICATION, and prints what
# happens to it. usage: testserver.sh [APPLICATION]; F: the mount (/mnt/fs), which has
# -o outbound=PORT
F=${F:-/mnt/fs}

serve() { # UUID APPLICATION
  echo "Connected! $1"
  exec 3<>"$F/outbound/$1/events"
  echo "linger 5" >"$F/outbound/$1/ctl"
  printf '%s\n' answer "$2" >"$F/outbound/$1/execute"
  cat <&3
  echo "Disconnected! $1"
}

while read -r u; do serve "$u" "${1:-conference 3000@default}" & done <>"$F/outbound/accept"
