# shellcheck shell=bash
# What the scripts here share. To be sourced.

: "${REDIS_PASSWORD:?is not set: it comes from the Secret carrel-redis}"
: "${PEERS:?is not set: the names of all pods, the first master first}"
: "${POD_NAME:?is not set: the name of this pod}"

# It stands in files and in URLs, where other characters would have to be escaped.
if [[ ! $REDIS_PASSWORD =~ ^[A-Za-z0-9._~-]+$ ]]; then
  echo "The password may have letters, digits and . _ ~ - only; make one with: openssl rand -hex 24" >&2
  exit 1
fi
export REDISCLI_AUTH=$REDIS_PASSWORD

first=${PEERS%% *}
self=$POD_NAME.${first#*.}
if [[ " $PEERS " != *" $self "* ]]; then
  echo "PEERS does not name this pod: $self" >&2
  exit 1
fi

# others: the names of the other pods.
others() {
  local peer
  for peer in $PEERS; do
    [ "$peer" = "$self" ] || echo "$peer"
  done
}

# named_master: the pod that the other pods' Sentinels call the master; of several, who became it last. Fails when none
# answers.
named_master() {
  local peer answer
  answer=$(for peer in $(others); do
    timeout 2 redis-cli -h "$peer" -p 26379 SENTINEL MASTER main 2>/dev/null | tr -d '\r' |
      awk 'NR % 2 { name = $0; next } { value[name] = $0 } END { print value["config-epoch"], value["ip"] }' || true
  done | sort -n | tail -n 1)
  answer=${answer#* }
  [[ -n $answer && " $PEERS " == *" $answer "* ]] && echo "$answer"
}
