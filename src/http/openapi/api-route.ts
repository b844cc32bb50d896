/** What the document says of a route to an API: never where that is. */

interface ApiRoute {
  readonly path: string
  readonly session: 'required' | 'optional' | 'none'
  readonly token: string
  readonly groups: readonly string[]
  readonly maxAgeSeconds: number | undefined
  readonly cache: 'none' | 'upstream'
  readonly timeout: number
  readonly bodyLimit: number | undefined
}

const general =
  "The path below, the query and the body travel as they are, the cookie does not. Calls of one user beyond those that may run at once wait for their turn, up to 5 seconds. Errors with a `code` of this service are its own, whatever else comes is the API's answer."

/** `callApi` for `/api`; `callApiOrderItems` for `/api/order-items`. */
export function summaryOf(route: ApiRoute) {
  const name = route.path
    .split(/[^A-Za-z0-9]+/)
    .slice(2)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  return {
    operationId: `callApi${name}`,
    summary: "Call the team's API",
    description: [general, ...rules(route)].join(' '),
    ...(route.session !== 'required' && { 'x-session': route.session })
  }
}

function rules(route: ApiRoute): string[] {
  const { session, token, groups, maxAgeSeconds, cache, timeout, bodyLimit } = route
  const who = {
    required: 'Needs a session.',
    optional: 'Works without a session, too.',
    none: 'Needs no session, and knows none.'
  }[session]
  return [
    who,
    ...(token === 'none' ? ['The API gets no token.'] : [`The API gets the ${token} token.`]),
    ...(groups.length > 0 ? [`For users in one of the groups ${groups.join(', ')}.`] : []),
    ...(maxAgeSeconds === undefined ? [] : [`The login may be ${maxAgeSeconds} s old.`]),
    ...(cache === 'upstream' ? ['Browsers may keep answers as the API says.'] : []),
    ...(bodyLimit === undefined ? [] : [`A body may have ${bodyLimit} bytes.`]),
    `The API has ${timeout / 1000} s for the first byte of its answer.`
  ]
}
