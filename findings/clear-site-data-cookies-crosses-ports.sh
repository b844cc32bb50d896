#!/usr/bin/env bash
# Surprise: `Clear-Site-Data: "cookies"` in one service's logout on localhost ends the sessions of every other service on
#   localhost, whatever its port, HttpOnly or not. On a domain it takes the cookies of siblings and parents as well.
# Version: Chromium 156 (Debian), playwright-core 1.65.1
# Expectation: the header's other values work by *origin*, which has a port
#   (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Clear-Site-Data); OWASP's session cheat sheet advises
#   the header at logout without that caveat.
# Who cares: developers with two apps on one localhost, and products that share a registrable domain: logging out of one
#   logs out of all. Expire the one cookie by Set-Cookie, and clear "cache", "storage" alone.
set -euo pipefail
chromium=${CHROMIUM:-$(command -v chromium || true)}
[ -n "$chromium" ] || { echo 'needs chromium (apt-get install chromium), or its path in CHROMIUM'; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund playwright-core@1.65.1
cat >run.mjs <<'JS'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'

async function service(name) {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/plain')
    if (request.url === '/login') response.setHeader('set-cookie', `${name}=1; HttpOnly; SameSite=Strict; Path=/`)
    if (request.url === '/logout') response.setHeader('clear-site-data', '"cookies"')
    response.end(new RegExp(`${name}=1`).test(request.headers.cookie ?? '') ? 'logged in' : 'logged out')
  })
  await new Promise(resolve => server.listen(0, resolve))
  return { server, url: path => `http://localhost:${server.address().port}${path}` }
}
const [one, two] = [await service('one'), await service('two')]
const browser = await chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox'] })
console.log('Chromium', browser.version())
const page = await browser.newPage()
const visit = async url => (await page.goto(url)).text()
await visit(one.url('/login'))
await visit(two.url('/login'))
const before = await visit(two.url('/'))
await visit(one.url('/logout'))
const after = await visit(two.url('/'))
console.log(`the other service on the same host: ${before} before, ${after} after the first one's logout`)
await browser.close()
for (const { server } of [one, two]) server.closeAllConnections()
process.exit(before === 'logged in' && after === 'logged out' ? 0 : 1)
JS
node run.mjs "$chromium"
