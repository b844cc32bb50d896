/** One of a list, or nothing. */
import { useId } from 'preact/hooks'

interface SelectFieldProps {
  name: string
  label: string
  value: string
  options: readonly string[]
  isOptional?: boolean
  /** Words for an option; its own with a capital by default. */
  words?(option: string): string
  hideEmpty?: boolean
}

const capital = (option: string) => option.charAt(0).toUpperCase() + option.slice(1)

export function SelectField(props: SelectFieldProps) {
  const { name, label, value, options, isOptional = false, words = capital } = props
  const id = useId()
  return (
    <div class="field">
      <label for={id}>
        {label}
        {isOptional && <span class="hint"> (optional)</span>}
      </label>
      <div class="input">
        <select id={id} name={name}>
          {!props.hideEmpty && <option value="">Not given</option>}
          {options.map(option => (
            <option key={option} value={option} selected={option === value}>
              {words(option)}
            </option>
          ))}
        </select>
      </div>
    </div>
  )
}
