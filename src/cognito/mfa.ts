/** The second factors of the signed-in user. */

import { type Mfa, type MfaMethod, type MfaPort, mfaMethods } from '../auth/account-ports.ts'
import { AppError } from '../errors.ts'
import type { Context } from './context.ts'
import { requireList, requireText, unusable } from './members.ts'

export function createMfa(context: Context): MfaPort {
  const { ask, command } = context
  return {
    getMfa: accessToken => getMfa(context, accessToken),
    setMfaPreference: async (accessToken, wanted) => {
      // A factor that was never on is not mentioned: a pool of the Lite tier refuses the very word.
      const { enabled } = await getMfa(context, accessToken)
      const named = mfaMethods.filter(method => [...enabled, ...wanted.enabled].includes(method))
      if (named.length === 0) return
      const settings = Object.fromEntries(named.map(method => settingFor(method, wanted)))
      await command('mfa', (sdk, deadline) =>
        sdk.setUserMFAPreference({ AccessToken: accessToken, ...settings }, deadline)
      )
    },
    associateSoftwareToken: async accessToken => {
      const { SecretCode } = await ask('totp', (sdk, deadline) =>
        sdk.associateSoftwareToken({ AccessToken: accessToken }, deadline)
      )
      return requireText(SecretCode, 'totp_incomplete')
    },
    verifySoftwareToken: async (accessToken, { code, friendlyName }) => {
      const input = { AccessToken: accessToken, UserCode: code, FriendlyDeviceName: friendlyName }
      const { Status } = await ask('totp', (sdk, deadline) =>
        sdk.verifySoftwareToken(input, deadline)
      )
      requireVerified(Status)
    }
  }
}

async function getMfa({ ask }: Context, accessToken: string): Promise<Mfa> {
  const { Username, UserMFASettingList, PreferredMfaSetting } = await ask(
    'account',
    (sdk, deadline) => sdk.getUser({ AccessToken: accessToken }, deadline)
  )
  requireText(Username, 'user_incomplete')
  const on = requireList(UserMFASettingList ?? [], 'user_incomplete')
  const enabled = mfaMethods.filter(method => on.includes(method))
  return { enabled, preferred: enabled.find(method => method === PreferredMfaSetting) }
}

/**
 * @throws AppError `code_mismatch` where the code was wrong, `upstream_error` where Cognito does not say
 */
export function requireVerified(status: unknown): void {
  if (status === 'SUCCESS') return
  if (status === 'ERROR') throw new AppError('code_mismatch', { reason: 'wrong_code' })
  throw unusable('totp_incomplete')
}

/** The member of SetUserMFAPreference that speaks of a factor. */
const members = {
  SOFTWARE_TOKEN_MFA: 'SoftwareTokenMfaSettings',
  SMS_MFA: 'SMSMfaSettings',
  EMAIL_OTP: 'EmailMfaSettings'
} as const satisfies Record<MfaMethod, string>

function settingFor(method: MfaMethod, { enabled, preferred }: Mfa) {
  const on = enabled.includes(method)
  return [members[method], { Enabled: on, PreferredMfa: on && method === preferred }] as const
}
