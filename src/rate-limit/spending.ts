/** What one request takes of quotas, and what of it is given back once it is known what came of the request. */
import { AppError, type ErrorCode } from '../errors.ts'
import { accountOf } from './claims.ts'
import type { Claim, Quota, Quotas, Settlement, Taken } from './quotas.ts'

export interface SpendingOptions {
  readonly quotas: Quotas
  readonly network: string
  /** For codes that go out besides what the call is about. */
  readonly send: Quota
}

/** What the nearest limit of a request leaves. */
export interface Left {
  readonly remaining: number
  /** Until its window ends. */
  readonly seconds: number
}

export class Spending {
  readonly #options: SpendingOptions
  readonly #claims: readonly Claim[]
  readonly #taken: Taken[] = []
  #isProved = false
  #isCodeSent = false

  /** `claims` in the order in which they are taken: the first quota of the first is the one of the route's policy. */
  constructor(options: SpendingOptions, claims: readonly Claim[]) {
    this.#options = options
    this.#claims = claims
  }

  /**
   * Takes all of it, or nothing.
   * @throws AppError `rate_limited`, `attempt_limit_exceeded`
   */
  async take(): Promise<Left> {
    let left: Left | undefined
    for (const claim of this.#claims) {
      const taken = await this.#options.quotas.take(claim)
      if (taken.refusedBy) throw refusal(claim, taken)
      this.#taken.push(taken)
      const one = { remaining: taken.remaining[0] ?? 0, seconds: inSeconds(taken.resets[0]) }
      if (!left || one.remaining < left.remaining) left = one
    }
    return left ?? { remaining: 0, seconds: 0 }
  }

  /** Cognito has sent a code because of this request. */
  codeSent(): void {
    this.#isCodeSent = true
  }

  /** The caller has proved to own the account that is aimed at, known by `email` as well. */
  async proved(email?: string): Promise<void> {
    this.#isProved = true
    const { quotas, network } = this.#options
    const accounts = this.#claims
      .map(({ subject }) => subject)
      .filter(is => is.startsWith('account '))
    const subjects = new Set([...accounts, ...(email === undefined ? [] : [accountOf(email)])])
    await Promise.all([...subjects].map(subject => quotas.remember(subject, network)))
  }

  /** Whether a code may go out besides; then it is counted. */
  async maySendTo(email: string): Promise<boolean> {
    const { quotas, network, send } = this.#options
    const taken = await quotas.take({ subject: accountOf(email), network, quotas: [send] })
    return taken.refusedBy === undefined
  }

  /** Before the answer leaves. `failure` is what the request was refused with. Never fails. */
  async settle(failure: ErrorCode | undefined): Promise<void> {
    await Promise.all(this.#taken.map(taken => taken.settle(quota => this.#become(quota, failure))))
  }

  #become({ counts }: Quota, failure: ErrorCode | undefined): Settlement {
    if (failure !== undefined && unjudged.has(failure)) return 'return'
    if (counts === 'failures') {
      if (this.#isProved) return 'forget'
      return failure !== undefined && wrongPassword.has(failure) ? 'keep' : 'return'
    }
    return counts === 'codes' && !this.#isCodeSent ? 'return' : 'keep'
  }
}

const inSeconds = (ms = 0) => Math.max(1, Math.ceil(ms / 1000))

/** Refused before anything was sent or checked. */
const unjudged: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_request',
  'invalid_password',
  'unauthenticated',
  'session_expired',
  'reauthentication_required',
  'rate_limited',
  'attempt_limit_exceeded',
  'upstream_error',
  'cognito_unavailable',
  'store_unavailable',
  'service_unavailable'
])

const wrongPassword: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_credentials',
  'user_not_confirmed'
])

function refusal({ subject, quotas }: Claim, { refusedBy, resets }: Taken): AppError {
  const at = refusedBy ? quotas.indexOf(refusedBy) : 0
  const [kind = ''] = subject.split(' ')
  const reason = `${refusedBy?.name} ${kind}`
  // It stands for Cognito's lock, which one network is not to reach.
  const code = refusedBy?.counts === 'failures' ? 'attempt_limit_exceeded' : 'rate_limited'
  return new AppError(code, { reason, retryAfterSeconds: inSeconds(resets[at]) })
}
