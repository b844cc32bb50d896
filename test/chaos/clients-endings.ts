/** How a session ends by what another one does, or by somebody who has none: the rest of the model's steps. */

import type { Arbitrary } from 'fast-check'
import { isAuthenticated } from '../../src/auth/session.ts'
import { liveSession } from '../support/found-session.ts'
import { ask, password } from './client.ts'
import { endSession, processOf } from './clients-model.ts'
import { at, credentials, ofAll, ofSession, post, type Step } from './clients-step.ts'

/** One client ends the session of the other, if that has one. */
const revoke = (client: number, process: number) =>
  ofSession(`revoke(by ${client} at ${process})`, client, async (model, real, cookie) => {
    const other = model.live[1 - client]
    const session = other === undefined ? null : await liveSession(real.store, other)
    if (!session || !isAuthenticated(session)) return
    const path = `/auth/sessions/${session.data.handle}`
    const { url } = processOf(real, process)
    const { status, code } = await ask(url, path, { method: 'DELETE', cookie })
    if (status !== 204) throw new Error(`the revocation was answered ${status} ${code}`)
    endSession(model, 1 - client)
  })

const { email } = credentials

/** Whoever has the code needs no session, and leaves none. */
const resetPassword = (process: number) =>
  ofAll(`resetPassword(at ${process})`, async (model, real) => {
    const { url } = processOf(real, process)
    const asked = await post(url, '/auth/password/forgot', undefined, { email })
    if (asked.status !== 202) throw new Error(`asking was answered ${asked.status} ${asked.code}`)
    const code = await real.world.cognito.code(email)
    const proof = { email, code, newPassword: password }
    const reset = await post(url, '/auth/password/reset', undefined, proof)
    if (reset.status !== 204)
      throw new Error(`the reset was answered ${reset.status} ${reset.code}`)
    endSession(model, 0)
    endSession(model, 1)
  })

/** The session goes on under a new id, the other one ends. */
const changePassword = (client: number, process: number) =>
  ofSession(`changePassword(${client} at ${process})`, client, async (model, real, cookie) => {
    const change = { currentPassword: password, newPassword: password }
    const { url } = processOf(real, process)
    const answer = await post(url, '/auth/password/change', cookie, change)
    if (answer.status !== 204 || !answer.cookie) {
      throw new Error(`the change was answered ${answer.status} ${answer.code}`)
    }
    endSession(model, 0)
    endSession(model, 1)
    model.live[client] = answer.cookie
  })

export const endings: Arbitrary<Step>[] = [
  at(revoke),
  at((_client, process) => resetPassword(process)),
  at(changePassword)
]
