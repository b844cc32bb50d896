/** Where profile photos are kept: in a bucket, in a folder of a local run, or nowhere. */
import type { ProxyRules } from '../egress/proxy.ts'
import type { AwsHosts } from './egress.ts'
import type { Complain, Environment } from './environment.ts'
import { parseBaseUrl } from './rules.ts'

interface Directory {
  readonly kind: 'directory'
  readonly directory: string
  /** Where a browser finds what is kept; no slash at the end. */
  readonly publicUrl: string
}

interface Bucket {
  readonly kind: 'bucket'
  readonly bucket: string
  readonly region: string
  /** Of another service with the protocol of S3. */
  readonly endpoint?: string
  /** Without: the SDK's own chain (environment, container, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly publicUrl: string
  readonly aws: AwsHosts
  readonly proxies: ProxyRules
}

export type PhotoConfig = Directory | Bucket

interface Surroundings {
  readonly production: boolean
  readonly publicOrigin: string
  /** Taken where PHOTO_REGION is not set. */
  readonly region: string
  readonly aws: AwsHosts
  readonly proxies: ProxyRules
}

/** Undefined: photos are switched off. */
export function photosOf(
  env: Environment,
  around: Surroundings,
  complain: Complain
): PhotoConfig | undefined {
  if (env.PHOTO_DIRECTORY && around.production) {
    complain('PHOTO_DIRECTORY', 'is for local runs: set PHOTO_BUCKET in production')
  }
  if (env.PHOTO_BUCKET) return bucketOf(env.PHOTO_BUCKET, env, around, complain)
  for (const name of onlyWithBucket) {
    if (env[name]) complain(name, 'is set without PHOTO_BUCKET')
  }
  if (!env.PHOTO_DIRECTORY) return undefined
  const publicUrl = `${around.publicOrigin}/photos`
  return { kind: 'directory', directory: env.PHOTO_DIRECTORY, publicUrl }
}

const onlyWithBucket = [
  'PHOTO_ENDPOINT',
  'PHOTO_REGION',
  'PHOTO_PUBLIC_URL',
  'PHOTO_ACCESS_KEY_ID',
  'PHOTO_SECRET_ACCESS_KEY'
] as const

function bucketOf(
  bucket: string,
  env: Environment,
  { production, region, aws, proxies }: Surroundings,
  complain: Complain
): Bucket {
  if (env.PHOTO_DIRECTORY && !production) {
    complain('PHOTO_DIRECTORY', 'and PHOTO_BUCKET exclude each other: keep one')
  }
  if (!/^[\w.-]{3,63}$/.test(bucket)) complain('PHOTO_BUCKET', 'must be the name of a bucket')
  const endpoint = env.PHOTO_ENDPOINT?.replace(/\/+$/, '')
  if (endpoint) parseBaseUrl('PHOTO_ENDPOINT', endpoint, ['http:', 'https:'], complain)
  const { PHOTO_ACCESS_KEY_ID: accessKeyId, PHOTO_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId !== !secretAccessKey) {
    const missing = accessKeyId ? 'PHOTO_SECRET_ACCESS_KEY' : 'PHOTO_ACCESS_KEY_ID'
    complain(missing, 'is required: both keys or none')
  }
  return {
    kind: 'bucket',
    bucket,
    region: env.PHOTO_REGION ?? region,
    publicUrl: publicUrlOf(env.PHOTO_PUBLIC_URL, production, complain),
    aws,
    proxies,
    ...(endpoint && { endpoint }),
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } })
  }
}

/** Named, never guessed: new buckets are private, and what makes one public has an address of its own. */
function publicUrlOf(value: string | undefined, production: boolean, complain: Complain): string {
  const name = 'PHOTO_PUBLIC_URL'
  if (!value) {
    complain(name, 'is required with PHOTO_BUCKET: where browsers find its objects')
    return ''
  }
  const protocols = production ? ['https:'] : ['http:', 'https:']
  parseBaseUrl(name, value, protocols, complain)
  return value.replace(/\/+$/, '')
}
