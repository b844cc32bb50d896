/** Lambda triggers of the pool that refuse or fail: who learns what of it. */
import { type Test, test } from 'tap'
import type { Answer } from '../support/browser.ts'
import { type Service, startService } from '../support/service.ts'

const email = 'demo@example.com'
const password = 'Correct-Horse-9'
const text = 'Your contract has ended'

const refusing = (name: string, more: object = {}) => ({
  triggers: { [name]: { fails: 'refuse', text, ...more } }
})

const lines = ({ logs }: Service) => logs.map(line => JSON.parse(line))
const events = (service: Service, name: string) =>
  lines(service).filter(({ event }) => event === name)

function isRefusal(t: Test, { status, json }: Answer, detail: RegExp) {
  t.equal(status, 403)
  t.equal(json.code, 'refused_by_trigger')
  t.match(json.detail, detail)
}

/** What a login comes to while a trigger fails, and the lines it left in the log. */
async function loginUnder(service: Service, triggers: object) {
  await service.cognito.patchPool({ triggers })
  service.logs.length = 0
  return await service.browser().post('/auth/login', { email, password })
}

for (const flow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
  test(`O-18 a trigger that refuses a login by ${flow} is no wrong password`, async t => {
    const service = await startService(t, { env: { COGNITO_AUTH_FLOW: flow } })
    for (const trigger of ['PreAuthentication', 'PostAuthentication', 'PreTokenGeneration']) {
      const answer = await loginUnder(service, refusing(trigger).triggers)
      isRefusal(t, answer, /^A rule of this service does not allow/)
      t.notMatch(answer.text, text)
      const [failed] = events(service, 'login.failed')
      t.match(failed, { reason: 'refused_by_trigger', reqId: answer.json.requestId })
      const said = events(service, 'trigger.failed')
      t.equal(said.length, 1)
      t.match(said[0], { level: 40, trigger, text, ip: '127.0.0.1' })
      t.equal(said[0].reqId, answer.json.requestId)
    }
  })
}

test('O-18 a trigger that is broken is no wrong password', async t => {
  const service = await startService(t, { env: { TRIGGER_MESSAGES: 'show' } })
  for (const [fails, trigger, code] of [
    ['crash', 'PreAuthentication', 'refused_by_trigger'],
    ['crash', 'PostAuthentication', 'refused_by_trigger'],
    ['unreachable', 'PreAuthentication', 'upstream_error'],
    ['unreachable', 'PostAuthentication', 'upstream_error'],
    ['garbage', 'PreAuthentication', 'upstream_error']
  ] as const) {
    const { json } = await loginUnder(service, { [trigger]: { fails } })
    t.equal(json.code, code, `${trigger}: ${fails}`)
    t.notMatch(json.detail, /RequestId|AccessDenied|Unrecognizable/, 'what broke is for the log')
    const [said] = events(service, 'trigger.failed')
    t.match(said, { level: 40, text: /RequestId|AccessDenied|Unrecognizable/ })
  }
})

test('O-18 a refusal at sign-up, by any trigger, has one error', async t => {
  const service = await startService(t)
  await service.cognito.patchPool(refusing('PreSignUp'))
  const account = { email: 'new@example.com', password, givenName: 'New' }
  const answer = await service.browser().post('/auth/signup', account)
  isRefusal(t, answer, /^A rule of this service does not allow/)
  t.match(events(service, 'trigger.failed')[0], { trigger: 'PreSignUp', text, level: 40 })
})

test('O-18 a refusal at a challenge ends no session and has the same error', async t => {
  const service = await startService(t, { env: { TRIGGER_MESSAGES: 'show' } })
  const user = { email: 'temp@example.com', password }
  await service.cognito.createUser({ ...user, temporary: true })
  const one = service.browser()
  t.equal((await one.post('/auth/login', user)).json.status, 'challenge')
  await service.cognito.patchPool(refusing('PostAuthentication'))
  const body = { name: 'NEW_PASSWORD_REQUIRED', newPassword: 'Better-Battery-8' }
  const answer = await one.post('/auth/login/challenge', body)
  isRefusal(t, answer, new RegExp(`^${text}$`))
  t.match(events(service, 'login.failed')[0], { reason: 'refused_by_trigger' })
})

test('O-18 a trigger that fails at a refresh keeps the session', async t => {
  const service = await startService(t)
  const one = service.browser()
  await service.cognito.patchPool({ accessTokenSeconds: 1 })
  await one.login()
  await service.cognito.patchPool({ ...refusing('PreTokenGeneration') })
  let answer = await one.get('/auth/profile')
  while (answer.status === 200) answer = await one.get('/auth/profile')
  t.match(answer, { status: 503, json: { code: 'cognito_unavailable' } })
  t.match(events(service, 'trigger.failed')[0], { trigger: 'PreTokenGeneration', text })
  await service.cognito.patchPool({ triggers: {} })
  t.equal((await one.get('/auth/profile')).status, 200)
})

