/** A password, which can be looked at while it is typed. */
import { useState } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { Field, type FieldProps } from './field.tsx'

interface PasswordFieldProps extends Pick<FieldProps, 'hint' | 'isFirst'> {
  name?: string
  label?: string
  /** A new one makes password managers offer one. */
  isNew?: boolean
}

export function PasswordField(props: PasswordFieldProps) {
  const { name = 'password', label = 'Password', isNew = false, ...rest } = props
  const [isShown, setIsShown] = useState(false)
  return (
    <Field
      {...rest}
      name={name}
      label={label}
      type={isShown ? 'text' : 'password'}
      autocomplete={isNew ? 'new-password' : 'current-password'}
      spellcheck={false}
      maxLength={256}
      trailing={
        <button
          type="button"
          class="reveal"
          aria-pressed={isShown}
          aria-label={`Show ${label.toLowerCase()}`}
          onClick={() => setIsShown(!isShown)}
        >
          <Icon name={isShown ? 'hidden' : 'eye'} />
        </button>
      }
    />
  )
}
