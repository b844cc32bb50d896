/** What to change first when this page becomes yours. */
export const brand = {
  name: 'Cognito BFF',
  promise: 'Your account, kept where it belongs.',
  reasons: [
    'Tokens stay on the server: this page never holds one.',
    'One cookie that no script can read.',
    'Log out once, and every tab is logged out.'
  ]
}
