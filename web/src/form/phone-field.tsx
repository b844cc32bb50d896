/** A phone number, always optional here. */
import { Field, type FieldProps } from './field.tsx'

interface PhoneFieldProps extends Pick<FieldProps, 'badge' | 'trailing'> {
  value?: string
}

export function PhoneField({ value, ...rest }: PhoneFieldProps) {
  return (
    <Field
      {...rest}
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
