/** Password, second step, and the end of the account. */
import { Heading } from '../parts/heading.tsx'
import { DeleteAccount } from './delete-account.tsx'
import { MfaCard } from './mfa-card.tsx'
import { PasswordCard } from './password-card.tsx'

export function SecurityView() {
  return (
    <>
      <Heading lead="How you prove your identity.">Security</Heading>
      <PasswordCard />
      <MfaCard />
      <DeleteAccount />
    </>
  )
}
