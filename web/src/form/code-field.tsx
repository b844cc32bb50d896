/** A one-time code: phones offer it from the message, and show digits to type. */
import { Field, type FieldProps } from './field.tsx'

export function CodeField({ label = 'Code', hint }: Partial<Pick<FieldProps, 'label' | 'hint'>>) {
  return (
    <Field
      name="code"
      label={label}
      hint={hint}
      class="code"
      inputMode="numeric"
      autocomplete="one-time-code"
      spellcheck={false}
      maxLength={12}
      isFirst
    />
  )
}
