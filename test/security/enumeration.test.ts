import { test } from 'tap'
import type { Answer, Browser } from '../support/browser.ts'
import type { NewUser } from '../support/cognito.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const known = 'known@example.com'
const unconfirmed = 'kunconfirmed@example.com'
const disabled = 'kdisabled@example.com'
const unknown = 'knobody@example.com'
const everybody = [known, unconfirmed, disabled, unknown]

/** Everything of an answer that a caller sees, but for what differs between any two. */
function seen({ status, headers, json, cookies }: Answer) {
  const { date, 'x-request-id': _, 'content-length': length, 'set-cookie': __, ...others } = headers
  const { requestId: ___, ...body } = json ?? {}
  const cookie = cookies.map(text => text.replace(/=[\w-]+;/, '=*;'))
  return { status, headers: others, body, cookie, length }
}

const hiding = { preventUserExistenceErrors: 'ENABLED' }

async function crowd(
  t: Parameters<typeof startService>[0],
  pool: Record<string, unknown> = hiding,
  env: Record<string, string> = {}
) {
  const service = await startService(t, { env })
  const { cognito } = service
  await cognito.patchPool(pool)
  await cognito.createUser({ email: known, password, confirmed: true })
  await cognito.createUser({ email: unconfirmed, password, confirmed: false })
  await cognito.createUser({ email: disabled, password, confirmed: true, disabled: true })
  return service
}

const calls: [title: string, call: (one: Browser, email: string) => Promise<Answer>][] = [
  ['login', (one, email) => one.post('/auth/login', { email, password: 'Wrong-Horse-9' })],
  ['confirm', (one, email) => one.post('/auth/signup/confirm', { email, code: '000000' })],
  ['resend', (one, email) => one.post('/auth/signup/resend', { email })],
  ['forgot', (one, email) => one.post('/auth/password/forgot', { email })],
  [
    'reset',
    (one, email) =>
      one.post('/auth/password/reset', { email, code: '000000', newPassword: 'Better-Battery-8' })
  ],
  ['signup', (one, email) => one.post('/auth/signup', { email, password, givenName: 'A' })]
]

const pools: [title: string, settings: Record<string, unknown>][] = [
  ['as Cognito hides users', { preventUserExistenceErrors: 'ENABLED' }],
  ['as Cognito tells of users', { preventUserExistenceErrors: 'LEGACY' }],
  ['as Cognito alternates its answers', { simulatedRecovery: 'alternate' }]
]

for (const [pool, settings] of pools) {
  for (const [title, call] of calls) {
    test(`A-01 ${title} answers every address alike, ${pool}`, async t => {
      const { browser } = await crowd(t, settings)
      // Asked for before, as an attacker would: now there are codes to guess for those that exist.
      if (title === 'reset') {
        for (const email of everybody) await browser().post('/auth/password/forgot', { email })
      }
      for (let round = 0; round < 2; round++) {
        const answers = []
        for (const email of everybody) answers.push(seen(await call(browser(), email)))
        for (const answer of answers) t.same(answer, answers[0])
      }
    })
  }
}

/** An account in a state each, by an email that looks like all others when it is masked. */
const states: [title: string, user: Omit<NewUser, 'email' | 'password'> | undefined][] = [
  ['confirmed', { confirmed: true }],
  ['unconfirmed', { confirmed: false }],
  ['invited', { temporary: true }],
  ['disabled', { disabled: true }],
  ['unverified', { attributes: { email_verified: 'false' } }],
  ['unknown', undefined]
]

for (const [pool, settings] of pools) {
  test(`A-15 a refused reset code tells no state of an account, ${pool}`, async t => {
    const { browser, cognito } = await startService(t)
    await cognito.patchPool(settings)
    const emails = states.map(([title]) => `k${title}@example.com`)
    for (const [i, [, user]] of states.entries()) {
      if (user) await cognito.createUser({ email: emails[i] ?? '', password, ...user })
    }
    const body = { code: '000000', newPassword: 'Better-Battery-8' }
    const refused: object[] = []
    // Never asked for; asked for; asked for again, until Cognito's limit of attempts is reached.
    for (let round = 0; round < 7; round++) {
      for (const email of emails) {
        refused.push(seen(await browser().post('/auth/password/reset', { email, ...body })))
      }
      const asked = []
      for (const email of emails) {
        asked.push(seen(await browser().post('/auth/password/forgot', { email })))
      }
      for (const answer of asked) t.same(answer, asked[0])
    }
    for (const answer of refused) t.same(answer, refused[0])
    t.match(refused[0], { status: 400, body: { code: 'code_mismatch' } })
  })
}

