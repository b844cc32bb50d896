/** express with express-session and connect-redis, in its quietest setting. */
import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import { createClient } from 'redis'
import { listening, tokens, view } from './session.mjs'

const client = await createClient({ url: process.env.REDIS_URL }).connect()

const app = express()
app.use(
  session({
    secret: 'a secret with a minimum length of 32 characters',
    store: new RedisStore({ client, prefix: process.env.BENCH_PREFIX }),
    cookie: { secure: false, httpOnly: true, sameSite: 'strict', maxAge: 1_800_000 },
    resave: false,
    saveUninitialized: false
  })
)
app.post('/login', (request, response) => {
  Object.assign(request.session, { view, tokens })
  response.json({})
})
app.get('/session', (request, response) =>
  response.json(request.session.view ?? { authenticated: false })
)
const server = app.listen(0, '127.0.0.1', () => listening(server.address().port))
