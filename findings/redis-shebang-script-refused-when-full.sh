#!/usr/bin/env bash
# Surprise: a Lua script that only deletes runs on a Redis that has reached `maxmemory`, until the modern
#   first line `#!lua` is added: then Redis refuses it with OOM. The line that is meant to make scripts safer turns "log out" off
#   just when memory is short. On a replica the same line makes a script that only reads READONLY.
# Version: Redis 7.0 of Debian 12
# Expectation: the page on script flags says what each flag allows
#   (https://redis.io/docs/latest/develop/programmability/lua-api/#script_flags); that a script *without* the line keeps
#   the older and laxer rules, deciding command by command, is a remark at its end.
# Who cares: session stores and locks whose scripts delete or read: leave the line out, or give it
#   flags=allow-oom (deleting) and flags=no-writes (reading).
set -euo pipefail
work=$(mktemp -d)
trap 'kill ${primary:-} ${replica:-} 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
server=$(command -v redis-server || true)
if [ -z "$server" ]; then
  apt-get download -q redis-server redis-tools
  for package in *.deb; do dpkg -x "$package" root; done
  ln -s "$PWD/root/usr/bin/redis-check-rdb" redis-server
  server=$PWD/redis-server
  export PATH=$PWD/root/usr/bin:$PATH
fi
port=$((20000 + RANDOM % 5000))
"$server" --port "$port" --bind 127.0.0.1 --save '' --dir "$work" --logfile primary.log &
primary=$!
"$server" --port $((port + 1)) --bind 127.0.0.1 --save '' --dir "$work" --logfile replica.log --replicaof "127.0.0.1 $port" &
replica=$!
cli() { redis-cli -p "$1" "${@:2}" 2>&1; }
until [ "$(cli "$port" ping)" = PONG ]; do sleep 0.1; done
cli "$port" info server | grep redis_version
cli "$port" set session data >/dev/null
until cli $((port + 1)) info replication | grep -q 'master_link_status:up' && [ "$(cli $((port + 1)) get session)" = data ]; do sleep 0.1; done
cli "$port" config set maxmemory 1mb >/dev/null # less than an empty server takes
line=$'#!lua\n'
plain_delete=$(cli "$port" eval "return redis.call('del', KEYS[1])" 1 session)
marked_delete=$(cli "$port" eval "${line}return redis.call('del', KEYS[1])" 1 session)
plain_read=$(cli $((port + 1)) eval "return redis.call('exists', KEYS[1])" 1 session)
marked_read=$(cli $((port + 1)) eval "${line}return redis.call('exists', KEYS[1])" 1 session)
echo "full primary, deleting: without the line: $plain_delete"
echo "full primary, deleting: with #!lua:       $marked_delete"
echo "replica, reading: without the line: $plain_read"
echo "replica, reading: with #!lua:       $marked_read"
[[ $plain_delete == 1 && $marked_delete == *OOM* && $plain_read =~ ^[01]$ && $marked_read == *READONLY* ]]
