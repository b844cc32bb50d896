/** The second factors of a signed-in user. */
import { AppError } from '../errors.ts'
import {
  type Mfa,
  type MfaMethod,
  type MfaPort,
  mfaMethods,
  type ProfilePort
} from './identity-provider.ts'
import { hasCode, invalidField } from './shared-errors.ts'

export interface MfaSettings {
  readonly enabled: MfaMethod[]
  readonly preferred: MfaMethod | null
  /** The offered factors that this user can switch on: SMS and email need a verified phone number or email. */
  readonly available: MfaMethod[]
}

export interface MfaOptions {
  readonly identity: MfaPort & Pick<ProfilePort, 'getUser'>
  /** The name of the service in authenticator apps. */
  readonly issuer: string
  /** The factors that the operator offers. No public operation returns which ones the pool supports. */
  readonly offered: readonly MfaMethod[]
}

/** Every method takes a valid access token. */
export interface SecondFactors {
  read(accessToken: string): Promise<MfaSettings>
  /** @throws AppError `invalid_request` for factors that are not set up, not offered, or named twice. */
  set(
    accessToken: string,
    wanted: { enabled: readonly MfaMethod[]; preferred: MfaMethod | null }
  ): Promise<MfaSettings>
  /** Begins the set-up of an authenticator app. Returns its secret, and the URI for a QR code. @throws as `set` */
  beginTotp(accessToken: string, account: string): Promise<{ secret: string; otpauthUri: string }>
  /** Finishes the set-up by the app's first code, and switches the factor on. @throws AppError `code_mismatch` */
  confirmTotp(
    accessToken: string,
    proof: { code: string; friendlyName?: string }
  ): Promise<MfaSettings>
}

export function createSecondFactors({ identity, issuer, offered }: MfaOptions): SecondFactors {
  async function read(accessToken: string): Promise<MfaSettings> {
    const { enabled, preferred } = await identity.getMfa(accessToken)
    const attributes = await identity.getUser(accessToken)
    const possible: Record<MfaMethod, boolean> = {
      SOFTWARE_TOKEN_MFA: true,
      SMS_MFA: attributes.phone_number_verified === 'true',
      EMAIL_OTP: attributes.email_verified === 'true'
    }
    const available = mfaMethods.filter(name => possible[name] && offered.includes(name))
    return { enabled: [...enabled], preferred: preferred ?? null, available }
  }

  /** A factor that is no longer offered may stay on, but not be switched on. */
  async function rejectNewlyEnabled(
    accessToken: string,
    methods: readonly MfaMethod[]
  ): Promise<void> {
    const { enabled } = await identity.getMfa(accessToken)
    if (!methods.every(name => enabled.includes(name))) throw notOffered()
  }

  async function set(accessToken: string, { enabled, preferred }: Mfa): Promise<MfaSettings> {
    if (new Set(enabled).size < enabled.length)
      throw invalidField('enabled', 'must name each method once', 'duplicate')
    if (preferred !== undefined && !enabled.includes(preferred)) {
      throw invalidField('preferred', 'must be one of those enabled', 'not_allowed')
    }
    await identity.setMfaPreference(accessToken, { enabled, preferred })
    return read(accessToken)
  }

  return {
    read,
    async set(accessToken, { enabled, preferred }) {
      const withdrawn = enabled.filter(name => !offered.includes(name))
      if (withdrawn.length > 0) await rejectNewlyEnabled(accessToken, withdrawn)
      return set(accessToken, { enabled, preferred: preferred ?? undefined })
    },

    async beginTotp(accessToken, account) {
      if (!offered.includes('SOFTWARE_TOKEN_MFA')) throw notOffered()
      const secret = await identity.associateSoftwareToken(accessToken)
      return { secret, otpauthUri: otpauthUri(issuer, account, secret) }
    },

    async confirmTotp(accessToken, { code, friendlyName }) {
      try {
        await identity.verifySoftwareToken(accessToken, { code, friendlyName })
      } catch (error) {
        throw explainAppCode(error)
      }
      const { enabled, preferred } = await identity.getMfa(accessToken)
      const all = new Set<MfaMethod>([...enabled, 'SOFTWARE_TOKEN_MFA'])
      return set(accessToken, { enabled: [...all], preferred: preferred ?? 'SOFTWARE_TOKEN_MFA' })
    }
  }
}

const notOffered = () =>
  new AppError('invalid_request', {
    detail: 'This second step is not offered here.',
    errors: [
      {
        field: 'enabled',
        message: 'must contain only methods that are offered',
        code: 'not_allowed'
      }
    ],
    reason: 'mfa_not_offered'
  })

/** A URI in the Key URI format of authenticator apps. SHA-1, 6 digits and 30 s are its defaults, and Cognito's. */
export function otpauthUri(issuer: string, account: string, secret: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}

const mismatch =
  'The code is not the one that the app shows now. Check the code and the clock of your phone.'
const used = 'The code has been used or is too old. Wait for the next one in the app.'

/**
 * The error with a text about codes from an authenticator app, which depend on the clock; any other error unchanged.
 */
export function explainAppCode(error: unknown): unknown {
  if (!hasCode(error, 'code_mismatch', 'code_expired')) return error
  const { code, reason } = error
  const detail = code === 'code_mismatch' ? mismatch : used
  return new AppError(code, { detail, cause: error, ...(reason !== undefined && { reason }) })
}
