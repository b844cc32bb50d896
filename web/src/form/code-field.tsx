/** A one-time code: phones offer it from the message, and show digits to type. */
import { codeIn } from './code-in.ts'
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
      // A whole message may be pasted; what is longer than a code is cut down to it.
      maxLength={500}
      onInput={findCode}
      isFirst={isFirst}
    />
  )
}

/** Typing is left alone: what comes at once (pasted, dropped, filled in) is looked through. */
function findCode({ target, inputType }: InputEvent): void {
  if (!(target instanceof HTMLInputElement) || inputType === 'insertText') return
  if (/[^\d]/.test(target.value) && /\d{3}/.test(target.value)) target.value = codeIn(target.value)
}
