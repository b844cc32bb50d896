/** The end of a session: announced, put off, and noticed. The service's own time-outs run, so seconds pass. */
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { startStack } from './support/stack.ts'

const dialog = { name: 'Are you still there?' }

test('an idle session', { skip: noBrowser }, async t => {
  const { person } = await startStack(t, { SESSION_IDLE_SECONDS: '12' })

  // At the same time: all of it is waiting.
  t.jobs = 2
  t.test(
    'warns in all tabs, and one click in one of them keeps it',
    { buffered: true },
    async t => {
      const one = await person()
      await one.comesIn()
      const other = await one.newTab('/')
      await one.page.getByRole('dialog', dialog).waitFor()
      await other.page.getByRole('dialog', dialog).waitFor()
      t.match(await one.page.getByRole('timer').textContent(), /^0:0\d$/)
      t.equal(await one.focus('Stay signed in'), 'Stay signed in')
      await one.page.keyboard.press('Enter')
      await one.page.getByRole('dialog').waitFor({ state: 'detached' })
      await other.page.getByRole('dialog').waitFor({ state: 'detached' })
      await one.follow('Profile')
      await one.field('Email').waitFor()
    }
  )

  t.test('ends by itself, and leads back to where one was', { buffered: true }, async t => {
    const ann = await person()
    await ann.comesIn()
    await ann.follow('Security')
    await ann.page.getByRole('dialog', dialog).waitFor()
    await ann.reads('Your session has ended because it was not used.')
    t.notMatch(await ann.page.content(), /demo@example\.com/)
    await ann.submitLogIn('demo@example.com', 'Correct-Horse-9')
    await ann.sees('Security')
  })
})

test('the longest time', { skip: noBrowser }, async t => {
  const { person } = await startStack(t, {
    SESSION_IDLE_SECONDS: '12',
    SESSION_ABSOLUTE_SECONDS: '12'
  })
  const ann = await person()
  await ann.comesIn()
  await ann.page.getByRole('dialog', dialog).waitFor()
  t.notOk(await ann.button('Stay signed in').isVisible(), 'activity does not help')
  await ann.click('Log out now')
  await ann.reads('You are logged out.')
})
