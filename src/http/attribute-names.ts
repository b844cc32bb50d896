/** Attributes of a body under Cognito's names. */
import { cognitoName } from '../auth/attributes.ts'

export const withCognitoNames = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [cognitoName(name), value]))
