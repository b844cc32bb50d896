/** A new account, from the first field to the first login, in a real browser. */
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { holdsToken } from './support/secrets.ts'
import { startStack } from './support/stack.ts'

const password = 'Correct-Horse-9'

test('a new account', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)

  t.test('a user signs up, confirms and logs in', async t => {
    const ann = await person()
    const email = 'ann@example.com'
    await ann.go('/')
    await ann.follow('Create an account')
    await ann.sees('Create an account')
    await ann.fill({ Name: 'Ann', Email: email, Phone: '+44 20 7946 0018', Password: password })
    await ann.click('Create account')
    await ann.sees('Confirm your account')
    await ann.reads('Enter the code we sent to ann@example.com.')
    await ann.reads('No code? You may have an account already: log in, or reset your password.')
    t.equal(await ann.focus('Code'), 'Code')
    await ann.fill({ Code: await cognito.code(email) })
    await ann.page.keyboard.press('Enter')
    await ann.reads('Your account is confirmed. You can log in now.')
    t.equal(await ann.field('Email').inputValue(), email)
    t.equal(await ann.focus('Password'), 'Password', 'the only thing left to type')
    await ann.page.keyboard.type(password)
    await ann.page.keyboard.press('Enter')
    await ann.sees('Hello, Ann')
    t.notOk(await holdsToken(ann.page))
    await ann.follow('Profile')
    await ann.sees('Profile')
    await ann.field('Phone').waitFor()
    t.equal(await ann.field('Phone').inputValue(), '+442079460018')
  })

  t.test('each mistake is shown beside its field, and nothing typed is lost', async t => {
    const bob = await person()
    await bob.go('/signup')
    await bob.fill({ Email: 'bob', Phone: '123' })
    await bob.click('Create account')
    t.equal(await bob.complaint('Name'), 'Enter your name.')
    t.match(await bob.complaint('Email'), /like name@example.com/)
    t.match(await bob.complaint('Phone'), /country code/)
    t.match(await bob.complaint('Password'), /Choose a password/)
    t.equal(await bob.focus('Name'), 'Name', 'the focus goes to the first of them')
    t.equal(await bob.field('Email').inputValue(), 'bob')
    await bob.fill({ Name: 'Bob' })
    t.equal(await bob.page.locator('[aria-invalid=true]').count(), 3, 'a mended field is in peace')
  })

  t.test('the policy’s own reason is shown beside the password', async t => {
    const eve = await person()
    await eve.go('/signup')
    await eve.fill({ Name: 'Eve', Email: 'eve@example.com', Password: 'lower-case-9' })
    await eve.click('Create account')
    t.match(await eve.complaint('Password'), /upper-case/)
    t.equal(await eve.focus('Password'), 'Password')
    t.equal(await eve.field('Password').inputValue(), 'lower-case-9')
  })

  t.test('a wrong code is shown as such, and another can be requested after a while', async t => {
    const dan = await person()
    const email = 'dan@example.com'
    await dan.page.clock.install()
    await dan.go('/signup')
    await dan.fill({ Name: 'Dan', Email: email, Password: password })
    await dan.click('Create account')
    await dan.sees('Confirm your account')
    const first = await cognito.code(email)
    await dan.fill({ Code: first === '000000' ? '000001' : '000000' })
    await dan.click('Confirm')
    t.match(await dan.complaint('Code'), /wrong or no longer valid/)
    t.match(await dan.page.getByRole('button', { name: /New code in/ }).textContent(), /\d+ s/)
    await dan.page.clock.runFor(31_000)
    await dan.click('Send a new code')
    await dan.reads('A new code is on its way to d***@e***.')
    await dan.page.getByRole('button', { name: /New code in/ }).waitFor()
    await dan.fill({ Code: await cognito.code(email) })
    await dan.click('Confirm')
    await dan.sees('Log in')
  })

  t.test('a login before the confirmation leads to the code', async t => {
    const flo = await person()
    const email = 'flo@example.com'
    await flo.go('/signup')
    await flo.fill({ Name: 'Flo', Email: email, Password: password })
    await flo.click('Create account')
    await flo.sees('Confirm your account')
    await flo.follow('Log in')
    await flo.submitLogIn(email, password)
    await flo.sees('Confirm your account')
    await flo.reads('A new code is on its way.')
    await flo.fill({ Code: await cognito.code(email) })
    await flo.click('Confirm')
    await flo.sees('Log in')
    t.equal(await flo.field('Email').inputValue(), email)
  })

  t.test('a reload keeps the step, and an address that was typed has all it needs', async t => {
    const gus = await person()
    const email = 'gus@example.com'
    await gus.go('/signup')
    await gus.fill({ Name: 'Gus', Email: email, Password: password })
    await gus.click('Create account')
    await gus.sees('Confirm your account')
    await gus.page.reload()
    await gus.reads('Enter the code we sent to gus@example.com.')
    const elsewhere = await person()
    await elsewhere.go('/signup/confirm')
    await elsewhere.fill({ Email: email, Code: await cognito.code(email) })
    await elsewhere.click('Confirm')
    await elsewhere.reads('Your account is confirmed.')
    t.equal(await elsewhere.field('Email').inputValue(), email)
  })

  t.test('without protection an email that is taken is shown beside the field', async t => {
    const { person } = await startStack(t, { ENUMERATION_PROTECTION: 'off' })
    const hal = await person()
    await hal.go('/signup')
    await hal.fill({ Name: 'Hal', Email: 'demo@example.com', Password: password })
    await hal.click('Create account')
    t.equal(await hal.complaint('Email'), 'An account with this email address already exists.')
  })
})
