/** Whose request a piece of work belongs to. */

/** All that a log needs to name a request. A Fastify request is one. */
export interface Caller {
  readonly id: string
  readonly ip: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
