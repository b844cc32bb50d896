/** Some actions want a recent login: asks for it, then does what was to be done. */
import { ProblemError } from '../../../packages/client/src/client.ts'
import { Complaint } from '../words/message-of.ts'

type Answer = (isProven: boolean) => void

let asked: Answer | undefined
const listeners = new Set<() => void>()

/** Whether somebody is being asked right now; the dialog listens. */
export const reauthentication = {
  get isAsked() {
    return asked !== undefined
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  answer(isProven: boolean): void {
    const answer = asked
    ask(undefined)
    answer?.(isProven)
  }
}

/** Does the work; where it wants a recent login and gets one, does it again. */
export async function withReauthentication<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'reauthentication_required') throw error
    const isProven = await new Promise<boolean>(resolve => {
      // Who asked before gives way: there is one dialog.
      asked?.(false)
      ask(resolve)
    })
    if (!isProven) throw new Complaint('Nothing was changed, because this needs your password.')
    return work()
  }
}

function ask(answer: Answer | undefined): void {
  asked = answer
  for (const listener of listeners) listener()
}
