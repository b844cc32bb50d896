/** What a view says on arrival, by key, so that the history entry holds no text. */
export const notices = {
  ended: ['info', 'Your session has ended. Log in again to continue.'],
  left: ['info', 'You are logged out.'],
  ended_by_user: [
    'info',
    'You have ended this session from another one. Log in again to continue.'
  ],
  logged_out_everywhere: ['info', 'You have logged out everywhere. Log in again to continue.'],
  password_changed: ['info', 'Your password was changed elsewhere. Log in with the new one.'],
  password_reset: ['info', 'Your password was reset. Log in with the new one.'],
  account_deleted: ['info', 'Your account was deleted.'],
  operator: ['info', 'An administrator has ended your session. Log in again to continue.'],
  token_theft: [
    'info',
    'We have ended your session for your safety: it may have been used by another person. Log in, and change your password.'
  ],
  refused_by_cognito: ['info', 'Your account has ended this session. Log in again to continue.'],
  idle: ['info', 'Your session has ended because it was not used. Log in again to continue.'],
  expired: ['info', 'Your session has reached its longest time. Log in again to continue.'],
  deleted: ['info', 'Your account has been deleted.'],
  confirmed: ['good', 'Your account is confirmed. You can log in now.'],
  reset: ['good', 'Your password has been changed. Log in with the new one.'],
  'challenge-expired': ['info', 'That took too long. Please log in again.'],
  'reset-required': ['info', 'You have to choose a new password before you can log in.'],
  'not-confirmed': ['info', 'Your account is not confirmed yet. A new code is on its way.']
} as const satisfies Record<string, readonly ['info' | 'good', string]>

export type NoticeKey = keyof typeof notices

/** The notice of a reason for which a session has ended; undefined where there is none of its own. */
export const noticeOf = (reason: string | undefined): NoticeKey | undefined =>
  noticeKeys.find(key => key === reason)

// The keys are those of the object above.
const noticeKeys = Object.keys(notices) as NoticeKey[]
