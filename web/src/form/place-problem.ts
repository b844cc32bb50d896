/** Where in a form a refusal belongs: beside the field it is about, else below the fields. */
import { type ProblemCode, ProblemError } from '../../../packages/client/src/client.ts'
import { messageOf } from '../words/message-of.ts'
import type { FormState } from './form-state.ts'

/** Fields a code may be about; the first that the form has is meant. */
const fieldsOf: Partial<Record<ProblemCode, readonly string[]>> = {
  code_mismatch: ['code'],
  code_expired: ['code'],
  invalid_password: ['newPassword', 'password'],
  email_exists: ['email'],
  email_not_found: ['email'],
  // What is typed again, most of the time; the sentence speaks of both.
  invalid_credentials: ['currentPassword', 'confirmingPassword', 'password']
}

export function placeProblem(error: unknown, form: HTMLFormElement): Omit<FormState, 'isBusy'> {
  const has = (name: string) => form.elements.namedItem(name) !== null
  const message = messageOf(error)
  if (!(error instanceof ProblemError)) return { errors: {}, problem: message, isDone: false }
  const named = error.errors.flatMap(({ field, message: sentence }) => {
    // `address.country` is the field `country` of the form.
    const name = has(field) ? field : (field.split('.').at(-1) ?? '')
    return has(name) ? [[name, sentence] as const] : []
  })
  if (named.length > 0) return { errors: Object.fromEntries(named), isDone: false }
  const field = fieldsOf[error.code]?.find(has)
  // Who was not asked for an email has not typed a wrong one.
  const isPassword = error.code === 'invalid_credentials' && !has('email')
  const words = isPassword ? 'The password is wrong.' : message
  if (field) return { errors: { [field]: words }, isDone: false }
  return { errors: {}, problem: message, isDone: false }
}
