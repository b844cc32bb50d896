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
  t.same(problemsWith({ REDIS_URL: '', REDIS_CLUSTER_NODES: 'a:1,rediss://u:p%23@b:2' }), [])
})

const mistakes: [env: Record<string, string>, sentence: RegExp][] = [
  [{ RATE_LIMIT_LOGIN_PER_ADDRESS: '100' }, /must be a count and seconds, like \d+\/\d+$/],
  [{ REDIS_PREFIX: 'a b' }, /must hold neither braces nor spaces$/],
  [{ REDIS_SENTINEL_NAME: 'mymaster' }, /^REDIS_SENTINEL_NAME is set without REDIS_SENTINELS/],
  [{ REDIS_URL: '', REDIS_CLUSTER_NODES: 'redis://:a#b@c:1' }, /^REDIS_CLUSTER_NODES must list/],
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
  })
}

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
})
