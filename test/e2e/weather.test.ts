/** The page on a bad day: slow and broken networks, a service that is away, and Cognito in trouble. */
import { test } from 'tap'
import { startRedis } from '../support/redis.ts'
import { noBrowser } from './support/chromium.ts'
import { startStack } from './support/stack.ts'

const password = 'Correct-Horse-9'

test('bad weather', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)

  t.test('on a slow network a form is busy, is sent once, and says that it takes long', async t => {
    const ann = await person()
    await ann.page.clock.install()
    let sent = 0
    let release: () => void = () => undefined
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    await ann.page.route('**/auth/login', async route => {
      sent++
      await held
      await route.continue()
    })
    await ann.logIn()
    t.equal(await ann.button('Log in').getAttribute('aria-busy'), 'true')
    await ann.button('Log in').click({ force: true })
    await ann.field('Password').press('Enter')
    await ann.page.clock.runFor(4500)
    await ann.reads('This takes longer than usual.')
    release()
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    t.equal(sent, 1)
  })

  t.test('without a network the form says so, keeps what was typed, and works again', async t => {
    const ann = await person()
    await ann.go('/login')
    await ann.page.context().setOffline(true)
    await ann.submitLogIn('demo@example.com', password)
    await ann.reads('The service cannot be reached.')
    t.equal(await ann.field('Password').inputValue(), password)
    await ann.page.context().setOffline(false)
    await ann.click('Log in')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
  })

  t.test('an old answer does not stand below a new failure', async t => {
    const ann = await person()
    await ann.comesIn()
    await ann.go('/call')
    await ann.click('Send')
    await ann.reads('200 OK')
    await ann.page.context().setOffline(true)
    await ann.click('Send')
    await ann.reads('The service cannot be reached.')
    t.equal(await ann.page.getByText('200 OK').count(), 0)
  })

  t.test('a passing fault of Cognito is not even noticed', async t => {
    const ann = await person()
    await ann.comesIn()
    await cognito.fault({ operation: 'GetUser', times: 1, error: 'TooManyRequestsException' })
    await ann.follow('Profile')
    await ann.field('Email').waitFor()
    t.equal(await ann.field('Email').inputValue(), 'demo@example.com')
  })

  t.test('a lasting fault of Cognito is shown, and can be tried again', async t => {
    const ann = await person()
    await ann.comesIn()
    await cognito.fault({ operation: 'GetUser', times: 20, error: 'InternalErrorException' })
    await ann.follow('Profile')
    await ann.page.getByRole('alert').waitFor()
    t.match(await ann.page.getByRole('alert').textContent(), /right now/)
    await cognito.reset()
  })

  t.test('a page that cannot ask who is logged in says so, and tries again', async t => {
    const ann = await person()
    await ann.page.route('**/auth/session', route => route.abort())
    await ann.page.goto(ann.url)
    await ann.reads('The service cannot be reached.')
    await ann.page.unroute('**/auth/session')
    await ann.click('Try again')
    await ann.sees('Log in')
    t.equal(new URL(ann.page.url()).pathname, '/login')
  })
})

test('a restart of the service', { skip: noBrowser }, async t => {
  const redis = await startRedis(t)
  const { person, stop } = await startStack(t, { REDIS_URL: redis.url })
  const ann = await person()
  await ann.comesIn()
  const startAgain = await stop()
  await ann.follow('Profile')
  await ann.reads('The service cannot be reached.')
  await startAgain()
  await ann.click('Try again')
  await ann.field('Email').waitFor()
  t.equal(await ann.field('Email').inputValue(), 'demo@example.com', 'still logged in')
})
