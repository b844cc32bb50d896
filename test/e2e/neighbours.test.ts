/** Two services on one host, on two ports: browsers share cookies between them. */
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'
import { startStack } from './support/stack.ts'

test('C-11 X-10 two services on one host', { skip: noBrowser }, async t => {
  const here = await startStack(t)
  const there = await startStack(t)
  const ann = await here.person()
  const neighbour = new Person(await ann.page.context().newPage(), there.url)

  await t.test('both logins last beside each other', async t => {
    await ann.comesIn()
    await neighbour.comesIn()
    const names = (await ann.page.context().cookies()).map(({ name }) => name).sort()
    const ports = [here.url, there.url].map(url => new URL(url).port)
    t.same(names, ports.map(port => `bff-session-${port}`).sort())
    await ann.go('/sessions')
    await ann.sees('Sessions')
  })

  await t.test('a logout clears this service’s storage, and nothing of the other’s', async t => {
    await neighbour.page.evaluate("localStorage.setItem('draft', 'kept')")
    await ann.page.evaluate("localStorage.setItem('draft', 'gone')")
    await ann.click('Log out')
    await ann.reads('You are logged out.')
    t.equal(await ann.page.evaluate("localStorage.getItem('draft')"), null)
    await neighbour.go('/sessions')
    await neighbour.sees('Sessions')
    t.equal(await neighbour.page.evaluate("localStorage.getItem('draft')"), 'kept')
  })
})
