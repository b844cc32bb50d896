/** Requests to upgrade the connection to a WebSocket (RFC 6455), on their way through the hooks of any other request. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** The connection of such a request, and the bytes that came after its head. */
export interface Upgrade {
  readonly socket: Duplex
  readonly head: Buffer
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

export function noteUpgrade(request: IncomingMessage, upgrade: Upgrade): void {
  upgrades.set(request, upgrade)
}

/** Undefined for any other request. */
export const upgradeOf = (request: IncomingMessage): Upgrade | undefined => upgrades.get(request)
