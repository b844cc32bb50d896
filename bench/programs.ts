/** The programs that are measured: each a process of its own, on a port of its own, ended with the run. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Usage } from './probes/usage.ts'

export type Env = Readonly<Record<string, string>>

export interface Program {
  readonly url: string
  readonly pid: number
  usage(): Promise<Usage>
  /** Asks what was loaded into it by `--import` (see probes/); the answer has the kind of the question. */
  ask<T>(kind: string): Promise<T>
  stop(): Promise<void>
}

const root = new URL('../../', import.meta.url)

/**
 * The service sets this flag itself (src/heap.ts). Peers get it, too: without it some processes are slower for
 * as long as they live, and chance would decide a comparison.
 */
const steady = '--no-allocation-site-pretenuring'

/** The argument that loads a module of probes/ into a program before its own code. */
export function probe(name: 'usage' | 'event-loop' | 'memory'): string {
  return `--import=${new URL(`./probes/${name}.js`, import.meta.url).href}`
}

/**
 * Starts a program of this repository and waits until it listens (its IPC message says where).
 * @param file from the root
 * @throws Error where it ends before it listens; what it says on stderr is shown.
 */
export async function startProgram(file: string, env: Env, args: string[] = []): Promise<Program> {
  const output = openSync(devNull, 'w')
  const path = fileURLToPath(new URL(file, root))
  const flags = file.startsWith('bench/peers/') ? [steady, ...args] : args
  const child = spawn(process.execPath, [probe('usage'), ...flags, path], {
    // Not the project's folder: an .env there must not decide about a measurement.
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? '', NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', output, 'inherit', 'ipc']
  })
  closeSync(output)
  const ended = once(child, 'exit')
  const { url } = await reply<{ url: string }>(child, 'listening')
  async function ask<T>(kind: string): Promise<T> {
    const answer = reply<{ value: T }>(child, kind)
    child.send({ kind })
    return (await answer).value
  }
  return {
    url: url.replace('localhost', '127.0.0.1'),
    pid: child.pid ?? 0, // there is one: it has said where it listens
    ask,
    usage: () => ask('usage'),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    }
  }
}

function reply<T>(child: ChildProcess, kind: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const died = () => reject(new Error(`${child.spawnargs.at(-1)} ended`))
    const hear = (message: { kind?: string } & T) => {
      if (message.kind !== kind) return
      child.off('message', hear).off('exit', died)
      resolve(message)
    }
    child.on('message', hear).once('exit', died)
  })
}
