/** A form: its fields, what went wrong, and the button that sends it. */
import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import { Button, type ButtonProps } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { TitleId } from '../parts/title-id.ts'
import { FormContext } from './form-state.ts'
import type { Rules, Values } from './rules.ts'
import { SlowHint } from './slow-hint.tsx'
import { useForm } from './use-form.ts'

interface FormProps {
  /** Words on the button. */
  submit: string
  tone?: ButtonProps['tone']
  rules?: Rules
  /** Throws what the service refused; it is shown where it belongs. */
  onSubmit(values: Values): Promise<unknown>
  /** What to say when it went well and the form stays. */
  done?: string
  /** Beside the button. */
  aside?: ComponentChildren
  children: ComponentChildren
}

const noRules: Rules = {}

export function Form(props: FormProps) {
  const { submit, tone = 'main', rules = noRules } = props
  const { element, state, onSubmit, onInput } = useForm(props.onSubmit, rules)
  return (
    <form
      ref={element}
      noValidate
      aria-labelledby={useContext(TitleId)}
      onSubmit={onSubmit}
      onInput={onInput}
    >
      <FormContext.Provider value={state}>{props.children}</FormContext.Provider>
      {state.problem && <Notice tone="bad">{state.problem}</Notice>}
      <div class="actions">
        <Button type="submit" tone={tone} isBusy={state.isBusy}>
          {submit}
        </Button>
        {props.aside}
        <p class="done" role="status">
          {state.isDone && props.done}
        </p>
      </div>
      <SlowHint isBusy={state.isBusy} />
    </form>
  )
}
