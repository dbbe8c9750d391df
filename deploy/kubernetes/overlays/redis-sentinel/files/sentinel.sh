#!/usr/bin/env bash
# Starts this pod's Sentinel with what it knew before: its name, the master, the replicas and the other Sentinels.
set -euo pipefail
. "$(dirname "$0")/common.sh"

conf=/data/sentinel/sentinel.conf
mkdir -p /data/sentinel
kept='^sentinel (myid|monitor|config-epoch|leader-epoch|current-epoch|known-replica|known-sentinel) '
known=$(grep -E "$kept" "$conf" 2>/dev/null || true)
if [[ $known != *"sentinel monitor main "* ]]; then
  master=$(named_master) || master=$first
  known="sentinel monitor main $master 6379 2"
fi

umask 077
{
  cat "$(dirname "$0")/sentinel.conf"
  echo "requirepass $REDIS_PASSWORD"
  echo "sentinel sentinel-pass $REDIS_PASSWORD"
  echo "sentinel announce-ip $self"
  echo "sentinel announce-port 26379"
  echo "$known"
  echo "sentinel auth-pass main $REDIS_PASSWORD"
  echo "sentinel down-after-milliseconds main 5000"
  # Also how long a replica may follow the wrong master until it is corrected.
  echo "sentinel failover-timeout main 10000"
  echo "sentinel parallel-syncs main 1"
} >"$conf.new"
mv "$conf.new" "$conf"
exec redis-server "$conf" --sentinel
