/** What two clients may do at two processes, in any order and at the same time. */

import { type Arbitrary, constantFrom } from 'fast-check'
import { isAuthenticated } from '../../src/auth/session.ts'
import { liveSession } from '../support/found-session.ts'
import { ask, hello } from './client.ts'
import { checkAnswer, endSession, processOf, settle } from './clients-model.ts'
import { at, client, credentials, ofAll, ofSession, post, type Step } from './clients-step.ts'

const login = (client: number, process: number) =>
  ofAll(`login(${client} at ${process})`, async (model, real) => {
    const { url } = processOf(real, process)
    const { status, code, cookie } = await post(url, '/auth/login', model.live[client], credentials)
    if (!cookie) throw new Error(`the login was answered ${status} ${code}`)
    endSession(model, client)
    model.live[client] = cookie
  })

const call = (client: number, process: number) =>
  ofSession(`call(${client} at ${process})`, client, async (model, real, cookie) => {
    checkAnswer(model, real, cookie, await hello(processOf(real, process).url, cookie))
  })

const burst = (client: number) =>
  ofSession(`burst(${client})`, client, async (model, real, cookie) => {
    const asked = [0, 1, 0, 1, 0, 1].map(i => hello(processOf(real, i).url, cookie))
    for (const answer of await Promise.all(asked)) checkAnswer(model, real, cookie, answer)
  })

/** Goes on while others act; if it has to refresh, Cognito is slow about it. */
const slowCall = (client: number, process: number) =>
  ofSession(`slowCall(${client} at ${process})`, client, async (_model, real, cookie) => {
    const operation = 'GetTokensFromRefreshToken'
    await real.world.cognito.fault({ operation, times: 1, delayMs: 25 })
    real.inFlight.push({ cookie, answer: hello(processOf(real, process).url, cookie) })
  })

const logout = (client: number, process: number) =>
  ofSession(`logout(${client} at ${process})`, client, async (model, real, cookie) => {
    const { status } = await post(processOf(real, process).url, '/auth/logout', cookie)
    if (status !== 204) throw new Error(`the logout was answered ${status}`)
    endSession(model, client)
  })

const logoutInBurst = (client: number, process: number) =>
  ofSession(`logoutInBurst(${client} at ${process})`, client, async (model, real, cookie) => {
    for (const i of [0, 1, 0, 1]) {
      real.inFlight.push({ cookie, answer: hello(processOf(real, i).url, cookie) })
    }
    await logout(client, process).run(model, real)
  })

const logoutEverywhere = (client: number, process: number) =>
  ofSession(`logoutEverywhere(${client} at ${process})`, client, async (model, real, cookie) => {
    const { status } = await post(processOf(real, process).url, '/auth/logout/all', cookie)
    if (status !== 204) throw new Error(`logging out everywhere was answered ${status}`)
    endSession(model, 0)
    endSession(model, 1)
  })

const load = (client: number) =>
  ofSession(`load(${client})`, client, async (_model, real, cookie) => {
    const session = await liveSession(real.store, cookie)
    if (!session || !isAuthenticated(session)) throw new Error('a living session is not there')
    real.loaded.push(session)
  })

const lateSave = () =>
  ofAll('lateSave', async (model, real) => {
    for (const session of real.loaded.splice(0)) {
      const isOver = model.ended.has(session.id)
      const outcome = await real.store.update(session, session.data)
      if ((outcome === 'gone') !== isOver) throw new Error(`a late save was ${outcome}`)
      await real.store.touch(session)
    }
  })

const poll = (client: number, process: number) =>
  ofSession(`poll(${client} at ${process})`, client, async (_model, real, cookie) => {
    const { status } = await ask(processOf(real, process).url, '/auth/session', { cookie })
    if (status !== 200) throw new Error(`the status was answered ${status}`)
  })

/** Access tokens live for 300 s. */
const expire = () =>
  ofAll('expire', async (model, real) => {
    await settle(model, real)
    await real.advance(301)
  })

/** Every living session needs a refresh, and both processes have begun one: what comes next meets it halfway. */
const refreshInFlight = (process: number) =>
  ofAll(`refreshInFlight(at ${process})`, async (model, real) => {
    await expire().run(model, real)
    for (const client of [0, 1]) {
      if (!model.live[client]) continue
      await slowCall(client, process).run(model, real)
      await slowCall(client, 1 - process).run(model, real)
    }
  })

/** Some more than once: they are likelier then. */
export const steps: Arbitrary<Step>[] = [
  ...[login, login, call, slowCall, slowCall, logout, logoutInBurst, logoutEverywhere, poll].map(
    at
  ),
  ...[burst, load, refreshInFlight, refreshInFlight].map(step => client().map(step)),
  ...[expire, lateSave].map(step => constantFrom(null).map(() => step()))
]
