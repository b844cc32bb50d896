/** Makes accounts and confirms them. */

import type { SignUpPort } from '../auth/account-ports.ts'
import type { Context } from './context.ts'
import { readDelivery } from './delivery.ts'
import { requireObject, requireText } from './members.ts'
import { noticeDelivery } from './notices.ts'
import { listFromAttributes } from './shapes.ts'

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
