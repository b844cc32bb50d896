/** An email address; `username` is what password managers look for beside a password. */
import { Field, type FieldProps } from './field.tsx'

interface EmailFieldProps extends Pick<FieldProps, 'badge' | 'trailing'> {
  value?: string | undefined
  isFirst?: boolean
  autocomplete?: 'username' | 'email'
}

export function EmailField(props: EmailFieldProps) {
  const { value, isFirst = false, autocomplete = 'username', ...rest } = props
  return (
    <Field
      {...rest}
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
