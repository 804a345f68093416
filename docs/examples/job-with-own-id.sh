#!/bin/sh
# SPDX-License-Identifier: MIT
# A background job with an id of one's own; the switch's reply as JSON.
# usage: job-with-own-id.sh COMMAND [ARGUMENTS]; F: the mount (/mnt/fs)
exec 3<>"${F:-/mnt/fs}/bgapi"
printf '%s\n' "Job-UUID: ${JOB:-my-job-id}" "$*" >&3 || exit
read -r reply <&3
printf '%s\n' "$reply" | jq -R '{"Reply-Text": ., "Job-UUID": sub(".*Job-UUID: "; "")}'
