/** Two services on one host, on two ports: browsers share cookies between them. */
import { test } from 'tap'
import { freePort } from '../support/redis-process.ts'
import { noBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'
import { startStack } from './support/stack.ts'
import { startTlsFront } from './support/tls-front.ts'

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

test('C-05 C-11 over TLS', { skip: noBrowser }, async t => {
  const port = await freePort()
  const url = `https://127.0.0.1:${port}`
  const stack = await startStack(t, { PUBLIC_ORIGIN: url })
  await startTlsFront(t, port, stack.url)
  const { page } = await stack.person({ ignoreHTTPSErrors: true })
  const ann = new Person(page, url)
  const cookies = async () => (await page.context().cookies()).map(({ name }) => name)
  await ann.comesIn()
  t.same(await cookies(), [`__Host-Http-session-${port}`], 'Chromium stores it')
  await page.evaluate(
    "document.cookie = '__Host-Http-planted=by-a-script-of-the-page; Secure; Path=/'"
  )
  await page.evaluate("document.cookie = '__Host-planted=by-a-script-of-the-page; Secure; Path=/'")
  t.same((await cookies()).sort(), [`__Host-Http-session-${port}`, '__Host-planted'])
  await ann.click('Log out')
  await ann.reads('You are logged out.')
  t.same(await cookies(), ['__Host-planted'])
})
