/** The process: read the configuration, build, listen, drain. */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { ConfigError, loadConfig } from './config.ts'

async function start(): Promise<void> {
  if (process.env.NODE_ENV !== 'production' && existsSync('.env')) process.loadEnvFile('.env')
  const config = loadConfig(process.env)
  const app = await buildApp(config)
  closeWithGrace({ delay: 10_000 }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'the process is going down')
    await app.close()
  })
  await app.listen({ host: config.host, port: config.port })
  const { port } = app.server.address() as AddressInfo // a TCP listener has one
  if (process.send) {
    process.send({ kind: 'listening', url: `http://localhost:${port}` })
    // Whoever started us is gone, however it ended: stop as on a signal.
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  }
}

start().catch((error: unknown) => {
  if (error instanceof ConfigError) console.error(error.message)
  else console.error(error)
  process.exit(1)
})
