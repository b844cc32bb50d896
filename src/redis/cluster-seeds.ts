/**
 * Connects to a cluster through the nodes that the configuration names. Where that fails, asks each of them why: the
 * library drops the reasons.
 */
import { createServerClient, type Endpoint, hostAndPort } from './client.ts'
import { messageOf } from './script.ts'

/** The part of node-redis' cluster client that is used here. */
interface Cluster {
  readonly masters: readonly unknown[]
  connect(): Promise<unknown>
  destroy(): void
}

/** @throws Error that names every seed and what is wrong with it */
export async function connectBySeeds(
  cluster: Cluster,
  seeds: readonly [Endpoint, ...Endpoint[]]
): Promise<void> {
  const hasFailed = await cluster.connect().then(
    () => false,
    () => true
  )
  if (!hasFailed && cluster.masters.length > 0) return
  // Connected to a node without slots, the library would stay with it and try no other node.
  if (!hasFailed) cluster.destroy()
  const [first] = seeds
  const problems = await Promise.all(
    // As in openCluster: user, password and TLS of the first apply to all.
    seeds.map(({ host, port }) => problemWith({ ...first, host, port }))
  )
  throw new Error(`No entry of REDIS_CLUSTER_NODES leads to a cluster. ${problems.join('; ')}`)
}

/** `host:port: reason`. */
async function problemWith(seed: Endpoint): Promise<string> {
  const client = createServerClient(seed)
  const reason = await new Promise<string>(resolve => {
    client.on('error', error => resolve(reasonOf(error)))
    client
      .connect()
      .then(() => client.sendCommand(['CLUSTER', 'SLOTS']))
      .then(
        slots => resolve(Array.isArray(slots) && slots.length === 0 ? noSlots : respondsNow),
        error => resolve(reasonOf(error))
      )
  })
  client.destroy()
  return `${hostAndPort(seed)}: ${reason}`
}

const noSlots = 'its cluster has no slots yet (redis-cli --cluster create)'
const respondsNow = 'it responds by now'

/** In words for the operator. */
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  if (/cluster support disabled/i.test(message)) {
    return 'it is a single Redis server and no node of a cluster: name it in REDIS_URL'
  }
  if (/^ERR unknown command/i.test(message)) {
    return 'it does not know CLUSTER: if it is a sentinel, list it in REDIS_SENTINELS'
  }
  const { code = '' } = error as NodeJS.ErrnoException // of a socket, or none
  if (/^E[A-Z]+$/.test(code)) return `it cannot be reached (${code})`
  // Without the word "connection": ConnectionStatus counts errors with it as one symptom, and this is the cause.
  return /timeout|socket/i.test(message) ? 'it cannot be reached in time' : message || code
}
