/** Takes the pictures of the README and the docs; `npm run screenshots` runs it. Prints TAP, like the tests. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { noBrowser } from './chromium.ts'
import { startStack } from './stack.ts'
import { makeViewers, views } from './views.ts'

const folder = fileURLToPath(new URL('../../../../docs/images/', import.meta.url))

const wide = { viewport: { width: 1280, height: 800 } }
const narrow = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }

/** Which views are shown, and how. */
const pictures = [
  { ...wide, colorScheme: 'light', shown: ['log-in', 'overview', 'security', 'sessions', 'api'] },
  { ...wide, colorScheme: 'dark', shown: ['log-in', 'overview', 'security', 'sessions', 'api'] },
  { ...narrow, colorScheme: 'light', shown: ['sign-up', 'challenge-code', 'profile-verify'] },
  { ...narrow, colorScheme: 'dark', shown: ['challenge-setup', 'overview', 'delete'] }
] as const

for (const { shown, ...options } of pictures) {
  test(`${options.colorScheme}, ${options.viewport.width} wide`, { skip: noBrowser }, async t => {
    const { cognito, person } = await startStack(t)
    await makeViewers(cognito)
    const dana = await person({ ...options, reducedMotion: 'reduce' })
    mkdirSync(folder, { recursive: true })
    for (const [name, show] of views) {
      await show(dana, cognito)
      if (!shown.some(one => one === name)) continue
      await dana.page.evaluate('document.fonts.ready')
      const file = `${name}-${options.colorScheme}-${options.viewport.width}.png`
      await dana.page.screenshot({
        path: join(folder, file),
        caret: 'hide',
        animations: 'disabled'
      })
      t.pass(file)
    }
  })
}