test('A-27 the words of a trigger reach a person only where that is wanted, made fit', async t => {
  const service = await startService(t, { env: { TRIGGER_MESSAGES: 'show' } })
  const { cognito } = service
  const told = async (said: string) => {
    await cognito.patchPool({ triggers: { PostAuthentication: { fails: 'refuse', text: said } } })
    return (await service.browser().post('/auth/login', { email, password })).json.detail
  }
  t.equal(await told('Come back on Monday.'), 'Come back on Monday.', 'one full stop is Cognito’s')
  t.equal(await told('Zwei\r\n\tZeilen \u202e\u0007und'), 'Zwei Zeilen und')
  t.equal((await told('x'.repeat(5000))).length, 300)
  t.match(await told(' \u0000 '), /^A rule of this service does not allow/, 'nothing is left of it')
  t.match(
    await told("Cannot read properties of undefined (reading 'a')"),
    /^A rule of this service/
  )
})

const everyone = [email, 'nobody@example.com']

/** All that differs for a caller between two emails. */
async function answersFor(service: Service) {
  const answers = []
  for (const each of everyone) {
    const body = { email: each, password: 'Wrong-Horse-9' }
    const { status, json, headers } = await service.browser().post('/auth/login', body)
    const { requestId: _, ...problem } = json
    answers.push({ status, problem, type: headers['content-type'], length: problem.detail.length })
  }
  return answers
}

for (const flow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
  test(`A-26 a refusal of known emails alone tells nothing, by ${flow}`, async t => {
    const env = { COGNITO_AUTH_FLOW: flow, TRIGGER_MESSAGES: 'show' }
    const service = await startService(t, { env })
    for (const runs of ['initiate', 'before_proof', 'after_proof']) {
      const { triggers } = refusing('PreAuthentication', { users: 'known' })
      await service.cognito.patchPool({ triggers, preAuthenticationRuns: runs })
      service.logs.length = 0
      const [known, unknown] = await answersFor(service)
      t.same(known, unknown, runs)
      t.equal(known?.problem.code, 'invalid_credentials')
      if (runs === 'after_proof') continue
      t.match(events(service, 'login.failed')[0], { reason: 'refused_by_trigger' })
      t.match(events(service, 'trigger.failed')[0], { trigger: 'PreAuthentication', text })
    }
  })
}

test('A-26 a trigger that says other things to unknown emails is not heard at all', async t => {
  const env = { TRIGGER_MESSAGES: 'show', COGNITO_AUTH_FLOW: 'USER_PASSWORD_AUTH' }
  const service = await startService(t, { env })
  await service.cognito.patchPool({
    triggers: {
      PreAuthentication: { fails: 'refuse', users: 'known', operations: ['InitiateAuth'] },
      UserMigration: { fails: 'refuse' }
    }
  })
  const [known, unknown] = await answersFor(service)
  t.same(known, unknown)
})

test('A-26 a login that comes past a trigger refusing strangers ends its being shown', async t => {
  const service = await startService(t)
  await service.cognito.patchPool(refusing('PreAuthentication', { users: 'unknown' }))
  const login = (who: string, secret: string) =>
    service.browser().post('/auth/login', { email: who, password: secret })
  await login('nobody@example.com', password)
  await login(email, password)
  const [known, unknown] = await answersFor(service)
  t.same(known, unknown)
  t.equal(known?.problem.code, 'invalid_credentials')
})

test('A-26 codes that CustomMessage keeps back affect no other user', async t => {
  const service = await startService(t)
  const { cognito } = service
  await cognito.createUser({ email: 'new@example.com', password, confirmed: false })
  await cognito.patchPool(refusing('CustomMessage'))
  for (const path of ['/auth/password/forgot', '/auth/signup/resend']) {
    service.logs.length = 0
    for (const each of [email, 'new@example.com', 'nobody@example.com']) {
      t.equal((await service.browser().post(path, { email: each })).status, 202)
    }
    t.equal(events(service, 'trigger.failed').length, 1, path)
  }
})

for (const protection of ['on', 'off']) {
  test(`O-19 an account is confirmed where PostConfirmation fails, protection ${protection}`, async t => {
    const service = await startService(t, { env: { ENUMERATION_PROTECTION: protection } })
    for (const fails of ['refuse', 'crash', 'unreachable', 'garbage']) {
      const one = service.browser()
      const account = { email: `${fails}@example.com`, password }
      await one.post('/auth/signup', { ...account, givenName: 'New' })
      await service.cognito.patchPool({ triggers: { PostConfirmation: { fails } } })
      const code = await service.cognito.code(account.email)
      const answer = await one.post('/auth/signup/confirm', { email: account.email, code })
      t.match(answer, { status: 200, json: { status: 'confirmed' } }, fails)
      t.equal((await one.post('/auth/login', account)).status, 200)
    }
    const said = events(service, 'trigger.failed')
    t.equal(said.length, 4)
    t.match(said[0], { level: 40, reason: 'confirm_sign_up', trigger: 'PostConfirmation' })
  })
}

test('O-19 a reset whose trigger fails says what became of the password', async t => {
  const service = await startService(t)
  const { cognito } = service
  const one = service.browser()
  for (const [runs, status, works] of [
    ['before', 403, password],
    ['after', 204, 'Better-Battery-8']
  ] as const) {
    await cognito.patchPool({ ...refusing('PostConfirmation'), resetTriggerRuns: runs })
    await one.post('/auth/password/forgot', { email })
    const code = await cognito.code(email)
    const body = { email, code, newPassword: 'Better-Battery-8' }
    t.equal((await one.post('/auth/password/reset', body)).status, status, runs)
    t.equal((await one.post('/auth/login', { email, password: works })).status, 200, runs)
  }
})
