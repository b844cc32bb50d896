/** A one-time code: phones offer it from the message, and show digits to type. */
import { Field, type FieldProps } from './field.tsx'

export function CodeField({ isFirst = true }: Pick<FieldProps, 'isFirst'>) {
  return (
    <Field
      name="code"
      label="Code"
      class="code"
      inputMode="numeric"
      autocomplete="one-time-code"
      spellcheck={false}
      maxLength={12}
      isFirst={isFirst}
    />
  )
}
