/** A local Cognito for one test, steered through the same HTTP controls that people use. */

import { startLocalCognito } from '../../emulator/server.ts'

/** The part of tap's `t` that is needed here. */
interface Teardown {
  readonly teardown: (step: () => Promise<void>) => void
}

export interface SentMessage {
  readonly to: string
  readonly medium: 'EMAIL' | 'SMS'
  readonly purpose: string
  readonly code: string
  readonly sentAt: string
}

export interface CreatedUser {
  readonly sub: string
  readonly email: string
  readonly status: string
}

export interface NewUser {
  readonly email: string
  readonly password: string
  readonly confirmed?: boolean
  readonly attributes?: Readonly<Record<string, string>>
  readonly groups?: readonly string[]
  readonly temporary?: boolean
  readonly disabled?: boolean
  readonly totpSecret?: string
}

export interface FaultOrder {
  readonly operation: string
  readonly times?: number
  readonly error?: string
  readonly status?: number
  readonly delayMs?: number
  readonly dropAfterCommit?: boolean
}

export interface Cognito {
  readonly url: string
  readonly region: 'us-east-1'
  readonly poolId: 'us-east-1_Local0001'
  readonly clientId: 'localclient0000000000000001'
  readonly createUser: (user: NewUser) => Promise<CreatedUser>
  /** Any of the fields of `PATCH /_local/pool`. */
  readonly patchPool: (change: Readonly<Record<string, unknown>>) => Promise<void>
  readonly fault: (order: FaultOrder) => Promise<void>
  /** How often each operation was called since the last reset. */
  readonly calls: () => Promise<Readonly<Record<string, number>>>
  readonly advance: (seconds: number) => Promise<void>
  /** What was sent to an address or number, newest first. */
  readonly messages: (to: string) => Promise<readonly SentMessage[]>
  /** The newest code that went to an address or number. */
  readonly code: (to: string) => Promise<string>
  readonly reset: () => Promise<void>
}

/**
 * Starts a pool on a free port and stops it when the test ends.
 * @param options a fixed `now` where the test must not depend on the machine's clock
 */
export async function startCognito(
  t: Teardown,
  options: { readonly now?: () => number } = {}
): Promise<Cognito> {
  const { url, close } = await startLocalCognito(options)
  t.teardown(close)
  const call = (method: string, path: string, body?: unknown) => control(url, method, path, body)
  const messages = async (to: string) =>
    (await call('GET', `/messages?to=${encodeURIComponent(to)}`)) as SentMessage[] // our own reply
  return {
    url,
    region: 'us-east-1',
    poolId: 'us-east-1_Local0001',
    clientId: 'localclient0000000000000001',
    createUser: async user => (await call('POST', '/users', user)) as CreatedUser, // our own reply
    patchPool: async change => void (await call('PATCH', '/pool', change)),
    fault: async order => void (await call('POST', '/faults', order)),
    calls: async () => countsOf(await call('GET', '/calls')),
    advance: async seconds => void (await call('POST', '/clock', { advanceSeconds: seconds })),
    messages,
    code: async to => (await messages(to))[0]?.code ?? '',
    reset: async () => void (await call('POST', '/reset'))
  }
}

/** @throws Error with the reply of a control that refused */
async function control(url: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}/_local${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} /_local${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

function countsOf(report: Record<string, unknown>): Record<string, number> {
  const counts = Object.entries(report).filter(entry => typeof entry[1] === 'number')
  return Object.fromEntries(counts) as Record<string, number> // only the numbers were kept
}
