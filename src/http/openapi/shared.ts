/** The headers and parameters that operations refer to. */
export const headers = {
  RetryAfter: {
    description: 'After how many seconds to try again.',
    schema: { type: 'integer', minimum: 1 }
  },
  RateLimitPolicy: {
    description:
      'The one policy of the route, as a structured field (draft-ietf-httpapi-ratelimit-headers-10): its name, how many calls (`q`) in how many seconds (`w`).',
    schema: { type: 'string', examples: ['"login";q=20;w=300'] }
  },
  RateLimit: {
    description:
      'How many calls are left of it (`r`), and in how many seconds the window ends (`t`). A limit by account and client network may leave less than `q` from the start.',
    schema: { type: 'string', examples: ['"login";r=9;t=300'] }
  }
} as const

export const parameters = {
  Csrf: {
    name: 'X-CSRF',
    in: 'header',
    required: true,
    description: 'A header that no form and no foreign page can send.',
    schema: { type: 'string', const: '1' }
  }
} as const
