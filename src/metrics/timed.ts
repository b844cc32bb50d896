/** Measures how long the calls of a port take; the port itself is not changed. */
import { AppError } from '../errors.ts'

/** `outcome` is `ok`, the code of the AppError, or `error`; `duration` in ms. */
export type RecordCall = (operation: string, outcome: string, duration: number) => void

/** A port with the same methods; records each call of its asynchronous methods under the method's name. */
export function timed<Port extends object>(port: Port, record: RecordCall): Port {
  const methods = new Map<PropertyKey, unknown>()
  for (const [name, member] of Object.entries(port)) {
    if (typeof member !== 'function') continue
    methods.set(name, (...args: unknown[]) => {
      const startedAt = performance.now()
      const result: unknown = Reflect.apply(member, port, args)
      if (!(result instanceof Promise)) return result
      const recordOutcome = (outcome: string) =>
        record(name, outcome, performance.now() - startedAt)
      result.then(
        () => recordOutcome('ok'),
        (error: unknown) => recordOutcome(error instanceof AppError ? error.code : 'error')
      )
      return result
    })
  }
  return new Proxy(port, {
    get: (target, name) => methods.get(name) ?? Reflect.get(target, name)
  })
}
