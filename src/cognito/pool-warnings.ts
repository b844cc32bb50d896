/** Warnings for the operator about settings of the pool that do not fit this service, and how to change them. */

import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider'
import { knownChallenge } from '../auth/identity-provider.ts'
import type { Context } from './context.ts'

export function warnOfUnsupportedChallenge({ warnOnce }: Context, name: string): void {
  if (knownChallenge(name) || !/^[A-Z_]{1,64}$/.test(name)) return
  warnOnce(
    `Cognito asks for ${name}, which this service does not offer: such logins fail. Switch off what asks for it at the pool or the app client`
  )
}

export function warnOfDeviceTracking(
  { warnOnce }: Context,
  result: AuthenticationResultType
): void {
  if (!result.NewDeviceMetadata) return
  warnOnce(
    'The pool tracks devices (NewDeviceMetadata): refreshing tokens will fail. Switch device tracking off (DeviceConfiguration)'
  )
}

export function warnOfGroupsClaim({ warnOnce }: Context, groups: unknown): void {
  if (groups === undefined || Array.isArray(groups)) return
  warnOnce(
    'The claim cognito:groups is not a list: users count as members of no group. Mend the trigger that writes it'
  )
}

/** @param details `CodeDeliveryDetails` of the response to SignUp. */
export function warnOfMissingConfirmationCode(
  { warnOnce }: Context,
  isConfirmed: boolean,
  details: unknown
): void {
  if (isConfirmed || details) return
  warnOnce(
    'The pool sends no confirmation codes: a sign-up cannot be confirmed. Switch on verification by email (AutoVerifiedAttributes)'
  )
}
