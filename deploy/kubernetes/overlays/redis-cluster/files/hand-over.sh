#!/usr/bin/env bash
# Before this pod ends: if it is a master, its replica becomes it first, so that nobody has to find out by waiting.
set -euo pipefail
. "$(dirname "$0")/common.sh"

is_master() { [ "$(timeout 4 redis-cli ROLE | head -n 1)" = master ]; }

is_master || exit 0
id=$(timeout 4 redis-cli CLUSTER MYID)
for replica in $(timeout 4 redis-cli CLUSTER NODES | awk -v id="$id" '
  $4 == id && $3 !~ /fail/ && $8 == "connected" { sub(/:.*/, "", $2); print $2 }'); do
  # The replica asks this node to hold writes back until it has everything: none is lost.
  [ "$(timeout 4 redis-cli -h "$replica" CLUSTER FAILOVER 2>/dev/null)" = OK ] || continue
  for _ in {1..50}; do
    is_master || { echo "$replica is the master now"; exit 0; }
    sleep 0.2
  done
done
echo "No replica took over." >&2
