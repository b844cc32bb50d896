/** Plain JavaScript: no framework. Types are checked all the same, by the editor or tsc. */
import { createClient, ProblemError } from 'cognito-bff-client'

const client = createClient()

const form = document.querySelector('form')
const status = document.querySelector('output')
const leave = document.querySelector('button[name=leave]')
const retry = /** @type {HTMLButtonElement | null} */ (document.querySelector('button[name=retry]'))

client.session.subscribe(show)
leave?.addEventListener('click', () => void client.logOut())
form?.addEventListener('submit', event => {
  event.preventDefault()
  logIn(new FormData(form)).catch(console.error)
})
retry?.addEventListener('click', () => void ask())
await ask()

/** Who is logged in? Where the service cannot say, it can be asked again. */
async function ask() {
  if (retry) retry.hidden = true
  try {
    await client.session.refresh()
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    say(error.message)
    if (retry) retry.hidden = false
  }
}

/** @param {FormData} data */
async function logIn(data) {
  try {
    const answer = await client.logIn({
      email: String(data.get('email')),
      password: String(data.get('password'))
    })
    if (answer.status === 'challenge') say(`Next step: ${answer.challenge.name}`)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    say(error.message)
  }
}

/** Called after every change, in this tab or another. */
function show() {
  const state = client.session.current
  if (form) form.hidden = state.kind === 'signed-in'
  say(state.kind === 'signed-in' ? `Logged in as ${state.session.user.email}` : '')
  if (state.kind === 'signed-in') callApi().catch(console.error)
}

/** The access token is added by the service, on the way to the API. */
async function callApi() {
  const response = await client.fetch('/api/hello')
  console.log(await response.json())
}

/** @param {string} text */
function say(text) {
  if (status) status.textContent = text
}
