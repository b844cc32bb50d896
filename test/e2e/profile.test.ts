/** The profile in a real browser: read, changed, proven, pictured. */
import { test } from 'tap'
import { problem } from '../web/support.ts'
import { noBrowser } from './support/chromium.ts'
import { startStack } from './support/stack.ts'

const password = 'Correct-Horse-9'

test('profile', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)
  const userOf = async (email: string) => {
    const attributes = { given_name: 'Ann', email_verified: 'true' }
    await cognito.createUser({ email, password, attributes })
    const somebody = await person()
    await somebody.comesIn(email)
    await somebody.follow('Profile')
    await somebody.field('Name').waitFor()
    return somebody
  }

  t.test('name, gender and address are saved, shown again, and cleared', async t => {
    const ann = await userOf('about@example.com')
    const about = ann.part('About you')
    await ann.fill({ Name: 'Annie', 'Street and number': '12 Bridge Street', Country: 'Kenya' })
    await ann.field('Gender').selectOption('other')
    await about.getByRole('button', { name: 'Save' }).click()
    await about.getByText('Saved.').waitFor()
    t.match(await ann.page.locator('.self').textContent(), /Annie/, 'the session’s name follows')
    await ann.page.reload()
    await ann.field('Name').waitFor()
    t.equal(await ann.field('Name').inputValue(), 'Annie')
    t.equal(await ann.field('Gender').inputValue(), 'other')
    t.equal(await ann.field('Street and number').inputValue(), '12 Bridge Street')
    await ann.fill({ 'Street and number': '', Country: '' })
    await about.getByRole('button', { name: 'Save' }).click()
    await about.getByText('Saved.').waitFor()
    await ann.page.reload()
    await ann.field('Name').waitFor()
    t.equal(await ann.field('Country').inputValue(), '')
  })

  t.test('saving what has not changed sends nothing', async t => {
    const ann = await userOf('same@example.com')
    const sent: string[] = []
    ann.page.on('request', request => sent.push(request.method()))
    await ann.part('About you').getByRole('button', { name: 'Save' }).click()
    await ann.part('About you').getByText('Saved.').waitFor()
    t.notOk(sent.includes('PATCH'))
  })

  t.test('a new email address is proven by its code', async t => {
    const ann = await userOf('old@example.com')
    const contact = ann.part('Contact')
    await contact.getByText('Verified', { exact: true }).waitFor()
    await ann.fill({ Email: 'newer@example.com' })
    await contact.getByRole('button', { name: 'Save' }).click()
    await ann.page.getByRole('heading', { name: 'Verify your email address' }).waitFor()
    t.equal(await ann.focus('Verify your email address'), 'Verify your email address')
    await ann.fill({ Code: await cognito.code('newer@example.com') })
    await ann.click('Verify')
    await contact.getByText('Verified', { exact: true }).waitFor()
    t.match(await ann.page.locator('.self').textContent(), /newer@example.com/)
  })

  t.test('a number that is not proven can be, at any time', async t => {
    const ann = await userOf('phone@example.com')
    await ann.fill({ Phone: '0049 170 1234567' })
    const contact = ann.part('Contact')
    await contact.getByRole('button', { name: 'Save' }).click()
    await ann.click('Verify +491701234567')
    await ann.reads('Enter the code we sent to')
    await ann.fill({ Code: await cognito.code('+491701234567') })
    await ann.click('Verify')
    await ann.button('Verify +491701234567').waitFor({ state: 'detached' })
    await ann.fill({ Phone: '' })
    await contact.getByRole('button', { name: 'Save' }).click()
    await contact.getByText('Saved.').waitFor()
    await ann.page.reload()
    await ann.field('Phone').waitFor()
    t.equal(await ann.field('Phone').inputValue(), '')
  })

  t.test('the error about another user’s email is beside the field', async t => {
    const ann = await userOf('mine@example.com')
    await ann.fill({ Email: 'demo@example.com' })
    await ann.part('Contact').getByRole('button', { name: 'Save' }).click()
    t.equal(await ann.complaint('Email'), 'This belongs to another account.')
    t.equal(await ann.focus('Email'), 'Email')
  })

  t.test('what wants a recent login asks for the password, then goes on by itself', async t => {
    const ann = await userOf('recent@example.com')
    let refusals = 1
    await ann.page.route('**/auth/profile', route =>
      route.request().method() === 'PATCH' && refusals-- > 0
        ? route.fulfill({
            status: 403,
            contentType: 'application/problem+json',
            body: JSON.stringify(problem('reauthentication_required', { status: 403 }))
          })
        : route.continue()
    )
    await ann.fill({ Email: 'fresh@example.com' })
    await ann.part('Contact').getByRole('button', { name: 'Save' }).click()
    const dialog = ann.page.getByRole('dialog', { name: 'Is it you?' })
    await dialog.waitFor()
    await ann.fill({ Password: 'Wrong-Horse-9' })
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByText('The password is wrong.').waitFor()
    await ann.fill({ Password: password })
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await ann.page.getByRole('heading', { name: 'Verify your email address' }).waitFor()
    t.equal(await ann.field('Email').inputValue(), 'fresh@example.com', 'nothing typed is lost')
  })

  t.test('who does not want to prove it stays where he is', async t => {
    const ann = await userOf('cancel@example.com')
    await ann.page.route('**/auth/mfa/totp', route =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify(problem('reauthentication_required', { status: 403 }))
      })
    )
    await ann.follow('Security')
    await ann.click('Set up: Authenticator app')
    await ann.page.getByRole('dialog', { name: 'Is it you?' }).waitFor()
    await ann.page.keyboard.press('Escape')
    await ann.reads('Nothing was changed, because this needs your password.')
    t.notOk(await ann.page.getByRole('dialog').isVisible())
  })
})
