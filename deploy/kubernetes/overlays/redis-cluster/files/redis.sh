#!/usr/bin/env bash
# Starts this pod's node of the Cluster; who it is and what it knew of the others is in nodes.conf on its volume.
set -euo pipefail
. "$(dirname "$0")/common.sh"
: "${POD_IP:?is not set: the address of this pod}"

conf=/data/redis/redis.conf
mkdir -p /data/redis
umask 077
{
  cat "$(dirname "$0")/redis.conf"
  echo "requirepass $REDIS_PASSWORD"
  echo "masterauth $REDIS_PASSWORD"
  echo "cluster-announce-ip $POD_IP"
  echo "cluster-announce-hostname $self"
} >"$conf.new"
mv "$conf.new" "$conf"
exec redis-server "$conf"
