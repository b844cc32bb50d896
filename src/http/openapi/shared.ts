/** The headers and parameters that operations refer to. */
const seconds = { type: 'integer', minimum: 0 } as const

export const headers = {
  RetryAfter: {
    description: 'After how many seconds to try again.',
    schema: { type: 'integer', minimum: 1 }
  },
  RateLimitLimit: { description: 'How many calls a window allows.', schema: seconds },
  RateLimitRemaining: { description: 'How many of them are left.', schema: seconds },
  RateLimitReset: { description: 'Seconds until the window ends.', schema: seconds }
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
