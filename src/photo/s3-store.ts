/** Keeps photos in a bucket of S3, or of a service with the same API. */
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { PhotoStore } from '../auth/photo.ts'
import { proxyAgent } from '../egress/agent.ts'
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import { AppError } from '../errors.ts'
import { photoUrls } from './photo-urls.ts'

export interface BucketOptions {
  readonly bucket: string
  readonly region: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** URL under which browsers get the objects of the bucket; no slash at the end. */
  readonly publicUrl: string
  /** Which endpoints of AWS are used; neither FIPS nor dual-stack by default. */
  readonly aws?: { readonly fips: boolean; readonly dualstack: boolean }
  /** Proxies for outgoing requests; none by default. */
  readonly proxies?: ProxyRules
  /** Deadline of a call with its retry (ms), 10 s by default. */
  readonly timeoutMs?: number
}

/** Of the keys of all photos: the bucket may hold other objects, and a bucket policy can name the photos. */
const prefix = 'photos/'

/** A new photo has a new name: browsers may keep one for ever. */
const cacheControl = 'public, max-age=31536000, immutable'

/** Its methods throw AppError `upstream_error` for every failure. `close` closes the connections. */
export function createBucketStore(options: BucketOptions): PhotoStore & { close(): void } {
  const { bucket: Bucket, publicUrl, timeoutMs = 10_000 } = options
  const client = createClient(options)

  async function send(
    call: (deadline: { abortSignal: AbortSignal }) => Promise<unknown>
  ): Promise<void> {
    try {
      await call({ abortSignal: AbortSignal.timeout(timeoutMs) })
    } catch (error) {
      throw new AppError('upstream_error', { reason: 'photo_store', cause: safeCause(error) })
    }
  }

  return {
    ...photoUrls(`${publicUrl}/photos`),
    put: (name, { bytes, type }) => {
      const object = { Bucket, Key: prefix + name, Body: bytes, ContentType: type }
      const command = new PutObjectCommand({ ...object, CacheControl: cacheControl })
      return send(deadline => client.send(command, deadline))
    },
    remove: name => {
      const command = new DeleteObjectCommand({ Bucket, Key: prefix + name })
      return send(deadline => client.send(command, deadline))
    },
    close: () => client.destroy()
  }
}

function createClient(options: BucketOptions): S3Client {
  const { region, endpoint, credentials, aws, proxies } = options
  // NO_PROXY names domains: whether the bucket is a part of the host name does not matter.
  const target = endpoint ?? `https://${options.bucket}.s3.${region}.amazonaws.com`
  const proxy = proxies && proxyFor(target, proxies)
  const agent = proxy && proxyAgent(proxy, { keepAlive: true })
  return new S3Client({
    region,
    // The endpoint is PHOTO_ENDPOINT alone: the SDK would also read AWS_ENDPOINT_URL and profiles.
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: endpoint === undefined && aws?.fips === true,
    useDualstackEndpoint: endpoint === undefined && aws?.dualstack === true,
    ...(agent && { requestHandler: { httpAgent: agent, httpsAgent: agent } }),
    // Both calls are idempotent.
    maxAttempts: 2,
    ...(credentials && { credentials }),
    // Services other than AWS seldom have a host name for each bucket, or the newer checksums.
    ...(endpoint && {
      endpoint,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED'
    })
  })
}

/** Only name and message: the SDK's errors also carry the raw response and the id of the access key. */
function safeCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('not an error')
  const cause = new Error(error.message)
  cause.name = error.name
  return cause
}
