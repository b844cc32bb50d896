/** Whatever the service writes is a line of JSON: warnings of Node and of the AWS SDK, too. */
import { test } from 'tap'
import { startBucket } from '../support/bucket.ts'
import { startCognito } from '../support/cognito.ts'
import { picture } from '../support/images.ts'
import { put } from '../support/photos.ts'
import { startProcess } from '../support/process.ts'

test('O-20 every line of a service that is warned by Node and by the SDK is JSON', async t => {
  const [cognito, bucket] = [await startCognito(t), await startBucket(t)]
  const service = startProcess(t, {
    ...bucket.env,
    COGNITO_ENDPOINT: cognito.url,
    METRICS_PORT: '0',
    LOG_LEVEL: 'debug',
    // Node warns of it at the first connection over TLS, whatever its version.
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    API_UPSTREAM: 'https://127.0.0.1:9'
  })
  const one = await service.browser()
  await one.login()
  t.equal((await put(one, await picture('jpeg'))).status, 200)
  t.equal((await one.get('/api/x')).status, 502)
  service.child.kill('SIGTERM')
  await service.ended
  const lines = service.output().trimEnd().split('\n')
  const parsed = lines.map(line => {
    try {
      return JSON.parse(line)
    } catch {
      t.fail(line)
      return {}
    }
  })
  t.ok(lines.length > 10)
  const warnings = parsed.filter(({ event }) => event === 'node_warning')
  t.ok(warnings.some(({ detail }) => detail.includes('NODE_TLS_REJECT_UNAUTHORIZED')))
  const [major = 0] = process.versions.node.split('.').map(Number)
  // The SDK warns of versions that it is about to leave behind, once a thread.
  if (major < 22) {
    const ofSdk = warnings.filter(({ detail }) => /AWS SDK/.test(detail))
    t.ok(
      ofSdk.some(({ pid }) => pid === undefined),
      'in the thread of Cognito'
    )
    t.ok(
      ofSdk.some(({ pid }) => pid === service.child.pid),
      'of the bucket, while the app is built'
    )
  }
})
