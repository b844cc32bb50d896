/** The named values of AuthParameters and ChallengeResponses. */

import { refusal } from '../errors.ts'

export type Parameters = Readonly<Record<string, string>>

/** @throws CognitoError InvalidParameterException where it is missing */
export function needed(parameters: Parameters, name: string): string {
  const value = parameters[name]
  if (value === undefined || value === '') throw refusal('parameterMissing', name)
  return value
}
