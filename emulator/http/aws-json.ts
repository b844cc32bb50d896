/** The AWS JSON 1.1 protocol: one address, the operation named in a header. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { CognitoError, refusal } from '../errors.ts'
import type { Local } from '../local.ts'
import { operations } from '../operations/table.ts'
import { parseJson, readBody } from './body.ts'
import { type CallReply, failed, faulty, sendCallReply, succeeded } from './call-reply.ts'
import { modelStatusOf, wireStatusOf } from './status.ts'

const targetPrefix = 'AWSCognitoIdentityProviderService.'

/** Answers one call. `stopped` ends the waiting of a delayed one. */
export async function answerCall(
  local: Local,
  request: IncomingMessage,
  response: ServerResponse,
  stopped: AbortSignal
): Promise<void> {
  const name = operationName(request)
  const fault = local.faults.take(name)
  local.calls.count(name)
  const text = await readBody(request)
  if (fault?.delayMs) await setTimeout(fault.delayMs, undefined, { signal: stopped })
  const reply = faulty(fault) ?? (await perform(local, name, text, request))
  const isDropped = fault?.dropAfterCommit === true
  local.calls.note({
    operation: name,
    outcome: isDropped ? `${reply.outcome}, dropped` : reply.outcome,
    at: new Date(local.clock.now()).toISOString()
  })
  if (isDropped) response.destroy()
  else sendCallReply(response, reply)
}

function operationName(request: IncomingMessage): string {
  const target = String(request.headers['x-amz-target'] ?? '')
  const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : target
  // Counted and reported under this name: a sane length, and nothing but word characters.
  return /^\w{1,64}$/.test(name) ? name : '(none)'
}

/** The operation itself. */
async function perform(
  local: Local,
  name: string,
  text: string,
  { headers }: IncomingMessage
): Promise<CallReply> {
  try {
    const operation = operations.get(name)
    if (operation === undefined) throw refusal('operationUnknown', name)
    if (operation.isSigned && !isSignature(headers.authorization)) throw refusal('unsigned')
    local.pool.calling.operation = name
    return succeeded(await operation.run(local.pool, parseJson(text)))
  } catch (error) {
    if (error instanceof CognitoError)
      return failed(reworded(local, error), statusFor(local, error))
    console.error('[local cognito]', error)
    return failed(refusal('internal'))
  }
}

/** Something that looks like SigV4; there are no credentials to check it against. */
function isSignature(authorization: string | undefined): boolean {
  return authorization?.startsWith('AWS4-HMAC-SHA256 ') === true
}

/** The text of a refusal, where the pool was given another for it. */
function reworded({ pool }: Local, error: CognitoError): CognitoError {
  const { messages } = pool.settings
  if (error.kind === undefined || !Object.hasOwn(messages, error.kind)) return error
  return new CognitoError(error.name, messages[error.kind] ?? error.message, error.kind)
}

function statusFor({ pool }: Local, { name }: CognitoError): number {
  return pool.settings.modelStatuses ? modelStatusOf(name) : wireStatusOf(name)
}
