/** Every view of the page, with a way to it; for checks that look at all of them, and for screenshots. */
import type { Cognito } from '../../support/cognito.ts'
import type { Person } from './person.ts'

export const viewer = { email: 'dana@example.com', password: 'Correct-Horse-9' }

const attributes = {
  given_name: 'Dana',
  gender: 'female',
  phone_number: '+442079460018',
  email_verified: 'true',
  address: JSON.stringify({
    street_address: '12 Bridge Street',
    region: 'Kent',
    country: 'United Kingdom',
    postal_code: 'CT1 2AB'
  })
}

/** Makes the users the views are shown with. */
export async function makeViewers(cognito: Cognito): Promise<void> {
  await cognito.createUser({ ...viewer, attributes, groups: ['staff'] })
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  await cognito.createUser({ ...viewer, email: 'code@example.com', totpSecret: secret })
  await cognito.createUser({ ...viewer, email: 'first@example.com', temporary: true })
}

type Show = (somebody: Person, cognito: Cognito) => Promise<unknown>

/** In the order in which somebody comes by: the later ones want a login. */
export const views: readonly (readonly [name: string, show: Show])[] = [
  ['log-in', p => p.go('/login')],
  ['log-in-refused', p => p.logIn('dana@example.com', 'wrong').then(() => p.complaint('Password'))],
  [
    'sign-up',
    async p => {
      await p.go('/signup')
      await p.fill({ Name: 'Nia', Email: 'nia@', Phone: '123' })
      await p.click('Create account')
      await p.complaint('Email')
    }
  ],
  [
    'confirm',
    async p => {
      await p.fill({ Email: `nia${Date.now()}@example.com`, Phone: '', Password: viewer.password })
      await p.click('Create account')
      await p.sees('Confirm your account')
    }
  ],
  ['forgot', p => p.go('/forgot')],
  ['reset', p => p.go('/reset')],
  ['not-found', p => p.go('/nowhere')],
  ['challenge-code', p => p.logIn('code@example.com').then(() => p.sees('Enter your code'))],
  [
    'challenge-password',
    p => p.logIn('first@example.com').then(() => p.sees('Choose your password'))
  ],
  [
    'challenge-setup',
    async (p, cognito) => {
      await cognito.patchPool({ mfa: 'on' })
      await p.logIn(viewer.email)
      await p.page.locator('.qr path[d^="M"]').waitFor()
      await cognito.patchPool({ mfa: 'optional' })
    }
  ],
  ['overview', p => p.comesIn(viewer.email)],
  ['profile', p => p.follow('Profile').then(() => p.field('Name').waitFor())],
  [
    'profile-verify',
    p => p.click('Verify +442079460018').then(() => p.reads('Enter the code we sent'))
  ],
  ['security', p => p.follow('Security').then(() => p.button('Turn on: Email').waitFor())],
  [
    'security-setup',
    async p => {
      await p.click('Set up: Authenticator app')
      await p.page.locator('.qr path[d^="M"]').waitFor()
    }
  ],
  ['delete', p => p.click('Delete my account').then(() => p.page.getByRole('dialog').waitFor())],
  [
    'sessions',
    async p => {
      await p.page.keyboard.press('Escape')
      await p.follow('Sessions')
      await p.reads('This session')
    }
  ],
  [
    'api',
    p =>
      p
        .follow('API')
        .then(() => p.click('Send'))
        .then(() => p.page.locator('pre').waitFor())
  ]
]
