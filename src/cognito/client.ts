/** The connection to Cognito: unsigned calls with a deadline each, over sockets kept alive. */

import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import type { Step } from './exception-row.ts'
import { translate } from './exceptions.ts'
import { unusable } from './members.ts'

export interface ClientOptions {
  readonly region: string
  /** Another endpoint for the same protocol; AWS's by default. */
  readonly endpoint?: string | undefined
  /** Deadline of one call in ms, from connecting to the last byte. */
  readonly timeoutMs: number
}

type Deadline = { abortSignal: AbortSignal }

/** What the SDK adds to each answer. */
interface Marked {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/**
 * Runs one SDK call for a step of a flow.
 *
 * @throws AppError by the exception table; `cognito_unavailable` past the deadline; `upstream_error` for a
 *   status other than 200, which no operation of Cognito's has.
 */
export type Ask = <Answer extends Marked>(
  step: Step,
  call: (sdk: CognitoIdentityProvider, deadline: Deadline) => Promise<Answer>
) => Promise<Answer>

/** Sockets are dropped after this much idleness, before the far side closes one we are about to use. */
const idleSocketMs = 4_000
const maxSockets = 256

export interface Client {
  /** For operations whose answer has content, which its caller checks. */
  readonly ask: Ask
  /**
   * For operations that succeed with an empty answer. Nothing in it shows that Cognito has done anything, and
   * firewalls and captive portals return empty answers, too: it must bear the request id of AWS.
   *
   * @throws AppError as `ask`, and `upstream_error` (reason `answer_unmarked`).
   */
  readonly command: (...call: Parameters<Ask>) => Promise<void>
  /** Loads the SDK, which the first call does otherwise. */
  prepare(): Promise<void>
  close(): void
}

/** The SDK is loaded by the first call: nobody waits for it who has nobody to log in. */
export function createClient(options: ClientOptions): Client {
  let sdk: Promise<CognitoIdentityProvider> | undefined
  // AWS marks every answer. What stands behind another endpoint may not; once it was seen to, it must.
  let marksAnswers = options.endpoint === undefined
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
      const answer = await call(await connect(), {
        abortSignal: AbortSignal.timeout(options.timeoutMs)
      })
      if (answer.$metadata.httpStatusCode !== 200) throw unusable('unexpected_status')
      marksAnswers ||= isMarked(answer)
      return answer
    } catch (error) {
      throw translate(step, error)
    }
  }
  const command: Client['command'] = async (...call) => {
    const answer = await ask(...call)
    if (marksAnswers && !isMarked(answer)) throw unusable('answer_unmarked')
  }
  const close = () => {
    sdk?.then(loaded => loaded.destroy()).catch(() => undefined)
  }
  const prepare = async () => void (await connect())
  return { ask, command, prepare, close }
}

const isMarked = ({ $metadata }: Marked) => Boolean($metadata.requestId)

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
