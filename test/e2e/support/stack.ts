/** The service with its page, over the local Cognito, and browsers to use it with. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext } from 'playwright-core'
import type { Test } from 'tap'
import { buildApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config/config.ts'
import { type Cognito, startCognito } from '../../support/cognito.ts'
import { freePort } from '../../support/redis-process.ts'
import { testKey } from '../../support/service.ts'
import { startChromium } from './chromium.ts'
import { Person } from './person.ts'
import { watchAnswers } from './secrets.ts'

const page = fileURLToPath(new URL('../../../web/index.html', import.meta.url))

type Environment = Readonly<Record<string, string>>

export interface Stack {
  readonly url: string
  readonly cognito: Cognito
  /**
   * A browser of its own: other cookies, another device. Opens one tab. The test fails if any of its answers
   * held a token or the session cookie, if the policy refused anything, or if a script failed.
   */
  person(options?: Parameters<Browser['newContext']>[0]): Promise<Person>
  /** Stops the service; gives a function that starts another one in its place. */
  stop(): Promise<() => Promise<void>>
}

/** Everything for one test file's tests; ends with `t`. */
export async function startStack(t: Test, env: Environment = {}): Promise<Stack> {
  if (!existsSync(page)) throw new Error('The page is not built: npm run build:web')
  const cognito = await startCognito(t)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const start = () => startService(t, port, { COGNITO_ENDPOINT: cognito.url, ...env })
  let app = await start()
  const chromium = await startChromium(t)
  return {
    url,
    cognito,
    person: async options => new Person(await openTab(t, chromium, options), url),
    stop: async () => {
      await app.close()
      return async () => {
        app = await start()
      }
    }
  }
}

async function startService(t: Test, port: number, env: Environment) {
  const config = loadConfig({
    // Where browsers find it: links to photos begin with it.
    PUBLIC_ORIGIN: `http://127.0.0.1:${port}`,
    SESSION_KEYS: testKey,
    RATE_LIMIT_SCALE: '0',
    LOG_LEVEL: 'silent',
    ...env
  })
  const app = await buildApp(config)
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port })
  return app
}

async function openTab(
  t: Test,
  chromium: Browser,
  options: Parameters<Browser['newContext']>[0] = {}
) {
  const context = await chromium.newContext({ locale: 'en-GB', ...options })
  context.setDefaultTimeout(60_000)
  const secretsIn = watchAnswers(context)
  const troubles = watchTroubles(context)
  t.teardown(async () => {
    const found = [...(await secretsIn()), ...troubles]
    await context.close()
    // Thrown, because tap takes no assertion any more when it tears down; it fails the test all the same.
    if (found.length > 0) throw new Error(found.join('\n'))
  })
  return context.newPage()
}

/** What the content security policy refused, and errors nobody caught. */
function watchTroubles(context: BrowserContext): string[] {
  const troubles: string[] = []
  context.on('weberror', error => troubles.push(String(error.error())))
  context.on('console', message => {
    if (/Content.Security.Policy|Trusted ?Type/i.test(message.text())) troubles.push(message.text())
  })
  return troubles
}
