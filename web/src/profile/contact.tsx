/** Email and phone, and the codes that prove them. */
import { useState } from 'preact/hooks'
import type { Profile, Verification } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { EmailField } from '../form/email-field.tsx'
import { Form } from '../form/form.tsx'
import { PhoneField } from '../form/phone-field.tsx'
import { email as emailRule, phone, plainPhone, type Values } from '../form/rules.ts'
import { Card } from '../parts/card.tsx'
import { ContactState } from './contact-state.tsx'
import { contactChange } from './profile-change.ts'
import { VerificationForm } from './verification-form.tsx'

interface ContactProps {
  profile: Profile
  onChange(profile: Profile): void
}

const rules = { email: emailRule, phoneNumber: phone }

export function Contact({ profile, onChange }: ContactProps) {
  const [pending, setPending] = useState<readonly Verification[]>([])
  const without = (attribute: Verification['attribute']) =>
    pending.filter(other => other.attribute !== attribute)

  async function save({ email = '', phoneNumber = '' }: Values) {
    const change = contactChange(profile, { email, phoneNumber: plainPhone(phoneNumber) })
    if (!change) return
    const { profile: changed, verification } = await client.updateProfile(change)
    setPending(verification)
    onChange(changed)
  }
  async function verify(attribute: Verification['attribute']) {
    const { delivery } = await client.sendVerification({ attribute })
    setPending([...without(attribute), { attribute, delivery }])
  }

  return (
    <Card title="Contact" hint="A new address or number counts once you have entered its code.">
      <Form submit="Save" done={pending.length === 0 ? 'Saved.' : ''} rules={rules} onSubmit={save}>
        <EmailField value={profile.email ?? ''} autocomplete="email" />
        <PhoneField value={profile.phoneNumber ?? ''} />
      </Form>
      <ContactState profile={profile} pending={pending} onVerify={verify} />
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
