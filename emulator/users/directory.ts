/** The users of the pool, found by `sub` or by email address, whatever its letter case. */

import type { User } from './user.ts'

export class Directory {
  readonly #bySub = new Map<string, User>()
  readonly #byEmail = new Map<string, User>()

  /** An address is taken from sign-up on, confirmed or not. */
  find(username: string): User | undefined {
    const key = username.toLowerCase()
    return this.#byEmail.get(key) ?? this.#bySub.get(key)
  }

  add(user: User): void {
    this.#bySub.set(user.sub, user)
    this.#index(user)
  }

  remove(user: User): void {
    this.#bySub.delete(user.sub)
    this.#unindex(user)
  }

  /** Sets attributes and keeps the sign-in name in step; an empty value removes one. */
  write(user: User, attributes: Iterable<readonly [string, string]>, now: number): void {
    this.#unindex(user)
    for (const [name, value] of attributes) {
      if (value === '') user.attributes.delete(name)
      else user.attributes.set(name, value)
    }
    this.#index(user)
    user.modifiedAt = now
  }

  #index(user: User): void {
    const email = user.attributes.get('email')
    if (email !== undefined) this.#byEmail.set(email.toLowerCase(), user)
  }

  #unindex(user: User): void {
    const email = user.attributes.get('email')
    if (email !== undefined) this.#byEmail.delete(email.toLowerCase())
  }
}
