/** Email and phone, and the codes that prove them. */
import { useState } from 'preact/hooks'
import {
  ProblemError,
  type Profile,
  type ProfileChange
} from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { EmailField } from '../form/email-field.tsx'
import { Form } from '../form/form.tsx'
import { PhoneField } from '../form/phone-field.tsx'
import { email as emailRule, phone, plainPhone, type Values } from '../form/rules.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'
import { type Attribute, type Pending, pendingOf } from './pending.ts'
import { contactChange } from './profile-change.ts'
import { VerificationForm } from './verification-form.tsx'

interface ContactProps {
  profile: Profile
  onChange(profile: Profile): void
}

const rules = { email: emailRule, phoneNumber: phone }

export function Contact({ profile, onChange }: ContactProps) {
  const [pending, setPending] = useState<readonly Pending[]>([])
  const without = (attribute: Attribute) => pending.filter(other => other.attribute !== attribute)

  async function save({ email = '', phoneNumber = '' }: Values) {
    const change = contactChange(profile, { email, phoneNumber: plainPhone(phoneNumber) })
    if (!change) return
    const { profile: changed, verification } = await client
      .changeProfile(change)
      .catch(error => beside(error, change))
    setPending(pendingOf(verification))
    onChange(changed)
  }
  const verifying = useAction(async (attribute: Attribute) => {
    const { delivery } = await client.sendVerificationCode({ attribute })
    setPending([...without(attribute), { attribute, delivery }])
  })

  const stateOf = (attribute: Attribute, value: string | null, isVerified: boolean) => {
    if (!value) return {}
    const isAsked = pending.some(verification => verification.attribute === attribute)
    const isOpen = !isVerified && !isAsked
    return {
      badge: (
        <Badge tone={isVerified ? 'good' : 'warn'}>
          {isVerified ? 'Verified' : 'Not verified'}
        </Badge>
      ),
      trailing: isOpen && (
        <Button
          tone="quiet"
          label={`Verify ${value}`}
          isBusy={verifying.isBusy}
          onClick={() => void verifying.run(attribute)}
        >
          Verify
        </Button>
      )
    }
  }

  return (
    <Card
      title="Contact"
      hint="A new email address or phone number takes effect when you enter its code."
    >
      <Form submit="Save" done={pending.length === 0 ? 'Saved.' : ''} rules={rules} onSubmit={save}>
        <EmailField
          value={profile.email ?? ''}
          autocomplete="email"
          {...stateOf('email', profile.email, profile.emailVerified)}
        />
        <PhoneField
          value={profile.phoneNumber ?? ''}
          {...stateOf('phoneNumber', profile.phoneNumber, profile.phoneNumberVerified)}
        />
      </Form>
      {verifying.problem && <Notice tone="bad">{verifying.problem}</Notice>}
      {pending.map(verification => (
        <VerificationForm
          key={verification.attribute}
          verification={verification}
          onDone={changed => {
            setPending(without(verification.attribute))
            onChange(changed)
          }}
          onCancel={() => setPending(without(verification.attribute))}
        />
      ))}
    </Card>
  )
}

/** The service says that one of two belongs to somebody else; where only one was changed, that is the one. */
function beside(error: unknown, change: ProfileChange): never {
  const [field, ...others] = Object.keys(change)
  if (!(error instanceof ProblemError) || error.code !== 'alias_exists') throw error
  if (field === undefined || others.length > 0) throw error
  const message = 'This belongs to another account.'
  const { code, title, status } = error
  const errors = [{ field, message, code: 'not_allowed' as const }]
  throw new ProblemError({ code, title, status, detail: message, errors })
}
