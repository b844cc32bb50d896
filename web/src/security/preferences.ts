/** Which second factors are wanted, as the service takes it. */
import type { Factor, MfaSettings } from '../../../packages/client/src/client.ts'

/** Turns a factor off; if it was the preferred one, another takes its place. */
export function without({ enabled, preferred }: MfaSettings, factor: Factor) {
  const rest = enabled.filter(other => other !== factor)
  return { enabled: rest, preferred: preferred === factor ? (rest[0] ?? null) : preferred }
}
