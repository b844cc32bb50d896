/** What the document says before its first operation. */
export const info = {
  title: 'Cognito BFF',
  version: '0.1.0',
  summary: 'What a single-page application on the same origin may rely on.',
  description: [
    'Every call under `/auth` and `/api`, GET included, carries `X-CSRF: 1`; under `/api` a GET or HEAD that the browser says the page reads (`Sec-Fetch-Site: same-origin`, `Sec-Fetch-Dest` `empty`, `image`, `audio`, `video` or `document`) needs none. Bodies are `application/json`, a photo alone is an image, and hold no unknown fields; under `/api` they are of any type.',
    'Who is logged in is in one HTTP-only cookie; no answer holds a Cognito token, and every answer under `/auth` and `/api` bears `Cache-Control: no-store`.',
    'Instants are ISO 8601 in UTC, durations whole seconds. Every answer bears an `X-Request-Id`.',
    'Errors are problem documents (RFC 9457): `code` is stable, `detail` is a sentence fit to show a person. 429 and 503 bear `Retry-After`.',
    'What only a service without enumeration protection answers is `email_exists`, `email_not_found` and, at a reset, `user_not_confirmed`.'
  ].join('\n\n'),
  license: { name: 'MIT', identifier: 'MIT' }
}

/** In the order of a user's way through the service. */
export const tags = [
  { name: 'Sign up', description: 'Making an account and confirming it.' },
  { name: 'Log in', description: 'From a password to a session, and out of it.' },
  { name: 'Sessions', description: 'Who is logged in here, and where else.' },
  { name: 'Profile', description: 'The attributes of the user.' },
  { name: 'Password', description: 'Changing it, forgetting it, setting it anew.' },
  { name: 'Second factors', description: 'What is asked for after the password.' },
  { name: 'Account', description: 'The end of it.' },
  { name: 'API', description: "The team's own API, called with the user's access token." },
  { name: 'Service', description: 'Health, and this document.' }
]
