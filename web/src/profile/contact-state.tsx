/** Which of the user's addresses are proven, and a way to prove the others. */
import type { Profile, Verification } from '../../../packages/client/src/client.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'

type Attribute = Verification['attribute']

interface ContactStateProps {
  profile: Profile
  pending: readonly Verification[]
  onVerify(attribute: Attribute): Promise<void>
}

export function ContactState({ profile, pending, onVerify }: ContactStateProps) {
  const { email, emailVerified, phoneNumber, phoneNumberVerified } = profile
  const isPending = (attribute: Attribute) => pending.some(p => p.attribute === attribute)
  return (
    <ul class="rows">
      {email && (
        <Row
          value={email}
          isVerified={emailVerified}
          isPending={isPending('email')}
          onVerify={() => onVerify('email')}
        />
      )}
      {phoneNumber && (
        <Row
          value={phoneNumber}
          isVerified={phoneNumberVerified}
          isPending={isPending('phoneNumber')}
          onVerify={() => onVerify('phoneNumber')}
        />
      )}
    </ul>
  )
}

interface RowProps {
  value: string
  isVerified: boolean
  isPending: boolean
  onVerify(): Promise<void>
}

function Row({ value, isVerified, isPending, onVerify }: RowProps) {
  const verifying = useAction(onVerify)
  return (
    <li class="row">
      <span class="row-text">{value}</span>
      <Badge tone={isVerified ? 'good' : 'warn'}>{isVerified ? 'Verified' : 'Not verified'}</Badge>
      {!isVerified && !isPending && (
        <Button
          label={`Verify ${value}`}
          isBusy={verifying.isBusy}
          onClick={() => void verifying.run()}
        >
          Verify
        </Button>
      )}
      {verifying.problem && <Notice tone="bad">{verifying.problem}</Notice>}
    </li>
  )
}
