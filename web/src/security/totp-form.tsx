/** Sets an authenticator app up: the key as a picture and as text, and the first code as proof. */
import type { ComponentChildren } from 'preact'
import type { TotpSetup } from '../challenge/setup-keeper.ts'
import { CodeField } from '../form/code-field.tsx'
import { Form } from '../form/form.tsx'
import { code as codeRule, plainCode } from '../form/rules.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { QrCode } from '../parts/qr-code.tsx'

interface TotpFormProps {
  setup: TotpSetup
  onSubmit(code: string): Promise<unknown>
  aside?: ComponentChildren
}

const rules = { code: codeRule }

export function TotpForm({ setup, onSubmit, aside }: TotpFormProps) {
  const groups = setup.secret.match(/.{1,4}/g)?.join(' ')
  return (
    <Form
      submit="Check the code"
      rules={rules}
      aside={aside}
      onSubmit={({ code = '' }) => onSubmit(plainCode(code))}
    >
      <ol class="steps">
        <li>
          <p>Scan this code with an authenticator app, or open it in one:</p>
          <QrCode text={setup.otpauthUri} label="QR code for your authenticator app" />
          <p>
            <a href={setup.otpauthUri}>Open in an app on this device</a>
          </p>
          <details>
            <summary>Type the key instead</summary>
            <p class="secret">
              <code>{groups}</code>
              <CopyButton text={setup.secret} label="Copy the key" />
            </p>
          </details>
        </li>
        <li>
          <p>Enter the code that the app shows now:</p>
          {/* First things first: the focus on it would scroll the picture away. */}
          <CodeField isFirst={false} />
        </li>
      </ol>
    </Form>
  )
}
