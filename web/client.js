/** Calls the service. What it refuses is thrown as a Problem. */

/** A problem document (RFC 9457) of the service, or what stands for one when none came. */
export class Problem extends Error {
  /** @param {{ code?: string, detail?: string, errors?: { field: string, message: string }[] }} document */
  constructor({ code = 'unknown', detail, errors = [] }) {
    super(detail ?? 'Something went wrong. Try again.')
    this.code = code
    this.errors = errors
  }

  /** Whether the service says that nobody is logged in here (any more). */
  get isSignedOut() {
    return this.code === 'unauthenticated' || this.code === 'session_expired'
  }
}

/** Every call bears the header that a foreign page cannot send; the cookie goes along by itself. */
const headers = { Accept: 'application/json, application/problem+json', 'X-CSRF': '1' }

export const get = path => call(path, { headers })

/** Without a body no content type is sent. */
export const post = (path, body) =>
  call(path, {
    method: 'POST',
    ...(body === undefined
      ? { headers }
      : { headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  })

async function call(path, options) {
  const response = await fetch(path, { ...options, cache: 'no-store' }).catch(() => {
    throw new Problem({ code: 'offline', detail: 'The service cannot be reached. Try again.' })
  })
  const body = await read(response)
  if (response.ok) return body
  throw new Problem(body ?? {})
}

/** The JSON of an answer; undefined where there is none. */
async function read(response) {
  const type = response.headers.get('Content-Type') ?? ''
  return /[/+]json\b/.test(type) ? response.json().catch(() => undefined) : undefined
}
