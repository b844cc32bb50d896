/** ID tokens that must be refused, and the few that must not. */

import { test } from 'tap'
import { createIdTokenVerifier, type IdTokenOptions } from '../../src/cognito/id-token.ts'
import { changed, claims, foreign, issuer, now, ours, seconds, token } from './signer.ts'
import { failure, pool, sendJson, startStub } from './stub.ts'

const hosts = {
  api: 'https://cognito-idp.us-east-1.amazonaws.com',
  defaultApi: issuer.replace(/\/[^/]+$/, '')
}

test('a good token gives its claims', async t => {
  t.match(await verifier().verify(token()), claims)
})

test('the issuer name of the updated pool configuration is accepted', async t => {
  const iss = issuer.replace('cognito-idp', 'issuer-cognito-idp')
  t.match(await verifier().verify(token({ iss })), { iss })
})

test('a clock up to five minutes away does not matter, more does', async t => {
  await t.resolves(verifier().verify(token({ exp: seconds - 299 })))
  t.match(await failure(verifier().verify(token({ exp: seconds - 301 }))), refused)
})

const refused = { code: 'upstream_error', reason: 'id_token_refused' }
const bad: Record<string, string> = {
  'another pool': token({ iss: issuer.replace('0001', '0002') }),
  'another host': token({ iss: `https://evil.example/${pool.userPoolId}` }),
  'another client': token({ aud: 'another' }),
  'no audience': token({ aud: undefined }),
  'an access token': token({ token_use: 'access' }),
  'no use': token({ token_use: undefined }),
  'no expiry': token({ exp: undefined }),
  'an expiry that is no number': token({ exp: 'never' }),
  'the signature of another key': token({}, { key: foreign.privateKey }),
  'another algorithm': token({}, { alg: 'RS512', hash: 'sha512' }),
  'no algorithm': token({}, { alg: 'none', signature: '' }),
  'an HMAC': token({}, { alg: 'HS256' }),
  'changed claims': changed(token()),
  'no key id': token({}, { kid: undefined }),
  'a text that is no token': 'secret.of.someone',
  'an empty text': ''
}

for (const [title, idToken] of Object.entries(bad)) {
  test(`a token with ${title} is refused and not kept`, async t => {
    const error = await failure(verifier().verify(idToken))
    t.match(error, refused)
    if (idToken) t.notOk(String(error.cause).includes(idToken), 'the cause does not quote it')
  })
}

test('an unknown key is looked up once, then not again for a while', async t => {
  let fetches = 0
  let keys = [foreign.jwk]
  const stub = await startStub(t, response => {
    fetches += 1
    sendJson(response, { keys })
  })
  const ids = verifier({ jwks: undefined, hosts: { ...hosts, api: stub.endpoint } })
  await ids.ensureKeys()
  await ids.ensureKeys()
  t.equal(fetches, 1, 'keys are fetched once')
  keys = [{ ...ours.jwk, kid: 'rotated' }]
  const rotated = token({}, { kid: 'rotated' })
  t.match(await ids.verify(rotated), claims, 'a key that is new is found')
  t.equal(fetches, 2)
  const unknown = { code: 'cognito_unavailable', reason: 'jwks_key_unknown' }
  t.match(await failure(ids.verify(token({}, { kid: 'odd' }))), unknown)
  t.equal(fetches, 3)
  const error = await failure(ids.verify(token({}, { kid: 'odd' })))
  t.match(error, { code: 'cognito_unavailable', reason: 'jwks_wait' })
  t.equal(fetches, 3, 'the pool is spared')
  t.match(await ids.verify(rotated), claims, 'known keys still work')
})

test('T-17 where issuers are named, no other is accepted', async t => {
  const named = 'https://issuer.example/eu-central-1_Replica01'
  const ids = verifier({ issuers: [named] })
  t.match(await ids.verify(token({ iss: named })), { iss: named })
  t.match(await failure(ids.verify(token())), refused)
})

function verifier(options: Partial<IdTokenOptions> = {}) {
  const jwks = { keys: [ours.jwk] }
  return createIdTokenVerifier({
    ...pool,
    hosts,
    clock: () => now,
    timeoutMs: 1000,
    jwks,
    ...options
  })
}
