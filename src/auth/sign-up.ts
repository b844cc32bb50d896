/** Making an account, and what a caller may learn of one that exists already. */
import type { Delivery } from '../errors.ts'
import { emailDelivery } from './delivery.ts'
import { createHiddenSending } from './enumeration-protection.ts'
import type { Caller } from './events.ts'
import type { SignUpPort } from './identity-provider.ts'
import { deliveryOf, type Outcome, type PoolBehaviour } from './pool-behaviour.ts'
import { createPace } from './response-time.ts'
import type { SignUpMark } from './session.ts'
import { isCode, isConfirmedAnyway, isUndelivered } from './shared-errors.ts'
import {
  type Confirm,
  type ConfirmationOptions,
  createConfirmation
} from './sign-up-confirmation.ts'
import { hashTyped, isTyped, ownSignUp } from './started-sign-up.ts'

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly givenName: string
  /** E.164. */
  readonly phoneNumber?: string
}

/** What Cognito has done. */
type Made = Awaited<ReturnType<SignUpPort['signUp']>>

export interface SignUpOptions extends ConfirmationOptions {
  readonly behaviour: PoolBehaviour
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
  const sendHidden = createHiddenSending({
    ...options,
    question: 'resend',
    // Logins of an unconfirmed account spend Cognito's limit, too: only such an account would reach it.
    hidden: ['email_not_found', 'invalid_request', 'attempt_limit_exceeded']
  })

  /** With protection what the caller is told is what this pool does to everybody. */
  async function told(
    { email, phoneNumber }: NewAccount,
    made: Made | undefined
  ): Promise<Pick<SignUpOutcome, 'status' | 'delivery'>> {
    const question = phoneNumber ? 'sign_up_with_phone' : 'sign_up'
    const outcome = await options.behaviour.outcome(question, made && outcomeOf(made))
    if (outcome === 'confirmed') return { status: 'confirmed' }
    const delivery = deliveryOf(outcome, email, phoneNumber)
    return { status: 'confirmation_required', ...(delivery && { delivery }) }
  }

  async function make(account: NewAccount, by: Caller | undefined): Promise<Made> {
    const { email, password, givenName, phoneNumber } = account
    const phone = phoneNumber && { phone_number: phoneNumber }
    const attributes = { email, given_name: givenName, ...phone }
    return identity.signUp({ email, password, attributes }).catch((error: unknown) => {
      if (!isConfirmedAnyway(error)) throw error
      report('trigger.failed', { reason: 'sign_up', error, by })
      return { confirmed: true, delivery: undefined }
    })
  }

  return {
    async register(account, before, by) {
      const startedAt = performance.now()
      const { email, password } = account
      const hashing = hashTyped(password)
      try {
        return await pace.real(async () => {
          const made = await make(account, by)
          const typed = await hashing
          const { confirmed } = made
          const mark = { email, simulated: false, typed, ...(confirmed && { confirmed }) }
          return { ...(protection ? await told(account, made) : plainly(made)), mark }
        })
      } catch (error) {
        if (!protection) throw error
        // Only a new account would be sent a code. It may be made by now, or not.
        if (isUndelivered(error)) report('delivery.failed', { reason: 'sign_up', error, by })
        else if (!isCode(error, 'email_exists')) throw error
        // Whatever that sign-up was, looking at it takes its time.
        const own = ownSignUp(email, before)
        const isSame = await isTyped(password, own?.typed)
        const isRepeated = isSame && !own?.simulated && !own?.confirmed
        const shown = await told(account, undefined)
        const confirmed = shown.status === 'confirmed' && { confirmed: true as const }
        const mark = { email, simulated: !isRepeated, typed: await hashing, ...confirmed }
        await pace.simulated(startedAt)
        return { ...shown, mark }
      }
    },

    confirm: createConfirmation(options),

    async resend(email, by) {
      const send = () => identity.resendConfirmationCode(email)
      if (protection) return await sendHidden(email, send, by)
      return (await send()) ?? emailDelivery(email)
    }
  }
}

const outcomeOf = ({ confirmed, delivery }: Made): Outcome =>
  confirmed ? 'confirmed' : (delivery?.medium ?? 'none')

const plainly = ({ confirmed, delivery }: Made): Pick<SignUpOutcome, 'status' | 'delivery'> => ({
  status: confirmed ? 'confirmed' : 'confirmation_required',
  ...(delivery && { delivery })
})
