/** The email address that stands in the form now: who goes on to another form need not type it again. */
export function typedEmail(): { email?: string } {
  const email = document.querySelector<HTMLInputElement>('form [name=email]')?.value.trim()
  return email ? { email } : {}
}
