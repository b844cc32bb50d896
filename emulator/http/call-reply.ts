/** What goes back for a call: status, headers and body exactly as the live service sends them. */

import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { CognitoError } from '../errors.ts'
import type { Fault } from '../faults.ts'
import { wireStatusOf } from './status.ts'

export interface CallReply {
  /** For the call log. */
  readonly outcome: string
  readonly status: number
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const awsJson = 'application/x-amz-json-1.1'

export function succeeded(result: object): CallReply {
  const body = JSON.stringify(result)
  return { outcome: 'ok', status: 200, contentType: awsJson, headers: {}, body }
}

/** A refusal, under the status it has on the wire unless told otherwise. */
export function failed({ name, message }: CognitoError, status = wireStatusOf(name)): CallReply {
  const headers = {
    // The colon at the end is the live service's own.
    'x-amzn-ErrorType': `${name}:`,
    'x-amzn-ErrorMessage': toHeader(message)
  }
  const body = JSON.stringify({ __type: name, message })
  return { outcome: name, status, contentType: awsJson, headers, body }
}

/** The reply a fault prescribes: an exception, or a status with a page that is no JSON. */
export function faulty(fault: Fault | undefined): CallReply | undefined {
  if (fault?.error !== undefined) {
    const message = usualMessages.get(fault.error) ?? 'This failure was asked for.'
    return failed(new CognitoError(fault.error, message), fault.status)
  }
  if (fault?.status === undefined) return undefined
  const body = `<html><body><h1>${fault.status}</h1></body></html>\n`
  const outcome = `status ${fault.status}`
  return { outcome, status: fault.status, contentType: 'text/html', headers: {}, body }
}

export function sendCallReply(response: ServerResponse, reply: CallReply): void {
  response.writeHead(reply.status, {
    'Content-Type': reply.contentType,
    'Content-Length': Buffer.byteLength(reply.body),
    'x-amzn-RequestId': randomUUID(),
    'Access-Control-Expose-Headers': 'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
    ...reply.headers
  })
  response.end(reply.body)
}

const usualMessages = new Map([
  ['TooManyRequestsException', 'Rate exceeded'],
  ['LimitExceededException', 'Attempt limit exceeded, please try after some time.'],
  ['NotAuthorizedException', 'Incorrect username or password.'],
  ['ForbiddenException', 'Request not allowed due to WAF block.'],
  ['InternalErrorException', 'Something went wrong']
])

/** Headers hold visible ASCII only; messages may quote what a client sent. */
function toHeader(message: string): string {
  return message.replace(/[^\x20-\x7e]/g, '?')
}
