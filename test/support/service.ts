/** The whole service on a free port, over the local Cognito and, where asked for, a real Redis. */
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/config.ts'
import { Browser } from './browser.ts'
import { startCognito } from './cognito.ts'

export interface ServiceOptions {
  /** Environment on top of the defaults of a local run. */
  readonly env?: Readonly<Record<string, string>>
  /** Share a local Cognito (and its users) with another service of the same test. */
  readonly cognito?: Awaited<ReturnType<typeof startCognito>>
}

export interface Service {
  readonly app: FastifyInstance
  readonly url: string
  readonly cognito: Awaited<ReturnType<typeof startCognito>>
  /** Everything logged so far, at debug level. */
  readonly logs: string[]
  browser(): Browser
}

/** A key for tests, so that several services can open each other's sessions. */
export const testKey = Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')

export async function startService(t: Test, options: ServiceOptions = {}): Promise<Service> {
  const cognito = options.cognito ?? (await startCognito(t))
  const logs: string[] = []
  const config = loadConfig({
    COGNITO_ENDPOINT: cognito.url,
    SESSION_KEYS: testKey,
    LOG_LEVEL: 'debug',
    // Most tests call far more often than people do; those of the limits set it back to 1.
    RATE_LIMIT_SCALE: '0',
    ...options.env
  })
  const stream = { write: (line: string) => logs.push(line) }
  const app = await buildApp(config, { level: config.logLevel, stream })
  t.teardown(() => app.close())
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, url, cognito, logs, browser: () => new Browser(url) }
}
