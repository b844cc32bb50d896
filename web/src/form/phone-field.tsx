/** A phone number, always optional here. */
import { Field } from './field.tsx'

export function PhoneField({ value }: { value?: string | undefined }) {
  return (
    <Field
      name="phoneNumber"
      label="Phone"
      type="tel"
      inputMode="tel"
      autocomplete="tel"
      hint="With country code, like +44 20 7946 0018."
      maxLength={30}
      defaultValue={value}
      isOptional
    />
  )
}
