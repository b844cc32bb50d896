/** What the main thread and the SRP thread say to each other. */

import type { Ephemeral, KeyInput } from './srp.ts'

export type Job =
  | { readonly id: number; readonly step: 'begin' }
  | { readonly id: number; readonly step: 'sessionKey'; readonly input: KeyInput }

export type Answer =
  | { readonly id: number; readonly step: 'begin'; readonly ephemeral: Ephemeral }
  | { readonly id: number; readonly step: 'sessionKey'; readonly key: Uint8Array }
  | { readonly id: number; readonly step: 'failed'; readonly message: string }
