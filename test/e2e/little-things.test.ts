/** What a person notices when something small is missing: deep links, pasted codes, drafts, large text. */
import { test } from 'tap'
import { problem } from '../web/support.ts'
import { noBrowser } from './support/chromium.ts'
import { isTooWide } from './support/in-page.ts'
import { startStack } from './support/stack.ts'

const demo = ['demo@example.com', 'Correct-Horse-9'] as const

/** The links of the bar below that do not lie within it, or lie over another. */
const misplaced = `(() => {
  const bar = document.querySelector('.user-nav').getBoundingClientRect()
  const boxes = [...document.querySelectorAll('.user-nav a')].map(link => {
    const text = document.createRange()
    text.selectNodeContents(link)
    return text.getBoundingClientRect()
  })
  const isOut = box => box.left < bar.left || box.right > bar.right || box.top < bar.top || box.bottom > bar.bottom
  const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  return boxes.filter(box => isOut(box) || boxes.some(other => other !== box && overlaps(box, other))).length
})()`

test('little things', { skip: noBrowser }, async t => {
  const { person, url } = await startStack(t)

  await t.test('a deep link keeps query and fragment through the login', async t => {
    const ann = await person()
    await ann.go('/sessions?sort=last#here')
    await ann.submitLogIn(...demo)
    await ann.sees('Sessions')
    t.equal(ann.page.url(), `${url}/sessions?sort=last#here`)
  })

  await t.test('the address for changing a password leads there', async t => {
    const ann = await person()
    await ann.go('/.well-known/change-password')
    await ann.submitLogIn(...demo)
    await ann.sees('Security')
    const { request } = ann.page.context()
    const none = await request.get(`${url}/.well-known/does-not-exist`, {
      headers: { accept: 'text/html' }
    })
    t.equal(none.status(), 404, 'as password managers check')
  })

  await t.test('a failed logout is seen wherever the page is scrolled', async t => {
    const ann = await person({ viewport: { width: 360, height: 500 } })
    await ann.comesIn()
    await ann.follow('Profile')
    await ann.field('Email').waitFor()
    await ann.page.route('**/auth/logout', route => route.abort())
    await ann.page.evaluate('scrollTo(0, document.body.scrollHeight)')
    await ann.button('Log out').dispatchEvent('click')
    const alert = ann.page.getByRole('alert')
    await alert.waitFor()
    const box = await alert.boundingBox()
    t.ok(Number(await ann.page.evaluate('scrollY')) > 100, 'the page is scrolled')
    t.ok(box && box.y >= 0 && box.y + box.height <= 500, JSON.stringify(box))
  })

  await t.test('a code is found in what is pasted', async t => {
    const ann = await person({ permissions: ['clipboard-read', 'clipboard-write'] })
    await ann.go('/signup/confirm')
    for (const [text, code] of [
      ['Your code is 998944', '998944'],
      ['G-123456', '123456'],
      ['998 944', '998944'],
      [
        'Example Inc., 2026: your code 12345678 is valid for 15 minutes. Help: 0800 55512345.',
        '12345678'
      ],
      [' 004217\n', '004217']
    ] as const) {
      await ann.field('Code').fill('')
      await ann.field('Code').focus()
      await ann.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
      await ann.page.keyboard.press('Control+V')
      t.equal(await ann.field('Code').inputValue(), code, text)
    }
  })

  await t.test('the message about a locked account says for how long', async t => {
    const ann = await person()
    await ann.page.route('**/auth/login', route =>
      route.fulfill({
        status: 429,
        headers: { 'retry-after': '600' },
        contentType: 'application/problem+json',
        body: JSON.stringify(problem('attempt_limit_exceeded', { status: 429 }))
      })
    )
    await ann.logIn()
    const words = 'Too many attempts for this account. Try again in 10 min.'
    await ann.reads(words)
    t.ok(await ann.text(words).first().isVisible())
  })

  await t.test('what was typed survives the end of the session and the next login', async t => {
    const ann = await person()
    await ann.comesIn()
    await ann.follow('Profile')
    await ann.field('Postal code').waitFor()
    await ann.fill({ Name: 'Typed before the end', 'Postal code': '12345' })
    await ann.page.context().clearCookies()
    await ann.part('About you').getByRole('button', { name: 'Save' }).click()
    await ann.reads('Your session has ended.')
    t.notMatch(await ann.page.content(), /Typed before the end/, 'not for the next reader')
    await ann.submitLogIn(...demo)
    await ann.sees('Profile')
    t.equal(await ann.field('Name').inputValue(), 'Typed before the end')
    t.equal(await ann.field('Postal code').inputValue(), '12345')
  })

  await t.test('with text of 175 % the bar below stays usable on 360 pixels', async t => {
    const ann = await person({ viewport: { width: 360, height: 740 } })
    await ann.comesIn()
    t.equal(await ann.page.evaluate(misplaced), 0)
    await ann.page.evaluate("document.documentElement.style.fontSize = '175%'")
    t.equal(await ann.page.evaluate(misplaced), 0)
    t.equal(await ann.page.evaluate(isTooWide), false)
    const bar = await ann.page.locator('.user-nav').boundingBox()
    t.ok(bar && bar.height < 740 / 3, JSON.stringify(bar))
    await ann.follow('Sessions')
    await ann.sees('Sessions')
  })
})
