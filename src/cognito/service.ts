/** The Cognito service: the domain's IdentityProvider over Cognito's public operations. */

import type { IdentityProvider } from '../auth/identity-provider.ts'
import { createChallenges } from './challenges.ts'
import { type CognitoOptions, type Context, createContext } from './context.ts'
import { createMfa } from './mfa.ts'
import { createPasswords } from './passwords.ts'
import { createProfile } from './profile.ts'
import { createSignIn } from './sign-in.ts'
import { createTokens } from './tokens.ts'
import { createSignUp } from './user-operations.ts'

export type { CognitoOptions } from './context.ts'

/**
 * Connects to one app client of one user pool. No AWS credentials are needed: every operation used is
 * public, or authorised by the user's own token. Every failure is an AppError of the catalogue.
 */
export function createCognitoService(
  options: CognitoOptions
): IdentityProvider & Pick<Context, 'prepare' | 'close'> {
  const context = createContext(options)
  return {
    ...createSignIn(context),
    ...createChallenges(context),
    ...createTokens(context),
    ...createSignUp(context),
    ...createPasswords(context),
    ...createProfile(context),
    ...createMfa(context),
    prepare: context.prepare,
    close: context.close
  }
}
