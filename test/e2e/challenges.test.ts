/** What a pool may ask after the password, each in a real browser, with a virtual authenticator app. */
import { test } from 'tap'
import { problem } from '../web/support.ts'
import { noBrowser } from './support/chromium.ts'
import { holdsToken } from './support/secrets.ts'
import { startStack } from './support/stack.ts'
import { totp } from './support/totp.ts'

const password = 'Correct-Horse-9'
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const phone = { phone_number: '+491701234567', phone_number_verified: 'true' }

test('challenges', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)

  t.test('the code of an authenticator app; a wrong one may be mended', async t => {
    await cognito.createUser({ email: 'totp@example.com', password, totpSecret: secret })
    const ann = await person()
    await ann.logIn('totp@example.com')
    await ann.sees('Enter your code')
    t.equal(await ann.focus('Code'), 'Code')
    const right = totp(secret)
    await ann.fill({ Code: right === '000000' ? '000001' : '000000' })
    await ann.click('Continue')
    t.match(await ann.complaint('Code'), /code/i)
    await ann.fill({ Code: `${right.slice(0, 3)} ${right.slice(3)}` })
    await ann.click('Continue')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    t.notOk(await holdsToken(ann.page))
  })

  t.test('a reload in the middle keeps the step', async t => {
    await cognito.createUser({ email: 'reload@example.com', password, totpSecret: secret })
    const ann = await person()
    await ann.logIn('reload@example.com')
    await ann.sees('Enter your code')
    await ann.page.reload()
    await ann.sees('Enter your code')
    t.notOk(await holdsToken(ann.page))
    await ann.fill({ Code: totp(secret) })
    await ann.click('Continue')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    t.equal(ann.page.url(), `${ann.url}/`)
  })

  t.test('a first login: a password of one’s own, and what the pool wants to know', async t => {
    await cognito.patchPool({ requiredAttributes: ['email', 'given_name'] })
    await cognito.createUser({
      email: 'new@example.com',
      password: 'Temp-Horse-9',
      temporary: true
    })
    const ann = await person()
    await ann.logIn('new@example.com', 'Temp-Horse-9')
    await ann.sees('Choose your password')
    await ann.click('Continue')
    t.equal(await ann.complaint('New password'), 'Choose a password.')
    t.equal(await ann.complaint('Name'), 'Enter your name.')
    await ann.fill({ 'New password': 'no-capital-9', Name: 'Nia' })
    await ann.click('Continue')
    t.match(await ann.complaint('New password'), /upper-case/)
    await ann.fill({ 'New password': password })
    await ann.click('Continue')
    await ann.sees('Hello, Nia')
    await cognito.patchPool({ requiredAttributes: ['email'] })
  })

  t.test('of several factors one is chosen', async t => {
    const email = 'many@example.com'
    await cognito.createUser({ email, password, attributes: { ...phone, email_verified: 'true' } })
    const ann = await person()
    await ann.comesIn(email)
    await ann.follow('Security')
    await ann.click('Turn on: Text message')
    await ann.button('Turn off: Text message').waitFor()
    await ann.click('Turn on: Email')
    await ann.button('Turn off: Email').waitFor()
    const other = await person()
    await other.logIn(email)
    await other.page.getByRole('heading', { name: /One more step|Enter your code/ }).waitFor()
    if (await other.heading('One more step').isVisible()) {
      await other.page.getByLabel('Email').check()
      await other.click('Continue')
    }
    await other.sees('Enter your code')
    const isText = await other.text('text message').isVisible()
    await other.fill({ Code: await cognito.code(isText ? phone.phone_number : email) })
    await other.click('Continue')
    await other.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    t.pass('logged in')
  })

  t.test('a pool that wants a second step has it set up at the login', async t => {
    await cognito.createUser({ email: 'setup@example.com', password })
    await cognito.patchPool({ mfa: 'on' })
    const ann = await person()
    await ann.logIn('setup@example.com')
    await ann.sees('Set up an authenticator app')
    await ann.page.locator('.qr path[d^="M"]').waitFor()
    await ann.page.getByText('Type the key instead').click()
    const key = (await ann.page.locator('.secret code').textContent())?.replaceAll(' ', '') ?? ''
    const uri = await ann.link('Open in an app on this device').getAttribute('href')
    t.equal(new URL(uri ?? '').searchParams.get('secret'), key)
    t.notMatch(await ann.page.evaluate('JSON.stringify(history.state)'), key)
    await ann.fill({ Code: totp(key) })
    await ann.click('Check the code')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    await cognito.patchPool({ mfa: 'optional' })
  })

  t.test('a key that is shown once is gone after a reload, and the page says so', async t => {
    await cognito.createUser({ email: 'again@example.com', password })
    await cognito.patchPool({ mfa: 'on' })
    const ann = await person()
    await ann.logIn('again@example.com')
    await ann.sees('Set up an authenticator app')
    await ann.page.reload()
    await ann.reads('The key is shown only once')
    await ann.click('Start again')
    await ann.sees('Log in')
    t.equal(await ann.field('Email').inputValue(), 'again@example.com')
    await cognito.patchPool({ mfa: 'optional' })
  })

  t.test('asked for a login once more, the code takes the place of the password', async t => {
    const email = 'once-more@example.com'
    await cognito.createUser({ email, password, totpSecret: secret })
    const ann = await person()
    await ann.logIn(email)
    await ann.sees('Enter your code')
    await ann.fill({ Code: totp(secret) })
    await ann.click('Continue')
    await ann.follow('Security')
    const refusal = problem('reauthentication_required', { status: 403 })
    await ann.page.route('**/auth/mfa', (route, request) =>
      request.method() === 'PUT'
        ? route.fulfill({
            status: 403,
            contentType: 'application/problem+json',
            body: JSON.stringify(refusal)
          })
        : route.continue()
    )
    await ann.click('Turn off: Authenticator app')
    const dialog = ann.page.getByRole('dialog', { name: 'Is it you?' })
    await dialog.getByRole('textbox', { name: 'Password' }).fill(password)
    await ann.page.keyboard.press('Enter')
    await dialog.getByText('Your authenticator app shows it.').waitFor()
    t.equal(await ann.focus('Code'), 'Code')
  })

  t.test('who takes too long begins again', async t => {
    await cognito.createUser({ email: 'late@example.com', password, totpSecret: secret })
    const ann = await person()
    await ann.page.clock.install()
    await ann.logIn('late@example.com')
    await ann.sees('Enter your code')
    await ann.page.clock.runFor(185_000)
    await ann.reads('That took too long')
    t.equal(await ann.field('Email').inputValue(), 'late@example.com')
  })

  t.test('a clock that is wrong by an hour prevents no login', async t => {
    await cognito.createUser({ email: 'clock@example.com', password, totpSecret: secret })
    const ann = await person()
    await ann.page.clock.install({ time: Date.now() + 3_600_000 })
    await ann.logIn('clock@example.com')
    await ann.sees('Enter your code')
    await ann.page.clock.runFor(5000)
    await ann.fill({ Code: totp(secret) })
    await ann.click('Continue')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    t.pass('logged in')
  })

  t.test('an answer that comes too late begins again, too', async t => {
    await cognito.createUser({ email: 'later@example.com', password, totpSecret: secret })
    const ann = await person()
    await ann.logIn('later@example.com')
    await ann.sees('Enter your code')
    await cognito.advance(300)
    await ann.fill({ Code: '123456' })
    await ann.click('Continue')
    await ann.reads('That took too long')
    await ann.sees('Log in')
    t.equal(await ann.field('Email').inputValue(), 'later@example.com')
  })

  t.test('the address of a step means nothing without one', async t => {
    const ann = await person()
    await ann.go('/login/challenge')
    await ann.sees('Log in')
    t.equal(new URL(ann.page.url()).pathname, '/login')
  })
})
