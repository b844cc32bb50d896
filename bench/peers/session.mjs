/** What every peer keeps for a signed-in user, and what it answers about it: the same as the service. */
import { randomBytes } from 'node:crypto'

export const view = {
  authenticated: true,
  user: {
    sub: '7c1a2f5e-3d0b-4b6e-9f1d-2a8c5e4b7d90',
    email: 'demo@example.com',
    emailVerified: true,
    givenName: 'Demo',
    groups: []
  },
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T12:00:00.000Z',
  idleExpiresAt: '2026-01-01T00:30:00.000Z',
  authenticatedAt: '2026-01-01T00:00:00.000Z'
}

const token = length => randomBytes(length).toString('base64url').slice(0, length)

/** Tokens as long as those of Cognito. */
export const tokens = { access: token(1100), id: token(1200), refresh: token(1800) }

/** The session as JSON, padded or cut to as many bytes as a record of the service has. */
export function recordOf(bytes) {
  const bare = JSON.stringify({ ...view, tokens: '' })
  return JSON.stringify({ ...view, tokens: token(Math.max(0, bytes - bare.length)) })
}

/** Tells whoever started this program where it listens, and ends with it. */
export function listening(port) {
  process.once('disconnect', () => process.exit())
  process.send?.({ kind: 'listening', url: `http://127.0.0.1:${port}` })
}
