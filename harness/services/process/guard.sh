#!/bin/sh
# guard.sh <directory> <remove or keep> <stop signal> <command…>
# Runs a server as long as its starter lives. Standard input is a pipe whose other end only the starter holds. The pipe
# closes when the starter closes it and when the starter dies for any reason. Then the guard stops the server by its own
# pid and removes its directory, unless it must be kept.
directory=$1 then=$2 signal=$3
shift 3

exec 3<&0
"$@" </dev/null 3<&- &
server=$!

watch() {
  while read -r _ <&3; do :; done
  kill -s "$signal" "$server"
  attempts=0
  while kill -0 "$server" && [ "$attempts" -lt 50 ]; do
    attempts=$((attempts + 1))
    sleep 0.1
  done
  kill -s KILL "$server"
}
watch 2>/dev/null &
watcher=$!

wait "$server"
status=$?
kill "$watcher" 2>/dev/null
[ "$then" = keep ] || rm -rf "$directory"
exit "$status"
