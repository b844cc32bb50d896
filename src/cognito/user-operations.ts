/** The operations on accounts: sign-up, passwords, the profile, second factors. */
import {
  type Mfa,
  type MfaMethod,
  type MfaPort,
  mfaMethods,
  type PasswordPort,
  type ProfilePort,
  type SignUpPort
} from '../auth/identity-provider.ts'
import type { Context } from './context.ts'
import { warnOfMissingConfirmationCode } from './pool-warnings.ts'
import {
  attributesFromList,
  isNonEmptyString,
  listFromAttributes,
  readDelivery,
  requireList,
  requireObject,
  requireString,
  requireTotpVerified
} from './response-fields.ts'

export function createSignUpOperations(context: Context): SignUpPort {
  const { call, callWithRequestId } = context
  return {
    signUp: async ({ email, password, attributes }) => {
      const { UserConfirmed, UserSub, CodeDeliveryDetails } = await call(
        'sign_up',
        (sdk, deadline) =>
          sdk.signUp(
            {
              ...context.clientAndUser(email),
              Password: password,
              UserAttributes: listFromAttributes({ ...attributes, email })
            },
            deadline
          )
      )
      requireString(UserSub, 'sign_up_incomplete')
      const confirmed = UserConfirmed === true
      warnOfMissingConfirmationCode(context, confirmed, CodeDeliveryDetails)
      return { confirmed, delivery: readDelivery(CodeDeliveryDetails) }
    },
    confirmSignUp: async ({ email, code }) => {
      await callWithRequestId('confirm_sign_up', (sdk, deadline) =>
        sdk.confirmSignUp({ ...context.clientAndUser(email), ConfirmationCode: code }, deadline)
      )
    },
    resendConfirmationCode: async email => {
      const { CodeDeliveryDetails } = await call('resend', (sdk, deadline) =>
        sdk.resendConfirmationCode(context.clientAndUser(email), deadline)
      )
      return readDelivery(requireObject(CodeDeliveryDetails, 'delivery_missing'))
    }
  }
}

export function createPasswordOperations(context: Context): PasswordPort {
  const { call, callWithRequestId } = context
  return {
    forgotPassword: async email => {
      const { CodeDeliveryDetails } = await call('forgot', (sdk, deadline) =>
        sdk.forgotPassword(context.clientAndUser(email), deadline)
      )
      return readDelivery(requireObject(CodeDeliveryDetails, 'delivery_missing'))
    },
    confirmForgotPassword: async ({ email, code, newPassword }) => {
      await callWithRequestId('reset', (sdk, deadline) =>
        sdk.confirmForgotPassword(
          { ...context.clientAndUser(email), ConfirmationCode: code, Password: newPassword },
          deadline
        )
      )
    },
    changePassword: async (accessToken, { currentPassword, newPassword }) => {
      await callWithRequestId('change_password', (sdk, deadline) =>
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

export function createProfileOperations({ call, callWithRequestId }: Context): ProfilePort {
  return {
    getUser: async accessToken => {
      const { UserAttributes } = await call('account', (sdk, deadline) =>
        sdk.getUser({ AccessToken: accessToken }, deadline)
      )
      const attributes = attributesFromList(requireList(UserAttributes, 'user_incomplete'))
      requireString(attributes.sub, 'user_incomplete')
      return attributes
    },
    updateAttributes: async (accessToken, attributes) => {
      const input = { AccessToken: accessToken, UserAttributes: listFromAttributes(attributes) }
      const { CodeDeliveryDetailsList } = await callWithRequestId('attributes', (sdk, deadline) =>
        sdk.updateUserAttributes(input, deadline)
      )
      // Optional in the API's model: where no code was sent, the response is empty.
      return requireList(CodeDeliveryDetailsList ?? [], 'delivery_missing').flatMap(details => {
        const delivery = readDelivery(details)
        const attribute = details.AttributeName
        return delivery && isNonEmptyString(attribute) ? [{ attribute, delivery }] : []
      })
    },
    deleteAttributes: async (accessToken, names) => {
      const input = { AccessToken: accessToken, UserAttributeNames: [...names] }
      await callWithRequestId('attributes', (sdk, deadline) =>
        sdk.deleteUserAttributes(input, deadline)
      )
    },
    getAttributeVerificationCode: async (accessToken, attribute) => {
      const input = { AccessToken: accessToken, AttributeName: attribute }
      const { CodeDeliveryDetails } = await call('verification', (sdk, deadline) =>
        sdk.getUserAttributeVerificationCode(input, deadline)
      )
      return readDelivery(requireObject(CodeDeliveryDetails, 'delivery_missing'))
    },
    verifyAttribute: async (accessToken, attribute, code) => {
      const input = { AccessToken: accessToken, AttributeName: attribute, Code: code }
      await callWithRequestId('verification', (sdk, deadline) =>
        sdk.verifyUserAttribute(input, deadline)
      )
    },
    deleteUser: async accessToken => {
      await callWithRequestId('account', (sdk, deadline) =>
        sdk.deleteUser({ AccessToken: accessToken }, deadline)
      )
    }
  }
}

export function createMfaOperations(context: Context): MfaPort {
  const { call, callWithRequestId } = context
  return {
    getMfa: accessToken => getMfa(context, accessToken),
    setMfaPreference: async (accessToken, wanted) => {
      // A factor that was never enabled is left out: pools of the Lite tier reject a request that names one.
      const { enabled } = await getMfa(context, accessToken)
      const affected = mfaMethods.filter(method => [...enabled, ...wanted.enabled].includes(method))
      if (affected.length === 0) return
      const settings = Object.fromEntries(affected.map(method => settingFor(method, wanted)))
      await callWithRequestId('mfa', (sdk, deadline) =>
        sdk.setUserMFAPreference({ AccessToken: accessToken, ...settings }, deadline)
      )
    },
    associateSoftwareToken: async accessToken => {
      const { SecretCode } = await call('totp', (sdk, deadline) =>
        sdk.associateSoftwareToken({ AccessToken: accessToken }, deadline)
      )
      return requireString(SecretCode, 'totp_incomplete')
    },
    verifySoftwareToken: async (accessToken, { code, friendlyName }) => {
      const input = { AccessToken: accessToken, UserCode: code, FriendlyDeviceName: friendlyName }
      const { Status } = await call('totp', (sdk, deadline) =>
        sdk.verifySoftwareToken(input, deadline)
      )
      requireTotpVerified(Status)
    }
  }
}

async function getMfa({ call }: Context, accessToken: string): Promise<Mfa> {
  const { Username, UserMFASettingList, PreferredMfaSetting } = await call(
    'account',
    (sdk, deadline) => sdk.getUser({ AccessToken: accessToken }, deadline)
  )
  requireString(Username, 'user_incomplete')
  const settings = requireList(UserMFASettingList ?? [], 'user_incomplete')
  const enabled = mfaMethods.filter(method => settings.includes(method))
  return { enabled, preferred: enabled.find(method => method === PreferredMfaSetting) }
}

/** The field of SetUserMFAPreference for each factor. */
const preferenceFields = {
  SOFTWARE_TOKEN_MFA: 'SoftwareTokenMfaSettings',
  SMS_MFA: 'SMSMfaSettings',
  EMAIL_OTP: 'EmailMfaSettings'
} as const satisfies Record<MfaMethod, string>

function settingFor(method: MfaMethod, { enabled, preferred }: Mfa) {
  const isEnabled = enabled.includes(method)
  const isPreferred = isEnabled && method === preferred
  return [preferenceFields[method], { Enabled: isEnabled, PreferredMfa: isPreferred }] as const
}
