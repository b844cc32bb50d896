/** What is not established about the live service: each is a switch, with the likeliest default. */

export interface Unknowns {
  /** Replaying a retired refresh token also revokes everything that came from the same sign-in. */
  reuseRevokesFamily: boolean
  /** RevokeToken on a retired refresh token also revokes everything that came from the same sign-in. */
  revokingRetiredEndsFamily: boolean
  /** What REFRESH_TOKEN_AUTH is refused with while rotation is on. */
  rotatingRefreshError:
    | 'InvalidParameterException'
    | 'NotAuthorizedException'
    | 'UnsupportedOperationException'
  /** Which call of a sign-in over SRP tells that an account is unconfirmed or locked. */
  srpReportsAt: 'initiate' | 'respond'
  /** Names nobody has lock like any other. */
  simulatedUsersLock: boolean
  secretBlockSingleUse: boolean
  /** How far the TIMESTAMP of a proof may be off. */
  timestampSkewSeconds: number
  /** What recovery answers for a name nobody has: a delivery, or that and an error in turn. */
  simulatedRecovery: 'delivery' | 'alternate'
  /** Which of two refusals a sign-up gets when both apply. */
  signUpChecksFirst: 'password' | 'existence'
  /** A wrong password spends the Session of SELECT_CHALLENGE. AWS's JavaScript client sends it again. */
  wrongPasswordSpendsSession: boolean
  /** What a choice-based sign-in returns for a name that no user has: the choices, or a refusal. */
  simulatedChoice: 'choices' | 'refusal'
  /** When PreSignUp runs: before all other checks of a sign-up, or after them. */
  preSignUpRuns: 'first' | 'last'
  /** When PreAuthentication runs: in the first call, or in the one that proves, before or after the proof. */
  preAuthenticationRuns: 'initiate' | 'before_proof' | 'after_proof'
  /** Whether a password is set before PostConfirmation fails at ConfirmForgotPassword. */
  resetTriggerRuns: 'after' | 'before'
  /** Which of two refusals a change of password gets when both apply. */
  changePasswordChecksFirst: 'password' | 'policy'
  /** How many steps of 30 seconds a TOTP code may be early or late. */
  totpWindowSteps: number
  /** 403, 404, 429 as in the API model, instead of 400 for every client error. */
  modelStatuses: boolean
  /** Other texts for refusals, by their names in errors.ts. */
  messages: Readonly<Record<string, string>>
}

export function defaultUnknowns(): Unknowns {
  return {
    reuseRevokesFamily: false,
    revokingRetiredEndsFamily: true,
    rotatingRefreshError: 'UnsupportedOperationException',
    srpReportsAt: 'respond',
    simulatedUsersLock: true,
    secretBlockSingleUse: true,
    timestampSkewSeconds: 300,
    simulatedRecovery: 'delivery',
    signUpChecksFirst: 'password',
    wrongPasswordSpendsSession: true,
    simulatedChoice: 'choices',
    preSignUpRuns: 'first',
    preAuthenticationRuns: 'initiate',
    resetTriggerRuns: 'after',
    changePasswordChecksFirst: 'password',
    totpWindowSteps: 1,
    modelStatuses: false,
    messages: {}
  }
}
