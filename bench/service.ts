/** The service as in production, over the local Cognito: started, and somebody logged in. */
import { randomBytes } from 'node:crypto'
import { type Env, type Program, startProgram } from './programs.ts'

export interface World {
  readonly redisUrl: string
  readonly cognito: Program
}

/** What a browser sends with every call. */
export type Cookie = Readonly<{ 'x-csrf': '1'; cookie: string }>

/** Whatever would stop a load before it measures anything. */
const noLimits = {
  RATE_LIMIT_LOGIN_PER_ADDRESS: '9999999/60',
  RATE_LIMIT_LOGIN_PER_ACCOUNT: '9999999/60',
  API_CALLS_PER_USER: '9999'
}

/** One for all instances of a run: any of them opens the sessions of the others. */
export const sessionKey = randomBytes(32)

/** NODE_ENV=production, https cookies, sealed sessions in Redis, log lines at info. */
export function startService(world: World, env: Env = {}, args: string[] = []): Promise<Program> {
  return startProgram(
    'dist/src/server.js',
    {
      NODE_ENV: 'production',
      PORT: '0',
      PUBLIC_ORIGIN: 'https://app.example.com',
      TRUST_PROXY: '127.0.0.1',
      COGNITO_REGION: 'us-east-1',
      COGNITO_USER_POOL_ID: 'us-east-1_Local0001',
      COGNITO_CLIENT_ID: 'localclient0000000000000001',
      COGNITO_ENDPOINT: world.cognito.url,
      REDIS_URL: world.redisUrl,
      SESSION_KEYS: sessionKey.toString('base64'),
      LOG_LEVEL: 'info',
      ...noLimits,
      ...env
    },
    args
  )
}

export function startLocalCognito(): Promise<Program> {
  return startProgram('dist/emulator/main.js', { LOCAL_COGNITO_PORT: '0' })
}

/** Logs the demo user in; the headers of the calls that follow. */
export async function logIn(url: string): Promise<Cookie> {
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'x-csrf': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'Correct-Horse-9' })
  })
  return cookieOf(answer)
}

/** @throws Error where the answer sets no cookie */
export function cookieOf(answer: Response): Cookie {
  const [cookie = ''] = answer.headers.getSetCookie().map(line => line.split(';')[0] ?? '')
  if (cookie === '') throw new Error(`${answer.url} answered ${answer.status} and no cookie`)
  return { 'x-csrf': '1', cookie }
}
