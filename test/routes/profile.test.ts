import { GetUserCommand } from '@aws-sdk/client-cognito-identity-provider'
import { test } from 'tap'
import { sdkFor, signIn, tokensOf } from '../emulator/sdk.ts'
import { startService } from '../support/service.ts'

const password = 'Correct-Horse-9'
const user = { email: 'ann@example.com', password, confirmed: true }
const { email } = user

test('every part can be changed and cleared; the session follows', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ ...user, attributes: { given_name: 'Ann' } })
  const one = browser()
  await one.login(email, password)
  const address = {
    streetAddress: 'Lange Straße 1',
    region: 'BW',
    country: 'DE',
    postalCode: '70173'
  }
  const change = {
    givenName: 'Änne 🦊',
    gender: 'x',
    address,
    picture: 'https://example.com/a.png'
  }
  const changed = await one.call('PATCH', '/auth/profile', { body: change })
  t.equal(changed.status, 200, changed.text)
  t.match(changed.json.profile, change)
  t.same(changed.json.verification, [])
  t.match((await one.get('/auth/profile')).json, change)
  t.equal((await one.get('/auth/session')).json.user.givenName, 'Änne 🦊')

  const cleared = { givenName: null, gender: null, address: null, picture: null, phoneNumber: null }
  const after = await one.call('PATCH', '/auth/profile', { body: cleared })
  t.match(after.json.profile, { ...cleared, email, phoneNumberVerified: false })
  t.equal((await one.get('/auth/session')).json.user.givenName, undefined)
})

test('an address that is not the JSON object is shown as its street', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.createUser({ ...user, attributes: { address: 'Somewhere 7' } })
  const one = browser()
  await one.login(email, password)
  const nothing = { region: null, country: null, postalCode: null }
  const { address } = (await one.get('/auth/profile')).json
  t.same(address, { streetAddress: 'Somewhere 7', ...nothing })
})

for (const verifyBeforeUpdate of [[], ['email']]) {
  const kept = verifyBeforeUpdate.length > 0
  test(`a new email has to be verified; the pool ${kept ? 'keeps' : 'drops'} the old one until then`, async t => {
    const { browser, cognito } = await startService(t)
    await cognito.patchPool({ verifyBeforeUpdate })
    await cognito.createUser(user)
    const one = browser()
    await one.login(email, password)
    const changed = await one.call('PATCH', '/auth/profile', { body: { email: 'new@example.com' } })
    t.equal(changed.status, 200, changed.text)
    t.same(changed.json.verification, [
      { attribute: 'email', delivery: { medium: 'EMAIL', destination: 'n***@e***' } }
    ])
    const now = kept
      ? { email, emailVerified: true }
      : { email: 'new@example.com', emailVerified: false }
    t.match(changed.json.profile, now)
    t.match((await one.get('/auth/session')).json.user, now)

    const confirm = (code: string) =>
      one.post('/auth/profile/verification/confirm', { attribute: 'email', code })
    t.equal((await confirm('000000')).json.code, 'code_mismatch')
    const resent = await one.post('/auth/profile/verification', { attribute: 'email' })
    t.equal(resent.status, 202, resent.text)
    const to = kept && resent.json.delivery.destination.startsWith('a') ? email : 'new@example.com'
    const done = await confirm(await cognito.code(to))
    t.equal(done.status, 200, done.text)
    t.equal(done.json.profile.emailVerified, true)
  })
}

