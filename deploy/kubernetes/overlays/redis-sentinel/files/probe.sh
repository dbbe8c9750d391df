#!/usr/bin/env bash
# Usage: probe.sh alive|replicated|sentinel-alive|quorum
set -euo pipefail
. "$(dirname "$0")/common.sh"

case ${1:-} in
  # Whatever it answers, that it still loads or is busy for example, it is alive.
  alive) answer=$(timeout 4 redis-cli PING) && [ -n "$answer" ] ;;
  sentinel-alive) answer=$(timeout 4 redis-cli -p 26379 PING) && [ -n "$answer" ] ;;
  replicated) timeout 4 redis-cli INFO replication | grep -Eq '^(role:master|master_link_status:up)' ;;
  # A fail-over would succeed now, and with all replicas: one that is not known yet would be left behind.
  quorum)
    read -ra peers <<<"$PEERS"
    known=$(timeout 2 redis-cli -p 26379 INFO sentinel | grep '^master0:name=main,' | tr -d '\r')
    slaves=${known##*slaves=} sentinels=${known##*sentinels=}
    [ "${slaves%%,*}" -ge $((${#peers[@]} - 1)) ] && [ "$sentinels" -ge ${#peers[@]} ] &&
      timeout 2 redis-cli -p 26379 SENTINEL CKQUORUM main | grep -q '^OK '
    ;;
  *) sed -n '2s/# //p' "$0" >&2; exit 64 ;;
esac
