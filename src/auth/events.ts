/** Security events for the log, and metrics of token refreshes. */

/** Security events: never with a token, a password, a code or a session id. */
export const eventNames = [
  'login.succeeded',
  'login.failed',
  'logout',
  'logout.all',
  'revoke.failed',
  'refresh.succeeded',
  'refresh.failed',
  'refresh.delayed',
  'refresh.superseded',
  'refresh.reused',
  /** A refresh token was used twice, and no instance of this service can have used it first. */
  'token_theft_suspected',
  'session.ended',
  /** Another login of the same browser has taken its place. */
  'session.replaced',
  /** Sessions that must end could not be ended yet: the store is unavailable. They are recorded, and will end. */
  'end.delayed',
  'csrf.rejected',
  'rate_limit.exceeded',
  'session.revoked',
  'challenge.failed',
  'password.changed',
  'password.reset',
  'mfa.changed',
  'account.created',
  /** An account was confirmed by a browser whose user may not have chosen the password: see required-resets.ts. */
  'account.reset_required',
  'account.deleted',
  'photo.changed',
  'photo.removed',
  /** A stored photo that no profile names could not be deleted, or it is unknown whether one names it. */
  'photo.left',
  /** A Lambda trigger of the pool rejected a call, or failed. */
  'trigger.failed',
  /** Cognito could not send a code, which the response hid. */
  'delivery.failed'
] as const

export type EventName = (typeof eventNames)[number]

export interface EventFields {
  readonly sub?: string
  /** Public handle of the session. */
  readonly session?: string
  /** The cause, for the operator. */
  readonly reason?: string
  /** The error code that the client received, or would have received. */
  readonly code?: string
  /** Name of a stored photo. */
  readonly object?: string
  /** The request that caused it; by default the current one (plugins/request-context.ts). */
  readonly caller?: Caller | undefined
  readonly error?: unknown
}

/** Writes an event to the log, and counts it. */
export type ReportEvent = (event: EventName, fields: EventFields) => void

/**
 * Metrics of token refreshes. `exchange`: one call to Cognito and its duration (ms); `refused` where Cognito rejected
 * the refresh token. `lease_wait`: how long a request waited for the refresh of another process (ms). `shared`: a
 * request used a refresh that another request of this process had started.
 */
export type RefreshMetric =
  | {
      readonly name: 'exchange'
      readonly outcome: 'refreshed' | 'refused' | 'failed'
      readonly ms: number
    }
  | { readonly name: 'lease_wait'; readonly ms: number }
  | { readonly name: 'shared' }

export type RecordRefreshMetric = (metric: RefreshMetric) => void

/** The properties of a request that the log needs. A Fastify request has them. */
export interface Caller {
  readonly id: string
  readonly ip: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
