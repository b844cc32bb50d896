/** The client of Cognito's API: unsigned calls with a deadline each, over keep-alive sockets. */

import { createHmac } from 'node:crypto'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import type { FlowStep } from './exceptions/row.ts'
import { translate } from './exceptions/translate.ts'
import { unusableResponse } from './response-fields.ts'

export interface ClientOptions {
  readonly region: string
  /** Another endpoint for the same protocol; AWS's by default. */
  readonly endpoint?: string | undefined
  /** Which of AWS's endpoints: FIPS, dual-stack; neither by default. */
  readonly aws?: AwsHosts | undefined
  /** The forward proxies to use; none by default. */
  readonly proxies?: ProxyRules | undefined
  /** Deadline of one call in ms, from connecting to the last byte. */
  readonly timeoutMs: number
}

export interface AwsHosts {
  readonly fips: boolean
  readonly dualstack: boolean
}

/** The base URLs of the pool's region, without a trailing slash. */
export interface Hosts {
  /** Where API calls go. The key set of a pool lies below it. */
  readonly api: string
  /** AWS's default endpoint in this region: issuer URLs are derived from it, whatever `api` is. */
  readonly defaultApi: string
}

type Deadline = { abortSignal: AbortSignal }

/** What the SDK adds to each response. */
interface SdkResponse {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/**
 * Runs one SDK call for a step of a flow.
 *
 * @throws AppError by the exception table; `cognito_unavailable` past the deadline; `upstream_error` for a
 *   status other than 200, which no operation of Cognito returns.
 */
export type CallCognito = <Response extends SdkResponse>(
  step: FlowStep,
  send: (sdk: CognitoIdentityProvider, deadline: Deadline) => Promise<Response>
) => Promise<Response>

/** Idle sockets are closed after this time, before the server closes one that is about to be used. */
const idleSocketMs = 4_000
const maxSockets = 256

export interface Client {
  /** For operations whose response has a body, which the caller checks. */
  readonly call: CallCognito
  /**
   * For operations that may succeed with an empty response. Firewalls and captive portals return empty responses,
   * too, so the response must have AWS's request id.
   *
   * @throws AppError as `call`, and `upstream_error` (reason `answer_unmarked`) without a request id.
   */
  readonly callWithRequestId: CallCognito
  /** Loads the SDK ahead of the first call. */
  hosts(): Promise<Hosts>
  close(): void
}

/** The SDK is loaded on first use: it would add 50 ms to every start of the service. */
export function createClient(options: ClientOptions): Client {
  let sdk: Promise<LoadedSdk> | undefined
  // AWS sends a request id with every response. A custom endpoint may not; once it has sent one, it must always.
  let sendsRequestIds = options.endpoint === undefined
  const loadOnce = () => {
    sdk ??= loadSdk(options).catch((error: unknown) => {
      // The cause, such as too many open files, may be gone at the next call.
      sdk = undefined
      throw error
    })
    return sdk
  }
  const call: CallCognito = async (step, send) => {
    try {
      const { client } = await loadOnce()
      const response = await send(client, { abortSignal: AbortSignal.timeout(options.timeoutMs) })
      if (response.$metadata.httpStatusCode !== 200) throw unusableResponse('unexpected_status')
      sendsRequestIds ||= hasRequestId(response)
      return response
    } catch (error) {
      throw translate(step, error)
    }
  }
  const callWithRequestId: CallCognito = async (step, send) => {
    const response = await call(step, send)
    if (sendsRequestIds && !hasRequestId(response)) throw unusableResponse('answer_unmarked')
    return response
  }
  const close = () => {
    sdk?.then(({ client }) => client.destroy()).catch(() => undefined)
  }
  const hosts = async () => (await loadOnce()).hosts
  return { call, callWithRequestId, hosts, close }
}

interface LoadedSdk {
  readonly client: CognitoIdentityProvider
  readonly hosts: Hosts
}

const hasRequestId = ({ $metadata }: SdkResponse) => Boolean($metadata.requestId)

async function loadSdk(options: ClientOptions): Promise<LoadedSdk> {
  const { CognitoIdentityProvider } = await import('@aws-sdk/client-cognito-identity-provider')
  const { region, endpoint, aws = { fips: false, dualstack: false } } = options
  // The SDK's own table of partitions: amazonaws.com, .com.cn, .eu, and later ones.
  const { endpointProvider } = new CognitoIdentityProvider({ region }).config
  const endpointFor = (flags: AwsHosts) => {
    const parameters = { Region: region, UseFIPS: flags.fips, UseDualStack: flags.dualstack }
    return endpointProvider(parameters).url.href.replace(/\/+$/, '')
  }
  const defaultApi = endpointFor({ fips: false, dualstack: false })
  const api = endpoint?.replace(/\/+$/, '') ?? endpointFor(aws)
  const agent = await agentFor(api, options)
  const client = new CognitoIdentityProvider({
    region,
    // Always set here: otherwise the SDK would take it from AWS_ENDPOINT_URL or a profile.
    endpoint: api,
    // The endpoint includes them already. Set by the environment, the SDK would reject them beside an endpoint.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    // Cognito counts attempts per user and accepts each challenge response once: never retry.
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, httpsAgent: agent }
  })
  return { client, hosts: { api, defaultApi } }
}

async function agentFor(api: string, { proxies = { noProxy: [] } }: ClientOptions) {
  const agent = { keepAlive: true, maxSockets, timeout: idleSocketMs }
  const proxy = proxyFor(api, proxies)
  if (proxy === undefined) return agent
  const { proxyAgent } = await import('../egress/agent.ts')
  return proxyAgent(proxy, agent)
}

/**
 * SECRET_HASH, by which a confidential client authenticates in calls that name a user:
 * base64(HMAC-SHA256(client secret, username + client id)), as Cognito's developer guide defines it.
 * The username must be that of the same request: the typed one in a first call, USER_ID_FOR_SRP in the
 * response to a challenge.
 */
export function secretHash(username: string, clientId: string, clientSecret: string): string {
  return createHmac('sha256', clientSecret)
    .update(username + clientId)
    .digest('base64')
}
