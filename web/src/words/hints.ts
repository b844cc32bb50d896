/** Hints that more than one form gives. */

/**
 * True of every pool. Say here what yours wants: the page cannot ask, and what the pool refuses is told
 * beside the field one reason at a time.
 */
export const passwordHint = 'Longer is better: use a few words that only you would combine.'
