/** An email address; `username` is what password managers look for beside a password. */
import { Field } from './field.tsx'

interface EmailFieldProps {
  value?: string | undefined
  isFirst?: boolean
  autocomplete?: 'username' | 'email'
}

export function EmailField({ value, isFirst = false, autocomplete = 'username' }: EmailFieldProps) {
  return (
    <Field
      name="email"
      label="Email"
      type="email"
      inputMode="email"
      autocomplete={autocomplete}
      spellcheck={false}
      maxLength={128}
      defaultValue={value}
      isFirst={isFirst}
    />
  )
}
