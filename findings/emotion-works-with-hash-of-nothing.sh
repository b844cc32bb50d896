#!/usr/bin/env bash
# Surprise: a production page styled by emotion (MUI) or styled-components works under a strict policy with one more
#   source in style-src: the SHA-256 of the *empty* string. No nonce, no 'unsafe-inline'. They add an empty <style> element
#   and insert rules by CSSOM, which no policy governs; only the empty element is checked.
# Version: @emotion/css 11.13.5, Chromium 156 (Debian), esbuild 0.28.1, playwright-core 1.65.1
# Expectation: the libraries' documentation knows a nonce alone
#   (https://mui.com/material-ui/guides/content-security-policy/, https://emotion.sh/docs/@emotion/cache#nonce-string).
# Who cares: pages that are served as static files, where a nonce for each response cannot be had.
set -euo pipefail
chromium=${CHROMIUM:-$(command -v chromium || true)}
[ -n "$chromium" ] || { echo 'needs chromium (apt-get install chromium), or its path in CHROMIUM'; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @emotion/css@11.13.5 esbuild@0.28.1 playwright-core@1.65.1
cat >page.js <<'JS'
import { css } from '@emotion/css'
document.body.className = css({ color: 'rgb(1, 2, 3)' })
JS
npx esbuild page.js --bundle --minify --define:process.env.NODE_ENV='"production"' --outfile=page.min.js --log-level=error
cat >run.mjs <<'JS'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'

const hash = `'sha256-${createHash('sha256').update('').digest('base64')}'`
let sources = ''
const script = readFileSync('page.min.js')
const server = createServer((request, response) => {
  if (request.url === '/page.js') {
    return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
  }
  response.writeHead(200, {
    'content-type': 'text/html',
    'content-security-policy': `default-src 'self'; style-src ${sources}`
  })
  response.end('<!doctype html><body><script src="/page.js"></script>text')
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const browser = await chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox'] })
console.log('Chromium', browser.version())
const colours = {}
for (sources of ["'self'", `'self' ${hash}`]) {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  colours[sources] = await page.evaluate(() => getComputedStyle(document.body).color)
}
console.log(colours)
await browser.close()
server.closeAllConnections()
const [without, withHash] = Object.values(colours)
process.exit(without !== 'rgb(1, 2, 3)' && withHash === 'rgb(1, 2, 3)' ? 0 : 1)
JS
node run.mjs "$chromium"
