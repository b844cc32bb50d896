/** Reads what `--cpu-prof` writes: by package, by function, and as a tree of who called whom. */
import type { Frame } from './report/flame.ts'

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  /** Ids of nodes, one a sample. */
  readonly samples: readonly number[]
  /** Between a sample and the one before it, in microseconds. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: CallFrame
  readonly children?: readonly number[]
}

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

export interface Share {
  readonly where: string
  /** Of all time that was not idle, in percent. */
  readonly percent: number
}

/** Time spent in each node itself, after the first `skipped` microseconds; idle time is left out. */
function ownTimes({ nodes, samples, timeDeltas }: CpuProfile, skipped: number) {
  const idle = new Set(
    nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id)
  )
  const times = new Map<number, number>()
  let at = 0
  samples.forEach((id, i) => {
    const time = timeDeltas[i] ?? 0
    at += time
    if (at > skipped && !idle.has(id)) times.set(id, (times.get(id) ?? 0) + time)
  })
  return times
}

/** The largest shares, by owner and by function. */
export function shares(profile: CpuProfile, skipped: number) {
  const packages = new Map<string, number>()
  const functions = new Map<string, number>()
  const times = ownTimes(profile, skipped)
  let total = 0
  for (const { id, callFrame } of profile.nodes) {
    const time = times.get(id) ?? 0
    const { functionName, url, lineNumber } = callFrame
    const owner = ownerOf(url) || functionName
    const where = `${functionName || 'anonymous'} ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`
    total += time
    packages.set(owner, (packages.get(owner) ?? 0) + time)
    functions.set(where, (functions.get(where) ?? 0) + time)
  }
  const largest = (found: Map<string, number>, count: number): Share[] =>
    [...found]
      .map(([where, time]) => ({ where, percent: Math.round((time / total) * 1000) / 10 }))
      .toSorted((a, b) => b.percent - a.percent)
      .slice(0, count)
  return { packages: largest(packages, 20), functions: largest(functions, 60) }
}

/** The whole as a tree. */
export function frames(profile: CpuProfile, skipped: number): Frame {
  const nodes = new Map(profile.nodes.map(node => [node.id, node]))
  const times = ownTimes(profile, skipped)

  function frame({ id, callFrame, children = [] }: ProfileNode): Frame {
    const called = children.flatMap(child => nodes.get(child) ?? []).map(frame)
    const time = called.reduce((sum, child) => sum + child.time, times.get(id) ?? 0)
    return { name: nameOf(callFrame), owner: colourOf(callFrame.url), time, children: called }
  }

  const [root] = profile.nodes
  if (root === undefined) throw new TypeError('The profile is empty')
  return frame(root)
}

const nameOf = ({ functionName, url }: CallFrame) =>
  `${functionName || 'anonymous'} ${ownerOf(url)}`.trim()

function colourOf(url: string): Frame['owner'] {
  if (url === '') return 'fourth'
  if (url.startsWith('node:')) return 'third'
  return url.includes('node_modules') ? 'other' : 'ours'
}

/** `node:http`, the package, or the file of ours. */
function ownerOf(url: string): string {
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/')
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)
  return installed?.[1] ?? /dist\/(.*)$/.exec(url)?.[1] ?? ''
}
