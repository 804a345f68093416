#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/examples/job-with-own-id.sh: the reply has the id that was asked for, and so has the job.
. "$(dirname -- "$0")/lib.sh"
export F=$M

switch_and_mount
id=job-$RANDOM-$RANDOM
JOB=$id check quick "$ROOT/docs/examples/job-with-own-id.sh" status >"$WORK/reply"
same "+OK Job-UUID: $id" "$(jq -r '."Reply-Text"' "$WORK/reply")"
same "$id" "$(jq -r '."Job-UUID"' "$WORK/reply")"
await grep -qx "done" "$M/jobs/$id/state"
contains "$(cat "$M/jobs/$id/reply")" "is ready"
note "the same id again, a command that doesn't exist"
JOB=$id-2 check quick "$ROOT/docs/examples/job-with-own-id.sh" no_such_command >/dev/null
await grep -qx "failed" "$M/jobs/$id-2/state"
