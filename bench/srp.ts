/** The client's side of one SRP login: the library as it is, ours, and OpenSSL alone. In turns, by CPU time. */
import { createPublicKey, constants as crypto, publicEncrypt, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { computeSessionKey, constants, generateEphemeral } from '../src/cognito/srp/srp.ts'
import { median } from './rounds.ts'

export interface SrpFigure {
  readonly name: string
  /** CPU time of one login in ms. */
  readonly ms: number
}

/** What both sides know of a login, and what Cognito has answered. */
export interface SrpLogin {
  readonly poolName: string
  readonly userId: string
  readonly password: string
  readonly srpB: string
  readonly salt: string
}

const warmUps = 100
const stockThread = new URL(import.meta.url.replace(/srp(\.\w+)$/, 'probes/stock-srp$1'))

/** What the service does to the library it does to all of its thread, so the library has another one. */
export async function measureSrp(rounds: number): Promise<SrpFigure[]> {
  const login = {
    poolName: 'Local0001',
    userId: 'demo',
    password: 'Correct-Horse-9',
    srpB: randomBytes(383).toString('hex'),
    salt: randomBytes(16).toString('hex')
  }
  const N = constants.N.toString(16)
  const stock = await startStock()
  const library = variant('amazon-cognito-identity-js as it is', () => stock.run(login))
  const service = variant('service', () =>
    computeSessionKey({ ephemeral: generateEphemeral(), ...login })
  )
  const openSsl = variant('bare OpenSSL, the same exponents', () => powers(N))
  const pair = [service, openSsl, openSsl, service]
  // Code that is not compiled yet would be compared with OpenSSL, which always is.
  for (const one of [library, ...Array.from({ length: warmUps }, () => pair).flat()])
    await one.run()
  for (let round = 0; round < rounds * 5; round++) {
    await sample(library)
    // What its thread has left to do is over by then, and what was pushed out of the caches is back.
    await pause(20)
    for (const { run } of [service, openSsl]) await run()
    for (const one of pair) await sample(one)
  }
  await stock.stop()
  return [library, service, openSsl].map(({ name, samples }) => ({ name, ms: median(samples) }))
}

interface Variant {
  readonly name: string
  readonly run: () => unknown
  /** CPU times in ms. */
  readonly samples: number[]
}

const variant = (name: string, run: () => unknown): Variant => ({ name, run, samples: [] })

/** One more CPU time, of the whole process, of which nothing else runs. */
async function sample({ run, samples }: Variant): Promise<void> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  samples.push((user + system) / 1000)
}

async function startStock() {
  const worker = new Worker(stockThread, { execArgv: [] })
  await once(worker, 'online')
  return {
    async run(login: SrpLogin) {
      worker.postMessage(login)
      await once(worker, 'message')
    },
    stop: () => worker.terminate()
  }
}

/** g^a, g^x and the power of the key: exponents of 256, 256 and about 512 bits. */
function powers(modulus: string): void {
  const n = Buffer.from(modulus, 'hex')
  for (const bytes of [32, 32, 64]) {
    const exponent = randomBytes(bytes)
    exponent[0] = 0x7f
    exponent[bytes - 1] = 1
    const jwk = { kty: 'RSA', n: n.toString('base64url'), e: exponent.toString('base64url') }
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const base = Buffer.concat([Buffer.alloc(1), randomBytes(n.length - 1)])
    publicEncrypt({ key, padding: crypto.RSA_NO_PADDING }, base)
  }
}
