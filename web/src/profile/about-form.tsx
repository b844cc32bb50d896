/** Name, gender and address. */
import type { Profile } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { Field } from '../form/field.tsx'
import { Form } from '../form/form.tsx'
import { given, type Values } from '../form/rules.ts'
import { SelectField } from '../form/select-field.tsx'
import { Card } from '../parts/card.tsx'
import { aboutChange } from './profile-change.ts'

interface AboutFormProps {
  profile: Profile
  onChange(profile: Profile): void
}

const rules = { givenName: given('Enter your name.') }
const genders = ['female', 'male', 'other']

export function AboutForm({ profile, onChange }: AboutFormProps) {
  const { address, gender } = profile
  async function save(values: Values) {
    const change = aboutChange(profile, values)
    if (change) onChange((await client.changeProfile(change)).profile)
  }
  return (
    <Card title="About you">
      <Form submit="Save" done="Saved." rules={rules} onSubmit={save}>
        <div class="pair">
          <Field
            name="givenName"
            label="Name"
            autocomplete="given-name"
            maxLength={256}
            defaultValue={profile.givenName ?? ''}
          />
          <SelectField
            name="gender"
            label="Gender"
            value={gender ?? ''}
            options={gender && !genders.includes(gender) ? [...genders, gender] : genders}
            isOptional
          />
        </div>
        <fieldset>
          <legend>Address</legend>
          <AddressField
            name="streetAddress"
            label="Street and number"
            autocomplete="street-address"
            value={address?.streetAddress}
          />
          <div class="pair">
            <AddressField
              name="postalCode"
              label="Postal code"
              autocomplete="postal-code"
              value={address?.postalCode}
            />
            <AddressField
              name="region"
              label="Region"
              autocomplete="address-level1"
              value={address?.region}
            />
          </div>
          <AddressField
            name="country"
            label="Country"
            autocomplete="country-name"
            value={address?.country}
          />
        </fieldset>
      </Form>
    </Card>
  )
}

interface AddressFieldProps {
  name: string
  label: string
  autocomplete: 'street-address' | 'postal-code' | 'address-level1' | 'country-name'
  value: string | null | undefined
}

function AddressField({ value, ...field }: AddressFieldProps) {
  return <Field {...field} maxLength={200} defaultValue={value ?? ''} isOptional />
}
