/** What all operations of the Cognito service share: the app client, the SDK, the ID token verifier, SRP. */
import type { Clock } from '../auth/identity-provider.ts'
import type { ProxyRules } from '../egress/proxy.ts'
import { AppError } from '../errors.ts'
import { type AwsHosts, type Client, createClient, secretHash } from './client.ts'
import type { IdTokenOptions, IdTokenVerifier, Jwks } from './id-token.ts'
import type { SrpArithmetic } from './srp/srp.ts'
import { createSrpThread } from './thread/srp-thread.ts'

export interface CognitoOptions {
  readonly region: string
  readonly userPoolId: string
  readonly clientId: string
  /** Set for a confidential client only. */
  readonly clientSecret?: string | undefined
  /** Another endpoint of the same API: the local Cognito, a VPC endpoint. */
  readonly endpoint?: string | undefined
  /** Which of AWS's endpoints: FIPS, dual-stack; neither by default. */
  readonly aws?: AwsHosts | undefined
  /** The forward proxies to use; none by default. */
  readonly proxies?: ProxyRules | undefined
  /** Accepted issuers of ID tokens; by default those that AWS derives from the region and the pool id. */
  readonly issuers?: readonly string[] | undefined
  readonly authFlow: 'USER_SRP_AUTH' | 'USER_PASSWORD_AUTH'
  /** Whether ID tokens are kept with the other tokens, because an API route sends them. Not by default. */
  readonly keepIdTokens?: boolean | undefined
  readonly clock?: Clock | undefined
  /** Receives warnings for the operator about settings of the pool, each once. */
  readonly onWarning?: ((warning: string) => void) | undefined
  /** Deadline of each call, in ms. */
  readonly timeoutMs?: number | undefined
  /** The pool's key set, for tests: then none is fetched. */
  readonly jwks?: Jwks | undefined
  /** Where SRP is computed; by default in a worker thread that the first login starts. */
  readonly srp?: SrpArithmetic | undefined
}

export interface Context {
  readonly clientId: string
  readonly clientSecret: string | undefined
  readonly authFlow: CognitoOptions['authFlow']
  /** The part of the pool id after the underscore, which SRP hashes. */
  readonly poolName: string
  readonly keepIdTokens: boolean
  readonly clock: Clock
  readonly call: Client['call']
  readonly callWithRequestId: Client['callWithRequestId']
  readonly idTokens: IdTokenVerifier
  readonly srp: SrpArithmetic
  /** Warns the operator. A repeated warning is dropped. */
  warnOnce(warning: string): void
  /** The fields of a request that name the app client and a user. */
  clientAndUser(username: string): {
    ClientId: string
    Username: string
    SecretHash: string | undefined
  }
  /** SECRET_HASH as an authentication parameter; empty for a public client. */
  secretHashParameter(username: string): { SECRET_HASH?: string }
  /** Loads the modules that the first login needs. Sends nothing. */
  prepare(): Promise<void>
  close(): void
}

export function createContext(options: CognitoOptions): Context {
  const { clientId, clientSecret, userPoolId } = options
  const clock = options.clock ?? Date.now
  const timeoutMs = options.timeoutMs ?? 5_000
  const client = createClient({ ...options, timeoutMs })
  const srp = options.srp ?? createSrpThread()
  const idTokens = lazyIdTokenVerifier({ ...options, clock, timeoutMs }, client)
  const hashOf = (username: string) =>
    clientSecret === undefined ? undefined : secretHash(username, clientId, clientSecret)
  return {
    clientId,
    clientSecret,
    authFlow: options.authFlow,
    poolName: userPoolId.slice(userPoolId.indexOf('_') + 1),
    keepIdTokens: options.keepIdTokens ?? false,
    clock,
    call: client.call,
    callWithRequestId: client.callWithRequestId,
    idTokens,
    srp,
    warnOnce: onceEach(options.onWarning),
    clientAndUser: username => ({
      ClientId: clientId,
      Username: username,
      SecretHash: hashOf(username)
    }),
    secretHashParameter: username => {
      const hash = hashOf(username)
      return hash === undefined ? {} : { SECRET_HASH: hash }
    },
    prepare: async () => {
      // Starts the SRP thread; the value is dropped.
      const warmUp = options.authFlow === 'USER_SRP_AUTH' && srp.generateEphemeral()
      await Promise.all([warmUp, idTokens.prepare()])
    },
    close: () => {
      client.close()
      srp.close()
    }
  }
}

function onceEach(warn: (warning: string) => void = () => undefined) {
  const given = new Set<string>()
  return (warning: string) => {
    if (given.has(warning)) return
    given.add(warning)
    warn(warning)
  }
}

/** Loads the verifier on first use, as the client loads the SDK, which the verifier's URLs come from. */
function lazyIdTokenVerifier(
  options: Omit<IdTokenOptions, 'hosts'>,
  client: Client
): IdTokenVerifier & { prepare(): Promise<void> } {
  let loaded: IdTokenVerifier | undefined
  const load = async () => {
    const [{ createIdTokenVerifier }, hosts] = await Promise.all([
      import('./id-token.ts'),
      client.hosts()
    ])
    loaded ??= createIdTokenVerifier({ ...options, hosts })
    return loaded
  }
  return {
    prepare: async () => void (await load()),
    ensureKeys: async () => (loaded ?? (await load())).ensureKeys(),
    verify: async idToken => (loaded ?? (await load())).verify(idToken),
    verifyWithCachedKeys: idToken => {
      // Callers await `ensureKeys` first, which loads the verifier.
      if (!loaded) throw new AppError('cognito_unavailable', { reason: 'jwks_wait' })
      return loaded.verifyWithCachedKeys(idToken)
    }
  }
}
