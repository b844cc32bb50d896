/** The end of the account, after a second thought and the password. */
import { useState } from 'preact/hooks'
import { navigate } from '../app/router.ts'
import { client } from '../client.ts'
import { AccountName } from '../form/account-name.tsx'
import { Form } from '../form/form.tsx'
import { PasswordField } from '../form/password-field.tsx'
import { given, type Values } from '../form/rules.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useActiveSession } from '../session/use-session.ts'

export function DeleteAccount() {
  const [isAsked, setIsAsked] = useState(false)
  return (
    <Card
      title="Delete your account"
      hint="Your account is deleted immediately. This cannot be undone."
      isDangerous
    >
      <Button tone="bad" onClick={() => setIsAsked(true)}>
        Delete my account
      </Button>
      {isAsked && <Question onCancel={() => setIsAsked(false)} />}
    </Card>
  )
}

const rules = { confirmingPassword: given('Enter your password.') }

function Question({ onCancel }: { onCancel(): void }) {
  const email = useActiveSession()?.user.email
  async function erase({ confirmingPassword = '' }: Values) {
    await client.deleteAccount({ password: confirmingPassword })
    navigate('/login', { replace: true, luggage: { notice: 'deleted' } })
  }
  const cancel = (
    <Button tone="quiet" onClick={onCancel}>
      Cancel
    </Button>
  )
  return (
    <Dialog title="Delete your account?" onCancel={onCancel}>
      <p>
        The account {email} will be deleted now, and all its sessions end. This cannot be undone.
        Enter your password to confirm.
      </p>
      <Form submit="Delete permanently" tone="bad" rules={rules} aside={cancel} onSubmit={erase}>
        <AccountName email={email} />
        <PasswordField name="confirmingPassword" isFirst />
      </Form>
    </Dialog>
  )
}
