/** Polls one sentinel for the primary it names, over a connection of its own. */

import { createServerClient, type Endpoint, hostAndPort } from './client.ts'
import type { RedisEventListener } from './connection.ts'
import { messageOf } from './script.ts'

/** How often each sentinel is polled (ms), and how many polls in a row may go without a reply. */
const pollInterval = 250
const maxMissedPolls = 6

/** After this long without a reply the connection is replaced (ms). */
const socketTimeout = 3000

/** The primary that a sentinel names. */
export interface SentinelView {
  readonly host: string
  readonly port: number
  /** Rises with each fail-over: the sentinel with the highest epoch knows of the latest. */
  readonly epoch: number
  /** Replicas that the sentinel could promote. */
  readonly eligibleReplicas: number
}

export interface SentinelPoller {
  /** Undefined where the sentinel names no primary, or does not reply. */
  view(): SentinelView | undefined
  /** Why there is no view, in words for the operator. */
  problem(): string
  close(): void
}

/** `onPoll` is called after each poll, whether it succeeded or not. */
export function pollSentinel(
  sentinel: Endpoint,
  primaryName: string,
  onEvent: RedisEventListener,
  onPoll: () => void
): SentinelPoller {
  const name = hostAndPort(sentinel)
  const client = createServerClient(sentinel, socketTimeout)
  let view: SentinelView | undefined
  let problem = 'it has not answered'
  let isPolling = false
  let isSilent = false
  // Counted, not timed: where this process itself was blocked, only one turn has gone by.
  let missedPolls = 0

  client.on('error', error => {
    problem = problemOf(error)
  })
  client.connect().catch(() => {})

  async function poll(): Promise<void> {
    isPolling = true
    try {
      view = await readView(command => client.sendCommand(command), primaryName)
      // A sentinel that is always slow is not reported as back with every reply.
      const isLate = missedPolls > maxMissedPolls
      missedPolls = 0
      if (isSilent && !isLate) {
        isSilent = false
        onEvent({ type: 'sentinel_back', sentinel: name })
      }
    } catch (error) {
      if (client.isReady) problem = problemOf(error)
    }
    isPolling = false
    onPoll()
  }

  const timer = setInterval(() => {
    if (client.isReady && !isPolling) void poll()
    missedPolls += 1
    if (missedPolls <= maxMissedPolls) return
    view = undefined
    onPoll()
    if (isSilent) return
    isSilent = true
    onEvent({ type: 'sentinel_silent', sentinel: name, error: new Error(problem) })
  }, pollInterval)

  return {
    view: () => view,
    problem: () => `${name}: ${problem}`,
    close() {
      clearInterval(timer)
      client.destroy()
    }
  }
}

type Send = (command: readonly string[]) => Promise<unknown>

/**
 * During a fail-over the leading sentinel names the new primary here 5 s before SENTINEL MASTER does; the epoch rises
 * at the same time. All three commands are sent together, so that no change comes between them.
 */
async function readView(send: Send, primaryName: string): Promise<SentinelView> {
  const [hostAndPortReply, masterReply, replicasReply] = await Promise.all([
    send(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', primaryName]),
    send(['SENTINEL', 'MASTER', primaryName]),
    send(['SENTINEL', 'REPLICAS', primaryName])
  ])
  const [host, port] = stringsOf(hostAndPortReply)
  if (host === undefined || port === undefined) throw new Error(unknownName)
  const replicas = Array.isArray(replicasReply) ? replicasReply.map(fieldsOf) : []
  return {
    host,
    port: Number(port),
    epoch: Number(fieldsOf(masterReply).get('config-epoch')),
    eligibleReplicas: replicas.filter(isEligible).length
  }
}

/** As sentinels choose a replica to promote: neither unreachable nor with the priority 0. */
const isEligible = (replica: ReadonlyMap<string, string>) =>
  !/down|disconnected/.test(replica.get('flags') ?? '') && replica.get('slave-priority') !== '0'

const stringsOf = (reply: unknown): string[] => (Array.isArray(reply) ? reply.map(String) : [])

/** Of a reply that lists name, value, name, value. */
function fieldsOf(reply: unknown): Map<string, string> {
  const flat = stringsOf(reply)
  return new Map(flat.flatMap((key, i) => (i % 2 === 0 ? [[key, flat[i + 1] ?? '']] : [])))
}

const unknownName = 'it watches no primary by the name in REDIS_SENTINEL_NAME'

/** In words for the operator. */
function problemOf(error: unknown): string {
  const message = messageOf(error)
  if (/^ERR unknown command/i.test(message)) {
    return 'it is a Redis server and no sentinel (sentinels listen on 26379 by default)'
  }
  if (/^ERR No such master/i.test(message)) return unknownName
  const { code } = error as NodeJS.ErrnoException // of a socket, or none
  return message || code || 'it does not answer'
}
