#!/usr/bin/env bash
# Before this pod ends: if it is the master, another one takes over first, so that no client has to wait for a time-out.
set -euo pipefail
. "$(dirname "$0")/common.sh"

[ "$(timeout 4 redis-cli ROLE | head -n 1)" = master ] || exit 0
# No write from here on, so that none is lost; replicas have the rest within moments.
timeout 4 redis-cli CLIENT PAUSE 10000 WRITE >/dev/null
for peer in $(others); do
  if [ "$(timeout 4 redis-cli -h "$peer" -p 26379 SENTINEL FAILOVER main 2>/dev/null)" = OK ]; then
    for _ in {1..50}; do
      if master=$(named_master) && [ "$master" != "$self" ]; then
        echo "$master is the master now"
        exit 0
      fi
      sleep 0.2
    done
  fi
done
timeout 4 redis-cli CLIENT UNPAUSE >/dev/null
echo "No other pod took over." >&2
