/** The first login of an account that somebody else made: a password of one's own, and what is missing. */
import { AccountName } from '../form/account-name.tsx'
import { Field } from '../form/field.tsx'
import { Form } from '../form/form.tsx'
import { PasswordField } from '../form/password-field.tsx'
import { given, newPassword as newPasswordRule, type Values } from '../form/rules.ts'
import { attributeWords } from '../words/attributes.ts'
import { passwordHint } from '../words/hints.ts'
import type { StepProps } from './step-props.ts'

export function PasswordStep({ challenge, email, aside, answer }: StepProps) {
  const required = challenge.requiredAttributes ?? []
  const rules = Object.fromEntries([
    ['newPassword', newPasswordRule],
    ...required.map(name => [
      name,
      given(`Enter your ${attributeWords(name).label.toLowerCase()}.`)
    ])
  ])

  function send({ newPassword = '', ...values }: Values) {
    const attributes = Object.fromEntries(required.map(name => [name, values[name] ?? '']))
    return answer({ newPassword, ...(required.length > 0 && { attributes }) })
  }

  return (
    <Form submit="Continue" rules={rules} aside={aside} onSubmit={send}>
      <AccountName email={email} />
      <PasswordField name="newPassword" label="New password" isNew isFirst hint={passwordHint} />
      {required.map(name => (
        <Field key={name} name={name} {...attributeWords(name)} />
      ))}
    </Form>
  )
}
