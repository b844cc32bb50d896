/** Making an account, and what a caller may learn of one that exists already. */
import { AppError, type Delivery, type ErrorCode } from '../errors.ts'
import type { SignUpPort } from './account-ports.ts'
import type { Caller } from './caller.ts'
import { maskEmail, maskPhone } from './mask.ts'
import { createPace } from './pace.ts'
import type { Report } from './report.ts'
import type { SignUpMark } from './session.ts'

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly givenName: string
  /** E.164. */
  readonly phoneNumber?: string
}

export interface SignUpOptions {
  readonly identity: SignUpPort
  /** Whether existing accounts are hidden from those who ask. */
  readonly protection: boolean
  readonly report: Report
}

export interface SignUpOutcome {
  readonly status: 'confirmation_required' | 'confirmed'
  readonly delivery?: Delivery
  /** For the session of the browser that began it. */
  readonly mark: SignUpMark
}

export interface SignUp {
  /**
   * @throws AppError `invalid_password`, `invalid_request`, `refused_by_trigger`; `email_exists` without
   * protection.
   */
  register(account: NewAccount, by?: Caller): Promise<SignUpOutcome>
  /**
   * Confirms an account. The browser that began the sign-up is told what is wrong; any other, with
   * protection, only that the code does not fit.
   * @throws AppError `code_mismatch`, `code_expired`, `alias_exists`; `email_not_found` without protection.
   */
  confirm(
    proof: { email: string; code: string },
    mark: SignUpMark | undefined,
    by?: Caller
  ): Promise<void>
  /** Sends another code. With protection the answer is the same for every address. */
  resend(email: string, by?: Caller): Promise<Delivery>
}

export function createSignUp({ identity, protection, report }: SignUpOptions): SignUp {
  const pace = createPace()
  // How this pool delivers: what is simulated has to look like what is real.
  let medium: Delivery['medium'] = 'EMAIL'

  return {
    async register({ email, password, givenName, phoneNumber }, by) {
      const startedAt = performance.now()
      const attributes = {
        email,
        given_name: givenName,
        ...(phoneNumber && { phone_number: phoneNumber })
      }
      try {
        const account = { email, password, attributes }
        const { confirmed, delivery } = await pace.real(() => identity.signUp(account))
        if (delivery) medium = delivery.medium
        const status = confirmed ? 'confirmed' : 'confirmation_required'
        return { status, ...(delivery && { delivery }), mark: { email, simulated: false } }
      } catch (error) {
        if (isConfirmedAnyway(error)) {
          report('trigger.failed', { reason: 'sign_up', error, by })
          return { status: 'confirmed', mark: { email, simulated: false } }
        }
        if (!protection || !isCode(error, 'email_exists')) throw error
        await pace.simulated(startedAt)
        const delivery = simulatedDelivery(medium, email, phoneNumber)
        return { status: 'confirmation_required', delivery, mark: { email, simulated: true } }
      }
    },

    async confirm(proof, mark, by) {
      try {
        await identity.confirmSignUp(proof)
      } catch (error) {
        if (isConfirmedAnyway(error, 'PostConfirmation')) {
          report('trigger.failed', { reason: 'confirm_sign_up', error, by })
          return
        }
        if (!protection) throw saySo(error)
        // A wrong code is told alike to all, or the words would tell a real sign-up from a simulated one.
        const told = beganHere(proof.email, mark) && !isCode(error, 'code_mismatch')
        if (told) throw saySo(error)
        throw isCode(error, ...hiddenFromStrangers) ? generic(error) : error
      }
    },

    async resend(email, by) {
      const hidden = { medium: 'EMAIL' as const, destination: maskEmail(email) }
      if (!protection) return (await identity.resendConfirmationCode(email)) ?? hidden
      const startedAt = performance.now()
      try {
        await pace.real(() => identity.resendConfirmationCode(email))
      } catch (error) {
        // Logins of an unconfirmed account spend Cognito's limit, too: only such an account would reach it.
        // A trigger that fails does so for those alone to whom a code would be sent.
        if (isTrigger(error)) report('trigger.failed', { reason: 'resend', error, by })
        else if (!isCode(error, 'email_not_found', 'invalid_request', 'attempt_limit_exceeded')) {
          throw error
        }
        await pace.simulated(startedAt)
      }
      return hidden
    }
  }
}

const hiddenFromStrangers: ErrorCode[] = [
  'email_not_found',
  'invalid_request',
  'code_mismatch',
  'code_expired',
  'alias_exists'
]

export function isCode(error: unknown, ...codes: readonly ErrorCode[]): error is AppError {
  return error instanceof AppError && codes.includes(error.code)
}

/** Whether a trigger of the pool is the cause. */
export function isTrigger(error: unknown): error is AppError {
  return error instanceof AppError && error.trigger !== undefined
}

/**
 * PostConfirmation runs once Cognito has confirmed the account: what it throws changes nothing of that.
 * `nameless`: which trigger it is where Cognito does not say.
 */
function isConfirmedAnyway(error: unknown, nameless?: string): boolean {
  return isTrigger(error) && (error.trigger?.name ?? nameless) === 'PostConfirmation'
}

export function beganHere(email: string, mark: SignUpMark | undefined): boolean {
  return mark !== undefined && !mark.simulated && sameAddress(mark.email, email)
}

/** Pools compare addresses without regard to case. */
export function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** A code that was used already is told as such: the account is confirmed. */
function saySo(error: unknown): unknown {
  if (!isCode(error, 'invalid_request') || error.reason !== 'already_confirmed') return error
  const detail = 'This account is already confirmed. Log in.'
  return new AppError('code_expired', { detail, reason: 'already_confirmed', cause: error })
}

function generic(cause: unknown): AppError {
  const detail = 'The code is wrong or no longer valid. Check it, or ask for a new one.'
  return new AppError('code_mismatch', { detail, cause })
}

function simulatedDelivery(
  medium: Delivery['medium'],
  email: string,
  phoneNumber: string | undefined
): Delivery {
  if (medium === 'SMS' && phoneNumber) return { medium, destination: maskPhone(phoneNumber) }
  return { medium: 'EMAIL', destination: maskEmail(email) }
}
