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

export interface EventFields {
  readonly sub?: string
  /** Public handle of the session. */
  readonly session?: string
  readonly reason?: string
  readonly error?: unknown
}

export type Report = (event: EventName, fields: EventFields) => void