test('bad values name their field and never reach Cognito', async t => {
  const { browser, cognito } = await startService(t)
  const one = browser()
  await one.login()
  const url = 'must be a URL that begins with https:// or http://'
  const phone = 'must be a phone number in the form +491701234567'
  const cases: [body: object, field: string, message: string][] = [
    [{ email: null }, 'email', 'must be of type string'],
    [{ email: 'x' }, 'email', 'must be an email address'],
    [{ phoneNumber: '0170' }, 'phoneNumber', phone],
    [{ phoneNumber: 12 }, 'phoneNumber', 'must be of type string or null'],
    [{ givenName: 'a\u0000b' }, 'givenName', 'must be text without control characters'],
    [{ givenName: '' }, 'givenName', 'must not be empty'],
    [{ gender: 'x'.repeat(257) }, 'gender', 'must not be longer than 256 characters'],
    [{ picture: 'javascript:alert(1)' }, 'picture', url],
    [{ address: { street: 'x' } }, 'address.street', 'is not a known field'],
    [{ address: { region: '' } }, 'address.region', 'must not be empty'],
    [{ address: 'x' }, 'address', 'must be of type object or null'],
    [{ sub: 'x' }, 'sub', 'is not a known field'],
    [{ emailVerified: true }, 'emailVerified', 'is not a known field']
  ]
  for (const [body, field, message] of cases) {
    const answer = await one.call('PATCH', '/auth/profile', { body })
    t.equal(answer.json.code, 'invalid_request', field)
    t.equal(answer.json.errors.length, 1)
    t.match(answer.json.errors, [{ field, message }])
  }
  const attribute = await one.post('/auth/profile/verification', { attribute: 'phone_number' })
  t.same(attribute.json.errors, [
    { field: 'attribute', message: 'must be one of email, phoneNumber', code: 'not_allowed' }
  ])
  t.equal((await cognito.calls()).UpdateUserAttributes, undefined)
})

test('A-08 email, phone and second factors change only after a recent login', async t => {
  const { browser, cognito } = await startService(t, { env: { REAUTHENTICATION_SECONDS: '10' } })
  const one = browser()
  await one.login()
  const RealDate = Date.now
  t.teardown(() => Object.assign(Date, { now: RealDate }))
  Object.assign(Date, { now: () => RealDate() + 11_000 })
  for (const body of [{ email: 'new@example.com' }, { phoneNumber: '+491701234567' }]) {
    const answer = await one.call('PATCH', '/auth/profile', { body })
    t.equal(answer.status, 403)
    t.equal(answer.json.code, 'reauthentication_required')
  }
  t.equal((await one.call('PATCH', '/auth/profile', { body: { givenName: 'X' } })).status, 200)
  const put = await one.call('PUT', '/auth/mfa', { body: { enabled: [], preferred: null } })
  t.equal(put.json.code, 'reauthentication_required')
  const begun = await one.post('/auth/mfa/totp')
  t.match(begun, { status: 403, json: { code: 'reauthentication_required' } })
  const confirmed = await one.post('/auth/mfa/totp/confirm', { code: '000000' })
  t.match(confirmed, { status: 403, json: { code: 'reauthentication_required' } })
  const { AssociateSoftwareToken, VerifySoftwareToken } = await cognito.calls()
  t.same([AssociateSoftwareToken, VerifySoftwareToken], [undefined, undefined])
})

test('what others have put into an address stays when it changes', async t => {
  const { browser, cognito } = await startService(t)
  const claim = {
    street_address: '1 Road',
    locality: 'Ulm',
    region: 'BW',
    formatted: '1 Road, Ulm'
  }
  await cognito.createUser({ ...user, attributes: { address: JSON.stringify(claim) } })
  const one = browser()
  await one.login(email, password)
  const body = { address: { streetAddress: '2 Lane', country: 'DE' } }
  const { json } = await one.call('PATCH', '/auth/profile', { body })
  const shown = { streetAddress: '2 Lane', region: null, country: 'DE', postalCode: null }
  t.same(json.profile.address, shown)
  const sdk = sdkFor(t, cognito)
  const { AccessToken } = await tokensOf(signIn(sdk, cognito, email))
  const { UserAttributes = [] } = await sdk.send(new GetUserCommand({ AccessToken }))
  const kept = UserAttributes.find(({ Name }) => Name === 'address')?.Value ?? ''
  t.same(JSON.parse(kept), { street_address: '2 Lane', country: 'DE', locality: 'Ulm' })
})

test('an email of another user is alias_exists', async t => {
  const { browser, cognito } = await startService(t)
  await cognito.fault({
    operation: 'UpdateUserAttributes',
    times: 1,
    error: 'AliasExistsException'
  })
  const one = browser()
  await one.login()
  const answer = await one.call('PATCH', '/auth/profile', { body: { email: 'taken@example.com' } })
  t.equal(answer.status, 409)
  t.equal(answer.json.code, 'alias_exists')
})
