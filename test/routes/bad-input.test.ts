import fc from 'fast-check'
import { test } from 'tap'
import { startService } from '../support/service.ts'

const good = { email: 'demo@example.com', password: 'Correct-Horse-9' }

test('every kind of bad body is an invalid_request that names the field', async t => {
  const { browser } = await startService(t)
  const cases: [title: string, body: unknown, fields: string[]][] = [
    ['nothing', {}, ['email', 'password']],
    ['an array', [], ['body']],
    ['a string', 'x', ['body']],
    ['null', null, ['body']],
    ['wrong types', { email: 5, password: true }, ['email', 'password']],
    ['null fields', { email: null, password: null }, ['email', 'password']],
    ['an unknown field', { ...good, admin: true }, ['admin']],
    ['no address', { ...good, email: 'demo' }, ['email']],
    ['a too long address', { ...good, email: `${'x'.repeat(128)}@example.com` }, ['email']],
    ['an empty password', { ...good, password: '' }, ['password']],
    ['a too long password', { ...good, password: 'x'.repeat(257) }, ['password']]
  ]
  for (const character of ['\0', '\n', '\r', '\u001b', '\u007f', '\u0085', '\ud800']) {
    const name = JSON.stringify(character)
    cases.push([
      `${name} in the address`,
      { ...good, email: `de${character}mo@example.com` },
      ['email']
    ])
    cases.push([
      `${name} in the password`,
      { ...good, password: `Corr${character}ect` },
      ['password']
    ])
  }
  for (const [title, body, fields] of cases) {
    const answer = await browser().post('/auth/login', body)
    t.equal(answer.status, 400, title)
    t.equal(answer.json.code, 'invalid_request', title)
    const named = answer.json.errors.map((error: { field: string }) => error.field)
    t.same(named.toSorted(), fields, title)
  }
})

test('X-17 every error of a field has a stable code', async t => {
  const { browser } = await startService(t)
  const one = browser()
  const codes = async (path: string, body: unknown, method = 'POST') => {
    const { json } = await one.call(method, path, { body })
    return Object.fromEntries(
      json.errors.map(({ field, code }: { field: string; code: string }) => [field, code])
    )
  }
  t.same(await codes('/auth/login', { email: 5, other: 1 }), {
    email: 'wrong_type',
    other: 'unknown_field',
    password: 'required'
  })
  t.same(await codes('/auth/login', { email: 'demo', password: '' }), {
    email: 'wrong_format',
    password: 'too_short'
  })
  t.same(await codes('/auth/login', { ...good, password: 'x'.repeat(257) }), {
    password: 'too_long'
  })
  t.same(await codes('/auth/login', { many: Array(101).fill(1) }), { body: 'too_many' })
  await one.login()
  t.same(await codes('/auth/profile/verification', { attribute: 'gender' }), {
    attribute: 'not_allowed'
  })
  const twice = ['SOFTWARE_TOKEN_MFA', 'SOFTWARE_TOKEN_MFA']
  t.same(await codes('/auth/mfa', { enabled: twice, preferred: null }, 'PUT'), {
    enabled: 'duplicate'
  })
  t.same(await codes('/auth/mfa', { enabled: [], preferred: 'SOFTWARE_TOKEN_MFA' }, 'PUT'), {
    preferred: 'not_allowed'
  })
})

test('a pattern that fails is explained in words', async t => {
  const { browser } = await startService(t)
  const { json } = await browser().post('/auth/login', { ...good, email: 'demo' })
  t.same(json.errors, [
    { field: 'email', message: 'must be an email address', code: 'wrong_format' }
  ])
})

test('what would become a prototype is an unknown field like any other, wherever it is', async t => {
  const { browser } = await startService(t)
  const unknown = (field: string) => [
    { field, message: 'is not a known field', code: 'unknown_field' }
  ]
  const cases: [raw: string, path: string, field: string][] = [
    ['{"__proto__":{"a":1}}', '/auth/login', '__proto__'],
    ['{"\\u005f_proto__":null}', '/auth/logout', '__proto__'],
    ['{"constructor":{"prototype":{}}}', '/auth/login', 'constructor'],
    ['{"name":"X","attributes":{"__proto__":"x"}}', '/auth/login/challenge', 'attributes.__proto__']
  ]
  for (const [raw, path, field] of cases) {
    const { status, json } = await browser().call('POST', path, { raw })
    t.equal(status, 400, raw)
    t.equal(json.code, 'invalid_request', raw)
    t.same(json.errors, unknown(field), raw)
    t.notMatch(json.detail, /JSON/, raw)
  }
  const word = { name: 'X', attributes: { constructor: 'x' } }
  const named = await browser().post('/auth/login/challenge', word)
  t.equal(named.json.code, 'challenge_expired', 'a word, not a prototype')
})

