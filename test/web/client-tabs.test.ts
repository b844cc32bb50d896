/** Two tabs of one browser, each with a client of its own. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { type Test, test } from 'tap'
import { type Client, createClient } from '../../packages/client/src/client.ts'
import { sessionUntil, startService } from './support.ts'

const later = Date.now() + 3_600_000

async function twoTabs(t: Test) {
  let user = ''
  const { url, asked } = await startService(t, ({ path, body }) => {
    if (path === '/auth/logout') {
      user = ''
      return { status: 204 }
    }
    if (path === '/auth/login') {
      user = JSON.parse(body).email
      return { json: { status: 'authenticated', session: sessionUntil(later, later, user) } }
    }
    return { json: user ? sessionUntil(later, later, user) : { authenticated: false } }
  })
  const setUser = (email: string) => {
    user = email
  }
  const tab = () => {
    const client = createClient({ baseUrl: url, channel: t.name })
    t.teardown(client.close)
    return client
  }
  return { one: tab(), other: tab(), asked, setUser }
}

/** Resolves at the next change of a tab's session. */
async function change({ session }: Client) {
  const target = new EventTarget()
  const stop = session.subscribe(() => target.dispatchEvent(new Event('change')))
  await once(target, 'change')
  stop()
  return session.current
}

test('the other tab notices a logout at once, without a request', async t => {
  const { one, other, asked } = await twoTabs(t)
  const arrived = change(other)
  await one.logIn({ email: 'a@example.com', password: 'x' })
  await arrived
  const before = asked.length
  const noticed = change(other)
  await one.logOut()
  t.same(await noticed, { kind: 'signed-out', reason: 'left' })
  t.equal(asked.length, before + 1, 'the logout itself was all that was sent')
})

test('a login is noticed by the other tab, which asks who it is', async t => {
  const { one, other } = await twoTabs(t)
  await other.session.refresh()
  const noticed = change(other)
  await one.logIn({ email: 'b@example.com', password: 'x' })
  t.match(await noticed, { kind: 'signed-in', session: { user: { email: 'b@example.com' } } })
})

test('a session that turns out to be over is over in the other tab, too', async t => {
  const { one, other, setUser } = await twoTabs(t)
  await one.logIn({ email: 'a@example.com', password: 'x' })
  await other.session.refresh()
  setUser('')
  const noticed = change(other)
  await one.session.refresh()
  await one.session.extend().catch(() => undefined)
  t.match(await noticed, { kind: 'signed-out' })
})

test('clients of another channel hear nothing', async t => {
  const { one } = await twoTabs(t)
  const stranger = createClient({ channel: 'another' })
  t.teardown(stranger.close)
  await one.logIn({ email: 'a@example.com', password: 'x' })
  t.same(stranger.session.current, { kind: 'unknown' })
})

test('only a page that comes back from the cache of the browser asks when it is shown', async t => {
  const window = new EventTarget()
  const page = { document: { visibilityState: 'visible', addEventListener() {} } }
  const { onWake } = await import('../../packages/client/src/tabs.ts')
  Object.assign(globalThis, page, {
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window)
  })
  t.teardown(() => {
    for (const name of ['document', 'addEventListener', 'removeEventListener']) {
      Reflect.deleteProperty(globalThis, name)
    }
  })
  let woken = 0
  const stop = onWake(() => woken++)
  const show = (persisted: boolean) =>
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
  show(false)
  t.equal(woken, 0, 'an ordinary load')
  show(true)
  t.equal(woken, 1)
  stop()
  show(true)
  t.equal(woken, 1)
})

test('in Node a client alone keeps no process alive', async t => {
  const { href } = new URL('../../packages/client/src/client.js', import.meta.url)
  const program = `import { createClient } from '${href}'; createClient()`
  const args = ['--input-type=module', '--eval', program]
  await t.resolves(promisify(execFile)(process.execPath, args, { timeout: 10_000 }))
})
