#!/usr/bin/env bash
# Surprise: undici (the HTTP client in Node.js) fails a GET whose kept-alive connection the server closes just as the
#   request arrives, before a byte of a response. Browsers, curl and Go send such a request once more.
# Version: undici 7.30.2
# Expectation: RFC 9110, 9.2.2 names the idempotent methods as those that a client can repeat by itself after a failure
#   of the connection, and RFC 9112, 9.3.1 ("Retrying Requests") describes this race.
# Who cares: gateways and BFFs: an API that closes idle connections after n seconds (Node's own server: 5) turns one GET
#   in some thousands into a 502. Repeat GET and HEAD on UND_ERR_SOCKET where no byte came, or use a RetryAgent.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2
cat >run.mjs <<'JS'
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
import { Pool } from 'undici'

function serve() {
  let requests = 0
  // Responds to the first request of a connection, and closes the connection when a second one arrives.
  const server = createServer(socket => {
    let first = true
    socket.on('error', () => undefined)
    socket.on('data', data => {
      for (const _ of data.toString().match(/GET /g) ?? []) {
        requests++
        if (!first) return socket.destroy()
        first = false
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      }
    })
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
}

if (!isMainThread) serve()
else {
  const worker = new Worker(new URL(import.meta.url))
  const port = await new Promise(resolve => worker.once('message', resolve))
  const origin = `http://127.0.0.1:${port}`
  const pool = new Pool(origin, { connections: 1 })
  const get = async () => {
    const { statusCode, body } = await pool.request({ path: '/', method: 'GET' })
    await body.text()
    return String(statusCode)
  }
  const undici = [await get(), await get().catch(error => error.code ?? error.name)]
  const curl = execFileSync('curl', ['-s', '-w', ' %{http_code}', `${origin}/`, `${origin}/`], { encoding: 'utf8' })
  console.log(`undici: ${undici.join(', then ')}; curl: ${curl.replaceAll('ok', '').trim()}`)
  await worker.terminate()
  process.exit(undici[0] === '200' && undici[1] === 'UND_ERR_SOCKET' && (curl.match(/200/g) ?? []).length === 2 ? 0 : 1)
}
JS
echo "Node $(node --version), $(curl --version | head -1 | cut -d' ' -f1,2)"
node run.mjs
