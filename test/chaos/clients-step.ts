/** A step of a client, as the model-based test takes them. */
import { type Arbitrary, type AsyncCommand, constantFrom, tuple } from 'fast-check'
import { ask, password } from './client.ts'
import type { Model, Real } from './clients-model.ts'

export type Step = AsyncCommand<Model, Real, true>
type Run = (model: Model, real: Real, cookie: string) => Promise<void>

export const credentials = { email: 'demo@example.com', password }

export const post = (url: string, path: string, cookie: string | undefined, body?: unknown) =>
  ask(url, path, { method: 'POST', cookie, ...(body !== undefined && { body }) })

/** A step of a client that has a session. */
export function ofSession(name: string, client: number, run: Run): Step {
  return {
    check: async model => model.live[client] !== undefined,
    run: async (model, real) => run(model, real, model.live[client] ?? ''),
    toString: () => name
  }
}

export function ofAll(name: string, run: (model: Model, real: Real) => Promise<void>): Step {
  return { check: async () => true, run, toString: () => name }
}

export const client = () => constantFrom(0, 1)
const both = () => tuple(client(), constantFrom(0, 1))

/** A step of either client, at either process. */
export const at = (step: (client: number, process: number) => Step): Arbitrary<Step> =>
  both().map(([who, where]) => step(who, where))
