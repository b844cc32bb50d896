/** One field: its label, a hint, and what is wrong, tied together for every kind of reader. */
import type { ComponentChildren } from 'preact'
import { useContext, useId } from 'preact/hooks'
import { FormContext } from './form-state.ts'

export interface FieldProps {
  name: string
  label: string
  type?: 'text' | 'email' | 'password' | 'tel' | 'date'
  /** What the browser and password managers may fill in. */
  autocomplete?: string
  inputMode?: 'text' | 'email' | 'numeric' | 'tel'
  spellcheck?: boolean
  defaultValue?: string | undefined
  hint?: ComponentChildren
  isOptional?: boolean
  /** The focus comes here when the view does. */
  isFirst?: boolean
  maxLength?: number
  onInput?: (event: InputEvent) => void
  class?: string
  /** Behind the label. */
  badge?: ComponentChildren
  /** Inside the frame of the field, behind the text. */
  trailing?: ComponentChildren
}

export function Field({
  name,
  label,
  type = 'text',
  hint,
  isOptional = false,
  isFirst = false,
  class: className = '',
  badge,
  trailing,
  ...input
}: FieldProps) {
  const id = useId()
  const error = useContext(FormContext).errors[name]
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div class={`field ${className}`}>
      <div class="label">
        <label for={id}>
          {label}
          {isOptional && <span class="hint"> (optional)</span>}
        </label>
        {badge}
      </div>
      <div class="input">
        <input
          {...input}
          type={type as 'text'} // Preact types inputs by type, for roles, which none of these has here
          id={id}
          name={name}
          required={!isOptional}
          data-arrival={isFirst || undefined}
          aria-invalid={error !== undefined}
          aria-describedby={described || undefined}
        />
        {trailing}
      </div>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {sentence(label, error)}
        </p>
      )}
    </div>
  )
}

/** The service says `is required` of a field; people read a sentence. */
function sentence(label: string, error: string): string {
  return /^[a-z]/.test(error) ? `${label} ${error}.` : error
}
