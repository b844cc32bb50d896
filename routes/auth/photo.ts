/** PUT and DELETE /auth/profile/photo: the picture of the profile. Returns 404 if photos are turned off. */
import type { IncomingMessage } from 'node:http'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { Photos } from '../../src/auth/photo.ts'
import { AppError } from '../../src/errors.ts'
import { imageTypes, notAnImage, readImage } from '../../src/http/bodies.ts'
import { untilOver } from '../../src/http/log/request-log.ts'
import { NoBody, type Routes } from '../../src/http/schemas.ts'

const put = {
  operationId: 'setPhoto',
  tags: ['Profile'],
  summary: 'Set my picture',
  description:
    'The body is the image: at most 2 MiB, scaled down to 512 x 512. Each user can upload one image at a time; a second one waits. Returns 404 if photos are turned off.',
  // Bytes: there is nothing that a JSON schema could say of them.
  body: { content: Object.fromEntries(imageTypes.map(type => [type, { schema: {} }])) },
  response: { 200: Type.Object({ picture: Type.String({ description: 'a URL' }) }) }
}

const remove = {
  operationId: 'removePhoto',
  tags: ['Profile'],
  summary: 'Remove my picture',
  description: 'Returns 404 if photos are turned off.',
  body: NoBody,
  response: { 204: Type.Null() }
}

const photo: Routes = async app => {
  // Before a body is read.
  app.addHook('onRequest', async () => void photosOf(app))

  app.delete('/auth/profile/photo', { schema: remove }, async (request, reply) => {
    const session = request.signedIn()
    await reply.withAccessToken(token => photosOf(app).remove(token, session))
    return reply.code(204).send(null)
  })

  await app.register(upload)
}

/** In a scope of its own: images are a body here, and nowhere else. */
const upload: Routes = async app => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([...imageTypes], (_request: unknown, payload: IncomingMessage) =>
    readImage(payload)
  )
  app.addContentTypeParser('*', async () => {
    throw notAnImage()
  })

  app.put('/auth/profile/photo', { schema: put }, async (request, reply) => {
    const session = request.signedIn()
    const { body: bytes, headers } = request
    if (!Buffer.isBuffer(bytes)) throw notAnImage()
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
    const image = { bytes, type, signal: untilOver(reply) }
    const picture = await reply.withAccessToken(token =>
      photosOf(app).replace(token, session, image)
    )
    return { picture }
  })
}

function photosOf({ auth }: FastifyInstance): Photos {
  if (auth.photos) return auth.photos
  throw new AppError('not_found')
}

export default photo
