#!/bin/sh
# SPDX-License-Identifier: MIT
# Feeds every event, from now on, into a Redis Stream: each entry's field `event` is the JSON object.
# usage: feed-redis.sh STREAM [OPTION of redis-cli]...; F: the mount (/mnt/fs); MAXLEN: how many
# entries to keep, about (1000000)
#
# While Redis is away the events wait in the mount's event buffer. Should that overflow, or the link
# to the switch be cut, eslfs's own records go into the stream as any event: eslfs::lost, eslfs::gap.
# Each run begins with an entry feed-redis::start; what came between two runs is not there. Nothing
# is there twice, as long as nobody else writes to the stream.
#
# To read, here as a group "billing" that starts with the oldest:
#   redis-cli XGROUP CREATE "$STREAM" billing 0
#   while redis-cli -e --raw XREADGROUP GROUP billing me COUNT 100 BLOCK 0 NOACK \
#     STREAMS "$STREAM" '>'; do :; done | grep --line-buffered '^{' | jq --unbuffered '."Event-Name"'
export F="${F:-/mnt/fs}" MAXLEN="${MAXLEN:-1000000}" STREAM="$1" LC_ALL=C
shift
# All of a batch or nothing, and nothing when it was only the last try's reply that got lost.
export ADD='local newest = redis.call("XREVRANGE", KEYS[1], "+", "-", "COUNT", 1)[1]
  if newest and newest[2][2] == ARGV[#ARGV] then return end
  for i = 2, #ARGV do
    redis.call("XADD", KEYS[1], "MAXLEN", "~", ARGV[1], "*", "event", ARGV[i])
  end'

store() { # [OPTION of redis-cli]...: adds the lines of $batch
  said=$(awk 'function word(text) { return "$" length(text) "\r\n" text "\r\n" }
    { event[NR] = word($0) }
    END {
      ORS = ""
      print "*" NR + 5 "\r\n" word("EVAL") word(ENVIRON["ADD"])
      print word("1") word(ENVIRON["STREAM"]) word(ENVIRON["MAXLEN"])
      for (i = 1; i <= NR; i++) print event[i]
    }' <"$batch" | redis-cli "$@" --pipe | tail -n 1)
  [ "$said" = "errors: 0, replies: 1" ]
}

ls "$F/events.json" >/dev/null && exec 3<>"$F/events.json" || exit
batch=$(mktemp) && exec 4<>"$batch" && rm "$batch" && batch=/dev/fd/4 || exit
echo '{"Event-Name":"CUSTOM","Event-Subclass":"feed-redis::start"}' >"$batch"
store "$@" || exit
while :; do
  : >"$batch"
  # One read takes what there is, perhaps without the end of a long event.
  until [ -s "$batch" ] && [ -z "$(tail -c 1 "$batch")" ]; do
    if ! dd bs=1M count=1 status=none <&3 >>"$batch" || [ ! -s "$batch" ]; then
      echo "feed-redis: $F/events.json has ended" >&2
      exit 1
    fi
  done
  until store "$@"; do sleep 1; done
done
