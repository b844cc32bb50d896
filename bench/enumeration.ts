/** Whether response times reveal that an email address has an account: a two-sample Kolmogorov-Smirnov test. */
import { control } from './control.ts'
import { median } from './rounds.ts'
import { startService, type World } from './service.ts'

export interface Compared {
  readonly call: string
  /** Of each kind. */
  readonly samples: number
  /** Medians in ms. */
  readonly known: number
  readonly unknown: number
  /** Largest distance between the two distributions, from 0 to 1. */
  readonly distance: number
  /** What equal distributions stay below in 999 of 1,000 measurements. */
  readonly critical: number
}

interface Stranger {
  readonly call: string
  /** What somebody sends who wants to know whether an address has an account. */
  readonly body: (email: string) => object
  /** Of the accounts that exist: a code is sent again only to one that is not confirmed. */
  readonly confirmed: boolean
}

const password = 'Correct-Horse-9'
const strangers: readonly Stranger[] = [
  { call: 'login', body: email => ({ email, password: 'Wrong-Horse-9' }), confirmed: true },
  { call: 'password/forgot', body: email => ({ email }), confirmed: true },
  { call: 'signup/resend', body: email => ({ email }), confirmed: false },
  { call: 'signup', body: email => ({ email, password, givenName: 'Ann' }), confirmed: true }
]

const noLimits = Object.fromEntries(
  ['SIGNUP', 'LOGIN', 'CHALLENGE', 'SEND', 'CODE'].flatMap(group =>
    ['ADDRESS', 'ACCOUNT'].map(of => [`RATE_LIMIT_${group}_PER_${of}`, '9999999/60'])
  )
)

/** The first answers set the pace of those that are simulated, and are left out. */
const warmUp = 32

/** Each address is asked for once, one at a time, known and unknown in random order. */
export async function measureEnumeration(world: World, samples = 500): Promise<Compared[]> {
  const service = await startService(world, noLimits)
  const compared: Compared[] = []
  for (const stranger of strangers) {
    const times = { known: [] as number[], unknown: [] as number[] }
    for (let i = 0; i < samples + warmUp; i++) {
      const known = `known-${i}@example.com`
      const { confirmed } = stranger
      await control(world, 'POST', 'users', { email: known, password, confirmed })
      for (const kind of Math.random() < 0.5 ? kinds : kinds.toReversed()) {
        const email = kind === 'known' ? known : `nobody-${i}@example.com`
        const ms = await timed(`${service.url}/auth/${stranger.call}`, stranger.body(email))
        if (i >= warmUp) times[kind].push(ms)
      }
    }
    compared.push({ call: stranger.call, ...compare(times.known, times.unknown) })
    await control(world, 'POST', 'reset')
  }
  await service.stop()
  return compared
}

const kinds = ['known', 'unknown'] as const

/** @throws Error where the service does not even try: its refusals say nothing about accounts */
async function timed(url: string, body: object): Promise<number> {
  const headers = { 'x-csrf': '1', 'content-type': 'application/json' }
  const begun = performance.now()
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await answer.text()
  const ms = performance.now() - begun
  if (answer.status === 429 || answer.status >= 500) throw new Error(`${url} answered ${text}`)
  return ms
}

function compare(known: readonly number[], unknown: readonly number[]) {
  // For 0.001: c = sqrt(-ln(0.001 / 2) / 2), times sqrt((n + m) / nm).
  const critical = 1.949 * Math.sqrt(2 / known.length)
  return {
    samples: known.length,
    known: median(known),
    unknown: median(unknown),
    distance: distanceOf(known, unknown),
    critical
  }
}

/** The Kolmogorov-Smirnov statistic: the largest difference of the two shares of values up to some value. */
export function distanceOf(one: readonly number[], other: readonly number[]): number {
  const share = (values: readonly number[], limit: number) =>
    values.filter(value => value <= limit).length / values.length
  return Math.max(...[...one, ...other].map(at => Math.abs(share(one, at) - share(other, at))))
}
