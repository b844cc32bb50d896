/** A redis-server process that a test starts, freezes and kills. */

import { type ChildProcess, spawn } from 'node:child_process'
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

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}
