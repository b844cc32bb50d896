/** `app.readiness`: whether this instance can serve sessions, proved by doing what they need. */
import plugin from 'fastify-plugin'
import { messageOf } from '../src/redis/script.ts'
import { exerciseOf } from '../src/session/exercise.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Returns the share of the store that serves: 1, or less in a cluster that has lost nodes.
     * @throws AppError `store_unavailable`
     */
    readiness(): Promise<number>
  }
}

/** How long a proof holds (ms): rights may be taken away. */
const holdsFor = 10_000

export default plugin(
  async app => {
    const exercise = exerciseOf(app.sessionBackend)
    const secret = app.sharedSecret('readiness')
    let provedAt = Number.NEGATIVE_INFINITY
    let proving: Promise<void> | undefined
    let reported = ''

    async function prove(): Promise<void> {
      try {
        await exercise()
        // Checked at the start as well, but Redis may have been away then.
        await secret()
        provedAt = performance.now()
        reported = ''
      } catch (error) {
        if (isFull(error)) return
        const cause = causeOf(error)
        // Once for each cause: balancers ask every second.
        if (cause !== reported) {
          const advice = 'Redis refuses what sessions need: this instance is not ready'
          app.log.error({ event: 'store_unusable', err: error }, advice)
        }
        reported = cause
        throw error
      } finally {
        proving = undefined
      }
    }

    app.decorate('readiness', async () => {
      if (!app.redis) return 1
      const share = await app.redis.reachableShare()
      // In a cluster without some of its nodes a proof may need one of those.
      if (share < 1 || performance.now() - provedAt < holdsFor) return share
      proving ??= prove()
      await proving
      return share
    })
  },
  { name: 'readiness', dependencies: ['redis', 'shared-secret', 'store'] }
)

/** What Redis itself said. */
function causeOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : {}
  return `${messageOf(error)} ${messageOf(cause)}`
}

/** Who is logged in goes on: to take all instances out would end that. */
const isFull = (error: unknown) => /(^|\s|-)OOM /.test(causeOf(error))
