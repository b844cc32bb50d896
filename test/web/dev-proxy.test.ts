/** The snippet of docs/page.md, run: a dev server in front of the service, reached by another name. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { createServer } from 'vite'
import { root } from '../repo/sources.ts'
import { Browser } from '../support/browser.ts'
import { freePort } from '../support/redis-process.ts'
import { startService } from '../support/service.ts'

test('the Vite snippet of docs/page.md works by another host name', async t => {
  const service = await startService(t, { env: { PUBLIC_ORIGIN: 'http://localhost:3000' } })
  const document = readFileSync(join(root, 'docs/page.md'), 'utf8')
  const [, snippet = ''] = /```js\n(\/\/ vite.config.js[^`]+)```/.exec(document) ?? []
  const configFile = join(t.testdir({ 'index.html': '<p>mine' }), 'vite.config.mjs')
  // The service of the test is on another port; its origin stays the one of the document.
  writeFileSync(configFile, snippet.replace('target: service', `target: '${service.url}'`))
  const port = await freePort()
  const server = await createServer({
    configFile,
    root: join(configFile, '..'),
    logLevel: 'silent',
    server: { port, host: '127.0.0.1' }
  })
  t.teardown(() => server.close())
  await server.listen()
  const browser = new Browser(`http://127.0.0.1:${port}`)
  for (const name of ['localhost', 'app.local.test', '192.0.2.7']) {
    // As browsers send it over plain HTTP by another name than localhost: without Fetch Metadata.
    const headers = { host: `${name}:${port}`, origin: `http://${name}:${port}` }
    const login = { email: 'demo@example.com', password: 'Correct-Horse-9' }
    t.equal((await browser.post('/auth/login', login, { headers })).status, 200, name)
    t.match((await browser.get('/', { headers: { ...headers, accept: 'text/html' } })).text, 'mine')
  }
})
