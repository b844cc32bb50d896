/** what the policy blocks in a page of one's own, and that PAGE_CSP cures it as docs/page.md says. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { root } from '../repo/sources.ts'
import { startService } from '../support/service.ts'
import { noBrowser, startChromium } from './support/chromium.ts'

const inline = "document.title = 'inline'"

/** As emotion and styled-components insert rules in production, and as a page shows what was just chosen. */
const script = `const style = document.createElement('style')
document.head.append(style)
try { style.sheet.insertRule('body { color: rgb(1, 2, 3) }') } catch {}
const image = new Image()
const settle = is => { document.body.dataset.image = is }
image.onload = () => settle('shown')
image.onerror = () => settle('blocked')
const canvas = document.createElement('canvas')
canvas.toBlob(blob => { image.src = URL.createObjectURL(blob) })
`

async function see(t: Test, env: Readonly<Record<string, string>>) {
  const folder = t.testdir({
    'index.html': `<!doctype html><title>none</title><script>${inline}</script><body><script src="/assets/own.js"></script>`,
    assets: { 'own.js': script }
  })
  const { url } = await startService(t, { env: { PAGE_DIRECTORY: folder, ...env } })
  const page = await (await startChromium(t)).newPage()
  await page.goto(url)
  await page.locator('body[data-image]').waitFor({ state: 'attached' })
  return {
    title: await page.title(),
    color: await page.evaluate('getComputedStyle(document.body).color'),
    image: await page.evaluate('document.body.dataset.image')
  }
}

test('X-20 inserted styles and inline scripts are blocked, images of blobs are not', {
  skip: noBrowser
}, async t => {
  t.same(await see(t, {}), { title: 'none', color: 'rgb(0, 0, 0)', image: 'shown' })
})

test('X-20 the hashes of docs/page.md let them through', { skip: noBrowser }, async t => {
  const manual = readFileSync(join(root, 'docs/page.md'), 'utf8')
  const [, styles = ''] = /`(style-src 'sha256-[^`]+)`/.exec(manual) ?? []
  const [, command = ''] = /`(openssl dgst [^`]+)`/.exec(manual) ?? []
  const run = { input: inline, encoding: 'utf8' } as const
  const hash = execFileSync('sh', ['-c', command.replaceAll('\\|', '|')], run).trim()
  const env = { PAGE_CSP: `${styles}; script-src 'sha256-${hash}'` }
  t.same(await see(t, env), { title: 'inline', color: 'rgb(1, 2, 3)', image: 'shown' })
})
