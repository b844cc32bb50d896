/** A real Redis for a test: a server of its own on a free port, which the test may kill and freeze. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createClient, RESP_TYPES } from 'redis'

/** The part of a tap test that is used here. */
export interface Scope {
  teardown(end: () => unknown): void
}

export interface TestRedis {
  readonly url: string
  readonly port: number
  readonly pid: number | undefined
  /** SIGKILL: connections break. */
  stop(): Promise<void>
  /** On the same port, empty, with the same arguments. */
  start(): Promise<void>
  /** SIGSTOP: connections stay and nothing answers. */
  freeze(): void
  thaw(): void
  /** One command, as text. */
  cli(...command: string[]): Promise<unknown>
  /** One command; strings in the answer come as Buffers. */
  raw(...command: (string | Buffer)[]): Promise<unknown>
}

/**
 * Starts a server for the time of the test. Taken from TEST_REDIS_SERVER or PATH; where there is none,
 * TEST_REDIS_URL names a running server, which cannot be killed or frozen.
 */
export async function startRedis(t: Scope, args: readonly string[] = []): Promise<TestRedis> {
  const binary = findServer()
  if (binary !== undefined) return ownServer(t, binary, args)
  const url = process.env.TEST_REDIS_URL
  if (url === undefined) {
    throw new Error(
      'No redis-server in PATH: install Redis, or set TEST_REDIS_SERVER or TEST_REDIS_URL'
    )
  }
  return givenServer(url)
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

async function ownServer(t: Scope, binary: string, args: readonly string[]): Promise<TestRedis> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'redis-test-'))
  const url = `redis://127.0.0.1:${port}`
  const fixed = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder]
  let server: ChildProcess | undefined
  const redis: TestRedis = {
    url,
    port,
    get pid() {
      return server?.pid
    },
    async start() {
      server = spawn(binary, [...fixed, '--save', '', '--appendonly', 'no', ...args], {
        stdio: ['ignore', 'pipe', 'ignore']
      })
      await listening(server)
    },
    async stop() {
      const dying = server
      server = undefined
      if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return
      dying.kill('SIGKILL')
      await once(dying, 'exit')
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    ...commands(url)
  }
  t.teardown(async () => {
    await redis.stop()
    await rm(folder, { recursive: true, force: true })
  })
  await redis.start()
  return redis
}

/** Waits for the line that a server prints once it accepts connections. */
async function listening(server: ChildProcess): Promise<void> {
  const { stdout } = server
  if (stdout === null) throw new Error('redis-server has no output')
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (/ready to accept connections|monitor master/i.test(printed)) resolve()
    })
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`redis-server did not start:\n${printed}`)))
  })
}

function givenServer(url: string): TestRedis {
  const refuse = (): never => {
    throw new Error('This test kills or freezes Redis: it needs a redis-server of its own in PATH')
  }
  return {
    url,
    port: Number(new URL(url).port || 6379),
    pid: undefined,
    stop: async () => refuse(),
    start: async () => refuse(),
    freeze: refuse,
    thaw: refuse,
    ...commands(url)
  }
}

function commands(url: string): Pick<TestRedis, 'cli' | 'raw'> {
  return {
    cli: (...command) => sendOnce(url, command, {}),
    raw: (...command) => sendOnce(url, command, { [RESP_TYPES.BLOB_STRING]: Buffer })
  }
}

async function sendOnce(url: string, command: (string | Buffer)[], typeMapping: object) {
  const client = createClient({ url, RESP: 2, commandOptions: { typeMapping } })
  client.on('error', () => {})
  await client.connect()
  try {
    return await client.sendCommand(command)
  } finally {
    client.destroy()
  }
}

function findServer(): string | undefined {
  const given = process.env.TEST_REDIS_SERVER
  if (given !== undefined) return given
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => [join(folder, 'redis-server'), join(folder, 'valkey-server')])
    .find(existsSync)
}
