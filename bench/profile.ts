/** Where the time of GET /auth/session goes: a CPU profile of the service under load. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CpuProfile, frames, type Share, shares } from './cpu-profile.ts'
import { load } from './load.ts'
import { flameGraph } from './report/flame.ts'
import { root } from './report/results.ts'
import { logIn, startService, type World } from './service.ts'

export interface Profile {
  /** To be opened in the developer tools of a browser. */
  readonly folder: string
  /** The same as a flame graph, for everybody. */
  readonly picture: string
  readonly packages: readonly Share[]
  readonly functions: readonly Share[]
}

/** Microseconds from the start that are left out: loading, and code that is not compiled yet. */
const skipped = 4e6
const seconds = 10

export async function profileSessionPath(world: World, isAnonymous: boolean): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-profile-'))
  const service = await startService(world, {}, ['--cpu-prof', `--cpu-prof-dir=${folder}`])
  const cookie = await logIn(service.url)
  const headers = isAnonymous ? { 'x-csrf': '1' } : cookie
  await load({ url: `${service.url}/auth/session`, headers }, { seconds, connections: 100 })
  await service.stop()
  const profiles = await Promise.all(
    (await readdir(folder)).map(async name => readFile(join(folder, name), 'utf8'))
  )
  // The largest is that of the main thread; others are of workers.
  const [text = '{}'] = profiles.toSorted((a, b) => b.length - a.length)
  const profile: CpuProfile = JSON.parse(text)
  const who = isAnonymous ? 'anonymous' : 'signed in'
  const title = `GET /auth/session, ${who}: where the time goes that is not idle`
  const picture = `${root}docs/performance/flame-${who.replace(' ', '-')}.svg`
  mkdirSync(`${root}docs/performance`, { recursive: true })
  writeFileSync(picture, flameGraph(title, frames(profile, skipped)))
  return { folder, picture, ...shares(profile, skipped) }
}
