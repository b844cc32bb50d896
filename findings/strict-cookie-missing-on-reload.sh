#!/usr/bin/env bash
# Surprise: a page that was reached by a link of another site is shown without its SameSite=Strict cookies, and the
#   browser's reload button does not cure that: the reload is still "cross-site". `location.reload()` by a script of the
#   page does send them.
# Version: Chromium 156 (Debian), playwright-core 1.65.1
# Expectation: a reload reads as a request of the user for what the address bar shows, such as typing the address;
#   RFC 6265bis (draft, 5.2.1, "Document-based requests" and its note on reload) leaves it to the browser.
# Who cares: servers that render a page by its session: after a link in a mail the user is "logged out", and pressing
#   reload does not help. Let the page fetch the session by a call of its own, which is same-site.
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

const seen = []
const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/html')
  if (request.url === '/set') {
    response.setHeader('set-cookie', 'strict=1; SameSite=Strict; Path=/')
    return response.end('set')
  }
  if (request.headers.host.startsWith('127.0.0.1')) {
    return response.end(`<a id="link" href="http://localhost:${server.address().port}/page">link</a>`)
  }
  if (request.url !== '/page') return response.end()
  seen.push(`${request.headers.cookie ? 'sent' : 'missing'} (Sec-Fetch-Site: ${request.headers['sec-fetch-site']})`)
  response.end('page')
})
await new Promise(resolve => server.listen(0, resolve))
const { port } = server.address()
const browser = await chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox'] })
console.log('Chromium', browser.version())
const page = await browser.newPage()
await page.goto(`http://localhost:${port}/set`)
await page.goto(`http://127.0.0.1:${port}/`)
await Promise.all([page.waitForURL('**/page'), page.click('#link')])
const cdp = await page.context().newCDPSession(page)
await Promise.all([page.waitForEvent('load'), cdp.send('Page.reload')])
await Promise.all([page.waitForEvent('load'), page.evaluate(() => location.reload())])
const [link, reload, script] = seen
console.log({ link, reload, 'location.reload()': script })
await browser.close()
server.closeAllConnections()
process.exit(link.startsWith('missing') && reload.startsWith('missing') && script.startsWith('sent') ? 0 : 1)
JS
node run.mjs "$chromium"
