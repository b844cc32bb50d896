/** T-17: where bytes go is ours to say. Nothing in the SDK's environment sends them anywhere else. */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { createCognitoService } from '../../src/cognito/service.ts'
import { sameThreadSrp } from '../../src/cognito/srp/srp.ts'
import { loadConfig } from '../../src/config/config.ts'
import { createBucketStore } from '../../src/photo/s3-store.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'

const plain = { fips: false, dualstack: false }
const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' }

/** Sets variables of this process for one test. */
function setEnv(t: Test, env: Readonly<Record<string, string>>): void {
  const before = { ...process.env }
  Object.assign(process.env, env)
  t.teardown(() => {
    for (const name of Object.keys(env)) delete process.env[name]
    Object.assign(process.env, before)
  })
}

/** Which hosts the API and the key set of a region are asked for at. */
async function askedFor(t: Test, region: string, aws = plain): Promise<string[]> {
  const proxy = await startConnectProxy(t)
  const service = createCognitoService({
    region,
    userPoolId: `${region}_AbCdEfGhI`,
    clientId: 'client',
    authFlow: 'USER_PASSWORD_AUTH',
    srp: sameThreadSrp,
    aws,
    proxies: { https: proxy.url, noProxy: [] }
  })
  t.teardown(() => service.close())
  await Promise.allSettled([service.getUser('token'), service.refresh('token')])
  return proxy.targets
}

test('T-17 AWS_ENDPOINT_URL and endpoint_url of a profile send nothing anywhere', async t => {
  let stolen = 0
  const thief = createServer((_request, response) => {
    stolen += 1
    response.end('{}')
  })
  await new Promise<void>(resolve => thief.listen(0, '127.0.0.1', resolve))
  t.teardown(() => thief.close().closeAllConnections())
  const url = `http://127.0.0.1:${(thief.address() as AddressInfo).port}` // a TCP server has one
  const services = ['cognito_identity_provider', 's3'].map(
    name => `${name} =\n  endpoint_url = ${url}\n`
  )
  const file = join(t.testdir(), 'config')
  writeFileSync(
    file,
    `[default]\nendpoint_url = ${url}\nservices = all\n[services all]\n${services.join('')}`
  )
  setEnv(t, {
    AWS_CONFIG_FILE: file,
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url,
    AWS_ENDPOINT_URL_S3: url
  })
  const host = 'cognito-idp.eu-central-1.amazonaws.com:443'
  t.same(await askedFor(t, 'eu-central-1'), [host, host], 'the API, and the keys')
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER']) {
    delete process.env[name]
  }
  t.same(await askedFor(t, 'eu-central-1'), [host, host], 'the profile alone')
  const proxy = await startConnectProxy(t)
  const store = createBucketStore({
    bucket: 'photos',
    region: 'eu-central-1',
    credentials,
    publicUrl: 'https://photos.example',
    proxies: { https: proxy.url, noProxy: [] }
  })
  t.teardown(() => store.close())
  await store.remove('x').catch(() => undefined)
  t.same(new Set(proxy.targets), new Set(['photos.s3.eu-central-1.amazonaws.com:443']))
  t.equal(stolen, 0)
})

test('T-18 the role that opens the bucket is asked for at STS by the same proxy', async t => {
  const proxy = await startConnectProxy(t)
  const file = join(t.testdir(), 'token')
  writeFileSync(file, 'a.web.identity')
  setEnv(t, {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/photos',
    AWS_REGION: 'eu-central-1',
    // Nothing of the machine that this runs on: no profile, no instance.
    AWS_CONFIG_FILE: join(t.testdirName, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(t.testdirName, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true'
  })
  const store = createBucketStore({
    bucket: 'photos',
    region: 'eu-central-1',
    publicUrl: 'https://photos.example',
    proxies: { https: proxy.url, noProxy: [] }
  })
  t.teardown(() => store.close())
  await store.remove('x').catch(() => undefined)
  t.same(new Set(proxy.targets), new Set(['sts.eu-central-1.amazonaws.com:443']))
})

test('T-17 such a variable is named at the start', async t => {
  const env = {
    AWS_ENDPOINT_URL: 'http://x',
    AWS_ENDPOINT_URL_S3: 'http://x',
    AWS_ENDPOINT_URL_STS: ''
  }
  t.match(loadConfig(env).warnings, [/^AWS_ENDPOINT_URL is not followed/, /^AWS_ENDPOINT_URL_S3 /])
  t.equal(loadConfig(env).warnings.length, 2)
})

/** API and key set at the same host, by the SDK's own table of partitions. */
const hosts: [region: string, flags: typeof plain, host: string][] = [
  ['us-east-1', plain, 'cognito-idp.us-east-1.amazonaws.com'],
  ['cn-north-1', plain, 'cognito-idp.cn-north-1.amazonaws.com.cn'],
  ['eusc-de-east-1', plain, 'cognito-idp.eusc-de-east-1.amazonaws.eu'],
  ['us-east-1', { ...plain, fips: true }, 'cognito-idp-fips.us-east-1.amazonaws.com'],
  ['us-gov-west-1', { ...plain, dualstack: true }, 'cognito-idp.us-gov-west-1.api.aws'],
  ['eu-central-1', { fips: true, dualstack: true }, 'cognito-idp-fips.eu-central-1.api.aws']
]

for (const [region, flags, host] of hosts) {
  test(`T-17 ${region} with ${JSON.stringify(flags)} is ${host}, for the API and the keys`, async t => {
    // As an operator sets them: they must neither be lost nor be counted twice.
    setEnv(t, {
      AWS_USE_FIPS_ENDPOINT: String(flags.fips),
      AWS_USE_DUALSTACK_ENDPOINT: String(flags.dualstack)
    })
    t.same(await askedFor(t, region, flags), [`${host}:443`, `${host}:443`])
  })
}

test('T-17 AWS_USE_FIPS_ENDPOINT and _DUALSTACK_ reach the client, or are refused by name', async t => {
  const pool = {
    COGNITO_REGION: 'eu-central-1',
    COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
    COGNITO_CLIENT_ID: '1example23456789abcdefghij'
  }
  const flags = { AWS_USE_FIPS_ENDPOINT: 'TRUE', AWS_USE_DUALSTACK_ENDPOINT: 'true' }
  t.same(loadConfig({ ...pool, ...flags }).cognito.aws, { fips: true, dualstack: true })
  for (const name of Object.keys(flags)) {
    const named = { ...pool, COGNITO_ENDPOINT: 'https://vpce.example', [name]: 'true' }
    t.throws(() => loadConfig(named), { message: new RegExp(`${name} and COGNITO_ENDPOINT`) })
    t.throws(() => loadConfig({ ...pool, [name]: '1' }), { message: new RegExp(`${name} must be`) })
  }
})
