#!/usr/bin/env bash
# Makes a Cluster of the pods where there is none, and adds pods that came back without their volume. May run any number
# of times. Changes no node that has keys.
set -euo pipefail

: "${REDIS_PASSWORD:?is not set: it comes from the Secret carrel-redis}"
: "${PEERS:?is not set: the names of all pods}"
: "${REPLICAS_PER_MASTER:?is not set}"
export REDISCLI_AUTH=$REDIS_PASSWORD
read -ra peers <<<"$PEERS"

# node NAME WORD…: asks a pod.
node() {
  timeout 5 redis-cli -h "$1" "${@:2}" | tr -d '\r'
}

# fact NAME FIELD: a field of its CLUSTER INFO.
fact() {
  node "$1" CLUSTER INFO | sed -n "s/^$2://p"
}

# await SECONDS WHAT COMMAND…: until the command succeeds.
await() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "$what: not so after a long wait." >&2
      exit 1
    fi
    sleep 1
  done
}

answers() { [ "$(node "$1" PING 2>/dev/null)" = PONG ]; }
is_whole() { [ "$(fact "$1" cluster_state)" = ok ] && [ "$(fact "$1" cluster_known_nodes)" -ge ${#peers[@]} ]; }
has_slots() { [ "$(fact "$1" cluster_slots_assigned)" = "$2" ]; }
is_made() { has_slots "$1" 16384 && [ "$(fact "$1" cluster_known_nodes)" -ge ${#peers[@]} ]; }
is_new() { has_slots "$1" 0 && [ "$(fact "$1" cluster_known_nodes)" = 1 ]; }
address() { getent hosts "$1" | awk '{ print $1; exit }'; }

# add NAME MEMBER: a pod without a past becomes a replica where one is missing, in place of the node that it was before.
add() {
  local id peer
  echo "$1 is new: adding it"
  for id in $(node "$2" CLUSTER NODES | awk -v name="$1" '$2 ~ "," name "$" && $3 ~ /fail/ { print $1 }'); do
    for peer in "${peers[@]}"; do
      [ "$peer" = "$1" ] || node "$peer" CLUSTER FORGET "$id" >/dev/null
    done
  done
  redis-cli --cluster add-node "$(address "$1"):6379" "$(address "$2"):6379" --cluster-slave
}

for peer in "${peers[@]}"; do
  await 300 "$peer answers" answers "$peer"
done

for member in "${peers[@]}"; do
  is_made "$member" || continue
  for peer in "${peers[@]}"; do
    if is_new "$peer"; then add "$peer" "$member"; fi
  done
  for peer in "${peers[@]}"; do
    await 120 "$peer sees a whole Cluster" is_whole "$peer"
  done
  echo "There is a Cluster, and it is whole."
  exit 0
done

for peer in "${peers[@]}"; do
  is_new "$peer" && continue
  # A setup was interrupted. Where a node has keys, the operator decides.
  for holder in "${peers[@]}"; do
    if [ "$(node "$holder" DBSIZE)" != 0 ]; then
      echo "The pods are no whole Cluster, but $holder has keys: look at 'redis-cli --cluster check $holder:6379'." >&2
      exit 1
    fi
  done
  echo "$peer is left from a setup that was interrupted: beginning anew"
  for other in "${peers[@]}"; do node "$other" CLUSTER RESET HARD >/dev/null; done
  break
done

addresses=()
for peer in "${peers[@]}"; do addresses+=("$(address "$peer"):6379"); done
redis-cli --cluster create "${addresses[@]}" --cluster-replicas "$REPLICAS_PER_MASTER" --cluster-yes
for peer in "${peers[@]}"; do
  await 120 "$peer sees a whole Cluster" is_whole "$peer"
done
echo "The Cluster is made."
