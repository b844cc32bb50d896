/**
 * T-15: Cognito rotates refresh tokens one way. A new one is stored before anything is asked about the ID token
 * that came with it, whatever is wrong with that.
 */

import { type Test, test } from 'tap'
import { createAccessTokens } from '../../src/auth/access-tokens.ts'
import type { EventFields } from '../../src/auth/events.ts'
import type { SessionStore } from '../../src/auth/session.ts'
import { embeddedBackend } from '../../src/session/embedded.ts'
import {
  asSignedIn,
  newId,
  newTokens,
  signedIn,
  storeIn,
  testClock
} from '../contract/session-fixtures.ts'
import { liveSession } from '../support/found-session.ts'
import { claims, ours, token } from './signer.ts'
import { sendJson, serviceFor, startStub } from './stub.ts'

interface Pool {
  /** The key that ID tokens name, and those that the key set holds. */
  signedBy: string
  published: string[]
  /** Status of the key set. */
  keyHost: number
  idClaims: Record<string, unknown>
}

/** A pool that rotates with every refresh, without any grace, and a session whose access token has expired. */
async function scene(t: Test) {
  const pool: Pool = { signedBy: 'first', published: ['first'], keyHost: 200, idClaims: {} }
  let living = 'refresh-0'
  let rotations = 0
  const stub = await startStub(t, (response, { operation, body }) => {
    if (operation === 'undefined') {
      response.statusCode = pool.keyHost
      return sendJson(response, { keys: pool.published.map(kid => ({ ...ours.jwk, kid })) })
    }
    if (body.RefreshToken !== living) {
      response.statusCode = 400
      return sendJson(response, { __type: 'RefreshTokenReuseException', message: 'reused' })
    }
    rotations += 1
    living = `refresh-${rotations}`
    const exp = Math.floor(Date.now() / 1000) + 3600
    const IdToken = token({ exp, ...pool.idClaims }, { kid: pool.signedBy })
    const AccessToken = `access-${rotations}`
    sendJson(response, {
      AuthenticationResult: { IdToken, AccessToken, RefreshToken: living, ExpiresIn: 300 }
    })
  })
  const identity = serviceFor(t, stub.endpoint, { jwks: undefined })
  const clock = testClock()
  const backend = embeddedBackend({ clock })
  t.teardown(() => backend.close())
  const sessions: SessionStore = storeIn({
    backends: [backend, backend],
    clock,
    pass: async () => {}
  })
  const reports: { event: string; fields: EventFields }[] = []
  const accessTokens = createAccessTokens({
    identity,
    sessions,
    clock,
    report: (event, fields) => reports.push({ event, fields }),
    retryAfter: 600_000
  })
  const old = { ...newTokens(clock), accessExpiresAt: clock(), refreshToken: living }
  const data = signedIn(clock, { ...signedIn(clock).user, sub: claims.sub })
  const session = asSignedIn(await sessions.create(newId(), data, old))
  const read = async () => asSignedIn(await liveSession(sessions, session.id))
  const get = async () => accessTokens.get(await read())
  const stored = async () => (await read()).tokens()?.refreshToken
  const rotated = () => rotations
  return { pool, session, get, stored, read, reports, rotated, clock }
}

test('T-15 a key that is not published yet: the token is kept, and the next call heals it', async t => {
  const { pool, get, stored, reports } = await scene(t)
  pool.signedBy = 'second'
  const unknown = { code: 'cognito_unavailable', status: 503, retryAfterSeconds: 2 }
  await t.rejects(get(), { ...unknown, reason: 'jwks_key_unknown' })
  t.equal(await stored(), 'refresh-1', 'the new refresh token, the one it came for being dead')
  t.match(reports, [{ event: 'refresh.delayed', fields: { reason: 'jwks_key_unknown' } }])
  pool.published = ['first', 'second']
  t.equal(await get(), 'access-2')
  t.equal(await stored(), 'refresh-2')
  t.equal(reports.at(-1)?.event, 'refresh.succeeded')
})

test('T-15 the key host away: nothing is lost, nothing more is spent, and it heals', async t => {
  const { pool, get, stored, reports, rotated, clock, session } = await scene(t)
  t.equal(await get(), 'access-1')
  clock.advance(300_000)
  pool.signedBy = 'second'
  pool.published = ['second']
  pool.keyHost = 503
  const away = { code: 'cognito_unavailable', status: 503, reason: 'jwks_unreachable' }
  await t.rejects(get(), away)
  t.equal(await stored(), 'refresh-2')
  const delayed = reports.filter(({ event }) => event === 'refresh.delayed')
  t.match(delayed, [{ fields: { reason: 'jwks_unreachable' } }])
  await t.rejects(get(), away)
  t.equal(rotated(), 2, 'Cognito is not asked while the keys cannot be had')
  pool.keyHost = 200
  t.equal(await get(), 'access-3')
  t.equal(reports.at(-1)?.event, 'refresh.succeeded')
  t.equal(session.data.user.sub, claims.sub)
})

const unusable: [title: string, change: Record<string, unknown>, reason: string][] = [
  ['without an address', { email: undefined }, 'id_token_without_email'],
  ['for another client', { aud: 'another' }, 'id_token_refused'],
  ['of another user', { sub: 'another' }, 'id_token_of_another_user']
]

for (const [title, change, reason] of unusable) {
  test(`T-15 an ID token ${title}: 502, and the session goes on once it is mended`, async t => {
    const { pool, get, read, reports } = await scene(t)
    pool.idClaims = change
    await t.rejects(get(), { code: 'upstream_error', status: 502, reason })
    t.not((await read()).tokens()?.accessToken, 'access-1', 'what came with it is not used')
    if (reason !== 'id_token_of_another_user') {
      t.match(reports, [{ event: 'refresh.delayed', fields: { reason } }])
      pool.idClaims = {}
      t.equal(await get(), 'access-2')
    }
  })
}
