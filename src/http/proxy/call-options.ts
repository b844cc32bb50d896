/** What a call of an API is made with. */
import type { SessionWatcher } from '../../auth/end-reason.ts'

export interface CallOptions {
  /** Path and query below the base of the API. */
  readonly path: string
  /** Access or ID token. Undefined: the API is sent none. */
  readonly token: string | undefined
  /** Returns another one for a token that the API has refused, or the same. */
  readonly replaceToken?: ((refused: string) => Promise<string>) | undefined
  /** Whose share of the connections it takes: a user's, or that of anonymous callers. */
  readonly user: string
  /** Runs `onEnd` once the session of the caller has ended. Returns what stops it. Undefined without a session. */
  readonly watch: ((onEnd: SessionWatcher['onEnd']) => () => void) | undefined
  /** Whatever the API answers to this goes to the browser: also that the token is no good. */
  readonly isLast?: boolean
}
