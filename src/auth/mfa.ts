/** Second factors of a signed-in user. */
import { AppError } from '../errors.ts'
import type { Mfa, MfaMethod, MfaPort, ProfilePort } from './account-ports.ts'

export interface MfaSettings {
  readonly enabled: MfaMethod[]
  readonly preferred: MfaMethod | null
  /** What this user could switch on, as far as the pool lets us see. */
  readonly available: MfaMethod[]
}

export interface MfaOptions {
  readonly identity: MfaPort & Pick<ProfilePort, 'getUser'>
  /** Shown by authenticator apps beside the account. */
  readonly issuer: string
}

/** Each takes an access token that is good now. */
export interface SecondFactors {
  read(accessToken: string): Promise<MfaSettings>
  /** @throws AppError `invalid_request` for factors that are not set up, or named twice. */
  set(
    accessToken: string,
    wanted: { enabled: readonly MfaMethod[]; preferred: MfaMethod | null }
  ): Promise<MfaSettings>
  /** Begins an authenticator: its secret and the URI of its QR code. */
  beginTotp(accessToken: string, account: string): Promise<{ secret: string; otpauthUri: string }>
  /** Finishes it by its first code and switches it on. @throws AppError `code_mismatch` */
  confirmTotp(
    accessToken: string,
    proof: { code: string; friendlyName?: string }
  ): Promise<MfaSettings>
}

export function createSecondFactors({ identity, issuer }: MfaOptions): SecondFactors {
  async function read(accessToken: string): Promise<MfaSettings> {
    const { enabled, preferred } = await identity.getMfa(accessToken)
    const attributes = await identity.getUser(accessToken)
    const available: MfaMethod[] = ['SOFTWARE_TOKEN_MFA']
    if (attributes.phone_number_verified === 'true') available.push('SMS_MFA')
    if (attributes.email_verified === 'true') available.push('EMAIL_OTP')
    return { enabled: [...enabled], preferred: preferred ?? null, available }
  }

  async function set(accessToken: string, { enabled, preferred }: Mfa): Promise<MfaSettings> {
    if (new Set(enabled).size < enabled.length) throw bad('enabled', 'must name each method once')
    if (preferred !== undefined && !enabled.includes(preferred)) {
      throw bad('preferred', 'must be one of those enabled')
    }
    await identity.setMfaPreference(accessToken, { enabled, preferred })
    return read(accessToken)
  }

  return {
    read,
    set: (accessToken, { enabled, preferred }) =>
      set(accessToken, { enabled, preferred: preferred ?? undefined }),

    async beginTotp(accessToken, account) {
      const secret = await identity.associateSoftwareToken(accessToken)
      return { secret, otpauthUri: otpauthUri(issuer, account, secret) }
    },

    async confirmTotp(accessToken, { code, friendlyName }) {
      await identity.verifySoftwareToken(accessToken, { code, friendlyName })
      const { enabled, preferred } = await identity.getMfa(accessToken)
      const all = new Set<MfaMethod>([...enabled, 'SOFTWARE_TOKEN_MFA'])
      return set(accessToken, { enabled: [...all], preferred: preferred ?? 'SOFTWARE_TOKEN_MFA' })
    }
  }
}

function bad(field: string, message: string): AppError {
  return new AppError('invalid_request', { errors: [{ field, message }] })
}

/** The Key URI format of authenticator apps; SHA-1, 6 digits and 30 s are its defaults and Cognito's. */
export function otpauthUri(issuer: string, account: string, secret: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}
