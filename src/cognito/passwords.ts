/** Replaces passwords, forgotten or known. */

import type { PasswordPort } from '../auth/account-ports.ts'
import type { Context } from './context.ts'
import { readDelivery } from './delivery.ts'
import { requireObject } from './members.ts'

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
