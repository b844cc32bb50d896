/** The controls: what `/_local` offers to tests and people. */

import type { IncomingHttpHeaders } from 'node:http'
import type { Local } from '../local.ts'

export interface ControlRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** The parsed JSON body; undefined where there was none. */
  readonly body: unknown
}

export interface ControlReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly html?: string
}

export type Control = (local: Local, request: ControlRequest) => ControlReply

/** A body that a control cannot use; the message is the sentence to answer. */
export class ControlError extends Error {}
