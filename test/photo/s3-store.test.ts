/** The store against an S3 server by others, through the real SDK. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { inspect } from 'node:util'
import { test } from 'tap'
import { createBucketStore } from '../../src/photo/s3-store.ts'
import { startBucket } from '../support/bucket.ts'

const name = `${'a'.repeat(32)}/${'b'.repeat(32)}.webp`
const photo = { bytes: Buffer.from('not really a picture'), type: 'image/webp', extension: 'webp' }
const region = 'us-east-1'

test('a photo is stored, publicly readable at its URL, and deleted', async t => {
  const { bucket, endpoint, publicUrl, credentials, keys } = await startBucket(t)
  const store = createBucketStore({ bucket, endpoint, publicUrl, credentials, region })
  t.teardown(() => store.close())
  await store.put(name, photo)
  t.same(await keys(), [`photos/${name}`])

  const answer = await fetch(store.urlOf(name))
  t.equal(answer.status, 200)
  t.same(Buffer.from(await answer.arrayBuffer()), photo.bytes)
  t.equal(answer.headers.get('content-type'), 'image/webp')
  t.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')

  await store.remove(name)
  t.same(await keys(), [])
  await t.resolves(store.remove(name), 'what is gone counts as removed')
})

test('a bucket that refuses is an upstream_error, without the keys of the account', async t => {
  const { bucket, endpoint, publicUrl, credentials } = await startBucket(t)
  const options = { bucket, endpoint, publicUrl, credentials, region }
  const stranger = { accessKeyId: 'AKIATELLTALE', secretAccessKey: 'telltale' }
  for (const wrong of [{ bucket: 'not-there' }, { credentials: stranger }]) {
    const store = createBucketStore({ ...options, ...wrong })
    t.teardown(() => store.close())
    const failure = await store.put(name, photo).catch((error: unknown) => error)
    t.match(failure, { code: 'upstream_error', status: 502, reason: 'photo_store' })
    t.notMatch(inspect(failure, { depth: 20, showHidden: true }), /telltale/i)
  }
})

test('a bucket that does not answer is an upstream_error past the deadline', async t => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const store = createBucketStore({
    bucket: 'photos',
    endpoint: `http://127.0.0.1:${port}`,
    publicUrl: 'https://photos.example.com',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    region,
    timeoutMs: 100
  })
  t.teardown(() => store.close())
  await t.rejects(store.put(name, photo), { code: 'upstream_error' })
  await t.rejects(store.remove(name), { code: 'upstream_error' })
})

test('an address names a photo of this store, or nothing', async t => {
  const publicUrl = 'https://photos.example.com/path'
  const store = createBucketStore({ bucket: 'photos', publicUrl, region })
  t.teardown(() => store.close())
  t.equal(store.urlOf(name), `${publicUrl}/photos/${name}`)
  t.equal(store.nameOf(store.urlOf(name)), name)
  for (const url of [
    `https://elsewhere.example.com/path/photos/${name}`,
    `${publicUrl}/${name}`,
    `${publicUrl}/photos/${name}?a`,
    `${publicUrl}/photos/../${name}`,
    `${publicUrl}/photos/${name.replace('webp', 'html')}`,
    `${publicUrl}/photos/`,
    ''
  ]) {
    t.equal(store.nameOf(url), undefined, url)
  }
})
