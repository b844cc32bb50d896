/** Photos of a local run: in a folder, served by the service itself. */
import { get } from 'node:http'
import sharp from 'sharp'
import { test } from 'tap'
import { picture } from '../support/images.ts'
import { photoPath, put } from '../support/photos.ts'
import { startService } from '../support/service.ts'

test('in a local run photos lie in a folder and are served from there', async t => {
  const { browser, url } = await startService(t, { env: { PHOTO_DIRECTORY: t.testdir() } })
  const one = browser()
  await one.login()
  const { json } = await put(one, await picture('jpeg'))
  const { pathname } = new URL(json.picture)
  t.match(pathname, /^\/photos\/[0-9a-f]{32}\/[0-9a-f]{32}\.webp$/)
  const fetched = await fetch(url + pathname)
  t.equal((await sharp(await fetched.arrayBuffer()).metadata()).format, 'webp')
  t.match(Object.fromEntries(fetched.headers), {
    'content-type': 'image/webp',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin'
  })
  for (const odd of ['/photos/', '/photos/..%2fx', '/photos/../package.json', '/photos/a/b.webp']) {
    t.not(await statusOf(url, odd), 200, odd)
  }
  t.equal((await one.call('DELETE', photoPath)).status, 204)
  t.equal(await statusOf(url, pathname), 404)
})

/** Of a path sent exactly as it is written. */
function statusOf(url: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    get({ hostname, port, path, agent: false }, response => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}
