/**
 * What was typed into the forms of a view whose session ended by itself: it comes back after the next login of the
 * same user. It is kept in memory alone, and never a password or a code.
 */
import { client } from '../client.ts'
import type { Values } from './rules.ts'

interface Drafts {
  readonly sub: string
  readonly path: string
  /** By the names of a form's fields. */
  readonly forms: Map<string, Values>
}

let sub: string | undefined
let drafts: Drafts | undefined

client.session.subscribe(() => {
  const { current } = client.session
  if (current.kind === 'signed-in') {
    sub = current.session.user.sub
    if (drafts?.sub !== sub) drafts = undefined
  } else if (current.kind === 'signed-out') {
    // The view is still there: it is taken down after this.
    if (current.reason === 'ended' && sub) drafts = { sub, path: location.pathname, forms: read() }
    if (current.reason === 'left') drafts = undefined
    sub = undefined
  }
})

/** Puts back what was typed into a form that has just been shown. */
export function restoreDraft(form: HTMLFormElement): void {
  if (drafts?.path !== location.pathname) return
  const key = keyOf(form)
  const values = drafts.forms.get(key) ?? {}
  drafts.forms.delete(key)
  for (const field of fieldsOf(form)) {
    const value = values[field.name]
    if (value === undefined) continue
    field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

function read(): Drafts['forms'] {
  const forms = [...document.querySelectorAll<HTMLFormElement>('main form')]
  return new Map(
    forms.map(form => {
      const typed = fieldsOf(form).filter(isChanged)
      return [keyOf(form), Object.fromEntries(typed.map(({ name, value }) => [name, value]))]
    })
  )
}

type Typed = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function fieldsOf(form: HTMLFormElement): Typed[] {
  return [...form.querySelectorAll<Typed>('input, select, textarea')].filter(
    ({ name, type }) =>
      name &&
      !['password', 'radio', 'checkbox', 'file'].includes(type) &&
      !/password|^code$/i.test(name)
  )
}

const keyOf = (form: HTMLFormElement) =>
  fieldsOf(form)
    .map(({ name }) => name)
    .join()

function isChanged(field: Typed): boolean {
  if (!(field instanceof HTMLSelectElement)) return field.value !== field.defaultValue
  return [...field.options].some(option => option.selected !== option.defaultSelected)
}
