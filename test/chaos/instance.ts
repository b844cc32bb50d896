/** The service as a process of its own, as it runs in production: to be killed, suspended and drained. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Scope } from '../support/redis.ts'
import { testKey } from '../support/service.ts'

export interface Instance {
  readonly url: string
  /** What it has logged so far, one JSON object a line. */
  readonly logs: readonly string[]
  /** Whether an event was logged, `session.ended` for one. */
  saw(event: string): boolean
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGTERM; settles when it has drained and ended, with its exit code. */
  drain(): Promise<number | null>
  /** Moves its wall clock, forwards or backwards. */
  advance(ms: number): Promise<void>
  suspend(): void
  resume(): void
}

export type Env = Readonly<Record<string, string>>

const movableClock = new URL('./movable-clock.js', import.meta.url).href
const program = fileURLToPath(new URL('../../src/server.js', import.meta.url))

/** `env` goes on top of: a free port, the tests' session key, no limits. */
export async function startInstance(scope: Scope, env: Env): Promise<Instance> {
  const child = spawn(process.execPath, [program], {
    // Not the project's folder: an .env there must not decide about a test.
    cwd: tmpdir(),
    env: {
      PATH: process.env.PATH ?? '',
      NODE_OPTIONS: `--import=${movableClock}`,
      PORT: '0',
      PUBLIC_ORIGIN: 'http://localhost:3000',
      SESSION_KEYS: testKey,
      RATE_LIMIT_SCALE: '0',
      // These tests load a machine to its limits: shedding load would be all that they see.
      PRESSURE_EVENT_LOOP_MS: '0',
      NODE_NO_WARNINGS: '1',
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  const ended = once(child, 'exit')
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
    return child.exitCode
  }
  scope.teardown(() => end('SIGKILL'))
  const logs = collect(child)
  return {
    url: await listening(child, logs),
    logs,
    saw: event => logs.some(line => line.includes(`"event":"${event}"`)),
    kill: async () => void (await end('SIGKILL')),
    drain: () => end('SIGTERM'),
    async advance(ms) {
      const moved = once(child, 'message')
      child.send({ advanceMs: ms })
      await moved
    },
    suspend: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT')
  }
}

function collect(child: ChildProcess): string[] {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
    })
  }
  return lines
}

function listening(child: ChildProcess, logs: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { url: string }) => {
      resolve(message.url.replace('localhost', '127.0.0.1'))
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`the service ended at once:\n${logs.join('\n')}`)))
  })
}
