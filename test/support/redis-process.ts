/** A redis-server process that a test starts, freezes and kills. */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

export interface RedisProcess {
  readonly pid: number | undefined
  /** With the same arguments; resolves once it accepts connections. */
  start(): Promise<void>
  /** SIGKILL: connections break. */
  stop(): Promise<void>
  /** SIGSTOP: connections stay and nothing answers. */
  freeze(): void
  thaw(): void
}

/** No server outlives the process that started it, however that ends. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const server of running) server.kill('SIGKILL')
})

/** TEST_REDIS_SERVER, else what is in PATH; undefined where there is none. */
export function findServer(): string | undefined {
  const given = process.env.TEST_REDIS_SERVER
  if (given !== undefined) return given
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => [join(folder, 'redis-server'), join(folder, 'valkey-server')])
    .find(existsSync)
}

export function redisProcess(binary: string, args: readonly string[]): RedisProcess {
  let server: ChildProcess | undefined
  return {
    get pid() {
      return server?.pid
    },
    async start() {
      server = spawn(binary, args, { stdio: ['ignore', 'pipe', 'ignore'] })
      running.add(server)
      await listening(server)
    },
    async stop() {
      const dying = server
      server = undefined
      if (dying === undefined) return
      running.delete(dying)
      if (dying.exitCode !== null || dying.signalCode !== null) return
      dying.kill('SIGKILL')
      await once(dying, 'exit')
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT')
  }
}

/** Waits for the line that a server, or a sentinel, prints once it accepts connections. */
async function listening(server: ChildProcess): Promise<void> {
  const { stdout } = server
  if (stdout === null) throw new Error('redis-server has no output')
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (/ready to accept connections|\+monitor master/i.test(printed)) resolve()
    })
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`redis-server did not start:\n${printed}`)))
  })
}

/** Below what kernels hand out by themselves (32768 on Linux, 49152 elsewhere). */
const PORTS = { first: 20_000, last: 32_000 }

/**
 * A port nobody listens on, and that no connection is given as its own: one from
 * `listen(0)` may be taken again before, or while, the server that wants it starts.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(PORTS.first, PORTS.last)
    if (await isFree(port)) return port
  }
  throw new Error(`No free port from ${PORTS.first} to ${PORTS.last}`)
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1')
  try {
    await once(probe, 'listening')
  } catch {
    return false
  }
  probe.close()
  await once(probe, 'close')
  return true
}
