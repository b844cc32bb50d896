/** The second factors that Cognito has, in words. */
import type { IconName } from '../parts/icon.tsx'

interface Factor {
  readonly name: string
  readonly hint: string
  /** What turning it on takes away. */
  readonly caution?: string
  readonly icon: IconName
}

const factors: Readonly<Record<string, Factor>> = {
  SOFTWARE_TOKEN_MFA: {
    name: 'Authenticator app',
    hint: 'A code from an app on your phone; works without a network.',
    icon: 'key'
  },
  SMS_MFA: { name: 'Text message', hint: 'A code sent to your phone number.', icon: 'phone' },
  EMAIL_OTP: {
    name: 'Email',
    hint: 'A code sent to your email address.',
    caution: 'While this is on, you cannot reset a forgotten password by email.',
    icon: 'mail'
  }
}

export function factorWords(factor: string): Factor {
  return factors[factor] ?? { name: factor, hint: '', icon: 'key' }
}
