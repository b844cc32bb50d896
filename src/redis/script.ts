/** Runs a script by its hash, with its source where Redis does not know it. */

import type { RedisArgument, RedisScript, ScriptKeys } from './connection.ts'

type Send = (key: string, command: readonly RedisArgument[]) => Promise<unknown>

export async function runScript(
  send: Send,
  script: RedisScript,
  keys: ScriptKeys,
  args: readonly RedisArgument[]
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args]
  try {
    return await send(keys[0], ['EVALSHA', script.sha1, ...rest])
  } catch (error) {
    // A restart, a fail-over or SCRIPT FLUSH empties the cache of scripts.
    if (!/^NOSCRIPT /.test(messageOf(error))) throw error
    return send(keys[0], ['EVAL', script.source, ...rest])
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
