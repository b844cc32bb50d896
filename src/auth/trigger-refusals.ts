/**
 * Decides which rejections by a Lambda trigger of the pool the client may see. A trigger that runs before the password
 * is checked may reject known emails only, or unknown ones only, and would then reveal which accounts exist.
 */
import { randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { SignInPort } from './identity-provider.ts'

export interface TriggerRefusals {
  /**
   * Whether the client may see the rejection of a login: the password was right, or the trigger rejects an email
   * without an account in the same way, which a login with a random email probes.
   */
  mayReveal(error: AppError, email: string): Promise<boolean>
  /** To be called for a login that the triggers before the password check did not reject. */
  loginPassed(email: string): void
  /** Whether a trigger has lately rejected a login before the password check. */
  isRefusing(): boolean
}

export interface TriggerRefusalsOptions {
  readonly identity: Pick<SignInPort, 'signIn'>
  /** A monotonic clock in ms. */
  readonly now?: () => number
}

/** Triggers that Cognito runs only after the password, or the challenge after it, was right. */
const afterPasswordCheck: readonly string[] = [
  ...['PostAuthentication', 'PreTokenGeneration', 'TokenGeneration'],
  ...['CustomMessage', 'CustomEmailSender', 'CustomSMSSender']
]

/** How long the result of a probe is used (ms): many rejected logins must not double the calls to Cognito. */
const probeLifetime = 1000
/** How long after the last rejection the service still probes and delays (ms). */
const refusingFor = 600_000
/** How long rejections are hidden after a trigger has treated emails differently (ms). */
const hiddenFor = 3_600_000
const maxProbes = 100

export function createTriggerRefusals({
  identity,
  now = () => performance.now()
}: TriggerRefusalsOptions): TriggerRefusals {
  const probes = new Map<string, { at: number; rejection: Promise<string | undefined> }>()
  let refusedAt = Number.NEGATIVE_INFINITY
  let unknownRefusedAt = Number.NEGATIVE_INFINITY
  let hiddenUntil = Number.NEGATIVE_INFINITY

  /** The result of the latest probe, if it is recent. */
  async function latest(email: string): Promise<string | undefined> {
    const recent = probes.get(domainOf(email))
    return recent && now() - recent.at < probeLifetime ? recent.rejection : undefined
  }

  /** Logs in with a random email. Resolves to a trigger's rejection; undefined where no trigger rejects it. */
  function probe(email: string): Promise<string | undefined> {
    const domain = domainOf(email)
    if (probes.size >= maxProbes) probes.clear()
    const unknownEmail = `${randomBytes(9).toString('hex')}${domain}`
    const password = `${randomBytes(12).toString('base64url')}aA1!`
    const rejection = identity.signIn({ email: unknownEmail, password }).then(
      () => undefined,
      (error: unknown) => (error instanceof AppError ? comparable(error, unknownEmail) : undefined)
    )
    probes.set(domain, { at: now(), rejection })
    return rejection
  }

  return {
    async mayReveal(error, email) {
      if (afterPasswordCheck.includes(error.trigger?.name ?? '')) return true
      refusedAt = now()
      const own = comparable(error, email)
      const recent = await latest(email)
      const ofUnknown = recent === own ? recent : await probe(email)
      if (ofUnknown === undefined) return false
      unknownRefusedAt = now()
      if (ofUnknown !== own) hiddenUntil = now() + hiddenFor
      return now() > hiddenUntil
    },
    loginPassed(email) {
      if (now() - unknownRefusedAt > refusingFor) return
      // Unknown emails were rejected and this one was not: the trigger distinguishes them, or was corrected meanwhile.
      void probe(email).then(ofUnknown => {
        if (ofUnknown === undefined) unknownRefusedAt = Number.NEGATIVE_INFINITY
        else hiddenUntil = now() + hiddenFor
      })
    },
    isRefusing: () => now() - refusedAt < refusingFor
  }
}

/** The email from `@` on, which triggers often decide by; empty where there is none. */
function domainOf(email: string): string {
  const at = email.lastIndexOf('@')
  return at === -1 ? '' : email.slice(at).toLowerCase()
}

/** A rejection in a form to compare: without the email and the ids of requests. Undefined without a trigger. */
function comparable({ code, trigger }: AppError, email: string): string | undefined {
  if (trigger === undefined) return undefined
  const text = trigger.text
    .toLowerCase()
    .replaceAll(email.toLowerCase(), '…')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…')
  return `${code} ${trigger.name} ${text}`
}
