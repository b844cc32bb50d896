/** `app.signIn`, `app.accessTokens` and `app.signOut`: the domain, wired to the store and to Cognito. */
import plugin from 'fastify-plugin'
import { type AccessTokens, createAccessTokens } from '../src/auth/access-tokens.ts'
import type { Report } from '../src/auth/report.ts'
import { createSignIn, type SignIn } from '../src/auth/sign-in.ts'
import { createSignOut, type SignOut } from '../src/auth/sign-out.ts'

declare module 'fastify' {
  interface FastifyInstance {
    audit: Report
    signIn: SignIn
    accessTokens: AccessTokens
    signOut: SignOut
  }
}

export default plugin(
  async app => {
    const report: Report = (event, { error, ...fields }) => {
      app.log.info({ event, ...fields, ...(error !== undefined && { err: error }) }, event)
    }
    const { identity, store: sessions } = app
    const accessTokens = createAccessTokens({ identity, sessions, clock: Date.now, report })
    app.decorate('audit', report)
    app.decorate('signIn', createSignIn({ identity, report }))
    app.decorate('accessTokens', accessTokens)
    app.decorate('signOut', createSignOut({ identity, sessions, accessTokens, report }))
  },
  { name: 'auth', dependencies: ['identity', 'store'] }
)
