/** A bucket for a test, in an S3 server that nobody here wrote (s3rver): anybody may read, keys are needed to write. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import S3rver from 's3rver'

/** The part of tap's `t` that is needed here. */
interface Teardown {
  readonly teardown: (step: () => Promise<void>) => void
}

export interface TestBucket {
  readonly bucket: string
  readonly endpoint: string
  readonly publicUrl: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** The same as the service reads it. */
  readonly env: Readonly<Record<string, string>>
  /** Everything in the bucket. */
  keys(): Promise<string[]>
  /** From here on nobody answers. */
  stop(): Promise<void>
}

/** The account that s3rver has. */
const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

export async function startBucket(t: Teardown): Promise<TestBucket> {
  const bucket = 'test-photos'
  const directory = await mkdtemp(join(tmpdir(), 's3-test-'))
  const configureBuckets = [{ name: bucket }]
  const address = '127.0.0.1'
  const server = new S3rver({ port: 0, address, silent: true, directory, configureBuckets })
  const { port } = await server.run()
  const endpoint = `http://${address}:${port}`
  const publicUrl = `${endpoint}/${bucket}`
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true })
  let running = true
  const stop = async () => {
    if (running) await server.close()
    running = false
  }
  t.teardown(async () => {
    client.destroy()
    await stop()
    await rm(directory, { recursive: true, force: true })
  })
  return {
    bucket,
    endpoint,
    publicUrl,
    credentials,
    env: {
      PHOTO_BUCKET: bucket,
      PHOTO_ENDPOINT: endpoint,
      PHOTO_PUBLIC_URL: publicUrl,
      PHOTO_ACCESS_KEY_ID: credentials.accessKeyId,
      PHOTO_SECRET_ACCESS_KEY: credentials.secretAccessKey
    },
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
      return Contents.map(({ Key = '' }) => Key)
    },
    stop
  }
}
