/** The domain's IdentityProvider, implemented by Cognito's public operations. */
import type { IdentityProvider } from '../auth/identity-provider.ts'
import { createChallengeOperations } from './challenges.ts'
import { type CognitoOptions, type Context, createContext } from './context.ts'
import { createSignInOperations } from './password-login.ts'
import { createTokenOperations } from './tokens.ts'
import {
  createMfaOperations,
  createPasswordOperations,
  createProfileOperations,
  createSignUpOperations
} from './user-operations.ts'

/**
 * The identity provider for one app client of one user pool. It needs no AWS credentials: every operation that
 * it uses is public or authorised by the user's own token. Every failure is an AppError (src/errors.ts).
 *
 * The service runs it in a worker thread: see thread/cognito-thread.ts.
 */
export function createCognitoService(
  options: CognitoOptions
): IdentityProvider & Pick<Context, 'prepare' | 'close'> {
  const context = createContext(options)
  return {
    ...createSignInOperations(context),
    ...createChallengeOperations(context),
    ...createTokenOperations(context),
    ...createSignUpOperations(context),
    ...createPasswordOperations(context),
    ...createProfileOperations(context),
    ...createMfaOperations(context),
    prepare: context.prepare,
    close: context.close
  }
}
