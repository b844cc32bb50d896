/** Reads the answers of Redis: the boundary where `unknown` gets its type, or is refused. */

/** A string of Redis, or null where there is none. */
export function bufferOrNull(reply: unknown): Buffer | null {
  if (reply === null || Buffer.isBuffer(reply)) return reply
  throw unexpected('a string', reply)
}

export function integer(reply: unknown): number {
  if (typeof reply === 'number') return reply
  throw unexpected('an integer', reply)
}

export function integers(reply: unknown): number[] {
  if (Array.isArray(reply)) return reply.map(integer)
  throw unexpected('a list', reply)
}

/** Says the kind only: the answer itself may hold what must not be logged. */
function unexpected(wanted: string, reply: unknown): TypeError {
  return new TypeError(`Redis answered ${typeof reply} where ${wanted} was expected`)
}
