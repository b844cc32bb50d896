/** Pools that confirm by themselves, send nothing, send by SMS, or cannot send: they tell no more than others. */
import { type Test, test } from 'tap'
import type { Answer, Browser } from '../support/browser.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const phoneNumber = '+491701234567'

function seen({ status, headers, json, cookies }: Answer) {
  const { date: _, 'x-request-id': __, 'set-cookie': ___, ...others } = headers
  const { requestId: ____, ...body } = json ?? {}
  return { status, headers: others, body, cookies: cookies.length }
}

const kinds: [title: string, settings: Record<string, unknown>, outcome: object][] = [
  ['confirms by itself', { autoConfirm: true }, { status: 'confirmed' }],
  ['sends nothing', { autoVerify: [] }, { status: 'confirmation_required' }],
  [
    'sends by SMS',
    { autoVerify: ['phone_number'], recovery: ['phone_number'] },
    { status: 'confirmation_required', delivery: { medium: 'SMS', destination: '+********4567' } }
  ]
]

async function pools(t: Test, settings: Record<string, unknown>) {
  const { url } = await startRedis(t)
  const env = { REDIS_URL: url }
  const one = await startService(t, { env })
  const other = await startService(t, { env, cognito: one.cognito })
  await one.cognito.patchPool(settings)
  const attributes = { phone_number: phoneNumber, phone_number_verified: 'true' }
  await one.cognito.createUser({ email: 'known@example.com', password, attributes })
  return { one, other }
}

let count = 0
const signUp = async (browser: Browser, isNew: boolean) => {
  const email = isNew ? `k${count++}@example.com` : 'known@example.com'
  return seen(await browser.post('/auth/signup', { email, password, givenName: 'A', phoneNumber }))
}

for (const [title, settings, outcome] of kinds) {
  test(`A-16 a pool that ${title}: taken and new emails sign up alike, on all instances`, async t => {
    const { one, other } = await pools(t, settings)
    const first = await signUp(one.browser(), true)
    t.match(first, { status: 201, body: outcome })
    for (const { browser } of [one, other]) {
      t.same(await signUp(browser(), false), first)
      t.same(await signUp(browser(), true), first)
    }
  })

  test(`A-16 a pool that ${title}: nor does a taken one that comes first tell`, async t => {
    const { one, other } = await pools(t, settings)
    const first = await signUp(one.browser(), false)
    for (const { browser } of [other, one]) {
      t.same(await signUp(browser(), true), first)
      t.same(await signUp(browser(), false), first)
    }
  })

  test(`A-16 a pool that ${title}: codes are sent to all alike`, async t => {
    const { one, other } = await pools(t, settings)
    const emails = ['known@example.com', 'knobody@example.com']
    for (const path of ['/auth/password/forgot', '/auth/signup/resend']) {
      for (const order of [emails, emails.toReversed()]) {
        const browser = one.browser()
        const answers = []
        for (const email of order) answers.push(seen(await browser.post(path, { email })))
        answers.push(seen(await other.browser().post(path, { email: emails[1] })))
        for (const answer of answers) t.same(answer, answers[0], path)
      }
    }
  })
}

test('A-16 a code by SMS is announced as one, without a digit of the number', async t => {
  const { one } = await pools(t, { recovery: ['phone_number'] })
  const browser = one.browser()
  const answer = await browser.post('/auth/password/forgot', { email: 'known@example.com' })
  t.same(answer.json, { delivery: { medium: 'SMS', destination: '+***' } })
})

/** What the browser that signed up reads when it logs in before it has confirmed. */
async function tooEarly({ browser }: { browser(): Browser }, isNew: boolean) {
  const one = browser()
  const email = isNew ? `k${count++}@example.com` : 'known@example.com'
  await one.post('/auth/signup', { email, password: 'Other-Horse-9', givenName: 'A', phoneNumber })
  const answer = seen(await one.post('/auth/login', { email, password: 'Other-Horse-9' }))
  return { ...answer, cookies: 0 }
}

const bySms = { autoVerify: ['phone_number'], recovery: ['phone_number'] }

for (const order of [
  [true, false],
  [false, true]
]) {
  const first = order[0] ? 'a new email' : 'a taken email'
  test(`A-16 a login before the account is confirmed tells all alike where the code went, ${first} first`, async t => {
    const { one, other } = await pools(t, bySms)
    const answers = []
    for (const isNew of [...order, ...order]) {
      for (const service of [one, other]) answers.push(await tooEarly(service, isNew))
    }
    t.match(answers[0], { status: 403, body: { code: 'user_not_confirmed' } })
    // Before anything was seen it is said to be an email.
    const medium = order[0] ? 'SMS' : 'EMAIL'
    t.match(answers[0]?.body, { delivery: { medium } })
    for (const answer of answers) t.same(answer, answers[0])
  })
}

test('without protection a login before the account is confirmed names the real delivery, or none', async t => {
  const env = { ENUMERATION_PROTECTION: 'off', RATE_LIMIT_SCALE: '1' }
  const { browser, cognito } = await startService(t, { env })
  await cognito.patchPool(bySms)
  const email = 'ann@example.com'
  const one = browser()
  await one.post('/auth/signup', { email, password, givenName: 'A', phoneNumber })
  const deliveries = []
  for (let i = 0; i < 6; i += 1) {
    deliveries.push((await one.post('/auth/login', { email, password })).json.delivery)
  }
  t.same(deliveries[0], { medium: 'SMS', destination: '+********4567' })
  t.equal(deliveries[5], undefined, 'beyond the limit none was sent')
})

test('A-17 a failed delivery is logged, and no response shows it', async t => {
  const { one } = await pools(t, { failingDeliveries: ['EMAIL'] })
  const { browser, cognito, logs } = one
  await cognito.createUser({ email: 'kwaiting@example.com', password, confirmed: false })
  const emails = ['known@example.com', 'kwaiting@example.com', 'knobody@example.com']
  for (const path of ['/auth/password/forgot', '/auth/signup/resend']) {
    const answers = []
    for (const email of emails) answers.push(seen(await browser().post(path, { email })))
    for (const answer of answers) t.same(answer, answers[2], path)
    t.equal(answers[0]?.status, 202)
  }
  t.same(await signUp(browser(), true), await signUp(browser(), false))
  const failed = logs.filter(line => line.includes('"event":"delivery.failed"'))
  t.equal(failed.length, 3)
  t.match(JSON.parse(failed[0] ?? ''), { reason: 'recovery', level: 40 })
})

test('A-17 a sign-up whose code was not sent is confirmed with the next, and its password is good', async t => {
  const { one } = await pools(t, { failingDeliveries: ['EMAIL'] })
  const { browser, cognito } = one
  const owner = browser()
  const email = 'ann@example.com'
  await owner.post('/auth/signup', { email, password, givenName: 'A' })
  await cognito.patchPool({ failingDeliveries: [] })
  await owner.post('/auth/signup/resend', { email })
  const code = await cognito.code(email)
  t.equal((await owner.post('/auth/signup/confirm', { email, code })).status, 200)
  await owner.login(email, password)
})
