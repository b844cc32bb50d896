/** A button that can be busy: it stays where the focus is, and says so. */
import type { ComponentChildren } from 'preact'

export interface ButtonProps {
  type?: 'button' | 'submit'
  /** `main` is the one thing to do here; `bad` destroys something. */
  tone?: 'main' | 'plain' | 'quiet' | 'bad'
  isBusy?: boolean
  isOff?: boolean
  /** For a button whose words mean little without the row it stands in. */
  label?: string
  onClick?(): void
  children: ComponentChildren
}

export function Button(props: ButtonProps) {
  const { type = 'button', tone = 'plain', isBusy = false, isOff = false, onClick } = props
  const isIdle = !isBusy && !isOff
  return (
    <button
      type={type}
      class={`button ${tone}`}
      aria-busy={isBusy}
      aria-disabled={!isIdle}
      aria-label={props.label}
      // Not `disabled`: that would throw the focus away. A submit is refused by its form.
      onClick={isIdle ? onClick : undefined}
    >
      {props.children}
    </button>
  )
}
