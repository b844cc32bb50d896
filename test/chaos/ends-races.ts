/** What may be under way when a session ends, or another one begins: one race each, for the model of ends. */
import { request } from 'node:http'
import { type Answer, Browser } from '../support/browser.ts'
import {
  also,
  answerChallenge,
  type End,
  type EndsWorld,
  ends,
  isDead,
  isSignedIn,
  newPerson,
  oldPassword,
  signedIn
} from './ends-world.ts'
import type { Problems } from './outcome.ts'
import { pause } from './world.ts'

export interface Draw {
  /** One of them. */
  of<T>(list: readonly T[]): T
  /** A whole number below `most`. */
  below(most: number): number
}

export type Race = (world: EndsWorld, draw: Draw, problems: Problems) => Promise<void>

const firstStep = 'InitiateAuth'
const nextStep = 'RespondToAuthChallenge'

/** A login of somebody who knows the password is held at Cognito while all sessions of the user end. */
export const loginUnderWay: Race = async (world, draw, problems) => {
  const { gate, first, second } = world
  const end = draw.of(ends)
  const hasFactor = draw.of([true, false])
  const person = await newPerson(world, hasFactor)
  const [atThief, atOwner] = draw.of([
    [first, second],
    [second, first],
    [first, first]
  ])
  const owner = await signedIn(person, atOwner)
  const thief = new Browser(atThief.url)
  const { email } = person
  // Begun with the old password; the code may be on its way, or still to be typed.
  if (hasFactor) await thief.post('/auth/login', { email, password: oldPassword })
  const prepared = await end.prepare(world, person)
  const isHeld = !hasFactor || draw.of([true, false])
  const proves = () =>
    hasFactor
      ? answerChallenge(person, thief)
      : thief.post('/auth/login', { email: email.toUpperCase(), password: oldPassword })
  const arrived = isHeld ? gate.hold(hasFactor ? nextStep : firstStep) : undefined
  const early = isHeld ? proves() : undefined
  const held = await arrived
  const { status } = await end.run(owner, person, prepared)
  held?.release()
  const login = await (early ?? proves())
  const what = `${hasFactor ? 'a challenge' : 'a login'} under way at ${end.name}`
  problems.check(status === 204, `S-17 ${end.name} was answered ${status}`)
  problems.check(login.status !== 200, `S-17 ${what} opened a session`)
  const isRefused = login.status === 401 || (login.status === 429 && end.name.includes('locked'))
  if (login.status !== 200) problems.check(isRefused, `S-17 ${what} was answered ${login.status}`)
  await checkNext(world, end, person.email, hasFactor, problems)
}

/** The next login works at once, unless the account is gone or locked. */
async function checkNext(
  { second }: EndsWorld,
  { name, passwordAfter: password }: End,
  email: string,
  hasFactor: boolean,
  problems: Problems
) {
  if (password === undefined || name.includes('locked')) return
  const { status } = await new Browser(second.url).post('/auth/login', { email, password })
  problems.check(status === 200, `S-17 a login after ${name} was answered ${status} (${hasFactor})`)
}

/** A logout while its browser has a login under way. */
export const logoutUnderWay: Race = async (world, draw, problems) => {
  const { gate, first, second } = world
  const begun = draw.of(['a session', 'a login step', 'a login half done'])
  const person = await newPerson(world, begun !== 'a session')
  const { email } = person
  const one = new Browser(first.url)
  const credentials = { email, password: oldPassword }
  await one.post('/auth/login', credentials)
  const isStep = begun === 'a login step'
  const arrived = gate.hold(isStep ? nextStep : firstStep)
  const late = isStep ? answerChallenge(person, one) : one.post('/auth/login', credentials)
  const held = await arrived
  await also(one, draw.of([first, second])).post('/auth/logout')
  held.release()
  const { status, cookies } = await late
  problems.check(status === 401, `S-18 a login over ${begun} won over the logout: ${status}`)
  problems.check(cookies.length === 0, `S-18 a login over ${begun} set a cookie after the logout`)
}

/** Another login over one that is half done, whose id somebody may know. */
export const fixation: Race = async (world, draw, problems) => {
  const person = await newPerson(world, true)
  const one = new Browser(draw.of([world.first, world.second]).url)
  await one.post('/auth/login', { email: person.email, password: oldPassword })
  const planted = also(one)
  await one.post('/auth/login', { email: person.email, password: oldPassword })
  problems.check(
    one.sessionId !== planted.sessionId,
    'S-19 a login over a half-done one kept its id'
  )
  const { status } = await answerChallenge(person, planted)
  problems.check(status === 401, `S-19 a planted id was answered ${status}`)
}

