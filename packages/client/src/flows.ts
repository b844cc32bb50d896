/** Every call of the contract, by name, typed from the OpenAPI document. */
import { unexpected } from './read-problem.ts'
import { beforeDeadline, type ClientFetch } from './request.ts'
import type { Answer, Body, Method, Path } from './types.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** In place of the client's, in ms; 0 waits without an end. */
  readonly timeout?: number
}

type WithBody<P extends Path, M extends Method<P>> = (
  body: Body<P, M>,
  options?: CallOptions
) => Promise<Answer<P, M>>

type WithoutBody<P extends Path, M extends Method<P>> = (
  options?: CallOptions
) => Promise<Answer<P, M>>

export type Flows = ReturnType<typeof createFlows>

/**
 * @param fetch one of `createFetch`
 * @param defaultTimeout in ms: for the head of an answer, and again for its body
 */
export function createFlows(fetch: ClientFetch, defaultTimeout?: number) {
  async function call<T>(path: string, method: string, body: unknown, options: CallOptions = {}) {
    const { signal: stop, timeout = defaultTimeout } = options
    const isImage = body instanceof Blob
    const late = new AbortController()
    const response = await fetch(path, {
      method,
      signal: stop ? AbortSignal.any([stop, late.signal]) : late.signal,
      ...(timeout !== undefined && { timeout }),
      ...(body !== undefined && {
        headers: { 'Content-Type': isImage ? body.type : 'application/json' },
        body: isImage ? body : JSON.stringify(body)
      })
    })
    if (!response.ok) throw unexpected(response)
    if (response.status === 204) return undefined as T // as with the line below
    const answer = await beforeDeadline(timeout, stop, signal => {
      signal.addEventListener('abort', () => late.abort())
      return response.json().catch((cause: unknown) => {
        if (signal.aborted) throw cause
        throw unexpected(response)
      })
    })
    return answer as T // what the OpenAPI document says of this path
  }
  const send =
    <P extends Path, M extends Method<P> & string>(method: M, path: P): WithBody<P, M> =>
    (body, options) =>
      call(path, method.toUpperCase(), body, options)
  const ask =
    <P extends Path, M extends Method<P> & string>(method: M, path: P): WithoutBody<P, M> =>
    options =>
      call(path, method.toUpperCase(), undefined, options)

  return {
    signUp: send('post', '/auth/signup'),
    confirmSignUp: send('post', '/auth/signup/confirm'),
    resendSignUpCode: send('post', '/auth/signup/resend'),
    logIn: send('post', '/auth/login'),
    answerChallenge: send('post', '/auth/login/challenge'),
    getMethods: ask('get', '/auth/methods'),
    getSession: ask('get', '/auth/session'),
    logOut: ask('post', '/auth/logout'),
    logOutEverywhere: ask('post', '/auth/logout/all'),
    getProfile: ask('get', '/auth/profile'),
    changeProfile: send('patch', '/auth/profile'),
    sendVerificationCode: send('post', '/auth/profile/verification'),
    confirmVerification: send('post', '/auth/profile/verification/confirm'),
    /** A JPEG, PNG or WebP of at most 2 MiB. `not_found` where the service keeps no photos. */
    setPhoto: send('put', '/auth/profile/photo'),
    removePhoto: ask('delete', '/auth/profile/photo'),
    changePassword: send('post', '/auth/password/change'),
    forgotPassword: send('post', '/auth/password/forgot'),
    resetPassword: send('post', '/auth/password/reset'),
    listSessions: ask('get', '/auth/sessions'),
    endOtherSessions: ask('delete', '/auth/sessions'),
    endSession: (id: string, options?: CallOptions) =>
      call<undefined>(`/auth/sessions/${encodeURIComponent(id)}`, 'DELETE', undefined, options),
    getMfa: ask('get', '/auth/mfa'),
    setMfa: send('put', '/auth/mfa'),
    beginTotp: ask('post', '/auth/mfa/totp'),
    confirmTotp: send('post', '/auth/mfa/totp/confirm'),
    deleteAccount: send('post', '/auth/account/delete')
  }
}
