/** Somebody in front of a tab: finds things by what they are called, as people and screen readers do. */
import type { Locator, Page } from 'playwright-core'
import { focusedName } from './in-page.ts'

export class Person {
  readonly page: Page
  readonly url: string

  constructor(page: Page, url: string) {
    this.page = page
    this.url = url
  }

  /** Another tab of the same browser. */
  async newTab(path = '/'): Promise<Person> {
    const tab = new Person(await this.page.context().newPage(), this.url)
    await tab.go(path)
    return tab
  }

  /** Types an address. */
  async go(path: string): Promise<void> {
    await this.page.goto(this.url + path)
    await this.page.locator('h1').waitFor()
  }

  /** A field by its label, to which "(optional)" may be added. */
  field = (label: string): Locator =>
    this.page
      .locator('input, select')
      .and(this.page.getByLabel(new RegExp(`^${label}( \\(optional\\))?$`)))
  heading = (name: string): Locator => this.page.getByRole('heading', { name, level: 1 })
  button = (name: string): Locator => this.page.getByRole('button', { name, exact: true })
  link = (name: string): Locator => this.page.getByRole('link', { name, exact: true })
  text = (text: string | RegExp): Locator => this.page.getByText(text)
  /** A part of a view, by its heading. */
  part = (name: string): Locator => this.page.getByRole('region', { name })

  /** Waits for a view, by its heading. */
  sees = (name: string): Promise<void> => this.heading(name).waitFor()
  reads = (text: string | RegExp): Promise<void> => this.text(text).first().waitFor()

  async fill(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(values)) {
      await this.field(label).fill(value)
    }
  }

  click = (name: string): Promise<void> => this.button(name).click()
  follow = (name: string): Promise<void> => this.link(name).click()

  /** What is said to be wrong with a field, as a screen reader finds it. */
  async complaint(label: string): Promise<string> {
    const field = this.page.locator('[aria-invalid=true]').and(this.field(label))
    await field.waitFor()
    const ids = (await field.getAttribute('aria-describedby')) ?? ''
    const error = ids.split(' ').find(id => id.endsWith('-error')) ?? ''
    return (await this.page.locator(`[id="${error}"]`).textContent()) ?? ''
  }

  /** Waits until the focus is on what has this name; gives the name it is on in the end. */
  async focus(name: string): Promise<string> {
    let focused = ''
    for (let tries = 0; tries < 100 && focused !== name; tries++) {
      focused = String(await this.page.evaluate(focusedName))
      if (focused !== name) await this.page.waitForTimeout(20)
    }
    return focused
  }

  async logIn(email = 'demo@example.com', password = 'Correct-Horse-9'): Promise<void> {
    await this.go('/login')
    await this.submitLogIn(email, password)
  }

  async submitLogIn(email: string, password: string): Promise<void> {
    await this.fill({ Email: email, Password: password })
    await this.click('Log in')
  }

  /** Logs in where nothing stands between the password and the overview. */
  async comesIn(email = 'demo@example.com', password = 'Correct-Horse-9'): Promise<void> {
    await this.logIn(email, password)
    await this.page.getByRole('heading', { name: /^Hello/ }).waitFor()
  }
}
