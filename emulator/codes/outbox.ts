/** What the pool would have sent by e-mail or SMS. Nothing ever leaves the machine. */

export type Medium = 'EMAIL' | 'SMS'

export type Purpose =
  | 'sign-up'
  | 'attribute-verification'
  | 'forgot-password'
  | 'mfa'
  | 'sign-in'
  | 'temporary-password'

export interface Message {
  readonly to: string
  readonly medium: Medium
  readonly purpose: Purpose
  readonly code: string
  /** ISO 8601. */
  readonly sentAt: string
}

const kept = 1000

export class Outbox {
  readonly #messages: Message[] = []
  readonly #onMessage: (message: Message) => void

  constructor(onMessage: (message: Message) => void) {
    this.#onMessage = onMessage
  }

  send(message: Message): void {
    this.#messages.unshift(message)
    if (this.#messages.length > kept) this.#messages.pop()
    this.#onMessage(message)
  }

  /** Newest first. */
  sentTo(to: string | null): readonly Message[] {
    const wanted = to?.toLowerCase()
    if (wanted === undefined) return this.#messages
    return this.#messages.filter(message => message.to.toLowerCase() === wanted)
  }
}
