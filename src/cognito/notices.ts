/** What an operator should know of the pool before a user meets it: at first sight, once, with what to change. */

import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from './service.ts'

/** The challenges that an answer can be given to. */
const answerable = new Set([
  ...['SOFTWARE_TOKEN_MFA', 'SMS_MFA', 'EMAIL_OTP', 'SMS_OTP'],
  ...['SELECT_MFA_TYPE', 'NEW_PASSWORD_REQUIRED', 'MFA_SETUP']
])

export function noticeChallenge({ notice }: Context, name: string): void {
  if (answerable.has(name) || !/^[A-Z_]{1,64}$/.test(name)) return
  notice(
    `Cognito asks for ${name}, which this service does not offer: such logins fail. Switch off what asks for it at the pool or the app client`
  )
}

export function noticeDevice({ notice }: Context, result: AuthenticationResultType): void {
  if (!result.NewDeviceMetadata) return
  notice(
    'The pool tracks devices (NewDeviceMetadata): refreshing tokens will fail. Switch device tracking off (DeviceConfiguration)'
  )
}

export function noticeGroups({ notice }: Context, groups: unknown): void {
  if (groups === undefined || Array.isArray(groups)) return
  notice(
    'The claim cognito:groups is not a list: users count as members of no group. Mend the trigger that writes it'
  )
}

/** @param details what SignUp says of the code that it sent */
export function noticeDelivery({ notice }: Context, isConfirmed: boolean, details: unknown): void {
  if (isConfirmed || details) return
  notice(
    'The pool sends no confirmation codes: a sign-up cannot be confirmed. Switch on verification by email (AutoVerifiedAttributes)'
  )
}
