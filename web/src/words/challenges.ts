/** What to say about each step a login may need. */
import type { Challenge } from '../../../packages/client/src/client.ts'

export function challengeWords({ name, delivery }: Challenge): { title: string; lead: string } {
  const target = delivery?.destination ?? 'you'
  switch (name) {
    case 'SOFTWARE_TOKEN_MFA':
      return { title: 'Enter your code', lead: 'Your authenticator app shows it.' }
    case 'SMS_MFA':
      return { title: 'Enter your code', lead: `We sent a text message to ${target}.` }
    case 'EMAIL_OTP':
      return { title: 'Enter your code', lead: `We sent an email to ${target}.` }
    case 'SELECT_MFA_TYPE':
      return { title: 'One more step', lead: 'Choose how to prove your identity.' }
    case 'NEW_PASSWORD_REQUIRED':
      return {
        title: 'Choose your password',
        lead: 'The password you used was only for the first login.'
      }
    case 'MFA_SETUP':
      return {
        title: 'Set up an authenticator app',
        lead: 'This service requires a second step at login.'
      }
    default:
      return {
        title: 'One more step',
        lead: 'This page does not support the step that this account needs.'
      }
  }
}
