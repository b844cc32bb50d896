/** What one sentinel says, asked again and again over a connection of its own. */

import type { Report } from './connection.ts'
import { type Endpoint, openLink, serverName } from './link.ts'
import { messageOf } from './script.ts'

/** How often each sentinel is asked (ms), and how many times in a row it may not have answered. */
const askEvery = 250
const mostMissed = 6

/** A connection that is silent for longer is made again (ms). */
const patience = 3000

export interface SentinelView {
  readonly host: string
  readonly port: number
  /** Rises with each fail-over: of two sentinels the one with the higher number knows more. */
  readonly epoch: number
  /** Replicas that it would make the primary. */
  readonly fit: number
}

export interface SentinelWatch {
  /** Undefined where it does not say anything of use. */
  view(): SentinelView | undefined
  /** Why it does not. */
  trouble(): string
  close(): void
}

/** `heard` is called after each answer, of whatever kind. */
export function watchSentinel(
  sentinel: Endpoint,
  name: string,
  report: Report,
  heard: () => void
): SentinelWatch {
  const address = serverName(sentinel)
  const link = openLink(sentinel, patience)
  let view: SentinelView | undefined
  let trouble = 'it has not answered'
  let isAsked = false
  let isSilent = false
  // Counted, not timed: in a process that was held up itself only one turn has gone by.
  let missed = 0

  link.on('error', error => {
    trouble = reasonOf(error)
  })
  link.connect().catch(() => {})

  async function ask(): Promise<void> {
    isAsked = true
    try {
      view = await viewOf(command => link.sendCommand(command), name)
      // One that is always slow is not back with every answer.
      const isLate = missed > mostMissed
      missed = 0
      if (isSilent && !isLate) {
        isSilent = false
        report({ type: 'sentinel_back', sentinel: address })
      }
    } catch (error) {
      if (link.isReady) trouble = reasonOf(error)
    }
    isAsked = false
    heard()
  }

  const timer = setInterval(() => {
    if (link.isReady && !isAsked) void ask()
    missed += 1
    if (missed <= mostMissed) return
    view = undefined
    heard()
    if (isSilent) return
    isSilent = true
    report({ type: 'sentinel_silent', sentinel: address, error: new Error(trouble) })
  }, askEvery)

  return {
    view: () => view,
    trouble: () => `${address}: ${trouble}`,
    close() {
      clearInterval(timer)
      link.destroy()
    }
  }
}

type Ask = (command: readonly string[]) => Promise<unknown>

/**
 * During a fail-over its leader names the new primary here before SENTINEL MASTER does, by 5 s; the epoch rises with
 * it. All three commands go out together, so that no change comes between them.
 */
async function viewOf(ask: Ask, name: string): Promise<SentinelView> {
  const [address, master, replicas] = await Promise.all([
    ask(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name]),
    ask(['SENTINEL', 'MASTER', name]),
    ask(['SENTINEL', 'REPLICAS', name])
  ])
  const [host, port] = texts(address)
  if (host === undefined || port === undefined) throw new Error(unknownName)
  const listed = Array.isArray(replicas) ? replicas.map(fields) : []
  return {
    host,
    port: Number(port),
    epoch: Number(fields(master).get('config-epoch')),
    fit: listed.filter(isFit).length
  }
}

const isFit = (replica: ReadonlyMap<string, string>) =>
  !/down|disconnected/.test(replica.get('flags') ?? '') && replica.get('slave-priority') !== '0'

const texts = (reply: unknown): string[] => (Array.isArray(reply) ? reply.map(String) : [])

function fields(reply: unknown): Map<string, string> {
  const flat = texts(reply)
  return new Map(flat.flatMap((key, i) => (i % 2 === 0 ? [[key, flat[i + 1] ?? '']] : [])))
}

const unknownName = 'it watches no primary by the name in REDIS_SENTINEL_NAME'

/** In words for the operator. */
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  if (/^ERR unknown command/i.test(message)) {
    return 'it is a Redis server and no sentinel (sentinels listen on 26379 by default)'
  }
  if (/^ERR No such master/i.test(message)) return unknownName
  const { code } = error as NodeJS.ErrnoException // of a socket, or none
  return message || code || 'it does not answer'
}
