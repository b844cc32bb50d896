/** The shapes of the contract by their names, taken from the OpenAPI types: nothing is written twice. */
import type { components, paths } from './openapi.ts'

type Schemas = components['schemas']

export type Session = Schemas['Session']
export type ActiveSession = Schemas['ActiveSession']
export type User = Schemas['User']
export type LoginAnswer = Schemas['LoginAnswer']
export type Challenge = Schemas['Challenge']
export type ChallengeAnswer = Body<'/auth/login/challenge', 'post'>
export type Delivery = Schemas['Delivery']
export type Profile = Schemas['Profile']
export type ProfileChange = Body<'/auth/profile', 'patch'>
export type Verification = Answer<'/auth/profile', 'patch'>['verification'][number]
export type MfaSettings = Schemas['MfaSettings']
/** A second factor, by Cognito's name. */
export type Factor = MfaSettings['available'][number]
export type SessionSummary = Schemas['SessionSummary']
/** The problem document as it travels (RFC 9457). */
export type ProblemDocument = Schemas['Problem']

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
