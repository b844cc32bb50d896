/** GET /auth/profile: the user's attributes, fresh from Cognito. */
import { profileView } from '../../src/http/profile-view.ts'
import { Profile, problems } from '../../src/http/schemas.ts'
import type { Routes } from '../../src/http/typebox.ts'

const schema = { summary: 'The profile', response: { '2xx': Profile, ...problems } }

const profile: Routes = async app => {
  app.get('/auth/profile', { schema }, async (_request, reply) => {
    const attributes = await reply.withAccessToken(token => app.identity.getUser(token))
    return profileView(attributes)
  })
}

export default profile
