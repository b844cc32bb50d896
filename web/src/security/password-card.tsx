/** A new password, by the current one. */

import { useState } from 'preact/hooks'
import { client } from '../client.ts'
import { AccountName } from '../form/account-name.tsx'
import { Form } from '../form/form.tsx'
import { PasswordField } from '../form/password-field.tsx'
import { given, newPassword as newPasswordRule, type Values } from '../form/rules.ts'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { useActiveSession } from '../session/use-session.ts'
import { passwordHint } from '../words/hints.ts'

const rules = {
  currentPassword: given('Enter your current password.'),
  newPassword: newPasswordRule
}

export function PasswordCard() {
  const email = useActiveSession()?.user.email
  const [turn, setTurn] = useState(0)
  const [done, setDone] = useState('')
  async function change({ currentPassword = '', newPassword = '' }: Values) {
    setDone('')
    await client.changePassword({ currentPassword, newPassword })
    setDone('Your password has been changed. Your other sessions have ended.')
    setTurn(turn + 1)
  }
  return (
    <Card title="Password" hint="Changing it ends all your other sessions.">
      {done && (
        <Notice tone="good" takesFocus>
          {done}
        </Notice>
      )}
      <Form key={turn} submit="Change password" rules={rules} onSubmit={change}>
        <AccountName email={email} />
        <PasswordField name="currentPassword" label="Current password" />
        <PasswordField name="newPassword" label="New password" isNew hint={passwordHint} />
      </Form>
    </Card>
  )
}
