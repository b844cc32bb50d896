/** After some seconds, people want to know that something still goes on. */
import { useEffect, useState } from 'preact/hooks'

const patience = 4000

export function SlowHint({ isBusy }: { isBusy: boolean }) {
  const [isSlow, setIsSlow] = useState(false)
  useEffect(() => {
    setIsSlow(false)
    if (!isBusy) return
    const timer = setTimeout(() => setIsSlow(true), patience)
    return () => clearTimeout(timer)
  }, [isBusy])
  return (
    <p class="hint" role="status">
      {isSlow && 'This takes longer than usual. Your input is safe.'}
    </p>
  )
}
