/** GET /photos/*: the photos of a local run, out of their folder. A bucket serves its own. */
import fastifyStatic from '@fastify/static'
import type { Routes } from '../src/http/schemas.ts'

export interface PhotosOptions {
  /** Absolute folder of the photos; it exists. */
  root: string
}

const photos: Routes<PhotosOptions> = async (app, { root }) => {
  await app.register(fastifyStatic, {
    root,
    prefix: '/photos/',
    decorateReply: false,
    index: false,
    // As a bucket would: a name belongs to one content.
    maxAge: '365d',
    immutable: true
  })
}

export default photos
