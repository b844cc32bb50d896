/** Something a view needs from the service before it can be shown. */
import { useEffect, useState } from 'preact/hooks'
import { messageOf } from '../words/message-of.ts'

export interface Loaded<T> {
  readonly data: T | undefined
  readonly problem: string | undefined
  /** For what a call has answered: no need to load again. */
  set(data: T): void
  reload(): void
}

export function useLoad<T>(load: (options: { signal: AbortSignal }) => Promise<T>): Loaded<T> {
  const [data, set] = useState<T>()
  const [problem, setProblem] = useState<string>()
  const [turn, setTurn] = useState(0)
  // Once, and again when asked to; not whenever `load` is another function.
  useEffect(() => {
    const leaving = new AbortController()
    setProblem(undefined)
    load({ signal: leaving.signal }).then(set, error => {
      if (!leaving.signal.aborted) setProblem(messageOf(error))
    })
    return () => leaving.abort()
  }, [turn])
  return { data, problem, set, reload: () => setTurn(turn + 1) }
}
