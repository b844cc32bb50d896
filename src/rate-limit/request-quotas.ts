/** The quotas of one request: reserves them before the call, and settles them once its outcome is known. */
import { AppError, type ErrorCode } from '../errors.ts'
import {
  accountSubject,
  type Quota,
  type QuotaRequest,
  type Settlement
} from './quota-definitions.ts'
import type { QuotaReservation, Quotas } from './quotas.ts'

export interface RequestQuotasOptions {
  readonly quotas: Quotas
  /** As `clientNetwork` returns it. */
  readonly network: string
  /** For codes that are sent to other accounts than the request's own. */
  readonly send: Quota
}

/** The state of the quota of a request that has least left. */
export interface RemainingQuota {
  readonly remaining: number
  /** Until its window ends. */
  readonly seconds: number
}

export class RequestQuotas {
  readonly #options: RequestQuotasOptions
  readonly #requests: readonly QuotaRequest[]
  readonly #reservations: QuotaReservation[] = []
  #isIdentityProved = false
  #isCodeSent = false

  /** `requests` in the order of reservation: the first quota of the first is that of the route's policy. */
  constructor(options: RequestQuotasOptions, requests: readonly QuotaRequest[]) {
    this.#options = options
    this.#requests = requests
  }

  /**
   * Reserves all quotas, or stops at the first that refuses: `settle` refunds those before it.
   * @throws AppError `rate_limited`, `attempt_limit_exceeded`
   */
  async reserve(): Promise<RemainingQuota> {
    let least: RemainingQuota | undefined
    for (const request of this.#requests) {
      const reservation = await this.#options.quotas.reserve(request)
      if (reservation.refusedBy) throw refusal(request, reservation)
      this.#reservations.push(reservation)
      const remaining = reservation.remaining[0] ?? 0
      const seconds = toSeconds(reservation.resets[0])
      if (!least || remaining < least.remaining) least = { remaining, seconds }
    }
    return least ?? { remaining: 0, seconds: 0 }
  }

  /** Records that Cognito has sent a code because of this request. */
  recordSentCode(): void {
    this.#isCodeSent = true
  }

  /** Records that the client owns the account of the request, and that of `email`: their network is known from now on. */
  async recordProof(email?: string): Promise<void> {
    this.#isIdentityProved = true
    const { quotas, network } = this.#options
    const accounts = this.#requests
      .map(({ subject }) => subject)
      .filter(subject => subject.startsWith('account '))
    const subjects = new Set([...accounts, ...(email === undefined ? [] : [accountSubject(email)])])
    await Promise.all([...subjects].map(subject => quotas.addKnownNetwork(subject, network)))
  }

  /** Whether another code may be sent, to `email`; reserves it. */
  async reserveCodeTo(email: string): Promise<boolean> {
    const { quotas, network, send } = this.#options
    const request = { subject: accountSubject(email), network, quotas: [send] }
    return (await quotas.reserve(request)).refusedBy === undefined
  }

  /** To be called before the response is sent. `failure` is the error code of the response. Never fails. */
  async settle(failure: ErrorCode | undefined): Promise<void> {
    await Promise.all(
      this.#reservations.map(reservation =>
        reservation.settle(quota => this.#settlementOf(quota, failure))
      )
    )
  }

  #settlementOf({ counts }: Quota, failure: ErrorCode | undefined): Settlement {
    if (failure !== undefined && beforeCognito.has(failure)) return 'refund'
    if (counts === 'failures') {
      if (this.#isIdentityProved) return 'reset'
      return failure !== undefined && wrongPassword.has(failure) ? 'keep' : 'refund'
    }
    return counts === 'codes' && !this.#isCodeSent ? 'refund' : 'keep'
  }
}

const toSeconds = (ms = 0) => Math.max(1, Math.ceil(ms / 1000))

/** Codes of requests that were refused before a code was sent or checked. */
const beforeCognito: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
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

function refusal(
  { subject, quotas }: QuotaRequest,
  { refusedBy, resets }: QuotaReservation
): AppError {
  const index = refusedBy ? quotas.indexOf(refusedBy) : 0
  const [subjectKind = ''] = subject.split(' ')
  const reason = `${refusedBy?.name} ${subjectKind}`
  // The code of Cognito's own lock, which this quota keeps one network from causing.
  const code = refusedBy?.counts === 'failures' ? 'attempt_limit_exceeded' : 'rate_limited'
  return new AppError(code, { reason, retryAfterSeconds: toSeconds(resets[index]) })
}
