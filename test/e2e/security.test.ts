/** The second step at login, and the end of an account, in a real browser. */
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { startStack } from './support/stack.ts'
import { totp } from './support/totp.ts'

const password = 'Correct-Horse-9'

test('security', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)

  t.test('an authenticator app is set up, asked for, and taken away', async t => {
    const email = 'app@example.com'
    await cognito.createUser({ email, password })
    const ann = await person()
    await ann.comesIn(email)
    await ann.follow('Security')
    await ann.click('Set up: Authenticator app')
    await ann.page.locator('.qr path[d^="M"]').waitFor()
    t.equal(await ann.focus('Set up an authenticator app'), 'Set up an authenticator app')
    await ann.page.getByText('Type the key instead').click()
    const key = (await ann.page.locator('.secret code').textContent())?.replaceAll(' ', '') ?? ''
    await ann.fill({ Code: '000000' })
    await ann.click('Check the code')
    t.match(await ann.complaint('Code'), /code/i)
    await ann.fill({ Code: totp(key) })
    await ann.click('Check the code')
    await ann.button('Turn off: Authenticator app').waitFor()
    t.equal(await ann.focus('Turn off'), 'Turn off', 'the focus goes back to where it began')
    await ann.click('Log out')
    await ann.reads('You are logged out.')

    // Each step of thirty seconds counts once.
    await cognito.advance(30)
    await ann.submitLogIn(email, password)
    await ann.sees('Enter your code')
    await ann.fill({ Code: totp(key, Date.now() + 30_000) })
    await ann.click('Continue')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    await ann.follow('Security')
    await ann.click('Turn off: Authenticator app')
    await ann.button('Set up: Authenticator app').waitFor()
    await ann.click('Log out')
    await ann.reads('You are logged out.')
    await ann.submitLogIn(email, password)
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
  })

  t.test('the page says what a second factor takes away before it is turned on', async t => {
    const email = 'mail@example.com'
    await cognito.createUser({ email, password, attributes: { email_verified: 'true' } })
    const ann = await person()
    await ann.comesIn(email)
    await ann.follow('Security')
    await ann.button('Turn on: Email').waitFor()
    await ann.reads('While this is on, you cannot reset a forgotten password by email.')
    await ann.click('Turn on: Email')
    await ann.button('Turn off: Email').waitFor()
    t.equal(await ann.page.locator('.badge').getByText('Default').count(), 1)
  })

  t.test('the QR code holds the very address that the link does', async t => {
    const email = 'qr@example.com'
    await cognito.createUser({ email, password })
    const ann = await person()
    await ann.comesIn(email)
    await ann.follow('Security')
    await ann.click('Set up: Authenticator app')
    const path = ann.page.locator('.qr path[d^="M"]')
    await path.waitFor()
    const uri = (await ann.link('Open in an app on this device').getAttribute('href')) ?? ''
    const { encode } = await import('uqr')
    const { data, size } = encode(uri, { ecc: 'M', border: 4 })
    const dark = data.flat().filter(Boolean).length
    t.equal(((await path.getAttribute('d')) ?? '').split('M').length - 1, dark)
    t.equal(await ann.page.locator('.qr').getAttribute('viewBox'), `0 0 ${size} ${size}`)
    t.match(uri, /^otpauth:\/\/totp\//)
  })

  t.test('an account is deleted after its password, and all its sessions end', async t => {
    const email = 'gone@example.com'
    await cognito.createUser({ email, password })
    const elsewhere = await person()
    await elsewhere.comesIn(email)
    const ann = await person()
    await ann.comesIn(email)
    await ann.follow('Security')
    await ann.click('Delete my account')
    const dialog = ann.page.getByRole('dialog', { name: 'Delete your account?' })
    await dialog.waitFor()
    t.equal(await ann.focus('Password'), 'Password')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    t.equal(await ann.focus('Delete my account'), 'Delete my account', 'the focus goes back')
    await ann.click('Delete my account')
    await ann.fill({ Password: 'Wrong-Horse-9' })
    await ann.click('Delete permanently')
    t.match(await ann.complaint('Password'), /wrong/)
    await ann.fill({ Password: password })
    await ann.click('Delete permanently')
    await ann.reads('Your account has been deleted.')
    await elsewhere.reads('Your account was deleted.')
    await ann.submitLogIn(email, password)
    t.match(await ann.complaint('Password'), /wrong/)
  })
})
