/** How finished calls to Cognito are published for tracing, and the type of an error as a trace shows it. */

/** The diagnostics channel for finished calls to Cognito; its messages are of type OutgoingCall. */
export const cognitoCallChannel = 'cognito-bff:cognito.call'

/** Holds nothing of the request's or response's body. Instants in ms since the epoch, with fractions. */
export interface OutgoingCall {
  /** `CognitoIdentityProvider` */
  readonly service: string
  /** `InitiateAuth` */
  readonly method: string
  readonly host: string
  readonly startedAt: number
  readonly endedAt: number
  /** HTTP status; undefined without a response. */
  readonly status: number | undefined
  /** `errorType` of an error of the connection. */
  readonly error: string | undefined
}

/** The system code of an error, or its name: its message may repeat what was sent. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
