/** What to say about each step a login may need. */
import type { Challenge } from '../../../packages/client/src/client.ts'

interface Words {
  readonly title: string
  readonly lead: string
}

/** @param target where a code was sent */
const words: Readonly<Record<Challenge['name'], (target: string) => Words>> = {
  SOFTWARE_TOKEN_MFA: () => ({
    title: 'Enter your code',
    lead: 'Your authenticator app shows it.'
  }),
  SMS_MFA: target => ({ title: 'Enter your code', lead: `We sent a text message to ${target}.` }),
  EMAIL_OTP: target => ({ title: 'Enter your code', lead: `We sent an email to ${target}.` }),
  SELECT_MFA_TYPE: () => ({
    title: 'One more step',
    lead: 'Choose how to prove your identity.'
  }),
  NEW_PASSWORD_REQUIRED: () => ({
    title: 'Choose your password',
    lead: 'The password you used was only for the first login.'
  }),
  MFA_SETUP: () => ({
    title: 'Set up an authenticator app',
    lead: 'This service requires a second step at login.'
  })
}

export function challengeWords({ name, delivery }: Challenge): Words {
  // A newer service may have other steps than this page.
  const known: (typeof words)[Challenge['name']] | undefined = words[name]
  return (
    known?.(delivery?.destination ?? 'you') ?? {
      title: 'One more step',
      lead: 'This page does not support the step that this account needs.'
    }
  )
}
