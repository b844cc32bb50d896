/** The process: read the configuration, build, listen, drain. */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { type Config, ConfigError, loadConfig } from './config/config.ts'
import { StartError } from './errors.ts'
import { startIsOver } from './heap.ts'

/** What requests in flight may take once the listener is closed (ms): 10 s in all with the 2 s before. */
const finishWithin = 8_000

const overtaking = 100

async function start(): Promise<void> {
  const logWarnings = watchWarnings()
  if (process.env.NODE_ENV !== 'production' && existsSync('.env')) process.loadEnvFile('.env')
  const config = loadConfig(process.env)
  // Endpoints are ours to give. This is for what the SDK asks by itself: roles for the bucket, at STS.
  process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = 'true'
  // Only now: a wrong setting is reported at once, and everything is loaded while the heap is kept small.
  const { buildApp } = await import('./app.ts')
  const app = await buildApp(config)
  for (const warning of config.warnings) app.log.warn(warning)
  logWarnings(app)
  drainOnSignals(app, config)
  await app.listen({ host: config.host, port: config.port })
  startIsOver()
  const { port } = app.server.address() as AddressInfo // a TCP listener has one
  process.send?.({ kind: 'listening', url: `http://localhost:${port}` })
}

/**
 * Node's own warnings, and those of libraries: as lines of the log, where plain text would break its JSON. Returns
 * what to call once there is a log; the AWS SDK warns while the app is being built.
 */
function watchWarnings(): (app: FastifyInstance) => void {
  const early: Error[] = []
  let take = (warning: Error): void => void early.push(warning)
  process.removeAllListeners('warning')
  process.on('warning', warning => take(warning))
  return app => {
    take = ({ name, message: detail }) => {
      app.log.warn({ event: 'node_warning', name, detail }, 'a warning of Node or a library')
    }
    early.forEach(take)
  }
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
  // The parent process is gone: stop as on a signal, unless it has sent one. A signal comes by another way, and may
  // arrive later.
  const orphaned = () => {
    setTimeout(() => app.drain.isOn || process.kill(process.pid, 'SIGTERM'), overtaking).unref()
  }
  if (process.send && !process.connected) orphaned()
  process.once('disconnect', orphaned)
}

/** What only the operator can mend needs no stack, but what to do: a wrong setting, a port that is taken. */
function toTell(error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof StartError) return error.message
  if (!(error instanceof Error && 'syscall' in error)) return error
  const { code, port } = error as NodeJS.ErrnoException & { port?: number } // one of the system's
  if (code !== 'EADDRINUSE') return error.message
  const name = process.env.METRICS_PORT?.trim() === String(port) ? 'METRICS_PORT' : 'PORT'
  return `Port ${port} is taken. Stop what runs there, or set ${name} to another.`
}

start().catch((error: unknown) => {
  console.error(toTell(error))
  process.exit(1)
})
