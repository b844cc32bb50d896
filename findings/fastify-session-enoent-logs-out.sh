#!/usr/bin/env bash
# Surprise: when the store's `get` fails with an error whose code is ENOENT, @fastify/session takes it for "no such
#   session": it responds with 200 and replaces the cookie. A Redis behind a unix socket that is gone for a moment
#   (connect ENOENT) so logs out every visitor. Any other error is a 500 that keeps the cookie.
# Version: @fastify/session 11.1.3, @fastify/cookie 11.1.5, fastify 5.12.8
# Expectation: its README says of a store that `get` calls back with an error where it fails
#   (https://github.com/fastify/session#store-optional); ENOENT is what its file-based ancestors used for "not found",
#   and is also what Node's connect() reports for a missing unix socket.
# Who cares: services that keep sessions in a Redis or another server over a unix socket. Give errors of the store a code of
#   its own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fastify@5.12.8 @fastify/cookie@11.1.5 @fastify/session@11.1.3
cat >run.mjs <<'JS'
import { connect } from 'node:net'
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import Fastify from 'fastify'

const kept = new Map()
let failure = null
const store = {
  set: (id, value, done) => (kept.set(id, value), done()),
  get: (id, done) => (failure ? done(failure) : done(null, kept.get(id))),
  destroy: (id, done) => (kept.delete(id), done())
}
const app = Fastify()
app.register(cookie)
app.register(session, { secret: 'a secret of at least thirty-two characters', cookie: { secure: false }, store })
app.get('/', async request => {
  request.session.user ??= 'new user'
  return request.session.user
})

const first = await app.inject('/')
const { name, value } = first.cookies[0]
const visit = async () => {
  const response = await app.inject({ url: '/', cookies: { [name]: value } })
  const given = response.cookies.find(one => one.name === name)
  return { status: response.statusCode, cookie: given === undefined || given.value === value ? 'kept' : 'replaced' }
}
const missingSocket = await new Promise(resolve => connect('/nowhere/redis.sock').once('error', resolve))
failure = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
const refused = await visit()
failure = missingSocket
const enoent = await visit()
console.log({ ECONNREFUSED: refused, [missingSocket.code]: enoent })
process.exitCode = refused.status === 500 && refused.cookie === 'kept' && enoent.status === 200 && enoent.cookie === 'replaced' ? 0 : 1
JS
echo "Node $(node --version)"
node run.mjs
