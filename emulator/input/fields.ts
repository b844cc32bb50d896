/** The members operations have in common, with the limits of Cognito's API model. */

import { list, structure, text, textMap } from './shape.ts'

export const clientIdField = text({ min: 1, max: 128, pattern: /[\w+]+/, sensitive: true })
/** The model wants 24-64 word characters; here any secret a test sets is good. */
export const clientSecret = text({ min: 1, max: 256, sensitive: true })
export const secretHash = text({ min: 1, max: 128, pattern: /[\w+=/]+/, sensitive: true })
export const username = text({
  min: 1,
  max: 128,
  pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u,
  sensitive: true
})
/** The model says `[\S]+`; the live service takes spaces inside, not around. */
export const password = text({ max: 256, pattern: /^[\S]+.*[\S]+$/, sensitive: true })
export const confirmationCode = text({ min: 1, max: 2048, pattern: /[\S]+/ })
export const session = text({ min: 20, max: 2048, sensitive: true })
export const token = text({ pattern: /[A-Za-z0-9\-_=.]+/, sensitive: true })
export const attributeName = text({ min: 1, max: 32, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u })
export const attributes = list(
  structure({ Name: attributeName, Value: text({ max: 2048, sensitive: true }) })
)
export const parameters = textMap(131_072)
