/** API routes that get the ID token, as the default Cognito authorizer of Amazon API Gateway wants it. */
import type { RequestListener } from 'node:http'
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { type Test, test } from 'tap'
import { beforeApi } from '../support/api.ts'
import type { Cognito } from '../support/cognito.ts'
import { startRedis } from '../support/redis.ts'
import { startService } from '../support/service.ts'

const routes = JSON.stringify([
  { path: '/api', upstream: 'UPSTREAM' },
  { path: '/api/gateway', upstream: 'UPSTREAM/id', token: 'id' }
])

/** AWS's own verifier as the authorizer of an API: ID tokens below /id, access tokens elsewhere. */
async function authorizerOf({ url, poolId, clientId }: Cognito): Promise<RequestListener> {
  const jwks = JSON.parse(await (await fetch(`${url}/${poolId}/.well-known/jwks.json`)).text())
  const verifierOf = (tokenUse: 'id' | 'access') => {
    const verifier = CognitoJwtVerifier.create({ userPoolId: poolId, clientId, tokenUse })
    verifier.cacheJwks(jwks)
    return verifier
  }
  const verifiers = { id: verifierOf('id'), access: verifierOf('access') }
  return ({ url: path, headers }, response) => {
    const use = path?.startsWith('/id') ? 'id' : 'access'
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    verifiers[use].verify(token).then(
      ({ token_use, sub, iat }) => response.end(JSON.stringify({ token_use, sub, iat })),
      () => response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
    )
  }
}

async function start(t: Test, env: Readonly<Record<string, string>> = {}) {
  let authorizer: RequestListener | undefined
  const before = await beforeApi(t, (...call) => authorizer?.(...call), {
    API_ROUTES: routes,
    ...env
  })
  authorizer = await authorizerOf(before.cognito)
  return before
}

test('an API gets the ID token where its route says so, as fresh as the access token', async t => {
  const { one, cognito } = await start(t)
  await cognito.patchPool({ accessTokenSeconds: 3 })
  await one.login()
  const first = await one.get('/api/gateway/x')
  t.match(first, { status: 200, json: { token_use: 'id' } }, first.text)
  t.match((await one.get('/api/x')).json, { token_use: 'access', sub: first.json.sub })
  t.equal((await cognito.calls()).GetTokensFromRefreshToken, undefined)
  for (;;) {
    const [id, access] = [await one.get('/api/gateway/x'), await one.get('/api/x')]
    t.match(id.json, { token_use: 'id' })
    if (id.json.iat > first.json.iat && id.json.iat === access.json.iat) break
  }
  t.ok((await cognito.calls()).GetTokensFromRefreshToken, 'both are of one refresh')
})

test('a session from before the route refreshes once, and a refused ID token is replaced', async t => {
  const env = { REDIS_URL: (await startRedis(t)).url }
  const { cognito, one, server } = await start(t, env)
  const earlier = await startService(t, { env, cognito })
  const old = earlier.browser()
  await old.login()
  for (const [name, value] of old.jar) one.jar.set(name, value)
  t.match((await one.get('/api/gateway/x')).json, { token_use: 'id' })
  await one.get('/api/gateway/x')
  t.equal((await cognito.calls()).GetTokensFromRefreshToken, 1)

  const sent: (string | undefined)[] = []
  server.removeAllListeners('request').on('request', (({ headers }, response) => {
    sent.push(headers.authorization)
    if (sent.length > 1) response.end('hello')
    else response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
  }) satisfies RequestListener)
  t.equal((await one.get('/api/gateway/x')).text, 'hello')
  t.equal(sent.length, 2)
  t.not(sent[0], sent[1])
})

test('the ID token is kept only where a route sends it', async t => {
  const sizeWith = async (env: Readonly<Record<string, string>>) => {
    const redis = await startRedis(t)
    const { one } = await start(t, { REDIS_URL: redis.url, ...env })
    t.equal((await one.get('/auth/session')).status, 200)
    const [key] = [await redis.cli('KEYS', 'bff:s:*')].flat()
    return Number(await redis.cli('STRLEN', String(key)))
  }
  const without = await sizeWith({
    API_ROUTES: JSON.stringify([{ path: '/api', upstream: 'UPSTREAM' }])
  })
  const withIdToken = await sizeWith({})
  t.ok(withIdToken > without + 300, `${without} and ${withIdToken} bytes`)
})
