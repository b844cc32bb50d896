/**
 * Which refusals by a trigger of the pool a caller may learn of. A trigger that runs before the password is
 * proved may refuse known emails alone, or unknown ones alone, and would then tell who has an account.
 */
import { randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { SignInPort } from './identity-provider.ts'

export interface TriggerRefusals {
  /**
   * Whether the refusal of a login may be shown: the password is proved, or an email without an account is
   * refused in the very same way. Asks Cognito in the second case.
   */
  mayShow(error: AppError, email: string): Promise<boolean>
  /** A login came past the triggers that run before the proof. */
  passed(email: string): void
  /** Whether a trigger has lately refused a user before the proof. */
  isTroubled(): boolean
}

export interface TriggerRefusalsOptions {
  readonly identity: Pick<SignInPort, 'signIn'>
  /** A monotonic clock in ms. */
  readonly now?: () => number
}

/** Triggers that Cognito runs only once the password, or the challenge after it, is proved. */
const afterProof: readonly string[] = [
  ...['PostAuthentication', 'PreTokenGeneration', 'TokenGeneration'],
  ...['CustomMessage', 'CustomEmailSender', 'CustomSMSSender']
]

/** How long a probe counts (ms): a storm of refused logins is not to double the calls of Cognito. */
const probeCounts = 1000
/** How long after the last refusal failed logins are still compared with refused ones (ms). */
const troubleLasts = 600_000
/** How long a trigger that treats emails differently is kept to itself (ms). */
const secretFor = 3_600_000
const mostProbes = 100

export function createTriggerRefusals({
  identity,
  now = () => performance.now()
}: TriggerRefusalsOptions): TriggerRefusals {
  const probes = new Map<string, { at: number; outcome: Promise<string | undefined> }>()
  let refusedAt = Number.NEGATIVE_INFINITY
  let strangersRefusedAt = Number.NEGATIVE_INFINITY
  let secretUntil = Number.NEGATIVE_INFINITY

  /** What a trigger said of an email without an account, if it was asked a moment ago. */
  async function latest(email: string): Promise<string | undefined> {
    const known = probes.get(domainOf(email))
    return known && now() - known.at < probeCounts ? known.outcome : undefined
  }

  /** What a trigger says of an email without an account; undefined where none refuses it. */
  function probe(email: string): Promise<string | undefined> {
    const domain = domainOf(email)
    if (probes.size >= mostProbes) probes.clear()
    const stranger = `${randomBytes(9).toString('hex')}${domain}`
    const password = `${randomBytes(12).toString('base64url')}aA1!`
    const outcome = identity.signIn({ email: stranger, password }).then(
      () => undefined,
      (error: unknown) => (error instanceof AppError ? likeness(error, stranger) : undefined)
    )
    probes.set(domain, { at: now(), outcome })
    return outcome
  }

  return {
    async mayShow(error, email) {
      if (afterProof.includes(error.trigger?.name ?? '')) return true
      refusedAt = now()
      const own = likeness(error, email)
      const known = await latest(email)
      const stranger = known === own ? known : await probe(email)
      if (stranger === undefined) return false
      strangersRefusedAt = now()
      if (stranger !== own) secretUntil = now() + secretFor
      return now() > secretUntil
    },
    passed(email) {
      if (now() - strangersRefusedAt > troubleLasts) return
      // Strangers are refused and this one was not: the trigger tells them apart, or was mended meanwhile.
      void probe(email).then(stranger => {
        if (stranger === undefined) strangersRefusedAt = Number.NEGATIVE_INFINITY
        else secretUntil = now() + secretFor
      })
    },
    isTroubled: () => now() - refusedAt < troubleLasts
  }
}

/** From the at sign on: triggers often decide by it. Empty for what is no email. */
function domainOf(email: string): string {
  const at = email.lastIndexOf('@')
  return at === -1 ? '' : email.slice(at).toLowerCase()
}

/** What two refusals have in common if they are alike; the ids of a crash and the email itself may differ. */
function likeness({ code, trigger }: AppError, email: string): string | undefined {
  if (trigger === undefined) return undefined
  const text = trigger.text
    .toLowerCase()
    .replaceAll(email.toLowerCase(), '…')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…')
  return `${code} ${trigger.name} ${text}`
}
