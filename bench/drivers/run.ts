/** Runs a load in a process of its own, so that it does not share an event loop with what watches it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../../bench/drivers/', import.meta.url)

/**
 * @param task what the driver reads as JSON
 * @returns what it prints
 * @throws Error where it ends otherwise
 */
export async function drive(driver: 'autocannon' | 'steady', task: object): Promise<string> {
  return run(process.execPath, [fileURLToPath(new URL(`${driver}.mjs`, folder))], task)
}

/** @throws Error where the program ends with another code than 0, or cannot be started */
export async function run(program: string, args: string[], task?: object): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(task && JSON.stringify(task))
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`)
  return printed
}
