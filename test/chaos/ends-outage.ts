/** Redis goes away at some moment of a change after which sessions must end. */
import { Browser } from '../support/browser.ts'
import type { Race } from './ends-races.ts'
import {
  type End,
  type EndsWorld,
  ends,
  isDead,
  isSignedIn,
  newPassword,
  newPerson,
  oldPassword,
  type Person,
  signedIn
} from './ends-world.ts'
import { pause, until } from './world.ts'

/** More pieces than any change sends to Redis. */
const mostPieces = 24

export const outage: Race = async (world, draw, problems) => {
  const { wire, first, second } = world
  const end = draw.of(ends)
  const person = await newPerson(world, false)
  const owner = await signedIn(person, first)
  const other = await signedIn(person, second)
  const before = new Browser(first.url)
  before.jar.set('session', owner.sessionId ?? '')
  const prepared = await end.prepare(world, person)
  wire.breakAfter(1 + draw.below(mostPieces), draw.of(['cut', 'hang']))
  const ending = end.run(owner, person, prepared)
  // A hiccup is over before the answer; an outage is not.
  if (draw.of([true, false])) await Promise.race([ending, pause(50 + draw.below(1500))])
  else await ending
  wire.mend()
  const { status } = await ending
  await until(
    () => isSignedIn(world.stranger, first),
    alive => alive === true,
    15_000
  )

  const what = `while Redis was away, ${end.name} was answered ${status}`
  const isMade = await wasMade(world, end, person)
  if (isMade !== undefined) {
    problems.check(isMade === (status === 204), `S-22 ${what}, and was ${isMade ? '' : 'not '}made`)
  }
  const mustEnd = isMade ?? status === 204
  if (mustEnd) {
    problems.check(await isDead(world, other, 3000), `S-22 ${what}: the other session lives`)
    problems.check(await isDead(world, before, 3000), `S-22 ${what}: the id of this one lives`)
  } else if (isMade === false) {
    const lives = (await isSignedIn(other, second)) === true
    problems.check(lives, `S-22 ${what}: the other session is lost`)
  }
}

/** Whether the change was made at Cognito; undefined where that cannot be told. */
async function wasMade({ second }: EndsWorld, end: End, { email }: Person) {
  const password = end.passwordAfter === newPassword ? newPassword : oldPassword
  if (end.passwordAfter === oldPassword || end.name.includes('locked')) return undefined
  const { status, json } = await new Browser(second.url).post('/auth/login', { email, password })
  if (status !== 200 && status !== 401) throw new Error(`the last login was answered ${status}`)
  // Where the end is carried out just now, it beats this login, whose password was right.
  const isRight = status === 200 || json.code === 'session_expired'
  return end.passwordAfter === undefined ? !isRight : isRight
}
