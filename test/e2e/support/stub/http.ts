/** Requests and answers of the stand-in, in the form the contract gives them. */
import type { IncomingMessage } from 'node:http'

export class Refusal extends Error {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(status: number, code: string, detail: string, more: object = {}, retryAfter = '') {
    super(detail)
    this.status = status
    this.body = { type: 'about:blank', title: code, status, detail, code, requestId: '1', ...more }
    this.headers = retryAfter ? { 'retry-after': retryAfter } : {}
  }
}

export interface Reply {
  readonly status: number
  readonly body?: unknown
  /** Session cookie to set; empty clears it. */
  readonly cookie?: string
}

export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function cookieOf(request: IncomingMessage): string {
  return /(?:^|;\s*)session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
}
