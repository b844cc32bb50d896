/** Times every call of a port, without the port or its callers knowing. */
import { AppError } from '../errors.ts'

/** `outcome` is `ok`, the code of the AppError, or `error`; `duration` in ms. */
export type Observe = (operation: string, outcome: string, duration: number) => void

/** The same port, each asynchronous method of it observed under its name. */
export function timed<Port extends object>(port: Port, observe: Observe): Port {
  const methods = new Map<PropertyKey, unknown>()
  for (const [name, member] of Object.entries(port)) {
    if (typeof member !== 'function') continue
    methods.set(name, (...args: unknown[]) => {
      const begun = performance.now()
      const result: unknown = Reflect.apply(member, port, args)
      if (!(result instanceof Promise)) return result
      const over = (outcome: string) => observe(name, outcome, performance.now() - begun)
      result.then(
        () => over('ok'),
        (error: unknown) => over(error instanceof AppError ? error.code : 'error')
      )
      return result
    })
  }
  return new Proxy(port, {
    get: (target, name) => methods.get(name) ?? Reflect.get(target, name)
  })
}
