/** A code from an app, a text message or an email. */
import { CodeField } from '../form/code-field.tsx'
import { Form } from '../form/form.tsx'
import { code as codeRule, plainCode } from '../form/rules.ts'
import { OutboxLink } from '../parts/outbox-link.tsx'
import type { StepProps } from './step-props.ts'

const rules = { code: codeRule }

export function CodeStep({ challenge, email, aside, answer }: StepProps) {
  return (
    <>
      <Form
        submit="Continue"
        rules={rules}
        aside={aside}
        onSubmit={({ code = '' }) => answer({ code: plainCode(code) })}
      >
        <CodeField />
      </Form>
      {challenge.delivery && <OutboxLink to={email} />}
    </>
  )
}
