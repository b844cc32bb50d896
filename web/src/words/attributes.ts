/** Attributes of a user that a pool may require, in words. */
import type { FieldProps } from '../form/field.tsx'

type Words = Pick<FieldProps, 'label' | 'type' | 'autocomplete' | 'inputMode' | 'hint'>

const known: Readonly<Record<string, Words>> = {
  givenName: { label: 'Name', autocomplete: 'given-name' },
  family_name: { label: 'Family name', autocomplete: 'family-name' },
  name: { label: 'Full name', autocomplete: 'name' },
  nickname: { label: 'Nickname', autocomplete: 'nickname' },
  email: { label: 'Email', type: 'email', inputMode: 'email', autocomplete: 'email' },
  phoneNumber: {
    label: 'Phone',
    type: 'tel',
    inputMode: 'tel',
    autocomplete: 'tel',
    hint: 'With country code, like +442079460018.'
  },
  birthdate: { label: 'Date of birth', type: 'date', autocomplete: 'bday' },
  zoneinfo: { label: 'Time zone' },
  locale: { label: 'Language' },
  gender: { label: 'Gender', autocomplete: 'sex' }
}

/** An attribute this page has no words for goes by its own name: `zoneinfo` -> `Zoneinfo`. */
export function attributeWords(name: string): Words {
  const spaced = name.replace(/^custom:/, '').replace(/([a-z])([A-Z])|_/g, '$1 $2')
  return known[name] ?? { label: spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase() }
}
