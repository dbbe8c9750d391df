#!/usr/bin/env bash
# Usage: probe.sh started|alive|whole
set -euo pipefail
. "$(dirname "$0")/common.sh"

case ${1:-} in
  # Whatever it answers, that it still loads or is busy for example, it is there.
  started) answer=$(timeout 4 redis-cli PING) && [ -n "$answer" ] ;;
  # A replica that looks for its master in the wrong place finds it only when it is started anew.
  alive)
    answer=$(timeout 2 redis-cli PING)
    [ -n "$answer" ]
    if [ "$answer" = PONG ] && missed_master >/dev/null; then exit 1; fi
    ;;
  # The Cluster serves every slot, and this node has what its master has.
  whole)
    timeout 2 redis-cli CLUSTER INFO | grep -q '^cluster_state:ok' &&
      timeout 2 redis-cli INFO replication | grep -Eq '^(role:master|master_link_status:up)'
    ;;
  *) sed -n '2s/# //p' "$0" >&2; exit 64 ;;
esac
