/** A deployment: two builds of the page behind one balancer, and a build under a running service. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { test } from 'tap'
import { build } from 'vite'
import { startBalancer } from '../chaos/balancer.ts'
import { root } from '../repo/sources.ts'
import { startCognito } from '../support/cognito.ts'
import { startService } from '../support/service.ts'
import { noBrowser, startChromium } from './support/chromium.ts'

/** A real build whose files all have other names than those of another release. */
async function buildRelease(outDir: string, release: string): Promise<void> {
  await build({
    root: join(root, 'web'),
    logLevel: 'error',
    build: {
      outDir,
      rollupOptions: {
        output: {
          entryFileNames: `assets/${release}-[hash].js`,
          chunkFileNames: `assets/${release}-[hash].js`,
          assetFileNames: `assets/${release}-[hash][extname]`
        }
      }
    }
  })
}

const isThere = (page: Page) => page.getByRole('heading', { name: 'Log in' }).waitFor()
const isStyled = "getComputedStyle(document.body).fontFamily.includes('Inter')"

test('X-19 two builds behind one balancer', { skip: noBrowser }, async t => {
  const folder = t.testdir({ one: {}, two: {} })
  const [one, two] = [join(folder, 'one'), join(folder, 'two')] as const
  await buildRelease(one, 'one')
  await buildRelease(two, 'two')
  const balancer = await startBalancer(t)
  const cognito = await startCognito(t)
  const env = { PUBLIC_ORIGIN: balancer.url }
  const old = await startService(t, { cognito, env: { ...env, PAGE_DIRECTORY: one } })
  const next = await startService(t, { cognito, env: { ...env, PAGE_DIRECTORY: two } })
  for (const { url } of [old, next]) {
    balancer.add(url)
    await balancer.when(url, true)
  }
  const chromium = await startChromium(t)

  await t.test('20 of 20 first visits show the page, with its styles', async t => {
    for (let visit = 0; visit < 20; visit++) {
      const context = await chromium.newContext()
      const page = await context.newPage()
      const troubles: string[] = []
      page.on('pageerror', error => troubles.push(String(error)))
      await page.goto(balancer.url)
      await isThere(page)
      t.ok(await page.evaluate(isStyled), `visit ${visit}`)
      t.same(troubles, [])
      await context.close()
    }
  })

  await t.test('a document of a build that has gone meanwhile loads itself once more', async t => {
    const page = await chromium.newPage()
    // The document is the old build's, and from now on there is the new one alone.
    const { body } = await old.app.inject({ url: '/', headers: { accept: 'text/html' } })
    balancer.remove(old.url)
    let loads = 0
    await page.route(`${balancer.url}/`, route =>
      ++loads === 1 ? route.fulfill({ contentType: 'text/html', body }) : route.continue()
    )
    await page.goto(balancer.url)
    await isThere(page)
    t.equal(loads, 2)
    t.ok(await page.evaluate(isStyled))
    await page.close()
  })

  await t.test(
    'what no build has is missing in the end, and loads nothing without an end',
    async t => {
      const page = await chromium.newPage()
      let loads = 0
      await page.route(`${balancer.url}/`, route => {
        loads++
        return route.fulfill({
          contentType: 'text/html',
          body: '<script type="module" src="/assets/gone-1.js"></script><h1>x</h1>'
        })
      })
      const failed = page.waitForEvent('pageerror', error =>
        /belongs to an old build/.test(String(error))
      )
      await page.goto(balancer.url)
      await failed
      t.equal(loads, 2)
      await page.close()
    }
  )
})

test('X-19 a build under a running service', { skip: noBrowser }, async t => {
  const folder = t.testdir()
  await buildRelease(folder, 'one')
  const { url } = await startService(t, { env: { PAGE_DIRECTORY: folder } })
  const chromium = await startChromium(t)
  const page = await chromium.newPage()
  await page.goto(url)
  await isThere(page)

  await t.test('new visits get the new page, and tabs that are open keep their assets', async t => {
    const asset = String(await page.evaluate("document.querySelector('script[src]').src"))
    await buildRelease(folder, 'two')
    const late = await chromium.newPage()
    await late.goto(url)
    await isThere(late)
    t.match(await late.evaluate("document.querySelector('script[src]').src"), '/assets/two-')
    t.ok(await late.evaluate(isStyled))
    t.equal((await late.request.get(asset)).status(), 200)
  })

  await t.test('a build that empties the folder first is waited for', async t => {
    await rm(join(folder, 'index.html'))
    const waiting = await chromium.newPage()
    t.equal((await waiting.goto(url))?.status(), 503)
    t.match(await waiting.textContent('body'), 'loads by itself')
    await buildRelease(folder, 'three')
    await isThere(waiting)
  })
})
