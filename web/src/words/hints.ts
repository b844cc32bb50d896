/** Hints that more than one form gives. */

/** Cognito's default policy. Say here what your pool wants: the service tells only one reason at a time. */
export const passwordHint =
  'At least eight characters, with upper and lower case, a digit and a symbol.'
