/** Looks for tokens wherever a script could find one: answers, cookies, storage, the page itself. */
import type { BrowserContext, Page, Response } from 'playwright-core'
import { readableState } from './in-page.ts'

/** A JWT, or the beginning of one; Cognito's refresh tokens are JWTs in form, too. */
const token = /eyJ[\w-]{10,}/

/** Notes every answer that a context gets and that holds a token, the value of its session cookie, or more. */
export function watchAnswers(context: BrowserContext) {
  const reading: Promise<void>[] = []
  const found: string[] = []
  context.on('response', response => {
    reading.push(search(context, response, found))
  })
  return async () => {
    await Promise.all(reading)
    return found
  }
}

async function search(context: BrowserContext, response: Response, found: string[]) {
  const headers: Record<string, string> = await response.allHeaders().catch(() => ({}))
  // A stream does not end while the page is open; test/routes/events reads all that it holds.
  const isStream = headers['content-type'] === 'text/event-stream'
  const body = isStream ? '' : await response.text().catch(() => '')
  const { 'set-cookie': _, ...others } = { 'set-cookie': '', ...headers }
  const text = `${JSON.stringify(others)}\n${body}`
  const where = `${response.request().method()} ${response.url()}`
  if (token.test(text)) found.push(`a token in ${where}`)
  const cookies = await context.cookies().catch(() => [])
  if (cookies.some(({ value }) => text.includes(value))) found.push(`the cookie in ${where}`)
}

/** Whether a token lies where a script of the page could find it. */
export async function holdsToken(page: Page): Promise<boolean> {
  return token.test(String(await page.evaluate(readableState)))
}
