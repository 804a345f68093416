# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# outbound-lib.sh - for cases of outbound calls: lib.sh, and a switch that can dial back to us.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

if is_live && [ "$LIVE_HOST" != 127.0.0.1 ]; then
  skip "a switch on another machine can't dial to this one's loopback"
fi

# The port of outbound=0, as the mount shows it.
outbound_port() {
  port=$(awk -F '\t' '$1 == "listen" { sub(/.*:/, "", $3); print $3; exit }' "$M/eslfs/connection")
}

# What a dialplan does after its socket. No `park`: FreeSWITCH's thread of an async socket ends a moment
# after the channel has gone on, and takes CF_CONTROLLED from it; a park that has begun by then is over at
# once, and so is the call (4 of 4,456 on 1.10.12, on a busy machine).
onwards='set:went_on=yes,sleep:3600000'

# send_call MODE: a channel whose dialplan is the socket application, then others; its uuid in u.
send_call() {
  u=$(cat "$M/uuid")
  own_channels+=("$u")
  echo "{origination_uuid=$u}null/x 'socket:127.0.0.1:$port $1,$onwards' inline" \
    >"$M/api/originate"
}

went_on() { # UUID
  [ "$(getvar "$1" went_on)" = yes ]
}
