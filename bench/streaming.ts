/** A large body down and up through /api: how fast, and how much memory the service takes meanwhile. */
import { request } from 'node:http'
import { startProgram } from './programs.ts'
import { logIn, startService, type World } from './service.ts'

export interface Streamed {
  readonly direction: 'down' | 'up'
  readonly megabytes: number
  readonly seconds: number
  /** How often the memory was looked at meanwhile: a growth that nobody watched is none. */
  readonly looks: number
  /** The highest resident memory seen meanwhile, above that before, in MB; may be below it. */
  readonly grown: number
}

export async function measureStreaming(world: World, megabytes = 400): Promise<Streamed[]> {
  const upstream = await startProgram('bench/peers/upstream.mjs', {})
  const service = await startService(world, { API_UPSTREAM: upstream.url })
  const headers = await logIn(service.url)
  const pass = {
    down: async (bytes: number) =>
      (await transfer('GET', `${service.url}/api/download?bytes=${bytes}`, headers, 0)).received,
    // The upstream tells how much reached it.
    up: async (bytes: number) =>
      Number(
        JSON.parse((await transfer('POST', `${service.url}/api/upload`, headers, bytes)).start)
          .bytes
      )
  }
  const bytes = megabytes * 1_000_000
  const results: Streamed[] = []
  for (const direction of ['down', 'up'] as const) {
    // The first 100 MB make V8 find its measure. More comes then: a body that is held in memory would show.
    await pass[direction](bytes / 4)
    const { rss } = await service.usage()
    let highest = 0
    let looks = 0
    const watch = setInterval(async () => {
      highest = Math.max(highest, (await service.usage()).rss)
      looks += 1
    }, 20)
    const begun = performance.now()
    const received = await pass[direction](bytes)
    const seconds = (performance.now() - begun) / 1000
    clearInterval(watch)
    if (received !== bytes) throw new Error(`${received} of ${bytes} bytes went ${direction}`)
    results.push({ direction, megabytes, seconds, looks, grown: (highest - rss) / 1e6 })
  }
  await service.stop()
  await upstream.stop()
  return results
}

/** Sends `bytes` of a body, and answers how many came back, and the first of them. */
function transfer(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  bytes: number
): Promise<{ received: number; start: string }> {
  const block = Buffer.alloc(64 * 1024, ' ')
  const body = bytes > 0 && { 'content-type': 'application/json', 'content-length': bytes }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...headers, ...body } }, incoming => {
      let received = 0
      let start = ''
      incoming.on('data', (chunk: Buffer) => {
        if (received === 0) start = chunk.subarray(0, 1000).toString()
        received += chunk.length
      })
      incoming.on('error', reject).on('end', () => {
        if (incoming.statusCode === 200) resolve({ received, start })
        else reject(new Error(`${url} answered ${incoming.statusCode}`))
      })
    })
    outgoing.on('error', reject)
    let left = bytes
    const more = () => {
      while (left > 0) {
        const part = block.subarray(0, Math.min(left, block.length))
        left -= part.length
        if (!outgoing.write(part) && left > 0) return void outgoing.once('drain', more)
      }
      outgoing.end()
    }
    more()
  })
}
