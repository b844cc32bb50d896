/** Hints that more than one form gives. */

export const passwordHint = 'At least eight characters. Long and memorable beats short and odd.'
