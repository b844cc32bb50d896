/** Photos in a bucket of S3, or of anything with its protocol. */
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { PhotoStore } from '../auth/photo.ts'
import { proxyAgent } from '../egress/agent.ts'
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import { AppError } from '../errors.ts'
import { addressesBelow } from './photo-urls.ts'

export interface BucketOptions {
  readonly bucket: string
  readonly region: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Where browsers find the objects of the bucket; no slash at the end. */
  readonly publicUrl: string
  /** Which of AWS's hosts; the usual ones by default. */
  readonly aws?: { readonly fips: boolean; readonly dualstack: boolean }
  /** By which proxy; by none by default. */
  readonly proxies?: ProxyRules
  /** Deadline of one call in ms, its one retry included. */
  readonly timeoutMs?: number
}

/** Of the keys, so that the bucket may hold other things, and a policy can name ours. */
const prefix = 'photos/'

/** Names change with their content: whoever has one of them has it for good. */
const cacheControl = 'public, max-age=31536000, immutable'

/** Every failure is an `upstream_error`. `close` gives back the sockets. */
export function createBucketStore(options: BucketOptions): PhotoStore & { close(): void } {
  const { bucket: Bucket, publicUrl, timeoutMs = 10_000 } = options
  const client = connect(options)

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
    ...addressesBelow(`${publicUrl}/photos`),
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

function connect(options: BucketOptions): S3Client {
  const { region, endpoint, credentials, aws, proxies } = options
  // Whether a bucket is in the name of its host or not, the rules for that are by the domain.
  const target = endpoint ?? `https://${options.bucket}.s3.${region}.amazonaws.com`
  const proxy = proxies && proxyFor(target, proxies)
  const agent = proxy && proxyAgent(proxy, { keepAlive: true })
  return new S3Client({
    region,
    // The endpoint is ours to give: the SDK would take it from AWS_ENDPOINT_URL or a profile.
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: endpoint === undefined && aws?.fips === true,
    useDualstackEndpoint: endpoint === undefined && aws?.dualstack === true,
    ...(agent && { requestHandler: { httpAgent: agent, httpsAgent: agent } }),
    // Both calls may be repeated without harm.
    maxAttempts: 2,
    ...(credentials && { credentials }),
    // Others than AWS seldom have a host name for each bucket, nor all of its newer checksums.
    ...(endpoint && {
      endpoint,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED'
    })
  })
}

/** The SDK's errors carry the raw response and the id of the access key: only name and sentence go on. */
function safeCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('not an error')
  const cause = new Error(error.message)
  cause.name = error.name
  return cause
}
