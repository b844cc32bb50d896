/** Which errors of the catalogue each call can answer: the one table that the OpenAPI document says it from. */
import { type ErrorCode, errorCodes } from '../../errors.ts'

/** What a call does besides its own work, and how that can fail. */
const groups = {
  session: ['unauthenticated', 'session_expired'],
  recent: ['reauthentication_required'],
  token: ['upstream_error', 'cognito_unavailable'],
  cognito: ['attempt_limit_exceeded', 'upstream_error', 'cognito_unavailable'],
  // Calls at which the pool runs a trigger that may refuse them.
  trigger: ['refused_by_trigger'],
  code: ['code_mismatch', 'code_expired'],
  login: ['invalid_credentials', 'user_not_confirmed', 'password_reset_required'],
  // A step that is posed at once, and one that ended while it was being answered.
  challenge: ['challenge_unsupported', 'challenge_expired', 'session_expired']
} as const satisfies Record<string, readonly ErrorCode[]>

type Group = keyof typeof groups

/** By operationId: groups and single codes. What the gates before each call answer is not repeated here. */
const failures = {
  signUp: ['cognito', 'trigger', 'invalid_password', 'email_exists'],
  confirmSignUp: ['cognito', 'code', 'alias_exists', 'email_not_found'],
  resendSignUpCode: ['cognito', 'trigger', 'email_not_found'],

  logIn: ['cognito', 'trigger', 'login', 'challenge'],
  answerChallenge: [
    'cognito',
    'trigger',
    'login',
    'challenge',
    'code',
    'invalid_password',
    'alias_exists'
  ],
  getMethods: [],
  logOut: [],
  logOutEverywhere: ['session'],

  getSession: [],
  watchSession: ['session', 'rate_limited'],
  listSessions: ['session'],
  endOtherSessions: ['session'],
  endSession: ['session', 'not_found'],

  getProfile: ['session', 'cognito'],
  changeProfile: ['session', 'recent', 'cognito', 'trigger', 'alias_exists'],
  sendVerificationCode: ['session', 'cognito', 'trigger'],
  confirmVerification: ['session', 'cognito', 'code', 'alias_exists'],
  setPhoto: ['session', 'cognito', 'not_found'],
  removePhoto: ['session', 'cognito', 'not_found'],

  forgotPassword: ['cognito', 'trigger', 'email_not_found', 'user_not_confirmed'],
  resetPassword: [
    'cognito',
    'trigger',
    'code',
    'invalid_password',
    'email_not_found',
    'user_not_confirmed'
  ],
  changePassword: ['session', 'cognito', 'invalid_credentials', 'invalid_password'],

  getMfa: ['session', 'cognito'],
  setMfa: ['session', 'recent', 'cognito'],
  beginTotp: ['session', 'recent', 'cognito'],
  confirmTotp: ['session', 'recent', 'cognito', 'code_mismatch'],

  deleteAccount: [
    'session',
    'cognito',
    'trigger',
    'invalid_credentials',
    'password_reset_required'
  ],

  // Over the calls that one user may have at once; no window, and no headers of one.
  callApi: [
    'session',
    'token',
    'recent',
    'forbidden',
    'invalid_request',
    'payload_too_large',
    'rate_limited'
  ],

  // Answered whatever the pressure is.
  getHealth: [],
  getReadiness: ['store_unavailable', 'service_unavailable'],
  getReference: ['service_unavailable'],
  getOpenApi: ['service_unavailable']
} as const satisfies Record<string, readonly (Group | ErrorCode)[]>

const table: ReadonlyMap<string, readonly (Group | ErrorCode)[]> = new Map(Object.entries(failures))

/** Of an operation. Each API of the team is called under a name of its own, which begins with `callApi`. */
const rowOf = (operationId: string) => table.get(operationId.replace(/^(callApi).*/, '$1'))

export const operationIds: readonly string[] = [...table.keys()]

/** What a route tells of a call. */
export interface Call {
  /** Of the route: one for all methods of a proxy. */
  readonly operationId: string
  /** In lower case, as the keys of a path item. */
  readonly method: string
  /** As in the document: `/auth/sessions/{id}`. */
  readonly path: string
  /** Whether its calls are counted in windows of time. */
  readonly isLimited: boolean
  /** Whether it works without a session, although others of its kind do not. */
  readonly isOpen?: boolean
}

/** Whether the gates of plugins/csrf.ts and its neighbours stand before a path. */
export const isGated = (path: string): boolean => /^\/(auth|api)\//.test(path)

/** What goes to the API is streamed: neither its form nor its size is looked at here. */
export const isProxied = (path: string): boolean => path.startsWith('/api/')

export const needsSession = ({ operationId, isOpen = false }: Call): boolean =>
  !isOpen && (rowOf(operationId)?.includes('session') ?? false)

/** What a signed-in user asks of Cognito is counted by user (plugins/caller.ts). */
export const isLimitedPerUser = (operationId: string): boolean => {
  const row = rowOf(operationId) ?? []
  return row.includes('session') && row.includes('cognito')
}

export const mayHaveBody = ({ method }: Call): boolean => method !== 'get' && method !== 'head'

/**
 * Every code that a call can answer, in the order of the catalogue.
 * @throws Error for a route whose operationId has no row
 */
export function codesOf(call: Call): ErrorCode[] {
  const row = rowOf(call.operationId)
  if (!row) throw new Error(`failures.ts has no row for the operation ${call.operationId}`)
  const own = row.flatMap(entry => (isGroup(entry) ? groups[entry] : entry))
  const codes = new Set<ErrorCode>([...own, ...gateCodes(call), 'internal_error'])
  // Under pressure every call but the sign of life is turned away.
  if (call.operationId !== 'getHealth') codes.add('service_unavailable')
  if (call.isOpen) codes.delete('unauthenticated')
  return errorCodes.filter(code => codes.has(code))
}

function isGroup(entry: Group | ErrorCode): entry is Group {
  return entry in groups
}

function gateCodes(call: Call): ErrorCode[] {
  if (!isGated(call.path)) return []
  const codes: ErrorCode[] = ['csrf_rejected', 'store_unavailable', 'service_unavailable']
  if (call.isLimited) codes.push('rate_limited')
  if (!mayHaveBody(call)) return codes
  codes.push('invalid_request', 'unsupported_media_type')
  return isProxied(call.path) ? codes : [...codes, 'payload_too_large']
}
