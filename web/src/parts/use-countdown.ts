/** Seconds that run down to nothing. */
import { useEffect, useState } from 'preact/hooks'

/** Measured against the clock: a tab in the background counts late, but not wrong. */
export function useCountdown(seconds: number): [left: number, restart: (seconds: number) => void] {
  const [end, setEnd] = useState(() => Date.now() + seconds * 1000)
  const [now, setNow] = useState(Date.now)
  const left = Math.max(0, Math.ceil((end - now) / 1000))
  useEffect(() => {
    if (left === 0) return
    const timer = setTimeout(() => setNow(Date.now()), 1000)
    return () => clearTimeout(timer)
  }, [now, left])
  const restart = (length: number) => {
    setNow(Date.now())
    setEnd(Date.now() + length * 1000)
  }
  return [left, restart]
}
