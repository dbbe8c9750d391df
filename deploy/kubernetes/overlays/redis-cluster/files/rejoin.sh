#!/usr/bin/env bash
# After the start: finds the nodes again that this one knows by an address that they have no more. A single pod that
# comes back at another address tells the others itself; where all come back at others, none would find any.
set -euo pipefail
. "$(dirname "$0")/common.sh"

# lost: the names of nodes that are not where this one thinks they are.
lost() {
  local id at flags ip name
  timeout 4 redis-cli CLUSTER NODES | tr -d '\r' | while read -r id at flags _; do
    [[ $at == *,* && ! $flags =~ myself|handshake|noaddr ]] || continue
    ip=${at%:*} name=${at#*,}
    # Only who has that address by its name is asked: others are not to see the password.
    if [ "$(address "$name")" = "$ip" ] && [ "$(timeout 2 redis-cli -h "$ip" CLUSTER MYID 2>/dev/null)" = "$id" ]; then
      continue
    fi
    echo "$name"
  done
}

until [ "$(timeout 4 redis-cli PING 2>/dev/null)" = PONG ] || [ "$SECONDS" -gt 60 ]; do sleep 0.5; done
# DNS may remember for half a minute what was before; a node that is down for longer comes here itself when it is back.
end=$((SECONDS + 45))
while [ "$SECONDS" -lt "$end" ]; do
  names=$(lost)
  if [ -z "$names" ]; then
    id=$(missed_master) || exit 0
    timeout 4 redis-cli CLUSTER REPLICATE "$id" >/dev/null
  fi
  for name in $names; do
    # The node at that address answers with its id; if that is a known one, its address is corrected.
    ip=$(address "$name") || continue
    timeout 4 redis-cli CLUSTER MEET "$ip" 6379 >/dev/null || true
  done
  sleep 1
done
echo "These are still missing: $names" >&2
