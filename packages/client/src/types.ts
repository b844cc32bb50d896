/** The shapes of the contract by their names, taken from the OpenAPI types: nothing is written twice. */
import type { paths } from './openapi.ts'

export type Path = keyof paths
export type Method<P extends Path> = keyof paths[P]

type Content<T> = T extends { content: { 'application/json': infer Json } }
  ? Json
  : T extends { content: infer Types }
    ? Types[keyof Types]
    : undefined

/** What a call sends; undefined where it sends nothing. */
export type Body<P extends Path, M extends Method<P>> = paths[P][M] extends { requestBody: infer R }
  ? Content<R>
  : undefined

type Successful = 200 | 201 | 202 | 204

/** What a call answers when it succeeds; undefined for 204. */
export type Answer<P extends Path, M extends Method<P>> = paths[P][M] extends {
  responses: infer R
}
  ? { [Status in keyof R & Successful]: Content<R[Status]> }[keyof R & Successful]
  : never

export type Session = Answer<'/auth/session', 'get'>
export type ActiveSession = Extract<Session, { authenticated: true }>
export type User = ActiveSession['user']
export type LoginAnswer = Answer<'/auth/login', 'post'>
export type Challenge = Extract<LoginAnswer, { status: 'challenge' }>['challenge']
export type ChallengeAnswer = Body<'/auth/login/challenge', 'post'>
export type Profile = Answer<'/auth/profile', 'get'>
export type ProfileChange = Body<'/auth/profile', 'patch'>
export type Verification = Answer<'/auth/profile', 'patch'>['verification'][number]
export type Delivery = Verification['delivery']
export type Mfa = Answer<'/auth/mfa', 'get'>
export type SessionSummary = Answer<'/auth/sessions', 'get'>['sessions'][number]
