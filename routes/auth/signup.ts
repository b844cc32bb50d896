/** POST /auth/signup, /confirm and /resend: an account, its confirmation, another code. */
import { Type } from '@sinclair/typebox'
import {
  Body,
  Code,
  Delivery,
  Email,
  Line,
  Password,
  PhoneNumber,
  type Routes
} from '../../src/http/schemas.ts'

const create = {
  operationId: 'signUp',
  tags: ['Sign up'],
  summary: 'Sign up',
  description:
    'Sends a confirmation code and sets the session cookie: a later login from this browser may report that the account is not confirmed. With enumeration protection, the response is the same if the email address is already taken.',
  body: Body({
    email: Email,
    password: Password,
    givenName: Line(),
    phoneNumber: Type.Optional(PhoneNumber)
  }),
  response: {
    201: Type.Object({
      status: Type.Union([Type.Literal('confirmation_required'), Type.Literal('confirmed')]),
      delivery: Type.Optional(Delivery)
    })
  }
}

const confirm = {
  operationId: 'confirmSignUp',
  tags: ['Sign up'],
  summary: 'Confirm a sign-up',
  body: Body({ email: Email, code: Code }),
  response: { 200: Type.Object({ status: Type.Literal('confirmed') }) }
}

const resend = {
  operationId: 'resendSignUpCode',
  tags: ['Sign up'],
  summary: 'Send another confirmation code',
  description: 'With enumeration protection, the response is the same for every email address.',
  body: Body({ email: Email }),
  response: { 202: Type.Object({ delivery: Delivery }) }
}

const signup: Routes = async app => {
  const limited = { config: { limit: 'signup' } } as const
  app.post('/auth/signup', { schema: create, ...limited }, async (request, reply) => {
    const { signUp: before } = app.sessions.pending(request) ?? {}
    const { status, delivery, startedSignUp } = await app.auth.signUp.register(
      request.body,
      before,
      request
    )
    // A browser that is logged in stays so: its user has an account already.
    if (!app.sessions.signedIn(request)) {
      // The account is made by now: to be told of that matters more than to be remembered.
      await app.sessions.hold(request, { signUp: startedSignUp }).catch(error => {
        request.log.warn({ err: error }, 'sign-up not remembered')
      })
    }
    app.audit('account.created', { caller: request })
    return reply.code(201).send({ status, ...(delivery && { delivery }) })
  })

  const guessing = { config: { limit: 'code' } } as const
  app.post('/auth/signup/confirm', { schema: confirm, ...guessing }, async request => {
    const { signUp } = app.sessions.pending(request) ?? {}
    const confirmed = await app.auth.signUp.confirm(request.body, signUp, request)
    if (confirmed) await app.sessions.keep(request, confirmed)
    return { status: 'confirmed' as const }
  })

  const sending = { config: { limit: 'send' } } as const
  app.post('/auth/signup/resend', { schema: resend, ...sending }, async (request, reply) => {
    const delivery = await app.auth.signUp.resend(request.body.email, request)
    await app.sessions.keep(request, { email: request.body.email })
    return reply.code(202).send({ delivery })
  })
}

export default signup
