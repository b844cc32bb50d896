/** "Send a new code", with the pause that keeps people and services from drowning in codes. */
import { useState } from 'preact/hooks'
import { type Delivery, ProblemError } from '../../../packages/client/src/client.ts'
import { span } from '../words/time.ts'
import { Button } from './button.tsx'
import { useAction } from './use-action.ts'
import { useCountdown } from './use-countdown.ts'

const pauseSeconds = 30

interface ResendProps {
  send(): Promise<{ delivery: Delivery }>
  onSent?(delivery: Delivery): void
}

/** A code has just been sent when this appears. */
export function Resend({ send, onSent }: ResendProps) {
  const [left, restart] = useCountdown(pauseSeconds)
  const [said, setSaid] = useState('')
  const sending = useAction(async () => {
    setSaid('')
    try {
      const { delivery } = await send()
      setSaid(`A new code is on its way to ${delivery.destination}.`)
      restart(pauseSeconds)
      onSent?.(delivery)
    } catch (error) {
      if (error instanceof ProblemError) restart(error.retryAfterSeconds ?? 0)
      throw error
    }
  })
  return (
    <div class="resend">
      <Button
        tone="quiet"
        isBusy={sending.isBusy}
        isOff={left > 0}
        onClick={() => void sending.run()}
      >
        {left > 0 ? `New code in ${span(left)}` : 'Send a new code'}
      </Button>
      <p role="status" class={sending.problem && 'error'}>
        {sending.problem ?? said}
      </p>
    </div>
  )
}
