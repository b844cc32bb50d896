/**
 * The Cognito service in a worker thread. A login takes about 3 ms of CPU time besides SRP, most of it in the AWS
 * SDK, and loading the SDK takes another 50 ms: the event loop that all requests share must not wait for that.
 */

import type { IdentityProvider } from '../../auth/identity-provider.ts'
import type { CognitoOptions } from '../context.ts'
import { publishTraceEvents } from './call-traces.ts'
import { createWorkerQueue } from './worker-queue.ts'

/** The options that can be posted to a worker thread: no functions. */
export type CognitoThreadServiceOptions = Omit<CognitoOptions, 'clock' | 'srp' | 'onWarning'>

export interface CognitoThreadOptions {
  /** Whether calls are published on `cognitoCallChannel`, for traces. */
  readonly traced?: boolean
  /** Receives warnings for the operator about settings of the pool, each once. */
  readonly onWarning?: (warning: string) => void
  /** The worker's module; another one for tests. */
  readonly file?: URL
  /** Calls that may be waiting or running. */
  readonly maxWaiting?: number
}

/** A call of the service, as posted to the worker. */
export interface CognitoTask {
  readonly method: keyof IdentityProvider
  readonly args: readonly unknown[]
}

export interface CognitoWorkerData {
  readonly options: CognitoThreadServiceOptions
  readonly traced: boolean
}

/** Several seconds of work: a later call would not finish in time. */
const defaultMaxWaiting = 1024

/** A record instead of a list, so that the compiler reports a missing method. */
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

/** cognito-worker.ts, or its compiled .js in dist/: it has the extension of this module. */
const workerFile = new URL(import.meta.url.replace(/cognito-thread(\.\w+)$/, 'cognito-worker$1'))

/**
 * The service of `createCognitoService`, run in a worker thread: each method posts its call to cognito-worker.ts,
 * which calls the method of the same name there (service.ts). Two options decide how it goes on there:
 * `authFlow` (by SRP, computed in a further thread, or by sending the password: password-login.ts) and `traced`.
 *
 * Methods throw what those of the service throw, and AppError `cognito_unavailable` where too many calls wait
 * (reason `cognito_queue_full`) or the thread died (reason `cognito_thread_died`): whether Cognito has carried out
 * the calls under way is then unknown. `prepare` starts the thread, which loads what a login needs and sends nothing.
 */
export function createCognitoThread(
  options: CognitoThreadServiceOptions,
  {
    traced = false,
    onWarning,
    file = workerFile,
    maxWaiting = defaultMaxWaiting
  }: CognitoThreadOptions = {}
): IdentityProvider & { prepare(): void; close(): void } {
  const workerData: CognitoWorkerData = { options: { ...options }, traced }
  const { run, start, close } = createWorkerQueue<CognitoTask, unknown>({
    name: 'cognito',
    file,
    maxWaiting,
    // Node's flags and module loaders of the process are meant for the main thread.
    worker: { workerData, execArgv: [] },
    onTraceEvents: traced ? publishTraceEvents : undefined,
    onWarning
  })
  const forwarded = Object.keys(methods).map(name => {
    const method = name as keyof IdentityProvider // a key of `methods`
    // The call goes on in cognito-worker.ts -> service.ts.
    return [name, (...args: readonly unknown[]) => run({ method, args })]
  })
  // Each method has the parameters and the result of the method that it forwards to.
  return { ...(Object.fromEntries(forwarded) as IdentityProvider), prepare: start, close }
}
