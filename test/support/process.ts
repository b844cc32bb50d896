/** The service as a process of its own, as an operator runs it: signals, exit codes, standard output. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { Browser } from './browser.ts'

const program = fileURLToPath(new URL('../../src/server.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
}

export interface ServiceProcess {
  readonly child: ChildProcess
  /** Fails where the process ends before it listens. */
  readonly url: Promise<string>
  readonly ended: Promise<Ended>
  /** All that was written so far, both streams. */
  output(): string
  browser(): Promise<Browser>
}

/** Starts the compiled service with `env` and nothing else of ours; kills what is left when the test ends. */
export function startProcess(t: Test, env: Readonly<Record<string, string>>): ServiceProcess {
  const child = spawn(process.execPath, [program], {
    // Somewhere without a .env file.
    cwd: t.testdir(),
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  const written: Buffer[] = []
  const output = () => Buffer.concat(written).toString('utf8')
  const streams = [child.stdout, child.stderr].map(async stream => {
    for await (const chunk of stream ?? []) written.push(chunk)
  })
  // Not the child's own 'close': it never comes after disconnect().
  const exit = once(child, 'exit').then(([code, signal]): Ended => ({ code, signal }))
  const ended = Promise.all([exit, ...streams]).then(([how]) => how)
  const url = Promise.race([
    once(child, 'message').then(([message]): string => message.url),
    ended.then((): string => {
      throw new Error(`the process ended before it listened:\n${output()}`)
    })
  ])
  url.catch(() => undefined)
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, url, ended, output, browser: async () => new Browser(await url) }
}
