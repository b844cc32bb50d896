/** Mistakes that operators make, and the sentence that each of them is met with. */
import { test } from 'tap'
import { ConfigError, loadConfig } from '../../src/config/config.ts'

const production = {
  NODE_ENV: 'production',
  PUBLIC_ORIGIN: 'https://app.example.com',
  COGNITO_REGION: 'eu-central-1',
  COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
  COGNITO_CLIENT_ID: '1example23456789abcdefghij',
  REDIS_URL: 'rediss://bff:secret@redis:6379',
  SESSION_KEYS: 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=',
  API_UPSTREAM: 'https://api.internal'
}

function problemsWith(env: Record<string, string>): readonly string[] {
  try {
    loadConfig({ ...production, ...env })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

const redisUrls = [
  'redis://bff:s3cret%@redis:6379',
  'redis://bff:s3cret#x@redis:6379',
  'redis://bff:77#s3cret@redis:6379',
  'redis://bff:s3cret/x@redis:6379',
  'redis://bff:77/s3cret@redis:6379',
  'redis://bff:77?s3cret@redis:6379',
  'redis://redis:6379/sessions',
  'redis:6379'
]

for (const url of redisUrls) {
  test(`O-17 ${url} is refused with the rest of the list, and says what to do`, async t => {
    const problems = problemsWith({ REDIS_URL: url, PORT: 'http' })
    t.match(problems, [/^PORT must be/, /^REDIS_URL must be like .* percent-encode/])
    t.notMatch(problems.join(), /s3cret|77/, 'nothing of the password is repeated')
  })
}

test('O-17 percent-encoded passwords and numbered databases are taken', async t => {
  t.same(problemsWith({ REDIS_URL: 'rediss://bff:a%25%23%2F%3Fb@redis:6379/3' }), [])
  t.same(problemsWith({ REDIS_URL: '', REDIS_CLUSTER_NODES: 'rediss://u:p%23@b:2,a:1' }), [])
})

const issuer = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI'

const mistakes: [env: Record<string, string>, sentence: RegExp][] = [
  [{ RATE_LIMIT_LOGIN_PER_ADDRESS: '100' }, /must be a count and seconds, like \d+\/\d+$/],
  [{ REDIS_PREFIX: 'a b' }, /must hold neither braces nor spaces$/],
  [{ REDIS_SENTINEL_NAME: 'mymaster' }, /^REDIS_SENTINEL_NAME is set without REDIS_SENTINELS/],
  [{ REDIS_URL: '', REDIS_CLUSTER_NODES: 'redis://:a#b@c:1' }, /^REDIS_CLUSTER_NODES must list/],
  [
    { REDIS_URL: '', REDIS_CLUSTER_NODES: 'a:1,rediss://user:pass@b:2' },
    /^REDIS_CLUSTER_NODES must have user, password and TLS in its first entry/
  ],
  [
    { REDIS_URL: '', REDIS_CLUSTER_NODES: 'redis://a:1/2' },
    /^REDIS_CLUSTER_NODES must not name a database/
  ],
  [{ PORT: '"8080"' }, /^PORT is in quotation marks/],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/v1/traces' },
    /leave out \/v1\/traces, which is added$/
  ],
  [
    { API_UPSTREAM: 'https://user:s3cret@api.internal' },
    /^API_UPSTREAM must have neither .* user$/
  ],
  [{ API_UPSTREAM: 'https://api.internal/v1?key=s3cret' }, /^API_UPSTREAM must have neither query/],
  [
    { COGNITO_ENDPOINT: 'https://cognito.internal/?x' },
    /^COGNITO_ENDPOINT must have neither query/
  ],
  [
    { API_UPSTREAM: '', API_ROUTES: '[{"path":"/api","upstream":"HTTPS://api.internal"}]' },
    /^API_ROUTES \[0\]\.upstream must .* \(in lower case\)/
  ],
  [{ COGNITO_ISSUER: `${issuer}/` }, /^COGNITO_ISSUER must not end with a slash/],
  [{ COGNITO_ISSUER: `${issuer}?x` }, /^COGNITO_ISSUER must list https URLs/],
  [
    { COGNITO_ISSUER: issuer.replace('cognito', 'Cognito') },
    /^COGNITO_ISSUER must name hosts .* in lower case/
  ],
  [
    { COGNITO_ISSUER: issuer.replace('.com', '.com:443') },
    /^COGNITO_ISSUER must name hosts .* without user and :443/
  ],
  [
    { COGNITO_REGION: 'eu-cental-1', COGNITO_USER_POOL_ID: 'eu-cental-1_AbCdEfGhI' },
    /^COGNITO_REGION must be the name of an AWS region/
  ],
  [{ COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGh' }, /^COGNITO_USER_POOL_ID must be like/],
  [{ COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGh I' }, /^COGNITO_USER_POOL_ID must be like/],
  [{ COGNITO_CLIENT_ID: '1example23456789abcdefghi' }, /^COGNITO_CLIENT_ID must be the 26/],
  [{ COGNITO_CLIENT_ID: '1EXAMPLE23456789abcdefghij' }, /^COGNITO_CLIENT_ID must be the 26/]
]

for (const [env, sentence] of mistakes) {
  test(`O-17 ${JSON.stringify(env)} is refused in a sentence`, async t => {
    t.match(problemsWith(env), [sentence])
    t.equal(problemsWith(env).length, 1)
    t.notMatch(problemsWith(env).join(), /s3cret/)
  })
}

/** Each with the whole sentence: the right value, and what is wrong with the one that was given. */
const origins: [value: string, sentence: string][] = [
  [
    'https://app.example.com:443',
    'https://app.example.com: without the port, which https means anyway'
  ],
  [
    'https://app.example.com:443/',
    'https://app.example.com: without the port, which https means anyway'
  ],
  ['https://App.Example.com', 'https://app.example.com: in lower case'],
  ['HTTPS://app.example.com', 'https://app.example.com: in lower case'],
  ['https://app.example.com/path', 'https://app.example.com: without a path'],
  ['https://app.example.com//', 'https://app.example.com: without a path'],
  ['https://app.example.com/?a', 'https://app.example.com: without a query'],
  ['https://app.example.com#a', 'https://app.example.com: without a fragment'],
  ['https://user:s3cret@app.example.com', 'an origin alone: without user and password'],
  ['https://user:77/s3cret@app.example.com', 'an origin alone: without a path'],
  ['https://münchen.example', 'https://xn--mnchen-3ya.example: as browsers write it'],
  [
    'https://App.example.com:443/x',
    'https://app.example.com: without the port, which https means anyway, in lower case, without a path'
  ],
  ['https://a.example,https://b.example', 'one origin: redirect other hosts to it'],
  ['app.example.com', 'a URL beginning with http:// or https://']
]

for (const [value, sentence] of origins) {
  test(`O-17 PUBLIC_ORIGIN=${value} is refused with the right reason`, async t => {
    t.same(problemsWith({ PUBLIC_ORIGIN: value }), [`PUBLIC_ORIGIN must be ${sentence}`])
  })
}

test('O-17 PUBLIC_ORIGIN is one host, as browsers name it', async t => {
  t.match(problemsWith({ PUBLIC_ORIGIN: 'https://*.example.com' }), [/one host, without \*$/])
  t.match(problemsWith({ PUBLIC_ORIGIN: 'https://app.example.com.' }), [
    /without a dot at its end$/
  ])
  const { NODE_ENV: _, ...local } = production
  t.throws(() => loadConfig({ ...local, PUBLIC_ORIGIN: 'http://localhost:80' }), {
    message: /PUBLIC_ORIGIN must be http:\/\/localhost: without the port, which http means anyway/
  })
  for (const good of [
    'https://app.example.com/',
    'https://app.example.com:8443',
    'https://[::1]'
  ]) {
    t.same(problemsWith({ PUBLIC_ORIGIN: good }), [], good)
  }
})

test('O-17 regions of all partitions are known by their form', async t => {
  const regions = ['us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'us-iso-east-1', 'mx-central-1']
  for (const region of regions) {
    const pool = `${region}_AbCdEfGhI`
    t.same(problemsWith({ COGNITO_REGION: region, COGNITO_USER_POOL_ID: pool }), [], region)
  }
})

test('O-17 a real pool without an API is mentioned', async t => {
  t.match(
    loadConfig({ ...production, API_UPSTREAM: '' }).warnings.join(),
    /API_UPSTREAM is not set/
  )
  t.notMatch(loadConfig(production).warnings.join(), /API_UPSTREAM/)
  const routes = JSON.stringify([{ path: '/api/a', upstream: 'https://a.internal' }])
  t.notMatch(
    loadConfig({ ...production, API_UPSTREAM: '', API_ROUTES: routes }).warnings.join(),
    /API_UPSTREAM/,
    'API_ROUTES names APIs, too'
  )
})
