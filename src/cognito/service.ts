/** The Cognito service: the domain's IdentityProvider over Cognito's public operations. */
import type { Clock, IdentityProvider } from '../auth/identity-provider.ts'
import type { ProxyRules } from '../egress/proxy.ts'
import { AppError } from '../errors.ts'
import { createChallenges } from './challenges.ts'
import { type AwsHosts, type Client, createClient, secretHash } from './client.ts'
import type { IdTokenOptions, IdTokens, Jwks } from './id-token.ts'
import { createSignIn } from './password-login.ts'
import type { SrpArithmetic } from './srp/srp.ts'
import { createSrpThread } from './thread/srp-thread.ts'
import { createTokens } from './tokens.ts'
import { createMfa, createPasswords, createProfile, createSignUp } from './user-operations.ts'

/**
 * Connects to one app client of one user pool. No AWS credentials are needed: every operation used is
 * public, or authorised by the user's own token. Every failure is an AppError of the catalogue.
 */
export function createCognitoService(
  options: CognitoOptions
): IdentityProvider & Pick<Context, 'prepare' | 'close'> {
  const context = createContext(options)
  return {
    ...createSignIn(context),
    ...createChallenges(context),
    ...createTokens(context),
    ...createSignUp(context),
    ...createPasswords(context),
    ...createProfile(context),
    ...createMfa(context),
    prepare: context.prepare,
    close: context.close
  }
}

// What every flow of the Cognito service works with.

export interface CognitoOptions {
  readonly region: string
  readonly userPoolId: string
  readonly clientId: string
  /** Only for a confidential client. */
  readonly clientSecret?: string | undefined
  /** Another endpoint for the same protocol: the local Cognito, a VPC endpoint. */
  readonly endpoint?: string | undefined
  /** Which of AWS's hosts; the usual ones by default. */
  readonly aws?: AwsHosts | undefined
  /** By which proxy; by none by default. */
  readonly proxies?: ProxyRules | undefined
  /** Of ID tokens, where it is not what the region and the pool say. */
  readonly issuers?: readonly string[] | undefined
  readonly authFlow: 'USER_SRP_AUTH' | 'USER_PASSWORD_AUTH'
  readonly clock?: Clock | undefined
  /** Gets a sentence for the operator, once each: nothing failed, but the pool does not fit. */
  readonly onNotice?: ((sentence: string) => void) | undefined
  /** Deadline of each call, in ms. */
  readonly timeoutMs?: number | undefined
  /** The pool's keys, for tests: nothing is fetched then. */
  readonly jwks?: Jwks | undefined
  /** Where SRP's arithmetic is done; by default in a thread of its own, from the first login on. */
  readonly srp?: SrpArithmetic | undefined
}

export interface Context {
  readonly clientId: string
  readonly clientSecret: string | undefined
  readonly authFlow: CognitoOptions['authFlow']
  /** The part of the pool id after the underscore, which SRP hashes. */
  readonly poolName: string
  readonly clock: Clock
  readonly ask: Client['ask']
  readonly command: Client['command']
  readonly idTokens: IdTokens
  readonly srp: SrpArithmetic
  /** Warns the operator, at first sight. */
  notice(sentence: string): void
  /** The members by which a request names the client and a user; the hash is of that very name. */
  named(username: string): { ClientId: string; Username: string; SecretHash: string | undefined }
  /** The hash as a map of authentication parameters; empty for a public client. */
  secretFor(username: string): { SECRET_HASH?: string }
  /** Loads, side by side, what the first login needs, and asks nobody. */
  prepare(): Promise<void>
  close(): void
}

export function createContext(options: CognitoOptions): Context {
  const { clientId, clientSecret, userPoolId } = options
  const clock = options.clock ?? Date.now
  const timeoutMs = options.timeoutMs ?? 5_000
  const client = createClient({ ...options, timeoutMs })
  const srp = options.srp ?? createSrpThread()
  const idTokens = loadedIdTokens({ ...options, clock, timeoutMs }, client)
  const hashFor = (username: string) =>
    clientSecret === undefined ? undefined : secretHash(username, clientId, clientSecret)
  return {
    clientId,
    clientSecret,
    authFlow: options.authFlow,
    poolName: userPoolId.slice(userPoolId.indexOf('_') + 1),
    clock,
    ask: client.ask,
    command: client.command,
    idTokens,
    srp,
    notice: onceEach(options.onNotice),
    named: username => ({
      ClientId: clientId,
      Username: username,
      SecretHash: hashFor(username)
    }),
    secretFor: username => {
      const hash = hashFor(username)
      return hash === undefined ? {} : { SECRET_HASH: hash }
    },
    prepare: async () => {
      const arithmetic = options.authFlow === 'USER_SRP_AUTH' && srp.begin()
      await Promise.all([arithmetic, idTokens.prepare()])
    },
    close: () => {
      client.close()
      srp.close()
    }
  }
}

function onceEach(tell: (sentence: string) => void = () => undefined) {
  const warned = new Set<string>()
  return (sentence: string) => {
    if (warned.has(sentence)) return
    warned.add(sentence)
    tell(sentence)
  }
}

/** The verifier is loaded by the first login, as the SDK is, which knows the hosts. */
function loadedIdTokens(
  options: Omit<IdTokenOptions, 'hosts'>,
  client: Client
): IdTokens & { prepare(): Promise<void> } {
  let loaded: IdTokens | undefined
  const load = async () => {
    const [{ createIdTokens }, hosts] = await Promise.all([import('./id-token.ts'), client.hosts()])
    loaded ??= createIdTokens({ ...options, hosts })
    return loaded
  }
  return {
    prepare: async () => void (await load()),
    ready: async () => (loaded ?? (await load())).ready(),
    verify: async idToken => (loaded ?? (await load())).verify(idToken),
    verifyAtOnce: idToken => {
      // `ready` has loaded it.
      if (!loaded) throw new AppError('cognito_unavailable', { reason: 'jwks_wait' })
      return loaded.verifyAtOnce(idToken)
    }
  }
}
