#!/bin/sh
# SPDX-License-Identifier: MIT
# Answers each call, plays a file, hangs up; one after the other, because the dialplan's `socket`
# application has no "async". usage: answer-and-play.sh FILE; F: the mount (/mnt/fs), which has
# -o outbound=PORT
F=${F:-/mnt/fs}
while read -r u; do
  printf '%s\n' answer "playback $1" hangup >"$F/outbound/$u/execute"
done <>"$F/outbound/accept"