test('A-15 the error about an old reset code says that it may be old, and a new one works', async t => {
  const { browser, cognito } = await crowd(t)
  const one = browser()
  await one.post('/auth/password/forgot', { email: known })
  const code = await cognito.code(known)
  await cognito.advance(3700)
  const body = { email: known, newPassword: 'Better-Battery-8' }
  const old = await one.post('/auth/password/reset', { ...body, code })
  t.equal(old.json.code, 'code_mismatch')
  t.match(old.json.detail, /no longer valid.*new one/)
  await one.post('/auth/password/forgot', { email: known })
  const fresh = await cognito.code(known)
  t.equal((await one.post('/auth/password/reset', { ...body, code: fresh })).status, 204)
})

test('a sign-up for a taken address looks like any other afterwards, too', async t => {
  const { browser, cognito } = await crowd(t)
  const answers: object[][] = []
  for (const email of [known, unconfirmed, unknown]) {
    const one = browser()
    const before = (await cognito.messages(known)).length
    answers.push([
      seen(await one.post('/auth/signup', { email, password: 'Other-Horse-9', givenName: 'A' })),
      seen(await one.post('/auth/login', { email, password: 'Other-Horse-9' })),
      seen(await one.post('/auth/signup/resend', { email })),
      seen(await one.post('/auth/signup/confirm', { email, code: '000000' }))
    ])
    t.equal((await cognito.messages(known)).length, before, 'the owner is not disturbed')
  }
  t.same(answers[1], answers[0])
  t.same(answers[2], answers[0])
  const owner = browser()
  await owner.post('/auth/signup', { email: known, password: 'Other-Horse-9', givenName: 'A' })
  await owner.login(known, password)
})

/** Codes of the answers to so many wrong logins. */
async function failing(one: () => Browser, email: string, count: number) {
  const codes: string[] = []
  for (let i = 0; i < count; i++) {
    const body = { email, password: 'Wrong-Horse-9' }
    codes.push((await one().post('/auth/login', body)).json.code)
  }
  return codes
}

test('A-01 an account that is not confirmed is locked like any other', async t => {
  const service = await crowd(t, hiding, { RATE_LIMIT_SCALE: '1' })
  const locked = [...Array(4).fill('invalid_credentials'), 'attempt_limit_exceeded']
  for (const email of [known, unconfirmed, unknown]) {
    t.same(await failing(service.browser, email, 5), locked, email)
  }
})

test('A-01 the browser that signed up sees a real account locked like a taken address', async t => {
  const { browser } = await crowd(t, hiding, { RATE_LIMIT_SCALE: '1' })
  const answers = []
  for (const email of [known, unknown]) {
    const one = browser()
    await one.post('/auth/signup', { email, password: 'Other-Horse-9', givenName: 'A' })
    answers.push(await failing(() => one, email, 5))
  }
  t.same(answers[0], [...Array(4).fill('user_not_confirmed'), 'attempt_limit_exceeded'])
  t.same(answers[1], answers[0])
})

test('A-01 codes that logins have sent leave no trace at a resend', async t => {
  const { browser } = await crowd(t)
  const answers = []
  for (const email of [unconfirmed, unknown]) {
    await failing(browser, email, 7)
    answers.push(seen(await browser().post('/auth/signup/resend', { email })))
  }
  t.equal(answers[0]?.status, 202)
  t.same(answers[1], answers[0])
})

test('a code that a response announces was sent', async t => {
  const { browser, cognito } = await crowd(t)
  for (const flow of [1, 2]) {
    const email = `k${flow}@example.com`
    const one = browser()
    await one.post('/auth/signup', { email, password, givenName: 'A' })
    const before = (await cognito.messages(email)).length
    const answer = await one.post('/auth/login', { email, password })
    t.equal(answer.json.code, 'user_not_confirmed')
    t.equal((await cognito.messages(email)).length, before + 1)
    const code = await cognito.code(email)
    t.equal((await one.post('/auth/signup/confirm', { email, code })).status, 200)
  }
})
