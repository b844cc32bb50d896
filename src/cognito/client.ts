/** The connection to Cognito: unsigned calls with a deadline each, over sockets kept alive. */

import { createHmac } from 'node:crypto'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import type { Step } from './exceptions/row.ts'
import { translate } from './exceptions/translate.ts'
import { unusable } from './shapes.ts'

export interface ClientOptions {
  readonly region: string
  /** Another endpoint for the same protocol; AWS's by default. */
  readonly endpoint?: string | undefined
  /** Which of AWS's hosts; the usual ones by default. */
  readonly aws?: AwsHosts | undefined
  /** By which proxy; by none by default. */
  readonly proxies?: ProxyRules | undefined
  /** Deadline of one call in ms, from connecting to the last byte. */
  readonly timeoutMs: number
}

export interface AwsHosts {
  readonly fips: boolean
  readonly dualstack: boolean
}

/** Where things are, each URL without a slash at its end. */
export interface Hosts {
  /** The API, and below it the key sets of pools. */
  readonly api: string
  /** What AWS calls the API in this region by default: the names of issuers are made of it. */
  readonly usual: string
}

type Deadline = { abortSignal: AbortSignal }

/** What the SDK adds to each answer. */
interface Marked {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/**
 * Runs one SDK call for a step of a flow.
 *
 * @throws AppError by the exception table; `cognito_unavailable` past the deadline; `upstream_error` for a
 *   status other than 200, which no operation of Cognito's has.
 */
export type Ask = <Answer extends Marked>(
  step: Step,
  call: (sdk: CognitoIdentityProvider, deadline: Deadline) => Promise<Answer>
) => Promise<Answer>

/** Sockets are dropped after this much idleness, before the far side closes one we are about to use. */
const idleSocketMs = 4_000
const maxSockets = 256

export interface Client {
  /** For operations whose answer has content, which its caller checks. */
  readonly ask: Ask
  /**
   * For operations that succeed with an answer that may be empty. Nothing in it shows that Cognito has done anything,
   * and firewalls and captive portals return empty answers, too: it must have the request id of AWS.
   *
   * @throws AppError as `ask`, and `upstream_error` (reason `answer_unmarked`).
   */
  readonly command: Ask
  /** Loads the SDK, which the first call does otherwise. */
  hosts(): Promise<Hosts>
  close(): void
}

/** The SDK is loaded by the first call: nobody waits for it who has nobody to log in. */
export function createClient(options: ClientOptions): Client {
  let sdk: Promise<Loaded> | undefined
  // AWS marks every answer. What stands behind another endpoint may not; once it was seen to, it must.
  let marksAnswers = options.endpoint === undefined
  const connect = () => {
    sdk ??= load(options).catch((error: unknown) => {
      // What stood in the way, too many open files say, may be gone the next time.
      sdk = undefined
      throw error
    })
    return sdk
  }
  const ask: Ask = async (step, call) => {
    try {
      const { client } = await connect()
      const answer = await call(client, { abortSignal: AbortSignal.timeout(options.timeoutMs) })
      if (answer.$metadata.httpStatusCode !== 200) throw unusable('unexpected_status')
      marksAnswers ||= isMarked(answer)
      return answer
    } catch (error) {
      throw translate(step, error)
    }
  }
  const command: Ask = async (step, call) => {
    const answer = await ask(step, call)
    if (marksAnswers && !isMarked(answer)) throw unusable('answer_unmarked')
    return answer
  }
  const close = () => {
    sdk?.then(({ client }) => client.destroy()).catch(() => undefined)
  }
  const hosts = async () => (await connect()).hosts
  return { ask, command, hosts, close }
}

interface Loaded {
  readonly client: CognitoIdentityProvider
  readonly hosts: Hosts
}

const isMarked = ({ $metadata }: Marked) => Boolean($metadata.requestId)

async function load(options: ClientOptions): Promise<Loaded> {
  const { CognitoIdentityProvider } = await import('@aws-sdk/client-cognito-identity-provider')
  const { region, endpoint, aws = { fips: false, dualstack: false } } = options
  // AWS's own table of partitions: amazonaws.com, .com.cn, .eu, and those to come with the SDK.
  const { endpointProvider } = new CognitoIdentityProvider({ region }).config
  const host = (flags: AwsHosts) => {
    const which = { Region: region, UseFIPS: flags.fips, UseDualStack: flags.dualstack }
    return endpointProvider(which).url.href.replace(/\/+$/, '')
  }
  const usual = host({ fips: false, dualstack: false })
  const api = endpoint?.replace(/\/+$/, '') ?? host(aws)
  const agent = await agentFor(api, options)
  const client = new CognitoIdentityProvider({
    region,
    // Always ours to give: left out, it would come from AWS_ENDPOINT_URL or a profile.
    endpoint: api,
    // They are in the endpoint already. From the environment they would be refused beside one.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    // Cognito counts attempts per user, and a repeated sign-in step is a spent challenge: never retry.
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, httpsAgent: agent }
  })
  return { client, hosts: { api, usual } }
}

async function agentFor(api: string, { proxies = { direct: [] } }: ClientOptions) {
  const agent = { keepAlive: true, maxSockets, timeout: idleSocketMs }
  const proxy = proxyFor(api, proxies)
  if (proxy === undefined) return agent
  const { proxyAgent } = await import('../egress/agent.ts')
  return proxyAgent(proxy, agent)
}

// SECRET_HASH, by which a confidential client proves itself in calls that name a user.

/**
 * base64(HMAC-SHA256(client secret, username + client id)), as Cognito's developer guide defines it.
 * The username is the one that stands in the same request: what was typed in a first call,
 * USER_ID_FOR_SRP in the answer to a challenge.
 */
export function secretHash(username: string, clientId: string, clientSecret: string): string {
  return createHmac('sha256', clientSecret)
    .update(username + clientId)
    .digest('base64')
}
