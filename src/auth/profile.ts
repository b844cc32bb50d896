/** The profile of a signed-in user. Every change also updates the user in the session. */
import { AppError, type Delivery } from '../errors.ts'
import {
  attributesOf,
  cognitoName,
  ourName,
  type Profile,
  type ProfileChange,
  profileOf
} from './attributes.ts'
import type { ProfilePort, User, UserAttributes } from './identity-provider.ts'
import { retryWhileStoreUnavailable } from './retry.ts'
import { type Authenticated, authenticatedOf, type SessionStore } from './session.ts'

export interface ProfilesOptions {
  readonly identity: ProfilePort
  readonly sessions: Pick<SessionStore, 'find' | 'update'>
  /** Records which user an email belongs to, so that a password reset can end the user's sessions. */
  readonly loginEmails: { remember(email: string, sub: string): Promise<void> }
}

export interface Verification {
  readonly attribute: string
  readonly delivery: Delivery
}

export type VerifiableAttribute = 'email' | 'phoneNumber'

/** Every method takes a valid access token. */
export interface Profiles {
  read(accessToken: string): Promise<Profile>
  /** @throws AppError `alias_exists`, `invalid_request` */
  change(
    accessToken: string,
    session: Authenticated,
    change: ProfileChange
  ): Promise<{ profile: Profile; verification: Verification[] }>
  sendCode(accessToken: string, attribute: VerifiableAttribute): Promise<Delivery>
  /** @throws AppError `code_mismatch`, `code_expired`, `alias_exists` */
  verify(
    accessToken: string,
    session: Authenticated,
    proof: { attribute: VerifiableAttribute; code: string }
  ): Promise<Profile>
}

export function createProfiles({ identity, sessions, loginEmails }: ProfilesOptions): Profiles {
  /** Reads the profile from Cognito, and updates the session with it. */
  async function readAndUpdateSession(
    accessToken: string,
    session: Authenticated
  ): Promise<Profile> {
    const attributes = await identity.getUser(accessToken)
    const profile = profileOf(attributes)
    const { email, emailVerified } = profile
    // An unverified email may be another person's.
    if (email !== null && emailVerified) {
      await retryWhileStoreUnavailable(() => loginEmails.remember(email, session.data.user.sub))
    }
    await updateUser(sessions, session, attributes)
    return profile
  }

  return {
    async read(accessToken) {
      return profileOf(await identity.getUser(accessToken))
    },

    async change(accessToken, session, change) {
      // The address may have members that this service does not show: see `attributesOf`.
      const { address } = change.address ? await identity.getUser(accessToken) : {}
      const { set, clear } = attributesOf(change, address)
      const sent =
        Object.keys(set).length > 0 ? await identity.updateAttributes(accessToken, set) : []
      if (clear.length > 0) await identity.deleteAttributes(accessToken, clear)
      const profile = await readAndUpdateSession(accessToken, session)
      const verification = sent.map(({ attribute, delivery }) => ({
        attribute: ourName(attribute),
        delivery
      }))
      return { profile, verification }
    },

    async sendCode(accessToken, attribute) {
      const name = cognitoName(attribute)
      const delivery = await identity.getAttributeVerificationCode(accessToken, name)
      if (delivery) return delivery
      throw new AppError('upstream_error', { reason: 'no_delivery' })
    },

    async verify(accessToken, session, { attribute, code }) {
      await identity.verifyAttribute(accessToken, cognitoName(attribute), code)
      return readAndUpdateSession(accessToken, session)
    }
  }
}

/**
 * Updates the user in the session; once more, where another request has written it meanwhile. An ended session is
 * ignored.
 */
async function updateUser(
  sessions: Pick<SessionStore, 'find' | 'update'>,
  session: Authenticated,
  attributes: UserAttributes
): Promise<void> {
  const outcome = await sessions.update(session, {
    ...session.data,
    user: withAttributes(session.data.user, attributes)
  })
  if (outcome !== 'stale') return
  const fresh = authenticatedOf(await sessions.find(session.id))
  if (!fresh) return
  const user = withAttributes(fresh.data.user, attributes)
  await sessions.update(fresh, { ...fresh.data, user })
}

function withAttributes(user: User, attributes: UserAttributes): User {
  const { email, emailVerified, givenName, phoneNumber, phoneNumberVerified } =
    profileOf(attributes)
  return {
    sub: user.sub,
    email: email ?? user.email,
    emailVerified,
    ...(givenName !== null && { givenName }),
    ...(phoneNumber !== null && { phoneNumber, phoneNumberVerified }),
    groups: user.groups
  }
}
