/** GET /auth/methods: what a page may offer, from the configuration alone. */
import { Type } from '@sinclair/typebox'
import type { Config } from '../../src/config/config.ts'
import type { Routes } from '../../src/http/schemas.ts'

const Methods = Type.Object(
  {
    identifier: Type.Literal('email', { description: 'what users log in with' }),
    methods: Type.Array(Type.Literal('password')),
    providers: Type.Array(Type.Object({ name: Type.String(), label: Type.String() }), {
      description: 'other identity providers; none so far'
    }),
    signUp: Type.Object({
      open: Type.Boolean(),
      attributes: Type.Array(Type.Object({ name: Type.String(), required: Type.Boolean() }), {
        description: 'what `POST /auth/signup` takes besides the email and the password'
      })
    }),
    mfa: Type.Array(Type.String(), { description: 'second factors that a user may set up' })
  },
  { title: 'Methods' }
)

const schema = {
  operationId: 'getMethods',
  tags: ['Log in'],
  summary: 'What a page may offer',
  description:
    'Made from the configuration: public, without the session store and Cognito. Browsers keep the response for five minutes.',
  response: { 200: Methods }
}

const methods: Routes<Pick<Config, 'mfaMethods'>> = async (app, { mfaMethods }) => {
  const offered = {
    identifier: 'email' as const,
    methods: ['password' as const],
    providers: [],
    signUp: {
      open: true,
      attributes: [
        { name: 'givenName', required: true },
        { name: 'phoneNumber', required: false }
      ]
    },
    mfa: [...mfaMethods]
  }
  app.get('/auth/methods', { schema, config: { withoutSession: true } }, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').removeHeader('vary').send(offered)
  )
}

export default methods
