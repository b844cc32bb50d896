/** Every view, light and dark, wide and narrow: axe finds nothing, and nothing has to be scrolled sideways. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { isTooWide } from './support/in-page.ts'
import type { Person } from './support/person.ts'
import { holdsToken } from './support/secrets.ts'
import { startStack } from './support/stack.ts'
import { makeViewers, views } from './support/views.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds, as sentences. */
async function violations({ page }: Person): Promise<string[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) =>
      violations.map(({ help, nodes }) => help + ': ' + nodes.map(node => node.html).join(' ')))`
  )
  return Array.isArray(found) ? found.map(String) : ['axe did not run']
}

const variants = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 360, height: 740 } }
] as const

test('every view', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)
  await makeViewers(cognito)
  for (const variant of variants) {
    const { colorScheme, viewport } = variant
    t.test(`${colorScheme}, ${viewport.width} pixels wide`, async t => {
      const dana = await person({ ...variant, reducedMotion: 'reduce' })
      for (const [name, show] of views) {
        await show(dana, cognito)
        t.same(await violations(dana), [], name)
        t.notOk(await dana.page.evaluate(isTooWide), `${name} fits`)
        t.notOk(await holdsToken(dana.page), `${name} holds no token`)
        t.match(await dana.page.title(), / · Cognito BFF$/, name)
      }
    })
  }
})

test('the axe of these tests is sharp', { skip: noBrowser }, async t => {
  const { person } = await startStack(t)
  const ann = await person()
  await ann.go('/login')
  await ann.page.evaluate(`document.querySelector('label').remove()`)
  t.match(await violations(ann), [/label/i])
})
