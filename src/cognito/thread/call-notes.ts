/**
 * Notes of the calls that were made to Cognito for a job, for whoever draws traces. They are taken from the
 * channels of Node's own HTTP client, which the AWS SDK uses, in the thread that makes the calls; on the
 * thread that gave the job they come out of a channel again.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Note } from './serve.ts'

/** Nothing of what was sent or answered. Instants in ms since the epoch, with fractions. */
export interface CallNote {
  /** `CognitoIdentityProvider` */
  readonly service: string
  /** `InitiateAuth` */
  readonly method: string
  readonly host: string
  readonly begun: number
  readonly ended: number
  /** HTTP's, where there was an answer. */
  readonly status: number | undefined
  /** System code or name of what went wrong below HTTP. */
  readonly error: string | undefined
}

/** A CallNote each, in the asynchronous context of what the call was for. */
export const callChannel = 'cognito-bff:cognito.call'

const calls = channel(callChannel)

export function publishNotes(notes: readonly unknown[]): void {
  for (const note of notes) calls.publish(note)
}

interface Message {
  readonly request: ClientRequest
  readonly response?: IncomingMessage
  readonly error?: unknown
}

/** `AWSCognitoIdentityProviderService.InitiateAuth`; other calls have no such header. */
const target = /^AWS(\w+?)(?:Service)?\.(\w+)$/

/** Answers what runs a job so that its calls are noted. */
export function noteCalls(): <Result>(note: Note, work: () => Result) => Result {
  const current = new AsyncLocalStorage<Note>()
  const results = new WeakMap<ClientRequest, { status?: number; error?: string }>()
  listen('http.client.request.start', ({ request }) => {
    const note = current.getStore()
    const [, service, method] = target.exec(String(request.getHeader('x-amz-target'))) ?? []
    if (note === undefined || service === undefined || method === undefined) return
    const begun = now()
    const result: { status?: number; error?: string } = {}
    results.set(request, result)
    request.once('close', () => {
      const { status, error } = result
      note({
        service,
        method,
        host: request.host,
        begun,
        ended: now(),
        status,
        error
      } satisfies CallNote)
    })
  })
  listen('http.client.response.finish', ({ request, response }) => {
    const result = results.get(request)
    if (result && response?.statusCode !== undefined) result.status = response.statusCode
  })
  listen('http.client.request.error', ({ request, error }) => {
    const result = results.get(request)
    if (result) result.error = wordFor(error)
  })
  return (note, work) => current.run(note, work)
}

function listen(name: string, listener: (message: Message) => void): void {
  // Documented with the channel; only what is named above is read.
  subscribe(name, message => listener(message as Message))
}

const now = () => performance.timeOrigin + performance.now()

function wordFor(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
