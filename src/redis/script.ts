/** Runs a Lua script by its hash, or by its source where Redis does not have it in its cache. */

import type { RedisArgument, RedisScript, ScriptKeys } from './connection.ts'

type Send = (key: string, command: readonly RedisArgument[]) => Promise<unknown>

export async function runScript(
  send: Send,
  script: RedisScript,
  keys: ScriptKeys,
  args: readonly RedisArgument[]
): Promise<unknown> {
  const parameters = [String(keys.length), ...keys, ...args]
  try {
    return await send(keys[0], ['EVALSHA', script.sha1, ...parameters])
  } catch (error) {
    // A restart, a fail-over or SCRIPT FLUSH empties the cache of scripts.
    if (!/^NOSCRIPT /.test(messageOf(error))) throw error
    return send(keys[0], ['EVAL', script.source, ...parameters])
  }
}

/** The message of an error; empty for anything else that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
