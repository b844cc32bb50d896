/** Why a session ended, and the callbacks that learn it. */

/** Why a session ended, as the page may show it. */
export const endReasons = [
  'logged_out',
  /** The user ended it in another session. */
  'ended_by_user',
  'logged_out_everywhere',
  'password_changed',
  'password_reset',
  'account_deleted',
  'operator',
  'token_theft',
  /** Cognito rejected its refresh token, or its user. */
  'refused_by_cognito',
  /** The idle time-out. */
  'idle',
  /** The absolute time-out. */
  'expired',
  'unknown'
] as const

export type EndReason = (typeof endReasons)[number]

/** Callbacks of a watched session: see `SessionStore.watch`. */
export interface SessionWatcher {
  /** Called once, at the end. `renewed`: the browser has received another id. */
  onEnd(reason: EndReason | 'renewed'): void
  /** The user of the session was changed. */
  onChange?(): void
  /** The idle expiry has moved. */
  onActivity?(idleExpiresAt: number): void
}
