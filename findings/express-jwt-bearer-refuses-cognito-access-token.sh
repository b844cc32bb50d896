#!/usr/bin/env bash
# Surprise: express-oauth2-jwt-bearer refuses Cognito's access token (401, unexpected "aud") and takes the ID token, the
#   one that is not meant for APIs. Without `audience` it does not start.
# Version: express-oauth2-jwt-bearer 1.10.0
# Expectation: "express-oauth2-jwt-bearer ... for protecting resources with JWT access tokens" (its README); Cognito's
#   access token names its client in `client_id` and has no `aud`
#   (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html).
# Who cares: people who put an Express API behind Cognito: the quick way to make it work is to send ID tokens to APIs.
#   Verify with aws-jwt-verify, or ask for a resource (RFC 8707), which adds `aud`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund express-oauth2-jwt-bearer@1.10.0 express@5.3.0
cat >run.mjs <<'JS'
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const keys = createServer((request, response) =>
  response.end(JSON.stringify({ keys: [{ kid: 'k', use: 'sig', alg: 'RS256', ...publicKey.export({ format: 'jwk' }) }] }))
)
await new Promise(resolve => keys.listen(0, '127.0.0.1', resolve))
const jwksUri = `http://127.0.0.1:${keys.address().port}/`
const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example01'
const now = Math.floor(Date.now() / 1000)
const common = { iss: issuer, sub: 'x', iat: now, exp: now + 300 }
const token = claims => {
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', kid: 'k' })}.${part({ ...common, ...claims })}`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
}
const options = { issuer, jwksUri, audience: 'exampleclient', tokenSigningAlg: 'RS256' }
const app = express()
app.get('/', auth(options), (request, response) => response.send('ok'))
app.use((error, request, response, next) => response.status(error.status ?? 500).send(error.message))
const api = app.listen(0, '127.0.0.1')
await new Promise(resolve => api.once('listening', resolve))
const call = async claims => {
  const headers = { authorization: `Bearer ${token(claims)}` }
  const response = await fetch(`http://127.0.0.1:${api.address().port}/`, { headers })
  return `${response.status} ${await response.text()}`
}
const access = await call({ token_use: 'access', client_id: 'exampleclient', scope: 'openid' })
const id = await call({ token_use: 'id', aud: 'exampleclient' })
let withoutAudience = 'starts'
try {
  auth({ issuer, jwksUri })
} catch (error) {
  withoutAudience = error.message
}
console.log({ access, id, withoutAudience })
process.exit(access.startsWith('401') && id === '200 ok' && withoutAudience !== 'starts' ? 0 : 1)
JS
echo "Node $(node --version)"
node run.mjs
