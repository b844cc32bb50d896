/** For a button that calls the service: busy while it does, and what went wrong. */
import { useRef, useState } from 'preact/hooks'
import { withReauthentication } from '../session/reauthentication.ts'
import { messageOf } from '../words/message-of.ts'

export interface Action<Given extends unknown[]> {
  readonly isBusy: boolean
  readonly problem: string | undefined
  /** Does nothing while it is busy. */
  run(...given: Given): Promise<void>
}

export function useAction<Given extends unknown[]>(
  work: (...given: Given) => Promise<unknown>
): Action<Given> {
  const [state, setState] = useState<{ isBusy: boolean; problem?: string }>({ isBusy: false })
  const isRunning = useRef(false)
  const run = async (...given: Given) => {
    if (isRunning.current) return
    isRunning.current = true
    setState({ isBusy: true })
    try {
      await withReauthentication(() => work(...given))
      setState({ isBusy: false })
    } catch (error) {
      setState({ isBusy: false, problem: messageOf(error) })
    } finally {
      isRunning.current = false
    }
  }
  return { isBusy: state.isBusy, problem: state.problem, run }
}
