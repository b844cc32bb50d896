/** The connection to Cognito: unsigned calls with a deadline each, over sockets kept alive. */

import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import type { Step } from './exception-row.ts'
import { translate } from './exceptions.ts'

export interface ClientOptions {
  readonly region: string
  /** Another endpoint for the same protocol; AWS's by default. */
  readonly endpoint?: string | undefined
  /** Deadline of one call in ms, from connecting to the last byte. */
  readonly timeoutMs: number
}

type Deadline = { abortSignal: AbortSignal }

/**
 * Runs one SDK call for a step of a flow.
 *
 * @throws AppError by the exception table; `cognito_unavailable` past the deadline.
 */
export type Ask = <Answer>(
  step: Step,
  call: (sdk: CognitoIdentityProvider, deadline: Deadline) => Promise<Answer>
) => Promise<Answer>

/** Sockets are dropped after this much idleness, before the far side closes one we are about to use. */
const idleSocketMs = 4_000
const maxSockets = 256

export interface Client {
  readonly ask: Ask
  /** Loads the SDK, which the first call does otherwise. */
  prepare(): Promise<void>
  close(): void
}

/** The SDK is loaded by the first call: nobody waits for it who has nobody to log in. */
export function createClient(options: ClientOptions): Client {
  let sdk: Promise<CognitoIdentityProvider> | undefined
  const connect = () => {
    sdk ??= load(options).catch((error: unknown) => {
      // What stood in the way, too many open files say, may be gone the next time.
      sdk = undefined
      throw error
    })
    return sdk
  }
  const ask: Ask = async (step, call) => {
    try {
      return await call(await connect(), { abortSignal: AbortSignal.timeout(options.timeoutMs) })
    } catch (error) {
      throw translate(step, error)
    }
  }
  const close = () => {
    sdk?.then(loaded => loaded.destroy()).catch(() => undefined)
  }
  const prepare = async () => void (await connect())
  return { ask, prepare, close }
}

async function load({ region, endpoint }: ClientOptions): Promise<CognitoIdentityProvider> {
  const { CognitoIdentityProvider } = await import('@aws-sdk/client-cognito-identity-provider')
  const agent = { keepAlive: true, maxSockets, timeout: idleSocketMs }
  return new CognitoIdentityProvider({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // Cognito counts attempts per user, and a repeated sign-in step is a spent challenge: never retry.
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, httpsAgent: agent }
  })
}
