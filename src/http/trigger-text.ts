/** The sentence of a Lambda trigger, made fit to show a person. */

import { AppError } from '../errors.ts'

/** In code points; longer is a stack or a page, not a sentence. */
const longest = 300

/** What the runtime of AWS Lambda says of a function that did not get to say anything itself. */
const ofTheRuntime =
  /^RequestId: |Runtime[. ](exited|\w*Error)|Task timed out after|\bCannot read propert|\bis not (a function|defined)\b/i

/**
 * The same error with the trigger's own words as its detail, where the trigger refused and said why. Control
 * and formatting characters become spaces; what is too long is cut.
 */
export function withTriggerText(error: AppError): AppError {
  const { code, trigger } = error
  if (code !== 'refused_by_trigger' || trigger === undefined) return error
  if (trigger.name === undefined || ofTheRuntime.test(trigger.text)) return error
  const text = trigger.text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim()
  if (text === '') return error
  const points = [...text]
  const detail = points.length > longest ? `${points.slice(0, longest - 1).join('')}…` : text
  const { reason, cause } = error
  return new AppError(code, { detail, trigger, cause, ...(reason !== undefined && { reason }) })
}
