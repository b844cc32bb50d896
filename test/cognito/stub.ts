/** A loopback server that answers like Cognito's wire, byte for byte, or as badly as a test wants. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { CognitoOptions } from '../../src/cognito/context.ts'
import { createCognitoService } from '../../src/cognito/service.ts'
import { sameThreadSrp } from '../../src/cognito/srp/srp.ts'
import { AppError } from '../../src/errors.ts'

export interface Call {
  readonly operation: string
  readonly body: Record<string, unknown>
}

type Answer = (response: ServerResponse, call: Call, request: IncomingMessage) => void

export const pool = {
  region: 'us-east-1',
  userPoolId: 'us-east-1_Local0001',
  clientId: 'localclient0000000000000001',
  authFlow: 'USER_PASSWORD_AUTH',
  srp: sameThreadSrp
} as const

/** A server that answers every call by `answer`, and what it was asked. */
export async function startStub(t: Test, answer: Answer) {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '')
      const call = { operation, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') }
      calls.push(call)
      answer(response, call, request)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo // Listening on TCP: never a pipe's name.
  return { endpoint: `http://127.0.0.1:${port}`, calls, server }
}

/** A service that talks to the stub, with no keys to fetch. */
export function serviceFor(t: Test, endpoint: string, options: Partial<CognitoOptions> = {}) {
  const service = createCognitoService({
    ...pool,
    endpoint,
    jwks: { keys: [] },
    timeoutMs: 60_000,
    ...options
  })
  t.teardown(() => service.close())
  return service
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/x-amz-json-1.1')
  response.setHeader('x-amzn-requestid', '0')
  response.end(JSON.stringify(body))
}

/** Cognito's error shape as recorded from the live service: 400, a bare `__type`, a lower-case key. */
export function sendException(response: ServerResponse, name: string, message: string): void {
  response.statusCode = name === 'InternalErrorException' ? 500 : 400
  response.setHeader('x-amzn-errortype', `${name}:`)
  response.setHeader('x-amzn-errormessage', message)
  sendJson(response, { __type: name, message })
}

/** The AppError a call fails with. */
export async function failure(call: Promise<unknown>): Promise<AppError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason
  )
  if (error instanceof AppError) return error
  throw error
}
