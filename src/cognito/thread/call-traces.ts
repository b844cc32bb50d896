/**
 * Trace events of calls to Cognito. The worker thread records them from the diagnostics channels of Node's HTTP
 * client, which the AWS SDK uses; the main thread publishes them on a channel of this service, for src/tracing.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { cognitoCallChannel, errorType, type OutgoingCall } from '../../egress/outgoing-call.ts'
import type { RecordTraceEvent } from './job-server.ts'

const calls = channel(cognitoCallChannel)

/** Publishes on `cognitoCallChannel` what `traceCalls` has recorded. */
export function publishTraceEvents(events: readonly unknown[]): void {
  for (const event of events) calls.publish(event)
}

/** What the channels of Node's HTTP client carry, as far as it is used here. */
interface HttpClientMessage {
  readonly request: ClientRequest
  readonly response?: IncomingMessage
  readonly error?: unknown
}

/**
 * The header `X-Amz-Target`: `AWSCognitoIdentityProviderService.InitiateAuth`. Only calls of AWS's JSON APIs have it.
 */
const targetPattern = /^AWS(\w+?)(?:Service)?\.(\w+)$/

/** Returns a function that runs `work` and records a OutgoingCall for each call that it makes. */
export function traceCalls(): <Result>(record: RecordTraceEvent, work: () => Result) => Result {
  const current = new AsyncLocalStorage<RecordTraceEvent>()
  const results = new WeakMap<ClientRequest, { status?: number; error?: string }>()
  listen('http.client.request.start', ({ request }) => {
    const record = current.getStore()
    const [, service, method] = targetPattern.exec(String(request.getHeader('x-amz-target'))) ?? []
    if (record === undefined || service === undefined || method === undefined) return
    const startedAt = now()
    const result: { status?: number; error?: string } = {}
    results.set(request, result)
    request.once('close', () => {
      const { status, error } = result
      record({
        service,
        method,
        host: request.host,
        startedAt,
        endedAt: now(),
        status,
        error
      } satisfies OutgoingCall)
    })
  })
  listen('http.client.response.finish', ({ request, response }) => {
    const result = results.get(request)
    if (result && response?.statusCode !== undefined) result.status = response.statusCode
  })
  listen('http.client.request.error', ({ request, error }) => {
    const result = results.get(request)
    if (result) result.error = errorType(error)
  })
  return (record, work) => current.run(record, work)
}

function listen(name: string, listener: (message: HttpClientMessage) => void): void {
  // Node documents the messages of these channels.
  subscribe(name, message => listener(message as HttpClientMessage))
}

const now = () => performance.timeOrigin + performance.now()
