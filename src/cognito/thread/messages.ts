/** What a thread and whoever gave it work say to each other. */

import type { PortableError } from './portable-error.ts'

export interface Job<Task> {
  readonly id: number
  readonly task: Task
}

/** A sentence for the operator, about no job in particular. */
export interface Notice {
  readonly notice: string
}

export type Answer<Result> = {
  readonly id: number
  /** What was to be told besides, whatever came of the job. */
  readonly notes?: readonly unknown[]
} & ({ readonly result: Result } | { readonly error: PortableError })
