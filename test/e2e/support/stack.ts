/** The service with its page, over the local Cognito, and browsers to use it with. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext } from 'playwright-core'
import type { Test } from 'tap'
import { type Service, type ServiceOptions, startService } from '../../support/service.ts'
import { startChromium } from './chromium.ts'
import { Person } from './person.ts'
import { watchAnswers } from './secrets.ts'

const page = fileURLToPath(new URL('../../../web/index.html', import.meta.url))

export interface Stack extends Service {
  readonly chromium: Browser
  /**
   * A browser of its own: other cookies, another device. Opens one tab. The test fails if any of its answers
   * held a token or the session cookie, if the policy refused anything, or if a script failed.
   */
  person(options?: Parameters<Browser['newContext']>[0]): Promise<Person>
}

/** Everything for one test file's tests; ends with `t`. */
export async function startStack(t: Test, options: ServiceOptions = {}): Promise<Stack> {
  if (!existsSync(page)) throw new Error('The page is not built: npm run build:web')
  const service = await startService(t, options)
  const chromium = await startChromium(t)
  const person: Stack['person'] = async contextOptions => {
    const context = await chromium.newContext({ locale: 'en-GB', ...contextOptions })
    context.setDefaultTimeout(15_000)
    const secretsIn = watchAnswers(context)
    const troubles = watchTroubles(context)
    t.teardown(async () => {
      const found = [...(await secretsIn()), ...troubles]
      await context.close()
      // Thrown, because tap takes no assertion any more when it tears down; it fails the test all the same.
      if (found.length > 0) throw new Error(found.join('\n'))
    })
    return new Person(await context.newPage(), service.url)
  }
  return Object.assign(service, { chromium, person })
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
