/** Makes accounts and confirms them. */
import {
  type Mfa,
  type MfaMethod,
  type MfaPort,
  mfaMethods,
  type PasswordPort,
  type ProfilePort,
  type SignUpPort
} from '../auth/identity-provider.ts'
import { AppError } from '../errors.ts'
import { noticeDelivery } from './notices.ts'
import type { Context } from './service.ts'
import {
  attributesFromList,
  isText,
  listFromAttributes,
  readDelivery,
  requireList,
  requireObject,
  requireText,
  unusable
} from './shapes.ts'

export function createSignUp(context: Context): SignUpPort {
  const { ask, command } = context
  return {
    signUp: async ({ email, password, attributes }) => {
      const { UserConfirmed, UserSub, CodeDeliveryDetails } = await ask(
        'sign_up',
        (sdk, deadline) =>
          sdk.signUp(
            {
              ...context.named(email),
              Password: password,
              UserAttributes: listFromAttributes({ ...attributes, email })
            },
            deadline
          )
      )
      requireText(UserSub, 'sign_up_incomplete')
      const confirmed = UserConfirmed === true
      noticeDelivery(context, confirmed, CodeDeliveryDetails)
      return { confirmed, delivery: readDelivery(CodeDeliveryDetails) }
    },
    confirmSignUp: async ({ email, code }) => {
      await command('confirm_sign_up', (sdk, deadline) =>
        sdk.confirmSignUp({ ...context.named(email), ConfirmationCode: code }, deadline)
      )
    },
    resendConfirmationCode: async email => {
      const { CodeDeliveryDetails } = await ask('resend', (sdk, deadline) =>
        sdk.resendConfirmationCode(context.named(email), deadline)
      )
      return readDelivery(requireObject(CodeDeliveryDetails, 'delivery_missing'))
    }
  }
}

// Replaces passwords, forgotten or known.

export function createPasswords(context: Context): PasswordPort {
  const { ask, command } = context
  return {
    forgotPassword: async email => {
      const { CodeDeliveryDetails } = await ask('forgot', (sdk, deadline) =>
        sdk.forgotPassword(context.named(email), deadline)
      )
      return readDelivery(requireObject(CodeDeliveryDetails, 'delivery_missing'))
    },
    confirmForgotPassword: async ({ email, code, newPassword }) => {
      await command('reset', (sdk, deadline) =>
        sdk.confirmForgotPassword(
          { ...context.named(email), ConfirmationCode: code, Password: newPassword },
          deadline
        )
      )
    },
    changePassword: async (accessToken, { currentPassword, newPassword }) => {
      await command('change_password', (sdk, deadline) =>
        sdk.changePassword(
          {
            AccessToken: accessToken,
            PreviousPassword: currentPassword,
            ProposedPassword: newPassword
          },
          deadline
        )
      )
    }
  }
}

// Reads and changes what Cognito knows of the signed-in user.

export function createProfile({ ask, command }: Context): ProfilePort {
  return {
    getUser: async accessToken => {
      const { UserAttributes } = await ask('account', (sdk, deadline) =>
        sdk.getUser({ AccessToken: accessToken }, deadline)
      )
      const attributes = attributesFromList(requireList(UserAttributes, 'user_incomplete'))
      requireText(attributes.sub, 'user_incomplete')
      return attributes
    },
    updateAttributes: async (accessToken, attributes) => {
      const input = { AccessToken: accessToken, UserAttributes: listFromAttributes(attributes) }
      const { CodeDeliveryDetailsList } = await command('attributes', (sdk, deadline) =>
        sdk.updateUserAttributes(input, deadline)
      )
      // The API's model lets it be missing where nothing was sent: success is an empty answer then.
      return requireList(CodeDeliveryDetailsList ?? [], 'delivery_missing').flatMap(details => {
        const delivery = readDelivery(details)
        const attribute = details.AttributeName
        return delivery && isText(attribute) ? [{ attribute, delivery }] : []
      })
    },
    deleteAttributes: async (accessToken, names) => {
      const input = { AccessToken: accessToken, UserAttributeNames: [...names] }
      await command('attributes', (sdk, deadline) => sdk.deleteUserAttributes(input, deadline))
    },
    getAttributeVerificationCode: async (accessToken, attribute) => {
      const input = { AccessToken: accessToken, AttributeName: attribute }
      const { CodeDeliveryDetails } = await ask('verification', (sdk, deadline) =>
        sdk.getUserAttributeVerificationCode(input, deadline)
      )
      return readDelivery(requireObject(CodeDeliveryDetails, 'delivery_missing'))
    },
    verifyAttribute: async (accessToken, attribute, code) => {
      const input = { AccessToken: accessToken, AttributeName: attribute, Code: code }
      await command('verification', (sdk, deadline) => sdk.verifyUserAttribute(input, deadline))
    },
    deleteUser: async accessToken => {
      await command('account', (sdk, deadline) =>
        sdk.deleteUser({ AccessToken: accessToken }, deadline)
      )
    }
  }
}

// The second factors of the signed-in user.

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
