/** Why the nodes that the configuration names lead to no cluster: each is asked, for the library drops the reasons. */
import { type Endpoint, openLink, serverName } from './link.ts'
import { messageOf } from './script.ts'

/** What is used of the library's. */
interface Cluster {
  readonly masters: readonly unknown[]
  connect(): Promise<unknown>
  destroy(): void
}

/** Connects. Throws one error that names every seed and what is wrong with it. */
export async function connectBySeeds(
  cluster: Cluster,
  seeds: readonly [Endpoint, ...Endpoint[]]
): Promise<void> {
  const failed = await cluster.connect().then(
    () => false,
    () => true
  )
  if (!failed && cluster.masters.length > 0) return
  // Connected to a node without slots the library would stay with it, and look no further.
  if (!failed) cluster.destroy()
  const [first] = seeds
  const troubles = await Promise.all(
    // As the cluster is opened: user, password and TLS of the first count for all.
    seeds.map(({ host, port }) => troubleWith({ ...first, host, port }))
  )
  throw new Error(`No entry of REDIS_CLUSTER_NODES leads to a cluster. ${troubles.join('; ')}`)
}

/** `host:port: reason`. */
async function troubleWith(seed: Endpoint): Promise<string> {
  const link = openLink(seed)
  const reason = await new Promise<string>(resolve => {
    link.on('error', error => resolve(reasonOf(error)))
    link
      .connect()
      .then(() => link.sendCommand(['CLUSTER', 'SLOTS']))
      .then(
        slots => resolve(Array.isArray(slots) && slots.length === 0 ? noSlots : inTime),
        error => resolve(reasonOf(error))
      )
  })
  link.destroy()
  return `${serverName(seed)}: ${reason}`
}

const noSlots = 'its cluster has no slots yet (redis-cli --cluster create)'
const inTime = 'it responds by now'

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
  // Not "connection": the log takes those for one symptom, and this is the cause.
  return /timeout|socket/i.test(message) ? 'it cannot be reached in time' : message || code
}
