#!/usr/bin/env bash
# Before this pod ends: if it is a master, its replica takes over first, so that no client has to wait for a time-out.
set -euo pipefail
. "$(dirname "$0")/common.sh"

role() { timeout 4 redis-cli ROLE | head -n 1; }

# replicas: the addresses of the replicas that this master knows as its own.
replicas() {
  timeout 4 redis-cli CLUSTER NODES | awk -v id="$id" '
    $4 == id && $3 !~ /fail/ && $8 == "connected" { sub(/:.*/, "", $2); print $2 }'
}

has_replica() { timeout 4 redis-cli INFO replication | tr -d '\r' | grep -q '^connected_slaves:[1-9]'; }

[ "$(role)" = master ] || exit 0
id=$(timeout 4 redis-cli CLUSTER MYID)
# A node that became a replica a moment ago is still a master to the nodes that gossip has not reached: this one does not
# list it, and others do not vote for it. So this is retried, as long as the pod's grace period leaves time to shut down.
end=$((SECONDS + 40))
while has_replica && [ "$SECONDS" -lt "$end" ]; do
  for replica in $(replicas); do
    # The replica asks this node to hold writes back until it has everything: none is lost.
    [ "$(timeout 4 redis-cli -h "$replica" CLUSTER FAILOVER 2>/dev/null)" = OK ] || continue
    # It gives up after five seconds.
    for _ in {1..30}; do
      [ "$(role)" != slave ] || { echo "$replica is the master now"; exit 0; }
      sleep 0.2
    done
  done
  sleep 0.5
done
echo "No replica took over." >&2
