#!/usr/bin/env bash
# Surprise: with `socket: { socketTimeout }` node-redis closes a connection that is merely idle, and with the default
#   reconnect strategy it never opens it again: the client is closed for good, and the next command throws.
# Version: redis (node-redis) 6.3.1
# Expectation: the default strategy reconnects after every lost connection, with a growing delay
#   (https://github.com/redis/node-redis/blob/master/docs/client-configuration.md#reconnect-strategy).
# Who cares: those who set socketTimeout to notice a dead peer: a quiet night ends the client. Give a strategy of your
#   own, or send PING by `pingInterval`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund redis@6.3.1
cat >run.mjs <<'JS'
import { createServer } from 'node:net'
import { createClient } from 'redis'

// A server that says what Redis says to a client that connects and sends PING.
const server = createServer(socket => {
  socket.on('error', () => undefined)
  socket.on('data', data => {
    for (const word of data.toString().match(/HELLO|CLIENT|PING/g) ?? []) {
      socket.write(word === 'HELLO' ? '%1\r\n$5\r\nproto\r\n:3\r\n' : word === 'PING' ? '+PONG\r\n' : '+OK\r\n')
    }
  })
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address()

async function afterIdleTime(socket) {
  const client = createClient({ socket: { host: '127.0.0.1', port, socketTimeout: 300, ...socket } })
  const errors = []
  client.on('error', error => errors.push(error.constructor.name))
  await client.connect()
  const first = await client.ping()
  await new Promise(resolve => setTimeout(resolve, 1000))
  const open = client.isOpen
  const later = await client.ping().catch(error => error.constructor.name)
  if (client.isOpen) client.destroy()
  return { first, error: errors[0], open, later }
}

const byDefault = await afterIdleTime({})
const withStrategy = await afterIdleTime({ reconnectStrategy: () => 10 })
console.log({ byDefault, withStrategy })
server.close()
process.exit(byDefault.open === false && byDefault.later === 'ClientClosedError' && withStrategy.open ? 0 : 1)
JS
echo "Node $(node --version)"
node run.mjs
