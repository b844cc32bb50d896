/** A real Redis for a test: a server of its own, which the test may kill and freeze. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, RESP_TYPES } from 'redis'
import { findServer, freePort, type RedisProcess, redisProcess } from './redis-process.ts'

/** The part of a tap test that is used here. */
export interface Scope {
  teardown(end: () => unknown): void
}

/** `start` brings it back on the same port, empty, with the same arguments. */
export interface TestRedis extends RedisProcess {
  readonly url: string
  readonly port: number
  /** One command, as text. */
  cli(...command: string[]): Promise<unknown>
  /** One command; strings in the answer come as Buffers. */
  raw(...command: (string | Buffer)[]): Promise<unknown>
}

/**
 * Starts a server for the time of the test. Taken from TEST_REDIS_SERVER or PATH; where there is
 * none, TEST_REDIS_URL names a running server, which cannot be killed or frozen.
 */
export async function startRedis(t: Scope, args: readonly string[] = []): Promise<TestRedis> {
  const binary = findServer()
  if (binary !== undefined) return ownServer(t, binary, args)
  const url = process.env.TEST_REDIS_URL
  if (url === undefined) throw noServer()
  return givenServer(url)
}

/** A server of our own, or a clear sentence. */
export function needServer(): string {
  const binary = findServer()
  if (binary === undefined) throw noServer()
  return binary
}

/** A folder for the time of the test. */
export async function testFolder(t: Scope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-test-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function ownServer(t: Scope, binary: string, args: readonly string[]): Promise<TestRedis> {
  const port = await freePort()
  const folder = await testFolder(t)
  const where = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder]
  const server = redisProcess(binary, [...where, '--save', '', '--appendonly', 'no', ...args])
  t.teardown(() => server.stop())
  await server.start()
  const url = `redis://${credentials(args)}127.0.0.1:${port}`
  // Not spread: pid is a getter.
  return Object.assign(server, { url, port, ...commands(url) })
}

function credentials(args: readonly string[]): string {
  const password = args[args.indexOf('--requirepass') + 1]
  return args.includes('--requirepass') ? `:${encodeURIComponent(password ?? '')}@` : ''
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

export function commands(url: string): Pick<TestRedis, 'cli' | 'raw'> {
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

function noServer(): Error {
  return new Error(
    'No redis-server in PATH: install Redis, or set TEST_REDIS_SERVER or TEST_REDIS_URL'
  )
}
