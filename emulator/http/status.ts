/** The HTTP status of an exception. */

/** On the wire every client error is a 400, whatever the API model says; internal ones are 500. */
export function wireStatusOf(name: string): number {
  return name === 'InternalErrorException' ? 500 : 400
}

/** What the API model says, in case the live service ever follows it. */
export function modelStatusOf(name: string): number {
  return modelStatuses.get(name) ?? wireStatusOf(name)
}

const modelStatuses = new Map([
  ['UnauthorizedException', 401],
  ['FeatureUnavailableInTierException', 403],
  ['ForbiddenException', 403],
  ['NotAuthorizedException', 403],
  ['ResourceNotFoundException', 404],
  ['UserNotFoundException', 404],
  ['TooManyRequestsException', 429]
])
