/** Signing up, and what a client may learn of an account that exists already. */
import type { Delivery } from '../errors.ts'
import { emailDelivery } from './delivery.ts'
import { createProtectedSending } from './enumeration-protection.ts'
import type { Caller } from './events.ts'
import type { SignUpPort } from './identity-provider.ts'
import { deliveryOf, type PoolBehaviour, type PoolOutcome } from './pool-behaviour.ts'
import { createResponseTimeEqualiser } from './response-time.ts'
import type { StartedSignUp } from './session.ts'
import { hasCode, isConfirmedDespite, isUndelivered } from './shared-errors.ts'
import {
  type Confirm,
  type ConfirmationOptions,
  createConfirmation
} from './sign-up-confirmation.ts'
import { hashPassword, isHashOf, startedSignUpOf } from './started-sign-up.ts'

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly givenName: string
  /** E.164. */
  readonly phoneNumber?: string
}

/** The result of SignUp at Cognito. */
type CognitoSignUp = Awaited<ReturnType<SignUpPort['signUp']>>

export interface SignUpOptions extends ConfirmationOptions {
  readonly behaviour: PoolBehaviour
  readonly identity: SignUpPort & ConfirmationOptions['identity']
}

export interface SignUpOutcome {
  readonly status: 'confirmation_required' | 'confirmed'
  readonly delivery?: Delivery
  /** For the session of the browser. */
  readonly startedSignUp: StartedSignUp
}

export interface SignUp {
  /**
   * Creates an account.
   * @param before the sign-up that this browser has started already, if any
   * @throws AppError `invalid_password`, `invalid_request`, `refused_by_trigger`; `email_exists` without
   * protection.
   */
  register(
    account: NewAccount,
    before: StartedSignUp | undefined,
    caller?: Caller
  ): Promise<SignUpOutcome>
  /**
   * Confirms an account, and returns the new state of the browser's sign-up. With protection, only the browser that
   * started the sign-up learns why a confirmation fails; any other learns that the code is wrong. Where another person
   * may have chosen the password, the account requires a reset before any login, and a reset code is sent.
   * @throws AppError `code_mismatch`, `code_expired`, `alias_exists`, `store_unavailable`; `email_not_found` without
   * protection.
   */
  confirm: Confirm
  /** Sends another code. With protection the response is the same for every email. */
  resend(email: string, caller?: Caller): Promise<Delivery>
}

export function createSignUp(options: SignUpOptions): SignUp {
  const { identity, protection, report } = options
  const responseTime = createResponseTimeEqualiser()
  const sendProtected = createProtectedSending({
    ...options,
    action: 'resend',
    // Logins of an unconfirmed account count for Cognito's limit, too: only such an account would reach it.
    hiddenErrors: ['email_not_found', 'invalid_request', 'attempt_limit_exceeded']
  })

  /** The outcome to report under protection: what this pool usually does. */
  async function usualOutcome(
    { email, phoneNumber }: NewAccount,
    created: CognitoSignUp | undefined
  ): Promise<Pick<SignUpOutcome, 'status' | 'delivery'>> {
    const action = phoneNumber ? 'sign_up_with_phone' : 'sign_up'
    const outcome = await options.behaviour.outcomeToReport(action, created && outcomeOf(created))
    if (outcome === 'confirmed') return { status: 'confirmed' }
    const delivery = deliveryOf(outcome, email, phoneNumber)
    return { status: 'confirmation_required', ...(delivery && { delivery }) }
  }

  async function createAccount(
    account: NewAccount,
    caller: Caller | undefined
  ): Promise<CognitoSignUp> {
    const { email, password, givenName, phoneNumber } = account
    const phone = phoneNumber && { phone_number: phoneNumber }
    const attributes = { email, given_name: givenName, ...phone }
    return identity.signUp({ email, password, attributes }).catch((error: unknown) => {
      if (!isConfirmedDespite(error)) throw error
      report('trigger.failed', { reason: 'sign_up', error, caller })
      return { confirmed: true, delivery: undefined }
    })
  }

  return {
    async register(account, before, caller) {
      const startedAt = performance.now()
      const { email, password } = account
      const hashing = hashPassword(password)
      try {
        return await responseTime.measure(async () => {
          const created = await createAccount(account, caller)
          const typed = await hashing
          const { confirmed } = created
          const startedSignUp = { email, simulated: false, typed, ...(confirmed && { confirmed }) }
          return {
            ...(protection ? await usualOutcome(account, created) : plainOutcome(created)),
            startedSignUp
          }
        })
      } catch (error) {
        if (!protection) throw error
        // A code is sent to new accounts only. Whether this one was created is unknown.
        if (isUndelivered(error)) report('delivery.failed', { reason: 'sign_up', error, caller })
        else if (!hasCode(error, 'email_exists')) throw error
        // The hash is compared in every case, because that takes time.
        const own = startedSignUpOf(email, before)
        const isSamePassword = await isHashOf(password, own?.typed)
        const isRepeated = isSamePassword && !own?.simulated && !own?.confirmed
        const reported = await usualOutcome(account, undefined)
        const confirmed = reported.status === 'confirmed' && { confirmed: true as const }
        const startedSignUp = { email, simulated: !isRepeated, typed: await hashing, ...confirmed }
        await responseTime.simulate(startedAt)
        return { ...reported, startedSignUp }
      }
    },

    confirm: createConfirmation(options),

    async resend(email, caller) {
      const send = () => identity.resendConfirmationCode(email)
      if (protection) return await sendProtected(email, send, caller)
      return (await send()) ?? emailDelivery(email)
    }
  }
}

const outcomeOf = ({ confirmed, delivery }: CognitoSignUp): PoolOutcome =>
  confirmed ? 'confirmed' : (delivery?.medium ?? 'none')

const plainOutcome = ({
  confirmed,
  delivery
}: CognitoSignUp): Pick<SignUpOutcome, 'status' | 'delivery'> => ({
  status: confirmed ? 'confirmed' : 'confirmation_required',
  ...(delivery && { delivery })
})
