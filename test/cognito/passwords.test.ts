/** Passwords and names of every kind, right and wrong. */

import { test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { flows, service } from './pool.ts'
import { failure } from './stub.ts'

const passwords: Readonly<Record<string, string>> = {
  'in Cyrillic': 'Пароль-Длинный-9-aA',
  'in Chinese': '正確的馬電池訂書針-9-aA',
  'in Arabic': 'كلمة-السر-9-aA',
  'with emoji outside the basic plane': '🐎🔋📎-9-aA',
  'with a family of joined emoji': '👩‍👩‍👧‍👦-9-aA',
  'with a decomposed accent': 'Cafe\u0301-Horse-9',
  'with a composed accent': 'Caf\u00e9-Horse-9',
  'with spaces inside': 'Correct Horse Battery 9',
  'with a colon': 'Correct:Horse:9',
  'with quotes and escapes': 'Aa9"\\\'`$(x)<&>%00',
  'of eight characters': 'Aa9-Aa9-',
  'of 256 characters': `Aa9-${'x'.repeat(252)}`,
  'with a NUL inside': 'Correct\0Horse-9'
}

for (const authFlow of flows) {
  test(`${authFlow} takes passwords in any script as they are`, async t => {
    const cognito = await startCognito(t)
    const identity = service(t, cognito, { authFlow })
    let index = 0
    for (const [title, password] of Object.entries(passwords)) {
      index += 1
      const email = `user${index}@example.com`
      await cognito.createUser({ email, password })
      t.match(await identity.signIn({ email, password }), { kind: 'signed_in' }, title)
      const other =
        password.normalize('NFD') === password ? `${password}x` : password.normalize('NFD')
      t.match(await failure(identity.signIn({ email, password: other })), { status: 401 }, title)
    }
  })

  test(`${authFlow} takes names in any script`, async t => {
    const cognito = await startCognito(t)
    const identity = service(t, cognito, { authFlow })
    const password = 'Correct-Horse-9'
    const names = [
      'søren@example.com',
      '用户@例え.jp',
      "o'brien+tag@example.com",
      `${'l'.repeat(64)}@${'d'.repeat(55)}.example`
    ]
    for (const email of names) {
      await cognito.createUser({ email, password, attributes: { given_name: '名前 🙂' } })
      t.match(
        await identity.signIn({ email, password }),
        { kind: 'signed_in', user: { email, givenName: '名前 🙂' } },
        email
      )
    }
  })
}

test('a hundred wrong passwords are a hundred refusals, whatever the numbers drawn', async t => {
  const cognito = await startCognito(t)
  await cognito.patchPool({ lockout: false })
  const identity = service(t, cognito)
  for (let round = 0; round < 100; round += 1) {
    const attempt = { email: 'demo@example.com', password: `Wrong-Horse-${round}` }
    const { code } = await failure(identity.signIn(attempt))
    if (code !== 'invalid_credentials') t.fail(`round ${round}: ${code}`)
  }
  t.match(await identity.signIn({ email: 'demo@example.com', password: 'Correct-Horse-9' }), {
    kind: 'signed_in'
  })
})
