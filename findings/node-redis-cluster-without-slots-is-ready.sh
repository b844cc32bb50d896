#!/usr/bin/env bash
# Surprise: createCluster().connect() resolves at a node that has no slots yet (a cluster that is still being created):
#   the client says isReady, has no masters, and rejects every command with a TypeError. It stays so after the slots are
#   assigned: only a new client finds the cluster.
# Version: redis (node-redis) 6.3.1, Redis 7.0 of Debian 12
# Expectation: connect() rejects, or the client discovers the topology again as it does after MOVED
#   (https://github.com/redis/node-redis/blob/master/docs/clustering.md); a Redis node without slots answers commands with
#   CLUSTERDOWN (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
# Who cares: those who start the application together with its cluster (compose, Helm): "connected" is no sign that
#   the client can ever send a command. Check that there is a master, and make a new client until there is one.
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
"$server" --port $port --bind 127.0.0.1 --save '' --cluster-enabled yes --logfile "$work/a.log" &
cat >run.mjs <<'JS'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, createCluster } from 'redis'

const url = `redis://127.0.0.1:${process.argv[2]}`
const admin = createClient({ url })
admin.on('error', () => undefined)
await admin.connect()
const outcome = promise =>
  promise.then(
    value => `returned ${value}`,
    error => `rejected: ${error.name}: ${error.message}`
  )
const open = async () => {
  const cluster = createCluster({ rootNodes: [{ url }] })
  cluster.on('error', () => undefined)
  await cluster.connect()
  return cluster
}
console.log(/redis_version:\S+/.exec(await admin.info('server'))[0])
const early = await open()
console.log(`connected: isReady ${early.isReady}, masters ${early.masters.length}`)
const before = await outcome(early.set('a', '1'))
console.log(`SET without slots: ${before}`)
await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
while (!(await admin.sendCommand(['CLUSTER', 'INFO'])).includes('cluster_state:ok')) await sleep(100)
await sleep(5000)
const after = await outcome(early.set('a', '1'))
console.log(`the same client, 5 s after the cluster is there: ${after}`)
const late = await open()
const fresh = await outcome(late.set('a', '1'))
console.log(`a new client: ${fresh}`)
for (const client of [early, late, admin]) client.destroy()
const isSo = [before, after].every(text => text.startsWith('rejected: TypeError')) && fresh === 'returned OK'
console.log(isSo ? 'as described' : 'CHANGED')
process.exit(isSo ? 0 : 1)
JS
node run.mjs $port
