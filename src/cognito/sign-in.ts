/** Checks a password at Cognito, by SRP or by sending it. */

import type { ChallengeIssued, SignedIn, SignInPort } from '../auth/identity-provider.ts'
import type { Context } from './context.ts'
import { outcome } from './outcome.ts'
import { signInBySrp } from './password-login.ts'

export interface Credentials {
  readonly email: string
  readonly password: string
}

export function createSignIn(context: Context): Pick<SignInPort, 'signIn'> {
  const flow = context.authFlow === 'USER_SRP_AUTH' ? signInBySrp : signInByPassword
  return {
    signIn: async credentials => {
      await context.idTokens.ready()
      return await flow(context, credentials)
    }
  }
}

async function signInByPassword(
  context: Context,
  { email, password }: Credentials
): Promise<SignedIn | ChallengeIssued> {
  const askedAt = context.clock()
  const AuthParameters = { USERNAME: email, PASSWORD: password, ...context.secretFor(email) }
  const answer = await context.ask('login', (sdk, deadline) =>
    sdk.initiateAuth(
      { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: context.clientId, AuthParameters },
      deadline
    )
  )
  return await outcome(context, answer, askedAt, email)
}
