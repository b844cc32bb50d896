/** The hourly caps on what may be tried for one user. */

import { refusal } from '../errors.ts'

const hourMs = 60 * 60_000

export class Attempts {
  readonly #times = new Map<string, number[]>()

  /**
   * Counts one attempt.
   * @param key the action and the user, e.g. `ResendConfirmationCode user`
   * @throws CognitoError LimitExceededException once `cap` were made within the hour
   */
  spend(key: string, cap: number, now: number): void {
    const recent = (this.#times.get(key) ?? []).filter(at => at > now - hourMs)
    this.#times.set(key, recent)
    if (recent.length >= cap) throw refusal('attemptLimit')
    recent.push(now)
  }
}
