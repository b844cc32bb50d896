/** Making an account, and what a caller may learn of one that exists already. */
import type { Delivery } from '../errors.ts'
import type { SignUpPort } from './account-ports.ts'
import type { Caller } from './caller.ts'
import { type Confirm, type ConfirmationOptions, createConfirmation } from './confirmation.ts'
import { isCode, isConfirmedAnyway, isTrigger } from './error-code.ts'
import { maskEmail, maskPhone } from './mask.ts'
import { ownSignUp } from './own-sign-up.ts'
import { createPace } from './pace.ts'
import type { SignUpMark } from './session.ts'
import { hashTyped, isTyped } from './typed-password.ts'

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly givenName: string
  /** E.164. */
  readonly phoneNumber?: string
}

export interface SignUpOptions extends ConfirmationOptions {
  readonly identity: SignUpPort & ConfirmationOptions['identity']
}

export interface SignUpOutcome {
  readonly status: 'confirmation_required' | 'confirmed'
  readonly delivery?: Delivery
  /** For the session of the browser that began it. */
  readonly mark: SignUpMark
}

export interface SignUp {
  /**
   * Makes an account. `before` is the sign-up this browser began already, if it did.
   * @throws AppError `invalid_password`, `invalid_request`, `refused_by_trigger`; `email_exists` without
   * protection.
   */
  register(account: NewAccount, before: SignUpMark | undefined, by?: Caller): Promise<SignUpOutcome>
  /**
   * Confirms an account, and returns what `mark` has become. The browser that began the sign-up is told what is
   * wrong; any other, with protection, only that the code does not fit. Where the password may not be of this
   * browser the account must be reset before anybody logs in, and a reset code is sent.
   * @throws AppError `code_mismatch`, `code_expired`, `alias_exists`, `store_unavailable`; `email_not_found` without
   * protection.
   */
  confirm: Confirm
  /** Sends another code. With protection the answer is the same for every address. */
  resend(email: string, by?: Caller): Promise<Delivery>
}

export function createSignUp(options: SignUpOptions): SignUp {
  const { identity, protection, report } = options
  const pace = createPace()
  // How this pool delivers: what is simulated has to look like what is real.
  let medium: Delivery['medium'] = 'EMAIL'

  return {
    async register({ email, password, givenName, phoneNumber }, before, by) {
      const startedAt = performance.now()
      const attributes = {
        email,
        given_name: givenName,
        ...(phoneNumber && { phone_number: phoneNumber })
      }
      const hashing = hashTyped(password)
      try {
        const account = { email, password, attributes }
        const [{ confirmed, delivery }, typed] = await pace.real(() =>
          Promise.all([identity.signUp(account), hashing])
        )
        if (delivery) medium = delivery.medium
        const status = confirmed ? 'confirmed' : 'confirmation_required'
        const mark = { email, simulated: false, typed, ...(confirmed && { confirmed }) }
        return { status, ...(delivery && { delivery }), mark }
      } catch (error) {
        if (isConfirmedAnyway(error)) {
          report('trigger.failed', { reason: 'sign_up', error, by })
          const mark = { email, simulated: false, typed: await hashing, confirmed: true } as const
          return { status: 'confirmed', mark }
        }
        if (!protection || !isCode(error, 'email_exists')) throw error
        // Whatever that sign-up was, looking at it takes its time.
        const own = ownSignUp(email, before)
        const isSame = await isTyped(password, own?.typed)
        const isRepeated = isSame && !own?.simulated && !own?.confirmed
        const mark = { email, simulated: !isRepeated, typed: await hashing }
        await pace.simulated(startedAt)
        const delivery = simulatedDelivery(medium, email, phoneNumber)
        return { status: 'confirmation_required', delivery, mark }
      }
    },

    confirm: createConfirmation(options),

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

function simulatedDelivery(
  medium: Delivery['medium'],
  email: string,
  phoneNumber: string | undefined
): Delivery {
  if (medium === 'SMS' && phoneNumber) return { medium, destination: maskPhone(phoneNumber) }
  return { medium: 'EMAIL', destination: maskEmail(email) }
}
