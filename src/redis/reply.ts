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

/** A hash as HGETALL answers it in RESP2: field, value, field, value. */
export function hash(reply: unknown): Map<string, Buffer> {
  if (!Array.isArray(reply)) throw unexpected('a list', reply)
  const entries = new Map<string, Buffer>()
  for (let i = 0; i + 1 < reply.length; i += 2) {
    const [field, value] = [bufferOrNull(reply[i]), bufferOrNull(reply[i + 1])]
    if (field !== null && value !== null) entries.set(field.toString(), value)
  }
  return entries
}

/** Says the kind only: the answer itself may hold what must not be logged. */
function unexpected(wanted: string, reply: unknown): TypeError {
  return new TypeError(`Redis answered ${typeof reply} where ${wanted} was expected`)
}
