/** Reads and changes what Cognito knows of the signed-in user. */

import type { ProfilePort } from '../auth/account-ports.ts'
import type { Context } from './context.ts'
import { readDelivery } from './delivery.ts'
import { isText, requireList, requireObject, requireText } from './members.ts'
import { attributesFromList, listFromAttributes } from './shapes.ts'

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
      const { CodeDeliveryDetailsList } = await ask('attributes', (sdk, deadline) =>
        sdk.updateUserAttributes(input, deadline)
      )
      // The API's model lets it be missing where nothing was sent.
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
