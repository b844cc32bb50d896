/** One of a few. */
import { useContext, useId } from 'preact/hooks'
import { FormContext } from './form-state.ts'

interface Option {
  readonly value: string
  readonly name: string
  readonly hint: string
}

interface RadioFieldProps {
  name: string
  label: string
  options: readonly Option[]
}

export function RadioField({ name, label, options }: RadioFieldProps) {
  const id = useId()
  const error = useContext(FormContext).errors[name]
  return (
    <fieldset class="field radios" aria-describedby={error && `${id}-error`}>
      <legend>{label}</legend>
      {options.map(({ value, name: words, hint }, index) => (
        <label key={value} class="radio">
          <input
            type="radio"
            name={name}
            value={value}
            defaultChecked={index === 0}
            data-arrival={index === 0 || undefined}
            aria-invalid={error !== undefined}
          />
          <span>
            <b>{words}</b>
            <span class="hint">{hint}</span>
          </span>
        </label>
      ))}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  )
}
