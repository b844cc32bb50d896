/** The page's small functions, run as Vite builds them (they belong to the page's own types). */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { runnerImport } from 'vite'

const source = fileURLToPath(new URL('../../../web/src', import.meta.url))

async function load<T>(path: string): Promise<T> {
  return (await runnerImport<T>(join(source, path), { logLevel: 'error' })).module
}

type Rule = (value: string) => string | undefined

test('a phone number is taken as people write it, and sent as E.164', async t => {
  const rules = await load<{ phone: Rule; plainPhone(value: string): string }>('form/rules.ts')
  for (const written of ['+44 20 7946 0018', '+44 (20) 7946-0018', '0044 20 7946 0018']) {
    t.equal(rules.phone(written), undefined, written)
    t.equal(rules.plainPhone(written), '+442079460018')
  }
  t.equal(rules.phone(''), undefined, 'none is given')
  for (const wrong of ['020 7946 0018', '+0123456789', '+44', '+44 20 CALL', '+1234567890123456']) {
    t.match(rules.phone(wrong), /country code/, wrong)
  }
})

test('a code may be pasted with spaces, and has six or eight digits', async t => {
  const rules = await load<{ code: Rule; plainCode(value: string): string }>('form/rules.ts')
  for (const right of ['123456', '123 456', '123-456', '12345678']) {
    t.equal(rules.code(right), undefined, right)
  }
  t.equal(rules.plainCode(' 123 456'), '123456')
  t.match(rules.code(''), /Enter the code/)
  for (const wrong of ['12345', '1234567', 'abcdef']) t.match(rules.code(wrong), /six or eight/)
})

test('an email address is checked for its form only', async t => {
  const { email } = await load<{ email: Rule }>('form/rules.ts')
  t.equal(email('o’neil+news@mail.example.com'), undefined)
  for (const wrong of ['name', 'name@host', 'a b@example.com', '@example.com']) {
    t.match(email(wrong), /like name@example.com/, wrong)
  }
})

const agents: [string, string][] = [
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36',
    'Chrome on Linux'
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0',
    'Edge on Windows'
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1',
    'Safari on iPhone'
  ],
  ['Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0', 'Firefox on Android'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/19.0 Safari/605.1', 'Safari on macOS'],
  ['curl/8.10', 'curl'],
  ['', 'Unknown device']
]

test('a device is named by its browser and its system', async t => {
  const { deviceWords } = await load<{ deviceWords(agent: string): string }>('words/device.ts')
  for (const [agent, words] of agents) t.equal(deviceWords(agent), words)
})

test('past time is shown in the largest unit that fits', async t => {
  const { ago } = await load<{ ago(instant: string, now: number): string }>('words/time.ts')
  const now = Date.UTC(2026, 10, 22, 12)
  const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now)
  t.equal(before(20), 'just now')
  t.match(before(90), /1 minute ago/)
  t.match(before(7300), /2 hours ago/)
  t.match(before(86_400 * 3), /3 days ago/)
})

test('a wait is shown in seconds, or in minutes where it is long', async t => {
  const { span } = await load<{ span(seconds: number): string }>('words/time.ts')
  t.equal(span(30), '30 s')
  t.equal(span(3564), '60 min')
})

const profile = {
  email: 'a@example.com',
  givenName: 'Ada',
  phoneNumber: '+442079460018',
  gender: null,
  address: { streetAddress: '1 Road', region: null, country: 'UK', postalCode: null }
}
type Change = (profile: unknown, values: unknown) => unknown

test('only what differs of a profile is sent, and what was emptied is cleared', async t => {
  const { aboutChange } = await load<{ aboutChange: Change }>('profile/profile-change.ts')
  const same = { givenName: 'Ada', gender: '', streetAddress: '1 Road', country: 'UK' }
  t.equal(aboutChange(profile, same), undefined)
  t.same(aboutChange(profile, { ...same, givenName: 'Eve', gender: 'other' }), {
    givenName: 'Eve',
    gender: 'other'
  })
  t.same(aboutChange(profile, { ...same, region: 'Kent' }), {
    address: { ...profile.address, region: 'Kent' }
  })
  t.same(aboutChange(profile, { givenName: 'Ada' }), { address: null })
})

test('a phone number can be taken away, an email address cannot', async t => {
  const { contactChange } = await load<{ contactChange: Change }>('profile/profile-change.ts')
  const same = { email: 'a@example.com', phoneNumber: '+442079460018' }
  t.equal(contactChange(profile, same), undefined)
  t.same(contactChange(profile, { ...same, phoneNumber: '' }), { phoneNumber: null })
  t.same(contactChange(profile, { ...same, email: 'b@example.com' }), { email: 'b@example.com' })
})

test('the second factor that takes the place of the preferred one is another that is on', async t => {
  const { without } = await load<{
    without(mfa: unknown, factor: string): unknown
  }>('security/preferences.ts')
  const mfa = { enabled: ['SMS_MFA', 'EMAIL_OTP'], preferred: 'SMS_MFA', available: [] }
  t.same(without(mfa, 'SMS_MFA'), { enabled: ['EMAIL_OTP'], preferred: 'EMAIL_OTP' })
  t.same(without(mfa, 'EMAIL_OTP'), { enabled: ['SMS_MFA'], preferred: 'SMS_MFA' })
  t.same(without({ ...mfa, enabled: ['SMS_MFA'] }, 'SMS_MFA'), { enabled: [], preferred: null })
})
