#!/bin/sh
# SPDX-License-Identifier: MIT
# Calls somebody, says how that went, prints the digits that come back, and hangs up at the first
# that is no digit. usage: call-and-listen.sh TARGET; F: the mount (/mnt/fs)
F=${F:-/mnt/fs}
u=$(cat "$F/uuid")
exec 3<>"$F/bgapi"
echo "originate {origination_uuid=$u}$1 9664" >&3
read -r job <&3
echo "Call to $1 has ${job#+OK } and call uuid of $u"
read -r result <&3
echo "Result of call to $1 was $result"
while read -r digit _; do
  echo "Received DTMF digit: $digit"
  case $digit in [!0-9]) break ;; esac
done <>"$F/calls/$u/dtmf"
echo "Exiting..."
echo >"$F/calls/$u/hangup"
