/** Reads the ChallengeParameters of a challenge into the domain's words. */

import type { ChallengeIssued } from '../auth/identity-provider.ts'
import { toDelivery } from './delivery.ts'

type Parameters = Readonly<Record<string, string>>
type Words = Pick<ChallengeIssued, 'delivery' | 'choices' | 'requiredAttributes'>

/** Before each name in requiredAttributes, and before each attribute of the answer. */
export const attributePrefix = 'userAttributes.'

export function readParameters(parameters: Parameters): Words {
  const { CODE_DELIVERY_DELIVERY_MEDIUM: medium, CODE_DELIVERY_DESTINATION: to } = parameters
  const delivery = toDelivery(medium, to)
  const choices = readList(parameters.MFAS_CAN_CHOOSE ?? parameters.MFAS_CAN_SETUP)
  const required = readList(parameters.requiredAttributes)?.map(name =>
    name.startsWith(attributePrefix) ? name.slice(attributePrefix.length) : name
  )
  return {
    ...(delivery === undefined ? {} : { delivery }),
    ...(choices === undefined ? {} : { choices }),
    ...(required === undefined ? {} : { requiredAttributes: required })
  }
}

/** Lists travel as JSON in a string. What is not one is left out: the challenge can be shown without. */
function readList(json: string | undefined): string[] | undefined {
  if (json === undefined) return undefined
  try {
    const list: unknown = JSON.parse(json)
    return Array.isArray(list) ? list.filter(item => typeof item === 'string') : undefined
  } catch {
    return undefined
  }
}
