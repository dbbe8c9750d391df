#!/usr/bin/env bash
# Starts this pod's Redis: under the master that the other pods' Sentinels name; as what it was where none of them
# answers, for then all have been down; and where it has never run, under the first pod, or as the master if it is that.
set -euo pipefail
. "$(dirname "$0")/common.sh"

conf=/data/redis/redis.conf
mkdir -p /data/redis
if master=$(named_master); then
  why="as Sentinels say"
elif [ -f "$conf" ]; then
  # Redis wrote this itself when it was last made a replica, or took it out when it was made the master.
  master=$(sed -n 's/^replicaof "\{0,1\}\([^ "]*\).*/\1/p' "$conf")
  why="as it was before"
else
  master=$first
  why="as nothing is known yet"
fi
master=${master:-$self}

umask 077
{
  cat "$(dirname "$0")/redis.conf"
  echo "requirepass $REDIS_PASSWORD"
  echo "masterauth $REDIS_PASSWORD"
  echo "replica-announce-ip $self"
  echo "replica-announce-port 6379"
  [ "$master" = "$self" ] || echo "replicaof $master 6379"
} >"$conf.new"
mv "$conf.new" "$conf"
if [ "$master" = "$self" ]; then echo "$self is the master, $why"; else echo "$self follows $master, $why"; fi
exec redis-server "$conf"
