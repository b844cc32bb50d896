#!/usr/bin/env bash
# Surprise: node-redis' `commandOptions: { timeout }` does not bound a command whose server has stopped answering. It
#   counts only until the command is written to the socket; after that the promise waits as long as the server does.
# Version: redis (node-redis) 6.3.1
# Expectation: the option is described as the time after which a command is rejected with a TimeoutError
#   (type `CommandOptions` of @redis/client: "Timeout for the command in milliseconds").
# Who cares: servers that promise a response in time: a paused virtual machine or a stopped Redis process holds every
#   request. Race each command against a timer of your own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund redis@6.3.1
cat >run.mjs <<'JS'
import { createServer } from 'node:net'
import { createClient } from 'redis'

// A server that says what Redis says, and holds its reply to GET for three seconds.
const server = createServer(socket => {
  socket.on('error', () => undefined)
  socket.on('data', data => {
    for (const word of data.toString().match(/HELLO|CLIENT|GET/g) ?? []) {
      if (word === 'GET') setTimeout(() => socket.write('_\r\n'), 3000)
      else socket.write(word === 'HELLO' ? '%1\r\n$5\r\nproto\r\n:3\r\n' : '+OK\r\n')
    }
  })
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const url = `redis://127.0.0.1:${server.address().port}`
const client = createClient({ url, commandOptions: { timeout: 500 } })
client.on('error', () => undefined)
await client.connect()
const began = Date.now()
const outcome = await client.get('key').then(
  value => `returned ${value}`,
  error => `failed with ${error.constructor.name}`
)
const waited = Date.now() - began
console.log(`timeout: 500 ms; GET ${outcome} after ${waited} ms`)
client.destroy()
process.exit(outcome === 'returned null' && waited >= 2900 ? 0 : 1)
JS
echo "Node $(node --version)"
node run.mjs
