import { test } from 'tap'
import { startService } from '../support/service.ts'

test('a page learns what it may offer, without the store and Cognito, and may keep it', async t => {
  const env = { COGNITO_MFA_METHODS: 'EMAIL_OTP', REDIS_URL: 'redis://127.0.0.1:1' }
  const { browser, cognito } = await startService(t, { env })
  const one = browser()
  one.jar.set('bff-session-3000', 'x'.repeat(43))
  const { status, headers, json, cookies } = await one.get('/auth/methods')
  t.equal(status, 200)
  t.same(json, {
    identifier: 'email',
    methods: ['password'],
    providers: [],
    signUp: {
      open: true,
      attributes: [
        { name: 'givenName', required: true },
        { name: 'phoneNumber', required: false }
      ]
    },
    mfa: ['EMAIL_OTP']
  })
  t.equal(headers['cache-control'], 'public, max-age=300')
  t.equal(headers.vary, undefined)
  t.same(cookies, [])
  t.same(await cognito.calls(), {})
  const refused = await one.get('/auth/methods', { headers: { 'x-csrf': undefined } })
  t.equal(refused.json.code, 'csrf_rejected')
})

test('what it says of the sign-up is what the sign-up takes', async t => {
  const { browser } = await startService(t)
  const one = browser()
  const { signUp } = (await one.get('/auth/methods')).json
  const { paths } = (await one.get('/docs/json')).json
  const body = paths['/auth/signup'].post.requestBody.content['application/json'].schema
  const others = Object.keys(body.properties).filter(name => !/^(email|password)$/.test(name))
  t.same(
    signUp.attributes,
    others.map(name => ({ name, required: body.required.includes(name) }))
  )
})
