/** What users have uploaded to the API, opened in every way a page has: none of it runs in this origin. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Page } from 'playwright-core'
import { type Test, test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/config.ts'
import { startCognito } from '../support/cognito.ts'
import { freePort } from '../support/redis-process.ts'
import { testKey } from '../support/service.ts'
import { noBrowser, startChromium } from './support/chromium.ts'

/** Heard by pages of the same origin alone. */
const mark = "new BroadcastChannel('ran').postMessage(self.location.href)"

const sheet = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/"><html><script>${mark}</script></html></xsl:template></xsl:stylesheet>`

/** By the path they are asked for. */
const uploads: Record<string, [type: string, body: string]> = {
  '/a.js': ['text/javascript', mark],
  '/a.html': ['text/html', `<script>${mark}</script><script src="/api/a.js"></script>`],
  '/a.svg': [
    'image/svg+xml',
    `<svg xmlns="http://www.w3.org/2000/svg"><script>${mark}</script></svg>`
  ],
  '/a.xhtml': [
    'application/xhtml+xml',
    `<html xmlns="http://www.w3.org/1999/xhtml"><script>${mark}</script></html>`
  ],
  '/a.xml': ['text/xml', '<?xml-stylesheet type="text/xsl" href="/api/a.xsl"?><x/>'],
  '/a.xsl': ['text/xsl', sheet],
  '/a.pdf': [
    'application/pdf',
    '%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj'
  ],
  '/a.txt': ['text/plain', mark]
}

/** What the page does with an upload; each settles however it ends. */
const helpers = `
const settled = (element, place = document.body) => new Promise(resolve => {
  element.onload = element.onerror = resolve
  setTimeout(resolve, 3000)
  place.append(element)
})
const made = (tag, attributes) => Object.assign(document.createElement(tag), attributes)
self.ways = {
  load: (tag, attributes) => settled(made(tag, attributes)),
  module: url => import(url).catch(() => undefined),
  worker: (kind, url) => new Promise(resolve => {
    setTimeout(resolve, 500)
    try {
      if (kind === 'shared') new SharedWorker(url)
      else new Worker(url, { type: kind })
    } catch {}
  }),
  serviceWorker: url => navigator.serviceWorker.register(url).catch(() => undefined),
  fetched: (url, how) => how === 'image'
    ? settled(made('img', { src: url }))
    : fetch(url, how === 'header' ? { headers: { 'x-csrf': '1' } } : {}),
  blob: async url => {
    const blob = URL.createObjectURL(await (await fetch(url)).blob())
    for (const [tag, name] of [['script', 'src'], ['iframe', 'src'], ['object', 'data']])
      document.body.append(made(tag, { [name]: blob }))
    window.open(blob)
  },
  login: body => fetch('/auth/login', {
    method: 'POST',
    headers: { 'x-csrf': '1', 'content-type': 'application/json' },
    body: JSON.stringify(body)
  }).then(({ status }) => status)
}`

/** Runs one of them. */
const use = (page: Page, way: string, ...args: unknown[]): Promise<unknown> =>
  page.evaluate(`ways.${way}(...${JSON.stringify(args)}).then(value => Number(value))`)

async function startApi(t: Test): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const [type, body] = uploads[url.replace(/\?.*/, '')] ?? ['text/plain', 'nothing']
    response.setHeader('content-type', type)
    response.setHeader('cache-control', 'max-age=600')
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.closeAllConnections())
  t.teardown(() => server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

/** The service before that API, with a page of a test, and somebody logged in. */
async function startPage(t: Test) {
  const cognito = await startCognito(t)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const directory = t.testdir({
    'index.html': '<!doctype html><title>Page</title><body><script src="/helpers.js"></script>',
    'helpers.js': helpers,
    'own.js': mark
  })
  const app = await buildApp(
    loadConfig({
      COGNITO_ENDPOINT: cognito.url,
      PUBLIC_ORIGIN: url,
      SESSION_KEYS: testKey,
      PAGE_DIRECTORY: directory,
      // Kept by the browser as the API says: the hardest case.
      API_ROUTES: JSON.stringify([
        { path: '/api', upstream: await startApi(t), cache: 'upstream' }
      ]),
      RATE_LIMIT_SCALE: '0',
      LOG_LEVEL: 'silent'
    })
  )
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port })
  const context = await (await startChromium(t)).newContext()
  const witness = await context.newPage()
  await witness.goto(url)
  const login = { email: 'demo@example.com', password: 'Correct-Horse-9' }
  t.equal(await use(witness, 'login', login), 200)
  await witness.evaluate(
    "self.ran = []; new BroadcastChannel('ran').onmessage = ({ data }) => ran.push(data)"
  )
  const open = async () => {
    const page = await context.newPage()
    await page.goto(url)
    return page
  }
  /** Runs the page's own script last: what ran before it is known then. */
  const ran = async (): Promise<string[]> => {
    const last = await open()
    await use(last, 'load', 'script', { src: '/own.js' })
    await last.waitForTimeout(500)
    await last.close()
    return witness.evaluate('ran')
  }
  return { url, open, ran }
}

const names = Object.keys(uploads).map(path => `/api${path}`)

/** In every way a page can load something as code, or into a frame. */
function loadEverywhere(page: Page, url: string): Promise<unknown> {
  const tags: [string, Record<string, string>][] = [
    ['script', { src: url }],
    ['script', { src: url, type: 'module' }],
    ['iframe', { src: url }],
    ['object', { data: url }],
    ['embed', { src: url }],
    ['img', { src: url }],
    ['link', { rel: 'stylesheet', href: url }],
    ['link', { rel: 'modulepreload', href: url }]
  ]
  return Promise.all([
    ...tags.map(tag => use(page, 'load', ...tag)),
    ...['classic', 'module', 'shared'].map(kind => use(page, 'worker', kind, url)),
    use(page, 'module', url),
    use(page, 'serviceWorker', url)
  ])
}

test('X-15 uploads do not run in this origin', { skip: noBrowser }, async t => {
  const { url, open, ran } = await startPage(t)
  const own = `${url}/`

  await t.test('loaded by elements, imports and workers', async t => {
    const page = await open()
    await Promise.all(names.map(name => loadEverywhere(page, name)))
    t.same(await ran(), [own], 'the page’s own script alone')
  })

  await t.test('kept from an earlier look', async t => {
    const page = await open()
    for (const [i, how] of ['header', 'plain', 'image'].entries()) {
      const kept = `/api/a.js?${i}`
      await use(page, 'fetched', kept, how)
      await use(page, 'load', 'script', { src: kept })
      await use(page, 'worker', 'classic', kept)
      await use(page, 'serviceWorker', kept)
    }
    t.same(await ran(), [own, own])
  })

  await t.test('turned into blobs', async t => {
    const page = await open()
    for (const name of names) await use(page, 'blob', name)
    await page.waitForTimeout(500)
    t.same(await ran(), [own, own, own])
  })

  await t.test('opened as documents: they are saved', async t => {
    for (const name of names) {
      const page = await open()
      const download = page.waitForEvent('download')
      await page.evaluate(`location = '${name}'`)
      t.match((await download).url(), name)
      await page.evaluate(`window.open('${name}')`)
      await page.waitForTimeout(200)
      await page.close()
    }
    t.same(await ran(), [own, own, own, own])
  })
})
