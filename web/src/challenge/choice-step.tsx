/** Which second factor to use. */
import { Form } from '../form/form.tsx'
import { RadioField } from '../form/radio-field.tsx'
import { given } from '../form/rules.ts'
import { factorWords } from '../words/factors.ts'
import type { StepProps } from './step-props.ts'

const rules = { choice: given('Choose one.') }

export function ChoiceStep({ challenge, aside, answer }: StepProps) {
  const options = (challenge.choices ?? []).map(value => ({ value, ...factorWords(value) }))
  return (
    <Form
      submit="Continue"
      rules={rules}
      aside={aside}
      onSubmit={({ choice = '' }) => answer({ choice })}
    >
      <RadioField name="choice" label="How" options={options} />
    </Form>
  )
}
