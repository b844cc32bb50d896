/** What the domain tells of itself: security events for the log, figures for the metrics. */

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
  /** A refresh token was used twice, and no instance of ours can have been the one that used it first. */
  'token_theft_suspected',
  'session.ended',
  /** Another login of the same browser has taken its place. */
  'session.replaced',
  /** What must end could not be ended yet: the store is away. It is written down, and is going to end. */
  'end.delayed',
  'csrf.rejected',
  'rate_limit.exceeded',
  'session.revoked',
  'challenge.failed',
  'password.changed',
  'password.reset',
  'mfa.changed',
  'account.created',
  /** Confirmed by a browser that may not have chosen the password: see required-resets.ts. */
  'account.reset_required',
  'account.deleted',
  'photo.changed',
  'photo.removed',
  /** An object nobody names any more could not be deleted, or it is not known whether one is named. */
  'photo.left',
  /** A Lambda trigger of the pool refused or failed. */
  'trigger.failed',
  /** Cognito could not send a code: its caller did not learn of it. */
  'delivery.failed'
] as const

export type EventName = (typeof eventNames)[number]

export interface EventFields {
  readonly sub?: string
  /** Public handle of the session. */
  readonly session?: string
  /** The cause, for the operator. */
  readonly reason?: string
  /** What the client received or would have received: a code of the catalogue. */
  readonly code?: string
  /** Name of a stored photo. */
  readonly object?: string
  /** Whose request it was. Where requests are followed (plugins/request-context.ts) it need not be said. */
  readonly by?: Caller | undefined
  readonly error?: unknown
}

export type Report = (event: EventName, fields: EventFields) => void

/**
 * Figures of the refresh, for metrics. `exchange`: one call of Cognito, `refused` where its verdict was that
 * the token is dead, and how long it took (ms). `lease_wait`: a request waited for another process (ms).
 * `shared`: a request was served by a refresh that another one of this process had begun.
 */
export type Figure =
  | {
      readonly name: 'exchange'
      readonly outcome: 'refreshed' | 'refused' | 'failed'
      readonly ms: number
    }
  | { readonly name: 'lease_wait'; readonly ms: number }
  | { readonly name: 'shared' }

export type Measure = (figure: Figure) => void

// Whose request a piece of work belongs to.

/** All that a log needs to name a request. A Fastify request is one. */
export interface Caller {
  readonly id: string
  readonly ip: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
