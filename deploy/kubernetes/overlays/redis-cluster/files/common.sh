# shellcheck shell=bash
# What the scripts of a node share. To be sourced.

: "${REDIS_PASSWORD:?is not set: it comes from the Secret carrel-redis}"
: "${SERVICE:?is not set: the name of the headless Service}"
: "${POD_NAME:?is not set: the name of this pod}"

# It stands in files and in URLs, where other characters would have to be escaped.
if [[ ! $REDIS_PASSWORD =~ ^[A-Za-z0-9._~-]+$ ]]; then
  echo "The password may have letters, digits and . _ ~ - only; make one with: openssl rand -hex 24" >&2
  exit 1
fi
export REDISCLI_AUTH=$REDIS_PASSWORD
# shellcheck disable=SC2034
self=$POD_NAME.$SERVICE

# address NAME: its address now.
address() {
  getent hosts "$1" | awk '{ print $1; exit }'
}

# missed_master: the id of this replica's master, if the replica asks for it at an address that the master has no more.
# Redis corrects what it knows of the address, but not always whom it follows (redis/redis#15136).
missed_master() {
  local followed known id
  followed=$(timeout 2 redis-cli INFO replication | tr -d '\r' | sed -n 's/^master_host://p')
  [ -n "$followed" ] || return 1
  read -r id known < <(timeout 2 redis-cli CLUSTER NODES | awk '
    $3 ~ /myself/ { master = $4 }
    { sub(/:[0-9]+@.*/, "", $2); address[$1] = $2 }
    END { print master, address[master] }')
  [ -n "$known" ] && [ "$followed" != "$known" ] && echo "$id"
}
