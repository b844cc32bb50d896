/** The controls of the local Cognito. */
import type { World } from './service.ts'

/**
 * @returns what it answers, as text
 * @throws Error where it does not do as told
 */
export async function control(
  world: World,
  method: string,
  path: string,
  body?: object
): Promise<string> {
  const answer = await fetch(`${world.cognito.url}/_local/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
  return text
}
