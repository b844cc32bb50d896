/** The user's photo. */
import { useRef, useState } from 'preact/hooks'
import { ProblemError, type Profile } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { Avatar } from '../parts/avatar.tsx'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'
import { asUploadable, imageTypes } from './shrink.ts'

interface PhotoProps {
  profile: Profile
  onChange(picture: string | null): void
}

export function Photo({ profile, onChange }: PhotoProps) {
  const input = useRef<HTMLInputElement>(null)
  const [isOffered, setIsOffered] = useState(true)
  const putting = useAction(async () => {
    const file = input.current?.files?.[0]
    if (!file) return
    try {
      onChange((await client.setPhoto(await asUploadable(file))).picture)
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'not_found') throw error
      setIsOffered(false)
    } finally {
      if (input.current) input.current.value = ''
    }
  })
  const removing = useAction(async () => {
    await client.removePhoto()
    onChange(null)
  })
  const problem = putting.problem ?? removing.problem
  const { picture } = profile
  return (
    <Card title="Photo">
      <div class="photo">
        <Avatar name={profile.givenName ?? profile.email ?? '?'} picture={picture} isLarge />
        <div class="actions">
          <input
            ref={input}
            class="unseen"
            id="photo"
            type="file"
            aria-label="Photo"
            accept={imageTypes.join(',')}
            tabIndex={-1}
            onChange={() => void putting.run()}
          />
          <Button isBusy={putting.isBusy} onClick={() => input.current?.click()}>
            {picture ? 'Choose another' : 'Choose a photo'}
          </Button>
          {picture && (
            <Button tone="quiet" isBusy={removing.isBusy} onClick={() => void removing.run()}>
              Remove
            </Button>
          )}
        </div>
      </div>
      {problem && <Notice tone="bad">{problem}</Notice>}
      {!isOffered && <Notice tone="info">This service does not keep photos.</Notice>}
    </Card>
  )
}
