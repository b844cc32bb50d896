/** The user's photo. */
import { useRef, useState } from 'preact/hooks'
import { ProblemError, type Profile } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { Avatar } from '../parts/avatar.tsx'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'
import { Complaint } from '../words/message-of.ts'
import { asUploadable, imageTypes } from './shrink.ts'

interface PhotoProps {
  profile: Profile
  onChange(picture: string | null): void
}

const unusable = ['invalid_request', 'unsupported_media_type']
const unusableWords = 'This file cannot be used. Choose another JPEG, PNG or WebP.'
const tooLargeWords = 'This photo is too large. Choose a smaller one.'

export function Photo({ profile, onChange }: PhotoProps) {
  const input = useRef<HTMLInputElement>(null)
  const [isOffered, setIsOffered] = useState(true)
  // One for both, so that what went wrong with the one is not said when the other has gone well.
  const acting = useAction((work: () => Promise<void>) => work())
  const put = async () => {
    const file = input.current?.files?.[0]
    if (!file) return
    try {
      onChange((await client.setPhoto(await asUploadable(file))).picture)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      // Its size is all that a proxy knows of a photo: only the service has looked at it.
      if (error.code === 'payload_too_large') throw new Complaint(tooLargeWords)
      if (error.type && unusable.includes(error.code)) throw new Complaint(unusableWords)
      if (error.code !== 'not_found') throw error
      setIsOffered(false)
    } finally {
      if (input.current) input.current.value = ''
    }
  }
  const remove = async () => {
    await client.removePhoto()
    onChange(null)
    // The button that had the focus is about to go.
    const choose = input.current?.nextElementSibling
    if (choose instanceof HTMLElement) choose.focus()
  }
  const { picture } = profile
  return (
    <Card
      title="Photo"
      hint="A JPEG, PNG or WebP image. Large images are scaled down before the upload."
    >
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
            onChange={() => void acting.run(put)}
          />
          <Button isBusy={acting.isBusy} onClick={() => input.current?.click()}>
            {picture ? 'Choose another' : 'Choose a photo'}
          </Button>
          {picture && (
            <Button tone="quiet" isOff={acting.isBusy} onClick={() => void acting.run(remove)}>
              Remove
            </Button>
          )}
        </div>
      </div>
      {acting.problem && <Notice tone="bad">{acting.problem}</Notice>}
      {!isOffered && <Notice tone="info">This service does not store photos.</Notice>}
    </Card>
  )
}
