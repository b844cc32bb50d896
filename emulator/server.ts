/** The local Cognito as a server, for its own program and for tests in the same process. */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Message } from './codes/outbox.ts'
import { answerLive, echoOverSockets } from './controls/live-echo.ts'
import { answer } from './http/routes.ts'
import { type Local, makeLocal } from './local.ts'
import type { PoolSettings } from './settings.ts'

export interface LocalCognitoOptions {
  /** Loopback unless told otherwise: it holds no secrets but gives codes to anyone. */
  readonly host?: string
  /** 0, the default, picks a free one. */
  readonly port?: number
  /** Told of each code as it is "sent". */
  readonly onMessage?: (message: Message) => void
  /** Milliseconds since the epoch; the clock that `POST /_local/clock` moves. */
  readonly now?: () => number
  /** What is not as usual from the start, and after a reset. */
  readonly settings?: Partial<PoolSettings>
}

export interface LocalCognito {
  /** Without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Stops at once: open connections are cut. */
  readonly close: () => Promise<void>
}

/** @throws the error of `listen`, such as EADDRINUSE */
export async function startLocalCognito(options: LocalCognitoOptions = {}): Promise<LocalCognito> {
  const { host = '127.0.0.1', port = 0, onMessage = () => {}, now, settings } = options
  const local = await makeLocal(onMessage, now, settings)
  const stopping = new AbortController()
  const server = makeServer(local, stopping.signal)
  const listeningPort = await listen(server, port, host)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listeningPort}`,
    port: listeningPort,
    close: async () => {
      stopping.abort()
      await close(server)
    }
  }
}

function makeServer(local: Local, stopped: AbortSignal): Server {
  const server = createServer((request, response) => {
    if (answerLive(local, request, response)) return
    // Only a connection that broke, or a stop, ends up here: there is nobody left to answer.
    answer(local, request, response, stopped).catch(() => response.destroy())
  })
  echoOverSockets(local, server, stopped)
  // Longer than clients keep theirs, so that it is never the server that hangs up first.
  server.keepAliveTimeout = 65_000
  return server
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port) // a TCP server has one once it listens
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
