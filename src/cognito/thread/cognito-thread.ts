/**
 * The Cognito service in a thread of its own. A login takes some 3 ms of computing besides SRP, most of it
 * the AWS SDK's, and loading that SDK another 50: none of it is on the event loop that all requests share.
 */

import type { IdentityProvider } from '../../auth/identity-provider.ts'
import type { CognitoOptions } from '../service.ts'
import { publishNotes } from './call-notes.ts'
import { createThread } from './thread.ts'

/** What can be told to another thread. */
export type ThreadedOptions = Omit<CognitoOptions, 'clock' | 'srp' | 'onNotice'>

export interface CognitoThreadOptions {
  /** Whether calls are published on `callChannel`, for traces. */
  readonly traced?: boolean
  /** Gets a sentence for the operator, once each: nothing failed, but the pool does not fit. */
  readonly onNotice?: (sentence: string) => void
  /** The worker's module; another one for tests. */
  readonly file?: URL
  readonly maxWaiting?: number
}

export interface CognitoTask {
  readonly method: keyof IdentityProvider
  readonly args: readonly unknown[]
}

export interface CognitoWorkerData {
  readonly options: ThreadedOptions
  readonly traced: boolean
}

/** Several seconds of work: whoever came later would not get an answer in time. */
const defaultMaxWaiting = 1024

/** A record, so that the compiler misses what is left out. */
const methods: Record<keyof IdentityProvider, true> = {
  signIn: true,
  respondToChallenge: true,
  beginTotpAtLogin: true,
  refresh: true,
  verifyTokens: true,
  revoke: true,
  signOutEverywhere: true,
  signUp: true,
  confirmSignUp: true,
  resendConfirmationCode: true,
  forgotPassword: true,
  confirmForgotPassword: true,
  changePassword: true,
  getUser: true,
  updateAttributes: true,
  deleteAttributes: true,
  getAttributeVerificationCode: true,
  verifyAttribute: true,
  deleteUser: true,
  getMfa: true,
  setMfaPreference: true,
  associateSoftwareToken: true,
  verifySoftwareToken: true
}

/** In dist/ and in the sources alike: the neighbour has the extension that this module has. */
const workerFile = new URL(import.meta.url.replace(/cognito-thread(\.\w+)$/, 'cognito-worker$1'))

/**
 * The service of `createCognitoService`, elsewhere. It throws what that throws, and AppError
 * `cognito_unavailable` where too much is waiting (reason `cognito_queue_full`) or the thread died (reason
 * `cognito_thread_died`): what became of the calls under way is then not known. `prepare` starts the thread, which
 * then loads what a login needs and asks nobody.
 */
export function createCognitoThread(
  options: ThreadedOptions,
  {
    traced = false,
    onNotice,
    file = workerFile,
    maxWaiting = defaultMaxWaiting
  }: CognitoThreadOptions = {}
): IdentityProvider & { prepare(): void; close(): void } {
  const workerData: CognitoWorkerData = { options: { ...options }, traced }
  const { run, start, close } = createThread<CognitoTask, unknown>({
    name: 'cognito',
    file,
    maxWaiting,
    // Flags of the process, and loaders, are for its main thread.
    worker: { workerData, execArgv: [] },
    onNotes: traced ? publishNotes : undefined,
    onNotice
  })
  const elsewhere = Object.keys(methods).map(name => {
    const method = name as keyof IdentityProvider // keys of a record of them
    return [name, (...args: readonly unknown[]) => run({ method, args })]
  })
  // Each member takes and gives what its namesake on the other side does.
  return { ...(Object.fromEntries(elsewhere) as IdentityProvider), prepare: start, close }
}
