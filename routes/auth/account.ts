/** POST /auth/account/delete: the user, gone at Cognito and here. */
import { Type } from '@sinclair/typebox'
import { Body, Password, type Routes } from '../../src/http/schemas.ts'

const schema = {
  operationId: 'deleteAccount',
  tags: ['Account'],
  summary: 'Delete my account',
  description:
    'Deletes the user at Cognito, ends every session and clears the cookie. This cannot be undone.',
  body: Body({ password: Password }),
  response: { 204: Type.Null() }
}

const account: Routes = async app => {
  app.post('/auth/account/delete', { schema }, async (request, reply) => {
    const { user } = request.signedIn().data
    await reply.withAccessToken(token =>
      app.auth.accounts.remove(token, user, request.body.password, request)
    )
    app.sessions.forget(request, reply)
    return reply.code(204).header('clear-site-data', '"cache", "storage"').send(null)
  })
}

export default account
