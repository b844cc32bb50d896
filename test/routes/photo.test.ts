/** The photo of the profile over HTTP, with a real bucket. */
import sharp from 'sharp'
import { test } from 'tap'
import { bomb, fromPhone, picture, svg } from '../support/images.ts'
import { photoPath, pictureOf, put, startWithBucket } from '../support/photos.ts'
import { startService } from '../support/service.ts'

const twoMiB = 2 * 1024 * 1024

test('a photo is kept in the bucket, public, and in the profile', async t => {
  const { one, bucket } = await startWithBucket(t)
  const answer = await put(one, await fromPhone())
  t.equal(answer.status, 200)
  t.same(Object.keys(answer.json), ['picture'])
  t.ok(answer.json.picture.startsWith(`${bucket.publicUrl}/photos/`))
  t.equal(answer.headers['cache-control'], 'no-store')
  t.equal(await pictureOf(one), answer.json.picture)
  t.equal((await one.get('/auth/session')).json.authenticated, true)

  const fetched = await fetch(answer.json.picture)
  t.equal(fetched.headers.get('content-type'), 'image/webp')
  t.match(fetched.headers.get('cache-control'), /immutable/)
  const { width, height, exif } = await sharp(await fetched.arrayBuffer()).metadata()
  t.same({ width, height, exif }, { width: 40, height: 60, exif: undefined })
})

test('a new photo has a new address, and the old one is deleted', async t => {
  const { one, bucket } = await startWithBucket(t)
  const small = await put(one, await picture('png'), 'image/png')
  const large = await put(one, await picture('webp', { width: 900, height: 600 }), 'image/webp')
  t.same([small.status, large.status], [200, 200])
  t.not(small.json.picture, large.json.picture)
  t.same(await bucket.keys(), [large.json.picture.slice(bucket.publicUrl.length + 1)])
  t.equal((await fetch(small.json.picture)).status, 404)
  const again = await put(one, await picture('webp', { width: 900, height: 600 }), 'image/webp')
  t.equal(again.json.picture, large.json.picture, 'the same picture stays where it is')
  t.equal((await fetch(again.json.picture)).status, 200)
})

test('a change of the profile to another picture, or none, deletes the photo too', async t => {
  const { one, bucket } = await startWithBucket(t)
  const patch = (body: object) => one.call('PATCH', '/auth/profile', { body })
  for (const next of ['https://example.com/me.png', null]) {
    const { picture: ours } = (await put(one, await picture('jpeg'))).json
    t.equal((await patch({ givenName: 'Ann' })).status, 200)
    t.equal((await patch({ picture: ours })).status, 200, 'the same again')
    t.equal((await fetch(ours)).status, 200, 'still there')
    t.equal((await patch({ picture: next })).status, 200)
    t.equal(await pictureOf(one), next)
    t.same(await bucket.keys(), [])
  }
})

test('DELETE removes the object and the attribute, and may be repeated', async t => {
  const { one, bucket } = await startWithBucket(t)
  await put(one, await picture('jpeg'))
  for (const headers of [{}, { 'content-type': 'application/json' }]) {
    t.equal((await one.call('DELETE', photoPath, { headers })).status, 204)
    t.equal(await pictureOf(one), null)
    t.same(await bucket.keys(), [])
  }
})

test('only images of three types are taken, and each as what it is', async t => {
  const { one, bucket } = await startWithBucket(t)
  const jpeg = await picture('jpeg')
  const unsupported = ['image/svg+xml', 'image/gif', 'application/json', 'multipart/form-data']
  for (const type of [...unsupported, 'text/plain', 'application/octet-stream', undefined, 'x']) {
    const answer = await put(one, jpeg, type, { 'content-type': type })
    t.match([answer.status, answer.json.code], [415, 'unsupported_media_type'], type ?? 'none')
  }
  const refused: [title: string, bytes: Buffer, type: string, message: RegExp][] = [
    ['a lying header', jpeg, 'image/png', /is image\/jpeg/],
    ['an SVG', svg, 'image/png', /must be a JPEG/],
    ['a GIF', await picture('gif'), 'image/webp', /must be a JPEG/],
    ['nothing', Buffer.alloc(0), 'image/png', /must be a JPEG/],
    ['half a file', jpeg.subarray(0, jpeg.length / 2), 'image/jpeg', /is damaged/],
    ['too many pixels', await bomb(), 'image/png', /25 million pixels/]
  ]
  for (const [title, bytes, type, message] of refused) {
    const answer = await put(one, bytes, type)
    t.match([answer.status, answer.json.code], [400, 'invalid_request'], title)
    t.match(answer.json.errors, [{ field: 'photo', message }], title)
  }
  t.same(await bucket.keys(), [])
  t.equal(await pictureOf(one), null)
  t.equal((await put(one, jpeg, 'image/JPEG; q=1')).status, 200)
})

test('2 MiB are taken, one byte more is not', async t => {
  const { one, bucket } = await startWithBucket(t)
  const jpeg = await picture('jpeg')
  const padded = (size: number) => Buffer.concat([jpeg, Buffer.alloc(size - jpeg.length)])
  for (const size of [twoMiB + 1, 3 * twoMiB]) {
    for (const headers of [{}, { 'content-length': undefined }]) {
      const answer = await put(one, padded(size), 'image/jpeg', headers)
      t.match([answer.status, answer.json.code], [413, 'payload_too_large'])
    }
  }
  t.same(await bucket.keys(), [])
  t.equal((await put(one, padded(twoMiB))).status, 200)
})

test('without X-CSRF, or without a session, nothing happens', async t => {
  const { one, browser, bucket } = await startWithBucket(t)
  const jpeg = await picture('jpeg')
  const bare = await put(one, jpeg, 'image/jpeg', { 'x-csrf': undefined })
  t.match([bare.status, bare.json.code], [403, 'csrf_rejected'])
  const stranger = await put(browser(), jpeg)
  t.match([stranger.status, stranger.json.code], [401, 'unauthenticated'])
  t.equal((await browser().call('DELETE', photoPath)).status, 401)
  t.same(await bucket.keys(), [])
})

test('the photo goes with the account', async t => {
  const { one, bucket } = await startWithBucket(t)
  await put(one, await picture('jpeg'))
  const answer = await one.post('/auth/account/delete', { password: 'Correct-Horse-9' })
  t.equal(answer.status, 204)
  t.same(await bucket.keys(), [])
})

test('the page may show photos of the bucket', async t => {
  const { one, bucket } = await startWithBucket(t)
  const csp = String((await one.get('/docs')).headers['content-security-policy'])
  t.ok(csp.split(';').includes(`img-src 'self' data: blob: ${bucket.endpoint}`), csp)
})

test('without a bucket there is no such address', async t => {
  const { browser } = await startService(t)
  const one = browser()
  t.equal((await put(one, await picture('jpeg'))).status, 401)
  await one.login()
  for (const answer of [
    await put(one, await picture('jpeg')),
    await put(one, Buffer.from('{}'), 'application/json'),
    await one.call('DELETE', photoPath)
  ]) {
    t.match([answer.status, answer.json.code], [404, 'not_found'])
  }
  t.equal((await one.get('/photos/x.webp')).status, 404)
})
