/** Signing in to a pool that checks the proof, by both flows and for both kinds of client. */

import { test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { clientSecret, flows, password, service } from './pool.ts'
import { failure } from './stub.ts'

const refused = { code: 'invalid_credentials' }

for (const authFlow of flows) {
  for (const secret of [undefined, clientSecret]) {
    const options = { authFlow, clientSecret: secret }
    const client = secret === undefined ? 'public' : 'confidential'

    test(`${authFlow} signs in a user of a ${client} client`, async t => {
      // Both by one clock: a token issued in the next second would count from another one.
      const now = Date.now()
      const cognito = await startCognito(t, { now: () => now })
      await cognito.patchPool({ clientSecret: secret ?? null })
      const { sub } = await cognito.createUser({
        email: 'Ada@Example.com',
        password,
        attributes: { given_name: 'Ada', phone_number: '+15550100', gender: 'female' }
      })
      const identity = service(t, cognito, { ...options, clock: () => now })
      // The pool answers for an address in any case.
      const { kind, tokens, user } = Object(
        await identity.signIn({ email: 'ada@example.COM', password })
      )
      t.equal(kind, 'signed_in')
      t.match(user, { sub, givenName: 'Ada', phoneNumber: '+15550100', groups: [] })
      t.equal(tokens.accessExpiresAt, Math.floor(now / 1000) * 1000 + 3600_000)
      t.match(await identity.getUser(tokens.accessToken), { sub, gender: 'female' })
    })

    test(`${authFlow} refuses what is wrong, of a ${client} client`, async t => {
      const cognito = await startCognito(t)
      await cognito.patchPool({ clientSecret: secret ?? null })
      const email = 'someone@example.com'
      await cognito.createUser({ email, password })
      await cognito.createUser({ email: 'off@example.com', password, disabled: true })
      const identity = service(t, cognito, options)
      for (const hidden of [true, false]) {
        await cognito.patchPool({ preventUserExistenceErrors: hidden })
        for (const [who, what] of [
          [email, 'Wrong-Horse-9'],
          [email, `${password} `],
          ['nobody@example.com', password],
          ['off@example.com', password],
          ['off@example.com', 'Wrong-Horse-9'],
          ['no address', password]
        ] as const) {
          const error = await failure(identity.signIn({ email: who, password: what }))
          t.match(error, refused, `${who} ${what}, hidden: ${hidden}`)
        }
      }
    })
  }

  test(`${authFlow} tells accounts that are not ready from wrong passwords`, async t => {
    const cognito = await startCognito(t)
    const email = 'new@example.com'
    await cognito.createUser({ email, password, confirmed: false })
    const identity = service(t, cognito, { authFlow })
    t.match(await failure(identity.signIn({ email, password })), { code: 'user_not_confirmed' })
  })

  test(`${authFlow} reports a lock as too many attempts, and its end`, async t => {
    const cognito = await startCognito(t)
    const email = 'someone@example.com'
    await cognito.createUser({ email, password })
    const identity = service(t, cognito, { authFlow })
    for (let attempt = 0; attempt < 5; attempt += 1) {
      t.match(await failure(identity.signIn({ email, password: 'Wrong-Horse-9' })), refused)
    }
    const locked = { code: 'attempt_limit_exceeded', status: 429, retryAfterSeconds: 60 }
    t.match(await failure(identity.signIn({ email, password })), locked, 'even the right one')
    await cognito.advance(2)
    // Cognito's clock is now two seconds ahead of ours, which the sign-in has to bear.
    t.match(await identity.signIn({ email, password }), { kind: 'signed_in' })
  })

  test(`${authFlow} fails for the operator where the client secret does not fit`, async t => {
    const cognito = await startCognito(t)
    const misfit = { code: 'upstream_error', reason: 'misconfigured_client_secret' }
    const demo = { email: 'demo@example.com', password }
    await cognito.patchPool({ clientSecret })
    t.match(await failure(service(t, cognito, { authFlow }).signIn(demo)), misfit, 'missing')
    const wrong = service(t, cognito, { authFlow, clientSecret: `${clientSecret}x` })
    t.match(await failure(wrong.signIn(demo)), misfit, 'wrong')
  })
}

test('a flow that the client does not allow is the operator to mend', async t => {
  const cognito = await startCognito(t)
  await cognito.patchPool({ userPasswordAuth: false })
  const identity = service(t, cognito, { authFlow: 'USER_PASSWORD_AUTH' })
  const error = await failure(identity.signIn({ email: 'demo@example.com', password }))
  t.match(error, { code: 'upstream_error', reason: 'misconfigured_auth_flow' })
})

test('a client or pool that does not exist is the operator to mend', async t => {
  const cognito = await startCognito(t)
  const identity = service(t, cognito, { clientId: 'another0000000000000000001' })
  const error = await failure(identity.signIn({ email: 'demo@example.com', password }))
  t.match(error, { code: 'upstream_error', reason: 'misconfigured_client_id' })
})

test('clocks four minutes apart, either way, prevent no login', async t => {
  for (const skew of [-240_000, 240_000]) {
    const cognito = await startCognito(t)
    const clock = () => Date.now() + skew
    const identity = service(t, cognito, { clock })
    const { kind, tokens } = Object(await identity.signIn({ email: 'demo@example.com', password }))
    t.equal(kind, 'signed_in', `${skew} ms`)
    t.ok(Math.abs(tokens.accessExpiresAt - clock() - 3600_000) < 60_000, 'by our own clock')
  }
})
