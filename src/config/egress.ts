/** How the service reaches what is outside: by which proxy, and at which of AWS's hosts. */
import type { ProxyRules } from '../egress/proxy.ts'
import type { Complain, Environment, Source } from './environment.ts'

export interface AwsHosts {
  /** Endpoints with FIPS 140 validated cryptography. */
  readonly fips: boolean
  /** Endpoints that have IPv6 addresses, too. */
  readonly dualstack: boolean
}

/** What this reads beside the service's own variables: names that others have given. */
export const standardNames: readonly string[] = [
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT'
]

/** Written in lower case by most programs' tradition, which then wins, as with curl. */
const either = (source: Source, name: string) =>
  source[name.toLowerCase()]?.trim() || source[name]?.trim() || undefined

/** The proxies of the environment. Their URLs may hold a password: they are never logged. */
export function proxyRulesOf(source: Source, complain: Complain): ProxyRules {
  const https = proxyOf(source, 'HTTPS_PROXY', complain)
  const http = proxyOf(source, 'HTTP_PROXY', complain)
  const noProxy = (either(source, 'NO_PROXY') ?? '').split(/[\s,]+/).filter(entry => entry !== '')
  return { ...(https && { https }), ...(http && { http }), noProxy }
}

function proxyOf(source: Source, name: string, complain: Complain): string | undefined {
  const value = either(source, name)
  if (value === undefined) return undefined
  const text = value.includes('://') ? value : `http://${value}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && url.hostname !== '' && ['http:', 'https:'].includes(url.protocol)) return url.href
  complain(name, 'must be the URL of an HTTP proxy, like http://proxy.example:3128')
  return undefined
}

/** AWS's own variables for its SDKs, true or false. Where another endpoint is named they have no meaning. */
export function awsHostsOf(source: Source, env: Environment, complain: Complain): AwsHosts {
  return {
    fips: flag(source, 'AWS_USE_FIPS_ENDPOINT', env, complain),
    dualstack: flag(source, 'AWS_USE_DUALSTACK_ENDPOINT', env, complain)
  }
}

function flag(source: Source, name: string, env: Environment, complain: Complain): boolean {
  const value = source[name]?.trim().toLowerCase() || 'false'
  if (value !== 'true' && value !== 'false') complain(name, 'must be true or false')
  if (value === 'true' && env.COGNITO_ENDPOINT) {
    complain(
      name,
      'and COGNITO_ENDPOINT exclude each other: an endpoint that is named stays as it is'
    )
  }
  return value === 'true'
}

/** Sends certificates unchecked for the whole process, whatever a single connection wants. */
export function refuseUncheckedTls(source: Source, production: boolean, complain: Complain): void {
  if (production && source.NODE_TLS_REJECT_UNAUTHORIZED?.trim() === '0') {
    complain(
      'NODE_TLS_REJECT_UNAUTHORIZED',
      'must not be 0 in production: name your certificate authority in NODE_EXTRA_CA_CERTS'
    )
  }
}

/** A sentence for each variable that would name another endpoint to AWS's SDK. They are not followed. */
export function foreignEndpointsOf(source: Source): string[] {
  return Object.keys(source)
    .filter(name => /^AWS_ENDPOINT_URL(_\w+)?$/i.test(name) && source[name]?.trim())
    .map(
      name =>
        `${name} is not followed: COGNITO_ENDPOINT and PHOTO_ENDPOINT name other endpoints than AWS's`
    )
}
