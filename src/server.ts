/** The process: read the configuration, build, listen, drain. */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { startIsOver } from './heap.ts'

/** What requests in flight may take once the listener is closed (ms): 10 s in all with the 2 s before. */
const finishWithin = 8_000

const overtaking = 100

async function start(): Promise<void> {
  if (process.env.NODE_ENV !== 'production' && existsSync('.env')) process.loadEnvFile('.env')
  const config = loadConfig(process.env)
  // Only now: a wrong setting is told at once, and all of it is loaded while the heap is kept small.
  const { buildApp } = await import('./app.ts')
  const app = await buildApp(config)
  drainOnSignals(app, config)
  await app.listen({ host: config.host, port: config.port })
  startIsOver()
  const { port } = app.server.address() as AddressInfo // a TCP listener has one
  process.send?.({ kind: 'listening', url: `http://localhost:${port}` })
}

/** The first signal drains, the second ends at once, and so does the end of the time. */
function drainOnSignals(app: FastifyInstance, { drainFor }: Config): void {
  const options = { delay: drainFor + finishWithin, logger: app.log }
  closeWithGrace(options, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, 'the process is going down')
    else app.log.info({ signal }, 'draining')
    app.drain.begin()
    // Ctrl-C is a person's: no balancer has to notice. Nor can one help a process that has failed.
    if (signal !== 'SIGINT' && !err) await sleep(drainFor)
    await app.drain.finish()
  })
  // Whoever started us is gone, however it ended: stop as on a signal, unless it has sent one. A signal
  // comes by another way, and may be overtaken.
  const orphaned = () => {
    setTimeout(() => app.drain.isOn || process.kill(process.pid, 'SIGTERM'), overtaking).unref()
  }
  if (process.send && !process.connected) orphaned()
  process.once('disconnect', orphaned)
}

start().catch((error: unknown) => {
  // What only the operator can mend needs no stack: a wrong setting, a port that is taken.
  const isForOperator =
    error instanceof ConfigError || (error instanceof Error && 'syscall' in error)
  console.error(isForOperator ? error.message : error)
  process.exit(1)
})
