/** Forgotten, reset and changed passwords in a real browser. */
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { startStack } from './support/stack.ts'

const password = 'Correct-Horse-9'
const fresh = 'Fresh-Battery-7'

test('passwords', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)

  t.test('a forgotten one is replaced by code, and its sessions end', async t => {
    const email = 'forgot@example.com'
    await cognito.createUser({ email, password })
    const elsewhere = await person()
    await elsewhere.comesIn(email)
    const ann = await person()
    await ann.go('/login')
    await ann.follow('Forgot your password?')
    await ann.sees('Forgot your password?')
    await ann.fill({ Email: email })
    await ann.click('Send the code')
    await ann.sees('Choose a new password')
    t.equal(await ann.focus('Code'), 'Code')
    await ann.fill({ Code: await cognito.code(email), 'New password': 'lower-case-9' })
    await ann.click('Change password')
    t.match(await ann.complaint('New password'), /upper-case/)
    t.not(await ann.field('Code').inputValue(), '', 'the code is kept')
    await ann.fill({ 'New password': fresh })
    await ann.click('Change password')
    await ann.reads('Log in with the new one.')
    t.equal(await ann.field('Email').inputValue(), email)
    await ann.fill({ Password: fresh })
    await ann.click('Log in')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    await elsewhere.reads('Your password was reset.')
  })

  t.test('the error about a wrong code is beside its field', async t => {
    const email = 'wrong@example.com'
    await cognito.createUser({ email, password })
    const ann = await person()
    await ann.go('/forgot')
    await ann.fill({ Email: email })
    await ann.click('Send the code')
    await ann.sees('Choose a new password')
    const right = await cognito.code(email)
    await ann.fill({ Code: right === '000000' ? '000001' : '000000', 'New password': fresh })
    await ann.click('Change password')
    t.match(await ann.complaint('Code'), /code/i)
    t.equal(await ann.focus('Code'), 'Code')
  })

  t.test('the page does not reveal whether an account exists', async t => {
    const ann = await person()
    await ann.go('/forgot')
    await ann.fill({ Email: 'nobody@example.com' })
    await ann.click('Send the code')
    await ann.reads('If there is an account, a code is on its way to n***@e***.')
    t.equal(await ann.field('Email').inputValue(), 'nobody@example.com')
  })

  t.test('a change keeps this session and ends the others', async t => {
    const email = 'change@example.com'
    await cognito.createUser({ email, password })
    const elsewhere = await person()
    await elsewhere.comesIn(email)
    const ann = await person()
    await ann.comesIn(email)
    await ann.follow('Security')
    await ann.fill({ 'Current password': 'Wrong-Horse-9', 'New password': fresh })
    await ann.click('Change password')
    t.match(await ann.complaint('Current password'), /wrong/)
    t.equal(await ann.field('New password').inputValue(), fresh, 'nothing is lost')
    await ann.fill({ 'Current password': password })
    await ann.click('Change password')
    await ann.reads('Your other sessions have ended.')
    t.equal(await ann.field('New password').inputValue(), '', 'no password is left lying about')
    await ann.follow('Profile')
    await ann.field('Email').waitFor()
    await elsewhere.reads('Your password was changed elsewhere.')
  })
})
