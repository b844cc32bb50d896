/** The photo of the profile where the bucket, Cognito or another user gets in the way. */
import { request } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import sharp from 'sharp'
import { test } from 'tap'
import { type Browser, sessionCookie } from '../support/browser.ts'
import { picture } from '../support/images.ts'
import { photoPath, pictureOf, put, startWithBucket } from '../support/photos.ts'

test('a bucket that is away is 502, and the profile stays as it is', async t => {
  const { one, bucket, logs } = await startWithBucket(t)
  const { picture: before } = (await put(one, await picture('jpeg'))).json
  await bucket.stop()
  const answers = [
    await put(one, await picture('png'), 'image/png'),
    await one.call('DELETE', photoPath)
  ]
  for (const answer of answers) {
    t.match([answer.status, answer.json.code], [502, 'upstream_error'])
    t.notMatch(answer.text, /S3RVER|127\.0\.0\.1/)
  }
  t.equal(await pictureOf(one), before)
  t.notMatch(logs.join(), /S3RVER/)
})

test('a change that Cognito refuses takes the new object away, one that arrived keeps it', async t => {
  const { one, bucket, cognito } = await startWithBucket(t)
  const operation = 'UpdateUserAttributes'
  await cognito.fault({ operation, times: 1, error: 'InternalErrorException', status: 500 })
  t.equal((await put(one, await picture('jpeg'))).status, 503)
  t.same(await bucket.keys(), [])
  t.equal(await pictureOf(one), null)
  await cognito.fault({ operation, times: 1, dropAfterCommit: true })
  const answer = await put(one, await picture('jpeg'))
  t.equal(answer.status, 200)
  t.equal(await pictureOf(one), answer.json.picture)
  t.equal((await fetch(answer.json.picture)).status, 200)
})

test('the URL of another user’s photo in a profile does not delete that photo', async t => {
  const { one, browser, bucket, cognito } = await startWithBucket(t)
  const { picture: theirs } = (await put(one, await picture('jpeg'))).json
  const user = { email: 'eve@example.com', password: 'Correct-Horse-9' }
  await cognito.createUser({ ...user, confirmed: true })
  const eve = browser()
  await eve.login(user.email)
  const claim = () => eve.call('PATCH', '/auth/profile', { body: { picture: theirs } })
  t.equal((await claim()).status, 200)
  t.equal((await eve.call('DELETE', photoPath)).status, 204)
  t.equal((await claim()).status, 200)
  t.equal((await put(eve, await picture('png'), 'image/png')).status, 200)
  await claim()
  t.equal((await eve.post('/auth/account/delete', { password: user.password })).status, 204)
  t.equal((await fetch(theirs)).status, 200)
  t.ok((await bucket.keys()).some(key => theirs.endsWith(key)))
})

/** An upload that is sent whole, and whose answer nobody waits for once it is told so. */
function abandonable({ origin, sessionId }: Browser, raw: Buffer) {
  const headers = {
    'x-csrf': '1',
    'content-type': 'image/png',
    cookie: `${sessionCookie}=${sessionId}`
  }
  const upload = request(origin + photoPath, { method: 'PUT', headers, agent: false })
  upload.on('error', () => undefined)
  upload.end(raw)
  return upload
}

test('one photo of a user is processed and one waits, and a cancelled one is not processed', async t => {
  const { one, bucket, logs } = await startWithBucket(t)
  const slow = await picture('png', { width: 5000, height: 5000 })
  const [unwanted, small] = [await picture('png'), await picture('png', { width: 20 })]
  const first = put(one, slow, 'image/png')
  while (sharp.counters().process === 0) await setImmediate()
  const waiting = abandonable(one, unwanted)
  // A call that takes longer to answer than an upload takes to get in line.
  await one.get('/auth/profile')
  const turnedAway = await put(one, small, 'image/png')
  t.match([turnedAway.status, turnedAway.json.code], [503, 'service_unavailable'])
  t.equal(turnedAway.headers['retry-after'], '2')
  waiting.destroy()
  t.equal((await first).status, 200)
  const { status, json } = await put(one, small, 'image/png')
  t.equal(status, 200)
  t.equal(logs.filter(line => line.includes('"status":499')).length, 1)
  t.equal(logs.filter(line => line.includes('"level":50')).length, 0)
  t.equal(logs.filter(line => line.includes('photo.changed')).length, 2)
  t.equal(await pictureOf(one), json.picture)
  t.equal((await bucket.keys()).length, 1)
})
