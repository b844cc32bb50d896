#!/usr/bin/env bash
# Surprise: a command that is under way while the primary dies is sent again by node-redis' Sentinel client to the new
#   primary, whether or not that is safe: an INCR returns as if nothing had happened, seconds later, and may have counted
#   twice. The plain client rejects it instead.
# Version: redis (node-redis) 6.3.1, Redis 7.0 of Debian 12
# Expectation: the plain client's documentation says that commands in flight are rejected when the connection is lost
#   (https://github.com/redis/node-redis/blob/master/docs/client-configuration.md); the Sentinel page names
#   `maxCommandRediscovers` without saying that writes are repeated
#   (https://github.com/redis/node-redis/blob/master/docs/sentinel.md).
# Who cares: those who count (rate limits, one-time codes, locks) over Sentinel: bound the wait yourself and expect
#   writes to be done twice.
set -euo pipefail
work=$(mktemp -d)
trap 'kill -9 $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
server=$(command -v redis-server || true)
if [ -z "$server" ]; then
  apt-get download -q redis-server redis-tools
  for package in *.deb; do dpkg -x "$package" root; done
  ln -s "$PWD/root/usr/bin/redis-check-rdb" redis-server
  server=$PWD/redis-server
fi
npm init -y >/dev/null
npm install --silent --no-audit --no-fund redis@6.3.1
port=$((20000 + RANDOM % 5000))
"$server" --port $port --bind 127.0.0.1 --save '' --logfile "$work/a.log" &
primary=$!
"$server" --port $((port + 1)) --bind 127.0.0.1 --save '' --logfile "$work/b.log" --replicaof "127.0.0.1 $port" &
for i in 2 3 4; do
  cat >s$i.conf <<CONF
port $((port + i))
bind 127.0.0.1
sentinel monitor main 127.0.0.1 $port 2
sentinel down-after-milliseconds main 1000
sentinel failover-timeout main 5000
CONF
  "$server" s$i.conf --sentinel --logfile "$work/s$i.log" &
done
cat >run.mjs <<'JS'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, createSentinel } from 'redis'

const [port, primary] = process.argv.slice(2).map(Number)
const admin = createClient({ url: `redis://127.0.0.1:${port + 2}` })
admin.on('error', () => undefined)
await admin.connect()
for (;;) {
  const reply = await admin.sendCommand(['SENTINEL', 'CKQUORUM', 'main']).catch(String)
  const replicas = await admin.sendCommand(['SENTINEL', 'REPLICAS', 'main'])
  if (String(reply).startsWith('OK 3') && replicas.length === 1) break
  await sleep(200)
}
await sleep(2000)
const sentinelRootNodes = [2, 3, 4].map(i => ({ host: '127.0.0.1', port: port + i }))
const client = createSentinel({ name: 'main', sentinelRootNodes })
client.on('error', () => undefined)
await client.connect()
const plain = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: false } })
plain.on('error', () => undefined)
await plain.connect()
console.log(/redis_version:\S+/.exec(await plain.info('server'))[0], 'INCR before:', await client.incr('count'))
process.kill(primary, 'SIGSTOP') // the commands reach a server that will not answer any more
const began = Date.now()
const after = promise =>
  promise.then(value => `returned ${value}`, error => `rejected: ${error.constructor.name}`)
const outcomes = Promise.all([after(client.incr('count')), after(plain.incr('other'))])
await sleep(300)
process.kill(primary, 'SIGKILL')
const [bySentinel, byPlain] = await outcomes
console.log(`plain client: ${byPlain}; Sentinel client: ${bySentinel} after ${Date.now() - began} ms`)
process.exit(bySentinel === 'returned 2' && byPlain.startsWith('rejected') ? 0 : 1)
JS
echo "Node $(node --version)"
timeout 60 node run.mjs "$port" "$primary"
