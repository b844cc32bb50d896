/** The secret of a TOTP set-up that a login asks for: shown once, kept in memory, never in the history. */
import type { Challenge } from '../../../packages/client/src/client.ts'

export interface TotpSetup {
  readonly secret: string
  readonly otpauthUri: string
}

let kept: TotpSetup | undefined

/** Keeps the secret, if there is one, and gives the challenge without it. */
export function keepSetup({ secret, otpauthUri, ...challenge }: Challenge): Challenge {
  if (secret !== undefined && otpauthUri !== undefined) kept = { secret, otpauthUri }
  else kept = undefined
  return challenge
}

/** Undefined after a reload: the login has to begin again, and gets another secret. */
export function keptSetup(): TotpSetup | undefined {
  return kept
}