test('a body holds a hundred values, and what is more is not looked at', async t => {
  const { browser } = await startService(t)
  const body = (count: number) => ({ ...good, x: Array.from({ length: count - 3 }, () => 0) })
  const most = await browser().post('/auth/login', body(100))
  t.same(most.json.errors, [{ field: 'x', message: 'is not a known field', code: 'unknown_field' }])
  const more = await browser().post('/auth/login', body(101))
  t.equal(more.status, 400)
  t.same(more.json.errors, [
    { field: 'body', message: 'must not contain more than 100 values', code: 'too_many' }
  ])
})

test('bodies that are not JSON, or too large, have their own codes', async t => {
  const { browser } = await startService(t)
  const cases: [raw: string, status: number, code: string][] = [
    ['{', 400, 'invalid_request'],
    ['{"email":', 400, 'invalid_request'],
    [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 400, 'invalid_request'],
    [JSON.stringify({ ...good, password: 'x'.repeat(70_000) }), 413, 'payload_too_large']
  ]
  for (const [raw, status, code] of cases) {
    const answer = await browser().call('POST', '/auth/login', { raw })
    t.equal(answer.status, status, raw.slice(0, 30))
    t.equal(answer.json.code, code)
  }
})

test('calls without a body refuse one, and take an empty one', async t => {
  const { browser } = await startService(t)
  for (const path of ['/auth/logout']) {
    const refused = await browser().post(path, { all: true })
    t.equal(refused.json.code, 'invalid_request')
    t.same(refused.json.errors, [
      { field: 'all', message: 'is not a known field', code: 'unknown_field' }
    ])
    const list = await browser().post(path, [])
    t.same(list.json.errors, [
      { field: 'body', message: 'must be of type object or null', code: 'wrong_type' }
    ])
    t.equal((await browser().post(path, {})).status, 204)
    t.equal((await browser().call('POST', path, { raw: '' })).status, 204)
  }
})

test('addresses that are not URL paths are refused', async t => {
  const { browser } = await startService(t)
  for (const path of ['/auth/%zz', '/%c0%af', '/auth/session/..%2f']) {
    const answer = await browser().get(path)
    t.ok([400, 404].includes(answer.status), path)
    t.match(answer.json.code, /invalid_request|not_found/)
  }
})

/** Two thousand random bodies a route: text that is JSON and text that is not, near misses among them. */
for (const [method, path] of [
  ['POST', '/auth/login'],
  ['POST', '/auth/logout'],
  ['POST', '/auth/logout/all'],
  ['POST', '/api/hello'],
  ['PATCH', '/auth/nothing']
] as const) {
  test(`A-12 no random body makes ${method} ${path} fail with a 5xx`, async t => {
    const { browser, logs } = await startService(t)
    const one = browser()
    const field = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.constant('a@b.c'))
    const near = fc.record({ email: field, password: field }, { requiredKeys: [] })
    const raw = fc.oneof(
      near.map(body => JSON.stringify(body)),
      fc.json(),
      fc.string({ unit: 'binary', maxLength: 300 })
    )
    await fc.assert(
      fc.asyncProperty(raw, async text => {
        const answer = await one.call(method, path, { raw: text })
        if (answer.status >= 500) throw new Error(`${answer.status} ${answer.text}`)
        if (answer.status >= 400 && typeof answer.json?.code !== 'string') {
          throw new Error(`not a problem: ${answer.text}`)
        }
        if (/stack|node_modules|\.ts:|\.js:/.test(answer.text)) throw new Error(answer.text)
      }),
      { numRuns: 2000 }
    )
    t.equal(
      logs.filter(line => line.includes('"level":50')).length,
      0,
      'nothing logged as an error'
    )
  })
}