/** Two logins at once on one cookie. */
export const twoLogins: Race = async (world, draw, problems) => {
  const { gate, first, second } = world
  const person = await newPerson(world, false)
  const tabs = [await signedIn(person, first)]
  const credentials = { email: person.email, password: oldPassword }
  for (const tab of tabs.slice()) tabs.push(also(tab, draw.of([first, second])))
  const arrived = tabs.map(() => gate.hold(firstStep))
  const logins = tabs.map(tab => tab.post('/auth/login', credentials))
  for (const held of await Promise.all(arrived)) held.release()
  await Promise.all(logins)
  const living: Browser[] = []
  for (const tab of tabs) if (await isSignedIn(tab, second)) living.push(tab)
  const [one] = living
  if (!one) return problems.note('S-19 two logins at once on one cookie left no session')
  const { json } = await also(one, second).get('/auth/sessions')
  const count = json.sessions?.length
  problems.check(count === 1, `S-19 two logins at once on one cookie left ${count} sessions`)
}

/** A reset by an email that was changed within the session, while a thief keeps the account locked. */
export const changedEmail: Race = async (world, draw, problems) => {
  const { cognito, first, second } = world
  const person = await newPerson(world, false)
  const other = await signedIn(person, first)
  const email = `new.${person.email}`
  await other.call('PATCH', '/auth/profile', { body: { email } })
  const proof = { attribute: 'email', code: await cognito.code(email) }
  await other.post('/auth/profile/verification/confirm', proof)
  const changed = { ...person, email }
  const reset = draw.of(ends.filter(({ name }) => name.startsWith('a reset')))
  const prepared = await reset.prepare(world, changed)
  const { status } = await reset.run(new Browser(second.url), changed, prepared)
  if (status !== 204) return problems.note(`S-23 a reset by a changed email: ${status}`)
  const isOver = await isDead(world, other, 1000)
  problems.check(isOver, `S-23 ${reset.name} by a changed email left the session alive`)
}

/** A login over a live session that meets a second factor. */
export const secondFactor: Race = async (world, draw, problems) => {
  const { first, second } = world
  const at = draw.of([first, second])
  const person = await newPerson(world, true)
  const one = await signedIn(person, at)
  const logouts = () => at.logs.filter(line => line.includes('"event":"logout"')).length
  const before = logouts()
  await one.post('/auth/login', { email: person.email, password: oldPassword })
  const lives = (await isSignedIn(one, second)) === true
  problems.check(lives, 'S-20 a login that met a second factor ended the session before it')
  await answerChallenge(person, one)
  problems.check(logouts() === before, 'S-20 a login over a session was logged as a logout')
}

/** Six renewals of one session at once. */
export const renewals: Race = async (world, draw, problems) => {
  const { first, second } = world
  const person = await newPerson(world, false)
  const one = await signedIn(person, first)
  const body = { enabled: [], preferred: null }
  const tabs = Array.from({ length: 6 }, () => also(one, draw.of([first, second])))
  const answers = await Promise.all(tabs.map(tab => tab.call('PUT', '/auth/mfa', { body })))
  const failed = answers.filter(({ status }) => status !== 200)
  problems.check(failed.length === 0, `S-21 renewals at once: ${codes(failed)}`)
}

const codes = (answers: readonly Answer[]) =>
  [...new Set(answers.map(({ status, json }) => `${status} ${json?.code}`))].sort().join(', ')

/** A stream that is under way when its session ends. */
export const stream: Race = async (world, draw, problems) => {
  const { first, second } = world
  const person = await newPerson(world, false)
  const [one, owner] = [await signedIn(person, first), await signedIn(person, second)]
  const end = ends[draw.below(ends.length + 1)] // with the last number it is a logout
  const prepared = end ? await end.prepare(world, person) : ''
  const over = streamOf(one)
  await pause(100)
  if (end) await end.run(owner, person, prepared)
  else await also(one, second).post('/auth/logout')
  const isOver = await Promise.race([over, pause(5000).then(() => false)])
  problems.check(isOver, `S-25 a stream went on after ${end?.name ?? 'a logout'}`)
}

/** Settles with true when it is over. */
function streamOf(browser: Browser): Promise<true> {
  const headers = { 'x-csrf': '1', cookie: `session=${browser.sessionId}` }
  return new Promise(resolve => {
    const outgoing = request(`${browser.origin}/api/stream`, { headers }, incoming => {
      incoming.on('close', () => resolve(true)).resume()
    })
    outgoing.on('error', () => resolve(true)).end()
  })
}
