/** The local Cognito as a program: `npm run cognito`. */

import type { Message } from './codes/outbox.ts'
import { type LocalCognito, startLocalCognito } from './server.ts'

const defaultPort = 9229

/** @throws Error with a sentence for the person who started it */
function readPort(value: string | undefined): number {
  if (value === undefined || value === '') return defaultPort
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  throw new Error('LOCAL_COGNITO_PORT must be a port number, or 0 for a free one.')
}

/** @throws Error with a sentence for the person who started it */
function readPreventUserExistenceErrors(value: string | undefined): boolean {
  if (!value || value === 'ENABLED') return true
  if (value === 'LEGACY') return false
  throw new Error('LOCAL_COGNITO_PREVENT_USER_EXISTENCE_ERRORS must be ENABLED or LEGACY.')
}

async function start(): Promise<LocalCognito> {
  const { NODE_ENV, LOCAL_COGNITO_HOST, LOCAL_COGNITO_PORT } = process.env
  if (NODE_ENV === 'production') {
    throw new Error('The local Cognito is for development and tests; NODE_ENV is production.')
  }
  return startLocalCognito({
    host: LOCAL_COGNITO_HOST || '127.0.0.1',
    port: readPort(LOCAL_COGNITO_PORT),
    onMessage: tell,
    settings: {
      preventUserExistenceErrors: readPreventUserExistenceErrors(
        process.env.LOCAL_COGNITO_PREVENT_USER_EXISTENCE_ERRORS
      )
    }
  })
}

/** Codes are there to be read; a temporary password stays in the outbox. */
function tell({ code, to, purpose }: Message): void {
  const what = purpose === 'temporary-password' ? 'temporary password' : `code ${code}`
  console.log(`[local cognito] ${what} for ${to} (${purpose})`)
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    const port = process.env.LOCAL_COGNITO_PORT || defaultPort
    return `Port ${port} is taken. Stop what runs there, or set LOCAL_COGNITO_PORT (0: any free).`
  }
  return error instanceof Error ? error.message : String(error)
}

try {
  const { url, close } = await start()
  const stop = () => void close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // A parent that died cannot stop its child: the child notices by itself.
  process.once('disconnect', stop)
  console.log(`Local Cognito on ${url}`)
  process.send?.({ kind: 'listening', url })
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}
