/** `app.photoPorts`: what makes photos and where they are kept; undefined where they are switched off. */
import plugin from 'fastify-plugin'
import type { PhotoPorts } from '../src/auth/photo.ts'
import type { PhotoConfig } from '../src/config/photo-storage.ts'

declare module 'fastify' {
  interface FastifyInstance {
    photoPorts: PhotoPorts | undefined
  }
}

export default plugin(
  async (app, { photos }: { photos: PhotoConfig | undefined }) => {
    if (!photos) {
      app.decorate('photoPorts', undefined)
      return
    }
    // Loaded only here: libvips and the S3 client cost start time and memory that most would pay for nothing.
    const { preparePhoto: prepare } = await import('../src/photo/image.ts')
    if (photos.kind === 'directory') {
      const { createDirectoryStore } = await import('../src/photo/directory-store.ts')
      app.decorate('photoPorts', { prepare, store: await createDirectoryStore(photos) })
      return
    }
    const { createBucketStore } = await import('../src/photo/s3-store.ts')
    const store = createBucketStore(photos)
    app.decorate('photoPorts', { prepare, store })
    app.addHook('onClose', async () => store.close())
  },
  { name: 'photos' }
)
