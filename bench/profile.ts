/** Where the time of GET /auth/session goes: a CPU profile of the service under load, summed up. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from './load.ts'
import { logIn, startService, type World } from './service.ts'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface Share {
  readonly where: string
  /** Of all time that was not idle, in percent. */
  readonly percent: number
}

export interface Profile {
  /** To be opened in the developer tools of a browser, as a flame graph. */
  readonly folder: string
  readonly packages: readonly Share[]
  readonly functions: readonly Share[]
}

export async function profileSessionPath(world: World, isAnonymous: boolean): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-profile-'))
  const service = await startService(world, {}, ['--cpu-prof', `--cpu-prof-dir=${folder}`])
  const cookie = await logIn(service.url)
  const headers = isAnonymous ? { 'x-csrf': '1' } : cookie
  await load({ url: `${service.url}/auth/session`, headers }, { seconds: 8, connections: 100 })
  await service.stop()
  const profiles = await Promise.all(
    (await readdir(folder)).map(async name => readFile(join(folder, name), 'utf8'))
  )
  // The largest is that of the main thread; others are of workers.
  const [text = '{}'] = profiles.toSorted((a, b) => b.length - a.length)
  return { folder, ...summed(JSON.parse(text)) }
}

function summed({ nodes, samples, timeDeltas }: CpuProfile) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const packages = new Map<string, number>()
  const functions = new Map<string, number>()
  let total = 0
  samples.forEach((id, i) => {
    const { functionName = '', url = '', lineNumber = 0 } = frames.get(id) ?? {}
    if (functionName === '(idle)') return
    const time = timeDeltas[i] ?? 0
    total += time
    const owner = ownerOf(url) || functionName
    const where = `${functionName || 'anonymous'} ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`
    packages.set(owner, (packages.get(owner) ?? 0) + time)
    functions.set(where, (functions.get(where) ?? 0) + time)
  })
  const shares = (times: Map<string, number>, count: number) =>
    [...times]
      .map(([where, time]) => ({ where, percent: Math.round((time / total) * 1000) / 10 }))
      .toSorted((a, b) => b.percent - a.percent)
      .slice(0, count)
  return { packages: shares(packages, 20), functions: shares(functions, 60) }
}

/** `node:http`, the package, or the file of ours. */
function ownerOf(url: string): string {
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/')
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)
  return installed?.[1] ?? /dist\/(.*)$/.exec(url)?.[1] ?? ''
}
