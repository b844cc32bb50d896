/** What a view says on arrival, by key, so that the history entry holds no text. */
export const notices = {
  ended: ['info', 'Your session has ended. Log in again to continue.'],
  left: ['info', 'You are logged out.'],
  deleted: ['info', 'Your account has been deleted.'],
  confirmed: ['good', 'Your account is confirmed. You can log in now.'],
  reset: ['good', 'Your password has been changed. Log in with the new one.'],
  'challenge-expired': ['info', 'That took too long. Please log in again.'],
  'reset-required': ['info', 'You have to choose a new password before you can log in.'],
  'not-confirmed': ['info', 'Your account is not confirmed yet. A new code is on its way.']
} as const satisfies Record<string, readonly ['info' | 'good', string]>

export type NoticeKey = keyof typeof notices
