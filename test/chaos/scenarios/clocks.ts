/** The service's clock is five minutes off Cognito's, either way, and then jumps by as much. */
import type { Scope } from '../../support/redis.ts'
import { ask, hello, login } from '../client.ts'
import { type Outcome, Problems } from '../outcome.ts'
import { makeWorld, strict } from '../world.ts'

const fiveMinutes = 300_000

export async function clocks(scope: Scope): Promise<Outcome> {
  const problems = new Problems()
  let checks = 0
  let refreshes = 0
  for (const skew of [fiveMinutes, -fiveMinutes]) {
    // A password proof (SRP) bears the time, and Cognito refuses one from so far off.
    const env = { COGNITO_AUTH_FLOW: 'USER_PASSWORD_AUTH' }
    const world = await makeWorld(scope, { instances: 0, env })
    await world.cognito.patchPool({ accessTokenSeconds: 300, ...strict })
    const instance = await world.start({ CLOCK_OFFSET_MS: `${skew}` })
    const cookie = await login(instance.url)
    const check = async (when: string) => {
      for (const path of ['/auth/profile', '/api/hello', '/auth/session']) {
        const { status, code } = await ask(instance.url, path, { cookie })
        checks += 1
        problems.check(status === 200, `${path} ${when}: ${status} ${code ?? ''}`)
      }
    }
    const off = `${skew / 1000} s off`
    await check(off)
    // Time goes by for both, and the access token expires.
    await instance.advance(fiveMinutes)
    await world.cognito.advance(300)
    await check(`${off}, later`)
    for (const jump of ['to the right time', 'to the other side']) {
      await instance.advance(-skew)
      await check(`${off}, jumped ${jump}`)
      await instance.advance(fiveMinutes)
      await world.cognito.advance(300)
      await check(`${off}, jumped ${jump}, later`)
    }
    problems.check(
      (await hello(instance.url, cookie)).cookie === undefined,
      'the cookie was touched'
    )
    refreshes += (await world.cognito.calls()).GetTokensFromRefreshToken ?? 0
  }
  return {
    figures: {
      'responses checked': checks,
      'refreshes at Cognito': refreshes
    },
    problems: problems.list()
  }
}
