/** One user in several browsers, and a browser with several tabs. */
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { holdsToken } from './support/secrets.ts'
import { startStack } from './support/stack.ts'

const password = 'Correct-Horse-9'
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0'

test('two browsers', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)

  t.test('each sees both by device and place, and ends the other', async t => {
    const email = 'two@example.com'
    await cognito.createUser({ email, password })
    const one = await person()
    const other = await person({ userAgent: firefox })
    await one.comesIn(email)
    await other.comesIn(email)
    await one.follow('Sessions')
    await one.reads('Firefox on Windows')
    const rows = one.part('Where you are logged in').getByRole('listitem')
    t.equal(await rows.count(), 2)
    t.match(await rows.filter({ hasText: 'Firefox' }).textContent(), /127\.0\.0\.1 · seen just now/)
    t.match(await rows.filter({ hasText: 'This session' }).textContent(), /Chrome on Linux/)
    await one.click('End the session of Firefox on Windows, 127.0.0.1')
    await rows.filter({ hasText: 'Firefox' }).waitFor({ state: 'detached' })
    const said = 'The session of Firefox on Windows has ended.'
    t.equal(await one.focus(said), said, 'the focus is not lost with the button')
    await other.reads('You have ended this session from another one.')
    await one.follow('Profile')
    t.ok(await one.heading('Profile').isVisible())
  })

  t.test('all others are ended at once', async t => {
    const email = 'many@example.com'
    await cognito.createUser({ email, password })
    const [one, second, third] = await Promise.all([person(), person(), person()])
    for (const somebody of [one, second, third]) await somebody.comesIn(email)
    await one.follow('Sessions')
    await one.click('End all other sessions')
    await one.button('End all other sessions').waitFor({ state: 'detached' })
    const said = 'All your other sessions have ended.'
    t.equal(await one.focus(said), said)
    t.equal(await one.part('Where you are logged in').getByRole('listitem').count(), 1)
    for (const somebody of [second, third]) {
      await somebody.reads('You have ended this session from another one.')
    }
  })

  t.test('who logs out everywhere is out here, too', async t => {
    const email = 'everywhere@example.com'
    await cognito.createUser({ email, password })
    const [one, other] = await Promise.all([person(), person()])
    await one.comesIn(email)
    await other.comesIn(email)
    await one.follow('Sessions')
    await one.click('Log out everywhere')
    await one.reads('You are logged out.')
    await other.page.reload()
    await other.sees('Log in')
    t.notOk(await holdsToken(one.page))
  })

  t.test('two people at the same time see each only themselves', async t => {
    await cognito.createUser({
      email: 'ann@example.com',
      password,
      attributes: { given_name: 'Ann' }
    })
    await cognito.createUser({
      email: 'bob@example.com',
      password,
      attributes: { given_name: 'Bob' }
    })
    const [ann, bob] = await Promise.all([person(), person()])
    await Promise.all([ann.comesIn('ann@example.com'), bob.comesIn('bob@example.com')])
    t.ok(await ann.heading('Hello, Ann').isVisible())
    t.ok(await bob.heading('Hello, Bob').isVisible())
    await ann.follow('API')
    await ann.click('Send')
    await ann.page.locator('pre').waitFor()
    const seen = JSON.parse((await ann.page.locator('pre').textContent()) ?? '')
    t.equal(seen.claims.token_use, 'access', 'the API saw a valid token')
    t.notOk('cookie' in seen.headers, 'and no cookie')
    t.notOk(await holdsToken(ann.page))
  })
})

test('two tabs', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)

  t.test('a logout in one shows in the other at once, and nothing of the user stays', async t => {
    const one = await person()
    await one.comesIn()
    const other = await one.newTab('/profile')
    await other.field('Email').waitFor()
    await one.click('Log out')
    await other.reads('You are logged out.')
    t.notMatch(await other.page.content(), /demo@example\.com/)
  })

  t.test('a login in one shows in the other', async t => {
    const one = await person()
    await one.go('/login')
    const other = await one.newTab('/login')
    await one.submitLogIn('demo@example.com', password)
    await other.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    t.equal(other.page.url(), `${other.url}/`)
  })

  t.test('another user in one tab is another page in all', async t => {
    await cognito.createUser({
      email: 'eve@example.com',
      password,
      attributes: { given_name: 'Eve' }
    })
    const one = await person()
    await one.comesIn()
    const other = await one.newTab('/profile')
    await other.field('Email').waitFor()
    await one.click('Log out')
    await one.reads('You are logged out.')
    await one.submitLogIn('eve@example.com', password)
    await one.sees('Hello, Eve')
    await other.page.getByText('eve@example.com').first().waitFor()
    t.notMatch(await other.page.content(), /demo@example\.com/)
  })

  t.test('the back button after a logout shows nothing', async t => {
    const ann = await person()
    await ann.comesIn()
    await ann.follow('Profile')
    await ann.field('Email').waitFor()
    await ann.click('Log out')
    await ann.reads('You are logged out.')
    await ann.page.goBack()
    await ann.sees('Log in')
    t.notMatch(await ann.page.content(), /demo@example\.com/)
    await ann.page.goto('about:blank')
    await ann.page.goBack()
    await ann.sees('Log in')
    t.notMatch(await ann.page.content(), /demo@example\.com/)
  })

  t.test('a page that comes back from the browser’s memory asks who is logged in', async t => {
    const ann = await person()
    await ann.comesIn()
    await ann.follow('Profile')
    await ann.field('Email').waitFor()
    await ann.page.goto('about:blank')
    await ann.page.context().clearCookies()
    await ann.page.goBack()
    await ann.sees('Log in')
    t.notMatch(await ann.page.content(), /demo@example\.com/)
  })
})
