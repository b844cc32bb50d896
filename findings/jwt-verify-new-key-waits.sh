#!/usr/bin/env bash
# Surprise: one token with an unknown key id makes aws-jwt-verify refuse *every* token with a key id it does not know yet
#   for ten seconds, also that of a key the pool has just begun to use. A junk token at the wrong second turns a key
#   rotation into failed logins.
# Version: aws-jwt-verify 5.2.1, default configuration
# Expectation: its README says that the JWKS is fetched again when a kid is not in the cache
#   (https://github.com/awslabs/aws-jwt-verify#the-jwks-cache); the waiting time is described there as a protection
#   against fetching for "likely invalid" ids, not as one that good new keys meet.
# Who cares: services that verify ID tokens at login: treat JwksNotAvailableInCacheError and the waiting error as
#   passing trouble, not as a bad token.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-jwt-verify@5.2.1
cat >run.mjs <<'JS'
import { generateKeyPairSync, sign } from 'node:crypto'
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'

const userPoolId = 'us-east-1_Example01'
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`
const key = kid => ({ kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) })
const [first, next, unknown] = [key('first'), key('next'), key('unknown')]

function token({ kid, privateKey }) {
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, sub: 'x', aud: 'client', token_use: 'id', iat: now, exp: now + 300 }
  const signed = `${part({ alg: 'RS256', kid })}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`
}

let published = [first]
let fetches = 0
const jwksCache = new SimpleJwksCache({
  fetcher: {
    async fetch() {
      fetches++
      const keys = published.map(({ kid, publicKey }) => ({
        kid,
        use: 'sig',
        alg: 'RS256',
        ...publicKey.export({ format: 'jwk' })
      }))
      return new TextEncoder().encode(JSON.stringify({ keys })).buffer
    }
  }
})
const verifier = CognitoJwtVerifier.create({ userPoolId, clientId: 'client', tokenUse: 'id' }, { jwksCache })
const outcome = async signedWith =>
  verifier.verify(token(signedWith)).then(
    () => 'accepted',
    error => `${error.name}: ${error.message}`
  )

const known = await outcome(first)
const junk = await outcome(unknown)
published = [first, next] // the pool starts to sign with a new key, and publishes it
const fresh = await outcome(next)
const old = await outcome(first)
const before = fetches
await new Promise(resolve => setTimeout(resolve, 10_100))
const later = await outcome(next)
console.log({ known, junk, fresh, old, fetchesBeforeTheWait: before, tenSecondsLater: later })
process.exitCode = fresh !== 'accepted' && old === 'accepted' && later === 'accepted' && before === 2 ? 0 : 1
JS
echo "Node $(node --version)"
node run.mjs
