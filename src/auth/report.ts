/** Security events, as the domain reports them: never a token, a password, a code or a session id. */

export type EventName =
  | 'login.succeeded'
  | 'login.failed'
  | 'logout'
  | 'logout.all'
  | 'revoke.failed'
  | 'refresh.succeeded'
  | 'refresh.failed'
  | 'refresh.superseded'
  | 'session.ended'
  | 'session.revoked'
  | 'challenge.failed'
  | 'password.changed'
  | 'password.reset'
  | 'mfa.changed'
  | 'account.created'
  | 'account.deleted'
  | 'photo.changed'
  | 'photo.removed'
  /** An object nobody names any more could not be deleted, or it is not known whether one is named. */
  | 'photo.left'

export interface EventFields {
  readonly sub?: string
  /** Public handle of the session. */
  readonly session?: string
  readonly reason?: string
  /** Name of a stored photo. */
  readonly object?: string
  readonly error?: unknown
}

export type Report = (event: EventName, fields: EventFields) => void
