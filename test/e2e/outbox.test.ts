/** In a local run the codes are one click away; nowhere else does the page speak of an outbox. */
import { test } from 'tap'
import { noBrowser, startChromium } from './support/chromium.ts'
import { Person } from './support/person.ts'
import { startStack } from './support/stack.ts'

test('the way to the outbox', { skip: noBrowser }, async t => {
  const { url, person } = await startStack(t)

  t.test('is shown where `npm start` serves the page', async t => {
    const rule = `--host-resolver-rules=MAP localhost:3000 ${new URL(url).host}`
    const chromium = await startChromium(t, [rule])
    const local = new Person(await chromium.newPage(), 'http://localhost:3000')
    await local.go('/forgot')
    await local.fill({ Email: 'demo@example.com' })
    await local.click('Send the code')
    const link = local.link('Read the code in the outbox')
    await link.waitFor()
    t.equal(
      await link.getAttribute('href'),
      'http://127.0.0.1:9229/_local/messages?to=demo%40example.com'
    )
  })

  t.test('is not shown anywhere else', async t => {
    const ann = await person()
    await ann.go('/reset')
    t.equal(await ann.link('Read the code in the outbox').count(), 0)
  })
})
