/** What to change first when this page becomes yours. */
export const brand = {
  name: 'Cognito BFF',
  promise: 'Your account, kept where it belongs.',
  reasons: [
    'Tokens stay on the server: this page never holds one.',
    'One cookie, out of reach of any script.',
    'Log out here, and every tab knows at once.'
  ]
}
