/** What the model of ends works with: two processes, one of them behind wires, and the people at them. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { totp } from '../cognito/totp.ts'
import { type Answer, Browser } from '../support/browser.ts'
import type { Cognito } from '../support/cognito.ts'
import type { Scope } from '../support/redis.ts'
import { type Gate, startGate } from './gate.ts'
import type { Instance } from './instance.ts'
import { startWire, type Wire } from './wire.ts'
import { makeWorld, until, type World } from './world.ts'

export const oldPassword = 'Correct-Horse-9'
export const newPassword = 'Better-Battery-8'
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

export interface EndsWorld {
  readonly world: World
  readonly cognito: Cognito
  /** Between both processes and Cognito. */
  readonly gate: Gate
  /** Between the first process and Redis. */
  readonly wire: Wire
  readonly first: Instance
  readonly second: Instance
  /** Somebody whose session nothing here may touch. */
  readonly stranger: Browser
}

export async function makeEndsWorld(scope: Scope): Promise<EndsWorld> {
  const world = await makeWorld(scope, { instances: 0 })
  const { redis, cognito } = world
  const gate = await startGate(scope, cognito.url)
  const wire = await startWire(scope, redis.url)
  const env = {
    COGNITO_ENDPOINT: gate.url,
    COGNITO_AUTH_FLOW: 'USER_PASSWORD_AUTH',
    API_UPSTREAM: await startApi(scope)
  }
  const first = await world.start({ ...env, REDIS_URL: wire.url })
  const second = await world.start(env)
  await cognito.patchPool({ attemptCaps: false, totpWindowSteps: 10 })
  const stranger = new Browser(second.url)
  await stranger.login()
  return { world, cognito, gate, wire, first, second, stranger }
}

/** Streams without an end, and says hello. */
async function startApi(scope: Scope): Promise<string> {
  const server = createServer(({ url }, response) => {
    const type = url === '/stream' ? 'text/event-stream' : 'application/json'
    response.writeHead(200, { 'content-type': type }).write('{}\n\n')
    if (url !== '/stream') response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address() as AddressInfo // a TCP server has one
  return `http://127.0.0.1:${address.port}`
}

/** A user of one race. */
export interface Person {
  readonly email: string
  readonly hasFactor: boolean
  /** Each code counts once: the steps of the window in turn. */
  nextStep: number
}

let people = 0

export async function newPerson({ cognito }: EndsWorld, hasFactor: boolean): Promise<Person> {
  people += 1
  const email = `person.${people}@example.com`
  const factor = hasFactor ? { totpSecret } : {}
  await cognito.createUser({ email, password: oldPassword, confirmed: true, ...factor })
  return { email, hasFactor, nextStep: -8 }
}

/** The same browser, at another process or in another tab: the same cookies. */
export function also(browser: Browser, { url }: { url: string } = { url: browser.origin }) {
  const other = new Browser(url)
  for (const [name, value] of browser.jar) other.jar.set(name, value)
  return other
}

export function answerChallenge(person: Person, browser: Browser): Promise<Answer> {
  const code = totp(totpSecret, Date.now() + 30_000 * person.nextStep)
  person.nextStep += 1
  return browser.post('/auth/login/challenge', { name: 'SOFTWARE_TOKEN_MFA', code })
}

export async function logIn(person: Person, browser: Browser, password = oldPassword) {
  const { email } = person
  const answer = await browser.post('/auth/login', { email, password })
  return answer.json?.status === 'challenge' ? answerChallenge(person, browser) : answer
}

/** Logs in, or throws. */
export async function signedIn(person: Person, { url }: Instance, password = oldPassword) {
  const browser = new Browser(url)
  const { status, text } = await logIn(person, browser, password)
  if (status !== 200) throw new Error(`a login was answered ${status}: ${text}`)
  return browser
}

export async function isSignedIn(browser: Browser, at: Instance): Promise<boolean | undefined> {
  const { status, json } = await also(browser, at).get('/auth/session')
  return status === 200 ? json.authenticated === true : undefined
}

/** Whether it is dead at both processes, after `limit` ms at the most. */
export function isDead({ first, second }: EndsWorld, browser: Browser, limit: number) {
  const isAlive = async () => {
    const seen = await Promise.all([isSignedIn(browser, first), isSignedIn(browser, second)])
    return seen.some(one => one !== false)
  }
  return until(isAlive, alive => !alive, limit).then(
    () => true,
    () => false
  )
}

/** How sessions of a user end, by whoever may do that. The status of the answer is what it says. */
export interface End {
  readonly name: string
  /** Of the password afterwards; undefined where there is no account any more. */
  readonly passwordAfter: string | undefined
  /** What has to be asked for before Cognito may fail or be slow. */
  prepare(world: EndsWorld, person: Person): Promise<string>
  run(owner: Browser, person: Person, prepared: string): Promise<Answer>
}

const nothing = async () => ''

const reset: End = {
  name: 'a reset',
  passwordAfter: newPassword,
  async prepare({ cognito, second }, { email }) {
    await new Browser(second.url).post('/auth/password/forgot', { email })
    return cognito.code(email)
  },
  run: (owner, { email }, code) =>
    new Browser(owner.origin).post('/auth/password/reset', { email, code, newPassword })
}

export const ends: readonly End[] = [
  {
    name: 'a change of the password',
    passwordAfter: newPassword,
    prepare: nothing,
    run: owner => owner.post('/auth/password/change', { currentPassword: oldPassword, newPassword })
  },
  reset,
  {
    ...reset,
    name: 'a reset while the account is locked',
    async prepare(world, person) {
      const wrong = { email: person.email, password: 'Wrong-Horse-9' }
      const code = await reset.prepare(world, person)
      for (let i = 0; i < 7; i++) await new Browser(world.second.url).post('/auth/login', wrong)
      return code
    }
  },
  {
    name: 'log out everywhere',
    passwordAfter: oldPassword,
    prepare: nothing,
    run: owner => owner.post('/auth/logout/all')
  },
  {
    name: 'a deletion',
    passwordAfter: undefined,
    prepare: nothing,
    run: owner => owner.post('/auth/account/delete', { password: oldPassword })
  }
]
