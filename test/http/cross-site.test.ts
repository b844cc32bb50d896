/** Every kind of request a browser can make, and whether it may be made here. */
import { test } from 'tap'
import { crossSiteReason } from '../../src/http/cross-site.ts'

const ours = 'https://app.example.com'
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const sites = ['same-origin', 'same-site', 'cross-site', 'none', 'unheard-of', undefined]
const modes = ['navigate', 'cors', 'no-cors', 'same-origin', 'websocket', undefined]
const readable = ['empty', 'image', 'audio', 'video', 'document']
const runnable = [
  ...['script', 'style', 'worker', 'sharedworker', 'serviceworker', 'audioworklet', 'paintworklet'],
  ...['iframe', 'frame', 'object', 'embed', 'font', 'track', 'manifest', 'xslt', 'json', 'report'],
  ...['webidentity', 'fencedframe', 'unheard-of', '', 'Image', undefined]
]
const origins = [undefined, ours, 'null', `${ours}.evil.example`, 'https://evil.example', '']

/** The rule once more, as the contract has it: what it lets through. */
function mayPass(request: Record<string, string | undefined>, isReadable: boolean): boolean {
  const { method, site, dest = 'none', origin, header } = request
  if (header === '1') {
    return site === undefined
      ? origin === undefined || origin === ours
      : site === 'same-origin' || site === 'none'
  }
  const isRead = method === 'GET' || method === 'HEAD'
  const isOwn = site === 'same-origin' && (origin === undefined || origin === ours)
  return isReadable && isRead && isOwn && readable.includes(dest)
}

test('X-13 the matrix of method, Fetch Metadata, Origin and header', t => {
  let wrong = 0
  let passed = 0
  for (const method of methods)
    for (const site of sites)
      for (const mode of modes)
        for (const dest of [...readable, ...runnable])
          for (const origin of origins)
            for (const header of [undefined, '1', '0', 'true'])
              for (const isReadable of [true, false]) {
                const headers = {
                  ...(site !== undefined && { 'sec-fetch-site': site }),
                  ...(mode !== undefined && { 'sec-fetch-mode': mode }),
                  ...(dest !== undefined && { 'sec-fetch-dest': dest }),
                  ...(origin !== undefined && { origin }),
                  ...(header !== undefined && { 'x-csrf': header })
                }
                const reason = crossSiteReason({ method, headers }, ours, isReadable)
                const expected = mayPass({ method, site, dest, origin, header }, isReadable)
                if (reason === undefined) passed += 1
                if ((reason === undefined) !== expected) wrong += 1
              }
  t.equal(wrong, 0)
  t.ok(passed > 1000)
  t.end()
})
