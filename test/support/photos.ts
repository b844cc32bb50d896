/** A browser that is logged in at a service with a bucket, and what it does with photos. */
import type { Test } from 'tap'
import type { Browser } from './browser.ts'
import { startBucket } from './bucket.ts'
import { startService } from './service.ts'

export const photoPath = '/auth/profile/photo'

export async function startWithBucket(t: Test) {
  const bucket = await startBucket(t)
  const service = await startService(t, { env: bucket.env })
  const one = service.browser()
  await one.login()
  return { ...service, bucket, one }
}

export const put = (browser: Browser, raw: Buffer, type = 'image/jpeg', headers = {}) =>
  browser.call('PUT', photoPath, { raw, headers: { 'content-type': type, ...headers } })

export const pictureOf = async (browser: Browser) =>
  (await browser.get('/auth/profile')).json.picture
