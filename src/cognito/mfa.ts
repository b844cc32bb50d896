/** The second factors of the signed-in user. */

import { type Mfa, type MfaMethod, type MfaPort, mfaMethods } from '../auth/account-ports.ts'
import { AppError } from '../errors.ts'
import type { Context } from './context.ts'

export function createMfa(context: Context): MfaPort {
  const { ask } = context
  return {
    getMfa: accessToken => getMfa(context, accessToken),
    setMfaPreference: async (accessToken, wanted) => {
      // A factor that was never on is not mentioned: a pool of the Lite tier refuses the very word.
      const { enabled } = await getMfa(context, accessToken)
      const named = mfaMethods.filter(method => [...enabled, ...wanted.enabled].includes(method))
      if (named.length === 0) return
      const settings = Object.fromEntries(named.map(method => settingFor(method, wanted)))
      await ask('mfa', (sdk, deadline) =>
        sdk.setUserMFAPreference({ AccessToken: accessToken, ...settings }, deadline)
      )
    },
    associateSoftwareToken: async accessToken => {
      const { SecretCode } = await ask('totp', (sdk, deadline) =>
        sdk.associateSoftwareToken({ AccessToken: accessToken }, deadline)
      )
      if (!SecretCode) throw new AppError('upstream_error', { reason: 'totp_incomplete' })
      return SecretCode
    },
    verifySoftwareToken: async (accessToken, { code, friendlyName }) => {
      const input = { AccessToken: accessToken, UserCode: code, FriendlyDeviceName: friendlyName }
      await ask('totp', (sdk, deadline) => sdk.verifySoftwareToken(input, deadline))
    }
  }
}

async function getMfa({ ask }: Context, accessToken: string): Promise<Mfa> {
  const { UserMFASettingList, PreferredMfaSetting } = await ask('account', (sdk, deadline) =>
    sdk.getUser({ AccessToken: accessToken }, deadline)
  )
  const enabled = mfaMethods.filter(method => UserMFASettingList?.includes(method))
  return { enabled, preferred: enabled.find(method => method === PreferredMfaSetting) }
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
