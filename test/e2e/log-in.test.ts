/** The login by password: right, wrong, by keyboard alone, and on a bad day. */
import { test } from 'tap'
import { problem } from '../web/support.ts'
import { noBrowser } from './support/chromium.ts'
import { holdsToken } from './support/secrets.ts'
import { startStack } from './support/stack.ts'

test('log in', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)

  t.test('by the keyboard alone, and out again', async t => {
    const ann = await person()
    const { keyboard } = ann.page
    await ann.go('/')
    await ann.sees('Log in')
    // The brand comes first; then the fields, as one would fill them.
    await keyboard.press('Tab')
    await keyboard.press('Tab')
    t.equal(await ann.focus('Email'), 'Email')
    await keyboard.type('demo@example.com')
    await keyboard.press('Tab')
    await keyboard.type('Correct-Horse-9')
    await keyboard.press('Enter')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    t.match(await ann.focus('Hello, Demo'), /^Hello/, 'the focus is on the new view')
    await keyboard.press('Tab')
    t.notOk(await holdsToken(ann.page))
    await ann.button('Log out').focus()
    await keyboard.press('Enter')
    await ann.reads('You are logged out.')
    t.equal(new URL(ann.page.url()).pathname, '/login')
  })

  t.test('browsers and password managers know what the fields are', async t => {
    const ann = await person()
    await ann.go('/login')
    const attributes = (label: string, name: string) => ann.field(label).getAttribute(name)
    t.equal(await attributes('Email', 'autocomplete'), 'username')
    t.equal(await attributes('Email', 'inputmode'), 'email')
    t.equal(await attributes('Password', 'autocomplete'), 'current-password')
    await ann.go('/signup')
    t.equal(await attributes('Password', 'autocomplete'), 'new-password')
    t.equal(await attributes('Phone', 'inputmode'), 'tel')
    await ann.go('/signup/confirm')
    t.equal(await attributes('Code', 'autocomplete'), 'one-time-code')
    t.equal(await attributes('Code', 'inputmode'), 'numeric')
  })

  t.test(
    'a wrong password is shown as such, gets the focus, and nothing typed is lost',
    async t => {
      const ann = await person()
      await ann.logIn('demo@example.com', 'wrong')
      t.equal(await ann.complaint('Password'), 'The email address or password is wrong.')
      t.equal(await ann.focus('Password'), 'Password', 'to type it again')
      t.equal(await ann.field('Email').inputValue(), 'demo@example.com')
      t.equal(await ann.field('Password').inputValue(), 'wrong')
    }
  )

  t.test('an address that was typed goes along to the next form', async t => {
    const ann = await person()
    await ann.go('/login')
    await ann.fill({ Email: 'slow@example.com' })
    for (const [link, view] of [
      ['Forgot your password?', 'Forgot your password?'],
      ['I have a code already', 'Choose a new password'],
      ['Back to log in', 'Log in'],
      ['Create an account', 'Create an account']
    ] as const) {
      await ann.follow(link)
      await ann.sees(view)
      t.equal(await ann.field('Email').inputValue(), 'slow@example.com', view)
    }
    t.notMatch(ann.page.url(), /slow/, 'not in an address, which is logged and shared')
  })

  t.test('a session store that is away is spoken of in plain words', async t => {
    const ann = await person()
    await ann.page.route('**/auth/login', route =>
      route.fulfill({
        status: 503,
        headers: { 'retry-after': '1' },
        contentType: 'application/problem+json',
        body: JSON.stringify(problem('store_unavailable', { status: 503, detail: 'Jargon.' }))
      })
    )
    await ann.logIn()
    await ann.reads('Nothing is lost: try again in a moment.')
    t.equal(await ann.field('Password').inputValue(), 'Correct-Horse-9')
  })

  t.test('the page does not reveal whether an account exists', async t => {
    const ann = await person()
    await ann.logIn('nobody@example.com', 'wrong')
    t.equal(await ann.complaint('Password'), 'The email address or password is wrong.')
  })

  t.test('what has to be seen can be: the password, on demand', async t => {
    const ann = await person()
    await ann.go('/login')
    await ann.fill({ Password: 'secret' })
    await ann.click('Show password')
    t.equal(await ann.field('Password').getAttribute('type'), 'text')
    t.equal(await ann.button('Show password').getAttribute('aria-pressed'), 'true')
    await ann.click('Show password')
    t.equal(await ann.field('Password').getAttribute('type'), 'password')
  })

  t.test('a login leads to the view that was wanted', async t => {
    const ann = await person()
    await ann.go('/sessions')
    await ann.sees('Log in')
    await ann.submitLogIn('demo@example.com', 'Correct-Horse-9')
    await ann.sees('Sessions')
    t.equal(new URL(ann.page.url()).pathname, '/sessions')
  })

  t.test('an address in the address bar cannot lead to another site', async t => {
    const ann = await person()
    await ann.go('/login?next=https://evil.example/&redirect=//evil.example')
    await ann.submitLogIn('demo@example.com', 'Correct-Horse-9')
    await ann.page.getByRole('heading', { name: /^Hello/ }).waitFor()
    t.equal(ann.page.url(), `${ann.url}/`)
  })

  t.test('a password that an administrator has reset leads to a new one', async t => {
    await cognito.createUser({ email: 'reset@example.com', password: 'Correct-Horse-9' })
    const ann = await person()
    await ann.page.route('**/auth/login', route =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify(problem('password_reset_required', { status: 403 }))
      })
    )
    await ann.logIn('reset@example.com')
    await ann.reads('You have to choose a new password before you can log in.')
    t.equal(await ann.field('Email').inputValue(), 'reset@example.com')
  })

  t.test('an unknown address of the page says so', async t => {
    const ann = await person()
    await ann.go('/no/such/view')
    await ann.sees('Page not found')
    await ann.follow('Go to the start page')
    await ann.sees('Log in')
    t.equal(new URL(ann.page.url()).pathname, '/login')
  })
})
